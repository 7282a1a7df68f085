"""Section: where the country stands: per head and per dollar, rank, change, market shares, partners."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from kaldor.brief.answer import Lack, Said
from kaldor.brief.context import Context, Part
from kaldor.brief.document import Cell, Column, Figure, Paragraph, Table
from kaldor.brief.ledger import Origin, cell, write
from kaldor.brief.names import in_text, listed, possessive, sentence_start
from kaldor.brief.sections.economy.standing import SECTION
from kaldor.brief.sections.economy.standing.measures import MANUFACTURING, Measure, measures
from kaldor.brief.units import PERCENT
from kaldor.digits import ranked, shown, to_digits
from kaldor.economy.competitiveness import market_shares, partners, revealed_advantage, sold_abroad

if TYPE_CHECKING:
    from kaldor.economy.economy import Array, Economy

_INDUSTRIES: Final = 6
_PARTNERS: Final = 6
_ITS_UNIT: Final = "in that unit"
_FEWEST_PEERS: Final = 2  # with fewer a middle says nothing


def build(context: Context) -> Part:
    """The measures that the data support, the industries of most revealed advantage, and the largest partners."""
    economy = context.economy
    found = [
        (one, values)
        for one in measures(economy)
        if (values := _known(one, one.of(economy, context.study.emissions))) is not None
        and np.isfinite(values[economy.region_position(context.country)])
    ]
    table = _measures_table(context, found)
    strong = _industries_table(context)
    trade = _partners_table(context)
    return Part.of(
        SECTION,
        tuple(block for block in (_words(context), table, strong, trade) if block is not None),
        heading=f"Where {in_text(context.country)} stands",
        results={"standing": _frame(context, found), "standing_partners": partners(economy, context.country)},
        said=Said(lacks=_lacks(context, found)),
        leading=tuple(block for block in (table, strong, trade) if block is not None),
    )


def _known(measure: Measure, values: Array | None) -> Array | None:
    """The values of a measure to the digits that they are known to, so that text, table, rank and files agree."""
    if values is None or not measure.digits:
        return values
    return np.array([to_digits(value, measure.digits) for value in values])


def _words(context: Context) -> Paragraph:
    first = min(context.past, default=None)
    since = f"; changes are since {first}, the first year that the data hold" if first is not None else ""
    return Paragraph(
        text=write(
            "{place} beside its {count} peers in {year}{since}. A rank of 1 is the largest figure, which is not always "
            "the best one.",
            place=sentence_start(in_text(context.country)),
            count=str(len(context.study.peers)),
            year=str(context.economy.year),
            since=since,
        )
    )


def _origin(context: Context, measure: Measure) -> Origin:
    emissions = context.emissions
    if measure.extension and emissions:
        return context.origin_of(emissions, "observed")
    return _of_cells(context)


def _of_cells(context: Context) -> Origin:
    """Where all of this section is from: cells of the table and sums of them, set beside one another."""
    return context.table_origin("observed")


def _measures_table(context: Context, found: Sequence[tuple[Measure, Array]]) -> Table | None:
    """Each measure of the country, its rank among the countries of the brief, the peers' middle, and its change."""
    if not found:
        return None
    first, rows = min(context.past, default=None), []
    for measure, values in found:
        own = _value(context.economy, values, context.country)
        known = [one for code in context.compared if np.isfinite(one := _value(context.economy, values, code))]
        rank = Cell(text=f"{1 + sum(shown(one) > shown(own) for one in known)} of {len(known)}")
        peers = [one for code in context.study.peers if np.isfinite(one := _value(context.economy, values, code))]
        middle = float(np.median(peers)) if len(peers) >= _FEWEST_PEERS else None
        figures = [
            _enter(context, measure, "now", f"{listed(context.country)}: {measure.title}", own),
            _enter(context, measure, "peers", f"Middle of the peers: {measure.title}", middle),
            _enter(
                context,
                measure,
                "change",
                f"{listed(context.country)}: {measure.title}, change since {first}",
                _change(context, measure, own),
            ),
        ]
        rows.append(
            (Cell(text=measure.title), Cell(text=measure.unit), cell(figures[0]), rank, *map(cell, figures[1:]))
        )
    columns = [
        Column(title="Measure"),
        Column(title="Unit"),
        Column(title=listed(context.country), unit=_ITS_UNIT, numeric=True),
        Column(title="Rank"),
        Column(title="Middle of peers", unit=_ITS_UNIT, numeric=True),
        Column(title=f"Change since {first}", unit=_ITS_UNIT, numeric=True),
    ]
    kept = len(columns) if first is not None else -1
    return Table(
        id="standing-measures",
        title=f"{sentence_start(possessive(context.country))} figures beside its peers",
        columns=tuple(columns[:kept]),
        rows=tuple(row[:kept] for row in rows),
        stamp=_of_cells(context).stamp(),
        caption="Money of the year, at the exchange rates of the table. "
        + ("Amounts per head and per unit of money have no change where part of it is prices." if first else ""),
        decimals="row",
    )


def _value(economy: Economy, values: Array, code: str) -> float:
    return float(values[economy.region_position(code)])


def _change(context: Context, measure: Measure, own: float) -> float | None:
    """Since the first year that the data hold; None where that year lacks it, or prices are part of it."""
    if not context.past or not measure.over_years:
        return None
    earlier = context.past[min(context.past)]
    values = _known(measure, measure.of(earlier, context.study.emissions))
    if values is None or context.country not in earlier.regions:
        return None
    then = _value(earlier, values, context.country)
    return own - then if np.isfinite(then) else None


def _enter(context: Context, measure: Measure, which: str, label: str, value: float | None) -> Figure:
    origin = _origin(context, measure)
    return context.ledger.enter(
        (SECTION.id, measure.id, which), label, value, measure.unit, measure.method, origin, measure.digits
    )


def _industries_table(context: Context) -> Table | None:
    """The manufactures in which the country is most specialised, with their share of the world's exports."""
    economy = context.economy
    sectors = economy.sector_groups.get(MANUFACTURING, ())
    if len(sectors) < _FEWEST_PEERS:
        return None
    exports = sold_abroad(economy)
    advantage = revealed_advantage(exports, sectors).loc[context.country].dropna()
    if advantage.empty:
        return None
    shares = 100.0 * market_shares(exports).loc[context.country]
    then = _shares_then(context, list(sectors))
    money, rows = context.currency(), []
    for sector in ranked(advantage).index[:_INDUSTRIES]:
        name = context.sector_name(str(sector))
        changed = None if then is None or not np.isfinite(then[sector]) else float(shares[sector] - then[sector])
        entered = [
            _industry(context, str(sector), key, f"{name}: {words}", value, unit, method)
            for key, words, value, unit, method in (
                ("advantage", "revealed advantage", float(advantage[sector]), "ratio", "revealed-advantage"),
                ("share", "share of the world’s exports", float(shares[sector]), PERCENT, "market-share"),
                ("share-change", "change of that share", changed, PERCENT, "market-share"),
                (
                    "exports",
                    "exports",
                    float(exports.loc[context.country, sector]) * money.factor,
                    money.unit,
                    "gross-exports",
                ),
            )
        ]
        rows.append((Cell(text=name), *map(cell, entered)))
    since = f"Change since {min(context.past)}" if then is not None else ""
    columns = [
        Column(title="Industry"),
        Column(title="Revealed advantage", unit="ratio", numeric=True),
        Column(title="Share of world exports", unit=PERCENT, numeric=True),
        Column(title=since, unit="points", numeric=True),
        Column(title="Exports", unit=money.unit, numeric=True),
    ]
    kept = [at for at in range(len(columns)) if columns[at].title]
    return Table(
        id="standing-industries",
        title=f"Manufactures in which {in_text(context.country)} is most specialised",
        columns=tuple(columns[at] for at in kept),
        rows=tuple(tuple(row[at] for at in kept) for row in rows),
        stamp=_of_cells(context).stamp(),
        caption="Above 1: the product weighs more in the country’s exports of manufactures than in the world’s.",
    )


def _shares_then(context: Context, sectors: list[str]) -> pd.Series | None:
    if not context.past:
        return None
    earlier = context.past[min(context.past)]
    if context.country not in earlier.regions or not {*sectors} <= {*earlier.sectors}:
        return None
    return 100.0 * market_shares(sold_abroad(earlier)).loc[context.country]


def _industry(
    context: Context, sector: str, key: str, words: str, value: float | None, unit: str, method: str
) -> Figure:
    label = f"{listed(context.country)}, {words}"
    return context.ledger.enter((SECTION.id, "industry", sector, key), label, value, unit, method, _of_cells(context))


def _partners_table(context: Context) -> Table | None:
    """To whom it is exposed: the partners that buy most of its exports and sell it most of its imports."""
    flows = partners(context.economy, context.country)
    whole = flows.sum()
    if not (whole > 0).all():
        return None
    shares = 100.0 * flows / whole
    rows = []
    for code in ranked(shares.sum(axis=1)).index[:_PARTNERS]:
        entered = [
            context.ledger.enter(
                (SECTION.id, "partner", str(code), which),
                f"{listed(context.country)}: share of its {which}, {listed(str(code))}",
                float(shares.loc[code, which]),
                PERCENT,
                "partners",
                _of_cells(context),
            )
            for which in ("exports", "imports")
        ]
        rows.append((Cell(text=listed(str(code))), *map(cell, entered)))
    return Table(
        id="standing-partners",
        title=f"To whom {in_text(context.country)} is exposed",
        columns=(
            Column(title="Partner"),
            Column(title="Of its exports", unit=PERCENT, numeric=True),
            Column(title="Of its imports", unit=PERCENT, numeric=True),
        ),
        rows=tuple(rows),
        stamp=_of_cells(context).stamp(),
        caption="Direct trade in goods and services. Who stands behind suppliers is told in the section on dependence.",
    )


def _lacks(context: Context, found: Sequence[tuple[Measure, Array]]) -> tuple[Lack, ...]:
    had = {measure.id for measure, _ in found}
    lacks = []
    if "value-added-per-head" not in had:
        lacks.append(Lack(what=write("Anything per head."), data="population by country and year"))
    if "unit-labour-cost" not in had:
        lacks.append(Lack(what=write("What labour costs for a unit of output."), data="labour income by industry"))
    return tuple(lacks)


def _frame(context: Context, found: Sequence[tuple[Measure, Array]]) -> pd.DataFrame:
    frame = pd.DataFrame({measure.id: values for measure, values in found}, index=list(context.economy.regions))
    frame.index.name = "region"
    frame.attrs["units"] = {measure.id: measure.unit for measure, _ in found}
    return frame
