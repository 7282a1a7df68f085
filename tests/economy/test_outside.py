"""What crosses a table's border is nobody's use at home: exports, imports and net exports in every account.

Figures by hand. The table of one country sells 30 and 5 outside; (I − A)⁻¹ = 1/0.545 · (0.70 0.10; 0.15 0.80), with
100 and 10 kt emitted the multipliers are m = 1.3119 and 0.3303 kt per unit … which give 73.99 − 5 for 40 and 50 used at
home, and 41.01 for 30 and 5 sold.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from kaldor.atlas.add import add
from kaldor.atlas.published import PublishedEconomy, PublishedExtension, Source
from kaldor.atlas.roles import canonical_role
from kaldor.atlas.store import Store
from kaldor.economy.accounts import OUTSIDE, country_accounts, footprint
from kaldor.economy.economy import Economy
from kaldor.economy.paths import structural_paths
from kaldor.economy.trade import content_of_exports, gross_exports
from kaldor.economy.uncertainty import bands as account_bands
from kaldor.errors import InputError

SOURCE = Source("hand", "By hand", "", "", "")


def table(
    *roles: str, Y: list[list[float]], regions: tuple[str, ...] = ("PRT",), F: list[float] | None = None
) -> Economy:
    """Two sectors a region; output is what all uses add up to."""
    n, columns = 2 * len(regions), np.array(Y)
    Z = np.kron(np.eye(len(regions)), [[20.0, 10.0], [15.0, 30.0]])
    if n == 4:
        Z[0, 3] = Z[2, 1] = 4.0  # the regions sell to each other
    emitted = np.array(F or [100.0, 10.0] * len(regions))
    direct = np.tile([5.0, *[0.0] * (len(roles) - 1)], len(regions))
    co2 = PublishedExtension("co2", "CO2", "kt", emitted, direct, "observed", SOURCE)
    names = tuple(f"y{number}" for number in range(len(roles)))
    return Economy.from_published(
        PublishedEconomy(
            regions, ("goods", "rest"), ("Goods", "Rest"), names, names, Z, columns, Z.sum(1) + columns.sum(1),
            "million USD", 2020, "observed", SOURCE,
            dict(zip(names, map(canonical_role, roles), strict=True)), {}, (co2,),
        )
    )  # fmt: skip


def national(*roles: str, Y: list[list[float]]) -> pd.Series:
    return country_accounts(table(*roles, Y=Y), "co2").loc["PRT"]


def test_exports_of_a_national_table_are_no_use_at_home():
    account = national("households", "exports", Y=[[40.0, 30.0], [50.0, 5.0]])
    assert account["production"] == pytest.approx(115.0, rel=1e-12)
    assert account["consumption"] == pytest.approx(73.99, abs=0.005)
    assert account["embodied_in_exports"] == pytest.approx(41.01, abs=0.005)
    assert account["embodied_in_imports"] == 0
    assert account["direct"] == 5


def test_imports_are_used_at_home_though_made_outside():
    """Ten of goods used at home are imported: made here they would emit 10 · 0.7 · 1.0/0.545 = …, by hand below."""
    with_imports = table("households", "exports", "imports", Y=[[50.0, 30.0, -10.0], [50.0, 5.0, 0.0]])
    account = country_accounts(with_imports, "co2").loc["PRT"]
    per_unit = (0.7 * 1.0 + 0.15 * 0.1) / 0.545  # kt behind a unit of goods: column of L, 1.0 and 0.1 kt per output
    assert account["embodied_in_imports"] == pytest.approx(10 * per_unit, rel=1e-12)
    assert account["production"] == pytest.approx(115.0, rel=1e-12)
    assert account["consumption"] == pytest.approx(
        account["production"] - account["embodied_in_exports"] + account["embodied_in_imports"], rel=1e-12
    )
    assert account["consumption"] == pytest.approx(account["domestic"] + 10 * per_unit + 5, rel=1e-12)


def test_net_exports_are_exports_where_above_zero_and_imports_below():
    net = national("households", "net exports", Y=[[50.0, 20.0], [60.0, -5.0]])
    apart = national("households", "exports", "imports", Y=[[50.0, 20.0, 0.0], [60.0, 0.0, -5.0]])
    pd.testing.assert_series_equal(net, apart)
    assert net["embodied_in_imports"] == pytest.approx(5 * (0.1 * 1.0 + 0.8 * 0.1) / 0.545, rel=1e-12)


@pytest.mark.parametrize("name", ["Net exports", "net-exports", " NET_EXPORTS "])
def test_a_role_is_known_however_it_is_written(name):
    assert canonical_role(name) == "net_exports"


def two_regions(of_spain: float = -9.0) -> Economy:
    Y = [[40.0, 30.0, 3.0, 0.0], [50.0, 5.0, 2.0, 0.0], [6.0, 0.0, 60.0, of_spain], [1.0, 0.0, 70.0, 12.0]]
    return table("households", "net exports", Y=Y, regions=("PRT", "ESP"), F=[100.0, 10.0, 30.0, 20.0])


def test_a_second_region_and_production_is_consumption_and_trade():
    economy = two_regions()
    accounts = country_accounts(economy, "co2")
    balance = accounts["consumption"] + accounts["embodied_in_exports"] - accounts["embodied_in_imports"]
    np.testing.assert_allclose(accounts["production"], balance + accounts["discrepancy"], rtol=1e-12)
    np.testing.assert_allclose(accounts["production"], [115.0, 55.0], rtol=1e-12)
    L, s = np.linalg.inv(np.eye(4) - economy.Z / economy.x), np.array([100.0, 10, 30, 20]) / economy.x
    home = np.array([[40.0, 3], [50, 2], [6, 60], [1, 70]])
    np.testing.assert_allclose(accounts["consumption"], s @ L @ home + 5, rtol=1e-12)
    abroad = (s[:, None] * L)[:2] @ (home[:, 1] + [30.0, 5, 0, 12])
    assert accounts.loc["PRT", "embodied_in_exports"] == pytest.approx(abroad.sum(), rel=1e-12)


def test_the_footprint_adds_up_to_production_and_shows_what_leaves():
    flows = footprint(two_regions(), "co2")
    assert list(flows.columns) == ["PRT", "ESP", OUTSIDE, "statistical discrepancy", "unallocated"]
    np.testing.assert_allclose(flows.sum(axis=1), [115.0, 55.0], rtol=1e-12)
    by_product = footprint(two_regions(), "co2", by="product")
    np.testing.assert_allclose(by_product.sum(axis=0), flows[["PRT", "ESP"]].sum(axis=0), rtol=1e-12)


def test_exports_are_measured_by_what_leaves_the_table_too():
    economy = two_regions(of_spain=0.0)
    np.testing.assert_allclose(gross_exports(economy, "PRT"), [3.0 + 4.0 + 30.0, 2.0 + 5.0])
    by = {name: content_of_exports(economy, "co2", definition=name) for name in ("gross_exports", "extraction")}
    own = economy.Z[:2, :2] / economy.x[:2]
    by_hand = np.array([100.0, 10.0]) / economy.x[:2] @ np.linalg.solve(np.eye(2) - own, [37.0, 7.0])
    assert by["gross_exports"].loc["PRT", "content"] == pytest.approx(by_hand, rel=1e-12)
    np.testing.assert_allclose(by["gross_exports"]["content"], by["extraction"]["content"], rtol=1e-12)
    absorbed = content_of_exports(economy, "co2", definition="absorbed_abroad")["content"]
    np.testing.assert_allclose(absorbed, country_accounts(economy, "co2")["embodied_in_exports"], rtol=1e-12)


@pytest.mark.parametrize("definition", ["gross_exports", "extraction", "absorbed_abroad"])
def test_what_exports_hold_of_home_is_not_told_where_flows_hold_imports(definition):
    """All value added would look like home's: v (I − A)⁻¹ is 1 where imports stand in A."""
    economy = two_regions()
    with pytest.raises(InputError, match="its flows hold imports, so that what of an export was made at home"):
        content_of_exports(economy, definition=definition)
    said = "The flows hold 9 million USD of products bought outside the table."
    assert sum(note.startswith(said) for note in economy.notes) == 1
    assert not any("bought outside" in note for note in two_regions(of_spain=0.0).notes)


def test_paths_start_from_home_use():
    economy = table("households", "exports", Y=[[40.0, 30.0], [50.0, 5.0]])
    paths = structural_paths(economy, "co2", "PRT", threshold=1e-3)
    assert paths.total + paths.direct == pytest.approx(73.99, abs=0.005)


def test_bands_stand_around_the_account_of_home_use():
    for economy in (
        two_regions(),
        table("households", "exports", "imports", Y=[[50.0, 30.0, -10.0], [50.0, 5.0, 0.0]]),
    ):
        accounts = country_accounts(economy, "co2")
        bands = account_bands(economy, "co2", draws=40, seed=3).table
        for region in economy.regions:
            for name in ("production", "consumption", "domestic", "embodied_in_imports", "embodied_in_exports"):
                band = bands.loc[(region, name)]
                assert band["value"] == pytest.approx(accounts.loc[region, name], rel=1e-9, abs=1e-9)
                assert band["low"] <= band["value"] <= band["high"] or band["sd"] < 1e-9


def test_the_cases_from_practice(shared: Path, tmp_path: Path):
    store = Store(tmp_path / "store")
    for name in ("national_exports", "national_exports_co2", "useeio_net_exports"):
        add(shared.parent / "cases" / "files" / name, store, as_id=name)
    portugal = Economy.from_published(store.economy("national_exports", 2020, ["national_exports_co2"]))
    assert country_accounts(portugal, "co2").loc["PRT", "consumption"] == pytest.approx(73.99, abs=0.005)
    model = Economy.from_published(store.economy("useeio_net_exports", 2012))
    account = country_accounts(model, "ghg").iloc[0]
    assert (account["production"], account["consumption"]) == pytest.approx((357.333, 316.667), abs=0.001)


def test_georgia_consumes_what_its_own_consumption_vector_says(shared: Path, tmp_path: Path):
    """Published: M = L D of USEEIO's Georgia model times its consumption vectors; 123.1 and 4,829 Mt CO2 equivalent."""
    store = Store(tmp_path / "store")
    add(shared / "useeio_georgia", store, as_id="georgia")
    accounts = country_accounts(Economy.from_published(store.economy("georgia", 2020)), "ghg") / 1e9
    assert accounts["consumption"].to_numpy() == pytest.approx([123.1, 4829], rel=5e-4)
    balance = accounts["consumption"] + accounts["embodied_in_exports"] - accounts["embodied_in_imports"]
    left = accounts["discrepancy"] + accounts["unallocated"]
    np.testing.assert_allclose(accounts["production"], balance + left, rtol=1e-12)


def test_germany_2009_in_the_layout_of_eurostat(shared: Path):
    """UN handbook (2018): 544,299 of 908,823 kt are for use at home, 222,268 of it households' own."""
    table = pd.read_csv(shared / "germany1995" / "germany_2009.csv").set_index("prod_na")
    gas = pd.read_csv(shared / "germany1995" / "germany_2009_emissions.csv", header=None, index_col=0)
    sectors, uses = tuple(table.columns[4:10]), tuple(table.columns[11:16])
    cells = table.iloc[:6]
    F, own = np.split(gas.loc["CO2"].to_numpy(np.float64)[:11], [6])
    co2 = PublishedExtension("co2", "CO2", "kt", F, own, "observed", SOURCE)
    germany = Economy.from_published(
        PublishedEconomy(
            ("DEU",), sectors, sectors, uses, uses, *(cells[list(c)].to_numpy(np.float64) for c in (sectors, uses)),
            cells["total_output_bp"].to_numpy(np.float64), "bn EUR", 2009, "observed", SOURCE,
            {"exports": "exports"}, {}, (co2,),
        )
    )  # fmt: skip
    account = country_accounts(germany, "co2").loc["DEU"]
    assert account["consumption"] == pytest.approx(544_299, abs=1)
    assert account["production"] == pytest.approx(908_823, rel=1e-12)
    assert account["consumption"] + account["embodied_in_exports"] + account["discrepancy"] == pytest.approx(
        account["production"], rel=1e-12
    )
