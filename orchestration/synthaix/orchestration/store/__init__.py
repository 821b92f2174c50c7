"""The SQL truth: tables and transactions. SQLAlchemy lives here and nowhere else."""
