"""`synthaix serve --http` as a process of its own: TLS, a key, a conversation, a file, a clean end."""

import datetime
import ipaddress
import os
import re
import signal
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from fastmcp import Client
from fastmcp.client.transports import StreamableHttpTransport

from synthaix.server.keys import KeyFile

pytestmark = pytest.mark.subprocess
SCHEMA = {"columns": [{"name": "id", "type": "uuid"}, {"name": "amount", "type": "integer"}]}


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1 that signs itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    files = tmp_path / "cert.pem", tmp_path / "key.pem"
    files[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    files[1].write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain))
    return files


@contextmanager
def served(home: Path, *options: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """The address of a server that is up, and its process."""
    foreign = ("SYNTHAIX_", "OPENAI_", "GEMINI_")
    ours = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    given = {"SYNTHAIX_HOME": str(home), "SYNTHAIX_EMBEDDER": "hash", "SYNTHAIX_CONFIRM": "off"}
    command = [sys.executable, "-c", "from synthaix.server.cli import main; main()", "serve", "--http", "--port", "0"]
    with subprocess.Popen(
        [*command, *options], stderr=subprocess.PIPE, text=True, env=ours | given, cwd=home
    ) as process:
        try:
            assert process.stderr is not None
            for line in process.stderr:
                up = re.search(r"running on (https?://[\d.]+:\d+)", line)
                if up:
                    yield up[1], process
                    break
            else:
                raise AssertionError("the server did not come up")
        finally:
            process.kill()


async def test_a_team_server_from_key_to_file(tmp_path: Path, certificate: tuple[Path, Path]) -> None:
    """All over TLS; a stranger is refused; SIGTERM ends it."""
    key = KeyFile(tmp_path / "keys.json").add("ana", ("data:read", "data:generate"))
    trust = ssl.create_default_context(cafile=str(certificate[0]))

    tls = ("--tls-cert", str(certificate[0]), "--tls-key", str(certificate[1]))
    with served(tmp_path, *tls) as (url, process):
        way = StreamableHttpTransport(f"{url}/mcp", headers={"authorization": f"Bearer {key}"}, verify=trust)
        async with Client(way) as client, httpx2.AsyncClient(verify=trust) as http:
            made = await client.call_tool("start_generation", {"schema": SCHEMA, "total_rows": 50})
            job_id = made.structured_content["job_id"]
            asked = {"job_id": job_id, "wait_seconds": 25}
            while (await client.call_tool("job_status", asked)).structured_content["status"] != "completed":
                pass
            file = (await client.call_tool("fetch_results", {"job_id": job_id, "format": "csv"})).structured_content
            whole = await http.get(file["uri"])
            part = await http.get(file["uri"], headers={"range": "bytes=0-1"})
            stranger = await http.post(f"{url}/mcp", json={})
            foreign = await http.get(file["uri"], headers={"host": "evil.example.com"})
        process.send_signal(signal.SIGTERM)
        process.wait(10)
    assert file["uri"].startswith("https://127.0.0.1:")
    assert len(whole.text.splitlines()) == 51
    assert (part.status_code, part.text) == (206, "id")
    assert (stranger.status_code, foreign.status_code) == (401, 421)
    assert "server" not in whole.headers
