"""What dearer products cost whom: the final basket, real income, the sellers' windfall, the costs of industries."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from kaldor.brief.document import Block, Cell, Column, Figure, Table, Text
from kaldor.brief.ledger import Origin, cell, identifier, write
from kaldor.brief.names import in_running_text, in_text, possessive, sentence_start
from kaldor.brief.sections.resilience.shocks import SECTION
from kaldor.brief.sections.resilience.shocks.pictures import Run
from kaldor.brief.units import PERCENT
from kaldor.digits import ranked
from kaldor.twin.shocks.words import BASKETS, BASKETS_ARE, MONEY, SHARE, dearer_for

if TYPE_CHECKING:
    import pandas as pd

METHOD: Final = "price-shock"
_ROWS: Final = 6  # of each printed table; the results have all
_MOST: Final = 4  # regions by their basket, and as many by their windfall
_RISE: Final = 1e-6  # share; smaller rises are not told


def dearer(run: Run, origin: Origin) -> list[Block]:
    """What becomes dearer at the height of price events and who pays, where there are any; volumes as they were."""
    if not (run.result.prices > _RISE).any():
        return []
    return [_baskets(run, origin), *_products(run, origin), *_costs(run, origin)]


def dearer_in_words(run: Run, origin: Origin) -> Text:
    """What the country's final basket costs more at the height of price events, and what that takes of real income."""
    country, effects = run.context.country, run.result.price_effects()
    if not (run.result.prices > _RISE).any() or np.isnan(effects.loc[country, "basket_rise"]):
        return ()
    figures = {name: _figure(run, country, name, float(effects.loc[country, name]), origin) for name, _, _ in BASKETS}
    return write(
        " {whose} final basket becomes {basket_rise} dearer: {real_income_loss} of real income lost, which is "
        "{real_income_loss_share} of its value added; its own sellers win {windfall}.",
        whose=sentence_start(possessive(country)),
        **figures,
    )


def _baskets(run: Run, origin: Origin) -> Table:
    """Who pays and who wins: the country, those whose basket becomes dearest, those who win most, and all together."""
    effects, country = run.result.price_effects(), run.context.country
    winners = ranked(effects["windfall"][effects["windfall"] > 0]).head(_MOST).index
    dearest = effects.index[effects["basket_rise"].fillna(0.0) > _RISE][:_MOST]
    rows = [_basket_row(run, str(region), effects, origin) for region in dict.fromkeys((country, *dearest, *winners))]
    rows.append(_world_row(run, effects, origin))
    unit = f"{run.context.currency().unit} a year"
    return Table(
        id=identifier(SECTION.id, run.id, "baskets"),
        title=f"{run.name}: who pays what becomes dearer, and who wins",
        columns=(
            Column(title="Region"),
            *(Column(title=words, unit=PERCENT if kind == SHARE else unit, numeric=True) for _, words, kind in BASKETS),
        ),
        rows=tuple(rows),
        stamp=origin.stamp(),
        caption=(
            f"{_for_whom(run)} {BASKETS_ARE} Volumes: not moved, so there is no band over behaviour. All regions "
            "together lose what sellers win, but for what is sold from inventories."
        ),
    )


def _for_whom(run: Run) -> str:
    """Who buys dearer what, and from whom."""
    return dearer_for(
        run.result.shock,
        run.result.economy.regions,
        lambda region: run.called(region, in_a_sentence=True),
        lambda sector: in_running_text(run.industry(sector)),
    )


def _basket_row(run: Run, region: str, effects: pd.DataFrame, origin: Origin) -> tuple[Cell, ...]:
    return (
        Cell(text=run.called(region)),
        *(_amount(run, region, name, float(effects.loc[region, name]), origin) for name, _, _ in BASKETS),
    )


def _world_row(run: Run, effects: pd.DataFrame, origin: Origin) -> tuple[Cell, ...]:
    """All regions together; their baskets and value added are not added up here."""
    cells = (
        _amount(run, "world", name, float(effects[name].sum()), origin) if kind == MONEY else Cell(text="–")
        for name, _, kind in BASKETS
    )
    return (Cell(text="All regions"), *cells)


def _amount(run: Run, region: str, name: str, value: float, origin: Origin) -> Cell:
    return Cell(text="–") if np.isnan(value) else cell(_figure(run, region, name, value, origin))


def _figure(run: Run, region: str, name: str, value: float, origin: Origin) -> Figure:
    words, kind = next((words, kind) for known, words, kind in BASKETS if known == name)
    money = run.context.currency()
    factor, unit = (100.0, PERCENT) if kind == SHARE else (money.factor, f"{money.unit} a year")
    return run.context.ledger.enter(
        (SECTION.id, run.id, "basket", region, name),
        f"{run.name}: {in_running_text(words)}, {run.whose(region)}",
        (value if kind == SHARE else run.cleared(value)) * factor,
        unit,
        METHOD,
        origin,
    )


def _products(run: Run, origin: Origin) -> list[Table]:
    prices, where = run.result.prices.loc[run.context.country], in_text(run.context.country)
    rises = ranked(prices[prices > _RISE]).head(_ROWS)
    rows = []
    for sector, rise in rises.items():
        name = run.industry(str(sector))
        figure = run.context.ledger.enter(
            (SECTION.id, run.id, "price", str(sector)),
            f"{run.name}: rise of the price of {in_running_text(name)} for final users, {where}",
            100.0 * float(rise),
            PERCENT,
            METHOD,
            origin,
        )
        rows.append((Cell(text=name), cell(figure)))
    return _rises(run, "prices", f"what becomes dearer in {where}", "Product", rows, origin)


def _costs(run: Run, origin: Origin) -> list[Table]:
    """The industries whose costs rise most, anywhere."""
    costs = run.result.cost_rises()["cost_rise"]
    rows = []
    for (region, sector), rise in costs[costs > _RISE].head(_ROWS).items():
        name = f"{run.called(region)}: {in_running_text(run.industry(sector))}"
        figure = run.context.ledger.enter(
            (SECTION.id, run.id, "cost", region, sector),
            f"{run.name}: rise of costs, of output, {name}",
            100.0 * float(rise),
            PERCENT,
            METHOD,
            origin,
        )
        rows.append((Cell(text=name), cell(figure)))
    return _rises(run, "costs", "industries whose costs rise most, of output", "Industry", rows, origin)


def _rises(
    run: Run, id: str, what: str, head: str, rows: Sequence[tuple[Cell, ...]], origin: Origin
) -> list[Table]:  # fmt: skip
    if not rows:
        return []
    table = Table(
        id=identifier(SECTION.id, run.id, id),
        title=f"{run.name}: {what}",
        columns=(Column(title=head), Column(title="Rise", unit=PERCENT, numeric=True)),
        rows=tuple(rows),
        stamp=origin.stamp(),
        caption="Costs passed on along all chains, at the height of the event.",
    )
    return [table]
