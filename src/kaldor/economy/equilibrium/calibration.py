"""From a table with labour income to an equilibrium at prices of one, by rules that are told.

What does not answer (changes in stocks, negative cells, the table's discrepancy) becomes fixed volumes; what an
industry's output holds beyond inputs, labour and capital is a tax on output at base.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kaldor.economy.equilibrium.base import Array, Base, Elasticities

TRACE = 1e-9  # of mean output: what an idle industry makes for its own stock, so that its price has an equation
LEAST_CAPITAL = 0.05  # of value added: what capital earns at least; the excess of labour income goes to the output tax
MOST_CARBON = 30.0  # kt per million: fuel that is booked too cheap burns no more than this; the rest counts as process
ABATEMENT = 1.05  # per (million / kt): process emissions fall by a tenth at 100 $/t


@dataclass(frozen=True, eq=False)
class Accounts:
    """A table as calibration reads it, money in millions and emissions in kt.

    `flows` (R, S, R, S) between industries, `final` (R, S, R, K) by answering category, households first; `fixed`
    (R, S, R) what does not answer; `output`, `labour`, `value_added` (R, S), the last two at basic prices; `emissions`
    (R, S) of industries and `household_emissions` (R); `investment` the position of what builds capital among the final
    categories, if there is one.
    """

    flows: Array
    final: Array
    fixed: Array
    output: Array
    labour: Array
    value_added: Array
    emissions: Array
    household_emissions: Array
    investment: int | None = None


@dataclass(frozen=True)
class Fuels:
    """Which products carry carbon: positions of fuels, of power (a share of which is gas) and of refining, whose crude
    is a material; shares of process emissions by position, the rest is combustion."""

    fuels: tuple[int, ...]
    power: tuple[int, ...]
    refining: tuple[int, ...]
    gas_share: float
    process: dict[int, float]


def calibrate(accounts: Accounts, fuels: Fuels, elasticities: Elasticities) -> Base:
    """The base of an equilibrium: balanced at prices of one, no tariffs and no carbon price in it."""
    flows = np.concatenate([accounts.flows, accounts.final], axis=3)
    negative = np.minimum(flows, 0.0)
    flows = np.maximum(flows, 0.0)
    idle = accounts.output <= 0
    flows[..., : idle.shape[1]][:, :, idle] = 0.0  # who makes nothing buys nothing
    flows[idle] = 0.0  # what nobody makes is bought from value added
    fixed = np.where(idle[:, :, None], 0.0, accounts.fixed + negative.sum(axis=3))
    trace = TRACE * accounts.output.mean()
    regions, S = accounts.output.shape
    fixed[np.arange(regions), :, np.arange(regions)] += np.where(idle, trace, 0.0)
    flows = np.ascontiguousarray(flows.transpose(1, 2, 0, 3))
    output = flows.sum(axis=(1, 3)).T + fixed.sum(axis=2)
    labour, capital = factor_incomes(accounts.labour, accounts.value_added)
    fuel_carbon, process = carbon_by_fuel(accounts, fuels, flows, output)
    energy = np.zeros((S, S), dtype=bool)
    energy[np.array([*fuels.fuels, *fuels.power], dtype=int)] = True
    energy[:, np.array(fuels.refining, dtype=int)] = False
    return Base(
        flows=flows,
        stocks=fixed,
        output=output,
        labour=np.where(idle, trace / 2, labour),
        capital=np.where(idle, trace / 2, capital),
        tariffs=np.zeros((regions, S, regions)),
        carbon_price=np.zeros((regions, flows.shape[3])),
        fuel_carbon=fuel_carbon,
        process_carbon=process,
        abatement_slope=np.full((regions, S), ABATEMENT),
        energy=energy,
        elasticities=elasticities,
        investment=accounts.investment,
    )


def factor_incomes(labour: Array, value_added: Array) -> tuple[Array, Array]:
    """Labour and capital income (R, S): capital earns a twentieth of value added at least."""
    least = LEAST_CAPITAL * np.where(value_added > 0, value_added, labour)
    return labour, np.maximum(value_added - labour, least)


def carbon_by_fuel(accounts: Accounts, fuels: Fuels, flows: Array, output: Array) -> tuple[Array, Array]:
    """Emissions per value of each fuel bought (S, R, S + K) and of process per output (R, S)."""
    S = output.shape[1]
    bought = flows.sum(axis=2)
    burnt = np.zeros_like(bought)
    burnt[list(fuels.fuels)] = bought[list(fuels.fuels)]
    for power in fuels.power:
        burnt[power] = fuels.gas_share * bought[power]
        burnt[power][:, list(fuels.power)] = 0.0
    burnt[..., S + 1 :] = 0.0
    process = np.zeros(S)
    for position, share in fuels.process.items():
        process[position] = share
    combustion = accounts.emissions * (1 - process)
    everyone = np.concatenate([combustion, accounts.household_emissions[:, None]], axis=1)
    value = burnt[..., : S + 1].sum(axis=0)
    rate = np.minimum(np.divide(everyone, value, out=np.zeros_like(everyone), where=value > 0), MOST_CARBON)
    fuel_carbon = np.zeros_like(bought)
    factor = np.divide(burnt, bought, out=np.zeros_like(burnt), where=bought > 0)
    fuel_carbon[..., : S + 1] = rate * factor[..., : S + 1]
    rest = accounts.emissions - rate[:, :S] * value[:, :S]
    return fuel_carbon, np.divide(rest, output, out=np.zeros_like(rest), where=output > 0)
