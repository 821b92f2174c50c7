"""Every error that the engine raises on purpose, in one tree.

SynthAIxError
├── ArgumentInvalid            argument_invalid        an argument is out of its range or of the wrong form
├── SchemaInvalid              schema_invalid          the schema cannot be read
│   ├── KeyUnknown             key_unknown             a key that the schema language does not have
│   ├── ColumnTypeUnknown      column_type_unknown
│   ├── KindUnknown            kind_unknown
│   ├── ReferenceUnknown       reference_unknown       a table, column or name that is not in the schema
│   ├── PatternUnsupported     pattern_unsupported     not checkable in linear time
│   ├── ExpressionInvalid      expression_invalid
│   └── DependencyCycle        dependency_cycle
├── Infeasible                 infeasible              N distinct valid rows cannot exist
├── NotFound
│   ├── SchemaNotFound         schema_not_found
│   ├── JobNotFound            job_not_found
│   ├── TableNotFound          table_not_found
│   ├── ColumnNotFound         column_not_found
│   └── AddressNotFound        address_not_found       no file is at this address, or no longer
├── ConfirmationInvalid        confirmation_invalid    the token is unknown, expired, used, or of another schema
├── IdempotencyConflict        idempotency_conflict    the same key with other arguments
├── NotAllowed                 not_allowed             the caller's token or key is not for this
├── RateLimited                rate_limited            calls come too fast; passes
├── QuotaExceeded              quota_exceeded          the caller has as much as the operator allows
├── JobNotResumable            job_not_resumable
├── JobBusy                    job_busy                another process holds the job
├── PriceUnknown               price_unknown           the model has no known price and the job has a cap
├── BudgetTooSmall             budget_too_small        the cap does not pay for one call
├── ProviderError
│   ├── ProviderBusy           provider_busy           passes; trying again helps
│   ├── ProviderRefused        provider_refused        a wrong key, no quota, an unknown model
│   └── ReplyUnusable          reply_unusable          the answer was not what was asked for
├── StorageError
│   ├── StorageFull            storage_full
│   ├── StorageReadOnly        storage_read_only
│   ├── StoreUnreachable       store_unreachable
│   ├── StoreTooNew            store_too_new           a later release has written it
│   └── EncryptionKeyWrong     encryption_key_wrong    what is sealed does not open
├── LeaseLost                  lease_lost              another process has taken the job over
└── InternalFault              internal_fault          ours

Each class owns its `code`, its sentence and the tool to call next. No message holds a value that was sent, a secret,
or a provider's text: a message says what happened, where, and what to do.
"""

from collections.abc import Mapping, Sequence
from typing import ClassVar


class SynthAIxError(Exception):
    """Something that the caller can read and act on.

    Args:
        message: the sentence; the class's own when left out.
        field: where, as a path such as `schema.columns[2].type`.
        allowed: what would be accepted there.
        suggestion: the nearest right name, or the cure.
        retry_after_seconds: when trying again helps.
    """

    code: ClassVar[str] = "error"
    sentence: ClassVar[str] = "Something went wrong."
    next_tool: ClassVar[str | None] = None

    def __init__(
        self,
        message: str | None = None,
        *,
        field: str | None = None,
        allowed: Sequence[str] | None = None,
        suggestion: str | None = None,
        retry_after_seconds: float | None = None,
    ) -> None:
        self.message = message or self.sentence
        self.field = field
        self.allowed = list(allowed) if allowed is not None else None
        self.suggestion = suggestion
        self.retry_after_seconds = retry_after_seconds
        super().__init__(self.message)

    def fields(self) -> Mapping[str, object]:
        """The contract's error, without the empty parts."""
        every = {
            "code": self.code,
            "message": self.message,
            "field": self.field,
            "allowed": self.allowed,
            "suggestion": self.suggestion,
            "next_tool": self.next_tool,
            "retry_after_seconds": self.retry_after_seconds,
        }
        return {name: value for name, value in every.items() if value is not None}


class ArgumentInvalid(SynthAIxError):
    code = "argument_invalid"
    sentence = "An argument is not of the form that the tool takes."


class SchemaInvalid(SynthAIxError):
    code = "schema_invalid"
    sentence = "The schema cannot be read."
    next_tool = "translate_schema"


class KeyUnknown(SchemaInvalid):
    code = "key_unknown"
    sentence = "The schema has a key that does not exist."


class ColumnTypeUnknown(SchemaInvalid):
    code = "column_type_unknown"
    sentence = "A column has a type that does not exist."


class KindUnknown(SchemaInvalid):
    code = "kind_unknown"
    sentence = "A column has a kind that is not in the catalogue."


class ReferenceUnknown(SchemaInvalid):
    code = "reference_unknown"
    sentence = "The schema points at a table or column that it does not have."


class PatternUnsupported(SchemaInvalid):
    code = "pattern_unsupported"
    sentence = "A pattern cannot be checked in linear time."


class ExpressionInvalid(SchemaInvalid):
    code = "expression_invalid"
    sentence = "An expression cannot be read."


class DependencyCycle(SchemaInvalid):
    code = "dependency_cycle"
    sentence = "Columns or tables depend on each other in a circle."


class Infeasible(SynthAIxError):
    code = "infeasible"
    sentence = "So many distinct valid rows cannot exist under this schema."
    next_tool = "translate_schema"


class NotFound(SynthAIxError):
    code = "not_found"
    sentence = "There is nothing with this id."


class SchemaNotFound(NotFound):
    code = "schema_not_found"
    sentence = "There is no schema with this id in this server's data folder."
    next_tool = "translate_schema"


class JobNotFound(NotFound):
    code = "job_not_found"
    sentence = "There is no job with this id in this server's data folder."
    next_tool = "list_jobs"


class TableNotFound(NotFound):
    code = "table_not_found"
    sentence = "The job has no such table."


class ColumnNotFound(NotFound):
    code = "column_not_found"
    sentence = "The table has no such column."


class AddressNotFound(NotFound):
    code = "address_not_found"
    sentence = "There is no file at this address, or no longer. fetch_results gives a new one."
    next_tool = "fetch_results"


class ConfirmationInvalid(SynthAIxError):
    code = "confirmation_invalid"
    sentence = "The confirmation token is not valid for this call. Call start_generation without it to get a new one."
    next_tool = "start_generation"


class IdempotencyConflict(SynthAIxError):
    code = "idempotency_conflict"
    sentence = "This idempotency_key was used with other arguments."
    next_tool = "list_jobs"


class NotAllowed(SynthAIxError):
    code = "not_allowed"
    sentence = "The caller's token or key is not for this. The operator can give one that is."


class RateLimited(SynthAIxError):
    code = "rate_limited"
    sentence = "Calls come too fast. Wait retry_after_seconds; job_status with wait_seconds=20 saves many calls."


class QuotaExceeded(SynthAIxError):
    code = "quota_exceeded"
    sentence = "You have as much as the operator allows one caller."
    next_tool = "list_jobs"


class JobNotResumable(SynthAIxError):
    code = "job_not_resumable"
    sentence = "The job cannot go on from its present state."
    next_tool = "job_status"


class JobBusy(SynthAIxError):
    code = "job_busy"
    sentence = "Another process holds this job."
    next_tool = "job_status"


class PriceUnknown(SynthAIxError):
    code = "price_unknown"
    sentence = (
        "The model has no known price, so a spending cap cannot be kept. "
        "The operator can give one in the file named by SYNTHAIX_PRICES, or set SYNTHAIX_MAX_COST_USD=none."
    )


class BudgetTooSmall(SynthAIxError):
    code = "budget_too_small"
    sentence = "The cap does not pay for one call."
    next_tool = "start_generation"


class ProviderError(SynthAIxError):
    code = "provider_error"
    sentence = "The model's provider did not answer as it should."


class ProviderBusy(ProviderError):
    code = "provider_busy"
    sentence = "The model's provider is busy."


class ProviderRefused(ProviderError):
    code = "provider_refused"
    sentence = "The model's provider refused: check the key, the quota and the model's name."
    next_tool = "resume_job"


class ReplyUnusable(ProviderError):
    code = "reply_unusable"
    sentence = "The model's answer was not of the form that was asked for."


class StorageError(SynthAIxError):
    code = "storage_error"
    sentence = "The store did not take what was written."


class StorageFull(StorageError):
    code = "storage_full"
    sentence = "The disk is full. Free some room; the job goes on by itself."


class StorageReadOnly(StorageError):
    code = "storage_read_only"
    sentence = "The data folder cannot be written. Set SYNTHAIX_HOME to a folder that can."


class StoreUnreachable(StorageError):
    code = "store_unreachable"
    sentence = "The store cannot be reached."


class StoreTooNew(StorageError):
    code = "store_too_new"
    sentence = "The store was written by a later release. Install that release, or name another store."


class EncryptionKeyWrong(StorageError):
    code = "encryption_key_wrong"
    sentence = (
        "The store is sealed with a key that SYNTHAIX_ENCRYPTION_KEY does not have. "
        "The operator can set it, beside others if there are several, and start the server again."
    )


class LeaseLost(SynthAIxError):
    code = "lease_lost"
    sentence = "Another process has taken the job over."
    next_tool = "job_status"


class InternalFault(SynthAIxError):
    code = "internal_fault"
    sentence = "An internal fault. The trace id finds it in the log."
