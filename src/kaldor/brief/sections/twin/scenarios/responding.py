"""How the scenarios of a study are answered, in words, and what their partners gain and lose."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from kaldor.brief.document import Cell, Column, Paragraph, Table
from kaldor.brief.ledger import Origin, cell, identifier, write
from kaldor.brief.names import in_text, listed, sentence_start
from kaldor.brief.sections.twin.scenarios import SECTION
from kaldor.brief.wording import listing
from kaldor.twin.outcome import Outcome, Outcomes
from kaldor.twin.scenario import CLOSURES

if TYPE_CHECKING:
    from kaldor.brief.context import Context

_MOST: Final = 12  # partners in the printed table; the results have all


def name_of(outcomes: Outcomes) -> str:
    """What a scenario is called."""
    return outcomes.scenario.called


def how_answered(context: Context, every: Sequence[Outcomes]) -> Paragraph:
    """What moves and what stays in the scenarios, by which elasticities, and what is held."""
    said: dict[str, list[str]] = {}
    for one in every:
        words = one.responding or f"At fixed prices: {CLOSURES[one.scenario.closure]}."
        said.setdefault(words, []).append(name_of(one))
    how = " ".join(
        words if len(said) == 1 else f"{listing(names)}: {sentence_start(words)}" for words, names in said.items()
    )
    return Paragraph(
        text=write(
            "Each scenario changes the economy of {year} as its levers say, and nothing else. It is no forecast. "
            "Changes are measured for {place}, beside the world where the world is named. {how}",
            year=str(context.economy.year),
            place=in_text(context.country),
            how=how,
        )
    )


def at_fixed_prices(each: Sequence[Sequence[Outcome]], every: Sequence[Outcomes]) -> str:
    """Which metrics of a table (scenarios within each) follow volumes at fixed prices; in the others prices respond."""
    said: dict[str, list[str]] = {}
    for outcomes in each:
        fixed = [
            name_of(one)
            for one, outcome in zip(every, outcomes, strict=True)
            if outcome.view == "fixed prices" and one.responding
        ]
        if fixed:
            where = "" if len(fixed) == sum(bool(one.responding) for one in every) else f" ({listing(fixed)})"
            said.setdefault(where, []).append(outcomes[0].metric.title)
    return " ".join(f"At fixed prices{where}: {'; '.join(titles)}." for where, titles in said.items())


def partners_table(context: Context, found: Outcomes, origin: Origin, method: str) -> Table | None:
    """What partners gain and lose of real income, low-income countries first."""
    moved = found.partners[found.partners["change"] != 0] if len(found.partners) else found.partners
    if moved.empty:
        return None
    money, name = context.currency(), name_of(found)
    rows = []
    for region, row in moved.head(_MOST).iterrows():
        place = listed(str(region))
        figures = [
            context.ledger.enter(
                (SECTION.id, found.scenario.id, "partner", str(region), key),
                f"{name}: {words}, {place}",
                float(row[which]) * money.factor,
                money.unit,
                method,
                origin,
            )
            for which, key, words in (
                ("change", "real-income", "change of real national income"),
                ("terms_of_trade", "terms-of-trade", "of it better or worse prices in trade"),
            )
        ]
        rows.append((Cell(text=place), Cell(text=str(row["group"])), *(cell(figure) for figure in figures)))
    left = len(moved) - len(rows)
    return Table(
        id=identifier(SECTION.id, "partners", found.scenario.id),
        title=f"What partners gain and lose: {name}",
        columns=(
            Column(title="Country"),
            Column(title="Income group"),
            Column(title="Real national income", unit=money.unit, numeric=True),
            Column(title="Of it terms of trade", unit=money.unit, numeric=True),
        ),
        rows=tuple(rows),
        stamp=origin.stamp(),
        caption="Low-income countries come first, regions of no income group last."
        + (f" {left} more are in the results." if left > 0 else ""),
    )
