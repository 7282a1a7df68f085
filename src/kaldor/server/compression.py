"""Answers and files in gzip, for browsers that say they take it: a sixth of the bytes for tables and scripts.

What is small, packed already, partial, or sent as it happens goes out as it is. So does all of /api/session: a secret
that is packed together with what an attacker chose can be guessed from the length (the BREACH attack), and no other
answer carries one. The built page's files are packed once a process and kept, answers as they are made.
"""

from __future__ import annotations

import gzip
from functools import lru_cache
from pathlib import Path
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.gzip import DEFAULT_EXCLUDED_CONTENT_TYPES, GZipMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_SMALL: Final = 1_000  # bytes below which packing saves no packet
_LEVEL: Final = 6  # of 9: what lies beyond costs twice the time for a hundredth of the size
_WITH_SECRETS: Final = "/api/session"
_PACKED_ALREADY: Final = (*DEFAULT_EXCLUDED_CONTENT_TYPES, "application/pdf")


class Compressed:
    """Packs what the application answers, where that pays."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._packing = GZipMiddleware(
            app, minimum_size=_SMALL, compresslevel=_LEVEL, exclude_content_types=_PACKED_ALREADY
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        secret = scope["type"] != "http" or scope["path"].startswith(_WITH_SECRETS)
        if secret or not takes_gzip(Headers(scope=scope)):
            await self._app(scope, receive, send)
        else:
            await self._packing(scope, receive, _weakly_tagged(send))


def takes_gzip(headers: Headers) -> bool:
    """Whether a request says that its answer may come in gzip."""
    for asked in headers.get("accept-encoding", "").lower().split(","):
        name, _, rank = asked.partition(";")
        if name.strip() == "gzip":
            return rank.strip().removeprefix("q=") not in {"0", "0.0", "0.00", "0.000"}
    return False


def packed_file(path: Path) -> bytes:
    """A file in gzip, the same bytes each time; packed when it is first asked for, and again when it changes."""
    about = path.stat()
    return _packed(path, about.st_mtime_ns, about.st_ctime_ns, about.st_size)


@lru_cache(maxsize=256)
def _packed(path: Path, _changed: int, _replaced: int, _size: int) -> bytes:
    return gzip.compress(path.read_bytes(), 9, mtime=0)


def _weakly_tagged(send: Send) -> Send:
    """Tags of packed answers are weak: two ways of writing one content may share a weak tag, never a strong one."""

    async def tagged(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(raw=message["headers"])
            tag = headers.get("etag", "")
            if "content-encoding" in headers and tag.startswith('"'):
                headers["etag"] = f"W/{tag}"
        await send(message)

    return tagged
