"""Paths and sweeps of a study where prices respond: how it is said, and that figures are those of the models."""

from __future__ import annotations

from pathlib import Path

import pytest

from kaldor.brief.document import Chart, Paragraph, Table
from kaldor.brief.run import StudyResult, run_study
from kaldor.brief.sections.twin.paths import StudyPath
from kaldor.brief.study import parse_study
from kaldor.economy.economy import Economy
from kaldor.economy.starter import starter_world
from kaldor.twin.futures.path import PathResult, run_path
from kaldor.twin.twin import Twin
from tests.brief.conftest import DIGITS

STUDY = """
title = "Where prices respond"
country = "KOR"
year = 2018
economy = "starter"
sections = ["paths", "sweeps"]

[[paths]]
id = "price"
title = "Carbon price"
start = 2020
end = 2040
step = 10
growth = [{ demand = 2, source = "assumed" }]
levers = [{ lever = "carbon-price", strength = 80, regions = ["KOR"], adoption = { start = 2020, until = 2035 } }]

[[sweeps]]
id = "price"
title = "Carbon price"
futures = 100
responding = 60
seed = 4
years = 10
metrics = ["co2-world", "real-income", "foreign-share"]
levers = [{ lever = "carbon-price", strength = 80, regions = ["KOR"] }]
fails = { metric = "real-income", worse_than = -100 }
"""


@pytest.fixture(scope="module")
def brief(tmp_path_factory: pytest.TempPathFactory) -> StudyResult:
    folder: Path = tmp_path_factory.mktemp("responding")
    (folder / "study.toml").write_text(STUDY, encoding="utf-8")
    return run_study(folder / "study.toml", out=folder / "brief", formats=("html", "json"))


@pytest.fixture(scope="module")
def path() -> PathResult:
    declared: StudyPath = parse_study(STUDY, "s.toml").paths[0].model_copy(update={"region": "KOR"})
    return run_path(Twin(Economy.from_published(starter_world())), declared)


def block(brief: StudyResult, id: str) -> Chart | Table:
    return next(b for s in brief.document.sections for b in s.blocks if isinstance(b, Chart | Table) and b.id == id)


def told(brief: StudyResult, section: str) -> str:
    blocks = next(one for one in brief.document.sections if one.id == section).blocks
    return " ".join("".join(span.text for span in one.text) for one in blocks if isinstance(one, Paragraph))


def test_a_path_says_by_which_elasticities_prices_respond_and_what_is_at_fixed_prices(brief: StudyResult) -> None:
    said = told(brief, "paths")
    assert "Prices respond: elasticities 'central'" in said
    assert "At fixed prices: " in said
    assert "What households pay more" in said
    words = " ".join(brief.files["html"].read_text("utf-8").split())
    assert "how many work and what each makes is declared" in words


def test_what_grows_without_the_levers_stands_in_a_table(brief: StudyResult, path: PathResult) -> None:
    table, figures = block(brief, "paths-price-grown"), brief.document.figure_by_id()
    assert isinstance(table, Table)
    found = {row[0].text: figures[str(row[1].figure)].value for row in table.rows}
    assert found["Workers"] == 0
    assert found["Jobs"] == pytest.approx(0, abs=1e-9)
    assert found["Volume of GDP"] == pytest.approx(100 * (1.02**22 - 1), rel=DIGITS)
    assert found["Volume of GDP"] == pytest.approx(path.grown.loc[2040, "volume of GDP"], rel=DIGITS)


def test_whose_income_changes_adds_up_to_real_income(brief: StudyResult, path: PathResult) -> None:
    table, figures = block(brief, "paths-price-costs"), brief.document.figure_by_id()
    assert isinstance(table, Table)
    assert table.title == "Carbon price: whose income changes in South Korea"
    last = sum(figures[str(row[1].figure)].values[0] for row in table.rows)
    assert last == pytest.approx(path.of("real-income", "change").loc[2040] / 1e3, rel=1e-3)
    assert [row[0].text for row in table.rows][:2] == ["Labour", "Capital"]


def test_a_sweep_says_in_how_many_futures_prices_respond(brief: StudyResult) -> None:
    said = told(brief, "sweeps")
    assert "Prices respond: elasticities 'central'" in said
    assert "They do so in 48 of the 96 futures, the first part of the sample." in said
    (text,) = (one.text for one in brief.document.findings if one.section == "sweeps")
    assert "over 48 futures the change of" in "".join(span.text for span in text)
    rows = {row[0].text for row in block(brief, "sweeps-price-bands").rows}  # type: ignore[union-attr]
    assert "Real income of the country" in rows
