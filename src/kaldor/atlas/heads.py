"""What a server says of an address before anything is fetched, and how Kaldor asks."""

from __future__ import annotations

from dataclasses import dataclass

from kaldor import __version__

_AGENT = f"kaldor/{__version__} (open workbench for industrial strategy)"
PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
"""Answers after which it is worth asking again."""


@dataclass(frozen=True)
class Head:
    """What a server says of an address before anything is fetched: status (0 where nobody answers), kind, size, where.

    `said` is one word for all that: "answers", "a page", "browsers only", "a password", "no heads", "moved",
    "gone", "busy", "nobody there".
    """

    status: int
    said: str
    bytes: int | None = None
    kind: str = ""
    place: str = ""
    changed: str = ""


def head_of(url: str) -> Head:
    """Ask an address for its head alone, following redirects."""
    import httpx

    try:
        answer = httpx.head(url, headers=request_headers(), follow_redirects=True, timeout=30)
    except (httpx.HTTPError, httpx.InvalidURL):
        return Head(0, "nobody there", place=url)
    code, kind = answer.status_code, answer.headers.get("content-type", "").partition(";")[0]
    length, place = answer.headers.get("content-length", ""), str(answer.url)
    if code == 200:
        said = "a page" if kind == "text/html" else "moved" if place != url else "answers"
    else:
        said = _SAID.get(code, "busy" if code in PASSING else "gone")
    size = int(length) if code == 200 and length.isdigit() else None
    return Head(code, said, size, kind, place, answer.headers.get("last-modified", ""))


_SAID = {202: "browsers only", 401: "a password", 403: "browsers only", 405: "no heads"}


def remote_size(url: str) -> int | None:
    """The size of a file in bytes before it is fetched; None where the server does not say."""
    return head_of(url).bytes


def request_headers() -> dict[str, str]:
    """What every request says: who asks, and that the bytes should come as they lie there."""
    # Unpacked by nobody on the way: ranges and sizes then mean bytes of the file.
    return {"User-Agent": _AGENT, "Accept-Encoding": "identity"}
