"""What the case for industrial policy rests on, switched on by name: declared numbers as part of a closure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple, TypedDict

from kaldor.economy.economy import Economy
from kaldor.economy.equilibrium.base import Array
from kaldor.economy.equilibrium.sets import Option, declared, on_table
from kaldor.economy.equilibrium.shock import Stocks, Treasury
from kaldor.errors import InputError, Problem, UnknownLabelError


class Closing(TypedDict, total=False):
    """Keywords of `Closure.of`."""

    external_economies: Array
    labour_mobility: float
    capital_supply: float
    treasury: Treasury
    stocks: Stocks


class SwitchedOn(NamedTuple):
    """What options set, and what must be said: each in words with its numbers, who says them and how far we know."""

    closing: Closing
    said: tuple[str, ...] = ()


def options() -> Mapping[str, Option]:
    """All declared options by id."""
    return {one.id: one for one in declared().options}


def named(names: Sequence[str]) -> tuple[Option, ...]:
    """Options by id, each once. Raises UnknownLabelError, and InputError where two of them would set the same."""
    known = options()
    for name in names:
        if name not in known:
            raise UnknownLabelError("option", name, known)
    wanted = tuple(known[name] for name in dict.fromkeys(names))
    for one in wanted:
        same = [other.id for other in wanted if other.sets == one.sets]
        if len(same) > 1:
            raise InputError(Problem("options", f"{', '.join(same)} contradict each other.", "Choose one of them."))
    return wanted


def switched_on(names: Sequence[str], economy: Economy) -> SwitchedOn:
    """The options that are named, on the sectors of a table. Raises as `named`."""
    closing, wanted = Closing(), named(names)
    for one in wanted:
        closing.update(_closing(one, economy))
    return SwitchedOn(closing, tuple(_words(one) for one in wanted))


def _closing(option: Option, economy: Economy) -> Closing:
    match option.sets:
        case "external_economies":
            return Closing(external_economies=on_table(option.numbers, economy).values)
        case "labour_mobility":
            return Closing(labour_mobility=option.numbers[0].value)
        case "capital_supply":
            return Closing(capital_supply=option.numbers[0].value)
        case "treasury":
            return Closing(treasury="labour tax")
        case "stocks":
            return Closing(stocks="with sales")


def _words(option: Option) -> str:
    numbers = "; ".join(f"{one.value:g} for {one.of}: {one.source}, {one.mark}" for one in option.numbers)
    return f"Switched on: {option.said}{f' ({numbers})' if numbers else ''}."
