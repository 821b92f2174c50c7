"""Jobs that must not repeat others, and named collections of jobs."""

from alembic import op
from sqlalchemy import Column, ForeignKeyConstraint, Integer, PrimaryKeyConstraint, String

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make their tables."""
    op.create_table(
        "extensions",
        Column("job", Integer(), nullable=False),
        Column("earlier", Integer(), nullable=False),
        ForeignKeyConstraint(["job"], ["jobs.id"], ondelete="CASCADE"),
        ForeignKeyConstraint(["earlier"], ["jobs.id"]),
        PrimaryKeyConstraint("job", "earlier"),
    )
    op.create_index("extensions_by_earlier", "extensions", ["earlier"])
    op.create_table(
        "collections",
        Column("owner", String(length=200), nullable=False),
        Column("name", String(length=64), nullable=False),
        Column("place", Integer(), nullable=False),
        Column("job", Integer(), nullable=False),
        ForeignKeyConstraint(["job"], ["jobs.id"], ondelete="CASCADE"),
        PrimaryKeyConstraint("owner", "name", "place"),
    )
    op.create_index("collections_by_job", "collections", ["job"])
