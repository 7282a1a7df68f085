"""What the fact sheets say beside what the balanced world came to, fact by fact.

Known limit: a fact that decides nothing alone (population behind jobs, the split of 2011 within a typed part) is not
here; what it decides is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kaldor.economy.starter.amounts import MILLIONS_IN_A_BILLION, Sectors
from kaldor.economy.starter.factsheet import SEXES, Fact, FactSheet, SectorFacts, emissions, job_shares, jobs
from kaldor.economy.starter.joining import WorldEstimate

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Tolerance:
    """By how much a fact may be missed: shares in `points`, amounts `relative` to themselves."""

    points: float
    relative: float


@dataclass(frozen=True)
class Told:
    """A typed fact and what the balanced economy came to, in `unit`; `met` if they lie within the tolerance.

    `source` is the id of a source. `reached` is None where the table holds nothing to compare with, and `met` too.
    """

    region: str
    fact: str
    typed: float
    reached: float | None
    unit: str
    year: int
    source: str
    met: bool | None

    @property
    def gap(self) -> float:
        """Reached less typed: in points for shares, relative to what was typed for amounts; NaN where not compared."""
        if self.reached is None:
            return float("nan")
        return self.reached - self.typed if self.unit.startswith("%") else self.reached / self.typed - 1

    def __str__(self) -> str:
        reached = "nothing" if self.reached is None else f"{self.reached:.4g}"
        return f"{self.region}: {self.fact} typed {self.typed:.4g}, reached {reached} {self.unit}"


@dataclass(frozen=True, eq=False)
class Reached:
    """The balanced world as the facts see it: R regions, s sectors, d categories, money in million US$.

    trade (origin × product × destination) has no trade of a region with itself; co2 (R) in kt; jobs by sex (R × s) in
    thousands. `margin` is what of goods free on board stands with trade and transport.
    """

    value_added: Array
    trade: Array
    margin: float
    final_use: Array
    co2: Array
    jobs: Mapping[str, Array]

    @classmethod
    def of(cls, joined: WorldEstimate, co2: Array, jobs: Mapping[str, Array], s: int, d: int, margin: float) -> Reached:
        """Read off a joined world."""
        R = len(joined.x) // s
        trade = joined.Z.reshape(R, s, R, s).sum(axis=3) + joined.Y.reshape(R, s, R, d).sum(axis=3)
        trade[np.arange(R), :, np.arange(R)] = 0
        value_added = (joined.x - joined.Z.sum(axis=0)).reshape(R, s)
        return cls(value_added, trade, margin, joined.Y.sum(axis=0).reshape(R, d), co2, jobs)


def told(
    sheets: Mapping[str, FactSheet], reached: Reached, sectors: Sectors, demands: Sequence[str], tolerance: Tolerance
) -> Iterator[Told]:
    """Each fact of each sheet beside what was reached; trade of an aggregate only where it is trade with the others."""
    for r, (code, sheet) in enumerate(sheets.items()):
        for name, fact, typed, found in _facts_of(sheet, r, list(sheets), reached, sectors, demands):
            met = None if found is None else _met(typed, found, fact.unit, tolerance)
            yield Told(code, name, typed, found, fact.unit, fact.year, fact.source, met)


def _met(typed: float, found: float, unit: str, tolerance: Tolerance) -> bool:
    if unit.startswith("%"):
        return abs(found - typed) <= tolerance.points
    return abs(found - typed) <= tolerance.relative * abs(typed)


_Row = tuple[str, Fact | SectorFacts, float, float | None]


def _facts_of(
    sheet: FactSheet, r: int, regions: Sequence[str], reached: Reached, sectors: Sectors, demands: Sequence[str]
) -> Iterator[_Row]:
    facts, value_added = sheet.facts, reached.value_added[r]
    gdp, of_value_added = float(value_added.sum()), 100 * value_added / value_added.sum()
    yield "GDP", facts.gdp, facts.gdp.value, gdp / MILLIONS_IN_A_BILLION
    if facts.co2 is not None and emissions(sheet) is not None:
        yield "CO2", facts.co2, facts.co2.value, float(reached.co2[r]) / 1000
    yield from _trade(sheet, r, regions, reached, sectors, gdp)
    if facts.value_added_by_part is not None:
        for part, share in facts.value_added_by_part.values.items():
            found = float(of_value_added[sectors.among(sectors.part, part)].sum())
            yield f"value added: {_words(part)}", facts.value_added_by_part, share, found
        if facts.mining is not None:
            mining, whole = _mining_in(sectors, sectors.part, value_added)
            yield "value added: mining", facts.mining, facts.mining.value, 100 * mining / whole
    else:
        for broad in ("agriculture", "industry", "services"):
            if (fact := getattr(facts, broad)) is not None:
                yield broad, fact, fact.value, float(of_value_added[sectors.among(sectors.broad, broad)].sum())
    if facts.final_use is not None:
        for demand, share in facts.final_use.values.items():
            found = 100 * float(reached.final_use[r, list(demands).index(demand)]) / gdp
            yield f"final use: {demand}", facts.final_use, share, found
    yield from _work(sheet, r, reached, sectors)


def _trade(
    sheet: FactSheet, r: int, regions: Sequence[str], reached: Reached, sectors: Sectors, gdp: float
) -> Iterator[_Row]:
    facts, sold = sheet.facts, reached.trade[r]
    for name, fact, amount in (
        ("exports", facts.exports, float(sold.sum())),
        ("imports", facts.imports, float(reached.trade[:, :, r].sum())),
    ):
        if fact is not None:
            yield name, fact, fact.value, None if sheet.aggregate else 100 * amount / gdp
    goods = ~sectors.among(sectors.product, "")
    if facts.goods_imports is not None:
        bought = float(reached.trade[:, goods, r].sum()) / (1 - reached.margin) / MILLIONS_IN_A_BILLION
        yield "goods imports", facts.goods_imports, facts.goods_imports.value, bought
    if facts.raw_imports is not None:
        raw = np.array([sector in sectors.raw for sector in sectors.ids])
        bought = float(reached.trade[:, raw, r].sum()) / (1 - reached.margin) / MILLIONS_IN_A_BILLION
        yield "imports of raw materials", facts.raw_imports, facts.raw_imports.value, bought
    if facts.goods_exports is None:
        return
    all_goods = float(sold[goods].sum())
    free_on_board = all_goods / (1 - reached.margin) / MILLIONS_IN_A_BILLION
    yield "goods exports", facts.goods_exports, facts.goods_exports.value, free_on_board
    if facts.goods_exports_by_product is not None:
        for product, share in facts.goods_exports_by_product.values.items():
            found = 100 * float(sold[sectors.among(sectors.product, product)].sum()) / all_goods
            yield f"goods exports: {_words(product)}", facts.goods_exports_by_product, share, found
    if facts.mining_exports is not None:
        mining, _ = _mining_in(sectors, sectors.product, sold.sum(axis=1))
        yield "goods exports: mining", facts.mining_exports, facts.mining_exports.value, 100 * mining / all_goods
    if facts.goods_exports_by_partner is not None:
        for partner, share in facts.goods_exports_by_partner.values.items():
            known = partner in regions
            to = 100 * float(sold[goods, regions.index(partner)].sum()) / all_goods if known else None
            yield f"goods exports to {partner}", facts.goods_exports_by_partner, share, to


def _work(sheet: FactSheet, r: int, reached: Reached, sectors: Sectors) -> Iterator[_Row]:
    typed = jobs(sheet)
    for sex in SEXES:
        amounts = reached.jobs[sex][r]
        at_work: Fact | None = getattr(sheet.facts, f"{sex}_at_work") or sheet.facts.women_in_labour_force
        if typed is not None and at_work is not None:
            as_fact = at_work.model_copy(update={"unit": "million"})
            yield f"{sex} at work", as_fact, typed[sex] / 1000, float(amounts.sum()) / 1000
        for broad in job_shares(sheet, sex) or {}:
            fact = getattr(sheet.facts, f"{sex}_in_{broad}", None)
            if fact is not None:
                found = 100 * float(amounts[sectors.among(sectors.broad, broad)].sum() / amounts.sum())
                yield f"{sex} in {broad}", fact, fact.value, found


def _mining_in(sectors: Sectors, of: Mapping[str, str], amounts: Array) -> tuple[float, float]:
    """Mining, and the group that it belongs to."""
    group = sectors.among(of, of["mining"])
    return float(amounts[list(sectors.ids).index("mining")]), float(amounts[group].sum())


def _words(name: str) -> str:
    return name.replace("_", " ")
