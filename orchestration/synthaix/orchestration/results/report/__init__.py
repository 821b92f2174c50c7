"""The quality report of a job: measured in one pass, kept as JSON, shown as a page, verified against rows."""
