"""What a job's calls cost: estimates, reservations and settlements, the outlook, batches."""
