"""Numbers typed as the reader's language writes them: no comma is dropped, which made figures ten times too large."""

from __future__ import annotations

import pytest

from tests.page.conftest import AXE, STARTER, fresh, settled, visit

pytestmark = pytest.mark.page


def price_field(page):
    """The field beside the slider of the carbon price, whatever it is called."""
    page.wait_for_selector(".dial .change")
    return page.locator("[data-lever=carbon-price] input[role=spinbutton]")


def strength(page) -> float:
    """The strength in force, whatever stands in the field."""
    return float(price_field(page).get_attribute("aria-valuenow"))


@pytest.mark.parametrize(
    ("locale", "typed", "meant", "stands"),
    [
        ("fr-FR", "1,5", 1.5, "1,5"),
        ("fr-FR", "1.5", 1.5, "1,5"),
        ("fr-FR", "12 25", None, "12 25"),
        ("es-ES", "1,5", 1.5, "1,5"),
        ("es-ES", "1.500", None, "1.500"),
        ("en-GB", "1.5", 1.5, "1.5"),
        ("en-GB", "1,5", None, "1,5"),
        ("en-GB", "1,500", None, "1,500"),
        ("en-GB", "abc", None, "abc"),
    ],
)
def test_a_decimal_is_read_as_the_language_writes_it(browser, starter, locale, typed, meant, stands):
    context = fresh(browser, locale=locale)
    page = visit(context, starter).open(f"#/simulator?{STARTER}")
    field = price_field(page)
    field.fill("7")
    field.blur()
    assert strength(page) == 7
    field.fill(typed)
    field.blur()
    assert strength(page) == (7 if meant is None else meant)
    assert field.input_value() == stands
    assert field.get_attribute("aria-invalid") == ("true" if meant is None else None)
    context.close()


def test_french_writes_and_reads_its_own_groups_and_english_says_how_decimals_are_written(browser, starter):
    context = fresh(browser, locale="fr-FR")
    page = visit(context, starter).open(f"#/shocks?{STARTER}")
    page.get_by_role("button", name="Un pays cesse de vendre").click()
    days = page.locator(".run input[role=spinbutton]")
    for typed, invalid in (("1\u202f200", None), ("1 200", None), ("1200,5", "true"), ("12 00", "true")):
        days.fill(typed)
        days.blur()
        assert days.get_attribute("aria-invalid") == invalid, typed
    assert days.get_attribute("aria-valuenow") == "1200"
    context.close()
    context = fresh(browser)
    visited = visit(context, starter)
    page = visited.open(f"#/simulator?{STARTER}")
    field = price_field(page)
    field.fill("1,5")
    field.blur()
    said = page.locator(f"[id='{field.get_attribute('aria-describedby')}']").inner_text()
    assert "Decimals are written with a point here" in said
    if AXE.exists():
        assert visited.axe() == []
    context.close()


def test_arrow_keys_step_within_the_bounds(context, starter):
    page = visit(context, starter).open(f"#/simulator?{STARTER}")
    field = price_field(page)
    field.fill("1.5")
    field.press("ArrowUp")
    assert (field.input_value(), strength(page)) == ("2.5", 2.5)
    for _ in range(4):
        field.press("ArrowDown")
    assert (field.input_value(), strength(page)) == ("0", 0)
    settled(page)


def test_the_emissions_page_fits_a_narrow_phone(browser, starter):
    context = fresh(browser, viewport={"width": 320, "height": 640})
    page = visit(context, starter).open(f"#/emissions?{STARTER}")
    page.wait_for_selector("main select")
    page.wait_for_timeout(500)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    context.close()


def test_a_study_of_the_simulator_keeps_the_peers_and_a_file_is_called_by_its_question(browser, start, tmp_path):
    server = start(tmp_path / "store")
    context = fresh(browser)
    page = visit(context, server).open(f"#/simulator?{STARTER}")
    field = price_field(page)
    field.fill("100")
    field.blur()
    settled(page)
    with page.expect_request(lambda one: "/share" in one.url) as sent:
        page.get_by_role("button", name="Share", exact=True).click()
        page.get_by_role("dialog").get_by_role("button", name="Save the file").click()
    assert sent.value.post_data_json["title"] == "What if India put a price of $100 on every tonne of CO₂?"
    page.get_by_role("dialog").get_by_role("button", name="Close").click()
    page.locator("button.save").click()
    page.get_by_role("dialog").get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("Saved: What if India").wait_for()
    (entry,) = page.request.get(f"{server.address}api/studies").json()
    assert entry["study"]["peers"] == ["CHN", "BRA"]
    context.close()
