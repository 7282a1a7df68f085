"""The standard stress set over an economy: what a region stands to lose, on average and in the tail.

Each declared shock runs under a Latin hypercube of behaviours. Value added at risk is the region's loss over the
horizon as a share of a year's value added. The tail is the mean of the worst twentieth of runs (at least one run). The
set says how hard a region is hit by things that have happened elsewhere, not how likely they are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from kaldor import bounds
from kaldor.declared import DeclaredFile, read_packaged
from kaldor.digits import largest_first
from kaldor.economy.economy import Array, Economy
from kaldor.economy.labelled import Shown, labelled
from kaldor.errors import InputError, Problem
from kaldor.twin.shocks.body import Body, prepare
from kaldor.twin.shocks.course import Course
from kaldor.twin.shocks.draws import draw
from kaldor.twin.shocks.events import Shock, resolved
from kaldor.twin.shocks.idle import refuse_without_value_added
from kaldor.twin.shocks.parameters import Parameters, behaviour_of
from kaldor.twin.shocks.said import said_of
from kaldor.twin.shocks.side_by_side import run_all
from kaldor.twin.shocks.summary import days_to_recover, median
from kaldor.twin.shocks.timeline import groups_of_buyers, lay_out

RUNS = 20
STEPS = 104
WEEKLY = Parameters(dt=7.0)
HOME, ABROAD, TOP_SUPPLIER = "home", "abroad", "top-supplier"


@dataclass(frozen=True, eq=False, repr=False)
class StressResult(Shown):
    """A region under the stress set.

    shocks     by shock: value_added_at_risk_mean and _tail (share of the region's yearly value added), days_to_recover
               (median, infinite beyond the horizon), world_mean (amount), note; row "all" pools the runs of all shocks
    sectors    mean and tail of the loss by sector of the region, over all runs, shares of the sector's yearly amount
    regions    mean and tail of the loss by region, over all runs, shares of each region's yearly amount
    runs       every run, by (shock, run): value_added_at_risk and days_to_recover; a run's number names its behaviour,
               the same under every shock and, with the same seed, on every economy of the same sectors
    horizon    days that were simulated
    notes      what must be said of the behaviours: whose facts of goods, what was typed, which stocks a step lengthened
    """

    region: str
    seed: int
    shocks: pd.DataFrame
    sectors: pd.DataFrame
    regions: pd.DataFrame
    runs: pd.DataFrame
    horizon: float
    notes: tuple[str, ...] = ()

    def in_a_line(self) -> str:
        """Whose stress test."""
        return f"{self.region} under {len(self.shocks)} shocks over {self.horizon:g} days, seed {self.seed}"

    def main_table(self) -> pd.DataFrame:
        """Value added at risk by shock."""
        return self.shocks.drop(columns="title")

    @property
    def not_modelled(self) -> dict[str, str]:
        """The shocks that the economy cannot carry, and why."""
        notes = self.shocks["note"]
        return dict(notes[notes != ""])


class _Set(DeclaredFile):
    shocks: tuple[Shock, ...]


@cache
def standard_shocks() -> Mapping[str, Shock]:
    """The packaged stress set by id, with the roles "home", "abroad" and "top-supplier" still in place of regions."""
    return {shock.id: shock for shock in read_packaged(_Set, "kaldor.twin.shocks", "stress.toml").shocks}


def stress_test(
    economy: Economy,
    region: str,
    *,
    parameters: Parameters = WEEKLY,
    steps: int = STEPS,
    runs: int = RUNS,
    seed: int = 1,
    workers: int | None = None,
) -> pd.DataFrame:
    """Value added at risk (mean and tail) and days to recover of a region, by shock of the standard set and in all.

    As `stress(...).shocks`. A shock whose sectors the economy does not declare reads "not modelled" in `note`.
    Raises UnknownLabelError for the region; InputError where it has no value added.
    """
    return stress(economy, region, parameters=parameters, steps=steps, runs=runs, seed=seed, workers=workers).shocks


def stress(
    economy: Economy,
    region: str,
    *,
    shocks: Mapping[str, Shock] | None = None,
    parameters: Parameters = WEEKLY,
    steps: int = STEPS,
    runs: int = RUNS,
    seed: int = 1,
    workers: int | None = None,
) -> StressResult:
    """A region under a set of shocks (by default the standard one), each with `runs` behaviours drawn by `seed`."""
    bounds.check("stress", steps=(steps, bounds.STEPS), runs=(runs, bounds.RUNS), seed=(seed, bounds.SEED))
    roles = roles_of(economy, region)
    refuse_without_value_added(economy, "stress", [region])
    at = economy.region_position(region)
    rows: dict[str, dict[str, Any]] = {}
    pooled: list[tuple[Body, Course]] = []
    by_run: dict[tuple[str, int], dict[str, float]] = {}
    bodies = _Bodies(economy, parameters)
    for id, declared in (standard_shocks() if shocks is None else shocks).items():
        shock = with_roles(declared, roles)
        try:
            shock = resolved(economy, shock)
        except InputError as error:
            rows[id] = {"title": declared.title, "note": f"not modelled: {error.problems[0].what}"}
            continue
        ran = _runs(bodies, shock, parameters, steps, runs, seed, workers)
        pooled += ran
        by_run |= {(id, number): one for number, one in enumerate(_each(ran, at))}
        rows[id] = {"title": declared.title, **_at_risk(ran, at), "note": ""}
    if pooled:
        rows["all"] = {"title": "all shocks, equally weighted", **_at_risk(pooled, at), "note": ""}
    frame = pd.DataFrame.from_dict(rows, orient="index")
    frame.index.name = "shock"
    frame.attrs.update({"region": region, "seed": seed})
    lost = np.array([course.lost_value_added for _, course in pooled]).reshape(len(pooled), economy.n)
    return StressResult(
        region=region,
        seed=seed,
        shocks=_labelled(frame, economy, region),
        sectors=_labelled(_by_sector(economy, lost, region), economy, "the sector"),
        regions=_labelled(_by_region(economy, lost), economy, "the region"),
        runs=_labelled(_runs_frame(by_run), economy, region),
        horizon=steps * parameters.dt,
        notes=said_of(economy, parameters, draw(economy, parameters, runs, seed)),
    )


def _labelled(frame: pd.DataFrame, economy: Economy, whose: str) -> pd.DataFrame:
    at_risk = f"share of the yearly value added of {whose}"
    units = {"title": "", "note": "", "days_to_recover": "days from the start", "world_mean": economy.unit}
    return labelled(
        frame, economy, {name: units.get(name, at_risk) for name in map(str, frame.columns)}, status="predicted"
    )


def roles_of(economy: Economy, region: str) -> dict[str, tuple[str, ...]]:
    """Who plays "home", "abroad" and "top-supplier" for a region. Raises UnknownLabelError."""
    here = economy.rows_of(region)
    bought = economy.sum_by_region(economy.Z[:, here].sum(axis=1))
    bought[economy.region_position(region)] = -np.inf
    abroad = tuple(other for other in economy.regions if other != region)
    if not abroad:
        raise InputError(Problem("stress", "the economy has one region only.", "Use a table of several regions."))
    return {HOME: (region,), ABROAD: abroad, TOP_SUPPLIER: (economy.regions[largest_first(bought)[0]],)}


def with_roles(shock: Shock, roles: Mapping[str, tuple[str, ...]]) -> Shock:
    """The shock with roles as blocs that stand for regions."""
    return shock.model_copy(update={"blocs": {**shock.blocs, **roles}})


class _Bodies:
    """An economy laid out for simulation, once for all shocks that tell the same buyers apart."""

    def __init__(self, economy: Economy, parameters: Parameters) -> None:
        self.economy, self._parameters = economy, parameters
        self._stock_days = behaviour_of(economy, parameters).stock_days
        self._made: dict[tuple[int, ...], Body] = {}

    def of(self, shock: Shock) -> Body:
        """The layout that a shock needs."""
        groups = tuple(groups_of_buyers(self.economy, shock, self._stock_days).tolist())
        if groups not in self._made:
            self._made[groups] = prepare(self.economy, self._parameters.priority, groups=groups)
        return self._made[groups]


def _runs(
    bodies: _Bodies, shock: Shock, parameters: Parameters, steps: int, runs: int, seed: int, workers: int | None
) -> list[tuple[Body, Course]]:
    body = bodies.of(shock)
    timeline = lay_out(body, shock, parameters.dt, parameters.capital_per_value_added)
    behaviours = [behaviour for _, behaviour in draw(bodies.economy, parameters, runs, seed)]
    return [(body, course) for course in run_all(body, timeline, behaviours, steps, workers=workers)]


def _each(ran: Sequence[tuple[Body, Course]], at: int) -> list[dict[str, float]]:
    """What each run cost a region (share of a year's value added) and how many days it took to recover."""
    body = ran[0][0]
    yearly = float((body.x * body.value_added).reshape(body.R, body.S).sum(axis=1)[at])
    return [
        {
            "value_added_at_risk": float(course.lost_value_added.reshape(body.R, body.S)[at].sum()) / yearly,
            "days_to_recover": days_to_recover(course.value_added[:, at], yearly, course.dt),
        }
        for _, course in ran
    ]


def _runs_frame(by_run: Mapping[tuple[str, int], Mapping[str, float]]) -> pd.DataFrame:
    columns = ["value_added_at_risk", "days_to_recover"]
    index = pd.MultiIndex.from_tuples(list(by_run), names=["shock", "run"]) if by_run else None
    return pd.DataFrame([dict(one) for one in by_run.values()], index, columns, dtype=float)


def _at_risk(ran: Sequence[tuple[Body, Course]], at: int) -> dict[str, float]:
    each = _each(ran, at)
    share = np.array([one["value_added_at_risk"] for one in each])
    return {
        "value_added_at_risk_mean": float(share.mean()),
        "value_added_at_risk_tail": float(tail_mean(share)),
        "days_to_recover": median([one["days_to_recover"] for one in each]),
        "world_mean": float(np.mean([course.lost_value_added.sum() for _, course in ran])),
    }


def tail_mean(losses: Array, share: float = 0.05) -> Array:
    """Mean of the largest twentieth of losses (along the first axis), of at least one run."""
    worst = max(1, round(share * len(losses)))
    return np.asarray(np.sort(losses, axis=0)[-worst:].mean(axis=0))


def _by_sector(economy: Economy, lost: Array, region: str) -> pd.DataFrame:
    here = economy.rows_of(region)
    return _mean_and_tail(lost[:, here], economy.value_added[here], pd.Index(economy.sectors, name="sector"))


def _by_region(economy: Economy, lost: Array) -> pd.DataFrame:
    by_region = lost.reshape(len(lost), len(economy.regions), len(economy.sectors)).sum(axis=2)
    return _mean_and_tail(
        by_region, economy.sum_by_region(economy.value_added), pd.Index(economy.regions, name="region")
    )


def _mean_and_tail(lost: Array, yearly: Array, index: pd.Index[Any]) -> pd.DataFrame:
    scale = np.where(yearly > 0, yearly, np.nan)
    if not len(lost):
        return pd.DataFrame({"mean": np.nan, "tail": np.nan}, index)
    return pd.DataFrame({"mean": lost.mean(axis=0) / scale, "tail": tail_mean(lost) / scale}, index)
