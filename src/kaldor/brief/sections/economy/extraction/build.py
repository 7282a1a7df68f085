"""Section: what hangs on single industries of the country, at home and abroad, were each of them gone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd

from kaldor.brief.context import Context, Part
from kaldor.brief.document import Cell, Chart, ChartRow, Column, Figure, Note, Paragraph, Table, Text
from kaldor.brief.ledger import Origin, cell, write
from kaldor.brief.names import in_running_text, in_text, listed, possessive, sentence_start
from kaldor.brief.numbers import in_prose
from kaldor.brief.sections.economy.extraction import EXTRACT, SECTION
from kaldor.brief.units import PERCENT
from kaldor.brief.wording import listing
from kaldor.economy.extraction import block_of, extract

_METHOD = "extraction"
_MANUFACTURING = "manufacturing"
_MOST = 10

_OF_VALUE_ADDED: Final[Mapping[str, str]] = {
    "own": "its own value added",
    "home": "value added lost at home",
    "abroad": "value added lost abroad",
}
_OF_EMISSIONS: Final[Mapping[str, str]] = {
    "emissions-home": "emissions lost at home",
    "emissions-abroad": "emissions lost abroad",
}
_HEADS: Final[Mapping[str, str]] = {
    "own": "Value added of its own",
    "home": "Lost at home",
    "abroad": "Lost abroad",
    "emissions-home": "Emissions lost at home",
    "emissions-abroad": "Emissions lost abroad",
}


@dataclass(frozen=True)
class _Taken:
    """One industry, or group of them, that is taken out: its name, what is lost by region, and the figures shown."""

    name: str
    members: Sequence[str]
    lost: pd.DataFrame
    figures: Mapping[str, Figure]

    @property
    def hanging(self) -> float:
        """Value added lost at home and abroad, over the country's."""
        return sum(self.figures[measure].value or 0.0 for measure in ("home", "abroad") if measure in self.figures)


def build(context: Context) -> Part:
    """Industries of the country taken out one by one, the one on which most hangs first."""
    taken = [_take(context, name) for name in context.study.of(EXTRACT) or _largest(context)]
    taken.sort(key=lambda one: -one.hanging)
    origin = _origin(context)
    return Part.of(
        SECTION,
        (
            _words(context, taken[0]),
            _chart(context, taken, origin),
            _table(context, taken),
            *_lacking(context),
            _limits(),
        ),
        _headline(context, taken),
        results={"extraction": pd.concat({one.name: one.lost for one in taken}, names=["industry"])},
    )


def _headline(context: Context, taken: Sequence[_Taken]) -> Text:
    start = "Of {whose} industries taken out one by one, most hangs on" if len(taken) > 1 else "What hangs on {whose}"
    abroad = " and the worth of {abroad} of it abroad" if "abroad" in taken[0].figures else ""
    return write(
        start + " {name}: up to {home} of value added at home" + abroad + ".",
        whose=possessive(context.country),
        name=_within(taken[0]) if len(taken) > 1 else _within(taken[0]).removeprefix("the "),
        **_quoted(taken[0], "home", "abroad"),
    )


def _largest(context: Context) -> list[str]:
    """The manufacturing industries with the largest output; of all industries, where no group says which those are."""
    economy = context.economy
    candidates = economy.sector_groups.get(_MANUFACTURING, economy.sectors)
    output = pd.Series(economy.x, index=economy.index).loc[context.country].loc[list(candidates)]
    return [str(sector) for sector in output[output > 0].nlargest(_MOST).index]


def _take(context: Context, name: str) -> _Taken:
    economy, country, emissions = context.economy, context.country, context.emissions
    block = block_of(economy, country, name)
    lost = extract(economy, block, extensions=[emissions.id] if emissions else [])
    own = pd.Series(economy.value_added, index=economy.index).loc[block].sum()
    shares = {"own": _share(own, lost.loc[country, "value_added"]), **_parted(context, lost, "value_added", "")}
    if emissions:
        shares |= _parted(context, lost, emissions.id, "emissions-")
    shown = sentence_start(context.sector_name(name)) if name in economy.sectors else f"The group “{name}”"
    figures = {
        measure: context.ledger.enter(
            (SECTION.id, country, name, measure),
            f"{listed(country)} without {in_running_text(shown)}: {words}, over all of the country’s industries",
            shares[measure],
            PERCENT,
            _METHOD,
            _origin(context, of_emissions=measure in _OF_EMISSIONS),
        )
        for measure, words in {**_OF_VALUE_ADDED, **_OF_EMISSIONS}.items()
        if measure in shares
    }
    lost.attrs = {}
    return _Taken(shown, [sector for _, sector in block], lost, figures)


def _parted(context: Context, lost: pd.DataFrame, quantity: str, prefix: str) -> dict[str, float | None]:
    """A quantity lost at home and abroad, both over what the country's industries have of it."""
    amounts, whole = lost[f"{quantity}_lost"], lost.loc[context.country, quantity]
    shares = {f"{prefix}home": _share(amounts[context.country], whole)}
    if len(amounts) > 1:
        shares[f"{prefix}abroad"] = _share(amounts.drop(context.country).sum(), whole)
    return shares


def _share(part: float, whole: float) -> float | None:
    return 100 * float(part) / float(whole) if whole > 0 else None


def _origin(context: Context, *, of_emissions: bool = False) -> Origin:
    """What would be lost is predicted by a model, on whatever the table is."""
    emissions = context.emissions
    if of_emissions and emissions:
        return context.origin_of(emissions, "predicted")
    return context.table_origin("predicted")


def _words(context: Context, first: _Taken) -> Paragraph:
    whole = write(
        "Each industry of {country} is taken out in turn: it buys nothing and sells nothing, and what its suppliers "
        "made for it is not made. {Name} makes {own} of {whose} value added by itself; together with what "
        "hangs on it, {home} would be lost at home",
        country=in_text(context.country),
        Name=sentence_start(_within(first)),
        whose=possessive(context.country),
        **_quoted(first, "own", "home"),
    )
    if "abroad" in first.figures:
        whole += write(", and value added worth {abroad} of the country’s abroad", **_quoted(first, "abroad"))
    if "emissions-home" in first.figures:
        whole += write(
            ". Of the emissions of {whose} industries, {home} would go",
            whose=possessive(context.country),
            home=first.figures["emissions-home"],
        )
    return Paragraph(text=(*whole, *write(".")))


def _chart(context: Context, taken: Sequence[_Taken], origin: Origin) -> Chart:
    parts = [part for part in ("home", "abroad") if part in taken[0].figures]
    return Chart(
        id="extraction-value-added",
        form="stacked" if len(parts) > 1 else "bars",
        title=f"Value added that hangs on industries of {in_text(context.country)}",
        unit=PERCENT,
        axis=f"Value added lost, over {possessive(context.country)}",
        series=tuple({"home": "At home", "abroad": "Abroad"}[part] for part in parts),
        rows=tuple(ChartRow(label=one.name, figures=tuple(one.figures[part].id for part in parts)) for one in taken),
        label_title="Industry taken out",
        stamp=origin.stamp(),
        alt="Bars of value added lost, the industry on which most hangs first: "
        + "; ".join(f"{one.name} {in_prose(one.hanging)} %" for one in taken)
        + ".",
        caption="Losses of several industries overlap: they do not add up.",
    )


def _table(context: Context, taken: Sequence[_Taken]) -> Table:
    shown = [measure for measure in _HEADS if measure in taken[0].figures]
    groups = [f"{one.name}: {_members(context, one)}" for one in taken if len(one.members) > 1]
    return Table(
        id="extraction-table",
        title="What is lost with each industry",
        columns=(
            Column(title="Industry taken out"),
            *(Column(title=_HEADS[measure], unit=PERCENT, numeric=True) for measure in shown),
        ),
        rows=tuple((Cell(text=one.name), *(cell(one.figures[measure]) for measure in shown)) for one in taken),
        stamp=_origin(context, of_emissions=True).stamp(),
        caption=" ".join(
            [
                "Value added is over that of the country, emissions over those of its industries; what is lost "
                "abroad is over the same, so that both can be compared.",
                *(f"{group}." for group in groups),
            ]
        ),
    )


def _members(context: Context, one: _Taken) -> str:
    return listing([in_running_text(context.sector_name(sector)) for sector in one.members])


def _lacking(context: Context) -> tuple[Note, ...]:
    if context.emissions:
        return ()
    text = write(
        "The economy of this study has no extension '{name}': what emissions would go is not shown.",
        name=context.study.emissions,
    )
    return (Note(tone="missing", title="Emissions not modelled", text=text),)


def _limits() -> Note:
    return Note(
        tone="caution",
        title="An upper bound, not a forecast",
        text=write(
            "Nobody replaces the industry and its workers and machines find nothing else to do, while those who bought "
            "from it go on undisturbed with what comes from outside the table at the same price. It measures how much "
            "hangs together; a stoppage over time is a question for shocks."
        ),
    )


def _within(one: _Taken) -> str:
    return in_running_text(one.name)


def _quoted(one: _Taken, *measures: str) -> dict[str, Figure]:
    return {measure: one.figures[measure] for measure in measures if measure in one.figures}
