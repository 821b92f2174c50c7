"""How a job runs: states, leases, workers, the committer, spending."""
