"""Which rows repeat another: canonical form, blocks, text, verdicts."""
