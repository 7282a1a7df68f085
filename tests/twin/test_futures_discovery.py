"""PRIM on boxes that were planted."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from kaldor.errors import InputError
from kaldor.twin.futures.discovery import discover


def _inputs(seed: int, runs: int = 1000, names="abcde") -> pd.DataFrame:
    frame = pd.DataFrame(np.random.default_rng(seed).random((runs, len(names))), columns=list(names))
    frame.attrs |= {"units": {"a": "%"}, "seed": seed}
    return frame


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("runs", [500, 2000])
def test_a_planted_box_is_found(seed, runs):
    inputs = _inputs(seed, runs)
    failing = (inputs["a"] > 0.6) & (inputs["c"] < 0.5)
    found = discover(inputs, failing)
    box = found.boxes[0]
    assert box.coverage >= 0.95
    assert box.density >= 0.95
    assert {limit.name for limit in box.limits} == {"a", "c"}
    limits = {limit.name: limit for limit in box.limits}
    assert limits["a"].low == pytest.approx(0.6, abs=0.02)
    assert limits["a"].high is None
    assert limits["c"].high == pytest.approx(0.5, abs=0.02)


@pytest.mark.parametrize("seed", range(4))
def test_a_box_with_two_sides_among_ten_inputs(seed):
    inputs = _inputs(seed, 3000, "abcdefghij")
    failing = inputs["b"].between(0.3, 0.6) & (inputs["g"] > 0.5) & (inputs["h"] < 0.7)
    box = discover(inputs, failing).boxes[0]
    assert box.coverage >= 0.95
    assert box.density >= 0.95
    assert {limit.name for limit in box.limits} == {"b", "g", "h"}


def test_with_noise_coverage_and_density_are_those_of_the_futures_inside():
    inputs = _inputs(3, 2000)
    inside = (inputs["a"] > 0.7).to_numpy()
    failing = np.where(np.random.default_rng(0).random(2000) < 0.1, ~inside, inside)
    found = discover(inputs, failing)
    held = found.boxes[0].holds(inputs)
    assert found.boxes[0].density == pytest.approx(failing[held].mean())
    assert found.boxes[0].coverage == pytest.approx(failing[held].sum() / failing.sum())
    assert found.boxes[0].density > 0.85
    assert "a is above 0.7 %" in found.in_words()


def test_two_boxes_one_after_the_other():
    inputs = _inputs(4, 3000)
    failing = ((inputs["a"] > 0.8) & (inputs["b"] > 0.5)) | ((inputs["a"] < 0.2) & (inputs["d"] < 0.4))
    found = discover(inputs, failing, boxes=2)
    assert len(found.boxes) == 2
    assert sum(box.coverage for box in found.boxes) > 0.9
    assert found.frame()["box"].nunique() == 2


def test_pure_chance_gives_no_box_or_says_that_it_tells_little():
    found = discover(_inputs(5), np.random.default_rng(5).random(1000) < 0.3)
    assert not found.boxes or found.boxes[0].coverage < 0.3


@pytest.mark.parametrize(("value", "words"), [(False, "in none of 1,000"), (True, "in 100 %")])
def test_nothing_or_everything_fails(value, words):
    found = discover(_inputs(6), np.full(1000, value), what="Emissions rise")
    assert not found.boxes
    assert words in found.in_words()


def test_bad_input_is_told_at_once():
    inputs = _inputs(7)
    inputs.loc[3, "b"] = np.nan
    with pytest.raises(InputError) as error:
        discover(inputs, np.zeros(10, dtype=bool), peel=0.7)
    assert len(error.value.problems) == 3


def test_a_future_of_which_nothing_is_known_does_not_count_as_failing():
    inputs = pd.DataFrame({"x": np.linspace(0, 1, 40)})
    failing = pd.Series(np.where(np.arange(40) < 3, np.nan, np.arange(40) > 30))
    with pytest.raises(InputError, match="of 3 of 40 futures it is not known"):
        discover(inputs, failing)
