"""Pictures of every page for the documentation, made from the real tables, and of a brief's first page.

    KALDOR_SCREENSHOTS=1 ./run pytest -n 0 -m page tests/page/test_screenshots.py

writes them into docs/_static; without that variable they go into a temporary folder, and no file changes.
"""

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
    folder = DOCS if os.environ.get("KALDOR_SCREENSHOTS") else tmp_path / "page"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def taken(page, path: Path) -> None:
    from PIL import Image

    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(400)
    page.screenshot(path=path)
    lightened(Image.open(path), path)


def lightened(picture, path: Path) -> None:
    """Save a picture in 256 colours: enough for flat areas and text, and light for the documentation."""
    from PIL import Image

    picture.convert("RGB").quantize(256, dither=Image.Dither.NONE).save(path, optimize=True)
    assert path.stat().st_size <= LARGEST, path.name


def test_first_page_of_the_demo(tmp_path, album):
    import pypdfium2 as pdfium

    from kaldor.brief.run import run_study
    from tests.brief.test_run import STARTER

    made = run_study(STARTER, out=tmp_path / "brief", formats=["pdf"])
    lightened(pdfium.PdfDocument(made.files["pdf"])[0].render(scale=110 / 72).to_pil(), album.parent / "brief.png")


@pytest.mark.parametrize("name", ["home", "framework", "emissions", "shocks", "data"])
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
    ("name", "ask", "options"),
    [
        ("economy", "linkages", {}),
        ("economy-change", "change&since=2000", {}),
        ("economy-dark", "upstream&by=region-sector&region=DEU", {"color_scheme": "dark"}),
    ],
)
def test_questions_to_an_economy(browser, real, album, name, ask, options):
    context = fresh(browser, **options)
    page = visit(context, real).open(f"#/economy?{WIOD}&question={ask}")
    figure = page.locator("figure")
    figure.locator("svg").wait_for()
    figure.evaluate("(figure) => scrollTo(0, figure.offsetTop - 260)")
    taken(page, album / f"{name}.png")
    context.close()


@pytest.mark.parametrize(
    ("name", "options"),
    [("home-dark", {"color_scheme": "dark"}), ("home-phone", {"viewport": {"width": 390, "height": 844}})],
)
def test_home_otherwise(browser, real, album, name, options):
    context = fresh(browser, **options)
    page = visit(context, real).open(f"#/home?{WIOD}")
    page.locator(".map path:visible").first.wait_for()
    taken(page, album / f"{name}.png")
    context.close()


@pytest.mark.long
def test_a_shock_that_was_played(context, real, album):
    page = visit(context, real).open(f"#/shocks?{WIOD}")
    page.get_by_role("button", name="A country stops selling").click()
    page.get_by_label("Share lost, %").fill("100")
    page.get_by_role("group", name="to:").get_by_role("button", name="European Union").click()
    page.get_by_label("Days to simulate").fill("150")
    page.get_by_role("button", name="Run the shock").click()
    figure = page.locator("figure").first
    figure.wait_for()
    figure.evaluate("(figure) => scrollTo(0, figure.offsetTop - 40)")
    taken(page, album / "shocks-played.png")


def test_studies(context, real, album):
    """A study that was saved from the simulator, taken before it is deleted again."""
    page = visit(context, real).open(f"#/home?{WIOD}")
    page.get_by_role("button", name="no foreign country supplied more than").click()
    page.wait_for_selector(".dial .change")
    settled(page)
    page.get_by_role("button", name="Save to a study").click()
    taken(page, album / "simulator-save.png")
    page.get_by_role("dialog").get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("button", name="Go to the studies").click()
    page.get_by_role("button", name="Open in simulator").wait_for()
    taken(page, album / "studies.png")
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Delete").click()
    page.get_by_text("None yet").wait_for()


@pytest.mark.parametrize(
    ("name", "options"), [("simulator-years", {}), ("simulator-years-dark", {"color_scheme": "dark"})]
)
def test_over_the_years(browser, real, album, name, options):
    context = fresh(browser, **options)
    page = visit(context, real).open(f"#/home?{WIOD}")
    page.get_by_role("button", name="emitted 50 % less").click()
    page.wait_for_selector(".dial .change")
    settled(page)
    page.get_by_role("tab", name="Over the years").click()
    page.get_by_role("heading", name="What is reached when").wait_for()
    page.locator(".choices").last.evaluate(
        "(choices) => scrollTo(0, scrollY + choices.getBoundingClientRect().top - 350)"
    )
    page.locator(".lines .chart svg").first.wait_for()
    taken(page, album / f"{name}.png")
    context.close()


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
    page.get_by_role("button", name="emitted 50 % less").click()
    page.wait_for_selector(".dial .change")
    settled(page)
    taken(page, album / f"{name}.png")
    if name == "simulator":
        page.get_by_role("tab", name="All outcomes").click()
        taken(page, album / "simulator-outcomes.png")
        page.get_by_role("button", name="assumptions of Cleaner electricity").click()
        taken(page, album / "simulator-assumptions.png")
    context.close()
