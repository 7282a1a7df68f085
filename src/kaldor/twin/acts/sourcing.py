"""Levers on where things are bought: home, neighbours, friends, more suppliers, local content."""

from __future__ import annotations

from kaldor.twin.acts import act, refused
from kaldor.twin.change import Change
from kaldor.twin.order import Order
from kaldor.twin.sourcing import Moved
from kaldor.twin.users import Users

PREMIUM = "cost premium of sourcing"


@act("premium", charges=True, sourcing=True)
def reshore(change: Change, order: Order) -> None:
    """Users move `strength` % of what they buy abroad of the products named to their own country.

    Users are the industries named; with all of them, final users as well. Figure `premium` (%): how much dearer the
    moved purchases are; income of capital and labour, no tax.
    """
    users = _users(change, order)
    for product in order.products:
        moved = change.bring_home(
            product, users, share=order.strength / 100, away_from=order.away_from, lever=order.lever.id
        )
        _charge(change, order, moved)


@act("premium", charges=True, sourcing=True)
def turn_to_bloc(change: Change, order: Order) -> None:
    """Users move `strength` % of what they buy from outside the bloc to the bloc's other countries.

    What they buy at home stays. `away_from` narrows the countries that are left. Figure `premium` (%) as in `reshore`.
    """
    alone = [region for region in order.regions if set(order.bloc) <= {region}]
    if alone:
        raise refused(
            order, f"the bloc holds no country besides {', '.join(alone)}.", "Name at least one other country in it."
        )
    users = _users(change, order)
    for product in order.products:
        moved = change.shift_sourcing(
            product,
            users,
            to=order.bloc,
            share=order.strength / 100,
            away_from=order.away_from,
            keep_home=True,
            lever=order.lever.id,
        )
        _charge(change, order, moved)


@act("premium", charges=True, sourcing=True)
def diversify(change: Change, order: Order) -> None:
    """No single foreign country supplies more than 100 − `strength` % of what a user buys of the products named.

    The excess goes to the suppliers that a user has already, home included. Figure `premium` (%) as in `reshore`.
    """
    users = _users(change, order)
    for product in order.products:
        moved = change.cap_share(product, users, 1 - order.strength / 100)
        _charge(change, order, moved)


@act("premium", charges=True)
def buy_local(change: Change, order: Order) -> None:
    """Governments move `strength` % of what they buy abroad of the products named to their own country.

    Figure `premium` (%): the price preference that the rule grants, taken as paid in full.
    """
    users = change.final_users(order.regions, "government")
    for product in order.products:
        moved = change.bring_home(
            product, users, share=order.strength / 100, away_from=order.away_from, lever=order.lever.id
        )
        _charge(change, order, moved)


def _charge(change: Change, order: Order, moved: Moved) -> None:
    """Who bears the lever's cost by its declaration pays the premium."""
    by_treasury = order.lever.cost.bearer == "treasury"
    change.charge_moved(PREMIUM, moved, order.figures["premium"] / 100, by_treasury=by_treasury)


def _users(change: Change, order: Order) -> Users:
    """The industries named; final users too where all industries are, since most imported equipment goes to them."""
    industries = change.industries(order.regions, order.sectors)
    everyone = set(order.sectors) == set(change.economy.sectors)
    return Users(industries, change.final_users(order.regions).final) if everyone else change.users_at(industries)
