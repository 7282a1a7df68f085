"""WIOD's socio-economic accounts in the layouts of both releases, as somebody who has the figures would write them.

Layouts: Erumban and others (2012) for release 2013, Gouma and others (2018) for release 2016; sheet DATA, a line for
each country, variable and industry, a total after the industries, empty cells where nothing was published.
"""

from __future__ import annotations

import csv
import gzip
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from kaldor.atlas.classifications import classification
from kaldor.atlas.regions import canonical_code

if TYPE_CHECKING:
    from kaldor.atlas.store import Store

NAMES = {
    "GO": "Gross output by industry at current basic prices (in millions of national currency)",
    "VA": "Gross value added at current basic prices (in millions of national currency)",
    "COMP": "Compensation of employees (in millions of national currency)",
    "LAB": "Labour compensation (in millions of national currency)",
    "CAP": "Capital compensation (in millions of national currency)",
    "EMP": "Number of persons engaged (thousands)",
    "EMPE": "Number of employees (thousands)",
    "H_EMP": "Total hours worked by persons engaged (millions)",
    "H_EMPE": "Total hours worked by employees (millions)",
}
YEARS_2013 = tuple(range(1995, 2012))
YEARS_2016 = tuple(range(2000, 2015))

Figures = Mapping[tuple[str, str, str, int], float]
"""By country, variable, the industry's code in the tables, and year; what is not there is an empty cell."""


def write_accounts(
    path: Path,
    countries: Sequence[str],
    figures: Figures,
    *,
    of: str = "wiod35",
    variables: Sequence[str] = tuple(NAMES),
    years: Sequence[int] | None = None,
) -> Path:
    """A workbook in the layout of one release, named `path`."""
    import openpyxl

    old = of == "wiod35"
    years = years or (YEARS_2013 if old else YEARS_2016)
    words = ("Country", "Variable", "Description", "Code") if old else ("country", "variable", "description", "code")
    book = openpyxl.Workbook(write_only=True)
    book.create_sheet("Notes").append(["Socio-economic accounts"])
    page = book.create_sheet("DATA")
    page.append([*words, *(f"_{year}" if old else year for year in years)])
    for country in countries:
        for variable in variables:
            totals = dict.fromkeys(years, 0.0)
            for sector in classification(of).sectors:
                cells = [figures.get((country, variable, sector.code, year)) for year in years]
                what = sector.name if old else NAMES[variable]
                page.append([country, variable, what, sector.isic3 or sector.code, *cells])
                for year, cell in zip(years, cells, strict=True):
                    totals[year] += cell if isinstance(cell, float) else 0.0
            if old:
                page.append([country, variable, "TOTAL INDUSTRIES", "TOT", *totals.values()])
    book.save(path)
    return path


_COLUMNS = {"VA": "va_basic_musd", "LAB": "labour_comp_musd", "COMP": "employee_comp_musd"}
_AS_PUBLISHED = {"EMP": "employed_th", "EMPE": "employees_th", "H_EMP": "hours_m"}


def write_published(shared: Path, store: Store, folder: Path) -> Path:
    """The published figures of six years as the publisher's workbook, outputs as in WIOD, in national currency."""
    with (shared / "wiod_labour" / "exchange_rates_implied.csv").open(encoding="utf-8") as stream:
        rates = {(r["country"], r["year"]): float(r["usd_per_national_currency"]) for r in csv.DictReader(stream)}
    with gzip.open(shared / "wiod_labour" / "labour.csv.gz", "rt", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    outputs = {}
    for year in sorted({row["year"] for row in rows}):
        table = store.economy("wiod2013", int(year))
        labels = [(region, sector) for region in table.regions for sector in table.sectors]
        outputs |= {(*label, year): float(amount) for label, amount in zip(labels, table.x, strict=True)}
    figures: dict[tuple[str, str, str, int], float] = {}
    for row in rows:
        country, sector, year = row["country"], row["industry"], row["year"]
        rate = rates[country, year]
        cells = {variable: row[column] and float(row[column]) / rate for variable, column in _COLUMNS.items()}
        cells |= {variable: row[column] and float(row[column]) for variable, column in _AS_PUBLISHED.items()}
        cells["GO"] = outputs[canonical_code(country), sector, year] / rate
        figures |= {(country, v, sector, int(year)): cell for v, cell in cells.items() if cell != ""}
    countries = sorted({row["country"] for row in rows})
    return write_accounts(folder / "Socio_Economic_Accounts_July14.xlsx", countries, figures)
