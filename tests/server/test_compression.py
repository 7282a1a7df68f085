"""Answers and files come in gzip to who takes it, and whole to who does not."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route
from starlette.testclient import TestClient

from kaldor.server.compression import Compressed
from kaldor.server.page import FOLDER, Page

PLAIN = {"accept-encoding": "identity"}
ECHARTS = "echarts.js"


def on_the_wire(client: TestClient, path: str, **headers: str) -> tuple[httpx.Response, bytes]:
    """An answer, and its body as it was sent."""
    with client.stream("GET", path, headers={"accept-encoding": "gzip", **headers}) as answer:
        return answer, b"".join(answer.iter_raw())


@pytest.mark.parametrize("path", ["/api/levers", "/api/openapi.json"])
def test_answers_are_packed_and_hold_the_same(client: TestClient, path: str) -> None:
    whole = client.get(path, headers=PLAIN)
    answer, sent = on_the_wire(client, path)
    assert "content-encoding" not in whole.headers
    assert answer.headers["content-encoding"] == "gzip"
    assert "accept-encoding" in answer.headers["vary"].lower()
    assert int(answer.headers["content-length"]) == len(sent) < len(whole.content) / 3
    assert gzip.decompress(sent) == whole.content


def test_files_of_the_page_are_packed_and_hold_the_same(client: TestClient) -> None:
    path = f"/assets/{ECHARTS}"
    answer, sent = on_the_wire(client, path)
    whole = client.get(path, headers=PLAIN)
    assert len(sent) < len(whole.content) * 0.4
    assert gzip.decompress(sent) == whole.content == (FOLDER / "assets" / ECHARTS).read_bytes()
    for one in (answer, whole):
        assert one.headers["vary"] == "Accept-Encoding"
        assert one.headers["content-type"] == "text/javascript; charset=utf-8"
        assert one.headers["cache-control"] == "no-cache"
    assert on_the_wire(client, path)[1] == sent


def test_the_first_page_is_at_most_150_kb_and_any_page_340(client: TestClient) -> None:
    def size(files: set[str]) -> int:
        return sum(len(on_the_wire(client, f"/{name}")[1]) for name in files)

    first = {"index.html", "mark.svg", "build.json", "assets/countries-110m.json", *loaded("index")}
    assert size(first) < 150_000
    pages = re.findall(r"import\(`\./(\w+)\.js`\)", (FOLDER / "assets" / "index.js").read_text("utf-8"))
    assert len(pages) >= 7
    charts = loaded("Chart") | loaded("echarts")
    assert max(size(first | charts | loaded(page)) for page in pages) < 340_000


def loaded(script: str) -> set[str]:
    """A script of the page with all that it imports at once, and their styles."""
    found: set[str] = set()
    waiting = [script]
    while waiting:
        name = waiting.pop()
        if f"assets/{name}.js" in found:
            continue
        text = (FOLDER / "assets" / f"{name}.js").read_text("utf-8")
        found.add(f"assets/{name}.js")
        if (FOLDER / "assets" / f"{name}.css").exists():
            found.add(f"assets/{name}.css")
        waiting += re.findall(r"(?:from|import)[`'\"]\./([\w-]+)\.js[`'\"]", text)
    return found


def test_a_tag_of_a_packed_file_is_weak_and_still_saves_the_file(client: TestClient) -> None:
    packed, _ = on_the_wire(client, "/")
    whole = client.get("/", headers=PLAIN)
    assert packed.headers["etag"] == f"W/{whole.headers['etag']}"
    for tag in (packed.headers["etag"], whole.headers["etag"]):
        answer = client.get("/", headers={"if-none-match": tag})
        assert (answer.status_code, answer.content) == (304, b"")
        assert answer.headers["vary"] == "Accept-Encoding"


def test_a_part_of_a_file_is_sent_as_it_lies_there(client: TestClient) -> None:
    answer, sent = on_the_wire(client, f"/assets/{ECHARTS}", range="bytes=10-29")
    assert (answer.status_code, sent) == (206, (FOLDER / "assets" / ECHARTS).read_bytes()[10:30])
    assert "content-encoding" not in answer.headers


@pytest.mark.parametrize("asked", ["identity", "gzip;q=0", "gzip; q=0.0, br", "br", ""])
def test_who_does_not_take_gzip_gets_none(client: TestClient, asked: str) -> None:
    for path in ("/", "/api/openapi.json"):
        answer = client.get(path, headers={"accept-encoding": asked})
        assert "content-encoding" not in answer.headers


def test_answers_on_the_token_are_never_packed_nor_are_small_ones_and_news() -> None:
    long = "x" * 5_000

    def words(request) -> PlainTextResponse:
        kind = "text/event-stream" if "events" in request.url.path else "text/plain"
        return PlainTextResponse("ok" if "small" in request.url.path else long, media_type=kind)

    paths = ("/api/session", "/api/session/new", "/api/small", "/api/jobs/1/events", "/api/answer")
    app = Compressed(Starlette(routes=[Route(path, words) for path in paths]))
    with TestClient(app) as bare:
        packed = {path for path in paths if "content-encoding" in on_the_wire(bare, path)[0].headers}
    assert packed == {"/api/answer"}


def test_a_file_that_changed_is_packed_anew(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("<!doctype html><title>One</title>")
    with TestClient(Starlette(routes=[Mount("/", Page(tmp_path))])) as page:
        assert "One" in page.get("/").text
        (tmp_path / "index.html").write_text("<!doctype html><title>Second</title>")
        assert "Second" in page.get("/").text
