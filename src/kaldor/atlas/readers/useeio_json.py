"""A USEEIO model as the API's JSON files: sectors, indicators, demands, matrix/A … and demands/ID, each one file.

Rows and columns of a matrix carry no labels: they stand in the order of `index` in sectors.json and indicators.json.

Layout: US EPA, USEEIO API (github.com/USEPA/USEEIO_API, wiki "Data format"), as useeior's writeModelforAPI makes it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kaldor.atlas.readers.download import Download
from kaldor.errors import InputError, Problem

MOST_JSON_BYTES = 256 * 2**20
"""The largest JSON file that is read; a model of 411 commodities takes 4 MB a matrix."""

MARKS = ("sectors.json", "indicators.json", "demands.json", "matrix/A.json", "matrix/D.json")

_LABELS = frozenset({"sectors", "indicators", "demands"})
_ORDERED = frozenset({"sectors", "indicators"})
_FREE = frozenset({"index", "year", "amount"})
_TOO_LARGE = f"more than {MOST_JSON_BYTES:,} bytes; expected one matrix or list."
_NO_JSON = (ValueError, RecursionError, OverflowError)


class JsonFiles:
    """The parts of a model, one file each. Raises InputError for several models and for files larger than are read."""

    def __init__(self, download: Download) -> None:
        self._download = download
        self._root = _root(download)
        large = [Problem(download.where(n), _TOO_LARGE) for n in self.names() if download.size(n) > MOST_JSON_BYTES]
        if large:
            raise InputError(large)

    def names(self) -> tuple[str, ...]:
        """The files of the model."""
        names = self._download.names
        return tuple(name for name in names if name.startswith(self._root) and name.endswith(".json"))

    def where(self, part: str) -> str:
        """How a message names the file of a part."""
        return self._download.where(self._name(part))

    def is_there(self, part: str) -> bool:
        """Whether the model has this part."""
        return bool(self._found(self._name(part)))

    def records(self, part: str, keys: Sequence[str]) -> list[Mapping[str, Any]]:
        """The entries of a list; all but `index`, `year` and `amount` are texts."""
        ordered = part in _ORDERED
        records = self._records(self._name(part), (*keys, "index") if ordered else keys)
        if ordered and [record["index"] for record in records] != list(range(len(records))):
            what = "the entries are not in the order of their index."
            raise InputError(Problem(self.where(part), what, "The matrices follow that order."))
        return records

    def amounts(self, demand: str) -> list[Mapping[str, Any]]:
        """A vector of final demand: sector and amount."""
        return self._records(self._name(demand), ("sector", "amount"))

    def matrix(self, part: str, rows: Sequence[str], columns: Sequence[str]) -> NDArray[np.float64]:
        """The numbers of a matrix, which must be as many as its rows and columns."""
        values, shape = numbers(self._json(self._name(part))), (len(rows), len(columns))
        if values is None or values.shape != shape:
            said = f"has shape {values.shape}, expected {shape}" if values is not None else "holds no table of finite"
            what = f"{said}." if values is not None else f"{said} numbers."
            raise InputError(Problem(self.where(part), what, "sectors.json and indicators.json give the shape."))
        return values

    def _name(self, part: str) -> str:
        if part in _LABELS:
            return f"{self._root}{part}.json"
        return f"{self._root}{'matrix' if len(part) == 1 else 'demands'}/{part}.json"

    def _found(self, name: str) -> str:
        """The file of this name, whatever the case of its letters (mirrors write Q.json); "" where there is none."""
        names = self._download.names
        return name if name in names else next((found for found in names if found.lower() == name.lower()), "")

    def _records(self, name: str, keys: Sequence[str]) -> list[Mapping[str, Any]]:
        found, where = self._json(name), self._download.where(name)
        if not isinstance(found, list) or not found:
            raise InputError(Problem(where, "expected a list of objects.", f"Each with {', '.join(keys)}."))
        problems = []
        for number, record in enumerate(found):
            missing = [key for key in keys if not isinstance(record, dict) or record.get(key) is None]
            missing += [key for key in keys if not missing and key not in _FREE and not isinstance(record[key], str)]
            if missing:
                problems.append(Problem(f"{where}, entry {number}", f"{', '.join(missing)} is missing or no text."))
        if problems:
            raise InputError(problems)
        return found

    def _json(self, name: str) -> Any:
        where = self._download.where(name)
        with self._download.open(self._found(name) or name) as stream:
            text = stream.read(MOST_JSON_BYTES + 1)
        if len(text) > MOST_JSON_BYTES:
            raise InputError(Problem(where, _TOO_LARGE))
        try:
            return json.loads(text)
        except _NO_JSON as error:
            raise InputError(Problem(where, f"not valid JSON ({str(error)[:80]}).", "Download it again.")) from None


def numbers(values: Any) -> NDArray[np.float64] | None:
    """Nested lists of numbers as an array; None where they are anything else, uneven or not finite."""
    try:
        array = np.array(values)
    except _NO_JSON:
        return None
    if array.dtype.kind not in "if" or not np.isfinite(array).all():
        return None
    return array.astype(np.float64)


def has_json(download: Download) -> bool:
    """Whether a download holds a model in JSON files: more than one of those that every model has."""
    found = {mark for mark in MARKS for name in download.names if name == mark or name.endswith(f"/{mark}")}
    return len(found) > 1


def _root(download: Download) -> str:
    """The folder inside the download that holds sectors.json, as a prefix of names."""
    found = [name for name in download.names if PurePosixPath(name).name == "sectors.json"]
    if len(found) > 1:
        what = f"there are {len(found)} files sectors.json, one a model."
        raise InputError(Problem(str(download.path), what, "Add one model at a time."))
    return found[0].removesuffix("sectors.json") if found else ""
