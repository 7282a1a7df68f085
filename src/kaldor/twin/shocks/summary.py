"""What a shock did, in the figures that are asked for: losses, time to recover, who loses most, what broke first.

Losses of value added are losses of GDP at basic prices; losses of gross output count a product again at each stage of a
chain and are many times larger. Both are given, and never added to capital destroyed, which is a stock.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import pandas as pd

from kaldor.digits import largest_first, unless_noise
from kaldor.economy.economy import Array
from kaldor.economy.labelled import OF_EACH_ROW, SHARE, labelled
from kaldor.twin.shocks.body import Body
from kaldor.twin.shocks.course import Course

STATISTICS = ("min", "p5", "median", "p95", "max")
PICKS = (0.0, 0.05, 0.5, 0.95, 1.0)
Level = Literal["region", "sector"]
TOLERANCE = 0.001


def days_to_recover(value_added: Array, normal: float, dt: float, tolerance: float = TOLERANCE) -> float:
    """Days from the start after which value added stays within `tolerance` of normal (or above); 0 if it never left.

    `value_added` (steps) and `normal` are rates. Infinite if the last step is still below.
    """
    below = np.flatnonzero(value_added < normal * (1 - tolerance))
    if not len(below):
        return 0.0
    return float(np.inf) if below[-1] == len(value_added) - 1 else float((below[-1] + 1) * dt)


def losses(body: Body, course: Course, regions: Sequence[str] | None = None) -> dict[str, float]:
    """The figures of one run, for some regions or the world; units as in `units`.

    Who else pays stands beside some regions: unmet final demand elsewhere, and the direct loss elsewhere, which of a
    ban is the sender's own. Indirect over direct is the world's alone, since a region that only loses a foreign
    supplier has no direct loss. Lost value added is the direct loss and what is lost along chains, less what is
    made up; the indirect loss is the net of the latter two. Without value added above zero there are no shares of it
    and nothing to recover: these are NaN.
    """
    economy = body.economy
    at = [economy.region_position(region) for region in (economy.regions if regions is None else regions)]
    rows = (np.array(at)[:, None] * body.S + np.arange(body.S)).ravel()
    normal = float((body.x * body.value_added)[rows].sum())
    years = len(course.value_added) * course.dt / 365.0
    total, direct = float(course.lost_value_added[rows].sum()), float(course.direct_value_added[rows].sum())
    path = unless_noise(normal, course.value_added[:, at].sum(axis=1))
    something, part = normal > 0, len(at) < body.R
    elsewhere = {
        "direct_loss_elsewhere": float(course.direct_value_added.sum()) - direct,
        "unmet_final_demand_elsewhere": float(course.unmet.sum() - course.unmet[:, at].sum()),
    }
    of_the_world = {"indirect_per_direct": (total - direct) / direct if direct > 0 else np.nan}
    return {
        "lost_value_added": total,
        "lost_value_added_share": total / (normal * years) if something else np.nan,
        "direct_loss": direct,
        "indirect_loss": total - direct,
        "lost_along_chains": float(course.along_chains[rows].sum()),
        "made_up": float(course.made_up[rows].sum()),
        "lost_gross_output": float(course.lost_output[rows].sum()),
        "unmet_final_demand": float(course.unmet[:, at].sum()),
        **(elsewhere if part else of_the_world),
        "deepest_loss_share": float(max(0.0, 1 - path.min() / normal)) if something else np.nan,
        "days_to_recover": days_to_recover(path, normal, course.dt) if something else np.nan,
    }


def units(currency: str) -> dict[str, str]:
    """Unit of each figure of `losses`."""
    return {
        "lost_value_added": currency,
        "lost_value_added_share": "share of normal value added over the simulated time",
        "direct_loss": f"{currency} of value added",
        "indirect_loss": f"{currency} of value added, net of what is made up",
        "lost_along_chains": f"{currency} of value added",
        "made_up": f"{currency} of value added",
        "direct_loss_elsewhere": f"{currency} of value added",
        "indirect_per_direct": "ratio",
        "lost_gross_output": f"{currency} of gross output (not GDP)",
        "unmet_final_demand": currency,
        "unmet_final_demand_elsewhere": currency,
        "deepest_loss_share": "share of normal value added, worst step",
        "days_to_recover": "days from the start",
    }


def quantiles(values: Sequence[Array] | Array, at: Sequence[float] = PICKS) -> Array:
    """Smallest, 5 %, median, 95 % and largest of what runs gave, along the first axis (`at` says others).

    As `np.quantile`, but what lies between a time and an infinite one is infinite.
    """
    runs = np.asarray(values, dtype=float)
    low, high = (np.quantile(runs, at, axis=0, method=method) for method in ("lower", "higher"))
    with np.errstate(invalid="ignore"):
        between = np.quantile(runs, at, axis=0)
    return np.where(low == high, low, np.where(np.isinf(high), high, between))


def median(values: Sequence[float] | Array) -> float:
    """The middle of what runs gave, by the same rule."""
    return float(quantiles(np.asarray(values, dtype=float), [0.5])[0])


def spread(values: Sequence[float] | Array) -> dict[str, float]:
    """Smallest, 5 %, median, 95 % and largest of what runs gave, of those that gave a figure."""
    given = np.asarray(values, dtype=float)
    given = given[~np.isnan(given)]
    if not len(given):
        return dict.fromkeys(STATISTICS, np.nan)
    return {name: float(value) for name, value in zip(STATISTICS, quantiles(given), strict=True)}


def summary_frame(
    body: Body, central: Course, courses: Sequence[Course], regions: Sequence[str] | None
) -> pd.DataFrame:
    """Figures of `losses` (rows) of the central run beside the spread over the drawn ones (columns), and units."""
    middle = losses(body, central, regions)
    runs = [losses(body, course, regions) for course in courses]
    rows = {name: {"central": value, **spread([run[name] for run in runs])} for name, value in middle.items()}
    frame = pd.DataFrame.from_dict(rows, orient="index")
    frame.index.name = "measure"
    frame["unit"] = pd.Series(units(body.economy.unit))
    return labelled(frame, body.economy, OF_EACH_ROW, status="predicted")


def losers_frame(body: Body, central: Course, courses: Sequence[Course]) -> pd.DataFrame:
    """Value added lost by (region, sector), largest central loss first, with the spread and the share of a year's.

    Columns: central, min … max in the table's unit, share_of_year, direct (central).
    """
    lost = np.array([course.lost_value_added for course in courses])
    frame = pd.DataFrame({"central": central.lost_value_added}, index=body.economy.index)
    frame[list(STATISTICS)] = quantiles(lost).T
    yearly = body.x * body.value_added
    frame["share_of_year"] = np.divide(central.lost_value_added, yearly, out=np.zeros(body.n), where=np.abs(yearly) > 0)
    frame["direct"] = central.direct_value_added
    by_column = dict.fromkeys(map(str, frame.columns), body.economy.unit) | {"share_of_year": SHARE, "share": SHARE}
    ordered_frame = frame.iloc[largest_first(central.lost_value_added)].copy()
    return labelled(ordered_frame, body.economy, by_column, status="predicted")


def lost_by_frame(body: Body, central: Course, courses: Sequence[Course], level: Level) -> pd.DataFrame:
    """Value added lost by region, or by sector over all regions, largest central loss first.

    Columns: central, min … max in the table's unit, share (of the world's central loss), direct (central).
    """
    over, labels = (1, body.economy.regions) if level == "region" else (0, body.economy.sectors)

    def added(values: Array) -> Array:
        return np.asarray(values.reshape(body.R, body.S).sum(axis=over))

    frame = pd.DataFrame({"central": added(central.lost_value_added)}, index=pd.Index(labels, name=level))
    frame[list(STATISTICS)] = quantiles([added(course.lost_value_added) for course in courses]).T
    total = frame["central"].sum()
    frame["share"] = frame["central"] / total if total else np.nan
    frame["direct"] = added(central.direct_value_added)
    by_column = dict.fromkeys(map(str, frame.columns), body.economy.unit) | {"share_of_year": SHARE, "share": SHARE}
    ordered_frame = frame.iloc[largest_first(frame["central"].to_numpy())].copy()
    return labelled(ordered_frame, body.economy, by_column, status="predicted")


def bottlenecks_frame(body: Body, central: Course, courses: Sequence[Course]) -> pd.DataFrame:
    """What breaks first: products whose stocks ran short in the central run, by the day on which the first user halts.

    Columns: first_day, first_region and first_sector (the user that made most among those cut on that day),
    lost_supplier (the one whose own customers lacked most of the product, or none), users_cut, lost_value_added (lost
    while this product was the limit) and in_runs (share of draws in which it ran short).
    """
    economy = body.economy
    rows = []
    size = body.x * body.value_added
    in_runs = np.mean([course.halted_by > 0 for course in courses], axis=0)
    for s in range(body.S):
        users = np.flatnonzero(central.short_of == s)
        if not len(users):
            continue
        first = central.short_from[users].min()
        leading = users[central.short_from[users] == first]
        user = leading[largest_first(size[leading])[0]]
        rows.append(
            {
                "product": economy.sectors[s],
                "first_day": first * central.dt,
                "first_region": economy.regions[user // body.S],
                "first_sector": economy.sectors[user % body.S],
                "lost_supplier": economy.regions[int(central.missing[s].argmax())] if central.missing[s].any() else "",
                "users_cut": len(users),
                "lost_value_added": central.halted_by[s],
                "in_runs": in_runs[s],
            }
        )
    by_column = {
        "first_day": "day from the start",
        "first_region": "",
        "first_sector": "",
        "lost_supplier": "",
        "users_cut": "industries",
        "lost_value_added": economy.unit,
        "in_runs": SHARE,
    }
    frame = pd.DataFrame(rows, columns=["product", *by_column])
    frame = frame.iloc[largest_first(frame["lost_value_added"].to_numpy(float))].sort_values("first_day", kind="stable")
    return labelled(frame.set_index("product"), economy, by_column, status="predicted")
