"""The store's tables: drafts, jobs, their tables, chunks, rows, replies, ledger, batches, and what is kept beside.

Money is a whole number of nanodollars (1e-9 USD), so that sums are exact. Times are seconds since the epoch, UTC.
"""

from sqlalchemy import (
    BigInteger,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData()

facts = Table(
    "facts",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("value", LargeBinary, nullable=False),
)

drafts = Table(
    "drafts",
    metadata,
    Column("schema_id", String(40), primary_key=True),
    Column("owner", String(200), nullable=False),
    Column("schema_hash", String(64), nullable=False),
    Column("draft", LargeBinary, nullable=False),
    Column("request_key", String(64)),
    Column("created_at", Float, nullable=False),
    Index("drafts_by_request", "owner", "request_key"),
)

jobs = Table(
    "jobs",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("job_id", String(40), nullable=False, unique=True),
    Column("owner", String(200), nullable=False),
    Column("schema_id", String(40), nullable=False),
    Column("schema", LargeBinary, nullable=False),
    Column("order", LargeBinary, nullable=False),
    Column("plan", LargeBinary, nullable=False),
    Column("status", String(16), nullable=False),
    Column("stop_reason", String(32)),
    Column("wanted", String(16)),  # what the owner asked of whoever runs it: cancel, pause
    Column("last_error", Text),
    Column("cap_nanos", BigInteger),
    Column("created_at", Float, nullable=False),
    Column("started_at", Float),
    Column("finished_at", Float),
    Column("active_seconds", Float, nullable=False, default=0.0),
    Column("rows_deduplicated", BigInteger, nullable=False, default=0),
    Column("rows_rejected", BigInteger, nullable=False, default=0),
    Column("completed_chunks", Integer, nullable=False, default=0),
    Column("outlook", LargeBinary),  # what its own calls say it will take; None before they say enough
    Column("tallies", LargeBinary, nullable=False, default=b"{}"),  # duplicates by stage, rejections by rule
    Column("idempotency_key", String(200)),
    Column("idempotency_hash", String(64)),
    Column("lease_holder", String(200)),
    Column("lease_token", Integer, nullable=False, default=0),
    Column("lease_expires", Float, nullable=False, default=0.0),
    UniqueConstraint("owner", "idempotency_key", name="one_job_a_key"),
    Index("jobs_by_owner", "owner", "id"),
    Index("jobs_by_status", "status"),
    sqlite_autoincrement=True,  # the number of a deleted job is never given to another
)

job_tables = Table(
    "job_tables",
    metadata,
    Column("job", ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True),
    Column("table_index", Integer, primary_key=True),
    Column("name", String(64), nullable=False),
    Column("target", BigInteger, nullable=False),
    Column("committed", BigInteger, nullable=False, default=0),
    Column("candidates", BigInteger, nullable=False, default=0),  # judged so far
    Column("round", Integer, nullable=False, default=0),
)

chunks = Table(
    "chunks",
    metadata,
    Column("job", ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True),
    Column("table_index", Integer, primary_key=True),
    Column("idx", Integer, primary_key=True),
    Column("round", Integer, nullable=False),
    Column("start", BigInteger, nullable=False),  # first candidate index
    Column("count", Integer, nullable=False),
    Column("slots", LargeBinary),  # int64; None where a candidate's slot is its index
    Column("state", String(12), nullable=False),  # open, done, skipped
    Column("committed", Integer),
    Column("first_seq", BigInteger),
    Column("duplicates", Integer),
    Column("refused", LargeBinary),  # int32: which candidates of the chunk were not committed
    Column("prints", LargeBinary),  # the committed rows' keys, packed
)

rows = Table(
    "rows",
    metadata,
    Column("job", Integer, primary_key=True),
    Column("table_index", Integer, primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    Column("body", LargeBinary, nullable=False),  # a JSON array in the columns' order
    sqlite_with_rowid=False,
)

replies = Table(
    "replies",
    metadata,
    Column("job", Integer, primary_key=True),
    Column("key", String(64), primary_key=True),
    Column("attempt", Integer, primary_key=True),
    Column("reply", LargeBinary, nullable=False),
    Column("created_at", Float, nullable=False),
)

ledger = Table(
    "ledger",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("owner", String(200), nullable=False),
    Column("job", Integer),  # None: a translation or a preview
    Column("key", String(64), nullable=False),
    Column("attempt", Integer, nullable=False, default=0),
    Column("reserved_nanos", BigInteger, nullable=False),
    Column("settled_nanos", BigInteger),  # None: in flight, or its process died
    Column("known", Integer, nullable=False, default=1),
    Column("input_tokens", BigInteger, nullable=False, default=0),
    Column("output_tokens", BigInteger, nullable=False, default=0),
    Column("cached_tokens", BigInteger, nullable=False, default=0),
    Column("created_at", Float, nullable=False),
    Index("ledger_by_job", "job"),
    Index("ledger_by_owner", "owner", "created_at"),
)

batches = Table(
    "batches",
    metadata,
    Column("tag", String(64), primary_key=True),
    Column("job", ForeignKey("jobs.id", ondelete="CASCADE"), nullable=False),
    Column("batch_id", String(200)),  # the provider's; None until it has answered
    Column("requests", LargeBinary, nullable=False),  # JSON: their keys
    Column("created_at", Float, nullable=False),
    Index("batches_by_job", "job"),
)

extensions = Table(
    "extensions",
    metadata,
    Column("job", ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True),
    Column("earlier", ForeignKey("jobs.id"), primary_key=True),  # whose rows it must not repeat; stays while it does
    Index("extensions_by_earlier", "earlier"),
)

collections = Table(
    "collections",
    metadata,
    Column("owner", String(200), primary_key=True),
    Column("name", String(64), primary_key=True),
    Column("place", Integer, primary_key=True, autoincrement=False),  # in the order in which jobs joined
    Column("job", ForeignKey("jobs.id", ondelete="CASCADE"), nullable=False),
    Index("collections_by_job", "job"),
)

tokens = Table(
    "tokens",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("owner", String(200), nullable=False),
    Column("bound", String(200), nullable=False),
    Column("schema_id", String(40), nullable=False),
    Column("expires_at", Float, nullable=False),
    Column("used_at", Float),
)

measures = Table(
    "measures",
    metadata,
    Column("key", String(64), primary_key=True),  # owner, schema, endpoint, model
    Column("measured", LargeBinary, nullable=False),
    Column("created_at", Float, nullable=False),
)

exports = Table(
    "exports",
    metadata,
    Column("export_id", String(40), primary_key=True),
    Column("job", ForeignKey("jobs.id", ondelete="CASCADE"), nullable=False),
    Column("key", String(64), nullable=False),  # what was asked for: table, format, columns, rows
    Column("export", LargeBinary, nullable=False),
    Column("created_at", Float, nullable=False),
    UniqueConstraint("job", "key", name="one_export_a_request"),
)
