"""A scenario over the years: curves, growth, the five dials by year, and a link that brings all of it back."""

from __future__ import annotations

import base64
import csv
import re
import zlib

import pytest

from tests import waiting
from tests.page.conftest import AXE, STARTER, fresh, settled, until, visit

pytestmark = pytest.mark.page


def opened(visited):
    page = visited.open(f"#/simulator?{STARTER}")
    page.wait_for_selector(".dial .change")
    exact = page.get_by_label("Material efficiency, exact value in %")
    exact.fill("20")
    exact.blur()
    settled(page)
    page.get_by_role("tab", name="Over the years").click()
    page.get_by_role("heading", name="What is reached when").wait_for()
    return page


def table_of(page, heading):
    """The rows of a figure as its CSV file holds them."""
    figure = page.locator("figure").filter(has=page.get_by_role("heading", name=heading))
    with page.expect_download() as waiting:
        figure.get_by_role("button", name="CSV").click()
    return list(csv.reader(waiting.value.path().read_text("utf-8-sig").splitlines()))


def said_of(field) -> str:
    """What is said to be wrong with a field, tied to it for those who hear the page."""
    assert field.get_attribute("aria-invalid") == "true"
    return field.evaluate("(one) => document.getElementById(one.getAttribute('aria-describedby')).textContent")


def held_by_link(page) -> str:
    """The state of the page that its own link holds: it follows a move after a while."""
    _, _, packed = page.evaluate("location.hash").partition("s=1.")
    return zlib.decompress(base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)), wbits=-15).decode()


def test_nothing_moved_says_what_to_do(context, starter):
    page = visit(context, starter).open(f"#/simulator?{STARTER}")
    page.wait_for_selector(".dial .change")
    page.get_by_role("tab", name="Over the years").click()
    page.get_by_text("Move a lever; this view then follows it through the years").wait_for()


def test_a_lever_follows_its_curve_to_a_chosen_year(browser, context, starter):
    visited = visit(context, starter)
    page = opened(visited)
    assert "not a forecast" in page.get_by_role("tabpanel").inner_text()
    page.get_by_label("Material efficiency: Curve").select_option(label="evenly")
    for field, year in (("Begins", "2030"), ("Complete", "2040")):
        typed = page.get_by_label(f"Material efficiency: {field}")
        typed.fill(year)
        typed.blur()
    until(
        page,
        """() => document.querySelector('.milestones').textContent.replace(/\\s+/g, ' ')
            .includes('2035 Material efficiency: 50% adopted')""",
    )
    head, *rows = table_of(page, "In all, 2025 to 2050")
    strength = {int(row[0]): float(row[1]) for row in rows}
    assert head[1] == "Material efficiency (%)"
    assert (min(strength), max(strength)) == (2025, 2050)
    assert [strength[year] for year in (2029, 2030, 2035, 2040, 2050)] == pytest.approx([0, 0, 10, 20, 20])

    # In the last year the path is the what-if of the dials.
    emissions = table_of(page, "Sustainability: CO₂ behind final use")
    year, without, with_levers, change = emissions[-1][:4]
    assert year == "2050"
    percent = 100 * float(change) / float(without)
    shown = float(re.sub(r"[^\d.−]", "", settled(page)["sustainability"]).replace("−", "-"))
    assert percent == pytest.approx(shown, rel=0.01)
    assert float(with_levers) == pytest.approx(float(without) + float(change))

    # Growth compounds on the reference, and the page says where its rates come from.
    page.get_by_label("The economy around it").select_option(label="grows by published ranges")
    until(
        page,
        """() => [...document.querySelectorAll('figure .about')]
            .some((one) => one.textContent.includes('World Population Prospects'))""",
    )
    grown = table_of(page, "Sustainability: CO₂ behind final use")
    assert float(grown[-1][1]) != pytest.approx(float(without), rel=0.01)

    until(page, "location.hash.includes('s=1.')")
    waiting.until(lambda: all(part in held_by_link(page) for part in ('"linear"', "2030", "[2025,2050,1]")))
    link = page.url
    other = fresh(browser)
    received = visit(other, starter)
    received.page.goto(link)
    received.page.wait_for_selector(".dial .change")
    received.page.get_by_role("tab", name="Over the years").click()
    received.page.get_by_role("heading", name="What is reached when").wait_for()
    assert received.page.get_by_label("Material efficiency: Curve").input_value() == "linear"
    assert received.page.get_by_label("Material efficiency: Begins").input_value() == "2030"
    assert received.page.get_by_label("The economy around it").input_value() == "packaged"
    again = table_of(received.page, "Sustainability: CO₂ behind final use")
    assert [[row[0], *row[4:]] for row in again] == [[row[0], *row[4:]] for row in grown]
    assert again[0] == grown[0]
    figures = [[float(cell) for row in rows[1:] for cell in row[1:3]] for rows in (again, grown)]
    assert figures[0] == pytest.approx(figures[1], rel=1e-10)  # solved anew, to 1e-11 in every equation
    changes = [[float(row[3]) for row in rows[1:]] for rows in (again, grown)]
    assert changes[0] == pytest.approx(changes[1], rel=1e-7, abs=1e-10 * max(figures[1]))
    assert visited.complaints == received.complaints == []
    other.close()


def test_years_that_cannot_be_stay_as_typed_and_the_last_right_ones_in_force(context, starter):
    page = opened(visit(context, starter))
    end = page.get_by_label("to", exact=True)
    for wrong in ("1700", "2020", "2050.5", ""):
        end.fill(wrong)
        end.blur()
        assert end.input_value() == wrong
        assert said_of(end) == "Here belongs a whole number from 2026 to 2100; the last right one stays in force."
        page.get_by_role("heading", name="In all, 2025 to 2050").wait_for()
    begins = page.get_by_label("Material efficiency: Begins")
    before, complete = begins.input_value(), page.get_by_label("Material efficiency: Complete").input_value()
    begins.fill("2099")  # after it is complete
    begins.blur()
    assert begins.input_value() == "2099"
    assert f"from 2000 to {int(complete) - 1};" in said_of(begins)
    begins.fill(before)
    begins.blur()
    assert begins.get_attribute("aria-invalid") is None
    end.fill("2040")
    end.blur()
    page.get_by_role("heading", name="In all, 2025 to 2040").wait_for()
    page.get_by_role("button", name="Undo").click()
    page.get_by_role("heading", name="In all, 2025 to 2050").wait_for()


def test_the_picture_says_what_it_is(context, starter):
    page = opened(visit(context, starter))
    figure = page.locator("figure").filter(has=page.get_by_role("heading", name="Sustainability: CO₂ behind final use"))
    figure.locator(".chart svg text").first.wait_for()
    with page.expect_download() as waiting:
        figure.get_by_role("button", name="SVG").click()
    picture = waiting.value.path().read_text("utf-8")
    words = re.sub(r"<[^>]+>", " ", picture)
    for said in (
        "predicted from estimated data",
        "not a forecast",
        "Material efficiency 20 %",
        "S-curve",
        "with the levers",
    ):
        assert said in re.sub(r"\s+", " ", words), said


def test_the_keyboard_alone_follows_a_lever(context, starter):
    page = visit(context, starter).open(f"#/simulator?{STARTER}")
    page.wait_for_selector(".dial .change")
    slider = page.get_by_role("slider", name="Material efficiency")
    slider.focus()
    for _ in range(10):
        page.keyboard.press("ArrowRight")
    settled(page)
    page.get_by_role("tab", name="Map").focus()
    page.keyboard.press("End")
    assert page.get_by_role("tab", name="Over the years").get_attribute("aria-selected") == "true"
    page.get_by_role("heading", name="What is reached when").wait_for()
    for wanted in ("From", "to", "The economy around it", "Material efficiency: Curve", "Material efficiency: Begins"):
        page.keyboard.press("Tab")
        while page.evaluate("document.activeElement.getAttribute('role') === 'tabpanel'"):
            page.keyboard.press("Tab")
        named = "document.activeElement.ariaLabel ?? document.activeElement.labels[0].childNodes[0].textContent.trim()"
        assert page.evaluate(named) == wanted
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    until(page, "document.querySelector('.milestones').textContent.includes('2027')")
    assert page.get_by_label("Material efficiency: Begins").input_value() == "2027"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(browser, starter, scheme):
    if not AXE.exists():
        pytest.skip("axe-core is not installed: run npm ci in web/")
    context = fresh(browser, color_scheme=scheme)
    visited = visit(context, starter)
    page = opened(visited)
    for table in page.locator("figure details").all():
        table.locator("summary").click()
    assert visited.axe() == []
    context.close()


def test_a_phone_needs_no_sideways_scrolling(browser, starter):
    context = fresh(browser, viewport={"width": 390, "height": 844})
    page = opened(visit(context, starter))
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    context.close()
