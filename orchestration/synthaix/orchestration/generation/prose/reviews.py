"""What customers say: reviews, feedback, comments on survey forms."""

from synthaix.orchestration.generation.prose.wording import Topic, prose, split_slots

PRODUCTS = (
    "kettle|backpack|headphones|jacket|desk lamp|blender|keyboard|coffee maker|tent|notebook|chair|speaker|watch|"
    "frying pan|suitcase"
)
SERVICES = (
    "hotel|support team|delivery|course|app|clinic|restaurant|workshop|website|booking|repair service|subscription"
)

GOOD_REVIEW = prose(
    """{Really|Very|Genuinely|Absolutely} {happy|pleased|satisfied} with {this purchase|the <product>|my order}.
    The <product> is {even better than I expected|exactly what I was looking for|worth every cent|the best I have \
        owned so far}.
    {Bought|Ordered|Got} the <product> {as a gift|for my {sister|brother|parents|partner}|on a friend's \
        advice|after comparing five others} and it was {a great choice|a hit|the right call}.
    I {use|reach for|rely on} the <product> {every day|almost daily|every weekend|all the time} {and it still feels \
        new|and would not want to miss it|and have no complaints}.
    {Five stars|Full marks|Top marks} {from me|without hesitation|for the <product>}.
    {Works|Does} exactly {as described|as promised|what it says}{.| and then some.| straight out of the box.}
    After {two weeks|a month|three months|half a year} {with|of using} the <product>, {I am still impressed|I have \
        nothing to complain about|I would choose it again}.""",
    """{Delivery|Shipping} was {quick|fast|a day early} and the {packaging|box} was {neat|solid|free of plastic}.
    The {quality|finish|workmanship|material} is {excellent|solid|a pleasure to touch|far above the price}.
    It {feels|looks} {sturdy|well made|premium|elegant} and {is easy to clean|takes up little space|is simple to \
        use|fits in perfectly}.
    {Setting it up|Getting started|The set-up} took {five minutes|no time at all|ten minutes} and {the instructions \
        were clear|needed no manual}.
    {Even after {heavy|daily|rough} use|After weeks of use} {there is not a scratch on it|it works like on day \
        one|nothing has come loose}.
    {My {family|kids|colleagues|neighbours}|Friends} {asked|keep asking} {where I got it|for the link}.
    {Customer service|The seller|The shop} {answered within an hour|was friendly and quick|solved my one question \
        the same day}.""",
    """?{Small|Tiny|Minor} {note|remark}: {I would like more colours|the manual could be longer|a carrying bag \
        would be nice|the cable could be longer}.
    The {price|cost} is {fair|more than fair|hard to beat} for {what you get|this quality|something this useful}.
    It is {quieter|lighter|smaller|more comfortable} than {my old one|the one I had before|I thought}.""",
    """{I would buy it again|Would buy again|I will order again} {without a second thought|any time|at once}.
    {Highly|Warmly|Clearly|Definitely} recommended{.| to anyone who is unsure.| for everyday use.| for beginners \
        and pros alike.}
    {Already|I have already} ordered {a second one|another one as a gift|one for the office}.
    {Thank you|Thanks}{, I will be back.| for a great product.| for the quick service.}
    If you are {hesitating|undecided|on the fence}, {go for it|just get it|you will not regret it}.""",
)
MIXED_REVIEW = prose(
    """The <product> is {fine|okay|decent|all right}, {but nothing special|though not perfect|but I expected a \
        little more|for the price}.
    {Mixed|Not quite sure about my|Somewhat mixed} feelings about {the <product>|this one|this purchase}.
    {Does its job|It works|Does what it should}, {no more and no less|with some compromises|most of the time}.
    I {wanted|had hoped} to love the <product>, {but it is only average|and I like about half of it|but a few \
        things bother me}.
    {Three stars|A solid three|Middle of the road}: {some good points, some less so|good idea, average \
        execution|not bad, not great}.""",
    """{On the plus side|The good part}: {it looks nice|it is light|delivery was quick|it is easy to use|the price \
        is fair}.
    The {design|look|size|idea} is {good|nice|just right}, and {it arrived on time|the packaging was fine|it was \
        easy to set up}.
    {I like|I do like} {how quiet it is|the colour|the simple controls|that it takes little space}.""",
    """{On the other hand|However|Sadly|That said}, {the material feels a bit cheap|the instructions are \
        confusing|the battery could last longer|it is louder than I thought|the lid does not close well|one corner \
            arrived scratched}.
    {What bothers me|The weak point|The downside} is {the short cable|the smell in the first days|the finish|the \
        fit|how slowly it charges|the flimsy handle}.
    After {a week|two weeks|a month} {one button began to stick|the colour faded a little|it started to squeak|a \
        seam came loose}.""",
    """{I will keep it|I am keeping it}, but {next time I would pay more for a better one|would not order a second \
        one|would wait for a sale}.
    {It is worth a try at a lower price|Good for occasional use|Fine for beginners|Okay as a spare}.
    {Could be great|It would earn four stars} with {a few fixes|better material|a clearer manual|a longer warranty}.
    {Support was polite|The seller answered}, {but could not really help|and offered a small refund|though it took \
        a few days}.""",
)
BAD_REVIEW = prose(
    """{Very|Really|Deeply} {disappointed|let down|unhappy} {with this purchase|by the <product>|with my order}.
    The <product> {broke|stopped working|fell apart|failed} after {two days|a week|three uses|less than a month}.
    {Not|Nothing like} {as described|as advertised|what the photos show}.
    I {regret {buying|ordering}|wish I had never {bought|ordered}} the <product>{.|; the reviews misled me.|, and I \
        rarely say that.}
    {Waste of money|Save your money|Money thrown away}, {I am sorry to say|unfortunately|plain and simple}.
    {One star|Zero stars if I could|The lowest rating}, {because nothing worked|because it arrived damaged|because \
        it is unusable}.""",
    """The {material|quality|finish} is {poor|cheap|terrible|far below the price} and {it smells of plastic|the \
        edges are sharp|the colour comes off|parts were missing}.
    {Delivery took|It took} {three weeks|almost a month|twice as long as promised} and {the box was crushed|nobody \
        told me why|the tracking never worked}.
    It {does not fit|leaks|overheats|rattles|will not switch on} {although I followed the instructions|from the \
        very first day|no matter what I try}.
    {The instructions make no sense|There were no instructions|The manual is useless} and {half the screws were \
        missing|the app keeps crashing|the parts do not match}.
    {My old one|The cheap one I had before|A model at half the price} {was better in every way|lasted five \
        years|never caused such trouble}.""",
    """{Customer service|Support|The seller} {never answered|ignored three e-mails|kept me waiting for an hour|only \
        sent standard replies}.
    {Getting a refund|The return} {was a nightmare|took six weeks|cost me more than the <product>|is still not \
        settled}.
    They {offered a discount instead of a refund|blamed me for the damage|promised a replacement that never came}.""",
    """{I am sending it back|It goes back tomorrow|Returned it the next day}.
    {Avoid|Stay away from} {this one|this product|the <product>}{.| and look elsewhere.| at any price.}
    {Never again|I will not order here again|Would not recommend it to anyone}.
    {I expected better|For this price I expected more|This should not be on sale}.
    {Look for another brand|Spend a little more and get something that lasts|Buy something else}.""",
)
REVIEW = Topic({"good": GOOD_REVIEW, "mixed": MIXED_REVIEW, "bad": BAD_REVIEW}, split_slots({"product": PRODUCTS}))

GOOD_FEEDBACK = prose(
    """{The|Your} {staff|team} {was|was always} {friendly|helpful|attentive|patient} and {knew what they were \
        doing|took time for my questions|made me feel welcome}.
    {Everything|The whole process} {went smoothly|was easy to follow|took less time than I expected|felt well \
        organized}.
    {Great|Excellent|Very good} experience with {the|your} <service>.
    I {really|very much|truly} {liked|enjoyed|appreciated} {the <service>|how clear everything was|the personal \
        touch|the quick answers}.""",
    """{What I liked most|The best part} was {the short waiting time|the clear explanations|how quickly my problem \
        was solved|the relaxed atmosphere|the simple booking}.
    {Especially|In particular} {the follow-up call|the reminder the day before|the tidy rooms|the detailed e-mail} \
        {was a nice touch|helped a lot|deserves praise}.
    {I got|There was} {an answer within minutes|a solution on the first call|more help than I asked for}.""",
    """?{Perhaps|Maybe} {longer opening hours|a few more parking spaces|an app|more dates in the evening} would \
        {help|be an idea for the future|make it perfect}.
    {Nothing to improve|I have no wishes left|Please do not change a thing}.""",
    """{Thank you|Many thanks}{!| to everyone involved.| for the great work.}
    {I will come back|See you next time|I will gladly return}.
    {I have already told|I will tell} {my friends|my colleagues|my family} about {the|your} <service>.
    {Keep it up|Keep up the good work|Please stay as you are}.""",
)
MIXED_FEEDBACK = prose(
    """{Overall|All in all|On the whole} the <service> {is okay|was fine|is decent}, {but there is room for \
        improvement|with a few weak points|though not everything worked}.
    The {staff|team} {was friendly|did their best}, {but the waiting time was too long|but seemed short of \
        people|although nobody could answer my question at first}.
    {Some things|A few things|Parts of it} were {good|very good}, {others less so|others need work}.""",
    """{Please|It would help to} {send reminders earlier|explain the fees up front|answer e-mails faster|improve \
        the website on phones|offer more dates}.
    {The form|The app|The website|The phone menu} is {confusing|slow|not intuitive} and {asked for the same details \
        twice|lost my entries once|needs a search}.
    I {waited|was on hold for} {twenty minutes|half an hour|longer than announced}, {then it went quickly|but then \
        got good advice}.""",
    """{I will give it another try|I might come back|We will see how it goes next time}.
    {The price is fair, the process is not yet|Good people, slow process|A good start that needs polish}.
    {With small changes|With a bit more care} {this could be excellent|I would recommend it}.""",
)
BAD_FEEDBACK = prose(
    """{I am|We are} {not satisfied|disappointed|frustrated|unhappy} with the <service>.
    {Unfortunately|Sadly}, {nobody felt responsible|my request was lost twice|the appointment was moved three \
        times|nothing went as agreed}.
    The {staff|team|person on the phone} {was rude|was in a hurry|did not listen|could not help me} {and hung \
        up|and sent me away|at all}.
    {Two hours|An hour and a half|Three weeks} of waiting {without any information|for a simple answer|and still no \
        result}.""",
    """{The room was not clean|The bill was wrong|The promised call never came|My data was mixed up|The page \
        crashed while I was paying}.
    {Three different people|Every person I asked} {told me something else|sent me to another department}.
    {Prices went up|The fee was raised} {without notice|while the quality went down}.""",
    """{Please|I ask you to} {call me back|correct this|refund the fee|look into it} {this week|as soon as \
        possible|before Friday}.
    {I will look for another provider|This was the last time|I have cancelled my contract}.
    {That must get better|Other providers can do this|I expected more after ten years as a customer}.""",
)
FEEDBACK = Topic(
    {"good": GOOD_FEEDBACK, "mixed": MIXED_FEEDBACK, "bad": BAD_FEEDBACK}, split_slots({"service": SERVICES})
)

COMMENT = Topic(
    {
        "good": prose(
            """{Great|Lovely|Excellent|Really good} {post|article|write-up|summary|read}{!|, thank you.|, bookmarked.}
            {Thanks for|I really enjoyed|Much appreciated:} {the clear explanation|the examples|the honest view|the \
                details on <theme>}.
            {Finally|At last} someone {explains|writes about|takes on} <theme> {without jargon|in plain words|with \
                real numbers}.""",
            """{The part about|Your point on|The section on} <theme> {helped me most|is spot on|changed my \
                mind|made me think}.
            {I tried this|We did the same|Our team tested it} {last week|for a month|on a small project} and {it \
                worked|the results were similar|saved hours}.
            {I shared it|Sending this} {with my team|to my sister|with our whole office}.""",
            """?{Looking forward to|Waiting for} {part two|the next one|more on <theme>}.
            {Keep them coming|More of this, please|Please write more often}.""",
            """?{Reading this|Found this page|Writing} {from|over breakfast in|on the train to} \
                {Lisbon|Leeds|Graz|Denver|Lyon|Turin|Gdańsk|Cork}{.|, so forgive the typos.}
            {Greetings|Hello|All the best} from {Lisbon|Leeds|Graz|Denver|Lyon|Turin|Gdańsk|Cork|a rainy \
                Tuesday|the night shift|a small village|the back row}.""",
        ),
        "mixed": prose(
            """{Interesting|Fair|Good} {point|question|idea}, {but I see it a little differently|though it depends \
                on the case|even if I am not fully convinced}.
            {I agree with|I like} {the first half|most of it|the part about <theme>}, {less with the rest|but the \
                end feels rushed|not with the conclusion}.
            {Does anyone know|Can someone say|Has anybody tested} {whether this works for small teams|how this \
                looks a year later|what it costs in practice}?""",
            """{In my experience|Where I work|In our town} {it is the other way round|<theme> is a smaller \
                problem|people handle this differently}.
            {A source|A link|An example} for {the numbers|the second claim|<theme>} would {help|be great}.
            {What about|How do you deal with} {older devices|people without a car|the extra cost|<theme> in \
                winter}?""",
            """?{Just my two cents|Happy to be corrected|Curious what others think}.
            {I may be wrong|Maybe I missed something|Perhaps I misread it}.""",
            """?{Reading this|Found this page|Writing} {from|over breakfast in|on the train to} \
                {Lisbon|Leeds|Graz|Denver|Lyon|Turin|Gdańsk|Cork}{.|, so forgive the typos.}
            {Greetings|Hello|All the best} from {Lisbon|Leeds|Graz|Denver|Lyon|Turin|Gdańsk|Cork|a rainy \
                Tuesday|the night shift|a small village|the back row}.""",
        ),
        "bad": prose(
            """{Sorry, but|Honestly,|With respect,} {I disagree|this misses the point|that is not how it works|this \
                is too simple}.
            {The numbers|The facts|The claims} {about <theme>|in the middle part} {do not add up|are out of \
                date|need a source}.
            {Another|Yet another} {post|article} {that ignores|without a word about} {the costs|<theme>|those who \
                do the work}.""",
            """{We tried this|I followed the advice} and {it made things worse|lost a week|had to undo everything}.
            {Half of it|Most of this} {is advertising|was copied from elsewhere|is guesswork}.
            {Nobody|No one} {asked the people affected|checked the dates|tested it in practice}.""",
            """?{Please do better|Please correct this|I expected more from this page}.
            {Unsubscribed|I stopped reading there|Not convinced}.""",
            """?{Signed|Regards}, {a long-time reader|someone who was there|a disappointed subscriber|a nurse|a \
                teacher|a commuter|a local|an engineer|a parent of two}.
            {I have read this page for|After} {two|three|five|ten} years{, this is a first| of reading, it is a \
                pity|, I had hoped for more}.""",
        ),
    },
    split_slots({"theme": "remote work|city traffic|home cooking|data privacy|rail travel|gardening|school lunches|"
                          "open offices|solar roofs|running|used bikes|night shifts|local shops|reading habits"}),
)  # fmt: skip
