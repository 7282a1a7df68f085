"""An economy as the calibration reads it: final use by who decides, labour's income, carbon; and what was assumed.

Money is brought to millions of US dollars of the table's year where its currency is known, emissions stay in kt.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kaldor.atlas.money import Rate, dollar_in, money_of
from kaldor.atlas.regions import code_meant
from kaldor.atlas.roles import HOUSEHOLDS, INVENTORIES
from kaldor.economy.economy import Economy, Extension
from kaldor.economy.equilibrium.base import Array, Base
from kaldor.economy.equilibrium.calibration import Accounts, Fuels
from kaldor.economy.equilibrium.sets import declared, on_table, positions_in
from kaldor.economy.multipliers import VALUE_ADDED
from kaldor.economy.solve import solver_of
from kaldor.errors import InputError, Problem

CO2 = "co2"
LABOUR_INCOME = "labour_income"
LABOUR_ESTIMATED = "labour_income_estimated"
"""The same, with an estimate where nothing was published."""
FIXED = frozenset({INVENTORIES, "valuables"})
"""Roles of final use that do not answer."""
_INVESTMENT = "investment"
_DECIDED = ((HOUSEHOLDS, "npish"), ("government",), (_INVESTMENT,))
_NAMED = 8
_TOLD = 1e-6  # of the world's emissions: less than this that is left out needs no word
_BIAS = (
    "Old taxes are then partly capital's income, and what is new does not act on them: a price of carbon costs too "
    "little and leaks too much, productivity and subsidies bring a little too little."
)
"""Which way shares of the table's value added bend the answers (docs/methods/equilibrium.md: against accounts)."""


@dataclass(frozen=True, eq=False)
class Read:
    """Accounts in million dollars and kt; `million` of these are one of the table's unit (1 where nobody knows it).

    `no_carbon_price` says why none can be charged, empty where one can; `extensions` are those that were read; gaps of
    those in `filled` are estimated, and `notes` say how.
    """

    accounts: Accounts
    fuels: Fuels
    million: float
    no_carbon_price: str
    extensions: tuple[str, ...]
    filled: tuple[str, ...]
    notes: tuple[str, ...]


def accounts_of(economy: Economy) -> Read:
    """The accounts of an economy.

    Raises InputError where it trades with regions that it does not show, UnproductiveEconomyError where its industries
    need more than they make.
    """
    solver_of(economy).require_productive()
    if economy.trades_outside:
        what = "sells to regions that it does not show, or buys there: their answer cannot be found."
        raise InputError(Problem("economy", f"the table {what}", "Take a table of the whole world."))
    million, rate = _millions(economy)
    regions, S = len(economy.regions), len(economy.sectors)
    final, fixed, investment, said = _final_use(economy)
    _require_households(economy, final[..., 0].sum(axis=(0, 1)))
    labour, value_added, labour_said = _labour(economy)
    co2 = economy.extensions.get(CO2)
    counted = co2 is not None and _in_kt(co2)
    industries = economy.extension(CO2).F.reshape(regions, S) if counted else np.zeros((regions, S))
    households = economy.direct_by_region(CO2) if counted else np.zeros(regions)
    accounts = Accounts(
        flows=million * economy.Z.reshape(regions, S, regions, S),
        final=million * final,
        fixed=million * fixed,
        output=million * economy.x.reshape(regions, S),
        labour=million * labour,
        value_added=million * value_added,
        emissions=np.array(industries),
        household_emissions=np.array(households),
        investment=investment,
    )
    fuels, fuels_said = _fuels(economy)
    of_labour = (LABOUR_INCOME, LABOUR_ESTIMATED, VALUE_ADDED) if LABOUR_INCOME in economy.extensions else ()
    filled = tuple(name for name in of_labour if name in economy.extensions)
    lacking = no_carbon_price(economy)
    notes = (*rate, *said, *labour_said, *(fuels_said if counted else ()), *((lacking,) if lacking else ()))
    return Read(accounts, fuels, million, lacking, (*filled, *((CO2,) if counted else ())), filled, notes)


def _require_households(economy: Economy, bought: Array) -> None:
    """Raise InputError for regions whose households buy nothing (R): what a price there is measured by is missing."""
    none = [economy.regions[i] for i in np.flatnonzero(bought <= 0)]
    if none:
        what = f"households of {', '.join(none[:_NAMED])} buy nothing: no price there has a measure."
        raise InputError(Problem("economy", what, "Aggregate such regions into others."))


def no_carbon_price(economy: Economy) -> str:
    """Why no price of carbon can be charged on a table; empty where one can."""
    co2 = economy.extensions.get(CO2)
    if _dollar(economy) is None:
        unit = economy.unit or "a unit not stated"
        return f"What a dollar is in {unit} is not known: no price of carbon can be charged."
    if co2 is None:
        return (
            f"No emissions are attached under the id '{CO2}', and none are modelled: no price of carbon can be charged."
        )
    return "" if _in_kt(co2) else f"Emissions are in {co2.unit} and not in kt: no price of carbon can be charged."


def unit_of_account(economy: Economy) -> str:
    """The unit of amounts that are typed: million dollars of the table's year, its own where nobody knows the rate."""
    return economy.unit if _dollar(economy) is None else f"million US dollars of {economy.year}"


def emissions_left_out(economy: Economy, read: Read, base: Base) -> tuple[str, ...]:
    """What is said of emissions that a base does not hold: households' beyond what their fuel can burn."""
    told = read.accounts.emissions.sum(axis=1) + read.accounts.household_emissions
    gone = told - base.emissions
    places = np.flatnonzero(gone > _TOLD * told.sum())
    if not len(places):
        return ()
    named = ", ".join(economy.regions[i] for i in places[:_NAMED])
    return (
        f"Of households' CO2 in {named}, {gone[places].sum():,.6g} kt are more than what they buy of fuel can burn: "
        "left out, and not charged.",
    )


def _millions(economy: Economy) -> tuple[float, tuple[str, ...]]:
    """Million dollars for one of the table's unit (1 where nobody knows it), and the rate if one was needed."""
    found = _dollar(economy)
    if found is None:
        return 1.0, ()
    size, rate = found
    return 1e-6 / size, () if rate is None else (f"Dollars are counted at {rate}.",)


def _dollar(economy: Economy) -> tuple[float, Rate | None] | None:
    money = money_of(economy.unit, economy.year)
    return None if money is None else dollar_in(money)


def _in_kt(co2: Extension) -> bool:
    return co2.unit.lower().startswith("kt")


def final_buyers(economy: Economy) -> tuple[NDArray[np.bool_], ...]:
    """Which categories of final demand decide together (demands): households first, then those that the table has."""
    roles = [economy.demand_roles.get(demand, "") for demand in economy.demands]
    columns = [np.array([role in decided for role in roles]) for decided in _DECIDED]
    columns[0] |= np.array(_strays(roles))
    return tuple(own for own in columns if own.any())


def _strays(roles: Sequence[str]) -> list[bool]:
    """Which roles nobody knows; they answer like households."""
    known = {role for decided in _DECIDED for role in decided}
    return [role not in known and role not in FIXED for role in roles]


def _final_use(economy: Economy) -> tuple[Array, Array, int | None, tuple[str, ...]]:
    """Final use that answers (R, S, R, K), households first; what does not, with the discrepancy (R, S, R); which of
    the former builds capital."""
    R, S = len(economy.regions), len(economy.sectors)
    Y = economy.Y.reshape(R, S, R, len(economy.demands))
    roles = [economy.demand_roles.get(demand, "") for demand in economy.demands]
    stray = _strays(roles)
    fixed = Y[..., np.array([role in FIXED for role in roles])].sum(axis=3)
    fixed[np.arange(R), :, np.arange(R)] += economy.discrepancy.reshape(R, S)
    said = ""
    if any(stray):
        strays = ", ".join(name for name, one in zip(economy.demands, stray, strict=True) if one)
        said = f"Final use {strays} has no role that is known and answers like households'."
    buyers = final_buyers(economy)
    building = np.array([role == _INVESTMENT for role in roles])
    investment = next((position for position, own in enumerate(buyers) if (own & building).any()), None)
    answering = np.stack([Y[..., own].sum(axis=3) for own in buyers], axis=3)
    return answering, fixed, investment, (said,) if said else ()


def _labour(economy: Economy) -> tuple[Array, Array, tuple[str, ...]]:
    """Labour income and value added (R, S) in the table's unit, and what of it is estimated."""
    R, S = len(economy.regions), len(economy.sectors)
    rules = declared().labour
    output = np.maximum(economy.x, 0.0).reshape(R, S)
    value_added = economy.value_added.reshape(R, S)
    typed = on_table(rules.share, economy).values * np.maximum(value_added, 0.0)
    paid = _money(economy, LABOUR_INCOME)
    if paid is None:
        note = (
            f"Labour income is estimated: no '{LABOUR_INCOME}' is attached. Shares of the table's value added stand in;"
            f" the rest, with taxes less subsidies, is taken for capital's. {_BIAS} {rules.source}"
        )
        return typed, value_added, (note,)
    paid, filled = _with_estimates(economy, paid)
    basic = _money(economy, VALUE_ADDED)
    if basic is not None:  # what has no figure keeps that of the table
        told = (basic.sum(axis=1, keepdims=True) != 0) & ~economy.missing(VALUE_ADDED).reshape(R, S)
        value_added = np.where(told, basic, value_added)
    counted = paid.sum(axis=1) > 0
    lone = economy.missing(LABOUR_INCOME).reshape(R, S) & (paid == 0) & counted[:, None]
    if lone.any():
        paid = np.where(lone, typed, paid)
        note = f"Labour income of {lone.sum():,} industries is estimated by shares of value added. {rules.source}"
        filled = (*filled, note)
    if counted.all():
        return paid, value_added, filled
    named = economy.regions
    emerging = [i for i, one in enumerate(named) if code_meant(one) in rules.emerging and counted[i]]
    missing = ", ".join(named[i] for i in np.flatnonzero(~counted)[:_NAMED])
    if not emerging:
        paid = np.where(counted[:, None], paid, typed)
        note = f"Labour income of {missing} is estimated by shares of value added. {_BIAS} {rules.source}"
        return paid, value_added, (*filled, note)
    made = output[emerging].sum(axis=0)
    published = basic is not None and all(basic[emerging].sum(axis=1) != 0)
    for position in np.flatnonzero(~counted):
        for amounts in (paid, *([value_added] if published else [])):
            ratio = np.divide(amounts[emerging].sum(axis=0), made, out=np.zeros(S), where=made > 0)
            amounts[position] = ratio * output[position]
    names = ", ".join(named[i] for i in emerging)
    both = "Labour income and value added at basic prices" if published else "Labour income"
    note = f"{both} of {missing} {'are' if published else 'is'} estimated: by industry as in {names} together."
    return paid, value_added, (*filled, note)


def _with_estimates(economy: Economy, paid: Array) -> tuple[Array, tuple[str, ...]]:
    """Labour income (R, S) with the estimates that are attached where there is nothing else, and what is said of it."""
    estimated = _money(economy, LABOUR_ESTIMATED)
    if estimated is None:
        return paid, ()
    gaps = (paid == 0) & (estimated != 0)
    if not gaps.any():
        return paid, ()
    own = economy.extension(LABOUR_ESTIMATED)
    return np.where(gaps, estimated, paid), (f"Labour income of {gaps.sum():,} industries is estimated: {own.name}.",)


def _money(economy: Economy, extension: str) -> Array | None:
    """An extension that is an amount of money (R, S), in the table's unit. Raises InputError for other units."""
    own = economy.extensions.get(extension)
    if own is None:
        return None
    theirs, ours = money_of(own.unit, economy.year), money_of(economy.unit, economy.year)
    if own.unit == economy.unit:
        size = 1.0
    elif theirs is not None and ours is not None and (theirs.currency, theirs.year) == (ours.currency, ours.year):
        size = 10.0 ** (theirs.power - ours.power)
    else:
        what = f"is in {own.unit}, the table in {economy.unit}."
        raise InputError(Problem(f"extension {extension}", what, "Bring it to the money of the table."))
    return np.nan_to_num(size * own.F).reshape(len(economy.regions), len(economy.sectors))


def _fuels(economy: Economy) -> tuple[Fuels, tuple[str, ...]]:
    """Which products carry carbon on this table, and what it does not tell apart."""
    rules = declared().carbon
    process = on_table(rules.process, economy)
    held = {name: bool(positions_in(economy, [name])) for name in (*rules.fuels, *rules.power)}
    missing = dict.fromkeys([*(name for name, there in held.items() if not there), *process.missing])
    said = f"This table does not tell apart {', '.join(missing)}: what burns there stands with other fuels or output."
    return Fuels(
        fuels=positions_in(economy, rules.fuels),
        power=positions_in(economy, rules.power),
        refining=positions_in(economy, rules.refining),
        gas_share=rules.gas_share,
        process=dict(enumerate(process.values)),
    ), (said,) if missing else ()
