"""Seals: text that callers carry and only this store can make."""

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode

SEAL_BYTES = 16  # of HMAC-SHA-256; RFC 2104 section 5 allows half of the hash
LONGEST = 2_048  # characters


def sealed(key: bytes, purpose: bytes, place: bytes, *bound: str) -> str:
    """The place as text for a URL or a JSON string; `bound` is sealed into it and not written in it.

    Args:
        purpose: what it is for, since the same key may seal other things.
    """
    return urlsafe_b64encode(_seal(key, purpose, place, bound) + place).rstrip(b"=").decode()


def unsealed(text: str, key: bytes, purpose: bytes, *bound: str) -> bytes | None:
    """The place that was sealed so; None for any other text."""
    try:
        whole = urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4)) if len(text) <= LONGEST else b""
    except ValueError:
        return None
    seal, place = whole[:SEAL_BYTES], whole[SEAL_BYTES:]
    return place if hmac.compare_digest(seal, _seal(key, purpose, place, bound)) else None


def _seal(key: bytes, purpose: bytes, place: bytes, bound: tuple[str, ...]) -> bytes:
    """HMAC over the parts, each with its length, so that no two divisions of the same bytes agree."""
    parts = (purpose, *(part.encode() for part in bound), place)
    whole = b"".join(len(part).to_bytes(8, "big") + part for part in parts)
    return hmac.digest(key, whole, hashlib.sha256)[:SEAL_BYTES]
