"""The spread of a scenario's assumed figures: each at its low and its high value, one at a time.

What the scenario makes of the ends is the band of every outcome (`kaldor.twin.outcomes`).
"""

from __future__ import annotations

from kaldor.errors import InputError, UnproductiveEconomyError
from kaldor.twin.order import orders_of
from kaldor.twin.scenario import Scenario
from kaldor.twin.state import State
from kaldor.twin.twin import Twin


class Spread(dict[str, State]):
    """States of a scenario with one assumed figure changed, by what was varied; empty where there can be no band."""

    without_band: str = ""
    """Why there is none: the figure and the end of its range at which the scenario cannot be run; "" otherwise."""


def spread_of(twin: Twin, scenario: Scenario) -> Spread:
    """The scenario with each assumed figure at its low and its high value, one at a time, by what was varied.

    A figure that the scenario itself sets is taken as known. Empty where no lever has a figure with a range, and where
    the scenario, which can be run as it is, cannot at one of these ends: the band would have no such end.
    """
    found = Spread()
    orders = orders_of(twin.economy, scenario, twin.levers)
    for number, (setting, order) in enumerate(zip(scenario.levers, orders, strict=True)):
        for figure in order.lever.figures:
            if figure.name in setting.figures or setting.strength == 0:
                continue
            for value in sorted({figure.low, figure.high} - {figure.value}):
                changed = setting.model_copy(update={"figures": {**setting.figures, figure.name: value}})
                levers = (*scenario.levers[:number], changed, *scenario.levers[number + 1 :])
                label = f"lever {number + 1} ({setting.lever}): {figure.name} = {value:g} {figure.unit}".rstrip()
                try:
                    found[label] = twin.run(scenario.model_copy(update={"levers": levers}))
                except UnproductiveEconomyError:
                    return _without(label, "the economy would not be productive.")
                except InputError as error:
                    return _without(label, f"the scenario cannot be run: {error}")
    return found


def _without(label: str, why: str) -> Spread:
    """No band, and why."""
    none = Spread()
    none.without_band = f"No band: at {label} {why}"
    return none
