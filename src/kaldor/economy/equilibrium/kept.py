"""A few things that are made once and kept for the next question; the least recently used go first."""

from __future__ import annotations

from collections import OrderedDict
from typing import TypeVar

Key = TypeVar("Key")
Thing = TypeVar("Thing")


class Kept(OrderedDict[Key, Thing]):
    """At most so many things by key."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most

    def __getitem__(self, key: Key) -> Thing:
        """A thing that is kept, which is now the last used. Raises KeyError."""
        self.move_to_end(key)
        return super().__getitem__(key)

    def __setitem__(self, key: Key, thing: Thing) -> None:
        """Keep a thing; the one that was not used for longest goes where there are too many."""
        super().__setitem__(key, thing)
        while len(self) > self._most:
            del self[next(iter(self))]
