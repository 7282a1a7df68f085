"""What is odd in a table as it was read: rounding, industries without output, demand below zero.

A publisher's table goes round in several forms (whole figures, all digits), so such faults are measured on the copy
that is stored and not declared of the source.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from kaldor.atlas.readers.contents import YearArrays
from kaldor.atlas.readers.sums import all_whole


class Oddities:
    """The oddities of a table, seen year by year, and the sentences that say them in its `unit`."""

    def __init__(self, unit: str) -> None:
        self._unit = unit
        self._whole = True
        self._gap = 0.0
        self._idle: dict[int, int] = {}
        self._below: dict[int, int] = {}

    def see(self, year: int, arrays: YearArrays) -> None:
        """Look at a year's arrays as published, Z among them."""
        x = np.asarray(arrays.x, np.float64).reshape(-1)
        uses = np.asarray(arrays.Z).sum(axis=1, dtype=np.float64) + np.asarray(arrays.Y).sum(axis=1, dtype=np.float64)
        self._whole = self._whole and all_whole(arrays.Z, arrays.Y, x)
        self._gap = max(self._gap, float(np.abs(uses - x).max(initial=0.0)))
        self._idle[year] = int(np.count_nonzero(x == 0))
        self._below[year] = int(np.count_nonzero(np.asarray(arrays.Y) < 0))

    def sentences(self) -> tuple[str, ...]:
        """What to say of them; nothing of what was not met."""
        said = []
        if self._whole and self._gap:
            gap = f"{self._gap:,.0f} {self._unit}".rstrip()
            said.append(f"Rounded to whole figures: uses differ from an industry's published output by up to {gap}.")
        if any(self._idle.values()):
            said.append(f"Industries without output: {_by_year(self._idle)}.")
        if any(self._below.values()):
            said.append(f"Cells of final demand below zero, as falling inventories are: {_by_year(self._below)}.")
        return tuple(said)


def _by_year(counts: Mapping[int, int]) -> str:
    """The count of the only year, or the least and the largest with the year of the latter."""
    least, most = min(counts.values()), max(counts.values())
    if len(counts) == 1:
        return f"{most:,}"
    if least == most:
        return f"{most:,} a year"
    return f"{least:,} to {most:,} a year, most in {max(counts, key=lambda year: counts[year])}"
