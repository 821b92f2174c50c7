"""Text columns, written by a model in calls of about ten rows."""
