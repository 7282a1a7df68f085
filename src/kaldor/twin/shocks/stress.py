"""The standard stress set over an economy: what a region stands to lose, on average and in the tail.

Each declared shock runs under a Latin hypercube of behaviours. Value added at risk is the region's loss over the
horizon as a share of a year's value added. The tail is the mean of the worst twentieth of runs (at least one run). The
set says how hard a region is hit by things that have happened elsewhere, not how likely they are.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from importlib.resources import files
from typing import Any

import numpy as np
import pandas as pd
from pydantic import ValidationError

from kaldor.atlas.catalogue import toml_problems
from kaldor.economy.economy import Array, Economy
from kaldor.errors import InputError, Problem
from kaldor.twin.shocks.course import Course, simulate
from kaldor.twin.shocks.events import Shock, resolved
from kaldor.twin.shocks.model import Body, prepare
from kaldor.twin.shocks.parameters import Parameters, draw
from kaldor.twin.shocks.run import in_threads
from kaldor.twin.shocks.summary import days_to_recover
from kaldor.twin.shocks.timeline import lay_out, routes_differ

RUNS = 20
STEPS = 104
WEEKLY = Parameters(dt=7.0)
HOME, ABROAD, TOP_SUPPLIER = "home", "abroad", "top-supplier"


@dataclass(frozen=True, eq=False)
class StressResult:
    """A region under the stress set.

    shocks     by shock: value_added_at_risk_mean and _tail (share of the region's yearly value added), days_to_recover
               (median, infinite beyond the horizon), world_mean (amount), note; row "all" pools the runs of all shocks
    sectors    mean and tail of the loss by sector of the region, over all runs, shares of the sector's yearly amount
    regions    mean and tail of the loss by region, over all runs, shares of each region's yearly amount
    """

    region: str
    seed: int
    shocks: pd.DataFrame
    sectors: pd.DataFrame
    regions: pd.DataFrame


@cache
def standard_shocks() -> Mapping[str, Shock]:
    """The packaged stress set by id, with the roles "home", "abroad" and "top-supplier" still in place of regions."""
    text = (files("kaldor.twin.shocks") / "stress.toml").read_text("utf-8")
    try:
        shocks = [Shock.model_validate(entry) for entry in tomllib.loads(text)["shocks"]]
    except ValidationError as error:
        raise InputError(toml_problems(error, "stress.toml")) from None
    return {shock.id: shock for shock in shocks}


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
    Raises UnknownLabelError for the region.
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
    roles = roles_of(economy, region)
    at = economy.region_position(region)
    rows: dict[str, dict[str, Any]] = {}
    pooled: list[tuple[Body, Course]] = []
    for id, declared in (standard_shocks() if shocks is None else shocks).items():
        shock = with_roles(declared, roles)
        try:
            shock = resolved(economy, shock)
        except InputError as error:
            rows[id] = {"title": declared.title, "note": f"not modelled: {error.problems[0].what}"}
            continue
        ran = _runs(economy, shock, parameters, steps, runs, seed, workers)
        pooled += ran
        rows[id] = {"title": declared.title, **_at_risk(ran, at), "note": ""}
    if pooled:
        rows["all"] = {"title": "all shocks, equally weighted", **_at_risk(pooled, at), "note": ""}
    frame = pd.DataFrame.from_dict(rows, orient="index")
    frame.index.name = "shock"
    frame.attrs.update({"region": region, "unit": "share of the region's yearly value added", "seed": seed})
    lost = np.array([course.lost_value_added for _, course in pooled]).reshape(len(pooled), economy.n)
    return StressResult(region, seed, frame, _by_sector(economy, lost, region), _by_region(economy, lost))


def roles_of(economy: Economy, region: str) -> dict[str, tuple[str, ...]]:
    """Who plays "home", "abroad" and "top-supplier" for a region. Raises UnknownLabelError."""
    here = economy.rows_of(region)
    bought = economy.sum_by_region(economy.Z[:, here].sum(axis=1))
    bought[economy.region_position(region)] = -np.inf
    abroad = tuple(other for other in economy.regions if other != region)
    if not abroad:
        raise InputError(Problem("stress", "the economy has one region only.", "Use a table of several regions."))
    return {HOME: (region,), ABROAD: abroad, TOP_SUPPLIER: (economy.regions[int(np.argmax(bought))],)}


def with_roles(shock: Shock, roles: Mapping[str, tuple[str, ...]]) -> Shock:
    """The shock with roles as blocs that stand for regions."""
    return shock.model_copy(update={"blocs": {**shock.blocs, **roles}})


def _runs(
    economy: Economy, shock: Shock, parameters: Parameters, steps: int, runs: int, seed: int, workers: int | None
) -> list[tuple[Body, Course]]:
    body = prepare(economy, parameters.priority, routes=routes_differ(shock))
    timeline = lay_out(body, shock, parameters.dt, parameters.capital_per_value_added)
    behaviours = [behaviour for _, behaviour in draw(economy, parameters, runs, seed)]
    works = [partial(simulate, body, timeline, behaviour, steps) for behaviour in behaviours]
    return [(body, course) for course in in_threads(works, workers)]


def _at_risk(ran: Sequence[tuple[Body, Course]], at: int) -> dict[str, float]:
    body = ran[0][0]
    yearly = (body.x * body.value_added).reshape(body.R, body.S).sum(axis=1)
    lost = np.array([course.lost_value_added.reshape(body.R, body.S).sum(axis=1) for _, course in ran])
    share = lost[:, at] / yearly[at]
    days = [days_to_recover(course.value_added[:, at], float(yearly[at]), course.dt) for _, course in ran]
    return {
        "value_added_at_risk_mean": float(share.mean()),
        "value_added_at_risk_tail": float(tail_mean(share)),
        "days_to_recover": float(np.sort(days)[len(days) // 2]),
        "world_mean": float(lost.sum(axis=1).mean()),
    }


def tail_mean(losses: Array, share: float = 0.05) -> Array:
    """Mean of the largest twentieth of losses (along the first axis), of at least one run."""
    worst = max(1, round(share * len(losses)))
    return np.asarray(np.sort(losses, axis=0)[-worst:].mean(axis=0))


def _by_sector(economy: Economy, lost: Array, region: str) -> pd.DataFrame:
    here = economy.rows_of(region)
    return _mean_and_tail(lost[:, here], economy.value_added[here], pd.Index(economy.sectors, name="sector"))


def _by_region(economy: Economy, lost: Array) -> pd.DataFrame:
    by_region = lost.reshape(len(lost), len(economy.regions), -1).sum(axis=2)
    return _mean_and_tail(
        by_region, economy.sum_by_region(economy.value_added), pd.Index(economy.regions, name="region")
    )


def _mean_and_tail(lost: Array, yearly: Array, index: pd.Index[Any]) -> pd.DataFrame:
    scale = np.where(yearly > 0, yearly, np.nan)
    if not len(lost):
        return pd.DataFrame({"mean": np.nan, "tail": np.nan}, index)
    return pd.DataFrame({"mean": lost.mean(axis=0) / scale, "tail": tail_mean(lost) / scale}, index)
