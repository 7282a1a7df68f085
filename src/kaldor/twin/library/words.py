"""Figures of a library of events in words: what was published, ours that stand alone, and how wide a band is."""

from __future__ import annotations

import math

from kaldor.twin.library.declared import Published
from kaldor.twin.library.figure import Figure
from kaldor.words import figure


def in_words(published: Published) -> str:
    """What was published, in figures and their unit, or in its words."""
    if published.said:
        return published.said
    given = [one for one in (published.low, published.central, published.high) if one is not None]
    ends = " to ".join(dict.fromkeys(figure(one, _decimals(one)) for one in (given[0], given[-1])))
    middle = published.central
    inside = f" (central {figure(middle, _decimals(middle))})" if middle is not None and len(given) == 3 else ""
    return f"{'up to ' if published.open else ''}{ends}{inside} {published.unit}"


def _decimals(value: float) -> int:
    """As many decimals as were published."""
    return len(f"{value:g}".partition(".")[2])


def width_in_words(ours: Figure) -> str:
    """How far apart the ends of a band are, in a few signs: "1.4 ×", or that it reaches zero."""
    return "to zero" if math.isinf(ours.width) else f"{ours.width:.{0 if ours.width >= 10 else 1}f} ×"


def alone_in_words(ours: Figure) -> str:
    """A figure that stands beside nothing, in a clause."""
    one = ours.compared
    first, last = round(one.first_day), round(one.first_day + one.days)
    unit = "billion USD" if one.told == "amount" else "%"
    least, median, most = (figure(value, 3) for value in (ours.band[0], ours.median, ours.band[1]))
    whose = ", ".join(one.regions)
    return f"{one.of} of {whose}, days {first} to {last}: {median} {unit} ({least} to {most})"
