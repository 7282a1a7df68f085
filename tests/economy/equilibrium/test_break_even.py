"""Break-even strengths and quotas meet their target on the exact answer, by closed forms and by asking again."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from kaldor.economy.economy import Economy
from kaldor.economy.equilibrium.sought import Sought, between, strength
from kaldor.economy.questions.break_even import BreakEven
from kaldor.economy.questions.measuring import measuring
from kaldor.errors import InputError, KaldorError
from tests.economy.equilibrium.asking import ask

MADE = {"region": ["DEU"], "sector": ["goods"]}
TRADE = {"supplier": ["FRA"], "buyer": ["DEU"], "product": ["goods"]}


def test_productivity_that_raises_income_by_a_known_amount(economy: Economy) -> None:
    """Inputs are half of output: z everywhere gives z² − 1, so that 10.25 % takes 5 %."""
    answer = ask(economy, "break-even", {"measure": "productivity", "region": ["all"], "target": "income", "by": 10.25})
    assert answer.facts["strength"] == pytest.approx(5, rel=1e-8)
    assert answer.tables[0].frame.loc["strength", "unit"] == "%"
    assert answer.tables[0].frame.loc["real_income_share", "value"] == pytest.approx(10.25, rel=1e-8)
    assert "moves by +10.25 % at 5.000 %" in answer.said[0]


@pytest.mark.parametrize("region", ["DEU", "IND"])
def test_the_price_that_meets_a_target_meets_it_when_it_is_asked_for(starter: Economy, region: str) -> None:
    wanted = {"measure": "leakage", "region": [region], "border": True, "target": "co2", "by": -10}
    answer = ask(starter, "break-even", wanted, by_hand=False)
    price = answer.facts["strength"]
    assert 5 < price < 300
    again = ask(starter, "leakage", {"region": [region], "border": True, "price": price}, by_hand=False)
    assert again.facts["co2_home_share"] == pytest.approx(-10, abs=1e-7)
    assert again.facts["leakage"] == pytest.approx(answer.facts["leakage"], rel=1e-6)


@pytest.mark.parametrize(
    ("given", "strength_of"),
    [
        ({"measure": "subsidy", "target": "output", "by": 5, "of": ["goods"], "most": 20} | MADE, "amount"),
        ({"measure": "tariff", "target": "imports", "by": -30, "of": ["goods"]} | TRADE, "rate"),
        ({"measure": "tariff", "target": "output", "by": 1, "of": ["goods"], "place": ["DEU"]} | TRADE, "rate"),
    ],
)
def test_volumes_of_products_are_targets_too(economy: Economy, given: dict[str, Any], strength_of: str) -> None:
    """The strength is that of the measure's own question, whose figures come out the same."""
    answer = ask(economy, "break-even", given)
    own = measuring()[given["measure"]]
    like = {name: value for name, value in given.items() if name in own.inputs.model_fields}
    again = ask(economy, given["measure"], like | {strength_of: answer.facts["strength"] * own.size})
    for name in ("real_income", "terms_of_trade", "gdp_volume"):
        assert again.facts[name] == pytest.approx(answer.facts[name], rel=1e-9)
    assert answer.facts["strength"] > 0


def test_imports_fall_as_a_closed_form_has_it(economy: Economy) -> None:
    """A duty t on all trade of both: composites cost m = (0.8 + 0.2 / (1 + t)²)^(−1/2) of what makers ask.

    Each holds (m / (1 + t))³ of its imports. Pay falls to 1 / m of makers' prices, and so does output; inputs fall to
    1 / m², and final use to (1 + a) / ((1 − a) m²) with a the duty in spending, as `test_tariffs_of_both_sides` has it.
    """
    both = {"supplier": ["all"], "buyer": ["all"]}
    answer = ask(economy, "break-even", {"measure": "tariff", "target": "imports", "by": -30, "place": ["DEU"]} | both)
    rate = answer.facts["strength"] / 100
    m = (0.8 + 0.2 / (1 + rate) ** 2) ** -0.5
    a = rate / (1 + rate) * 0.2 / (1 + rate) ** 2 * m**2
    inputs, final = 1 / m**2, (1 + a) / ((1 - a) * m**2)
    assert (m / (1 + rate)) ** 3 * (inputs + final) / 2 == pytest.approx(0.7, rel=1e-9)


def test_every_set_and_closure_has_its_own(economy: Economy) -> None:
    wanted = {"measure": "leakage", "region": ["DEU"], "target": "co2", "by": -5, "band": "all"}
    answer = ask(economy, "break-even", wanted)
    worlds = answer.tables[2].frame
    found = answer.tables[0].frame.loc["strength"]
    assert worlds["strength"].nunique() > 3
    assert (found["low"], found["high"]) == (worlds["strength"].min(), worlds["strength"].max())
    assert found["low"] < found["high"]
    assert len(worlds) == answer.facts["solved"] == 28, "three sets and the one that is asked for"
    assert worlds["co2_home"].max() == pytest.approx(worlds["co2_home"].min(), rel=1e-7), "all meet the same target"


def test_what_nothing_reaches_is_refused_with_the_nearest(economy: Economy) -> None:
    wanted = {"measure": "tariff", "target": "output", "by": 500, "of": ["goods"]} | TRADE
    with pytest.raises(
        KaldorError, match=r"from 0 to 100 % moves output of goods in DEU by \+500 %. The nearest is "
    ) as it:
        ask(economy, "break-even", wanted)
    reached = float(re.search(r"nearest is ([+-][\d.]+) %", str(it.value))[1])  # type: ignore[index]
    assert 0 < reached < 500


def test_a_hill_is_climbed_from_the_side_where_it_begins() -> None:
    """Neither end reaches it, the middle does: the first crossing counts, as exact as numbers are."""
    hill = Sought(lambda *_: None, lambda *_: 0.0, 3.0, between(0.0, 4.0), "a hill", "height", "m")  # type: ignore[arg-type, return-value]
    assert strength(hill, lambda at: at * (4 - at)) == pytest.approx(1, abs=1e-9)
    with pytest.raises(KaldorError, match=r"by \+9 %. The nearest is \+4 % at 2 m"):
        strength(replace(hill, target=9.0), lambda at: at * (4 - at))

    def breaks(at: float) -> float:
        if at > 2.2:
            raise KaldorError("no balance.")
        return at

    assert strength(replace(hill, target=1.7), breaks) == pytest.approx(1.7, abs=1e-9)
    with pytest.raises(KaldorError, match="without an answer is 4: no balance"):
        strength(hill, breaks)


def test_inputs_that_mean_nothing_are_refused(economy: Economy) -> None:
    for wanted, said in (
        (
            {"measure": "tariff", "border": True, "target": "imports", "by": -3} | TRADE,
            "border: means nothing for tariff",
        ),
        (
            {"measure": "leakage", "region": ["DEU"], "target": "co2", "by": -3, "of": ["goods"]},
            "of: means nothing for co2",
        ),
        ({"measure": "subsidy", "target": "output", "by": 3} | MADE, "most: how far to look is not said for subsidy"),
        ({"measure": "tariff", "target": "imports", "by": -3}, "supplier: is missing"),
        ({"measure": "productivity", "target": "jobs", "by": 3, "labour": "full-employment"} | MADE, "everybody works"),
    ):
        with pytest.raises(InputError, match=said):
            ask(economy, "break-even", wanted)


def test_the_measures_that_are_offered_are_those_that_have_a_strength() -> None:
    offered = BreakEven.model_fields["measure"].annotation.__args__  # type: ignore[union-attr]
    assert sorted(offered) == sorted(id for id, one in measuring().items() if one.strength)


# -- quotas ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scarcity", ["lost", "supplier", "buyer"])
def test_a_quota_leaves_what_it_says_and_pays_whom_it_says(economy: Economy, scarcity: str) -> None:
    given = TRADE | {"share": 0.4, "scarcity": scarcity}
    answer = ask(economy, "cut-off", given)
    rows = answer.tables[1].frame["real_income"]
    income = {"lost": rows["DEU"] < 0 > rows["FRA"], "supplier": rows["DEU"] < 0, "buyer": rows["FRA"] < 0}
    assert income[scarcity]
    assert 0 < answer.facts["strength"] < 100
    if scarcity == "buyer":  # licences are a tariff
        again = ask(economy, "tariff", TRADE | {"rate": answer.facts["strength"] / 100})
        assert again.facts["real_income"] == pytest.approx(answer.facts["real_income"], rel=1e-9)


def test_who_earns_the_scarcity_is_better_off_with_it(economy: Economy) -> None:
    found = {
        one: ask(economy, "cut-off", TRADE | {"share": 0.4, "scarcity": one}) for one in ("lost", "supplier", "buyer")
    }
    rows = {one: answer.tables[1].frame["real_income"] for one, answer in found.items()}
    assert rows["buyer"]["DEU"] > max(rows["lost"]["DEU"], rows["supplier"]["DEU"])
    assert rows["supplier"]["FRA"] > max(rows["lost"]["FRA"], rows["buyer"]["FRA"])
    world = {one: rows[one].sum() for one in rows}
    assert world["lost"] < min(world["supplier"], world["buyer"]) < 0


def test_the_more_is_cut_the_nearer_to_a_ban(economy: Economy) -> None:
    ban = ask(economy, "cut-off", TRADE).facts["real_income"]
    lost = [
        ask(economy, "cut-off", TRADE | {"share": share}).facts["real_income"] for share in (0.01, 0.5, 0.9, 0.9999)
    ]
    assert 0 > lost[0] > lost[1] > lost[2] > lost[3] > ban
    assert lost[3] == pytest.approx(ban, rel=0.03)


def test_a_ban_has_no_scarcity_and_a_quota_is_on_some_trade(economy: Economy) -> None:
    with pytest.raises(InputError, match="scarcity: is of a quota"):
        ask(economy, "cut-off", TRADE | {"scarcity": "buyer"})
