"""OECD Inter-Country Input-Output tables, one CSV file a year, editions 2016, 2018, 2021, 2023 and 2025.

One matrix with labels on both sides: industries (AUS_01T03, from 2023 AUS_A01_02), then final demand by category and
country (AUS_HFCE; in 2016 HFCE_AUS) and the output column (TOTAL or OUT; in 2016 DISC, a discrepancy, and no output
column); below the industries taxes less subsidies on products (by taxing country in 2018 and 2021, one row TLS from
2023), value added (VALU, VA, or VA+TAXSUB in 2016) and output (OUTPUT or OUT). Source of the layout: OECD, ReadMe of
each edition (oe.cd/icio).

Extended tables split the producers of China and Mexico by what they export (CN1, CN2, MX1, MX2), not their final
demand. The parts are added up into CHN and MEX, so that regions and final demand agree; a note says so. Output is
the published one. 2016's column DISC stays out of final demand: it is the discrepancy between output and uses.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kaldor.atlas.catalogue import Catalogue
from kaldor.atlas.classifications import Classification, classification
from kaldor.atlas.manifest import ExtensionEntry
from kaldor.atlas.readers.contents import EconomyContents, YearArrays
from kaldor.atlas.readers.csv_text import cells_of
from kaldor.atlas.readers.download import Download
from kaldor.atlas.readers.layout import Layout, Seen
from kaldor.atlas.readers.matrix_text import Matrix, read_matrix
from kaldor.atlas.readers.parts import Part, parts_of, zips_inside
from kaldor.atlas.regions import canonical_code
from kaldor.errors import InputError, Problem

VERSION = 1
UNIT = "million USD"
SPLIT = {"CN": "CHN", "MX": "MEX"}
"""Countries whose producers the extended tables split: CN1, CN2 … are parts of CHN."""

MOST_GAP = 0.01
"""The largest share of world output by which published outputs may differ from uses before a file counts as damaged."""

_OUTPUT, _DISCREPANCY, _TAXES = ("OUT", "OUTPUT", "TOTAL"), "DISC", re.compile(r"TLS|[A-Z0-9]{3}_TAXSUB")
_VALUE_ADDED, _BOTH = ("VA", "VALU"), "VA+TAXSUB"
_BELOW = ("taxes", "value added", "output")
_CATEGORY = re.compile(r"HFCE|NPISH|NPS|GGFC|GFCF|INVNT|INV|P33|DPABR|DIRP|FD")
_LABEL = re.compile(r"([A-Z][A-Z0-9]{2})_([A-Z0-9_]+)")
_NUMBERS = re.compile(r"C\d+(T\d+)?")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")
_YEAR_PLACE = re.compile(r"ICIO20\d\d_((?:19|20)\d\d)", re.IGNORECASE)
_EDITION = re.compile(r"ICIO_?(20\d\d)_", re.IGNORECASE)

_VA = ExtensionEntry(id="value-added", name="Value added at basic prices", unit=UNIT)
_TLS = ExtensionEntry(id="taxes-on-products", name="Taxes less subsidies on products", unit=UNIT)
_VA_TLS = ExtensionEntry(id="value-added-and-taxes", name="Value added and taxes less subsidies on products", unit=UNIT)


@dataclass(frozen=True)
class Columns:
    """What the header of a file says: its industries and categories as published, and the regions that result.

    `industries` are (region, sector) in the order of the file; `regions` and `sectors` the labels kept, `target` the
    place among `regions` of each published region, so that CN1 goes where CHN is.
    """

    industries: tuple[tuple[str, str], ...]
    published: tuple[str, ...]
    regions: tuple[str, ...]
    target: tuple[int, ...]
    sectors: tuple[str, ...]
    demands: tuple[str, ...]
    demand_at: NDArray[np.int64]
    industry_at: NDArray[np.int64]
    output_at: int | None
    discrepancy_at: int | None


def _sees(download: Download) -> Seen | None:
    files = [part for part in _tables(download) if _edition(part) is not None][:5]
    if files:
        ids = {_edition(part) for part in files}
        words = f"OECD Inter-Country Input-Output tables, edition {min(str(id)[-4:] for id in ids)}"
        return Seen(words, str(_edition(files[0])))
    if download.is_zip and zips_inside(download) and re.search(r"icio", download.path.name, re.IGNORECASE):
        return Seen("a zip of zips of OECD Inter-Country Input-Output tables", _editions()[-1])
    return None


def read(download: Download, declared: Classification | None) -> EconomyContents:
    """Read the labels of every year's file; `load` of the result reads one year.

    Raises InputError with every problem: years missing, twice or outside the edition, several editions, labels that
    do not form regions by sectors, files of a download that disagree.
    """
    if zips_inside(download):
        remedy = "Unpack it once and add the folder: the zips of single years are read as they are."
        raise InputError(Problem(download.path.name, "holds zips inside the zip, which are not opened.", remedy))
    files, edition = _by_year(download)
    kinds = classification(Catalogue.load().source(edition).classification)
    if declared is not None and declared.id != kinds.id:
        what = f"is in the classification {kinds.id} of {edition}, not in {declared.id}."
        raise InputError(Problem(download.path.name, what, "Leave --as away, or give it another id."))
    years = tuple(sorted(files))
    columns = {year: _columns(_header(files[year]), files[year].where) for year in years}
    first = columns[years[0]]
    problems = [
        Problem(files[year].where, f"its labels are not those of {files[years[0]].where}.", "Add them apart.")
        for year in years
        if (columns[year].published, columns[year].sectors, columns[year].demands)
        != (first.published, first.sectors, first.demands)
    ]
    if problems:
        raise InputError(problems)
    codes = [_code(sector, kinds) for sector in first.sectors]
    names = {sector.code: sector.name for sector in kinds.sectors}
    return EconomyContents(
        regions={"region": tuple(map(canonical_code, first.regions)), "label": first.regions},
        sectors={"code": tuple(codes), "name": tuple(names.get(code, code) for code in codes)},
        final_demand={"code": first.demands, "name": tuple(_DEMAND_NAMES[code] for code in first.demands)},
        extensions=(_VA_TLS,) if edition.endswith("2016") else (_VA, _TLS),
        years=years,
        load=lambda year: _load(files[year], columns[year]),
        files=tuple(dict.fromkeys(files[year].path for year in years)),
        unit=UNIT,
        notes=tuple(_notes(first, [code for code in codes if code not in names])),
    )


_DEMAND_NAMES: Mapping[str, str] = {
    "HFCE": "Household final consumption",
    "NPISH": "Final consumption of non-profit institutions serving households",
    "NPS": "Final consumption of non-profit institutions serving households",
    "GGFC": "Government final consumption",
    "GFCF": "Gross fixed capital formation",
    "INVNT": "Changes in inventories and valuables",
    "INV": "Changes in inventories and valuables",
    "P33": "Residents' direct purchases abroad",
    "DPABR": "Residents' direct purchases abroad",
    "DIRP": "Residents' direct purchases abroad",
    "FD": "Final demand",
}


def merge(blocks: NDArray[np.float64], target: Sequence[int], axis: int, sectors: int) -> NDArray[np.float64]:
    """Add up the regions of one axis that have the same target; each region is `sectors` cells of that axis."""
    if tuple(target) == tuple(range(len(target))):
        return blocks
    moved = np.moveaxis(blocks, axis, 0)
    merged = np.zeros(((max(target) + 1) * sectors, *moved.shape[1:]))
    for number, place in enumerate(target):
        merged[place * sectors : (place + 1) * sectors] += moved[number * sectors : (number + 1) * sectors]
    return np.ascontiguousarray(np.moveaxis(merged, 0, axis))


def _load(part: Part, columns: Columns) -> YearArrays:
    with part.open() as stream:
        matrix = read_matrix(stream, part.where, header_rows=1, label_columns=1, delimiter=",", empty=np.nan)
    n = len(columns.industries)
    rows = _rows(matrix, columns, part.where)
    flows = matrix.values[:n]
    uses = flows[:, np.concatenate([columns.industry_at, columns.demand_at])]
    _refuse_gaps(uses, matrix, part.where)
    Z, Y = uses[:, :n], uses[:, n:]
    below = {name: np.nan_to_num(matrix.values[list(at)].sum(axis=0)) for name, at in rows.items()}
    x = flows[:, columns.output_at] if columns.output_at is not None else below["output"][columns.industry_at]
    extra = flows[:, columns.discrepancy_at] if columns.discrepancy_at is not None else 0.0
    _refuse_imbalance(x, Z.sum(axis=1) + Y.sum(axis=1) + extra, f"{part.where}, sums of rows")
    inputs = Z.sum(axis=0) + sum(below[name][columns.industry_at] for name in below if name != "output")
    _refuse_imbalance(x, inputs, f"{part.where}, sums of columns")
    s, target = len(columns.sectors), columns.target
    kept = [below[name] for name in ("value added", "taxes") if name in below]
    return YearArrays(
        Z=merge(merge(Z, target, 0, s), target, 1, s),
        Y=merge(Y, target, 0, s),
        x=merge(x, target, 0, s),
        F=merge(np.stack([row[columns.industry_at] for row in kept]), target, 1, s),
        F_Y=np.stack([row[columns.demand_at] for row in kept]),
    )


def _rows(matrix: Matrix, columns: Columns, where: str) -> dict[str, tuple[int, ...]]:
    """Where the rows below the industries stand. Raises InputError where the industries are not the columns' own."""
    labels = [label for (label,) in matrix.rows]
    expected = ["_".join(industry) for industry in columns.industries]
    n = len(expected)
    if labels[:n] != expected:
        at = next((i for i, (a, b) in enumerate(zip(labels, expected, strict=False)) if a != b), len(labels))
        found = f"'{labels[at]}'" if at < len(labels) else "the end of the file"
        what, remedy = f"expected the row '{expected[at]}', found {found}.", "Rows stand in the order of the columns."
        raise InputError(Problem(f"{where}, line {at + 2}", what, remedy))
    rows: dict[str, tuple[int, ...]] = {}
    for at, label in enumerate(labels[n:], n):
        kind = _kind_of_row(label)
        if kind is None:
            raise InputError(Problem(f"{where}, line {at + 2}", f"unknown row '{label}' below the industries."))
        if rows and _BELOW.index(kind) < _BELOW.index(next(reversed(rows))):
            what = f"the row '{label}' stands below rows of {next(reversed(rows))}."
            raise InputError(Problem(f"{where}, line {at + 2}", what, f"Expected {', '.join(_BELOW)}, in this order."))
        rows[kind] = (*rows.get(kind, ()), at)
    missing = {"value added", "output"} - set(rows)
    if missing:
        what = f"there is no row of {' and none of '.join(sorted(missing))} below the industries."
        raise InputError(Problem(where, what, "The file may be cut off: download it again."))
    return rows


def _kind_of_row(label: str) -> str | None:
    if label in _OUTPUT:
        return "output"
    if label in _VALUE_ADDED or label == _BOTH:
        return "value added"
    return "taxes" if _TAXES.fullmatch(label) else None


def _refuse_gaps(uses: NDArray[np.float64], matrix: Matrix, where: str) -> None:
    bad = np.argwhere(np.isnan(uses))
    if len(bad):
        place = f"{where}, line {int(bad[0][0]) + 2} ('{matrix.rows[int(bad[0][0])][0]}')"
        raise InputError(Problem(place, f"{len(bad):,} cells are empty.", "Download the file again."))


def _refuse_imbalance(x: NDArray[np.float64], sums: NDArray[np.float64], where: str) -> None:
    gap, output = float(np.abs(x - sums).sum()), float(x.sum())
    if not gap <= MOST_GAP * output:
        what = f"differ from the published outputs by {gap:,.0f} of {output:,.0f} {UNIT}."
        raise InputError(Problem(where, what, "The file is damaged or mixed up: download it again."))


def _notes(columns: Columns, strangers: Sequence[str]) -> list[str]:
    notes = []
    parts = [label for label in columns.published if _whole(label) != label]
    if parts:
        whole = " and ".join(sorted({_whole(label) for label in parts}))
        notes.append(
            f"Extended table: the producers {', '.join(parts)} are added up into {whole}, because final demand is "
            "published for the whole countries only."
        )
    if columns.discrepancy_at is not None:
        notes.append("The published column DISC is the discrepancy between output and uses, outside final demand.")
    if strangers:
        notes.append(f"Sectors that no group of the classification knows: {', '.join(strangers)}.")
    return notes


def _columns(labels: Sequence[str], where: str) -> Columns:
    """What a header says. Raises InputError where it does not give regions by sectors and by categories."""
    industries: list[tuple[str, str]] = []
    industry_at, demand, output_at, discrepancy_at = [], {}, None, None
    problems: list[Problem] = []
    for at, label in enumerate(labels):
        pair = _demand_of(label)
        match = _LABEL.fullmatch(label)
        if label in _OUTPUT:
            output_at = at
        elif label == _DISCREPANCY:
            discrepancy_at = at
        elif pair is not None:
            demand[pair] = at
        elif match:
            industries.append((match[1], match[2]))
            industry_at.append(at)
        else:
            problems.append(Problem(f"{where}, line 1, column {at + 2}", f"'{label[:40]}' is no label of this layout."))
    published = tuple(dict.fromkeys(region for region, _ in industries))
    sectors = tuple(dict.fromkeys(sector for _, sector in industries))
    demands = tuple(dict.fromkeys(category for _, category in demand))
    if industries != [(region, sector) for region in published for sector in sectors]:
        what = f"{len(industries):,} industries are not {len(published)} regions by {len(sectors)} sectors in order."
        problems.append(Problem(f"{where}, line 1", what, "Columns are missing, twice or out of order."))
    regions = tuple(dict.fromkeys(_whole(region) for region in published))
    wanted = [(region, category) for region in regions for category in demands]
    if not demand or set(demand) != set(wanted):
        odd = sorted(set(demand) ^ set(wanted))[:3]
        what = f"final demand is not {len(regions)} regions by {len(demands)} categories ({odd})."
        problems.append(Problem(f"{where}, line 1", what, "Columns are missing, or belong to no region."))
    if problems:
        raise InputError(problems)
    return Columns(
        industries=tuple(industries),
        published=published,
        regions=regions,
        target=tuple(regions.index(_whole(region)) for region in published),
        sectors=sectors,
        demands=demands,
        demand_at=np.array([demand[pair] for pair in wanted]),
        industry_at=np.array(industry_at),
        output_at=output_at,
        discrepancy_at=discrepancy_at,
    )


def _demand_of(label: str) -> tuple[str, str] | None:
    """Region and category of a column of final demand: AUS_HFCE, or HFCE_AUS in the edition of 2016."""
    left, _, right = label.partition("_")
    if _CATEGORY.fullmatch(right):
        return left, right
    return (right, left) if right and _CATEGORY.fullmatch(left) else None


def _whole(region: str) -> str:
    """The country that a split producer belongs to (CN1 to CHN), or the region itself."""
    return SPLIT.get(region[:2], region) if len(region) == 3 and region[2].isdigit() else region


def _code(sector: str, kinds: Classification) -> str:
    """The classification's code for a sector: 01T03 also for D01T03; by its numbers where the letters differ."""
    if sector in kinds.codes:
        return sector
    if sector.startswith("D") and sector[1:] in kinds.codes:
        return sector[1:]
    number = _NUMBERS.match(sector)
    alike = [code for code in kinds.codes if number and (m := _NUMBERS.match(code)) and m[0] == number[0]]
    return alike[0] if len(alike) == 1 else sector


def _by_year(download: Download) -> tuple[dict[int, Part], str]:
    """Each year's file and the edition. Raises InputError where a name has no year, a year is twice, editions mix."""
    tables = _tables(download)
    editions = {part.where: edition for part in tables if (edition := _edition(part)) is not None}
    problems = []
    if len(set(editions.values())) != 1:
        what = f"holds tables of several editions: {', '.join(sorted(set(editions.values())))}."
        raise InputError(Problem(download.path.name, what, "Add one edition at a time."))
    edition = next(iter(editions.values()))
    span = Catalogue.load().source(edition).years or (0, 9999)
    years: dict[int, Part] = {}
    for part in tables:
        if part.where not in editions:
            continue
        found = _YEAR.findall(_EDITION.sub("", part.file))
        if len(found) != 1:
            problems.append(Problem(part.where, "the name does not say one year.", "Keep the publisher's file name."))
        elif not span[0] <= int(found[0]) <= span[1]:
            what = f"the name says {found[0]}, but this edition has {span[0]} to {span[1]}."
            problems.append(Problem(part.where, what, "Keep the publisher's file name."))
        elif (place := _YEAR_PLACE.fullmatch(part.holder)) and place[1] != found[0]:
            what = f"the name says {found[0]}, but it lies in {part.holder}."
            problems.append(Problem(part.where, what, "Find out which is right: download the year again."))
        elif int(found[0]) in years:
            other = years[int(found[0])].where
            remedy = "Keep the regular or the extended table, not both."
            problems.append(Problem(part.where, f"{found[0]} is also in {other}.", remedy))
        else:
            years[int(found[0])] = part
    if problems:
        raise InputError(problems)
    return years, edition


def _tables(download: Download) -> list[Part]:
    parts = parts_of(download, ("*icio*.zip", "[12][0-9][0-9][0-9]*.zip"))
    return [part for part in parts if part.name.lower().endswith(".csv")]


def _header(part: Part) -> list[str]:
    """The labels of the columns, from a file's first line. Raises InputError where it is empty or not opened."""
    with part.open() as stream:
        line = stream.readline(2**20).decode("utf-8-sig", "replace").rstrip("\r\n")
    if not line:
        raise InputError(Problem(part.where, "the file is empty.", "Download it again."))
    delimiter = "," if "," in line else next((mark for mark in ";\t|" if mark in line), ",")
    return [cell.strip() for cell in cells_of(line, delimiter)][1:]


def _edition(part: Part) -> str | None:
    """The catalogue's id of the edition that a file is of, by its name, else by its sectors; None where by neither."""
    named = _EDITION.search(part.file)
    if named and f"oecd_icio_{named[1]}" in _editions():
        return f"oecd_icio_{named[1]}"
    try:
        labels = _header(part)
    except InputError:
        return None
    sectors = {match[2] for label in labels[:5000] if (match := _LABEL.fullmatch(label))}
    sectors = {re.sub(r"^D(?=\d)", "", sector) for sector in sectors if not _CATEGORY.fullmatch(sector)}
    known = {id: set(classification(Catalogue.load().source(id).classification).codes) for id in _editions()}
    if not any(len(sectors & codes) >= 2 for codes in known.values()):
        return None
    return max(known, key=lambda id: (len(sectors & known[id]), -len(sectors - known[id]), id))


def _editions() -> list[str]:
    return sorted(id for id, source in Catalogue.load().sources.items() if source.reader == LAYOUT.name)


LAYOUT = Layout("oecd_icio", "economy", VERSION, _sees, read, marks=("*_SML.csv",))
