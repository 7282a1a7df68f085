"""Three countries of three industries whose chains have no loop, so that every account of them is done by hand.

                    buys of                                 value added   final use of its product        CO2  jobs
    DEU power                                                60 of  60    DEU 30                          600     3
    DEU works       20 DEU power, 40 POL works, 10 FRA farms 130 of 200   DEU 60, FRA 80, POL 40 (inv.)   200    13
    DEU farms                                                20 of  20    DEU 20                           20     2
    FRA power                                                20 of  20    FRA 20                           20     1
    FRA works       10 DEU power, 20 DEU works                70 of 100   FRA 50, DEU 30 (inv.), POL 20    50     7
    FRA farms                                                40 of  40    FRA 30                           40     4
    POL power                                                20 of  20    POL 10                          400     2
    POL works       10 POL power                             40 of  50    POL 10                          100    10
    POL farms                                                10 of  10    POL 10                           10     1

Behind a unit of final use stand kt of CO2: power 10, 1 and 20, farms 1 each, POL works 2 + 0.2 × 20 = 6,
DEU works 1 + 0.1 × 10 + 0.2 × 6 + 0.05 × 1 = 3.25, FRA works 0.5 + 0.1 × 10 + 0.2 × 3.25 = 2.15.
Households emit 100, 50 and 30 kt themselves. Five years before, tables and emissions were others (`YEARS`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np

from kaldor.atlas.add import add
from kaldor.atlas.store import Store
from kaldor.brief.document import Block, Document, Figure, Table, Text
from kaldor.brief.run import StudyResult, run_study
from tests.atlas.plain_folders import write_csv

REGIONS, SECTORS = ("DEU", "FRA", "POL"), ("power", "works", "farms")
YEARS = (2005, 2010)
BOUGHT = {
    ("DEU power", "DEU works"): 20,
    ("POL works", "DEU works"): 40,
    ("FRA farms", "DEU works"): 10,
    ("DEU power", "FRA works"): 10,
    ("DEU works", "FRA works"): 20,
    ("POL power", "POL works"): 10,
}
USED = {  # product, user: by households, as investment
    ("DEU power", "DEU"): (30, 0),
    ("DEU works", "DEU"): (60, 0),
    ("DEU works", "FRA"): (80, 0),
    ("DEU works", "POL"): (0, 40),
    ("DEU farms", "DEU"): (20, 0),
    ("FRA power", "FRA"): (20, 0),
    ("FRA works", "FRA"): (50, 0),
    ("FRA works", "DEU"): (0, 30),
    ("FRA works", "POL"): (20, 0),
    ("FRA farms", "FRA"): (30, 0),
    ("POL power", "POL"): (10, 0),
    ("POL works", "POL"): (10, 0),
    ("POL farms", "POL"): (10, 0),
}
EMITTED = (600, 200, 20, 20, 50, 40, 400, 100, 10)
EMPLOYED = (3, 13, 2, 1, 7, 4, 2, 10, 1)
BY_HOUSEHOLDS = (100, 50, 30)


def keep_trading(store: Store, folder: Path) -> None:
    """Write both years in the plain layout and add them as "trading"."""
    folder.mkdir(parents=True)
    write_csv(folder / "regions.csv", [["region"], *([region] for region in REGIONS)])
    groups = ("energy", "manufacturing", "")
    names = ("Power", "Works", "Farms")
    write_csv(folder / "sectors.csv", [["code", "name", "groups"], *zip(SECTORS, names, groups, strict=True)])
    demands = [["hh", "Households", "households"], ["inv", "Investment", "investment"]]
    write_csv(folder / "final_demand.csv", [["code", "name", "role"], *demands])
    held = [["co2", "CO2", "kt CO2", "estimated"], ["jobs", "Jobs", "thousand jobs", "observed"]]
    write_csv(folder / "extensions.csv", [["id", "name", "unit", "status"], *held])
    about = 'title = "Three that trade"\ncitation = "By hand (2010)"\nnotes = ["It was worked out by hand."]\n'
    (folder / "dataset.toml").write_text(about + 'unit = "million USD"\n', "utf-8")
    industry = {
        f"{region} {sector}": at for at, (region, sector) in enumerate((r, s) for r in REGIONS for s in SECTORS)
    }
    Z, Y = np.zeros((9, 9)), np.zeros((9, 6))
    for (seller, buyer), amount in BOUGHT.items():
        Z[industry[seller], industry[buyer]] = amount
    for (product, user), amounts in USED.items():
        Y[industry[product], 2 * REGIONS.index(user) :][:2] = amounts
    F, F_Y = np.array([EMITTED, EMPLOYED], float), np.zeros((2, 6))
    F_Y[0, ::2] = BY_HOUSEHOLDS
    before = Z.copy()  # Germany dirtier and the others cleaner, with more power bought and less from Poland
    before[industry["DEU power"], industry["DEU works"]] = 30
    before[industry["POL works"], industry["DEU works"]] = 20
    less = Y * np.linspace(0.5, 0.9, 9)[:, None]
    for year, z, y, dirt in ((YEARS[0], before, less, (1.25, 0.5, 0.5)), (YEARS[1], Z, Y, (1, 1, 1))):
        own, direct = F * np.repeat(dirt, 3), F_Y * np.repeat(dirt, 2)
        np.savez(folder / f"t_{year}.npz", Z=z, Y=y, x=z.sum(axis=1) + y.sum(axis=1), F=own, F_Y=direct)
    add(folder, store, as_id="trading")


def keep_water(store: Store, folder: Path) -> None:
    """Add an extension dataset: water, 1, 2, … 9 by industry in the first year, and twice as much in the other."""
    folder.mkdir()
    industries = ((region, sector) for region in REGIONS for sector in SECTORS)
    cells = [(*industry, amount, 2 * amount) for amount, industry in enumerate(industries, start=1)]
    write_csv(folder / "F_water.csv", [["region", "sector", *map(str, YEARS)], *cells])
    about = 'id = "water"\nkind = "extension"\ntitle = "Water"\nunit = "million m3"\nlicence = "free"\n'
    (folder / "dataset.toml").write_text(about + 'extension = { id = "water", name = "Water" }\n', "utf-8")
    add(folder, store, as_id="water")


def brief_of(
    store: Store, folder: Path, sections: Sequence[str], more: str = "", country: str = "DEU", emissions: str = "co2"
) -> StudyResult:
    """A brief on Germany beside the two others, with these sections."""
    peers = [region for region in REGIONS if region != country]
    named = ", ".join(f'"{one}"' for one in sections)
    head = f'title = "Three"\ncountry = "{country}"\npeers = {peers}\nyear = {YEARS[1]}\neconomy = "trading"\n'
    (folder / "study.toml").write_text(
        head.replace("'", '"') + f'emissions = "{emissions}"\nsections = [{named}]\n{more}', "utf-8"
    )
    return run_study(folder / "study.toml", store, folder / "brief", ["html"])


def blocks(document: Document) -> Iterator[Block]:
    """Everything in a brief, in order."""
    for section in document.sections:
        yield from section.blocks


def block(document: Document, id: str) -> Block:
    """The picture or table of an id."""
    return next(one for one in blocks(document) if getattr(one, "id", None) == id)


def first_page(document: Document, section: str) -> str:
    """The line of a section on the first page."""
    return spoken(finding.text for finding in document.findings if finding.section == section)


def words(document: Document, section: str) -> str:
    """The prose of a section, below its line on the first page."""
    (found,) = (one for one in document.sections if one.id == section)
    return spoken(one.text for one in found.blocks if hasattr(one, "text"))


def spoken(texts: Iterable[Text]) -> str:
    """Texts as they are read, with plain blanks."""
    said = " ".join("".join(span.text for span in text) for text in texts)
    return said.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")


def columns(document: Document, id: str) -> dict[str, dict[str, float | str]]:
    """A table as its reader sees it: for each row, by its first cell, heading → figure or text."""
    figures, table = document.figure_by_id(), block(document, id)
    assert isinstance(table, Table)
    found: dict[str, dict[str, float | str]] = {}
    for row in table.rows:
        cells = {}
        for column, cell in zip(table.columns, row, strict=True):
            figure = figures.get(cell.figure or "")
            cells[column.title] = cell.text if figure is None else figure.at(cell.at)
            if figure is not None and column.numeric and column.unit:
                assert unit_agrees(figure, column.unit), (id, column.title, column.unit, figure.unit)
        found[row[0].text] = cells
    return found


def unit_agrees(figure: Figure, unit: str) -> bool:
    """Whether a column's unit is that of a figure in it; a column may say what a share or a day is of or from."""
    loosely = {"%": unit.startswith("%"), "day": "from" in unit, "days": unit.startswith("days")}
    return figure.unit == unit or loosely.get(figure.unit, False)


def series(document: Document, id: str) -> dict[str, dict[str, float | None]]:
    """A picture as its reader sees it: for each row, series → value."""
    chart, figures = block(document, id), document.figure_by_id()
    return {row.label: dict(zip(chart.series, row.values(figures), strict=True)) for row in chart.rows}
