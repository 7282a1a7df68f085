"""A shock of another size or length, for ensembles over what might happen."""

from __future__ import annotations

from collections.abc import Mapping

from kaldor.declared import checked
from kaldor.twin.shocks.events import Shock

SIZES: Mapping[str, tuple[str, ...]] = {
    "capacity": ("share",),
    "capital": ("share", "amount"),
    "demand": ("share",),
    "ban": ("share",),
    "shortage": ("share",),
    "delay": ("by",),
    "price": ("rise",),
}
"""The fields that hold the size of each kind of event."""


def scaled(shock: Shock, *, size: float = 1.0, days: float = 1.0) -> Shock:
    """The shock with all its events `size` times as large and `days` times as long, recoveries with them.

    Starts stay, so that events in sequence may come to overlap. Raises InputError where a share leaves its bounds.
    """
    if size == 1 and days == 1:
        return shock
    written = shock.model_dump()
    for event in written["events"]:
        for field in SIZES[event["kind"]]:
            if event[field] is not None:
                event[field] *= size
        event["days"] *= days
        event["recovery_days"] *= days
    return checked(Shock, written, f"shock '{shock.id}', {size:g} times its size")
