"""One file by HTTP: in parts where the line breaks, whole and of the expected kind in the end, and politely.

What has come stays in .NAME.part beside the file, with the server's mark of the version (ETag or date) in
.NAME.part.json, so that a broken or killed download goes on where it stopped, unless the file has changed meanwhile.
The second is written before the first and removed after it: a part without it is somebody else's file.
"""

from __future__ import annotations

import json
import math
import os
import shutil
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kaldor.atlas import atomic
from kaldor.atlas.heads import PASSING, request_headers
from kaldor.atlas.whole_file import fault_of
from kaldor.errors import FetchError
from kaldor.unforeseen import refusal

if TYPE_CHECKING:
    import httpx

Progress = Callable[[int, int | None], None]
"""Called with the bytes that are there and the bytes there will be, if the server says."""

ATTEMPTS = 5
MOST_WAIT_SECONDS = 60.0
MOST_BYTES = 64 * 2**30
"""The largest file that is fetched; EXIOBASE's largest is 1.5 GB."""

_CHUNK = 1 << 20


@dataclass(frozen=True)
class _Part:
    """What of a file has come so far, and of which version of it."""

    file: Path
    mark: str

    @property
    def size(self) -> int:
        return self.file.stat().st_size if self.mark and self.file.is_file() else 0


def fetch(
    url: str,
    target: Path,
    progress: Progress | None = None,
    wait: Callable[[float], None] = time.sleep,
    accept: Callable[[Path], None] | None = None,
) -> None:
    """Bring a file to `target`, where nothing is yet; it is there whole afterwards or not at all.

    A passing fault (a broken line, a busy server) is tried again up to five times, after 1, 2, 4, 8 seconds or as long
    as the server asks; more than a minute is not waited for, but said. `accept` sees the whole file before it gets its
    name, and raises where it is not the right one.
    Raises FetchError that says what the server answered and what to do, also for a file of somebody else's in the way.
    """
    import httpx

    target.parent.mkdir(parents=True, exist_ok=True)
    _refuse_strange(target, url)
    with httpx.Client(follow_redirects=True, timeout=60, headers=request_headers()) as client:
        for attempt in range(1, ATTEMPTS + 1):
            try:
                _fetch_once(client, url, target, progress, accept)
                return
            except (httpx.TransportError, _PassingError) as error:
                asked = getattr(error, "after", None) or 0.0
                if asked > MOST_WAIT_SECONDS:  # nobody should sit before a program that sleeps for an hour
                    what = f"{_reason(error)} and asks to wait {_duration(asked)}"
                    raise FetchError(url, what, _LATER.format(_duration(asked))) from None
                if attempt == ATTEMPTS:
                    raise FetchError(url, f"{_reason(error)}, {ATTEMPTS} times", _AGAIN) from None
                wait(asked or 2.0 ** (attempt - 1))
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                raise FetchError(url, _reason(error), _MOVED) from None
            except OSError as error:
                raise FetchError(url, f"cannot be written to {target.parent} ({refusal(error)[0]})", _SPACE) from None


_AGAIN = "Check the connection and run the same command again: it goes on where it stopped."
_LATER = "Run the same command again in {}: it goes on where it stopped."
_BROWSER = "Some publishers let browsers only: open the address in one, save the file and use 'kaldor data add FILE'."
_MOVED = (
    "The publisher may have moved it: look for it on the source's page ('kaldor data list' names it), fetch it with "
    "a browser and use 'kaldor data add FILE'."
)
_SPACE = "Free some space, or set KALDOR_STORE to another folder."


class _PassingError(Exception):
    """The server asks to come back later, or closed the line before the end."""

    def __init__(self, what: str, after: float | None = None) -> None:
        super().__init__(what)
        self.after = after


def _fetch_once(
    client: httpx.Client,
    url: str,
    target: Path,
    progress: Progress | None,
    accept: Callable[[Path], None] | None,
) -> None:
    part = _part_of(target, url)
    resume = {"Range": f"bytes={part.size}-", "If-Range": part.mark} if part.size else {}
    with client.stream("GET", url, headers=resume) as answer:
        if answer.status_code == 416:  # what is there is as long as the file, or longer: only a fresh start tells
            _forget(target)
            raise _PassingError("the server has no such part of the file")
        _check_answer(answer, url)
        start = _start(answer, part.size)
        total = _total(answer, start)
        _check_room(target, url, total)
        if not start:
            _forget(target)
            _remember(target, url, answer)
        size = start
        with part.file.open("ab" if start else "xb") as stream:
            for chunk in answer.iter_raw(_CHUNK):
                stream.write(chunk)
                size += len(chunk)
                if size > MOST_BYTES:
                    raise FetchError(url, f"sends more than {MOST_BYTES:,} bytes", _MOVED)
                if progress:
                    progress(size, total)
    if total is not None and size < total:
        raise _PassingError(f"the line broke after {size:,} of {total:,} bytes")
    try:
        if fault := fault_of(part.file, target.name):
            raise FetchError(url, fault, _BROWSER)
        if accept:
            accept(part.file)
    except FetchError:
        _forget(target)
        raise
    part.file.replace(target)
    atomic.flush_folder(target.parent)
    _forget(target)


def _check_answer(answer: httpx.Response, url: str) -> None:
    code = answer.status_code
    if code in PASSING:
        asked = answer.headers.get("retry-after", "")
        raise _PassingError(f"the server answers {code}", _seconds(asked))
    if code == 401:
        raise FetchError(url, f"the server asks for a name and password ({code})", _BROWSER)
    if code == 403:
        raise FetchError(url, f"the server refuses ({code})", _BROWSER)
    if code == 202:
        raise FetchError(url, f"the server checks whether a browser asks ({code})", _BROWSER)
    if code not in {200, 206}:
        raise FetchError(url, f"the server answers {code}{_sent_on(answer, url)}", _MOVED)
    if answer.headers.get("content-type", "").startswith("text/html"):
        raise FetchError(url, f"there is a web page where the file should be{_sent_on(answer, url)}", _BROWSER)


def _sent_on(answer: httpx.Response, url: str) -> str:
    """Where the server sent us on to, if it did: the file may lie near there."""
    return f" (the address leads on to {str(answer.url)[:500]})" if str(answer.url) != url else ""


def _seconds(asked: str) -> float | None:
    """How long a server asks to wait, in seconds or until a date; None where it does not say."""
    if asked.isdecimal():
        return float(asked)
    try:
        return max(0.0, (parsedate_to_datetime(asked) - datetime.now(UTC)).total_seconds())
    except (TypeError, ValueError):
        return None


def _duration(seconds: float) -> str:
    """A time in whole minutes, or hours from 90 minutes on, rounded up."""
    minutes = math.ceil(seconds / 60)
    return f"{minutes} minutes" if minutes < 90 else f"{math.ceil(minutes / 60)} hours"


def _start(answer: httpx.Response, asked: int) -> int:
    """From which byte the answer goes on: 0 where the server sends the whole file again."""
    if answer.status_code != 206:
        return 0
    if not answer.headers.get("content-range", "").startswith(f"bytes {asked}-"):
        raise _PassingError("the server sends another part than was asked for")
    return asked


def _check_room(target: Path, url: str, total: int | None) -> None:
    free = shutil.disk_usage(target.parent).free
    if total is not None and total > min(free, MOST_BYTES):
        raise FetchError(url, f"is {total:,} bytes; there is room for {min(free, MOST_BYTES):,}", _SPACE)


def _total(answer: httpx.Response, start: int) -> int | None:
    length = answer.headers.get("content-length", "")
    return start + int(length) if length.isdigit() else None


def _part_of(target: Path, url: str) -> _Part:
    """What an earlier try left of this very address; nothing where its version is not known."""
    file = _part_file(target)
    try:
        about: Any = json.loads(_about(target).read_text("utf-8"))
    except (OSError, ValueError):
        about = {}
    known = isinstance(about, Mapping) and about.get("url") == url
    return _Part(file, str(about.get("mark", "")) if known else "")


def _remember(target: Path, url: str, answer: httpx.Response) -> None:
    etag = answer.headers.get("etag", "")
    mark = etag if etag and not etag.startswith("W/") else answer.headers.get("last-modified", "")
    atomic.write_new(_about(target), json.dumps({"url": url, "mark": mark}).encode())


def _forget(target: Path) -> None:
    _part_file(target).unlink(missing_ok=True)
    _about(target).unlink(missing_ok=True)


_ABOUT = '{"url": '
"""How what is remembered of a part begins, however little of it a killed process wrote."""


def _refuse_strange(target: Path, url: str) -> None:
    """Raise FetchError where the file, its part or what is remembered of that is somebody else's."""
    part, about = _part_file(target), _about(target)
    strange = [place for place in (target,) if os.path.lexists(place)]
    strange += [place for place in (part, about) if os.path.lexists(place) and not atomic.is_regular(place)]
    if not strange and about.exists():
        with about.open("rb") as stream:
            start = stream.read(len(_ABOUT))
        strange += [] if _ABOUT.encode().startswith(start) else [about]
    elif not strange and part.exists():
        strange.append(part)
    if strange:
        raise FetchError(url, f"{strange[0]} is in the way, and is no file of Kaldor's", "Move it to another place.")


def _part_file(target: Path) -> Path:
    return target.with_name(f".{target.name}.part")


def _about(target: Path) -> Path:
    return target.with_name(f".{target.name}.part.json")


def _reason(error: Exception) -> str:
    return (str(error) or type(error).__name__)[:200].rstrip(".")
