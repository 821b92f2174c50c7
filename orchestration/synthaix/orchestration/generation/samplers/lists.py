"""Lists of words, written as running text."""


def words(text: str) -> tuple[str, ...]:
    """Words separated by blanks."""
    return tuple(text.split())


def listed(text: str) -> tuple[str, ...]:
    """Phrases separated by bars."""
    return tuple(phrase.strip() for phrase in text.split("|"))
