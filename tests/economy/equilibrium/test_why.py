"""What each of several measures does: Shapley's values by hand for two, exact for six, and what stands alone."""

from __future__ import annotations

from dataclasses import fields, replace
from itertools import permutations
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kaldor.asking import Answer
from kaldor.economy.economy import Economy
from kaldor.economy.equilibrium.own_sets import elasticity_set
from kaldor.economy.equilibrium.prepared import Prepared, chosen
from kaldor.economy.equilibrium.shock import Shock
from kaldor.economy.equilibrium.together import Measure, together
from kaldor.errors import InputError
from tests.economy.equilibrium.asking import ask as asked

STUDIES = Path(__file__).parents[3] / "studies"
CARBON = '[[measures]]\nname = "carbon"\nquestion = "leakage"\nregion = ["DEU"]\nprice = 100\n'
TARIFF = '[[measures]]\nname = "tariff"\nquestion = "tariff"\nsupplier = ["CHN"]\nbuyer = ["DEU"]\nrate = 0.2\n'
BAN = '[[measures]]\nquestion = "cut-off"\nsupplier = ["CHN"]\nbuyer = ["DEU"]\nproduct = ["electronics"]\n'
SUBSIDY = '[[measures]]\nquestion = "subsidy"\nregion = ["DEU"]\nsector = ["metals"]\namount = 2000\n'
SKILLS = '[[measures]]\nquestion = "productivity"\nregion = ["DEU"]\nkind = "labour"\nrise = 0.02\n'


def ask(economy: Economy, question: str, given: dict[str, Any]) -> Answer:
    return asked(economy, question, given, by_hand=False)


def test_two_measures_by_hand(starter: Economy) -> None:
    """Half of what one does alone, half of what it adds to the other."""
    answer = ask(starter, "why", {"measures": CARBON + TARIFF, "region": ["DEU"]})
    alone = {
        "carbon": ask(starter, "leakage", {"region": ["DEU"], "price": 100}).facts,
        "tariff": ask(starter, "tariff", {"supplier": ["CHN"], "buyer": ["DEU"], "rate": 0.2}).facts,
    }
    parts = answer.tables[4].frame
    assert answer.tables[4].id == "parts"
    for name in ("real_income", "terms_of_trade", "gdp_volume", "co2_home"):
        whole = answer.facts[name]
        for one, other in permutations(alone):
            half = (alone[one][name] + whole - alone[other][name]) / 2
            assert parts.loc[one, name] == pytest.approx(half, rel=1e-7, abs=1e-9), (name, one)
    assert parts.loc["tariff", "real_income_alone"] == pytest.approx(alone["tariff"]["real_income"], rel=1e-9)
    assert answer.facts["real_income"] != pytest.approx(sum(one["real_income"] for one in alone.values()), rel=1e-4)
    assert answer.tables[4].unit("real_income") == "million US$"


def test_no_part_of_a_shock_is_lost_where_several_act(starter: Economy) -> None:
    """Every field of a shock has its own value: together with one that does nothing it is the same, twice it is two."""
    base = Prepared(starter).equilibrium(chosen(elasticity_set())).base
    none = Shock.none(base)
    names = [one.name for one in fields(Shock) if one.name not in ("recipe", "barred")]
    shock = replace(none, **{name: getattr(none, name) + 0.01 * (1 + i) for i, name in enumerate(names)})
    once = together(starter, [Measure("all", lambda _: shock), Measure("nothing")], base).shock
    twice = together(starter, [Measure("all", lambda _: shock)] * 2, base).shock
    for name in names:
        np.testing.assert_allclose(getattr(once, name), getattr(shock, name), rtol=1e-12, err_msg=name)
        moved = [np.abs(getattr(one, name) - getattr(none, name)) for one in (shock, twice)]
        assert (moved[1] > 1.9 * moved[0]).all(), name


@pytest.mark.parametrize("region", ["DEU", "IND"])
def test_six_measures_add_up(starter: Economy, region: str) -> None:
    border = CARBON.replace("price = 100", "price = 60\nborder = true")
    several = (border + TARIFF + BAN + SUBSIDY + SKILLS).replace('"DEU"', f'"{region}"')
    answer = ask(starter, "why", {"measures": several})
    parts = answer.tables[4].frame
    assert len(parts) == 6
    assert list(parts.index[:3]) == ["carbon", "carbon: The adjustment at the border", "tariff"]
    for name in parts.columns.drop("real_income_alone"):
        assert parts[name].sum() == pytest.approx(answer.facts[name], abs=1e-9 * max(1.0, parts[name].abs().sum()))
    channels = answer.tables[3].frame["value"]
    for way in ("use", "income"):
        assert channels[way].sum() == pytest.approx(answer.facts["real_income"], rel=1e-8)


def test_two_bans_are_cut_together(starter: Economy) -> None:
    """Each leaves other makers; the second ban takes what the first had left to turn to."""
    both = ask(starter, "why", {"measures": BAN + BAN.replace('"CHN"', '"KOR", "JPN"'), "region": ["DEU"]})
    once = {"supplier": ["CHN", "KOR", "JPN"], "buyer": ["DEU"], "product": ["electronics"]}
    assert both.facts["real_income"] == pytest.approx(ask(starter, "cut-off", once).facts["real_income"], rel=1e-9)


def test_one_measure_is_its_own_question(starter: Economy) -> None:
    answer = ask(starter, "why", {"measures": TARIFF})
    alone = ask(starter, "tariff", {"supplier": ["CHN"], "buyer": ["DEU"], "rate": 0.2})
    assert [table.id for table in answer.tables] == [table.id for table in alone.tables]
    assert answer.facts["real_income"] == alone.facts["real_income"]


def test_a_border_adjustment_is_told_apart_from_the_price(starter: Economy) -> None:
    answer = ask(starter, "leakage", {"region": ["DEU"], "price": 80, "border": True})
    parts = answer.tables[4].frame
    assert list(parts.index) == ["A carbon price of 80 $/t", "The adjustment at the border"]
    assert parts["co2_abroad"].iloc[0] > 0 > parts["co2_abroad"].iloc[1]
    assert parts["co2_abroad"].sum() == pytest.approx(answer.facts["co2_abroad"], rel=1e-9)


@pytest.mark.parametrize(
    ("measures", "said"),
    [
        (CARBON.replace("leakage", "leakag"), "measures, carbon: unknown measure 'leakag'. Did you mean 'leakage'"),
        (CARBON.replace("price = 100", "prize = 100"), "measures, carbon, prize: unknown input. Did you mean 'price'"),
        (CARBON.replace("price = 100", "price = 1e6"), "measures, carbon, price"),
        (CARBON.replace('"DEU"', '"DEV"'), "measures, carbon: unknown region 'DEV'"),
        (CARBON + 'set = "low"\n', "measures, carbon, set: is asked of all measures together"),
        (BAN + "share = 0.5\n", "measures, measure 1, share: is looked for by its outcome"),
        (SUBSIDY * 7, "holds 7 measures; 128 balances"),
        ("", "measures"),
        ("[[measure]]\n", "measure"),
        ("[[measures]\n", "measures, line 1"),
    ],
)
def test_what_is_no_list_of_measures_is_refused_by_its_place(starter: Economy, measures: str, said: str) -> None:
    with pytest.raises(InputError, match=said.replace("[", r"\[")):
        ask(starter, "why", {"measures": measures})


@pytest.mark.parametrize("file", sorted((STUDIES / "measures").iterdir()), ids=lambda file: file.name)
def test_examples_answer_on_the_starter_world(starter: Economy, file: Path) -> None:
    answer = ask(starter, "why", {"measures": file.read_text("utf-8")})
    assert answer.tables[4].frame["real_income"].sum() == pytest.approx(answer.facts["real_income"], rel=1e-9)
