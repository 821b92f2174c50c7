"""Texts without a model: sentences with alternatives, grouped by what they are about and by their mood."""
