"""The built page is served with the right types, kept by browsers as its names allow, and nothing beside it."""

from __future__ import annotations

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
    (folder / "assets" / "index-abc123.js").write_text("export {}")
    (folder / "assets" / "index-abc123.css").write_text("body {}")
    (folder / "world.json").write_text("{}")
    (tmp_path / "secret.txt").write_text("secret")
    (folder / "link.txt").symlink_to(tmp_path / "secret.txt")
    with TestClient(Starlette(routes=[Mount("/", Page(folder))])) as client:
        yield client


def test_types_and_caching(page):
    index = page.get("/")
    assert index.headers["content-type"] == "text/html; charset=utf-8"
    assert index.headers["cache-control"] == "no-cache"
    script = page.get("/assets/index-abc123.js")
    assert script.headers["content-type"] == "text/javascript; charset=utf-8"
    assert "immutable" in script.headers["cache-control"]
    assert page.get("/assets/index-abc123.css").headers["content-type"].startswith("text/css")
    assert page.get("/world.json").headers["content-type"] == "application/json"


def test_unchanged_files_are_not_sent_again(page):
    tag = page.get("/").headers["etag"]
    assert page.get("/", headers={"if-none-match": tag}).status_code == 304


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
