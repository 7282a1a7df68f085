"""Faults as a report finds them: all counted, the largest listed."""

from __future__ import annotations

from collections.abc import Iterable

from kaldor.atlas.quality.faults import Counted, Fault


class Found:
    """Faults as they are found: all counted, the largest of each kind and year kept."""

    def __init__(self, most: int) -> None:
        self._most = most
        self.faults: list[Fault] = []
        self.counts: list[Counted] = []

    def add(self, faults: Iterable[Fault], count: int | None = None) -> None:
        """Take faults of one kind and year; `count` where there are more than those given."""
        listed = sorted(faults, key=lambda fault: -fault.size)
        if not listed:
            return
        kinds = list(dict.fromkeys((fault.kind, fault.year) for fault in listed))
        for kind, year in kinds:
            own = [fault for fault in listed if (fault.kind, fault.year) == (kind, year)]
            self.faults += own[: self._most]
            self.counts.append(Counted(kind, year, len(own) if count is None else count))
