"""The measures of where a country stands, each where the table and its extensions hold what it needs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from kaldor.atlas.ids import STARTER
from kaldor.atlas.money import money_of
from kaldor.brief.units import PERCENT
from kaldor.economy.competitiveness import sold_abroad

if TYPE_CHECKING:
    from kaldor.economy.economy import Array, Economy

MANUFACTURING: Final = "manufacturing"
HEADS: Final = 2
"""Digits of what is told per head: inhabitants are facts typed to three, so that a third digit may be wrong."""
_LABOUR: Final = "labour_income"
_TONNES: Final = {"kt CO2": 1e3, "Mt CO2": 1e6, "t CO2": 1.0}


@dataclass(frozen=True)
class Measure:
    """One measure: what it is called, its unit, its method, and whether prices of two years can be told apart in it.

    `of` gives a value for each region, NaN where there is none; None where the table lacks what it needs.
    """

    id: str
    title: str
    unit: str
    method: str
    of: Callable[[Economy, str], Array | None]
    over_years: bool = True
    extension: bool = False
    digits: int = 0
    """Significant digits that its figures are known to; 0: as many as a brief shows."""


def measures(economy: Economy) -> tuple[Measure, ...]:
    """All measures, with the units of an economy's money."""
    money = money_of(economy.unit, year=0)
    coin = money.title if money else economy.unit
    return (
        Measure(
            "co2-per-head", "CO₂ emitted per head", "t CO₂", "per-head", _co2_per_head, extension=True, digits=HEADS
        ),
        Measure(
            "co2-per-money",
            f"CO₂ emitted per {coin} of value added",
            "kg CO₂",
            "per-money",
            _co2_per_money,
            over_years=False,
            extension=True,
        ),
        Measure(
            "value-added-per-head",
            "Value added per head",
            f"thousand {coin}",
            "per-head",
            _value_added_per_head,
            over_years=False,
            digits=HEADS,
        ),
        Measure("manufacturing-share", "Manufacturing in value added", PERCENT, "share-of-country", _manufacturing),
        Measure("exports-share", "Exports over value added", PERCENT, "share-of-country", _exports),
        Measure("market-share", "Share of the world’s exports of manufactures", PERCENT, "market-share", _market),
        Measure(
            "unit-labour-cost",
            "Labour income in manufacturing’s output",
            PERCENT,
            "share-of-country",
            _labour_cost,
        ),
    )


def people(economy_id: str) -> Mapping[str, float]:
    """Inhabitants by region, where the data say: of the starter world, whose facts hold them."""
    if economy_id != STARTER:
        return {}
    from kaldor.economy.starter.declared import starter_sheets

    facts = {code: sheet.facts.population for code, sheet in starter_sheets().items()}
    return {code: fact.value * 1e6 for code, fact in facts.items() if fact is not None}


def _heads(economy: Economy) -> Array | None:
    known = people(STARTER) if economy.source.id == _starter_source() else {}
    return np.array([known.get(region, np.nan) for region in economy.regions]) if known else None


def _starter_source() -> str:
    from kaldor.economy.starter import starter_world

    return starter_world().source.id


def _by_region(economy: Economy, values: Array) -> Array:
    return np.asarray(values.reshape(len(economy.regions), -1).sum(axis=1))


def _value_added(economy: Economy) -> Array:
    """Value added by region in single units of money; NaN where it is not above zero."""
    amounts = _by_region(economy, economy.value_added) * _money(economy)
    return np.where(amounts > 0, amounts, np.nan)


def _money(economy: Economy) -> float:
    money = money_of(economy.unit, year=0)
    return 10.0**money.power if money else 1.0


def _tonnes(economy: Economy, emissions: str) -> Array | None:
    found = economy.extensions.get(emissions)
    if found is None or found.unit not in _TONNES:
        return None
    direct = found.F_Y.reshape(len(economy.regions), -1).sum(axis=1)
    return np.asarray((_by_region(economy, found.F) + direct) * _TONNES[found.unit])


def _co2_per_head(economy: Economy, emissions: str) -> Array | None:
    tonnes, heads = _tonnes(economy, emissions), _heads(economy)
    return None if tonnes is None or heads is None else tonnes / heads


def _co2_per_money(economy: Economy, emissions: str) -> Array | None:
    tonnes = _tonnes(economy, emissions)
    return None if tonnes is None else 1e3 * tonnes / _value_added(economy)


def _value_added_per_head(economy: Economy, emissions: str) -> Array | None:
    heads = _heads(economy)
    return None if heads is None else _value_added(economy) / heads / 1e3


def _group(economy: Economy) -> list[int]:
    return [economy.sector_position(sector) for sector in economy.sector_groups.get(MANUFACTURING, ())]


def _manufacturing(economy: Economy, emissions: str) -> Array | None:
    places = _group(economy)
    if not places:
        return None
    added = economy.value_added.reshape(len(economy.regions), -1)[:, places].sum(axis=1)
    return np.asarray(100.0 * added * _money(economy) / _value_added(economy))


def _exports(economy: Economy, emissions: str) -> Array | None:
    return np.asarray(100.0 * sold_abroad(economy).sum(axis=1).to_numpy() * _money(economy) / _value_added(economy))


def _market(economy: Economy, emissions: str) -> Array | None:
    if not _group(economy):
        return None
    sold = sold_abroad(economy)[list(economy.group(MANUFACTURING))].sum(axis=1).to_numpy()
    return np.asarray(100.0 * sold / sold.sum()) if sold.sum() > 0 else None


def _labour_cost(economy: Economy, emissions: str) -> Array | None:
    found, places = economy.extensions.get(_LABOUR), _group(economy)
    if found is None or not places or found.unit != economy.unit:
        return None
    paid, made = (values.reshape(len(economy.regions), -1)[:, places].sum(axis=1) for values in (found.F, economy.x))
    return np.asarray(100.0 * paid / np.where(made > 0, made, np.nan))
