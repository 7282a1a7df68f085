"""The built page is served with the right types and tags, asked for each time, and nothing beside it."""

from __future__ import annotations

import os

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

from kaldor.server.page import Page


@pytest.fixture
def page(tmp_path):
    folder = tmp_path / "page"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<!doctype html><title>Kaldor</title>")
    (folder / "assets" / "index.js").write_text("export {}")
    (folder / "assets" / "index.css").write_text("body {}")
    (folder / "world.json").write_text("{}")
    (tmp_path / "secret.txt").write_text("secret")
    (folder / "link.txt").symlink_to(tmp_path / "secret.txt")
    with TestClient(Starlette(routes=[Mount("/", Page(folder))])) as client:
        yield client


def test_types_and_caching(page):
    index = page.get("/")
    assert index.headers["content-type"] == "text/html; charset=utf-8"
    script = page.get("/assets/index.js")
    assert script.headers["content-type"] == "text/javascript; charset=utf-8"
    assert page.get("/assets/index.css").headers["content-type"].startswith("text/css")
    assert page.get("/world.json").headers["content-type"] == "application/json"
    for path in ("/", "/assets/index.js", "/assets/index.css", "/world.json"):
        assert page.get(path).headers["cache-control"] == "no-cache", path


@pytest.mark.parametrize("path", ["/", "/assets/index.js"])
@pytest.mark.parametrize("coding", ["identity", "gzip"])
def test_unchanged_files_are_not_sent_again(page, path, coding):
    asked = {"accept-encoding": coding}
    first = page.get(path, headers=asked)
    assert first.headers.get("content-encoding", "identity") == coding
    again = page.get(path, headers=asked | {"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("coding", ["identity", "gzip"])
def test_a_file_of_the_same_size_and_date_is_sent_when_it_holds_something_else(page, tmp_path, coding):
    """Packages give all their files one date: two versions of a file may differ in nothing but what they hold."""
    file = tmp_path / "page" / "assets" / "index.js"
    os.utime(file, (1_580_601_600, 1_580_601_600))
    first = page.get("/assets/index.js", headers={"accept-encoding": coding})
    file.unlink()
    file.write_text("import {}")
    os.utime(file, (1_580_601_600, 1_580_601_600))
    had = {"if-none-match": first.headers["etag"], "if-modified-since": first.headers["last-modified"]}
    again = page.get("/assets/index.js", headers={"accept-encoding": coding} | had)
    assert (again.status_code, again.text) == (200, "import {}")
    by_date = page.get("/assets/index.js", headers={"if-modified-since": first.headers["last-modified"]})
    assert (by_date.status_code, by_date.text) == (200, "import {}")


@pytest.mark.parametrize("path", ["/../secret.txt", "/%2e%2e/secret.txt", "/assets/..%2f..%2fsecret.txt", "/link.txt"])
def test_nothing_beside_the_page_is_served(page, path):
    answer = page.get(path)
    assert answer.status_code == 404
    assert "secret" not in answer.text


def test_a_page_that_is_not_built_says_so(tmp_path):
    with TestClient(Starlette(routes=[Mount("/", Page(tmp_path / "none"))])) as client:
        answer = client.get("/")
    assert answer.status_code == 503
    assert "The page is not built" in answer.text
    assert "<script" not in answer.text


def test_the_licences_of_what_others_wrote_are_served_and_shipped(client):
    """The build writes them beside the page (web/scripts/licences.mjs), and so they are in the wheel with it."""
    from kaldor.server.page import FOLDER

    shipped = (FOLDER / "third-party-licences.txt").read_text("utf-8")
    answer = client.get("/third-party-licences.txt")
    assert (answer.status_code, answer.text) == (200, shipped)
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    for name, words in {
        "svelte": "Permission is hereby granted",
        "echarts": "Apache Software Foundation",
        "zrender": "Redistributions in binary form must reproduce",
        "d3-geo": "Permission to use, copy, modify",
    }.items():
        part = shipped.partition(f"\n\n\n{name} ")[2].partition("\n\n\n")[0]
        assert words in shipped, name
        assert part, name
