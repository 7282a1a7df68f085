"""The questions to begin with, as a person asks them: dials on their scales, one sentence, a title, a picture."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.page.conftest import STARTER, WIOD, settled, until, visit

pytestmark = pytest.mark.page

READ_DIALS = """() => Object.fromEntries([...document.querySelectorAll('.dial')].map((dial) => [
    dial.dataset.dimension, {
    metric: dial.querySelector('.change').dataset.metric ?? null,
    verdict: dial.querySelector('.verdict')?.className.split(' ')[1] ?? 'none',
    ends: dial.querySelector('.ends')?.textContent ?? '',
    grey: dial.querySelector('.change').classList.contains('immaterial'),
    text: dial.querySelector('.change').textContent.trim().replace(/\\s+/g, ' '),
}]))"""
SAYS = {"better": "earns", "worse": "It costs", "same": "about as before"}
CLASSES = {"better": "better", "worse": "worse", "neutral": "neutral", "about no change": "same"}
CLASSES |= {"cost not modelled": "partial", "either way": "either"}


def number(text: str) -> float:
    return float(text.split(maxsplit=1)[0].replace("−", "-").replace(",", ""))


def check_questions(visited, place: str, least: int) -> None:
    """Every question offered at a place: its dial moves, none shows a trifle as a verdict, the sentence agrees."""
    page = visited.open(f"#/?{place}")
    page.wait_for_selector(".question")
    offered = page.eval_on_selector_all(".question", "all => all.map((one) => one.dataset.opening)")
    declared = {one["id"]: one for one in page.request.get(f"{visited.address}api/openings").json()}
    assert len(offered) >= least
    for id in offered:
        page.evaluate(f"location.hash = '#/?{place}'")
        with page.expect_response(lambda one: "bands=true" in one.url, timeout=120_000) as answered:
            page.locator(f"[data-opening={id}]").click()
        settled(page, 120)
        answer = answered.value.json()
        outcomes = {one["id"]: one for one in answer["outcomes"]}
        dials = page.evaluate(READ_DIALS)
        for dial in dials.values():
            if dial["metric"] is None:
                assert dial["verdict"] == "none"
                continue
            effect = outcomes[dial["metric"]]["effect"]
            assert dial["verdict"] == CLASSES[effect["verdict"]], (id, dial)
            assert dial["grey"] == (abs(effect["value"]) < effect["material"])
            assert not (dial["grey"] and dial["verdict"] in {"better", "worse"}), (id, dial)
            assert number(dial["text"]) == pytest.approx(effect["value"], rel=0.01, abs=5e-7)
            assert number(dial["ends"].split("+")[1]) in effect["scales"]
        title = declared[id]["title"]["en"].split("{")[0] or declared[id]["title"]["en"].split("}")[1][:12]
        assert title in page.get_by_label("Name of this scenario").get_attribute("placeholder")
        own = dials[declared[id]["challenge"]]
        assert own["metric"] == declared[id]["metric"]
        assert own["verdict"] in {"better", "worse"}, (id, own)
        sentence = page.locator("[data-sentence]").inner_text()
        assert sentence == answer["sentence"]["en"]
        society = dials["society"]
        if society["metric"] == "real-income" and society["verdict"] in SAYS:
            assert SAYS[society["verdict"]] in sentence
        if society["metric"] is None:
            assert "not modelled" in sentence
    assert visited.complaints == []


@pytest.mark.parametrize("country", ["IND", "DEU", "ETH", "BRA", "VNM"])
def test_each_question_says_something_on_the_starter_world(context, starter, country):
    check_questions(visit(context, starter), f"economy=starter&year=2018&country={country}", 8)


@pytest.mark.real
@pytest.mark.parametrize("country", ["DEU", "IND", "POL", "USA", "CHN"])
def test_each_question_says_something_on_wiod(context, real, country):
    place = WIOD.replace("country=DEU&peers=FRA,POL", f"country={country}")
    check_questions(visit(context, real), place, 8)


def asked(page, opening: str):
    page.locator(f"[data-opening={opening}]").click()
    page.wait_for_selector(".dial .change")
    settled(page)
    return page


def test_the_title_follows_the_slider_and_no_scale_does(context, starter):
    page = asked(visit(context, starter).open(f"#/?{STARTER}"), "price-of-carbon")
    name = page.get_by_label("Name of this scenario")
    assert name.get_attribute("placeholder") == "What if India put a price of $100 on every tonne of CO₂?"
    ends = {dimension: dial["ends"] for dimension, dial in page.evaluate(READ_DIALS).items()}
    assert ends["sustainability"] == "−50+50 %"
    exact = page.get_by_label("Carbon price, exact value in $/t CO₂")
    for strength in ("1", "480"):
        exact.fill(strength)
        exact.blur()
        settled(page)
        now = {dimension: dial["ends"] for dimension, dial in page.evaluate(READ_DIALS).items()}
        assert {key: text.replace("off this scale", "") for key, text in now.items()} == ends
        assert f"${strength} on every tonne" in name.get_attribute("placeholder")
    assert "off this scale" in now["sustainability"]
    page.get_by_label("Scale of the dials").select_option("small")
    assert page.evaluate(READ_DIALS)["sustainability"]["ends"].startswith("−1")


def test_a_trifle_is_grey_and_about_no_change(context, starter):
    page = visit(context, starter).open(f"#/simulator?{STARTER}")
    page.wait_for_selector(".dial .change")
    exact = page.get_by_label("Carbon price, exact value in $/t CO₂")
    exact.fill("0.01")
    exact.blur()
    settled(page)
    dials = page.evaluate(READ_DIALS)
    moved = [dial for dial in dials.values() if dial["metric"] and number(dial["text"])]
    assert moved
    assert all(dial["grey"] and dial["verdict"] == "same" for dial in moved)
    assert (
        page.locator("[data-sentence]").inner_text().startswith("Nothing that is measured for India moves noticeably.")
    )


def test_the_sentence_is_copied_with_the_link(context, starter):
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = asked(visit(context, starter).open(f"#/?{STARTER}"), "price-of-carbon")
    page.get_by_role("button", name="Copy these words with the link").click()
    page.get_by_text("The words and the link are copied.").wait_for()
    words, link = page.evaluate("navigator.clipboard.readText()").split("\n")
    assert words == page.locator("[data-sentence]").inner_text()
    assert "#/simulator?s=1." in link


def saved(page, figure, tmp_path: Path, kind: str) -> Path:
    with page.expect_download() as download:
        figure.get_by_role("button", name=kind).click()
    target = tmp_path / download.value.suggested_filename
    download.value.save_as(target)
    return target


def words_of(svg: str) -> str:
    """The text of a picture, its lines joined as a reader joins them."""
    return " ".join(re.findall(r"<text[^>]*>([^<]*)", svg)).replace("&amp;", "&")


def test_every_exported_picture_says_what_where_when_unit_scale_and_source(context, starter, tmp_path):
    page = asked(visit(context, starter).open(f"#/?{STARTER}"), "price-of-carbon")
    until(page, "() => document.querySelector('[data-lead]')?.dataset.years === 'true'")
    sentence = page.locator("[data-sentence]").inner_text()
    lead = page.locator("[data-lead] figure")
    first = words_of(saved(page, lead, tmp_path, "SVG").read_text("utf-8"))
    for what in (
        "CO₂ emitted",
        "as today",
        "with the scenario",
        "2025",
        "2050",
        "Mt CO₂ · 2018",
        "2,590",
        "2018",
        sentence[:40],
        "Source",
    ):
        assert what in first, (what, first)
    assert saved(page, lead, tmp_path, "PNG").read_bytes().startswith(b"\x89PNG")
    for tab in ("Map", "All outcomes", "Who gains, who pays"):
        page.get_by_role("tab", name=tab).click()
        for figure in page.locator(".views figure").all():
            if not figure.get_by_role("button", name="SVG").count():
                continue
            text = words_of(saved(page, figure, tmp_path, "SVG").read_text("utf-8"))
            for what in (sentence[:40], "2018", "Source", "Scenario: Carbon price 100 $/t CO₂ (India)", "Kaldor"):
                assert what in text, (tab, what)
            if tab == "Map":
                legend = figure.locator(".legend li").all_inner_texts()
                assert len(legend) >= 3
                assert [entry for entry in legend if entry.strip() not in text] == []


def test_home_exports_its_map_with_its_legend(context, starter, tmp_path):
    page = visit(context, starter).open(f"#/?{STARTER}")
    page.wait_for_selector(".world .legend li")
    figure = page.locator(".world figure")
    text = words_of(saved(page, figure, tmp_path, "SVG").read_text("utf-8"))
    legend = figure.locator(".legend li").all_inner_texts()
    assert len(set(legend)) == len(legend) >= 4
    assert [entry for entry in legend if entry.strip() not in text] == []
    assert "Mt CO₂ · 2018 · estimated" in text


def test_a_question_opens_on_a_scale_that_holds_every_dial(context, starter):
    page = visit(context, starter).open(f"#/?{STARTER}")
    page.wait_for_selector(".question")
    for id in page.eval_on_selector_all(".question", "all => all.map((one) => one.dataset.opening)"):
        page.evaluate(f"location.hash = '#/?{STARTER}'")
        asked(page, id)
        off = [one for one in page.evaluate(READ_DIALS).values() if "off this scale" in one["ends"]]
        size = page.get_by_label("Scale of the dials").input_value()
        assert size == "large" or not off, (id, off)
