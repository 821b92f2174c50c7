"""Batches at the model's provider that a job waits for."""

from alembic import op
from sqlalchemy import Column, Float, ForeignKeyConstraint, Integer, LargeBinary, PrimaryKeyConstraint, String

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make their table."""
    op.create_table(
        "batches",
        Column("tag", String(length=64), nullable=False),
        Column("job", Integer(), nullable=False),
        Column("batch_id", String(length=200)),
        Column("requests", LargeBinary(), nullable=False),
        Column("created_at", Float(), nullable=False),
        ForeignKeyConstraint(["job"], ["jobs.id"], ondelete="CASCADE"),
        PrimaryKeyConstraint("tag"),
    )
    op.create_index("batches_by_job", "batches", ["job"])
