"""Opens an economy by name, for every door: the embedded starter world, or a dataset of the store."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from kaldor.atlas.ids import STARTER
from kaldor.atlas.published import PublishedEconomy
from kaldor.errors import InputError, Problem, UnknownDatasetError

if TYPE_CHECKING:
    from kaldor.atlas.store import Store

__all__ = ["STARTER", "open_table"]


def open_table(
    dataset: str,
    year: int | None = None,
    extensions: Sequence[str] = (),
    *,
    store: Store | None = None,
    named_in: str = "",
) -> PublishedEconomy:
    """A published table with the extension datasets named: "starter", or an economy of the store (default store).

    Without a year, the only one that the dataset holds. `named_in`: the file that names all this, for a message.
    Raises InputError where a year must be named, or for years and extensions that the starter world does not have;
    UnknownDatasetError with the `kaldor data add` line.
    """
    if dataset == STARTER:
        return _starter(year, extensions, f"{named_in}, " if named_in else "")
    from kaldor.atlas.store import Store as TheStore
    from kaldor.atlas.store import unknown_dataset

    store = store or TheStore()
    try:
        return store.economy(dataset, _the_year(dataset, year, store), list(extensions))
    except UnknownDatasetError as error:
        if error.name != dataset:
            raise
        raise unknown_dataset(dataset, [STARTER, *error.known]) from None


def _starter(year: int | None, extensions: Sequence[str], place: str) -> PublishedEconomy:
    from kaldor.economy.starter import starter_world

    table = starter_world()
    problems = []
    if extensions:
        problems.append(Problem(f"{place}extensions", "the starter world takes none.", "It carries its own."))
    if year not in {None, table.year}:
        problems.append(Problem(f"{place}year", f"the starter world is of {table.year}, not {year}.", "Leave it out."))
    if problems:
        raise InputError(problems)
    return table


def _the_year(dataset: str, year: int | None, store: Store) -> int:
    if year is not None:
        return year
    years = store.years(dataset)
    if len(years) != 1:
        held = ", ".join(str(held) for held in years)
        raise InputError(Problem("year", f"{dataset} holds {held}.", "Name one of them."))
    return years[0]
