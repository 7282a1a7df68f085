"""Section: why a country's emissions changed since an earlier year, factor by factor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from kaldor.brief.context import Context, Part
from kaldor.brief.document import Cell, Chart, ChartRow, Column, Figure, Note, Paragraph, Table
from kaldor.brief.ledger import Origin, cell, write
from kaldor.brief.missing import part_without
from kaldor.brief.names import in_running_text, listed, possessive, sentence_start
from kaldor.brief.numbers import in_prose
from kaldor.brief.sections.sustainability.change import COMPARE_DEFLATOR, SECTION
from kaldor.brief.units import Shown, shown_unit
from kaldor.economy.decomposition import Decomposition, decompose

if TYPE_CHECKING:
    from kaldor.economy.economy import Economy, Extension

_METHOD = "decomposition"

_TERMS: Final[Mapping[str, str]] = {
    "intensity": "Emissions per output",
    "technology": "Inputs per output",
    "sourcing": "Countries of origin",
    "final-demand-mix": "Mix of final use",
    "final-demand-level": "Level of final use",
    "direct use": "Households’ own emissions",
}


def build(context: Context) -> Part:
    """The change of the consumption-based account of the country and its peers, term by term."""
    emissions, earlier = context.needed_emissions, context.earlier
    if earlier is None or emissions.id not in earlier.extensions:
        lacking = "no earlier year with these emissions"
        return part_without(context, SECTION, lacking, "Name one as compare_year in the study.")
    found = decompose(earlier, context.economy, emissions.id, deflators=context.study.of(COMPARE_DEFLATOR))
    origin = _origin(context, emissions, earlier, found)
    shown = shown_unit(emissions.unit)
    figures = {code: _enter(context, found, code, shown, origin) for code in context.compared}
    own = figures[context.country]
    return Part.of(
        SECTION,
        (
            _words(context, earlier, own),
            _chart(context, own, shown, origin),
            _table(context, figures, shown, origin),
            _limits(context, earlier),
        ),
        write(
            "{whose} consumption-based emissions {went} by {change:size} from {since} to {until}; {term} alone "
            "accounts for {most}.",
            whose=sentence_start(possessive(context.country)),
            went=_went(own["change"]),
            change=own["change"],
            since=str(earlier.year),
            until=str(context.economy.year),
            term=_running(_largest_term(own)),
            most=own[_largest_term(own)],
        ),
        results={"change": found.table, "change_spread": found.spread},
    )


def _origin(context: Context, emissions: Extension, earlier: Economy, found: Decomposition) -> Origin:
    """Of both years, as sure as they are together: what is shown in place of the year says so."""
    period = f"{earlier.year}–{context.economy.year}"
    return replace(context.origin_of(emissions, found.table.attrs["status"]), period=period)


def _enter(context: Context, found: Decomposition, code: str, shown: Shown, origin: Origin) -> dict[str, Figure]:
    row = found.table.loc[code]
    amounts = {"earlier": row["earlier"], **{term: row[term] for term in _TERMS}, "later": row["later"]}
    amounts["change"] = amounts["later"] - amounts["earlier"]
    words = {**_TERMS, "earlier": "before", "later": "after", "change": "change"}
    return {
        name: context.ledger.enter(
            (SECTION.id, code, name),
            f"{listed(code)}, consumption-based account: {words[name]}",
            float(amount) * shown.factor,
            shown.unit,
            _METHOD,
            origin,
        )
        for name, amount in amounts.items()
    }


def _words(context: Context, earlier: Economy, own: dict[str, Figure]) -> Paragraph:
    return Paragraph(
        text=write(
            "From {since} to {until}, {whose} consumption-based emissions went from {before} to {after}. The change is "
            "split into what would have happened had one thing changed at a time, averaged over every order in which "
            "they may change: emissions per output {intensity}, the level of final use {level}, the rest as in the "
            "picture. The terms add up to the change.",
            since=str(earlier.year),
            until=str(context.economy.year),
            whose=possessive(context.country),
            before=own["earlier"],
            after=own["later"],
            intensity=own["intensity"],
            level=own["final-demand-level"],
        )
    )


def _chart(context: Context, own: dict[str, Figure], shown: Shown, origin: Origin) -> Chart:
    return Chart(
        id="change-terms",
        form="bars",
        title=f"What changed {possessive(context.country)} consumption-based emissions",
        unit=shown.unit,
        axis="Contribution to the change",
        series=("Contribution",),
        rows=tuple(ChartRow(label=words, figures=(own[term].id,), highlight=False) for term, words in _TERMS.items()),
        label_title="Term",
        stamp=origin.stamp(),
        alt="Bars to the right raise emissions, to the left lower them: "
        + "; ".join(f"{words} {in_prose(own[term].value)}" for term, words in _TERMS.items())
        + f" {shown.unit}.",
    )


def _table(context: Context, figures: dict[str, dict[str, Figure]], shown: Shown, origin: Origin) -> Table:
    heads = ("Before", "Intensity", "Technology", "Sourcing", "Mix", "Level", "Households", "After")
    order = ("earlier", *_TERMS, "later")
    return Table(
        id="change-table",
        title="The terms for each country",
        columns=(Column(title="Country"), *(Column(title=head, unit=shown.unit, numeric=True) for head in heads)),
        rows=tuple(
            (Cell(text=listed(code)), *(cell(figures[code][name]) for name in order)) for code in context.compared
        ),
        stamp=origin.stamp(),
        caption="In the order of the picture; each row adds up from before to after.",
    )


def _limits(context: Context, earlier: Economy) -> Note:
    if context.study.of(COMPARE_DEFLATOR) is None:
        text = (
            "Both tables are in current prices. Wherever prices rose, emissions per unit of output seem to fall and "
            "final use to grow by as much: read the two terms together, or give compare_deflator in the study."
        )
        return Note(tone="caution", title="Prices are in these terms", text=write(text))
    text = (
        "The later table is brought to prices of {year} with one deflator for all products: differences between the "
        "prices of products and countries stay in the terms."
    )
    return Note(tone="caution", title="One deflator for all", text=write(text, year=str(earlier.year)))


def _largest_term(own: dict[str, Figure]) -> str:
    return max(_TERMS, key=lambda term: abs(own[term].value or 0.0))


def _running(term: str) -> str:
    return in_running_text(_TERMS[term])


def _went(change: Figure) -> str:
    return "rose" if (change.value or 0.0) >= 0 else "fell"
