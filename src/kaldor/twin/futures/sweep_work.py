"""The parts of an ensemble shared out: made by threads here, or by workers elsewhere that are sent the table once."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from threading import Lock

import numpy as np

import kaldor
from kaldor import threads
from kaldor.atlas.published import PublishedEconomy
from kaldor.economy.economy import Economy
from kaldor.economy.solve import Factors, solver_of
from kaldor.twin.futures.future import Future
from kaldor.twin.futures.mapping import map_parts
from kaldor.twin.futures.sampling import Design
from kaldor.twin.futures.sweep_folder import PartResult
from kaldor.twin.futures.sweep_parts import Parts
from kaldor.twin.lever import Lever
from kaldor.twin.metric import Metric
from kaldor.twin.twin import Twin

_TIMED = 3
"""Futures on which it is measured how long one takes where prices respond."""


class Work:
    """A sweep to be made: how large its parts are, by whom they are made, and what is told of it."""

    def __init__(self, twin: Twin, design: Design, part: int | None) -> None:
        self.twin, self.design = twin, design
        self._parts = Parts(twin, design)
        self.part = self._parts.fitting() if part is None else part
        self.meter = self._parts.meter

    def results(self, numbers: Sequence[int], scheduler: str | None, workers: int) -> Iterator[tuple[int, PartResult]]:
        """The parts of these numbers, as they get ready."""
        if not numbers:
            return iter(())
        calls = [(number, self.part) for number in numbers]
        if scheduler is None:
            return map_parts(Parts.made, self._parts, calls, workers=workers)
        economy, levers = self.twin.economy, dict(self.twin.levers)
        sent = _Sent(economy.to_published(), solver_of(economy).factors, levers, self.design, self.digest)
        return map_parts(_made_away, sent, calls, scheduler=scheduler)

    def how_long(self, missing: Sequence[int]) -> str:
        """How long the parts of these numbers take where prices respond, in words; empty where none does."""
        left = [number for number in self.design.responding if number // self.part in set(missing)]
        each = self._parts.seconds_each(left[:_TIMED]) if left else 0.0
        if not each:
            return ""
        of = f"{len(self.design.responding):,} of {self.design.runs:,} futures"
        return (
            f"Prices respond in {of}: {each:.2g} s each, measured on the first {min(_TIMED, len(left))}; about "
            f"{each * len(left):,.0f} s for the {len(left):,} that are left, on one core."
        )

    def in_words(self) -> str:
        """How prices respond, or why not; empty at fixed prices."""
        return self._parts.in_words()

    def unmoved(self, future: Future, metrics: Sequence[Metric]) -> dict[str, str]:
        """Which of some metrics a future cannot move for want of data, and why, by id."""
        return self._parts.unmoved(future, metrics)

    @property
    def digest(self) -> str:
        """A fingerprint of the design, the economy, the levers, the metrics, the size of parts and the version."""
        economy, hashed = self.twin.economy, sha256()
        extensions = [
            array for e in economy.extensions.values() for array in (e.F, e.F_Y, e.missing) if array is not None
        ]
        for array in (economy.Z, economy.Y, economy.x, *extensions):
            hashed.update(np.ascontiguousarray(array).tobytes())
        used = sorted({setting.lever for setting in self.design.scenario.levers})
        written = {
            "labels": [economy.regions, economy.sectors, economy.demands, list(economy.extensions)],
            "levers": [self.twin.levers[id].model_dump(mode="json") for id in used],
            "metrics": [metric.model_dump(mode="json") for metric in self.meter.metrics],
            "design": self.design.digest,
            "part": self.part,
            "version": kaldor.__version__,
        }
        hashed.update(json.dumps(written, sort_keys=True).encode())
        return hashed.hexdigest()


@dataclass(frozen=True, eq=False)
class _Sent:
    """What a worker elsewhere is sent, once: the table with its factors, and all that decides the futures."""

    published: PublishedEconomy
    factors: Factors
    levers: dict[str, Lever]
    design: Design
    digest: str

    def parts(self) -> Parts:
        """What makes the parts, with a twin of the worker's own."""
        economy = Economy.from_published(self.published)
        solver_of(economy).adopt(self.factors)
        return Parts(Twin(economy, self.levers), self.design)


def _made_away(sent: _Sent, call: tuple[int, int]) -> tuple[int, PartResult]:
    """A part made by a worker elsewhere, whose cores are its parts', not one product's."""
    with threads.one_each():
        with _MAKING:
            if sent.digest not in _AWAY:
                _AWAY.clear()
                _AWAY[sent.digest] = sent.parts()
            parts = _AWAY[sent.digest]
        return parts.made(call)


_MAKING = Lock()
_AWAY: dict[str, Parts] = {}
"""What this worker makes parts with, by the fingerprint of the sweep; one at a time."""
