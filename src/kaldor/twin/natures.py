"""What a measure is by nature: how sure its figure before a scenario is, and what a scenario must move to move it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeVar

from kaldor.words import Status

Channel = Literal["volumes", "intensity", "technique", "primary", "prices", "levies", "spending"]
CHANNELS: dict[Channel, str] = {
    "volumes": "what is bought",
    "intensity": "what is emitted or employed per unit of output",
    "technique": "how many jobs a unit of output takes at the same pay",
    "primary": "what industries earn per unit of output",
    "prices": "prices",
    "levies": "what treasuries receive",
    "spending": "what treasuries pay",
}
"""What a scenario may move, in words."""

Function = TypeVar("Function", bound=Callable[..., object])


@dataclass(frozen=True)
class Nature:
    """`before`: what the figure before is made by; of a change it is zero by definition, which nobody observed.

    `moved_by`: the figure can differ from before only where a scenario moves one of these.
    """

    before: Status = "observed"
    moved_by: tuple[Channel, ...] = ("volumes", "intensity")
    of_change: bool = False


_NATURES: dict[str, Nature] = {}


def nature(*moved_by: Channel, before: Status = "observed", of_change: bool = False) -> Callable[[Function], Function]:
    """Declare what a measure is; one that declares nothing adds up cells that volumes and intensities move."""

    def declare(measure: Function) -> Function:
        made = "predicted" if of_change else before
        _NATURES[measure.__name__] = Nature(made, moved_by or Nature().moved_by, of_change)
        return measure

    return declare


def nature_of(measure: str) -> Nature:
    """The nature of a measure by name."""
    return _NATURES.get(measure, Nature())
