"""Every lever that counts in dollars on a table in euros, through every door: the same figures, and the rate."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from kaldor.atlas.add import add
from kaldor.atlas.store import Store
from kaldor.brief.run import run_study
from kaldor.cli.main import app
from kaldor.economy.economy import Economy
from kaldor.server.settings import Settings
from kaldor.twin.outcomes import outcomes_of
from kaldor.twin.scenario import Scenario
from kaldor.twin.twin import Twin
from tests.server.conftest import in_process
from tests.twin.random_world import DEMANDS, SECTORS, random_world
from tests.twin.test_dollars import IN_MONEY, LEVERS, strength

YEAR, PLACES = 2015, ("AUT", "DEU", "FRA")
RATE = "1.11 USD per EUR, yearly mean of 2015 (Federal Reserve)"
ACTING = [id for id in IN_MONEY if LEVERS[id].function]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with one table in million euros of 2015, its CO2 in kt, as EXIOBASE has them."""
    folder, world = tmp_path_factory.mktemp("euros"), random_world(3)
    groups = {sector: [g for g, of in world.sector_groups.items() if sector in of] for sector in SECTORS}
    _write(folder / "regions.csv", "region", PLACES)
    _write(folder / "sectors.csv", "code,name,groups", (f"{s},{s},{'; '.join(groups[s])}" for s in SECTORS))
    _write(folder / "final_demand.csv", "code,name,role", (f"{one},{one},{one}" for one in DEMANDS))
    carried = world.extensions.values()
    _write(folder / "extensions.csv", "id,name,unit", (f"{one.id},{one.name},{one.unit}" for one in carried))
    (folder / "dataset.toml").write_text('title = "Three regions"\nunit = "million EUR"\n', encoding="utf-8")
    F, F_Y = (np.stack([getattr(one, name) for one in carried]) for name in ("F", "F_Y"))
    np.savez(folder / f"table_{YEAR}.npz", Z=world.Z, Y=world.Y, x=world.x, F=F, F_Y=F_Y)
    found = tmp_path_factory.mktemp("store") / "store"
    add(folder, Store(found), "euros")
    return found


def _write(path: Path, header: str, rows) -> None:
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")


@pytest.fixture(scope="module")
def twin(store: Path) -> Twin:
    return Twin(Economy.from_published(Store(store).economy("euros", YEAR)))


def written(id: str) -> str:
    """A scenario of one lever in Germany, as a file."""
    bloc = {"border-adjustment": 'bloc = ["DEU"]'}.get(id, 'bloc = ["FRA"]' if LEVERS[id].needs_bloc else "")
    lever = f'[[levers]]\nlever = "{id}"\nstrength = {strength(id)}\nregions = ["DEU"]\n{bloc}\n'
    return f'id = "{id}"\n{lever}'


def asked(id: str) -> Scenario:
    import tomllib

    scenario = tomllib.loads(written(id))
    return Scenario.model_validate(scenario)


def cli(store: Path, *arguments: str) -> str:
    done = CliRunner().invoke(app, ["twin", *arguments, "--on", "euros", "--store", str(store)], env={"COLUMNS": "500"})
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done.stdout


@pytest.mark.parametrize("id", ACTING)
def test_command_server_and_python_say_the_same_in_euros(id: str, store: Path, twin: Twin, tmp_path: Path) -> None:
    file = tmp_path / f"{id}.toml"
    file.write_text(written(id), encoding="utf-8")
    ours = outcomes_of(twin, asked(id), region="DEU")
    assert f"dollars are converted at {RATE}" in ours.notes[0]
    prices = [figure.name for figure in LEVERS[id].figures if figure.price_year]
    assert [note.split(": ")[1].split(" is ")[0] for note in ours.notes[1:]] == prices

    record = json.loads(cli(store, "run", str(file), "--json"))
    assert record["notes"][-len(ours.notes) :] == list(ours.notes)
    assert all(note in cli(store, "run", str(file), "--all") for note in ours.notes)
    with in_process(Settings(store=store)) as client:
        body = json.loads(asked(id).model_dump_json())
        answer = client.post(f"/api/economies/euros/{YEAR}/simulate", json=body).json()
    assert answer["notes"][-len(ours.notes) :] == list(ours.notes)
    assert answer["unit"] == "million EUR"
    moved = 0
    for one, told, sent in zip(ours.outcomes, record["outcomes"], answer["outcomes"], strict=True):
        assert one.unit == told["unit"] == sent["unit"]
        assert not any(dollars in one.unit for dollars in ("USD", "$"))
        if one.modelled:
            assert told["after"] == pytest.approx(one.after, rel=1e-9, abs=1e-9)
            assert sent["after"] == pytest.approx(one.after, rel=1e-9, abs=1e-9)
            moved += one.unit == "million EUR" and abs(one.change) > 1e-6
    assert moved


def test_levers_are_listed_as_live_with_prices_of_the_tables_year(store: Path) -> None:
    found = {one["id"]: one for one in json.loads(cli(store, "levers", "--json"))}
    with in_process(Settings(store=store)) as client:
        sent = {one["id"]: one for one in client.get("/api/levers", params={"dataset": "euros", "year": YEAR}).json()}
    for one in (found["electrification"], sent["electrification"]):
        assert one["live"]
        (price,) = [figure for figure in one["figures"] if figure["name"] == "electricity_price"]
        assert (price["value"], price["price_year"], price["unit"]) == (74.68, 2015, "$/MWh")  # 68 × 97.3 / 88.6
    assert all(found[id]["live"] for id in ACTING)


def test_comparisons_explanations_paths_and_sweeps_say_the_rate(store: Path, tmp_path: Path) -> None:
    file = tmp_path / "price.toml"
    file.write_text(written("carbon-price"), encoding="utf-8")
    path = tmp_path / "path.toml"
    path.write_text(PATH, encoding="utf-8")
    commands = {
        "compare": ("compare", str(file)),
        "explain": ("explain", str(file), "--metric", "real-income"),
        "sweep": ("sweep", str(file), "--runs", "4"),
        "path": ("path", str(path)),
    }
    for name, arguments in commands.items():
        answer = json.loads(cli(store, *arguments, "--json"))
        assert any(RATE in sentence for sentence in (*answer["notes"], *answer.get("said", ()))), name
        assert RATE in cli(store, *arguments), name
    with in_process(Settings(store=store)) as client:
        on, body = f"/api/economies/euros/{YEAR}", json.loads(asked("carbon-price").model_dump_json())
        compared = client.post(f"{on}/compare", json={"scenarios": [body]}).json()
        explained = client.post(f"{on}/explain", json={"scenario": body, "metric": "real-income"}).json()
    assert any(RATE in note for note in compared["said"])
    assert any(RATE in note for note in explained["said"])


def test_a_brief_in_euros_says_the_rate_and_prints_no_dollars(store: Path, tmp_path: Path) -> None:
    study = tmp_path / "study.toml"
    study.write_text(STUDY, encoding="utf-8")
    document = run_study(study, out=tmp_path / "brief", store=Store(store), formats=("html",)).document
    words = "\n".join(document.words())
    said = [section.id for section in document.sections if RATE in section.model_dump_json()]
    assert said == ["scenarios", "sweeps", "paths"]
    assert "electricity_price is 68 $/MWh at prices of 2009 and 74.68 at those of 2015" in words
    units = {figure.unit for figure in document.figures}
    assert "billion EUR" in units
    assert not [unit for unit in units if "US$" in unit or "USD" in unit]
    assert "US$" not in words


PATH = """
id = "path"
region = "DEU"
start = 2015
end = 2020
[[levers]]
lever = "carbon-price"
strength = 50
regions = ["DEU"]
adoption = { curve = "linear", start = 2015, until = 2020 }
"""

STUDY = """
title = "What-ifs in euros"
country = "DEU"
peers = ["FRA"]
year = 2015
economy = "euros"
sections = ["accounts", "exports", "linkages", "scenarios", "sweeps", "paths"]

[[scenarios]]
id = "heat"
title = "Heat and a price"
levers = [
  { lever = "electrification", strength = 20, regions = ["DEU"] },
  { lever = "carbon-price", strength = 50, regions = ["DEU"], sectors = ["all"] },
]

[[sweeps]]
id = "price"
futures = 64
seed = 1
metrics = ["real-income"]
levers = [{ lever = "carbon-price", strength = 50, regions = ["DEU"], sectors = ["all"] }]

[[paths]]
id = "slowly"
start = 2015
end = 2020
region = "DEU"

[[paths.levers]]
lever = "carbon-price"
strength = 50
regions = ["DEU"]
adoption = { curve = "linear", start = 2015, until = 2020 }
"""
