"""A server that is upgraded under an open page: the page goes on as the new version, with what it held."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from kaldor.server.page import FOLDER
from tests.page.conftest import STARTER, go_to, until, visit

pytestmark = pytest.mark.page

PACKAGE = FOLDER.parents[1]
NEW = "fedcba9876543210"
LEVER = "Carbon price"


@pytest.fixture
def next_version(tmp_path: Path) -> Path:
    """Where a next version is installed: the same server, and a page whose main script gives all that it gives under
    other names, as minifiers do when anything changes. No part of the one fits the main script of the other."""
    package = tmp_path / "next" / "kaldor"
    mirrored(PACKAGE, package, but="server")
    mirrored(PACKAGE / "server", package / "server", but="page")
    page = package / "server" / "page"
    shutil.copytree(FOLDER, page)
    old = json.loads((page / "build.json").read_text("utf-8"))["build"]
    (page / "build.json").write_text(json.dumps({"build": NEW}), "utf-8")
    main = (page / "assets" / "index.js").read_text("utf-8")
    given = re.search(r"export\{([^}]*)\}", main)
    assert given is not None
    names = [one.split(" as ")[-1] for one in given[1].split(",")]
    moved = dict(zip(names, names[1:] + names[:1], strict=True))
    for script in (page / "assets").glob("*.js"):
        text = script.read_text("utf-8")
        if script.name == "index.js":
            text = text.replace(given[0], "export{" + renamed(given[1], moved, last=True) + "}")
        else:
            text = re.sub(
                r'import\{([^}]*)\}from(["`]\./index\.js["`])',
                lambda found: f"import{{{renamed(found[1], moved, last=False)}}}from{found[2]}",
                text,
            )
        text = text.replace(old, NEW).replace("Questions to an economy", "Questions to the next version")
        script.write_text(text, "utf-8")
    return package.parent


def mirrored(source: Path, target: Path, but: str) -> None:
    target.mkdir(parents=True)
    for one in source.iterdir():
        if one.name not in {but, "__pycache__"}:
            (target / one.name).symlink_to(one)


def renamed(pairs: str, moved: dict[str, str], *, last: bool) -> str:
    """`a as b,c as d` with the outer names moved: the last of each pair where names are given, else the first."""
    found = [one.split(" as ") for one in pairs.split(",")]
    return ",".join(
        f"{names[0]} as {moved[names[-1]]}" if last else f"{moved[names[0]]} as {names[-1]}" for names in found
    )


def replace(visited, server, start, store):
    """Put a server in the place of another, at its address; what the page misses meanwhile is no complaint."""
    server.stop()
    start(store, "--port", str(urlsplit(server.address).port))
    visited.page.wait_for_timeout(500)
    visited.complaints.clear()


def navigation(page) -> str:
    return page.evaluate("performance.getEntriesByType('navigation')[0].type")


def test_a_part_of_another_version_brings_the_new_page_with_what_the_old_one_held(
    context, start, tmp_path, next_version, monkeypatch
):
    store = tmp_path / "store"
    server = start(store)
    visited = visit(context, server)
    page = visited.open(f"#/simulator?{STARTER}")
    page.get_by_label(LEVER, exact=True).fill("80")
    until(page, "() => location.hash.includes('s=1.')")
    go_to(page, "Framework")
    page.wait_for_selector("main h1")
    until(page, "() => location.hash.startsWith('#/framework')")
    monkeypatch.setenv("PYTHONPATH", str(next_version))
    replace(visited, server, start, store)
    go_to(page, "Economy")
    page.get_by_role("heading", name="Questions to the next version").wait_for()
    assert navigation(page) == "reload"
    assert "was upgraded" in page.locator(".anew").inner_text()
    page.locator("main figure svg").first.wait_for()
    go_to(page, "Simulator")
    page.wait_for_selector(".dial .change")
    assert page.get_by_label(LEVER, exact=True).input_value() == "80"
    assert visited.complaints == []
    page.get_by_role("button", name="Understood").click()
    page.reload()
    page.wait_for_selector(".dial .change")
    assert page.locator(".anew").count() == 0


def test_a_server_of_the_same_version_changes_nothing(context, start, tmp_path):
    store = tmp_path / "store"
    server = start(store)
    visited = visit(context, server)
    page = visited.open(f"#/framework?{STARTER}")
    replace(visited, server, start, store)
    go_to(page, "Economy")
    page.locator("main figure svg").first.wait_for()
    assert navigation(page) == "navigate"
    assert page.locator(".anew").count() == 0
    assert visited.complaints == []


def test_a_page_that_stays_old_says_so_and_is_not_loaded_for_ever(context, starter):
    """Something between browser and server holds back the new main script."""
    visited = visit(context, starter)
    visited.page.route("**/build.json", lambda route: route.fulfill(json={"build": NEW}))
    loads = []
    visited.page.on("load", lambda _: loads.append(1))
    visited.page.goto(f"{visited.address}#/framework?{STARTER}")
    alert = visited.page.get_by_role("alert")
    alert.wait_for()
    assert f"its server has {NEW}" in alert.inner_text()
    assert len(loads) == 2
