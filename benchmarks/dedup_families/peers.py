"""The naive design and SemHash on given rows, in the side environment: `python peers.py model tokenizer`.

Reads one JSON document from stdin: {name: {"columns": [...], "rows": [...]}}. Prints one: {name: {peer: {"flagged":
[bool], "seconds": CPU}}}. The naive design embeds the whole row as JSON and refuses it at a cosine of 0.85 with any
accepted row. SemHash's own default model is downloaded at first use, so it gets the same MiniLM, at its own default
threshold of 0.9; its columns are those of the schema but for identifiers.
"""

import json
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from dedup_families.minilm import MiniLm

NAIVE, SEMHASH = 0.85, 0.9


def naive(rows: list[dict[str, Any]], model: MiniLm) -> list[bool]:
    """Whether each row is refused."""
    vectors = model.encode([json.dumps(row, ensure_ascii=False, default=str) for row in rows])
    accepted = np.empty_like(vectors)
    count, flagged = 0, []
    for vector in vectors:
        flagged.append(bool(count and (accepted[:count] @ vector).max() >= NAIVE))
        if not flagged[-1]:
            accepted[count] = vector
            count += 1
    return flagged


def semhash(rows: list[dict[str, Any]], columns: list[str], model: MiniLm) -> list[bool]:
    """Whether each row is filtered."""
    from semhash import SemHash

    records = [{**{name: "" if row[name] is None else str(row[name]) for name in columns}, "place": str(place)}
               for place, row in enumerate(rows)]  # fmt: skip
    result = SemHash.from_records(records, columns=columns, model=model).self_deduplicate(SEMHASH)
    gone = {int(found.record["place"]) for found in result.filtered}
    return [place in gone for place in range(len(rows))]


def main() -> None:
    """Judge every data set."""
    model = MiniLm(Path(sys.argv[1]), Path(sys.argv[2]))
    answers: dict[str, dict[str, object]] = {}
    for name, given in json.load(sys.stdin).items():
        columns = [column["name"] for column in given["columns"] if column["type"] != "uuid"]
        begun = time.process_time()
        answers[name] = {"naive": {"flagged": naive(given["rows"], model), "seconds": time.process_time() - begun}}
        begun = time.process_time()
        flagged = semhash(given["rows"], columns, model)
        answers[name]["semhash"] = {"flagged": flagged, "seconds": time.process_time() - begun}
    json.dump(answers, sys.stdout)


if __name__ == "__main__":
    main()
