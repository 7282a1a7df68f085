"""What a proxy says of a request is believed of the proxies that were named, and of nobody else."""

from __future__ import annotations

import pytest

from kaldor.errors import InputError
from kaldor.server.forwarded import as_asked, network_of
from kaldor.server.settings import Limits, Settings
from tests.server.conftest import in_process, served

TOKEN = "a-long-enough-token-for-tests"
WITH_TOKEN = {"authorization": f"Bearer {TOKEN}"}
PROXY = "10.0.0.1"


def _scope(client: str, **headers: str) -> dict:
    written = [(b"host", b"inside:8123")]
    written += [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return {
        "type": "http",
        "client": (client, 5000),
        "scheme": "http",
        "headers": [(b"host", b"inside:8123"), *written],
    }


def _read(client: str, *proxies: str, **headers: str) -> tuple[str, str, str]:
    found = as_asked(_scope(client, **headers), [one for text in proxies if (one := network_of(text))])
    return found["client"][0], found["scheme"], dict(found["headers"])[b"host"].decode()


TOLD = {"x_forwarded_for": "203.0.113.9", "x_forwarded_host": "kaldor.example.org", "x_forwarded_proto": "https"}


def test_a_named_proxy_is_believed():
    assert _read(PROXY, PROXY, **TOLD) == ("203.0.113.9", "https", "kaldor.example.org")
    assert _read(PROXY, "10.0.0.0/8", **TOLD) == ("203.0.113.9", "https", "kaldor.example.org")


@pytest.mark.parametrize("client", ["10.0.0.2", "127.0.0.1", "::1", "testclient", "203.0.113.9"])
def test_nobody_else_is(client):
    assert _read(client, PROXY, **TOLD) == (client, "http", "inside:8123")
    assert _read(client, **TOLD) == (client, "http", "inside:8123")


@pytest.mark.parametrize(
    ("chain", "client"),
    [
        ("198.51.100.7, 203.0.113.9", "203.0.113.9"),  # what stands left of it the client wrote
        ("203.0.113.9, 10.0.0.3, 10.0.0.2", "203.0.113.9"),
        ("203.0.113.9:4711", "203.0.113.9"),
        ("[2001:db8::1]:4711", "2001:db8::1"),
        ("2001:db8::1", "2001:db8::1"),
        ("203.0.113.9, unknown", PROXY),
        ("203.0.113.9, unknown, 10.0.0.2", "10.0.0.2"),
        ("", PROXY),
        ("10.0.0.2", "10.0.0.2"),
    ],
)
def test_the_client_is_the_last_that_is_no_proxy(chain, client):
    assert _read(PROXY, "10.0.0.0/8", x_forwarded_for=chain)[0] == client


def test_a_scheme_that_is_none_changes_nothing():
    assert _read(PROXY, PROXY, x_forwarded_proto="javascript")[1] == "http"


def _behind(tmp_path, **more):
    limits = Limits(requests_burst=3, requests_per_second=1e-9)
    return Settings(store=tmp_path, host="127.0.0.1", token=TOKEN, limits=limits, **more)


def test_clients_behind_a_proxy_have_each_their_own_rate(tmp_path):
    with in_process(_behind(tmp_path, proxies=("127.0.0.1",))) as client:
        client._transport.client = ("127.0.0.1", 5000)
        asked = WITH_TOKEN | {"host": "127.0.0.1"}
        first = [client.get("/api/health", headers=asked | {"x-forwarded-for": "203.0.113.1"}) for _ in range(5)]
        other = client.get("/api/health", headers=asked | {"x-forwarded-for": "203.0.113.2"})
    assert [one.status_code for one in first] == [200, 200, 200, 429, 429]
    assert other.status_code == 200


def test_a_client_that_is_no_proxy_cannot_change_its_rate(tmp_path):
    limits = Limits(requests_burst=3, requests_per_second=1e-9)
    with in_process(Settings(store=tmp_path, host="0.0.0.0", token=TOKEN, limits=limits)) as client:
        client._transport.client = ("127.0.0.1", 5000)
        found = [client.get("/api/health", headers={"x-forwarded-for": f"203.0.113.{i}"}).status_code for i in range(5)]
    assert found == [200, 200, 200, 429, 429]


def test_a_page_behind_a_proxy_may_post_and_its_cookie_is_for_https_alone(tmp_path):
    with in_process(_behind(tmp_path, proxies=("127.0.0.1",))) as client:
        client._transport.client = ("127.0.0.1", 5000)
        told = {"x-forwarded-host": "kaldor.example.org", "x-forwarded-proto": "https"}
        answer = client.post("/api/session", headers=WITH_TOKEN | told | {"origin": "https://kaldor.example.org"})
        assert answer.status_code == 200, answer.text
        assert "secure" in answer.headers["set-cookie"].lower()
        answer = client.post("/api/session", headers=WITH_TOKEN | told | {"origin": "https://evil.example"})
        assert answer.status_code == 403


def test_a_proxy_needs_a_token_and_an_address():
    with pytest.raises(InputError, match="would open the server to other machines without a token"):
        Settings(proxies=("127.0.0.1",))
    with pytest.raises(InputError, match=r"--proxy example\.org: is no address\. Name an IP address"):
        Settings(proxies=("example.org",), token=TOKEN)


def test_a_real_server_does_not_believe_its_own_machine(tmp_path):
    """uvicorn's default takes the word of whatever runs beside it."""
    with served("--port", "0", "--store", str(tmp_path), "--token", TOKEN) as found:
        told = WITH_TOKEN | {"x-forwarded-proto": "https", "x-forwarded-host": "evil.example"}
        answer = found.http.post("/api/session", headers=told)
        assert answer.status_code == 200, answer.text
        assert "secure" not in answer.headers["set-cookie"].lower()
