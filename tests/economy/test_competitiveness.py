"""Market shares, revealed advantage and partners on a world of two regions and two products, counted by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from kaldor.economy.competitiveness import market_shares, partners, revealed_advantage, sold_abroad
from kaldor.economy.economy import Economy
from kaldor.economy.starter import starter_world
from kaldor.economy.trade import gross_exports


@pytest.fixture(scope="module")
def world() -> Economy:
    return Economy.from_published(starter_world())


def exports() -> pd.DataFrame:
    """A sells 30 of steel and 10 of cloth abroad, B 10 and 50."""
    return pd.DataFrame([[30.0, 10.0], [10.0, 50.0]], index=["A", "B"], columns=["steel", "cloth"])


def test_shares_and_advantage_by_hand() -> None:
    assert market_shares(exports()).loc["A"].tolist() == pytest.approx([30 / 40, 10 / 60])
    # Steel is 30 of A's 40 and 40 of the world's 100: 0.75 / 0.4. B: 10 of 60, cloth 50 of 60 over 60 of 100.
    found = revealed_advantage(exports(), ["steel", "cloth"])
    assert found.loc["A"].tolist() == pytest.approx([0.75 / 0.4, 0.25 / 0.6])
    assert found.loc["B"].tolist() == pytest.approx([(10 / 60) / 0.4, (50 / 60) / 0.6])


def test_who_sells_nothing_has_no_advantage_and_not_one_of_zero() -> None:
    idle = exports()
    idle.loc["C"] = [0.0, 0.0]
    idle["tea"] = 0.0
    assert revealed_advantage(idle, ["steel", "cloth"]).loc["C"].isna().all()
    assert market_shares(idle)["tea"].isna().all()


def test_what_is_sold_abroad_is_what_exports_are(world: Economy) -> None:
    sold = sold_abroad(world)
    for region in ("IND", "DEU", "ETH"):
        assert sold.loc[region].to_numpy() == pytest.approx(np.asarray(gross_exports(world, region)), rel=1e-9)


def test_partners_add_up_to_exports_and_one_country_s_exports_are_the_other_s_imports(world: Economy) -> None:
    india, germany = partners(world, "IND"), partners(world, "DEU")
    assert india["exports"].sum() == pytest.approx(sold_abroad(world).loc["IND"].sum(), rel=1e-9)
    assert india.loc["DEU", "exports"] == pytest.approx(germany.loc["IND", "imports"], rel=1e-12)
    assert "IND" not in india.index
