"""What somebody assumes of goods in place of what is usual: the same at every door, and refused in one sentence."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import kaldor
from kaldor.asking.question import read_inputs
from kaldor.brief.run import run_study
from kaldor.cli.main import app
from kaldor.declared import parse
from kaldor.economy.economy import Economy
from kaldor.economy.questions.subject import Asked
from kaldor.economy.starter import starter_world
from kaldor.errors import InputError, UnknownLabelError
from kaldor.rooms import questions
from kaldor.server.settings import Settings
from kaldor.twin.questions.assumed import Assumed
from kaldor.twin.shocks.assumptions import Assumptions, OfGoods, as_texts, typed
from kaldor.twin.shocks.events import parse_shock
from kaldor.twin.shocks.inputs import Inputs, load_inputs
from kaldor.twin.shocks.parameters import Parameters
from kaldor.twin.shocks.run import run_shock
from kaldor.twin.shocks.stress import stress
from tests.economy.equilibrium.asking import ask as asked
from tests.server.conftest import in_process

BAN = """
id = "ban"
[[events]]
kind = "ban"
origins = ["CHN"]
destinations = ["DEU"]
products = ["electronics"]
days = 56
"""
SHOCK = parse_shock(BAN, "ban.toml")
SIZES = {"steps": 8, "bands": 2, "seed": 3}


@pytest.fixture(scope="module")
def economy() -> Economy:
    return Economy.from_published(starter_world())


@pytest.fixture
def goods(tmp_path: Path, economy: Economy) -> Path:
    """Facts by hand: half of the electronics is bound to its supplier, and it is critical to vehicles alone."""
    user = [1 if sector == "vehicles" else 0 for sector in economy.sectors]
    file = tmp_path / "mine" / "goods.toml"
    file.parent.mkdir()
    others = [sector for sector in economy.sectors if sector != "electronics"]
    file.write_text(
        f"sectors = {json.dumps(list(economy.sectors))}\n"
        "[sources]\nall = 'typed by hand'\n"
        "[goods]\nelectronics = { differentiated = 0, reference = 1 }\n"
        + "".join(f"{one} = {{ differentiated = 1 }}\n" for one in others)
        + f"[critical]\nelectronics = {user}\n"
        + "".join(f"{one} = {[0] * len(user)}\n" for one in others),
        "utf-8",
    )
    return file


def lost(frame: Any) -> float:
    return float(frame.loc["lost_value_added", "central"])


def done(client: Any, job: str) -> dict[str, Any]:
    deadline = time.monotonic() + 90
    while (record := client.get(f"/api/jobs/{job}").json())["state"] in {"queued", "running"}:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert record["state"] == "done", record["problems"]
    return record["result"]


def from_the_command_line(folder: Path, *options: str) -> tuple[float, list[str]]:
    (folder / "ban.toml").write_text(BAN, "utf-8")
    words = ["--on", "starter", "--region", "DEU", "--steps", "8", "--step-days", "7", "--bands", "2", "--seed", "3"]
    ran = CliRunner().invoke(app, ["twin", "shock", str(folder / "ban.toml"), *words, *options, "--json"])
    assert ran.exit_code == 0, ran.output
    found = json.loads(ran.stdout)
    (row,) = (one for one in found["by_region"]["DEU"] if one["measure"] == "lost_value_added")
    return row["central"], found["notes"]


def test_the_command_line_python_and_a_study_mean_the_same(economy: Economy, goods: Path, tmp_path: Path) -> None:
    usual, known = run_shock(economy, SHOCK, Parameters(dt=7), **SIZES), load_inputs(goods)
    own = run_shock(economy, SHOCK, Parameters(dt=7, inputs=known, overlap=1.0, fading_days=None), **SIZES)
    assert lost(own.summary(["DEU"])) != pytest.approx(lost(usual.summary(["DEU"])), rel=1e-3)

    typed, notes = from_the_command_line(tmp_path, "--goods", str(goods), "--overlap", "1")
    fading = run_shock(economy, SHOCK, Parameters(dt=7, inputs=known, overlap=1.0), **SIZES)
    assert typed == pytest.approx(lost(fading.summary(["DEU"])), rel=1e-12)
    assert notes == [
        "Goods and inputs are what a file of your own says: typed by hand.",
        "Typed, and so the same in every run: overlap 1 (usually 0.5, drawn from 0 to 1).",
    ]

    mine = {"goods": goods, "overlap": 1.0, "fading_days": None}
    here = kaldor.shock(economy, SHOCK, step_days=7, steps=8, runs=2, seed=3, assumptions=mine)
    assert lost(here.summary(["DEU"])) == pytest.approx(lost(own.summary(["DEU"])), rel=1e-12)

    study = tmp_path / "study.toml"
    study.write_text(
        'title = "Mine"\ncountry = "DEU"\nyear = 2018\neconomy = "starter"\nsections = ["shocks"]\n'
        "[[shocks]]\nfile = 'ban.toml'\nsteps = 8\nruns = 2\nseed = 3\n"
        "assumptions = { goods = 'mine/goods.toml', overlap = 1.0 }\n",
        "utf-8",
    )
    brief = run_study(study, out=tmp_path / "brief", formats=["html"])
    shown = brief.document.figure_by_id()["shocks-ban-deu-lost-value-added"].value
    assert shown == pytest.approx(lost(fading.summary(["DEU"])) / 1e3, rel=1e-5)
    assert "mine/goods.toml" in (tmp_path / "brief" / "study.lock.json").read_text("utf-8")
    assert "typed by hand" in " ".join(brief.document.words())


def test_specificity_is_said_for_all_as_fixed_or_by_product(economy: Economy, tmp_path: Path) -> None:
    for words, meant in (
        (("0.5",), 0.5),
        (("fixed",), "fixed"),
        (("electronics=0.2", "manufacturing=0.9"), {"electronics": 0.2, "manufacturing": 0.9}),
    ):
        found, _ = from_the_command_line(tmp_path, *(word for one in words for word in ("--specificity", one)))
        alone = run_shock(economy, SHOCK, Parameters(dt=7, specificity=meant), **SIZES)
        assert found == pytest.approx(lost(alone.summary(["DEU"])), rel=1e-12)


def test_all_inputs_are_critical_where_it_is_said(economy: Economy, goods: Path, tmp_path: Path) -> None:
    """By hand electronics stop vehicles alone; said so, they stop everybody."""
    own = ("--goods", str(goods))
    critical = Parameters(dt=7, inputs=load_inputs(goods), importance="all critical")
    found, _ = from_the_command_line(tmp_path, *own, "--all-critical")
    assert found == pytest.approx(lost(run_shock(economy, SHOCK, critical, **SIZES).summary(["DEU"])), rel=1e-12)
    assert found > 1.2 * from_the_command_line(tmp_path, *own)[0]


def test_the_server_takes_the_text_of_a_file(economy: Economy, goods: Path, tmp_path: Path) -> None:
    body = json.loads(SHOCK.model_dump_json())
    address = "/api/economies/starter/2018/shocks?steps=20&bands=2&seed=3"
    own = Parameters(inputs=load_inputs(goods), fading_days=None)
    meant = run_shock(economy, SHOCK, own, steps=20, bands=2, seed=3)
    with in_process(Settings(store=tmp_path / "store")) as client:
        text = goods.read_text("utf-8")
        mine = {"goods": text, "fading_days": None}
        result = done(client, client.post(address, json={**body, "assumptions": mine}).json()["job"])
        rows = result["by_region"]["DEU"]
        (row,) = (one for one in rows if one["measure"] == "lost_value_added")
        assert row["central"] == pytest.approx(lost(meant.summary(["DEU"])), rel=1e-9)
        assert result["assumptions"]["fading_days"] is None
        assert parse(Inputs, result["typed"].pop("goods")[0], "goods") == own.inputs
        assert result["typed"] == {}  # nothing else has a text
        refused = [
            ({"goods": text.replace("reference", "referenz")}, 400, "Did you mean 'reference'"),
            ({"goods": "sectors = ["}, 400, "goods"),
            ({"goods": _without(text, "mining").replace("[0, 0, ", "[0, ")}, 400, "says nothing of mining"),
            ({"goods": text.replace("metals = [", "# [")}, 400, "critical or important: says nothing of metals"),
            ({"goods": text.replace("metals = {", "# {")}, 400, "goods, goods: says nothing of metals"),
            ({"specificity": {"elektronics": 0.5}}, 404, "electronics"),
            ({"overlap": 2}, 422, "overlap"),
        ]
        for assumed, code, why in refused:
            answer = client.post(address, json={**body, "assumptions": assumed})
            assert (answer.status_code, why in answer.text) == (code, True), (assumed, answer.text)


def _without(text: str, sector: str) -> str:
    kept = [line for line in text.splitlines() if not line.startswith(f"{sector} =")]
    return "\n".join(kept).replace(f'"{sector}", ', "")


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (("reference", "referenz"), "Did you mean 'reference'"),
        (("reference = 1", "reference = 1.5"), "reference"),
        (("[goods]", "[goods"), "line 4"),
        (("vehicles", "vessels"), "says nothing of vehicles"),
        (("electronics = [", "elektronics = ["), "elektronics"),
    ],
)
def test_a_file_at_fault_is_refused_in_one_sentence(
    goods: Path, tmp_path: Path, economy: Economy, change: tuple[str, str], why: str
) -> None:
    goods.write_text(goods.read_text("utf-8").replace(*change), "utf-8")
    with pytest.raises(InputError, match=why) as refused:
        kaldor.shock(economy, SHOCK, steps=3, runs=1, assumptions={"goods": goods})
    assert len(refused.value.problems) == 1
    if "nothing" not in why:
        assert "goods.toml" in str(refused.value)
        (tmp_path / "study.toml").write_text(
            'title = "Mine"\ncountry = "DEU"\nyear = 2018\neconomy = "starter"\n[[shocks]]\nid = "ban"\n'
            "events = [{ kind = 'demand', regions = ['DEU'], products = ['all'], share = 0.1, days = 7 }]\n"
            "assumptions = { goods = 'mine/goods.toml' }\n",
            "utf-8",
        )
        with pytest.raises(InputError, match=why) as refused:
            run_study(tmp_path / "study.toml", out=tmp_path / "brief", formats=["html"])
        assert [problem.where.startswith("mine/goods.toml") for problem in refused.value.problems] == [True]


def test_a_file_outside_the_study_is_not_read(tmp_path: Path, goods: Path) -> None:
    (tmp_path / "in").mkdir()
    study = tmp_path / "in" / "study.toml"
    study.write_text(
        'title = "Mine"\ncountry = "DEU"\nyear = 2018\neconomy = "starter"\n[[shocks]]\nid = "ban"\n'
        "events = [{ kind = 'demand', regions = ['DEU'], products = ['all'], share = 0.1, days = 7 }]\n"
        "assumptions = { goods = '../mine/goods.toml' }\n",
        "utf-8",
    )
    with pytest.raises(InputError, match=r"assumptions\.goods: .* lies outside the study's own folder"):
        run_study(study, out=tmp_path / "brief", formats=["html"])


TYPED: list[dict[str, Any]] = [
    {"specificity": ["0.3"], "overlap": "1"},
    {"specificity": ["electronics=0.2", "manufacturing=0.9"], "all_critical": "true", "fading_days": "90"},
    {"specificity": ["fixed"], "lasting_share": 0.9, "important_share": 1, "saving": 0.3},
]


@pytest.mark.parametrize("own", [False, True])
@pytest.mark.parametrize("said", TYPED)
def test_what_one_door_took_another_takes(said: dict[str, Any], own: bool, goods: Path) -> None:
    text = {"goods": goods.read_text("utf-8")} if own else {}
    read = read_inputs(Assumed, said | text).assumptions()
    again = read_inputs(Assumed, as_texts(read, read.goods)).assumptions()
    assert (again, typed(again)) == (read, typed(read))
    assert (read.goods is not None, {*typed(read)} <= {*OfGoods.model_fields}, len(typed(read)) >= 2) == (
        own,
        True,
        True,
    )


@pytest.mark.parametrize("question", ["horizons", "supplier-lost"])
def test_questions_about_days_assume_the_same(economy: Economy, goods: Path, question: str) -> None:
    who = {"supplier": ["CHN"], "buyer": ["DEU"], "product": ["electronics"], "band": "none"}
    how = {"days": 40, "runs": 2, "seed": 3}
    said = {"goods": goods.read_text("utf-8"), "specificity": ["electronics=0.9"], "overlap": 1}
    p = Parameters(inputs=load_inputs(goods), specificity={"electronics": 0.9}, overlap=1.0)
    shock = SHOCK.model_copy(update={"events": (SHOCK.events[0].model_copy(update={"days": 40.0}),)})
    meant, usual = (
        run_shock(economy, shock, one, steps=40, bands=2, seed=3).summary(["DEU"]) for one in (p, Parameters())
    )
    answer = asked(economy, question, who | how | said, by_hand=False)
    if question == "horizons":
        found, by_default = (-float(one.loc["lost_value_added_share", "central"]) * 100 for one in (meant, usual))
        shown = answer.facts["days_to_weeks"]
    else:
        found, by_default = (float(one.loc["lost_value_added", "central"]) for one in (meant, usual))
        shown = float(answer.tables[-1].frame.loc["DEU", "central"])
    assert shown == pytest.approx(found, rel=1e-9)
    assert abs(found - by_default) > 0.05 * abs(by_default)
    assert any(
        "specificity electronics 0.9 (usually what is known of the goods); overlap 1" in one for one in answer.said
    )
    assert any("typed by hand" in one for one in answer.said)
    subject = Asked(economy, "starter", lambda _: economy, lambda _: None)  # type: ignore[arg-type, return-value]
    asking = questions()[question]
    for wrong, why in (({"specificity": ["elektronics=1"]}, "electronics"), ({"goods": "sectors = ["}, "goods")):
        with pytest.raises((InputError, UnknownLabelError), match=why):
            asking.refuse(subject, asking.read(who | wrong))


def test_the_stress_test_assumes_the_same_and_says_so(economy: Economy) -> None:
    words = ["twin", "stress", "--on", "starter", "--region", "DEU", "--runs", "2", "--specificity", "0.1", "--json"]
    ran = CliRunner().invoke(app, words)
    assert ran.exit_code == 0, ran.output
    found = json.loads(ran.stdout)
    meant = stress(economy, "DEU", parameters=Parameters(dt=7, specificity=0.1), runs=2).shocks
    usual = stress(economy, "DEU", runs=2).shocks
    at_risk = {one["shock"]: one["value_added_at_risk_mean"] for one in found["shocks"]}
    assert at_risk["all"] == pytest.approx(meant.loc["all", "value_added_at_risk_mean"], rel=1e-9)
    assert at_risk["all"] < 0.95 * usual.loc["all", "value_added_at_risk_mean"]
    assert (
        "Typed, and so the same in every run: specificity 0.1 (usually what is known of the goods)." in found["notes"]
    )


def test_what_is_not_said_is_as_usual() -> None:
    assert Parameters.assuming(Assumptions(), 7.0) == Parameters(dt=7.0)
