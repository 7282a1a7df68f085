"""A shock on an economy, with a band: the question `kaldor twin shock` asks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from threading import Lock
from typing import Any

import numpy as np
import pandas as pd

from kaldor import bounds
from kaldor.atlas.memory import refuse_beyond_memory
from kaldor.digits import unless_noise
from kaldor.economy.economy import Economy
from kaldor.economy.labelled import RATIO, Shown, Table, labelled
from kaldor.twin.shocks import RUNS
from kaldor.twin.shocks.body import Body, prepare
from kaldor.twin.shocks.course import Course
from kaldor.twin.shocks.draws import draw
from kaldor.twin.shocks.events import HONESTY, Price, Shock, written_out
from kaldor.twin.shocks.idle import refuse_without_value_added
from kaldor.twin.shocks.parameters import Parameters, behaviour_of
from kaldor.twin.shocks.parts import with_parts
from kaldor.twin.shocks.price_effects import Height, basket_frame, costs_frame, height_of, home_prices
from kaldor.twin.shocks.ranges import RANGES
from kaldor.twin.shocks.said import said_of
from kaldor.twin.shocks.side_by_side import bytes_of_a_shock, parts_of, run_all
from kaldor.twin.shocks.summary import (
    STATISTICS,
    Level,
    bottlenecks_frame,
    losers_frame,
    lost_by_frame,
    quantiles,
    summary_frame,
)
from kaldor.twin.shocks.timeline import groups_of_buyers, lay_out

PRICE_ONLY = "price-only: no volume moves"
WITHOUT_RESPONSE = (
    "volumes: not moved, and losses not modelled: only prices change, and no elasticity is given by which anybody "
    "would buy less. Give the event an `elasticity` with its `source`."
)


@dataclass(frozen=True, eq=False, repr=False)
class ShockResult(Shown):
    """What a shock did, with bands over the behavioural parameters. Rates are per year, in the table's unit.

    economy       the economy that was simulated (with the shock's parts split off)
    shock         with labels written out, and in its note what `notes` say
    notes         what must be said of the names (members of blocs that the economy does not show) and of the inputs
    honesty       class of honesty of each event, in order
    value_added   days × region of the central run, and `production` days × (region, sector)
    unmet         final demand not delivered, days × (region, product), central run
    stocks        stock of each product over its target, days × product, central run
    bands         value added over normal, days × (region or "world", statistic) over the drawn runs
    prices        rise of each product's price for its own region's final users, share, at the height of price events
    runs          the parameters of each drawn run and its world loss
    """

    economy: Economy
    shock: Shock
    parameters: Parameters
    seed: int
    honesty: tuple[str, ...]
    value_added: pd.DataFrame
    production: pd.DataFrame
    unmet: pd.DataFrame
    stocks: pd.DataFrame
    bands: pd.DataFrame
    prices: pd.Series
    runs: pd.DataFrame
    notes: tuple[str, ...]
    _body: Body = field(repr=False)
    _height: Height = field(repr=False)
    _central: Course = field(repr=False)
    _courses: tuple[Course, ...] = field(repr=False)

    def in_a_line(self) -> str:
        """Which shock, over how long."""
        days, name = len(self.value_added) * self.parameters.dt, self.shock.title or self.shock.id
        return f"{name}: {days:g} days, {len(self.runs)} draws of behaviour, seed {self.seed}"

    def main_table(self) -> pd.DataFrame:
        """What the world loses."""
        return self.summary()[["central", "p5", "p95", "unit"]]

    def summary(self, regions: Sequence[str] | None = None) -> pd.DataFrame:
        """Losses and time to recover of some regions (the world without any): central, min … max, unit.

        Rows as in `kaldor.twin.shocks.summary.losses`; gross output is not GDP. NaN where no loss is modelled, for
        the reason in `attrs["not_modelled"]`. Raises UnknownLabelError.
        """
        found = summary_frame(self._body, self._central, self._courses, regions)
        if self.not_modelled:
            found[["central", *STATISTICS]] = np.nan
            found.attrs["not_modelled"] = self.not_modelled
        return found

    def losers(self) -> pd.DataFrame:
        """Who loses most: value added lost by (region, sector), largest first, with the spread over runs."""
        return self._modelled(losers_frame(self._body, self._central, self._courses))

    def lost_by(self, level: Level) -> pd.DataFrame:
        """Value added lost by region, or by product over all regions, largest first: central, min … max, share, direct.

        `share` is that of the world's central loss.
        """
        return self._modelled(lost_by_frame(self._body, self._central, self._courses, level))

    def of_each_draw(self, read: Callable[[Body, Course], float]) -> list[float]:
        """What is read of each drawn run, in order; of the central one where none is drawn."""
        return [read(self._body, course) for course in self._courses]

    @property
    def not_modelled(self) -> str:
        """Why nothing is said of losses, in a sentence: all that happens are prices to which nobody responds."""
        return "" if any(honesty != PRICE_ONLY for honesty in self.honesty) else WITHOUT_RESPONSE

    def _modelled(self, frame: pd.DataFrame) -> pd.DataFrame:
        """A ranking of losses; without rows where none is modelled."""
        return frame.iloc[:0] if self.not_modelled else frame

    def price_effects(self) -> pd.DataFrame:
        """What price events cost each region's final users and bring its sellers (`price_effects.basket_frame`)."""
        return basket_frame(self._body, self._height)

    def cost_rises(self) -> pd.DataFrame:
        """By how much the costs of each industry rise at the height of price events, dearest first."""
        return costs_frame(self._body, self._height)

    def bottlenecks(self) -> pd.DataFrame:
        """What breaks first: products by the day on which their stocks first stop a user."""
        return bottlenecks_frame(self._body, self._central, self._courses)


def run_shock(
    economy: Economy,
    shock: Shock,
    parameters: Parameters | None = None,
    *,
    steps: int = 365,
    bands: int = RUNS,
    seed: int = 1,
    keep: int = 1,
    workers: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> ShockResult:
    """What a shock does to an economy over `steps` steps of `parameters.dt` days, with a band of `bands` runs.

    The band is a Latin hypercube over the behavioural parameters' ranges (`ranges.RANGES`), drawn with `seed`; the
    central run stands beside it. The first `keep` of all runs hold what each industry makes by step, the central one
    before all. `workers` threads share the runs; `progress` is told how many of how many steps are done.
    Raises InputError (counts out of bounds, unknown labels, stocks shorter than a step, typed parts that cannot be),
    UnknownLabelError.
    Sources: Hallegatte (2008), Risk Analysis 28(3); Hallegatte (2013), Risk Analysis 34(1); Guan et al. (2020), Nature
    Human Behaviour 4.
    """
    bounds.check("run_shock", steps=(steps, bounds.STEPS), bands=(bands, bounds.RUNS_BESIDE), seed=(seed, bounds.SEED))
    parameters = parameters or Parameters()
    refuse_without_value_added(economy, "shock")
    economy = with_parts(economy, shock.parts)
    shock, notes = written_out(economy, shock)
    central_behaviour = behaviour_of(economy, parameters)
    groups = groups_of_buyers(economy, shock, central_behaviour.stock_days)
    body = prepare(economy, parameters.priority, groups=groups)
    timeline = lay_out(body, shock, parameters.dt, parameters.capital_per_value_added)
    height = height_of(body, timeline)
    notes = (*notes, *filter(None, [height.said]))
    refuse_beyond_memory(
        bytes_of_a_shock(body, timeline, steps, bands + 1, keep),
        f"shock '{shock.id}'",
        f"a simulation of {steps:,} steps, {bands + 1:,} times, of {economy.n:,} industries",
        "Take fewer steps or draws, or aggregate the table.",
    )
    drawn = draw(economy, parameters, bands, seed)
    notes = (*notes, *said_of(economy, parameters, drawn))
    behaviours = [central_behaviour, *(behaviour for _, behaviour in drawn)]
    stepped = _counted(progress, steps * len(parts_of(body, timeline, behaviours))) if progress else None
    kept = max(1, keep)
    central, *drawn_courses = run_all(body, timeline, behaviours, steps, keep=kept, workers=workers, stepped=stepped)
    courses = tuple(drawn_courses) or (central,)
    day = pd.Index(np.arange(steps) * parameters.dt, name="day")
    regions = pd.Index(economy.regions, name="region")
    products = pd.Index(economy.sectors, name="product")
    predicted = partial(_predicted, economy)
    a_year = partial(predicted, unit=f"{economy.unit} a year")
    kept_unmet = np.asarray(central.unmet_by_step).transpose(0, 2, 1).reshape(steps, -1)
    return ShockResult(
        economy=economy,
        shock=shock.model_copy(update={"note": " ".join(filter(None, (shock.note, *notes)))}),
        parameters=parameters,
        seed=seed,
        honesty=tuple(honesty_of(event) for event in shock.events),
        value_added=a_year(pd.DataFrame(central.value_added, day, regions)),
        production=a_year(pd.DataFrame(central.production, day, economy.index)),
        unmet=a_year(pd.DataFrame(kept_unmet, day, pd.MultiIndex.from_product([regions, products]))),
        stocks=predicted(pd.DataFrame(central.stocks, day, products), "ratio to the target"),
        bands=predicted(_bands(body, courses, day), "ratio to normal"),
        prices=predicted(home_prices(body, height), "share of the price before"),
        runs=predicted(
            pd.DataFrame([values for values, _ in drawn]).assign(
                lost_value_added=[float(course.lost_value_added.sum()) for course in courses]
            ),
            {"lost_value_added": economy.unit} | {one.name: one.unit or RATIO for one in RANGES},
        ),
        notes=notes,
        _body=body,
        _height=height,
        _central=central,
        _courses=courses,
    )


def _predicted(economy: Economy, table: Table, unit: str | Mapping[str, str]) -> Table:
    return labelled(table, economy, unit, status="predicted")


def honesty_of(event: Any) -> str:
    """Class of honesty of an event: whether the table carries it or an assumed effect enters."""
    if isinstance(event, Price) and not event.elasticity:
        return PRICE_ONLY
    return HONESTY[event.kind]


def _counted(progress: Callable[[int, int], None], total: int) -> Callable[[], None]:
    """What to call after each of `total` steps, from any thread, so that progress is told how many are done."""
    lock, done = Lock(), count(1)

    def stepped() -> None:
        with lock:
            progress(next(done), total)

    return stepped


def _bands(body: Body, courses: Sequence[Course], day: pd.Index[Any]) -> pd.DataFrame:
    """Value added over normal, days × (region, statistic), the world first."""
    normal = (body.x * body.value_added).reshape(body.R, body.S).sum(axis=1)
    paths = np.array([course.value_added for course in courses])
    world = paths.sum(axis=2, keepdims=True) / normal.sum()
    relative = np.concatenate([world, paths / np.where(normal != 0, normal, np.nan)], axis=2)
    found = quantiles(unless_noise(1.0, relative))
    columns = pd.MultiIndex.from_product([("world", *body.economy.regions), STATISTICS], names=["region", "statistic"])
    return pd.DataFrame(np.moveaxis(found, 0, 2).reshape(len(day), -1), day, columns)
