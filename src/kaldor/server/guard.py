"""What stands before every route: whose request it is, how many and how large, and the headers of every answer."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kaldor.declared.json import refuse_hostile
from kaldor.errors import Problem
from kaldor.server.forwarded import as_asked
from kaldor.server.refusals import Refusal, RefusedError, refusal_of_any, without_folders
from kaldor.server.settings import is_loopback
from kaldor.server.stalled import in_time
from kaldor.server.workbench import Workbench

PAGE_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "font-src 'self'; connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": PAGE_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}

_SAFE = {"GET", "HEAD", "OPTIONS"}
_WITHOUT_TOKEN = {"/api/health", "/api/session"}
_MOST_DIGITS = 18  # of a declared length; more are no number of bytes
_RANGE = re.compile("bytes=([0-9]{1,18}-[0-9]{0,18}|-[0-9]{1,18})")
_HOST = re.compile(r"(?:(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9._-]+))(?::[0-9]{1,5})?)?")


class Guard:
    """Refuses what must not reach a route, counts what comes in, and puts the headers on what goes out."""

    def __init__(self, app: ASGIApp, workbench: Workbench) -> None:
        self._app, self._workbench = app, workbench

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        scope = as_asked(scope, self._workbench.settings.trusted)
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        limits = self._workbench.settings.limits
        receive = in_time(receive, limits.stall_seconds, 1e3 * limits.slowest_kb_per_second)
        counted = _Counted(receive, _with_headers(send), self._most_bytes(scope), self._workbench.store.path)
        try:
            self._check(scope, headers)
            counted.refuse_declared(headers.get("content-length", ""))
        except RefusedError as error:
            await counted.answer(error)
            return
        if not _RANGE.fullmatch(headers.get("range", "")):  # one part is sent; whoever asks for more gets the whole
            scope = {**scope, "headers": [one for one in scope["headers"] if one[0].lower() != b"range"]}
        form = headers.get("content-type", "").lower().startswith("multipart/")
        await counted.run(self._app, scope, judged=scope["method"] not in _SAFE and not form)

    def _check(self, scope: Scope, headers: Mapping[str, str]) -> None:
        settings, path = self._workbench.settings, scope["path"]
        host = _host_of(headers.get("host", ""))
        if host is None:
            raise RefusedError(400, Problem("Host", "is no name of a host.", "Send one name, maybe with a port."))
        if settings.for_this_machine and not is_loopback(host):
            # A page elsewhere whose name was made to point here must not read what only this machine may.
            what = "the request names another host than this machine."
            raise RefusedError(421, Problem("Host", what, f"Open http://{settings.host}:{settings.port}/ itself."))
        if scope["method"] not in _SAFE and _from_elsewhere(headers):
            raise RefusedError(403, Problem("Origin", "the request came from another site's page."))
        if not settings.for_this_machine:
            client = scope.get("client")
            self._workbench.desk.rates.take(client[0] if client else "")
        if not path.startswith("/api") or path in _WITHOUT_TOKEN:
            return
        if not self._workbench.admits(headers.get("authorization", ""), headers.get("cookie", "")):
            raise RefusedError(401, Problem("token", "is missing or wrong.", "Open the page and enter the token."))

    def _most_bytes(self, scope: Scope) -> int:
        limits = self._workbench.settings.limits
        upload = scope["path"].rstrip("/") == "/api/datasets"
        return int(1e6 * (limits.upload_mb if upload else limits.body_mb))


class _Counted:
    """One request whose body is counted as it comes in, whatever length it declared."""

    def __init__(self, receive: Receive, send: Send, most: int, store: Path) -> None:
        self._receive, self._send, self._most, self._store = receive, send, most, store
        self._read, self._begun = 0, False
        self._refusal: RefusedError | None = None

    def refuse_declared(self, length: str) -> None:
        """Raise RefusedError (413) where more is announced than allowed."""
        if length.isdigit() and (len(length) > _MOST_DIGITS or int(length) > self._most):
            raise self._too_large()

    async def run(self, app: ASGIApp, scope: Scope, *, judged: bool) -> None:
        """Let the application answer, unless the body is too large, stalls, or is hostile where it is `judged` first.

        The last net: whatever comes out of a route is an answer, and the connection stays open.
        """
        try:
            receive = await self._judged() if judged else self._receive_counted
            if not self._refusal:
                await app(scope, receive, self._send_unless_over)
        except Exception as error:
            if self._begun:
                raise  # half of an answer is out: only the end of the connection can say so
            if not self._refusal:
                await self.answer(error)
        if self._refusal and not self._begun:
            await self.answer(self._refusal)

    async def answer(self, error: Exception) -> None:
        """Send a refusal."""
        status, refusal = refusal_of_any(error)
        body = _json(without_folders(refusal, self._store))
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        if status == 429:
            headers.append((b"retry-after", b"1"))
        if status in {408, 413}:
            headers.append((b"connection", b"close"))
        await self._send({"type": "http.response.start", "status": status, "headers": headers})
        await self._send({"type": "http.response.body", "body": body})

    async def _judged(self) -> Receive:
        """The whole body, taken in and looked at, to be handed on. Raises InputError for a hostile one."""
        body, more = b"", True
        while more:
            message = await self._receive_counted()
            if message["type"] != "http.request":
                break  # the client left, or sends too much
            body, more = body + message.get("body", b""), message.get("more_body", False)
        if not more:
            refuse_hostile(body, "body")
        handed_on = False

        async def receive() -> Message:
            nonlocal handed_on
            if handed_on:
                return await self._receive_counted()
            handed_on = True
            return {"type": "http.request", "body": body, "more_body": False} if not more else message

        return receive

    async def _receive_counted(self) -> Message:
        try:
            message = await self._receive()
        except RefusedError as error:  # to the application as if the client had left: it would put it in other words
            self._refusal = error
        else:
            self._read += len(message.get("body", b""))
            if self._read <= self._most:
                return message
            self._refusal = self._too_large()
        return {"type": "http.disconnect"}

    async def _send_unless_over(self, message: Message) -> None:
        if self._refusal and not self._begun:
            return
        self._begun = True
        await self._send(message)

    def _too_large(self) -> RefusedError:
        what = f"is larger than the {self._most / 1e6:g} MB that this server takes."
        return RefusedError(413, Problem("body", what, "Send less, or ask the server's owner to raise the limit."))


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            present = {name.lower() for name, _ in message["headers"]}
            added = [
                (name.lower().encode(), value.encode())
                for name, value in HEADERS.items()
                if name.lower().encode() not in present
            ]
            if b"cache-control" not in present:
                added.append((b"cache-control", b"no-store"))
            message = {**message, "headers": [*message["headers"], *added]}
        await send(message)

    return sending


def _from_elsewhere(headers: Mapping[str, str]) -> bool:
    """Whether a browser says that another site's page made this request. Programs say nothing, and may."""
    if headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        return True
    origin = headers.get("origin")
    return origin is not None and origin.partition("://")[2] != headers.get("host", "")


def _host_of(header: str) -> str | None:
    """The name in a Host header, without port and brackets; None where it is neither empty nor a name."""
    found = _HOST.fullmatch(header)
    return (found[1] or found[2] or "") if found else None


def _json(refusal: Refusal) -> bytes:
    return json.dumps(refusal.model_dump(), ensure_ascii=False).encode()
