"""The standard questions on the page: each figure holds what the server answers, and the link brings it back."""

from __future__ import annotations

import csv
from urllib.parse import urlencode

import numpy as np
import pytest

from kaldor.atlas.add import add
from kaldor.atlas.store import Store
from tests.atlas.plain_folders import balanced, write_economy
from tests.page.conftest import AXE, STARTER, WIOD, fresh, until, visit

pytestmark = pytest.mark.page

API = "api/economies/starter/2018"
ASKED = {
    "linkages": ("linkages", {"region": "IND", "scope": "domestic"}),
    "upstream": ("upstream", {"by": "sector"}),
    "extract": ("extract", {"region": "IND", "sector": "manufacturing"}),
    "prices": ("prices", {"region": "IND", "sector": "manufacturing", "cost": 0.05}),
    "induced": ("induced", {"region": "IND"}),
}


@pytest.fixture(scope="module")
def two_years(tmp_path_factory):
    """A store with one small table of two years that carries emissions."""
    folder = tmp_path_factory.mktemp("two")
    chance = np.random.default_rng(5)
    emissions = {"F": chance.lognormal(1, 1, (1, 6)), "F_Y": chance.uniform(0, 2, (1, 2))}
    tables = {year: balanced(year) | emissions for year in (2005, 2010)}
    for table in tables.values():  # a third of what is used is value added
        table["Y"] = table["Y"] + 0.5 * table["Z"].sum(axis=1, keepdims=True) * np.ones((1, 2))
        table["x"] = table["Z"].sum(axis=1) + table["Y"].sum(axis=1)
    write_economy(folder / "two", tables, regions=2, sectors=3, extensions=[["co2", "CO2", "kt CO2"]])
    add(folder / "two", Store(folder / "store"), as_id="two")
    return folder / "store"


def opened(visited, ask, place=STARTER):
    page = visited.open(f"#/economy?{place}&{urlencode(ask) if isinstance(ask, dict) else 'question=' + ask}")
    shown(page)
    return page


def opened_form(visited, ask):
    """A question that answers with its table only."""
    page = visited.open(f"#/economy?{STARTER}&{urlencode(ask)}")
    page.locator("main figure table").first.wait_for()
    return page


def shown(page):
    page.locator("main figure svg").first.wait_for()
    until(page, "!document.querySelector('main [role=status].quiet')")


def saved(page):
    """The numbers of the figure's CSV file, by the names in its first columns."""
    with page.expect_download() as waiting:
        page.locator("figure").get_by_role("button", name="CSV").click()
    head, *rows = csv.reader(waiting.value.path().read_text("utf-8-sig").splitlines())
    return head, rows


def numbers(rows, columns):
    return sorted([float(row[i]) if row[i] else None for i in columns] for row in rows)


def answered(page, server, path, params):
    answer = page.request.get(f"{server.address}{path}", params=params)
    assert answer.ok, answer.text()
    return answer.json()


def table(answer):
    """The only table of an answer."""
    (found,) = answer["tables"]
    return found


@pytest.mark.parametrize("ask", ASKED)
def test_a_figure_holds_what_the_server_answers(context, starter, ask):
    visited = visit(context, starter)
    page = opened(visited, ask)
    route, params = ASKED[ask]
    answer = table(answered(page, starter, f"{API}/{route}", params))
    figures = [c["id"] for c in answer["columns"] if c["id"] not in {"region", "sector", "quadrant"}]
    factor = {"price_change": 100}  # the page says it in %
    expected = sorted([row[id] * factor.get(id, 1) for id in figures] for row in answer["rows"])
    head, rows = saved(page)
    ids = [c["id"] for c in answer["columns"]]
    found = numbers(rows, [ids.index(id) for id in figures])
    assert len(found) == len(expected) > 0
    for ours, theirs in zip(found, expected, strict=True):
        assert ours == pytest.approx(theirs, rel=1e-12)
    units = {c["id"]: c["unit"] for c in answer["columns"]} | ({"price_change": "%"} if ask == "prices" else {})
    assert [units[id] for id in figures if units[id] and f"({units[id]})" not in head[ids.index(id)]] == []
    assert "estimated" in page.locator(".vintage").inner_text()
    assert visited.complaints == []
    assert visited.outside == []


def test_key_industries_are_drawn_as_the_answer_sorts_them(context, starter):
    page = opened(visit(context, starter), "linkages")
    rows = table(answered(page, starter, f"{API}/linkages", {"region": "IND"}))["rows"]
    key = [row for row in rows if row["quadrant"] == "key"]
    assert page.locator(".said").inner_text().startswith(f"{len(key)} of {len(rows)} industries are key")
    dots = page.evaluate("[...document.querySelectorAll('path.dot')].map((dot) => dot.textContent)")
    assert len(dots) == len(rows)
    assert sum("key" in text for text in dots) == len(key)
    page.get_by_label("Average over industries").select_option("output")
    page.get_by_label("Inputs").select_option("global")
    until(page, "() => location.hash.includes('scope=global')")
    shown(page)
    there = {
        row["quadrant"]
        for row in table(
            answered(page, starter, f"{API}/linkages", {"region": "IND", "scope": "global", "weights": "output"})
        )["rows"]
    }
    drawn = page.evaluate(
        "[...document.querySelectorAll('path.dot')].map((dot) => dot.textContent.split(' · ').at(-1))"
    )
    names = {"key": "key: pulls and pushes", "backward": "pulls on suppliers"}
    names |= {"forward": "pushes on customers", "weak": "weakly linked"}
    assert set(drawn) == {names[one] for one in there}


def test_extraction_follows_its_options(context, starter):
    page = opened(visit(context, starter), "extract")
    page.get_by_label("Industry taken out", exact=True).select_option("energy")
    page.get_by_label("Share taken out, 0 to 1").fill("0.5")
    page.get_by_label("Share taken out, 0 to 1").press("Enter")
    page.get_by_label("What goes").select_option("forward")
    page.get_by_label("Shown").select_option("co2")
    until(page, "() => location.hash.includes('what=co2') && location.hash.includes('share=0.5')")
    shown(page)
    params = {"region": "IND", "sector": "energy", "share": 0.5, "kind": "forward"}
    rows = table(answered(page, starter, f"{API}/extract", params))["rows"]
    home = next(row for row in rows if row["region"] == "IND")
    share = 100 * home["co2_lost"] / home["co2"]
    assert f"({share:.2g} %) in India itself" in page.locator(".said").inner_text()
    assert page.locator("figure h2").inner_text().endswith("energy in India, by region")


def test_the_change_between_two_years(browser, start, two_years):
    server = start(two_years)
    context = fresh(browser)
    visited = visit(context, server)
    page = opened(visited, "change", "economy=two&year=2010&country=R0")
    assert "Current prices" in page.locator(".note").inner_text()
    answer = table(answered(page, server, "api/economies/two/2010/change", {"since": 2005, "extension": "co2"}))
    _, rows = saved(page)
    found = numbers(rows, range(1, len(answer["columns"])))
    expected = sorted([row[c["id"]] for c in answer["columns"][1:]] for row in answer["rows"])
    for ours, theirs in zip(found, expected, strict=True):
        assert ours == pytest.approx(theirs, rel=1e-12)
    bars = page.locator("figure svg rect").count()
    assert bars >= 4
    page.get_by_label("Prices rose by a factor of").fill("1.3")
    page.get_by_label("Prices rose by a factor of").press("Tab")
    until(page, "() => location.hash.includes('deflator=1.3')")
    shown(page)
    assert page.locator(".note").count() == 0
    if AXE.exists():
        assert visited.axe() == []
    with page.expect_download() as waiting:
        page.get_by_role("button", name="SVG").click()
    assert "Deflated by one factor" in waiting.value.path().read_text("utf-8")
    assert visited.complaints == []
    context.close()


def test_a_question_without_a_picture_has_the_form_that_its_inputs_make(context, starter):
    visited = visit(context, starter)
    page = opened_form(visited, {"question": "paths", "extension": "co2", "region": "IND", "threshold": "0.004"})
    params = {"extension": "co2", "region": "IND", "threshold": 0.004}
    answer = table(answered(page, starter, f"{API}/paths", params))
    head, rows = saved(page)
    at = [one["id"] for one in answer["columns"]].index("value")
    assert head[at] == "Value (kt CO2)"
    assert numbers(rows, [at]) == sorted([row["value"]] for row in answer["rows"])
    page.get_by_label("Chains at most").fill("3")
    page.get_by_label("Chains at most").press("Tab")
    until(page, "() => location.hash.includes('most=3') && document.querySelectorAll('tbody')[0].rows.length === 3")
    page.get_by_label("Least share of a chain, 0 to 1").fill("2")  # more than the question takes
    page.get_by_label("Least share of a chain, 0 to 1").press("Tab")
    assert page.get_by_label("Least share of a chain, 0 to 1").input_value() == "2"
    assert page.get_by_label("Least share of a chain, 0 to 1").get_attribute("aria-invalid") == "true"
    assert "threshold=0.004" in page.url  # the last right one stays in force
    page.get_by_role("tab", name="Who emits, and for whose use").click()
    page.get_by_label("Show", exact=True).select_option("product")
    until(page, "() => location.hash.includes('question=footprint') && location.hash.includes('by=product')")
    if AXE.exists():
        assert visited.axe() == []
    assert visited.complaints == []


def test_an_input_of_several_takes_several(context, starter):
    visited = visit(context, starter)
    page = opened(visited, "prices")
    page.get_by_role("button", name="One more: Region").click()
    page.get_by_label("One more: Region").select_option("CHN")
    until(page, "() => location.hash.includes('region=IND&region=CHN')")
    page.get_by_role("heading", name="India and China, manufacturing").wait_for()
    shown(page)
    params = {"sector": "manufacturing", "cost": 0.05}
    answer = table(answered(page, starter, f"{API}/prices?region=IND&region=CHN", params))
    at = [one["id"] for one in answer["columns"]].index("price_change")
    _, rows = saved(page)
    expected = sorted(100 * row["price_change"] for row in answer["rows"])
    assert [one for (one,) in numbers(rows, [at])] == pytest.approx(expected, rel=1e-12)
    page.get_by_label("Region", exact=True).select_option("")
    until(page, "() => location.hash.includes('region=CHN') && !location.hash.includes('region=IND')")
    assert visited.complaints == []


def test_what_must_be_said_is_asked_for_and_codes_have_names(context, starter):
    visited = visit(context, starter)
    page = visited.open(f"#/economy?{STARTER}&question=ghosh")
    page.get_by_text("Still to be said: Change.").wait_for()
    page.get_by_role("tab", name="On whom industries depend abroad").click()
    page.locator("main figure table").first.wait_for()
    suppliers = page.locator("main figure tbody th").all_inner_texts()
    assert {"China", "Rest of world"} <= set(suppliers)
    assert page.locator("main figure thead th").first.inner_text() == "Supplier"
    assert visited.complaints == []


def test_titles_of_questions_come_in_the_language_of_the_page(context, starter):
    page = opened(visit(context, starter), "linkages")
    page.get_by_label("Language").select_option("fr")
    page.get_by_role("tab", name="Quelles industries sont clés", selected=True).wait_for()


def test_one_year_says_what_a_change_needs(context, starter):
    visited = visit(context, starter)
    page = visited.open(f"#/economy?{STARTER}&question=change")
    page.get_by_text("A change needs two years").wait_for()
    assert "on the page Data." in page.get_by_role("tabpanel").inner_text()
    assert page.get_by_label("Since").count() == 0
    assert page.get_by_role("tabpanel").get_by_role("link", name="Data").get_attribute("href") == "#/data"
    assert visited.complaints == []


def test_bands_are_drawn_by_a_job(browser, start, tmp_path):
    server = start(tmp_path / "store")
    context = fresh(browser)
    visited = visit(context, server)
    page = visited.open(f"#/economy?{STARTER}&question=bands&draws=25&seed=3")
    page.get_by_role("button", name="Ask").click()
    page.locator("figure svg rect").first.wait_for()
    (job,) = answered(page, server, "api/jobs", {})
    result = answered(page, server, f"api/jobs/{job['id']}", {})["result"]
    assert [result["facts"][name] for name in ("draws", "seed", "extension")] == [25, 3, "co2"]
    by_account = {row["account"]: row for row in table(result)["rows"]}
    sure = by_account.pop("production")  # a typed fact of the starter world
    assert sure["low"] <= sure["value"] * (1 + 1e-9)
    assert all(row["low"] < row["value"] < row["high"] for row in by_account.values())
    by_account["production"] = sure
    _, rows = saved(page)
    assert numbers(rows, [2, 5, 7]) == sorted([row["value"], row["low"], row["high"]] for row in by_account.values())
    assert "25 drawn tables" in page.locator(".said").inner_text()
    page.reload()
    page.locator("figure svg rect").first.wait_for()
    assert visited.complaints == []
    context.close()


def test_a_link_brings_back_the_same(browser, starter):
    first, second = fresh(browser), fresh(browser)
    page = opened(visit(first, starter), "linkages")
    page.get_by_role("tab", name="Who pays a rise of costs").click()
    page.get_by_label("Rise of costs, per unit of output").fill("0.125")
    page.get_by_label("Rise of costs, per unit of output").press("Tab")
    page.get_by_label("Costs of industry", exact=True).select_option("energy")
    page.get_by_label("Show").select_option("products")
    until(page, "() => ['cost=0.125', 'sector=energy', 'of=products'].every((part) => location.hash.includes(part))")
    shown(page)
    visited = visit(second, starter)
    again = visited.open(page.url.removeprefix(starter.address))
    shown(again)
    assert again.get_by_role("tab", selected=True).inner_text() == "Who pays a rise of costs"
    assert again.get_by_label("Rise of costs, per unit of output").input_value() == "0.125"
    assert saved(again) == saved(page)
    # A second link followed on the same page, and back.
    again.evaluate(f"location.hash = '#/economy?{STARTER}&question=upstream'")
    again.get_by_role("heading", name="Where the industries of the world stand").wait_for()
    again.go_back()
    again.get_by_role("heading", name="Prices of products of India").wait_for()
    assert visited.complaints == []
    first.close()
    second.close()


def test_a_link_that_means_nothing_opens_at_the_start(context, starter):
    visited = visit(context, starter)
    page = opened(visited, {"question": "extract", "share": "9", "kind": "sideways", "sector": "nothing"})
    assert page.get_by_label("Share taken out, 0 to 1").input_value() == "1"
    assert page.get_by_label("What goes").input_value() == "full"
    assert page.get_by_label("Industry taken out", exact=True).input_value() == "manufacturing"
    assert visited.complaints == []


def test_the_keyboard_goes_from_question_to_question(context, starter):
    page = opened(visit(context, starter), "linkages")
    page.get_by_role("tab", selected=True).focus()
    page.keyboard.press("ArrowRight")
    page.get_by_role("heading", name="What households pay more, by country").wait_for()
    page.keyboard.press("ArrowLeft")
    page.get_by_role("heading", name="Linkages of industries in India").wait_for()
    # Out of range: it stays as typed, and the last right one in force.
    page.get_by_role("tab", name="What hangs on an industry").click()
    page.get_by_label("Share taken out, 0 to 1").fill("1.01")
    page.get_by_label("Share taken out, 0 to 1").press("Tab")
    assert page.get_by_label("Share taken out, 0 to 1").get_attribute("aria-invalid") == "true"
    assert "1.01" not in page.url


def test_all_questions_are_in_view_and_rare_files_come_last(context, starter):
    visited = visit(context, starter)
    page = opened(visited, "linkages")
    strip = page.get_by_role("tablist")
    assert strip.evaluate("(one) => one.scrollWidth <= one.clientWidth")
    names = strip.get_by_role("tab").all_inner_texts()
    assert len(names) >= 15
    assert not {"Scenarios side by side", "Which lever does how much"} & set(names)
    first = page.get_by_label("Sectors to add up first")
    assert not first.is_visible()
    page.get_by_text("More options").click()
    assert first.is_visible()
    # Who follows a link to a question that reads a file sees its form, and where it goes without one.
    page = visited.open(f"#/economy?{STARTER}&question=compare")
    assert page.get_by_role("tab", selected=True).inner_text() == "Scenarios side by side"
    assert page.get_by_role("tabpanel").get_by_role("link", name="Simulator").get_attribute("href") == "#/simulator"


def test_a_picture_says_the_status_of_its_answer(context, starter):
    page = opened(visit(context, starter), "induced")
    answer = page.request.get(f"{starter.address}{API}/induced", params={"region": "IND"}).json()
    words = f"predicted from {answer['origin']['status']} data" if answer["status"] == "predicted" else answer["status"]
    assert page.locator("main figure .vintage").first.inner_text().endswith(f"2018 · {words}")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_any_question(browser, starter, scheme):
    if not AXE.exists():
        pytest.skip("axe-core is not installed: run npm ci in web/")
    context = fresh(browser, color_scheme=scheme)
    visited = visit(context, starter)
    found = []
    for ask in ASKED:
        page = opened(visited, ask)
        page.locator("figure summary").first.click()
        found += [f"{ask}: {one}" for one in visited.axe()]
    assert found == []
    context.close()


def test_a_phone_needs_no_sideways_scrolling(browser, starter):
    context = fresh(browser, viewport={"width": 390, "height": 844})
    visited = visit(context, starter)
    wide = {}
    for ask in ASKED:
        page = opened(visited, ask)
        wide[ask] = page.evaluate("document.documentElement.scrollWidth")
    assert {ask: width for ask, width in wide.items() if width > 390} == {}
    context.close()


@pytest.mark.real
def test_wiod_from_2000_to_2009(context, real):
    visited = visit(context, real)
    page = opened(visited, {"question": "change", "since": 2000}, WIOD)
    params = {"since": 2000, "extension": "co2", "with": "jrc_wiod_co2"}
    rows = table(answered(page, real, "api/economies/wiod2013/2009/change", params))["rows"]
    row = next(one for one in rows if one["region"] == "DEU")
    end = page.evaluate("document.querySelector('figure svg').textContent")
    assert f"{row['later'] / 1e6:.3g} Gt CO₂" in end
    page.get_by_label("Prices", exact=True).select_option("builtin")
    until(page, "() => location.hash.includes('deflators=builtin')")
    shown(page)
    assert page.locator(".note").count() == 2
    rows = table(answered(page, real, "api/economies/wiod2013/2009/change", params | {"deflators": "builtin"}))["rows"]
    row = next(one for one in rows if one["region"] == "DEU")
    fallen = 100 * row["intensity"] / row["earlier"]
    assert f"(−{abs(fallen):.2g} %)" in page.evaluate("document.querySelector('figure svg').textContent")
    assert all(name in end for name in ("Germany", "France", "Poland"))
    assert visited.complaints == []
