"""What to say of files in no known layout: which layout is nearest, by the marks that are there and those that lack."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatch
from pathlib import PurePosixPath

from kaldor.atlas.readers.csv_text import SUFFIXES, first_rows, no_text
from kaldor.atlas.readers.download import Download
from kaldor.atlas.readers.layout import Layout
from kaldor.atlas.whole_file import fault_in
from kaldor.errors import Problem

_FILES = 20
_LINES = 8
_SHOWN = 5
_OWN = (
    "'kaldor data list' names the official files that are known. Your own data: a folder with regions.csv, "
    "sectors.csv, final_demand.csv and NAME_YYYY.npz (an economy), one with F_NAME.csv (an extension), or a "
    "CSV file of indicators."
)
_BOOKS = "Of a workbook of your own, save the sheet as CSV, or declare its cells in dataset.toml beside it."


def nothing_known(download: Download, layouts: Iterable[Layout]) -> Problem:
    """The problem of a download that no layout recognises: empty, near to one, or like none."""
    where = str(download.path)
    if download.names and not any(download.size(name) for name in download.names):
        return Problem(where, "the file is empty.", "Download it again.")
    for name in download.names[:_FILES]:
        if fault := fault_in(download.head(name), name):
            return Problem(
                download.where(name), f"{fault}.", "Download or save it again, under the name of what it is."
            )
    plain = [name for name in download.names if name.lower().endswith(SUFFIXES) and not name.lower().endswith(".gz")]
    for name in plain[:_FILES]:
        if problem := no_text(download, name):
            return problem
    names = ", ".join(download.names[:_SHOWN]) or "no files"
    what = f"is in no known layout (found {names}{' …' if len(download.names) > _SHOWN else ''})."
    near = nearest(download, layouts)
    return Problem(where, f"{what} {near}" if near else what, _remedy(download))


def _remedy(download: Download) -> str:
    """What to do with files of no known layout, by what they are."""
    suffixes = {PurePosixPath(name).suffix.lower() for name in download.names}
    if suffixes == {".zip"}:
        return "It holds zips alone: unpack them and add one of the folders."
    return f"{_OWN} {_BOOKS}" if suffixes & {".xlsx", ".xlsb", ".xls", ".ods"} else _OWN


def nearest(download: Download, layouts: Iterable[Layout]) -> str:
    """'Nearest is wdi, because …' of the layout most of whose marks are there; "" where there is none of any."""
    files = {PurePosixPath(name).name.lower() for name in download.names}
    cells = _cells(download)
    best, share = "", 0.0
    for layout in layouts:
        there = [mark for mark in layout.marks if _is_there(mark, files, cells)]
        if there and len(there) / len(layout.marks) > share:
            share = len(there) / len(layout.marks)
            lacking = [mark for mark in layout.marks if mark not in there]
            but = f", but {_quoted(lacking)} {'is' if len(lacking) == 1 else 'are'} missing" if lacking else ""
            verb = "is" if len(there) == 1 else "are"
            best = f"Nearest is the layout '{layout.name}', because {_quoted(there)} {verb} there{but}."
    return best


def _cells(download: Download) -> set[str]:
    """The cells of the first lines of the first text files, in small letters."""
    texts = [name for name in download.names if name.lower().endswith(SUFFIXES)][:_FILES]
    return {cell.lower() for name in texts for row in first_rows(download, name, _LINES) for cell in row}


def _is_there(mark: str, files: set[str], cells: set[str]) -> bool:
    """Whether a column's name, or a file by a pattern with a dot, is among those found."""
    return any(fnmatch(file, mark.lower()) for file in files) if "." in mark else mark.lower() in cells


def _quoted(marks: Iterable[str]) -> str:
    return ", ".join(f"'{mark}'" for mark in marks)
