"""What depends on the version of EXIOBASE 3: its licence, and cells of extensions that nobody reported.

Until 3.8.2 the database is under CC BY-SA 4.0. From 3.9 on, whose extensions lie in folders such as air_emissions, it
is under another: not for commercial use, and no coefficients to be published. From 3.10 on some cells of extensions are
empty; they are taken as none, and said.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kaldor.atlas.readers.exiobase3_labels import region_code
from kaldor.atlas.readers.parts import Part
from kaldor.atlas.regions import region_name
from kaldor.errors import InputError

LICENCE_FROM_3_9 = (
    "EXIOBASE licence from version 3.9 on (CC BY-NC-SA with conditions): free for universities, non-profit research, "
    "environmental and social NGOs and environmental agencies; no commissioned or commercial work; coefficients, "
    "original or derived (multipliers, emission factors), must not be published"
)

_NEW_FOLDERS = frozenset({"air_emissions", "factor_inputs"})
LICENCE_UNKNOWN = (
    "not known: the files name no version; CC BY-SA 4.0 until 3.8.2, from 3.9 on non-commercial with conditions"
)
_VERSION = re.compile(r"(?<![\d.])3\.(\d+)")
_DOTLESS = 20  # 3.82 is 3.8.2, as the files of that version call themselves; 3.10 is later than 3.9
_SHOWN = 3
_HEADER = 3  # lines of labels above the cells; the third names the index and is empty otherwise


def licence_of(tables: Sequence[Mapping[str, Part]], folders: Sequence[str]) -> str:
    """The licence of tables where it is another than that of 3.8.2; "" where it is not.

    Of several the strictest counts; where one does not name its version, the licence is not known.
    """
    minors = [_minor(parts.get("metadata.json")) for parts in tables]
    if _NEW_FOLDERS & set(folders) or any(minor is not None and minor >= 9 for minor in minors):
        return LICENCE_FROM_3_9
    return LICENCE_UNKNOWN if None in minors else ""


def _minor(metadata: Part | None) -> int | None:
    """The 10 of version 3.10.2, the latest that metadata.json names for the table; None where it names none."""
    if metadata is None:
        return None
    try:
        described = json.loads(metadata.text())
    except (InputError, ValueError, RecursionError):
        return None
    if not isinstance(described, dict):
        return None
    said = " ".join(str(described.get(key, "")) for key in ("version", "description", "name"))
    found = [int(digits) if int(digits) < _DOTLESS else int(digits[0]) for digits in _VERSION.findall(said)]
    return max(found, default=None)


@dataclass(frozen=True)
class Gaps:
    """How many cells of an extension file are empty, and in which columns ("Rest of Europe, Education")."""

    count: int
    columns: tuple[str, ...]


def gaps(part: Part) -> Gaps:
    """The empty cells of an extension file."""
    count, columns, header = 0, set[int](), list[list[bytes]]()
    with part.open() as stream:
        for number, line in enumerate(stream):
            if number < _HEADER:
                header.append(line.rstrip(b"\r\n").split(b"\t"))
            elif b"\t\t" in line or line.rstrip(b"\r\n").endswith(b"\t"):
                empty = [k for k, cell in enumerate(line.rstrip(b"\r\n").split(b"\t")) if k and not cell.strip()]
                count += len(empty)
                columns.update(empty)
    return Gaps(count, tuple(_column(header, k) for k in sorted(columns)))


def _column(header: Sequence[Sequence[bytes]], k: int) -> str:
    """A column by the name of its region, so that it is understood without the table, and its sector."""
    labels = [row[k].decode("utf-8", "replace") for row in header[:2] if k < len(row)]
    return ", ".join([region_name(region_code(labels[0])), *labels[1:]]) if labels else f"column {k + 1}"


def words(file: str, found: Mapping[int, Gaps]) -> str:
    """What to say of the empty cells of a file in some years; "" where there are none."""
    years = {year: one for year, one in sorted(found.items()) if one.count}
    if not years:
        return ""
    columns = list(dict.fromkeys(column for one in years.values() for column in one.columns))
    more = f" and {len(columns) - _SHOWN} more" if len(columns) > _SHOWN else ""
    counts = ", ".join(f"{one.count:,} in {year}" for year, one in years.items())
    return f"{file}: cells are not reported, and taken as none: {counts} ({'; '.join(columns[:_SHOWN])}{more})."
