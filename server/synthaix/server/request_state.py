"""What a client hands back with its user's answer, sealed so that no client can forge it."""

import secrets

from mcp.server.request_state import AESGCMRequestStateCodec, RequestStateSecurity

from synthaix.orchestration.engine import Engine

NAME = "request state"


class RequestStates:
    """Seals under a key of this process, until it is given the store's: then every server on that store unseals it."""

    def __init__(self) -> None:
        self._codec = AESGCMRequestStateCodec([secrets.token_bytes(32)])

    def security(self, *, seconds: float) -> RequestStateSecurity:
        """For the server; what is older than this is refused."""
        return RequestStateSecurity(codec=self, ttl=seconds)

    async def share(self, engine: Engine) -> None:
        """Use the store's key. Raises what opening the store raises."""
        self._codec = AESGCMRequestStateCodec([await engine.secret(NAME)])

    def seal(self, payload: bytes) -> str:
        """An opaque token."""
        return self._codec.seal(payload)

    def unseal(self, token: str) -> bytes:
        """What is in it. Raises InvalidRequestState."""
        return self._codec.unseal(token)
