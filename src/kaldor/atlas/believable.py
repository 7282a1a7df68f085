"""What no table that is meant holds, whichever reader read it: errors of a spreadsheet as names, years that are none,
cells beyond any amount, flows that are all below zero. One check for all readers, before anything is stored.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from kaldor.atlas.readers.contents import CodeContents, Contents, EconomyContents, ExtensionContents, IndicatorContents
from kaldor.bounds import AGE, YEAR, Bounds, allowed, outside
from kaldor.errors import InputError, Problem, printable

LARGEST: Final = 1e30
"""The largest cell: far beyond the world's output in any currency, and small enough to be added up and squared."""

SPREADSHEET_ERRORS: Final = frozenset(
    {"#REF!", "#N/A", "#N/A N/A", "#NA", "#DIV/0!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"}
)

_SLIP = "Look for a slip of the unit or of the decimal sign."
_MOST = 5  # of one kind: who reads on has seen what is wrong


def check_labels_and_years(contents: Contents) -> None:
    """Raise InputError for names that are errors of a spreadsheet and for years that are none, wherever they stand."""
    file = _files(contents)
    problems = [*_years(contents, file), *_names(contents, file), *_values(contents, file)]
    if problems:
        raise InputError(problems)


def check_cells(array: NDArray[np.generic], place: str) -> None:
    """Raise InputError where a cell of an array is no finite number or beyond any amount; names the first."""
    if not array.size:
        return
    with np.errstate(invalid="ignore"):
        least, most = float(array.min()), float(array.max())  # a pass each, and no mask as large as the table
    if max(-least, most) <= LARGEST:  # not so where one of them is no number
        return
    wrong = ~np.isfinite(array) if not np.isfinite(least + most) else np.abs(array.astype(np.float64)) > LARGEST
    if not wrong.any():
        wrong = np.abs(array.astype(np.float64)) > LARGEST
    first = tuple(np.argwhere(wrong)[0])
    cell = f"{place}, cell ({', '.join(map(str, first))})"
    value = float(array[first])
    if not np.isfinite(value):
        raise InputError(Problem(cell, "is not a finite number.", "Correct the cell, and add the file again."))
    what = f"is {value:.3g}, beyond any amount; expected at most {LARGEST:.0e} in size."
    raise InputError(Problem(cell, what, _SLIP))


class Signs:
    """Whether flows, seen some rows at a time, are all below zero: a table with its signs turned."""

    def __init__(self) -> None:
        self._least, self._most = 0.0, 0.0

    def see(self, rows: NDArray[np.generic]) -> None:
        """Look at some rows."""
        if rows.size:
            self._least, self._most = min(self._least, float(rows.min())), max(self._most, float(rows.max()))

    def check(self, place: str) -> None:
        """Raise InputError where some flow is below zero and none above."""
        if self._least < 0 and self._most <= 0:
            what = "every flow between industries is 0 or below; expected what industries buy from each other."
            raise InputError(Problem(place, what, "Turn the signs, or see whether these are the right cells."))


def _years(contents: Contents, file: str) -> Iterator[Problem]:
    within: Bounds = YEAR if isinstance(contents, EconomyContents | ExtensionContents) else AGE
    for year in [one for one in contents.years if not within.hold(one)][:_MOST]:
        yield Problem(f"{file}, year", outside(year), allowed(within.said))


def _names(contents: Contents, file: str) -> Iterator[Problem]:
    for table, columns in _tables(contents).items():
        for column, cells in columns.items():
            if isinstance(cells, np.ndarray):
                continue
            wrong = [(row, cell) for row, cell in enumerate(cells) if cell.strip().upper() in SPREADSHEET_ERRORS]
            for row, cell in wrong[:_MOST]:
                what = f"'{printable(cell)}' is an error of a spreadsheet; expected a {_meant(column)}."
                yield Problem(f"{file}, {table}, {column} {row + 1:,}", what, "Mend the sheet, and add it again.")


def _values(contents: Contents, file: str) -> Iterator[Problem]:
    """Values of long tables, which stand in no array of their own."""
    for table, columns in _tables(contents).items():
        values = columns.get("value")
        if not isinstance(values, np.ndarray):
            continue
        for row in np.flatnonzero(np.abs(values) > LARGEST)[:_MOST]:
            what = f"is {values[row]:.3g}, beyond any amount; expected at most {LARGEST:.0e} in size."
            yield Problem(
                f"{file}, {table}, value {row + 1:,}", what, "Look for a slip of the unit or the decimal sign."
            )


def _tables(contents: Contents) -> dict[str, Any]:
    if isinstance(contents, EconomyContents):
        return {"regions": contents.regions, "sectors": contents.sectors, "final demand": contents.final_demand}
    if isinstance(contents, ExtensionContents):
        return {"industries": contents.values, "households": contents.households}
    assert isinstance(contents, IndicatorContents | CodeContents)
    return {"codes" if isinstance(contents, CodeContents) else "indicators": contents.values}


def _meant(column: str) -> str:
    return {"region": "code of a region", "label": "name", "code": "code", "name": "name"}.get(column, column)


def _files(contents: Contents) -> str:
    """The file that was read, or the folder where several were."""
    if not contents.files:
        return "the files"
    first = contents.files[0]
    return printable(first.name if len(contents.files) == 1 else first.parent.name)
