"""USEEIO models from their API's JSON files: the published inverse and multipliers come out again.

The independent computation is the model's own L and N, made by useeior (US EPA), beside numpy on the small model.
"""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from kaldor.atlas.add import add
from kaldor.atlas.store import Store
from kaldor.cli.main import app
from kaldor.economy.economy import Economy
from kaldor.economy.multipliers import multipliers
from kaldor.economy.solve import solver_of
from kaldor.errors import InputError
from tests.atlas.official.useeio import matrices, write_useeio


@pytest.fixture
def store(tmp_path) -> Store:
    return Store(tmp_path / "store")


def test_a_model_becomes_a_table_that_gives_its_matrices_back(tmp_path, store):
    report = add(write_useeio(tmp_path / "model"), store)
    assert (report.recognised, report.added[0].id) == ("a USEEIO model in the JSON files of its API", "useeio")
    table, model = store.economy("useeio", 2020), matrices()
    np.testing.assert_allclose(np.asarray(table.Z) / table.x, model["A"], rtol=1e-14)
    np.testing.assert_array_equal(table.x, model["q"][:, 0])
    np.testing.assert_allclose(table.Y[:, 0::2], model["Consumption"], rtol=1e-14)
    np.testing.assert_allclose(table.Y[:, 0::2] + table.Y[:, 1::2], model["Production"], rtol=1e-9)
    np.testing.assert_allclose([e.F / table.x for e in table.extensions], model["D"], rtol=1e-14)
    assert [(e.id, e.unit) for e in table.extensions] == [("ghg", "kg CO2 eq"), ("jobs", "jobs")]
    assert (table.regions, table.sectors, table.unit) == (("US-GA", "RoUS"), ("111CA", "311FT", "22"), "USD")
    np.testing.assert_allclose(multipliers(Economy.from_published(table)).to_numpy().T, model["N"], rtol=1e-9)


def test_a_zip_of_the_folder_is_the_same_model(tmp_path, store):
    folder = write_useeio(tmp_path / "model")
    with zipfile.ZipFile(tmp_path / "model.zip", "w") as archive:
        for path in folder.rglob("*.json"):
            archive.write(path, f"GAEEIOv1.0/{path.relative_to(folder)}")
    add(folder, store, as_id="folder")
    add(tmp_path / "model.zip", store, as_id="zip")
    assert store.info("folder").content_hash == store.info("zip").content_hash


def test_a_mirror_that_writes_capitals_gives_the_same_model(tmp_path, store):
    """Output comes from the model's own Q.json, not from its production vectors."""
    folder = write_useeio(tmp_path / "model")
    (folder / "matrix" / "q.json").rename(folder / "matrix" / "Q.json")
    source = add(folder, store).added[0].source
    np.testing.assert_array_equal(store.economy("useeio", 2020).x, matrices()["q"][:, 0])
    assert not any("holds no output" in note for note in source.notes)


def test_matrices_that_lost_their_order_are_refused(tmp_path, store):
    folder = write_useeio(tmp_path / "model")
    rows = json.loads((folder / "matrix" / "A.json").read_text())
    (folder / "matrix" / "A.json").write_text(json.dumps(rows[::-1]))
    with pytest.raises(InputError, match=r"L.json: it does not follow from A"):
        add(folder, store)
    assert store.datasets() == []


def test_every_problem_of_the_labels_comes_at_once(tmp_path, store):
    folder = write_useeio(tmp_path / "model")
    sectors = json.loads((folder / "sectors.json").read_text())
    (folder / "sectors.json").write_text(json.dumps(sectors[1:] + sectors[:1]))
    demands = json.loads((folder / "demands.json").read_text())
    demands[0]["year"] = 2019
    (folder / "demands.json").write_text(json.dumps(demands))
    with pytest.raises(InputError) as refused:
        add(folder, store)
    assert "not in the order of their index" in str(refused.value)
    assert "of the years 2019, 2020" in str(refused.value)


def write_without_output(folder: Path) -> Path:
    """Two commodities of one region, ids in small letters, and no q.json."""
    sectors = [{"id": f"{c}/US", "index": k, "name": c, "code": c, "location": "US"} for k, c in enumerate("AB")]
    kinds = {"consumption": (100.0, 50.0), "production": (120.0, 40.0)}
    files: dict[str, object] = {
        "sectors": sectors,
        "indicators": [{"id": "ghg", "index": 0, "name": "Greenhouse gases", "code": "GHG", "unit": "kg CO2 eq"}],
        "demands": [
            {
                "id": f"2012_us_{kind}_complete",
                "year": 2012,
                "type": kind.title(),
                "system": "Complete",
                "location": "US",
            }
            for kind in kinds
        ],
        "matrix/A": [[0.1, 0.2], [0.3, 0.1]],
        "matrix/D": [[2.0, 0.5]],
    }
    for kind, amounts in kinds.items():
        files[f"demands/2012_us_{kind}_complete"] = [
            {"sector": one["id"], "amount": amount} for one, amount in zip(sectors, amounts, strict=True)
        ]
    for name, content in files.items():
        path = folder / f"{name}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(content), encoding="utf-8")
    return folder


def test_output_that_no_file_holds_follows_from_the_production_vector(tmp_path, store, monkeypatch):
    """By hand: det = 0.81 − 0.06 = 0.75; q = (0.9 × 120 + 0.2 × 40, 0.3 × 120 + 0.9 × 40) / 0.75 = 154.667, 96.

    GHG 2 × 154.667 + 0.5 × 96 = 357.33; multipliers D L = (1.8 + 0.15, 0.4 + 0.45) / 0.75 = 2.6, 1.1333.
    Behind consumption of 100 and 50: 260 + 56.667.
    """
    cli = CliRunner()
    monkeypatch.setenv("KALDOR_STORE", str(tmp_path / "store"))
    added = cli.invoke(app, ["data", "add", str(write_without_output(tmp_path / "model"))])
    assert added.exit_code == 0, added.output
    table = store.economy("useeio", 2012)
    np.testing.assert_allclose(table.x, [464 / 3, 96], rtol=1e-12)
    assert table.extensions[0].F.sum() == pytest.approx(1072 / 3)
    assert any("q.json" in note for note in table.notes)
    asked = cli.invoke(app, ["economy", "footprint", "--on", "useeio", "--json"])
    assert asked.exit_code == 0, asked.output
    (row,) = json.loads(asked.output)["tables"][0]["rows"]
    assert row["consumption"] == pytest.approx(260 + 170 / 3)


def test_a_vector_that_demands_json_does_not_name_is_refused_by_its_type(tmp_path, store):
    folder = write_without_output(tmp_path / "model")
    demands = json.loads((folder / "demands.json").read_text())
    (folder / "demands.json").write_text(json.dumps(demands[:1]))
    with pytest.raises(InputError, match=r"demands\.json: names no vectors of the type Production .* for US"):
        add(folder, store)


@pytest.mark.real
def test_georgia_through_the_store_gives_the_published_inverse_and_multipliers(shared, store):
    add(shared / "useeio_georgia", store, as_id="georgia")
    economy = Economy.from_published(store.economy("georgia", 2020))
    folder = shared / "useeio_georgia" / "matrix"
    L, N, D = (np.array(json.loads((folder / f"{name}.json").read_text())) for name in "LND")
    np.testing.assert_allclose(solver_of(economy).solve(np.eye(economy.n)), L, atol=1e-11)
    np.testing.assert_allclose(multipliers(economy).to_numpy().T, N, rtol=1e-9, atol=1e-15)
    np.testing.assert_allclose(D @ L, N, rtol=1e-9, atol=1e-15)
    assert economy.extension("jobs").F.sum() / 1e6 == pytest.approx(138.58, abs=0.005)
    assert economy.extension("ghg").F.sum() / 1e9 == pytest.approx(4647, abs=0.5)
    assert np.abs(economy.discrepancy).sum() < 1e-5 * economy.x.sum()
