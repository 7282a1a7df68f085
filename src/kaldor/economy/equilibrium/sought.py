"""The strength of a change at which something is reached: a root of the exact answer between two strengths."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from scipy.optimize import brentq

from kaldor.errors import KaldorError

if TYPE_CHECKING:
    from kaldor.economy.equilibrium.base import Base
    from kaldor.economy.equilibrium.responses import Change, Response
    from kaldor.economy.equilibrium.solver import Point

_CLOSE = 1e-12  # of the widest strength tried: how narrow a root is bracketed at the end
_INSIDE = 7  # strengths that are tried between the ends before it is called out of reach


@dataclass(frozen=True, eq=False)
class Sought:
    """A change of any strength, and what it is to reach.

    `reached` measures in the unit of `target`; `tries` are strengths in the order in which they are tried until two
    have the target between them. `said` is a line for a refusal: what is looked for, and in which unit.
    """

    change: Callable[[float, Base], Change]
    reached: Callable[[Point, Response], float]
    target: float
    tries: Sequence[float]
    what: str
    meaning: str
    unit: str


def between(least: float, most: float) -> tuple[float, ...]:
    """Both ends, then strengths between them."""
    step = (most - least) / (_INSIDE + 1)
    return (least, most, *(least + i * step for i in range(1, _INSIDE + 1)))


def strength(sought: Sought, answer: Callable[[float], float]) -> float:
    """The first strength found at which `answer` is the target.

    Raises KaldorError where none of those tried lies on the other side of it: with the nearest that was reached.
    """
    known: dict[float, float] = {}
    failed: list[str] = []
    for one in sought.tries:
        try:
            known[one] = answer(one) - sought.target
        except KaldorError as reason:
            failed.append(f"{one:,.6g}: {reason}")
            continue
        if known[one] == 0:
            return one
        tried = sorted(known)
        for low, high in pairwise(tried):
            if known[low] * known[high] < 0:
                narrow = _CLOSE * max(abs(one) for one in sought.tries)
                return float(brentq(lambda at: answer(at) - sought.target, low, high, xtol=narrow, rtol=1e-14))
    raise KaldorError(_out_of_reach(sought, known, failed))


def _out_of_reach(sought: Sought, known: Mapping[float, float], failed: Sequence[str]) -> str:
    from_to = f"from {min(sought.tries):,.6g} to {max(sought.tries):,.6g} {sought.unit}"
    if not known:
        return f"Nothing {from_to} has an answer: {failed[0]}"
    best = min(known, key=lambda at: abs(known[at]))
    nearest = f"The nearest is {known[best] + sought.target:+.4g} % at {best:,.6g} {sought.unit}"
    without = f"; without an answer is {failed[0]}" if failed else "."
    return f"Nothing {from_to} moves {sought.what} by {sought.target:+.6g} %. {nearest}{without}"
