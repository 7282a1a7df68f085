"""What is in an EXIOBASE 3 table before its numbers are read: which years, and the labels of its small files."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import PurePosixPath

from kaldor.atlas.manifest import ExtensionEntry
from kaldor.atlas.readers.contents import Table
from kaldor.atlas.readers.download import Download
from kaldor.atlas.readers.parts import Part, parts_of
from kaldor.atlas.regions import canonical_code, code_of, is_known
from kaldor.declared import Declared, DeclaredFile, read_packaged
from kaldor.errors import InputError, Problem

SYSTEMS = {"ixi": "industry by industry", "pxp": "product by product"}
CORE = ("Z.txt", "A.txt", "Y.txt", "x.txt", "unit.txt")
SECTOR_FILES = {"ixi": "industries.txt", "pxp": "products.txt"}
EXTENSION_FILES = ("F.txt", "F_Y.txt", "F_hh.txt", "unit.txt")

_NAMED = re.compile(r"IOT_(\d{4})_(ixi|pxp)", re.IGNORECASE)
_DESCRIBED = re.compile(r"\b(ixi|pxp) for (\d{4})\b")


class _Demand(Declared):
    code: str
    name: str
    role: str


class _Declared(DeclaredFile):
    demands: Mapping[str, _Demand]
    groups: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class YearTable:
    """The files of one year, by their names within the table; `year` and `system` as names and metadata say."""

    where: str
    year: int
    system: str
    parts: Mapping[str, Part]

    def part(self, name: str) -> Part:
        """A file of the table. Raises InputError where it is missing."""
        if name not in self.parts:
            raise InputError(Problem(f"{self.where}/{name}", "the file is missing.", "Download the table again."))
        return self.parts[name]

    def reads(self, part: Part) -> bool:
        """Whether a file is read: the others (coefficients, multipliers, accounts) follow from those."""
        name = next(name for name, own in self.parts.items() if own is part)
        wanted = {"Y.txt", "x.txt", "unit.txt", SECTOR_FILES[self.system]}
        wanted.add("Z.txt" if "Z.txt" in self.parts else "A.txt")
        return name in wanted or ("/" in name and PurePosixPath(name).name in EXTENSION_FILES)


@dataclass(frozen=True)
class Folder:
    """A folder of extensions: its rows with their units, and the name of its file of final users ("" without one)."""

    name: str
    stressors: tuple[tuple[str, str], ...]
    final_use: str


@dataclass(frozen=True)
class Labels:
    """The labels of a table as published, and the codes that go with its sectors."""

    regions: tuple[str, ...]
    sectors: tuple[str, ...]
    codes: tuple[str, ...]
    demands: tuple[str, ...]
    folders: tuple[Folder, ...]
    unit: str

    @property
    def extensions(self) -> tuple[tuple[str, str, str], ...]:
        """(folder, name, unit) of every row of every folder, in order."""
        return tuple((folder.name, name, unit) for folder in self.folders for name, unit in folder.stressors)

    def difference(self, other: Labels) -> str:
        """Which labels are others, in words."""
        names = {"regions": "regions", "sectors": "sectors", "demands": "final demand", "folders": "extensions"}
        found = [words for name, words in names.items() if getattr(self, name) != getattr(other, name)]
        return ", ".join(found) or "units or codes"


def year_tables(download: Download) -> tuple[YearTable, ...]:
    """The tables of a download, by year. Raises InputError where names and metadata name different years or systems."""
    parts = parts_of(download)
    roots: dict[tuple[object, str], dict[str, Part]] = {}
    for part in parts:
        if part.file in CORE:
            roots.setdefault((part.download.path, _folder(part.name)), {})[part.file] = part
    tables = []
    for (path, folder), core in roots.items():
        if len(core) < 2:  # a folder of extensions has a unit.txt too
            continue
        prefix = f"{folder}/" if folder else ""
        own = [part for part in parts if part.download.path == path and part.name.startswith(prefix)]
        table = _table(own, prefix)
        tables += [table] if table else []
    return tuple(sorted(tables, key=lambda table: (table.year, table.where)))


def _table(parts: Sequence[Part], prefix: str) -> YearTable | None:
    by_name = {part.name[len(prefix) :]: part for part in parts}
    where = parts[0].download.where(prefix.rstrip("/")) if prefix else parts[0].download.path.name
    said = list(_said(parts[0].download.path.resolve().name, prefix, by_name.get("metadata.json")))
    if not said:
        return None
    names = sorted({(year, system) for _, year, system in said})
    if len(names) > 1:
        texts = "; ".join(f"{source} says {year} {system}" for source, year, system in said)
        raise InputError(Problem(where, f"{texts}.", "Give the files their own names back, or download them again."))
    return YearTable(where, *names[0], by_name)


def _said(file: str, prefix: str, metadata: Part | None) -> Iterator[tuple[str, int, str]]:
    """Which year and system the name of the file or folder, the folders inside and the metadata name."""
    for source in (file, *PurePosixPath(prefix).parts):
        for year, system in _NAMED.findall(source):
            yield f"the name {source}", int(year), system.lower()
    if metadata is not None:
        text = metadata.download.head(metadata.name).decode("utf-8", "replace")
        if "exiobase" in text.lower():
            for system, year in _DESCRIBED.findall(text):
                yield "metadata.json", int(year), system


def read_labels(table: YearTable) -> Labels:
    """The labels of a table from its small files. Raises InputError with every problem of them."""
    for name in ("x.txt", "Y.txt"):
        table.part(name)
    if "Z.txt" not in table.parts and "A.txt" not in table.parts:
        table.part("Z.txt")
    unit = table.part("unit.txt")
    rows = _lines(unit, 3)
    units = {cells[2] for cells in rows}
    if len(units) > 1:
        shown = ", ".join(sorted(units)[:5])
        raise InputError(
            Problem(unit.where, f"flows are in several units ({shown}).", "Only monetary tables are read.")
        )
    industries = [(cells[0], cells[1]) for cells in rows]
    regions, sectors = (tuple(dict.fromkeys(label[k] for label in industries)) for k in (0, 1))
    _expect_product(unit.where, industries, regions, sectors)
    return Labels(
        regions=regions,
        sectors=sectors,
        codes=_codes(table, sectors),
        demands=_demands(table.part("Y.txt"), regions),
        folders=tuple(_folders(table)),
        unit=units.pop(),
    )


def _expect_product(
    where: str, industries: Sequence[tuple[str, str]], regions: Sequence[str], sectors: Sequence[str]
) -> None:
    problems = []
    for label, count in Counter(industries).items():
        if count > 1:
            problems.append(Problem(where, f"'{' / '.join(label)}' stands {count} times.", "Download it again."))
    expected = [(region, sector) for region in regions for sector in sectors]
    if not problems and industries != expected:
        what = f"{len(industries):,} rows are not {len(regions)} regions of the same {len(sectors)} sectors, in order."
        problems.append(Problem(where, what, "It may be cut off: download it again."))
    if problems:
        raise InputError(problems)


def _codes(table: YearTable, sectors: Sequence[str]) -> tuple[str, ...]:
    """EXIOBASE's code of each sector, from its list of industries or products; the name where there is no list."""
    part = table.parts.get(SECTOR_FILES[table.system])
    if part is None:
        return tuple(sectors)
    header, *rows = (line.split("\t") for line in part.text().splitlines() if line.strip())
    names = [cell.strip().lower() for cell in header]
    if "name" not in names or "codenr" not in names:
        what = f"columns {', '.join(header)[:80]} hold no Name and CodeNr."
        raise InputError(Problem(f"{part.where}, line 1", what, "Download it again."))
    at, of = names.index("name"), names.index("codenr")
    code = {row[at].strip(): row[of].strip() for row in rows if len(row) > max(at, of)}
    missing = [sector for sector in sectors if not code.get(sector)]
    codes = tuple(code.get(sector, "") for sector in sectors)
    if missing:
        what = f"has no code for '{missing[0]}' ({len(missing)} sectors in all)."
        raise InputError(Problem(part.where, what, "Take it from the download of the same year."))
    if len(set(codes)) < len(codes):
        raise InputError(Problem(part.where, "a code stands for two sectors.", "Download it again."))
    letter = table.system[0]
    if any(not text.startswith(letter) for text in codes):
        what = f"codes do not begin with '{letter}', as those of a table {SYSTEMS[table.system]} do."
        raise InputError(Problem(part.where, what, "The file belongs to another table."))
    return codes


def _demands(part: Part, regions: Sequence[str]) -> tuple[str, ...]:
    """The categories of final demand, from the header of Y."""
    lines = part.download.head(part.name, 2**20).decode("utf-8", "replace").splitlines()
    header = [line.split("\t")[2:] for line in lines[:2]]
    if len(header) < 2 or not header[0]:
        what = "there are no two header lines with regions and demand categories."
        raise InputError(Problem(f"{part.where}, line 1", what, "Cells are separated by tabs: download it again."))
    uses = list(zip(*header, strict=False))
    demands = tuple(dict.fromkeys(demand.strip() for _, demand in uses))
    strangers = [demand for demand in demands if demand not in declared().demands]
    if strangers or [use[0].strip() for use in uses] != [region for region in regions for _ in demands]:
        unknown = f"unknown category '{strangers[0][:60]}'" if strangers else "regions are not those of unit.txt"
        raise InputError(Problem(f"{part.where}, line 2", f"{unknown}.", "Download it again."))
    return demands


def _folders(table: YearTable) -> Iterator[Folder]:
    names = {PurePosixPath(name).parts[0] for name in table.parts if len(PurePosixPath(name).parts) == 2}
    for name in sorted(names):
        if not any(f"{name}/{file}" in table.parts for file in EXTENSION_FILES):
            continue
        table.part(f"{name}/F.txt")
        rows = _lines(table.part(f"{name}/unit.txt"), 2)
        final_use = next((file for file in ("F_Y.txt", "F_hh.txt") if f"{name}/{file}" in table.parts), "")
        yield Folder(name, tuple((cells[0], cells[1]) for cells in rows), final_use)


def _lines(part: Part, cells: int) -> list[list[str]]:
    """The rows of a small file under its header, each of so many cells."""
    lines = [line for line in part.text().splitlines() if line.strip()]
    if len(lines) < 2:
        raise InputError(Problem(part.where, "there are no rows.", "Download it again."))
    rows = [[cell.strip() for cell in line.split("\t")] for line in lines]
    problems = [
        Problem(
            f"{part.where}, line {number}", f"{len(row)} cells, expected {cells}, none empty.", "Download it again."
        )
        for number, row in enumerate(rows, start=1)
        if len(row) != cells or (number > 1 and not all(row))
    ]
    counts = Counter(tuple(row[:-1]) for row in rows[1:])
    twice = [label for label, count in counts.items() if count > 1]
    problems += [Problem(part.where, f"'{' / '.join(label)}' stands twice.", "Download it again.") for label in twice]
    if problems:
        raise InputError(problems)
    return rows[1:]


# -- the store's label tables --------------------------------------------------------------------------------------


@cache
def region_code(label: str) -> str:
    """Kaldor's code of a region of EXIOBASE: its remainders first, since WF is also a country's two letters."""
    return canonical_code(label) if is_known(label) else code_of(label)


def region_table(labels: Labels) -> Table:
    """Regions by ISO3, with the publisher's own label."""
    return {"region": tuple(map(region_code, labels.regions)), "label": labels.regions}


def sector_table(labels: Labels) -> Table:
    """Sectors by code, with their names and, where codes are EXIOBASE's, the groups that these belong to."""
    groups = [
        ";".join(group for group, starts in declared().groups.items() if code[1:].startswith(starts))
        for code in labels.codes
    ]
    return {"code": labels.codes, "name": labels.sectors, "groups": tuple(groups)}


def demand_table(labels: Labels) -> Table:
    """Categories of final demand by code, with name and role."""
    found = [declared().demands[demand] for demand in labels.demands]
    return {name: tuple(getattr(demand, name) for demand in found) for name in ("code", "name", "role")}


def extension_entries(labels: Labels) -> tuple[ExtensionEntry, ...]:
    """An id for each extension: its name in small letters and hyphens, after its folder where two would be alike."""
    plain = [_slug(name) for _, name, _ in labels.extensions]
    often = Counter(plain)
    wanted = [
        id if often[id] == 1 else f"{_slug(folder)}.{id}"
        for id, (folder, _, _) in zip(plain, labels.extensions, strict=True)
    ]
    used: Counter[str] = Counter()
    entries = []
    for id, (_, name, unit) in zip(wanted, labels.extensions, strict=True):
        used[id] += 1
        entries.append(ExtensionEntry(id=id if used[id] == 1 else f"{id}.{used[id]}", name=name, unit=unit))
    return tuple(entries)


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "extension"


def _folder(name: str) -> str:
    parent = PurePosixPath(name).parent.as_posix()
    return "" if parent == "." else parent


@cache
def declared() -> _Declared:
    """What EXIOBASE calls its demand categories, and its groups of sectors."""
    return read_packaged(_Declared, "kaldor.atlas.readers", "exiobase3.toml")
