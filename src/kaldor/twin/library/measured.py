"""The figure of a run that stands beside a published one, once for each draw of behaviour or for each set and closure.

By days, from what each industry makes in each week against what it made before:

    change = Σ steps h · Σ industries v (x(t) − x),   share = 100 · change / Σ steps h · Σ industries v x

with h the step in years (a week, or a day: `kaldor.twin.library.steps`) and v value added per unit of output (1 for
output itself); through supply chains it is what is lost along chains alone, neither what the event itself takes nor
what overtime, rebuilding and others' sales make up for. By prices, from the balance: GDP and what regions can buy, in
per cent.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from kaldor.atlas.money import money_of
from kaldor.digits import unless_noise
from kaldor.economy.economy import Array, Economy
from kaldor.economy.equilibrium.base import Base
from kaldor.economy.equilibrium.figures import Reader
from kaldor.economy.equilibrium.own_sets import elasticity_set
from kaldor.economy.equilibrium.prepared import chosen
from kaldor.economy.equilibrium.responses import Responses, responses
from kaldor.economy.equilibrium.together import Measure, together
from kaldor.economy.names import regions_of, sectors_of
from kaldor.errors import InputError, Problem
from kaldor.twin.library.declared import Compared, Run
from kaldor.twin.library.steps import step_days
from kaldor.twin.shocks import STEP_DAYS, STEPS
from kaldor.twin.shocks.body import Body
from kaldor.twin.shocks.course import Course
from kaldor.twin.shocks.events import Ban, Shock, written_out
from kaldor.twin.shocks.parameters import Parameters
from kaldor.twin.shocks.run import ShockResult, run_shock

_YEAR = 365.0
_IN_PRICES = {"GDP": "gdp_volume", "real spending": "real_spending_share"}


# -- by days -----------------------------------------------------------------------------------------------------------


def by_days(
    economy: Economy,
    shock: Shock,
    run: Run,
    asked: list[Compared],
    *,
    draws: int,
    seed: int,
    progress: Callable[[int, int], None] | None = None,
) -> ShockResult:
    """The shock over as many days as are asked about, a year at least, with what each industry makes in each draw."""
    dt = step_days(shock, run)
    last = max((one.first_day + one.days for one in asked), default=0.0)
    parameters = Parameters(dt=dt, inventory_days=run.inventory_days)
    return run_shock(
        economy,
        shock,
        parameters,
        steps=round(max(last, STEPS * STEP_DAYS) / dt),
        bands=draws,
        seed=seed,
        keep=draws + 1,
        progress=progress,
    )


def of_days(found: ShockResult, one: Compared) -> list[float]:
    """What is asked of each draw: in per cent, or in billion dollars. Raises UnknownLabelError, InputError."""
    economy = found.economy
    regions = regions_of(economy, one.regions, found.shock.blocs, where="regions").regions
    sectors = sectors_of(economy, one.sectors, where="sectors")
    at, of = (
        np.array([find(name) for name in names])
        for find, names in ((economy.region_position, regions), (economy.sector_position, sectors))
    )
    rows = (at[:, None] * len(economy.sectors) + of).ravel()
    to_money = _billions(economy) if one.told == "amount" else 0.0
    return found.of_each_draw(partial(_change, one=one, rows=rows, to_money=to_money))


def _change(body: Body, course: Course, *, one: Compared, rows: Array, to_money: float) -> float:
    first, h = round(one.first_day / course.dt), course.dt / _YEAR
    steps = round(one.days / course.dt)
    worth = np.ones(len(rows)) if one.of == "output" else body.value_added[rows]
    normal = float((body.x[rows] * worth).sum())
    if normal <= 0:
        what = f"{one.of} of {', '.join(one.regions)} ({', '.join(one.sectors)}) is not above zero in this economy."
        raise InputError(Problem(f"run '{one.run}'", what, "Compare other regions or sectors."))
    if one.of == "value added through supply chains":
        change = -float(course.along_chains[rows].sum())
    else:
        assert course.production is not None, "kept for every draw"
        made = (course.production[first : first + steps][:, rows] * worth).sum(axis=1)
        change = float((unless_noise(normal, made) - normal).sum()) * h
    if one.told == "amount":
        return to_money * change
    over = 1.0 if one.told == "share of a year" else steps * h
    times = _YEAR / (steps * course.dt) if one.told == "share, annualised" else 1.0
    return 100 * times * change / (normal * over)


def _billions(economy: Economy) -> float:
    money = money_of(economy.unit, economy.year)
    if money is None or money.currency != "USD":
        what = f"a table in {economy.unit} has no amount in dollars."
        raise InputError(Problem("told", what, "Compare a share instead, or name a table in dollars."))
    return float(10.0**money.power / 1e9)


# -- by prices ---------------------------------------------------------------------------------------------------------


def by_prices(economy: Economy, shock: Shock) -> Responses:
    """The balance once trade has ended for good: the usual set of elasticities, then all sets and closures beside it.

    Raises InputError for a shock that is not of bans alone, KaldorError where there is no balance.
    """
    known, _ = written_out(economy, shock)
    bans = [event for event in known.events if isinstance(event, Ban)]
    if len(bans) < len(known.events):
        what = "is to be run by prices, and has events that are no bans."
        raise InputError(Problem(f"shock '{shock.id}'", what, "Run it by days, or name a shock of bans alone."))
    measure = Measure(shock.title or shock.id, cut=partial(_cut, economy, bans))
    return responses(
        economy,
        chosen(elasticity_set("central")),
        partial(together, economy, [measure]),
    )


def _cut(economy: Economy, bans: list[Ban], base: Base) -> Array:
    cut = np.ones_like(base.flows[..., :1])
    for ban in bans:
        at = [
            [economy.sector_position(name) for name in ban.products],
            [economy.region_position(name) for name in ban.destinations],
            [economy.region_position(name) for name in ban.origins],
        ]
        cut[np.ix_(*at)] *= 1 - ban.share
    return cut


def of_prices(economy: Economy, shock: Shock, found: Responses, one: Compared) -> list[float]:
    """What is asked of each set and closure, the usual one first: per cent. Raises UnknownLabelError, InputError."""
    regions = regions_of(economy, one.regions, shock.blocs, where="regions").regions
    group = [economy.region_position(region) for region in regions]
    reader = Reader(economy, found.read.million)
    return [reader.of(response, group)[_IN_PRICES[one.of]] for response in found.solved]
