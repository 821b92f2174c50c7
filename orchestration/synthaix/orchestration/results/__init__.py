"""What a job gives back: pages, exports, the report."""
