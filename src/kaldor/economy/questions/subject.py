"""What the questions of this room are asked of: an economy, and what may be opened beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from kaldor.asking import Answer, Inputs, Origin, Table, text_file
from kaldor.economy.aggregate import added_up
from kaldor.economy.cautions import unpublished
from kaldor.economy.economy import Economy
from kaldor.economy.questions.inputs import LARGEST_FILE
from kaldor.words import Status, weakest

if TYPE_CHECKING:
    import pandas as pd

    from kaldor.atlas.territorial import Inventories, Territorial

ECONOMY = "economy"


def _none_known(extension: str, year: int) -> tuple[Territorial, ...]:
    return ()


@dataclass(frozen=True)
class Asked:
    """An economy of one year, under the name that it was opened by.

    `in_year` opens the same with the same extensions in another year; `indicators` reads a dataset of indicators,
    `inventories` what the store holds of emissions on the territory.
    """

    economy: Economy
    dataset: str
    in_year: Callable[[int], Economy]
    indicators: Callable[[str], pd.DataFrame]
    inventories: Inventories = _none_known
    most_levers: int | None = None
    """How many levers a scenario may have, where others wait for the same machine."""


class OfEconomy(Inputs):
    """The inputs of every question of an economy: what is done with the table before it is asked."""

    aggregate: Annotated[
        str | None,
        Field(
            max_length=LARGEST_FILE,
            description="CSV with from (sectors or groups) and to: sectors to add up first.",
            json_schema_extra=text_file(".csv"),
        ),
    ] = None

    def made_of(self, subject: Asked) -> Asked:
        """The economy with its sectors added up, in whatever year."""
        text = self.aggregate
        if text is None:
            return subject
        economy = added_up(subject.economy, text, "aggregate")
        return replace(
            subject, economy=economy, in_year=lambda year: added_up(subject.in_year(year), text, "aggregate")
        )


def answer(
    asked: Asked, title: str, table: Table | Sequence[Table], method: str, *,
    extension: str | Sequence[str] = (), filled: Sequence[str] = (), facts: Mapping[str, Any] | None = None,
    said: Sequence[str] = (),
) -> Answer:  # fmt: skip
    """An answer with what every one of an economy carries: status, origin, the notes of its data.

    `extension`: one or several that its figures come from; value added is the economy's own. The status is the weakest
    of these and of what the tables say of themselves: "modelled" where one says nothing. What was not published of them
    is said beside the figures, but where the method fills such gaps (`filled`) and tells so itself.
    """
    economy = asked.economy
    read = (extension,) if isinstance(extension, str) else extension
    carried = [economy.extensions[name] for name in read if name in economy.extensions]
    source = economy.source
    tables = (table,) if isinstance(table, Table) else tuple(table)
    made: list[Status] = [one.frame.attrs.get("status", "modelled") for one in tables]
    data = weakest(economy.status, *(one.status for one in carried))
    said = (*said, *unpublished(economy, (name for name in read if name not in filled)))
    principles = {one.source.principle for one in carried} or {source.principle}
    principle = principles.pop() if len(principles) == 1 else "unknown"
    cited = tuple(dict.fromkeys(f"{one.name}: {one.source.citation}" for one in carried))
    published = (source.title, source.citation, source.licence, source.landing_page, principle, cited)
    return Answer(
        title=title,
        tables=tables,
        status=weakest(data, *made),
        origin=Origin(asked.dataset, economy.year, data, *published),
        method=method,
        facts=dict(facts or {}),
        said=tuple(said),
        notes=tuple(dict.fromkeys((*economy.notes, *cited))),
    )
