"""When Python looks for garbage that refers to itself: rarely in a command, as usual in what runs for long.

Imports alone make hundreds of thousands of objects that stay until the end. Python looks through the newest of them at
every 700th, some 300 times a command and for 0.1 s of its time, and finds nothing. What nothing refers to any more is
freed at once as before: only circles wait.
"""

from __future__ import annotations

import gc

_USUAL = gc.get_threshold()
_RARE = 200_000
"""New objects between two looks: more than any import makes, few enough that their circles fit into tens of MB."""


def look_rarely() -> None:
    """For a command that ends by itself."""
    gc.set_threshold(_RARE, *_USUAL[1:])


def look_as_usual() -> None:
    """For what runs until it is stopped. What is loaded by now stays, and is looked through no more."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_USUAL)
