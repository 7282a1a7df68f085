"""A lever setting resolved on one economy: bounds checked, groups and blocs turned into labels."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from kaldor.atlas.blocs import NOT
from kaldor.economy.economy import Array, Economy
from kaldor.economy.names import regions_of, sectors_of
from kaldor.errors import InputError, KaldorError, Problem
from kaldor.twin.acts import function
from kaldor.twin.declared import lever_of
from kaldor.twin.dollars import Priced, priced
from kaldor.twin.lever import Lever
from kaldor.twin.scenario import LeverSetting, Scenario


@dataclass(frozen=True)
class Order:
    """What a lever's function is told: how strongly, where, on what.

    For many futures at once, strength and figures are columns of numbers (futures × 1). The lever's own figures stand
    at the prices of the table's year.
    """

    lever: Lever
    strength: float | Array
    regions: tuple[str, ...]
    sectors: tuple[str, ...]
    products: tuple[str, ...]
    bloc: tuple[str, ...]
    away_from: tuple[str, ...] | None
    figures: Mapping[str, float | Array]
    dollar: float
    """What one dollar of strength and figures is in the table's unit; 1e-6 in million USD."""
    notes: tuple[str, ...] = ()
    """What must be said besides: rates and indices of prices that were used, members of blocs that the economy does not
    show, emissions that no price reaches."""


def orders_of(economy: Economy, scenario: Scenario, levers: Mapping[str, Lever]) -> tuple[Order, ...]:
    """Every lever of a scenario, resolved.

    Raises InputError with all problems: a lever that acts on nobody, a strength out of bounds (which lever, which
    bound), an unknown lever, region, sector, bloc or figure, a bloc that is needed and missing, data that the economy
    lacks, a lever that stands twice on the same target.
    """
    problems: list[Problem] = []
    orders: list[Order] = []
    for number, setting in enumerate(scenario.levers, start=1):
        place = f"scenario '{scenario.id}', lever {number} ({setting.lever})"
        try:
            declared = lever_of(levers, setting.lever)
        except KaldorError as error:
            problems.append(Problem(place, str(error)))
            continue
        on_table = priced(economy, declared, setting.figures)
        lever = on_table.lever
        found = [*_on_nobody(lever, setting), *_strength_problems(declared, lever, setting)]
        found += _missing_data(economy, on_table)
        labels = _Labels(economy, scenario)
        order = Order(
            lever=lever,
            strength=setting.strength,
            regions=labels.regions(setting.regions),
            sectors=labels.sectors(lever.sectors if setting.sectors is None else setting.sectors),
            products=labels.sectors(lever.products if setting.products is None else setting.products),
            bloc=labels.regions(setting.bloc),
            away_from=None if setting.away_from is None else labels.regions(setting.away_from),
            figures={figure.name: figure.value for figure in lever.figures} | setting.figures,
            dollar=on_table.dollar,
        )
        said = (*labels.notes, *on_table.notes, *_unpriced(economy, order))
        orders.append(replace(order, notes=tuple(dict.fromkeys(said))))
        problems += [Problem(place, what) for what in (*found, *labels.problems)]
    if not problems:
        problems = _repeated(scenario, orders)
    if problems:
        raise InputError(problems)
    return tuple(orders)


def said_of(economy: Economy, scenario: Scenario, levers: Mapping[str, Lever]) -> tuple[str, ...]:
    """What must be said of a scenario's levers on an economy, each sentence once. Raises as `orders_of`."""
    return tuple(dict.fromkeys(note for order in orders_of(economy, scenario, levers) for note in order.notes))


def _unpriced(economy: Economy, order: Order) -> Iterator[str]:
    """What is said of a carbon price on industries that emit but have no output to charge per unit."""
    if order.lever.function != "carbon_price" or "co2" not in economy.extensions:
        return
    unpriced = economy.unallocated("co2")
    idle = [(*economy.index[row], unpriced[row]) for row in np.flatnonzero(unpriced)]
    free = [(f"{r}/{s}", kt) for r, s, kt in idle if r in order.regions and s in order.sectors]
    if free:
        named = ", ".join(place for place, _ in free[:3]) + (f" and {len(free) - 3} more" if len(free) > 3 else "")
        amount = f"{sum(kt for _, kt in free):,.6g} {economy.extension('co2').unit}"
        yield f"{order.lever.title}: {amount} stand in industries without output ({named}), which pay nothing."


def _repeated(scenario: Scenario, orders: Sequence[Order]) -> list[Problem]:
    """Levers that stand twice on one target: their strengths would add up beyond the bounds of one."""
    problems = []
    for number, order in enumerate(orders):
        twice = (at for at in range(number) if orders[at].lever.id == order.lever.id and _meet(orders[at], order))
        if (earlier := next(twice, None)) is not None:
            place = f"scenario '{scenario.id}', lever {number + 1} ({order.lever.id})"
            what = f"acts on {_first_shared(orders[earlier], order)}, as lever {earlier + 1} does already."
            problems.append(Problem(place, what, "Keep one of the two, or give them targets that do not meet."))
    return problems


def _meet(one: Order, other: Order) -> bool:
    """Whether two orders of one lever act on something together; at strength 0 a lever does nothing."""
    if not np.all(one.strength) or not np.all(other.strength):
        return False
    targets = (
        (one.regions, other.regions),
        (one.sectors, other.sectors),
        (one.products, other.products),
        (one.away_from or (), other.away_from or ()),
    )
    return not any((first or second) and set(first).isdisjoint(second) for first, second in targets)


def _first_shared(one: Order, other: Order) -> str:
    """The first region, and the first sector where there are some, that two orders share."""
    shared = ([label for label in first if label in second] for first, second in
              ((one.regions, other.regions), (one.sectors, other.sectors)))  # fmt: skip
    return " ".join(both[0] for both in shared if both)


_IN_KT = ("co2",)
"""Extensions that acts count in kilotonnes."""


def missing_data(economy: Economy, lever: Lever) -> tuple[str, ...]:
    """What a lever needs ("extension:co2", "group:metals") and the economy lacks, in words; its units too.

    A price in dollars per tonne means nothing on a table in a currency without a rate, nor tonnes on one in kilograms.
    """
    return (*(lack.what for lack in priced(economy, lever).lacks), *_unmet(economy, lever))


def _unmet(economy: Economy, lever: Lever) -> Iterator[str]:
    for need in lever.needs:
        kind, _, name = need.partition(":")
        known: Iterable[str] = economy.extensions if kind == "extension" else {*economy.sector_groups, *economy.sectors}
        if name not in known:
            yield f"{kind} '{name}'"
        elif kind == "extension" and name in _IN_KT and not economy.extensions[name].unit.lower().startswith("kt"):
            yield f"extension '{name}' in kt (it is in {economy.extensions[name].unit})"


def _missing_data(economy: Economy, on_table: Priced) -> list[str]:
    place = f"{economy.source.id} {economy.year}"
    found = [f"needs the {lack.what}, which is missing. {lack.remedy}" for lack in on_table.lacks]
    return found + [f"needs the {what}, which {place} does not carry." for what in _unmet(economy, on_table.lever)]


def _on_nobody(lever: Lever, setting: LeverSetting) -> list[str]:
    """Lists of targets that are given and empty, which would leave a lever without effect."""
    if lever.function is None:
        return []
    empty = [
        ("regions", not setting.regions and not function(lever.function).around_bloc),
        ("sectors", setting.sectors == () != lever.sectors),
        ("products", setting.products == () != lever.products),
        ("away_from", setting.away_from == ()),
    ]
    meant = {"regions": "Name at least one, or 'all'."}
    return [f"{name} names nobody. {meant.get(name, 'Name some, or leave it out.')}" for name, is_so in empty if is_so]


def _strength_problems(declared: Lever, lever: Lever, setting: LeverSetting) -> list[str]:
    """A strength or a figure out of bounds; for prices, those declared and those at the table's prices both hold."""
    parameter, problems = lever.parameter, []
    if not parameter.low <= setting.strength <= parameter.high:
        problems.append(
            f"strength {setting.strength:g} is out of bounds: {parameter.name} runs from {parameter.low:g} to "
            f"{parameter.high:g} {parameter.unit}."
        )
    known = {one.name: (one, other) for one, other in zip(declared.figures, lever.figures, strict=True)}
    for name, value in setting.figures.items():
        if name not in known:
            problems.append(_unknown_figure(lever, name, known))
            continue
        one, other = known[name]
        low, high = min(one.low, other.low), max(one.high, other.high)
        if not low <= value <= high:
            problems.append(f"{name} = {value:g} is out of bounds {low:g} to {high:g} {one.unit}.")
    if lever.needs_bloc and not setting.bloc:
        problems.append("needs a bloc: name countries in `bloc`, or a bloc of the study.")
    return problems


def _unknown_figure(lever: Lever, name: str, known: Iterable[str]) -> str:
    gone = function(lever.function).gone if lever.function is not None else {}
    if name in gone:
        return f"the figure '{name}' is no longer read: {gone[name]}. Leave it out."
    return f"unknown figure '{name}'; known: {', '.join(known) or 'none'}."


class _Labels:
    """Turns names of regions, blocs, sectors and groups into labels of one economy, and gathers what it cannot."""

    def __init__(self, economy: Economy, scenario: Scenario) -> None:
        self._economy, self._blocs = economy, scenario.blocs
        self.problems: list[str] = []
        self.notes: list[str] = []

    def regions(self, names: Sequence[str]) -> tuple[str, ...]:
        try:
            named = regions_of(self._economy, names, self._blocs, where="regions")
        except KaldorError as error:
            self.problems += [str(error)] if isinstance(error, InputError) else self._unknown(names)
            return ()
        self.notes += named.notes
        return named.regions

    def _unknown(self, names: Sequence[str]) -> list[str]:
        """What is wrong with each name that means nothing."""
        found = []
        for name in names:
            try:
                regions_of(self._economy, [name.removeprefix(NOT)], self._blocs, where="regions")
            except KaldorError as error:
                found.append(str(error))
        return found

    def sectors(self, names: Sequence[str]) -> tuple[str, ...]:
        found: dict[str, None] = {}
        for name in names:
            try:
                found |= dict.fromkeys(sectors_of(self._economy, [name]))
            except KaldorError as error:
                self.problems.append(str(error))
        return tuple(found)
