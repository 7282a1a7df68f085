"""How many digits numbers keep, and that noise decides neither them nor their order."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from kaldor.digits import STORED, largest_first, settled, settled_table, shown, shown_beside, unless_noise

ULP = 2.0**-52


@pytest.mark.parametrize(
    ("value", "expected"),
    [(1234567.0, 1234570.0), (-0.00012345649, -0.000123456), (0.0, 0.0), (2033.0, 2033.0), (1e-12, 1e-12)],
)
def test_a_shown_figure_has_six_digits(value: float, expected: float) -> None:
    assert shown(value) == expected


@pytest.mark.parametrize("border", [0.1234565, 12.34565, 812.4375, 2.500005e-7, 1234565.0, 99999.95])
def test_a_round_number_on_a_border_goes_to_the_same_side_whatever_its_last_digits(border: float) -> None:
    around = {shown(border * (1 + noise * ULP)) for noise in (-400, -3, 0, 3, 400)}
    assert len(around) == 1
    assert {float(f"{border * (1 + noise * ULP):.5e}") for noise in (-400, 400)} != around, "once would not do"


def test_what_is_left_of_a_subtraction_is_nothing_beside_what_it_is_left_of() -> None:
    first, second = shown_beside([-7e-12, 57.1, None]), shown_beside([3e-12, 57.1 * (1 + 4 * ULP), None])
    assert first == second == (0.0, 57.1, None)
    assert str(first[0]) == "0.0"


def test_a_small_figure_of_a_run_ends_where_the_eighth_digit_of_the_largest_does() -> None:
    assert shown_beside([0.000123456789, 12.0]) == (0.000123, 12.0)


def test_stored_numbers_have_ten_digits_as_their_decimals_are_read() -> None:
    rng = np.random.default_rng(1)
    numbers = rng.lognormal(0, 12, 5_000) * rng.choice([-1.0, 1.0], 5_000)
    alone = np.array([settled(np.array([number]))[0] for number in numbers])
    assert alone == pytest.approx([float(f"{number:.{STORED - 1}e}") for number in numbers], rel=3 * ULP)


def test_two_machines_numbers_differ_by_a_billionth_of_the_largest_at_most() -> None:
    rng = np.random.default_rng(2)
    numbers = rng.lognormal(0, 8, 20_000)
    here, there = settled(numbers), settled(numbers * (1 + 1e-13 * rng.standard_normal(20_000)))
    moved = here != there
    assert moved.any(), "some lie on a border"
    assert (np.abs(here - there)[moved] <= 1.0001e-9 * there[moved]).all()


def test_a_column_forgets_what_is_below_a_billionth_of_its_own_largest_and_keeps_what_is_no_number() -> None:
    frame = pd.DataFrame(
        {"large": [5e8, 0.4, np.nan], "small": [5e-11, -7e-21, np.inf], "count": [3, 4, 5], "name": list("abc")},
        index=pd.Index(["x", "y", "z"], name="place"),
    )
    frame.attrs["unit"] = "kt"
    found = settled_table(frame)
    assert found["large"].iloc[:2].tolist() == [5e8, 0.0]
    assert np.isnan(found["large"].iloc[2])
    assert found["small"].tolist() == [5e-11, 0.0, np.inf]
    pd.testing.assert_frame_equal(found[["count", "name"]], frame[["count", "name"]])
    assert found.attrs == {"unit": "kt"}
    assert frame["large"].iloc[1] == 0.4, "the table itself stays as it was"


def test_noise_orders_nothing() -> None:
    values = np.array([2.0, 3.0, 3.0, -1e-15, 1e-15, np.nan])
    noise = np.array([0.0, -4e-15, 4e-15, 0.0, 0.0, 0.0])
    for sign in (1, -1):
        assert largest_first(values + sign * noise).tolist() == [1, 2, 0, 3, 4, 5]


def test_a_change_by_rounding_is_none() -> None:
    before = np.array([1e6, 1e6, -2.0, 0.0, np.nan])
    after = before + np.array([1e-7, 1e-3, 1e-15, 1e-15, 1.0])
    assert unless_noise(before, after)[:4].tolist() == [1e6, 1e6 + 1e-3, -2.0, 1e-15]
    assert np.isnan(unless_noise(before, after)[4])
