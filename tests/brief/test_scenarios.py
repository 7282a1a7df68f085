"""Scenarios in a study: read with all their faults told, run on its economy, shown side by side."""

from __future__ import annotations

from pathlib import Path

import pytest

from kaldor.brief.run import run_study
from kaldor.brief.study import parse_study
from kaldor.errors import InputError
from tests.brief.conftest import DIGITS

STUDY = """
title = "What-ifs on the starter world"
country = "IND"
peers = ["CHN"]
year = 2018
economy = "starter"

[blocs]
neighbours = ["CHN", "VNM"]

[[scenarios]]
id = "price"
title = "Carbon price"
levers = [{ lever = "carbon-price", strength = 50, regions = ["IND"], sectors = ["all"] }]

[[scenarios]]
id = "less-material"
levers = [{ lever = "material-efficiency", strength = 20, regions = ["neighbours"] }]
"""


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    folder = tmp_path_factory.mktemp("scenarios")
    study = folder / "study.toml"
    study.write_text(STUDY, encoding="utf-8")
    return run_study(study, out=folder / "brief", formats=("html", "json"))


def test_the_section_sets_the_scenarios_side_by_side(result):
    section = next(s for s in result.document.sections if s.id == "scenarios")
    tables = [block for block in section.blocks if block.kind == "table"]
    society = next(t for t in tables if t.id == "scenarios-society")
    assert [column.title for column in society.columns][-2:] == ["Carbon price", "less-material"]


def test_changes_are_predicted_and_the_baseline_keeps_its_status(result):
    figures = result.document.figure_by_id()
    assert figures["scenarios-price-treasury-revenue"].status == "predicted"
    assert figures["scenarios-before-co2-world"].status == "estimated"


def test_the_revenue_is_the_price_on_what_industries_emit(tmp_path):
    """At fixed prices, where nobody answers to the price."""
    from kaldor.economy.economy import Economy
    from kaldor.economy.starter import starter_world

    world = Economy.from_published(starter_world())
    emitted = world.sum_by_region(world.extension("co2").F)[world.region_position("IND")]  # kt
    study = tmp_path / "study.toml"
    study.write_text(STUDY.replace('id = "price"', 'id = "price"\nview = "fixed prices"'), encoding="utf-8")
    made = run_study(study, out=tmp_path / "brief", formats=("json",))
    figure = made.document.figure_by_id()["scenarios-price-treasury-revenue"]
    assert figure.unit == "billion US$"
    assert figure.value == pytest.approx(emitted * 1e3 * 50 / 1e9, rel=DIGITS)


def words_of(section) -> str:
    return " ".join(text_of(block) for block in section.blocks if block.kind == "paragraph")


def text_of(block) -> str:
    return "".join(span.text for span in block.text)


def test_every_table_says_what_is_at_fixed_prices_and_the_text_by_which_elasticities_prices_respond(result):
    section = next(s for s in result.document.sections if s.id == "scenarios")
    assert "Prices respond: elasticities 'central'" in words_of(section)
    assert "Held: everybody who works goes on working" in words_of(section)
    tables = {block.id: block for block in section.blocks if block.kind == "table"}
    assert "At fixed prices: What households pay more." in tables["scenarios-society"].caption
    assert tables["scenarios-technology"].caption == ""
    note = text_of(section.blocks[-1])
    assert "a range of what is assumed and no probability" in note


def test_partners_stand_beside_the_country_low_income_countries_first(result):
    """Ethiopia loses a hundredth of what others do, and stands first; what all lose is real income of the outcomes."""
    section = next(s for s in result.document.sections if s.id == "scenarios")
    table = next(b for b in section.blocks if b.kind == "table" and b.id == "scenarios-partners-price")
    assert [row[1].text for row in table.rows][:2] == ["low income", "lower middle income"]
    assert "India" not in [row[0].text for row in table.rows]
    figures = result.document.figure_by_id()
    high = [figures[row[2].figure].value for row in table.rows if row[1].text == "high income"]
    told = figures["scenarios-price-real-income-high"]
    assert told.unit == figures[table.rows[0][2].figure].unit
    assert sum(high) == pytest.approx(told.value, rel=DIGITS)


def test_why_buyers_turn_and_that_a_gain_is_only_one_of_prices_in_trade_is_said(tmp_path):
    tariff = '''[[scenarios]]
id = "tariff"
responses = { sourcing = "tariff" }
levers = [{ lever = "reshoring", strength = 5, regions = ["IND"] }]

[[scenarios]]
id = "price"'''
    study = tmp_path / "study.toml"
    study.write_text(STUDY.replace('[[scenarios]]\nid = "price"', tariff, 1), encoding="utf-8")
    document = run_study(study, out=tmp_path / "brief", formats=("json",)).document
    finding = next(one for one in document.findings if one.section == "scenarios")
    said = "".join(span.text for span in finding.text)
    assert said.startswith("tariff would change India’s real national income by")
    assert "The gain is one of terms of trade only: better prices in trade, which partners pay for." in said
    section = next(s for s in document.sections if s.id == "scenarios")
    assert "tariff: Prices respond" in words_of(section)
    assert "charged with a tariff that their treasury receives." in words_of(section)


def test_what_is_not_modelled_stands_among_what_the_data_cannot_say(result):
    said = "".join(span.text for text in result.document.not_modelled for span in text)
    assert "Scenarios, Value added at risk" in said


def test_each_lever_says_how_honest_it_is(result):
    html = Path(result.files["html"]).read_text("utf-8")
    assert "the table itself carries the mechanism" in html


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        (STUDY.replace('id = "less-material"', 'id = "price"'), "scenarios 'price': the id stands twice"),
        (STUDY.replace("year = 2018", 'year = 2018\nsections = ["accounts"]'), "no section shows them"),
        (STUDY.replace("strength = 50", 'strength = "much"'), r"scenarios 'price', levers 1, strength: should be"),
    ],
)
def test_a_faulty_scenario_is_refused_when_the_study_is_read(changed, message):
    with pytest.raises(InputError, match=message):
        parse_study(changed, "study.toml")


def test_a_lever_out_of_bounds_writes_nothing(tmp_path):
    study = tmp_path / "study.toml"
    study.write_text(STUDY.replace("strength = 50", "strength = 5000"), encoding="utf-8")
    with pytest.raises(InputError, match=r"carbon-price.*5000 is out of bounds.*0 to 500"):
        run_study(study, out=tmp_path / "brief")
    assert not (tmp_path / "brief").exists()


def test_a_study_that_asks_for_a_stress_test_has_its_figures_in_every_scenario(tmp_path):
    """Value added at risk stands among the outcomes, equal to that of the same plan asked for directly."""
    from kaldor.economy.economy import Economy
    from kaldor.economy.starter import starter_world
    from kaldor.twin.outcomes import outcomes_of
    from kaldor.twin.shocks.stress_plan import StressPlan
    from kaldor.twin.twin import Twin

    text = STUDY + "\n[stress]\nruns = 1\nsteps = 20\n"
    study = tmp_path / "study.toml"
    study.write_text(text, encoding="utf-8")
    made = run_study(study, out=tmp_path / "brief", formats=("json",))
    twin = Twin(Economy.from_published(starter_world()))
    plan = StressPlan("IND", runs=1, steps=20)
    for scenario in parse_study(text, "study.toml").scenarios:
        found = outcomes_of(twin, scenario, region="IND", stress=plan).outcomes
        risk = next(outcome for outcome in found if outcome.metric.id == "value-added-at-risk")
        figure = made.document.figure_by_id()[f"scenarios-{scenario.id}-value-added-at-risk"]
        assert figure.value == pytest.approx(risk.change, rel=DIGITS)


def test_page_one_and_the_tables_say_what_is_not_modelled(tmp_path):
    study = tmp_path / "study.toml"
    clean = """[[scenarios]]
id = "clean"
title = "Clean power"
levers = [{ lever = "clean-electricity", strength = 50, regions = ["IND"] }]

[[scenarios]]
id = "price\""""
    study.write_text(STUDY.replace('[[scenarios]]\nid = "price"', clean, 1), encoding="utf-8")
    document = run_study(study, out=tmp_path / "brief", formats=("html", "json")).document
    finding = next(one for one in document.findings if one.section == "scenarios")
    said = "".join(span.text for span in finding.text)
    assert said.startswith("Clean power would change the world’s CO₂ by")
    assert "Real income is not modelled: no cost data for Cleaner electricity" in said
    blocks = next(one for one in document.sections if one.id == "scenarios").blocks
    society = next(block for block in blocks if block.kind == "table" and block.id == "scenarios-society")
    income = next(row for row in society.rows if row[0].text == "Real income of the country")
    assert "Before" not in [column.title for column in society.columns]  # changes have nothing before them
    assert society.title == "Society: the change by scenario"
    assert income[2].text == "not modelled"
    assert income[3].figure == "scenarios-price-real-income"
    begun = next(block for block in blocks if block.kind == "table" and block.id == "scenarios-sustainability")
    assert begun.columns[2].title == "Before"
    assert begun.rows[0][2].figure is not None
    pictured = next(block for block in blocks if block.kind == "chart" and block.id == "scenarios-real-income")
    assert "Clean power" not in [row.label for row in pictured.rows]
    assert "Clean power" in pictured.caption
    back = ["".join(span.text for span in text) for text in document.not_modelled]
    assert any(text.startswith("Clean power, ") and "no cost data for Cleaner electricity" in text for text in back)
    labels = [one.label for one in document.figures if one.id.startswith("scenarios-")]
    assert not [label for label in labels if "cO₂" in label]
    zeros = [one.id for one in document.figures if one.id.startswith("scenarios-clean-") and one.value == 0]
    assert zeros == []


def test_page_one_and_the_tables_mark_what_is_only_a_part(tmp_path):
    """A price whose cost is known, and a cleaner grid whose cost is not: real income is a part wherever it is shown."""
    study = tmp_path / "study.toml"
    both = """levers = [
    { lever = "clean-electricity", strength = 50, regions = ["IND"] },
    { lever = "carbon-price", strength = 50, regions = ["IND"], sectors = ["all"] },
]"""
    price = 'levers = [{ lever = "carbon-price", strength = 50, regions = ["IND"], sectors = ["all"] }]'
    study.write_text(STUDY.replace(price, both, 1), encoding="utf-8")
    result = run_study(study, out=tmp_path / "brief", formats=("html", "json"))
    document = result.document
    finding = next(one for one in document.findings if one.section == "scenarios")
    said = "".join(span.text for span in finding.text)
    assert "Real income is partial: no cost data for Cleaner electricity" in said
    assert "not modelled" not in said
    blocks = next(one for one in document.sections if one.id == "scenarios").blocks
    society = next(block for block in blocks if block.kind == "table" and block.id == "scenarios-society")
    income = next(row for row in society.rows if row[0].text == "Real income of the country")
    assert (income[2].text, income[2].figure) == ("partial:", "scenarios-price-real-income")
    pictured = next(block for block in blocks if block.kind == "chart" and block.id == "scenarios-real-income")
    assert "Partial: Carbon price and less-material." in pictured.caption
    assert "partial: " in Path(result.files["html"]).read_text("utf-8")
