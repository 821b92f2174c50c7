"""Language: what an LLM or a pool writes."""

from synthaix.orchestration.schema.catalogue.kind import choice, entry, number

TEXT = (
    entry("text.review", "text", "A customer's review of a product.",
          "review, product review, review text, customer review, review body, user review, testimonial, review "
          "comment, review content", ["Works exactly as described and arrived two days early. I would buy it again."]),
    entry("text.comment", "text", "A short comment under a post.",
          "comment, comments, remark, comment text, reply, user comment, comment body, response text",
          ["Great write-up, the second part helped me most."]),
    entry("text.feedback", "text", "What someone thinks of a service.",
          "feedback, customer feedback, user feedback, feedback text, opinion, suggestion, complaint, complaint "
          "text", ["The staff were friendly, but the waiting time was too long."]),
    entry("text.sentence", "text", "One sentence.", "sentence, phrase, statement, example sentence, utterance",
          ["The train left the station before sunrise."]),
    entry("text.paragraph", "text", "Several sentences.",
          "paragraph, text, body, content, body text, article text, message body, ~details, long text, story, "
          "article, essay, document, document text, passage, article body, blog post",
          ["The market opens at six. By seven the first stalls are empty."]),
    entry("text.title", "text", "The title of a post or an article.",
          "title, post title, article title, blog title, page title, ~name", ["Five quiet ways to save time"]),
    entry("text.subject", "text", "The subject of a message.",
          "subject, email subject, subject line, message subject, ticket subject, ticket title, issue title",
          ["Question about my last invoice"]),
    entry("text.product_description", "text", "What a product is and does.",
          "product description, item description, marketing description, product details, description of product, "
          "product copy", ["A lightweight kettle that boils a litre in three minutes and switches itself off."]),
    entry("text.support_ticket", "text", "A customer's request for help.",
          "support ticket, ticket, ticket text, support request, issue description, problem description, ticket "
          "description, customer message, support message, ticket body, issue, problem, inquiry, customer complaint",
          ["I cannot log in since yesterday. The reset link says it has expired."]),
    entry("text.agent_reply", "text", "An answer of a support agent.",
          "agent reply, support reply, agent response, resolution, resolution note, resolution text, support "
          "answer, ticket response", ["Thank you for writing. I have sent a new link; it works for 24 hours."]),
    entry("text.bio", "text", "A few words about a person.",
          "bio, biography, about, about me, profile text, profile description, user bio, profile summary",
          ["Data analyst in Lyon who bakes bread on Sundays."]),
    entry("text.note", "text", "A short note.",
          "note, notes, memo, remarks, additional notes, internal note, observation, comments internal, delivery "
          "note, call note, call notes, meeting notes", ["Called twice, left a message. Try again on Monday."]),
    entry("text.summary", "text", "The essence of something longer.",
          "summary, abstract, synopsis, executive summary, overview, plot, description summary, recap, case "
          "summary, tldr", ["The pilot met its goals; costs were 4 % above plan."]),
    entry("text.description", "text", "What something is, in a sentence or two.",
          "description, desc, event description, long description, short description, details, explanation",
          ["A weekly meeting where both teams agree on priorities."]),
    entry("text.tweet", "text", "A short public post.",
          "tweet, post, social post, status update, social media post, post text, post content, caption, microblog "
          "post", ["First tomatoes of the year. Small, but mine."]),
    entry("text.chat_message", "text", "A message in a chat.",
          "message, chat message, chat, sms, text message, message text, direct message, notification, message "
          "content", ["Running ten minutes late, start without me."]),
    entry("text.email_body", "text", "The body of an e-mail.",
          "email body, mail body, email text, email content, letter, cover letter",
          ["Hello Emma, thank you for your order. It leaves our warehouse tomorrow."]),
    entry("text.job_description", "text", "What a position involves.",
          "job description, job posting, job ad, role description, vacancy, responsibilities, job summary",
          ["You run our weekly reports and explain them to people who do not love spreadsheets."]),
    entry("text.medical_note", "text", "A clinical note.",
          "medical note, clinical note, doctor note, doctors note, progress note, medical notes, clinical notes, "
          "patient notes, discharge summary, anamnesis, treatment notes, adverse event description, adverse event "
          "details, adverse event narrative, side effect description, symptom description",
          ["Patient reports mild headache for three days. No fever. Advised rest and fluids."]),
    entry("text.question", "text", "A question.",
          "question, faq, query text, user question, faq question, question text, customer question, search query, "
          "~query, prompt", ["How do I change the address of an order?"]),
    entry("text.answer", "text", "An answer.", "answer, answer text, faq answer, reply to question, response",
          ["Open the order, choose Edit, and enter the new address before it ships."]),
    entry("text.log_message", "text", "A line of a log.",
          "log message, log line, error message, log text, log entry, event message, exception message, log",
          ["Connection to billing-api timed out after 3000 ms"]),
    entry("text.commit_message", "text", "What a commit does.",
          "commit message, changelog, change description, release note, release notes, pull request title",
          ["Retry uploads that end early"]),
    entry("text.incident_report", "text", "What went wrong, and what was done.",
          "incident report, incident description, incident, accident description, claim description, damage "
          "description, incident summary",
          ["At 14:10 the belt stopped. A worn roller was replaced; the line ran again at 14:55."]),
    entry("text.performance_review", "text", "What a manager writes about someone's work.",
          "performance review, manager comments, employee feedback, performance feedback, evaluation, manager "
          "feedback, performance comments",
          ["Delivers on time and helps others. Could speak up earlier when plans change."]),
    entry("text.word", "string", "One word.", "word, keyword, term, search term", ["harbor", "lantern"]),
    entry("text.quote", "text", "A saying.", "quote, quotation, saying, famous quote",
          ["Small steps, taken daily, go far."]),
    entry("text.goal", "text", "A goal that someone set.",
          "goal, objective, target text, milestone, key result, goal description, task, task description, todo, to "
          "do, action item, task name, task title", ["Publish the pricing page by the end of the quarter"]),
)

SURVEY = (
    choice("survey.satisfaction", "How satisfied someone is.",
           "satisfaction, satisfaction level, csat, customer satisfaction, happiness",
           "very satisfied, satisfied, neutral, dissatisfied, very dissatisfied", [26, 40, 18, 11, 5]),
    number("survey.nps", "integer", "How likely someone is to recommend, 0 to 10.",
           "nps, nps score, net promoter score, likelihood to recommend, recommend score", 0, 10, [9, 6],
           name="normal", mean=7.6, std=2.2),
    choice("survey.likert", "Agreement on five steps.",
           "likert, agreement, agreement level, likert scale, opinion scale",
           "strongly agree, agree, neutral, disagree, strongly disagree", [20, 38, 22, 14, 6]),
    choice("survey.frequency", "How often.", "frequency, how often, usage frequency, visit frequency",
           "daily, weekly, monthly, rarely, never", [24, 32, 22, 16, 6]),
    choice("survey.yes_no", "Yes or no, in words.", "yes no, yes or no, answer yes no, consent answer", "yes, no",
           [64, 36]),
    choice("survey.age_group", "A bracket of age.", "age group, age range, age bracket, age band",
           "18-24, 25-34, 35-44, 45-54, 55-64, 65+", [14, 22, 20, 17, 14, 13]),
    choice("survey.income_bracket", "A bracket of income.",
           "income bracket, income range, income level, income group, household income",
           "under 25k, 25k-50k, 50k-75k, 75k-100k, 100k-150k, over 150k", [18, 27, 22, 14, 12, 7]),
    choice("survey.sentiment", "The mood of a text.", "sentiment, mood, tone, emotion, polarity, sentiment label",
           "positive, neutral, negative", [52, 27, 21]),
    number("survey.sentiment_score", "float", "Mood from -1 to 1.", "sentiment score, polarity score", -1, 1,
           [0.62, -0.31], decimals=2, name="normal", mean=0.25, std=0.4),
)
