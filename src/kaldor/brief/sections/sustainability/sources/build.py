"""Section: where abroad a country's consumption causes emissions, and through which products."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from kaldor.brief.context import Context, Part
from kaldor.brief.document import Cell, Chart, ChartRow, Column, Figure, Paragraph, Table, Text
from kaldor.brief.ledger import Origin, cell, write
from kaldor.brief.names import in_running_text, in_text, listed, possessive, sentence_start
from kaldor.brief.numbers import in_prose, with_unit
from kaldor.brief.sections.sustainability.sources import SECTION
from kaldor.brief.units import PERCENT, shown_unit
from kaldor.digits import ranked
from kaldor.economy.accounts import DIRECT_USE, footprint

if TYPE_CHECKING:
    import pandas as pd

    from kaldor.economy.economy import Economy, Extension

_MOST = 10
_TOP = 3
_REGIONS_WITH_PRODUCTS = 5
_PRODUCTS_EACH = 3


def build(context: Context) -> Part:
    """The ten largest regions abroad, the products behind the largest five, and the ten largest products."""
    emissions = context.needed_emissions
    economy, origin = context.economy, context.origin_of(emissions)
    by_region = footprint(economy, emissions.id, by="region")[context.country].loc[list(economy.regions)]
    by_product = _products(footprint(economy, emissions.id, by="product")[context.country])
    abroad = ranked(by_region.drop(context.country))
    behind = {code: _products_of(context, emissions, code) for code in abroad.index[:_REGIONS_WITH_PRODUCTS]}

    regions = {code: _region_figure(context, emissions, code, abroad[code], origin) for code in abroad.index[:_MOST]}
    shares = _shares(context, by_region, abroad, origin)
    blocks = (
        _words(context, regions, shares),
        _region_chart(context, regions, origin),
        _regions_and_products(context, emissions, regions, behind, origin),
        _product_chart(context, emissions, by_product, origin),
    )
    return Part.of(
        SECTION,
        blocks,
        _headline(regions, shares),
        results={
            "sources_by_region": by_region.rename("footprint").to_frame(),
            "sources_by_product": by_product.rename("footprint").to_frame(),
            "sources_by_region_and_product": _joined(behind),
        },
    )


def _products(column: pd.Series) -> pd.Series:
    """A footprint by product (region, sector) added up over the regions that sell the product; direct use stays out."""
    return ranked(column.drop(("", DIRECT_USE)).groupby(level="sector", sort=False).sum())


def _products_of(context: Context, emissions: Extension, code: str) -> pd.Series:
    """The country's footprint by product, of emissions that arise in one region only."""
    only_there = _arising_in(context.economy, emissions, code)
    economy = context.economy.with_extensions(only_there)
    return _products(footprint(economy, only_there.id, by="product")[context.country])


def _arising_in(economy: Economy, emissions: Extension, code: str) -> Extension:
    F = np.zeros_like(emissions.F)
    F[economy.rows_of(code)] = emissions.F[economy.rows_of(code)]
    return replace(emissions, id=f"{emissions.id}-of-{code}", F=F, F_Y=np.zeros_like(emissions.F_Y))


def _joined(behind: dict[str, pd.Series]) -> pd.DataFrame:
    import pandas as pd

    return pd.concat(behind, names=["origin"]).rename("footprint").to_frame()


def _region_figure(context: Context, emissions: Extension, code: str, value: float, origin: Origin) -> Figure:
    shown = shown_unit(emissions.unit)
    label = f"{sentence_start(possessive(context.country))} footprint arising in {in_text(code)}"
    return context.ledger.enter((SECTION.id, code), label, value * shown.factor, shown.unit, "footprint-origin", origin)


def _shares(context: Context, by_region: pd.Series, abroad: pd.Series, origin: Origin) -> dict[str, Figure]:
    def share(name: str, value: float, words: str) -> Figure:
        label = f"{sentence_start(possessive(context.country))} footprint: {words}"
        amount = 100 * value / by_region.sum()
        return context.ledger.enter((SECTION.id, "share", name), label, amount, PERCENT, "footprint-origin", origin)

    top = abroad.iloc[:_TOP].sum()
    return {
        "abroad": share("abroad", abroad.sum(), "share that arises abroad"),
        "top": share("top-three", top, "share that arises in the three largest foreign sources"),
    }


def _headline(regions: dict[str, Figure], shares: dict[str, Figure]) -> Text:
    (first, amount), *others = regions.items()
    about: dict[str, Figure | str] = {"share": shares["abroad"], "first": in_text(first), "first_amount": amount}
    if not others:
        return write("{share} of that footprint arose abroad, in {first} ({first_amount}).", **about)
    second, amount = others[0]
    return write(
        "{share} of that footprint arose abroad; the largest sources were {first} ({first_amount}) and {second} "
        "({second_amount}).",
        **about,
        second=in_text(second),
        second_amount=amount,
    )


def _words(context: Context, regions: dict[str, Figure], shares: dict[str, Figure]) -> Paragraph:
    return Paragraph(
        text=write(
            "Of the emissions that {whose} consumption causes, {abroad} are counted to other countries"
            + (", {top} in the three largest of them alone" if len(regions) > _TOP else "")
            + ". The places below are where the emissions arise, wherever in the chain that is, and not the countries "
            "that deliver the finished product.",
            whose=possessive(context.country),
            abroad=shares["abroad"],
            top=shares["top"],
        )
    )


def _region_chart(context: Context, regions: dict[str, Figure], origin: Origin) -> Chart:
    first = next(iter(regions))
    caption = "The rest of the world is what the table does not show country by country." if "ROW" in regions else ""
    return Chart(
        id="sources-regions",
        form="bars",
        title=f"Where abroad {possessive(context.country)} consumption causes emissions",
        unit=regions[first].unit,
        axis="Emissions arising there",
        series=("Emissions",),
        rows=tuple(ChartRow(label=listed(code), figures=(figure.id,)) for code, figure in regions.items()),
        label_title="Region of origin",
        stamp=origin.stamp(),
        alt=f"Bars for {len(regions)} foreign sources, from {listed(first)} with {_said(regions[first])} down.",
        caption=caption,
    )


def _regions_and_products(
    context: Context, emissions: Extension, regions: dict[str, Figure], behind: dict[str, pd.Series], origin: Origin
) -> Table:
    shown = shown_unit(emissions.unit)
    rows = []
    for code, products in behind.items():
        cells = [Cell(text=listed(code)), cell(regions[code])]
        for sector, value in products.iloc[:_PRODUCTS_EACH].items():
            name = context.sector_name(str(sector))
            whose = sentence_start(possessive(context.country))
            label = f"{whose} footprint in {in_text(code)} through {in_running_text(name)}"
            figure = context.ledger.enter(
                (SECTION.id, code, str(sector)), label, value * shown.factor, shown.unit, "footprint-product", origin
            )
            cells.append(cell(figure, name))
        rows.append(tuple(cells))
    places = ("First product", "Second product", "Third product")[:_PRODUCTS_EACH]
    return Table(
        id="sources-regions-products",
        title="The five largest sources, and the products finally bought that carry them",
        columns=(
            Column(title="Region of origin"),
            Column(title="Emissions", unit=shown.unit, numeric=True),
            *(Column(title=place, unit=shown.unit) for place in places),
        ),
        rows=tuple(rows),
        stamp=origin.stamp(),
        caption=f"Products are those that final users in {in_text(context.country)} buy, wherever they were finished.",
    )


def _product_chart(context: Context, emissions: Extension, by_product: pd.Series, origin: Origin) -> Chart:
    shown = shown_unit(emissions.unit)
    whose = sentence_start(possessive(context.country))
    figures = {
        str(sector): context.ledger.enter(
            (SECTION.id, "product", str(sector)),
            f"{whose} footprint through {in_running_text(context.sector_name(str(sector)))}",
            value * shown.factor,
            shown.unit,
            "footprint-product",
            origin,
        )
        for sector, value in by_product.iloc[:_MOST].items()
    }
    first = next(iter(figures))
    return Chart(
        id="sources-products",
        form="bars",
        title=f"Through which products: {possessive(context.country)} footprint by what final users buy",
        unit=shown.unit,
        axis="Emissions along the whole chain, home and abroad",
        series=("Emissions",),
        rows=tuple(ChartRow(label=context.sector_name(s), figures=(figure.id,)) for s, figure in figures.items()),
        label_title="Product",
        stamp=origin.stamp(),
        alt=f"Bars for {len(figures)} products, from {context.sector_name(first)} with {_said(figures[first])} down.",
        caption="What households burn themselves is not in this picture.",
    )


def _said(figure: Figure) -> str:
    return with_unit(in_prose(figure.value), figure.unit)
