"""A table whose answers fit on a page, asked on the command line and over REST.

Two countries, two products each, all alike: output 100, of it inputs 50, final use 50; four fifths of every purchase
come from home. With fixed shares of spending everywhere but among sources (σ = 3), closed forms hold.
"""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from kaldor.atlas.add import add
from kaldor.atlas.store import Store
from kaldor.cli.main import app
from kaldor.errors import KaldorError
from kaldor.server.settings import Settings
from tests.atlas.plain_folders import write_csv
from tests.server.conftest import in_process

HOME = 0.8
ONE = '{ value = 1.0, source = "by hand", mark = "our assumption" }'
SETS = f"""[[sets]]
id = "hand"
title = "fixed shares"
materials = {ONE}
top = {ONE}
factors = {ONE}
final = {ONE}
energy_against_factors = {ONE}
fuels = {ONE}
labour_supply = {ONE}
sourcing = [{{ of = "all", value = 3.0, source = "by hand", mark = "our assumption" }}]
"""


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return keep(tmp_path_factory.mktemp("hand"), [30, 30, 30, 30])


def keep(folder: Path, labour: list[float]) -> Path:
    """A folder with the table, its store and the sets; `labour` is what work earns in each industry."""
    write_csv(folder / "regions.csv", [["region"], ["DEU"], ["FRA"]])
    write_csv(
        folder / "sectors.csv",
        [["code", "name", "groups"], ["coal", "Mining", "mining"], ["goods", "Goods", "manufacturing"]],
    )
    write_csv(folder / "final_demand.csv", [["code", "name", "role"], ["hh", "Households", "households"]])
    write_csv(
        folder / "extensions.csv",
        [["id", "name", "unit"], ["co2", "CO2", "kt"], ["labour_income", "Labour income", "million USD"]],
    )
    (folder / "dataset.toml").write_text('title = "By hand"\nunit = "million USD"\n', "utf-8")
    shares = np.kron(np.array([[HOME, 1 - HOME], [1 - HOME, HOME]]), np.ones((2, 2)))
    Z = 25 * shares
    Y = np.array([[50 * HOME, 50 * (1 - HOME)]] * 2 + [[50 * (1 - HOME), 50 * HOME]] * 2)
    F = np.array([[10.0, 20, 10, 20], labour])
    np.savez(folder / "table_2018.npz", Z=Z, Y=Y, x=np.full(4, 100.0), F=F, F_Y=np.array([[5.0, 5], [0, 0]]))
    (folder / "sets.toml").write_text(SETS, "utf-8")
    add(folder, Store(folder / "store"), as_id="hand")
    return folder


def by_command(store: Path, question: str, *typed: str, own_set: bool = True) -> dict[str, Any]:
    sets = ["--set=hand", f"--sets={store / 'sets.toml'}"] if own_set else []
    done = CliRunner().invoke(
        app,
        ["economy", question, "--on=hand", "--year=2018", "--band=none", *sets, *typed, "--json"],
        env={"KALDOR_STORE": str(store / "store")},
    )
    if isinstance(done.exception, KaldorError):
        raise done.exception
    return json.loads(done.stdout)


def by_rest(store: Path, question: str, given: dict[str, Any]) -> dict[str, Any]:
    asked = {"set": "hand", "sets": SETS, "band": "none"} | given
    with in_process(Settings(store=store / "store")) as client:
        job = client.post(f"/api/economies/hand/2018/{question}", json=asked).json()["job"]
        while (record := client.get(f"/api/jobs/{job}").json())["state"] in {"queued", "running"}:
            time.sleep(0.02)
    return record["result"]


def test_more_from_everything_everywhere(store):
    """p / w = z^(−1/v) with v = 1/2 of output for labour and capital: real income and wage times 1.05² = 1.1025."""
    answer = by_command(store, "productivity", "--region=all", "--rise=0.05")
    countries = {row["region"]: row for row in answer["tables"][1]["rows"]}
    assert set(countries) == {"DEU", "FRA"}
    for row in countries.values():
        assert row["real_income_share"] == pytest.approx(10.25, rel=1e-9)
        assert row["real_income"] == pytest.approx(10.25, rel=1e-9)  # of 100 million of final use
        assert row["real_wage"] == pytest.approx(10.25, rel=1e-9)
        assert row["terms_of_trade"] == pytest.approx(0, abs=1e-8)
        assert row["gdp_volume"] == pytest.approx(10.25, rel=1e-9)
        assert row["co2_home"] == pytest.approx(35 * 0.1025, rel=1e-9)  # fuel as much more as all else
    assert answer["facts"]["real_income"] == pytest.approx(20.5, rel=1e-9)


def test_more_from_everything_where_capital_answers(store):
    """w = r² and w^0.3 r^0.2 = z^1 in prices of 1: capital grows by z^1.25, income by z^2.5, and two fifths of income
    at base are capital's, of which half of z^2.5 − 1 is what more of it keeps from other uses."""
    answer = by_command(store, "productivity", "--region=all", "--rise=0.05", "--options=capital-answers")
    assert answer == by_rest(store, "productivity", {"region": ["all"], "rise": 0.05, "options": ["capital-answers"]})
    more = 100 * (1.05**2.5 - 1)
    for row in answer["tables"][1]["rows"]:
        assert row["real_income_share"] == pytest.approx(more, rel=1e-9)
        assert row["welfare"] == pytest.approx(more - 40 * 0.5 * more / 100, rel=1e-9)
    assert answer["facts"]["options"] == ["capital-answers"]
    assert any("less the worth of more capital, which is what counts" in said for said in answer["said"])
    assert any("Switched on: more capital is built" in said for said in answer["said"])
    with pytest.raises(KaldorError, match=r"unknown option 'capital-answer'. Did you mean 'capital-answers'"):
        by_command(store, "productivity", "--region=all", "--options=capital-answer")


def test_trade_that_ends(store):
    """Gains from trade (Arkolakis, Costinot & Rodríguez-Clare 2012): λ^(1 / ((σ − 1) v)), 0.8 here: a fifth is lost."""
    given = {"supplier": ["all"], "buyer": ["all"]}
    answer = by_rest(store, "cut-off", given)
    assert answer == by_command(store, "cut-off", "--supplier=all", "--buyer=all")
    for row in answer["tables"][1]["rows"]:
        assert row["real_income_share"] == pytest.approx(-20, rel=1e-9)
    assert answer["status"] == "predicted"


def test_a_tariff_at_home_is_a_gain_of_prices_only(store):
    answer = by_command(store, "tariff", "--supplier=FRA", "--buyer=DEU", "--rate=0.05")
    rows = {row["region"]: row for row in answer["tables"][1]["rows"]}
    assert rows["DEU"]["real_income"] > 0 > rows["FRA"]["real_income"]
    assert rows["DEU"]["real_income"] + rows["FRA"]["real_income"] < 0
    assert rows["DEU"]["terms_of_trade"] > rows["DEU"]["real_income"]
    assert any("terms of trade only" in said for said in answer["said"])
    gains = [
        by_command(store, "tariff", "--supplier=FRA", "--buyer=DEU", f"--rate={rate}")["facts"]["real_income"]
        for rate in (0.05, 0.6, 3)
    ]
    assert gains[0] < gains[1] > gains[2], "too high a tariff loses what a middle one gains"


def test_a_carbon_price_at_home_leaks_and_a_border_adjustment_holds_it(store):
    plain = by_command(store, "leakage", "--region=DEU", "--price=100")["facts"]
    border = by_command(store, "leakage", "--region=DEU", "--price=100", "--border=true")["facts"]
    assert plain["co2_home"] < 0 < plain["co2_abroad"]
    assert plain["leakage"] == pytest.approx(-plain["co2_abroad"] / plain["co2_home"], rel=1e-12)
    assert border["leakage"] < plain["leakage"]
    none = by_command(store, "leakage", "--region=DEU", "--price=0")
    assert none["facts"]["real_income"] == pytest.approx(0, abs=1e-8)
    assert "leakage" not in none["facts"]


def test_refusals_name_what_they_refuse(store):
    with pytest.raises(KaldorError, match=r"amount: is 1e\+06 million, of a cost of 100 million in goods of FRA"):
        by_command(store, "subsidy", "--region=FRA", "--sector=goods", "--amount=1000000")
    with pytest.raises(KaldorError, match="supplier: sells to itself alone"):
        by_command(store, "tariff", "--supplier=FRA", "--buyer=FRA")
    with pytest.raises(KaldorError, match=r"unknown set of elasticities 'centrl'. Did you mean 'central'"):
        by_command(store, "tariff", "--supplier=FRA", "--buyer=DEU", "--set=centrl", own_set=False)


def test_no_subsidy_brings_a_price_below_nothing(tmp_path):
    """Work that earns 250 where output is 100: a cost of 302.5, two thirds of it paid at base."""
    paid = keep(tmp_path, [30, 30, 30, 250])
    with pytest.raises(KaldorError, match=r"amount: leaves FRA goods, with what it gets at base, less than 10 % of"):
        by_command(paid, "subsidy", "--region=FRA", "--sector=goods", "--amount=120")
    answer = by_command(paid, "subsidy", "--region=FRA", "--sector=goods", "--amount=30")
    assert answer["facts"]["real_income"] < 0


def test_the_band_holds_the_answer_and_names_its_worlds(store):
    line = ["economy", "productivity", "--on=hand", "--year=2018", "--region=DEU", "--labour=supply", "--json"]
    done = CliRunner().invoke(app, line, env={"KALDOR_STORE": str(store / "store")})
    answer = json.loads(done.stdout)
    effects = {row["figure"]: row for row in answer["tables"][0]["rows"]}
    assert len(answer["tables"][2]["rows"]) == 20 == answer["facts"]["solved"]
    assert all(row["low"] <= row["value"] <= row["high"] for row in effects.values())
    assert effects["real_income"]["low"] < effects["real_income"]["high"]
    assert 0 < effects["welfare"]["value"] < effects["real_spending"]["value"]
    assert effects["jobs"]["value"] > 0
