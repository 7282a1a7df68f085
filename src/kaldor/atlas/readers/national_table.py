"""A single national table as CSV, in the layout of Eurostat's manual: products × products, final demand, rows beneath.

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

import csv
import io
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import model_validator

from kaldor.atlas.catalogue import Id
from kaldor.atlas.classifications import Classification
from kaldor.atlas.manifest import ExtensionEntry
from kaldor.atlas.readers.contents import EconomyContents, YearArrays
from kaldor.atlas.readers.download import Download
from kaldor.atlas.readers.layout import Layout, Seen
from kaldor.atlas.readers.rows import MOST_BYTES, number, number_problem
from kaldor.atlas.regions import canonical_code, is_known
from kaldor.bounds import YEAR
from kaldor.declared import MOST_BYTES as MOST_DECLARED
from kaldor.declared import Declared, checked, decoded, toml_of
from kaldor.errors import InputError, Problem
from kaldor.words import Status

VERSION = 1
DESCRIPTION = "dataset.toml"

_LARGEST_GAP = 0.01
"""Uses may miss a product's output by 1 % of it (for small products: of a tenth of the largest): tables are rounded."""


class ExtensionRow(Declared):
    """A row beneath the table that becomes an extension; in another `file` its columns may be called otherwise."""

    row: str
    id: Id
    name: str
    unit: str
    status: Status = "observed"
    households: str = ""
    file: str = ""
    columns: tuple[str, ...] = ()


class NationalTable(Declared):
    """What the rows and columns of one national table are."""

    file: str
    region: str
    year: Annotated[int, YEAR]
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    final_demand: Mapping[str, str]
    output: str = ""
    codes: str = ""
    names: str = ""
    delimiter: Literal[",", ";", "\t"] = ","
    extensions: tuple[ExtensionRow, ...] = ()

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


class _Sheet:
    """The cells of a CSV file by row code and column name, with the lines they stand in."""

    def __init__(self, download: Download, name: str, codes: str, delimiter: str) -> None:
        self.where = download.where(name)
        records = _records(download, name, delimiter)
        header = [cell.strip() for cell in records[0][1]]
        body = [(line, cells) for line, cells in records[1:] if any(cell.strip() for cell in cells)]
        problems = [
            Problem(f"{self.where}, line {line}", f"{len(cells)} cells under {len(header)} columns.")
            for line, cells in body
            if len(cells) != len(header)
        ]
        problems += _twice(f"{self.where}, line 1", "column", [name for name in header if name])
        if codes and codes not in header:
            remedy = f"Found: {', '.join(header)[:200]}."
            problems.append(Problem(f"{self.where}, line 1", f"column '{codes}' is missing.", remedy))
        if problems:
            raise InputError(problems)
        first = header.index(codes) if codes else 0
        labelled = [(cells[first].strip(), line, cells) for line, cells in body]
        problems = _twice(self.where, "row", [label for label, _, _ in labelled if label])
        if problems:
            raise InputError(problems)
        self.columns = {label: number for number, label in enumerate(header)}
        self.rows = {label: (line, cells) for label, line, cells in labelled if label}

    def missing(self, kind: str, labels: Sequence[str], known: Mapping[str, object]) -> list[Problem]:
        """The labels that the file lacks."""
        remedy = f"Found: {', '.join(known)[:200]}."
        return [Problem(self.where, f"{kind} '{label}' is missing.", remedy) for label in labels if label not in known]

    def block(self, rows: Sequence[str], columns: Sequence[str]) -> NDArray[np.float64]:
        """The numbers of rows × columns. Raises InputError with every label missing and every cell that is none."""
        problems = [*self.missing("row", rows, self.rows), *self.missing("column", columns, self.columns)]
        if problems:
            raise InputError(problems)
        values = np.zeros((len(rows), len(columns)))
        for i, row in enumerate(rows):
            line, cells = self.rows[row]
            for j, column in enumerate(columns):
                text = cells[self.columns[column]].strip()
                value = number(text)
                if value is None:
                    problems.append(number_problem(f"{self.where}, line {line}, column '{column}'", text))
                values[i, j] = value or 0.0
        if problems:
            raise InputError(problems)
        return values

    def names(self, rows: Sequence[str], column: str) -> tuple[str, ...]:
        """The names of rows from a column of labels; the codes themselves without one."""
        if not column:
            return tuple(rows)
        problems = [*self.missing("row", rows, self.rows), *self.missing("column", [column], self.columns)]
        if problems:
            raise InputError(problems)
        return tuple(self.rows[row][1][self.columns[column]].strip() or row for row in rows)


def read_national_table(download: Download, declared: Classification | None = None) -> EconomyContents:
    """Read a national table that dataset.toml declares: one region, one year.

    Raises InputError with every problem of the declaration and of the cells that it names.
    """
    table = _declaration(download)
    sheet = _Sheet(download, table.file, table.codes, table.delimiter)
    problems: list[Problem] = []
    Z, Y = (_block(sheet, table.rows, columns, problems) for columns in (table.columns, tuple(table.final_demand)))
    output = _block(sheet, [table.output], table.columns, problems) if table.output else Z.sum(1) + Y.sum(1)
    F, F_Y = _extensions(download, table, sheet, problems)
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
        ),
    )


def _block(sheet: _Sheet, rows: Sequence[str], columns: Sequence[str], problems: list[Problem]) -> NDArray[np.float64]:
    """The numbers of rows × columns; notes the problems and goes on."""
    try:
        return sheet.block(rows, columns)
    except InputError as error:
        problems.extend(error.problems)
        return np.zeros((len(rows), len(columns)))


def _imbalances(
    where: str, table: NationalTable, uses: NDArray[np.float64], output: NDArray[np.float64]
) -> list[Problem]:
    """Products whose uses are far from their output: rows and columns do not belong together, or imports are inside."""
    off = np.abs(uses - output) > _LARGEST_GAP * np.maximum(np.abs(output), 0.1 * np.abs(output).max())
    remedy = (
        "Declare rows and columns in one order, and the table of domestic output or a column of imports below zero."
    )
    return [
        Problem(f"{where}, row '{row}'", f"output is {made:,.1f}, its uses are {used:,.1f}.", remedy)
        for row, used, made, wrong in zip(table.rows, uses, output, off, strict=True)
        if wrong
    ]


def _extensions(
    download: Download, table: NationalTable, sheet: _Sheet, problems: list[Problem]
) -> tuple[NDArray[np.float64] | None, NDArray[np.float64] | None]:
    """F (k×n) and F_Y (k×m); a row that names a column of households has their own amount there."""
    if not table.extensions:
        return None, None
    F = np.zeros((len(table.extensions), len(table.columns)))
    F_Y = np.zeros((len(table.extensions), len(table.final_demand)))
    for k, extension in enumerate(table.extensions):
        at = _Sheet(download, extension.file, "", table.delimiter) if extension.file else sheet
        F[k] = _block(at, [extension.row], extension.columns or table.columns, problems)[0]
        if extension.households:
            column = [j for j, role in enumerate(table.final_demand.values()) if role == "households"]
            own = _block(at, [extension.row], [extension.households], problems)
            if len(column) != 1:
                what = f"{len(column)} columns of final demand have the role 'households'."
                problems.append(Problem(f"{DESCRIPTION}, table.final_demand", what, "Give it to one."))
            else:
                F_Y[k, column[0]] = own[0, 0]
    return F, F_Y


def _declaration(download: Download) -> NationalTable:
    with download.open(DESCRIPTION) as stream:
        text = stream.read(MOST_DECLARED)
    where = download.where(DESCRIPTION)
    return checked(NationalTable, toml_of(decoded(text, where), where).get("table"), f"{where}, table")


def _records(download: Download, name: str, delimiter: str) -> list[tuple[int, list[str]]]:
    with download.open(name) as stream:
        data = stream.read(MOST_BYTES + 1)
    where = download.where(name)
    if len(data) > MOST_BYTES:
        raise InputError(Problem(where, f"more than {MOST_BYTES:,} bytes.", "Expected one national table."))
    try:
        reader = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=delimiter)
        records = [(reader.line_num, cells) for cells in reader]
    except UnicodeDecodeError as error:
        raise InputError(Problem(f"{where}, byte {error.start}", "the text is not UTF-8.")) from None
    except csv.Error as error:
        raise InputError(Problem(where, f"not readable as CSV: {error}.")) from None
    if not records:
        raise InputError(Problem(where, "the file is empty.", "Copy or download it again."))
    return records


def _twice(where: str, kind: str, labels: Sequence[str]) -> list[Problem]:
    return [
        Problem(where, f"{kind} '{label}' stands {count} times.", "Keep one of each label.")
        for label, count in Counter(labels).items()
        if count > 1
    ]


def _sees(download: Download) -> Seen | None:
    if not download.path.is_dir() or DESCRIPTION not in download.names:
        return None
    try:
        declared = toml_of(decoded(download.head(DESCRIPTION, MOST_DECLARED), DESCRIPTION), DESCRIPTION)
    except InputError:
        return None
    return Seen(f"a national table that {DESCRIPTION} declares") if "table" in declared else None


LAYOUT = Layout("national_table", "economy", VERSION, _sees, read_national_table, order=10)
