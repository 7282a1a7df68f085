"""Ten ways in which a download can be damaged, made of any whole one, and what must then happen: a clear refusal.

`made(kind, whole, place, table)` copies a download into `place` and damages the copy; `assert_refused` adds it and sees
that the message names the file and that the store is as it was.
"""

from __future__ import annotations

import hashlib
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from kaldor.atlas.add import add
from kaldor.atlas.marker import MARKER
from kaldor.atlas.readers.download import MOST_MEMBER_BYTES
from kaldor.atlas.store import Store
from kaldor.errors import InputError


@dataclass(frozen=True)
class Damageable:
    """Where a download of some layout can be hurt: its main table, as a path within the download, and its shape there.

    `extension` is a file without which the download is not whole; `other_year` the name that the copy gets although it
    holds another year.
    """

    table: str
    extension: str
    other_year: str
    delimiter: str = "\t"
    header_rows: int = 2
    label_columns: int = 2


def made(kind: str, whole: Path, place: Path, of: Damageable) -> Path:
    """A damaged copy of an unpacked download (a folder); for a zip bomb, a zip."""
    copy = place / (of.other_year if kind == "wrong year" else whole.name)
    shutil.copytree(whole, copy)
    return DAMAGES[kind](copy, of)


def assert_refused(path: Path, store: Store, names: str) -> str:
    """Adding must raise an InputError that names the file, and leave every byte of the store as it was."""
    before = _content(store.path)
    with pytest.raises(InputError) as caught:
        add(path, store)
    assert names in str(caught.value)
    assert _content(store.path) == before
    return str(caught.value)


def _content(folder: Path) -> dict[str, str]:
    own = (".write.lock", MARKER)  # what makes the folder a store that may be written to
    found = sorted(path for path in folder.rglob("*") if path.is_file() and path.name not in own)
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in found}


def _cut(copy: Path, of: Damageable) -> Path:
    content = (copy / of.table).read_bytes()
    (copy / of.table).write_bytes(content[: len(content) * 3 // 5])
    return copy


def _reordered(copy: Path, of: Damageable) -> Path:
    """Two lines change places, so that rows and columns no longer stand in the same order."""
    lines = _lines(copy, of)
    lines[-1], lines[-2] = lines[-2], lines[-1]
    return _written(copy, of, lines)


def _wrong_delimiter(copy: Path, of: Damageable) -> Path:
    other = ";" if of.delimiter != ";" else "|"
    return _written(copy, of, [line.replace(of.delimiter, other) for line in _lines(copy, of)])


def _wrong_year(copy: Path, _: Damageable) -> Path:
    return copy  # its name says so


def _text(copy: Path, of: Damageable) -> Path:
    lines = _lines(copy, of)
    cells = lines[-1].split(of.delimiter)
    cells[of.label_columns + 1] = "n/a"
    return _written(copy, of, [*lines[:-1], of.delimiter.join(cells)])


def _duplicated(copy: Path, of: Damageable) -> Path:
    """The last line gets the labels of the one before."""
    lines = _lines(copy, of)
    labels = lines[-2].split(of.delimiter)[: of.label_columns]
    numbers = lines[-1].split(of.delimiter)[of.label_columns :]
    return _written(copy, of, [*lines[:-1], of.delimiter.join([*labels, *numbers])])


def _missing(copy: Path, of: Damageable) -> Path:
    (copy / of.extension).unlink()
    return copy


def _huge(copy: Path, of: Damageable) -> Path:
    """A file that is larger than any that is read, though nothing but its size is stored."""
    with (copy / of.table).open("r+b") as stream:
        stream.truncate(MOST_MEMBER_BYTES + 1)
    return copy


def _empty(copy: Path, of: Damageable) -> Path:
    (copy / of.table).write_bytes(b"")
    return copy


def _bomb(copy: Path, of: Damageable) -> Path:
    path = copy.with_suffix(".zip")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(file for file in copy.rglob("*") if file.is_file()):
            name = file.relative_to(copy.parent).as_posix()
            archive.writestr(name, bytes(32 * 2**20) if file == copy / of.table else file.read_bytes())
    shutil.rmtree(copy)
    return path


DAMAGES: dict[str, Callable[[Path, Damageable], Path]] = {
    "cut": _cut,
    "reordered": _reordered,
    "wrong delimiter": _wrong_delimiter,
    "wrong year": _wrong_year,
    "text in numbers": _text,
    "duplicated labels": _duplicated,
    "missing extension": _missing,
    "huge": _huge,
    "empty": _empty,
    "zip bomb": _bomb,
}


def _lines(copy: Path, of: Damageable) -> list[str]:
    return (copy / of.table).read_text("utf-8").splitlines()


def _written(copy: Path, of: Damageable, lines: list[str]) -> Path:
    (copy / of.table).write_text("\n".join(lines) + "\n", "utf-8")
    return copy
