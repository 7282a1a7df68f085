"""One event over three horizons: a world by hand, each view as it is alone, and what the equilibrium cannot say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from kaldor.asking import Answer
from kaldor.atlas.add import add
from kaldor.atlas.store import Store
from kaldor.cli.main import app
from kaldor.economy.economy import Economy
from kaldor.economy.equilibrium.own_sets import elasticity_set
from kaldor.economy.equilibrium.sets import elasticities_of
from kaldor.economy.opening import open_table
from kaldor.errors import InputError
from kaldor.twin.horizons import DAYS, LONG_RUN, YEARS, horizons, places_of
from kaldor.twin.lasting import WHY_NOT
from kaldor.twin.shocks.events import HONESTY, Ban, Shock
from kaldor.twin.shocks.run import run_shock
from tests.atlas.plain_folders import write_csv
from tests.economy.equilibrium.asking import ask as asked

BAN = {"supplier": ["CHN"], "buyer": ["DEU"], "product": ["electronics"], "days": 28, "runs": 3, "band": "none"}


@pytest.fixture(scope="module")
def starter() -> Economy:
    return Economy.from_published(open_table("starter"))


def ask(economy: Economy, question: str, given: dict[str, Any]) -> Answer:
    return asked(economy, question, given, by_hand=False)


@pytest.fixture(scope="module")
def by_hand(tmp_path_factory: pytest.TempPathFactory) -> Economy:
    """Three countries that make 100 of one good from nothing but work and capital, and sell 20 to each of the others.

    Where nobody sells abroad any more, each makes 40 % less in the days. For good all go on working and all prices are
    as before, but a basket of 60 at home must do for one of 100 from everywhere: with σ among sources that is worth
    0.6^(1/(σ − 1)) of it, and σ is 2 in the first years.
    """
    folder = tmp_path_factory.mktemp("three")
    write_csv(folder / "regions.csv", [["region"], ["DEU"], ["FRA"], ["POL"]])
    write_csv(folder / "sectors.csv", [["code", "name", "groups"], ["goods", "Goods", "manufacturing"]])
    write_csv(folder / "final_demand.csv", [["code", "name", "role"], ["hh", "Households", "households"]])
    write_csv(folder / "extensions.csv", [["id", "name", "unit"], ["labour_income", "Labour income", "million USD"]])
    (folder / "dataset.toml").write_text('title = "By hand"\nunit = "million USD"\n', "utf-8")
    np.savez(
        folder / "table_2018.npz",
        Z=np.zeros((3, 3)),
        Y=20.0 + 40 * np.eye(3),
        x=np.full(3, 100.0),
        F=np.full((1, 3), 60.0),
        F_Y=np.zeros((1, 3)),
    )
    add(folder, Store(folder / "store"), as_id="three")
    return Economy.from_published(open_table("three", store=Store(folder / "store")))


def closed(share: float, days: int) -> str:
    others = {one: [other for other in ("DEU", "FRA", "POL") if other != one] for one in ("DEU", "FRA", "POL")}
    return 'id = "closed"\n' + "".join(
        f'[[events]]\nkind = "ban"\norigins = {json.dumps(sellers)}\ndestinations = ["{buyer}"]\n'
        f"products = ['all']\nshare = {share}\ndays = {days}\n"
        for buyer, sellers in others.items()
    )


def test_a_world_by_hand_without_trade(by_hand: Economy) -> None:
    answer = ask(by_hand, "horizons", {"shock": closed(1.0, 20), "days": 20, "runs": 4, "region": ["FRA"]})
    assert answer.facts["not_modelled"] == ""
    found = answer.tables[0].frame["gdp_volume"]
    sigma = elasticities_of(elasticity_set("long"), by_hand)[0].sourcing[0]
    expected = [-40.0, -40.0, 100 * (0.6 ** (1 / (sigma - 1)) - 1)]
    assert list(dict.fromkeys(found.index.get_level_values("place"))) == ["FRA", "DEU, POL", "world"]
    for place in ("FRA", "DEU, POL", "world"):
        assert found[place].tolist() == pytest.approx(expected, rel=1e-6)


def test_half_of_one_trade_by_hand(by_hand: Economy) -> None:
    """DEU sells FRA 10 less: it makes a tenth less in the days, FRA and POL as much as before, for good all as much."""
    given = {"supplier": ["DEU"], "buyer": ["FRA"], "share": 0.5, "days": 20, "runs": 0, "band": "none"}
    found = ask(by_hand, "horizons", given).tables[0].frame["gdp_volume"]
    assert [found[place, "first 20 days"] for place in ("FRA", "DEU", "all others", "world")] == pytest.approx(
        [0.0, -10.0, 0.0, -10 / 3], abs=1e-9
    )
    assert [found["all others", one] for one in (YEARS, LONG_RUN)] == pytest.approx([0.0, 0.0], abs=0.01)
    assert found["FRA", YEARS] < found["FRA", LONG_RUN] < 0


@pytest.mark.parametrize("share", [1.0, 0.4])
def test_each_horizon_is_what_its_own_door_says(starter: Economy, share: float) -> None:
    answer = ask(starter, "horizons", BAN | {"share": share, "seed": 5})
    frame = answer.tables[0].frame
    assert frame.index.get_level_values("horizon").tolist() == ["first 28 days", YEARS, LONG_RUN] * 4
    ban = Ban(kind="ban", days=28, origins=("CHN",), destinations=("DEU",), products=("electronics",), share=share)
    alone = run_shock(starter, Shock(id="days", events=(ban,)), steps=28, bands=3, seed=5)
    for place, regions in (("DEU", ["DEU"]), ("CHN", ["CHN"]), ("world", None)):
        lost = -100 * alone.summary(regions).loc["lost_value_added_share", ["central", "p95", "p5"]].astype(float)
        drawn = frame.loc[(place, "first 28 days"), ["gdp_volume", "low", "high"]].tolist()
        assert drawn == pytest.approx([lost["central"], lost.min(), lost.max()], rel=1e-12)
    for horizon, set in ((YEARS, "low"), (LONG_RUN, "long")):
        one = {"supplier": ["CHN"], "buyer": ["DEU"], "product": ["electronics"], "share": share, "set": set}
        for_good = ask(starter, "cut-off", one | {"band": "none"})
        assert frame.loc[("DEU", horizon), "gdp_volume"] == for_good.facts["gdp_volume"]
        countries = for_good.tables[1].frame
        assert frame.loc[("CHN", horizon), "gdp_volume"] == pytest.approx(countries.loc["CHN", "gdp_volume"], abs=1e-9)
    assert answer.facts["days_to_weeks"] < 0 > answer.facts["long_run"] > answer.facts["first_years"]
    assert {name: answer.tables[0].unit(name) for name in ("gdp_volume", "low", "high")} == dict.fromkeys(
        ("gdp_volume", "low", "high"), "%"
    )
    assert frame.attrs["status"] == answer.status == "predicted"


def test_low_and_high_are_of_the_closures_of_the_set_alone(starter: Economy) -> None:
    frame = ask(starter, "horizons", BAN | {"band": "closures", "runs": 0, "days": 7}).tables[0].frame
    for horizon, set in ((YEARS, "low"), (LONG_RUN, "long")):
        value, low, high = frame.loc[("DEU", horizon), ["gdp_volume", "low", "high"]].astype(float)
        given = {key: BAN[key] for key in ("supplier", "buyer", "product")} | {"set": set, "band": "all"}
        choices = ask(starter, "cut-off", given).tables[2].frame
        of_the_set = choices[choices.index.get_level_values("set") == set]["gdp_volume"]
        assert (low, high) == pytest.approx((of_the_set.min(), of_the_set.max()), rel=1e-9)
        assert low <= value <= high
        assert low < high


def event(kind: str) -> dict[str, Any]:
    of = {
        "capacity": {"sectors": ["metals"], "share": 0.3},
        "capital": {"sectors": ["metals"], "share": 0.1, "rebuilding": {"construction": 1.0}},
        "demand": {"products": ["vehicles"], "share": -0.2},
        "shortage": {"products": ["metals"], "share": 0.2},
        "price": {"products": ["metals"], "rise": 0.5},
        "delay": {"origins": ["CHN"], "destinations": ["DEU"], "products": ["metals"], "by": 5},
        "ban": {"origins": ["CHN"], "destinations": ["DEU"], "products": ["metals"]},
    }
    where = {} if kind in {"delay", "ban"} else {"regions": ["DEU"]}
    return {"kind": kind, "days": 10, **where, **of[kind]}


def shock(*kinds: str) -> Shock:
    return Shock.model_validate({"id": "mixed", "events": [event(kind) for kind in kinds]})


@pytest.mark.parametrize("kinds", [*((kind,) for kind in WHY_NOT), ("ban", "capacity")], ids=str)
def test_of_what_is_no_ban_only_the_days_are_told_with_the_reason(starter: Economy, kinds: tuple[str, ...]) -> None:
    ran = run_shock(starter, shock(*kinds), steps=10, bands=0)
    found = horizons(ran, places_of(ran))
    assert WHY_NOT[kinds[-1]] in found.not_modelled
    told = found.table["gdp_volume"].unstack("horizon")
    assert told[[YEARS, LONG_RUN]].isna().all(axis=None)
    assert told[DAYS].notna().all() == (kinds != ("price",))
    assert "DEU" in told.index


def test_every_kind_of_event_is_a_ban_or_says_why_not() -> None:
    assert {*WHY_NOT} | {"ban"} == {*HONESTY}


def test_two_whole_bans_are_cut_together_and_two_in_part_are_not_invented(starter: Economy) -> None:
    one, other = event("ban"), event("ban") | {"origins": ["JPN"], "products": ["electronics"]}
    both = Shock.model_validate({"id": "two", "events": [one, other]})
    ran = run_shock(starter, both, steps=7, bands=0)
    found, places = horizons(ran, {"DEU": ["DEU"]}, band="none"), {"DEU": ["DEU"]}
    alone = [
        horizons(run_shock(starter, Shock.model_validate({"id": "one", "events": [it]}), steps=7, bands=0), places)
        for it in (one, other)
    ]
    assert found.of("DEU", YEARS)[0] < min(each.of("DEU", YEARS)[0] for each in alone)
    in_part = Shock.model_validate({"id": "two", "events": [one | {"share": 0.5}, other]})
    assert "several bans" in horizons(run_shock(starter, in_part, steps=7, bands=0), places).not_modelled


def test_the_command_line_reads_a_shock_file_and_says_what_each_contains(tmp_path: Path) -> None:
    file = tmp_path / "ban.toml"
    file.write_text(
        'id = "ban"\ntitle = "A ban"\n[[events]]\nkind = "ban"\norigins = ["CHN"]\ndestinations = ["DEU"]\n'
        'products = ["electronics"]\ndays = 28\n',
        "utf-8",
    )
    words = ["--on", "starter", "--days", "28", "--runs", "2", "--band", "none"]
    ran = CliRunner().invoke(app, ["twin", "horizons", "--shock", str(file), *words, "--json"])
    assert ran.exit_code == 0, ran.output
    answer = json.loads(ran.stdout)
    rows = answer["tables"][0]["rows"]
    assert [row["horizon"] for row in rows[:3]] == ["first 28 days", YEARS, LONG_RUN]
    assert all(row["contains"] and row["method"] for row in rows)
    typed = CliRunner().invoke(
        app, ["twin", "horizons", "--supplier", "CHN", "--buyer", "DEU", "--product", "electronics", *words, "--json"]
    )
    assert [row["gdp_volume"] for row in json.loads(typed.stdout)["tables"][0]["rows"]] == pytest.approx(
        [row["gdp_volume"] for row in rows], rel=1e-12
    )


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({}, "supplier: is missing"),
        ({"supplier": ["CHN"]}, "buyer: is missing"),
        ({"supplier": ["CHN"], "buyer": ["CHN"]}, "sells to itself alone"),
        ({"shock": "id = 'x'", "supplier": ["CHN"]}, "who sells what to whom too"),
        ({"shock": "id = 'x'"}, "events"),
        ({"supplier": ["CHN"], "buyer": ["DEU"], "product": ["elektronics"]}, "electronics"),
    ],
)
def test_what_is_no_event_is_refused_at_once(starter: Economy, given: dict[str, Any], why: str) -> None:
    with pytest.raises(Exception, match=why) as refused:
        ask(starter, "horizons", given)
    assert isinstance(refused.value, InputError) or "elektronics" in str(refused.value)


@pytest.mark.real
def test_on_a_real_table_a_ban_costs_less_the_longer_it_lasts(wiod: Any) -> None:
    """China's electronics for Germany, WIOD 2009: days worst, then the first years, then the long run."""
    given = {"supplier": ["CHN"], "buyer": ["DEU"], "product": ["c14"], "days": 91, "runs": 0, "band": "none"}
    facts = ask(wiod(2009), "horizons", given).facts
    print({name: facts[name] for name in ("days_to_weeks", "first_years", "long_run")})
    assert facts["days_to_weeks"] < facts["first_years"] < facts["long_run"] < 0
    assert -8 < facts["days_to_weeks"] < -0.2
    assert -1.5 < facts["first_years"] < -0.05
