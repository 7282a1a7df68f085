"""Lists of codes in the files that Kaldor's own advice leads to: Windows-1252, tabs, a workbook, JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kaldor.atlas.add import add
from kaldor.atlas.store import Store
from kaldor.errors import InputError
from tests.atlas.official.workbook import write_sheets


def codes(tmp_path: Path, name: str, content: bytes | None = None) -> tuple[str, int, list[tuple]]:
    """The id, the edition and the rows (code, name, parent, level) that a file comes out as."""
    if content is not None:
        (tmp_path / name).write_bytes(content)
    store = Store(tmp_path / "store")
    (manifest,) = add(tmp_path / name, store).added
    frame = store.codes(manifest.id)
    rows = list(frame[["code", "name", "parent", "level"]].itertuples(index=False, name=None))
    return manifest.id, manifest.years[0], rows


def test_isic_revision_5_in_windows_1252(tmp_path):
    text = '"ISIC Rev 5 Code","ISIC Rev 5 Title"\n"A","Farming – and forestry"\n"01","Crops"\n"011","Growing of maté"\n'
    found = codes(tmp_path, "ISIC_Rev_5_english_structure.csv", text.encode("cp1252"))
    assert found == (
        "isic",
        2023,
        [("A", "Farming – and forestry", "", 1), ("01", "Crops", "A", 2), ("011", "Growing of maté", "01", 3)],
    )


def test_older_lists_are_utf8_or_refused(tmp_path):
    with pytest.raises(InputError, match=r"line 2, byte .*not UTF-8"):
        codes(tmp_path, "ISIC_Rev_4_english_structure.txt", '"Code","Description"\n"A","Maté"\n'.encode("cp1252"))


NACE = [["CODE", "HEADING", "PARENT_CODE", "LEVEL"], ["A", "Agriculture", "", "1"], ["01", "Crops", "A", "2"]]


def test_nace_2_1_with_tabs_is_the_edition_of_2023(tmp_path):
    text = "\n".join("\t".join(row) for row in NACE)
    found = codes(tmp_path, "NACE_Rev2.1_Structure_Explanatory_Notes_EN.tsv", text.encode())
    assert found == ("nace", 2023, [("A", "Agriculture", "", 1), ("01", "Crops", "A", 2)])


def test_nace_2_1_in_a_workbook(tmp_path):
    name = "NACE_Rev2.1_Structure_Explanatory_Notes_EN.xlsx"
    write_sheets(tmp_path / name, {"Notes": [["About"]], "NACE": NACE})
    assert codes(tmp_path, name) == ("nace", 2023, [("A", "Agriculture", "", 1), ("01", "Crops", "A", 2)])


def test_nace_2_is_still_that_of_2008(tmp_path):
    assert codes(tmp_path, "NACE_Rev_2_structure.csv", b"Code,Description\nA,Agriculture\n01,Crops\n")[1] == 2008


def test_the_harmonised_system_as_comtrade_lists_it(tmp_path):
    records = [
        {"id": "TOTAL", "text": "TOTAL - All", "parent": "#"},
        {"id": "01", "text": "01 - Animals; live", "parent": "TOTAL"},
        {"id": "0101", "text": "0101 - Horses", "parent": "01"},
    ]
    found = codes(tmp_path, "H6.json", json.dumps({"results": records}).encode())
    assert found == ("hs", 2022, [("01", "Animals; live", "", 1), ("0101", "Horses", "01", 2)])


def test_isco_in_the_workbook_of_the_ilo(tmp_path):
    name = "ISCO-08.EN.Structure.and.definitions.xlsx"
    rows = [["Level", "ISCO 08 Code", "Title EN", "Definition"], [1, "1", "Managers", "x"], [2, "11", "Chief", "y"]]
    write_sheets(tmp_path / name, {"ISCO-08 EN Struct and defin": rows})
    assert codes(tmp_path, name) == ("isco", 2008, [("1", "Managers", "", 1), ("11", "Chief", "1", 2)])


def test_a_broken_list_in_json_is_refused(tmp_path):
    with pytest.raises(InputError, match="in no known layout"):
        codes(tmp_path, "H6.json", b'{"results": [{"id": 1}]}')
