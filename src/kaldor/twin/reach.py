"""What a scenario cannot say for want of data: what nothing moves is no zero, and a sum without a cost is a part.

A lever moves what its function and its data allow. Where it moves nothing that a metric is made of, the metric would
read "no change", although nothing is known of one: a cleaner grid whose cost nobody gave would leave real income as it
is, a tax without an elasticity all purchases. Such a metric is not modelled, and the reason names what is missing.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from kaldor.twin.acts import ADDED_COST, function
from kaldor.twin.incidence import earned, final_levies, industry_levies
from kaldor.twin.lever import Lever
from kaldor.twin.natures import CHANNELS, Channel, nature_of
from kaldor.twin.order import Order
from kaldor.twin.state import State
from kaldor.words import Words

_MONEY: frozenset[Channel] = frozenset({"prices", "spending"})
"""Channels that the cost of a lever takes."""

PARTIAL = "Partial: "
"""How the note of a figure begins that leaves out what a lever costs."""

_ROUNDING = 1e-12  # of a price, or of what an industry earns per unit: what a solve leaves of one that is unmoved


def cost_is_known(lever: Lever) -> bool:
    """Whether what a lever costs is in the model: its function charges it, or the declaration says that it is nothing.

    A lever without a function, or whose cost nobody could state, has none.
    """
    if lever.function is None or lever.cost.bearer == "not modelled":
        return bool(lever.function) and _adds(lever)
    return function(lever.function).charges or lever.cost.amount == 0 or _adds(lever)


def levers_without_cost(orders: Sequence[Order]) -> tuple[Words, ...]:
    """The titles of the levers that act and have no cost data, each once."""
    silent = {order.lever.id: order.lever.titles for order in acting(orders) if not cost_is_known(order.lever)}
    return tuple(silent.values())


def without_cost(orders: Sequence[Order]) -> str:
    """Which of the levers that act have no cost data, in a sentence with the remedy; empty where all have."""
    silent = levers_without_cost(orders)
    if not silent:
        return ""
    remedy = f"give one in a lever of your own (figure '{ADDED_COST}')"
    return f"no cost data for {', '.join(titles['en'] for titles in silent)}: {remedy}."


def why_unmoved(measure: str, extensions: Sequence[str], before: State, after: State) -> str:
    """Why a scenario leaves a measure as it is although nothing says that it would; empty where it may truly stay.

    `extensions` are those that the measure reads. Nothing is said of the baseline itself.
    """
    orders = acting(after.orders)
    moved = _moved(before, after, extensions)
    if not orders or moved & set(nature_of(measure).moved_by):
        return ""
    doing = [order for order in orders if order.lever.function is not None]
    if not doing:
        return f"{_titles(orders)}: cost and reach only, no effect size is known."
    if not any(function(str(order.lever.function)).at_fixed_prices for order in doing):
        return f'{_titles(doing)}: says nothing at fixed prices; ask where prices respond (view = "prices respond").'
    reads = nature_of(measure).moved_by
    if _MONEY & set(reads) and (silent := without_cost(orders)):
        return silent
    moves = "moves" if len(doing) == 1 else "move"
    return f"{_titles(doing)} {moves} {_in_words(before, after)} only: {_why_it_stays(reads[0], moved)}."


def why_partial(measure: str, orders: Sequence[Order]) -> str:
    """What a figure in money leaves out: the cost of levers that have no cost data; empty where nothing is."""
    silent = without_cost(orders) if _MONEY & set(nature_of(measure).moved_by) else ""
    return f"{PARTIAL}{silent}" if silent else ""


def acting(orders: Sequence[Order]) -> list[Order]:
    """The orders that are set to any strength."""
    return [order for order in orders if np.any(order.strength)]


def _in_words(before: State, after: State) -> str:
    """What a scenario moves, extensions by name."""
    extensions = after.economy.extensions
    cleaner = [one.name for id, one in extensions.items() if _emits_otherwise(before, after, id)]
    moved = _moved(before, after, [])
    words = [f"{', '.join(cleaner)} per unit of output"] if cleaner else []
    words += [said for channel, said in CHANNELS.items() if channel in moved]
    return " and ".join(words) or "nothing here"


def _why_it_stays(channel: Channel, moved: set[Channel]) -> str:
    """Why what a measure is made of first stays."""
    if channel == "levies":
        return "none levies anything, and other taxes are not modelled"
    if channel == "spending":
        return "no treasury pays for it, and its other spending is not modelled"
    if channel == "prices":
        return "no price follows"
    dearer = bool(moved & {"prices", "levies", "spending"})
    return "no elasticity is given, so that volumes stay" if dearer else "nothing that is bought follows"


def _adds(lever: Lever) -> bool:
    return any(figure.name == ADDED_COST for figure in lever.figures)


def _titles(orders: Sequence[Order]) -> str:
    return ", ".join(dict.fromkeys(order.lever.title for order in orders))


def _moved(before: State, after: State, extensions: Sequence[str]) -> set[Channel]:
    """What differs between two states, whatever the levers are called."""
    economy, change = after.economy, after.change
    names = [name for name in extensions if name in economy.extensions]
    levies, finals = change.levies, change.final_levies
    rates = [levy.rate for levy in levies if levy.recipient == "treasury"]
    rates += [levy.cells for levy in finals if levy.recipient == "treasury"]
    found: dict[Channel, bool] = {
        "volumes": bool(np.any(after.coefficients_change.data)) or not np.array_equal(after.Y, before.Y),
        "intensity": any(_emits_otherwise(before, after, name) for name in names),
        "technique": any(
            not np.array_equal(change.intensity(name, at_old_pay=True), before.change.intensity(name)) for name in names
        ),
        "primary": _differ(_own(after), _own(before)),
        "prices": _differ(after.prices, before.prices) or bool(np.any(final_levies(after))),
        "levies": any(bool(np.any(rate > 0)) for rate in rates),
        "spending": any(bool(np.any(rate < 0)) for rate in rates) or any(map(np.any, change.spending.values())),
    }
    return {channel for channel, differs in found.items() if differs}


def _emits_otherwise(before: State, after: State, extension: str) -> bool:
    """Whether industries or final users emit (employ, extract) another amount per unit."""
    one, other = after.change, before.change
    return not (
        np.array_equal(one.intensity(extension), other.intensity(extension))
        and np.array_equal(one.direct(extension), other.direct(extension))
    )


def _own(state: State) -> np.ndarray:
    """What each industry earns per unit of output, without levies to its treasury (n)."""
    kept = earned(state) - industry_levies(state)
    return np.divide(kept, state.x, out=np.zeros_like(kept), where=state.x > 0)


def _differ(one: np.ndarray, other: np.ndarray) -> bool:
    return not np.allclose(one, other, rtol=_ROUNDING, atol=_ROUNDING)
