"""The equilibrium equals our own economy in levels (`levels`), shock by shock; and each planted fault would be seen."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from kaldor.economy.equilibrium.base import Array, Base, Elasticities, every_user
from kaldor.economy.equilibrium.outcomes import outcomes_of
from kaldor.economy.equilibrium.shock import Closure, Shock
from kaldor.economy.equilibrium.solver import Equilibrium
from tests.economy.equilibrium.levels import Change, Economy, Observed

R, S, K = 2, 3, 2
n = R * S


def observed() -> Observed:
    """Two regions, three products of which the first is a fuel; every elasticity another, prices anything."""
    draw = np.random.default_rng(20261130)
    between, final = draw.uniform(3, 12, (n, n)), draw.uniform(8, 40, (n, R, K))
    stocks = np.zeros((n, R))
    stocks[0, 0], stocks[3, 1], stocks[5, 1] = 1.5, -0.8, 2.0
    output = between.sum(axis=1) + final.sum(axis=(1, 2)) + stocks.sum(axis=1)
    tariff = draw.uniform(0, 0.3, (n, R))
    tariff[np.arange(n), np.arange(n) // S] = 0
    left = output - between.sum(axis=0) * 1.1
    labour = left * draw.uniform(0.4, 0.6, n)
    return Observed(
        regions=R, products=S, categories=K, between=between, final=final, stocks=stocks,
        labour=labour, capital=left * draw.uniform(0.2, 0.35, n), tariff=tariff,
        carbon_price=np.array([[0.04, 0.02, 0.05, 0.03, 0.0], [0.01, 0.0, 0.01, 0.02, 0.0]]),
        fuel=np.where(np.arange(S)[:, None] == 0, draw.uniform(0.2, 0.6, (S, n)), 0.0),
        household_fuel=np.where(np.arange(S)[:, None] == 0, draw.uniform(0.1, 0.3, (S, R)), 0.0),
        process=draw.uniform(0.05, 0.25, n), slope=draw.uniform(1.0, 2.5, n), energy=[0],
        price=draw.uniform(0.5, 3, n), wage=draw.uniform(0.8, 1.5, R), rental=draw.uniform(0.7, 1.8, n),
        sourcing=[3.6, 2.2, 4.4], materials=0.25, top=0.55, factors=0.65, final_elasticity=0.85,
        energy_against_factors=0.35, fuels=0.75, investment=1,
    )  # fmt: skip


def base_of(seen: Observed) -> Base:
    flows = np.concatenate([seen.between.reshape(R, S, R, S), seen.final.reshape(R, S, R, K)], axis=3)
    fuel = np.concatenate([seen.fuel.reshape(S, R, S), np.zeros((S, R, K))], axis=2)
    fuel[:, :, S] = seen.household_fuel
    return Base(
        flows=np.ascontiguousarray(flows.transpose(1, 2, 0, 3)),
        stocks=seen.stocks.reshape(R, S, R),
        output=seen.output.reshape(R, S),
        labour=seen.labour.reshape(R, S),
        capital=seen.capital.reshape(R, S),
        tariffs=seen.tariff.reshape(R, S, R),
        carbon_price=seen.carbon_price,
        fuel_carbon=fuel,
        process_carbon=seen.process.reshape(R, S),
        abatement_slope=seen.slope.reshape(R, S),
        energy=np.array([[True], [False], [False]]),
        elasticities=Elasticities(
            sourcing=np.array(seen.sourcing),
            materials=seen.materials,
            top=seen.top,
            factors=seen.factors,
            final=seen.final_elasticity,
            energy_against_factors=seen.energy_against_factors,
            fuels=seen.fuels,
        ),
        investment=seen.investment,
    )


def _in(region: int, product: int, value: float, otherwise: float = 1.0) -> Array:
    array = np.full((R, S), otherwise)
    array[region, product] = value
    return array


def _between_regions(value: float) -> Array:
    array = np.zeros((R, S, R))
    array[1, :, 0] = value
    array[0, 1, 1] = value / 2
    return array


STOCKS = observed().stocks.reshape(R, S, R) + np.array([0.5, -1.0, 0.0])[:, None]
SOME_PAY = np.array([[0.5, 0.02, 0.3, 0.4, 0.1], [0.05, 0.2, 0.01, 0.0, 0.0]])
CLEANER = np.array([[0.6, 0.9, 1.3, 0.5, 1.0], [1.0, 0.7, 1.0, 1.2, 1.0]])
TARIFF = _between_regions(0.25)
CHANGES: dict[str, dict[str, Array]] = {
    "nothing": {},
    "tariffs": {"tariffs": TARIFF},
    "subsidy and tax": {"output_tax": _in(0, 1, -0.12, 0.0) + _in(1, 2, 0.08, 0.0)},
    "carbon price": {"carbon_price": every_user(np.array([0.5, 0.01]), S + K)},
    "carbon price in both": {"carbon_price": every_user(np.array([0.3, 0.4]), S + K)},
    "carbon price of some": {"carbon_price": SOME_PAY},
    "cleaner industries and households": {"emission_factor": CLEANER},
    "cleaner while charged": {"emission_factor": CLEANER, "carbon_price": SOME_PAY},
    "more labour and capital": {"factor_need": _in(0, 1, 1.2) * _in(1, 2, 0.85)},
    "less labour": {"labour_need": _in(0, 1, 0.7) * _in(1, 2, 1.1)},
    "productivity": {"productivity": _in(0, 2, 1.2) * _in(1, 0, 0.9)},
    "labour productivity": {"labour_productivity": _in(0, 1, 1.3)},
    "wage wedge": {"wage_wedge": _in(0, 0, 1.1) * _in(0, 2, 1.04)},
    "transport": {"transport": 1 + TARIFF},
    "tariffs with a subsidy": {"tariffs": TARIFF, "output_tax": _in(0, 1, -0.1, 0.0)},
    "a larger workforce": {"labour_force": np.array([1.1, 0.95])},
    "a larger stock of capital": {"capital_stock": np.array([1.2, 0.9])},
    "more of all under tariffs": {
        "labour_force": np.array([1.1, 0.95]),
        "capital_stock": np.array([1.3, 1.05]),
        "stocks": STOCKS,
        "productivity": _in(0, 2, 1.2),
        "tariffs": TARIFF,
    },
    "other stocks": {"stocks": STOCKS},
    "a ban": {"ban": np.array([1, 1, 0])},
    "all": {
        "tariffs": TARIFF,
        "output_tax": _in(1, 2, 0.08, 0.0),
        "carbon_price": SOME_PAY,
        "emission_factor": CLEANER,
        "factor_need": _in(0, 1, 1.1),
        "labour_need": _in(1, 2, 0.9),
        "productivity": _in(0, 2, 1.2),
        "labour_productivity": _in(0, 1, 1.3),
        "wage_wedge": _in(1, 0, 1.1),
        "transport": 1 + TARIFF / 2,
        "labour_force": np.array([1.03, 0.98]),
        "stocks": STOCKS,
    },
}
CLOSURES: dict[str, dict[str, object]] = {
    "plain": {"lending": "fixed"},
    "supply of labour, pooled lending, external economies": {
        "labour_supply": 0.4,
        "lending": "pooled",
        "external_economies": 0.06,
    },
    "mobile capital, a fixed real wage in the first region": {
        "labour_supply": np.array([np.inf, 0.2]),
        "capital": "mobile",
        "lending": "pooled",
    },
    "capital that answers, in its industry": {"lending": "fixed", "capital_supply": 0.8, "labour_supply": 0.3},
    "capital that answers, mobile": {"lending": "pooled", "capital_supply": 0.8, "capital": "mobile"},
    "slow labour": {"lending": "fixed", "labour_mobility": 1.5, "labour_supply": 0.3},
    "slow labour, mobile capital, a fixed real wage in the first region": {
        "lending": "pooled",
        "labour_mobility": 0.7,
        "labour_supply": np.array([np.inf, 0.2]),
        "capital": "mobile",
    },
    "labour and capital of one industry only": {"lending": "fixed", "labour_mobility": 0.0},
    "a tax on labour pays": {"lending": "fixed", "treasury": "labour tax", "labour_supply": np.array([0.4, 0.1])},
    "stocks with sales": {"lending": "pooled", "stocks": "with sales"},
    "everything answers": {
        "lending": "pooled",
        "labour_supply": 0.1,
        "labour_mobility": 1.5,
        "capital_supply": 0.5,
        "treasury": "labour tax",
        "stocks": "with sales",
        "external_economies": 0.06,
    },
}


def _both(change: dict[str, Array], closure: dict[str, object]) -> tuple[dict[str, Array], Equilibrium, Shock]:
    seen = observed()
    base = base_of(seen)
    changes = dict(change)
    banned = changes.pop("ban", None)
    shock = replace(Shock.none(base), **changes)
    without = []
    if banned is not None:
        supplier, product, buyer = banned
        cut = np.ones_like(base.flows)
        cut[product, buyer, supplier] = 0
        shock = replace(shock, barred=cut)
        without = [(int(supplier) * S + int(product), int(buyer))]
    levels = Change(
        productivity=shock.productivity.ravel(),
        labour_productivity=shock.labour_productivity.ravel(),
        wedge=shock.wage_wedge.ravel(),
        tax=shock.output_tax.ravel(),
        tariff=shock.tariffs.reshape(n, R),
        carbon_price=shock.carbon_price,
        factor_need=shock.factor_need.ravel(),
        labour_need=shock.labour_need.ravel(),
        emission_factor=shock.emission_factor,
        lost_on_the_way=shock.transport.reshape(n, R),
        force=shock.labour_force,
        machines=shock.capital_stock,
        supply=np.broadcast_to(np.asarray(closure.get("labour_supply", 0.0), float), R),
        pooled=closure["lending"] == "pooled",
        external=float(closure.get("external_economies", 0.0)),  # type: ignore[arg-type]
        mobile=closure.get("capital") == "mobile",
        capital_supply=float(closure.get("capital_supply", 0.0)),  # type: ignore[arg-type]
        mobility=float(closure.get("labour_mobility", np.inf)),  # type: ignore[arg-type]
        taxed_labour=closure.get("treasury") == "labour tax",
        stocks_follow=closure.get("stocks") == "with sales",
        stocks=shock.stocks.reshape(n, R),
        without=without,
    )
    return Economy(seen, levels).solve(), Equilibrium(base, Closure.of(base, **closure)), shock  # type: ignore[arg-type]


@pytest.mark.parametrize("closure", CLOSURES)
@pytest.mark.parametrize("change", CHANGES)
def test_prices_quantities_wages_income_and_emissions_are_those_in_levels(change: str, closure: str) -> None:
    levels, equilibrium, shock = _both(CHANGES[change], CLOSURES[closure])
    point = equilibrium.solve(shock)
    ours = {
        "price": np.exp(point.prices.producers),
        "output": np.exp(point.at.output),
        "wage": np.exp(point.prices.wage),
        "spending": np.exp(point.at.spending),
        "level": np.exp(point.prices.consumption),
        "income": point.volumes.income,
        "emissions": point.volumes.emitted,
    }
    for name, value in ours.items():
        np.testing.assert_allclose(value.ravel(), levels[name].ravel(), rtol=1e-10, atol=1e-14, err_msg=name)
    assert abs(levels["walras"][0]) < 1e-12
    assert point.walras < 1e-10
    before = equilibrium.base.spending.sum(axis=1)
    real = before * (levels["spending"] / levels["level"] - 1)
    np.testing.assert_allclose(outcomes_of(point).spending, real, atol=1e-9 * before.sum())
