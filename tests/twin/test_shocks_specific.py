"""Specific goods, importance and saving: nothing of them is the model before them, and figures reckoned by hand."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from kaldor.atlas.classifications import classification
from kaldor.twin.shocks.events import Part, Shock
from kaldor.twin.shocks.inputs import Energy, Goods, shipped
from kaldor.twin.shocks.parameters import Parameters, behaviour_of
from kaldor.twin.shocks.parts import with_parts
from kaldor.twin.shocks.replacing import divisions, replacing
from kaldor.twin.shocks.run import run_shock
from tests.economy.random_tables import random_economy
from tests.twin.own_facts import whole
from tests.twin.test_shocks_together import EVENTS, PARAMETERS, shock_of

NOTHING = {"specificity": 0.0, "importance": "all critical", "saving": 0.0, "overlap": 1.0}

# Lost value added, direct loss and unmet final demand of ninety days, made before there were specific goods.
BEFORE = {
    ("capacity", "as they are"): (2.49058595585, 1.32160629172, 2.45541651711),
    ("capacity", "four classes, backlog"): (9.05223764993, 1.32160629172, 6.12740443743),
    ("capacity", "stocks of one region"): (2.43554729696, 1.32160629172, 2.43554729696),
    ("ban", "as they are"): (1.77083323445, 0.986158208112, 1.66616485014),
    ("ban", "four classes, backlog"): (1.67407879912, 0.986158208112, 0.723961238597),
    ("ban", "stocks of one region"): (1.81811578236, 0.986158208112, 1.70585956559),
    ("capacity and ban", "as they are"): (4.06343045789, 2.30776449983, 3.92321240849),
    ("capacity and ban", "four classes, backlog"): (10.4265762567, 2.30776449983, 6.8843338841),
    ("capacity and ban", "stocks of one region"): (4.06100299675, 2.30776449983, 3.95306360984),
    ("delay and ban of the same goods", "as they are"): (0.615290220134, 0.377214167426, 0.6611643265),
    ("delay and ban of the same goods", "four classes, backlog"): (0.596634651769, 0.377214167426, 0.115304628274),
    ("delay and ban of the same goods", "stocks of one region"): (0.602824324083, 0.377214167426, 0.642987041069),
    ("capital and ban", "as they are"): (3.09012901575, 2.7158266366, 8.57316659914),
    ("capital and ban", "four classes, backlog"): (11.706776313, 2.82686627458, 7.31085504945),
    ("capital and ban", "stocks of one region"): (3.18979153792, 2.7161518699, 8.61205185996),
    ("capital and demand", "as they are"): (2.44498001373, 2.13733610196, 8.43921133464),
    ("capital and demand", "four classes, backlog"): (13.0758151394, 2.27308963777, 7.90778719689),
    ("capital and demand", "stocks of one region"): (2.52364401897, 2.13907311493, 8.43601107274),
}


@pytest.mark.parametrize(("events", "parameters"), BEFORE, ids=" | ".join)
def test_without_specific_goods_the_model_is_the_one_before(events: str, parameters: str) -> None:
    p = PARAMETERS[parameters].model_copy(update=NOTHING)
    found = run_shock(random_economy(3, 3, 4, idle=1), shock_of(*EVENTS[events]), p, steps=90, bands=0).summary()
    figures = found.loc[["lost_value_added", "direct_loss", "unmet_final_demand"], "central"]
    assert figures.to_list() == pytest.approx(BEFORE[events, parameters], rel=1e-10)


# Lost value added, unmet final demand, and the largest loss of two draws, made before a step was written to be quick.
QUICK = {
    ("capacity", "as they are"): (2.46603858327294, 2.45915377828057, 2.4708840048151),
    ("capacity", "what is known"): (2.47272637167808, 2.45797405983998, 2.47479242268152),
    ("ban", "as they are"): (1.86366374128164, 1.75088905454284, 2.87616459956271),
    ("ban", "what is known"): (1.8667729762205, 1.74775597327173, 2.57462409848712),
    ("capacity and ban", "as they are"): (4.07113716304995, 3.95190906429205, 4.74141319331911),
    ("capacity and ban", "what is known"): (4.08143615163455, 3.95087930609404, 4.54386352766488),
    ("delay and ban of the same goods", "as they are"): (0.616717610198174, 0.67808236674572, 0.832996316290464),
    ("delay and ban of the same goods", "what is known"): (0.626805132320037, 0.684884223369244, 0.797602309873685),
    ("capital and ban", "as they are"): (3.15425646677099, 8.62901954865845, 3.27771799441351),
    ("capital and ban", "what is known"): (3.14761470499518, 8.6182038475706, 3.26420378280605),
    ("capital and demand", "as they are"): (2.48796833625742, 8.38914663317526, 2.5944091720604),
    ("capital and demand", "what is known"): (2.48069175822706, 8.35799551435415, 2.57713587288126),
}
KNOWN: dict[str, Any] = {
    "goods": {"s01": Goods(differentiated=0.3, reference=0.5)},
    "critical": {"s00": (1, 0.5, 0, 1), "s01": (1, 1, 1, 1), "s02": (0, 1, 0.5, 1)},
    "important": {"s02": (1, 0, 0.5, 0), "s03": (0.5, 0.5, 1, 1)},
    "energy": Energy(saved=("s00",)),
}


@pytest.mark.parametrize(("events", "known"), QUICK, ids=" | ".join)
def test_a_quick_step_gives_what_a_slow_one_gave(events: str, known: str) -> None:
    economy = random_economy(3, 3, 4, idle=1)
    inputs = whole(economy.sectors, **KNOWN) if known == "what is known" else None
    found = run_shock(economy, shock_of(*EVENTS[events]), Parameters(inputs=inputs), steps=90, bands=2).summary()
    figures = [*found.loc[["lost_value_added", "unmet_final_demand"], "central"], found.loc["lost_value_added", "max"]]
    assert figures == pytest.approx(QUICK[events, known], rel=1e-12)


def ban(share: float, days: int = 300, **more: Any) -> Shock:
    """R00 sells R01 less of s02."""
    event = {"kind": "ban", "origins": ["R00"], "destinations": ["R01"], "products": ["s02"], "share": share}
    return shock_of({**event, "days": days, **more})


STEADY = Parameters(specificity=0.6, fading_days=None, overproduction=1, substitution_days=None, overlap=1.0)


def test_a_lost_supplier_stops_the_share_of_its_users_that_depends_on_it() -> None:
    """After all stocks are gone a user makes 1 − σ · (the supplier's share of its purchases), where others step in."""
    economy = random_economy(5)
    p = STEADY.model_copy(update={"substitution_days": 1.0})
    found = run_shock(economy, ban(1.0, days=400), p, steps=400, bands=0)
    seller, product = (
        economy.index.get_loc(("R00", "s02")),
        [economy.index.get_loc((r, "s02")) for r in economy.regions],
    )
    user = economy.index.get_loc(("R01", "s01"))
    share = economy.Z[seller, user] / economy.Z[product, user].sum()
    made = found.production[("R01", "s01")].iloc[-1] / found._body.x[user]
    assert made == pytest.approx(1 - 0.6 * share, abs=0.02)
    assert found.bottlenecks().loc["s02", "lost_supplier"] == "R00"


def test_fixed_shares_stay_fixed() -> None:
    economy = random_economy(5)
    fixed, at_first, never_fading = (
        run_shock(economy, ban(1.0), p, steps=300, bands=2).summary()
        for p in (
            Parameters(specificity="fixed"),
            Parameters(specificity=1.0),
            Parameters(specificity=1.0, fading_days=None, lasting_share=1.0),
        )
    )
    assert fixed.loc["lost_value_added", "central"] == never_fading.loc["lost_value_added", "central"]
    assert fixed.loc["lost_value_added", "central"] > 1.1 * at_first.loc["lost_value_added", "central"]
    assert fixed.loc["lost_value_added", "min"] > at_first.loc["lost_value_added", "min"]


CUTS: dict[str, dict[str, Any]] = {
    "one supplier's": {"origins": ["R00"], "destinations": ["R01"], "products": ["s02"]},
    "all foreign suppliers' of two products": {
        "origins": ["R00", "R02"],
        "destinations": ["R01"],
        "products": ["s01", "s02"],
    },
}


@pytest.mark.parametrize("parameters", [STEADY, Parameters()], ids=["steady", "as it is by default"])
@pytest.mark.parametrize("cut", CUTS.values(), ids=CUTS)
def test_the_loss_grows_without_a_jump_with_the_share_of_sales_that_is_cut(
    cut: dict[str, Any], parameters: Parameters
) -> None:
    """A twenty-fourth more of the sales cut never costs more than three times what it costs on average."""
    economy, shares = random_economy(5), np.linspace(0, 1, 25)
    lost = [
        run_shock(economy, shock_of({"kind": "ban", "days": 120, "share": s, **cut}), parameters, steps=120, bands=0)
        .summary(["R01"])
        .loc["lost_value_added", "central"]
        for s in shares
    ]
    steps = np.diff(lost)
    assert (steps > 0).all()
    assert steps.max() < 3 * lost[-1] / len(steps)


def test_what_is_important_stops_less_than_what_is_critical_and_what_is_saved_is_not_missed() -> None:
    economy = random_economy(5)
    ones, none = (1.0,) * 4, (0.0,) * 4

    def lost(saved: tuple[str, ...] = (), **rows: dict[str, tuple[float, ...]]) -> float:
        inputs = whole(economy.sectors, energy=Energy(saved=saved), **rows)
        p = STEADY.model_copy(update={"inputs": inputs, "saving": 0.3, "important_share": 0.5})
        return float(run_shock(economy, ban(0.5), p, steps=300, bands=0).losers()["central"].loc["R01"].sum())

    critical, important = lost(critical={"s02": ones}), lost(important={"s02": ones})
    neither = lost(critical={"s00": ones}, important={"s02": none})
    assert critical > important > neither + 0.1 * critical
    assert important < 0.75 * critical
    assert lost(("s02",), critical={"s02": ones}) < 0.7 * critical


def test_two_products_lost_hit_the_same_firms_or_others() -> None:
    economy = random_economy(5)
    event = {"kind": "ban", "origins": ["R00"], "destinations": ["R01"], "products": ["s01", "s02"], "days": 300}
    same, mixed, apart = (
        run_shock(economy, shock_of(event), STEADY.model_copy(update={"overlap": o}), steps=300, bands=0)
        .summary(["R01"])
        .loc["lost_value_added", "central"]
        for o in (1.0, 0.5, 0.0)
    )
    assert same < mixed < apart


def test_who_pays_stands_beside_a_region() -> None:
    found = run_shock(random_economy(5), ban(1.0), STEADY, steps=60, bands=0)
    here, world = found.summary(["R01"])["central"], found.summary()["central"]
    for name in ("direct_loss", "unmet_final_demand"):
        assert here[name] + here[f"{name}_elsewhere"] == pytest.approx(world[name])
        assert f"{name}_elsewhere" not in world
    assert here["direct_loss"] == 0 < here["direct_loss_elsewhere"]  # the sender's own
    assert "indirect_per_direct" not in here
    assert world["indirect_per_direct"] > 0


def test_what_dearer_energy_costs_is_what_its_sellers_win() -> None:
    economy = random_economy(13)
    event = {"kind": "price", "regions": ["R00"], "products": ["energy"], "rise": 1.0, "days": 50}
    found = run_shock(economy, shock_of(event), steps=5, bands=0)
    effects, body = found.price_effects(), found._body
    rows = [i for i, (_, sector) in enumerate(economy.index) if sector in economy.sector_groups["energy"]]
    here = economy.rows_of("R00")
    bought = economy.Z[rows][:, here].sum() + body.final[rows, 0].sum()
    assert effects["windfall"].sum() == pytest.approx(bought)
    from_stocks = float(
        found.cost_rises()["cost_rise"].loc[economy.index] @ body.drawn
    )  # sold dearer, bought by nobody
    assert effects["real_income_loss"].sum() == pytest.approx(bought + from_stocks, rel=1e-9)
    assert effects["net_loss"].sum() == pytest.approx(from_stocks, rel=1e-9)
    assert effects.index[0] == "R00"
    spent = body.final[:, 0].sum()
    assert effects.loc["R00", "basket_rise"] == pytest.approx(effects.loc["R00", "real_income_loss"] / spent)
    made = economy.value_added[here].sum()
    assert effects.loc["R00", "real_income_loss_share"] == pytest.approx(effects.loc["R00", "real_income_loss"] / made)
    assert found.cost_rises().index[0][0] == "R00"
    assert found.not_modelled.startswith("volumes: not moved")


def test_a_table_without_a_map_says_what_stands_in_and_own_facts_take_its_place() -> None:
    economy = random_economy(5)
    assert any("Nothing is known" in note for note in run_shock(economy, ban(1.0), steps=3, bands=0).notes)
    own = Parameters(inputs=whole(economy.sectors))
    (said,) = run_shock(economy, ban(1.0), own, steps=3, bands=0).notes
    assert said == "Goods and inputs are what a file of your own says: by hand."


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("C10T12", ["10", "11", "12"]),
        ("E37-E39", ["37", "38", "39"]),
        ("J62_63", ["62", "63"]),
        ("01T02", ["01", "02"]),
        ("C302T309", ["30"]),
        ("F", ["41", "42", "43"]),
        ("R_S", ["90", "91", "92", "93", "94", "95", "96"]),
    ],
)
def test_the_divisions_of_a_code(code: str, expected: list[str]) -> None:
    assert divisions(code) == expected


@pytest.mark.parametrize("id", ["wiod35", *shipped().nace.classifications])
def test_every_mapped_classification_has_a_place_for_all_its_sectors(id: str) -> None:
    codes = classification(id).codes
    known = replacing(SimpleNamespace(sectors=codes, sector_groups={}))  # type: ignore[arg-type]
    low, central, high = known.specificity
    assert known.said == ""
    assert ((low >= 0) & (low <= central) & (central <= high) & (high <= 1)).all()
    assert ((known.critical >= 0) & (known.less >= 0) & (known.critical + known.less <= 1 + 1e-9)).all()
    assert known.saved.any()


def test_a_sum_of_shares_that_rounds_to_above_one_leaves_no_output_below_zero() -> None:
    """Found by a search over thousands of settings: everything that a user needs is missing, and a little more."""
    economy = random_economy(1460, 4, 4, idle=1)
    events = [
        {"kind": "shortage", "start": 10.5, "days": 7.0, "regions": ["R00", "R02", "R03"],
         "products": ["s00", "s02", "s03"], "share": 0.0},
        {"kind": "delay", "days": 30.0, "origins": ["R00", "R01", "R02"], "destinations": ["R00", "R02"],
         "products": ["s01", "s02", "s03"], "by": 0.5},
    ]  # fmt: skip
    own = whole(economy.sectors, energy=Energy(saved=("s00",), stock_days={"s03": 9.0}))
    parameters = Parameters(
        dt=14, restock_days=15, overproduction=1, overproduction_days=14, final_substitution_days=0, backlog_days=10,
        sourcing="ability", priority=("final demand", "industries"), inputs=own, specificity=1.0,
        importance="all critical", fading_days=1.0,
    )  # fmt: skip
    shock = Shock.model_validate({"id": "t", "events": events})
    found = run_shock(economy, shock, parameters, steps=50, bands=2, seed=1460, keep=3)
    assert min(one.production.min() for one in (found._central, *found._courses)) >= 0


def test_a_product_is_more_specific_than_its_group_in_either_order_of_writing() -> None:
    economy = random_economy(5)
    group, (one, *_) = next(iter(economy.sector_groups.items()))
    written = {group: 0.1, one: 0.9}
    for order in (written, dict(reversed(written.items()))):
        specific = behaviour_of(economy, Parameters(specificity=order)).specific
        assert specific[economy.sector_position(one)] == 0.9


def test_a_range_is_within_the_bounds_of_what_it_is_drawn_for() -> None:
    with pytest.raises(ValueError, match=r"ranges.saving: 0.0 to 5.0 is not within its bounds. Allowed: 0 to"):
        Parameters(ranges={"saving": (0, 5)})
    with pytest.raises(ValueError, match=r"ranges.substitution_days: 0.0 to 50000.0 is not within"):
        Parameters(ranges={"substitution_days": (0, 50_000)})


def test_stocks_known_to_be_larger_than_others_are_as_large_as_they_are_said_to_be() -> None:
    economy = random_economy(5)
    first, second = economy.sectors[:2]
    known = whole(economy.sectors, energy=Energy(stock_days={first: 300.0, second: 9.0}))
    held = behaviour_of(economy, Parameters(inputs=known)).stock_days[:, 0]
    assert (held[0], held[1], held[2]) == (300, 9, 60)
    held = behaviour_of(economy, Parameters(inputs=known, stock_days=5)).stock_days[:, 0]
    assert (held[0], held[1], held[2]) == (300, 5, 5)


def test_the_specificity_of_a_product_is_that_of_the_parts_it_is_split_into() -> None:
    part = Part(region="R00", sector="s01", label="plant", output_share=0.4, kind="product")
    economy = with_parts(random_economy(5), [part])
    specific = behaviour_of(economy, Parameters(specificity={"s01": 0.9})).specific
    named = [specific[at] for at, sector in enumerate(economy.sectors) if sector.startswith("s01.")]
    assert named
    assert set(named) == {0.9}


def test_sectors_that_only_share_codes_with_a_classification_are_none_of_its() -> None:
    """A table of four sectors called c1 to c4 is no part of WIOD's 35 industries, nor are D to G those of NACE."""
    economy = random_economy(5, sectors=4)
    plain = ("Industry", "Trade", "Services", "Government")
    for codes in (("c1", "c2", "c3", "c4"), ("D", "E", "F", "G")):
        others = replace(economy, sectors=codes, sector_names=plain, sector_groups={})
        assert replacing(others).said.startswith("Nothing is known")
    wiod = ("Agriculture, Hunting, Forestry and Fishing", "Mining and Quarrying", "Food, Beverages", "Textiles")
    theirs = replace(economy, sectors=("c1", "c2", "c3", "c4"), sector_names=wiod, sector_groups={})
    assert replacing(theirs).said == ""
