"""Whose data an answer was made of: on the screen and in every file but CSV, whose rows stay plain."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

from kaldor.asking import Answer
from kaldor.asking.files import file_of
from kaldor.cli.asked import _show
from kaldor.cli.main import app
from kaldor.economy.questions.opening import asked_of
from kaldor.rooms import questions

ADDED_UP = "from,to\nmanufacturing,industry\ntrade,services\n"
NOTE = "Sectors were added up before this was asked"


@pytest.fixture(scope="module")
def answer() -> Answer:
    """A footprint whose CO2 comes from elsewhere, by residence, on sectors that were added up."""
    subject = asked_of("starter", None, (), None)
    co2 = subject.economy.extensions["co2"]
    source = replace(co2.source, id="elsewhere", citation="Elsewhere (2019), Air accounts.", principle="residence")
    economy = replace(subject.economy, extensions={"co2": replace(co2, source=source)})
    made: Answer = questions()["footprint"].ask(
        replace(subject, economy=economy), {"extension": "co2", "by": "product", "region": "IND", "aggregate": ADDED_UP}
    )
    return made


def test_the_answer_names_the_source_of_its_extension(answer: Answer) -> None:
    assert answer.origin.sources == ("Carbon dioxide from fuels and cement: Elsewhere (2019), Air accounts.",)


def test_a_workbook_and_parquet_carry_principle_notes_and_every_source(answer: Answer) -> None:
    sheet = load_workbook(io.BytesIO(file_of(answer, "a.xlsx")))["about"]
    of_workbook = {str(name): str(value) for name, value in sheet.values}
    of_parquet = {
        key.decode(): value.decode()
        for key, value in pq.read_schema(io.BytesIO(file_of(answer, "a.parquet"))).metadata.items()
    }
    for told in (of_workbook, of_parquet):
        assert told["principle"] == "counted by residence"
        assert "Elsewhere (2019)" in told["sources"]
        assert NOTE in told["notes"]
        assert "Facts are for 2018 or the nearest year." in told["notes"]


def test_a_screen_tells_the_same_below_the_figures(answer: Answer, capsys: pytest.CaptureFixture[str]) -> None:
    _show(
        answer,
        5,
        None,
        dict.fromkeys(("construction", "utilities"), "As it was")
        | {"industry": "Industry", "services": "All services"},
    )
    shown = " ".join(capsys.readouterr().out.split())
    assert "Extensions are counted by residence." in shown
    assert "Source: Carbon dioxide from fuels and cement: Elsewhere (2019), Air accounts." in shown
    assert NOTE in shown
    assert "Not met: 26 more such notes; --json has them all." in shown
    assert "services All services" in shown
    assert "industry Industry" not in shown, "a name that says no more than its code"


def test_who_writes_csv_reads_it_on_the_screen(tmp_path: Path) -> None:
    rules, out = tmp_path / "rules.csv", tmp_path / "out.csv"
    rules.write_text(ADDED_UP)
    line = [
        "economy",
        "footprint",
        "--on",
        "starter",
        "--extension",
        "co2",
        "--aggregate",
        str(rules),
        "--out",
        str(out),
    ]
    done = CliRunner().invoke(app, line, env={"COLUMNS": "80"})
    assert done.exit_code == 0, done.output
    assert NOTE in " ".join(done.stdout.split())
    assert "--out give them" not in " ".join(done.stdout.split()), "it was given --out"
    assert out.read_text().splitlines()[0].startswith("region,")
    assert NOTE not in out.read_text()


def test_a_unit_of_each_row_is_said_once() -> None:
    scenario = Path(__file__).parents[2] / "studies" / "scenarios" / "carbon-price.toml"
    done = CliRunner().invoke(app, ["twin", "compare", str(scenario), "--on", "starter", "--region", "IND"])
    assert done.exit_code == 0, done.output
    assert "in in" not in done.stdout
    assert "in the column 'unit'" in done.stdout
