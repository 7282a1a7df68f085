"""How a change reads on a dial: in which terms, on which scales, and when it is none to speak of. Figures by hand."""

from __future__ import annotations

import pytest

from kaldor.errors import InputError
from kaldor.twin.effect import OF_GROUP, OF_INCOME, OF_JOBS, PERCENT, POINTS, effect_of
from kaldor.twin.metric import load_metrics, packaged_metrics
from kaldor.twin.outcome import Outcome
from kaldor.twin.reach import PARTIAL

METRICS = packaged_metrics()


def read(id, unit, before, after, *, size=0.0, band=None, note=""):
    return effect_of(Outcome(METRICS[id], unit, before, after, "observed", band, note, size=size))


@pytest.mark.parametrize(
    ("id", "unit", "before", "after", "size", "value", "terms", "verdict"),
    [
        ("co2-production", "kt CO2", 200.0, 190.0, 0.0, -5.0, PERCENT, "better"),
        ("co2-production", "kt CO2", 200.0, 200.1, 0.0, 0.05, PERCENT, "about no change"),
        ("foreign-value-added-share", "%", 40.0, 40.5, 0.0, 0.5, POINTS, "worse"),
        ("real-wage", "%", None, -0.3, 0.0, -0.3, PERCENT, "worse"),
        ("real-income", "million US$", None, -30.0, 2000.0, -1.5, OF_INCOME, "worse"),
        ("real-income", "million US$", None, 0.8, 2000.0, 0.04, OF_INCOME, "about no change"),
        ("real-income-low", "million US$", None, 30.0, 1000.0, 3.0, OF_GROUP, "better"),
        ("jobs-to-move", "thousand jobs", None, 5.0, 1000.0, 0.5, OF_JOBS, "worse"),
        ("terms-of-trade", "million US$", None, 30.0, 2000.0, 1.5, OF_INCOME, "neutral"),
        ("single-suppliers", "inputs", 0.0, 2.0, 0.0, 2.0, "inputs", "worse"),
    ],
)
def test_a_change_is_told_in_terms_that_compare(id, unit, before, after, size, value, terms, verdict):
    effect = read(id, unit, before, after, size=size)
    assert (effect.value, effect.unit, effect.verdict) == (pytest.approx(value), terms, verdict)
    assert effect.moves == (verdict != "about no change")


def test_a_band_is_in_the_same_terms():
    effect = read("real-income", "million US$", None, -30.0, size=2000.0, band=(-50.0, 10.0))
    assert (effect.low, effect.high) == (-2.5, 0.5)


def test_what_lacks_a_cost_is_neither_better_nor_worse():
    effect = read("real-income", "million US$", None, 30.0, size=2000.0, note=f"{PARTIAL}no cost data for A: give one.")
    assert effect.verdict == "cost not modelled"


def test_what_is_not_modelled_has_no_effect():
    assert read("jobs", "thousand jobs", 1000.0, None) is None


def test_the_size_is_the_smallest_scale_that_holds_the_effect():
    assert [read("co2-production", "kt", 100.0, 100.0 - change).size for change in (0.5, 1, 2, 11, 80)] == [
        "small",
        "small",
        "middle",
        "large",
        "large",
    ]


def test_no_dial_shows_money_of_the_day_or_a_treasury():
    nominal = {id for id, metric in METRICS.items() if not metric.on_dials}
    assert nominal == {
        "consumer-prices",
        "household-burden",
        "treasury-revenue",
        "treasury-spending",
        "treasury-balance",
    }


OWN = """
[[metrics]]
id = "own"
dimension = "society"
title = "Own"
unit = "%"
better = "higher"
measure = "real_wage"
definition = "Own."
"""


def test_scales_that_do_not_rise_are_refused():
    assert load_metrics(OWN)["own"].scales == (1.0, 5.0, 20.0)
    with pytest.raises(InputError, match="must rise"):
        load_metrics(OWN + "scales = [1, 5, 5]\n")
    with pytest.raises(InputError, match="must rise"):
        load_metrics(OWN + "material = 1.0\n")


def test_a_band_that_holds_a_rise_and_a_fall_is_neither_better_nor_worse():
    bands = [(-20.0, -1.0), (-20.0, 3.0)]
    read_so = [read("co2-production", "kt CO2", 1000.0, 990.0, band=band).verdict for band in bands]
    assert read_so == ["better", "either way"]
