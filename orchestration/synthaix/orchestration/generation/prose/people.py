"""About people: profiles, positions, evaluations, clinical notes."""

from synthaix.orchestration.generation.prose.wording import Topic, prose, topic

BIO = topic(
    """{Data analyst|Nurse|Teacher|Carpenter|Product designer|Bus driver|Photographer|Accountant|Gardener|Software \
        developer|Baker|Journalist|Physiotherapist|Translator|Engineer} {from|in|based in|living in} \
            {Lyon|Denver|Leeds|Porto|Graz|Kraków|Bologna|Utrecht|Izmir|Halifax|Seville|Galway}.
    {Part-time|Former|Freelance|Retired|Aspiring} \
        {pilot|chef|illustrator|researcher|musician|librarian|coach|architect|sailor|editor} {with a soft spot \
            for|who believes in|fond of} {old maps|slow trains|good coffee|short sentences|wild gardens|early \
                mornings}.""",
    """{Bakes bread|Plays the cello|Repairs bicycles|Grows tomatoes|Paints watercolours|Swims in cold \
        lakes|Collects postcards|Runs slowly|Sings in a choir|Brews cider|Restores radios|Learns Portuguese} {on \
            Sundays|most evenings|whenever it rains|with two patient cats|badly but happily|since last \
                winter|between two meetings}.
    {Happiest|At home|At my best} {on a mountain path|in a second-hand bookshop|at the kitchen table|near the \
        sea|in a quiet museum|behind a camera|in the garden}{.| with a thermos of tea.| and offline.}""",
    """?{Currently|These days} {writing a small book about bridges|planning a trip by rail|learning to \
        weld|volunteering at the library|training for a first half marathon|renovating a houseboat}.
    {Parent of|Proud aunt of|Shares a flat with|Walks} {two|three|twins and a dog|a very large dog|four chickens}.
    {Ask me about|Always up for a talk about|Here for} {sourdough|spreadsheets|city planning|jazz|chess \
        openings|birds|typefaces}.""",
    """?{Opinions are my own.|Say hello.|Tea over coffee.|Always curious.|Slow replies, warm heart.|Messages \
        welcome.}""",
)
JOB = topic(
    """{You|In this role you} {plan|run|improve|look after} {our weekly reports|the customer portal|the night shift \
        in our warehouse|a team of six|projects from first call to hand-over|our social channels|the accounts of \
            forty clients}.
    {We are looking for|Our team needs} {someone who|a person who} {likes clear numbers|explains things well|keeps \
        calm in busy hours|enjoys talking to people|notices small errors}.""",
    """You {work closely with|report to|support} {sales and finance|two developers and a designer|the head of \
        operations|colleagues in three countries} and {present your results every month|keep our records in \
            order|train new colleagues|decide what comes first}.
    {Typical tasks are|Your days hold} {planning, calls and follow-ups|analysis, charts and short talks|orders, \
        routes and schedules|tests, fixes and releases|interviews and onboarding}.""",
    """You {bring|have} {two years|three years|five years|some} {of experience|of practice} {in a similar role|with \
        customers|in a small company|with modern tools} and {write clearly|speak good English|like to learn|hold a \
            driving licence}.
    {A degree is welcome but not required|Certificates matter less to us than curiosity|We train you on our \
        systems}.""",
    """We offer {flexible hours|a four-day week|thirty days of leave|remote days|a permanent contract}{, fair pay|, \
        a bicycle|, a training budget|, a good canteen} and {a team that helps each other|short decisions|time to \
            do things well}.
    {Apply|Write to us|Send us a few lines} {by the end of the month|at any time|this week}{.| and tell us when you \
        could start.}""",
)
EVALUATION = Topic(
    {
        "good": prose(
            """{Delivers|Finishes} {on time|ahead of schedule|reliably} and {keeps a high standard|helps others on \
                the way|needs little guidance}.
            {A|One of the} {strong|outstanding|excellent} {year|half-year|quarter}: {every target was met|clients \
                asked for this person by name|the new process is their work}.
            {Shows|Brings} {initiative|calm|great care|real leadership} {in difficult projects|when deadlines are \
                close|across teams}.""",
            """{Explains complex matters simply|Shares knowledge freely|Spots risks early|Listens before deciding}.
            {Colleagues|Clients|New team members} {value the clear advice|trust this judgement|learn a lot here}.""",
            """{Ready for|Next step:} {more responsibility|a lead role|mentoring a junior colleague|a larger project}.
            {Goal for next year|Suggested focus}: {public speaking|delegating more|a second language|a certificate \
                in project planning}.""",
        ),
        "mixed": prose(
            """{Does solid work|Meets expectations|Reliable in routine tasks}, {but plans change too late|though \
                details slip at times|and is still growing into the role}.
            {A mixed|An uneven} {year|half-year}: {good results in the first months, fewer later|strong with \
                clients, weaker on reports}.""",
            """{Could speak up earlier|Should ask for help sooner|Needs clearer priorities|Tends to take on too much}.
            {Works well|Is at ease} {alone|in small teams}, {less so across departments|but avoids conflict}.""",
            """{We agreed on|Next steps are} {weekly check-ins|a course in time management|two smaller projects|a \
                mentor}.
            {With steady support|With more practice} {the next level is in reach|this will improve}.""",
        ),
        "bad": prose(
            """{Several|Most|Too many} {deadlines were missed|targets were not met|tasks were handed back \
                unfinished} {this year|this half-year|despite reminders}.
            {Quality|Attendance|Communication} {is below|stays below} {what the role needs|what we agreed}.""",
            """{Feedback is rarely acted on|Errors repeat|Colleagues have to step in|Clients complained twice}.
            {Reports were late or incomplete|Meetings were missed without notice|Priorities remain unclear}.""",
            """{An improvement plan|A plan with monthly goals} {starts in January|was agreed|is attached}.
            {We will meet again in six weeks|A review follows in three months|The role itself is under \
                discussion}.""",
        ),
    },
    {},
)
MEDICAL = topic(
    """Patient {reports|presents with|complains of|describes} {mild|moderate|severe|recurring|intermittent} \
        {headache|back pain|cough|fatigue|dizziness|abdominal pain|knee pain|shortness of breath|nausea|sore \
            throat} {for two days|for one week|for three weeks|since yesterday|on exertion|at night}.
    {Follow-up visit|Routine check|Control visit} after {treatment of hypertension|knee surgery|a change of \
        medication|a fall|pneumonia}; {feels better|no new complaints|symptoms persist|slow progress}.""",
    """{No fever|Temperature 37.2|Temperature 38.1|Afebrile}, {blood pressure 118/76|blood pressure 142/90|pulse \
        regular|pulse 92}{.|, lungs clear.|, no swelling.|, abdomen soft.}
    {Examination|Physical examination} {unremarkable|shows local tenderness|shows reduced range of motion|without \
        neurological deficit}.""",
    """{Suspected|Most likely|Assessment:} {viral infection|tension-type headache|muscle strain|gastritis|seasonal \
        allergy|early bronchitis|migraine|poorly controlled hypertension}.
    {Laboratory tests ordered|X-ray ordered|ECG normal|Blood sample taken}{.|; results expected tomorrow.|, no \
        acute findings.}""",
    """{Advised|Recommended|Prescribed} {rest and fluids|ibuprofen 400 mg as needed|physiotherapy, six sessions|a \
        low-salt diet|an antibiotic for seven days|a blood pressure diary}{.| and explained side effects.}""",
    """?{Review in|Return in|Next visit in} {three days|one week|two weeks|one month}{.|, sooner if symptoms worsen.}
    {Patient agrees|Plan discussed with the patient|Referral to a specialist if there is no improvement}.""",
)
