"""National workbooks as offices shape them, read by declared ranges; accounts of WIOD; ten ways to spoil each.

The shapes are those of Chile's input-output table (titles above, numbers as codes, blank lines between header and
figures, value added and output below) and of Croatia's supply and use tables (both on one sheet, one below the other,
long labels with line breaks, notes at the end). Figures are made up: three activities that balance.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import openpyxl
import pytest

from kaldor.atlas.add import add
from kaldor.atlas.store import Store
from kaldor.errors import InputError
from tests.atlas.official.damage import DAMAGES, Damageable, assert_refused
from tests.atlas.official.wiod_sea import write_accounts
from tests.atlas.official.workbook import write_sheets
from tests.atlas.official.xlsb import write_xlsb

MIP = [
    [],
    [None, "Matriz de insumo-producto"],
    [None, "Doméstica a precio básico, actividad por actividad"],
    [None, "(miles de millones de pesos de 2013)"],
    [],
    [None, "Actividad", None, None, None, "Hogares", "Exportaciones", "Total"],
    [None, None, 1.0, 2.0, 3.0, "C", "X", None],
    [],
    [],
    [None, 1.0, 10.5, 20.25, None, 60, 9.25, 100],
    [None, 2.0, 5, 80.125, 30, 70.875, 14, 200],
    [None, 3.0, None, 15, 45, 200, 40, 300],
    [None, "Impuestos", 1, 2, 3, 4, None, 10],
    [None, "VA", 83.5, 82.625, 222, None, None, None],
    [None, "VBP", 100, 200, 300, None, None, None],
    [],
    [None, "Fuente: inventada"],
]
MIP_DECLARED = """title = "Chile 2013, three activities"
unit = "billion pesos"

[table]
file = "mip.xlsx"
sheet = "1"
range = "B7:G15"
blanks = "zero"
region = "CHL"
year = {year}
rows = ["1", "2", "3"]
columns = ["1", "2", "3"]
output = "VBP"

[table.final_demand]
C = "households"
X = "exports"

[[table.extensions]]
row = "VA"
id = "gva"
name = "Value added"
unit = "billion pesos"
"""


def mip(folder: Path, rows: list | None = None, year: int = 2013) -> Path:
    write_sheets(folder / "mip.xlsx", {"Índice": [["Cuadro"]], "1": rows or MIP, "2": [["Coeficientes"], [0.1]]})
    (folder / "dataset.toml").write_text(MIP_DECLARED.format(year=year))
    return folder


def with_cell(row: int, column: int, cell: object) -> list:
    rows = [list(line) for line in MIP]
    rows[row][column] = cell
    return rows


def test_chiles_shape(tmp_path):
    store = Store(tmp_path / "store")
    add(mip(tmp_path / "chile"), store)
    table = store.economy("chile", 2013)
    np.testing.assert_array_equal(table.Z, [[10.5, 20.25, 0], [5, 80.125, 30], [0, 15, 45]])
    np.testing.assert_array_equal(table.Y, [[60, 9.25], [70.875, 14], [200, 40]])
    np.testing.assert_array_equal(table.x, [100, 200, 300])
    np.testing.assert_array_equal(table.extensions[0].F, [83.5, 82.625, 222])
    assert (table.regions, table.sectors, table.unit) == (("CHL",), ("1", "2", "3"), "billion pesos")


def test_blanks_taken_as_zero_are_counted(tmp_path):
    # of Z one each in the first and last row, of the extension none; blank cells elsewhere are not read
    manifest = add(mip(tmp_path / "chile"), Store(tmp_path / "store")).added[0]
    assert 'chile/mip.xlsx, sheet 1: 2 empty cells are taken as zero, as blanks = "zero" says.' in manifest.source.notes


ODS = """<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0">
<office:body><office:spreadsheet><table:table table:name="1">{}</table:table></office:spreadsheet></office:body>
</office:document-content>"""
BROKEN = (
    '<table:table-cell table:formula="of:=1/0" office:value-type="string" office:string-value="" '
    'calcext:value-type="error"><text:p>#DIV/0!</text:p></table:table-cell>'
)


def ods_cell(cell: object) -> str:
    if cell == "#DIV/0!":
        return BROKEN
    if cell is None:
        return "<table:table-cell/>"
    if isinstance(cell, str):
        return f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>'
    return f'<table:table-cell office:value-type="float" office:value="{cell}"/>'


def write_ods(path: Path, rows: list) -> None:
    lines = "".join(f"<table:table-row>{''.join(map(ods_cell, row))}</table:table-row>" for row in rows)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr("content.xml", ODS.format(lines))


@pytest.mark.parametrize("kind", ["ods", "xlsb", "xlsx"])
def test_a_broken_formula_is_never_zero(tmp_path, kind):
    """An ods gives the library's reader a broken formula as an empty text, whatever the file is called."""
    folder = mip(tmp_path / "chile")
    rows = [[*row, *[None] * (8 - len(row))] for row in with_cell(11, 3, "#DIV/0!")]
    name = f"mip.{kind}"
    if kind == "xlsb":
        write_xlsb(folder / name, {"1": MIP})
    else:
        write_ods(folder / name, rows)  # also under the name of another kind
    told = MIP_DECLARED.format(year=2013).replace("mip.xlsx", name)
    (folder / "dataset.toml").write_text(told)
    store = Store(tmp_path / "store")
    with pytest.raises(InputError, match=r"broken formula.*Save the workbook as xlsx"):
        add(folder, store)
    (folder / "dataset.toml").write_text(told.replace('blanks = "zero"\n', ""))
    with pytest.raises(InputError, match="the cell is empty"):
        add(folder, store)


CROATIA = [
    ["000 kunas", "Year  2010"],
    [None, None, "OUTPUT OF INDUSTRIES (NACE)"],
    ["1500 - Supply table at basic prices", "           INDUSTRIES \n          (NACE Rev2)      ",
     "Crop and animal production", "Forestry and logging", "Total"],
    ["Code", "    PRODUCTS (CPA 2008)", "A01", "A02", "Total"],
    ["CPA_A01", "Products of agriculture", 90, 10, 100],
    ["CPA_A02", "Products of forestry", 0.0, 100, 100],
    ["Total", None, 90, 110, 200],
    [],
    ["1600 - Use table", None, "Crop and animal production", "Forestry and logging", "Final"],
    ["Code", "    PRODUCTS (CPA 2008)", "A01", "A02", "P3_S14"],
    ["CPA_A01", "Products of agriculture", 10, 20, 70],
    ["CPA_A02", "Products of forestry", 30, 15, 55],
    ["B1G", "Value added", 50, 75, None],
    ["Note: (c) Office"],
]  # fmt: skip
CROATIA_DECLARED = """title = "Croatia 2010"
unit = "thousand kuna"

[supply_use]
region = "HRV"
year = 2010
model = "D"
products = ["CPA_A01", "CPA_A02"]
industries = ["A01", "A02"]

[supply_use.supply]
file = "sut.xlsx"
sheet = "Table data english"
range = "A4:D6"

[supply_use.use]
file = "sut.xlsx"
sheet = "Table data english"
range = "A10:E13"

[supply_use.final_demand]
P3_S14 = "households"
"""


def test_croatias_shape_gives_the_table_made_by_hand(tmp_path):
    """The figures of `test_supply_use`: flows (9 18; 31 17), final demand 63 and 62, output 90 and 110."""
    folder = tmp_path / "croatia"
    write_sheets(folder / "sut.xlsx", {"Table data english": CROATIA})
    (folder / "dataset.toml").write_text(CROATIA_DECLARED)
    store = Store(tmp_path / "store")
    add(folder, store)
    table = store.economy("croatia", 2010)
    np.testing.assert_allclose(table.Z, [[9, 18], [31, 17]], rtol=1e-12)
    np.testing.assert_allclose(table.Y[:, 0], [63, 62], rtol=1e-12)
    np.testing.assert_allclose(table.x, [90, 110], rtol=1e-12)


HURT: dict[str, Callable[[Path], object]] = {
    "reordered": lambda folder: mip(folder, [*MIP[:9], [None, 2.0, *MIP[9][2:]], [None, 1.0, *MIP[10][2:]], *MIP[11:]]),
    "wrong delimiter": lambda folder: (folder / "mip.xlsx").write_text("1;2\n3;4\n"),
    "wrong year": lambda folder: mip(folder, year=20130),
    "text in numbers": lambda folder: mip(folder, with_cell(10, 3, "s/i")),
    "duplicated labels": lambda folder: mip(folder, with_cell(10, 1, 1.0)),
    "missing extension": lambda folder: mip(folder, with_cell(13, 1, "PIB")),
}
ACCOUNTS = {
    ("POL", variable, code, year): 7.0
    for variable in ("GO", "VA", "COMP", "LAB", "CAP", "EMP", "EMPE", "H_EMP", "H_EMPE")
    for code in ("c1", "c2", "c3")
    for year in (2008, 2009)
}
SEA = "Socio_Economic_Accounts_July14.xlsx"


def _accounts(folder: Path, **changes: object) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    write_accounts(folder / SEA, ["POL"], {**ACCOUNTS, **changes.pop("cells", {})}, **changes)  # type: ignore[arg-type]
    return folder


def _heads_changed(path: Path) -> None:
    """The heads of the columns of countries and of variables change places."""
    book = openpyxl.load_workbook(path)
    page = book["DATA"]
    page["A1"], page["B1"] = page["B1"].value, page["A1"].value
    book.save(path)


HURT_ACCOUNTS: dict[str, Callable[[Path], object]] = {
    "reordered": lambda folder: _heads_changed(folder / SEA),
    "wrong delimiter": lambda folder: (folder / SEA).write_text("Country;Variable\nPOL;GO\n"),
    "wrong year": lambda folder: _accounts(folder, years=(208, 209)),
    "text in numbers": lambda folder: _accounts(folder, cells={("POL", "EMP", "c2", 2009): "n.a."}),
    "duplicated labels": lambda folder: write_accounts(folder / SEA, ["POL", "POL"], ACCOUNTS),
    "missing extension": lambda folder: _accounts(folder, variables=["GO", "VA", "COMP", "LAB", "CAP", "EMP"]),
}


def damaged(kind: str, folder: Path, by_hand: dict[str, Callable[[Path], object]], file: str) -> Path:
    """A download spoilt in one of the ten ways, by hand where it is a workbook's own way."""
    if kind not in by_hand:
        return DAMAGES[kind](folder, Damageable(file, "", ""))
    by_hand[kind](folder)
    return folder


@pytest.mark.parametrize("kind", DAMAGES)
@pytest.mark.parametrize("layout", ["national workbook", "accounts of WIOD"])
def test_a_damaged_workbook_is_refused_and_the_store_stays_as_it_was(layout, kind, tmp_path):
    write, by_hand, file = {
        "national workbook": (mip, HURT, "mip.xlsx"),
        "accounts of WIOD": (_accounts, HURT_ACCOUNTS, SEA),
    }[layout]
    store = Store(tmp_path / "store")
    folder = write(tmp_path / "download")
    add(folder, store, as_id="before")
    assert_refused(damaged(kind, folder, by_hand, file), store, "download")


def test_accounts_without_any_figure_are_refused(tmp_path):
    path = write_accounts(tmp_path / SEA, ["POL"], {})
    assert "holds no figure" in assert_refused(path, Store(tmp_path / "store"), f"{SEA}, sheet DATA")
