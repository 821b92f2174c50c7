"""Things, work and daily talk: descriptions, notes, messages, titles."""

from synthaix.orchestration.generation.prose.wording import topic

DESCRIPTION_OF_PRODUCT = topic(
    """A {lightweight|sturdy|compact|versatile|handmade|modern|classic} <product> {for everyday use|for small \
        spaces|for people on the move|made to last|with clean lines|that fits any room}.
    {Meet|Discover|Say hello to} the <product> {that makes mornings easier|that goes where you go|you will use \
        every day|built around comfort|with attention to detail}.
    The <product> {combines|brings together} {clever design|simple handling|a timeless look} {with|and} {solid \
        materials|long life|low weight|easy care}.""",
    """{Made of|Crafted from|Built with} {recycled steel|solid oak|soft cotton|durable nylon|brushed \
        aluminium|organic linen|tempered glass|BPA-free plastic}, it {is easy to clean|weighs next to \
            nothing|resists scratches|feels pleasant to the touch|stands firmly}.
    {Its|The} {adjustable strap|non-slip base|quiet motor|double stitching|removable cover|magnetic lock|soft-touch \
        handle} {gives you full control|keeps everything in place|saves time|makes cleaning simple}.""",
    """{Ready in seconds|Folds flat|Fits in any bag|Charges in under an hour|Works without tools|Dishwasher \
        safe}{.|, and comes with a two-year warranty.|, with spare parts available for years.|, packed without \
            plastic.}
    {Comes|Delivered} {in a gift box|with a storage bag|with a clear manual|ready to use|in three colours}.
    {Ideal|Perfect|A good choice} for {home and office|weekend trips|students|gifts|beginners|busy kitchens|small \
        balconies}.""",
    """?{Designed for comfort, made for years|Less effort, better results|Simple, honest, useful|Good to look at, \
        better to use}.
    {Size|Dimensions}: {20 x 12 x 8 cm|30 x 20 x 10 cm|45 x 30 x 15 cm|12 x 12 x 25 cm}.""",
    product="kettle|backpack|desk lamp|water bottle|office chair|blanket|speaker|keyboard|storage box|travel mug|"
    "rain jacket|cutting board|toolbox|plant pot|bicycle light|notebook",
)
DESCRIPTION = topic(
    """{A|The} {weekly|short|detailed|practical|quiet|joint|simple|regular} \
        {meeting|overview|guide|exercise|report|service|programme|list} {for|about|on} {new colleagues|our main \
            goals|the spring release|local partners|safe handling|open questions|the north region}.
    {Covers|Describes|Lists|Explains} {the main steps|who does what|what changed|costs and dates|all open points} \
        {in plain words|in one place|for the next quarter|for everyone involved}.""",
    """It {takes|needs|lasts} {about an hour|two days|a few minutes|one week} and {needs no preparation|builds on \
        earlier work|ends with a short test|is open to everyone|replaces the older version}.
    {Both teams|Partners|Participants|All departments} {agree on priorities|share their results|get a copy|take \
        turns|can add notes}.""",
    """?{Last reviewed in|Valid from|Updated in} {January|March|May|June|September|November}.
    {Questions go to the office|Changes need approval|Details follow|See the attached plan}.""",
)
NOTE = topic(
    """{Called|Wrote to|Met|Spoke with} {the customer|the supplier|the office in Leeds|the driver|accounting|the \
        landlord} {twice|today|yesterday|on Monday|before noon}{, left a message|, no answer|, all clear|, asked \
            for patience|, agreed on a new date}.
    {Customer|Client|Tenant|Guest} {prefers e-mail|asked for a callback|wants a written offer|will decide next \
        week|is on holiday until the 15th|moved to a new address}.
    {Documents|Keys|Samples|Parts|Papers} {received|sent out|still missing|handed over|checked and filed} {today|at \
        the front desk|with signature|on Tuesday}.""",
    """{Try again|Follow up|Send a reminder|Check the status|Prepare the contract|Book a slot} {on Monday|tomorrow \
        morning|after the 10th|next week|before the meeting|by phone}.
    {Nothing else to do|No further action needed|Waiting for their reply|Needs a second signature|Budget is \
        confirmed|Price to be agreed}.
    {Leave|Put} {the parcel|the invoice|the folder} {with the neighbour|at the reception|in the blue box|behind the \
        door}.""",
    """?{Handle with care|Urgent|Low priority|For internal use|See earlier note|Ask for Kim}.
    {File|Folder|Shelf|Case} {A|B|C|D|E}{1|2|3|4|5|6|7|8|9}.""",
)
SUMMARY = topic(
    """{The pilot|The project|The campaign|The quarter|The study|The case} {met|exceeded|missed|nearly reached} \
        {its goals|its main target|the plan|expectations}{.|; costs were {2|3|4|6|8} % {above|below} plan.|, with a \
            delay of {one|two|three} weeks.}
    {Two|Three|Four|Five} {sites|teams|partners|vendors|groups} {took part|were compared|delivered results|joined}, \
        {most|all but one|half} of them {for the first time|with success|ahead of time}.""",
    """{Main findings|Key points|In short}: {demand is stable|customers want shorter waiting times|training pays \
        off|quality rose while returns fell|the new process saves a day a week}.
    {The largest effect|The biggest change|The strongest gain} {came from|was seen in} {better planning|the \
        northern region|returning customers|automated checks|smaller orders}.""",
    """{Open|Still open} {are|remain} {the budget for next year|two legal questions|staffing in summer|the choice \
        of supplier}.
    {Next step|We recommend|The team suggests}: {a wider roll-out in spring|another test with more users|a review \
        in June|keeping the present setup}.""",
)
SENTENCE = topic(
    """{The|Every|An old|A small|The last|That} \
        {train|lighthouse|market|garden|letter|bridge|library|river|bakery|ferry|orchard|clock} \
            {opens|waits|shines|slows down|wakes up|changes|grows quiet|comes alive} {before sunrise|after the \
                rain|in late autumn|when the wind turns|on Sunday mornings|at the edge of town|without a sound|as \
                    the lights go on}{| and nobody knows why| as if by chance| like in an old film| and stays that \
                        way|, year after year|, or so they say}.
    {Nobody|Everyone|The baker|The teacher|My neighbour|The captain|A stranger|The gardener} \
        {noticed|remembered|talked about|painted|forgot|understood|followed|kept} {the open window|the missing \
            key|the second letter|the long way home|the blue bicycle|the first snow|the quiet answer|the yellow \
                door}{| and nobody knew why| as if by chance| like in an old film|, or so they say| for the first \
                    time in years| long after the others}.""",
)
PARAGRAPH = topic(
    """{The market|The harbour|The small square|The valley|The old station|The main street} {opens|wakes \
        up|fills|comes alive} {at six|before sunrise|with the first bus|when the fog lifts}.
    {In a quiet part of town|On the far side of the river|On the edge of the forest|In a side street near the park} \
        {stands a house with green shutters|a workshop has been open since spring|two sisters run a bakery|there is \
            a library that few people know}.""",
    """{By seven|By noon|An hour later|Soon} {the first stalls are empty|the benches are taken|the smell of bread \
        is everywhere|the bell rings twice|the ferry turns back}.
    {People come|Visitors arrive|Neighbours stop} {for the fruit|for the view|to talk|to read the notices|because \
        it is on their way} and {stay longer than planned|leave with more than they came for|promise to return}.""",
    """{Nobody is in a hurry|Children run ahead|Someone plays the accordion|A dog sleeps in the shade|The radio \
        plays old songs}{.| and nobody minds.|, as on any other day.}
    {What looks like chance|What seems simple} {is the work of years|took a long time to learn|rests on a few good \
        habits}.""",
    """{In winter|In summer|When it rains|On holidays} {everything is different|the doors stay closed|it is even \
        busier|the lights go on early}.
    {Some say|The older ones say|It is said} {it was always like this|it used to be louder|the best years are still \
        to come}.""",
    """?{And then the day begins|So the week goes by|That is how it has stayed|Tomorrow it starts again}.""",
)
TITLE = topic(
    """{Five|Seven|Ten|Three|Four|Six|Eight} {quiet|simple|surprising|proven|small|honest|useful|practical} \
        {ways|ideas|habits|lessons|rules|questions|steps|reasons} {to save time|for better mornings|about city \
            life|for new managers|to cook with less waste|for long train rides|from a year without a car|to sleep \
                well|for small gardens|to read more}{|, step by step|: a field report|, one year later|, in \
                    pictures|, revisited|: what we learned}
    {How|Why|When} {we|a small team|one town|two sisters|old libraries|bakers|young farmers|night trains} \
        {changed|rebuilt|saved|gave up|rediscovered|shared|moved} {the working week|an empty street|their favourite \
            place|a lost recipe|the last bookshop|everything|the way we travel|a habit}{|, step by step|: a field \
                report|, one year later|, in pictures|: what we learned}
    {The|A} {short|slow|hidden|complete|curious|personal|winter|beginner's} {guide to|history of|case for|story \
        of|map of|diary of|view of} {sourdough|night trains|office plants|walking|second-hand books|small \
            museums|lighthouses|tea|garden birds|repair cafés}{|, step by step|: a field report|, one year later|, \
                in pictures|, revisited}""",
)
TWEET = topic(
    """{First|Last|Biggest|Smallest} {tomatoes|sunflowers|strawberries|pumpkins} of the {year|season}{.|, and I am \
        proud.| Small, but mine.}
    {Just|Finally|Today I} {finished the book|fixed my bike|met my neighbour|found the perfect café|ran five \
        kilometres|cleaned the balcony|missed the bus}{.| and it feels great.| Only took me a year.}
    {Unpopular opinion|Hot take|Reminder|Quick thought}: {tea tastes better outdoors|not every meeting needs \
        slides|maps on paper still win|naps are underrated|small towns do it best|rain is good weather}.""",
    """?{Anyone else|Who is with me|Tell me I am not the only one}?
    {That is it, that is the post|More pictures tomorrow|Back to work now|Send coffee|Good night}.
    {Thanks to everyone who helped|You know who you are|Could not have done it alone}.""",
    """?{Hello|Greetings|Good morning} from {Porto|Leeds|Graz|Lyon|Turin|Cork|Utrecht|Bergen|Malmö|Tartu}{.|, where \
        it rains.|, where the bakery just opened.}""",
    """?#{weekend|smalljoys|home|garden|books|running|coffee|citylife|autumn|mondays}""",
)
CHAT = topic(
    """{Hi|Hey|Hello|Morning}{,|!} {are you still at the office|did you see my mail|do you have a minute|is the \
        meeting still on|have you eaten yet|can you send me the file}?
    {Running|I am} {five|ten|fifteen|twenty} minutes late, {start without me|sorry|save me a seat|traffic is awful}.
    {Done|All set|Sent|Fixed}{.|, please check.|, let me know if something is missing.|, it is in the shared folder.}
    {Could you|Can you|Would you} {pick up milk|call me back|move our slot to four|bring the charger|book the \
        table|check the numbers} {later|today|on your way|before lunch|when you can}?""",
    """?{No rush|Thanks|Talk later|See you soon|Let me know|Perfect|Sounds good}{.|!}
    {I will be there at|Let us meet at|Free after} {three|four|half past five|six|seven}.
    {The address is on the invite|Same place as last time|Room 204 is free}.""",
    """?{By the way|Also|One more thing|Before I forget}: {the printer works again|we are out of coffee|Kim is \
        back|the train was early|the cake is in the kitchen|your keys are on my desk|it starts to rain|the code has \
            changed|the lift is broken|parking is free today}{.|, just so you know.|, finally.}""",
)
EMAIL_BODY = topic(
    """{Hello|Dear customer|Good morning|Hello everyone|Dear team|Dear Sir or Madam},""",
    """{thank you for|we have received|I am writing about} {your order|your message|your application|the signed \
        contract|the open offer}{.| of last week.| of 3 March.}""",
    """{It leaves our warehouse tomorrow|We will reply within two days|Please find the details attached|I suggest a \
        call on Thursday|The total is unchanged|We have noted your new address}.
    {Could you please|May I ask you to|Please} {confirm the date|sign the attached form|send us your order \
        number|let us know your choice} {by Friday|this week|before the 20th}.""",
    """?{If you have any questions|Should anything be unclear}, {just reply to this e-mail|call us at any time|I am \
        happy to help}.
    {A short summary follows|Nothing changes for you|You do not need to do anything else}.""",
    """{Kind|Best|Warm} regards{|, the service team|, your project office|, the accounts department}""",
)
COMMIT = topic(
    """{Fix|Add|Remove|Rename|Retry|Document|Simplify|Speed up|Cache|Log|Validate|Split} {the export|uploads that \
        end early|the login form|rate limits|the price filter|slow queries|the health check|old migrations|the \
            retry rule|page titles|the search index|time zones in reports} {on small screens|before saving|for \
                large files|after a restart|in the worker|when the token is old|behind a flag|without a network|in \
                    tests|for guests}{| and add a test| without a new dependency| as the docs say| for good| one \
                        page at a time| and log the reason}""",
)
GOAL = topic(
    """{Publish|Review|Finish|Update|Test|Translate|Prepare|Reduce|Double|Automate|Collect|Present} {the pricing \
        page|the onboarding guide|open invoices|customer feedback|waiting times|the monthly report|the backup \
            plan|the new checkout|supplier contracts|the training material|the roadmap|error rates} {by the end of \
                the quarter|before the release|by Friday|with the sales team|for all regions|in two languages|until \
                    the audit|without extra cost|this month|as a small pilot}{| together with Kim| and report back| \
                        with a clear owner| in two rounds| in plain language| and tell the team}""",
)
QUOTE = topic(
    """{Small|Quiet|Honest|Patient|Slow|Brave} {steps|words|questions|hands|beginnings|mornings}{, taken daily,| \
        and open eyes| shared with friends|, kept simple,} {go far|build bridges|change more than speeches|find the \
            way|outlast storms|open doors}.
    {Whoever|Those who|He who|She who} {listens well|plants trees|walks slowly|asks twice|laughs at rain|keeps a \
        promise} {{hears more|learns more}|sits in good shade|sees the flowers|learns once|stays dry inside|needs \
            no contract|arrives all the same}{|, my grandmother said|, says an old sailor|, as they say in the \
                mountains|, and that is enough}.""",
)
