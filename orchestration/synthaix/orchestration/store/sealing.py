"""Encryption at rest: what a user or a model wrote is sealed before it goes into the database.

AES-256-GCM from `cryptography`, under a key for each place (a job's rows of one table, say) that HKDF derives from the
operator's; so the random nonces of a key stay far below the 2^32 of NIST SP 800-38D section 8.3. What is sealed belongs
to its place and number: a row that somebody moves does not open. Without a key everything stays as it is.
"""

import hashlib
import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from pydantic import SecretStr
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from synthaix.orchestration.config import KEY_BYTES, keys_of
from synthaix.orchestration.errors import EncryptionKeyWrong
from synthaix.orchestration.store.backend import Backend
from synthaix.orchestration.store.tables import facts

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_BYTES, NAME_BYTES = 12, 4
MARK = b"\x01"  # before everything sealed; what is stored is text, which never begins so
_FACT = "seal"  # where the store keeps a word that only its key opens


class Seal:
    """The operator's keys.

    Args:
        setting: as `keys_of` reads it. The first key seals; each opens what it has sealed, so that a new one can be put
            before an old one.
    """

    def __init__(self, setting: SecretStr | None = None) -> None:
        keys = () if setting is None else keys_of(setting.get_secret_value())
        self._keys = {hashlib.sha256(key).digest()[:NAME_BYTES]: key for key in keys}

    @property
    def active(self) -> bool:
        """Whether anything is sealed."""
        return bool(self._keys)

    def place(self, *where: str | int) -> "Place":
        """Where something is kept; each place has keys of its own."""
        return Place(self._keys, "\0".join(map(str, where)).encode())

    async def check(self, backend: Backend, writer: AsyncEngine, readers: AsyncEngine) -> None:
        """Whether these keys are the store's; the first that is given to a store becomes its own.

        Raises:
            EncryptionKeyWrong: they are not, or there is none and the store has one: nothing is stored in the open
                beside what is sealed.
        """
        query = select(facts.c.value).where(facts.c.name == _FACT)
        async with readers.connect() as connection:
            kept: bytes | None = await connection.scalar(query)
        place = self.place(_FACT)
        if kept is None and self.active:
            made = backend.insert(facts).values(name=_FACT, value=place.seal_one(os.urandom(KEY_BYTES)))
            async with writer.begin() as connection:
                await connection.execute(made.on_conflict_do_nothing())  # another process may be quicker
                kept = await connection.scalar(query)
        if kept is None:
            return
        if not self.active:
            raise EncryptionKeyWrong
        word = place.open_one(kept)
        if not place.is_of_first(kept):  # a new key was put before the store's, which may be taken away one day
            async with writer.begin() as connection:
                again = update(facts).where(facts.c.name == _FACT, facts.c.value == kept)
                await connection.execute(again.values(value=place.seal_one(word)))


class Place:
    """Seals and opens what is kept in one place, by number."""

    def __init__(self, keys: dict[bytes, bytes], where: bytes) -> None:
        self._keys = keys
        self._where = where
        self._ciphers: dict[bytes, AESGCM] = {}

    def seal(self, blobs: Sequence[bytes], first: int = 0) -> Sequence[bytes]:
        """As they are stored under the numbers from `first` on."""
        if not self._keys:
            return blobs
        name = next(iter(self._keys))
        head, encrypt = MARK + name, self._cipher(name).encrypt
        sealed = []
        for number, blob in enumerate(blobs, first):
            nonce = os.urandom(NONCE_BYTES)
            sealed.append(head + nonce + encrypt(nonce, blob, b"%d" % number))
        return sealed

    def seal_one(self, blob: bytes) -> bytes:
        """As the only one of its place is stored."""
        return self.seal([blob])[0]

    def open_one(self, stored: bytes, number: int = 0) -> bytes:
        """As it was; what was stored before the store had a key is not sealed. Raises EncryptionKeyWrong."""
        if not self._keys or stored[:1] != MARK:  # a store that has a key was not opened without one
            return stored
        from cryptography.exceptions import InvalidTag

        name, rest = stored[1 : 1 + NAME_BYTES], stored[1 + NAME_BYTES :]
        if name not in self._keys:
            raise EncryptionKeyWrong
        try:
            return self._cipher(name).decrypt(rest[:NONCE_BYTES], rest[NONCE_BYTES:], b"%d" % number)
        except InvalidTag as exc:
            raise EncryptionKeyWrong("Something in the store was changed after it had been sealed.") from exc

    def is_of_first(self, stored: bytes) -> bool:
        """Whether the key that seals now has sealed it."""
        return stored[1 : 1 + NAME_BYTES] == next(iter(self._keys))

    def _cipher(self, name: bytes) -> "AESGCM":
        if name not in self._ciphers:
            from cryptography.hazmat.primitives.ciphers.aead import AESGCM
            from cryptography.hazmat.primitives.hashes import SHA256
            from cryptography.hazmat.primitives.kdf.hkdf import HKDF

            derived = HKDF(SHA256(), KEY_BYTES, salt=None, info=b"synthaix\0" + self._where).derive(self._keys[name])
            self._ciphers[name] = AESGCM(derived)
        return self._ciphers[name]
