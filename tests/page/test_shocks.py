"""A shock as a person runs it: built, run as a job, played on the map day by day, and read to its result."""

from __future__ import annotations

import csv

import pytest

from tests.page.conftest import AXE, STARTER, WIOD, fresh, until, visit

pytestmark = pytest.mark.page

HEADINGS = ("In all: India", "Value added against normal", "How it unfolds", "Who is hit hardest", "What breaks first")


RESULT = "document.querySelector('[data-result]')?.dataset.result"


def opened(visited, place=STARTER):
    """The page once it shows the event with which it opens."""
    page = visited.open(f"#/shocks?{place}")
    page.locator("[data-result]").wait_for(timeout=120_000)
    return page


def press_run(page):
    """Run what was built, and wait until its result stands in place of the last one."""
    before = page.evaluate(RESULT)
    page.get_by_role("button", name="Run the shock").click()
    until(page, f"(before) => ![undefined, before].includes({RESULT})", before, seconds=120)


def run(page, button, days, loss="80"):
    page.get_by_role("button", name=button).click()
    page.get_by_label("Share lost, %").fill(loss)
    page.get_by_label("Days to simulate").fill(str(days))
    press_run(page)


def to_day(page, steps):
    page.locator("#day").focus()
    page.keyboard.press("Home")
    for _ in range(steps):
        page.keyboard.press("ArrowRight")


def on_map(page):
    """Loss by region on the day shown, from the table beside the map."""
    figure = page.locator("figure").filter(has=page.get_by_role("heading", name="Value added against normal:"))
    with page.expect_download() as waiting:
        figure.get_by_role("button", name="CSV").click()
    rows = list(csv.reader(waiting.value.path().read_text("utf-8-sig").splitlines()))[1:]
    return {row[0]: float(row[1]) for row in rows}


def answer_of(page, server):
    """The result of the last shock that was built and run, as the server has it."""
    job = next(one for one in page.request.get(f"{server.address}api/jobs").json() if one["kind"] == "shocks")
    return page.request.get(f"{server.address}api/jobs/{job['id']}").json()["result"]


def colours(page):
    return page.evaluate("[...document.querySelectorAll('.map path.own')].map((one) => one.getAttribute('fill'))")


def test_a_shock_is_run_and_played_to_its_result(browser, start, tmp_path):
    server = start(tmp_path / "store")
    context = fresh(browser)
    visited = visit(context, server)
    page = opened(visited)
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
    assert page.locator(".vintage").all_inner_texts() == [
        "2018 · predicted from estimated data",
        *["% · 2018 · predicted from estimated data"] * 2,
        *["million US$ · 2018 · predicted from estimated data"] * 2,
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
    page = opened(visited)
    page.get_by_role("button", name="A country stops selling").click()
    page.get_by_role("group", name="No longer sold by").get_by_role("button", name="All regions").click()
    page.get_by_label("Share lost, %").fill("100")
    page.get_by_label("For days").fill("100")
    page.get_by_label("Days to simulate").fill("60")
    press_run(page)
    page.get_by_role("heading", name="What breaks first").wait_for()
    result = answer_of(page, server)
    first = result["bottlenecks"][0]
    assert (first["product"], first["first_region"]) == ("electronics", "IND")
    said = page.locator(".breaks li").first.inner_text()
    assert said.startswith(f"Day {first['first_day']:.0f}")
    assert "Electronics" in said
    assert "India" in said
    assert first["lost_supplier"]
    assert "Supplier missed most: " in said
    context.close()


def rows_of(page, name):
    """A table of the page by the words of its rows."""
    table = page.get_by_role("region", name=name).locator("tbody tr")
    return {cells[0]: cells[1:] for cells in (row.locator("th, td").all_inner_texts() for row in table.all())}


def test_the_countrys_own_summary_stands_first_with_the_worlds_beside_it_in_the_same_units(browser, start, tmp_path):
    server = start(tmp_path / "store")
    context = fresh(browser)
    visited = visit(context, server)
    page = opened(visited)
    run(page, "A country stops selling", 120, loss="100")
    assert page.locator("figure h2").first.inner_text() == "In all: India"
    result, rows = answer_of(page, server), rows_of(page, "In all: India")
    own, world = ({row["measure"]: row for row in found} for found in (result["by_region"]["IND"], result["summary"]))
    words = {
        "lost_value_added": "Value added lost",
        "unmet_final_demand": "Final demand not delivered here",
        "unmet_final_demand_elsewhere": "Final demand not delivered elsewhere",
        "direct_loss_elsewhere": "Direct loss elsewhere; of a ban the sender’s",
        "indirect_per_direct": "Indirect per direct loss",
    }
    for measure, title in words.items():
        unit, *cells = rows[title]
        assert unit == ("–" if measure == "indirect_per_direct" else "million US$")
        for place, shown in ((own, cells[:3]), (world, cells[3:])):
            wanted = [place[measure][one] for one in ("central", "p5", "p95")] if measure in place else ["–"] * 3
            for text, value in zip(shown, wanted, strict=True):
                assert text == value or number(text) == pytest.approx(value, rel=2e-3, abs=0.51)
    assert "lost_value_added" not in page.locator("main").inner_text()
    assert "indirect_per_direct" in world
    assert "indirect_per_direct" not in own
    stands_in = [note for note in result["notes"] if note.startswith("Nothing is known of how specific")]
    assert page.get_by_text(stands_in[0]).first.is_visible()
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390  # tables scroll in boxes of their own
    context.close()


def number(text):
    return float(text.replace("−", "-").replace(",", ""))


def test_what_is_assumed_of_goods_is_said_and_sent(browser, start, tmp_path):
    server = start(tmp_path / "store")
    goods = tmp_path / "goods.toml"
    sectors = [one["code"] for one in economy_of(server)["sectors"]]
    rows = [f"{one} = {{ differentiated = 1 }}" for one in sectors]
    unneeded = [f"{one} = {[0] * len(sectors)}" for one in sectors]
    head = f"sectors = {sectors}\nsources = {{ all = 'typed by hand' }}\n"
    text = "\n".join([head, "[goods]", *rows, "[critical]", *unneeded])
    goods.write_text(text.replace("'", '"'), "utf-8")
    context = fresh(browser)
    visited = visit(context, server)
    page = opened(visited)
    page.get_by_role("button", name="A country stops selling").click()
    page.get_by_text("What is assumed of goods").click()
    page.get_by_label("Specificity, share 0 to 1").select_option("fixed: nobody replaces a supplier")
    page.get_by_label("Which inputs stop their users").select_option("all critical")
    for label, value in (("Overlap of the firms hit", "1"), ("Energy saved", "0.1"), ("Specificity that lasts", "0.8")):
        page.get_by_label(label).fill(value)
        page.get_by_label(label).blur()
    page.get_by_label("Your own facts of goods").set_input_files(goods)
    page.get_by_label("Days to simulate").fill("60")
    if AXE.exists():
        assert visited.axe() == []
    press_run(page)
    found = answer_of(page, server)
    assumed = found["assumptions"]
    assert {key: assumed[key] for key in ("specificity", "importance", "overlap", "saving", "lasting_share")} == {
        "specificity": "fixed", "importance": "all critical", "overlap": 1, "saving": 0.1, "lasting_share": 0.8,
    }  # fmt: skip
    assert assumed["fading_days"] == 180
    own, typed = found["notes"]
    assert own == "Goods and inputs are what a file of your own says: typed by hand."
    assert "specificity fixed (usually what is known of the goods); " in typed
    assert page.get_by_text(found["notes"][0]).first.is_visible()
    over = page.locator("a[href*='question=horizons']").first.get_attribute("href")
    for one in ("overlap=1", "saving=0.1", "specificity=fixed", "all_critical=true", "goods=sectors"):
        assert f"&{one}" in over

    page.get_by_label("Specificity, share 0 to 1").select_option("numbers for some products or groups")
    page.get_by_label("Add: Products or industries").fill("electronics")
    page.get_by_label("Add: Products or industries").blur()
    page.get_by_label("electronics", exact=True).fill("0.3")
    page.get_by_label("electronics", exact=True).blur()
    press_run(page)
    last, *_ = page.request.get(f"{server.address}api/jobs").json()
    until(page, f"fetch('api/jobs/{last['id']}').then((one) => one.json()).then((one) => one.state === 'done')")
    by_product = page.request.get(f"{server.address}api/jobs/{last['id']}").json()["result"]["assumptions"]
    assert by_product["specificity"] == {"electronics": 0.3}
    context.close()


def economy_of(server):
    import httpx

    return httpx.get(f"{server.address}api/economies/starter/2018").json()


def test_what_is_out_of_bounds_stays_as_typed_says_its_bounds_and_nothing_runs(browser, start, tmp_path):
    server = start(tmp_path / "store")
    context = fresh(browser)
    visited = visit(context, server)
    page = opened(visited, STARTER)
    page.get_by_role("button", name="A country stops selling").click()
    page.get_by_text("What is assumed of goods").click()
    assert page.get_by_text("Overlap: whether several lacks hit the same firms").is_visible()
    wrong = {
        "Share lost, %": ("150", "a number from 1 to 100", "80"),
        "For days": ("2.5", "a whole number from 1 to 1,000", "30"),
        "Overlap of the firms hit, 0 to 1": ("2", "a number from 0 to 1", "1"),
        "Days to simulate": ("7", "a whole number from 30 to 1,500", "60"),
    }
    for label, (typed, _, _) in wrong.items():
        page.get_by_label(label).fill(typed)
        page.get_by_label(label).blur()
    for label, (typed, said, right) in wrong.items():
        page.get_by_role("button", name="Run the shock").click()
        assert page.get_by_role("spinbutton", name=label).evaluate("(field) => field === document.activeElement"), label
        assert [one["kind"] for one in page.request.get(f"{server.address}api/jobs").json()] == ["event"]  # it opens on
        assert page.get_by_label(label).input_value() == typed
        assert page.get_by_label(label).get_attribute("aria-invalid") == "true"
        assert (
            page.get_by_label(label).evaluate(
                "(field) => document.getElementById(field.getAttribute('aria-describedby')).textContent"
            )
            == f"Here belongs {said}; the last right one stays in force."
        )
        if AXE.exists():
            assert visited.axe() == []
        page.get_by_label(label).fill(right)
        page.get_by_label(label).blur()
        assert page.get_by_label(label).get_attribute("aria-invalid") is None
    press_run(page)
    found = answer_of(page, server)
    assert (found["shock"]["events"][0]["share"], found["shock"]["events"][0]["days"]) == (0.8, 30)
    assert (found["assumptions"]["overlap"], len(found["days"])) == (1, 60)
    assert visited.complaints == []
    context.close()


def test_losses_have_one_sign_and_one_unit_and_are_those_of_the_central_run(browser, start, tmp_path):
    server = start(tmp_path / "store")
    context = fresh(browser)
    visited = visit(context, server)
    page = visited.open(f"#/shocks?{STARTER}")
    run(page, "Industry stands still", 60, loss="90")
    result, main = answer_of(page, server), page.locator("main")
    assert main.get_by_text("Losses stand above zero, gains below.").count() == 1
    assert main.get_by_text("is the same loss seen from those who use").count() == 1
    assert "A loss below zero is a gain" not in main.inner_text()
    drawn = page.get_by_role("img", name="Who is hit hardest").text_content()
    worst = max(result["losers"], key=lambda row: row["central"])
    assert worst == result["losers"][0]
    assert f"{worst['central']:,.0f}" in drawn
    assert "−" not in drawn.split(",")[0]
    assert "US$" not in drawn, "the unit stands above"
    assert page.get_by_text("Bars: value added lost in the central run").first.is_visible()
    page.set_viewport_size({"width": 390, "height": 844})
    box = page.get_by_role("region", name="In all: India")
    assert box.evaluate("(one) => one.scrollHeight - one.clientHeight") <= 1, "who pays is not cut off"
    assert page.get_by_role("link", name="One event over days, a year and the long run").count() == 0
    context.close()


def test_dear_products_say_who_pays_and_who_wins_and_no_zeros(browser, start, tmp_path):
    server = start(tmp_path / "store")
    context = fresh(browser)
    visited = visit(context, server)
    page = opened(visited)
    page.get_by_role("button", name="A product becomes dearer").click()
    page.get_by_label("Dearer by, %").fill("100")
    page.get_by_role("group", name="Dearer for buyers in").wait_for()
    page.get_by_role("group", name="Sold by (all sellers if none is chosen)").wait_for()
    page.get_by_label("Days to simulate").fill("60")
    press_run(page)
    result, rows = answer_of(page, server), rows_of(page, "Who pays what becomes dearer, and who wins")
    assert next(iter(rows)) == "India"
    own = next(row for row in result["price_effects"] if row["region"] == "IND")
    wanted = [
        100 * own["basket_rise"], own["real_income_loss"], 100 * own["real_income_loss_share"], own["windfall"],
        own["net_loss"],
    ]  # fmt: skip
    assert [number(text) for text in rows["India"]] == pytest.approx(wanted, rel=2e-3, abs=0.51)
    assert own["basket_rise"] > 0
    assert page.get_by_text("Dearer for buyers in India, sold by All regions: ").is_visible()
    assert page.get_by_role("link", name="One event over days, a year and the long run").count() == 0
    dear = page.get_by_role("region", name="Industries whose costs rise most, of output")
    assert "Costs rise by" in dear.locator("thead").inner_text()
    costs = rows_of(page, "Industries whose costs rise most, of output")
    assert number(next(iter(costs.values()))[0]) == pytest.approx(100 * result["cost_rises"][0]["cost_rise"], rel=2e-3)
    assert page.get_by_text("Volumes: not moved, and losses").first.is_visible()
    assert page.get_by_role("heading", name="Value added against normal").count() == 0, "nothing moves: it would be 0"
    if AXE.exists():
        assert visited.axe() == []
    assert visited.complaints == []
    context.close()


def test_the_same_event_over_three_horizons(browser, start, tmp_path):
    server = start(tmp_path / "store")
    context = fresh(browser)
    visited = visit(context, server)
    page = opened(visited)
    run(page, "A country stops selling", 60, loss="100")
    page.get_by_role("link", name="One event over days, a year and the long run").click()
    page.get_by_role("button", name="Ask", exact=True).click()
    page.get_by_role("heading", name="Volume of GDP").wait_for(timeout=120_000)
    (job,) = (one for one in page.request.get(f"{server.address}api/jobs").json() if one["kind"] == "question")
    table = page.request.get(f"{server.address}api/jobs/{job['id']}").json()["result"]["tables"][0]["rows"]
    assert {row["place"] for row in table} == {"IND", "CHN", "all others", "world"}
    drawn = page.get_by_role("img", name="Volume of GDP").text_content()
    assert [drawn.count(words) for words in ("First 60 days", "First years", "Long run")] == [
        8,
        8,
        8,
    ]  # each in its line and as its tooltip
    assert page.get_by_text("are not added").first.is_visible()
    if AXE.exists():
        assert visited.axe() == []
    assert visited.complaints == []
    context.close()


def test_where_nothing_may_move_by_itself_a_press_goes_on(browser, start, tmp_path):
    server = start(tmp_path / "store")
    context = fresh(browser, reduced_motion="reduce")
    page = opened(visit(context, server))
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
    page = opened(visited, WIOD.replace("country=DEU", "country=CHN"))
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


def test_it_opens_on_a_worked_event_with_the_country_first_and_what_was_published(browser, start, tmp_path):
    server = start(tmp_path / "store")
    context = fresh(browser)
    visited = visit(context, server)
    page = opened(visited, STARTER.replace("country=IND", "country=DEU"))
    cards = page.locator(".events li").all_inner_texts()
    assert [card.partition("\n")[0] for card in cards] == [
        "End of Russian gas in Europe",
        "Lockdowns of spring 2020",
        "Strike at the East and Gulf coast ports of the United States",
        "Earthquake, tsunami and Fukushima",
    ]
    # Germany's own event opens, however it stands beside what was published; that is said.
    pressed = page.locator(".events button[aria-pressed=true] strong").inner_text()
    assert pressed == "End of Russian gas in Europe"
    assert [one["kind"] for one in page.request.get(f"{server.address}api/jobs").json()] == ["event"]
    assert page.locator("[data-stands]").inner_text().startswith("Kaldor’s bands meet 2 of 4 published figures")
    shown = page.evaluate(RESULT)
    job = next(one for one in page.request.get(f"{server.address}api/jobs").json() if one["id"] == shown)
    result = page.request.get(f"{server.address}api/jobs/{job['id']}").json()["result"]
    own, world = page.locator(".first dl > div").all()
    for block, rows, name in ((own, result["by_region"]["DEU"], "Germany"), (world, result["summary"], "World")):
        share = next(row for row in rows if row["measure"] == "lost_value_added_share")
        said = block.locator("dt").inner_text()
        assert said == f"{name} loses over the run’s {result['days'][-1] + 1:,.0f} days, of normal value added"
        if abs(100 * share["central"]) < 0.01:
            assert block.locator("dd").first.inner_text() == "about no loss"
            continue
        assert number(block.locator("dd").first.inner_text().removesuffix(" %")) == pytest.approx(
            100 * share["central"], rel=6e-3
        )
        low, high = block.locator(".band").inner_text().split(" % ")[0].split(" to ")
        assert [number(low), number(high)] == pytest.approx([100 * share["p5"], 100 * share["p95"]], rel=6e-3)
    table = rows_of(page, "What was published, and Kaldor beside it")
    beside = {one["published"]: one for one in result["event"]["beside"]}
    published, ours, stands, by = table["GDP against the baseline, Germany, 2023"]
    assert (published, by) == ("−2.7 %", "Lan, Sher and Zhou (2022), IMF Working Paper 22/144")
    assert number(ours.split(" ")[0]) == pytest.approx(beside["germany-2023"]["median"], rel=6e-3)
    assert stands.startswith(beside["germany-2023"]["stands"])
    assert page.get_by_text("Run on the table of 2018; the event declares that of 2008").first.is_visible()
    if AXE.exists():
        assert visited.axe() == []

    page.get_by_role("button", name="Earthquake, tsunami and Fukushima").click()
    until(page, f"(before) => ![undefined, before].includes({RESULT})", job["id"], seconds=120)
    assert page.locator(".first h2").inner_text().startswith("Japan")
    assert page.get_by_text("This event does not name Germany").is_visible()
    page.set_viewport_size({"width": 390, "height": 844})
    until(page, "document.documentElement.scrollWidth <= 390")
    assert visited.complaints == []
    context.close()
