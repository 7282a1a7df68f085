"""What an earlier version left on a user's disk opens with the same meaning: see README.md beside this."""

from __future__ import annotations

import json
import re
import shutil
import tomllib
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from kaldor.asking.files import in_words
from kaldor.cli.main import app
from kaldor.errors import InputError
from kaldor.server.settings import Settings
from kaldor.twin.declared import load_levers
from tests.old.make import SWEEP, figures, study_figures
from tests.server.conftest import in_process

HERE = Path(__file__).parent
VERSIONS = sorted(path.parent.name for path in HERE.glob("*/asks.toml"))
ASKS = [
    (version, ask) for version in VERSIONS for ask in tomllib.loads((HERE / version / "asks.toml").read_text("utf-8"))
]

MOVED: dict[tuple[str, str], str] = {
    ("0.1", "bands"): "0.2",
    # Quantiles are those of the drawn runs, without the central one; a step loses what the event takes on average.
    ("0.1", "shock"): "0.2",
    ("0.1", "stress"): "0.2",
    ("0.1", "study"): "0.2",
    # Electricity that capture buys emits the typed grid, what power plants buy of each other included.
    ("0.1", "scenario"): "0.2",
}
"""What a later version answers otherwise on purpose: (old version, ask) to the later one."""

FIXED_PRICES = 'view = "fixed prices"\n'
AT_FIXED_PRICES: dict[tuple[str, str], str] = {("0.1", "path"): "path.toml", ("0.1", "sweep"): "price.toml"}
"""Files that a later version answers where prices respond; with one line more they give what the version printed."""

MOVED_IN_A_STUDY = re.compile(
    r"\[(shocks-|stress-|scenarios-(before|clean)-value-added-at-risk(-tail)?\]|dependence-input-\w+-look-through\])"
)
"""The figures of a study that moved with them: those of shocks and of the stress test.

What stands behind single inputs is told in value added, no longer in gross output."""


UNKNOWN = re.compile(
    r"^(outcomes|cumulative)\[[a-z0-9-]+\]\.(before|after|reference|path|change|change_pct|band_low|band_high)$"
    r"|^bands\[[a-z0-9-]+\]\.(p\d+|mean|futures)$"
)
"""Zeros of 0.1 that were no figures: what a scenario cannot move for want of data says "not modelled" since 0.2."""

UNKNOWN_IN_A_STUDY = re.compile(r"^\[(scenarios|paths)-")
"""The same in a brief."""

CORRECTED = {
    "0.1": {"levers.toml": ("sustainability.private.carbon-intensive", "sustainability.public.risk-sharing")},
}
"""What a later version refuses in a file, and what its sentence says to write instead."""


@pytest.fixture
def old(version: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of what a version left, which is the current folder, with its store as the user's."""
    folder = tmp_path / version
    shutil.copytree(HERE / version, folder)
    monkeypatch.chdir(folder)
    monkeypatch.setenv("KALDOR_STORE", str(folder / "store"))
    for file, (false, right) in CORRECTED.get(version, {}).items():
        text = (folder / file).read_text("utf-8")
        assert false in text
        (folder / file).write_text(text.replace(false, right), "utf-8")
    return folder


def kaldor(*arguments: str) -> str:
    """What a command prints; it must succeed."""
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 0, done.exception or done.output
    return done.stdout


ROUNDED: dict[tuple[str, str], float] = {("0.1", "study"): 5e-6}
"""What a later version answers in fewer digits on purpose, and to what share: a brief's figures have six since 0.2."""


def expected(old: Path, version: str, ask: str) -> dict[str, object]:
    """The figures that the version printed, to nine digits."""
    printed = json.loads((old / "expected.json").read_text("utf-8"))[ask]
    to = ROUNDED.get((version, ask), 1e-9)
    return {place: pytest.approx(value, rel=to, abs=1e-9) for place, value in printed.items()}


def test_the_oldest_version_is_kept() -> None:
    assert VERSIONS[0] == "0.1"


@pytest.mark.parametrize("version", CORRECTED)
def test_what_is_refused_of_a_file_is_told_with_its_replacement(version: str) -> None:
    for file, (false, right) in CORRECTED[version].items():
        with pytest.raises(InputError) as caught:
            load_levers(HERE / version / file)
        for problem in caught.value.problems:
            assert f"unknown priority '{false}'. Did you mean '{right}'?" in str(problem)


def _flat(answer: dict[str, Any]) -> dict[str, Any]:
    """An answer with tables, as all questions give one since 0.2, laid out as 0.1 did: facts beside the only rows."""
    if "summed" in answer:
        return _path_as_it_was(answer)
    if "tables" not in answer:
        return answer
    (table,) = answer["tables"]
    rows = table["rows"]
    if "path" in rows[0]:
        rows = [{**row, "path": in_words(row["path"]), "index": at} for at, row in enumerate(rows)]
    return {**answer["facts"], "year": answer["origin"]["year"], "rows": rows}


def _path_as_it_was(answer: dict[str, Any]) -> dict[str, Any]:
    """A path, told as REST tells it since 0.2, under the names of 0.1 (docs/migration.md)."""
    costs = [
        {"year": year, **{one["name"]: one["amounts"][at] for one in answer["costs"]}}
        for at, year in enumerate(answer["years"])
    ]
    return {
        "milestones": [{**one, "index": at} for at, one in enumerate(answer["milestones"])],
        "costs": costs,
        "cumulative": answer["summed"],
        "latest useful starts": answer["latest_starts"],
    }


@pytest.mark.parametrize(("version", "ask"), ASKS)
def test_every_figure_is_the_one_that_the_version_printed(old: Path, version: str, ask: str) -> None:
    """Of files and store alike; figures that came later may stand beside."""
    if (file := AT_FIXED_PRICES.get((version, ask))) is not None:
        (old / file).write_text(FIXED_PRICES + (old / file).read_text("utf-8"), "utf-8")
    arguments = tomllib.loads((old / "asks.toml").read_text("utf-8"))[ask]
    found = dict(figures(_flat(json.loads(kaldor(*arguments, "--json")))))
    wanted = expected(old, version, ask)
    moved = {place: found.get(place) for place in wanted if found.get(place) != wanted[place]}
    unknown = {place for place, value in moved.items() if not value and UNKNOWN.search(place)}
    assert all(found.get(place) is None or place.endswith(".futures") for place in unknown)
    moved = {place: value for place, value in moved.items() if place not in unknown}
    if (version, ask) in MOVED:
        assert moved, "its entry in MOVED can go"
    else:
        assert moved == {}


@pytest.mark.parametrize(("version", "ask"), AT_FIXED_PRICES)
def test_without_that_line_prices_respond_and_the_answer_says_so(old: Path, version: str, ask: str) -> None:
    arguments = tomllib.loads((old / "asks.toml").read_text("utf-8"))[ask]
    answer = json.loads(kaldor(*arguments, "--json"))
    assert answer["responding"].startswith("Prices respond: ")
    wanted, found = expected(old, version, ask), dict(figures(_flat(answer)))
    assert any(found.get(place) != value for place, value in wanted.items())


@pytest.mark.parametrize("version", VERSIONS)
def test_a_study_with_every_kind_of_table_gives_the_same_brief(old: Path, version: str) -> None:
    """With its scenarios, paths and sweeps at fixed prices, as all were."""
    text = (old / "study.toml").read_text("utf-8")
    for kind in ("scenarios", "paths", "sweeps"):
        text = text.replace(f"[[{kind}]]\n", f"[[{kind}]]\n{FIXED_PRICES}")
    (old / "study.toml").write_text(text, "utf-8")
    kaldor("run", "study.toml", "--out", "anew", "--format", "json")
    found, wanted = dict(figures(study_figures(old / "anew"))), expected(old, version, "study")
    moved = {place for place in wanted if found.get(place) != wanted[place]}
    assert bool(moved) == ((version, "study") in MOVED)
    unknown = {place for place in moved if found.get(place) is None and UNKNOWN_IN_A_STUDY.match(place)}
    assert {place for place in set(moved) - unknown if not MOVED_IN_A_STUDY.match(place)} == set()


@pytest.mark.parametrize("version", VERSIONS)
def test_the_lock_of_a_brief_names_the_arrays_that_are_read_today_and_the_brief_can_be_made_again(old: Path) -> None:
    before = json.loads((old / "brief" / "study.lock.json").read_text("utf-8"))
    kaldor("run", "small.toml", "--out", "brief", "--format", "json")
    after = json.loads((old / "brief" / "study.lock.json").read_text("utf-8"))
    assert after["code"] != before["code"], "the old brief still stands there"
    for what in ("study", "included", "inputs", "seeds"):
        assert after[what] == before[what]


@pytest.mark.parametrize("version", VERSIONS)
def test_the_server_shows_the_study_its_brief_and_its_job(old: Path) -> None:
    (record,) = (json.loads(path.read_text("utf-8")) for path in (old / "store" / "jobs").glob("*.json"))
    with in_process(Settings(store=old / "store")) as client:
        (study,) = client.get("/api/studies").json()
        assert (study["id"], study["title"], study["up_to_date"]) == ("tiny-study", "Tiny study", True)
        assert study["briefs"] == ["html", "json"]
        assert "Tiny study" in client.get("/api/studies/tiny-study/brief.html").text
        job = client.get(f"/api/jobs/{record['id']}").json()
        assert (job["title"], job["state"], job["result"]) == (record["title"], record["state"], record["result"])
        held = {one["id"]: one["years"] for one in client.get("/api/datasets").json()}
    assert {"tiny": [2019, 2020], "tiny-jobs": [2019, 2020]}.items() <= held.items()
    assert "tiny-facts" in held


@pytest.mark.parametrize("version", VERSIONS)
def test_finished_parts_of_a_sweep_are_refused_in_a_sentence_and_stay(old: Path) -> None:
    """One sweep never mixes the numbers of two versions."""
    before = {path.name: path.read_bytes() for path in (old / "parts").iterdir()}
    refused = CliRunner().invoke(app, SWEEP).exception
    assert isinstance(refused, InputError)
    assert re.fullmatch(r"parts: holds another sweep: [^.]*version differ\. Name another folder, [^.]*\.", str(refused))
    assert {path.name: path.read_bytes() for path in (old / "parts").iterdir()} == before
