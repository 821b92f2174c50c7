"""From a request, a ready-made schema or an edit to a draft."""
