"""Shocks on real tables, beside what was published."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kaldor.economy.economy import Economy
from kaldor.twin.shocks.events import Shock
from kaldor.twin.shocks.parameters import Parameters
from kaldor.twin.shocks.run import run_shock

TOHOKU = Shock.model_validate(
    {
        "id": "tohoku-2011",
        "title": "Japan's transport equipment after the earthquake of March 2011",
        "source": "METI: output of transport equipment in March 2011 46.7 % below February; recovery by late summer",
        "events": [
            {
                "kind": "capacity",
                "regions": ["JPN"],
                "sectors": ["c15"],
                "share": 0.467,
                "days": 49,
                "recovery": "linear",
                "recovery_days": 119,
            }
        ],
    }
)


@pytest.mark.real
def test_tohoku_is_of_the_published_order(wiod: Callable[[int], Economy]) -> None:
    """Arto, Andreoni & Rueda-Cantuche (2015): 37 % of the value added lost is the industry's own, 63 % others'."""
    result = run_shock(wiod(2011), TOHOKU, Parameters(dt=7), steps=52, bands=10)
    lost = result.losers()["central"]
    own = lost.xs("c15", level="sector").sum()
    ratio = (lost.sum() - own) / own
    assert 1.0 < ratio < 2.2  # published: 63 / 37 = 1.7
    by_region = lost.groupby(level="region").sum()
    assert by_region.idxmax() == "JPN"
    assert 20e3 < lost.sum() < 139e3  # published 139 bn $, which counts plants outside Japan that stopped too
    band = result.summary().loc["lost_value_added"]
    assert band["p5"] <= band["central"] <= band["max"]
