"""Country accounts and trade on the World Input-Output Database, against published figures and pymrio."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from kaldor.economy.accounts import country_accounts
from kaldor.economy.multipliers import multipliers
from kaldor.economy.trade import content_of_exports

pytestmark = pytest.mark.real


@pytest.mark.parametrize("year", [2009, 2011])
def test_consumption_based_co2_of_40_countries_is_near_the_global_carbon_budget(wiod, shared, year):
    published = pd.read_csv(shared / "jrc_wiod_co2" / f"check_vs_GCB_consumption_{year}.csv", index_col=0)
    ours = country_accounts(wiod(year), "co2")["consumption"] / 1000
    theirs = published["gcb_cons_Mt"].rename(index={"ROM": "ROU"})
    ratio = (ours / theirs).dropna()
    assert len(ratio) == 40
    assert 0.98 <= ratio.median() <= 1.04
    assert np.corrcoef(np.log(ours[ratio.index]), np.log(theirs[ratio.index]))[0, 1] >= 0.99


@pytest.mark.parametrize("year", [2009, 2011])
def test_identities_hold_to_1e_9(wiod, year):
    economy = wiod(year)
    uses = economy.Z.sum(axis=1) + economy.Y.sum(axis=1) + economy.discrepancy
    np.testing.assert_allclose(uses, economy.x, rtol=1e-9)
    accounts = country_accounts(economy, "co2").sum()
    total = accounts["consumption"] + accounts["discrepancy"] + accounts["unallocated"]
    assert total == pytest.approx(accounts["production"], rel=1e-9)
    assert accounts["production"] == pytest.approx(
        economy.extension("co2").F.sum() + economy.extension("co2").F_Y.sum(), rel=1e-9
    )


def test_anchor_totals_of_the_table(wiod):
    assert wiod(2009).x.sum() / 1e3 == pytest.approx(114_158, abs=1)
    assert wiod(2009).value_added.sum() / 1e3 == pytest.approx(57_002, abs=1)
    assert wiod(2011).x.sum() / 1e3 == pytest.approx(141_768, abs=1)
    assert wiod(2009).unallocated("co2").sum() / 1e3 == pytest.approx(1.7, abs=0.1)


@pytest.mark.parametrize(
    ("definition", "billion"), [("gross_exports", 951), ("extraction", 949), ("absorbed_abroad", 923)]
)
def test_german_value_added_in_exports_by_each_definition(wiod, definition, billion):
    frame = content_of_exports(wiod(2009), definition=definition)
    assert frame.loc["DEU", "content"] / 1e3 == pytest.approx(billion, abs=0.5)


def test_footprints_and_multipliers_equal_pymrio(wiod):
    import pymrio

    economy = wiod(2009)
    rows = economy.index
    uses = pd.MultiIndex.from_product([economy.regions, ["final"]], names=["region", "category"])
    co2 = pd.DataFrame([economy.extension("co2").F], index=pd.Index(["co2"], name="stressor"), columns=rows)
    direct = pd.DataFrame([economy.direct_by_region("co2")], index=co2.index, columns=uses)
    system = pymrio.IOSystem(
        Z=pd.DataFrame(economy.Z, rows, rows),
        Y=pd.DataFrame(economy.Y_by_region, rows, uses),
        x=pd.DataFrame({"indout": economy.x}, index=rows),
        co2={"name": "co2", "F": co2, "F_Y": direct},
    )
    system.calc_all()
    accounts = country_accounts(economy, "co2")
    theirs = system.co2
    np.testing.assert_allclose(accounts["consumption"], theirs.D_cba_reg.to_numpy()[0], rtol=1e-9)
    np.testing.assert_allclose(accounts["embodied_in_imports"], theirs.D_imp_reg.to_numpy()[0], rtol=1e-9)
    np.testing.assert_allclose(accounts["embodied_in_exports"], theirs.D_exp_reg.to_numpy()[0], rtol=1e-9)
    np.testing.assert_allclose(multipliers(economy)["co2"], theirs.M.to_numpy()[0], rtol=1e-9)
