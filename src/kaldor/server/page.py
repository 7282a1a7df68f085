"""The built web page: files of the package, each with its type and with a tag of what it holds.

Files keep their names from version to version. Browsers keep them, too, but ask each time whether theirs is still the
one; a page that stayed open over an upgrade sees by `build.json` that its own parts are gone (web/src/lib/part.ts).
"""

from __future__ import annotations

import hashlib
import os
from functools import lru_cache
from pathlib import Path

from starlette.datastructures import Headers
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.staticfiles import NotModifiedResponse, StaticFiles
from starlette.types import Receive, Scope, Send

from kaldor.server.compression import packed_file, takes_gzip

FOLDER = Path(__file__).parent / "page"

_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".woff2": "font/woff2",
    ".webmanifest": "application/manifest+json",
    ".txt": "text/plain; charset=utf-8",
}

_WORDS = {".html", ".js", ".mjs", ".css", ".json", ".svg", ".webmanifest", ".txt"}
"""Types of files that gzip makes smaller; pictures and fonts are packed already."""

_NOT_BUILT = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Kaldor</title>
<h1>The page is not built</h1>
<p>This installation of Kaldor has the server but not the built web page. Build it in the folder <code>web</code>, or
install a released package. The API works: see <a href="/api/openapi.json">/api/openapi.json</a>.</p>
</html>
"""


class Page(StaticFiles):
    """The page's files, each with its type and its tag, none of them used by a browser before it has asked."""

    def __init__(self, folder: Path = FOLDER) -> None:
        super().__init__(directory=folder, html=True, check_dir=False)
        self._folder = folder

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one file, or a plain message where the page is not built."""
        if (self._folder / "index.html").is_file():
            await super().__call__(scope, receive, send)
        else:
            await HTMLResponse(_NOT_BUILT, 503)(scope, receive, send)

    async def get_response(self, path: str, scope: Scope) -> Response:
        """One file."""
        response = await super().get_response(path, scope)
        suffix = Path(path).suffix if path != "." else ".html"
        if suffix in _TYPES and response.status_code == 200:
            response.headers["Content-Type"] = _TYPES[suffix]
        response.headers["Cache-Control"] = "no-cache"
        return _packed(response, scope) if suffix in _WORDS else response

    def file_response(
        self, full_path: str | os.PathLike[str], stat_result: os.stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        """One file, or that it is the one the browser has."""
        tag = _tag(Path(full_path), stat_result.st_mtime_ns, stat_result.st_ctime_ns, stat_result.st_size)
        response = FileResponse(full_path, status_code, {"ETag": tag}, stat_result=stat_result)
        if self.is_not_modified(response.headers, Headers(scope=scope)):
            return NotModifiedResponse(response.headers)
        return response

    def is_not_modified(self, response_headers: Headers, request_headers: Headers) -> bool:
        """Whether a browser has this very file. Dates do not tell: packages give all their files one."""
        return "if-none-match" in request_headers and super().is_not_modified(response_headers, request_headers)


@lru_cache(maxsize=256)
def _tag(path: Path, _changed: int, _replaced: int, _size: int) -> str:
    """What a file holds, in short: read when it is first asked for, and again when it changes."""
    return f'"{hashlib.sha256(path.read_bytes()).hexdigest()[:32]}"'


def _packed(response: Response, scope: Scope) -> Response:
    """A file in gzip, where the browser takes it and wants all of it."""
    response.headers.add_vary_header("Accept-Encoding")
    asked = Headers(scope=scope)
    if not isinstance(response, FileResponse) or "range" in asked or not takes_gzip(asked):
        return response
    headers = dict(response.headers) | {"content-encoding": "gzip"}
    del headers["content-length"], headers["accept-ranges"]
    return Response(packed_file(Path(response.path)), response.status_code, headers)
