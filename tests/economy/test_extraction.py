"""Hypothetical extraction against a table from which the block was struck out, solved with the explicit inverse."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kaldor.economy.extraction import block_of, extract, output_left
from kaldor.economy.linkages import linkages
from kaldor.economy.trade import content_of_exports
from kaldor.errors import InputError, UnknownLabelError
from tests.economy.random_tables import random_economy


def _struck_out(economy, rows, kind, share):
    """Output by the explicit inverse of a copy of A from which the block's rows, columns or both are taken."""
    A, demand = economy.A(), economy.x - economy.Z.sum(axis=1)
    keep = np.ones(economy.n)
    keep[rows] -= share
    if kind == "supply":
        B = economy.Z * np.divide(1, economy.x, out=np.zeros(economy.n), where=economy.x > 0)[:, None] * keep[:, None]
        return np.linalg.inv(np.eye(economy.n) - B).T @ economy.value_added
    if kind == "backward":
        A = A * keep
    elif kind == "forward":
        A = A * keep[:, None]
    else:
        A = A * np.minimum(keep[:, None], keep)  # a cell of the block goes once
        demand = demand * keep
    return np.linalg.inv(np.eye(economy.n) - A) @ demand


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    kind=st.sampled_from(["full", "backward", "forward", "supply"]),
    share=st.floats(0, 1),
    rows=st.sets(st.integers(0, 11), min_size=1, max_size=12),
)
def test_output_left_is_that_of_the_struck_out_table(seed, kind, share, rows):
    economy = random_economy(seed, idle=seed % 2)
    block = np.array(sorted(rows))
    found = output_left(economy, block, kind, share)
    np.testing.assert_allclose(found, _struck_out(economy, block, kind, share), rtol=1e-10, atol=1e-10)


def test_full_extraction_is_the_economy_without_the_block():
    """Miller & Blair (2009), section 12.2: the n − 1 other sectors alone, with their own final demand."""
    economy = random_economy(3)
    gone = np.arange(4, 6)
    rest = np.setdiff1d(np.arange(economy.n), gone)
    A, demand = economy.A(), economy.x - economy.Z.sum(axis=1)
    alone = np.linalg.inv(np.eye(len(rest)) - A[np.ix_(rest, rest)]) @ demand[rest]
    left = output_left(economy, gone, "full", 1.0)
    np.testing.assert_allclose(left[rest], alone, rtol=1e-10)
    np.testing.assert_allclose(left[gone], 0, atol=1e-10)


def test_textbook_economy_of_two_sectors():
    """Miller & Blair's two sectors: A = (.15 .25; .20 .05), demand (350, 1700), output (1000, 2000).

    Without sector 1 only 1700 / .95 of sector 2 is made; without sector 2, 350 / .85 of sector 1.
    """
    from tests.economy.textbook import miller_blair

    economy = miller_blair()
    assert output_left(economy, np.array([0]), "full", 1.0) == pytest.approx([0, 1700 / 0.95])
    assert output_left(economy, np.array([1]), "full", 1.0) == pytest.approx([350 / 0.85, 0])
    # no inputs bought by sector 1: it makes 350 + .25 x2 and x2 = 1700 / .95
    assert output_left(economy, np.array([0]), "backward", 1.0) == pytest.approx(
        [350 + 0.25 * 1700 / 0.95, 1700 / 0.95]
    )


def test_the_labelled_result_adds_up_and_carries_units():
    economy = random_economy(4)
    block = block_of(economy, "R01", "manufacturing")
    frame = extract(economy, block, kind="full")
    assert frame.attrs["units"] == {"output": "million $", "value_added": "million $", "co2": "kt CO2"}
    assert frame["output"].sum() == pytest.approx(economy.x.sum())
    for by in ("sector", "region-sector"):
        other = extract(economy, block, kind="full", by=by)
        np.testing.assert_allclose(other.sum(numeric_only=True), frame.sum(numeric_only=True))
    cells = extract(economy, block, kind="full", by="region-sector")
    lost_there = cells.loc[block]
    np.testing.assert_allclose(lost_there["co2_lost"], lost_there["co2"], rtol=1e-9)
    per_output = cells["value_added"] / cells["output"]
    np.testing.assert_allclose(cells["value_added_lost"], cells["output_lost"] * per_output, rtol=1e-9)


def test_nothing_taken_out_loses_nothing_and_more_loses_more():
    economy = random_economy(5)
    block = block_of(economy, ["R00", "R02"], "energy")
    losses = [extract(economy, block, share=share)["output_lost"].sum() for share in (0, 0.3, 0.6, 1)]
    assert losses[0] == pytest.approx(0, abs=1e-9)
    assert losses == sorted(losses)


def test_extracting_all_of_a_region_loses_what_trade_and_the_region_itself_made():
    """Los, Timmer & de Vries take exports out; taking the whole region out must lose at least as much at home."""
    economy = random_economy(6)
    frame = extract(economy, block_of(economy, "R01"), kind="full")
    assert frame.loc["R01", "value_added_lost"] == pytest.approx(frame.loc["R01", "value_added"])
    exports = content_of_exports(economy, definition="extraction").loc["R01", "content"]
    assert frame.loc["R01", "value_added_lost"] > exports


def test_backward_extraction_of_one_industry_loses_its_suppliers_only():
    """What an industry's purchases set in motion: (its multiplier − 1) / l_jj × output (Dietzenbacher & Lahr 2013)."""
    economy = random_economy(7)
    L = np.linalg.inv(np.eye(economy.n) - economy.A())
    lost = economy.x - output_left(economy, np.array([2]), "backward", 1.0)
    expected = (linkages(economy, scope="global")["backward"].iloc[2] - 1) / L[2, 2] * economy.x[2]
    assert lost.sum() == pytest.approx(expected, rel=1e-10)


def test_full_extraction_of_one_industry_is_its_factor_worth():
    """Temurshoev (2010): what is lost is multiplier × output / l_jj, for output and any extension."""
    economy = random_economy(8)
    L = np.linalg.inv(np.eye(economy.n) - economy.A())
    lost = extract(economy, [("R01", "s01")], by="region-sector").sum()
    assert lost["output_lost"] == pytest.approx(L[:, 5].sum() * economy.x[5] / L[5, 5], rel=1e-10)
    assert lost["co2_lost"] == pytest.approx(economy.S("co2") @ L[:, 5] * economy.x[5] / L[5, 5], rel=1e-10)


def test_blocks_are_named_by_region_sector_and_group():
    economy = random_economy(1)
    assert block_of(economy, "R00", ["s00", "manufacturing"]) == [("R00", "s00"), ("R00", "s01"), ("R00", "s02")]
    assert len(block_of(economy)) == economy.n
    with pytest.raises(UnknownLabelError, match="manufacturing"):
        block_of(economy, "R00", "manufactoring")
    with pytest.raises(UnknownLabelError, match="R0"):
        block_of(economy, "R9", "s00")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"block": []}, "empty"),
        ({"block": [("R00", "s00"), ("R00", "s00")]}, "twice"),
        ({"share": 1.2}, "between 0 and 1"),
        ({"share": float("nan")}, "between 0 and 1"),
        ({"kind": "sideways"}, "One of full, backward, forward, supply"),
    ],
)
def test_wrong_asks_are_refused(arguments, message):
    with pytest.raises(InputError, match=message):
        extract(random_economy(1), **({"block": [("R00", "s00")]} | arguments))


def test_unknown_groupings_are_refused():
    with pytest.raises(UnknownLabelError, match="sector"):
        extract(random_economy(1), [("R00", "s00")], by="sectors")


@pytest.mark.real
def test_figures_of_the_method_page(wiod):
    lost = extract(wiod(2011), block_of(wiod(2011), "DEU", "c15"), kind="backward")
    assert lost["output_lost"].sum() / 1e3 == pytest.approx(770, abs=0.5)
    assert lost["co2_lost"].sum() / 1e3 == pytest.approx(121.0, abs=0.05)
    assert lost.loc["DEU", "value_added_lost"] / 1e3 == pytest.approx(167, abs=0.5)
