"""GLORIA: a supply and use table in one matrix without labels (commas), a zip or folder a year, labels in a workbook.

…_120secMother_AllCountries_002_T-Results_YYYY_0RR_Markup001(full).csv holds, country by country, 120 industries and
then 120 products, on rows and columns: industry rows under product columns are the supply, product rows under industry
columns the use. Y is final demand by six categories, V value added by country and category; satellites TQ and YQ come
in a second zip. GLORIA_ReadMe_0RR.xlsx names regions, sectors, categories and satellites. Releases 055 to 060. Source
of the layout: the sheets of the ReadMe, and Lenzen, Geschke and others (2022), Nature Sustainability 5, 157–166.

Kaldor makes an industry-by-industry table of it under fixed product sales: each product is bought from its industries
in fixed shares (Eurostat Manual of Supply, Use and Input-Output Tables (2008), model D, ch. 11):
    shares = supply · diag(1/q),  Z = shares · use,  Y = shares · final demand,  x = supply · 1,
with q what is used of each product, so that x − Z·1 − Y·1 is zero wherever a product is used at all.

Basic prices (Markup001) are read. A table of 164 regions takes 19,680² × 8 bytes, 3.1 GB, and its satellites as much
again: it is refused where that memory is not free.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kaldor.atlas.catalogue import Catalogue
from kaldor.atlas.classifications import Classification
from kaldor.atlas.manifest import ExtensionEntry
from kaldor.atlas.memory import refuse_beyond_memory
from kaldor.atlas.readers.contents import EconomyContents, YearArrays
from kaldor.atlas.readers.download import Download
from kaldor.atlas.readers.ielab import country_codes, demand_code, slug, unique
from kaldor.atlas.readers.layout import Layout, Seen
from kaldor.atlas.readers.matrix_blocks import row_blocks
from kaldor.atlas.readers.parts import Part, parts_beside, parts_of
from kaldor.atlas.readers.workbook import Sheet, read_sheets
from kaldor.errors import InputError, Problem

VERSION = 1
UNIT = "thousand USD"
SOURCE = "gloria"

MOST_GAP = 0.05
"""The largest share of world output by which supply and use may differ before a file counts as damaged."""

_FILE = re.compile(
    r"\d*_?120secMother_AllCountries_002_(T|Y|V|TQ|YQ)-Results_((?:19|20)\d\d)_(\d{3}[a-z]?)_Markup(\d{3})\(full\)\.csv",
    re.IGNORECASE,
)
_LOOSE = re.compile(r".*120secMother.*-Results.*\.csv", re.IGNORECASE)
_YEAR_PLACE = re.compile(r"GLORIA_(?:MRIOs|SatelliteAccounts)_\d+[a-z]?_((?:19|20)\d\d)", re.IGNORECASE)
_README = re.compile(r"GLORIA_ReadMe_(\d{3}[a-z]?)\.xlsx", re.IGNORECASE)
_BASIC = "001"
_BESIDE = ("gloria_readme_*.xlsx", "gloria_satelliteaccounts_*")
_SHEETS = ("Regions", "Sectors", "Value added and final demand", "Satellites")


@dataclass(frozen=True)
class Axes:
    """What the ReadMe says: regions (code, name), sectors (number, name), satellites (name, head, unit), categories."""

    regions: tuple[tuple[str, str], ...]
    sectors: tuple[tuple[int, str], ...]
    demands: tuple[str, ...]
    inputs: tuple[str, ...]
    satellites: tuple[tuple[str, str, str], ...]

    @property
    def n(self) -> int:
        """Industries: regions by sectors; there are as many products."""
        return len(self.regions) * len(self.sectors)

    @property
    def m(self) -> int:
        """Columns of final demand: regions by categories."""
        return len(self.regions) * len(self.demands)


def _sees(download: Download) -> Seen | None:
    found = [match for part in _parts(download) if (match := _FILE.fullmatch(part.file))]
    if found:
        years, releases = sorted({match[2] for match in found}), sorted({match[3] for match in found})
        return Seen(f"GLORIA, release {', '.join(releases)}, {', '.join(years)}", SOURCE)
    loose = any(_LOOSE.fullmatch(part.file) for part in _parts(download))
    return Seen("GLORIA with names that say no year", SOURCE) if loose else None


def read(download: Download, declared: Classification | None) -> EconomyContents:
    """Read the ReadMe's labels and find each year's matrices; `load` of the result reads one year.

    Raises InputError with every problem: files missing or twice, several releases, a ReadMe that lacks a sheet or a
    column, a table that does not fit into the memory that is free.
    """
    parts = _parts(download)
    years, release = _by_year(parts, download)
    readme = _readme(parts, release, download)
    axes = _axes(readme)
    with_satellites = all("TQ" in files for files in years.values())
    one_region = 4 * len(axes.sectors) * axes.n  # cells that are read at a time, as text and as numbers
    needed = 8 * (axes.n * axes.n + 2 * axes.n * axes.m) + 48 * one_region
    needed += 8 * len(axes.satellites) * (axes.n + axes.m) if with_satellites else 0
    remedy = "Close other programs, use a machine with more memory, or a smaller table (Eora26, OECD ICIO, EXIOBASE)."
    refuse_beyond_memory(needed, download.path.name, f"a table of {axes.n:,} industries", remedy)
    codes = [f"g{number:03d}" for number, _ in axes.sectors]
    known = declared.codes if declared else ()
    notes = [
        "An industry-by-industry table made of the published supply and use under fixed product sales: each product is "
        "bought from its industries in fixed shares (Eurostat manual, model D).",
        ""
        if with_satellites
        else "The satellite accounts were not in the download; value added is its only extension.",
    ]
    strangers = [name for code, (_, name) in zip(codes, axes.sectors, strict=True) if code not in known]
    notes.append(f"Sectors that no group of the classification knows: {', '.join(strangers)}." if strangers else "")
    return EconomyContents(
        regions={
            "region": country_codes([code for code, _ in axes.regions]),
            "label": tuple(code for code, _ in axes.regions),
        },
        sectors={"code": tuple(codes), "name": tuple(name for _, name in axes.sectors)},
        final_demand={"code": tuple(map(demand_code, axes.demands)), "name": axes.demands},
        extensions=_extensions(axes, with_satellites),
        years=tuple(sorted(years)),
        load=lambda year: _load(years[year], axes, with_satellites),
        files=tuple(dict.fromkeys(part.path for year in sorted(years) for part in (*years[year].values(), readme))),
        unit=UNIT,
        notes=tuple(note for note in notes if note),
    )


def fixed_product_sales(
    supply: Any, use: NDArray[np.float64], demand: NDArray[np.float64], block: int = 512
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Z (n×n), Y (n×m) and x (n) by industry from supply (n×p, sparse), use (p×n) and final demand (p×m) of products.

    `use` is overwritten and returned as Z where there are as many products as industries, so that a large table needs
    its own memory once. A product that nobody uses has no sales to share out. Source: Eurostat (2008), model D.
    """
    from scipy import sparse

    used = use.sum(axis=1) + demand.sum(axis=1)
    inverse = np.divide(1.0, used, out=np.zeros_like(used), where=used != 0)
    shares = sparse.csr_array(supply) @ sparse.diags_array(inverse)
    Z = use if shares.shape[0] == shares.shape[1] else np.empty((shares.shape[0], use.shape[1]))
    for first in range(0, use.shape[1], block):
        Z[:, first : first + block] = shares @ use[:, first : first + block]
    return Z, shares @ demand, np.asarray(supply.sum(axis=1)).reshape(-1)


def _parts(download: Download) -> tuple[Part, ...]:
    """The files of a download; what belongs to a single zip or folder of a year lies beside it."""
    own = parts_of(download, ("gloria*.zip",))
    one_year = download.is_zip or download.path.name.lower().startswith("gloria_mrios")
    mine = one_year and any(_LOOSE.fullmatch(part.file) for part in own)
    return (*own, *parts_beside(download, _BESIDE)) if mine else own


def _by_year(parts: Sequence[Part], download: Download) -> tuple[dict[int, dict[str, Part]], str]:
    """The matrices of each year by what they hold, and the release. Raises InputError where they do not fit."""
    where = download.path.name
    problems: list[Problem] = []
    years: dict[int, dict[str, Part]] = {}
    releases: set[str] = set()
    span = Catalogue.load().source(SOURCE).years or (0, 9999)
    own = {int(m[2]) for part in parts if (m := _FILE.fullmatch(part.file)) and m[1].upper() in ("T", "Y", "V")}
    for part in parts:
        match = _FILE.fullmatch(part.file)
        if match is None and _LOOSE.fullmatch(part.file):
            what = "the name does not say what, year, release and price."
            problems.append(Problem(part.where, what, "Keep the publisher's file name."))
        if match is None or match[4] != _BASIC or (own and int(match[2]) not in own):
            continue  # other prices, or the satellites of a year that lie beside
        kind, year = match[1].upper(), int(match[2])
        releases.add(match[3].lower())
        if not span[0] <= year <= span[1]:
            what = f"the name says {year}, but GLORIA has {span[0]} to {span[1]}."
            problems.append(Problem(part.where, what, "Keep the publisher's file name."))
        place = _YEAR_PLACE.fullmatch(part.holder)
        if place and int(place[1]) != year:
            what = f"the name says {year}, but it lies in {part.holder}."
            problems.append(Problem(part.where, what, "Find out which is right: download the year again."))
        if kind in years.setdefault(year, {}):
            what = f"{kind} of {year} is also in {years[year][kind].where}."
            problems.append(Problem(part.where, what, "Keep one file of each."))
        years[year][kind] = part
    if len(releases) > 1:
        what = f"holds the releases {', '.join(sorted(releases))}."
        problems.append(Problem(where, what, "Add one release at a time."))
    satellites = any({"TQ", "YQ"} & set(files) for files in years.values())
    for year, files in years.items():
        for kind in ("T", "Y", "V", *(("TQ", "YQ") if satellites else ())):
            if kind not in files:
                name = f"…{kind}-Results_{year}_{min(releases)}_Markup{_BASIC}(full).csv"
                problems.append(Problem(f"{where}/{name}", "the file is missing.", "Download the year again."))
    if not years and not problems:
        remedy = f"Add the file of basic prices, Markup{_BASIC}."
        problems.append(Problem(where, "holds no matrix in basic prices.", remedy))
    if problems:
        raise InputError(problems)
    return years, min(releases)


def _readme(parts: Sequence[Part], release: str, download: Download) -> Part:
    found = [part for part in parts if _README.fullmatch(part.file)]
    same = [part for part in found if part.file.lower().removesuffix(".xlsx").endswith(release)]
    if not same and len(found) != 1:
        name = f"{download.path.name}/GLORIA_ReadMe_{release}.xlsx"
        what = "the file is missing." if not found else f"is not among the {len(found)} ReadMe files of other releases."
        raise InputError(Problem(name, what, "Put it, from the same page, beside the table: it holds the labels."))
    return (same or found)[0]


def _axes(part: Part) -> Axes:
    """The labels that a ReadMe gives. Raises InputError where a column is missing, empty, or has a label twice."""
    sheets = read_sheets(part.download, part.name, list(_SHEETS))
    problems: list[Problem] = []

    def column(sheet: str, name: str) -> tuple[str, ...]:
        return _column(sheets[sheet], f"{part.where}, sheet '{sheet}'", name, problems)

    numbers = column("Sectors", "Lfd_Nr")
    regions = tuple(zip(column("Regions", "Region_acronyms"), column("Regions", "Region_names"), strict=False))
    sectors = column("Sectors", "Sector_names")
    demands = column("Value added and final demand", "Final_demand_names")
    inputs = column("Value added and final demand", "Value_added_names")
    names = ("Sat_indicator", "Sat_head_indicator", "Sat_unit")
    satellites = tuple(zip(*(column("Satellites", name) for name in names), strict=False))
    for sheet, labels in (("Regions", [code for code, _ in regions]), ("Sectors", sectors), ("Sectors", numbers)):
        twice = sorted({label for label in labels if list(labels).count(label) > 1})
        if twice:
            where = f"{part.where}, sheet '{sheet}'"
            problems.append(Problem(where, f"'{twice[0]}' stands twice.", "Download the ReadMe again."))
    if not problems and (len(numbers) != len(sectors) or not all(number.isdigit() for number in numbers)):
        problems.append(Problem(f"{part.where}, sheet 'Sectors'", "Lfd_Nr does not number the sectors."))
    if problems:
        raise InputError(problems)
    numbered = tuple((int(number), name) for number, name in zip(numbers, sectors, strict=True))
    return Axes(regions, numbered, demands, inputs, satellites)


def _column(sheet: Sheet, where: str, name: str, problems: list[Problem]) -> tuple[str, ...]:
    """The filled cells below a column's title in the first row."""
    rows, columns = sheet.values.shape
    titles = [sheet.text(0, at) for at in range(columns)]
    if name not in titles:
        problems.append(Problem(where, f"there is no column '{name}'.", f"Found: {', '.join(titles)[:200]}."))
        return ()
    cells = [sheet.text(row, titles.index(name)) for row in range(1, rows)]
    filled = tuple(cell for cell in cells if cell)
    if not filled:
        problems.append(Problem(where, f"the column '{name}' is empty.", "Download the ReadMe again."))
    return filled


def _extensions(axes: Axes, with_satellites: bool) -> tuple[ExtensionEntry, ...]:
    satellites = axes.satellites if with_satellites else ()
    names = [f"{head}: {what}" for what, head, _ in satellites] + list(axes.inputs)
    ids = unique([slug(f"{head} {what}") for what, head, _ in satellites] + [f"input-{slug(i)}" for i in axes.inputs])
    units = [unit for _, _, unit in satellites] + [UNIT] * len(axes.inputs)
    return tuple(
        ExtensionEntry(id=id, name=name, unit=unit, status="estimated")
        for id, name, unit in zip(ids, names, units, strict=True)
    )


def _load(files: Mapping[str, Part], axes: Axes, with_satellites: bool) -> YearArrays:
    supply, use = _supply_and_use(files["T"], axes)
    demand = _final_demand(files["Y"], axes)
    inputs = _by_industry(files["V"], axes, np.empty((len(axes.regions) * len(axes.inputs), axes.n)))
    inputs = inputs.reshape(len(axes.regions), len(axes.inputs), axes.n).sum(axis=0)
    supplied, output = np.asarray(supply.sum(axis=0)).reshape(-1), np.asarray(supply.sum(axis=1)).reshape(-1)
    _refuse_imbalance(supplied, use.sum(axis=1) + demand.sum(axis=1), f"{files['T'].where}, use of products")
    _refuse_imbalance(output, use.sum(axis=0) + inputs.sum(axis=0), f"{files['T'].where}, inputs of industries")
    Z, Y, x = fixed_product_sales(supply, use, demand)
    k = len(axes.satellites) if with_satellites else 0
    F, F_Y = np.empty((k + len(inputs), axes.n)), np.zeros((k + len(inputs), axes.m))
    F[k:] = inputs
    if with_satellites:
        _by_industry(files["TQ"], axes, F[:k])
        for first, rows in row_blocks(files["YQ"], k, axes.m, 1024):
            F_Y[first : first + len(rows)] = rows
    return YearArrays(Z=Z, Y=Y, x=x, F=F, F_Y=F_Y)


def _supply_and_use(part: Part, axes: Axes) -> tuple[Any, NDArray[np.float64]]:
    """Supply (industries × products, sparse) and use (products × industries), read country by country.

    Raises InputError where industries sell to industries, or supply another country's products: then the matrix is
    no supply and use table, or its rows are out of order.
    """
    from scipy import sparse

    regions, sectors = len(axes.regions), len(axes.sectors)
    use = np.empty((axes.n, axes.n))
    supply = []
    for first, rows in row_blocks(part, 2 * axes.n, 2 * axes.n, 2 * sectors):
        at = first // (2 * sectors)
        cells = rows.reshape(2, sectors, regions, 2, sectors)
        made = cells[0, :, :, 1].reshape(sectors, axes.n)
        elsewhere = np.delete(cells[0, :, :, 1], at, axis=1)
        if np.any(cells[0, :, :, 0]) or np.any(cells[1, :, :, 1]) or np.any(elsewhere):
            what = "industries sell to industries or supply another country's products."
            remedy = "A supply and use table has none of it: rows are out of order, or the file is of another layout."
            raise InputError(Problem(f"{part.where}, rows of {axes.regions[at][0]}", what, remedy))
        supply.append(sparse.csr_array(made))
        use[at * sectors : (at + 1) * sectors] = cells[1, :, :, 0].reshape(sectors, axes.n)
    return sparse.vstack(supply, format="csr"), use


def _final_demand(part: Part, axes: Axes) -> NDArray[np.float64]:
    """Final demand for products (n × m); the rows of industries hold nothing."""
    sectors = len(axes.sectors)
    demand = np.empty((axes.n, axes.m))
    for first, rows in row_blocks(part, 2 * axes.n, axes.m, 2 * sectors):
        at = first // (2 * sectors)
        if np.any(rows[:sectors]):
            where = f"{part.where}, rows of {axes.regions[at][0]}"
            raise InputError(Problem(where, "industries sell to final demand.", "Products do, in this layout."))
        demand[at * sectors : (at + 1) * sectors] = rows[sectors:]
    return demand


def _by_industry(part: Part, axes: Axes, into: NDArray[np.float64]) -> NDArray[np.float64]:
    """Fill an array (rows × n) from the columns of industries of a matrix; those of products hold nothing."""
    regions, sectors = len(axes.regions), len(axes.sectors)
    for first, block in row_blocks(part, len(into), 2 * axes.n, 256):
        cells = block.reshape(len(block), regions, 2, sectors)
        if np.any(cells[:, :, 1]):
            raise InputError(Problem(part.where, "products have value added or satellites.", "Industries do."))
        into[first : first + len(block)] = cells[:, :, 0].reshape(len(block), axes.n)
    return into


def _refuse_imbalance(made: NDArray[np.float64], used: NDArray[np.float64], where: str) -> None:
    gap, output = float(np.abs(made - used).sum()), float(made.sum())
    if not gap <= MOST_GAP * output:
        what = f"differ from supply by {gap:,.0f} of {output:,.0f} {UNIT}."
        raise InputError(Problem(where, what, "The file is damaged or mixed up: download it again."))


LAYOUT = Layout(
    "gloria", "economy", VERSION, _sees, read, marks=("*120secMother_AllCountries_002_*.csv", "GLORIA_ReadMe_*.xlsx")
)
