"""What a shock did, on the screen: the region that is asked for first, in words, with units and the period said."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

import numpy as np

from kaldor.asking import Table
from kaldor.cli import screen
from kaldor.cli.tables import print_table
from kaldor.twin.shocks import words
from kaldor.words import NOT_MODELLED, TITLES, figure

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import Console

    from kaldor.twin.shocks.run import ShockResult

_FEW: Final = 8
_PERCENT: Final = "%"
_BAND: Final = {"central": "central", "p5": "5 %", "median": "median", "p95": "95 %"}


def print_losses(console: Console, result: ShockResult, region: str | None) -> None:
    """What is lost in all, by whom, and what breaks first."""
    names = dict(zip(result.economy.sectors, result.economy.sector_names, strict=True))
    _print_summary(console, result, region)
    money = result.economy.unit
    band = {name: (title, money, 1.0) for name, title in _BAND.items()}
    direct = {"direct": ("direct", money, 1.0)}
    share = {"share": ("of the world's loss", _PERCENT, 100.0)}
    regions = _shown(_own_first(result.lost_by("region"), region), band | share | direct)
    _print(console, "Value added lost by region", regions)
    products = _shown(result.lost_by("sector").head(_FEW), band | share | direct)
    _print(console, "Value added lost by product", products, names)
    of_year = {"share_of_year": ("of its year", _PERCENT, 100.0)}
    _print(console, "Who loses most", _shown(_own_first(result.losers(), region), band | of_year | direct), names)
    _print_breaks(console, result, names)


def print_prices(console: Console, result: ShockResult, region: str | None) -> None:
    """Who pays what becomes dearer, who wins, and which prices and costs rise; nothing where none does."""
    dearer = dearest(result)
    if dearer.empty:
        return
    names = dict(zip(result.economy.sectors, result.economy.sector_names, strict=True))
    kinds = {words.SHARE: (_PERCENT, 100.0), words.MONEY: (f"{result.economy.unit} a year", 1.0)}
    heads = {name: (title, *kinds[kind]) for name, title, kind in words.BASKETS}
    effects = _shown(_own_first(result.price_effects(), region), heads)
    _print(console, "Who pays what becomes dearer, and who wins", effects)
    screen.say(console, f"{words.dearer_for(result.shock, result.economy.regions)} {words.BASKETS_ARE}")
    rise = ("dearer by", _PERCENT, 100.0)
    products = _shown(_own_first(dearer, region), {"price_rise": rise})
    _print(console, "Products of each region, dearer for its own final users", products, names)
    costs = _shown(_own_first(result.cost_rises(), region), {"cost_rise": ("costs rise by", "% of output", 100.0)})
    _print(console, "Industries whose costs rise most", costs, names)


def print_stress(console: Console, found: pd.DataFrame, region: str, unit: str) -> None:
    """What a region stands to lose under each shock of the standard set."""
    heads = {
        "value_added_at_risk_mean": ("at risk, mean", _PERCENT, 100.0),
        "value_added_at_risk_tail": ("at risk, worst twentieth", _PERCENT, 100.0),
        "world_mean": ("lost in the world, mean", unit, 1.0),
    }
    told = _shown(found, {name: head for name, head in heads.items() if name in found})
    told.insert(2, "days_to_recover", [_days(value) for value in found.get("days_to_recover", ())])
    told.attrs["units"]["days_to_recover"], told.attrs[TITLES]["days_to_recover"] = "", "days to recover, median"
    print_table(console, Table("stress", told), len(told))
    screen.say(console, f"At risk: value added lost, in % of a year's of {region}. {words.SIGNS}")
    for shock, row in found.iterrows():
        said = ": ".join(filter(None, (str(row["title"]), str(row["note"]))))
        screen.say(console, f"{shock}: {said}")


def dearest(result: ShockResult) -> pd.DataFrame:
    """Products whose prices move, by how much dearer each is for the final users of the region that makes it."""
    return result.prices[result.prices != 0].sort_values(ascending=False).to_frame()


def _print_summary(console: Console, result: ShockResult, region: str | None) -> None:
    screen.heading(console, f"What is lost: {region or 'world'}")
    found = result.summary([region] if region else None)
    shown = screen.table("measure", *_BAND.values(), "unit")
    for measure, title, kind in words.MEASURES:
        if measure in found.index and not np.isnan(float(found.loc[measure, "central"])):
            values = (_measured(float(found.loc[measure, column]), kind) for column in _BAND)
            units = {words.MONEY: result.economy.unit, words.SHARE: _PERCENT, words.DAYS: "days", words.RATIO: ""}
            screen.add_row(shown, title, *values, units[kind])
    console.print(shown)
    screen.say(console, f"Central: usual behaviour; 5 %, median, 95 %: of the draws. {words.SIGNS} {words.SAME_LOSS}")


def _measured(value: float, kind: str) -> str:
    if kind == words.DAYS:
        return _days(value)
    return figure(100.0 * value if kind == words.SHARE else value)


def _days(value: float) -> str:
    if np.isnan(value):
        return NOT_MODELLED
    return words.NOT_IN_TIME if np.isinf(value) else figure(value, 0)


def _print_breaks(console: Console, result: ShockResult, names: Mapping[str, str]) -> None:
    found = result.bottlenecks()
    if found.empty:
        screen.heading(console, "What breaks first")
        screen.say(console, words.NOTHING_BREAKS)
        return
    heads = {
        "first_day": ("day", "from the start", 1.0),
        "first_region": ("first user to halt", "", None),
        "first_sector": ("its industry", "", None),
        "lost_supplier": ("supplier missed most", "", None),
        "users_cut": ("industries that halt", "", 1.0),
        "lost_value_added": ("value added lost by its lack", result.economy.unit, 1.0),
        "in_runs": ("runs short in", "% of runs", 100.0),
    }
    told = _shown(found.head(_FEW), heads)
    told["users_cut"] = found["users_cut"].head(_FEW).astype(int)
    told["lost_supplier"] = told["lost_supplier"].replace("", "all alike")
    _print(console, "What breaks first", told, names)


def _own_first(frame: pd.DataFrame, region: str | None) -> pd.DataFrame:
    """A few rows of a ranking: those of the region that is asked for first, of which at most half, then the largest."""
    if region is None:
        return frame.head(_FEW)
    own = frame.index.get_level_values("region") == region
    first = frame[own].head(_FEW // 2)
    rest = frame[~own].head(_FEW - len(first))
    return type(frame)(frame.loc[[*first.index, *rest.index]])


def _shown(frame: pd.DataFrame, heads: Mapping[str, tuple[str, str, float | None]]) -> pd.DataFrame:
    """Some columns under words, in units that are said; a factor of None leaves a column as it is."""
    told = frame[list(heads)].copy()
    for name, (_, _, factor) in heads.items():
        if factor is not None:
            told[name] = factor * told[name].astype(float)
    told.attrs = {
        "units": {name: unit for name, (_, unit, _) in heads.items()},
        TITLES: {name: title for name, (title, _, _) in heads.items()},
    }
    return told


def _print(console: Console, title: str, frame: pd.DataFrame, names: Mapping[str, str] | None = None) -> None:
    screen.heading(console, title)
    print_table(console, Table("shock", frame), len(frame), names=names)
