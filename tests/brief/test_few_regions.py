"""A brief on a table of two regions, or of one: nothing is said of a second foreign source, or of any."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from kaldor.atlas.add import add
from kaldor.atlas.store import Store
from kaldor.brief.run import run_study
from kaldor.brief.sections import sections
from kaldor.economy.accounts import country_accounts
from kaldor.economy.economy import Economy
from tests.atlas.official.national_table import write_national_table
from tests.atlas.plain_folders import write_csv
from tests.brief.conftest import DIGITS

OLD_STORE = Path(__file__).parents[1] / "old" / "0.1" / "store"
STUDY = """
title = "Two countries"
country = "DEU"
year = 2020
economy = "tiny"
sections = ["accounts", "sources"]
"""


def test_the_only_foreign_source_is_named_alone(tmp_path: Path) -> None:
    store = Store(Path(shutil.copytree(OLD_STORE, tmp_path / "store")))
    (tmp_path / "two.toml").write_text(STUDY, encoding="utf-8")
    brief = run_study(tmp_path / "two.toml", store, tmp_path / "brief", ["html"])
    account = country_accounts(Economy.from_published(store.economy("tiny", 2020)), "co2").loc["DEU"]
    share = brief.document.figure_by_id()["sources-share-abroad"].value
    assert share == pytest.approx(100 * account["embodied_in_imports"] / account["consumption"], rel=DIGITS)
    said = next(one for one in brief.document.findings if one.section == "sources")
    words = "".join(span.text for span in said.text)
    assert words.count("Mt") == 1
    assert "arose abroad, in France" in words
    assert "three largest" not in (tmp_path / "brief" / "brief.html").read_text("utf-8")


def test_a_national_table_knows_of_no_foreign_source(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    add(write_national_table(tmp_path / "national"), store)
    study = STUDY.replace("DEU", "POL").replace("2020", "1995").replace("tiny", "national")
    (tmp_path / "one.toml").write_text(study, encoding="utf-8")
    brief = run_study(tmp_path / "one.toml", store, tmp_path / "brief", ["html"])
    assert any("no region but the country itself" in "".join(map(str, text)) for text in brief.document.not_modelled)
    assert not [id for id in brief.document.figure_by_id() if id.startswith("sources-")]


ONE = """
title = "One country"
country = "POL"
year = 1995
economy = "national"
emissions = "co2"
"""
CODES, NAMES = ("farms", "works", "power"), ("Agriculture", "Manufacturing", "Electricity")
GIVEN = {
    "change": "compare_year = 1994",
    "exports": 'jobs = ["jobs"]',
    "extraction": 'extract = ["works"]',
    "prices": 'cost_rise = { share = 0.05, sectors = ["works"], regions = ["POL"] }',
    "stress": "stress = { runs = 1, steps = 4 }",
    "scenarios": """
[[scenarios]]
id = "price"
levers = [{ lever = "carbon-price", strength = 50, regions = ["POL"], sectors = ["all"] }]
""",
    "shocks": """
[[shocks]]
id = "idle"
runs = 1
steps = 4
step_days = 7
events = [{ kind = "capacity", regions = ["POL"], sectors = ["works"], share = 0.3, days = 14 }]
""",
    "paths": """
[[paths]]
id = "by-2000"
region = "POL"
start = 1996
end = 2000
step = 2
targets = [{ metric = "co2-production", by = 2000, cut = 5 }]

[[paths.levers]]
lever = "carbon-price"
strength = 50
regions = ["POL"]
sectors = ["all"]
adoption = { curve = "linear", start = 1996, until = 2000 }
""",
    "sweeps": """
[[sweeps]]
id = "many"
scenario = "price"
futures = 16
years = 4
metrics = ["co2-world"]
fails = { metric = "co2-world", worse_than = -5 }
""",
}
"""What a study must give for a section to be shown; sweeps vary a scenario."""


@pytest.fixture(scope="module")
def national(tmp_path_factory: pytest.TempPathFactory) -> Store:
    folder: Path = tmp_path_factory.mktemp("one")
    store = Store(folder / "store")
    add(write_one_region(folder / "national"), store, as_id="national")
    return store


def write_one_region(folder: Path) -> Path:
    """Two years of three industries of one country, one of them manufacturing, with jobs and CO2."""
    folder.mkdir()
    groups = ["", "manufacturing;materials", "energy"]
    write_csv(folder / "regions.csv", [["region"], ["POL"]])
    write_csv(folder / "sectors.csv", [["code", "name", "groups"], *zip(CODES, NAMES, groups, strict=True)])
    write_csv(folder / "final_demand.csv", [["code", "name", "role"], ["hh", "Households", "households"]])
    write_csv(
        folder / "extensions.csv",
        [["id", "name", "unit"], ["jobs", "Jobs", "thousand people"], ["co2", "CO2", "kt CO2"]],
    )
    (folder / "dataset.toml").write_text('title = "One country"\nunit = "million USD"\n', "utf-8")
    Z, y = np.array([[5.0, 8, 1], [6, 30, 9], [4, 12, 7]]), np.array([[40.0], [90], [20]])
    F, F_Y = np.array([[12.0, 34, 8], [1.5, 20, 30]]), np.array([[0.0], [7]])
    for year, grown in ((1994, 0.8), (1995, 1.0)):
        x = grown * (Z.sum(axis=1) + y[:, 0])
        np.savez(folder / f"table_{year}.npz", Z=grown * Z, Y=grown * y, x=x, F=F, F_Y=F_Y)
    return folder


def asked_for(*named: str) -> tuple[str, ...]:
    """The sections with those that they cannot stand without."""
    return (*named, "scenarios") if named == ("sweeps",) else named


@pytest.mark.parametrize("named", [(), *((one,) for one in sections()), tuple(sections())], ids=" ".join)
def test_every_section_stands_on_a_table_of_one_region(named: tuple[str, ...], national: Store, tmp_path: Path) -> None:
    shown = asked_for(*named)
    names = f"sections = {json.dumps(shown)}" if shown else ""
    study = "\n".join([names, ONE, *(text for id, text in GIVEN.items() if id in shown)])
    (tmp_path / "one.toml").write_text(study, encoding="utf-8")
    brief = run_study(tmp_path / "one.toml", national, tmp_path / "brief", ["json"])
    made = [one.id for one in brief.document.sections]
    assert made == list(shown) if shown else "dependence" in made
    for id in {"dependence", "sources", "stress"} & set(made):
        said = ["".join(span.text for span in text) for text in brief.document.not_modelled]
        heading = sections()[id].heading
        assert any(one.startswith(heading) and "no region but the country itself" in one for one in said)
        assert not [figure for figure in brief.document.figure_by_id() if figure.startswith(f"{id}-")]
