"""What a scenario cannot say for want of data: each lever on each metric, and every door that says so."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

import kaldor
from kaldor.cli.main import app
from kaldor.digits import unless_noise
from kaldor.errors import InputError
from kaldor.twin.acts import ADDED_COST
from kaldor.twin.explain import cost_per, explain
from kaldor.twin.lever import Assumption, Lever
from kaldor.twin.metric import packaged_metrics
from kaldor.twin.outcomes import outcomes
from kaldor.twin.scenario import Scenario
from kaldor.twin.twin import Twin
from kaldor.words import figure
from tests.twin.random_world import random_world
from tests.twin.test_levers import LEVERS, default_or_some, run, setting, strongest

PRICES, PURCHASES, CO2, JOBS, PAY = "prices", "purchases", "co2", "jobs", "pay"
TECHNIQUE = "jobs at the same pay"
REVENUE, SPENDING = "revenue", "spending"

MOVES: dict[str, set[str]] = {
    "carbon_price": {PRICES, REVENUE},
    "border_adjustment": {PRICES, REVENUE},
    "use_less": {PURCHASES, PRICES},
    "save_fuel": {PURCHASES, PRICES, CO2},
    "electrify": {PURCHASES, PRICES, CO2},
    "switch_fuel": {PURCHASES, PRICES, CO2},
    "capture_carbon": {PURCHASES, PRICES, CO2, PAY},
    "clean_supply": {CO2},
    "close_gap": {CO2},
    "extend_life": {PURCHASES},
    "repair": {PURCHASES},
    "wage_floor": {PRICES, PAY, JOBS},
    "close_pay_gap": {PRICES, PAY},
    "reshore": {PURCHASES, PRICES, PAY},
    "turn_to_bloc": {PURCHASES, PRICES, PAY},
    "diversify": {PURCHASES, PRICES, PAY},
    "buy_local": {PURCHASES, PAY, SPENDING},
    "hydrogen_steel": {PURCHASES, PRICES, CO2},
    "scrap_steel": {PURCHASES, PRICES, CO2},
    "raise_productivity": {PRICES, PAY, JOBS, TECHNIQUE},
    "tariff": {PRICES, REVENUE},
    "embargo": set(),
    "tax_exports": set(),
    "subsidise": {PRICES, SPENDING},
}
"""What each function can move with the data that it has; nothing follows from a price without an elasticity."""

READ: dict[str, set[str]] = {
    "co2-production": {PURCHASES, CO2},
    "co2-consumption": {PURCHASES, CO2},
    "co2-world": {PURCHASES, CO2},
    "foreign-value-added-share": {PURCHASES},
    "foreign-share": {PURCHASES},
    "foreign-share-direct": {PURCHASES},
    "sourcing-concentration": {PURCHASES},
    "sourcing-concentration-full": {PURCHASES},
    "single-suppliers": {PURCHASES},
    "labour-productivity": {PURCHASES, TECHNIQUE},
    "manufacturing-value-added": {PURCHASES},
    "jobs": {PURCHASES, JOBS},
    "jobs-women": {PURCHASES, JOBS},
    "jobs-men": {PURCHASES, JOBS},
    "jobs-to-move": {PURCHASES, JOBS},
    "real-income": {PURCHASES, PRICES, PAY},
    "real-income-ungrouped": {PURCHASES, PRICES, PAY},
    "household-burden": {PRICES},
    "treasury-revenue": {REVENUE},
    "treasury-spending": {SPENDING},
}
"""What each metric is made of."""


@pytest.fixture(scope="module")
def twin() -> Twin:
    return Twin(random_world(2))


def found(twin: Twin, *ids: str, closure: str = "pass-through"):
    of = {"social-procurement": {"sectors": ("services",), "products": ("services",)}}  # whose group is not here
    chosen = [
        setting(one, min(default_or_some(one), strongest(one)), "AAA", ("AAA", "BBB"), **of.get(one.id, {}))
        for one in (LEVERS[id] for id in ids)
    ]
    after = run(twin, *chosen, closure=closure)
    return outcomes(twin.before(), after, region="AAA")


def test_every_metric_that_is_measured_here_is_in_the_table(twin) -> None:
    measured = outcomes(twin.before(), twin.before(), region="AAA").outcomes
    assert {one.metric.id for one in measured if one.modelled} == set(READ)  # of the baseline nothing is unmoved


def _added(lever: Lever) -> bool:
    return any(figure.name == ADDED_COST for figure in lever.figures)


@pytest.mark.parametrize("id", LEVERS)
def test_each_lever_on_each_metric_moves_it_or_says_why_not(id: str, twin: Twin) -> None:
    lever, of = LEVERS[id], found(twin, id)
    moves = MOVES[lever.function] if lever.function else set()
    for metric, made_of in READ.items():
        outcome = of[metric]
        moves_by_cost = {SPENDING} if lever.cost.bearer == "treasury" and _added(lever) else set()
        assert outcome.modelled == bool((moves | moves_by_cost) & made_of), metric
        if outcome.modelled:
            continue
        assert (outcome.after, outcome.change, outcome.band) == (None, None, None)
        assert lever.title in outcome.note, metric
        if metric in {"real-income", "household-burden", "treasury-spending"} and lever.cost.bearer == "not modelled":
            assert outcome.note.startswith(f"no cost data for {lever.title}: give one"), metric


def test_the_metric_keeps_its_figure_before_where_only_the_change_is_unknown(twin) -> None:
    carbon = found(twin, "carbon-price")
    emitted = twin.economy.extension("co2").F[twin.economy.rows_of("AAA")].sum()
    assert carbon["co2-production"].before == pytest.approx(emitted)
    assert "no elasticity is given" in carbon["co2-production"].note
    assert carbon["treasury-spending"].before is None  # a change is nothing before it


def test_households_who_spend_their_savings_move_volumes_again(twin) -> None:
    spent = found(twin, "carbon-price", closure="savings re-spent")
    assert spent["co2-world"].modelled
    assert spent["co2-world"].change < 0


def test_a_sum_without_one_of_its_costs_is_part_and_says_whose(twin) -> None:
    both = found(twin, "carbon-price", "clean-electricity")
    assert both["real-income"].modelled
    assert both["real-income"].note.startswith("Partial: no cost data for Cleaner electricity")
    assert both["co2-world"].note == ""
    assert both["co2-world"].change == pytest.approx(found(twin, "clean-electricity")["co2-world"].change)
    assert found(twin, "carbon-price")["real-income"].note == ""


def test_a_cost_that_is_given_is_paid_in_prices(twin) -> None:
    """0.05 % of output for each % cleaner, at 40 %: 2 % of the output of AAA's energy."""
    clean = LEVERS["clean-electricity"]
    typed = Assumption(
        name="added_cost", meaning="Cost", value=0.05, low=0.05, high=0.05, unit="% of output per %", source="Test"
    )
    own = clean.model_copy(update={"figures": (typed,), "honesty": "assumed effect, traced"})
    paying = Twin(twin.economy, {own.id: own})
    scenario = Scenario.model_validate({"id": "own", "levers": [setting(own, 40.0, "AAA", ())]})
    of = outcomes(paying.before(), paying.run(scenario), region="AAA")
    economy = twin.economy
    rise = np.zeros(economy.n)
    rise[economy.rows_of("AAA").start + economy.sector_position("energy")] = 0.02
    dearer = np.linalg.solve(np.eye(economy.n) - economy.A().T, rise)
    households = [number for number, (region, demand) in enumerate(economy.final_demand_index)
                  if (region, demand) == ("AAA", "households")]  # fmt: skip
    assert of["household-burden"].after == pytest.approx(float(dearer @ economy.Y[:, households].sum(axis=1)))
    assert of["real-income"].note == ""


def test_nobody_explains_or_prices_what_is_not_modelled(twin) -> None:
    clean = Scenario.model_validate({"id": "clean", "levers": [setting(LEVERS["clean-electricity"], 40.0, "AAA", ())]})
    with pytest.raises(InputError, match=r"real-income.*no cost data for Cleaner electricity"):
        explain(twin, clean, packaged_metrics()["real-income"], region="AAA")
    cost = cost_per(twin.before(), twin.run(clean), "co2")
    assert (cost.per_unit, cost.burden) == (None, None)
    assert "no cost data for Cleaner electricity" in cost.reason
    repaired = cost_per(twin.before(), run(twin, setting(LEVERS["repair"], 20.0, "AAA", ())), "co2")
    assert repaired.per_unit is None, "it said 0.0 $/t"
    assert "no price and no treasury" in repaired.reason


def test_rounding_of_what_a_change_is_of_is_no_change() -> None:
    """A real income is zero before, but a difference of large sums: 3e-7 of 100,000 million $ is what rounding left."""
    assert unless_noise(0.0, np.array([3e-7, 2.0]), scale=1e5).tolist() == [0.0, 2.0]
    assert unless_noise(0.0, np.array([3e-7])).tolist() == [3e-7]
    assert (figure(3e-10), figure(-3e-10), figure(0.0)) == ("3e−10", "−3e−10", "0")  # printed as 0.000000 beside 0


# -- doors -------------------------------------------------------------------------------------------------------------

CLEAN = '[[levers]]\nlever = "clean-electricity"\nstrength = 50\nregions = ["IND"]\n'
PRICE = '[[levers]]\nlever = "carbon-price"\nstrength = 50\nregions = ["IND"]\n'
SILENT = "no cost data for Cleaner electricity"


def files(folder: Path) -> tuple[str, str]:
    """A cleaner grid, and a price at fixed prices."""
    fixed = 'view = "fixed prices"\n'
    for id, levers in (("clean", CLEAN), ("price", fixed + PRICE)):
        (folder / f"{id}.toml").write_text(f'id = "{id}"\n{levers}')
    return str(folder / "clean.toml"), str(folder / "price.toml")


def printed(*arguments: str) -> str:
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 0, done.output
    return done.stdout


def test_the_commands_say_it(tmp_path: Path) -> None:
    clean, price = files(tmp_path)
    record = json.loads(printed("twin", "run", clean, "--on", "starter", "--json"))
    income = next(one for one in record["outcomes"] if one["metric"] == "real-income")
    assert (income["after"], income["change"], income["status"]) == ("not modelled",) * 3
    assert income["note"].startswith(SILENT)
    assert SILENT in " ".join(printed("twin", "run", clean, "--on", "starter", "--all").split())
    side = json.loads(printed("twin", "compare", clean, price, "--on", "starter", "--json"))
    rows = {row["metric"]: row for row in side["tables"][0]["rows"]}
    assert rows["real-income"]["clean"] is None
    assert rows["real-income"]["price"] > 0
    assert rows["co2-world"]["price"] is None
    assert rows["co2-world"]["clean"] < 0
    assert any("no elasticity" in sentence for sentence in side["said"])
    shown = printed("twin", "compare", clean, price, "--on", "starter")
    assert "0.000000" not in shown


def test_python_says_it() -> None:
    one = kaldor.what_if(kaldor.load(), "clean-electricity", 50, regions="IND")
    assert one["real-income"].after is None
    assert one["real-income"].note.startswith(SILENT)
    assert one.outcomes.frame().loc["real-income", "change"] == "not modelled"
