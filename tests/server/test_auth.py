"""Who may call over HTTP: keys and tokens, and what is wrong with those that are refused."""

import hmac
import json
import threading
import time
from base64 import urlsafe_b64encode
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from fastmcp.server.auth.providers.jwt import RSAKeyPair
from joserfc import jwk, jwt

from synthaix.server.auth import auth_of
from synthaix.server.keys import KeyFile
from synthaix.server.settings import Settings, SettingsInvalid

ISSUER = "https://login.example.com"
AUDIENCE = "http://127.0.0.1/mcp"
BOTH = ["data:read", "data:generate"]


@pytest.fixture(scope="module")
def pair() -> RSAKeyPair:
    """The issuer's keys."""
    return RSAKeyPair.generate()


@pytest.fixture
def trusting(settings: Settings, pair: RSAKeyPair, tmp_path: Path) -> Settings:
    """Settings that name the issuer and its public key."""
    file = tmp_path / "issuer.pem"
    file.write_text(pair.public_key)
    return settings.model_copy(update={"auth_issuer": ISSUER, "auth_public_key": file})


def signed(pair: RSAKeyPair, *, head: dict[str, str] | None = None, **changes: Any) -> str:
    """A token of the issuer's; a claim of None is left out."""
    now = int(time.time())
    claims = {"iss": ISSUER, "aud": AUDIENCE, "sub": "ana", "exp": now + 600, "scope": " ".join(BOTH)} | changes
    kept = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode({"alg": "RS256"} | (head or {}), kept, jwk.import_key(pair.private_key.get_secret_value(), "RSA"))


def bearer(token: str) -> dict[str, str]:
    """The header that brings it."""
    return {"authorization": f"Bearer {token}"}


async def test_a_good_token_is_let_in(trusting: Settings, pair: RSAKeyPair, serve: Any) -> None:
    """Its subject owns what is made with it."""
    async with serve(trusting) as server:
        async with server.client(headers=bearer(signed(pair))) as client:
            made = await client.call_tool("translate_schema", {"prompt": "5 rows with a name"})
            schema_id = made.structured_content["schema_id"]
        async with server.client(headers=bearer(signed(pair, jti="another"))) as client:
            again = await client.call_tool("preview_rows", {"schema_id": schema_id})
        async with server.client(headers=bearer(signed(pair, sub="ben"))) as client:
            theirs = await client.call_tool("preview_rows", {"schema_id": schema_id}, raise_on_error=False)
    assert not again.is_error
    assert theirs.structured_content["code"] == "schema_not_found"


async def test_the_issuers_keys_are_fetched_from_its_address(
    settings: Settings, pair: RSAKeyPair, serve: Any, hello: dict[str, Any]
) -> None:
    """By the key's name; a token of a key that the issuer does not have is refused."""
    known = jwk.import_key(pair.public_key, "RSA").as_dict(private=False) | {"kid": "one"}

    class Keys(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = json.dumps({"keys": [known]}).encode()
            self.send_response(200)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Keys) as issuer:
        threading.Thread(target=issuer.serve_forever, args=(0.05,)).start()
        address = f"http://127.0.0.1:{issuer.server_port}/jwks"
        named = settings.model_copy(update={"auth_issuer": ISSUER, "auth_jwks_uri": address})
        async with serve(named) as server, server.http_client() as http:
            codes = []
            for kid in ("one", "two"):
                token = signed(pair, head={"kid": kid})
                answer = await http.post("/mcp", json=hello["json"], headers=hello["headers"] | bearer(token))
                codes.append(answer.status_code)
        issuer.shutdown()
    assert codes == [200, 401]


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": "https://other.example.com/mcp"},
        {"aud": None},
        {"iss": "https://evil.example.com"},
        {"iss": None},
        {"exp": 1_700_000_000},
        {"exp": None},
        {"exp": "soon"},
        {"nbf": 4_000_000_000},
        {"nbf": "now"},
        {"sub": None},
        {"sub": ""},
        {"sub": 7},
    ],
    ids=str,
)
async def test_a_token_with_a_fault_is_not(
    trusting: Settings, pair: RSAKeyPair, serve: Any, hello: dict[str, Any], changes: dict[str, Any]
) -> None:
    """Another audience, issuer or time, or none; nobody's."""
    async with serve(trusting) as server, server.http_client() as http:
        answer = await http.post(
            "/mcp", json=hello["json"], headers=hello["headers"] | bearer(signed(pair, **changes))
        )
    assert answer.status_code == 401
    assert "resource_metadata=" in answer.headers["www-authenticate"]


async def test_a_token_with_a_false_signature_is_not(
    trusting: Settings, pair: RSAKeyPair, serve: Any, hello: dict[str, Any]
) -> None:
    """No algorithm, the public key as a secret, another's key, a changed claim, and what is no token at all."""
    good = signed(pair)
    head, body, mark = good.split(".")
    unsigned = urlsafe_b64encode(b'{"alg":"none"}').rstrip(b"=").decode()
    symmetric = urlsafe_b64encode(b'{"alg":"HS256"}').rstrip(b"=").decode()
    seal = hmac.digest(pair.public_key.encode(), f"{symmetric}.{body}".encode(), "sha256")
    confused = f"{symmetric}.{body}.{urlsafe_b64encode(seal).rstrip(b'=').decode()}"
    foreign = signed(RSAKeyPair.generate())
    changed = f"{head}.{body[:-4]}AAAA.{mark}"
    false = (f"{unsigned}.{body}.", confused, foreign, changed, "x" * 9_000, "sxk_unknown", "a.b.c", "Ã¤")
    async with serve(trusting) as server, server.http_client() as http:
        for token in false:
            headers = {name: value.encode("latin-1") for name, value in (hello["headers"] | bearer(token)).items()}
            answer = await http.post("/mcp", json=hello["json"], headers=headers)
            assert answer.status_code == 401, token[:20]
            assert token not in answer.text


async def test_a_token_comes_in_its_header_alone(
    trusting: Settings, pair: RSAKeyPair, serve: Any, hello: dict[str, Any]
) -> None:
    """Not in the address, where logs keep it."""
    token = signed(pair)
    async with serve(trusting) as server, server.http_client() as http:
        for address in (f"/mcp?access_token={token}", f"/mcp?token={token}"):
            assert (await http.post(address, **hello)).status_code == 401
        nothing = await http.post("/mcp", **hello)
        basic = await http.post("/mcp", json=hello["json"], headers=hello["headers"] | {"authorization": "Basic YTpi"})
    assert (nothing.status_code, basic.status_code) == (401, 401)
    assert "error" not in nothing.headers["www-authenticate"].replace("resource_metadata", "")


async def test_without_the_scope_to_read_nothing_is(
    trusting: Settings, pair: RSAKeyPair, serve: Any, hello: dict[str, Any]
) -> None:
    """403, and which scope is missing."""
    headers = hello["headers"] | bearer(signed(pair, scope="profile"))
    async with serve(trusting) as server, server.http_client() as http:
        answer = await http.post("/mcp", json=hello["json"], headers=headers)
    assert answer.status_code == 403
    assert "data:read" in answer.headers["www-authenticate"]


@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_who_may_only_read_starts_nothing(settings: Settings, new_key: Any, serve: Any, mode: str) -> None:
    """The tools are listed all the same: a list must not differ from caller to caller."""
    reader = new_key("ana", "data:read")
    async with serve(settings) as server, server.client(headers=bearer(reader), mode=mode) as client:
        for tool, arguments in (
            ("translate_schema", {"prompt": "5 rows with a name"}), ("preview_rows", {"schema_id": "sch_1"}),
            ("start_generation", {"schema_id": "sch_1", "total_rows": 5}), ("resume_job", {"job_id": "job_1"}),
            ("cancel_job", {"job_id": "job_1"}),
        ):  # fmt: skip
            answer = await client.call_tool(tool, arguments, raise_on_error=False)
            assert answer.structured_content["code"] == "not_allowed", tool
        assert not (await client.call_tool("list_jobs", {})).is_error
        assert len(await client.list_tools()) == 9


async def test_who_may_only_read_does_not_spend_on_comparisons(settings: Settings, new_key: Any, serve: Any) -> None:
    """With an embedder of others, to compare rows is to pay."""
    reader, paying = new_key("ana", "data:read"), settings.model_copy(update={"embedder": "openai:m"})
    for chosen, code in ((settings, None), (paying, "not_allowed")):
        async with serve(chosen) as server, server.client(headers=bearer(reader)) as client:
            answer = await client.call_tool("check_duplicates", {"rows": [{"a": 1}, {"a": 1}]}, raise_on_error=False)
        assert answer.structured_content.get("code") == code


async def test_a_session_is_no_way_around_a_scope(
    settings: Settings, new_key: Any, serve: Any, hello: dict[str, Any]
) -> None:
    """A later request in it has what its own key may do; another caller's finds no such session."""
    writer, reader, other = new_key("ana"), new_key("ana", "data:read"), new_key("ben")
    call = {"jsonrpc": "2.0", "id": 2, "method": "tools/call",
            "params": {"name": "translate_schema", "arguments": {"prompt": "5 rows with a name"}}}  # fmt: skip
    async with serve(settings) as server, server.http_client() as http:
        opened = await http.post("/mcp", json=hello["json"], headers=hello["headers"] | bearer(writer))
        session = hello["headers"] | {"mcp-session-id": opened.headers["mcp-session-id"]}
        begun = {"jsonrpc": "2.0", "method": "notifications/initialized"}
        await http.post("/mcp", json=begun, headers=session | bearer(writer))
        answers = [await http.post("/mcp", json=call, headers=session | bearer(key))
                   for key in (writer, reader, writer, other)]  # fmt: skip
    assert [answer.status_code for answer in answers] == [200, 200, 200, 404]
    assert ["not_allowed" in answer.text for answer in answers[:3]] == [False, True, False]


async def test_clients_learn_where_tokens_come_from(trusting: Settings, serve: Any) -> None:
    """RFC 9728: the resource, its issuer, its scopes; anybody may read it."""
    async with serve(trusting) as server, server.http_client() as http:
        found = (await http.get("/.well-known/oauth-protected-resource/mcp")).json()
    assert found["resource"] == AUDIENCE
    assert [each.rstrip("/") for each in found["authorization_servers"]] == [ISSUER]
    assert found["scopes_supported"] == BOTH


async def test_a_key_is_good_until_it_is_dropped(
    settings: Settings, new_key: Any, serve: Any, hello: dict[str, Any]
) -> None:
    """Without a restart; a key made meanwhile is good at once."""
    first = new_key("ana")
    async with serve(settings) as server, server.http_client() as http:

        async def status(key: str) -> int:
            answer = await http.post("/mcp", json=hello["json"], headers=hello["headers"] | bearer(key))
            code: int = answer.status_code
            return code

        assert await status(first) == 200
        assert await status(first[:-1]) == 401
        second = new_key("ana")
        mark = KeyFile(settings.keys_file).all()[0].mark
        KeyFile(settings.keys_file).remove(mark)
        assert [await status(first), await status(second)] == [401, 200]
        KeyFile(settings.keys_file).remove("ana")
        assert await status(second) == 401
        settings.keys_file.write_text("{not json")
        assert await status(second) == 401


def test_only_hashes_are_kept(settings: Settings, new_key: Any) -> None:
    """In a file of the user's alone."""
    key = new_key("ana")
    assert key not in settings.keys_file.read_text()
    assert key.removeprefix("sxk_") not in settings.keys_file.read_text()
    assert settings.keys_file.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "given",
    [
        {"auth_issuer": ISSUER},
        {"auth_jwks_uri": "https://login.example.com/jwks"},
        {"auth_audience": "x"},
        {"auth_issuer": ISSUER, "auth_public_key": Path("/nowhere/key.pem")},
        {"auth_issuer": "no address", "auth_jwks_uri": "https://login.example.com/jwks"},
        {"auth_issuer": ISSUER, "auth_jwks_uri": "https://login.example.com/jwks", "auth_public_key": Path("/k.pem")},
    ],
)
def test_half_an_issuer_is_refused(settings: Settings, given: dict[str, Any]) -> None:
    """The error names the settings that go together."""
    with pytest.raises(SettingsInvalid, match="SYNTHAIX_AUTH_"):
        auth_of(settings.model_copy(update=given), "http://127.0.0.1")


def test_nobody_is_asked_where_nothing_is_set(settings: Settings) -> None:
    """On this machine alone; other addresses are refused then."""
    assert auth_of(settings, "http://127.0.0.1") is None


def test_a_long_or_strange_subject_is_an_owner_of_its_own(trusting: Settings, pair: RSAKeyPair) -> None:
    """No two callers are one owner, and none is the local one or a key's."""
    from synthaix.server.auth import _owner_of

    owners = [_owner_of(claims) for claims in (
        {"sub": "local"}, {"sub": "key:ana"}, {"client_id": "ana"}, {"azp": "bob"}, {"sub": "ana"},
        {"sub": "x" * 500}, {"sub": "x" * 501},
    )]  # fmt: skip
    assert len({*owners, "local", "key:ana"}) == len(owners) + 2
    assert all(len(owner or "") <= 200 for owner in owners)
