"""One file a revision. What was released is never edited; a later one changes it."""
