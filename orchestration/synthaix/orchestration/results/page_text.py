"""A page as text, for hosts that show nothing else."""

from io import BytesIO

from synthaix.orchestration.results.formats import csv_file
from synthaix.orchestration.results.formats.layout import Layout, field_of
from synthaix.orchestration.results.pages import Page
from synthaix.orchestration.schema.schema import Table


def csv_text(table: Table, page: Page) -> str:
    """The page's rows as CSV with a header, as an export would write them, cut cells as they are on the page."""
    layout = Layout(table.name, tuple(field_of(table.column(name)) for name in page.columns), len(page.rows))
    columns = [[row[name] for row in page.rows] for name in page.columns]
    sink = BytesIO()
    csv_file.write(sink, layout, [columns] if page.rows else [])
    return sink.getvalue().decode()
