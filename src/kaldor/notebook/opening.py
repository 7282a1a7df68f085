"""Economies by name: the starter economy, a dataset of the store, or official files where they lie."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from kaldor.economy.economy import Economy
from kaldor.economy.labelled import Frame
from kaldor.economy.opening import STARTER, open_table
from kaldor.errors import InputError, Problem


def load(
    dataset: str | Path = STARTER,
    year: int | None = None,
    *,
    extensions: Sequence[str] = (),
    store: str | Path | None = None,
) -> Economy:
    """The economy of a dataset and year: "starter", an id of the store, or the path of official files.

    `extensions` are ids of extension datasets of the store to attach to one of its economies. `store` is its folder,
    by default the usual one. A path is a `Path`, or a text that has a "/" or names an existing folder or file; what it
    is, is recognised from the files. Without a year, the only one that there is.
    Raises UnknownDatasetError with the line that would add it; InputError for a year or extensions that are not there.

    >>> load().year
    2018
    """
    from kaldor.atlas.store import Store

    where = Store(Path(store)) if store is not None else None
    name = str(dataset)
    if name != STARTER and (isinstance(dataset, Path) or _is_path(name, where)):
        return _from_files(Path(dataset).expanduser(), year, extensions)
    return Economy.from_published(open_table(name, year, extensions, store=where))


def datasets(store: str | Path | None = None) -> pd.DataFrame:
    """What the store holds: id (index), kind, title, years and unit, and the starter economy first."""
    from kaldor.atlas.store import Store

    held = Store(Path(store) if store is not None else None).datasets()
    starter = load()
    rows = [(STARTER, "economy", starter.source.title, str(starter.year), starter.unit)]
    for one in held:
        first, last = one.years[0], one.years[-1]
        years = str(first) if first == last else f"{first}–{last}"
        rows.append((one.id, one.kind, one.source.title, years, one.unit))
    return Frame(rows, columns=["id", "kind", "title", "years", "unit"]).set_index("id")


def _is_path(name: str, store: object) -> bool:
    """Whether a text means files: it has a separator, or no dataset is called so and a file or folder is."""
    from kaldor.atlas.store import Store

    if "/" in name or "\\" in name:
        return True
    shelf = store if isinstance(store, Store) else Store()
    return Path(name).exists() and not shelf.has(name)


def _from_files(path: Path, year: int | None, extensions: Sequence[str]) -> Economy:
    from kaldor.atlas.direct import read_economy

    if extensions:
        what = "extensions are datasets of a store; a table read from its files cannot take them."
        remedy = f"Bring both into the store: kaldor data add {path}"
        raise InputError(Problem("extensions", what, remedy))
    return Economy.from_published(read_economy(path, year))
