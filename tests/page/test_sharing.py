"""From the opened page to a file that somebody else opens without Kaldor, without a server and without a network."""

from __future__ import annotations

import json
import re
from xml.etree import ElementTree

import pytest
from typer.testing import CliRunner

from kaldor.cli.main import app
from kaldor.words import figure
from tests.page.conftest import AXE, STARTER, fresh, settled, visit

pytestmark = pytest.mark.page

SCENARIO = """
id = "scenario-1"
levers = [{ lever = "clean-electricity", strength = 50, regions = ["IND"] }]
"""


@pytest.fixture
def shared(browser, starter, tmp_path):
    """A file that a person made of the opened page, in four actions, and where it was saved."""
    context = fresh(browser)
    visited = visit(context, starter)
    page = visited.open(f"#/simulator?{STARTER}")  # 1: the page is opened
    page.get_by_label("Cleaner electricity", exact=True).fill("50")  # 2
    settled(page)
    page.get_by_role("button", name="Share", exact=True).click()  # 3
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Save the file").click()  # 4
    path = tmp_path / "given-away.html"
    waiting.value.save_as(path)
    assert waiting.value.suggested_filename == "kaldor-what-if-electricity-in-india-emitted-50-less.html"
    assert visited.complaints == []
    context.close()
    return path


def test_a_shared_file_opens_offline_and_has_the_figures_of_the_command_line(browser, shared, tmp_path):
    scenario = tmp_path / "scenario.toml"
    scenario.write_text(SCENARIO, "utf-8")
    answer = json.loads(CliRunner().invoke(app, ["twin", "run", str(scenario), "--on", "starter", "--json"]).stdout)
    context = fresh(browser, offline=True)
    page = context.new_page()
    complaints, asked = [], []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("request", lambda request: asked.append(request.url.split(":")[0]))
    page.goto(shared.as_uri())
    for one in answer["outcomes"]:
        row = page.locator(f"tr[data-metric='{one['id']}']")
        if one["after"] is None:
            assert row.count() == 0
            continue
        cells = row.locator("td").all_inner_texts()
        before = "–" if one["before"] is None else figure(one["before"])
        band = "no band" if one["band_low"] is None else f"{figure(one['band_low'])} to {figure(one['band_high'])}"
        assert cells[:5] == [before, figure(one["after"]), figure(one["change"]), band, one["unit"]]
    assert page.locator("img").evaluate("(image) => image.complete && image.naturalWidth > 0")
    text = page.locator("main").inner_text()
    assert "Cleaner electricity: 50 " in text
    assert "Prices respond: elasticities" in text
    assert "What is not in it" in text
    assert set(asked) <= {"file", "data"}
    assert complaints == []
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    if AXE.exists():
        # The file's own policy lets no script in, a test's neither: the same text is judged without it.
        page = fresh(browser).new_page()
        page.set_content(re.sub(r"<meta http-equiv[^>]*>", "", shared.read_text("utf-8")))
        page.evaluate(AXE.read_text("utf-8"))
        found = page.evaluate("axe.run(document).then((all) => all.violations.map((one) => one.id))")
        assert found == []
    context.close()


def test_the_dialog_says_who_can_open_what_and_gives_a_picture(browser, starter, tmp_path):
    context = fresh(browser, viewport={"width": 390, "height": 844})
    visited = visit(context, starter)
    page = visited.open(f"#/simulator?{STARTER}")
    page.get_by_label("Cleaner electricity", exact=True).fill("50")
    settled(page)
    page.get_by_role("button", name="Share", exact=True).click()
    said = page.get_by_role("dialog").inner_text()
    for words in ("without a network", "Only on this computer: the address 127.0.0.1", "Whoever has Kaldor"):
        assert words in said
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    with page.expect_download() as waiting:
        page.get_by_role("dialog").get_by_role("button", name="SVG").click()
    waiting.value.save_as(tmp_path / "card.svg")
    words = " ".join(ElementTree.parse(tmp_path / "card.svg").getroot().itertext())
    for part in (
        "Cleaner electricity, 50 ",
        "India, 2018",
        "Mt CO₂",
        "Bar: the change on its metric's scale",
        "Sources: ",
        "Kaldor",
    ):
        assert part in words
    if AXE.exists():
        assert visited.axe() == []
    assert visited.complaints == []
    context.close()
