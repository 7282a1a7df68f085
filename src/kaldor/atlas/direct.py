"""One year of a published table straight from its files, without a store: what `add` and the store would give."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np

from kaldor.atlas import reading, writing
from kaldor.atlas.add import as_read, provenance_of, read_contents, source_of
from kaldor.atlas.published import PublishedEconomy
from kaldor.atlas.readers.contents import EconomyContents
from kaldor.atlas.readers.download import Download
from kaldor.atlas.readers.known import recognise
from kaldor.declared import refuse_special
from kaldor.errors import InputError, Problem


def read_economy(path: Path, year: int | None = None, as_id: str | None = None) -> PublishedEconomy:
    """One year of the table in a file or folder, recognised as `add` recognises it; the arrays are in memory.

    `as_id`: the catalogue's entry that it is, where the files do not tell. Without a year, the only one that they hold.
    Raises InputError where they hold no economy, several years and none is named, or not that year.
    """
    refuse_special(path)
    layout, seen = recognise(Download(path))
    source = source_of(path, layout, seen, as_id)
    contents = read_contents(path, source)
    if not isinstance(contents, EconomyContents):
        what = f"holds {layout.kind}, not an economy."
        raise InputError(Problem(str(path), what, "Bring it into the store: kaldor data add."))
    one = replace(contents, years=(_the_year(path, contents, year),))
    with tempfile.TemporaryDirectory(prefix="kaldor-") as folder:
        content = Path(folder)
        declared = as_read(source, one)
        manifest = writing.write_dataset(content, declared.id, one, declared, provenance_of(one, declared, seen.words))
        return _in_memory(reading.economy(manifest, content, one.years[0]))


def _the_year(path: Path, contents: EconomyContents, year: int | None) -> int:
    held = ", ".join(map(str, contents.years))
    if year is None and len(contents.years) == 1:
        return contents.years[0]
    if year is None:
        raise InputError(Problem(f"{path}, year", f"the files hold {held}.", "Name one of them."))
    if year not in contents.years:
        raise InputError(Problem(str(path), f"there is no year {year}.", f"The files hold {held}."))
    return year


def _in_memory(table: PublishedEconomy) -> PublishedEconomy:
    """The table with its arrays read, so that the files behind them may go."""
    arrays = {name: np.array(getattr(table, name)) for name in ("Z", "Y", "x")}
    extensions = tuple(replace(one, F=np.array(one.F), F_Y=np.array(one.F_Y)) for one in table.extensions)
    return replace(table, **arrays, extensions=extensions)  # type: ignore[arg-type]
