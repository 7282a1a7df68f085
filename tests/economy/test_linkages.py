"""Linkages against the explicit inverses of Leontief and Ghosh, and against the Eurostat manual."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kaldor.economy.linkages import linkages
from kaldor.economy.solve import solver_of
from kaldor.economy.upstream import upstreamness
from kaldor.errors import InputError, UnknownLabelError
from tests.economy.random_tables import random_economy
from tests.economy.textbook import germany_1995, miller_blair


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), regions=st.integers(1, 3), sectors=st.integers(2, 5))
def test_global_linkages_are_the_sums_of_the_two_inverses(seed, regions, sectors):
    economy = random_economy(seed, regions, sectors)
    L = np.linalg.inv(np.eye(economy.n) - economy.A())
    G = np.linalg.inv(np.eye(economy.n) - economy.Z / economy.x[:, None])
    found = linkages(economy, scope="global")
    expected = {
        "backward_direct": economy.A().sum(axis=0),
        "backward": L.sum(axis=0),
        "forward_direct": (economy.Z / economy.x[:, None]).sum(axis=1),
        "forward": G.sum(axis=1),
        "forward_leontief": L.sum(axis=1),
        "power": L.mean(axis=0) / L.mean(),
        "sensitivity": L.mean(axis=1) / L.mean(),
        "sensitivity_ghosh": G.mean(axis=1) / G.mean(),
        "power_cv": L.std(axis=0, ddof=1) / L.mean(axis=0),
        "sensitivity_cv": L.std(axis=1, ddof=1) / L.mean(axis=1),
    }
    for name, values in expected.items():
        np.testing.assert_allclose(found[name], values, rtol=1e-10, err_msg=name)
    quadrant = [
        ("key" if f > 1 else "backward") if b > 1 else ("forward" if f > 1 else "weak")
        for b, f in zip(expected["power"], expected["sensitivity_ghosh"], strict=True)
    ]
    assert found["quadrant"].tolist() == quadrant


def test_domestic_linkages_follow_the_region_s_own_inputs_only():
    economy = random_economy(2)
    rows = economy.rows_of("R01")
    A = economy.A()[rows, rows]
    L = np.linalg.inv(np.eye(4) - A)
    found = linkages(economy, scope="domestic").loc["R01"]
    np.testing.assert_allclose(found["backward"], L.sum(axis=0), rtol=1e-10)
    np.testing.assert_allclose(found["power"], L.mean(axis=0) / L.mean(), rtol=1e-10)
    B = economy.Z[rows, rows] / economy.x[rows, None]
    np.testing.assert_allclose(found["forward"], np.linalg.inv(np.eye(4) - B).sum(axis=1), rtol=1e-10)
    assert found["power"].mean() == pytest.approx(1)


def test_domestic_is_global_where_there_is_one_region():
    economy = random_economy(3, regions=1, sectors=6)
    domestic, everywhere = (linkages(economy, scope=scope) for scope in ("domestic", "global"))
    pd.testing.assert_frame_equal(domestic, everywhere, check_exact=False, rtol=1e-12, check_flags=False)


def test_backward_and_forward_are_multiplier_and_upstreamness():
    economy = random_economy(4)
    found = linkages(economy, scope="global", variation=False)
    column_sums = solver_of(economy).solve(np.ones(economy.n), transposed=True)
    np.testing.assert_allclose(found["backward"], column_sums, rtol=1e-12)
    np.testing.assert_allclose(found["forward"], upstreamness(economy), rtol=1e-12)
    assert "power_cv" not in found


def test_weights_move_the_average_not_the_linkages():
    economy = random_economy(5)
    plain = linkages(economy, scope="global")
    for weights in ("output", "final_demand", pd.Series(economy.x, index=economy.index)):
        found = linkages(economy, scope="global", weights=weights)
        np.testing.assert_allclose(found["backward"], plain["backward"])
        w = np.maximum(economy.Y.sum(axis=1), 0) if isinstance(weights, str) and weights != "output" else economy.x
        assert np.average(found["power"], weights=w) == pytest.approx(1)
        assert np.average(found["sensitivity_ghosh"], weights=w) == pytest.approx(1)


def test_industries_without_output_are_missing_and_outside_the_average():
    economy = random_economy(6, idle=2)
    found = linkages(economy, scope="global")
    assert found.iloc[:2].isna().all(axis=None)
    assert found["power"].mean() == pytest.approx(1)
    assert found["quadrant"].iloc[2:].notna().all()


def test_miller_and_blair_s_two_sectors():
    """Output multipliers 1.518 and 1.452 as printed (Miller & Blair, section 6.2)."""
    found = linkages(miller_blair())
    assert found["backward"].round(3).tolist() == [1.518, 1.452]
    assert found["backward_direct"].tolist() == pytest.approx([0.35, 0.30])
    assert found["forward_direct"].tolist() == pytest.approx([0.65, 0.15])


def test_wrong_weights_are_refused():
    economy = random_economy(1)
    with pytest.raises(UnknownLabelError, match="domestic"):
        linkages(economy, scope="domestc")
    with pytest.raises(InputError, match="One of equal"):
        linkages(economy, weights="turnover")
    short = pd.Series(1.0, index=economy.index[:-1])
    with pytest.raises(InputError, match="R02/s03"):
        linkages(economy, weights=short)
    with pytest.raises(InputError, match="below zero"):
        linkages(economy, weights=pd.Series(-1.0, index=economy.index))


@pytest.mark.real
def test_germany_1995_as_printed_in_the_eurostat_manual(shared):
    """Beutel (2008), ch. 15: backward linkages to the digit; forward linkages (output coefficients) for five of six.

    For manufacturing 1.6691 is handed down, where the inverse of the same table, whose other figures are met to the
    digit, gives 1.6910; the two differ by more than rounding.
    """
    found = linkages(germany_1995(shared))
    assert found["backward"].round(4).tolist() == [1.7048, 1.8413, 1.8136, 1.6035, 1.5951, 1.3782]
    forward = found["forward"].round(4).tolist()
    assert forward[:1] + forward[2:] == [2.1126, 1.3558, 1.5848, 2.1037, 1.2106]
    assert forward[1] == pytest.approx(1.6691, rel=0.014)
    assert found["quadrant"].tolist() == ["key", "key", "backward", "weak", "forward", "weak"]
