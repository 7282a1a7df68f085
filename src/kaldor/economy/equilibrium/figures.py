"""What a response says in figures with units: of a country or a bloc with its band, of every country, of every choice.

Money goes back to the table's unit. A bloc's money is a sum; its jobs and wages are weighted by labour income, its
consumer prices by final spending, its GDP by income at base.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kaldor.atlas.regions import INCOME_GROUP_NAMES, IncomeGroup, code_meant, income_group, is_known
from kaldor.economy.economy import Economy
from kaldor.economy.equilibrium.accounts_of import CO2
from kaldor.economy.equilibrium.base import Array
from kaldor.economy.equilibrium.channels import CHANNELS
from kaldor.economy.equilibrium.responses import Response, Responses
from kaldor.economy.labelled import OF_EACH_ROW, PERCENT, labelled
from kaldor.economy.orderings import terms_of

INCOME = "real_income"
STRENGTH = "strength"
MEANINGS = {
    STRENGTH: "what was looked for",
    INCOME: "real national income before transfers",
    "real_income_share": "the same, of final spending before",
    "terms_of_trade": "of it: better or worse prices in trade",
    "real_spending": "what the country can buy: income and what is lent or borrowed",
    "real_spending_share": "the same, of final spending before",
    "welfare": "what the country can buy, less the worth of more work and capital",
    "welfare_share": "the same, of final spending before",
    "gdp_volume": "volume of GDP (Fisher)",
    "real_wage": "mean pay in households' prices",
    "jobs": "work; 0 where everybody goes on working",
    "consumer_prices": "households' prices against the mean of the world's final use",
    "co2_home": "CO2 at home",
    "co2_home_share": "the same, of CO2 at home before",
    "co2_abroad": "CO2 abroad",
    "leakage": "rise of CO2 abroad for each tonne less at home",
}
"""What each figure is, in words."""

_ROUNDING = 1e-13
_INCOME_GROUPS: tuple[IncomeGroup, ...] = ("L", "LM", "UM", "H")  # the poorest first


@dataclass(frozen=True, eq=False)
class Reader:
    """Figures of responses on one economy; `leaks` where a carbon price moves emissions, so that leakage is one.

    `looked_for` is what the strength means that was looked for, and its unit, where one was.
    """

    economy: Economy
    million: float
    leaks: bool = False
    looked_for: tuple[str, str] = ("", "")

    @property
    def units(self) -> dict[str, str]:
        """The unit of every figure."""
        money = dict.fromkeys((INCOME, "terms_of_trade", "real_spending", "welfare"), self.economy.unit)
        carbon = self.economy.extensions[CO2].unit if CO2 in self.economy.extensions else ""
        units = dict.fromkeys(MEANINGS, PERCENT) | money | dict.fromkeys(("co2_home", "co2_abroad"), carbon)
        return units | {"leakage": "t per t", STRENGTH: self.looked_for[1]}

    def of(self, response: Response, group: Sequence[int]) -> dict[str, float]:
        """The figures of regions, by position, together; those that are not modelled are left out."""
        outcomes, base, own = response.outcomes, response.base, np.asarray(group, dtype=int)
        spent = base.spending.sum(axis=1)[own].sum()
        money = {
            INCOME: outcomes.income,
            "terms_of_trade": outcomes.terms_of_trade,
            "real_spending": outcomes.spending,
        }
        if response.choice.weighs:
            money["welfare"] = outcomes.welfare
        figures = {} if response.strength is None else {STRENGTH: response.strength}
        for name, amounts in money.items():
            share = _moved(amounts[own].sum() / spent)
            figures[name] = share * spent / self.million
            if f"{name}_share" in MEANINGS:
                figures[f"{name}_share"] = 100 * share
        for name, shares, weights in (
            ("gdp_volume", outcomes.gdp_volume, base.income),
            ("real_wage", outcomes.real_wage, base.labour.sum(axis=1)),
            ("jobs", outcomes.jobs, base.labour.sum(axis=1)),
            ("consumer_prices", outcomes.consumer_prices, base.spending[:, 0]),
        ):
            figures[name] = 100 * _moved(_mean(shares[own], weights[own]))
        if response.choice.labour_supply == 0:
            figures["jobs"] = 0.0  # as the closure has it, and not what the solver leaves of it
        return figures | self._carbon(response, own)

    def channels_of(self, response: Response, group: Sequence[int]) -> dict[tuple[str, str], float]:
        """The parts of the change of real income of regions, by position, together, each way of telling it."""
        own = np.asarray(group, dtype=int)
        spent = response.base.spending.sum(axis=1)[own].sum()
        return {
            name: _moved(part[own].sum() / spent) * spent / self.million for name, part in response.channels.items()
        }

    def _carbon(self, response: Response, own: NDArray[np.int_]) -> dict[str, float]:
        before, change = response.base.emissions, response.outcomes.emissions
        if not before.any():
            return {}
        home, carbon = 0.0, {"co2_home": 0.0}
        if (emitted := before[own].sum()) > 0:
            share = _moved(change[own].sum() / emitted)
            home = float(share * emitted)
            carbon = {"co2_home": home, "co2_home_share": 100 * share}
        if len(own) == len(before):
            return carbon  # there is no abroad
        abroad = float(_moved((change.sum() - change[own].sum()) / before.sum()) * before.sum())
        return carbon | {"co2_abroad": abroad} | ({"leakage": -abroad / home} if self.leaks and home < 0 else {})


def _moved(share: float) -> float:
    """A change as a share of what it is a change of; none where rounding alone is left."""
    return share if abs(share) > _ROUNDING else 0.0


def _mean(shares: Array, weights: Array) -> float:
    return float(np.average(shares, weights=weights)) if weights.sum() > 0 else 0.0


def effects(found: Responses, reader: Reader, group: Sequence[int]) -> pd.DataFrame:
    """What a country or bloc gains and loses: one row a figure, with the ends of the band if there is one."""
    all_of_them = [reader.of(one, group) for one in found.solved]
    asked, units = all_of_them[0], reader.units
    rows = []
    for name, meaning in MEANINGS.items():
        values = [figures[name] for figures in all_of_them if name in figures]
        if name in asked:
            words = reader.looked_for[0] if name == STRENGTH else meaning
            rows.append((name, words, asked[name], min(values), max(values), units[name]))
    frame = pd.DataFrame(rows, columns=["figure", "meaning", "value", "low", "high", "unit"]).set_index("figure")
    if not found.others:
        frame = frame.drop(columns=["low", "high"])
    return labelled(frame, reader.economy, OF_EACH_ROW, status="predicted")


def channels(found: Responses, reader: Reader, group: Sequence[int]) -> pd.DataFrame:
    """Along which channels real income moves: one row each, those of one way add up to it; with the band's ends."""
    all_of_them = [reader.channels_of(one, group) for one in found.solved]
    rows = []
    for (way, name), meaning in CHANNELS.items():
        values = [parts[way, name] for parts in all_of_them]
        if any(values):
            rows.append((way, name, meaning, values[0], min(values), max(values)))
    frame = pd.DataFrame(rows, columns=["way", "channel", "meaning", "value", "low", "high"])
    frame = frame.set_index(["way", "channel"])
    if not found.others:
        frame = frame.drop(columns=["low", "high"])
    money = reader.units[INCOME]
    return labelled(frame, reader.economy, dict.fromkeys(frame.columns[1:], money), status="predicted")


def countries(found: Responses, reader: Reader, group: Sequence[int]) -> pd.DataFrame:
    """Every country of the table: those asked for, then the poorest first; real income with its band, if any."""
    economy, units = reader.economy, reader.units
    rows = {}
    for position in _in_order(economy, group):
        own = reader.of(found.asked, [position])
        incomes = [reader.of(one, [position])["real_income_share"] for one in found.solved]
        band = {"real_income_share_low": min(incomes), "real_income_share_high": max(incomes)} if found.others else {}
        rows[economy.regions[position]] = {
            "income_group": _income_group(economy, position) or "not classified",
            **{name: own[name] for name in _SHOWN[:2]},
            **band,
            **{name: own[name] for name in _SHOWN[2:] if name in own},
        }
    frame = pd.DataFrame.from_dict(rows, orient="index").rename_axis("region")
    return labelled(frame, economy, {name: units[name] for name in _SHOWN if name in frame.columns}, status="predicted")


def choices(found: Responses, reader: Reader, group: Sequence[int]) -> pd.DataFrame:
    """The same country or bloc under every set and closure that was solved."""
    rows = []
    for one in found.solved:
        choice = one.choice
        labels = {"set": choice.set.id, "labour": choice.labour, "capital": choice.capital, "lending": choice.lending}
        rows.append(labels | reader.of(one, group))
    frame = pd.DataFrame(rows).set_index(["set", "labour", "capital", "lending"])
    shown = {name: reader.units[name] for name in _COMPARED if name in frame.columns}
    return labelled(frame[list(shown)], reader.economy, shown, status="predicted")


def parts(found: Responses, reader: Reader, group: Sequence[int], names: Sequence[str]) -> pd.DataFrame:
    """What each of several measures does to the figures: Shapley values, which add up to all of them together.

    `found.parts` hold every subset but the whole, in the order of `subsets`. `_alone` is what one does by itself.
    """
    every = [reader.of(one, group) for one in (*found.parts, found.asked)]
    told = [name for name in _PARTED if all(name in figures for figures in every)]
    table = np.array([[figures[name] for name in told] for figures in every])
    values = table.reshape(*(2,) * len(names), len(told))
    frame = pd.DataFrame(terms_of(values).mean, columns=told, index=pd.Index(names, name="measure"))
    alone = [table[2 ** (len(names) - 1 - position), told.index(INCOME)] for position in range(len(names))]
    frame.insert(1, f"{INCOME}_alone", alone)
    units = {name: reader.units[name] for name in told} | {f"{INCOME}_alone": reader.units[INCOME]}
    return labelled(frame, reader.economy, units, status="predicted")


def without_answer(found: Responses, reader: Reader) -> pd.DataFrame:
    """The sets and closures that have no answer, and why."""
    rows = [
        {"set": one.set.id, "labour": one.labour, "capital": one.capital, "lending": one.lending, "reason": refused.why}
        for refused in found.refused
        for one in [refused.choice]
    ]
    frame = pd.DataFrame(rows).set_index(["set", "labour", "capital", "lending"])
    return labelled(frame, reader.economy, {}, status="predicted")


_SHOWN = (
    INCOME, "real_income_share", "terms_of_trade", "real_spending", "real_spending_share", "welfare", "welfare_share",
    "gdp_volume", "real_wage", "jobs", "consumer_prices", "co2_home",
)  # fmt: skip
_COMPARED = (
    STRENGTH, "real_income_share", "terms_of_trade", "real_spending_share", "welfare_share", "gdp_volume", "real_wage",
    "jobs", "co2_home", "leakage",
)  # fmt: skip
_PARTED = (
    INCOME, "terms_of_trade", "real_spending", "welfare", "gdp_volume", "real_wage", "jobs", "consumer_prices",
    "co2_home", "co2_abroad",
)  # fmt: skip


def _in_order(economy: Economy, group: Sequence[int]) -> list[int]:
    def rank(position: int) -> tuple[bool, int]:
        names = [INCOME_GROUP_NAMES[one] for one in _INCOME_GROUPS]
        own = _income_group(economy, position)
        return position not in group, names.index(own) if own else len(names)

    return sorted(range(len(economy.regions)), key=rank)


def _income_group(economy: Economy, position: int) -> str:
    code = code_meant(economy.regions[position])
    own = income_group(code, economy.year) if is_known(code) else None
    return INCOME_GROUP_NAMES[own] if own else ""
