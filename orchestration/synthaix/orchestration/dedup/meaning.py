"""What a sentence says, as far as possible without how it is worded.

Two things hide it in a vector. What all texts of a column share (their language, their subject, their manner) makes any
two of them near: so the mean of the column's sentences is taken off. And there are directions in which sentences differ
that say the same thing in other words: they are found from phrases that are given in several wordings each, and count
for less. This is the within-class covariance normalisation of speaker recognition (Hatch, Kajarekar and Stolcke, 2006),
cut to the strongest directions.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from synthaix.orchestration.dedup.embedding import Embedder, Sentences, Vectors

DIRECTIONS = 16
SMOOTHING = 3.0  # times the mean variance, added to that of each direction
# the same thing in several wordings, line by line; lines in turn say opposite things
PHRASES = (
    "the waiter was polite.|the man who served us was very friendly.|we were greeted with a smile.|such a kind waiter.",
    "the waiter was impolite.|the man who served us was very unfriendly.|"
    "we were greeted with a scowl.|such a rude waiter.",
    "the soup was hot.|they served the soup steaming.|the soup came at the right temperature.",
    "the soup was cold.|they served the soup lukewarm.|the soup came without any warmth left.",
    "the film was exciting.|i was on the edge of my seat during the film.|"
    "a thrilling film from start to end.|the film kept me interested.",
    "the film was boring.|i almost fell asleep during the film.|"
    "a tedious film from start to end.|the film lost my interest.",
    "the hotel is close to the station.|it is a short walk from the station to the hotel.|"
    "the hotel lies right next to the station.",
    "the hotel is far from the station.|it is a long walk from the station to the hotel.|"
    "the hotel lies nowhere near the station.",
    "the bathroom was clean.|the bathroom was spotless.|"
    "not a speck of dirt in the bathroom.|they keep the bathroom nicely clean.",
    "the bathroom was dirty.|the bathroom was filthy.|"
    "there was dirt all over the bathroom.|they do not clean the bathroom.",
    "sales went up.|more was sold than last year.|the company increased its sales.|sales have grown.",
    "sales went down.|less was sold than last year.|the company lost sales.|sales have shrunk.",
    "the teacher explains well.|i understand everything the teacher says.|"
    "the teacher makes things clear.|clear explanations from the teacher.",
    "the teacher explains badly.|i understand nothing the teacher says.|"
    "the teacher makes things confusing.|confusing explanations from the teacher.",
    "the patient is getting better.|the patient's health is improving.|"
    "the patient is recovering.|the patient feels stronger each day.",
    "the patient is getting worse.|the patient's health is declining.|"
    "the patient is deteriorating.|the patient feels weaker each day.",
    "the flat is bright.|a lot of light comes into the flat.|the flat gets plenty of sun.",
    "the flat is dark.|hardly any light comes into the flat.|the flat gets no sun.",
    "the website loads quickly.|the pages of the site open at once.|the website is fast.|no waiting for this site.",
    "the website loads slowly.|the pages of the site take forever to open.|"
    "the website is sluggish.|a lot of waiting for this site.",
    "the bed was soft.|i slept very well in the bed.|a cosy bed.|the bed was comfortable and i woke up rested.",
    "the bed was hard.|i slept very badly in the bed.|a lumpy bed.|the bed was uncomfortable and i woke up tired.",
    "the street is calm at night.|at night you hear nothing from the street.|"
    "the street is silent after dark.|no traffic noise at night.",
    "the street is loud at night.|at night you hear everything from the street.|"
    "the street is rowdy after dark.|constant traffic noise at night.",
    "the ticket was cheap.|the ticket cost very little.|i paid a low price for the ticket.|the ticket was a bargain.",
    "the ticket was expensive.|the ticket cost a lot.|i paid a high price for the ticket.|the ticket was a rip-off.",
    "the bus was on time.|the bus was punctual.|the bus came when it should.|the bus came early.",
    "the bus was late.|the bus was delayed.|the bus came long after it should.|the bus kept us waiting.",
    "the exam was simple.|the exam was no problem.|i found the exam easy.|anyone could pass the exam.",
    "the exam was hard.|the exam was a big problem.|i found the exam difficult.|hardly anyone could pass the exam.",
    "he won the match.|he was victorious in the match.|the match ended with his victory.|he beat his opponent.",
    "he lost the match.|he was defeated in the match.|the match ended with his defeat.|he was beaten by his opponent.",
    "the app never crashes.|the app is stable.|i have had no crash of the app.|the app runs without errors.",
    "the app crashes all the time.|the app is unstable.|i have had many crashes of the app.|the app is full of errors.",
    "the doctor listened to me.|the doctor took time for me.|"
    "the doctor was attentive.|i felt taken seriously by the doctor.",
    "the doctor did not listen to me.|the doctor had no time for me.|"
    "the doctor was indifferent.|i felt ignored by the doctor.",
    "the shop is open on sundays.|you can shop there on a sunday.|on sundays the shop is not closed.",
    "the shop is closed on sundays.|you cannot shop there on a sunday.|on sundays the shop is not open.",
    "the portions are large.|they give you big portions.|the plates are full.|generous portions.",
    "the portions are small.|they give you tiny portions.|the plates are half empty.|meagre portions.",
    "the air is fresh.|the air smells good.|good clean air.",
    "the air is stale.|the air smells bad.|bad polluted air.",
    "i would come back.|i will certainly return.|next time we go there again.|i recommend the place.",
    "i would not come back.|i will certainly not return.|next time we go elsewhere.|i do not recommend the place.",
    "the meeting was useful.|i learned a lot in the meeting.|the meeting was worth my time.|a productive meeting.",
    "the meeting was useless.|i learned nothing in the meeting.|"
    "the meeting was a waste of my time.|an unproductive meeting.",
    "the jacket fits me.|the jacket is my size.|"
    "the jacket sits perfectly.|the jacket is neither too wide nor too tight.",
    "the jacket does not fit me.|the jacket is not my size.|the jacket sits badly.|the jacket is too tight.",
    "the repair held.|the car has run well since the repair.|they repaired it properly.|the repair was successful.",
    "the repair did not hold.|the car broke down again after the repair.|they botched the repair.|the repair failed.",
    "the garden is pretty.|what a lovely garden.|the garden is a joy to look at.|an attractive garden.",
    "the garden is ugly.|what a horrible garden.|the garden is an awful sight.|an unattractive garden.",
    "the fabric is strong.|the fabric is of good quality.|the fabric will last for years.|the fabric does not tear.",
    "the fabric is weak.|the fabric is of poor quality.|the fabric will wear out soon.|the fabric tears easily.",
    "they answered my mail.|i got a reply to my mail.|my mail was answered quickly.|they wrote back.",
    "they did not answer my mail.|i got no reply to my mail.|my mail was never answered.|they did not write back.",
    "the instructions are clear.|the manual is easy to follow.|"
    "the instructions are well written.|i understood the manual at once.",
    "the instructions are unclear.|the manual is hard to follow.|"
    "the instructions are badly written.|i did not understand the manual.",
    "the trip was safe.|nothing happened on the trip.|we travelled without danger.",
    "the trip was dangerous.|there was an accident on the trip.|we travelled at great risk.",
    "she likes her job.|she enjoys her work.|her job makes her happy.|she is satisfied with her position.",
    "she dislikes her job.|she hates her work.|her job makes her unhappy.|she is dissatisfied with her position.",
    "the request was approved.|they accepted the request.|the request was granted.",
    "the request was rejected.|they refused the request.|the request was denied.",
    "the music was good.|i loved the music.|great music.|the band played wonderfully.",
    "the music was bad.|i hated the music.|awful music.|the band played terribly.",
    "there is enough space.|the room is spacious.|plenty of space for everyone.|the room is big enough.",
    "there is not enough space.|the room is cramped.|no space for everyone.|the room is too small.",
    "it was better than i expected.|it exceeded my expectations.|i was pleasantly surprised.|i am delighted.",
    "it was worse than i expected.|it fell short of my expectations.|i was disappointed.|i am annoyed.",
    "the screen is sharp.|the picture is crisp.|the display shows fine detail.",
    "the screen is blurry.|the picture is fuzzy.|the display shows no detail.",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Meaning:
    """What is taken off a vector so that its meaning remains.

    Attributes:
        directions: in which wordings vary, float32 (d, DIRECTIONS).
        less: the share of each that is taken off.
        centre: what a column's sentences have in common, float32 (d).
    """

    directions: Vectors
    less: Vectors
    centre: Vectors

    def of(self, vectors: Vectors) -> Vectors:
        """Vectors of unit length, float32 (n, d), from (n, d)."""
        off = vectors - self.centre
        off = off - ((off @ self.directions) * self.less) @ self.directions.T
        lengths = np.sqrt((off * off).sum(axis=1, keepdims=True))
        unit: Vectors = off / np.maximum(lengths, np.float32(1e-6))
        return unit

    def around(self, texts: Sequence[Sentences]) -> "Meaning":
        """Likewise, with the centre of these texts' sentences."""
        every = np.concatenate(list(texts)).astype(np.float32)
        return replace(self, centre=every.sum(axis=0) / np.float32(max(len(every), 1)))


@lru_cache(maxsize=4)
def meaning_of(embedder: Embedder) -> Meaning:
    """Meaning in an embedder's space, with its centre at zero: 272 phrases are encoded once, about 0.2 s of CPU."""
    sets = [phrases.split("|") for phrases in PHRASES]
    vectors = embedder.encode([phrase for some in sets for phrase in some]).astype(np.float64)
    parts = np.split(vectors, np.cumsum([len(some) for some in sets])[:-1])
    off = np.concatenate([part - part.mean(axis=0) for part in parts])
    _, strengths, directions = np.linalg.svd(off, full_matrices=False)
    variances = strengths**2
    kept = variances[:DIRECTIONS] / (SMOOTHING * variances.sum() / vectors.shape[1])
    return Meaning(
        directions[:DIRECTIONS].T.astype(np.float32).copy(), (1 - 1 / np.sqrt(1 + kept)).astype(np.float32),
        np.zeros(vectors.shape[1], np.float32),
    )  # fmt: skip
