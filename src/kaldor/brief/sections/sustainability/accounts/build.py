"""Section: what a country emits, beside what its consumption causes, and its peers."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kaldor.atlas.territorial import UNIT
from kaldor.brief.answer import Lack, Said
from kaldor.brief.context import Context, Part
from kaldor.brief.document import Block, Bullets, Cell, Chart, ChartRow, Column, Figure, Note, Paragraph, Table, Text
from kaldor.brief.ledger import Origin, cell, write
from kaldor.brief.names import in_running_text, in_text, listed, possessive, sentence_start, with_subscript
from kaldor.brief.numbers import in_prose, with_unit
from kaldor.brief.sections.sustainability.accounts import SECTION
from kaldor.brief.sentences import sentence
from kaldor.brief.units import PERCENT, shown_unit
from kaldor.brief.wording import listing
from kaldor.economy.accounts import country_accounts
from kaldor.economy.glance import glance
from kaldor.words import PRINCIPLES, weakest

if TYPE_CHECKING:
    import pandas as pd

    from kaldor.economy.economy import Extension

# A country this many times larger than the study's own would squeeze the others into the corner of the picture.
_LARGEST_IN_PICTURE = 3.0
_ROUNDING = 1e-9

_COLUMNS = {
    "production": ("production-based", "production-account"),
    "consumption": ("consumption-based", "consumption-account"),
    "embodied_in_imports": ("embodied in imports for final use", "consumption-account"),
    "embodied_in_exports": ("embodied in exports", "production-account"),
    "direct": ("households’ own", "production-account"),
}
_CELLS = ("production", "direct")
"""Columns that are sums of what the source publishes; all others are solved from it."""


def build(context: Context) -> Part:
    """Both accounts of the country and its peers, as two pictures and a table."""
    emissions = context.needed_emissions
    accounts = country_accounts(context.economy, emissions.id)
    origin = context.origin_of(emissions)
    figures = {code: _enter(context, accounts, code, emissions, origin) for code in context.compared}
    own = figures[context.country]
    blocks = (
        _words(context, own),
        *_inventories(context, own),
        _both_accounts(context, figures, origin),
        _balances(context, figures, origin),
        _table(context, figures, origin),
        _what_stays_apart(context, accounts, emissions, origin),
    )
    band = _band(context, emissions, origin)
    unsaid = () if band else (write("How sure the accounts are: this table is drawn by “kaldor economy bands” alone."),)
    headline = _headline(context, own, band)
    return Part.of(
        SECTION,
        blocks,
        headline,
        results={"accounts": accounts},
        not_modelled=(
            *unsaid,
            write(
                "Emissions outside this account ({name}); carbon taken up or released by land use; international "
                "aviation and shipping beyond what the source assigns to industries.",
                name=_named(emissions),
            ),
        ),
        said=Said(
            sentences=(headline,),
            picture="accounts-both",
            gains=(
                sentence(
                    "accounts-pay",
                    place=in_text(context.country),
                    imports=own["embodied_in_imports"],
                    exports=own["embodied_in_exports"],
                ),
            ),
            uncertain=(sentence("accounts-band", low=band[0], high=band[1]),) if band else unsaid,
            lacks=(
                Lack(
                    what=write("Emissions outside this account ({name}), and land use.", name=_named(emissions)),
                    data="accounts of all greenhouse gases by industry, and the national inventory of land use",
                ),
            ),
        ),
    )


def _named(emissions: Extension) -> str:
    return with_subscript(in_running_text(emissions.name))


def _enter(
    context: Context, accounts: pd.DataFrame, code: str, emissions: Extension, origin: Origin
) -> dict[str, Figure]:
    shown = shown_unit(emissions.unit)
    name = listed(code)
    entered = {
        column: context.ledger.enter(
            (SECTION.id, code, column),
            f"{name}: {words}",
            accounts.loc[code, column] * shown.factor,
            shown.unit,
            method,
            context.origin_of(emissions, "observed") if column in _CELLS else origin,
        )
        for column, (words, method) in _COLUMNS.items()
    }
    production, consumption = accounts.loc[code, "production"], accounts.loc[code, "consumption"]
    balance = 100 * (consumption / production - 1) if production > 0 else None
    entered["balance"] = context.ledger.enter(
        (SECTION.id, code, "balance"),
        f"{name}: consumption-based over production-based, difference",
        balance,
        PERCENT,
        "consumption-account",
        origin,
    )
    return entered


def _band(context: Context, emissions: Extension, origin: Origin) -> tuple[Figure, Figure] | None:
    """Both ends of what the country's consumption may have caused; None where there is no glance of it."""
    found = glance(context.economy, emissions.id, context.country)
    if found is None:
        return None
    shown = shown_unit(emissions.unit)
    low, high = (
        context.ledger.enter(
            (SECTION.id, context.country, "consumption", end),
            f"{listed(context.country)}: consumption-based, {end} end of the {100 * found.level:g} % band "
            f"({found.draws} draws, seed {found.seed})",
            found.table.loc["consumption", end] * shown.factor,
            shown.unit,
            "account-band",
            replace(origin, status=weakest(origin.status, "estimated")),
        )
        for end in ("low", "high")
    )
    return low, high


def _headline(context: Context, own: dict[str, Figure], band: tuple[Figure, Figure] | None) -> Text:
    balance = own["balance"].value or 0.0
    more = "more" if balance >= 0 else "less"
    within = write(" (90 % band: {low:number} to {high:number})", low=band[0], high=band[1]) if band else ()
    caused = write(
        "{whose} consumption caused {consumption}",
        whose=sentence_start(possessive(context.country)),
        consumption=own["consumption"],
    )
    beside = write(
        ", {balance:size} {more} than the {production} that it emitted ({principle}).",
        balance=own["balance"],
        more=more,
        production=own["production"],
        principle=_principle(context),
    )
    return (*caused, *within, *beside)


def _words(context: Context, own: dict[str, Figure]) -> Paragraph:
    return Paragraph(
        text=write(
            "A country answers for emissions in two ways. As a producer, {place} emitted {production}, {principle}; "
            "{exports} of "
            "that went into goods and services for users abroad. As a consumer it caused {consumption}, of which "
            "{imports} arose abroad and {direct} came straight from its households. Both accounts are shown, since "
            "neither replaces the other: the first is where plants can be changed, the second is where demand is.",
            place=in_text(context.country),
            principle=_principle(context),
            production=own["production"],
            exports=own["embodied_in_exports"],
            consumption=own["consumption"],
            imports=own["embodied_in_imports"],
            direct=own["direct"],
        )
    )


def _inventories(context: Context, own: dict[str, Figure]) -> tuple[Block, ...]:
    """What inventories count on the territory of the countries shown, the country's own beside the table's account."""
    shown, items = shown_unit(UNIT), []
    for one in context.inventories:
        origin = Origin((one.source.id,), one.year, "observed", one.dataset)
        label = f"{listed(one.region)}: on the territory, as inventories count"
        amount = one.value * shown.factor
        figure = context.ledger.enter(
            (SECTION.id, one.region, "territory"), label, amount, shown.unit, "territory", origin
        )
        text = write("On the territory of {place}: {figure}", place=in_text(one.region), figure=figure)
        if one.region == context.country:
            text += write(
                ", beside {production} in the accounts, {how}", production=own["production"], how=_principle(context)
            )
        items.append((*text, *write(" (source: {source}).", source=one.source.title)))
    return (Bullets(items=tuple(items)),) if items else ()


def _principle(context: Context) -> str:
    return PRINCIPLES[context.needed_emissions.source.principle]


def _both_accounts(context: Context, figures: dict[str, dict[str, Figure]], origin: Origin) -> Chart:
    limit = _LARGEST_IN_PICTURE * _size(figures[context.country])
    ordered = sorted(context.compared, key=lambda code: -_size(figures[code]))
    outside = [code for code in ordered if _size(figures[code]) > limit]
    first = figures[context.country]
    caption = f"Too large for this scale, and not drawn: {listing([*map(in_text, outside)])}." if outside else ""
    return Chart(
        id="accounts-both",
        form="dumbbell",
        title="Two accounts of each country",
        unit=first["production"].unit,
        axis="Emissions in the year",
        series=("Production", "Consumption"),
        rows=tuple(
            ChartRow(
                label=listed(code),
                figures=(figures[code]["production"].id, figures[code]["consumption"].id),
                highlight=code == context.country,
                drawn=code not in outside,
            )
            for code in ordered
        ),
        label_title="Country",
        stamp=origin.stamp(),
        alt=(
            f"Pairs of dots for {len(ordered) - len(outside)} countries. {listed(context.country)}: production-based "
            f"{_said(first['production'])}, consumption-based {_said(first['consumption'])}."
        ),
        caption=caption,
    )


def _balances(context: Context, figures: dict[str, dict[str, Figure]], origin: Origin) -> Chart:
    ordered = sorted(context.compared, key=lambda code: -(figures[code]["balance"].value or 0.0))
    return Chart(
        id="accounts-balance",
        form="bars",
        title="How much more (or less) consumption causes than production emits",
        unit=PERCENT,
        axis="Consumption-based over production-based emissions, difference",
        series=("Difference",),
        rows=tuple(
            ChartRow(label=listed(c), figures=(figures[c]["balance"].id,), highlight=c == context.country)
            for c in ordered
        ),
        label_title="Country",
        stamp=origin.stamp(),
        alt=(
            f"Bars to the right for countries whose consumption causes more than they emit. Largest: "
            f"{listed(ordered[0])}, {_said(figures[ordered[0]]['balance'])}; smallest: {listed(ordered[-1])}, "
            f"{_said(figures[ordered[-1]]['balance'])}."
        ),
    )


def _table(context: Context, figures: dict[str, dict[str, Figure]], origin: Origin) -> Table:
    unit = figures[context.country]["production"].unit
    heads = ("Production", "Consumption", "In imports", "In exports", "Households’ own")
    return Table(
        id="accounts-table",
        title="The accounts in full",
        columns=(
            Column(title="Country"),
            *(Column(title=head, unit=unit, numeric=True) for head in heads),
            Column(title="Difference", unit=PERCENT, numeric=True),
        ),
        rows=tuple(
            (Cell(text=listed(code)), *(cell(figures[code][column]) for column in (*_COLUMNS, "balance")))
            for code in context.compared
        ),
        stamp=origin.stamp(),
        caption="In imports: emissions abroad for this country’s final use. In exports: emissions here for use abroad.",
    )


def _what_stays_apart(context: Context, accounts: pd.DataFrame, emissions: Extension, origin: Origin) -> Note:
    shown = shown_unit(emissions.unit)

    def world(column: str, words: str) -> Figure:
        amount = accounts[column].sum()
        # What rounding leaves of an identity that holds is no amount of carbon.
        value = amount * shown.factor if abs(amount) > _ROUNDING * accounts["production"].sum() else 0.0
        return context.ledger.enter(
            (SECTION.id, "world", column), f"World: {words}", value, shown.unit, "production-account", origin
        )

    return Note(
        tone="caution",
        title="What is kept apart",
        text=write(
            "Over all regions, production-based accounts add up to {total}. The table’s own statistical discrepancy "
            "carries {discrepancy} of it; {unallocated} arise in industries without recorded output or behind what "
            "they buy, also in other countries. Both stand in the production-based accounts and in no one’s "
            "consumption.",
            total=world("production", "production-based, all regions"),
            discrepancy=world("discrepancy", "carried by the statistical discrepancy"),
            unallocated=world("unallocated", "in industries without recorded output or behind what they buy"),
        ),
    )


def _size(figures: dict[str, Figure]) -> float:
    return max(figures["production"].value or 0.0, figures["consumption"].value or 0.0)


def _said(figure: Figure) -> str:
    return with_unit(in_prose(figure.value), figure.unit)
