"""Lists of codes as their publishers offer them: ISIC, NACE, CPC, HS, ISCO (code_lists.toml says how each is laid out).

A list comes out as code, name, parent and level. Where a file names no parents, a code's parent is the longest other
code that it begins with; in lists of industries, divisions belong to the section (a letter) that stands above them.
Layouts: UNSD, "Classifications on economic statistics", downloads; Eurostat, ShowVoc; ESCO, ISCO groups.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import pairwise
from pathlib import PurePosixPath

from kaldor.atlas.classifications import Classification
from kaldor.atlas.readers.code_table import SUFFIXES, code_table, columns_seen
from kaldor.atlas.readers.contents import CodeContents
from kaldor.atlas.readers.download import Download
from kaldor.atlas.readers.layout import Layout, Seen
from kaldor.atlas.readers.text_table import TextTable
from kaldor.declared import Declared, DeclaredFile, read_packaged
from kaldor.errors import InputError, Problem

VERSION = 2
MOST_CODES = 200_000


class CodeList(Declared):
    """How one classification's list of codes is laid out; see code_lists.toml."""

    id: str
    title: str
    file: str
    code: str
    name: str
    parent: str = ""
    level: str = ""
    root: str = ""
    sections: bool = False
    windows: str = ""
    editions: Mapping[str, int]

    def is_windows(self, name: str) -> bool:
        """Whether the file's name tells of an edition that the publisher writes in Windows-1252."""
        return bool(self.windows and re.search(self.windows, name.lower()))

    def edition(self, name: str) -> int | None:
        """The year of the edition that a file's name speaks of; files that Kaldor exports say it outright."""
        exported = re.search(r"codes-([0-9]{4})", name)
        if exported:
            return int(exported[1])
        return next((year for pattern, year in self.editions.items() if re.search(pattern, name.lower())), None)


class _Lists(DeclaredFile):
    lists: tuple[CodeList, ...]


@cache
def known_lists() -> tuple[CodeList, ...]:
    """The declared lists. Raises InputError that names the key at fault."""
    return read_packaged(_Lists, "kaldor.atlas.readers", "code_lists.toml").lists


def read_code_list(download: Download, _: Classification | None = None) -> CodeContents:
    """Read one list of codes. Raises InputError with every problem: columns, codes twice, parents that are no codes."""
    name, declared, sheet = _files(download)[0]
    where = download.where(name)
    edition = declared.edition(PurePosixPath(name).name)
    if edition is None:
        known = ", ".join(map(str, declared.editions.values()))
        what = f"the file's name does not tell the edition of {declared.id.upper()}."
        raise InputError(Problem(where, what, f"Rename it so that it does; known are those of {known}."))
    table = code_table(download, name, sheet, windows=declared.is_windows(name))
    columns = {part: _column(table, getattr(declared, part)) for part in ("code", "name", "parent", "level")}
    missing = [
        Problem(f"{where}, line 1", f"no column holds the {part}.") for part in ("code", "name") if not columns[part]
    ]
    if missing:
        raise InputError(missing)
    codes, names = table.texts(str(columns["code"])), table.texts(str(columns["name"]))
    problems = list(_code_problems(table, codes, names))
    if problems:
        raise InputError(problems)
    given = table.texts(columns["parent"]) if columns["parent"] else ()
    parents = [("" if p == declared.root else p) for p in given] or _parents(codes, declared.sections)
    strangers = (
        [
            Problem(
                f"{where}, line {table.lines[k]}", f"parent '{parent[:40]}' of '{codes[k]}' is no code of the list."
            )
            for k, parent in enumerate(parents)
            if parent and parent not in set(codes)
        ]
        if given
        else []
    )
    if strangers:
        raise InputError(strangers[:20])
    return CodeContents(
        {"code": codes, "name": names, "parent": tuple(parents), "level": tuple(map(str, _levels(codes, parents)))},
        (edition,),
        download.origin([name]),
        notes=(f"{declared.title}, edition of {edition}.",),
    )


def _code_problems(table: TextTable, codes: Sequence[str], names: Sequence[str]) -> Iterator[Problem]:
    if len(codes) > MOST_CODES:
        yield Problem(table.where, f"{len(codes):,} codes; at most {MOST_CODES:,} are read.")
        return
    seen: dict[str, int] = {}
    for line, code, name in zip(table.lines.tolist(), codes, names, strict=True):
        if not re.fullmatch(r"[A-Za-z0-9.+ -]{1,24}", code):
            yield Problem(f"{table.where}, line {line}", f"'{code[:40]}' is no code.", "Letters, digits and dots.")
        elif code in seen:
            yield Problem(f"{table.where}, line {line}", f"code '{code}' stands in line {seen[code]} too.")
        if not name:
            yield Problem(f"{table.where}, line {line}", f"code '{code[:40]}' has no name.")
        seen.setdefault(code, line)


def _parents(codes: Sequence[str], sections: bool) -> list[str]:
    """The longest other code that each begins with; else the section above it in the file."""
    known, section = set(codes), ""
    parents = []
    for code in codes:
        begins = (code[:end].rstrip(".") for end in range(len(code) - 1, 0, -1))
        parent = next((start for start in begins if start in known and start != code), "")
        if sections and re.fullmatch("[A-Z]", code):
            section, parent = code, ""
        elif sections and not parent:
            parent = section
        parents.append(parent)
    return parents


def _levels(codes: Sequence[str], parents: Sequence[str]) -> list[int]:
    """How deep each code stands, 1 at the top. Raises InputError for parents in a circle."""
    parent_of = dict(zip(codes, parents, strict=True))
    depth: dict[str, int] = {"": 0}
    for code in codes:
        way = [code]
        while way[-1] not in depth:
            if len(way) > 50:
                raise InputError(Problem(f"code '{code}'", "its parents go round in a circle."))
            way.append(parent_of[way[-1]])
        for child, parent in reversed(list(pairwise(way))):
            depth[child] = depth[parent] + 1
    return [depth[code] for code in codes]


def _column(table: TextTable, pattern: str) -> str:
    """The column whose name an expression matches; "" where there is none."""
    return next((name for name in table.columns if pattern and re.fullmatch(pattern, name.strip())), "")


def _files(download: Download) -> list[tuple[str, CodeList, int]]:
    """The files that are lists of codes, by their names and their first lines, with the number of the table in each."""
    found = []
    for name in download.names:
        last = PurePosixPath(name).name
        for declared in known_lists():
            if not (last.lower().endswith(SUFFIXES) and re.fullmatch(declared.file, last)):
                continue
            if (number := _fitting(download, name, declared)) is not None:
                found.append((name, declared, number))
                break
    return found


def _fitting(download: Download, name: str, declared: CodeList) -> int | None:
    """The number of the table in a file (the sheet of a workbook) that has the list's columns; None where none has."""
    for number, names in enumerate(columns_seen(download, name)):
        cells = [cell.strip() for cell in names]
        if all(any(re.fullmatch(pattern, cell) for cell in cells) for pattern in (declared.code, declared.name)):
            return number
    return None


def _sees(download: Download) -> Seen | None:
    found = _files(download)
    if len(found) != 1:
        return None
    name, declared, _ = found[0]
    edition = declared.edition(PurePosixPath(name).name)
    return Seen(f"codes of {declared.id.upper()}{f', edition of {edition}' if edition else ''}", declared.id)


LAYOUT = Layout("code_list", "codes", VERSION, _sees, read_code_list, order=70)
