"""What the questions of this room are asked of: an economy, and what may be opened beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kaldor.asking import Answer, Origin, Table
from kaldor.economy.cautions import unpublished
from kaldor.economy.economy import Economy
from kaldor.words import Status, weakest

if TYPE_CHECKING:
    import pandas as pd

ECONOMY = "economy"


@dataclass(frozen=True)
class Asked:
    """An economy of one year, under the name that it was opened by.

    `in_year` opens the same with the same extensions in another year; `indicators` reads a dataset of indicators.
    """

    economy: Economy
    dataset: str
    in_year: Callable[[int], Economy]
    indicators: Callable[[str], pd.DataFrame]


def answer(
    asked: Asked, title: str, table: Table | Sequence[Table], method: str, *,
    extension: str | Sequence[str] = (), facts: Mapping[str, Any] | None = None, said: Sequence[str] = (),
) -> Answer:  # fmt: skip
    """An answer with what every one of an economy carries: status, origin, the notes of its data.

    `extension`: one or several that its figures come from; value added is the economy's own. The status is the weakest
    of these and of what the tables say of themselves. What was not published of them is said beside the figures.
    """
    economy = asked.economy
    read = (extension,) if isinstance(extension, str) else extension
    carried = [economy.extensions[name] for name in read if name in economy.extensions]
    source = economy.source
    tables = (table,) if isinstance(table, Table) else tuple(table)
    labelled: list[Status] = [one.frame.attrs["status"] for one in tables if "status" in one.frame.attrs]
    data = weakest(economy.status, *(one.status for one in carried))
    said = (*said, *unpublished(economy, read))
    published = (source.title, source.citation, source.licence, source.landing_page)
    return Answer(
        title=title,
        tables=tables,
        status=weakest(data, *labelled),
        origin=Origin(asked.dataset, economy.year, data, *published),
        method=method,
        facts=dict(facts or {}),
        said=tuple(said),
        notes=tuple(dict.fromkeys((*economy.notes, *(f"{one.name}: {one.source.citation}" for one in carried)))),
    )
