"""What an id that is not there was probably meant to be: agents cut ids short and mistake one sort for the other."""

from synthaix.orchestration.errors import JobNotFound, SchemaNotFound
from synthaix.orchestration.schema.nearest import nearest_id
from synthaix.orchestration.store.store import Store

NEWEST = 50  # of the owner's own; another owner's are never named


async def job_not_found(store: Store, job_id: str, owner: str, *, field: str = "job_id") -> JobNotFound:
    """The error, with the owner's job that was meant where one is near."""
    if job_id.startswith("sch_"):
        return JobNotFound(field=field, suggestion="This is a schema's id; a job's begins with job_.")
    jobs = await store.jobs.list(owner=owner, limit=NEWEST)
    return JobNotFound(field=field, suggestion=_meant(job_id, [job.job_id for job in jobs]))


async def schema_not_found(store: Store, schema_id: str, owner: str, *, field: str = "schema_id") -> SchemaNotFound:
    """The error, with the owner's schema that was meant where one is near."""
    if schema_id.startswith("job_"):
        return SchemaNotFound(field=field, suggestion="This is a job's id; a schema's begins with sch_.")
    return SchemaNotFound(field=field, suggestion=_meant(schema_id, await store.drafts.ids(owner=owner, limit=NEWEST)))


def _meant(wrong: str, ids: list[str]) -> str | None:
    close = nearest_id(wrong, ids)
    return f"Did you mean `{close}`?" if close else None
