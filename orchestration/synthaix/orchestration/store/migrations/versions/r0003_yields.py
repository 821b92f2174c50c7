"""What chunks gave beside rows, and a way to an owner's day in the ledger."""

from alembic import op
from sqlalchemy import Column, Integer

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add how many candidates of a chunk repeated a row, and an index."""
    op.add_column("chunks", Column("duplicates", Integer()))
    op.create_index("ledger_by_owner", "ledger", ["owner", "created_at"])
