"""`kaldor framework` prints what the framework holds, for people and as JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from kaldor.cli.framework import app
from kaldor.errors import InputError, UnknownLabelError


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch):
    def _run(*arguments: str, columns: int = 100) -> str:
        monkeypatch.setenv("COLUMNS", str(columns))
        result = CliRunner().invoke(app, list(arguments))
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert result.exit_code == 0, result.output
        return result.output

    return _run


@pytest.fixture
def own(tmp_path: Path) -> Path:
    path = tmp_path / "own.toml"
    path.write_text(
        '[[priorities]]\nid = "society.public.audit"\nchallenge = "society"\nsector = "public"\n'
        'title = "Audit [draft]"\nsummary = "Look [twice] at it."\n',
        encoding="utf-8",
    )
    return path


def test_show_lists_the_five_challenges(run):
    output = run("show")
    for id in ("sustainability", "resilience", "technology", "workforce", "society"):
        assert id in output


def test_show_of_one_challenge_has_all_its_parts(run):
    output = run("show", "resilience")
    for part in ("Key issues", "public sector", "private sector", "Emergency stocks", "Under debate", "siemens-edb"):
        assert part in output
    assert "Safety nets" not in output


@pytest.mark.parametrize("columns", [60, 200])
def test_output_keeps_to_the_width_of_the_terminal(run, columns: int):
    for arguments in (("show",), ("show", "society"), ("cases",), ("case", "hybrit")):
        assert max(len(line) for line in run(*arguments, columns=columns).splitlines()) <= columns


def test_show_as_json_carries_every_priority_with_its_origin(run):
    challenges = json.loads(run("show", "--json"))["challenges"]
    assert [len(challenge["priorities"]) for challenge in challenges] == [9, 11, 11, 8, 6]
    first = json.loads(run("show", "technology", "--json"))["priorities"][0]
    assert (first["id"], first["origin"]["table"], first["origin"]["row"]) == (
        "technology.public.consultative-bodies",
        4,
        1,
    )


def test_cases_filter_by_challenge_and_instrument(run):
    cases = json.loads(run("cases", "--challenge", "workforce", "--instrument", "apprenticeship", "--json"))["cases"]
    assert [case["id"] for case in cases] == ["empresa-centro"]
    assert "3 of 13 cases" in run("cases", "--challenge", "technology")


def test_case_shows_figures_with_standing_and_place(run):
    output = run("case", "hybrit", columns=160)
    for part in ("1.3 Mt/year", "target", "projection", "more than 14 Mt CO2", "line 224"):
        assert part in output


def test_case_as_json_has_numbers_not_texts(run):
    figures = {figure["id"]: figure for figure in json.loads(run("case", "future-factories", "--json"))["figures"]}
    assert figures["operating-cost"]["value"] == -21
    assert figures["operating-cost"]["baseline"] is None


def test_case_without_figures_says_why(run):
    assert "gives no quantified result" in run("case", "ai4pro", columns=160)


def test_an_own_file_shows_and_its_brackets_are_no_markup(run, own: Path):
    output = run("show", "society", "--add", str(own))
    assert "Audit [draft]" in output
    assert "Look [twice] at it." in output
    assert "Audit" not in run("show", "society")


def test_errors_pass_through_as_ours(run, tmp_path: Path):
    with pytest.raises(UnknownLabelError, match="Did you mean 'society'"):
        run("show", "societey")
    with pytest.raises(UnknownLabelError, match="unknown case"):
        run("case", "hybritt")
    with pytest.raises(InputError, match="cannot be read"):
        run("cases", "--add", str(tmp_path / "absent.toml"))
