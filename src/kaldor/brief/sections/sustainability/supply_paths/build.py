"""Section: through which supply chains, one by one, a country's final use causes emissions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from kaldor.brief.context import Context, Part
from kaldor.brief.document import Cell, Chart, ChartRow, Column, Figure, Note, Paragraph, Table
from kaldor.brief.ledger import Origin, cell, write
from kaldor.brief.names import in_running_text, listed, possessive
from kaldor.brief.numbers import in_prose
from kaldor.brief.sections.sustainability.supply_paths import SECTION
from kaldor.brief.units import PERCENT, Shown, shown_unit
from kaldor.economy.paths import StructuralPaths, structural_paths

if TYPE_CHECKING:
    import pandas as pd

_METHOD = "structural-paths"
_THRESHOLD = 1e-4  # share of the footprint that a chain must carry to be looked at
_LISTED = 12
_DEEPEST = 3  # tiers shown by themselves; longer chains are added up


def build(context: Context) -> Part:
    """The largest chains of the country's footprint, how deep emissions arise, and what all small chains carry."""
    emissions = context.needed_emissions
    paths = structural_paths(context.economy, emissions.id, context.country, threshold=_THRESHOLD)
    origin, shown = context.origin_of(emissions), shown_unit(emissions.unit)
    tiers = _tiers(context, paths, origin)
    totals = _totals(context, paths, shown, origin)
    largest = _largest(context, paths, shown, origin)
    first = str(_chain(context, paths.table["path"].iloc[0]))
    return Part.of(
        SECTION,
        (
            _words(context, totals, tiers),
            _depth(tiers, origin),
            _table(context, paths, largest, shown, origin),
            _limits(),
        ),
        write(
            "The largest single supply chain behind {whose} footprint is {chain}: {amount}, {share} of what runs "
            "through supply chains.",
            whose=possessive(context.country),
            chain=first,
            amount=largest[0][0],
            share=largest[0][1],
        ),
        results={"supply_paths": _frame(paths)},
    )


def _tiers(context: Context, paths: StructuralPaths, origin: Origin) -> list[tuple[str, Figure]]:
    """The share of the chains' total by how many purchases lie between emitter and final user, and the rest."""
    by_tier = paths.table.groupby("tier")["value"].sum()
    amounts = [
        ("Final producers themselves", float(by_tier.get(0, 0.0))),
        ("Their suppliers", float(by_tier.get(1, 0.0))),
        ("Suppliers of those", float(by_tier.get(2, 0.0))),
        ("Further up", float(by_tier[by_tier.index >= _DEEPEST].sum())),
        ("All smaller chains", paths.remainder),
    ]
    return [
        (
            words,
            context.ledger.enter(
                (SECTION.id, context.country, "tier", str(place)),
                f"{listed(context.country)}, footprint through supply chains: share of {in_running_text(words)}",
                100 * amount / paths.total if paths.total else None,
                PERCENT,
                _METHOD,
                origin,
            ),
        )
        for place, (words, amount) in enumerate(amounts)
    ]


def _totals(context: Context, paths: StructuralPaths, shown: Shown, origin: Origin) -> dict[str, Figure]:
    amounts = {"total": paths.total, "direct": paths.direct}
    words = {"total": "through supply chains", "direct": "households’ own"}
    return {
        name: context.ledger.enter(
            (SECTION.id, context.country, name),
            f"{listed(context.country)}, footprint: {words[name]}",
            value * shown.factor,
            shown.unit,
            _METHOD,
            origin,
        )
        for name, value in amounts.items()
    }


def _largest(context: Context, paths: StructuralPaths, shown: Shown, origin: Origin) -> list[tuple[Figure, Figure]]:
    entered = []
    for rank, row in enumerate(paths.table.head(_LISTED).itertuples(), start=1):
        label = f"{listed(context.country)}, footprint, chain {_chain(context, row.path)}"
        parts = (SECTION.id, context.country, "chain", str(rank))
        amount = context.ledger.enter(parts, label, float(row.value) * shown.factor, shown.unit, _METHOD, origin)
        share = context.ledger.enter(
            (*parts, "share"),
            f"{label}: share",
            100 * float(row.share),
            PERCENT,
            _METHOD,
            origin,
        )
        entered.append((amount, share))
    return entered


def _words(context: Context, totals: dict[str, Figure], tiers: Sequence[tuple[str, Figure]]) -> Paragraph:
    return Paragraph(
        text=write(
            "Of {whose} consumption-based emissions, {total} run through supply chains and {direct} come straight from "
            "households. A chain begins where something is emitted and ends with the product that is finally used. "
            "The final producers themselves emit {own} of it, their direct suppliers {first}; {small} is spread over "
            "chains that carry less than a ten-thousandth each.",
            whose=possessive(context.country),
            total=totals["total"],
            direct=totals["direct"],
            own=tiers[0][1],
            first=tiers[1][1],
            small=tiers[-1][1],
        )
    )


def _depth(tiers: Sequence[tuple[str, Figure]], origin: Origin) -> Chart:
    return Chart(
        id="supply-paths-depth",
        form="bars",
        title="How far from the final product emissions arise",
        unit=PERCENT,
        axis="Share of the footprint that runs through supply chains",
        series=("Share",),
        rows=tuple(ChartRow(label=words, figures=(figure.id,)) for words, figure in tiers),
        label_title="Where it is emitted",
        stamp=origin.stamp(),
        alt="Bars by distance from the final product: "
        + "; ".join(f"{words} {in_prose(figure.value)} %" for words, figure in tiers)
        + ".",
        caption="All smaller chains: those that carry less than 0.01 % each, at any distance.",
    )


def _table(
    context: Context, paths: StructuralPaths, largest: Sequence[tuple[Figure, Figure]], shown: Shown, origin: Origin
) -> Table:
    return Table(
        id="supply-paths-largest",
        title="The largest supply chains, from the emitter to the final product",
        columns=(
            Column(title="Chain"),
            Column(title="Emissions", unit=shown.unit, numeric=True),
            Column(title="Share", unit=PERCENT, numeric=True),
        ),
        rows=tuple(
            (Cell(text=_chain(context, path)), cell(amount), cell(share))
            for path, (amount, share) in zip(paths.table["path"].head(_LISTED), largest, strict=True)
        ),
        stamp=origin.stamp(),
        caption="Shares are of what runs through supply chains. An arrow is a purchase: the seller stands first.",
    )


def _limits() -> Note:
    return Note(
        tone="caution",
        title="How to read single chains",
        text=write(
            "A chain is only as fine as the table’s industries, and a chain of two purchases within one industry is "
            "trade inside it. Many small chains together can outweigh the large ones: they are the last bar."
        ),
    )


def _chain(context: Context, path: Sequence[tuple[str, str]]) -> str:
    """Places and industries of a chain, the emitter first; a place is named again only where it changes."""
    words, before = [], ""
    for region, sector in path:
        name = in_running_text(context.sector_name(sector))
        words.append(name if region == before else f"{listed(region)}: {name}")
        before = region
    return " → ".join(words)


def _frame(paths: StructuralPaths) -> pd.DataFrame:
    """The chains with their path as text, for Parquet."""
    text = paths.table["path"].map(lambda path: " → ".join(f"{region} {sector}" for region, sector in path))
    frame = paths.table.assign(path=text)
    frame.attrs["unit"] = paths.unit
    return frame
