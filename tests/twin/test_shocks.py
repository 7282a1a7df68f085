"""The shock model: what must hold for any economy, shock and behaviour."""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kaldor.economy.economy import Array, Economy
from kaldor.errors import InputError, UnknownLabelError
from kaldor.twin.shocks.answered import shock_answer
from kaldor.twin.shocks.behaviours import Behaviours
from kaldor.twin.shocks.body import Body, prepare
from kaldor.twin.shocks.course import simulate
from kaldor.twin.shocks.events import Shock, parse_shock, resolved
from kaldor.twin.shocks.inputs import Energy, Goods, Inputs
from kaldor.twin.shocks.model import Flow, Now, State, Stepper, start
from kaldor.twin.shocks.parameters import Parameters, behaviour_of
from kaldor.twin.shocks.run import run_shock
from kaldor.twin.shocks.scaled import scaled
from kaldor.twin.shocks.summary import median, quantiles
from kaldor.twin.shocks.targets import DAYS, Targets
from kaldor.twin.shocks.timeline import Timeline, groups_of_buyers, lay_out
from tests.economy.random_tables import random_economy

CAPACITY: dict[str, Any] = {"kind": "capacity", "regions": ["R00"], "sectors": ["s01"], "share": 0.5, "days": 30}


def shock_of(*events: dict[str, Any], **more: Any) -> Shock:
    return Shock.model_validate({"id": "test", "events": events, **more})


def laid_out(economy: Economy, shock: Shock, parameters: Parameters) -> tuple[Body, Timeline]:
    shock = resolved(economy, shock)
    stock_days = behaviour_of(economy, parameters).stock_days
    body = prepare(economy, parameters.priority, groups=groups_of_buyers(economy, shock, stock_days))
    return body, lay_out(body, shock, parameters.dt, parameters.capital_per_value_added)


def lost_value_added(economy: Economy, shock: Shock, parameters: Parameters, steps: int = 200) -> float:
    body, timeline = laid_out(economy, shock, parameters)
    return float(simulate(body, timeline, behaviour_of(economy, parameters), steps).lost_value_added.sum())


@dataclass(frozen=True)
class Held:
    """What the only run of a state holds: pooled stock (S × n) and specific goods (S × …), both together by product
    (`stored`, S), orders (n), preferences w (n × R), goods on their way by product (S) and what is to be rebuilt
    (n × M)."""

    stock: Array
    own: Array
    stored: Array
    orders: Array
    w: Array
    transit: Array
    remaining: Array

    @classmethod
    def of(cls, body: Body, state: State) -> Held:
        held, S = state.held, body.S
        transit = np.zeros(S)
        if held.transit is not None and held.own.transit is not None:
            transit = held.transit.sum(axis=(0, 2, 3)) + held.own.transit.sum(axis=(0, 2, 3, 4, 5))
        orders = body.table.by_industry(held.asked)[:, 0].sum(axis=0)
        w = held.w[:, body.table.groups, 0].transpose(2, 0, 1).reshape(body.n, body.R)
        own = held.own.stock.copy()
        stock = held.stock[:, 0].copy()
        stored = stock.sum(axis=1) + own.reshape(S, -1).sum(axis=1)
        return cls(stock, own, stored, orders, w, transit, state.remaining[0].copy())


def every_step(economy: Economy, shock: Shock, parameters: Parameters, steps: int) -> Any:
    """(body, held before, flow, held after) of each step of one run; transit starts at nothing."""
    body, timeline = laid_out(economy, shock, parameters)
    behaviours = [behaviour_of(economy, parameters)]
    hit = len(timeline.rebuilding.industries)
    state = start(body, behaviours, longest_delay=timeline.longest_delay, rebuilding=hit)
    stepper = Stepper(body, behaviours, timeline.rebuilding, first_day=timeline.first_day)
    before = Held.of(body, state)
    for step in range(steps):
        flow = stepper.step(state, timeline.at(step))
        after = Held.of(body, state)
        yield body, before, of_only_run(flow), after
        before = after


def of_only_run(flow: Flow) -> Any:
    """The figures of a flow without the axis of runs."""
    by_run = ("output", "final", "unmet", "rebuilt", "wanted", "limiting", "demanded", "supplied", "lost")
    found = {name: getattr(flow, name)[0] for name in by_run}
    return SimpleNamespace(**found, received=flow.received[:, 0])


REGIONS = st.sampled_from([["R00"], ["R01", "R02"], ["all"], ["!R02"]])
SECTORS = st.sampled_from([["s00"], ["manufacturing"], ["all"]])
WHEN: dict[str, Any] = {"start": st.integers(0, 10), "days": st.integers(1, 40)}
EVENTS = st.one_of(
    st.fixed_dictionaries(
        {"kind": st.just("capacity"), "regions": REGIONS, "sectors": SECTORS, "share": st.floats(0, 1)}
    ).flatmap(lambda e: st.fixed_dictionaries({**{k: st.just(v) for k, v in e.items()}, **WHEN})),
    st.fixed_dictionaries(
        {
            "kind": st.just("capital"),
            "regions": REGIONS,
            "sectors": SECTORS,
            "share": st.floats(0.01, 0.3),
            "rebuilding": st.just({"s00": 0.6, "s02": 0.4}),
            **WHEN,
        }
    ),
    st.fixed_dictionaries(
        {"kind": st.just("demand"), "regions": REGIONS, "products": SECTORS, "share": st.floats(-1, 1), **WHEN}
    ),
    st.fixed_dictionaries(
        {
            "kind": st.just("ban"),
            "origins": REGIONS,
            "destinations": REGIONS,
            "products": SECTORS,
            "share": st.floats(0, 1),
            **WHEN,
        }
    ),
    st.fixed_dictionaries(
        {"kind": st.just("shortage"), "regions": REGIONS, "products": SECTORS, "share": st.floats(0, 1), **WHEN}
    ),
    st.fixed_dictionaries(
        {
            "kind": st.just("delay"),
            "origins": REGIONS,
            "destinations": REGIONS,
            "products": SECTORS,
            "by": st.integers(1, 9),
            **WHEN,
        }
    ),
)
SHARES = st.tuples(*[st.floats(0, 0.5)] * 4)
INPUTS = st.builds(
    Inputs,
    sectors=st.just(("s00", "s01", "s02", "s03")),
    sources=st.just({"all": "drawn"}),
    goods=st.fixed_dictionaries(
        {
            **dict.fromkeys(("s00", "s02", "s03"), st.just(Goods(differentiated=1))),
            "s01": st.builds(Goods, differentiated=st.floats(0, 0.6), reference=st.floats(0, 0.4)),
        }
    ),
    critical=st.fixed_dictionaries({"s00": SHARES, "s01": SHARES, "s02": SHARES}),
    important=st.fixed_dictionaries({"s01": SHARES, "s03": SHARES}),
    energy=st.builds(Energy, saved=st.sampled_from([(), ("s00", "s03")]), stock_days=st.just({})),
)
PARAMETERS = st.builds(
    Parameters,
    stock_days=st.floats(5, 90),
    psi=st.floats(0.3, 1),
    restock_days=st.floats(5, 60),
    overproduction=st.floats(1, 1.5),
    substitution_days=st.one_of(st.none(), st.floats(0, 100)),
    final_substitution_days=st.one_of(st.none(), st.floats(0, 100)),
    backlog_days=st.one_of(st.none(), st.floats(5, 60)),
    sourcing=st.sampled_from(["capacity", "ability"]),
    priority=st.sampled_from([(), ("industries",), ("s01", "final demand"), ("rebuilding", "energy", "industries")]),
    non_essential=st.sampled_from([(), ("s03",)]),
    destock=st.booleans(),
    specificity=st.one_of(
        st.none(), st.just("fixed"), st.floats(0, 1), st.fixed_dictionaries({"s00": st.floats(0, 1)})
    ),
    lasting_share=st.floats(0, 1),
    fading_days=st.one_of(st.none(), st.floats(1, 400)),
    important_share=st.floats(0, 1),
    overlap=st.floats(0, 1),
    saving=st.floats(0, 0.9),
    inputs=st.one_of(st.none(), INPUTS),
)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 50), idle=st.integers(0, 1), events=st.lists(EVENTS, min_size=1, max_size=3), p=PARAMETERS)
def test_nothing_is_negative_or_comes_from_nowhere(
    seed: int, idle: int, events: list[dict[str, Any]], p: Parameters
) -> None:
    economy = random_economy(seed, idle=idle)
    h = p.dt / DAYS
    for body, before, flow, after in every_step(economy, shock_of(*events), p, 50):
        scale = body.x.sum()
        for amounts in (after.stock, after.own, after.orders, flow.output, flow.final, flow.rebuilt, after.remaining):
            assert amounts.min(initial=0) >= 0
        assert (flow.supplied <= flow.demanded + 1e-9 * scale).all()
        # Each product: what was made or drawn from inventories was delivered, used, stored, or is on its way.
        supplied = flow.supplied.reshape(body.R, body.S).sum(axis=0)
        final = flow.final.reshape(body.R, body.S, -1).sum(axis=(0, 2))
        rebuilt = flow.rebuilt.reshape(body.R, body.S, -1).sum(axis=(0, 2))
        on_its_way = (after.transit - before.transit) / h
        assert flow.received + on_its_way + final + rebuilt == pytest.approx(supplied, rel=1e-9, abs=1e-9 * scale)
        used = flow.received - (after.stored - before.stored) / h
        most = (body.use * np.divide(flow.output, body.x, out=np.zeros(body.n), where=body.x > 0)).sum(axis=1)
        assert (used <= most + 1e-8 * scale).all()
        if not p.non_essential and not p.inputs:
            assert used == pytest.approx(most, rel=1e-7, abs=1e-8 * scale)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 1000), p=PARAMETERS, groups=st.sampled_from([None, (0, 0, 0), (0, 1, 0)]))
def test_without_a_shock_nothing_moves(seed: int, p: Parameters, groups: tuple[int, ...] | None) -> None:
    economy = random_economy(seed)
    p = p.model_copy(update={"destock": False})
    body = prepare(economy, p.priority, groups=groups)
    behaviours = [behaviour_of(economy, p)]
    state, stepper = start(body, behaviours), Stepper(body, behaviours)
    flow: Flow | None = None
    for _ in range(365):
        flow = stepper.step(state, Now(lost=np.zeros(body.n)))
    assert flow is not None
    assert flow.output[0] == pytest.approx(economy.x, rel=1e-12)
    held, target = state.held, Targets.of(body.use, Behaviours.of(behaviours)).amounts()
    free = 1 - stepper.specific(state.now)[:, :, None]
    assert held.stock == pytest.approx(target * free, rel=1e-11, abs=1e-13 * target.max())
    stored = held.stock.sum(axis=2) + held.own.stock.sum(axis=(1, 2, 4))
    assert stored == pytest.approx(target.sum(axis=2), rel=1e-12)
    assert flow.unmet == pytest.approx(0, abs=1e-9 * economy.x.sum() * 1e-3)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 1000), weaker=st.floats(0, 1), stronger=st.floats(0, 1))
def test_a_weaker_shock_never_loses_more(seed: int, weaker: float, stronger: float) -> None:
    economy = random_economy(seed)
    weaker, stronger = sorted((weaker, stronger))
    p = Parameters(overproduction=1, substitution_days=None, priority=())
    mild, hard = (lost_value_added(economy, shock_of({**CAPACITY, "share": s}), p, 120) for s in (weaker, stronger))
    assert mild <= hard + 1e-9 * economy.x.sum()


@pytest.mark.parametrize("specificity", [0.0, None, "fixed"])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_halving_the_step_converges(seed: int, specificity: float | str | None) -> None:
    """In distances to the finest: errors of pooled and of specific goods have opposite signs and may cancel in one."""
    economy = random_economy(seed)
    event = {**CAPACITY, "start": 8, "days": 24, "share": 0.3, "recovery": "linear", "recovery_days": 16}
    *coarser, finest = (
        lost_value_added(economy, shock_of(event), Parameters(dt=dt, specificity=specificity), steps=int(128 / dt))
        for dt in (2, 1, 0.5, 0.25, 0.125)
    )
    errors = np.abs(np.array(coarser) - finest)
    assert (errors[1:] < 0.7 * errors[:-1]).all()
    assert errors[-1] < 1e-3 * finest


def test_stocks_shorter_than_a_step_are_refused() -> None:
    economy = random_economy(1)
    with pytest.raises(InputError, match=r"stock of s01.*0\.8 × 1 days.*less than a step of 1 days"):
        run_shock(economy, shock_of(CAPACITY), Parameters(inventory_days={"s01": 1}), steps=5, bands=1)
    run_shock(
        economy, shock_of(CAPACITY), Parameters(inventory_days={"s01": 1}, non_essential=("s01",)), steps=5, bands=1
    )


def test_direct_loss_of_an_isolated_industry_is_the_whole_loss() -> None:
    """Where nobody buys from an industry but final users, its capacity loss is lost sales, none at its buyers."""
    economy = random_economy(4)
    Z = np.array(economy.Z)
    Z[0] = 0  # nobody buys product s00 of R00 as an input
    Y = np.array(economy.Y)
    Y[0] *= (economy.x[0]) / Y[0].sum()
    economy = replace(economy, Z=Z, Y=Y)
    p = Parameters(overproduction=1, substitution_days=None)
    event = {**CAPACITY, "sectors": ["s00"], "share": 0.25, "days": 20}
    body, timeline = laid_out(economy, shock_of(event), p)
    course = simulate(body, timeline, behaviour_of(economy, p), 60)
    assert course.lost_output[0] == pytest.approx(0.25 * economy.x[0] * 20 / 365, rel=1e-9)
    assert course.direct_value_added.sum() == pytest.approx(course.lost_value_added[0], rel=1e-9)


def test_a_full_ban_stops_the_trade_and_substitution_brings_other_suppliers() -> None:
    economy = random_economy(5)
    ban = {"kind": "ban", "origins": ["R00"], "destinations": ["R01"], "products": ["s02"], "days": 300}
    made = {}
    for days in (None, 20.0):
        p = Parameters(substitution_days=days, specificity=0.0)
        steps = list(every_step(economy, shock_of(ban), p, 120))
        body, _, flow, state = steps[-1]
        made[days] = flow.output
        assert flow.final[economy.index.get_loc(("R00", "s02")), 1] == 0
        if days:
            assert state.w[economy.index.get_loc(("R00", "s02")), 1] < 0.01
    rows = [economy.index.get_loc((region, "s02")) for region in ("R00", "R01", "R02")]
    banned = economy.Z[rows[0], economy.rows_of("R01")].sum() + body.final[rows[0], 1]
    # R00 makes less by what it may not sell, and by the little that its buyers' losses take besides.
    assert 1 < (body.x[rows[0]] - made[None][rows[0]]) / banned < 1.1
    # Without substitution R02 makes what it always did; with it, both others make more, and above normal.
    assert made[None][rows[2]] == pytest.approx(body.x[rows[2]], rel=1e-3)
    assert (made[20.0] - made[None])[rows[1:]].min() > 0.01
    assert (made[20.0] > body.x * (1 + 1e-4))[rows[1:]].all()


def test_a_shortage_holds_users_to_their_share() -> None:
    economy = random_economy(6)
    event = {"kind": "shortage", "regions": ["R01"], "products": ["s03"], "share": 0.4, "days": 100}
    *_, (body, before, flow, after) = every_step(economy, shock_of(event), Parameters(), 60)
    used = body.use[3, economy.rows_of("R01")]
    assert flow.final[3::4, 1] == pytest.approx(0.6 * body.final[3::4, 1])
    own = (after.own - before.own)[3, body.table.groups[economy.region_position("R01")]].sum()
    change = ((after.stock - before.stock)[3, economy.rows_of("R01")].sum() + own) * 365
    made = flow.output[economy.rows_of("R01")] / body.x[economy.rows_of("R01")]
    assert change + (used * made).sum() == pytest.approx(0.6 * used.sum())


def test_delayed_goods_come_late_but_all_come() -> None:
    economy = random_economy(7)
    event = {
        "kind": "delay",
        "origins": ["R00"],
        "destinations": ["R01"],
        "products": ["all"],
        "by": 10,
        "days": 30,
        "start": 5,
    }
    steps = list(every_step(economy, shock_of(event), Parameters(), 400))
    body, _, flow, after = steps[-1]
    assert after.transit.sum() == pytest.approx(0, abs=1e-9 * economy.x.sum())
    # Preferences and overproduction keep each other up: who made more draws the orders that it needs to make more.
    assert flow.output == pytest.approx(body.x, rel=5e-4)
    *_, (*_, settled, _) = every_step(economy, shock_of(event), Parameters(substitution_days=None), 400)
    assert settled.output == pytest.approx(body.x, rel=1e-8)
    late = steps[20]  # while it lasts goods are on their way, and what they are waited for moves output
    assert late[3].transit.sum() > 0
    assert late[2].output != pytest.approx(body.x, rel=2e-4)
    result = run_shock(economy, shock_of(event), Parameters(), steps=60, bands=2)
    assert result.stocks.min().min() < 0.99


def test_losses_by_region_and_by_product_add_up_to_the_losers() -> None:
    result = run_shock(random_economy(4), shock_of(CAPACITY), Parameters(), steps=40, bands=3)
    losers = result.losers()
    for level in ("region", "sector"):
        found = result.lost_by(level)
        expected = losers.groupby(level=level)[["central", "direct"]].sum()
        assert found["central"].to_dict() == pytest.approx(expected["central"].to_dict())
        assert found["direct"].to_dict() == pytest.approx(expected["direct"].to_dict())
        assert found["share"].sum() == pytest.approx(1)
        assert found["central"].is_monotonic_decreasing
        assert (found["min"] <= found["max"]).all()


def test_a_shock_of_another_size_and_length() -> None:
    twice = scaled(shock_of({**CAPACITY, "recovery": "linear", "recovery_days": 10}), size=1.5, days=2)
    [event], [old] = twice.events, shock_of(CAPACITY).events
    assert event.share == pytest.approx(1.5 * old.share)
    assert (event.days, event.recovery_days, event.start) == (2 * old.days, 20, old.start)
    with pytest.raises(InputError, match="share"):
        scaled(shock_of(CAPACITY), size=1.01 / old.share)


def test_a_bigger_inventory_of_the_input_delays_the_loss() -> None:
    """Inventories as a lever: more days of the banned input held in the region that imports it."""
    economy = random_economy(8)
    ban = {"kind": "ban", "origins": ["!R01"], "destinations": ["R01"], "products": ["s02"], "days": 60}
    thin = Parameters(stock_days=10, substitution_days=None)
    thick = thin.model_copy(update={"inventory_days": {"R01/s02": 90.0}})
    losses = []
    for p in (thin, thick):
        result = run_shock(economy, shock_of(ban), p, steps=100, bands=2)
        losses.append(result.summary(["R01"]).loc["lost_value_added", "central"])
    assert losses[1] < 0.9 * losses[0]


def test_rebuilding_restores_capacity_and_orders_what_was_destroyed() -> None:
    economy = random_economy(9)
    event = {
        "kind": "capital",
        "regions": ["R00"],
        "sectors": ["s01"],
        "share": 0.05,
        "rebuilding": {"s00": 0.6, "s02": 0.4},
        "days": 10,
    }
    rebuilt = 0.0
    first = last = None
    for _, _, flow, after in every_step(economy, shock_of(event), Parameters(rebuild_days=30), 500):
        rebuilt += flow.rebuilt.sum() / 365
        first = flow.lost[1] if first is None else first
        last = after.remaining.sum()
    capital = 4 * economy.value_added[1]
    assert first == pytest.approx(0.05)
    assert rebuilt + last == pytest.approx(0.05 * capital, rel=1e-9)
    assert last < 0.01 * 0.05 * capital


def test_priority_serves_firms_before_final_users() -> None:
    economy = random_economy(10)
    event = {**CAPACITY, "share": 0.3, "days": 60}
    for priority, firms_first in (((), False), (("industries",), True)):
        p = Parameters(priority=priority, overproduction=1, substitution_days=None)
        *_, (body, before, flow, _) = every_step(economy, shock_of(event), p, 3)
        hit = economy.index.get_loc(("R00", "s01"))
        to_final = flow.final[hit].sum() / body.final[hit].sum()
        to_firms = (flow.supplied[hit] - flow.final[hit].sum()) / before.orders[hit]
        assert (to_firms > to_final + 0.1) == firms_first
        if not firms_first:
            assert to_firms == pytest.approx(to_final, rel=1e-9)


def test_unmet_final_demand_is_lost_or_asked_for_again() -> None:
    economy = random_economy(11)
    event = {**CAPACITY, "share": 0.5, "days": 20}
    tail = []
    for backlog in (None, 20.0):
        p = Parameters(overproduction=1.25, overproduction_days=30, backlog_days=backlog, substitution_days=None)
        flows = list(every_step(economy, shock_of(event), p, 60))
        hit = economy.index.get_loc(("R00", "s01"))
        tail.append(sum(flow.final[hit].sum() for _, _, flow, _ in flows[25:]))
    assert tail[1] > tail[0] * 1.01


def test_demand_that_falls_takes_output_with_it() -> None:
    economy = random_economy(12)
    event = {"kind": "demand", "regions": ["all"], "products": ["all"], "share": -0.2, "days": 1000}
    *_, (body, _, flow, _) = every_step(economy, shock_of(event), Parameters(), 300)
    positive = body.final.sum(axis=1)
    wanted = np.linalg.solve(np.eye(body.n) - economy.A(), 0.8 * positive - body.drawn)
    assert flow.output == pytest.approx(wanted, rel=1e-3)


def test_prices_alone_move_nothing_and_an_elasticity_needs_a_source() -> None:
    economy = random_economy(13)
    event = {"kind": "price", "regions": ["R00"], "products": ["energy"], "rise": 1.0, "days": 50}
    result = run_shock(economy, shock_of(event), steps=60, bands=2)
    assert result.honesty == ("price-only: no volume moves",)
    assert result.summary()[["central", "min", "p5", "median", "p95", "max"]].isna().all(axis=None), "it said 0"
    assert "no elasticity is given" in result.summary().attrs["not_modelled"]
    assert result.losers().empty
    assert result.lost_by("region").empty
    answer = shock_answer(result)
    assert answer["not_modelled"] == result.not_modelled
    assert {value for series in answer["value_added"].values() for value in series} == {None}
    responding = run_shock(economy, shock_of(event | {"elasticity": -0.3, "source": "Test"}), steps=60, bands=2)
    assert responding.not_modelled == ""
    assert responding.summary().loc["lost_value_added", "central"] > 0
    assert (result.prices > 0).all()
    assert result.prices[("R00", "s03")] > 1
    with pytest.raises(InputError, match="source"):
        parse_shock(
            'id="a"\n[[events]]\nkind="price"\nregions=["R00"]\nproducts=["s03"]\nrise=1\nelasticity=-0.3\ndays=5', "a"
        )
    moved = run_shock(economy, shock_of({**event, "elasticity": -0.3, "source": "typed"}), steps=60, bands=2)
    assert moved.honesty == ("assumed effect, traced",)
    assert moved.summary().loc["lost_value_added", "min"] > 0


def test_events_in_sequence_and_their_recovery() -> None:
    shock = shock_of(
        {**CAPACITY, "recovery": "linear", "recovery_days": 10, "share": 0.4},
        {**CAPACITY, "start": 100, "days": 5, "recovery": "exponential", "recovery_days": 20},
    )
    economy = random_economy(1)
    day = 1 / 64  # so short that the mean over a step is what is lost then
    _, timeline = laid_out(economy, shock, Parameters(dt=day))
    hit = economy.index.get_loc(("R00", "s01"))
    lost = {at: float(timeline.at(int(at / day)).lost[hit]) for at in (0, 29, 30, 35, 40, 99, 100, 105, 125)}
    assert lost == pytest.approx(
        {0: 0.4, 29: 0.4, 30: 0.4, 35: 0.2, 40: 0, 99: 0, 100: 0.5, 105: 0.5, 125: 0.025}, abs=1e-3
    )


@pytest.mark.parametrize(
    ("event", "days"),
    [
        ({"days": 28, "recovery": "linear", "recovery_days": 28}, 28 + 14),
        ({"days": 28, "recovery": "exponential", "recovery_days": 28}, 28 + 28 * (1 - 0.05**12) / np.log(20)),
        ({"start": 3, "days": 10}, 10),
        ({"start": 3, "days": 10, "recovery": "linear", "recovery_days": 9}, 10 + 4.5),
    ],
)
@pytest.mark.parametrize("dt", [1.0, 7.0])
def test_the_direct_loss_is_that_of_the_days_in_force_whatever_the_step(
    event: dict[str, Any], days: float, dt: float
) -> None:
    """Without the mean over a step, 28 days and 28 of recovery count in weeks as 45.5 days in place of 42."""
    economy = random_economy(4)
    body, timeline = laid_out(economy, shock_of(CAPACITY | {"share": 0.4} | event), Parameters(dt=dt))
    course = simulate(body, timeline, behaviour_of(economy, Parameters(dt=dt)), int(364 / dt))
    hit = economy.index.get_loc(("R00", "s01"))
    by_hand = 0.4 * economy.value_added[hit] * days / 365
    assert course.direct_value_added.sum() == pytest.approx(by_hand, rel=1e-9)


def test_the_direct_loss_of_a_demand_that_comes_back_is_the_same_in_days_and_in_weeks() -> None:
    fall = {"kind": "demand", "regions": ["R00"], "products": ["s01"], "share": -0.3, "days": 14}
    event = fall | {"recovery": "linear", "recovery_days": 21}
    economy = random_economy(4)
    found = []
    for dt in (1.0, 7.0):
        body, timeline = laid_out(economy, shock_of(event), Parameters(dt=dt))
        course = simulate(body, timeline, behaviour_of(economy, Parameters(dt=dt)), int(364 / dt))
        found.append(course.direct_value_added.sum())
    assert found[0] == pytest.approx(found[1], rel=1e-9)


def test_all_faults_of_a_shock_are_said_at_once() -> None:
    with pytest.raises(InputError) as error:
        parse_shock(
            'id="a"\n[[events]]\nkind="capacity"\nregions=["R00"]\nsektors=["s00"]\nshare=2\ndays=0', "mine.toml"
        )
    assert len(error.value.problems) == 4  # sectors missing, sektors unknown, share and days out of bounds
    economy = random_economy(1)
    with pytest.raises(InputError) as error:
        resolved(economy, shock_of({**CAPACITY, "regions": ["R0x"], "sectors": ["s0x"]}))
    assert len(error.value.problems) == 2
    with pytest.raises(UnknownLabelError, match="class of clients"):
        prepare(economy, ("firms",))


def test_a_firm_and_a_product_that_the_table_lacks_are_typed() -> None:
    economy = random_economy(14)
    typed = {"region": "R00", "sector": "s01", "label": "plant", "output_share": 0.2}
    firm = shock_of({**CAPACITY, "regions": ["R00.plant"], "share": 1.0}, parts=[typed])
    product = shock_of({**CAPACITY, "sectors": ["s01.plant"], "share": 1.0}, parts=[{**typed, "kind": "product"}])
    lost = []
    for shock in (firm, product):
        result = run_shock(economy, shock, Parameters(substitution_days=10, stock_days=20), steps=60, bands=2)
        assert result.economy.x.sum() == pytest.approx(economy.x.sum())
        assert result.economy.value_added.sum() == pytest.approx(economy.value_added.sum())
        assert result.summary().loc["direct_loss", "central"] == pytest.approx(
            0.2 * economy.value_added[1] * 30 / 365, rel=1e-6
        )
        lost.append(result.summary().loc["lost_value_added", "central"])
    assert lost[0] < lost[1]  # others step in for a firm, nobody for a product


def test_a_firm_that_loses_nothing_changes_nothing() -> None:
    """A shock elsewhere costs the same with and without an untyped firm taken out of its sector."""
    economy = random_economy(18)
    parts = [{"region": "R01", "sector": "s02", "label": "works", "output_share": 0.3}]
    # The customers of a supplier in a region are like the region's average user: an approximation where some go short.
    for specificity, exact in ((0.0, 1e-9), (None, 1e-4)):
        p = Parameters(specificity=specificity)
        plain, typed = (
            run_shock(economy, shock_of(CAPACITY, **more), p, steps=60, bands=1)
            .summary()
            .loc["lost_value_added", "central"]
            for more in ({}, {"parts": parts})
        )
        assert typed == pytest.approx(plain, rel=exact)


@pytest.mark.parametrize("draws", [1, 2, 5, 8])
def test_the_band_is_of_the_draws_alone_by_the_usual_quantiles(draws: int) -> None:
    """The central run stands beside them; of one draw all quantiles are its own figure."""
    found = run_shock(random_economy(15), shock_of(CAPACITY), steps=60, bands=draws)
    at = ["min", "p5", "median", "p95", "max"]
    expected = np.quantile(found.runs["lost_value_added"], [0, 0.05, 0.5, 0.95, 1])
    assert len(found.runs) == draws
    assert f"{draws} draws" in found.in_a_line()
    assert found.summary().loc["lost_value_added", at].to_numpy(float) == pytest.approx(expected, rel=1e-12)
    if draws == 1:
        for frame in (found.losers(), found.lost_by("region"), found.lost_by("sector")):
            assert frame[at].to_numpy() == pytest.approx(frame[["min"] * 5].to_numpy())
        assert found.losers()["median"].sum() == pytest.approx(expected[2], rel=1e-9)
        assert set(found.bottlenecks()["in_runs"]) <= {0.0, 1.0}
    assert np.all(np.diff(found.bands["world"].to_numpy(), axis=1) >= 0)


def test_what_lies_between_a_time_and_none_is_none() -> None:
    """As `np.quantile` where all is finite; else a number of days, or infinite, never undefined."""
    few = np.array([10.0, 20.0, np.inf])
    assert quantiles(few, [0, 0.25, 0.5, 0.75, 1]).tolist() == [10, 15, 20, np.inf, np.inf]
    assert (median([1.0, 2.0]), median([1.0, np.inf]), median([np.inf, np.inf])) == (1.5, np.inf, np.inf)
    known = np.random.default_rng(3).random((9, 4))
    np.testing.assert_allclose(quantiles(known), np.quantile(known, [0, 0.05, 0.5, 0.95, 1], axis=0))


def test_the_band_is_seeded_and_stands_beside_the_central_run() -> None:
    economy = random_economy(15)
    one, again, other = (run_shock(economy, shock_of(CAPACITY), steps=60, bands=8, seed=s) for s in (1, 1, 2))
    assert one.bands.equals(again.bands)
    assert not one.bands.equals(other.bands)
    world = one.summary().loc["lost_value_added"]
    assert world["min"] < world["median"] < world["max"]
    assert world["min"] <= world["central"] <= world["max"]
    assert one.bands["world"].iloc[0].to_numpy() == pytest.approx(one.bands["world"].iloc[0, 0], abs=0.05)
    assert world["unit"] == "million $"


def test_gross_output_and_value_added_are_both_given_and_differ() -> None:
    summary = run_shock(random_economy(16), shock_of(CAPACITY), steps=60, bands=2).summary()
    assert summary.loc["lost_gross_output", "central"] > 1.2 * summary.loc["lost_value_added", "central"]
    assert summary.loc["direct_loss", "central"] + summary.loc["indirect_loss", "central"] == pytest.approx(
        summary.loc["lost_value_added", "central"]
    )


def test_state_is_the_models_own() -> None:
    """A simulation leaves the economy and the laid-out body as they were."""
    economy = random_economy(17)
    p = Parameters()
    body, timeline = laid_out(economy, shock_of(CAPACITY), p)
    before = (body.orders.copy(), body.use.copy(), economy.Z.copy())
    first = simulate(body, timeline, behaviour_of(economy, p), 50)
    second = simulate(body, timeline, behaviour_of(economy, p), 50)
    assert np.array_equal(first.lost_output, second.lost_output)
    for kept, now in zip(before, (body.orders, body.use, economy.Z), strict=True):
        assert np.array_equal(kept, now)
    assert isinstance(start(body, [behaviour_of(economy, p)]), State)


def test_an_event_without_strength_loses_nothing_at_all_and_puts_nobody_before_another():
    economy = random_economy(3, 4, 5)
    nothing = {"kind": "capacity", "regions": ["R01"], "sectors": ["s02"], "share": 0.0, "days": 28}
    found = run_shock(economy, shock_of(nothing), Parameters(), steps=6, bands=2, seed=1)
    losers = found.losers()
    assert (losers[["central", "min", "max"]] == 0).all(axis=None)
    assert losers.index.equals(economy.index)
    told = ["lost_value_added", "deepest_loss_share", "unmet_final_demand", "days_to_recover"]
    assert found.summary().loc[told, "central"].tolist() == [0.0] * 4
