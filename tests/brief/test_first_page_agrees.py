"""Page one says what every other door says: the sentence's own figures, who bears it, and whose cost is left out."""

from __future__ import annotations

from pathlib import Path

import pytest

from kaldor.atlas.store import Store
from kaldor.brief.charts import draw
from kaldor.brief.document import Chart, Table
from kaldor.brief.run import StudyResult, run_study
from kaldor.brief.study import parse_study
from kaldor.brief.tables import cell_texts
from kaldor.economy.economy import Economy
from kaldor.economy.starter import starter_world
from kaldor.twin.outcomes import outcomes_of
from kaldor.twin.sentence import sentence_of
from kaldor.twin.twin import Twin
from tests.brief.test_first_page import plain, said

INDIA = """
title = "A price, and less material"
country = "IND"
peers = ["CHN", "DEU"]
year = 2018
economy = "starter"
sections = ["scenarios"]

[[scenarios]]
id = "price"
title = "Fifty dollars"
levers = [{ lever = "carbon-price", strength = 50, regions = ["IND"], sectors = ["all"] }]

[[scenarios]]
id = "less"
title = "Less material"
levers = [{ lever = "material-efficiency", strength = 20, regions = ["IND"] }]

[[scenarios]]
id = "fixed"
title = "At fixed prices"
view = "fixed prices"
levers = [{ lever = "carbon-price", strength = 50, regions = ["IND"], sectors = ["all"] }]
"""
GERMANY = """
title = "A price and less material"
country = "DEU"
peers = ["FRA", "POL"]
year = 2009
economy = "wiod2013"
extensions = ["jrc_wiod_co2"]
sections = ["scenarios", "standing"]

[[scenarios]]
id = "price"
title = "A price"
levers = [{ lever = "carbon-price", strength = 100, regions = ["DEU"], sectors = ["all"] }]
"""


@pytest.fixture(scope="module")
def india(tmp_path_factory: pytest.TempPathFactory) -> StudyResult:
    folder = tmp_path_factory.mktemp("india")
    (folder / "s.toml").write_text(INDIA, encoding="utf-8")
    return run_study(folder / "s.toml", out=folder / "brief", formats=["json"])


def entry(brief: StudyResult, name: str) -> str:
    return said(next(one.text for one in brief.document.answer.entries if one.name == name))


def gain(brief: StudyResult, name: str) -> str:
    return next(text for text in map(said, brief.document.answer.gains) if text.startswith(f"“{name}”"))


def test_page_one_leads_with_the_scenarios_own_sentence(india: StudyResult) -> None:
    twin = Twin(Economy.from_published(starter_world()))
    asked = parse_study(INDIA, "s.toml").scenarios[0]
    first = sentence_of(outcomes_of(twin, asked, region="IND")).split(". ")[0]
    print(first)
    assert first.startswith("India emits 652 Mt CO₂ less a year, 25.2 % (about a quarter) of what it does today, and ")
    assert first in said(india.document.answer.sentences[0])
    assert entry(india, "Fifty dollars").startswith(first.split(", and ")[0])
    assert "CO₂ of the world −589 Mt CO₂" in entry(india, "Fifty dollars")
    figures = india.document.figure_by_id()
    assert figures["scenarios-price-co2-production-effect"].value == pytest.approx(-25.2, abs=0.05)


def test_who_pays_are_the_earners_where_prices_respond_and_households_at_fixed_prices(india: StudyResult) -> None:
    figures = india.document.figure_by_id()
    price = gain(india, "Fifty dollars")
    assert "households" not in price
    assert (
        "who pays: labour −48.5 billion US$, capital −49.4 billion US$; who gains: the treasury +88.3 billion US$"
        in price
    )
    three = sum(figures[f"scenarios-price-earner-{who}"].value for who in ("labour", "capital", "treasury"))
    assert three == pytest.approx(figures["scenarios-price-real-income"].value, abs=1e-3)  # they are all of its income
    assert "at fixed prices households pay 49.4 billion US$ more" in gain(india, "At fixed prices")


def test_an_income_whose_cost_is_not_modelled_is_never_the_best_and_carries_the_mark(india: StudyResult) -> None:
    answer, figures = india.document.answer, india.document.figure_by_id()
    assert figures["scenarios-less-real-income"].value > figures["scenarios-price-real-income"].value
    incomes = said(answer.sentences[1])
    assert "would change by −9.57 billion US$ a year under “Fifty dollars”" in incomes
    assert "under “Less material” what the lever itself costs is left out" in incomes
    assert "under “At fixed prices” prices are fixed, which cannot be compared" in incomes
    assert "real income +49.6 billion US$ a year (what the lever itself costs is left out)" in entry(
        india, "Less material"
    )
    assert "what the lever itself costs is left out" in gain(india, "Less material")
    assert "left out" not in gain(india, "Fifty dollars")
    assert any("“Less material” would cost" in said(lack.what) for lack in answer.lacks)


def test_the_income_of_a_path_is_a_sum_over_its_years_without_what_its_levers_cost(tmp_path: Path) -> None:
    text = Path("studies/korea-port.toml").read_text("utf-8")
    text = text[: text.index("# From a file")] + text[text.index("[[paths]]") : text.index("[[sweeps]]")]
    sections = 'sections = ["accounts", "dependence", "shocks", "stress", "paths", "sweeps"]'
    (tmp_path / "s.toml").write_text(text.replace(sections, 'sections = ["paths"]'), encoding="utf-8")
    made = run_study(tmp_path / "s.toml", out=tmp_path / "brief", formats=["json"])
    mark = "what the levers themselves cost is left out."
    (told,) = map(said, made.document.answer.gains)
    print(told)
    assert "added up over 2025–2050: labour +252 billion US$; capital +101 billion US$; " in told
    assert told.endswith(mark)
    assert entry(made, "Clean power and leaner use of materials").endswith(mark)
    names = "“Cleaner electricity” and “Material efficiency”"
    assert any(f"What {names} would cost" in said(lack.what) for lack in made.document.answer.lacks)
    costs = next(b for one in made.document.sections for b in one.blocks if getattr(b, "id", "").endswith("-costs"))
    assert costs.caption.endswith(f"What the levers themselves cost is left out: {names}.")


def test_text_table_and_bars_write_a_number_alike(india: StudyResult) -> None:
    """Of 23.6, 49.6 and −9.57 the last was −9.6 beside its bar."""
    document = india.document
    figures = document.figure_by_id()
    section = next(one for one in document.sections if one.id == "scenarios")
    chart = next(b for b in section.blocks if isinstance(b, Chart) and b.id == "scenarios-real-income")
    assert ">−9.57<" in draw(chart, figures, section.challenge)
    table = next(b for b in section.blocks if isinstance(b, Table) and b.id == "scenarios-society")
    row = next(row for row in cell_texts(table, figures) if row[0] == "Real income of the country")
    assert [plain(text) for text in row[-3:]] == ["−9.57", "partial: 49.6", "23.6"]


@pytest.mark.real
def test_germany_on_real_tables_is_told_alike_by_page_one_and_the_sentence(tmp_path: Path, real_store: Store) -> None:
    (tmp_path / "s.toml").write_text(GERMANY, encoding="utf-8")
    made = run_study(tmp_path / "s.toml", real_store, tmp_path / "brief", ["json"])
    first, price = said(made.document.answer.sentences[0]), gain(made, "A price")
    print(first, price)
    assert "Germany emits 194 Mt CO₂ less a year, 22.7 % of what it does today" in first
    assert "the world’s CO₂ changes by −163 Mt CO₂" in first
    assert "labour −23.7 billion US$, capital −26.0 billion US$; who gains: the treasury +46.9 billion US$" in price
    assert "households" not in price
    standing = [one for one in made.document.figures if one.id.startswith("standing-")]
    assert len(standing) > 20
    assert {one.status for one in standing} == {"observed"}
