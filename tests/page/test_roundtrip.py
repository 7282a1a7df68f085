"""From the simulator into a study, through its brief, and back: the same scenarios with the same numbers."""

from __future__ import annotations

import json

import pytest

from tests.page.conftest import AXE, STARTER, dials, fresh, settled, visit

pytestmark = pytest.mark.page

LEVERS = {"Carbon price, exact value in $/t CO₂": "100", "Material efficiency, exact value in %": "20"}


def two_scenarios(page):
    """Two scenarios of different levers; returns what the dials read for each."""
    read = []
    for number, (lever, strength) in enumerate(LEVERS.items()):
        if number:
            page.get_by_role("button", name="Add a scenario beside it").click()
        page.get_by_label("Name of this scenario").fill(f"With {lever.split(',')[0].lower()}")
        exact = page.get_by_label(lever)
        exact.fill(strength)
        exact.blur()
        page.wait_for_timeout(300)
        read.append(settled(page))
    return read


def saved_to(page, study, title=""):
    page.get_by_role("button", name="Save to a study").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Into").select_option(label=study)
    if title:
        dialog.get_by_label("Title").fill(title)
    dialog.get_by_role("button", name="Save", exact=True).click()
    dialog.get_by_text("Saved:").wait_for()
    return dialog


def test_from_the_simulator_into_a_study_its_brief_and_back(browser, start, tmp_path):
    server = start(tmp_path / "store")
    context = fresh(browser)
    visited = visit(context, server)
    page = visited.open(f"#/simulator?{STARTER}")
    page.wait_for_selector(".dial .change")
    first, both = two_scenarios(page)
    assert first != both
    saved_to(page, "a new study", "India tries two things").get_by_role("button", name="Go to the studies").click()

    page.get_by_role("button", name="Make the brief: India tries two things").click()
    page.locator("[data-study]").get_by_role("link", name="read").wait_for()
    brief = json.loads(page.request.get(f"{server.address}api/studies/india-tries-two-things/brief.json").body())
    printed = {one["id"]: one for one in brief["figures"]}

    # The brief, the server and the page say the same: one from its JSON, one from the answer, one from the dials.
    entry = page.request.get(f"{server.address}api/studies/india-tries-two-things").json()
    compared = 0
    for scenario in entry["study"]["scenarios"]:
        answer = page.request.post(
            f"{server.address}api/economies/starter/2018/simulate?region=IND", data=scenario
        ).json()
        outcomes = {one["id"]: one for one in answer["outcomes"]}
        for metric, unit in (("co2-world", "Mt CO₂"), ("real-income", "billion US$")):
            figure, change = printed.get(f"scenarios-{scenario['id']}-{metric}"), outcomes[metric]["change"]
            if figure is None:
                assert change is None, metric  # not modelled at either door
                continue
            assert figure["unit"] == unit
            assert figure["value"] == pytest.approx(change / 1000, rel=5e-6)  # of kt or millions; six digits
            compared += 1
    assert compared == 4

    page.goto("about:blank")
    page = visited.open("#/studies")
    page.get_by_role("button", name="Open in simulator: India tries two things").click()
    page.wait_for_selector(".dial .change")
    assert settled(page) == first
    page.get_by_role("button", name="Open With material efficiency").click()
    page.wait_for_timeout(400)
    assert settled(page) == both
    assert visited.complaints == []
    context.close()


def test_into_a_study_that_is_there_and_what_it_had_stays(browser, start, tmp_path):
    server = start(tmp_path / "store")
    context = fresh(browser)
    visited = visit(context, server)
    study = {
        "title": "Brazil",
        "subtitle": "kept",
        "country": "BRA",
        "year": 2018,
        "economy": "starter",
        "sections": ["accounts", "framework"],
    }
    made = context.request.post(f"{server.address}api/studies", data={"study": study, "id": "brazil"})
    assert made.ok, made.text()
    page = visited.open(f"#/simulator?{STARTER}")
    page.wait_for_selector(".dial .change")
    page.get_by_role("button", name="Save to a study").click()
    page.get_by_text("No lever has been moved yet").wait_for()
    page.keyboard.press("Escape")
    exact = page.get_by_label("Material efficiency, exact value in %")
    exact.fill("20")
    exact.blur()
    settled(page)
    page.get_by_role("button", name="Save to a study").focus()
    page.keyboard.press("Enter")
    page.get_by_role("dialog").wait_for()
    if AXE.exists():
        assert visited.axe() == []
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.textContent") == "Save to a study"
    saved_to(page, "Brazil")
    kept = context.request.get(f"{server.address}api/studies/brazil").json()["study"]
    assert (kept["title"], kept["subtitle"], kept["country"]) == ("Brazil", "kept", "IND")
    assert kept["sections"] == ["accounts", "scenarios", "framework"]
    assert [one["title"] for one in kept["scenarios"]] == ["What if builders in India needed 20 % less material?"]
    assert kept["scenarios"][0]["levers"][0]["strength"] == 20
    context.close()


def test_a_study_written_by_hand_opens_with_its_groups_spelt_out(browser, start, tmp_path):
    server = start(tmp_path / "store")
    context = fresh(browser)
    text = """
title = "Friends"
country = "IND"
year = 2018
economy = "starter"
sections = ["scenarios"]

[blocs]
friends = ["BRA", "ZAF", "XKX"]

[[scenarios]]
id = "friends"
title = "Among friends"

[[scenarios.levers]]
lever = "friendshoring"
strength = 30
regions = ["IND"]
bloc = ["friends"]
"""
    made = context.request.post(f"{server.address}api/studies", data={"toml": text})
    assert made.ok, made.text()
    visited = visit(context, server)
    page = visited.open("#/studies")
    page.get_by_role("button", name="Open in simulator: Friends").click()
    page.wait_for_selector(".dial .change")
    settled(page)
    page.get_by_role("button", name="assumptions of Friendshoring").click()
    assert "Partners: Brazil and South Africa" in page.get_by_role("dialog").inner_text()
    page.keyboard.press("Escape")
    scenario = made.json()["study"]["scenarios"][0]
    answer = context.request.post(
        f"{server.address}api/economies/starter/2018/simulate?region=IND", data=scenario
    ).json()
    metric = page.locator("[data-dimension=resilience] .change").get_attribute("data-metric")
    points = next(one["effect"]["value"] for one in answer["outcomes"] if one["id"] == metric)
    shown = float(dials(page)["resilience"].split()[0].replace("−", "-"))
    assert shown == pytest.approx(points, rel=0.01)
    assert visited.complaints == []
    context.close()
