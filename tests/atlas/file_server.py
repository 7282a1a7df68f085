"""A real HTTP server on loopback whose faults a test chooses: it breaks the line, refuses, moves or changes a file."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Files:
    """What is served: contents by path, the version mark, what goes wrong in order, and what was asked."""

    contents: dict[str, bytes]
    etag: str = '"one"'
    faults: list[tuple[str, float]] = field(default_factory=list)
    asked: list[tuple[str, str, str]] = field(default_factory=list)
    address: str = ""
    retry_after: str = "7"
    head: tuple[int, str] = (0, "")
    moved: dict[str, str] = field(default_factory=dict)
    """What HEAD answers (status and content type, 0 for what is there), and which paths lead to another."""


class _Handler(BaseHTTPRequestHandler):
    files: Files

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def _answer(self, *, with_body: bool) -> None:
        files, ranged = self.files, self.headers.get("Range", "")
        files.asked.append((self.command, self.path, ranged))
        if self.path in files.moved:
            self._send(301, b"", [("Location", files.moved[self.path])], with_body)
            return
        if not with_body and files.head[0]:
            self._send(files.head[0], b"", [("Content-Type", files.head[1])], with_body)
            return
        fault, amount = files.faults.pop(0) if with_body and files.faults else ("", 0.0)
        body = files.contents.get(self.path)
        if fault == "status" or body is None:
            self._send(
                int(amount) if fault else 404, b"no", [("Retry-After", files.retry_after)] if fault else [], with_body
            )
            return
        if fault == "page":
            self._send(200, b"<!DOCTYPE html><html>Sorry</html>", [("Content-Type", "text/html")], with_body)
            return
        start = 0
        if ranged and self.headers.get("If-Range", files.etag) == files.etag and fault != "no ranges":
            start = int(ranged.removeprefix("bytes=").removesuffix("-"))
        part = body[start:]
        headers = [("ETag", files.etag), ("Content-Type", "application/octet-stream")]
        if start:
            headers.append(("Content-Range", f"bytes {start}-{len(body) - 1}/{len(body)}"))
        self._send(206 if start else 200, part, headers, with_body, sent=int(amount) if fault == "break" else None)

    def _send(self, status: int, body: bytes, headers, with_body: bool, sent: int | None = None) -> None:
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if with_body:
            self.wfile.write(body[:sent])

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the test looks at what was asked."""


@contextmanager
def serving(contents: dict[str, bytes]) -> Iterator[Files]:
    """A server on a free port of loopback, stopped afterwards."""
    files = Files(contents)
    handler = type("Handler", (_Handler,), {"files": files})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    files.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)  # looks so often whether to end
    thread.start()
    try:
        yield files
    finally:
        server.shutdown()
        server.server_close()
