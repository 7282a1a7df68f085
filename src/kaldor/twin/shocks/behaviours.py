"""The behaviours of runs that go through the model side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kaldor.economy.economy import Array
from kaldor.errors import InputError, Problem
from kaldor.twin.shocks.parameters import Behaviour, Sourcing

_SHARED = ("dt", "final_substitution_days", "backlog_days", "sourcing", "destock")


@dataclass(frozen=True, eq=False)
class Behaviours:
    """B behaviours, as `Behaviour`: what is drawn by run (B × 1; `stock_days` B × S × R, `specific` and `saving` B × S;
    `fading_days` infinite where σ stays), what is common as it is.

    `substitution_days` is None if industries turn to other suppliers in none of the runs.
    """

    dt: float
    critical: Array
    less: Array
    final_substitution_days: float | None
    backlog_days: float | None
    sourcing: Sourcing
    destock: bool
    stock_days: Array
    psi: Array
    restock_days: Array
    overproduction: Array
    overproduction_days: Array
    substitution_days: Array | None
    rebuild_days: Array
    specific: Array
    lasting: Array
    fading_days: Array
    saving: Array
    important: Array
    overlap: Array

    @classmethod
    def of(cls, behaviours: Sequence[Behaviour]) -> Behaviours:
        """Put behaviours together. Raises InputError if they differ in more than what is drawn."""
        first = behaviours[0]
        never = {behaviour.substitution_days is None for behaviour in behaviours}
        differing = [name for name in _SHARED if any(getattr(b, name) != getattr(first, name) for b in behaviours)]
        differing += ["substitution_days"] * (len(never) > 1)
        for name in ("critical", "less"):
            alike = (
                getattr(b, name) is getattr(first, name) or (getattr(b, name) == getattr(first, name)).all()
                for b in behaviours
            )
            differing += [name] * (not all(alike))
        if differing:
            raise InputError(
                Problem("runs together", f"they differ in {', '.join(differing)}.", "Run such behaviours one by one.")
            )

        def drawn(name: str) -> Array:
            return np.array([[float(getattr(behaviour, name))] for behaviour in behaviours])

        return cls(
            dt=first.dt,
            critical=first.critical,
            less=first.less,
            final_substitution_days=first.final_substitution_days,
            backlog_days=first.backlog_days,
            sourcing=first.sourcing,
            destock=first.destock,
            stock_days=np.array([behaviour.stock_days for behaviour in behaviours]),
            psi=drawn("psi"),
            restock_days=drawn("restock_days"),
            overproduction=drawn("overproduction"),
            overproduction_days=drawn("overproduction_days"),
            substitution_days=None if first.substitution_days is None else drawn("substitution_days"),
            rebuild_days=drawn("rebuild_days"),
            specific=np.array([behaviour.specific for behaviour in behaviours]),
            lasting=drawn("lasting"),
            fading_days=np.array([[behaviour.fading_days or np.inf] for behaviour in behaviours]),
            saving=np.array([behaviour.saving for behaviour in behaviours]),
            important=drawn("important"),
            overlap=drawn("overlap"),
        )

    def __len__(self) -> int:
        """How many runs."""
        return len(self.psi)

    def specific_at(self, days: float) -> Array:
        """σ of each product so many days after the first event (S × B): it fades towards the share that lasts."""
        left = self.lasting + (1 - self.lasting) * np.exp(-days / self.fading_days)
        return np.ascontiguousarray((self.specific * left).T)

    def share_of_way(self, days: Array | float) -> Array:
        """What share of a way that takes some days is gone in a step; all of it where it takes none (as `days`)."""
        days = np.asarray(days, dtype=float)
        return np.asarray(self.dt / np.maximum(days, self.dt))
