"""A single national table, CSV or workbook, as in Eurostat's manual: products × products, final demand, rows beneath.

Every statistical office publishes such a sheet with labels of its own, so the section [table] of dataset.toml beside
the file declares which rows and columns are what:

    unit = "million EUR"

    [table]
    file = "table.csv"
    region = "DEU"
    year = 1995
    rows = ["cpa_a", "cpa_b"]            # products, top to bottom, by the codes of the first column
    columns = ["agriculture", "industry"]  # the same products, left to right, by the header
    output = "P1"                        # the row of total output; without it output is the sum of all uses
    names = "label"                      # the column that names the rows, if there is one
    sheet = "IOT"                        # of a workbook: the sheet,
    range = "B9:N40"                     # and the cells from the header with the codes to the last row and column
    blanks = "zero"                      # where cells of zero are left empty; otherwise an empty one is a fault

    [table.final_demand]                 # columns of final demand, with the role of each ("" where it has none)
    households = "households"
    exports = "exports"

    [[table.extensions]]                 # rows that become extensions; `households` names the column of their own
    row = "EMP"
    id = "jobs"
    name = "Employment"
    unit = "thousand people"

Layout: Eurostat Manual of Supply, Use and Input-Output Tables (2008), chapter 11, table 15.4.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Annotated, TypeVar

import numpy as np
from numpy.typing import NDArray
from pydantic import field_validator, model_validator

from kaldor.atlas.classifications import Classification
from kaldor.atlas.manifest import ExtensionEntry
from kaldor.atlas.readers.contents import EconomyContents, YearArrays
from kaldor.atlas.readers.download import Download
from kaldor.atlas.readers.labelled_sheet import ExtensionRow, LabelledSheet, Where, file_beside
from kaldor.atlas.readers.layout import Layout, Seen
from kaldor.atlas.readers.sums import far_from_output
from kaldor.atlas.regions import canonical_code, is_known
from kaldor.bounds import YEAR
from kaldor.declared import MOST_BYTES as MOST_DECLARED
from kaldor.declared import Declared, checked, decoded, toml_of
from kaldor.errors import InputError, Problem

VERSION = 1
DESCRIPTION = "dataset.toml"

Model = TypeVar("Model", bound=Declared)


class TableRow(ExtensionRow):
    """A row beneath the table that becomes an extension; in another `file` its columns may be called otherwise."""

    households: str = ""
    file: str = ""
    sheet: str = ""
    columns: tuple[str, ...] = ()

    @field_validator("file")
    @classmethod
    def _beside(cls, file: str) -> str:
        return file_beside(file)


class NationalTable(Where):
    """What the rows and columns of one national table are."""

    region: str
    year: Annotated[int, YEAR]
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    final_demand: Mapping[str, str]
    output: str = ""
    names: str = ""
    extensions: tuple[TableRow, ...] = ()

    @model_validator(mode="after")
    def _is_square(self) -> NationalTable:
        if len(self.rows) != len(self.columns) or not self.rows:
            raise ValueError(f"{len(self.rows)} rows and {len(self.columns)} columns; there must be as many of both")
        for labels in (self.rows, (*self.columns, *self.final_demand), tuple(e.id for e in self.extensions)):
            if twice := [label for label, count in Counter(labels).items() if count > 1]:
                raise ValueError(f"{', '.join(twice)} is named twice")
        if not self.final_demand:
            raise ValueError("no column of final demand is named")
        if not is_known(self.region):
            raise ValueError(f"'{self.region}' is no ISO 3166 code of three letters")
        return self


def read_national_table(download: Download, declared: Classification | None = None) -> EconomyContents:
    """Read a national table that dataset.toml declares: one region, one year.

    Raises InputError with every problem of the declaration and of the cells that it names.
    """
    table = declared_section(download, "table", NationalTable)
    sheet = LabelledSheet(download, table)
    problems: list[Problem] = []
    Z, Y = (sheet.noted_block(table.rows, columns, problems) for columns in (table.columns, tuple(table.final_demand)))
    output = sheet.noted_block([table.output], table.columns, problems) if table.output else Z.sum(1) + Y.sum(1)
    sheets = [sheet]
    F, F_Y = _extensions(download, table, sheets, problems)
    problems += (
        _imbalances(sheet.where, table, Z.sum(axis=1) + Y.sum(axis=1), output.reshape(-1)) if not problems else []
    )
    if problems:
        raise InputError(problems)
    demands = tuple(table.final_demand)
    arrays = YearArrays(Z, Y, output.reshape(-1), F, F_Y)
    return EconomyContents(
        regions={"region": (canonical_code(table.region),), "label": (table.region,)},
        sectors={"code": table.rows, "name": sheet.names(table.rows, table.names)},
        final_demand={"code": demands, "name": demands, "role": tuple(table.final_demand.values())},
        extensions=tuple(ExtensionEntry(id=e.id, name=e.name, unit=e.unit, status=e.status) for e in table.extensions),
        years=(table.year,),
        load=lambda year: arrays,
        files=download.origin(dict.fromkeys([DESCRIPTION, table.file, *(e.file for e in table.extensions if e.file)])),
        notes=(
            "A national table: what imports cause abroad is not in it.",
            "Value added here is output less inputs: of domestic flows it holds imported inputs and taxes on products.",
            *(note for one in sheets for note in one.notes()),
        ),
    )


def _imbalances(
    where: str, table: NationalTable, uses: NDArray[np.float64], output: NDArray[np.float64]
) -> list[Problem]:
    """Products whose uses are far from their output: rows and columns do not belong together, or imports are inside."""
    remedy = (
        "Declare rows and columns in one order, and the table of domestic output or a column of imports below zero."
    )
    return [
        Problem(f"{where}, row '{row}'", f"output is {made:,.1f}, its uses are {used:,.1f}.", remedy)
        for row, made, used in far_from_output(table.rows, output, uses, rounded=True)
    ]


def _extensions(
    download: Download, table: NationalTable, sheets: list[LabelledSheet], problems: list[Problem]
) -> tuple[NDArray[np.float64] | None, NDArray[np.float64] | None]:
    """F (k×n) and F_Y (k×m); a row that names a column of households has their own amount there.

    `sheets` has the table's own sheet, and is given those of other files.
    """
    if not table.extensions:
        return None, None
    F = np.zeros((len(table.extensions), len(table.columns)))
    F_Y = np.zeros((len(table.extensions), len(table.final_demand)))
    for k, extension in enumerate(table.extensions):
        at = sheets[0]
        if extension.file:
            at = LabelledSheet(download, table.beside(extension.file, extension.sheet))
            sheets.append(at)
        F[k] = at.noted_block([extension.row], extension.columns or table.columns, problems)[0]
        if extension.households:
            column = [j for j, role in enumerate(table.final_demand.values()) if role == "households"]
            own = at.noted_block([extension.row], [extension.households], problems)
            if len(column) != 1:
                what = f"{len(column)} columns of final demand have the role 'households'."
                problems.append(Problem(f"{DESCRIPTION}, table.final_demand", what, "Give it to one."))
            else:
                F_Y[k, column[0]] = own[0, 0]
    return F, F_Y


def declared_section(download: Download, section: str, model: type[Model]) -> Model:
    """A section of dataset.toml as its model. Raises InputError with every key at fault."""
    with download.open(DESCRIPTION) as stream:
        text = stream.read(MOST_DECLARED)
    where = download.where(DESCRIPTION)
    return checked(model, toml_of(decoded(text, where), where).get(section), f"{where}, {section}")


def declares(download: Download, section: str) -> bool:
    """Whether a folder's dataset.toml has a section."""
    if not download.path.is_dir() or DESCRIPTION not in download.names:
        return False
    try:
        return section in toml_of(decoded(download.head(DESCRIPTION, MOST_DECLARED), DESCRIPTION), DESCRIPTION)
    except InputError:
        return False


def _sees(download: Download) -> Seen | None:
    return Seen(f"a national table that {DESCRIPTION} declares") if declares(download, "table") else None


LAYOUT = Layout("national_table", "economy", VERSION, _sees, read_national_table, order=10)
