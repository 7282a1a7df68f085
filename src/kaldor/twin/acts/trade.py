"""Levers on trade itself: tariffs, bans and quotas, taxes and subsidies on exports.

What they cost hangs on what buyers and sellers do; only where prices respond is all of it there. At fixed prices a
tariff says who pays it, and a ban or a tax on exports says nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from kaldor.economy.economy import Array
from kaldor.twin.acts import act, refused
from kaldor.twin.change import Change
from kaldor.twin.levies import Positions
from kaldor.twin.order import Order

_Rate = Callable[[Change], Array]


@act(assumes=False, charges=True)
def tariff(change: Change, order: Order) -> None:
    """The regions named charge `strength` % on what they buy of the products named elsewhere, for their treasuries.

    `away_from` narrows whose products are charged; what the regions sell each other is free.
    """
    makers = _sellers(change, order)
    rate = order.strength / 100
    charge_at_the_border(change, "tariff", makers, order.regions, lambda finished: finished.at(makers, rate))
    change.where_prices_respond(
        lambda asked, _: asked.charge_imports(makers, np.full(len(makers), rate), order.regions)
    )


@act(assumes=False, charges=True, at_fixed_prices=False)
def embargo(change: Change, order: Order) -> None:
    """The regions named no longer get `strength` % of the supplies of the products named, for good.

    `away_from` names who sells no more; without it, everybody outside. What is lost is not made up for at the old
    price: buyers pay what the remaining makers ask. At fixed prices it says nothing.
    """
    makers = _sellers(change, order)
    change.where_prices_respond(lambda asked, _: asked.bar(makers, float(order.strength) / 100, order.regions))


@act(assumes=False, charges=True, at_fixed_prices=False)
def tax_exports(change: Change, order: Order) -> None:
    """The regions named take `strength` % on the price of the products named that they sell abroad; below 0 they pay.

    `away_from` narrows to whom. Their treasuries receive it, or pay. At fixed prices it says nothing.
    """
    makers = change.industries(order.regions, order.products)
    abroad = [region for region in change.economy.regions if region not in order.regions]
    buyers = abroad if order.away_from is None else [one for one in order.away_from if one not in order.regions]
    if not buyers:
        raise refused(order, "names nobody outside the regions that act.", "Name fewer regions, or others to sell to.")
    change.where_prices_respond(lambda asked, _: asked.tax_exports(makers, float(order.strength) / 100, buyers))


def charge_at_the_border(change: Change, name: str, makers: Positions, buyers: Sequence[str], rate: _Rate) -> None:
    """Buyers of some regions pay their treasuries a rate (n) on the price of makers elsewhere, at fixed prices.

    t_j = Σ_i a_ij τ_i for every industry j of the buyers, on what it buys after all levers; final users pay on what
    they buy directly.
    """
    inside = change.industries(buyers, change.economy.sectors)

    def of_industries(finished: Change) -> Array:
        return finished.at(inside, finished.cost_of_inputs(rate(finished), inside))

    change.levy(name, of_industries, "treasury", at_fixed_prices=True)
    change.levy_final(name, rate, change.users(buyers, demands=change.economy.demands).final)


def _sellers(change: Change, order: Order) -> Positions:
    """Who sells the products named to the regions that act, from outside."""
    outside = [region for region in change.economy.regions if region not in order.regions]
    sellers = outside if order.away_from is None else [one for one in order.away_from if one not in order.regions]
    if not sellers:
        raise refused(order, "names nobody outside the regions that act.", "Name other regions in `away_from`.")
    return change.industries(sellers, order.products)
