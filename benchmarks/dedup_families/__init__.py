"""The labelled data sets of the deduplication benchmark: rows of which each is known to repeat one, or not."""
