"""Texts, each with another wording of it and with a look-alike that says something else; written for this benchmark."""

import random

from dedup_families.dataset import Dataset, Offered, interleaved

TRIPLES = (
    ("Revenue grew by 12 % in the third quarter.", "Third-quarter sales were up twelve percent.",
     "Revenue fell by 12 % in the third quarter."),
    ("The museum is closed on Mondays.", "You cannot visit the museum on a Monday.", "The museum is open on Mondays."),
    ("She moved from Oslo to Bergen to study medicine.", "To become a doctor she left Oslo for Bergen.",
     "She moved from Bergen to Oslo to study medicine."),
    ("The battery lasts two days with normal use.", "With ordinary use you charge it every second day.",
     "The battery lasts two hours with normal use."),
    ("Please restart the router before calling support.", "Before you phone the help desk, switch the router off and on.",
     "Please call support before restarting the router."),
    ("The flight was delayed because of heavy fog.", "Thick fog held up our departure.",
     "The flight was cancelled because of heavy fog."),
    ("He forgot to lock the back door last night.", "Last night the rear door stayed unlocked because he did not think of it.",
     "He forgot to close the back window last night."),
    ("The recipe needs three eggs and a cup of flour.", "Take a cup of flour and three eggs for this dish.",
     "The recipe needs three cups of flour and an egg."),
    ("Our neighbour's dog barks all night long.", "The dog next door does not stop barking until morning.",
     "Our neighbour's baby cries all night long."),
    ("The company hired 40 new engineers this year.", "Forty engineers joined the firm this year.",
     "The company fired 40 engineers this year."),
    ("I was charged twice for the same order.", "My card was billed two times for one purchase.",
     "I received the same order twice."),
    ("The bridge was built in 1932 and renovated in 1998.", "Erected in 1932, the bridge was overhauled in 1998.",
     "The bridge was built in 1923 and renovated in 1998."),
    ("Take one tablet in the morning after breakfast.", "Swallow a single pill each morning once you have eaten.",
     "Take one tablet in the evening before dinner."),
    ("The hotel room was clean but very small.", "Our room was spotless, though tiny.",
     "The hotel room was large but very dirty."),
    ("Most students prefer online lectures.", "The majority of students would rather attend lectures over the internet.",
     "Most teachers prefer online lectures."),
    ("The city council approved the new bike lanes.", "New cycle paths got the go-ahead from the city council.",
     "The city council rejected the new bike lanes."),
    ("My laptop overheats when I play games.", "Playing games makes my notebook far too hot.",
     "My laptop freezes when I watch films."),
    ("The contract ends on 30 June unless renewed.", "Without an extension the agreement expires at the end of June.",
     "The contract ends on 30 July unless renewed."),
    ("Nobody answered the phone at the pharmacy.", "I rang the pharmacy but no one picked up.",
     "Nobody answered the door at the pharmacy."),
    ("The soup was too salty for my taste.", "For me there was too much salt in the soup.",
     "The soup was too sweet for my taste."),
    ("Police arrested two men after the robbery.", "Two men were taken into custody following the hold-up.",
     "Police released two men after the robbery."),
    ("The new printer is faster than the old one.", "Compared with its predecessor, the new printer works more quickly.",
     "The old printer is faster than the new one."),
    ("Children under six travel free of charge.", "Kids younger than six need no ticket.",
     "Children over six travel at half price."),
    ("The lake freezes over every winter.", "Each winter the lake turns to ice.", "The lake floods every spring."),
    ("I returned the shoes because they were too tight.", "The shoes pinched, so I sent them back.",
     "I kept the shoes although they were too tight."),
    ("The train to Lyon leaves from platform four.", "Platform four is where you board for Lyon.",
     "The train from Lyon arrives at platform four."),
    ("The update fixed the login problem.", "Since the new version I can sign in again.",
     "The update caused the login problem."),
    ("She speaks Spanish and a little Portuguese.", "Her languages are Spanish and some basic Portuguese.",
     "She speaks Portuguese and a little Spanish."),
    ("The vaccine must be stored below five degrees.", "Keep the vaccine at temperatures under 5 degrees.",
     "The vaccine must be stored above five degrees."),
    ("We spent the whole weekend painting the kitchen.", "Painting the kitchen took us all of Saturday and Sunday.",
     "We spent the whole weekend cleaning the kitchen."),
    ("The film is based on a true story.", "What the movie tells really happened.",
     "The film is based on a famous novel."),
    ("The landlord raised the rent by 50 euros.", "Our rent went up fifty euros.",
     "The landlord lowered the rent by 50 euros."),
    ("He has been allergic to peanuts since childhood.", "A peanut allergy has accompanied him from an early age.",
     "He has been allergic to pollen since childhood."),
    ("The path to the summit is steep and stony.", "A stony, steep trail leads to the top.",
     "The path to the summit is flat and easy."),
    ("The server rejects passwords shorter than ten characters.", "A password needs at least ten characters or it is refused.",
     "The server rejects passwords longer than ten characters."),
    ("Their daughter was born three weeks early.", "The girl came into the world three weeks before the due date.",
     "Their daughter was born three weeks late."),
    ("The warranty does not cover water damage.", "Damage from water is excluded from the guarantee.",
     "The warranty covers water damage too."),
    ("Turn left after the church and then right.", "Past the church go left, afterwards take a right.",
     "Turn right after the church and then left."),
    ("The harvest was poor because it hardly rained.", "Lack of rain led to a bad crop.",
     "The harvest was good although it hardly rained."),
    ("The choir is looking for male voices.", "More men are wanted in the choir.",
     "The choir is looking for a new conductor."),
)  # fmt: skip


def paraphrases(seed: int) -> Dataset:
    """The triples in an order of the seed's; a text column and nothing else."""
    rng = random.Random(f"paraphrases {seed}")
    data = Dataset("human paraphrases", "paraphrases", [{"name": "text", "type": "text", "strategy": "llm"}])
    data.rows = placed(TRIPLES, rng)
    return data


def placed(triples: tuple[tuple[str, str, str], ...], rng: random.Random) -> list[Offered]:
    """Texts in a new order, each followed somewhere by its paraphrase and its look-alike."""
    shuffled = rng.sample(triples, len(triples))
    base = [Offered({"text": text}, "base", place) for place, (text, _, _) in enumerate(shuffled)]
    derived = []
    for place, (_, again, other) in enumerate(shuffled):
        derived.append((place, Offered({"text": again}, "paraphrase", place)))
        derived.append((place, Offered({"text": other}, "look-alike", len(shuffled) + place)))
    return interleaved(base, derived, rng)
