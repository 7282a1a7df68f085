"""A shock as a person runs it: built, run as a job, played on the map day by day, and read to its result."""

from __future__ import annotations

import csv

import pytest

from tests.page.conftest import AXE, STARTER, WIOD, fresh, until, visit

pytestmark = pytest.mark.page

HEADINGS = ("Value added against normal", "How it unfolds", "Who is hit hardest", "What breaks first", "In all")


def run(page, button, days, loss="80"):
    page.get_by_role("button", name=button).click()
    page.get_by_label("Share lost, %").fill(loss)
    page.get_by_label("Days to simulate").fill(str(days))
    page.get_by_role("button", name="Run the shock").click()
    page.get_by_role("heading", name="Who is hit hardest").wait_for()


def to_day(page, steps):
    page.locator("#day").focus()
    page.keyboard.press("Home")
    for _ in range(steps):
        page.keyboard.press("ArrowRight")


def on_map(page):
    """Loss by region on the day shown, from the table beside the map."""
    figure = page.locator("figure").first
    with page.expect_download() as waiting:
        figure.get_by_role("button", name="CSV").click()
    rows = list(csv.reader(waiting.value.path().read_text("utf-8-sig").splitlines()))[1:]
    return {row[0]: float(row[1]) for row in rows}


def answer_of(page, server):
    """The result of the only job, as the server has it."""
    (job,) = page.request.get(f"{server.address}api/jobs").json()
    return page.request.get(f"{server.address}api/jobs/{job['id']}").json()["result"]


def colours(page):
    return page.evaluate("[...document.querySelectorAll('.map path.own')].map((one) => one.getAttribute('fill'))")


def test_a_shock_is_run_and_played_to_its_result(browser, start, tmp_path):
    server = start(tmp_path / "store")
    context = fresh(browser)
    visited = visit(context, server)
    page = visited.open(f"#/shocks?{STARTER}")
    run(page, "A country stops selling", 120, loss="100")
    found = page.locator("figure h2").all_inner_texts()
    assert [one for one in HEADINGS if not any(text.startswith(one) for text in found)] == []
    worst = on_map(page)  # it opens on the day on which the world loses most
    assert min(worst.values()) < -0.01
    to_day(page, 0)
    still = colours(page)
    assert set(on_map(page).values()) == {0.0}
    to_day(page, 30)
    assert page.get_by_role("slider", name="Day 30").count() == 1
    result = answer_of(page, server)
    at = result["days"].index(30)
    names = {"CHN": "China", "IND": "India"}
    shown = on_map(page)
    for code, name in names.items():
        assert shown[name] == pytest.approx(100 * (result["value_added"][code][at] - 1), abs=1e-9)
    assert min(shown, key=shown.get) in page.locator(".on-day").inner_text()
    assert colours(page) != still

    page.get_by_role("button", name="Play").click()  # goes on from the day that the hand has chosen
    until(page, "Number(document.getElementById('day').value) > 34")
    page.get_by_role("button", name="Pause").click()
    stopped = page.locator("#day").input_value()
    page.wait_for_timeout(400)
    assert page.locator("#day").input_value() == stopped
    hardest = result["losers"][0]
    assert (
        page.get_by_role("img", name="Who is hit hardest")
        .text_content()
        .startswith(f"{names.get(hardest['region'], hardest['region'])}, ")
    )
    assert page.locator(".vintage").all_inner_texts() == ["% · 2018 · predicted from estimated data"] * 2 + [
        "million US$ · 2018 · predicted from estimated data",
        "million US$ · 2018 · predicted from estimated data",
        "2018 · predicted from estimated data",
    ]
    if AXE.exists():
        assert visited.axe() == []

    page.reload()  # the result is the job's, not the page's
    page.get_by_role("heading", name="Who is hit hardest").wait_for()
    to_day(page, 30)
    assert on_map(page) == shown
    assert visited.complaints == []
    context.close()


def test_what_breaks_first_is_said_with_day_product_and_user(browser, start, tmp_path):
    server = start(tmp_path / "store")
    context = fresh(browser)
    visited = visit(context, server)
    page = visited.open(f"#/shocks?{STARTER}")
    page.get_by_role("button", name="A country stops selling").click()
    page.get_by_role("group", name="No longer sold by").get_by_role("button", name="All regions").click()
    page.get_by_label("Share lost, %").fill("100")
    page.get_by_label("For days").fill("100")
    page.get_by_label("Days to simulate").fill("60")
    page.get_by_role("button", name="Run the shock").click()
    page.get_by_role("heading", name="What breaks first").wait_for()
    result = answer_of(page, server)
    first = result["bottlenecks"][0]
    assert (first["product"], first["first_region"]) == ("electronics", "IND")
    said = page.locator(".breaks li").first.inner_text()
    assert said.startswith(f"Day {first['first_day']:.0f}")
    assert "Electronics" in said
    assert "India" in said
    context.close()


def test_where_nothing_may_move_by_itself_a_press_goes_on(browser, start, tmp_path):
    server = start(tmp_path / "store")
    context = fresh(browser, reduced_motion="reduce")
    page = visit(context, server).open(f"#/shocks?{STARTER}")
    run(page, "Industry stands still", 104)
    assert page.get_by_role("button", name="Play").count() == 0
    to_day(page, 0)
    forward = page.get_by_role("button", name="Forward by 4 days")
    forward.click()
    page.wait_for_timeout(500)
    assert page.locator("#day").input_value() == "4"
    forward.press("Enter")
    assert page.locator("#day").input_value() == "8"
    context.close()


@pytest.mark.real
@pytest.mark.long
def test_on_a_real_table_as_a_job_with_progress(browser, real):
    """China's electronics makers stand still: China is hit hardest, and the page says so as the server does."""
    context = fresh(browser)
    visited = visit(context, real)
    page = visited.open(f"#/shocks?{WIOD.replace('country=DEU', 'country=CHN')}")
    page.get_by_role("button", name="Industry stands still").click()
    page.get_by_label("Days to simulate").fill("120")
    page.get_by_role("button", name="Run the shock").click()
    page.locator("[data-state=running] progress").wait_for()
    until(page, "Number(document.querySelector('[data-state=running] progress')?.value ?? 0) > 0")
    page.get_by_role("heading", name="Who is hit hardest").wait_for()
    to_day(page, 36)
    shown = on_map(page)
    assert len(shown) == 41
    assert min(shown, key=shown.get) == "China"
    assert shown["China"] < -5
    assert "China" in page.locator(".on-day").inner_text()
    assert visited.complaints == []
    context.close()


@pytest.mark.real
def test_a_union_has_the_members_that_it_had_in_the_year_of_the_table(context, real):
    page = visit(context, real).open(f"#/shocks?{WIOD}")
    page.get_by_role("button", name="Something runs short").click()
    group = page.get_by_role("group", name="Where")
    group.get_by_role("button", name="European Union").click()
    group.get_by_text("Choose one by one").click()
    chosen = group.locator("label:has(input:checked)").all_inner_texts()
    assert len(chosen) == 27  # of 2009: with the United Kingdom, before Croatia
    assert "United Kingdom" in [name.strip() for name in chosen]
