"""A scenario in one breath: figures by hand, in three languages, and what is not in it."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from kaldor.twin.declared import packaged_levers
from kaldor.twin.metric import packaged_metrics
from kaldor.twin.outcome import Outcome, Outcomes
from kaldor.twin.reach import PARTIAL
from kaldor.twin.scenario import LeverSetting, Scenario
from kaldor.twin.sentence import declared, in_words, leading, sentence_of

METRICS = packaged_metrics()
LEVER = LeverSetting(lever="carbon-price", strength=100, regions=("IND",))


def one(id, unit, before, after, *, size=0.0, note=""):
    return Outcome(METRICS[id], unit, before, after, "observed", None, note, "prices respond", size)


CO2 = one("co2-production", "kt CO2", 2_375_000.0, 1_900_000.0)
PAY = one("real-wage", "%", None, -1.234)
INCOME = one("real-income", "million US$", None, -31_100.0, size=2_750_000.0)
SHARE = one("foreign-value-added-share", "%", 41.9, 41.4)


def found(*outcomes, levers=(LEVER,), earned=None, without=()):
    frame = pd.DataFrame({"change": earned or {}}, dtype=float)
    return Outcomes(
        scenario=Scenario(id="a", levers=levers),
        region="IND",
        bloc=(),
        outcomes=outcomes,
        losers=pd.DataFrame(),
        gainers=pd.DataFrame(),
        source="a table",
        year=2018,
        method="",
        without_cost=without,
        earners=frame,
    )


def test_it_tells_the_amount_with_a_comparison_the_cost_and_who_pays():
    earned = {"labour": -40_000.0, "capital": -1_000.0, "treasury": 10_000.0}
    assert sentence_of(found(CO2, PAY, INCOME, SHARE, earned=earned)) == (
        "India emits 475 Mt CO₂ less a year, 20 % (about a fifth) of what it does today, and pay buys 1.23 % less. "
        "It costs India 31.1 billion US$ a year, 1.13 % of its income. "
        "Who pays: labour 40 billion US$. Who gains: the treasury 10 billion US$. "
        "Not in it: what has changed since 2018."
    )  # capital bears a fiftieth of it all: too little to be named


def test_it_says_the_same_in_french_and_spanish():
    words = in_words(found(CO2, INCOME))
    assert words["fr"].startswith("India : 475 Mt CO₂ émis de moins par an, 20 % (environ un cinquième) d’aujourd’hui.")
    assert "31,1 milliards de US$ par an, 1,13 % de son revenu" in words["fr"]
    assert words["es"].startswith("India: 475 Mt CO₂ menos emitidas al año, 20 % (cerca de una quinta parte)")
    assert "31,1 miles de millones de US$" in words["es"]


def test_what_moves_less_than_counts_is_not_told():
    small = one("co2-production", "kt CO2", 1000.0, 999.5)
    text = sentence_of(found(small, one("real-income", "million US$", None, 0.1, size=1000.0)))
    assert text.startswith("Nothing that is measured for India moves noticeably. The country's real income is about as")


def test_what_is_not_modelled_is_named_and_never_a_zero():
    text = sentence_of(
        found(
            CO2, one("real-income", "million US$", None, None), without=(packaged_levers()["clean-electricity"].titles,)
        )
    )
    assert "What it costs is not modelled." in text
    french = sentence_of(found(CO2, without=(packaged_levers()["clean-electricity"].titles,)), "fr")
    assert "« Électricité plus propre »" in french
    assert "Not in it: what “Cleaner electricity” costs; any measure of society; what has changed since 2018." in text


def test_a_gain_without_its_cost_says_so():
    gain = one("real-income", "million US$", None, 31_100.0, size=2_750_000.0, note=f"{PARTIAL}no cost data.")
    assert "1.13 % of its income. That leaves out what the lever itself costs." in sentence_of(found(CO2, gain))


def test_a_baseline_says_that_it_is_one():
    idle = LEVER.model_copy(update={"strength": 0.0})
    assert sentence_of(found(CO2, levers=(idle,))) == "India as the table of 2018 has it: no lever is moved."


def test_it_begins_with_what_its_dials_show_and_takes_the_second_from_another_challenge():
    used = one("co2-consumption", "kt CO2", 100.0, 70.0)
    pairs = leading(found(PAY, used, CO2))
    assert [outcome.metric.id for outcome, _ in pairs] == ["co2-production", "real-wage"]
    still = one("co2-production", "kt CO2", 1000.0, 1000.0)
    assert [outcome.metric.id for outcome, _ in leading(found(used, still))] == ["co2-consumption"]


def test_the_question_of_a_scenario_stands_first_however_much_else_moves():
    trade = LeverSetting(lever="tariff", strength=10, regions=("IND",))
    pairs = leading(found(CO2, PAY, one("labour-productivity", "million US$ per job", 10.0, 9.0), levers=(trade,)))
    assert [outcome.metric.id for outcome, _ in pairs] == ["real-wage", "labour-productivity"]


def test_who_pays_and_gains_abroad_is_told_as_well():
    earned = {"labour": -30_600.0, "capital": -23_000.0, "treasury": 83_100.0}
    gains = found(one("real-income", "million US$", None, 29_400.0, size=3_000_000.0), earned=earned)
    abroad = pd.DataFrame({"change": [-1_400.0, -43_400.0, 12.0]}, index=["CHN", "ROW", "ETH"])
    text = sentence_of(replace(gains, partners=abroad))
    assert "Abroad it costs Rest of world 43.4 billion US$." in text
    assert "China" not in text  # less than a twentieth of what counts at home
    assert "Abroad it brings" not in text


def test_every_metric_of_a_template_is_on_a_dial_and_all_templates_fill():
    for id in declared().metrics:
        assert METRICS[id].on_dials
        before = None if id == "real-wage" else 40.0
        for after in (30.0, 60.0) if before else (-10.0, 10.0):
            for text in in_words(found(one(id, METRICS[id].unit, before, after))).values():
                assert "{" not in text.replace(METRICS[id].unit, "")
