"""Supply and use tables turned into one by Eurostat's models A to D, by hand; from workbooks; ten ways to spoil them.

Two products, two industries: the second makes 10 of the first's 100. V = (90 10; 0 100), so q = 100, 100, g = 90, 110;
uses (10 20; 30 15), final demand 70 and 55, value added 50 and 75. Then, by hand, T is (10/9 −1/9; 0 1) for A,
(1 0; 1/11 10/11) for B, (1 −0.1; 0 1.1) for C and (0.9 0; 0.1 1) for D.

The published example is that of United Nations (2018), Handbook on Supply and Use Tables and Input-Output Tables with
Extensions and Applications, chapter 12: three products and industries of Austria (tables 12.3 to 12.16).
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from kaldor.atlas.add import add
from kaldor.atlas.readers.symmetric import symmetric
from kaldor.atlas.store import Store
from kaldor.errors import InputError
from tests.atlas.official.damage import DAMAGES, Damageable, assert_refused
from tests.atlas.official.national_table import write_national_table
from tests.atlas.official.workbook import write_sheets

V, U = np.array([[90.0, 10.0], [0.0, 100.0]]), np.array([[10.0, 20.0], [30.0, 15.0]])
Y, W = np.array([[70.0], [55.0]]), np.array([[50.0, 75.0]])
BY_HAND = {
    "A": ([[100 / 9, 170 / 9], [100 / 3, 35 / 3]], [70, 55], [100, 100], [500 / 9, 625 / 9]),
    "B": ([[130 / 11, 200 / 11], [345 / 11, 150 / 11]], [70, 55], [100, 100], [625 / 11, 750 / 11]),
    "C": ([[7, 18.5], [33, 16.5]], [64.5, 60.5], [90, 110], [50, 75]),
    "D": ([[9, 18], [31, 17]], [63, 62], [90, 110], [50, 75]),
}
SUPPLY = [
    ["Ruritania, supply table"],
    [None, None, "Farms", "Works", "Imports"],
    [None, "Code", "I1", "I2", "P7"],
    [None, "P1", 90, 10, None],
    [None, "P2", None, 100, None],
    ["Source: made up"],
]
USE = [
    ["Ruritania, use table"],
    [],
    ["Code", "Name", "I1", "I2", "HH"],
    ["P1", "Crops", 10, 20, 70],
    ["P2", "Tools", 30, 15, 55],
    ["B1G", "Value added", 50, 75, None],
]
DECLARED = """title = "Ruritania 2010"
unit = "million crowns"

[supply_use]
region = "HRV"
year = 2010
model = "{model}"
products = ["P1", "P2"]
industries = ["I1", "I2"]
names = "Name"
{more}
[supply_use.supply]
file = "sut.xlsx"
sheet = "Supply"
range = "B3:E5"
blanks = "zero"

[supply_use.use]
file = "sut.xlsx"
sheet = "Use"
range = "A3:E6"

[supply_use.final_demand]
HH = "households"

[[supply_use.extensions]]
row = "B1G"
id = "gva"
name = "Value added"
unit = "million crowns"
"""


def write(folder: Path, model: str = "D", more: str = "", supply: list | None = None, use: list | None = None) -> Path:
    write_sheets(folder / "sut.xlsx", {"Supply": supply or SUPPLY, "Use": use or USE})
    (folder / "dataset.toml").write_text(DECLARED.format(model=model, more=more))
    return folder


@pytest.mark.parametrize("model", BY_HAND)
def test_each_model_by_hand(model):
    made = symmetric(model, V, U, Y, W)
    Z, y, x, value_added = BY_HAND[model]
    np.testing.assert_allclose(made.Z, Z, rtol=1e-12)
    np.testing.assert_allclose(made.Y[:, 0], y, rtol=1e-12)
    np.testing.assert_allclose(made.x, x, rtol=1e-12)
    np.testing.assert_allclose(made.F[0], value_added, rtol=1e-12)
    np.testing.assert_allclose(made.Z.sum(0) + made.F[0], x, rtol=1e-12)
    np.testing.assert_allclose(made.Z.sum(1) + made.Y[:, 0], x, rtol=1e-12)


HANDBOOK_V = np.array([[25.77, 5.15, 7.04], [1.35, 402.51, 40.21], [13.32, 25.64, 717.41]])
HANDBOOK_U = np.array([[4.35, 9.28, 0.61], [8.08, 107.80, 46.29], [3.78, 62.72, 211.40]])
HANDBOOK_IMPORTED = np.array([[0.77, 6.40, 0.48], [1.49, 100.14, 35.30], [0.28, 17.20, 42.52]])
HANDBOOK_Y = np.array([[13.18, 0.08, 10.47], [32.04, 73.94, 175.94], [344.77, 20.75, 112.95]])
HANDBOOK_W = np.array([[21.70, 129.78, 428.07]])
HANDBOOK = {
    "A": ([[6.40, 9.33, -1.50], [10.45, 116.03, 35.68], [-0.33, 61.13, 217.11]],
          [[1.11, 6.91, -0.37], [1.01, 109.33, 26.58], [-0.79, 17.48, 43.31]],
          HANDBOOK_Y, [20.10, 123.88, 435.56]),
    "B": ([[2.89, 8.80, 2.55], [6.85, 102.84, 52.47], [5.10, 69.51, 203.30]],
          [[0.57, 6.00, 1.08], [2.47, 94.92, 39.53], [0.77, 18.22, 41.00]],
          HANDBOOK_Y, [19.31, 143.79, 416.45]),
    "C": ([[6.65, 11.66, -2.98], [8.39, 112.47, 37.25], [1.17, 55.66, 224.02]],
          None,
          [[15.22, -1.60, 11.51], [13.49, 78.65, 183.05], [361.28, 17.72, 104.80]], HANDBOOK_W[0]),
    "D": ([[3.04, 7.73, 4.28], [8.04, 101.09, 49.20], [5.13, 70.97, 204.82]],
          [[0.53, 4.96, 1.18], [1.46, 92.21, 33.50], [0.54, 26.57, 43.61]],
          [[15.12, 0.64, 9.64], [42.52, 67.73, 164.72], [332.35, 26.39, 125.00]], HANDBOOK_W[0]),
}  # fmt: skip
"""Domestic flows, imported flows (not printed for C), final demand and value added as the handbook prints them."""


@pytest.mark.parametrize("model", HANDBOOK)
def test_each_model_gives_what_the_handbook_prints(model):
    """Inputs are printed to two digits, so that results may differ by two units of the last one."""
    flows, imported, final, value_added = HANDBOOK[model]
    made = symmetric(model, HANDBOOK_V, HANDBOOK_U, HANDBOOK_Y, HANDBOOK_W)
    np.testing.assert_allclose(made.Z, flows, atol=0.02)
    np.testing.assert_allclose(made.Y, final, atol=0.02)
    np.testing.assert_allclose(made.F[0], value_added, atol=0.02)
    if imported is not None:
        brought = symmetric(model, HANDBOOK_V, HANDBOOK_IMPORTED, HANDBOOK_Y, HANDBOOK_W)
        np.testing.assert_allclose(brought.Z, imported, atol=0.02)
    assert bool((made.Z < 0).any()) == (model in "AC")  # figure 12.2: only these two can leave flows below zero


@pytest.mark.parametrize("model", BY_HAND)
def test_a_workbook_becomes_a_table_by_the_model_declared(model, tmp_path):
    store = Store(tmp_path / "store")
    report = add(write(tmp_path / "ruritania", model), store)
    table = store.economy("ruritania", 2010)
    Z, y, x, value_added = BY_HAND[model]
    np.testing.assert_allclose(table.Z, Z, rtol=1e-12)
    np.testing.assert_allclose(table.Y[:, 0], y, rtol=1e-12)
    np.testing.assert_allclose(table.x, x, rtol=1e-12)
    np.testing.assert_allclose(table.extensions[0].F, value_added, rtol=1e-12)
    assert table.sectors == (("P1", "P2") if model in "AB" else ("I1", "I2"))
    assert table.sector_names == (("Crops", "Tools") if model in "AB" else ("I1", "I2"))
    assert any(f"Eurostat's model {model}" in note for note in report.added[0].source.notes)
    assert not any("below zero" in note for note in report.added[0].source.notes)


def test_flows_below_zero_are_kept_and_said(tmp_path):
    """Under A, U = (30 1; 10 34) leaves −30/9 + 1 = −2.333 from the first product to the second."""
    use = [*USE[:3], ["P1", "Crops", 30, 1, 69], ["P2", "Tools", 10, 34, 56], USE[5]]
    store = Store(tmp_path / "store")
    report = add(write(tmp_path / "ruritania", "A", use=use), store)
    table = store.economy("ruritania", 2010)
    assert table.Z[0, 1] == pytest.approx(1 - 30 / 9)
    notes = " ".join(report.added[0].source.notes)
    assert "1 flows are below zero" in notes
    assert "the largest is P1 to P2, -2.333" in notes


def test_imports_are_taken_off_again(tmp_path):
    """Uses hold 5 imported tools: final demand is 60, 5 of it not made at home."""
    supply = [*SUPPLY[:3], [None, "P1", 90, 10, None], [None, "P2", None, 100, 5], SUPPLY[5]]
    use = [*USE[:4], ["P2", "Tools", 30, 15, 60], USE[5]]
    store = Store(tmp_path / "store")
    add(write(tmp_path / "ruritania", "D", 'imports = "P7"', supply, use), store)
    table = store.economy("ruritania", 2010)
    np.testing.assert_allclose(table.Y, [[63, 0], [67, -5]], rtol=1e-12)
    np.testing.assert_allclose(table.x, [90, 110], rtol=1e-12)
    assert table.demand_roles == {"HH": "households", "imports": "imports"}


@pytest.mark.parametrize(
    ("supply", "said"),
    [
        ([*SUPPLY[:3], [None, "P1", 50, 50, None], [None, "P2", 50, 50, None]], "cannot be inverted"),
        ([*SUPPLY[:3], [None, "P1", 190, 10, None], SUPPLY[4]], "200.0 is made at home, 100.0 used of it"),
    ],
)
def test_what_cannot_be_turned_is_refused(supply, said, tmp_path):
    with pytest.raises(InputError, match=said):
        add(write(tmp_path / "ruritania", "C", supply=supply), Store(tmp_path / "store"))


def test_models_of_technology_and_sales_need_a_square_table(tmp_path):
    folder = write(tmp_path / "ruritania", "A")
    text = (folder / "dataset.toml").read_text().replace('["P1", "P2"]', '["P1", "P2", "P3"]')
    (folder / "dataset.toml").write_text(text)
    with pytest.raises(InputError, match="model A needs as many products as industries; there are 3 products and 2"):
        add(folder, Store(tmp_path / "store"))


def test_a_national_table_in_a_workbook_is_that_of_its_csv(tmp_path):
    folder = write_national_table(tmp_path / "ruritania")
    rows = [line.split(",") for line in (folder / "table.csv").read_text().splitlines()]
    cells = [
        [float(cell) if cell.replace(".", "").replace("-", "").isdigit() else cell or None for cell in row]
        for row in rows
    ]
    titled = [["Input-output table"], ["million"], *([None, *row] for row in cells), ["Notes"]]
    store = Store(tmp_path / "store")
    add(folder, store, as_id="csv")
    last = f"{chr(ord('A') + len(rows[0]))}{len(rows) + 2}"
    text = (folder / "dataset.toml").read_text()
    place = f'file = "table.xlsx"\nsheet = "IOT"\nrange = "B3:{last}"'
    (folder / "dataset.toml").write_text(text.replace('file = "table.csv"', place))
    write_sheets(folder / "table.xlsx", {"Index": [["IOT"]], "IOT": titled})
    add(folder, store, as_id="xlsx")
    assert store.info("csv").content_hash == store.info("xlsx").content_hash


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('range = "A3:E6"', 'range = "A3:E60"', "the range A3:E60 does not lie inside its 6 rows and 5 columns"),
        ('range = "A3:E6"', 'range = "E6"', "'E6' is no range of cells such as B9:N40"),
        ('sheet = "Use"\nrange = "A3:E6"', "", "a workbook needs sheet and range"),
        ('sheet = "Use"', 'sheet = "Uses"', "there is no sheet Uses"),
    ],
)
def test_a_wrong_range_is_refused(old, new, said, tmp_path):
    folder = write(tmp_path / "ruritania")
    (folder / "dataset.toml").write_text((folder / "dataset.toml").read_text().replace(old, new))
    with pytest.raises(InputError, match=said):
        add(folder, Store(tmp_path / "store"))


@pytest.mark.parametrize(
    ("cell", "said"),
    [("=E4/2", "column 'I1': the formula '=E4/2' has no saved value. Open the workbook"),
     ("#REF!", "column 'I1': '#REF!' is not a finite number")],
)  # fmt: skip
def test_a_cell_that_holds_no_value_is_not_taken_for_an_empty_one(cell, said, tmp_path):
    """Where cells of zero are left empty a broken formula would otherwise be read as zero."""
    supply = [*SUPPLY[:3], [None, "P1", cell, 10, None], *SUPPLY[4:]]
    with pytest.raises(InputError) as told:
        add(write(tmp_path / "ruritania", supply=supply), Store(tmp_path / "store"))
    assert f"ruritania/sut.xlsx, sheet Supply, line 4, {said}" in str(told.value)


def use_with(row: int, column: int, cell: object):
    rows = [list(line) for line in USE]
    rows[row][column] = cell
    return lambda folder: write(folder, use=rows)


HURT = {
    "reordered": lambda folder: write(
        folder, supply=[*SUPPLY[:2], [None, "Code", "I2", "I1", "P7"], [None, "P2", 90, 10], SUPPLY[4]]
    ),
    "wrong delimiter": lambda folder: (folder / "sut.xlsx").write_text("Code;I1\n"),
    "wrong year": lambda folder: (folder / "dataset.toml").write_text(
        DECLARED.format(model="D", more="").replace("2010", "20100")
    ),
    "text in numbers": use_with(3, 2, "n/a"),
    "duplicated labels": use_with(4, 0, "P1"),
    "missing extension": use_with(5, 0, "B2G"),
}


@pytest.mark.parametrize("kind", DAMAGES)
def test_damaged_tables_are_refused_and_nothing_is_left(kind, tmp_path):
    folder = write(tmp_path / "download")
    damaged = folder
    if kind in HURT:
        HURT[kind](folder)
    else:
        damaged = DAMAGES[kind](folder, Damageable("sut.xlsx", "", ""))
    store = Store(tmp_path / "store")
    assert_refused(damaged, store, "download")
    assert store.datasets() == []


def semicolons(rows: list) -> str:
    return "".join(";".join(map(comma_cell, row)) + "\n" for row in rows)


def comma_cell(cell: object) -> str:
    return f"{cell:.2f}".replace(".", ",") if isinstance(cell, int) else str(cell or "")


def test_csv_with_semicolons_decimal_commas_and_blanks(tmp_path):
    """As a spreadsheet in most of Europe saves it; what parts the cells need not be declared."""
    folder = tmp_path / "own"
    folder.mkdir()
    width = max(map(len, SUPPLY[2:5]))
    (folder / "supply.csv").write_text(semicolons([row[1:width] for row in SUPPLY[2:5]]))
    (folder / "use.csv").write_text(semicolons(USE[2:]))
    told = DECLARED.format(model="D", more="")
    for sheet, cells, file in (("Supply", "B3:E5", "supply"), ("Use", "A3:E6", "use")):
        told = told.replace(f'file = "sut.xlsx"\nsheet = "{sheet}"\nrange = "{cells}"\n', f'file = "{file}.csv"\n')
    told = told.replace('blanks = "zero"\n', "")
    (folder / "dataset.toml").write_text(told)
    store = Store(tmp_path / "store")
    with pytest.raises(InputError, match=r'the cell is empty.*blanks = "zero" beside the file'):
        add(folder, store)
    (folder / "dataset.toml").write_text(told.replace("[supply_use]\n", '[supply_use]\nblanks = "zero"\n'))
    manifest = add(folder, store).added[0]
    Z, *_ = BY_HAND["D"]
    np.testing.assert_allclose(store.economy("own", 2010).Z, Z)
    assert any("supply.csv: 1 empty cell is taken as zero" in note for note in manifest.source.notes)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('industries = ["I1", "I2"]', 'industries = ["I1", "I2", "P7"]', "3 industries: take B or D"),
        ('file = "sut.xlsx"', 'file = "/etc/passwd.xlsx"', "no file beside dataset.toml: copy it there"),
        ('file = "sut.xlsx"', 'file = "../sut.xlsx"', "no file beside dataset.toml: copy it there"),
        ('file = "sut.xlsx"', 'file = "other.xlsx"', "the file is missing. Found: dataset.toml, sut.xlsx"),
    ],
)
def test_a_refusal_says_what_to_do(tmp_path, old, new, said):
    folder = write(tmp_path / "own", model="A")
    told = (folder / "dataset.toml").read_text()
    assert old in told
    (folder / "dataset.toml").write_text(told.replace(old, new))
    with pytest.raises(InputError) as refused:
        add(folder, Store(tmp_path / "store"))
    assert said in str(refused.value)


def test_a_merged_heading_is_named_as_the_likely_cause(tmp_path):
    use = [list(row) for row in USE]
    use[2][3] = None  # 'I1' over two columns
    with pytest.raises(InputError, match=r"column 'I2' is missing.*may lie under a merged cell"):
        add(write(tmp_path / "own", use=use), Store(tmp_path / "store"))
