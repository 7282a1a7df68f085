"""The real server under hostile requests: each is answered in the refusal's shape, in time, and nothing is changed."""

from __future__ import annotations

import contextlib
import json
import socket
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from kaldor.atlas.add import add
from kaldor.atlas.store import Store
from tests.atlas.plain_folders import small_economy
from tests.hostile.bodies import WHOLE, bodies
from tests.hostile.doors import ADVICE, content, told
from tests.hostile.files import TABLES
from tests.hostile.heads import heads
from tests.hostile.requests import Sent
from tests.hostile.texts import some
from tests.hostile.uploads import uploads
from tests.server.conftest import Served, served
from tests.waiting import PATIENCE

_BY_THE_LIBRARY = b"Invalid HTTP request received."
"""What the HTTP library itself says of bytes that are no request; no route and no guard is reached."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, Path]]:
    """One server for all, on a store of its own beside a file of the user's."""
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "thesis.txt").write_text("years of work", "utf-8")
    add(small_economy(folder / "own"), Store(folder / "store"), "own")
    with served("--port", "0", "--store", str(folder / "store"), "--limit", "jobs_waiting=1000") as found:
        found.http.post("/api/studies", json={"id": "kept", "study": WHOLE["studies"][2]["study"]}).raise_for_status()
        yield found, folder


class Wire:
    """One connection to a server, over which requests go as bytes; a new one where the server closed it."""

    def __init__(self, address: str) -> None:
        self._at = (urlsplit(address).hostname, urlsplit(address).port)
        self._socket: socket.socket | None = None
        self.made = 0

    def ask(self, sent: Sent) -> tuple[int, bytes]:
        """Status and body of the answer; (0, b"") where the server hung up without one. Raises TimeoutError."""
        used = self._socket is not None
        if self._socket is None:
            self._socket = socket.create_connection(self._at, timeout=PATIENCE)
            self.made += 1
        with contextlib.suppress(ConnectionError):  # the server may answer and close before all is sent
            self._socket.sendall(sent.head + sent.body)
        head, rest = self._until(b"", b"\r\n\r\n")
        if not head:
            self.close()  # a server may end a connection that was silent for some seconds
            return self.ask(sent) if used else (0, b"")
        lines = head.decode("latin-1").lower().split("\r\n")
        headers = dict(line.split(": ", 1) for line in lines[1:] if ": " in line)
        last = headers.get("connection") == "close"
        length = int(headers.get("content-length", 10**9 if last else 0))
        while len(rest) < length and (more := self._read()):
            rest += more
        if last:
            self.close()
        return int(lines[0].split()[1]), rest[:length]

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
        self._socket = None

    def _until(self, seen: bytes, mark: bytes) -> tuple[bytes, bytes]:
        while mark not in seen:
            more = self._read()
            if not more:
                return b"", b""
            seen += more
        head, _, rest = seen.partition(mark)
        return head, rest

    def _read(self) -> bytes:
        assert self._socket is not None
        try:
            return self._socket.recv(1 << 16)
        except ConnectionError:
            return b""


def _wrong(server: tuple[Served, Path], requests: Mapping[str, Sent]) -> list[tuple[str, object]]:
    """What is wrong with the answers to requests, and what they changed."""
    running, folder = server
    wire, found = Wire(running.address), []
    before = _kept(folder)
    for name, sent in requests.items():
        try:
            status, body = wire.ask(sent)
        except TimeoutError:
            found.append((name, "no answer in time"))
            wire.close()
            continue
        found += [(name, fault) for fault in _faults(status, body, folder)]
        if status == 201:
            running.http.delete(f"/api/studies/{json.loads(body)['id']}")
        if status == 202:
            found += [(name, fault) for fault in _job_faults(running, json.loads(body)["job"], folder)]
        if _kept(folder) != before:
            found.append((name, f"something in the store was changed ({status})"))
            before = _kept(folder)
    wire.close()
    return found


def _faults(status: int, body: bytes, folder: Path) -> list[str]:
    said = body.decode("utf-8", "replace")
    found = [word for word in (*ADVICE, str(folder), "/kaldor/") if word in said and status >= 400]
    if status == 0:
        return ["hung up without an answer"]
    if (status >= 500 and status != 503) or "nobody foresaw" in said:
        found.append(f"{status}: {said[:300]}")
    if status >= 400 and _BY_THE_LIBRARY not in body and not _is_refusal(body):
        found.append(f"{status} is not in the refusal's shape: {said[:200]}")
    return found


def _is_refusal(body: bytes) -> bool:
    try:
        read = json.loads(body)
        return bool(read["message"]) and all({"where", "what", "remedy"} == set(one) for one in read["problems"])
    except (ValueError, KeyError, TypeError):
        return False


def _job_faults(running: Served, job: str, folder: Path) -> list[str]:
    """How a job that was taken on ended; a dataset that came of it is removed again."""
    record = running.wait(job)
    for id in (record.get("result") or {}).get("datasets", ()):
        running.http.delete(f"/api/datasets/{id}")
    said = json.dumps(record["problems"])
    found = [word for word in (*ADVICE, str(folder), "/kaldor/", "nobody foresaw", "exit code") if word in said]
    return [f"job: {word} in {said[:300]}" for word in found]


def _kept(folder: Path) -> dict[str, str]:
    """All that lies in the folder but records of jobs and what is made anew from the rest."""
    gone = ("/store/jobs/", "/store/incoming", "/store/jobs", "/store/index", "/store/.", "/store/staging")
    return {path: what for path, what in content(folder).items() if not any(part in path for part in gone)}


@pytest.mark.parametrize("route", WHOLE)
def test_hostile_json_is_refused(server, route):
    assert len(bodies(route)) >= 60
    wrong = _wrong(server, some(bodies(route), 40))
    assert not wrong, told(wrong)


@pytest.mark.long
@pytest.mark.parametrize("route", WHOLE)
def test_all_hostile_json_is_refused(server, route):
    wrong = _wrong(server, bodies(route))
    assert not wrong, told(wrong)


def test_hostile_addresses_and_headers_are_refused(server):
    assert len(heads()) >= 60
    wrong = _wrong(server, heads())
    assert not wrong, told(wrong)


def test_hostile_uploads_are_refused(server):
    """Those that no job has to look into, and one that a job refuses; a job takes seconds to start."""
    given = uploads({})
    chosen = {name: sent for name, sent in given.items() if name.startswith(("id: ", "no "))}
    wrong = _wrong(server, chosen | {"zip: a link": given["zip: a link"]})
    assert not wrong, told(wrong)


@pytest.mark.long
def test_all_hostile_uploads_are_refused(server):
    assert len(uploads(TABLES)) >= 60
    wrong = _wrong(server, uploads(TABLES))
    assert not wrong, told(wrong)


def test_a_refused_request_does_not_end_the_connection(server):
    running, _ = server
    names = ("nested", "a key twice", "a key of half a pair", "cut")
    refused = [bodies("simulate")[name] for name in names] + [heads()["Host: a bracket"]]

    def connections() -> int:
        with contextlib.closing(Wire(running.address)) as wire:
            assert [wire.ask(one)[0] in {400, 422} for one in refused] == [True] * len(refused)
            return wire.made

    # A machine with other work may halt this for longer than the server lets a connection be silent; not each time.
    assert 1 in (connections() for _ in range(20))
