"""The simulator as people use it: a first minute, a link that brings the same numbers back, undo, the keyboard."""

from __future__ import annotations

import base64
import json
import re
import zlib

import pytest

from tests.page.conftest import STARTER, copied_link, dials, fresh, settled, until, visit

pytestmark = pytest.mark.page


def test_the_first_minute(browser, context, starter):
    """From the opened page to a link worth sending in five actions, and the link shows another the same numbers."""
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    visited = visit(context, starter)
    page = visited.open()
    page.get_by_label("Country", exact=True).select_option(label="Brazil")  # 1
    question = page.get_by_role("button", name="What if electricity in Brazil emitted 50 % less?")
    question.click()  # 2
    page.wait_for_selector(".dial .change")
    slider = page.get_by_role("slider", name="Cleaner electricity")
    slider.press("ArrowRight")  # 3
    sent = settled(page)
    link = copied_link(page)  # 4, 5
    assert "#/simulator?s=1." in link
    assert len(link) < 600
    assert sent["sustainability"].startswith("−")

    other = fresh(browser)
    received = visit(other, starter)
    received.page.goto(link)
    received.page.wait_for_selector(".dial .change")
    assert settled(received.page) == sent
    assert received.page.get_by_label("Country", exact=True).input_value() == "BRA"
    assert received.page.get_by_label("Name of this scenario").get_attribute("placeholder") == question_text("Brazil")
    assert visited.complaints == received.complaints == []
    other.close()


def question_text(country: str) -> str:
    return f"What if electricity in {country} emitted 50.5 % less?"


@pytest.mark.parametrize(
    ("packed", "says"),
    [
        ("2.abc", "another version"),
        ("abc", "another version"),
        ("1.!!!!", "Part of it is missing or changed"),
        ("1.HY5da4MwFIb", "Part of it is missing or changed"),
        ("1." + "A" * 30_000, "far longer"),
    ],
)
def test_a_link_that_cannot_be_opened_says_why(context, starter, packed, says):
    visited = visit(context, starter)
    page = visited.open(f"#/simulator?s={packed}")
    assert says in page.get_by_role("alert").inner_text()
    page.get_by_role("button", name="Start anew").click()
    page.get_by_role("heading", name="What would an industrial strategy change?").wait_for()


def test_an_old_link_still_opens(context, starter):
    """A link as the first page made it, before scenarios could be followed over the years."""
    state = {
        "d": "starter", "y": 2018, "c": "IND", "p": ["BRA"],
        "s": [{"t": "As in 2026", "l": [["material-efficiency", 20, ["IND"]]]}],
    }  # fmt: skip
    deflated = zlib.compressobj(wbits=-15)
    packed = deflated.compress(json.dumps(state).encode()) + deflated.flush()
    text = base64.urlsafe_b64encode(packed).decode().rstrip("=")
    page = visit(context, starter).open(f"#/simulator?s=1.{text}")
    page.wait_for_selector(".dial .change")
    assert page.get_by_label("Name of this scenario").input_value() == "As in 2026"
    assert page.get_by_label("Material efficiency, exact value in %").input_value() == "20"
    assert page.get_by_label("Prices respond", exact=True).is_checked()  # it says nothing of it: as all that is new
    assert settled(page)["sustainability"].startswith("−")


def test_a_link_to_data_that_this_server_lacks_says_so(context, starter):
    state = {"d": "wiod2013", "y": 2009, "c": "DEU", "s": [{"l": [["carbon-price", 50, ["DEU"]]]}]}
    deflated = zlib.compressobj(wbits=-15)
    packed = deflated.compress(json.dumps(state).encode()) + deflated.flush()
    link = f"#/simulator?s=1.{base64.urlsafe_b64encode(packed).decode().rstrip('=')}"
    page = visit(context, starter).open(link)
    assert "wiod2013" in page.get_by_role("alert").inner_text()
    assert "kaldor data add" in page.get_by_role("alert").inner_text()
    page.wait_for_timeout(800)
    assert page.url.endswith(link)  # it can still be copied, and opened where the data are


def test_undo_reset_and_exact_numbers(context, starter):
    visited = visit(context, starter)
    page = visited.open(f"#/simulator?{STARTER}")
    page.wait_for_selector(".dial .change")
    still = settled(page)
    exact = page.get_by_label("Material efficiency, exact value in %")
    exact.fill("20")
    exact.blur()
    until(page, "document.querySelector('[data-dimension=sustainability] .change').textContent.trim() !== '0 %'")
    moved = settled(page)
    assert moved["sustainability"].startswith("−")
    exact.fill("900")
    exact.blur()
    assert (exact.input_value(), exact.get_attribute("aria-invalid")) == ("900", "true")
    assert settled_as(page, moved)  # the last right one stays in force, so one step leads back
    page.get_by_role("button", name="Undo").click()
    assert settled_as(page, still)
    assert page.get_by_role("button", name="Undo").is_disabled()


def settled_as(page, wished) -> bool:
    page.wait_for_timeout(300)
    return settled(page) == wished


def test_the_keyboard_alone_moves_a_slider(context, starter):
    visited = visit(context, starter)
    page = visited.open(f"#/simulator?{STARTER}")
    page.wait_for_selector(".dial .change")
    page.evaluate("document.activeElement.blur()")
    for _ in range(60):
        page.keyboard.press("Tab")
        name = page.evaluate("document.activeElement.type === 'range' && document.activeElement.labels[0].textContent")
        if name:
            break
    assert name
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    before = page.evaluate("Number(document.activeElement.value)")
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    assert page.evaluate("Number(document.activeElement.value)") > before
    assert "1 in use" in page.locator(".levers").inner_text()
    until(page, "document.querySelector('[aria-live=polite][aria-atomic=true]').textContent.includes('Sustainability')")


def test_scenarios_side_by_side(context, starter):
    visited = visit(context, starter)
    page = visited.open(f"#/simulator?{STARTER}")
    page.wait_for_selector(".dial .change")
    page.get_by_label("Fixed prices", exact=True).check()  # where twice the lever is twice the change
    add = page.get_by_role("button", name="Add a scenario beside it")
    for strength in ("10", "20", "30", "40"):
        exact = page.get_by_label("Material efficiency, exact value in %")
        exact.fill(strength)
        exact.blur()
        if strength != "40":
            add.click()
    assert add.count() == 0  # four are the most
    page.get_by_role("tab", name="Side by side").click()
    page.wait_for_selector("text=All metrics side by side")
    bars = page.get_by_role("img", name="CO₂ behind final use").text_content()
    # Each is called by the question that its lever asks, at its own strength.
    assert [f"needed {strength} % less material" in bars for strength in (10, 20, 30, 40, 50)] == [True] * 4 + [False]
    values = [-float(found) for found in re.findall(r"−([\d.]+) %", bars)]
    assert values == pytest.approx([values[0] * times for times in (1, 2, 3, 4)], rel=0.1)


def test_what_is_not_modelled_says_so_in_the_picture_too(context, starter):
    visited = visit(context, starter)
    page = visited.open(f"#/simulator?{STARTER}")
    page.wait_for_selector(".dial .change")
    page.get_by_role("tab", name="All outcomes").click()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="SVG", exact=True).click()
    picture = waiting.value.path().read_text("utf-8")
    assert "not modelled" in picture
    assert "estimated" in picture
    assert "Kaldor, starter world for 2018" in picture


def test_every_view_opens_without_complaint(context, starter):
    visited = visit(context, starter)
    page = visited.open(f"#/simulator?{STARTER}")
    page.wait_for_selector(".dial .change")
    exact = page.get_by_label("Carbon price, exact value in $/t CO₂")
    exact.fill("100")
    exact.blur()
    for view in ("All outcomes", "Who gains, who pays", "Why", "Map"):
        page.get_by_role("tab", name=view).click()
        page.wait_for_load_state("networkidle")
        page.locator("[role=tabpanel] figure").first.wait_for()
    assert dials(page)
    assert visited.complaints == []


def test_who_pays_is_a_table_of_final_users(context, starter):
    visited = visit(context, starter)
    page = visited.open(f"#/simulator?{STARTER}")
    page.wait_for_selector(".dial .change")
    page.get_by_label("Fixed prices", exact=True).check()
    with page.expect_response(lambda one: "/simulate" in one.url and one.request.method == "POST"):
        exact = page.get_by_label("Material efficiency, exact value in %")
        exact.fill("20")
        exact.blur()
    settled(page)
    page.get_by_role("tab", name="Who gains, who pays").click()
    figure = page.locator("figure", has=page.get_by_role("heading", name="Who pays, seen from India"))
    figure.wait_for()
    assert figure.locator("thead").inner_text().count("million US$") == 3
    rows = figure.locator("tbody tr")
    assert [rows.nth(i).locator("th").inner_text() for i in range(3)] == [
        "Households at home",
        "Government, investment and others at home",
        "Final users abroad",
    ]
    assert rows.nth(1).locator("td").last.inner_text().startswith("−")  # builders' customers pay less
    assert visited.complaints == []
