"""USEEIO models as the API's JSON files: matrix/A.json, D.json, q.json, sectors.json, indicators.json, demands/*.json.

A model says what a dollar of each commodity needs (A, n × n), what it emits or employs (D, indicators × n), what is
made of it (q, n) and what final users take. Kaldor's table is Z = A q̂, F = D q̂ and x = q; final demand of each region
is its consumption vector, and what its production vector adds to that: exports less imports. "Complete" vectors go
with A: imports count as made with the technology of the model. demands.json names the vectors, whose files are called
by their ids. A model without q.json is complete too: output is then q = (1 − A)⁻¹ y of the production vectors. Where
the model's own L and N = D L lie beside them, they must follow from A and D; so that matrices that lost their order are
refused.

Layout: US EPA, USEEIO API (github.com/USEPA/USEEIO_API, wiki "Data format"), as useeior's writeModelforAPI makes it;
method: Li et al. (2022), Applied Sciences 12(9), 4469.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kaldor.atlas.classifications import Classification
from kaldor.atlas.manifest import ExtensionEntry
from kaldor.atlas.readers.contents import EconomyContents, YearArrays
from kaldor.atlas.readers.download import Download
from kaldor.atlas.readers.layout import Layout, Seen
from kaldor.atlas.regions import code_of
from kaldor.atlas.roles import NET_EXPORTS
from kaldor.errors import InputError, Problem

VERSION = 1
MOST_JSON_BYTES = 256 * 2**20
"""The largest JSON file that is read; a model of 411 commodities takes 4 MB a matrix."""

_TOO_LARGE = f"more than {MOST_JSON_BYTES:,} bytes; expected one matrix or list."
_MARKS = ("sectors.json", "indicators.json", "demands.json", "matrix/A.json", "matrix/D.json")
_AGREEMENT = 1e-6
_NO_JSON = (ValueError, RecursionError, OverflowError)


@dataclass(frozen=True)
class _Model:
    """The labels of a model and where its files lie."""

    root: str
    regions: tuple[str, ...]
    codes: tuple[str, ...]
    names: tuple[str, ...]
    ids: tuple[str, ...]
    indicators: tuple[ExtensionEntry, ...]
    year: int
    demands: Mapping[tuple[str, str], str]
    """The complete vector of a kind ("Consumption", "Production") and region, by the id that names its file."""


def read_useeio(download: Download, declared: Classification | None = None) -> EconomyContents:
    """Read the labels of a model; `load` of the result reads its matrices.

    Flows are in dollars of the model's year; extensions, one an indicator, in the indicator's unit.
    Raises InputError with every problem of the label files; `load` with those of the matrices and demand vectors.
    """
    model = _model(download)
    names = sorted(name for name in download.names if name.startswith(model.root) and name.endswith(".json"))
    large = [Problem(download.where(n), _TOO_LARGE) for n in names if download.size(n) > MOST_JSON_BYTES]
    if large:
        raise InputError(large)
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
        load=lambda year: _arrays(download, model),
        files=download.origin(names),
        unit="USD",
        notes=("No indicator counts what final users emit themselves.", *_of_output(download, model)),
    )


def _of_output(download: Download, model: _Model) -> tuple[str, ...]:
    """What must be said of where output comes from."""
    computed = not _there(download, f"{model.root}matrix/q.json")
    return ("The model holds no output (q.json): it is (1 − A)⁻¹ y of its production vectors.",) if computed else ()


def _model(download: Download) -> _Model:
    root = _root(download)
    sectors = _records(download, f"{root}sectors.json", ("index", "id", "code", "name", "location"))
    indicators = _records(download, f"{root}indicators.json", ("index", "code", "name", "unit"))
    demands = _records(download, f"{root}demands.json", ("id", "year", "type", "system", "location"))
    where = download.where(f"{root}sectors.json")
    regions = tuple(dict.fromkeys(record["location"] for record in sectors))
    codes = tuple(record["code"] for record in sectors if record["location"] == regions[0])
    problems = [
        *_order_problems(where, sectors),
        *_order_problems(download.where(f"{root}indicators.json"), indicators),
        *_twice(where, "sector", [record["id"] for record in sectors]),
        *_twice(download.where(f"{root}indicators.json"), "indicator", [record["code"] for record in indicators]),
    ]
    if [(r["location"], r["code"]) for r in sectors] != [(region, code) for region in regions for code in codes]:
        problems.append(Problem(where, "the regions do not list the same sectors in the same order."))
    years = sorted({str(record["year"]) for record in demands})
    if len(years) != 1 or not years[0].isdecimal():
        what = f"the demand vectors are of the years {', '.join(years)}."
        problems.append(Problem(download.where(f"{root}demands.json"), what, "Expected one year, that of the model."))
    named, unnamed = _named(download.where(f"{root}demands.json"), demands, regions)
    problems += unnamed
    if problems:
        raise InputError(problems)
    return _Model(
        root,
        regions,
        codes,
        tuple(record["name"] for record in sectors[: len(codes)]),
        tuple(record["id"] for record in sectors),
        tuple(ExtensionEntry(id=r["code"].lower(), name=r["name"], unit=r["unit"]) for r in indicators),
        int(years[0]),
        named,
    )


_KINDS = ("Consumption", "Production")


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


def _root(download: Download) -> str:
    """The folder inside the download that holds sectors.json, as a prefix of names."""
    found = [name for name in download.names if PurePosixPath(name).name == "sectors.json"]
    if len(found) > 1:
        what = f"there are {len(found)} files sectors.json, one a model."
        raise InputError(Problem(str(download.path), what, "Add one model at a time."))
    return found[0].removesuffix("sectors.json") if found else ""


def _arrays(download: Download, model: _Model) -> YearArrays:
    n, k = len(model.ids), len(model.indicators)
    problems: list[Problem] = []
    A, D = (_matrix(download, model.root, *of, problems) for of in (("A", (n, n)), ("D", (k, n))))
    published = _there(download, f"{model.root}matrix/q.json")
    q = _matrix(download, model.root, "q", (n, 1), problems) if published else None
    consumption, production = (_demands(download, model, kind, problems) for kind in _KINDS)
    if problems or A is None or D is None:
        raise InputError(problems)
    _check_published(download, model, A, D)
    x = _output(download.where(f"{model.root}matrix/A.json"), A, production.sum(axis=1)) if q is None else q[:, 0]
    Y = np.stack([consumption, production - consumption], axis=2)  # sectors × regions × demand categories
    return YearArrays(Z=A * x, Y=Y.reshape(n, -1), x=x, F=D * x, F_Y=np.zeros((k, Y[0].size)))


def _output(where: str, A: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
    """Output (n) behind the production vectors, by the model's own A."""
    productive = float(np.abs(np.linalg.eigvals(A)).max()) < 1
    x = np.linalg.solve(np.eye(len(A)) - A, y) if productive else np.full(len(A), np.nan)
    if not np.isfinite(x).all() or x.min() < 0:
        what = "no output follows from it and the production vectors: it would be negative or without end."
        raise InputError(Problem(where, what, "Add the model's matrix/q.json, or check both files."))
    return np.asarray(x, dtype=np.float64)


def _demands(download: Download, model: _Model, kind: str, problems: list[Problem]) -> NDArray[np.float64]:
    """One vector a region of the model: sectors × regions."""
    position = {id: row for row, id in enumerate(model.ids)}
    vectors = np.zeros((len(model.ids), len(model.regions)))
    for column, region in enumerate(model.regions):
        name = f"{model.root}demands/{model.demands[kind, region]}.json"
        try:
            records = _records(download, name, ("sector", "amount"))
        except InputError as error:
            problems.extend(error.problems)
            continue
        where, sectors = download.where(name), [record["sector"] for record in records]
        found = [*_twice(where, "sector", sectors)]
        found += [Problem(where, f"unknown sector '{s}'.", "See sectors.json.") for s in sectors if s not in position]
        amounts = _numbers([record["amount"] for record in records])
        if amounts is None or amounts.shape != (len(records),):
            found.append(Problem(where, "an amount is not a finite number."))
        if not found and amounts is not None:
            vectors[[position[sector] for sector in sectors], column] = amounts
        problems += found
    return vectors


def _check_published(download: Download, model: _Model, A: NDArray[np.float64], D: NDArray[np.float64]) -> None:
    """Raise InputError where the model's own L or N does not follow from A and D."""
    n, problems = len(A), list[Problem]()
    for name, shape in (("L", (n, n)), ("N", (len(D), n))):
        if not _there(download, f"{model.root}matrix/{name}.json"):
            continue
        published = _matrix(download, model.root, name, shape, problems)
        if published is None:
            continue
        left, right = (published - A @ published, np.eye(n)) if name == "L" else (published - published @ A, D)
        scale = np.abs(right).max(axis=1, keepdims=True)
        if np.any(np.abs(left - right) > _AGREEMENT * np.where(scale > 0, scale, 1)):
            what = "it does not follow from A" + (" and D." if name == "N" else ".")
            where = download.where(f"{model.root}matrix/{name}.json")
            problems.append(Problem(where, what, "The files are not of one model, or lost their order."))
    if problems:
        raise InputError(problems)


def _matrix(
    download: Download, root: str, name: str, shape: tuple[int, int], problems: list[Problem]
) -> NDArray[np.float64] | None:
    file = f"{root}matrix/{name}.json"
    try:
        values = _numbers(_json(download, file))
    except InputError as error:
        problems.extend(error.problems)
        return None
    if values is None or values.shape != shape:
        what = "holds no table of finite numbers." if values is None else f"has shape {values.shape}, expected {shape}."
        problems.append(Problem(download.where(file), what, "sectors.json and indicators.json give the shape."))
        return None
    return values


def _numbers(values: Any) -> NDArray[np.float64] | None:
    """Nested lists of numbers as an array; None where they are anything else, uneven or not finite."""
    try:
        array = np.array(values)
    except _NO_JSON:
        return None
    if array.dtype.kind not in "if" or not np.isfinite(array).all():
        return None
    return array.astype(np.float64)


def _records(download: Download, name: str, keys: tuple[str, ...]) -> list[Mapping[str, Any]]:
    """A JSON list of objects that have the keys; all but `index`, `year` and `amount` are texts."""
    found = _json(download, name)
    where, free = download.where(name), {"index", "year", "amount"}
    if not isinstance(found, list) or not found:
        raise InputError(Problem(where, "expected a list of objects.", f"Each with {', '.join(keys)}."))
    problems = []
    for number, record in enumerate(found):
        missing = [key for key in keys if not isinstance(record, dict) or record.get(key) is None]
        missing += [key for key in keys if not missing and key not in free and not isinstance(record[key], str)]
        if missing:
            problems.append(Problem(f"{where}, entry {number}", f"{', '.join(missing)} is missing or no text."))
    if problems:
        raise InputError(problems)
    return found


def _there(download: Download, name: str) -> str:
    """The file of this name, whatever the case of its letters (mirrors write Q.json); "" where there is none."""
    if name in download.names:
        return name
    return next((found for found in download.names if found.lower() == name.lower()), "")


def _json(download: Download, name: str) -> Any:
    with download.open(_there(download, name) or name) as stream:
        text = stream.read(MOST_JSON_BYTES + 1)
    where = download.where(name)
    if len(text) > MOST_JSON_BYTES:
        raise InputError(Problem(where, _TOO_LARGE))
    try:
        return json.loads(text)
    except _NO_JSON as error:
        raise InputError(Problem(where, f"not valid JSON ({str(error)[:80]}).", "Download it again.")) from None


def _order_problems(where: str, records: list[Mapping[str, Any]]) -> list[Problem]:
    if [record["index"] for record in records] == list(range(len(records))):
        return []
    return [Problem(where, "the entries are not in the order of their index.", "The matrices follow that order.")]


def _twice(where: str, kind: str, labels: list[str]) -> list[Problem]:
    return [Problem(where, f"{kind} '{label}' stands {n} times.") for label, n in Counter(labels).items() if n > 1]


def _sees(download: Download) -> Seen | None:
    found = {mark for mark in _MARKS for name in download.names if name == mark or name.endswith(f"/{mark}")}
    return Seen("a USEEIO model in the JSON files of its API", "useeio") if len(found) > 1 else None


LAYOUT = Layout(
    "useeio", "economy", VERSION, _sees, read_useeio, marks=tuple(mark.rpartition("/")[2] for mark in _MARKS)
)
