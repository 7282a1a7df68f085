"""What must be said of the behaviour that a shock ran with: what was typed, and which stocks a step made longer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from kaldor.economy.economy import Economy
from kaldor.twin.shocks.assumptions import OfGoods, typed
from kaldor.twin.shocks.parameters import Behaviour, Parameters, behaviour_of, stock_days
from kaldor.twin.shocks.ranges import RANGES
from kaldor.twin.shocks.replacing import replacing

_NAMED = 5  # products that a sentence lists
_ROUNDING = 1 + 1e-9

Drawn = Sequence[tuple[Mapping[str, float], Behaviour]]


def said_of(economy: Economy, parameters: Parameters, drawn: Drawn) -> tuple[str, ...]:
    """What a result must say of its behaviour: whose facts it rests on, what was typed, and what a step lengthened."""
    facts = replacing(economy, parameters.inputs).said
    return tuple(filter(None, (facts, typed_in_words(parameters), _lengthened(economy, parameters, drawn))))


def typed_in_words(said: OfGoods) -> str:
    """What was typed of goods, each beside what is usual; empty where nothing was."""
    told = "; ".join(_beside_the_usual(name, value) for name, value in typed(said).items())
    return f"Typed, and so the same in every run: {told}." if told else ""


def _beside_the_usual(name: str, value: object) -> str:
    usual = OfGoods.model_fields[name].default
    ranges = [r for r in RANGES if r.name == name]
    drawn = f", drawn from {ranges[0].low:g} to {ranges[0].high:g}" if ranges else ""
    return f"{name.replace('_', ' ')} {_in_words(name, value)} (usually {_in_words(name, usual)}{drawn})"


def _in_words(name: str, value: object) -> str:
    if value is None:
        return "what is known of the goods" if name == "specificity" else "never"
    if isinstance(value, Mapping):
        return ", ".join(f"{product} {share:g}" for product, share in value.items())
    return f"{value:g}" if isinstance(value, int | float) else str(value)


def _lengthened(economy: Economy, parameters: Parameters, drawn: Drawn) -> str:
    """Which stocks are taken as longer than they are, since a step would empty them; empty where none is."""
    wanted = stock_days(economy, parameters, replacing(economy, parameters.inputs))
    central = behaviour_of(economy, parameters).stock_days
    scales = [values["stock_days"] / parameters.stock_days for values, _ in drawn]
    taken = [behaviour.stock_days for _, behaviour in drawn]
    longer = [np.asarray(found > wanted * scale * _ROUNDING) for found, scale in zip(taken, scales, strict=True)]
    clauses = [
        *_clause(economy, "", central, np.asarray(central > wanted * _ROUNDING)),
        *_of_draws(economy, taken, longer),
    ]
    if not clauses:
        return ""
    told = ", and ".join(clauses)
    return f"Steps of {parameters.dt:g} days need stocks that outlast them: {told}. Shorter steps lose more."


def _of_draws(
    economy: Economy, taken: Sequence[NDArray[np.float64]], longer: Sequence[NDArray[np.bool_]]
) -> Iterator[str]:
    hit = sum(bool(one.any()) for one in longer)
    if hit:
        some = np.asarray(np.any(longer, axis=0))
        most = np.max([np.where(one, days, 0.0) for one, days in zip(longer, taken, strict=True)], axis=0)
        yield from _clause(economy, f"in {hit} of {len(taken)} draws ", most, some)


def _clause(economy: Economy, when: str, days: NDArray[np.float64], longer: NDArray[np.bool_]) -> Iterator[str]:
    products = [economy.sectors[at] for at in np.flatnonzero(longer.any(axis=1))]
    if not products:
        return
    more = f" and {len(products) - _NAMED} more" if len(products) > _NAMED else ""
    named = "every product" if len(products) == len(economy.sectors) else f"{', '.join(products[:_NAMED])}{more}"
    to = f"{'up to ' if when else ''}{days[longer].max():.3g}"
    yield f"{when}those of {named} are taken as {to} days"
