"""Made-up names: companies, products, films, teams. Built from parts, so that none is meant to be real."""

from collections.abc import Callable, Mapping

from synthaix.orchestration.generation.samplers.draw import Builder
from synthaix.orchestration.generation.samplers.goods import product_name
from synthaix.orchestration.generation.samplers.lists import listed, words
from synthaix.orchestration.generation.samplers.phrases import Phrases, phrase_maker, phrases
from synthaix.orchestration.generation.samplers.strings import ADJECTIVES, NOUNS, name_wording

STEMS = words(
    "Nor Lum Kes Vel Tor Bran Cal Dar Elm Fen Gal Hol Ister Jor Kal Lor Mar Nev Or Pel Quin Ros Sel Tal Ul Ver Wes "
    "Xan Yor Zel Ard Bel Cor Del Est Fal Gren Hav"
)
ENDS = words("vane etta trel ora ix ana eon ica aro enta ovo ella ium era ys ona ante iva odo eza")
BRANDS = phrases((STEMS, ENDS))
SURNAMES = words(
    "Abbott Ashby Barlow Bennett Brandt Calder Carver Dalton Dawson Ellery Fairbank Garner Hadley Hale Hollis "
    "Ingram Jansen Keller Lambert Larkin Mercer Merton Norwood Oakley Palmer Pruitt Quigley Radley Rowan Sawyer "
    "Selby Thorne Underhill Vance Walden Weston Wexler Winslow Yates"
)
TRADES = words(
    "Analytics Logistics Systems Robotics Foods Textiles Energy Software Consulting Media Labs Health Design "
    "Engineering Capital Insurance Motors Networks Pharma Packaging Instruments Partners Solutions Travel Printing "
    "Optics"
)
COMPANIES = phrases(
    (ADJECTIVES, " ", NOUNS, " ", TRADES),
    (STEMS, ENDS, " ", TRADES),
    (SURNAMES, " & ", SURNAMES[:20], (" Ltd", " LLC", " Partners", " & Sons", " GmbH", " Inc.")),
    (NOUNS, " & ", NOUNS, (" Ltd", " LLC", " Co.", " Group", " Inc.")),
)


def worded(wording: Callable[[], Phrases]) -> Builder:
    """A kind whose cells are phrases."""
    return lambda setting: phrase_maker(setting, wording())


def _places() -> tuple[str, ...]:
    """Names of towns that are on no map."""
    starts = words("North South East West Lake River Stone Ash Wood Fair Spring Mill")
    ends = words("field side haven brook view ford bury dale")
    return tuple(f"{start}{end}" for start in starts for end in ends)


THE = ("The ", "A ", "")
PLURALS = listed(
    "Foxes|Kites|Lanterns|Rivers|Strangers|Satellites|Gardens|Echoes|Wolves|Sparrows|Mirrors|Harbors|Comets|Tides|"
    "Ravens|Orchards"
)
MOODS = listed(
    "Last|First|Silent|Hidden|Broken|Golden|Distant|Forgotten|Crimson|Endless|Second|Burning|Paper|Glass|Winter|"
    "Midnight|Secret|Lonely|Borrowed|Invisible"
)
THINGS = listed(
    "Orchard|Lighthouse|River|Letter|Garden|Season|Kingdom|Promise|Horizon|Bridge|Summer|Island|Detective|Mountain|"
    "Stranger|Melody|Voyage|Witness|Harbor|Machine|Mirror|Daughter|Shadow|Empire"
)
PLACES = listed(
    "over Harbor Street|in Lisbon|of the North|by the Sea|at Dawn|on Maple Hill|under Ice|without a Map|"
    "after Midnight|beyond the Pines|in Winter|for Two|from Nowhere|near the Border"
)
TEAMS = listed(
    "Rovers|Falcons|United|Wanderers|Tigers|Athletic|Bears|Stars|Sharks|City|Rangers|Hawks|Comets|Lions|Bulls|Wolves"
)
JOBS = listed(
    "Account|Data|Software|Marketing|Product|Project|Sales|Operations|Finance|Support|Research|Design|Quality|"
    "Security|Logistics|Procurement|Content|Compliance|Systems|Customer Success|Human Resources|Business"
)
ROLES = listed(
    "Analyst|Manager|Engineer|Specialist|Coordinator|Consultant|Director|Associate|Lead|Administrator|Assistant|Planner"
)
EVENTS = listed(
    "Summit|Conference|Festival|Weekend|Workshop|Forum|Fair|Expo|Meetup|Symposium|Gala|Night|Days|Hackathon"
)
TOPICS = listed(
    "Data Craft|Jazz|Open Source|Design|Street Food|Climate|Robotics|Poetry|Marketing|Photography|Startup|"
    "Health Tech|Film|Running|Gardening|Cloud|Security|Education|Folk Music|Wine"
)
FIELDS = listed(
    "Statistics|Microeconomics|Organic Chemistry|Modern History|Linear Algebra|World Literature|Machine Learning|"
    "Human Anatomy|Philosophy of Science|Art History|Organizational Psychology|Marine Biology|Public Policy|"
    "Data Structures|Astronomy|Sociology|Genetics|Thermodynamics|Creative Writing|International Law|Accounting|"
    "Geology|Linguistics|Statistics for Biologists"
)
SUBJECTS = listed(
    "Biology|Economics|Mathematics|History|Physics|Chemistry|Psychology|Computer Science|Sociology|Philosophy|Law|"
    "Medicine|Linguistics|Architecture|Political Science|Geography|Music|Art History|Engineering|Nursing|Education|"
    "Astronomy|Statistics|Literature"
)
INDUSTRIES = listed(
    "Logistics|Renewable Energy|Healthcare|Retail|Banking|Insurance|Education|Telecommunications|Automotive|"
    "Construction|Agriculture|Software|Hospitality|Pharmaceuticals|Media|Manufacturing|Real Estate|Aerospace|"
    "Food and Beverage|Mining|Consulting|Textiles|Chemicals|Public Sector"
)
SKILLS = listed(
    "project management|SQL|Python|negotiation|public speaking|accounting|data analysis|customer service|"
    "copywriting|welding|photography|first aid|bookkeeping|recruiting|Excel|graphic design|event planning|"
    "translation|carpentry|user research|machine learning|budgeting|teaching|sales|network administration|"
    "quality control|logistics planning|technical writing|scheduling|mentoring"
)
DISHES = phrases(
    (
        listed("Grilled|Roasted|Braised|Smoked|Crispy|Spiced|Slow-Cooked|Pan-Fried|Baked|Marinated"),
        " ",
        listed(
            "Mushroom|Chicken|Salmon|Lamb|Tofu|Sea Bass|Aubergine|Pumpkin|Beef|Prawn|Chickpea|Cauliflower|Duck|"
            "Lentil|Halloumi"
        ),
        " ",
        listed("Risotto|Curry|Salad|Stew|Tacos|Noodles|Soup|Pie|Skewers|Bowl|Ragout|Pasta|Wrap|Gratin"),
    )
)

MAKERS: Mapping[str, Builder] = {
    "product.name": product_name,
    "general.name": worded(name_wording),
    "product.brand": worded(lambda: BRANDS),
    "vehicle.make": worded(lambda: BRANDS),
    "vehicle.model": worded(
        lambda: phrases(
            (
                listed(
                    "Strada|Alto|Vento|Corsa Nova|Terra|Luna|Mira|Orbit|Pulse|Rally|Scout|Tempo|Vista|Zephyr|Arrow|"
                    "Nimbus|Cirrus|Delta"
                ),
                " ",
                listed("1|2|3|4|5|GT|X|S|LX|Sport|E|Touring|Plus|Eco"),
            )
        )
    ),
    "company.name": worded(lambda: COMPANIES),
    "finance.merchant": worded(
        lambda: phrases(
            (
                NOUNS,
                (" Street ", " Lane ", " Corner ", " Square "),
                listed(
                    "Books|Bakery|Kitchen|Pharmacy|Market|Hardware|Coffee|Flowers|Optics|Cycles|Records|Deli|Toys|"
                    "Tailors|Garden Centre|Pet Shop"
                ),
            ),
            (
                ADJECTIVES,
                " ",
                NOUNS,
                " ",
                listed("Books|Bakery|Kitchen|Pharmacy|Market|Coffee|Fuel|Outfitters|Electronics|Sports"),
            ),
        )
    ),
    "logistics.carrier": worded(
        lambda: phrases(
            (
                listed(
                    "Swiftline|Polar|Blue Arrow|Northway|Redwood|Falcon|Meridian|Harbor|Summit|Comet|Evergreen|Ridgeway"
                ),
                " ",
                listed("Freight|Parcel|Express|Logistics|Couriers|Cargo"),
            )
        )
    ),
    "travel.airline": worded(
        lambda: phrases(
            (
                listed(
                    "Northway|Blue Meridian|Sunward|Aurora|Cloudline|Pacific Arc|Silver Wing|Atlas|Zephyr|Polaris|"
                    "Coral|Skylark"
                ),
                " ",
                listed("Air|Airlines|Airways|Jet|Connect"),
            )
        )
    ),
    "travel.hotel": worded(
        lambda: phrases(
            (("Hotel ", "The ", "Villa "), ADJECTIVES, " ", NOUNS, ("", " Inn", " Suites", " Lodge", " Resort"))
        )
    ),
    "event.name": worded(
        lambda: phrases((ADJECTIVES, " ", NOUNS, " ", TOPICS, " ", EVENTS), (_places(), " ", TOPICS, " ", EVENTS))
    ),
    "event.venue": worded(
        lambda: phrases(
            (
                ("The Old ", "The ", ""),
                (*ADJECTIVES[:60], *_places()),
                " ",
                listed("Hall|Brewery|Theatre|Arena|Pavilion|Gallery|Warehouse|Auditorium|Park|Club"),
            )
        )
    ),
    "media.movie_title": worded(
        lambda: phrases(
            (THE[:2], MOODS, " ", THINGS), (("The ", "A "), THINGS, " ", PLACES), (MOODS, " ", THINGS, " ", PLACES)
        )
    ),
    "media.book_title": worded(
        lambda: phrases(
            (("The ", "A ", "My "), MOODS, " ", THINGS),
            (("A Map of ", "The Book of ", "Letters from ", "A History of ", "Notes on "), ADJECTIVES, " ", PLURALS),
            (THINGS, " ", PLACES),
        )
    ),
    "media.song_title": worded(
        lambda: phrases(
            (ADJECTIVES, " ", MOODS[10:], " ", NOUNS),
            (MOODS, " ", PLURALS),
            (("Dancing ", "Waiting ", "Running ", "Dreaming ", "Falling "), PLACES),
        )
    ),
    "media.album": worded(
        lambda: phrases(
            (ADJECTIVES, " ", ("Hour", "Hours", "Season", "Tapes", "Sessions", "Rooms", "Stories", "Letters")),
            (("Letters from ", "Songs for ", "Live at ", "Postcards from "), ADJECTIVES, " ", NOUNS),
        )
    ),
    "media.artist": worded(
        lambda: phrases((("The ", ""), ADJECTIVES, " ", PLURALS), (STEMS, ENDS), (SURNAMES, " & the ", PLURALS))
    ),
    "media.headline": worded(
        lambda: phrases(
            (
                listed(
                    "City council|Local school|Regional hospital|Small bakery|University team|Coastal town|"
                    "Transport office|Museum|Football club|Energy cooperative|Public library|Harbor authority"
                ),
                " ",
                listed("approves|opens|plans|delays|celebrates|presents|rejects|launches|expands|reviews"),
                " ",
                listed(
                    "new bridge|winter program|solar project|housing plan|night bus line|reading festival|"
                    "recycling centre|research lab|bicycle route|open-air stage|budget draft|training scheme"
                ),
                " ",
                listed(
                    "after long debate|ahead of schedule|for the first time|despite rain|with record support|"
                    "next spring|at lower cost|this week"
                ),
            )
        )
    ),
    "food.restaurant": worded(
        lambda: phrases(
            (
                ("The ", "Casa ", "Café ", "Bistro ", "Trattoria "),
                ADJECTIVES,
                " ",
                listed("Ladle|Fork|Table|Olive|Lantern|Kitchen|Pepper|Garden|Spoon|Oven|Anchor|Fig|Basil|Pear"),
            )
        )
    ),
    "food.dish": worded(lambda: DISHES),
    "sports.team": worded(lambda: phrases((_places(), " ", TEAMS))),
    "sports.league": worded(
        lambda: phrases(
            (
                listed("Northern|Southern|Coastal|Premier|National|Regional|City|Highland|Western|Eastern"),
                " ",
                listed("Premier|Amateur|Junior|Winter|Summer|Open|Elite"),
                " ",
                listed("League|Cup|Championship|Trophy|Series"),
            )
        )
    ),
    "company.job_title": worded(lambda: phrases((("", "Senior ", "Junior ", "Lead ", "Principal "), JOBS, " ", ROLES))),
    "company.industry": worded(lambda: phrases((INDUSTRIES,))),
    "company.slogan": worded(
        lambda: phrases(
            (
                listed(
                    "Clear answers|Built for the road|Quiet power|Better mornings|Small steps|Honest work|"
                    "Good tools|Fresh ideas|Strong roots|Simple plans|Fair prices|Bright rooms"
                ),
                listed(
                    ", every day.|, made to last.|, close to you.|, without the fuss.|, for everyone.|"
                    ", since day one.|, wherever you are.|, one at a time."
                ),
            )
        )
    ),
    "company.project_name": worded(
        lambda: phrases(
            (("Project ",), NOUNS),
            (NOUNS, " ", listed("Migration|Rollout|Upgrade|Pilot|Integration|Redesign|Launch|Audit|Platform|Portal")),
        )
    ),
    "education.course": worded(
        lambda: phrases(
            (
                (
                    "Introduction to ",
                    "Advanced ",
                    "Foundations of ",
                    "Topics in ",
                    "Applied ",
                    "Seminar: ",
                    "Readings in ",
                ),
                FIELDS,
            )
        )
    ),
    "education.subject": worded(lambda: phrases((SUBJECTS,))),
    "education.university": worded(
        lambda: phrases(
            (("University of ",), _places()),
            (_places(), (" College", " University", " Institute of Technology", " School", " Academy")),
        )
    ),
    "hr.skill": worded(lambda: phrases((SKILLS,))),
    "it.service_name": worded(
        lambda: phrases(
            (
                listed(
                    "billing|search|auth|orders|catalog|email|payment|user|report|image|inventory|session|export|"
                    "audit|pricing|geo|webhook|ledger"
                ),
                "-",
                listed("api|worker|indexer|gateway|service|scheduler|proxy|consumer|cache|sync"),
            )
        )
    ),
    "it.database_name": worded(
        lambda: phrases(
            (
                listed("orders|analytics|users|inventory|billing|sessions|events|audit|catalog|reports|crm|warehouse"),
                ("", "_prod", "_staging", "_archive", "_eu", "_us", "_v2", "_test"),
            )
        )
    ),
    "it.git_branch": worded(
        lambda: phrases(
            (
                ("feature/", "fix/", "chore/", "release/", "docs/"),
                listed("export|login|search|billing|upload|cache|report|invite|profile|webhook|import|pricing"),
                "-",
                listed("page|retry|timeout|tests|cleanup|limits|form|api|labels|speed"),
            )
        )
    ),
    "text.word": worded(lambda: phrases((tuple(dict.fromkeys(word.lower() for word in (*NOUNS, *ADJECTIVES))),))),
}
