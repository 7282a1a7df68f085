"""A real browser on a real server: the page as a person uses it."""

from __future__ import annotations

import contextlib
import json
import re
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.server.conftest import launch
from tests.waiting import PATIENCE

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
ROOT = Path(__file__).parents[2]
AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
WIOD = "economy=wiod2013&year=2009&with=jrc_wiod_co2&country=DEU&peers=FRA,POL"
STARTER = "economy=starter&year=2018&country=IND&peers=CHN,BRA"


@dataclass
class Server:
    """`kaldor serve` in a process of its own."""

    process: subprocess.Popen[str]
    address: str

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@dataclass
class Visit:
    """A page with everything that it should not have done."""

    page: Page
    address: str
    complaints: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)

    def open(self, place: str = "") -> Page:
        """Open a page of the workbench and wait until it shows its data."""
        self.page.goto(self.address + place)
        self.page.wait_for_selector("main h1")
        return self.page

    def axe(self) -> list[str]:
        """What axe-core finds wrong, one line each."""
        self.page.evaluate(AXE.read_text("utf-8"))
        found = self.page.evaluate("axe.run(document, {resultTypes: ['violations']}).then((all) => all.violations)")
        return [f"{one['id']}: {one['help']}: {node['html'][:160]}" for one in found for node in one["nodes"]]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium; the tests skip where it is absent."""
    if not CHROMIUM.exists():
        pytest.skip(f"{CHROMIUM} is not on this machine")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(FLAGS))
        yield found
        found.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser that has never been here."""
    found = fresh(browser)
    yield found
    found.close()


def fresh(browser: Browser, **options: Any) -> BrowserContext:
    """A new context: no storage, desktop size, English unless said otherwise."""
    options = {"viewport": {"width": 1280, "height": 900}, "locale": "en-GB", "accept_downloads": True} | options
    return browser.new_context(**options)


def visit(context: BrowserContext, server: Server) -> Visit:
    """A new page that records complaints and requests to anywhere else."""
    found = Visit(context.new_page(), server.address)
    found.page.set_default_timeout(1_000 * PATIENCE)
    found.page.on("pageerror", lambda error: found.complaints.append(str(error)))
    found.page.on(
        "console",
        lambda message: found.complaints.append(message.text) if message.type in {"error", "warning"} else None,
    )

    def watch(request: Any) -> None:
        if not request.url.startswith((server.address, "data:", "blob:")):
            found.outside.append(request.url)

    found.page.on("request", watch)
    return found


@pytest.fixture(scope="session")
def start() -> Iterator[Callable[..., Server]]:
    """Start `kaldor serve` on a free port with a store and more options; all are stopped at the end."""
    started: list[Server] = []

    def on(store: Path, *options: str) -> Server:
        process = launch("--port", "0", "--store", str(store), *options)
        line = process.stdout.readline()
        found = re.search(r"http://\S+/", line)
        assert found, f"no address in {line!r}; {process.stderr.read() if process.poll() is not None else ''}"
        server = Server(process, found[0])
        started.append(server)
        wait_until_answering(server)
        return server

    yield on
    for server in started:
        server.stop()


def wait_until_answering(server: Server, seconds: float = PATIENCE) -> None:
    """Return as soon as the server answers; its first imports may take long on a machine that does other things too."""
    import httpx

    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with contextlib.suppress(httpx.TransportError):
            httpx.get(f"{server.address}api/health", timeout=PATIENCE)
            return
        time.sleep(0.05)
    raise AssertionError("the server does not answer")


@pytest.fixture(scope="session")
def starter(start: Callable[..., Server], tmp_path_factory: pytest.TempPathFactory) -> Server:
    """A server with nothing but the starter world."""
    return start(tmp_path_factory.mktemp("page") / "store")


@pytest.fixture(scope="session")
def real(start: Callable[..., Server], real_store: Any) -> Server:
    """A server with the World Input-Output Database."""
    return start(real_store.path)


def until(page: Page, expression: str, arg: Any = None, seconds: float = PATIENCE) -> None:
    """Wait until an expression is true in the page.

    Playwright's own way evaluates text inside the page, which the page's Content-Security-Policy rightly forbids.
    """
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if page.evaluate(expression, arg):
            return
        page.wait_for_timeout(15)
    raise AssertionError(f"not within {seconds} s: {expression}")


def dials(page: Page) -> dict[str, str]:
    """What the five dials read."""
    read = """() => Object.fromEntries([...document.querySelectorAll('.dial')].map(
        (dial) => [dial.dataset.dimension, dial.querySelector('.change').textContent.trim().replace(/\\s+/g, ' ')]))"""
    return page.evaluate(read)


def settled(page: Page, seconds: float = PATIENCE) -> dict[str, str]:
    """The dials once their bands have come, and with them the last answer."""
    until(page, """() => document.querySelector('.five')?.getAttribute('aria-busy') === 'false'""", seconds=seconds)
    return dials(page)


def measures(page: Page) -> list[dict[str, float]]:
    """The slider moves that the page recorded: milliseconds from move to paint, with their parts."""
    read = "performance.getEntriesByName('kaldor:move').map((one) => ({total: one.duration, ...one.detail}))"
    return json.loads(page.evaluate(f"JSON.stringify({read})"))
