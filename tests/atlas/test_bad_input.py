"""Files that are damaged, wrong or hostile: one InputError that names file and place, and a store left as it was."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from kaldor.atlas.add import add
from kaldor.atlas.readers import rows
from kaldor.atlas.store import Store
from kaldor.errors import InputError
from tests.atlas.plain_folders import balanced, small_economy, write_csv

NPZ = "table_2009.npz"


def refused(path: Path, tmp_path: Path, as_id: str | None = None) -> str:
    """Add a path that must be refused; the message, after a look at the store, which must not have changed."""
    store = Store(tmp_path / "store")
    add(small_economy(tmp_path / "sound", seed=99), store, "sound")
    before = contents(store)
    with pytest.raises(InputError) as caught:
        add(path, store, as_id)
    assert contents(store) == before
    return str(caught.value)


def contents(store: Store) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in store.path.rglob("*") if path.is_file()}


def npy(array: np.ndarray, allow_pickle: bool = False) -> bytes:
    stream = io.BytesIO()
    np.save(stream, array, allow_pickle=allow_pickle)
    return stream.getvalue()


def npz(path: Path, **members: bytes) -> None:
    """An npz of these raw members, with a sound Z, Y and x where none are given."""
    sound = {name: npy(array) for name, array in balanced(1).items()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in (sound | members).items():
            archive.writestr(f"{name}.npy", data)


def bomb(path: Path) -> None:
    """300 MB of zeros that pack into 0.3 MB, under a header that asks for as much."""
    n = 6000
    head = npy(np.zeros((0, 0)))
    header = head.replace(b"(0, 0)", b"(6000, 6000)").replace(b"            \n", b"      \n", 1)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open("Z.npy", "w", force_zip64=True) as member:
            member.write(header)
            for _ in range(n):
                member.write(bytes(n * 8))
        for name in ("Y", "x"):
            archive.writestr(f"{name}.npy", npy(balanced(1)[name]))


def without(name: str) -> Callable[[Path], None]:
    return lambda folder: (folder / name).unlink()


def csv_file(name: str, *lines: list[object]) -> Callable[[Path], None]:
    return lambda folder: write_csv(folder / name, lines) and None


def cut_off(folder: Path) -> None:
    data = (folder / NPZ).read_bytes()
    (folder / NPZ).write_bytes(data[: len(data) // 2])


def flip_a_byte(folder: Path) -> None:
    with zipfile.ZipFile(folder / NPZ) as archive:
        start = archive.getinfo("Z.npy").header_offset
    data = bytearray((folder / NPZ).read_bytes())
    data[start + 120] ^= 255
    (folder / NPZ).write_bytes(data)


def arrays(**changed: np.ndarray) -> Callable[[Path], None]:
    return lambda folder: np.savez_compressed(folder / NPZ, allow_pickle=False, **(balanced(1) | changed))


def not_a_number(folder: Path) -> None:
    flows = balanced(1)
    flows["Z"][4, 2] = np.nan
    flows["x"][1] = np.inf
    np.savez_compressed(folder / NPZ, allow_pickle=False, **flows)


def double_year(folder: Path) -> None:
    (folder / "other_2009.npz").write_bytes((folder / NPZ).read_bytes())


def raw(**members: bytes) -> Callable[[Path], None]:
    return lambda folder: npz(folder / NPZ, **members)


PICKLED = npy(np.array([[object()]], dtype=object), allow_pickle=True)
LONG_HEADER = b"\x93NUMPY\x02\x00" + struct.pack("<I", 2**31) + b"{" * 1000

ECONOMIES: dict[str, tuple[Callable[[Path], object], list[str]]] = {
    "missing label file": (without("sectors.csv"), ["own/sectors.csv", "no such file"]),
    "no year at all": (without(NPZ), ["own/", "NAME_YYYY.npz"]),
    "year file without year": (lambda f: (f / NPZ).rename(f / "table.npz"), ["own/table.npz", "no year"]),
    "one year twice": (double_year, ["own/table_2009.npz", "2009 is also in other_2009.npz"]),
    "cut-off npz": (cut_off, [f"own/{NPZ}", "not a whole npz"]),
    "empty npz": (lambda f: (f / NPZ).write_bytes(b""), [f"own/{NPZ}", "not a whole npz"]),
    "flipped byte": (flip_a_byte, [f"own/{NPZ}, array 'Z'"]),
    "zip bomb": (lambda f: bomb(f / NPZ), [f"own/{NPZ}, array 'Z'", "shape (6000, 6000), expected (6, 6)"]),
    "header that promises little": (raw(Z=npy(balanced(1)["Z"]) + bytes(10**6)), ["array 'Z'", "its shape needs"]),
    "header that promises much": (raw(x=npy(balanced(1)["x"])[:-8]), ["array 'x'", "its shape needs"]),
    "endless header": (raw(Y=LONG_HEADER), ["array 'Y'", "not a npy array"]),
    "nested header": (raw(Y=b"\x93NUMPY\x01\x00" + struct.pack("<H", 9000) + b"(" * 9000), ["array 'Y'"]),
    "member of text": (raw(Y=b"hello"), [f"own/{NPZ}, array 'Y'", "not a npy array"]),
    "pickled objects": (raw(Z=PICKLED), [f"own/{NPZ}, array 'Z'", "pickled objects, which are never loaded"]),
    "array of texts": (arrays(Z=np.full((6, 6), "1")), ["array 'Z'", "type <U1"]),
    "array of complex numbers": (arrays(x=np.ones(6, complex)), ["array 'x'", "complex128"]),
    "wrong shape": (arrays(Y=np.ones((6, 3))), ["array 'Y'", "shape (6, 3), expected (6, 2)"]),
    "array missing": (lambda f: np.savez(f / NPZ, Z=balanced(1)["Z"]), ["'Y' is missing", "'x' is missing"]),
    "not finite": (not_a_number, ["array 'Z', cell (4, 2)", "array 'x', cell (1,)", "not a finite number"]),
    "duplicated label": (
        csv_file("sectors.csv", ["code", "name"], ["a", "A"], ["b", "B"], ["a", "C"]),
        ["own/sectors.csv, line 4, column 'code'", "'a' stands 2 times (first in line 2)"],
    ),
    "two labels, one region": (
        csv_file("regions.csv", ["region"], ["ROM"], ["ROU"]),
        ["own/regions.csv", "2 labels mean the region ROU"],
    ),
    "column missing": (csv_file("sectors.csv", ["name"], ["A"]), ["sectors.csv, line 1", "column 'code' is missing"]),
    "ragged row": (
        csv_file("final_demand.csv", ["code", "name"], ["a", "A", "B"]),
        ["own/final_demand.csv, line 2", "3 cells under 2 columns"],
    ),
    "empty cell": (csv_file("regions.csv", ["region", "note"], ["", "x"]), ["regions.csv, line 2, column 'region'"]),
    "empty file": (lambda f: (f / "regions.csv").write_bytes(b""), ["own/regions.csv", "the file is empty"]),
    "header only": (csv_file("regions.csv", ["region"]), ["own/regions.csv", "no rows"]),
    "not UTF-8": (lambda f: (f / "regions.csv").write_bytes(b"region\n\xff\n"), ["line 2, byte 7", "not UTF-8"]),
    "NUL in a CSV": (
        lambda f: (f / "regions.csv").write_bytes(b"region\nA\x00\nB\n"),
        ["own/regions.csv, line 2", "control characters"],
    ),
    "unlisted extension": (
        csv_file("F_co2.csv", ["region", "sector", "2009"], ["R0", "s0", 1]),
        ["own/F_co2.csv", "extensions.csv lists no 'co2'"],
    ),
    "extension without its cells": (
        csv_file("extensions.csv", ["id", "name", "unit"], ["co2", "CO2", "kt"]),
        ["'F' is missing", "'F_Y' is missing"],
    ),
    "extension of unknown sectors": (
        lambda f: (
            write_csv(f / "extensions.csv", [["id", "name", "unit"], ["co2", "CO2", "kt"]]),
            write_csv(f / "F_co2.csv", [["region", "sector", "2009"], ["R0", "x1", 1]]),
        ),
        ["own/F_co2.csv, line 2, column 'sector'", "unknown sector 'x1'"],
    ),
    "extension with holes": (
        lambda f: (
            write_csv(f / "extensions.csv", [["id", "name", "unit"], ["co2", "CO2", "kt"]]),
            write_csv(f / "F_co2.csv", [["region", "sector", "2008"], ["R0", "s1", 1]]),
        ),
        ["own/F_co2.csv, 2009", "has no value for R0/s0"],
    ),
    "unknown key in dataset.toml": (
        lambda f: (f / "dataset.toml").write_text('units = "EUR"', encoding="utf-8"),
        ["own/dataset.toml, units: unknown key. Did you mean 'unit'?"],
    ),
    "broken dataset.toml": (
        lambda f: (f / "dataset.toml").write_text('unit = "EUR', encoding="utf-8"),
        ["own/dataset.toml", "not valid TOML"],
    ),
    "extension id that leads out": (
        lambda f: (f / "dataset.toml").write_text('extension = {id = "../../x", name = "X"}', encoding="utf-8"),
        ["own/dataset.toml, extension.id"],
    ),
    "kind that the files are not": (
        lambda f: (f / "dataset.toml").write_text('kind = "indicators"', encoding="utf-8"),
        ["own/dataset.toml, kind", "the files look like economy"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", ECONOMIES)
def test_a_bad_economy_is_refused_with_its_place(tmp_path, case):
    spoil, expected = ECONOMIES[case]
    folder = small_economy(tmp_path / "own")
    spoil(folder)
    message = refused(folder, tmp_path)
    for text in expected:
        assert text in message


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path):
    import tracemalloc

    folder = small_economy(tmp_path / "own")
    bomb(folder / NPZ)
    assert (folder / NPZ).stat().st_size < 2**20
    tracemalloc.start()
    refused(folder, tmp_path)
    assert tracemalloc.get_traced_memory()[1] < 50 * 2**20
    tracemalloc.stop()


def test_problems_of_all_years_and_arrays_come_together(tmp_path):
    folder = small_economy(tmp_path / "own", years=(2001, 2005, 2009))
    np.savez(folder / "table_2001.npz", **(balanced(1) | {"x": np.ones(5), "Y": np.ones((6, 1))}))
    (folder / "table_2009.npz").write_bytes(b"PK")
    message = refused(folder, tmp_path)
    for text in ("table_2001.npz, array 'x'", "table_2001.npz, array 'Y'", "table_2009.npz"):
        assert text in message
    assert "2005" not in message


def test_problems_of_all_label_files_come_together(tmp_path):
    folder = small_economy(tmp_path / "own")
    (folder / "regions.csv").unlink()
    write_csv(folder / "sectors.csv", [["code", "name"], ["a", "A"], ["a", "A"]])
    (folder / "more.npz").write_bytes(b"")
    message = refused(folder, tmp_path)
    for text in ("regions.csv", "sectors.csv", "more.npz"):
        assert text in message


def test_a_csv_above_the_limit_is_not_read(tmp_path, monkeypatch):
    folder = small_economy(tmp_path / "own")
    (folder / "sectors.csv").write_text("code,name\n" + "a,b\n" * 100, encoding="utf-8")
    monkeypatch.setattr(rows, "MOST_BYTES", 300)
    assert "own/sectors.csv: 410 bytes; at most 300" in refused_alone(folder, tmp_path)


def refused_alone(path: Path, tmp_path: Path) -> str:
    with pytest.raises(InputError) as caught:
        add(path, Store(tmp_path / "store"))
    assert contents(Store(tmp_path / "store")) == {}
    return str(caught.value)


@pytest.mark.parametrize("what", ["nowhere", "letter.txt", "empty"])
def test_what_is_no_data_is_refused(tmp_path, what):
    (tmp_path / "letter.txt").write_text("Dear all", encoding="utf-8")
    (tmp_path / "empty").mkdir()
    assert what in refused_alone(tmp_path / what, tmp_path)


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ([["R0", "s0", "1,5"]], ["F_smoke.csv, line 2, column '2009'", "'1,5' is not a finite number"]),
        ([["R0", "s0", "n/a"], ["R0", "s1", "NaN"]], ["line 2", "'n/a'", "line 3", "'NaN'"]),
        ([["R0", "s0", ""]], ["line 2, column '2009'", "the cell is empty"]),
        ([["R0", "s0", "1e999"]], ["'1e999' is not a finite number"]),
        ([["R0", "s0", 1], ["R0", "s0", 2]], ["line 3", "'R0 / s0' stands 2 times (first in line 2)"]),
        ([["ROM", "s0", 1], ["ROU", "s0", 2]], ["line 3", "'ROU / s0' stands 2 times"]),
        ([], ["F_smoke.csv", "no rows"]),
    ],
)
def test_a_bad_extension_is_refused_with_its_place(tmp_path, cells, expected):
    folder = tmp_path / "own"
    folder.mkdir()
    write_csv(folder / "F_smoke.csv", [["region", "sector", "2009"], *cells])
    message = refused(folder, tmp_path)
    for text in expected:
        assert text in message


def test_a_sector_that_the_classification_lacks_is_named_with_the_near_match(tmp_path):
    folder = tmp_path / "own"
    folder.mkdir()
    write_csv(folder / "F_co2.csv", [["region", "sector", "2009"], ["POL", "c1", 1], ["POL", "c-17", 2]])
    message = refused(folder, tmp_path, "jrc_wiod_co2")
    assert "own/F_co2.csv, line 3, column 'sector': unknown sector 'c-17'. Did you mean 'c17'?" in message


def test_a_table_in_other_industries_is_not_taken_for_wiod(tmp_path):
    message = refused(small_economy(tmp_path / "own"), tmp_path, "wiod2013")
    assert "own/sectors.csv, line 2, column 'code': unknown sector 's0'" in message


def test_an_id_of_another_kind_is_refused(tmp_path):
    message = refused(small_economy(tmp_path / "own"), tmp_path, "jrc_wiod_co2")
    assert "looks like economy, but 'jrc_wiod_co2' is of kind extension" in message


def test_households_must_have_the_same_years(tmp_path):
    folder = tmp_path / "own"
    folder.mkdir()
    write_csv(folder / "F_smoke.csv", [["region", "sector", "2008", "2009"], ["R0", "s0", 1, 2]])
    write_csv(folder / "F_Y_smoke.csv", [["region", "2009"], ["R0", 1]])
    assert "F_Y_smoke.csv: the years [2008] are not in both files" in refused(folder, tmp_path)


def test_labels_that_do_not_meet_are_named_when_attaching(tmp_path):
    store = Store(tmp_path / "store")
    add(small_economy(tmp_path / "economy"), store, "own")
    folder = tmp_path / "smoke"
    folder.mkdir()
    cells = [[r, s, 1] for r in ("R0", "R7") for s in ("s0", "s1", "s2")]
    write_csv(folder / "F_smoke.csv", [["region", "sector", "2009"], *cells])
    add(folder, store)
    with pytest.raises(InputError) as caught:
        store.economy("own", 2009, ["smoke"])
    assert "has no value for R1/s0, R1/s1, R1/s2 (3 in all)" in str(caught.value)
    assert "what the economy lacks: R7/s0" in str(caught.value)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (["gdp", "PLO", 2009, 1, "USD"], ["line 3, column 'region'", "unknown region 'PLO'. Did you mean 'POL'?"]),
        (["gdp", "POL", "last", 1, "USD"], ["line 3, column 'year'", "'last' is not a year"]),
        (["gdp", "POL", 2010, "much", "USD"], ["line 3, column 'value'", "'much' is not a finite number"]),
        (["gdp", "POL", 2010, 1, "EUR"], ["line 3, column 'unit'", "in 'EUR' here and in 'USD' above"]),
        (["gdp", "DEU", 2009, 1, "USD"], ["line 3", "'gdp / DEU / 2009' stands 2 times"]),
        (["gdp", "POL", 2009, 1, ""], ["line 3, column 'unit'", "the cell is empty"]),
    ],
)
def test_a_bad_indicator_is_refused_with_its_place(tmp_path, row, expected):
    header = ["indicator", "region", "year", "value", "unit"]
    file = write_csv(tmp_path / "mine.csv", [header, ["gdp", "DEU", 2009, 1, "USD"], row])
    message = refused(file, tmp_path)
    for text in expected:
        assert text in message


def test_a_faulty_companion_leaves_the_store_as_it_was(tmp_path, monkeypatch):
    from kaldor.atlas.catalogue import Catalogue, _shipped

    source = Catalogue.load().source("own-economy").model_copy(
        update={"id": "main", "folder": "main", "companions": ("jrc_wiod_co2",)}
    )  # fmt: skip
    sources = _shipped().sources | {"main": source}
    monkeypatch.setattr("kaldor.atlas.catalogue._shipped", lambda: Catalogue(sources))
    (tmp_path / "jrc_wiod_co2").mkdir()
    write_csv(tmp_path / "jrc_wiod_co2" / "F_co2.csv", [["region", "sector", "2009"], ["POL", "c1", "x"]])
    folder = small_economy(tmp_path / "main")
    assert "jrc_wiod_co2/F_co2.csv, line 2" in refused(folder, tmp_path)
    report = add(folder, Store(tmp_path / "store"), companions=False)
    assert [manifest.id for manifest in report.added] == ["main"]
