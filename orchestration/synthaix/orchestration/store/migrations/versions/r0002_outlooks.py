"""Outlooks of jobs and measures of models; a token may be bound to more words."""

from alembic import op
from sqlalchemy import Column, Float, LargeBinary, PrimaryKeyConstraint, String

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add what a job's own calls say it will take."""
    op.add_column("jobs", Column("outlook", LargeBinary()))
    op.create_table(
        "measures",
        Column("key", String(length=64), nullable=False),
        Column("measured", LargeBinary(), nullable=False),
        Column("created_at", Float(), nullable=False),
        PrimaryKeyConstraint("key"),
    )
    with op.batch_alter_table("tokens") as tokens:
        tokens.alter_column("bound", type_=String(length=200), existing_type=String(length=64), existing_nullable=False)
