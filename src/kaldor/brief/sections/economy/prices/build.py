"""Section: where a change of costs ends up: in prices of the country's products, and with which final users."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd

from kaldor.brief.context import Context, Part
from kaldor.brief.document import Cell, Chart, ChartRow, Column, Figure, Note, Paragraph, Table, Text
from kaldor.brief.ledger import Origin, cell, write
from kaldor.brief.missing import part_without
from kaldor.brief.names import in_running_text, in_text, listed, possessive, sentence_start
from kaldor.brief.numbers import in_prose
from kaldor.brief.sections.economy.prices import COST_RISE, SECTION, CostRise
from kaldor.brief.units import PERCENT
from kaldor.brief.wording import listing
from kaldor.digits import ranked
from kaldor.economy.extraction import block_of
from kaldor.economy.prices import consumer_prices, cost_push

_METHOD = "cost-push"
_IN_PICTURE = 12
_NO_BASKET: Final = frozenset({"inventories", "valuables", "exports"})
"""Roles of final demand that are nobody's purchases for use at home, and may be negative."""


@dataclass(frozen=True)
class _Users:
    """Some final users: what they are called, and by region what they pay more, in per cent and in money."""

    words: str
    paid: pd.DataFrame
    share: Mapping[str, Figure]
    extra: Mapping[str, Figure]


def build(context: Context) -> Part:
    """Price of each of the country's products, and what final users of the country and its peers pay more."""
    rise = context.study.of(COST_RISE)
    roles = [role for role in dict.fromkeys(context.economy.demand_roles.values()) if role not in _NO_BASKET]
    if rise is None or not roles:
        lacking = "no costs that rise" if rise is None else "no category of final demand whose role is known"
        remedy = "Give [cost_rise] in the study." if rise is None else "Say the role of each category in the table."
        return part_without(context, SECTION, lacking, remedy)
    block = block_of(context.economy, rise.regions or context.country, rise.sectors or None)
    change = cost_push(context.economy, dict.fromkeys(block, rise.share))
    origin = context.table_origin("predicted")
    share = context.ledger.enter(
        (SECTION.id, "rise"), "Costs, share of output: rise", 100 * rise.share, PERCENT, _METHOD, origin
    )
    products = _products(context, change, origin)
    users = [_pay(context, change, *kind, origin) for kind in _kinds(roles)]
    return Part.of(
        SECTION,
        (
            _words(context, rise, share, users),
            _picture_of_products(context, products, origin),
            _picture_of_users(context, users[0], origin),
            _table_of_users(context, users, origin),
            *_table_of_products(context, products, origin),
            _limits(),
        ),
        _headline(context, rise, share, users[0]),
        results={"prices": change.to_frame(), **{f"prices_{one.words}".replace(" ", "_"): one.paid for one in users}},
    )


def _kinds(roles: Sequence[str]) -> list[tuple[str, list[str]]]:
    """Whose purchases are shown: those of households, where they stand by themselves, and those of all final users."""
    kinds = [("final users", list(roles))]
    return [("households", ["households"]), *kinds] if "households" in roles and len(roles) > 1 else kinds


def _products(context: Context, change: pd.Series, origin: Origin) -> list[tuple[str, Figure]]:
    """The country's products that are made there, the one that becomes dearest first."""
    output = pd.Series(context.economy.x, index=context.economy.index)
    own = change.loc[context.country][output.loc[context.country] > 0]
    order = ranked(own.abs()).index
    return [
        (
            context.sector_name(str(sector)),
            context.ledger.enter(
                (SECTION.id, context.country, str(sector)),
                f"{listed(context.country)}, {in_running_text(context.sector_name(str(sector)))}: change of price",
                100 * float(own[sector]),
                PERCENT,
                _METHOD,
                origin,
            ),
        )
        for sector in order
    ]


def _pay(context: Context, change: pd.Series, words: str, roles: Sequence[str], origin: Origin) -> _Users:
    paid, money = consumer_prices(context.economy, change, role=roles), context.currency()
    share, extra = (
        {
            code: context.ledger.enter(
                (SECTION.id, words, code, column),
                f"{listed(code)}, {words}: {label}",
                float(paid.loc[code, column]) * factor,
                unit,
                _METHOD,
                origin,
            )
            for code in context.compared
        }
        for column, label, factor, unit in (
            ("price_change", "change of what their purchases cost", 100, PERCENT),
            ("extra_cost", "change of what they pay in a year", money.factor, money.unit),
        )
    )
    paid.attrs = {}
    return _Users(words, paid, share, extra)


def _headline(context: Context, rise: CostRise, share: Figure, users: _Users) -> Text:
    return write(
        "If costs of {which} in {where} {went} by {rise:size} of output and all were passed on, {users} of {country} "
        "would pay {paid:size} {more} for the same purchases: {extra:size} a year.",
        which=_industries(context, rise),
        where=_places(context, rise),
        went="rose" if rise.share > 0 else "fell",
        rise=share,
        users=users.words,
        country=in_text(context.country),
        paid=users.share[context.country],
        more="more" if rise.share > 0 else "less",
        extra=users.extra[context.country],
    )


def _words(context: Context, rise: CostRise, share: Figure, users: Sequence[_Users]) -> Paragraph:
    text = write(
        "Wages, taxes or other primary costs of {which} in {where} are taken to change by {rise} of output. Each buyer "
        "passes on what its own inputs cost more, at home and abroad, until the change stands in what final users pay",
        which=_industries(context, rise),
        where=_places(context, rise),
        rise=share,
    )
    more = "more" if rise.share > 0 else "less"
    for place, one in enumerate(users):
        text += write(
            ("; " if place else ": ") + "{users} of {country} would pay {paid:size} {more} for what they bought before",
            users=one.words,
            country=in_text(context.country),
            paid=one.share[context.country],
            more=more,
        )
    return Paragraph(text=(*text, *write(".")))


def _picture_of_products(context: Context, products: Sequence[tuple[str, Figure]], origin: Origin) -> Chart:
    shown = products[:_IN_PICTURE]
    return Chart(
        id="prices-products",
        form="bars",
        title=f"Prices of {possessive(context.country)} products",
        unit=PERCENT,
        axis="Change of price",
        series=("Change of price",),
        rows=tuple(ChartRow(label=name, figures=(figure.id,)) for name, figure in shown),
        label_title="Product",
        stamp=origin.stamp(),
        alt="Bars of the change of price, the largest first: "
        + "; ".join(f"{name} {in_prose(figure.value)} %" for name, figure in shown)
        + ".",
        caption="The twelve that change most." if len(shown) < len(products) else "",
    )


def _picture_of_users(context: Context, users: _Users, origin: Origin) -> Chart:
    return Chart(
        id="prices-users",
        form="bars",
        title=f"What {users.words} pay for the same purchases",
        unit=PERCENT,
        axis="Change of what the same purchases cost",
        series=("Change of cost",),
        rows=tuple(
            ChartRow(label=listed(code), figures=(figure.id,), highlight=code == context.country)
            for code, figure in users.share.items()
        ),
        label_title="Country",
        stamp=origin.stamp(),
        alt=f"Bars of the change of what {users.words} pay: "
        + "; ".join(f"{listed(code)} {in_prose(figure.value)} %" for code, figure in users.share.items())
        + ".",
    )


def _table_of_users(context: Context, users: Sequence[_Users], origin: Origin) -> Table:
    money = context.currency().unit
    names = [sentence_start(one.words) for one in users]
    return Table(
        id="prices-users-table",
        title="What final users pay for the same purchases: the change",
        columns=(
            Column(title="Country"),
            *(
                column
                for name in names
                for column in (
                    Column(title=name, unit=PERCENT, numeric=True),
                    Column(title=f"{name}, in a year", unit=money, numeric=True),
                )
            ),
        ),
        rows=tuple(
            (Cell(text=listed(code)), *(cell(side[code]) for one in users for side in (one.share, one.extra)))
            for code in context.compared
        ),
        stamp=origin.stamp(),
        caption="Over what they spent before; purchases for use, without stocks and valuables.",
    )


def _table_of_products(context: Context, products: Sequence[tuple[str, Figure]], origin: Origin) -> tuple[Table, ...]:
    """Every product, where the picture leaves some out."""
    if len(products) <= _IN_PICTURE:
        return ()
    return (
        Table(
            id="prices-products-table",
            title=f"Every product of {in_text(context.country)}",
            columns=(Column(title="Product"), Column(title="Change of price", unit=PERCENT, numeric=True)),
            rows=tuple((Cell(text=name), cell(figure)) for name, figure in products),
            stamp=origin.stamp(),
        ),
    )


def _limits() -> Note:
    return Note(
        tone="caution",
        title="All is passed on, and nobody turns away",
        text=write(
            "Every industry passes the change on in full and at once, nobody buys less or elsewhere, profits do not "
            "give way and exchange rates stay: where buyers can turn to others, less of it reaches them."
        ),
    )


def _industries(context: Context, rise: CostRise) -> str:
    known = context.economy.sectors
    names = [
        in_running_text(context.sector_name(name)) if name in known else f"the group “{name}”" for name in rise.sectors
    ]
    return listing(names) if names else "all industries"


def _places(context: Context, rise: CostRise) -> str:
    return listing([in_text(code) for code in rise.regions or (context.country,)])
