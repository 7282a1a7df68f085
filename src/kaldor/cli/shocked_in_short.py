"""What a shock did in the lines that matter: what is lost, by whom, what breaks first, who pays, and how the rest is
seen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from kaldor.cli import screen
from kaldor.twin.shocks import words
from kaldor.words import NOT_MODELLED, figure

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import Console

    from kaldor.twin.shocks.run import ShockResult

_FEW: Final = 3


def print_main_lines(console: Console, result: ShockResult, region: str | None) -> None:
    """A line each for what is lost, how it comes about, how long it takes, who loses most, what breaks first, and who
    pays; then how the rest is seen. Of a region that is asked for, its own losers stand before all others."""
    lines = _prices(result, region)
    if result.not_modelled:
        lines = [words.sentence(result.not_modelled), *lines]
    else:
        lines = [*_losses(result, region), _losers(result, region), _first_short(result), *lines]
    for line in lines:
        screen.say(console, line)
    notes = {0: "", 1: " 1 note,"}.get(len(result.notes), f" {len(result.notes)} notes,")
    screen.say(console, f"--all prints{notes} every region, product and industry; --json too.")


def _losses(result: ShockResult, region: str | None) -> list[str]:
    found, money = result.summary([region] if region else None), result.economy.unit

    def of(measure: str) -> float:
        return float(found.loc[measure, "central"])

    low, high = (float(found.loc["lost_value_added", end]) for end in ("p5", "p95"))
    band = f" (5 to 95 % of draws: {figure(low)} to {figure(high)})"
    share = _percent(of("lost_value_added_share"))
    chains, made_up = figure(of("lost_along_chains")), figure(of("made_up"))
    return [
        f"Value added lost, {region or 'world'}: {figure(of('lost_value_added'))} {money}{band}, "
        f"{share} of what is normal over that time",
        f"Direct {figure(of('direct_loss'))}, along chains {chains}, made up {made_up} {money}",
        f"Final demand not delivered: {figure(of('unmet_final_demand'))} {money}",
        f"Deepest loss: {_percent(of('deepest_loss_share'))}; back to normal: {_days(of('days_to_recover'))}",
    ]


def _losers(result: ShockResult, region: str | None) -> str:
    """The industries that lose most, with what part of their year it is."""
    found = result.losers()
    if region is not None:
        found = found[found.index.get_level_values("region") == region]
    names = _names(result)
    told = [
        f"{place} {names.get(str(sector), sector)} {figure(row['central'])} "
        f"({_percent(row['share_of_year'])} of a year)"
        for (place, sector), row in found.head(_FEW).iterrows()
    ]
    return f"Lose most, {result.economy.unit}: {'; '.join(told) or 'no industry'}"


def _first_short(result: ShockResult) -> str:
    found = result.bottlenecks()
    if found.empty:
        return "Breaks first: no product runs short in the central run"
    product, row = next(iter(found.iterrows()))
    names = _names(result)
    label = " ".join(names.get(str(part), str(part)) for part in (product if isinstance(product, tuple) else [product]))
    user = f"{row['first_region']} {names.get(str(row['first_sector']), row['first_sector'])}"
    return f"Breaks first: {label}, on day {row['first_day']:.0f}; the first to halt is {user}"


def _prices(result: ShockResult, region: str | None) -> list[str]:
    """Whose final basket becomes dearer most; nothing where no price moves."""
    if not (result.prices != 0).any():
        return []
    effects = result.price_effects()
    own = effects.index == region
    shown: pd.DataFrame = effects.loc[[*effects.index[own], *effects.index[~own]]].head(_FEW)
    told = [
        f"{place} {_percent(row['basket_rise'])}, lost after windfall {figure(row['net_loss'])}"
        for place, row in shown.iterrows()
    ]
    return [
        words.dearer_for(result.shock, result.economy.regions),
        f"Final baskets dearer, {result.economy.unit} a year: {'; '.join(told)}",
    ]


def _names(result: ShockResult) -> dict[str, str]:
    return dict(zip(result.economy.sectors, result.economy.sector_names, strict=True))


def _percent(share: float) -> str:
    return NOT_MODELLED if np.isnan(share) else f"{figure(100 * share)} %"


def _days(days: float) -> str:
    if np.isnan(days):
        return NOT_MODELLED
    return words.NOT_IN_TIME if np.isinf(days) else f"{figure(days, 0)} days"
