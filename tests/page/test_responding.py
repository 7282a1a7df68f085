"""Where prices respond on the page: the switch, the choices beside the numbers, who gains, links and studies."""

from __future__ import annotations

import json

import pytest

from tests.page.conftest import STARTER, copied_link, fresh, settled, until, visit

pytestmark = pytest.mark.page


def simulator(visited):
    """The simulator with a price of carbon in India."""
    page = visited.open(f"#/simulator?{STARTER}")
    page.wait_for_selector(".dial .change")
    exact = page.get_by_label("Carbon price, exact value in $/t CO₂")
    exact.fill("100")
    exact.blur()
    settled(page)
    return page


def chosen(page, label: str, option: str) -> None:
    """Choose an option of the panel, and wait for its answer."""
    if page.locator(".how details").get_attribute("open") is None:
        page.locator(".how summary").click()
    page.get_by_role("combobox", name=label, exact=True).select_option(label=option)
    settled(page)


def shown(page, dimension: str, metric: str) -> str:
    """What a dial reads for a metric."""
    page.get_by_label(f"Metric shown for {dimension}").select_option(label=metric)
    return page.locator(f"[data-dimension={dimension.lower()}] .change").inner_text()


def views(page) -> dict[str, str]:
    """Which view each dial with a figure says that it is of."""
    read = """() => Object.fromEntries([...document.querySelectorAll('.dial .standing')]
        .map((one) => [one.closest('.dial').dataset.dimension, one.textContent.split(' · ')[0]]))"""
    return page.evaluate(read)


def test_prices_respond_until_fixed_prices_are_chosen(context, starter):
    visited = visit(context, starter)
    page = simulator(visited)
    assert page.get_by_label("Prices respond", exact=True).is_checked()
    assert "central elasticities" in page.locator(".how summary").inner_text()
    assert views(page)["society"] == views(page)["sustainability"] == "Prices respond"
    assert shown(page, "Workforce", "Real wage").startswith("−")
    with page.expect_request(lambda one: "/simulate" in one.url) as sent:
        page.get_by_label("Fixed prices", exact=True).check()
    assert json.loads(sent.value.post_data)["view"] == "fixed prices"
    until(page, "() => !document.querySelector('.how details')")
    settled(page)
    assert set(views(page).values()) == {"Fixed prices"}
    page.get_by_label("What is saved or paid").select_option(label="stays with the firm as profit")
    page.get_by_role("button", name="Undo").click()
    page.get_by_role("button", name="Undo").click()
    assert page.get_by_label("Prices respond", exact=True).is_checked()
    assert visited.complaints == []


def test_a_choice_moves_the_numbers_and_goes_with_the_link(browser, context, starter):
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    visited = visit(context, starter)
    page = simulator(visited)
    assert shown(page, "Workforce", "Jobs").startswith("0 ")
    chosen(page, "Labour", "the real wage is fixed, jobs give way")
    assert shown(page, "Workforce", "Jobs").startswith("−")
    assert "jobs give way" in page.locator(".how summary").inner_text()
    chosen(page, "Elasticities", "long-run elasticities: many years")
    # A set has closures of its own: capital moves in the long one, unless somebody says otherwise.
    assert page.get_by_role("combobox", name="Capital", exact=True).input_value() == "mobile"
    page.get_by_label("labour moves between industries only in part").check()
    page.get_by_label("labour stays in its industry").check()
    assert not page.get_by_label("labour moves between industries only in part").is_checked()  # both set the same
    sent = settled(page)
    link = copied_link(page)
    other = fresh(browser)
    received = visit(other, starter)
    received.page.goto(link)
    received.page.wait_for_selector(".dial .change")
    # Where jobs give way, a carbon price asks the question about jobs: its dial shows them.
    assert received.page.get_by_label("Metric shown for Workforce").input_value() == "jobs"
    assert settled(received.page) == settled(page)
    assert sent["society"] == settled(received.page)["society"]
    summary = received.page.locator(".how summary").inner_text()
    assert summary == page.locator(".how summary").inner_text()
    for part in ("long-run", "jobs give way", "labour stays in its industry"):
        assert part in summary
    assert visited.complaints == received.complaints == []
    other.close()


def test_a_study_keeps_the_choice_and_brings_it_back(context, start, tmp_path):
    server = start(tmp_path / "store")
    visited = visit(context, server)
    page = simulator(visited)
    chosen(page, "Lending", "lending is fixed in world prices")
    first = settled(page)
    page.get_by_role("button", name="Save to a study").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Into").select_option(label="a new study")
    dialog.get_by_label("Title").fill("A chosen closure")
    dialog.get_by_role("button", name="Save", exact=True).click()
    dialog.get_by_text("Saved:").wait_for()
    study = page.request.get(f"{server.address}api/studies/a-chosen-closure").json()["study"]
    (scenario,) = study["scenarios"]
    assert scenario["view"] == "prices respond"
    assert scenario["responses"]["lending"] == "fixed"
    page.goto("about:blank")
    page = visited.open("#/studies")
    page.get_by_role("button", name="Open in simulator: A chosen closure").click()
    page.wait_for_selector(".dial .change")
    assert settled(page) == first
    assert "fixed in world prices" in page.locator(".how summary").inner_text()
    assert visited.complaints == []


def test_who_gains_adds_up_and_the_poorest_partners_stand_first(context, starter):
    visited = visit(context, starter)
    page = simulator(visited)
    page.get_by_role("tab", name="Who gains, who pays").click()
    figure = page.locator("figure", has=page.get_by_role("heading", name="Who gains and who pays in India"))
    figure.get_by_text("Table", exact=True).click()
    names = figure.locator("tbody th").all_inner_texts()
    assert names == ["Labour", "Capital", "Treasury", "Real national income"]
    changes = [
        float(one.replace(",", "").replace("−", "-")) for one in figure.locator("td:nth-of-type(2)").all_inner_texts()
    ]
    assert changes[2] > 0 > changes[0]
    assert sum(changes[:3]) == pytest.approx(changes[3], abs=0.02 * abs(changes[2]))  # three digits of each
    partners = page.locator("figure", has=page.get_by_role("heading", name="Real income of all other countries"))
    partners.get_by_text("Table", exact=True).click()
    rows = partners.locator("tbody tr")
    assert rows.first.inner_text().startswith("Ethiopia")
    assert "low income" in rows.first.inner_text()
    assert page.get_by_role("heading", name="Who pays, seen from India").count() == 0
    assert visited.axe() == []
    assert visited.complaints == []
