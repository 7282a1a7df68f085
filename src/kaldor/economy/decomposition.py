"""Why an account changed between two years: intensity, technology, sourcing, mix and level of final demand.

An account is a product of factors, s · L(A) · y. Changing the factors one after another, from the earlier year's to the
later year's values, gives each a term; the terms depend on the order, so they are averaged over all orderings and
their range over the orderings is kept beside the mean.
Sources: Dietzenbacher & Los (1998), Economic Systems Research 10(4), 307-323; Shorrocks (2013), Journal of Economic
Inequality 11, 99-126 (the mean over all orderings is the Shapley value); Miller & Blair (2009), ch. 13.
Known limit: in current prices the intensity term takes in every rise of prices; give deflators.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import factorial
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kaldor.economy.accounts import DIRECT_USE, DISCREPANCY, UNALLOCATED
from kaldor.economy.deflation import Deflators, deflator_row
from kaldor.economy.economy import Array, Economy
from kaldor.economy.factors import FACTORS, TwoYears, check_pair, two_years
from kaldor.economy.labelled import Shown, labelled
from kaldor.economy.orderings import Terms, terms_of
from kaldor.errors import UnknownLabelError
from kaldor.words import Status

Account = Literal["consumption", "production"]
By = Literal["region", "sector", "world"]

CURRENT_PRICES = (
    "Current prices: every rise of prices between the two years counts as lower intensity and higher final demand. "
    "Give deflators before reading the terms."
)


@dataclass(frozen=True, eq=False, repr=False)
class Decomposition(Shown):
    """The change of an account, term by term.

    `table`: one row a group with `earlier`, one column a factor (mean over all orderings), "direct use" (and, for
    production, "statistical discrepancy" and "unallocated"), `later`; the terms add up to later − earlier.
    `spread`: (group, factor) × mean, lowest, highest (over all orderings), polar (mean of the given order of factors
    and its reverse). All in the extension's unit. `solves` counts right-hand sides solved, for `orderings` orderings.
    Both frames carry unit, years, account, prices and, in current prices, a `warning` in `attrs`.
    """

    table: pd.DataFrame
    spread: pd.DataFrame
    factors: tuple[str, ...]
    orderings: int
    solves: int

    def in_a_line(self) -> str:
        """Of what it is the change, and since when."""
        about = self.table.attrs
        since, until = about["years"]
        return f"Change of {about['extension']} ({about['account']}) from {since} to {until}, {about['prices']}"

    def main_table(self) -> pd.DataFrame:
        """The terms by group."""
        return self.table

    @property
    def unit(self) -> str:
        """The unit of every term."""
        return str(self.table.attrs["unit"])

    @property
    def warning(self) -> str:
        """What to know before reading the terms; empty at constant prices."""
        return str(self.table.attrs.get("warning", ""))


def decompose(
    earlier: Economy,
    later: Economy,
    extension: str,
    *,
    factors: Sequence[str] = FACTORS,
    account: Account = "consumption",
    by: By = "region",
    deflators: Deflators | None = None,
    population: Mapping[str, tuple[float, float]] | None = None,
) -> Decomposition:
    """Split the change of an extension's account between two years into the terms of its factors.

    `factors`, in the order of the polar mean: "intensity" (S), "technology" (what is used per output), "sourcing" (from
    which regions, in production and final use), "final-demand-mix" (products), "final-demand-level" (total of each
    region); "population" splits the level into people and amount per head. Without "sourcing" origins are part of
    technology and mix; "final-demand" stands for mix and level together.
    `account`: "consumption" (footprint of each region, or of each product by="sector") or "production" (where it is
    emitted, by region or by industry). Direct use of final users, and the table's discrepancy and unallocated lines,
    are terms of their own.
    `deflators`: how much dearer the later year's products are, in the table's currency: one number, by region, by
    (region, sector) or a table of regions × sectors. Without them the result carries a warning.
    `population`: region → (earlier, later), needed with the factor "population".
    Raises InputError (tables that do not match, factors, deflators, population); UnknownLabelError (extension, account,
    grouping); UnproductiveEconomyError.
    """
    _check_choices(account, by)
    check_pair(earlier, later, extension, factors, population)
    prices = None if deflators is None else deflator_row(later, deflators)
    pair = two_years(earlier, later, extension, population if "population" in factors else None, prices)
    groups, group_of = _groups(earlier, by)
    values, solves = _states(pair, tuple(factors), account, by, group_of, len(groups))
    terms = terms_of(values)
    ends = values.reshape(-1, len(groups))[[0, -1]]
    rest = _rest(pair, account, by, group_of, groups, ends)
    table = _table(groups, by, tuple(factors), terms, ends, rest)
    spread = _spread(groups, by, tuple(factors), terms)
    about = {
        "extension": extension,
        "account": account,
        "years": (earlier.year, later.year),
        "prices": "current prices" if deflators is None else f"prices of {earlier.year}",
    } | ({"warning": CURRENT_PRICES} if deflators is None else {})
    table.attrs.update(about)
    spread.attrs.update(about)
    own = [one.extensions[extension] for one in (earlier, later) if extension in one.extensions]
    at_prices: Status = "modelled" if deflators is None else "estimated"
    terms_by_group, by_ordering = (
        labelled(frame, later, pair.unit, earlier, *own, status=at_prices) for frame in (table, spread)
    )
    return Decomposition(terms_by_group, by_ordering, tuple(factors), factorial(len(factors)), solves)


def _check_choices(account: str, by: str) -> None:
    if account not in {"consumption", "production"}:
        raise UnknownLabelError("account", account, ("consumption", "production"))
    if by not in {"region", "sector", "world"}:
        raise UnknownLabelError("grouping", by, ("region", "sector", "world"))


# -- the value of the account in every state ---------------------------------------------------------------------------


def _states(
    pair: TwoYears, factors: tuple[str, ...], account: Account, by: By, group_of: NDArray[np.intp], groups: int
) -> tuple[Array, int]:
    """The account by group, each factor at its earlier or later value (2, …, 2, groups), and the solves it took.

    One factor of I − A for each pair (technology, sourcing); with it, consumption needs the multipliers of both
    intensities, production the output for every final demand. No ordering is walked.
    """
    values = np.empty((2,) * len(factors) + (groups,))
    solves = 0
    demand_states = list(product((0, 1), repeat=len(pair.demand_factors(factors))))
    for matrix in product((0, 1), repeat=len(pair.matrix_factors(factors))):
        state = dict(zip(pair.matrix_factors(factors), matrix, strict=True))
        finals = [
            pair.demand(state | dict(zip(pair.demand_factors(factors), d, strict=True)), factors) for d in demand_states
        ]
        if account == "consumption":
            # The solver goes before the next one comes: each holds a table of coefficients.
            solved = pair.solver(state).solve(np.column_stack(pair.S), transposed=True)
            amounts = [[_sum(solved[:, a, None] * y, by, group_of, groups) for y in finals] for a in (0, 1)]
        else:
            solved = pair.solver(state).solve(np.column_stack([y.sum(axis=1) for y in finals]))
            amounts = [
                [_grouped(pair.S[a] * solved[:, i], group_of, groups) for i in range(len(finals))] for a in (0, 1)
            ]
        solves += solved.shape[1]
        for a, (i, d) in product((0, 1), enumerate(demand_states)):
            place = state | {"intensity": a} | dict(zip(pair.demand_factors(factors), d, strict=True))
            values[tuple(place[factor] for factor in factors)] = amounts[a][i]
    return values, solves


def _sum(by_use: Array, by: By, group_of: NDArray[np.intp], groups: int) -> Array:
    """Products × regions of use, added up: to the regions of use, to the products, or altogether."""
    if by == "region":
        return by_use.sum(axis=0)
    return _grouped(by_use.sum(axis=1), group_of, groups)


def _grouped(values: Array, group_of: NDArray[np.intp], groups: int) -> Array:
    return np.asarray(np.bincount(group_of, values, groups), dtype=np.float64)


def _groups(economy: Economy, by: By) -> tuple[list[str], NDArray[np.intp]]:
    """Labels of the groups and the group of each row of Z."""
    regions, sectors = len(economy.regions), len(economy.sectors)
    if by == "region":
        return list(economy.regions), np.repeat(np.arange(regions), sectors)
    if by == "sector":
        return list(economy.sectors), np.tile(np.arange(sectors), regions)
    return ["world"], np.zeros(economy.n, dtype=np.intp)


# -- lines outside the chains, and the labelled result -----------------------------------------------------------------


def _rest(
    pair: TwoYears, account: Account, by: By, group_of: NDArray[np.intp], groups: list[str], ends: Array
) -> dict[str, Array]:
    """Amounts outside s L y in both years (2 × groups): direct use; for production, discrepancy and unallocated."""
    direct = pair.direct if by == "region" else pair.direct.sum(axis=1, keepdims=True)
    lines = {DIRECT_USE: direct if by != "sector" else np.zeros((2, len(groups)))}
    if account == "production":
        allocated, unallocated = (
            np.array([_grouped(amounts, group_of, len(groups)) for amounts in both])
            for both in (pair.allocated, pair.unallocated)
        )
        lines |= {DISCREPANCY: allocated - ends, UNALLOCATED: unallocated}
    if by == "sector":  # households' own fuel belongs to no product and no industry
        lines = {name: np.column_stack([values, np.zeros(2)]) for name, values in lines.items()}
        lines[DIRECT_USE][:, -1] = direct[:, 0]
    return lines


def _table(
    groups: list[str], by: By, factors: tuple[str, ...], terms: Terms, ends: Array, rest: dict[str, Array]
) -> pd.DataFrame:
    rows = [*groups, DIRECT_USE] if by == "sector" else groups
    more = len(rows) - len(groups)
    columns = {"earlier": np.append(ends[0], np.zeros(more)) + sum(both[0] for both in rest.values())}
    columns |= {factor: np.append(terms.mean[i], np.zeros(more)) for i, factor in enumerate(factors)}
    columns |= {name: both[1] - both[0] for name, both in rest.items()}
    columns["later"] = np.append(ends[1], np.zeros(more)) + sum(both[1] for both in rest.values())
    columns["change"] = columns["later"] - columns["earlier"]
    return pd.DataFrame(columns, index=pd.Index(rows, name=by))


def _spread(groups: list[str], by: By, factors: tuple[str, ...], terms: Terms) -> pd.DataFrame:
    index = pd.MultiIndex.from_product([groups, factors], names=[by, "factor"])
    columns = {name: getattr(terms, name).T.ravel() for name in ("mean", "lowest", "highest", "polar")}
    return pd.DataFrame(columns, index=index)
