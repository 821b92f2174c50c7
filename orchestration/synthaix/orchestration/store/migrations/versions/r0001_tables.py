"""The tables as the first release with revisions had them."""

from alembic import op
from sqlalchemy import (
    BigInteger,
    Column,
    Float,
    ForeignKeyConstraint,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    String,
    Text,
    UniqueConstraint,
)

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make every table."""
    op.create_table(
        "drafts",
        Column("schema_id", String(length=40), nullable=False),
        Column("owner", String(length=200), nullable=False),
        Column("schema_hash", String(length=64), nullable=False),
        Column("draft", LargeBinary(), nullable=False),
        Column("request_key", String(length=64)),
        Column("created_at", Float(), nullable=False),
        PrimaryKeyConstraint("schema_id"),
    )
    op.create_index("drafts_by_request", "drafts", ["owner", "request_key"])
    op.create_table(
        "facts",
        Column("name", String(length=64), nullable=False),
        Column("value", LargeBinary(), nullable=False),
        PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "jobs",
        Column("id", Integer(), nullable=False),
        Column("job_id", String(length=40), nullable=False),
        Column("owner", String(length=200), nullable=False),
        Column("schema_id", String(length=40), nullable=False),
        Column("schema", LargeBinary(), nullable=False),
        Column("order", LargeBinary(), nullable=False),
        Column("plan", LargeBinary(), nullable=False),
        Column("status", String(length=16), nullable=False),
        Column("stop_reason", String(length=32)),
        Column("wanted", String(length=16)),
        Column("last_error", Text()),
        Column("cap_nanos", BigInteger()),
        Column("created_at", Float(), nullable=False),
        Column("started_at", Float()),
        Column("finished_at", Float()),
        Column("active_seconds", Float(), nullable=False),
        Column("rows_deduplicated", BigInteger(), nullable=False),
        Column("rows_rejected", BigInteger(), nullable=False),
        Column("completed_chunks", Integer(), nullable=False),
        Column("tallies", LargeBinary(), nullable=False),
        Column("idempotency_key", String(length=200)),
        Column("idempotency_hash", String(length=64)),
        Column("lease_holder", String(length=200)),
        Column("lease_token", Integer(), nullable=False),
        Column("lease_expires", Float(), nullable=False),
        PrimaryKeyConstraint("id"),
        UniqueConstraint("job_id"),
        UniqueConstraint("owner", "idempotency_key", name="one_job_a_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("jobs_by_owner", "jobs", ["owner", "id"])
    op.create_index("jobs_by_status", "jobs", ["status"])
    op.create_table(
        "ledger",
        Column("id", BigInteger().with_variant(Integer(), "sqlite"), nullable=False),
        Column("owner", String(length=200), nullable=False),
        Column("job", Integer()),
        Column("key", String(length=64), nullable=False),
        Column("attempt", Integer(), nullable=False),
        Column("reserved_nanos", BigInteger(), nullable=False),
        Column("settled_nanos", BigInteger()),
        Column("known", Integer(), nullable=False),
        Column("input_tokens", BigInteger(), nullable=False),
        Column("output_tokens", BigInteger(), nullable=False),
        Column("cached_tokens", BigInteger(), nullable=False),
        Column("created_at", Float(), nullable=False),
        PrimaryKeyConstraint("id"),
    )
    op.create_index("ledger_by_job", "ledger", ["job"])
    op.create_table(
        "replies",
        Column("job", Integer(), nullable=False),
        Column("key", String(length=64), nullable=False),
        Column("attempt", Integer(), nullable=False),
        Column("reply", LargeBinary(), nullable=False),
        Column("created_at", Float(), nullable=False),
        PrimaryKeyConstraint("job", "key", "attempt"),
    )
    op.create_table(
        "rows",
        Column("job", Integer(), nullable=False),
        Column("table_index", Integer(), nullable=False),
        Column("seq", BigInteger(), nullable=False),
        Column("body", LargeBinary(), nullable=False),
        PrimaryKeyConstraint("job", "table_index", "seq"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "tokens",
        Column("digest", String(length=64), nullable=False),
        Column("owner", String(length=200), nullable=False),
        Column("bound", String(length=64), nullable=False),
        Column("schema_id", String(length=40), nullable=False),
        Column("expires_at", Float(), nullable=False),
        Column("used_at", Float()),
        PrimaryKeyConstraint("digest"),
    )
    op.create_table(
        "chunks",
        Column("job", Integer(), nullable=False),
        Column("table_index", Integer(), nullable=False),
        Column("idx", Integer(), nullable=False),
        Column("round", Integer(), nullable=False),
        Column("start", BigInteger(), nullable=False),
        Column("count", Integer(), nullable=False),
        Column("slots", LargeBinary()),
        Column("state", String(length=12), nullable=False),
        Column("committed", Integer()),
        Column("first_seq", BigInteger()),
        Column("refused", LargeBinary()),
        Column("prints", LargeBinary()),
        ForeignKeyConstraint(["job"], ["jobs.id"], ondelete="CASCADE"),
        PrimaryKeyConstraint("job", "table_index", "idx"),
    )
    op.create_table(
        "exports",
        Column("export_id", String(length=40), nullable=False),
        Column("job", Integer(), nullable=False),
        Column("key", String(length=64), nullable=False),
        Column("export", LargeBinary(), nullable=False),
        Column("created_at", Float(), nullable=False),
        UniqueConstraint("job", "key", name="one_export_a_request"),
        ForeignKeyConstraint(["job"], ["jobs.id"], ondelete="CASCADE"),
        PrimaryKeyConstraint("export_id"),
    )
    op.create_table(
        "job_tables",
        Column("job", Integer(), nullable=False),
        Column("table_index", Integer(), nullable=False),
        Column("name", String(length=64), nullable=False),
        Column("target", BigInteger(), nullable=False),
        Column("committed", BigInteger(), nullable=False),
        Column("candidates", BigInteger(), nullable=False),
        Column("round", Integer(), nullable=False),
        ForeignKeyConstraint(["job"], ["jobs.id"], ondelete="CASCADE"),
        PrimaryKeyConstraint("job", "table_index"),
    )
