"""Sixty hostile files and folders for `kaldor data add`, made of a small whole one."""

from __future__ import annotations

import gzip
import io
import os
import pickle
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np

from tests.atlas.plain_folders import small_economy, write_csv
from tests.hostile.texts import SPECIAL, hostile

Maker = Callable[[Path], Path]
"""Makes the hostile thing in a folder and returns the path to add."""

DESCRIBED = 'kind = "economy"\ntitle = "Own"\nunit = "million EUR"\n'
INDICATORS = "indicator,region,year,value,unit\na,DEU,2018,1.5,%\n"


def _npy(array: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    np.lib.format.write_array(buffer, array, allow_pickle=True)
    return buffer.getvalue()


def _zipped(entries: dict[str, bytes], kind: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", kind) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return buffer.getvalue()


_Z = np.ones((6, 6))
_WHOLE = {"Z": _Z, "Y": np.ones((6, 2)), "x": np.full(6, 8.0)}


def _arrays(**changed: bytes) -> bytes:
    return _zipped(
        {f"{name}.npy": _npy(array) for name, array in _WHOLE.items()} | {f"{n}.npy": b for n, b in changed.items()}
    )


def _header(text: str, body: bytes = b"") -> bytes:
    return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text.encode() + body


_ARRAYS: dict[str, bytes] = {
    "pickled objects": _arrays(Z=_npy(np.array([{"a": 1}], dtype=object))),
    "a pickle as array": _arrays(Z=pickle.dumps([1, 2])),
    "an endless header": _arrays(Z=_header("{'descr': '<f8', 'shape': (" + "1, " * 15_000 + ")}")),
    "a header that is code": _arrays(Z=_header("__import__('os').system('true')\n")),
    "a header of brackets": _arrays(Z=_header("(" * 30_000)),
    "a shape beyond memory": _arrays(
        Z=_header("{'descr': '<f8', 'fortran_order': False, 'shape': (10**9, 10**9), }\n")
    ),
    "a negative shape": _arrays(Z=_header("{'descr': '<f8', 'fortran_order': False, 'shape': (-6, -6), }\n")),
    "a shape of 5,000 digits": _arrays(
        Z=_header("{'descr': '<f8', 'fortran_order': False, 'shape': (" + "9" * 5_000 + ",)}\n")
    ),
    "texts for numbers": _arrays(Z=_npy(np.full((6, 6), "a"))),
    "complex numbers": _arrays(Z=_npy(_Z * 1j)),
    "structured numbers": _arrays(Z=_npy(np.zeros((6, 6), dtype=[("a", "f8")]))),
    "not a number": _arrays(Z=_npy(np.where(_Z > 0, np.nan, 1))),
    "infinity": _arrays(Y=_npy(np.full((6, 2), np.inf))),
    "another shape": _arrays(Z=_npy(np.ones((5, 5)))),
    "no shape": _arrays(Z=_npy(np.float64(1.0))),
    "cut array": _arrays(Z=_npy(_Z)[:-40]),
    "no array": _arrays(Z=b""),
    "no zip": b"not a zip",
    "empty npz": b"",
    "half a zip": _arrays()[:300],
    "an empty zip": _zipped({}),
    "a bomb": _zipped({"Z.npy": _npy(np.zeros((3_000, 3_000)))}),
}

TABLES: dict[str, bytes] = {
    "UTF-16": INDICATORS.encode("utf-16"),
    "Latin-1": INDICATORS.replace("%", "Größe").encode("latin-1"),
    "zero bytes": INDICATORS.encode() + b"\0" * 100,
    "no rows": INDICATORS.splitlines()[0].encode(),
    "no header": b"a,DEU,2018,1.5,%\n",
    "empty": b"",
    "one line feed": b"\n",
    "a quote without end": INDICATORS.encode() + b'"a,DEU,2018',
    "too many cells": INDICATORS.encode() + b"a,DEU,2019,1,%,x,y,z\n",
    "100,000 columns": b"a," * 100_000 + b"b\n1\n",
    "a header twice": b"indicator,region,region,year,value,unit\na,DEU,DEU,2018,1,%\n",
    "a row twice": INDICATORS.encode() + b"a,DEU,2018,1.5,%\n",
    "no number": INDICATORS.encode() + b"a,FRA,2018,one,%\n",
    "not a number": INDICATORS.encode() + b"a,FRA,2018,nan,%\n",
    "overflow": INDICATORS.encode() + b"a,FRA,2018,1e999,%\n",
    "5,000 digits": INDICATORS.encode() + b"a,FRA," + b"9" * 5_000 + b",1,%\n",
    "a year of letters": INDICATORS.encode() + b"a,FRA,MMXX,1,%\n",
    "an unknown country": INDICATORS.encode() + b"a,XQZ,2018,1,%\n",
    "a long cell": INDICATORS.encode() + b"a" * 200_000 + b",FRA,2018,1,%\n",
    "carriage returns": INDICATORS.replace("\n", "\r").encode(),
    "HTML": b"<html>Not found</html>",
    "JSON": b'{"a": ' + b"[" * 50_000,
    "a workbook that is none": b"PK\x03\x04xl/workbook.xml",
    "half of a character": INDICATORS.encode() + "\ud800".encode("utf-8", "surrogatepass"),
}


def _economy(folder: Path) -> Path:
    return small_economy(folder / "own")


def _npz(content: bytes) -> Maker:
    def make(folder: Path) -> Path:
        own = _economy(folder)
        (own / "table_2009.npz").write_bytes(content)
        return own

    return make


def _csv(content: bytes, name: str = "values.csv") -> Maker:
    def make(folder: Path) -> Path:
        (folder / name).write_bytes(content)
        return folder / name

    return make


def _alone(special: Callable[[Path], None]) -> Maker:
    def make(folder: Path) -> Path:
        special(folder / "given.csv")
        return folder / "given.csv"

    return make


def _member(special: Callable[[Path], None], name: str) -> Maker:
    def make(folder: Path) -> Path:
        own = _economy(folder)
        (own / name).unlink(missing_ok=True)
        special(own / name)
        return own

    return make


def _described(special: Callable[[Path], None]) -> Maker:
    def make(folder: Path) -> Path:
        own = _economy(folder)
        special(own / "dataset.toml")
        return own

    return make


def _zip(entries: dict[str, bytes]) -> Maker:
    return _csv(_zipped(entries), "given.zip")


def _doubled(file: str) -> Maker:
    def make(folder: Path) -> Path:
        own = _economy(folder)
        lines = (own / file).read_text("utf-8").splitlines()
        (own / file).write_text("\n".join([*lines, lines[1]]) + "\n", "utf-8")
        return own

    return make


def _strange_name(folder: Path) -> Path:
    path = Path(os.fsdecode(os.fsencode(folder) + b"/val\xffues.csv"))
    path.write_text(INDICATORS, "utf-8")
    return path


def _strange_member(folder: Path) -> Path:
    own = _economy(folder)
    Path(os.fsdecode(os.fsencode(own) + b"/table_2010\xff_2010.npz")).write_bytes(_arrays())
    return own


def _deep_folder(folder: Path) -> Path:
    deep = folder.joinpath(*["d"] * 200)
    deep.mkdir(parents=True)
    write_csv(deep / "values.csv", [["a"], [1]])
    return folder


FILES: dict[str, Maker] = {
    **{f"array: {name}": _npz(content) for name, content in _ARRAYS.items()},
    **{f"table: {name}": _csv(content) for name, content in TABLES.items()},
    **{f"alone: {name}": _alone(special) for name, special in SPECIAL.items()},
    **{f"label file: {name}": _member(special, "regions.csv") for name, special in SPECIAL.items()},
    **{f"array file: {name}": _member(special, "table_2009.npz") for name, special in SPECIAL.items()},
    **{f"beside: {name}": _member(special, "notes.csv") for name, special in SPECIAL.items() if name != "absent"},
    "labels twice: regions": _doubled("regions.csv"),
    "labels twice: sectors": _doubled("sectors.csv"),
    "labels twice: demand": _doubled("final_demand.csv"),
    "gzip: cut": _csv(gzip.compress(INDICATORS.encode())[:-6], "values.csv.gz"),
    "gzip: bomb": _csv(gzip.compress(b"0" * 30_000_000), "values.csv.gz"),
    "gzip: none": _csv(b"plain", "values.csv.gz"),
    "zip: upwards": _zip({"../evil.csv": INDICATORS.encode()}),
    "zip: absolute": _zip({"/etc/evil.csv": INDICATORS.encode()}),
    "zip: bomb": _zip({"values.csv": b"0" * 20_000_000}),
    "zip: a zip within": _zip({"a.zip": _zipped({"b.csv": b"1"})}),
    "zip: odd names": _zip({"a\nb\x1b.csv": b"x", "ü" * 100 + ".csv": b"y"}),
    "zip: nothing": _zip({}),
    "zip: no zip": _csv(b"PK not a zip", "given.zip"),
    "zip: 30,000 members": _zip({f"{i}.csv": b"" for i in range(30_000)}),
    "workbook: none": _csv(b"PK\x03\x04", "given.xlsx"),
    "workbook: bomb": _csv(_zipped({"xl/workbook.xml": b" " * 5_000_000}), "given.xlsx"),
    "a name that is no text": _strange_name,
    "a member whose name is no text": _strange_member,
    "200 folders deep": _deep_folder,
    "an empty folder": lambda folder: (folder / "none").mkdir() or folder / "none",
}

DESCRIPTIONS: dict[str, Maker] = {
    f"dataset.toml: {name}": _described(make) for name, make in hostile(DESCRIBED).items()
}
