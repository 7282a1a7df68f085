"""Bands of accounts or multipliers in the shape of an answer."""

from __future__ import annotations

from typing import Any

from kaldor.economy.economy import Economy
from kaldor.economy.uncertainty import Bands
from kaldor.server.answers import ColumnAnswer, TableAnswer
from kaldor.server.describing import about
from kaldor.server.tables import rows_of


def bands_answer(economy: Economy, found: Bands, of: str, regions: list[str]) -> dict[str, Any]:
    """The table of bands (accounts, or multipliers of the regions named), how it was drawn, and on what errors.

    Besides the fields of a table's answer: extension, level, draws, seed, rule and the id of the error model.
    """
    table, unit = found.table, found.unit
    if of == "multipliers":
        table, unit = found.multipliers, f"{found.unit} per {economy.unit}"
        table = table.loc[regions] if regions else table
    labels = [str(name) for name in table.index.names]
    answer = TableAnswer(
        **about(
            economy,
            found.extension,
            f"{found.draws} tables drawn around the published one (seed {found.seed}, outputs kept by {found.rule}), "
            f"each account solved anew; between low and high lie {100 * found.level:g} % of them (Lenzen et al. 2010)",
        ),
        columns=[ColumnAnswer(id=name, unit="") for name in labels]
        + [ColumnAnswer(id=str(name), unit=unit) for name in table.columns],
        rows=rows_of(table),
    )
    model = f"Errors of the cells: {found.model.title}. {found.model.source}."
    return answer.model_copy(update={"notes": [*answer.notes, model]}).model_dump(mode="json") | {
        "extension": found.extension,
        "level": found.level,
        "draws": found.draws,
        "seed": found.seed,
        "rule": found.rule,
        "model": found.model.id,
    }
