"""A link that an earlier version made shows the same numbers, on the store that it left."""

from __future__ import annotations

import json
import shutil

import pytest

from tests.old.test_opens import HERE, VERSIONS
from tests.page.conftest import settled, until, visit

pytestmark = pytest.mark.page

INCOME = 190.587
"""Value added of DEU in the store that 0.1 left, million US$."""


@pytest.mark.parametrize("version", VERSIONS)
def test_an_old_link_brings_its_scenario_and_its_numbers_back(context, start, tmp_path, version):
    old = json.loads((HERE / version / "link.json").read_text("utf-8"))
    shutil.copytree(HERE / version / "store", tmp_path / "store")
    visited = visit(context, start(tmp_path / "store"))
    page = visited.open(old["link"])
    page.wait_for_selector(".dial .change")
    # It says nothing of prices: they respond, as wherever nothing is said. Its numbers are those of fixed prices.
    assert page.get_by_label("Prices respond", exact=True).is_checked()
    page.get_by_label("Fixed prices", exact=True).check()
    # What nothing has the data to move was shown as 0 then.
    expected = {of: "not modelled" if told.startswith("0 ") else told for of, told in old["dials"].items()}
    # A dial says money in % of the country's income today: the same 0.678 million of a value added of 190.587.
    money = {of: float(told.removesuffix(" million US$")) for of, told in expected.items() if told.endswith("US$")}
    as_share = {
        of: f"{amount / INCOME:+.3%} of the country’s income".replace("%", " %") for of, amount in money.items()
    }
    assert settled(page) == expected | as_share
    assert page.get_by_label("Country", exact=True).input_value() == "DEU"
    for lever, strength in old["levers"].items():
        assert page.get_by_label(lever).input_value() == strength
    assert visited.complaints == []


@pytest.mark.parametrize(
    ("ask", "tab"),
    [
        ("positions&by=region", "Where industries stand in the chains"),
        ("extraction&block=energy&kind=backward", "What hangs on an industry"),
    ],
)
def test_an_old_link_to_a_question_opens_it_under_its_name_of_today(context, start, tmp_path, ask, tab):
    visited = visit(context, start(tmp_path / "store"))
    page = visited.open(f"#/economy?economy=starter&year=2018&country=IND&ask={ask}")
    page.locator("main figure svg").first.wait_for()
    assert page.get_by_role("tab", selected=True).inner_text() == tab
    field, value = ("Show", "region") if ask.startswith("positions") else ("What goes", "backward")
    assert page.get_by_label(field, exact=True).input_value() == value
    assert visited.complaints == []


@pytest.mark.parametrize(
    ("ask", "shown", "link"),
    [
        (
            "extraction&block=energy&share=50&across=sector&what=co2",
            {"Industry taken out": "energy", "Region": "IND", "Share taken out, 0 to 1": "0.5", "Losses by": "sector"}
            | {"Shown": "co2"},
            "question=extract&sector=energy&share=0.5&by=sector&what=co2",
        ),
        ("extract&block=*", {"Industry taken out": "", "Region": "IND"}, "question=extract&sector="),
        (
            "prices&cost=12.5&of=products",
            {"Rise of costs, per unit of output": "0.125", "Show": "products", "Costs of industry": "manufacturing"},
            "question=prices&cost=0.125&of=products",
        ),
        (
            "positions&by=own",
            {"Show": "region-sector", "Region": "IND"},
            "question=upstream&by=region-sector&region=IND",
        ),
    ],
)
def test_options_of_old_links_are_inputs_of_today(context, start, tmp_path, ask, shown, link):
    visited = visit(context, start(tmp_path / "store"))
    page = visited.open(f"#/economy?economy=starter&year=2018&country=IND&ask={ask}")
    page.locator("main figure svg").first.wait_for()
    assert {label: page.get_by_label(label, exact=label != "Shown").input_value() for label in shown} == shown
    until(page, "(link) => location.hash.endsWith(link)", link)
    assert visited.complaints == []
