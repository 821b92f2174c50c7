"""Support: tickets, replies of agents, questions, answers, subjects."""

from synthaix.orchestration.generation.prose.wording import topic

THINGS = "order|invoice|account|subscription|password|delivery|refund|profile|payment|voucher|appointment|app"
OPENINGS = """{Hello|Hi|Good morning|Hi there}, {since|ever since} {yesterday|this morning|the last update|Monday} \
    I {cannot|can no longer} {log in|open my account|see my orders|download my invoice|use the app}.
{Hello|Hi|Good afternoon}, {I was charged twice|my payment failed|the amount on my invoice is wrong|my voucher was \
    not accepted} {for my last order|this month|although I entered everything correctly}.
{Hi|Hello team|Dear team}, my {order|parcel|delivery} {has not arrived|arrived damaged|is missing two items|went to \
    the old address}{.| and the tracking has not changed for days.}
{Hello|Good evening}, I {would like to|want to|need to} {change my address|cancel my subscription|update my \
    card|close my account|move my appointment} {but cannot find the right page|and get an error|before the end of \
        the month}.
{The app|The website|The export|The reset link|The payment page} {crashes|freezes|shows a blank page|returns an \
    error} {when I try to save|every time I open it|on my phone|after a few seconds}."""
DETAILS = """I {already tried|have tried} {another browser|restarting my phone|the reset link|clearing the cache|a \
    different card}{, without success.| and it made no difference.| twice.}
The {error|message|page} says {"something went wrong"|"session expired"|"not available in your region"|"please try \
    again later"}{.| and nothing else.}
It {worked|was fine} {last week|until the update|on my old phone|yesterday evening}.
My {colleague|wife|neighbour|business partner} has {the same problem|no such problem} {with the same plan|on \
    another device|in another city}.
{I attached a screenshot|I can send screenshots|The confirmation e-mail is attached}{.| in case it helps.}
{Chat support|The help page|Your colleague on the phone} {could not help|sent me here|told me to write to you}."""
REQUESTS = """{Could|Can} you {please look into this|tell me what to do|fix this|send me a new link|check my \
    <thing>}{?| today?| before the weekend?}
{Please|Kindly} {call me back|let me know|confirm by e-mail|send a replacement|refund the amount} {as soon as you \
    can|this week|when you have news}.
{I need this|It has to work} {by Friday|for a trip on Monday|before the invoice is due|for my tax return}{.|, so \
    please hurry.}
{What else can I do|How long will this take|When can I expect an answer|Whom should I contact about my <thing>}?"""
CLOSINGS = """?{Thank you|Thanks|Many thanks} {in advance|for your help|for a quick answer}.
{Kind|Best} regards.
{I have been a customer for years|This is the second time this month|I would hate to cancel}, {so I hope you can \
    help|so please take it seriously}."""
TICKET = topic(OPENINGS, DETAILS, REQUESTS, CLOSINGS, thing=THINGS)
REPLY = topic(
    """{Hello|Hi|Dear customer}, {thank you for writing|thanks for your message|thank you for your patience|thanks \
        for reaching out}.
    {Hello|Hi}, {I am sorry for the trouble|I understand how annoying this is|sorry that you had to wait}.""",
    """I have {checked|looked at|gone through} your <thing> and {found the cause|can see what happened|fixed the \
        setting}.
    {The problem|The error} was {on our side|caused by an expired session|a wrong address in our system|a failed \
        update} and {is solved now|has been corrected|will be gone within an hour}.
    I {sent you a new link|issued a refund|ordered a replacement|reset your <thing>|extended your plan by a \
        month}{.| a minute ago.| as an apology.}""",
    """{Please|Could you} {sign out and in again|try once more|restart the app|check your inbox and the spam \
        folder}{.| and tell me whether it works.}
    {The refund|The amount} {reaches|will be in} your account {within three to five days|by the end of the week}.
    {You do not need to do anything else|No further step is needed|You will get a confirmation by e-mail}.
    If it {happens again|still fails}, {just reply to this message|write to me directly|send me the time and a \
        screenshot}.""",
    """?{We are here on weekdays from eight to six|You can also reach us by phone|The status page shows open \
        issues|Your case stays open until you confirm|You may answer this message at any time}{.|, in four \
            languages.|, and we are glad to help.}""",
    """?{Is there anything else I can do for you?|Have a good day.|Thank you for staying with us.}
    {Kind regards|Best wishes|All the best}, {your support team|the service desk}.""",
    thing=THINGS,
)
QUESTION = topic(
    """How {do I|can I|long does it take to} {change|cancel|update|find|pay for|share|export|return} {my <thing>|an \
        older <thing>|a <thing> that I shared|two <thing>s at once}?
    {What happens|Where do I see what happens} {if|when} {my <thing> is late|I lose my <thing>|I cancel my <thing> \
        early|the <thing> was entered twice}?
    {Is it possible to|Can I} {pause|transfer|split|print|delete|reactivate} {my <thing>|a <thing>} {after thirty \
        days|without a credit card|from abroad|on a second device|for a colleague}?
    {Why|Since when} {is|was} my <thing> {marked as pending|no longer visible|more expensive than last month|not \
        accepted}?
    {Which|What} {documents|details|steps} {are needed|do you need} {for a <thing>|to confirm my <thing>|to move a \
        <thing>} {for a company|for a minor|outside the country|in a shop}?
    {Where|When} can I {see|collect|check|download} {my <thing>|the receipt for my <thing>|the terms of my \
        <thing>}{?| online?| on the phone?| before I pay?}""",
    thing="order|invoice|subscription|booking|ticket|delivery|refund|voucher|membership|contract|report|appointment",
)
ANSWER = topic(
    """{Open|Go to} {Settings|your profile|the overview|the Orders page} and {choose|select|tap} {Edit|the \
        <thing>|Details|Manage}.
    {Yes|Of course}, {that is possible|you can do that|this works} {at any time|until midnight of the same \
        day|within thirty days}.
    {It usually takes|That takes|Please allow} {one working day|two to three days|up to an hour|a few minutes}.""",
    """{You will|You then} {get|receive} {an e-mail with a link|a confirmation|a new number} {at once|within \
        minutes|the next morning}.
    {Enter|Type in} {the number of your <thing>|the code from the letter|your new details} and {confirm|save}.
    {The change|Your choice} {takes effect immediately|applies from the next month|can be undone for a week}.""",
    """?{There is no fee|It is free of charge|A small fee may apply}{.| for the first change.| outside the contract.}
    {Guests|Companies|Members|Students} {find|see} {the same page|a longer form|one more step} {in the app|on the \
        website|under Help}.
    {If you are unsure|If something does not match}, {contact support|call us|ask in the chat}{.| and have your \
        <thing> ready.}""",
    thing="order|invoice|subscription|booking|ticket|delivery|refund|voucher|contract",
)
SUBJECT = topic(
    """{Question about|Problem with|Change to|Update on|Reminder:|Request:|Regarding|Follow-up on|Urgent:} \
        {my|your|the} {last|next|open|current|second|cancelled} \
            {order|invoice|booking|contract|subscription|appointment|delivery|refund|meeting|proposal|report|payment} \
            {| from March| for April| of last week| for the Berlin office| before Friday\
            | (second attempt)| and a small question}
    {Cannot|Unable to|How do I} {log in|open the export|change my address|download the invoice|reach support|pay by \
        card|cancel the order|update the app} {since Monday|on my phone|after the update|with the new account|from \
            abroad|on the website|any more}
    {Your|Our} {weekly|monthly|spring|summer|first|annual} {newsletter|statement|report|offer|summary|checklist} \
        {is ready|has arrived|for the team|with three changes|and what is next}""",
)
CODES = "|".join(f"{number * 2_654_435_761 % 2**32:08x}" for number in range(1, 500))
FAULT = topic("""{Connection|Request|Call} to {billing-api|orders-db|mail-relay|auth-service|search-index} {timed \
    out|was refused|was reset} after {500|1000|3000|5000|10000} ms
    {Retrying|Giving up on} job {export|import|cleanup|rebuild|sync} {in|after} {2|3|5|8} {seconds|attempts}
    User {session|token|invite} {expired|renewed|revoked}{| for account| by administrator| after inactivity}
    {Cache|Queue|Pool} {miss|full|warm|flushed} for {orders|catalog|profiles|prices|sessions}{|, 12 entries|, 48 \
        entries|, 205 entries}
    {Processed|Skipped|Queued|Archived} {12|37|120|480|1024|2048} {messages|records|files|events} in \
        {85|140|420|980|2310} ms
    {Disk|Memory|CPU} usage at {71|78|83|88|91|94|97} percent on {web-01|web-02|db-01|worker-03|worker-07}
    {Payment|Webhook|Upload|Login} {accepted|rejected|delayed}: {invalid signature|duplicate key|rate limit \
        reached|missing field|card declined|ok}
    {Started|Stopped|Reloaded} {worker|scheduler|listener|indexer} {1|2|3|4|5|6} with {2|4|8|16} threads{|, debug \
        off|, debug on}""", """[<code>]""", code=CODES)  # fmt: skip
INCIDENT = topic(
    """At {06|07|08|09|10|11|13|14|15|16|17|19|22}:{05|10|20|35|40|55} {the belt stopped|a pump lost pressure|the \
        alarm in hall {2|3|4} went off|a delivery van touched a parked car|a customer slipped near the entrance|the \
            database stopped answering|a pallet fell from a shelf}.
    On {Monday|Tuesday|Wednesday|Thursday|Friday|Saturday} {morning|afternoon|evening|night} {water came through \
        the ceiling|a power cut hit the building|a forklift damaged a door|the cooling failed|two bags were \
            reported missing|a window was broken}.""",
    """{Nobody was hurt|One person had a light bruise|No one was in the room}{.|, and the area was closed off at \
        once.|; first aid was given on site.}
    {The shift leader|A colleague|The driver|Security} {reported it|noticed it|was informed} {at once|within five \
        minutes|by phone}{.| and took photos.}""",
    """{The cause was|It turned out to be|We found} {a worn roller|a loose cable|a blocked drain|an expired \
        certificate|a wet floor without a sign|a misread label|frost}.
    {The cause is still being looked into|The cause is not known yet|An expert will look at it}.""",
    """{Normal work went on|Operations resumed|The line ran again} {after 20 minutes|after 45 minutes|within the \
        hour|the next morning}.
    {The damage is estimated at|Repair will cost about} {200|450|800|1,200|2,500} {euros|dollars}.
    {A check|An inspection|A repair} {is planned for next week|was ordered|has been done}{.| and the team was \
        briefed.}""",
)
