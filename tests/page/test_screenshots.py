"""Pictures of every page for the documentation, made from the real tables: KALDOR_SCREENSHOTS=1 writes them to docs."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.page.conftest import ROOT, WIOD, fresh, settled, visit

pytestmark = [pytest.mark.page, pytest.mark.real]

LARGEST = 150_000
DOCS = ROOT / "docs" / "_static" / "page"


@pytest.fixture
def album(tmp_path: Path) -> Path:
    """Where the pictures go: into the documentation only when asked, so that a test run changes no file."""
    folder = DOCS if os.environ.get("KALDOR_SCREENSHOTS") else tmp_path
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def taken(page, path: Path) -> None:
    from PIL import Image

    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(400)
    page.screenshot(path=path)
    # 256 colours are enough for a page of flat areas and text, and keep the documentation light.
    Image.open(path).convert("RGB").quantize(256, dither=Image.Dither.NONE).save(path, optimize=True)
    assert path.stat().st_size <= LARGEST, path.name


@pytest.mark.parametrize("name", ["home", "framework", "emissions", "shocks", "data", "studies"])
def test_pages(context, real, album, name):
    page = visit(context, real).open(f"#/{name}?{WIOD}")
    if name == "emissions":
        flows = page.locator("figure").nth(1)
        flows.locator(".chart svg").wait_for()
        flows.evaluate("(figure) => scrollTo(0, figure.offsetTop - 40)")
    if name == "shocks":
        page.get_by_role("button", name="A country stops selling").click()
    taken(page, album / f"{name}.png")


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("simulator", {}),
        ("simulator-dark", {"color_scheme": "dark"}),
        ("simulator-phone", {"viewport": {"width": 390, "height": 844}}),
    ],
)
def test_simulator(browser, real, album, name, options):
    context = fresh(browser, **options)
    page = visit(context, real).open(f"#/home?{WIOD}")
    page.get_by_role("button", name="turned to partners for its electronics").click()
    page.wait_for_selector(".dial .change")
    settled(page)
    taken(page, album / f"{name}.png")
    if name == "simulator":
        page.get_by_role("tab", name="All outcomes").click()
        taken(page, album / "simulator-outcomes.png")
        page.get_by_role("button", name="assumptions of Friendshoring").click()
        taken(page, album / "simulator-assumptions.png")
    context.close()
