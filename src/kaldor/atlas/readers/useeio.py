"""USEEIO models, as EPA's workbook (`useeio_workbook`) or as the JSON files of its API (`useeio_json`).

A model says what a dollar of each commodity needs (A, n × n), what it emits or employs (D, indicators × n), what is
made of it (q, n) and what final users take. Kaldor's table is Z = A q̂, F = D q̂ and x = q; final demand of each region
is its consumption vector, and what its production vector adds to that: exports less imports. "Complete" vectors go
with A: imports count as made with the technology of the model. A model without q is complete too: output is then
q = (1 − A)⁻¹ y of the production vectors. Where the model's own L and N = D L stand beside them, they must follow from
A and D; so that matrices that lost their order are refused.

Method: Li et al. (2022), Applied Sciences 12(9), 4469.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from kaldor.atlas.classifications import Classification
from kaldor.atlas.manifest import ExtensionEntry
from kaldor.atlas.readers.contents import EconomyContents, YearArrays
from kaldor.atlas.readers.download import Download
from kaldor.atlas.readers.layout import Layout, Seen
from kaldor.atlas.readers.rows import twice
from kaldor.atlas.readers.useeio_json import MARKS, JsonFiles, has_json, numbers
from kaldor.atlas.readers.useeio_workbook import WorkbookFiles, workbooks
from kaldor.atlas.regions import code_of
from kaldor.atlas.roles import NET_EXPORTS
from kaldor.errors import InputError, Problem

VERSION = 1

_AGREEMENT = 1e-6
_KINDS = ("Consumption", "Production")


class ModelFiles(Protocol):
    """The parts of a model, wherever they stand: lists of sectors, indicators and demands, matrices and vectors.

    What is missing or holds no figures raises InputError with its place.
    """

    def names(self) -> tuple[str, ...]:
        """The files of the model."""

    def where(self, part: str) -> str:
        """How a message names a part."""

    def is_there(self, part: str) -> bool:
        """Whether the model has a part."""

    def records(self, part: str, keys: Sequence[str]) -> list[Mapping[str, Any]]:
        """The entries of a list in order, each with these keys."""

    def amounts(self, demand: str) -> list[Mapping[str, Any]]:
        """A vector of final demand by its id: sector and amount."""

    def matrix(self, part: str, rows: Sequence[str], columns: Sequence[str]) -> NDArray[np.float64]:
        """The figures of A, D, q, L or N: rows × columns."""


@dataclass(frozen=True)
class _Model:
    """The labels of a model."""

    regions: tuple[str, ...]
    codes: tuple[str, ...]
    names: tuple[str, ...]
    ids: tuple[str, ...]
    indicators: tuple[ExtensionEntry, ...]
    year: int
    demands: Mapping[tuple[str, str], str]
    """The id of the complete vector of a kind ("Consumption", "Production") and region."""


def read_useeio(download: Download, declared: Classification | None = None) -> EconomyContents:
    """Read the labels of a model; `load` of the result reads its matrices.

    Flows are in dollars of the model's year; extensions, one an indicator, in the indicator's unit.
    Raises InputError with every problem of the labels; `load` with those of the matrices and demand vectors.
    """
    files: ModelFiles = JsonFiles(download) if has_json(download) else WorkbookFiles(download)
    model = _model(files)
    return EconomyContents(
        regions={"region": tuple(map(code_of, model.regions)), "label": model.regions},
        sectors={"code": model.codes, "name": model.names},
        final_demand={
            "code": ("consumption", "net_exports"),
            "name": ("Consumption, investment and government", "Exports less imports"),
            "role": ("", NET_EXPORTS),
        },
        extensions=model.indicators,
        years=(model.year,),
        load=lambda year: _arrays(files, model),
        files=download.origin(files.names()),
        unit="USD",
        notes=("No indicator counts what final users emit themselves.", *_of_output(files)),
    )


def _of_output(files: ModelFiles) -> tuple[str, ...]:
    """What must be said of where output comes from."""
    name = PurePosixPath(files.where("q")).name
    said = f"The model holds no output ({name}): it is (1 − A)⁻¹ y of its production vectors."
    return () if files.is_there("q") else (said,)


def _model(files: ModelFiles) -> _Model:
    problems: list[Problem] = []
    sectors = _noted(files, "sectors", ("id", "code", "name", "location"), problems)
    indicators = _noted(files, "indicators", ("code", "name", "unit"), problems)
    demands = _noted(files, "demands", ("id", "year", "type", "system", "location"), problems)
    regions = tuple(dict.fromkeys(record["location"] for record in sectors))
    codes = tuple(record["code"] for record in sectors if record["location"] == regions[0])
    problems += twice(files.where("sectors"), "sector", [record["id"] for record in sectors])
    problems += twice(files.where("indicators"), "indicator", [record["code"] for record in indicators])
    if [(r["location"], r["code"]) for r in sectors] != [(region, code) for region in regions for code in codes]:
        what = "the regions do not list the same sectors in the same order."
        problems.append(Problem(files.where("sectors"), what))
    years = sorted({str(record["year"]) for record in demands})
    if demands and (len(years) != 1 or not years[0].isdecimal()):
        what = f"the demand vectors are of the years {', '.join(years)}."
        problems.append(Problem(files.where("demands"), what, "Expected one year, that of the model."))
    named, unnamed = _named(files.where("demands"), demands, regions)
    problems += unnamed if demands else []
    if problems:
        raise InputError(list(dict.fromkeys(problems)))  # a workbook that is none says so for each of its sheets
    return _Model(
        regions,
        codes,
        tuple(record["name"] for record in sectors[: len(codes)]),
        tuple(record["id"] for record in sectors),
        tuple(ExtensionEntry(id=r["code"].lower(), name=r["name"], unit=r["unit"]) for r in indicators),
        int(years[0]),
        named,
    )


def _noted(files: ModelFiles, part: str, keys: Sequence[str], problems: list[Problem]) -> list[Mapping[str, Any]]:
    """The entries of a list; its problems are noted, and it is then empty."""
    try:
        return files.records(part, keys)
    except InputError as error:
        problems.extend(error.problems)
        return []


def _named(
    where: str, demands: list[Mapping[str, Any]], regions: tuple[str, ...]
) -> tuple[Mapping[tuple[str, str], str], list[Problem]]:
    """The ids of the complete vectors by kind and region, and what is wrong: each must stand there once."""
    named, problems = {}, []
    for kind in _KINDS:
        for region in regions:
            wanted = (kind.lower(), "complete", region)
            found = [r["id"] for r in demands if (r["type"].lower(), r["system"].lower(), r["location"]) == wanted]
            if len(found) == 1:
                named[kind, region] = found[0]
                continue
            what = f"names {len(found) or 'no'} vectors of the type {kind} and the system Complete for {region}."
            problems.append(Problem(where, what, "Expected one."))
    return named, problems


def _arrays(files: ModelFiles, model: _Model) -> YearArrays:
    n, k = len(model.ids), len(model.indicators)
    problems: list[Problem] = []
    A = _matrix(files, "A", model.ids, model.ids, problems)
    D = _matrix(files, "D", _names_of(model), model.ids, problems)
    q = _matrix(files, "q", model.ids, ("q",), problems) if files.is_there("q") else None
    consumption, production = (_demands(files, model, kind, problems) for kind in _KINDS)
    if problems or A is None or D is None:
        raise InputError(problems)
    _check_published(files, model, A, D)
    x = _output(files.where("A"), A, production.sum(axis=1)) if q is None else q[:, 0]
    Y = np.stack([consumption, production - consumption], axis=2)  # sectors × regions × demand categories
    return YearArrays(Z=A * x, Y=Y.reshape(n, -1), x=x, F=D * x, F_Y=np.zeros((k, Y[0].size)))


def _names_of(model: _Model) -> tuple[str, ...]:
    return tuple(indicator.name for indicator in model.indicators)


def _output(where: str, A: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
    """Output (n) behind the production vectors, by the model's own A."""
    productive = float(np.abs(np.linalg.eigvals(A)).max()) < 1
    x = np.linalg.solve(np.eye(len(A)) - A, y) if productive else np.full(len(A), np.nan)
    if not np.isfinite(x).all() or x.min() < 0:
        what = "no output follows from it and the production vectors: it would be negative or without end."
        raise InputError(Problem(where, what, "Add the model's q, or check both."))
    return np.asarray(x, dtype=np.float64)


def _demands(files: ModelFiles, model: _Model, kind: str, problems: list[Problem]) -> NDArray[np.float64]:
    """One vector a region of the model: sectors × regions."""
    position = {id: row for row, id in enumerate(model.ids)}
    vectors = np.zeros((len(model.ids), len(model.regions)))
    for column, region in enumerate(model.regions):
        demand = model.demands[kind, region]
        try:
            records = files.amounts(demand)
        except InputError as error:
            problems.extend(error.problems)
            continue
        where, sectors = files.where(demand), [record["sector"] for record in records]
        found = [*twice(where, "sector", sectors)]
        found += [
            Problem(where, f"unknown sector '{s}'.", "Not among the model's.") for s in sectors if s not in position
        ]
        amounts = numbers([record["amount"] for record in records])
        if amounts is None or amounts.shape != (len(records),):
            found.append(Problem(where, "an amount is not a finite number."))
        if not found and amounts is not None:
            vectors[[position[sector] for sector in sectors], column] = amounts
        problems += found
    return vectors


def _check_published(files: ModelFiles, model: _Model, A: NDArray[np.float64], D: NDArray[np.float64]) -> None:
    """Raise InputError where the model's own L or N does not follow from A and D."""
    n, problems = len(A), list[Problem]()
    for name, rows in (("L", model.ids), ("N", _names_of(model))):
        published = _matrix(files, name, rows, model.ids, problems) if files.is_there(name) else None
        if published is None:
            continue
        left, right = (published - A @ published, np.eye(n)) if name == "L" else (published - published @ A, D)
        scale = np.abs(right).max(axis=1, keepdims=True)
        if np.any(np.abs(left - right) > _AGREEMENT * np.where(scale > 0, scale, 1)):
            what = "it does not follow from A" + (" and D." if name == "N" else ".")
            problems.append(Problem(files.where(name), what, "They are not of one model, or lost their order."))
    if problems:
        raise InputError(problems)


def _matrix(
    files: ModelFiles, part: str, rows: Sequence[str], columns: Sequence[str], problems: list[Problem]
) -> NDArray[np.float64] | None:
    """A matrix of the model; None where it is not to be read, which is noted."""
    try:
        return files.matrix(part, rows, columns)
    except InputError as error:
        problems.extend(error.problems)
        return None


def _sees(download: Download) -> Seen | None:
    if has_json(download):
        return Seen("a USEEIO model in the JSON files of its API", "useeio")
    found = workbooks(download)
    return Seen(f"a USEEIO model in EPA's workbook ({', '.join(found)[:100]})", "useeio") if found else None


LAYOUT = Layout(
    "useeio", "economy", VERSION, _sees, read_useeio, marks=tuple(mark.rpartition("/")[2] for mark in MARKS)
)
