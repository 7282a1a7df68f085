"""Files that lie in a folder or zip beside those that were read: data among them are refused or said, never dropped.

Which files of a download a layout reads is its own affair. What it did not read is found here, once for all layouts:
indicators and lists of codes are single files, so that another file of data beside them was meant to be read, and its
loss would show nowhere; an official table comes with much that is none of it, which is named.
"""

from __future__ import annotations

from fnmatch import fnmatch
from pathlib import PurePosixPath

from kaldor.atlas.getting import SUMS
from kaldor.atlas.readers.contents import Contents
from kaldor.atlas.readers.csv_text import SUFFIXES, no_text
from kaldor.atlas.readers.download import Download
from kaldor.atlas.readers.held import DESCRIPTION
from kaldor.atlas.readers.known import recognise
from kaldor.atlas.readers.layout import Layout
from kaldor.atlas.whole_file import fault_in
from kaldor.errors import InputError, Problem

_DATA = (*SUFFIXES, ".json", ".gz", ".zip", ".xlsx", ".xlsb", ".xls", ".ods", ".npz")
_WORDS = (".txt",)  # of which publishers write their readme
_SHOWN = 5


def refuse_left_out(download: Download, contents: Contents, layout: Layout) -> None:
    """Raise InputError with every file of data beside indicators or codes that was not read with them."""
    if layout.kind not in ("indicators", "codes"):
        return
    data = [name for name in _left_out(download, contents, layout) if _is_data(name)]
    if data:
        raise InputError([_problem(download, name, layout) for name in data])


def words(download: Download, contents: Contents, layout: Layout) -> tuple[str, ...]:
    """'left out: …' of all that was not read, once everything is; nothing where all was."""
    names = _left_out(download, contents, layout)
    if not names:
        return ()
    said = [f"{name} ({fault})" if (fault := _fault(download, name)) else name for name in names[:_SHOWN]]
    more = f" and {len(names) - _SHOWN:,} more" if len(names) > _SHOWN else ""
    return (f"{download.path.name}: left out, being none of the files of this layout: {', '.join(said)}{more}.",)


def _left_out(download: Download, contents: Contents, layout: Layout) -> list[str]:
    if not (download.path.is_dir() or download.is_zip):
        return []
    files = set(contents.files)
    return [
        name
        for name in download.names
        if name not in download.opened and download.path / name not in files and not _is_passed(name, layout)
    ]


def _is_passed(name: str, layout: Layout) -> bool:
    file = PurePosixPath(name).name
    return file in (DESCRIPTION, SUMS) or any(fnmatch(file.lower(), pattern) for pattern in layout.passes)


def _is_data(name: str) -> bool:
    return name.lower().endswith(_DATA) and not name.lower().endswith(_WORDS)


def _fault(download: Download, name: str) -> str:
    return fault_in(download.head(name), name)


def _problem(download: Download, name: str, layout: Layout) -> Problem:
    if fault := _fault(download, name):
        return Problem(download.where(name), f"{fault}.", "Download it again, or take it out.")
    if name.lower().endswith(SUFFIXES) and not name.lower().endswith(".gz") and (problem := no_text(download, name)):
        return problem
    what = f"lies beside files of the layout '{layout.name}' and is not read with them{_own_layout(download, name)}."
    return Problem(download.where(name), what, "Add it by itself, under an id of its own, or take it out.")


def _own_layout(download: Download, name: str) -> str:
    """What a file in a folder is by itself, in words."""
    if not download.path.is_dir():
        return ""
    try:
        layout, seen = recognise(Download(download.path / name))
    except InputError:
        return ", nor in a known layout by itself"
    return f": it is {seen.words} (layout '{layout.name}')"
