"""A region without value added has nothing to lose: one sentence at every door, and never a division by zero."""

from __future__ import annotations

import json
import subprocess
import sys
import warnings
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from kaldor.atlas.add import add
from kaldor.atlas.store import Store
from kaldor.brief.run import run_study
from kaldor.economy.economy import Economy
from kaldor.errors import InputError
from kaldor.resilience.lookthrough import import_dependence
from kaldor.twin.shocks.answered import shock_answer
from kaldor.twin.shocks.events import load_shock
from kaldor.twin.shocks.run import run_shock
from kaldor.twin.shocks.stress import stress
from tests.twin.idle_region import write_idle_region

WHY = "POL has no value added above zero, so that no loss is a share of it. Name a region that produces."
SCENARIO = """
[[scenarios]]
id = "price"
levers = [{ lever = "carbon-price", strength = 50, regions = ["POL"], sectors = ["all"] }]
"""
SHOCK = """
id = "stop"
events = [{ kind = "capacity", regions = ["DEU"], sectors = ["works"], share = 0.3, days = 14 }]
"""
STUDY = """
title = "An idle country"
country = "POL"
year = 2020
economy = "idle"
sections = ["dependence", "shocks", "stress"]
stress = { runs = 1, steps = 4 }

[[shocks]]
id = "stop"
runs = 1
steps = 4
step_days = 7
events = [{ kind = "capacity", regions = ["DEU"], sectors = ["works"], share = 0.3, days = 14 }]
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    made = tmp_path_factory.mktemp("idle")
    add(write_idle_region(made / "table"), Store(made / "store"), as_id="idle")
    (made / "scenario.toml").write_text(SCENARIO, "utf-8")
    (made / "shock.toml").write_text(SHOCK, "utf-8")
    return made


@pytest.fixture(scope="module")
def economy(folder: Path) -> Economy:
    return Economy.from_published(Store(folder / "store").economy("idle", 2020))


def kaldor(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "kaldor", *words, "--on", "idle", "--store", str(folder / "store")]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    "words",
    [
        "twin stress --region POL --runs 1",
        "twin run scenario.toml --stress 1",
        "twin sweep scenario.toml --stress 1 --runs 2",
        "twin shock shock.toml --region POL --steps 4 --bands 1",
    ],
)
def test_a_command_refuses_in_one_sentence(folder, words):
    done = kaldor(folder, *words.split())
    assert (done.returncode, done.stdout) == (2, "")
    assert WHY in " ".join(done.stderr.split())
    assert "Warning" not in done.stderr


def test_a_shock_elsewhere_is_answered_without_the_idle_region(economy, folder):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = shock_answer(run_shock(economy, load_shock(folder / "shock.toml"), steps=20, bands=2))
    lost = {row["measure"]: row["central"] for row in found["by_region"]["POL"]}
    assert lost["lost_value_added"] == 0
    assert lost["lost_value_added_share"] is None
    assert set(found["value_added"]["POL"]) == {None}


def test_a_table_that_makes_nothing_at_all_is_refused(economy, folder):
    published = economy.to_published()
    empty = replace(
        published,
        Z=np.zeros_like(published.Z),
        Y=np.zeros_like(published.Y),
        x=np.zeros_like(published.x),
    )
    nothing = Economy.from_published(empty)
    with pytest.raises(InputError, match="the table idle 2020 has no value added above zero"):
        run_shock(nothing, load_shock(folder / "shock.toml"), steps=4, bands=1)
    with pytest.raises(InputError, match="DEU has no value added above zero"):
        stress(nothing, "DEU", runs=1, steps=4)


def test_without_inputs_there_are_no_shares_of_them(economy, folder):
    found = import_dependence(economy, "POL")
    assert found.in_a_line() == "POL: these industries buy nothing from outside themselves (works)"
    assert import_dependence(economy, "DEU").without_inputs == ""
    done = kaldor(folder, "resilience", "dependence", "--region", "POL")
    assert (done.returncode, done.stdout) == (2, "")
    said = " ".join(done.stderr.split())
    assert "not modelled: POL: these industries buy nothing from outside themselves (works). Name industries" in said


def test_linkages_of_idle_industries_print_no_nan(folder):
    done = kaldor(folder, "economy", "linkages", "--region", "POL")
    assert done.returncode == 0
    assert "nan" not in done.stdout.lower()
    assert "None" not in done.stdout
    kept = json.loads(kaldor(folder, "economy", "linkages", "--region", "POL", "--json").stdout)
    assert '"quadrant": null' in json.dumps(kept)


def test_a_brief_on_an_idle_country_says_so(folder):
    (folder / "study.toml").write_text(STUDY, "utf-8")
    brief = run_study(folder / "study.toml", Store(folder / "store"), folder / "brief", ["html"])
    told = " ".join("".join(span.text for span in text) for text in brief.document.not_modelled)
    assert "POL has no value added above zero" in told or "Poland has no value added above zero" in told
    assert "buy nothing from outside themselves" in told
    html = brief.files["html"].read_text("utf-8")
    assert "nan" not in html.lower().split("<body", 1)[1].replace("finan", "").replace("nano", "")
