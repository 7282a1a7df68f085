"""What the questions of the equilibrium share that change something: whose effects, which measures, and how strong.

A module with a `MEASURE` is found by its question: it can be looked for at the strength that reaches a target
(break-even), and stand beside others (why).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any

from kaldor.economy.names import Named
from kaldor.economy.questions.responding import Responding
from kaldor.economy.questions.subject import Asked

if TYPE_CHECKING:
    from kaldor.economy.economy import Economy
    from kaldor.economy.equilibrium.together import Measure


@dataclass(frozen=True, eq=False)
class Meant:
    """Whose effects are told, of which measures; settings for a program, and what must be said.

    `leaks` where a price moves emissions, so that leakage is a figure.
    """

    who: Named
    words: str
    measures: Sequence[Measure]
    facts: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    leaks: bool = False


@dataclass(frozen=True, eq=False)
class Measuring:
    """A question that changes something: of what, its inputs, what they mean, and which one says how strong, if any.

    `unit` is that of the strength, `size` what one of it is in the input's own; `most` how far it is looked for, in
    its unit, where nobody says (none: it must be said).
    """

    question: str
    noun: str
    inputs: type[Responding]
    meant: Callable[[Asked, Any], Meant]
    strength: str = ""
    unit: Callable[[Economy], str] = lambda _: ""
    size: float = 1.0
    most: float | None = None


@cache
def measuring() -> Mapping[str, Measuring]:
    """Every question of this room that changes something, by its id."""
    package = __package__ or ""
    modules = [import_module(f"{package}.{one.name}") for one in iter_modules(import_module(package).__path__)]
    found = [vars(module)["MEASURE"] for module in modules if "MEASURE" in vars(module)]
    return {one.question: one for one in sorted(found, key=lambda one: one.question)}
