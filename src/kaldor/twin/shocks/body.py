"""An economy laid out for simulation: what stays the same through all steps and runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from kaldor.economy.economy import Array, Economy
from kaldor.economy.solve import solver_of
from kaldor.errors import UnknownLabelError
from kaldor.twin.shocks.specific import Links
from kaldor.twin.shocks.table import Positions, Table, normal_orders, normal_use

FINAL, REBUILDING, INDUSTRIES = "final demand", "rebuilding", "industries"


@dataclass(frozen=True, eq=False)
class Body:
    """An economy laid out for simulation: S products, R regions, n = R·S, K classes of clients.

    The table tells apart only the classes that industries are in, `industry_classes` of the K; `final_class` and
    `rebuilding_class` are those of the other clients. All flows are annual rates in the table's unit:

    use     of each product by each industry (S × n), and `orders` of industries by class and supplier (S × K × R)
    links   what groups of buyers normally buy from each supplier
    final   demand by supplier and region of use (n × R)
    drawn   supply from inventories that the table draws down (n)
    x       normal output (n), `value_added` per unit of it (n)
    """

    economy: Economy
    table: Table
    K: int
    industry_classes: Positions
    final_class: int
    rebuilding_class: int
    use: Array = field(repr=False)
    orders: Array = field(repr=False)
    links: Links = field(repr=False)
    final: Array = field(repr=False)
    drawn: Array = field(repr=False)
    x: Array = field(repr=False)
    value_added: Array = field(repr=False)

    @property
    def n(self) -> int:
        """Region-sectors."""
        return len(self.x)

    @property
    def S(self) -> int:
        """Products (sectors)."""
        return self.table.S

    @property
    def R(self) -> int:
        """Regions."""
        return self.table.R

    @cached_property
    def sales_by_region(self) -> Array:
        """Sales to the industries of each region (n × R)."""
        return self.economy.Z.reshape(self.n, self.R, self.S).sum(axis=2)


def prepare(
    economy: Economy, priority: tuple[str, ...] = (), *, groups: Sequence[int] | Positions | None = None
) -> Body:
    """Lay an economy out for simulation; `priority` names classes of clients in the order in which they are served.

    `groups` numbers the groups of regions (R, from 0) whose purchases events or stocks tell apart (`groups_of_buyers`),
    by default each region alone: the fewer, the quicker.

    Each entry is "final demand", "rebuilding", "industries" (all not named otherwise), a sector or a sector group.
    Without priority all clients are served in proportion to their orders.
    Raises UnknownLabelError; UnproductiveEconomyError, since value added would be below 0.
    """
    solver_of(economy).require_productive()
    industry_class, final_class, rebuilding_class, K = _client_classes(economy, priority)
    S, R, n = len(economy.sectors), len(economy.regions), economy.n
    industry_classes, compact = np.unique(industry_class, return_inverse=True)
    told_apart = np.arange(R) if groups is None else np.asarray(groups)
    table = Table.of(economy.Z, S, told_apart, np.tile(compact, R), len(industry_classes))
    final = np.maximum(economy.Y, 0).reshape(n, R, -1).sum(axis=2)
    final[np.arange(n), np.repeat(np.arange(R), S)] += np.maximum(economy.discrepancy, 0)
    drawn = np.maximum(-economy.Y, 0).sum(axis=1) + np.maximum(-economy.discrepancy, 0)
    by_group, use = normal_orders(table), normal_use(table)
    orders = by_group.sum(axis=1)
    asked = np.zeros((K, n))
    asked[industry_classes] = table.by_industry(orders)
    asked[final_class] += final.sum(axis=1)
    # Normal output is made from the model's own sums, so that the undisturbed economy stands still to the last digit.
    x = np.where(economy.has_output, np.maximum(asked.sum(axis=0) - drawn, 0.0), 0.0)
    return Body(
        economy=economy,
        table=table,
        K=K,
        industry_classes=industry_classes,
        final_class=final_class,
        rebuilding_class=rebuilding_class,
        use=use,
        orders=orders,
        links=Links.of(table, use, by_group),
        final=final,
        drawn=drawn,
        x=x,
        value_added=economy.value_added * economy.per_output,
    )


def _client_classes(economy: Economy, priority: tuple[str, ...]) -> tuple[NDArray[np.int64], int, int, int]:
    """Class of each sector's industries (S), of final demand, of rebuilding, and how many there are."""
    if not priority:
        return np.zeros(len(economy.sectors), dtype=np.int64), 0, 0, 1
    known = (FINAL, REBUILDING, INDUSTRIES, *economy.sector_groups, *economy.sectors)
    for name in priority:
        if name not in known:
            raise UnknownLabelError("class of clients", name, known)
    last = len(priority)  # who is not named is served after all who are

    def rank(name: str) -> int:
        return priority.index(name) if name in priority else last

    sectors = np.full(len(economy.sectors), rank(INDUSTRIES), dtype=np.int64)
    for name in reversed(priority):
        if name in (FINAL, REBUILDING, INDUSTRIES):
            continue
        members = economy.sector_groups.get(name, (name,))
        sectors[[economy.sector_position(member) for member in members]] = priority.index(name)
    return sectors, rank(FINAL), rank(REBUILDING), last + 1
