"""A wrong number, wherever it is typed, stays; a sentence says what belongs there, and nothing is computed of it."""

from __future__ import annotations

import pytest

from tests.page.conftest import AXE, ROOT, STARTER, fresh, settled, visit

pytestmark = pytest.mark.page


def said_of(field) -> str:
    """What is said to be wrong with a field, tied to it for those who hear the page."""
    assert field.get_attribute("aria-invalid") == "true"
    return field.evaluate("(one) => document.getElementById(one.getAttribute('aria-describedby')).textContent")


def test_a_strength_out_of_bounds_stays_and_the_last_right_one_is_in_force(context, starter):
    visited = visit(context, starter)
    page = visited.open(f"#/simulator?{STARTER}")
    page.wait_for_selector(".dial .change")
    exact = page.get_by_label("Material efficiency, exact value in %")
    slider = page.get_by_label("Material efficiency", exact=True)
    exact.fill("20")
    exact.blur()
    right = settled(page)
    for wrong in ("90", "-1", ""):
        exact.fill(wrong)
        exact.blur()
        assert exact.input_value() == wrong
        assert said_of(exact) == "Here belongs a number from 0 to 50; the last right one stays in force."
        assert slider.input_value() == "20"
        assert settled(page) == right
    if AXE.exists():
        assert visited.axe() == []
    slider.fill("30")  # the hand on the slider takes the place of what was wrong
    assert exact.input_value() == "30"
    assert exact.get_attribute("aria-invalid") is None
    assert visited.complaints == []


def test_a_figure_of_a_lever_is_not_brought_within_its_bounds_behind_ones_back(context, starter):
    page = visit(context, starter).open(f"#/simulator?{STARTER}")
    page.wait_for_selector(".dial .change")
    page.get_by_role("button", name="assumptions of Products that last longer").click()
    field = page.get_by_role("dialog").get_by_label("part of purchases that replaces something")
    field.fill("120")
    field.blur()
    assert field.input_value() == "120"
    assert said_of(field) == "Here belongs a number from 0 to 100; the last right one stays in force."
    field.fill("60")
    field.blur()
    assert field.get_attribute("aria-invalid") is None
    assert field.input_value() == "60"


def test_a_number_of_a_question_stays_and_the_answer_with_it(browser, starter):
    context = fresh(browser, locale="fr-FR")
    page = visit(context, starter).open(f"#/economy?{STARTER}&ask=extract")
    field = page.locator("main input[role=spinbutton]").first
    field.wait_for()
    field.fill("-5")
    field.blur()
    assert field.input_value() == "-5"
    said = said_of(field)
    assert said.startswith("Il faut un nombre")
    assert said.endswith("; le dernier nombre valable reste en vigueur.")
    context.close()


def test_one_field_for_every_number():
    sources = (ROOT / "web" / "src").rglob("*.svelte")
    assert [one.name for one in sources if 'inputmode="decimal"' in one.read_text("utf-8")] == ["NumberField.svelte"]
    sources = (ROOT / "web" / "src").rglob("*.svelte")
    assert [one.name for one in sources if 'type="number"' in one.read_text("utf-8")] == []  # it drops a comma
