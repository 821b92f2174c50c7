"""Who may call over HTTP, and whose the call is.

A caller brings a token of the operator's issuer (a JWT: this is an OAuth 2.1 resource server, RFC 9728 tells clients
where to get one) or an API key. Either names an owner, and the scopes `data:read` and `data:generate`. The token is
looked at here and goes nowhere else.
"""

import hashlib
import logging
import time
from typing import Any

from fastmcp.server.auth import AccessToken, AuthProvider, JWTVerifier, RemoteAuthProvider, TokenVerifier
from fastmcp.server.dependencies import get_access_token
from fastmcp.server.middleware import CallNext, Middleware, MiddlewareContext
from fastmcp.tools import ToolResult
from mcp.types import CallToolRequestParams
from pydantic import AnyHttpUrl

from synthaix.orchestration.errors import NotAllowed
from synthaix.server.keys import PREFIX, KeyFile, KeysUnreadable
from synthaix.server.settings import Settings, SettingsInvalid, variable
from synthaix.tools.calls import LOCAL_OWNER

log = logging.getLogger(__name__)

READ, GENERATE = "data:read", "data:generate"
LONGEST_SUBJECT = 150  # the store's owner has 200 characters; a longer one is known by its hash
LONGEST_TOKEN = 16_384  # characters; a server's limit of a header is of that size
READING = frozenset({"job_status", "list_jobs", "fetch_results", "check_duplicates"})  # tools that READ is enough for


class Callers(TokenVerifier):
    """Knows callers by their key or token.

    Every token must also have what fastmcp's verifier lets pass when it is missing: an end and a subject.
    """

    def __init__(self, keys: KeyFile, tokens: JWTVerifier | None, *, base_url: str) -> None:
        super().__init__(base_url=base_url, required_scopes=[READ])
        self._keys = keys
        self._tokens = tokens

    @property
    def scopes_supported(self) -> list[str]:
        """What a client may ask its issuer for."""
        return [READ, GENERATE]

    async def verify_token(self, token: str) -> AccessToken | None:
        """The caller; `subject` is the owner. None for a token that is not good."""
        if token.startswith(PREFIX):
            return self._by_key(token)
        if self._tokens is None or len(token) > LONGEST_TOKEN:
            return None
        return _checked(await self._tokens.verify_token(token))

    def _by_key(self, token: str) -> AccessToken | None:
        try:
            key = self._keys.find(token)
        except KeysUnreadable as exc:  # nobody gets in by a file that is being mended
            log.error("%s", exc)
            return None
        if key is None:
            return None
        return AccessToken(token="", client_id=key.name, scopes=list(key.scopes), subject=f"key:{key.name}")


def _checked(found: AccessToken | None) -> AccessToken | None:
    """The caller of a token whose signature, issuer and audience are right."""
    if found is None or found.expires_at is None:
        return None
    not_before = found.claims.get("nbf", 0)
    if not isinstance(not_before, int | float) or not_before > time.time():
        return None
    owner = _owner_of(found.claims)
    return None if owner is None else found.model_copy(update={"token": "", "subject": owner})


def _owner_of(claims: dict[str, Any]) -> str | None:
    """Who the token speaks for: its subject, else the client that has none (RFC 9068 section 2.2)."""
    for sort, claim in (("user", "sub"), ("client", "client_id"), ("client", "azp")):
        name = claims.get(claim)
        if isinstance(name, str) and name:
            long = len(name) > LONGEST_SUBJECT
            return f"{sort}:{'sha256:' + hashlib.sha256(name.encode()).hexdigest() if long else name}"
    return None


class Scopes(Middleware):
    """Lets a caller who may only read do no more than that.

    Args:
        paid_checks: whether comparing rows may cost something, since an embedder of others is asked.
    """

    def __init__(self, *, paid_checks: bool = False) -> None:
        self._reading = READING - {"check_duplicates"} if paid_checks else READING

    async def on_call_tool(
        self, context: MiddlewareContext[CallToolRequestParams], call_next: CallNext[CallToolRequestParams, ToolResult]
    ) -> ToolResult:
        """The tool's result. Raises NotAllowed."""
        caller = get_access_token()
        if caller is not None and GENERATE not in caller.scopes and context.message.name not in self._reading:
            raise NotAllowed(f"This call needs the scope {GENERATE}, which the token or key does not have.")
        return await call_next(context)


def owner_of_call() -> str:
    """Whose the call is that is being answered; everybody's where nobody is asked."""
    caller = get_access_token()
    return LOCAL_OWNER if caller is None or caller.subject is None else caller.subject


def auth_of(settings: Settings, base_url: str) -> AuthProvider | None:
    """Who may call; None when neither an issuer nor a key says so.

    Args:
        base_url: where callers reach this server.

    Raises:
        SettingsInvalid: the settings of tokens are not complete, or a file of theirs cannot be read.
    """
    keys = KeyFile(settings.keys_file)
    tokens = _tokens(settings, base_url)
    try:
        nobody = tokens is None and not keys.all()
    except KeysUnreadable as exc:
        raise SettingsInvalid(str(exc)) from None
    if nobody:
        return None
    callers = Callers(keys, tokens, base_url=base_url)
    if tokens is None or settings.auth_issuer is None:
        return callers
    return RemoteAuthProvider(
        token_verifier=callers, authorization_servers=[AnyHttpUrl(settings.auth_issuer)], base_url=base_url,
        resource_name="SynthAIx",
    )  # fmt: skip


def _tokens(settings: Settings, base_url: str) -> JWTVerifier | None:
    given = [name for name in ("auth_jwks_uri", "auth_public_key") if getattr(settings, name) is not None]
    if settings.auth_issuer is None and not given and settings.auth_audience is None:
        return None
    if settings.auth_issuer is None or len(given) != 1:
        raise SettingsInvalid(
            f"for tokens give {variable('auth_issuer')} and one of "
            f"{variable('auth_jwks_uri')} and {variable('auth_public_key')}"
        )
    try:
        AnyHttpUrl(settings.auth_issuer)
        pem = None if settings.auth_public_key is None else settings.auth_public_key.read_text("ascii")
    except (OSError, ValueError):
        raise SettingsInvalid(
            f"{variable('auth_issuer')} is a web address, {variable('auth_public_key')} a PEM file that can be read"
        ) from None
    if pem is not None and "PUBLIC KEY" not in pem:
        raise SettingsInvalid(f"{variable('auth_public_key')} is not a PEM file with a public key")
    return JWTVerifier(
        public_key=pem, jwks_uri=settings.auth_jwks_uri, issuer=settings.auth_issuer,
        audience=settings.auth_audience or f"{base_url}/mcp", algorithm=settings.auth_algorithm,
    )  # fmt: skip
