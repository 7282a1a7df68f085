"""Along which channels real national income changes, told in two ways, each of which adds up to it exactly.

*use*: what is finally used, what is traded, at which prices, what stocks are worth. *income*: who earns more or less in
money (in units of the world's mean final use), and what final use costs: by whose prices, duties, the price of carbon,
other sources and other products. Products of changes are shared by means of base and scenario (Bennet 1920).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from kaldor.economy.equilibrium.base import Array
from kaldor.economy.equilibrium.outcomes import Outcomes, Trade
from kaldor.economy.equilibrium.solver import Point

CHANNELS: Mapping[tuple[str, str], str] = {
    ("use", "final_use"): "volume of what is finally used",
    ("use", "trade_volume"): "volume sold abroad less volume bought there",
    ("use", "export_prices"): "prices of what is sold abroad",
    ("use", "import_prices"): "prices of what is bought abroad, before duties",
    ("use", "stocks"): "what goes into stocks, and its worth",
    ("income", "pay"): "pay for the same work",
    ("income", "work"): "more or less work, or work where it earns more",
    ("income", "capital"): "income of capital",
    ("income", "tariffs"): "revenue of tariffs",
    ("income", "export taxes"): "revenue, or rents, on what is sold abroad",
    ("income", "output taxes"): "revenue of taxes on output, less subsidies",
    ("income", "carbon price"): "revenue of the price of carbon",
    ("income", "home_prices"): "dearer or cheaper final goods of one's own makers",
    ("income", "foreign_prices"): "dearer or cheaper final goods of makers abroad",
    ("income", "duties"): "duties, and what is lost on the way, on final goods from abroad",
    ("income", "carbon_charge"): "price of carbon on final users' fuel",
    ("income", "sourcing"): "other sources of the same final goods",
    ("income", "mix"): "other final goods",
}
"""What each channel is, by the way it is told and its name."""

Channels = Mapping[tuple[str, str], Array]
"""Parts of the change of real income by region (R), in the table's unit; those of one way add up to it."""


def channels_of(point: Point, outcomes: Outcomes) -> Channels:
    """The parts of real income of a solved balance, as `CHANNELS` names them."""
    use = {("use", name): part for name, part in _use(point, outcomes).items()}
    return use | {("income", name): part for name, part in _income(point).items()}


def _use(point: Point, outcomes: Outcomes) -> Mapping[str, Array]:
    trade, level = Trade(point), np.exp(point.prices.consumption)
    after, before = (trade.sold_and_bought(after=0.5, now=now) for now in (True, False))
    more = [trade.net_exports(after=1, now=now) - trade.net_exports(after=0, now=now) for now in (False, True)]
    traded = (more[0] + more[1] / level) / 2
    return {
        "final_use": outcomes.spending,
        "trade_volume": traded,
        "export_prices": after[0] / level - before[0],
        "import_prices": before[1] - after[1] / level,
        "stocks": outcomes.volume - outcomes.spending - traded + outcomes.stocks_valued,
    }


def _income(point: Point) -> Mapping[str, Array]:
    """Δ(income / price) = Δincome × mean(1 / price) + mean(income) × Δ(1 / price), each part of it in turn."""
    base, volumes = point.scenario.base, point.volumes
    level = np.exp(point.prices.consumption)
    worth = (1 + 1 / level) / 2
    earned = {name: worth * amount for name, amount in _earned(point).items()}
    mean, spent = (base.income + volumes.income) / 2, base.spending.sum(axis=1)
    dearer = {name: -mean / level * amount / spent for name, amount in _dearer(point, level * spent).items()}
    return earned | dearer


def _earned(point: Point) -> Mapping[str, Array]:
    """Changes of incomes in money (R)."""
    scenario, base, volumes = point.scenario, point.scenario.base, point.volumes
    wage = np.exp(point.prices.wage) * scenario.shock.wage_wedge
    imports = base.flows.sum(axis=3).transpose(2, 0, 1)
    before = {
        "capital": base.capital.sum(axis=1),
        "tariffs": (base.tariffs * imports).sum(axis=(0, 1)),
        "export taxes": np.zeros(base.regions),
        "output taxes": (base.output_tax * base.cost).sum(axis=1),
        "carbon price": (base.carbon_price * base.emitted).sum(axis=1),
    }
    return {
        "pay": ((base.labour + volumes.labour) / 2 * (wage - 1)).sum(axis=1),
        "work": ((1 + wage) / 2 * (volumes.labour - base.labour)).sum(axis=1),
        **{name: volumes.parts[name] - amount for name, amount in before.items()},
    }


def _dearer(point: Point, costs: Array) -> Mapping[str, Array]:
    """By how much the final use of the base costs more (R), part by part; `costs` what as good a use costs now."""
    scenario, base, S = point.scenario, point.scenario.base, point.scenario.base.products
    flows = base.flows[..., S:].sum(axis=3)  # product, buyer's region, supplier's
    producers = np.exp(point.prices.producers).T[:, None, :]
    duty = scenario.base_duty
    paid = np.exp(point.prices.delivered) * duty
    by_maker = flows * duty * (producers - 1)
    home = np.einsum("sdd->d", by_maker)
    same_sources = (flows * paid).sum(axis=(0, 2))
    before = (flows * duty).sum(axis=(0, 2))
    makers = by_maker.sum(axis=(0, 2))
    composite = np.exp(point.prices.composite[..., S:])
    same_products = (base.paid[..., S:] * composite).sum(axis=(0, 2))
    price = scenario.shock.carbon_price * np.exp(point.at.households)[:, None]
    rise = scenario.fuel_carbon * price - base.fuel_carbon * base.carbon_price
    charge = (rise[..., S:] * base.paid[..., S:]).sum(axis=(0, 2))
    spent = base.spending.sum(axis=1)
    return {
        "home_prices": home,
        "foreign_prices": makers - home,
        "duties": same_sources - before - makers,
        "carbon_charge": charge,
        "sourcing": same_products - same_sources,
        "mix": costs - spent - (same_products - before) - charge,
    }
