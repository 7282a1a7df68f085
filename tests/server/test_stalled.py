"""A client that sends a byte now and then is told to go, by a real server on the loopback address."""

from __future__ import annotations

import contextlib
import socket
import time

import pytest

from tests.server.conftest import served
from tests.waiting import PATIENCE

LIMITS = ("--limit=stall_seconds=2", "--limit=slowest_kb_per_second=5")
JSON = ("POST /api/studies", "application/json")
FORM = ("POST /api/datasets", "multipart/form-data; boundary=x")
PART = b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.csv"\r\n\r\n'


def _head(asked: str, kind: str, length: int) -> bytes:
    head = f"{asked} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n\r\n"
    return head.encode()


@pytest.fixture(scope="module")
def impatient(tmp_path_factory):
    with served("--port", "0", "--store", str(tmp_path_factory.mktemp("stalled") / "store"), *LIMITS) as found:
        yield found


def _connected(server) -> socket.socket:
    url = server.http.base_url
    return socket.create_connection((url.host, url.port), timeout=PATIENCE)


def _drip(connection: socket.socket, text: bytes, every: float) -> bytes:
    """What the server answers to a text that is sent byte by byte, until it answers or closes."""
    begun, said = time.monotonic(), b""
    connection.settimeout(every)
    for byte in text * 1000:
        try:
            with contextlib.suppress(ConnectionError):  # what it has answered can be read still
                connection.sendall(bytes([byte]))
            said = connection.recv(65_536)
            connection.settimeout(PATIENCE)
            while more := connection.recv(65_536) if said else b"":  # it answers, and closes
                said += more
            break
        except TimeoutError:
            assert time.monotonic() - begun < PATIENCE, "the server goes on waiting"
        except ConnectionError:
            break
    return said


@pytest.mark.parametrize(("asked", "kind"), [JSON, FORM])
def test_a_body_that_comes_a_byte_at_a_time_is_given_up(impatient, asked, kind):
    with _connected(impatient) as connection:
        connection.sendall(_head(asked, kind, 900_000) + (PART if asked == FORM[0] else b'{"toml": "'))
        said = _drip(connection, b"x", 0.2).decode()
    assert said.startswith("HTTP/1.1 408"), said
    assert "body: stalled: " in said
    assert "connection: close" in said.lower()


def test_a_head_that_never_ends_is_given_up(impatient):
    with _connected(impatient) as connection:
        connection.sendall(b"GET /api/health HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ")
        assert _drip(connection, b"x", 0.2) == b""


def test_who_says_nothing_at_all_is_given_up(impatient):
    with _connected(impatient) as connection:
        assert connection.recv(1) == b""


def test_others_are_served_meanwhile_and_a_connection_serves_twice(impatient):
    with _connected(impatient) as slow:
        slow.sendall(b"POST /api/studies HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 900\r\n\r\n{")
        for _ in range(3):
            assert impatient.http.get("/api/health").status_code == 200


def test_a_body_that_comes_slowly_but_quickly_enough_is_taken(impatient):
    """500 kB in 2.5 seconds: longer than a body may take, at forty times the least rate."""
    body = b'{"toml": "' + b"x" * 500_000 + b'"}'
    with _connected(impatient) as connection:
        connection.sendall(_head(*JSON, len(body)))
        for start in range(0, len(body), 20_000):
            connection.sendall(body[start : start + 20_000])
            time.sleep(0.1)
        said = connection.recv(65_536).decode()
    assert said.startswith("HTTP/1.1 400"), said  # what it says is no study, but it was read to its end
