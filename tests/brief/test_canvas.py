"""The canvas that pictures are drawn on: round ticks, gaps, escaped words."""

from __future__ import annotations

import math
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaldor.brief.canvas import Axis, Canvas

SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0, 2430, [0, 500, 1000, 1500, 2000]),
        (0, 120, [0, 25, 50, 75, 100]),
        (-15.4, 1.1, [-15, -10, -5, 0]),
        (0, 0.37, [0, 0.1, 0.2, 0.3]),
        (0, 5, [0, 1, 2, 3, 4, 5]),
    ],
)
def test_ticks_are_round_and_a_handful(low: float, high: float, expected: list[float]) -> None:
    assert Axis(low, high, 0, 100).ticks() == pytest.approx(expected)


@given(st.floats(-1e9, 1e9), st.floats(1e-6, 1e9))
def test_any_axis_has_two_to_six_ticks_inside_it(low: float, span: float) -> None:
    axis = Axis(low, low + max(span, abs(low) * 1e-6), 0, 100)
    ticks = axis.ticks()
    assert 2 <= len(ticks) <= 6
    assert all(-0.01 <= axis.at(value) <= 100.01 for value in ticks)


def test_years_are_whole_numbers() -> None:
    assert Axis(2025, 2050, 0, 1).ticks(6, whole=True) == [2025, 2030, 2035, 2040, 2045, 2050]
    assert Axis(1, 3, 0, 1).ticks(6, whole=True) == [1, 2, 3]


def test_a_value_that_is_missing_leaves_a_gap_in_a_line_and_in_an_area() -> None:
    canvas = Canvas(100, 50)
    upper = [(0.0, 1.0), (1.0, math.nan), (2.0, 1.0), (3.0, 2.0)]
    canvas.line(upper, "#000000", 1)
    canvas.area(upper, [(x, 9.0) for x, _ in upper], "#000000")
    paths = [path.get("d") for path in ET.fromstring(canvas.svg()).iter(f"{SVG}path")]
    assert paths == ["M0 1", "M2 1L3 2", "M0 1L0 9Z", "M2 1L3 2L3 9L2 9Z"]


def test_words_cannot_become_markup() -> None:
    canvas = Canvas(100, 50)
    canvas.text((1, 1), "<script>&</script>")
    root = ET.fromstring(canvas.svg())
    assert [node.tag for node in root] == [f"{SVG}text"]
    assert root[0].text == "<script>&</script>"
