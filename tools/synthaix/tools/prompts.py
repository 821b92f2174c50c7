"""Prompts that a host offers its user: they teach the flow.

Their arguments are plain `str`: fastmcp appends a JSON schema to the description of anything else.
"""

from fastmcp import FastMCP
from pydantic import Field

from synthaix.tools.definition import spoken
from synthaix.tools.icon import ICONS


def design_dataset(
    request: str = Field(description="What rows you need, in a sentence."),
    rows: str = Field(default="", description="How many."),
    format: str = Field(default="", description="The file's format, such as csv or parquet."),
) -> str:
    """Go from a sentence to a file of rows, with your yes in between."""
    many = f" ({rows} rows)" if rows else ""
    return (
        f"I need a synthetic dataset{many}: {request}\n\n"
        "1. Call translate_schema with my words as prompt.\n"
        "2. Show me the columns as a table, with how each is made, the assumptions, the questions, the sample rows and "
        "the estimate. Ask what to change; apply changes with translate_schema(base_schema_id, changes) and show me "
        "what changed.\n"
        "3. When I am content, call start_generation, show me its summary, and call it again with confirm_token only "
        "after I said yes.\n"
        "4. Follow job_status with wait_seconds=20 until it is completed.\n"
        f"5. Call fetch_results with format={format or 'csv or parquet'} and tell me the path. Do not paste the rows."
    )


def review_schema(
    schema_id: str = Field(description="The proposal to review, as translate_schema gave it."),
) -> str:
    """Review a proposed schema critically before any row is made."""
    return (
        f"Read synthaix://schemas/{schema_id} and call preview_rows with schema_id={schema_id}. Then tell me, as a "
        "critical reader of this data: which types, ranges, distributions or null shares are unrealistic; which "
        "columns contradict each other in the sample rows; what is missing for the purpose; which assumptions I should "
        "confirm. Propose the changes in one sentence each. Once I agree, apply them with "
        f"translate_schema(base_schema_id={schema_id}, changes=...) and show me what changed."
    )


def add_prompts(mcp: FastMCP) -> None:
    """Register the prompts."""
    mcp.prompt(design_dataset, title="Design a dataset", description=spoken(design_dataset), icons=ICONS)
    mcp.prompt(review_schema, title="Review a schema", description=spoken(review_schema), icons=ICONS)
