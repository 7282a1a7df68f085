"""What losing a supplier costs on WIOD, beside what was published and beside the prototype of the model."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kaldor.economy.economy import Economy
from kaldor.twin.library.packaged import PACKAGED
from kaldor.twin.shocks.events import Shock, load_shock
from kaldor.twin.shocks.inputs import shipped
from kaldor.twin.shocks.parameters import Parameters
from kaldor.twin.shocks.run import ShockResult, run_shock

SHOCKS = Path(__file__).parents[2] / "studies" / "shocks"
EU = (
    *("AUT", "BEL", "BGR", "CYP", "CZE", "DEU", "DNK", "ESP", "EST", "FIN", "FRA", "GBR", "GRC", "HUN", "IRL", "ITA"),
    *("LTU", "LUX", "LVA", "MLT", "NLD", "POL", "PRT", "ROU", "SVK", "SVN", "SWE"),
)
MANUFACTURES = tuple(f"c{number}" for number in range(3, 17))
WEEKLY = Parameters(dt=7)


def central_of_the_prototype(economy: Economy) -> Parameters:
    """Specificities that do not fade, products that hit the same firms, no saving, and power stocked like goods."""
    goods, levels = shipped().goods, (0.75, 0.25, 0.10)
    shares = {}
    for sector in economy.sectors:
        of = goods.get(sector)
        kinds = (
            (1.0, 0.0, 0.0) if of is None else (of.differentiated, of.reference, 1 - of.differentiated - of.reference)
        )
        shares[sector] = float(np.dot(kinds, levels))
    return Parameters(dt=7, specificity=shares, fading_days=None, overlap=1, saving=0, inventory_days={"c17": 60})


def ban(
    origins: tuple[str, ...], destinations: tuple[str, ...], products: tuple[str, ...], share: float = 1.0
) -> Shock:
    event = {"kind": "ban", "origins": origins, "destinations": destinations, "products": products, "share": share}
    return Shock.model_validate({"id": "ban", "events": [{**event, "days": 364}]})


def shortage(products: tuple[str, ...], share: float, days: int) -> Shock:
    event = {"kind": "shortage", "regions": ["DEU"], "products": products, "share": share, "days": days}
    return Shock.model_validate({"id": "shortage", "events": [event]})


def ran(economy: Economy, shock: Shock, parameters: Parameters = WEEKLY) -> ShockResult:
    return run_shock(economy, shock, parameters, steps=52, bands=0)


def lost(found: ShockResult, *regions: str) -> float:
    """Value added lost by some regions, % of theirs in a year."""
    summary = found.summary(regions or None)["central"]
    return float(100 * summary["lost_value_added_share"] * 364 / 365)


def lost_by_manufacturing(found: ShockResult) -> float:
    """Value added lost by the EU's manufacturing, % of its own."""
    losers = found.losers().loc[[(region, sector) for region in EU for sector in MANUFACTURES]]
    return float(100 * losers["central"].sum() / (losers["central"] / losers["share_of_year"]).sum())


CASES: dict[str, tuple[int, Shock, tuple[str, ...], float]] = {
    "Russian fuel to Germany": (2011, ban(("RUS",), ("DEU",), ("c2",)), ("DEU",), 0.173),
    "a supplier of 36.6 %": (2011, ban(("ROW",), ("DEU",), ("c2",)), ("DEU",), 1.03),
    "38 % of every foreign supplier": (2011, ban(("!DEU",), ("DEU",), ("c2",), 0.38), ("DEU",), 2.21),
    "Russian fuels to the EU": (2011, ban(("RUS",), EU, ("c2", "c8")), EU, 0.42),
    "Chinese manufactures to Germany": (2011, ban(("CHN",), ("DEU",), MANUFACTURES), ("DEU",), 4.83),
    "Chinese manufactures to the EU": (2011, ban(("CHN",), EU, MANUFACTURES), EU, 4.52),
    "half of Chinese electronics": (2011, ban(("CHN",), EU, ("c14",), 0.5), EU, 1.33),
    "electronics of a study": (2011, load_shock(SHOCKS / "electronics-ban.toml"), EU, 1.45),
    "Dutch ports": (2011, load_shock(SHOCKS / "dutch-ports-closed.toml"), ("NLD",), 1.21),
    "15 % less power": (2009, shortage(("c17",), 0.15, 243), ("DEU",), 2.43),
    "8 % less energy": (2009, shortage(("c2", "c8", "c17"), 0.08, 364), ("DEU",), 1.77),
}
# Closer than 2 % in all others. What a shortage takes grows to its last day, so that how its end is counted shows: the
# prototype took a week for lost that began within the event, and a week more or less moves these two by 5 to 6 %
# (`test_a_week_of_a_shortage_is_the_tolerance_of_its_figure`).
TOLERANCE: dict[str, float] = {"15 % less power": 0.035, "8 % less energy": 0.035}


@pytest.mark.real
@pytest.mark.parametrize("case", CASES)
def test_the_prototypes_figures_come_out(case: str, wiod: Callable[[int], Economy]) -> None:
    year, shock, regions, expected = CASES[case]
    economy = wiod(year)
    found = lost(ran(economy, shock, central_of_the_prototype(economy)), *regions)
    assert found == pytest.approx(expected, rel=TOLERANCE.get(case, 0.02))


@pytest.mark.real
def test_a_week_of_a_shortage_is_the_tolerance_of_its_figure(wiod: Callable[[int], Economy]) -> None:
    economy = wiod(2009)
    p = central_of_the_prototype(economy)
    shorter, as_typed, longer = (
        lost(ran(economy, shortage(("c17",), 0.15, days), p), "DEU") for days in (238, 243, 245)
    )
    assert shorter < CASES["15 % less power"][3] < as_typed < longer
    assert longer / shorter - 1 == pytest.approx(0.06, abs=0.01)


@pytest.mark.real
@pytest.mark.parametrize(
    ("case", "low", "high"),
    [
        ("a supplier of 36.6 %", 0.5, 2),  # 0.5 to 3: Bachmann et al. (2022), a third of Germany's energy
        ("Russian fuels to the EU", 0.05, 1),  # 0.2 to 0.3: Baqaee et al. (2022)
        ("Chinese manufactures to Germany", 3, 7),  # some 4 to 5 in the first months: Kiel Policy Brief 170
        ("15 % less power", 2, 5),  # no such loss was seen in 2022: still high
        ("8 % less energy", 1, 3),  # 0.5 to 3: Bachmann et al. (2022)
    ],
)
def test_losing_a_supplier_costs_what_was_published(
    case: str, low: float, high: float, wiod: Callable[[int], Economy]
) -> None:
    year, shock, regions, _ = CASES[case]
    assert low < lost(ran(wiod(year), shock), *regions) < high


@pytest.mark.real
def test_half_of_chinese_electronics_costs_the_eus_manufacturing_what_was_published(
    wiod: Callable[[int], Economy],
) -> None:
    """2 to 3 % of its value added: half of critical inputs from China and its allies (ECB, 2024 and 2025)."""
    found = ran(wiod(2011), CASES["half of Chinese electronics"][1])
    assert 1.5 < lost_by_manufacturing(found) < 3
    assert found.bottlenecks().loc["c14", "lost_supplier"] == "CHN"


@pytest.mark.real
@pytest.mark.parametrize(
    ("case", "expected"),
    [("Russian fuel to Germany", 0.70), ("Russian fuels to the EU", 2.03), ("Chinese manufactures to Germany", 6.94)],
)
def test_fixed_shares(case: str, expected: float, wiod: Callable[[int], Economy]) -> None:
    year, shock, regions, _ = CASES[case]
    economy = wiod(year)
    p = central_of_the_prototype(economy).model_copy(update={"specificity": "fixed"})
    assert lost(ran(economy, shock, p), *regions) == pytest.approx(expected, rel=0.04)


@pytest.mark.real
def test_without_specific_goods_the_figures_are_those_of_before(wiod: Callable[[int], Economy]) -> None:
    nothing: dict[str, Any] = {"specificity": 0.0, "importance": "all critical", "saving": 0.0, "overlap": 1.0}
    p = Parameters(dt=7, inventory_days={"c17": 60}, **nothing)
    tohoku = ran(wiod(2011), load_shock(PACKAGED.parent / "tohoku-2011.toml"), p).summary()["central"]
    assert tohoku["lost_value_added"] == pytest.approx(44_208, abs=1)
    ports = ran(wiod(2011), load_shock(SHOCKS / "dutch-ports-closed.toml"), p).summary(["NLD"])["central"]
    assert ports["lost_value_added_share"] == pytest.approx(0.02810, abs=1e-5)
    electronics = ran(wiod(2011), load_shock(SHOCKS / "electronics-ban.toml"), p).summary()["central"]
    assert electronics["lost_value_added"] == pytest.approx(90_536, abs=1)


@pytest.mark.real
@pytest.mark.parametrize(("origin", "products"), [("!DEU", ("c2",)), ("CHN", MANUFACTURES)])
def test_the_loss_grows_without_a_jump_with_the_share_cut(
    origin: str, products: tuple[str, ...], wiod: Callable[[int], Economy]
) -> None:
    """Sales to Germany; of all foreign mining products a twentieth cost 0.04 % of a year before, and all 56 %."""
    shares = np.linspace(0.05, 1, 20)
    found = [lost(ran(wiod(2011), ban((origin,), ("DEU",), products, float(share))), "DEU") for share in shares]
    slopes = np.diff(found) / np.diff(shares)
    assert (slopes > 0).all()
    assert slopes.max() < 4 * found[-1]


@pytest.mark.real
def test_dearer_power_costs_users_what_its_sellers_win(wiod: Callable[[int], Economy]) -> None:
    """Power, gas and water twice as dear in the EU: who pays, and who wins it, before windfalls are handed on."""
    economy = wiod(2009)
    event = {"kind": "price", "regions": EU, "products": ["c17"], "rise": 1.0, "days": 364}
    effects = ran(economy, Shock.model_validate({"id": "price", "events": [event]})).price_effects()
    rises = {"DEU": 5.2, "POL": 7.6, "CZE": 9.8, "FRA": 4.2, "USA": 0.1, "TUR": 0.4}
    for region, percent in rises.items():
        assert 100 * effects.loc[region, "basket_rise"] == pytest.approx(percent, abs=0.06)
    assert effects.loc["DEU", "real_income_loss"] == pytest.approx(153e3, rel=0.01)
    assert 100 * effects.loc["DEU", "real_income_loss_share"] == pytest.approx(4.8, abs=0.06)
    assert effects["windfall"].sum() == pytest.approx(942e3, rel=0.005)
    assert effects["real_income_loss"].sum() == pytest.approx(effects["windfall"].sum(), rel=0.01)
