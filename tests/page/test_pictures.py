"""Every kind of chart, exported: the picture alone says what, where, when, in which unit, on which scale, from where."""

from __future__ import annotations

import re

import pytest

from tests.page.conftest import ROOT, STARTER, settled, until, visit

pytestmark = pytest.mark.page

SOURCE = "Source: Kaldor, starter world for 2018"


def words_of(page, figure, kind="SVG") -> str:
    """The text of an exported picture, its lines joined as a reader joins them."""
    with page.expect_download() as waiting:
        figure.get_by_role("button", name=kind, exact=True).click()
    svg = waiting.value.path().read_text("utf-8")
    assert "var(--" not in svg
    return " ".join(re.findall(r"<text[^>]*>([^<]*)", svg)).replace("&amp;", "&").replace("&apos;", "'")


def expect(text: str, *parts: str) -> None:
    missing = [part for part in (*parts, "2018", SOURCE, "Method:", "Kaldor") if part not in text]
    assert missing == [], text


@pytest.mark.parametrize(
    ("question", "kind", "parts"),
    [
        ("linkages", "scatter", ("India", "average of the industries = 1", "0.8")),
        ("upstream", "pairs", ("world", "stages", "1.5")),
        ("extract", "bars", ("India", "% of each one’s own total")),
        ("prices", "bars around zero", ("India", "%")),
        ("induced", "pairs of multipliers", ("India",)),
    ],
)
def test_the_pictures_of_questions(context, starter, question, kind, parts):
    page = visit(context, starter).open(f"#/economy?{STARTER}&question={question}")
    figure = page.locator("figure").first
    figure.locator("svg text").first.wait_for()
    expect(words_of(page, figure), *parts)
    shown = figure.locator(".vintage").inner_text()
    assert shown.split(" · ")[0], f"the {kind} chart has no unit"


def test_the_pictures_of_emissions(context, starter):
    page = visit(context, starter).open(f"#/emissions?{STARTER}")
    page.locator("figure .chart svg text").first.wait_for()
    drawn = [one for one in page.locator("figure").all() if one.get_by_role("button", name="SVG", exact=True).count()]
    assert len(drawn) >= 3
    for figure in drawn:
        expect(words_of(page, figure), figure.get_by_role("heading").inner_text()[:20], "CO₂")


def test_the_pictures_of_a_shock(context, starter):
    page = visit(context, starter).open(f"#/shocks?{STARTER}")
    page.locator("figure .chart svg text").first.wait_for()
    shock = page.locator(".results .first h2").inner_text()
    drawn = [one for one in page.locator("figure").all() if one.get_by_role("button", name="SVG", exact=True).count()]
    assert len(drawn) == 3  # the map of a day, the course, who is hit
    for figure, part in zip(drawn, ("Day ", "World", "US$"), strict=True):
        expect(words_of(page, figure), shock[:30], part)
    legend = drawn[0].locator(".legend li").all_inner_texts()
    text = words_of(page, drawn[0])
    assert len(legend) >= 3
    assert [entry for entry in legend if entry.strip() not in text] == []


def test_the_pictures_of_a_scenario(context, starter):
    page = visit(context, starter).open(f"#/simulator?{STARTER}")
    page.wait_for_selector(".dial .change")
    page.get_by_role("slider", name="Carbon price").fill("100")
    settled(page)
    for tab in ("Before and after", "Map", "All outcomes", "Who gains, who pays", "Why", "Over the years"):
        page.get_by_role("tab", name=tab).click()
        page.locator(".views figure").first.wait_for()
        until(page, "!document.querySelector('.views [role=status].quiet')")
        drawn = [one for one in page.locator(".views figure").all() if one.get_by_role("button", name="SVG").count()]
        assert drawn, tab
        for figure in drawn:
            figure.locator("svg").first.wait_for()
            expect(words_of(page, figure), "Carbon price 100 $/t CO₂ (India)", "India emits")


def test_every_picture_is_saved_in_one_place():
    sources = [*(ROOT / "web" / "src").rglob("*.svelte"), *(ROOT / "web" / "src").rglob("*.ts")]
    saving = {one.name for one in sources if re.search(r"(?<!\.)\b(saveSvg|savePng)\(", one.read_text("utf-8"))}
    assert saving == {"Figure.svelte", "export.ts"}
    charts = ("Bars", "Pairs", "Scatter", "Waterfall", "Sides", "Chart", "YearLines", "WorldMap")
    for one in sources:
        text = one.read_text("utf-8")
        if one.parent.name != "parts" or one.stem not in charts:
            drawn = any(f"<{chart} " in text or f"<{chart}\n" in text for chart in charts)
            assert not drawn or ("<Figure" in text and "picture=" in text), one.name
