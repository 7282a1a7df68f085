"""The study editor: every section that is declared, and what it reads, edited in a form and kept in the study."""

from __future__ import annotations

import tomllib

import pytest

from kaldor.brief.sections import sections
from kaldor.brief.study import parse_study
from tests.page.conftest import AXE, STARTER, fresh, visit

pytestmark = pytest.mark.page

INDIA = {"title": "India", "country": "IND", "peers": ["CHN"], "year": 2018, "economy": "starter"}


@pytest.fixture
def tab(browser, start, tmp_path):
    server = start(tmp_path / "store")
    context = fresh(browser)
    made = context.request.post(f"{server.address}api/studies", data={"study": INDIA, "id": "india"})
    assert made.ok, made.text()
    tab = visit(context, server)
    tab.open(f"#/studies?{STARTER}")
    yield tab
    context.close()


def edited(tab):
    """The editor of India, open."""
    tab.page.get_by_role("button", name="Edit: India").click()
    editor = tab.page.locator("[data-study=india] form")
    editor.wait_for()
    return editor


def kept(tab) -> dict:
    """India as the server has it, and as its file says it: the same."""
    at = f"{tab.address}api/studies/india"
    study = tab.page.request.get(at).json()["study"]
    text = tab.page.request.get(f"{at}/export").text()
    assert parse_study(text, "study.toml").model_dump(mode="json", exclude_none=True) == study
    assert tomllib.loads(text)["title"] == study["title"]
    return study


def saved(tab, editor) -> dict:
    editor.get_by_role("button", name="Save", exact=True).click()
    tab.page.get_by_text("Saved: India").wait_for()
    return kept(tab)


def test_every_section_can_be_chosen_and_those_that_read_something_have_a_form(tab):
    editor = edited(tab)
    for section in sections().values():
        tick = editor.locator(".sections").get_by_label(section.title["en"], exact=True)
        assert tick.is_checked() == (section.shown == "always")
        tick.check()
        assert editor.locator(f"[data-section={section.id}]").count() == bool(section.keys)
    if AXE.exists():
        assert tab.axe() == []
    for section in sections().values():
        editor.locator(".sections").get_by_label(section.title["en"], exact=True).uncheck()
    assert editor.locator("[data-section]").count() == 0
    assert tab.complaints == []


def test_costs_stress_and_industries_taken_out_are_typed_and_kept(tab):
    editor = edited(tab)
    chosen = editor.locator(".sections")
    for title in ("Where costs end up", "Stress test", "What hangs on single industries"):
        chosen.get_by_label(title, exact=True).check()
    costs = editor.locator("[data-section=prices]")
    costs.get_by_label("Share", exact=True).fill("0.05")
    costs.get_by_label("Add: Industries", exact=True).select_option("energy")
    costs.get_by_label("Add: Countries or regions", exact=True).select_option("CHN")
    costs.get_by_label("Add: Countries or regions", exact=True).select_option("BRA")
    costs.get_by_role("button", name="Remove: China").click()
    stress = editor.locator("[data-section=stress]")
    stress.get_by_label("Draws").fill("3")
    stress.get_by_label("Seed").fill("7")
    editor.locator("[data-section=extraction]").get_by_label("Add: Industries or groups taken out").select_option(
        "energy"
    )
    study = saved(tab, editor)
    assert study["cost_rise"] == {"share": 0.05, "sectors": ["energy"], "regions": ["BRA"]}
    assert (study["stress"]["runs"], study["stress"]["seed"], study["extract"]) == (3, 7, ["energy"])
    assert study["sections"] == [
        "standing", "accounts", "sources", "scopes", "dependence", "exports", "extraction", "prices", "stress",
        "framework",
    ]  # fmt: skip

    editor = edited(tab)
    assert editor.locator("[data-section=stress]").get_by_label("Draws").input_value() == "3"
    editor.locator(".sections").get_by_label("Stress test", exact=True).uncheck()
    study = saved(tab, editor)
    assert "stress" not in study
    assert "stress" not in study["sections"]
    assert tab.complaints == []


def test_a_shock_a_path_a_scenario_and_a_sweep_are_built_by_hand(tab):
    editor = edited(tab)
    chosen = editor.locator(".sections")
    for title in ("Scenarios", "Shocks", "Paths over the years", "Many futures"):
        chosen.get_by_label(title, exact=True).check()

    scenario = editor.locator("[data-section=scenarios]")
    scenario.get_by_label("Id", exact=True).fill("priced")
    scenario.get_by_role("button", name="Add: Lever").click()
    scenario.get_by_role("combobox", name="Lever", exact=True).select_option("carbon-price")
    scenario.get_by_label("Strength").fill("50")
    scenario.get_by_label("Add: Countries or regions", exact=True).select_option("IND")

    shock = editor.locator("[data-section=shocks]")
    shock.get_by_label("Id", exact=True).fill("closed")
    shock.get_by_role("combobox", name="Kind", exact=True).select_option("ban")
    shock.get_by_label("Days", exact=True).fill("30")
    shock.get_by_label("Add: Sellers", exact=True).select_option("CHN")
    shock.get_by_label("Add: Buyers", exact=True).select_option("IND")
    shock.get_by_label("Add: Products", exact=True).select_option("all")

    path = editor.locator("[data-section=paths]")
    path.get_by_label("Id", exact=True).fill("clean")
    path.get_by_label("Start", exact=True).fill("2025")
    path.get_by_role("button", name="Add: Lever").click()
    path.get_by_role("combobox", name="Lever", exact=True).select_option("clean-electricity")
    path.get_by_label("Strength").fill("80")
    path.get_by_label("Add: Countries or regions", exact=True).select_option("all")
    path.get_by_label("Start", exact=True).nth(1).fill("2026")
    path.get_by_label("Until").fill("2040")

    sweep = editor.locator("[data-section=sweeps]")
    sweep.get_by_label("Id", exact=True).fill("many")
    sweep.get_by_label("Scenario of the study").fill("priced")
    sweep.get_by_role("button", name="Add: Counts as failed").click()
    sweep.get_by_role("combobox", name="Metric", exact=True).select_option("co2-world")
    if AXE.exists():
        assert tab.axe() == []
    study = saved(tab, editor)
    (one,) = study["scenarios"]
    assert (one["id"], one["levers"][0]["lever"], one["levers"][0]["strength"]) == ("priced", "carbon-price", 50)
    (event,) = study["shocks"][0]["events"]
    assert (event["kind"], event["origins"], event["destinations"]) == ("ban", ["CHN"], ["IND"])
    assert (event["products"], event["days"], event["share"]) == (["all"], 30, 1)
    assert study["paths"][0]["levers"][0]["adoption"]["until"] == 2040
    assert (study["sweeps"][0]["scenario"], study["sweeps"][0]["fails"]["metric"]) == ("priced", "co2-world")
    assert tab.complaints == []


def test_what_the_server_refuses_is_said_and_nothing_is_lost(tab):
    editor = edited(tab)
    editor.get_by_label("Title", exact=True).fill("India then and now")
    editor.locator(".sections").get_by_label("Why emissions changed", exact=True).check()
    editor.locator("[data-section=change]").get_by_label("Earlier year to compare with").fill("2018")
    editor.get_by_role("button", name="Save", exact=True).click()
    tab.page.get_by_role("alert").get_by_text("2018 is not before 2018").wait_for()
    assert editor.get_by_label("Title", exact=True).input_value() == "India then and now"
    editor.locator("[data-section=change]").get_by_label("Earlier year to compare with").fill("2010")
    study = saved(tab, editor)
    assert (study["title"], study["compare_year"]) == ("India then and now", 2010)


def test_a_phone_needs_no_sideways_scrolling_with_every_section_and_its_tables_open(tab):
    tab.page.set_viewport_size({"width": 390, "height": 844})
    editor = edited(tab)
    for tick in editor.locator(".sections input").all():
        tick.check()
    buttons = editor.get_by_role("button", name="Add:")
    for place in range(buttons.count()):
        buttons.nth(place).click()
    assert editor.locator("select").count() > 20
    assert tab.page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_draft_outlives_the_page_until_it_is_saved_or_given_up(tab):
    title = edited(tab).get_by_label("Title", exact=True)
    title.fill("India, again")
    title.blur()
    tab.page.evaluate("location.hash = '#/data'")
    tab.page.wait_for_selector("[data-study]", state="detached")
    tab.page.evaluate("location.hash = '#/studies'")
    editor = tab.page.locator("[data-study=india] form")
    editor.wait_for()
    assert editor.get_by_label("Title", exact=True).input_value() == "India, again"
    assert kept(tab)["title"] == "India"
    editor.get_by_role("button", name="Cancel").click()
    assert edited(tab).get_by_label("Title", exact=True).input_value() == "India"
