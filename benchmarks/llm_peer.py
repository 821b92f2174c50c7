"""The peer NVIDIA Data Designer on the table of `llm_ours.py`, in an environment of its own.

    uv run --no-project --with data-designer==0.9.6 python benchmarks/llm_peer.py http://127.0.0.1:4010/v1 1000 20

Four sampled columns and one that the model writes, which is how it does best; all else is as it comes. Prints its
figures as one line of JSON.
"""

import json
import os
import sys
import tempfile
import time
from typing import Any

MODEL = "writer"
PROMPT = "Write a customer review of about 40 words for a {{ category }} order of {{ amount }} placed {{ timestamp }}."


def columns(dd: Any) -> list[Any]:
    """The five columns in its words."""
    start, end = "2025-01-01", "2026-06-30"
    categories = ["Books", "Toys", "Garden", "Shoes", "Music"]
    sampled = [
        ("id", dd.SamplerType.UUID, dd.UUIDSamplerParams()),
        ("category", dd.SamplerType.CATEGORY, dd.CategorySamplerParams(values=categories)),
        ("amount", dd.SamplerType.UNIFORM, dd.UniformSamplerParams(low=5, high=900, decimal_places=2)),
        ("timestamp", dd.SamplerType.DATETIME, dd.DatetimeSamplerParams(start=start, end=end, unit="D")),
    ]
    made = [dd.SamplerColumnConfig(name=name, sampler_type=kind, params=params) for name, kind, params in sampled]
    return [*made, dd.LLMTextColumnConfig(name="review", prompt=PROMPT, model_alias=MODEL)]


def main() -> None:
    """Generate, timing the generate call alone."""
    import data_designer.config as dd  # type: ignore[import-not-found]
    from data_designer.interface import DataDesigner  # type: ignore[import-not-found]

    base_url, rows, slots = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    os.environ["WRITER_KEY"] = "none"
    provider = dd.ModelProvider(name="fake", endpoint=base_url, provider_type="openai", api_key="WRITER_KEY")
    model = dd.ModelConfig(
        alias=MODEL, model="fake-model", provider="fake",
        inference_parameters=dd.ChatCompletionInferenceParams(max_parallel_requests=slots),
    )  # fmt: skip
    builder = dd.DataDesignerConfigBuilder(model_configs=[model])
    for column in columns(dd):
        builder.add_column(column)
    with tempfile.TemporaryDirectory() as folder:
        designer = DataDesigner(artifact_path=folder, model_providers=[provider])
        cpu, begun = time.process_time(), time.perf_counter()
        made = designer.create(builder, num_records=rows).load_dataset()
        seconds, cpu = time.perf_counter() - begun, time.process_time() - cpu
    texts = made["review"].astype(str)
    words = texts.str.split().str.len()
    figures = {"seconds": seconds, "cpu": cpu, "rows": len(made), "cut": int((words < 40).sum())}
    print(json.dumps({**figures, "distinct": int(texts.nunique())}))


if __name__ == "__main__":
    main()
