"""What chunks gave beside rows."""

from alembic import op
from sqlalchemy import Column, Integer

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add how many candidates of a chunk repeated a row."""
    op.add_column("chunks", Column("duplicates", Integer()))
