"""How the tables of an older store become this release's: Alembic's revisions, in `versions/`."""
