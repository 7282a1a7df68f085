"""`kaldor data` from end to end, as another program or a person at a terminal would use it."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from kaldor.atlas.store import Store
from kaldor.errors import InputError, UnknownLabelError
from tests.atlas.plain_folders import small_economy


def test_a_dataset_from_add_to_remove(tmp_path, kaldor_data):
    assert "The store is empty" in kaldor_data("list")
    folder = small_economy(tmp_path / "mine", years=(2001, 2005))
    said = kaldor_data("add", str(folder), "--as", "own")
    assert "Added own: economy (2 regions, 3 sectors" in said
    assert "no unit is stated" in said
    assert "Replaced own: economy (2 regions" in kaldor_data("add", str(folder), "--as", "own")
    assert "own" in kaldor_data("list")
    assert "own" in kaldor_data("info", "own")
    assert "as written" in kaldor_data("check", "own")
    assert "Wrote 6 files" in kaldor_data("export", "own", str(tmp_path / "out"))
    assert kaldor_data("remove", "own", input="n\n", code=1)
    assert Store().has("own")
    kaldor_data("remove", "own", "--yes")
    assert not Store().has("own")


def test_a_list_on_a_narrow_screen_keeps_every_letter(tmp_path, kaldor_data, monkeypatch):
    """A long unit took the room of titles, of which whole columns of letters were cut off."""
    long = "a-dataset-with-a-long-name-of-its-own"
    kaldor_data("add", str(small_economy(tmp_path / "mine", years=(2001, 2003, 2005, 2009))), "--as", long)
    words = {}
    for columns in ("300", "80"):
        monkeypatch.setenv("COLUMNS", columns)
        words[columns] = set(kaldor_data("list").split())
    at_length = {word for word in words["300"] if "/" not in word}
    assert at_length <= words["80"]


def test_json_everywhere(tmp_path, kaldor_data):
    folder = small_economy(tmp_path / "mine", years=(2001, 2005))
    added = json.loads(kaldor_data("add", str(folder), "--as", "own", "--json"))
    assert (added["datasets"], [one["year"] for one in added["balance"]]) == (["own"], [2001, 2005])
    listed = json.loads(kaldor_data("list", "--json"))
    assert [one["id"] for one in listed["datasets"]] == ["starter", "own"]
    assert "wiod2013" in [one["id"] for one in listed["catalogue"]]
    told = json.loads(kaldor_data("info", "own", "--json"))
    assert {file["name"] for file in told["provenance"]["origin"]} >= {"regions.csv", "table_2001.npz"}
    checked = json.loads(kaldor_data("check", "own", "--year", "2005", "--json"))
    assert checked["datasets"][0]["problems"] == []
    assert [balance["year"] for balance in checked["datasets"][0]["balance"]] == [2005]
    assert len(json.loads(kaldor_data("export", "own", str(tmp_path / "out"), "--json"))["files"]) == 6
    assert json.loads(kaldor_data("remove", "own", "--yes", "--json")) == {"removed": "own", "kept": []}


def test_check_of_a_damaged_dataset_says_so_and_fails(tmp_path, kaldor_data):
    kaldor_data("add", str(small_economy(tmp_path / "mine")), "--as", "own")
    store = Store()
    file = store.path / "datasets" / "own" / store.info("own").content / "2009" / "Y.npy"
    file.write_bytes(file.read_bytes()[:-1])
    assert "2009/Y.npy: has 223 bytes" in kaldor_data("check", code=1)
    assert json.loads(kaldor_data("check", "--json", code=1))["datasets"][0]["problems"]


def test_convert_to_a_bloc_by_name(tmp_path, kaldor_data):
    folder = small_economy(tmp_path / "mine")
    (folder / "regions.csv").write_text("region\nDEU\nFRA\n")
    kaldor_data("add", str(folder), "--as", "own")
    said = kaldor_data("convert", "own", "--as", "own-eu", "--regions", "EU@2009")
    assert "Made own-eu from own: 1 regions" in said
    assert "Note: Regions converted by European Union at the end of 2009 (DEU, FRA;" in said
    with pytest.raises(UnknownLabelError, match="Did you mean 'EFTA'"):
        kaldor_data("convert", "own", "--as", "own-two", "--regions", "EFTTA@2009")


def test_errors_are_kaldors_own(tmp_path, kaldor_data):
    with pytest.raises(InputError, match="no such file or folder"):
        kaldor_data("add", str(tmp_path / "nowhere"))


def test_the_door_is_light():
    heavy = "{'numpy', 'pandas', 'pyarrow', 'ibis', 'pydantic', 'duckdb', 'rich.progress'}"
    code = f"import sys, kaldor.cli.data; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
