"""Paths in a study: lines by year, milestones, sums, costs and latest useful starts, all as run_path gives them."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from kaldor.brief.document import Chart, Table
from kaldor.brief.run import StudyResult, run_study
from kaldor.brief.study import parse_study
from kaldor.brief.tables import cell_texts
from kaldor.economy.economy import Economy
from kaldor.economy.starter import starter_world
from kaldor.errors import InputError
from kaldor.twin.futures.path import PathResult, latest_starts, run_path
from kaldor.twin.twin import Twin
from tests.brief.conftest import DIGITS

STUDY = """
title = "A path on the starter world"
country = "IND"
year = 2018
economy = "starter"
sections = ["paths"]

[blocs]
south = ["IND", "VNM"]

[[paths]]
id = "clean"
title = "Clean power"
view = "fixed prices"
start = 2025
end = 2050
step = 5

[[paths.levers]]
lever = "clean-electricity"
strength = 80
regions = ["south"]
adoption = { curve = "logistic", start = 2025, until = 2045 }

[[paths.targets]]
metric = "co2-production"
by = 2050
cut = 25
"""


@pytest.fixture(scope="module")
def brief(tmp_path_factory: pytest.TempPathFactory) -> StudyResult:
    folder = tmp_path_factory.mktemp("paths")
    (folder / "study.toml").write_text(STUDY, encoding="utf-8")
    return run_study(folder / "study.toml", out=folder / "brief", formats=["html"])


@pytest.fixture(scope="module")
def twin() -> Twin:
    return Twin(Economy.from_published(starter_world()))


@pytest.fixture(scope="module")
def path(twin: Twin) -> PathResult:
    return run_path(twin, pathway())


def pathway():  # type: ignore[no-untyped-def]
    return parse_study(STUDY, "s.toml").paths[0].model_copy(update={"region": "IND"})


def block(brief: StudyResult, id: str) -> Chart | Table:
    return next(b for s in brief.document.sections for b in s.blocks if isinstance(b, Chart | Table) and b.id == id)


def test_the_lines_are_those_of_run_path(brief: StudyResult, path: PathResult) -> None:
    chart = block(brief, "paths-clean-co2-production")
    assert isinstance(chart, Chart)
    figures = brief.document.figure_by_id()
    for row in chart.rows:
        expected = path.yearly.loc[int(row.label), "co2-production"]
        assert row.values(figures) == pytest.approx([expected["reference"] / 1e3, expected["path"] / 1e3], rel=DIGITS)
    assert [row.label for row in chart.rows] == [str(year) for year in path.yearly.index]
    assert chart.unit == "Mt CO₂"


def test_what_is_summed_over_the_years_keeps_its_unit(brief: StudyResult, path: PathResult) -> None:
    figures = brief.document.figure_by_id()
    jobs, co2 = figures["paths-clean-jobs-sum"], figures["paths-clean-co2-world-sum"]
    assert jobs.unit == "thousand job-years"
    expected = path.cumulative.loc["jobs", ["reference", "path", "change"]].astype(float)
    assert jobs.values[0] == pytest.approx(expected["reference"], rel=DIGITS)
    assert jobs.values[1:] == (None, None), "cleaner electricity moves no job, and said 0"
    assert expected[["path", "change"]].isna().all()
    said = ["".join(span.text for span in text) for text in brief.document.not_modelled]
    assert any(text.startswith("Paths, Jobs: Cleaner electricity moves") for text in said), said
    assert co2.values[2] == pytest.approx(path.cumulative.loc["co2-world", "change"] / 1e3, rel=DIGITS)
    assert co2.period == "2025–2050"
    assert co2.status == "predicted"


def test_costs_are_added_up_with_those_of_the_last_year(brief: StudyResult, path: PathResult) -> None:
    figure = brief.document.figure_by_id()["paths-clean-cost-dearer-purchases-final-users"]
    line = path.costs["dearer purchases (final users)"]
    assert figure.values[0] == pytest.approx(line.iloc[-1] / 1e3, rel=DIGITS)
    # Five straight stretches of five years: the trapezium rule plus the half of both ends that a sum of years has more.
    by_hand = (
        sum((a + b) / 2 * 5 for a, b in zip(line, line.iloc[1:], strict=False)) + (line.iloc[0] + line.iloc[-1]) / 2
    )
    assert figure.values[1] == pytest.approx(by_hand / 1e3, rel=DIGITS)


def test_milestones_are_whole_years_written_as_years(brief: StudyResult, path: PathResult) -> None:
    table = block(brief, "paths-clean-milestones")
    assert isinstance(table, Table)
    texts = cell_texts(table, brief.document.figure_by_id())
    half = next(row for row in texts if "50\N{NO-BREAK SPACE}% adopted" in row[1])
    assert half[2] == "2035"
    assert half[1].startswith("Cleaner electricity")
    target = texts[-1]
    assert "25\N{NO-BREAK SPACE}% lower by 2050" in target[1]
    assert target[3] == "met"
    marked = block(brief, "paths-clean-co2-production")
    assert isinstance(marked, Chart)
    numbers = {mark.label for mark in marked.marks}
    assert half[0] in numbers


def test_latest_starts_are_the_models(brief: StudyResult, twin: Twin) -> None:
    expected = latest_starts(twin, pathway())
    table = block(brief, "paths-clean-starts")
    assert isinstance(table, Table)
    figures = brief.document.figure_by_id()
    for row, (_, wanted) in zip(table.rows, expected.iterrows(), strict=True):
        assert figures[str(row[2].figure)].value == wanted["planned"]
        if pd.isna(wanted["latest"]):
            assert row[3].text == "–"
        else:
            assert figures[str(row[3].figure)].value == wanted["latest"]
        assert row[4].text.lower() == wanted["in_words"].lower()


def test_a_path_says_that_it_is_no_forecast_and_which_years_it_covers(brief: StudyResult) -> None:
    html = brief.files["html"].read_text("utf-8")
    assert "not a forecast" in html
    assert "Year: 2025–2050. Status: predicted." in html
    assert "--stress" not in html


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        (STUDY.replace("end = 2050", "end = 2020"), r"end \(2020\) must come after start"),
        (STUDY.replace('id = "clean"', 'id = "Clean power"'), r"paths 'Clean power', id: should be"),
        (STUDY.replace('sections = ["paths"]', 'sections = ["accounts"]'), "paths: are given, but no section shows"),
        (STUDY.replace("cut = 25", "cut = 25\nbelow = 3"), "exactly one of below, above and cut"),
    ],
)
def test_a_faulty_path_is_refused_when_the_study_is_read(changed: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        parse_study(changed, "study.toml")


def test_a_lever_out_of_bounds_writes_nothing(tmp_path: Path) -> None:
    (tmp_path / "study.toml").write_text(STUDY.replace("strength = 80", "strength = 800"), encoding="utf-8")
    with pytest.raises(InputError, match="out of bounds"):
        run_study(tmp_path / "study.toml", out=tmp_path / "brief")
    assert not (tmp_path / "brief").exists()


def test_a_path_without_a_target_or_a_lever_is_a_brief_too(tmp_path: Path) -> None:
    text = STUDY[: STUDY.index("[[paths.levers]]")].replace("step = 5", "step = 25")
    (tmp_path / "study.toml").write_text(text, encoding="utf-8")
    result = run_study(tmp_path / "study.toml", out=tmp_path / "brief", formats=["pdf"])
    assert not [b for s in result.document.sections for b in s.blocks if getattr(b, "id", "") == "paths-clean-starts"]
    assert result.document.figure_by_id()["paths-clean-co2-production-change"].value == 0
