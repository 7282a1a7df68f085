"""One simulation of a shock: steps through time and keeps what is asked of it, never stocks by industry and step."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from kaldor.digits import unless_noise
from kaldor.economy.economy import Array
from kaldor.twin.shocks.model import Body, Flow, State, Stepper, start, target_stock
from kaldor.twin.shocks.parameters import Behaviour
from kaldor.twin.shocks.timeline import Timeline

Positions = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Course:
    """What one simulation did. Rates are per year in the table's unit, sums over time are amounts.

    value_added           by step and region (steps × R), rates
    lost_output           less output than normal, over time (n); negative where an industry gained
    lost_value_added      the same in value added (n)
    direct_value_added    value added that the events themselves took, before anything spread (n)
    unmet                 final demand not delivered, over time (S × R)
    stocks                stock of each product over its target (steps × S)
    received              deliveries of each product to industries (steps × S), rates
    short_from            first step in which an input fell short (n, −1: never) and which `short_of` (n)
    halted_by             value added lost to each product's falling short (S)
    production, unmet_by_step   by step (steps × n and steps × S × R), if kept
    """

    dt: float
    value_added: Array
    lost_output: Array
    lost_value_added: Array
    direct_value_added: Array
    unmet: Array
    stocks: Array
    received: Array
    short_from: Positions
    short_of: Positions
    halted_by: Array
    production: Array | None = field(default=None, repr=False)
    unmet_by_step: Array | None = field(default=None, repr=False)


def simulate(body: Body, timeline: Timeline, behaviour: Behaviour, steps: int, *, keep: bool = False) -> Course:
    """Run `steps` steps of a shock under one behaviour; `keep` holds production and unmet demand by step.

    Raises InputError if stocks are too short for the step (ψ n_s < dt).
    """
    state = start(body, behaviour, longest_delay=timeline.longest_delay, rebuilding=len(timeline.rebuilding.industries))
    stepper = Stepper(body, behaviour, timeline.rebuilding)
    record = _Record(body, behaviour, steps, keep=keep)
    for step in range(steps):
        now = timeline.at(step)
        flow = stepper.step(state, now)
        record.add(step, flow, state, timeline.directly_lost(now, flow.lost))
    return record.course()


class _Record:
    """Adds up the flows of a simulation."""

    def __init__(self, body: Body, behaviour: Behaviour, steps: int, *, keep: bool) -> None:
        n, S, R = body.n, body.S, body.R
        self._body, self._h, self._dt = body, behaviour.dt / 365.0, behaviour.dt
        self._value_added = np.empty((steps, R))
        self._made, self._direct = np.zeros(n), np.zeros(n)
        self._steps = steps
        self._unmet = np.zeros((S, R))
        self._stocks, self._received = np.empty((steps, S)), np.empty((steps, S))
        normal = target_stock(body, behaviour).sum(axis=1)
        self._per_stock = np.divide(1.0, normal, out=np.zeros(S), where=normal > 0)
        self._short_from = np.full(n, -1, dtype=np.int64)
        self._short_of = np.full(n, -1, dtype=np.int64)
        self._halted_by = np.zeros(S)
        self._production = np.empty((steps, n)) if keep else None
        self._unmet_by_step = np.empty((steps, S, R)) if keep else None

    def add(self, step: int, flow: Flow, state: State, direct: Array) -> None:
        body = self._body
        self._value_added[step] = (flow.output * body.value_added).reshape(body.R, body.S).sum(axis=1)
        self._made += flow.output
        self._direct += direct
        self._unmet += flow.unmet
        self._stocks[step] = state.stock.sum(axis=1) * self._per_stock
        self._received[step] = flow.received
        short = np.flatnonzero(flow.limiting >= 0)
        if len(short):
            products = flow.limiting[short]
            newly = short[self._short_from[short] < 0]
            self._short_of[newly] = flow.limiting[newly]
            self._short_from[newly] = step
            np.add.at(self._halted_by, products, (flow.wanted - flow.output)[short] * body.value_added[short])
        if self._production is not None and self._unmet_by_step is not None:
            self._production[step] = flow.output
            self._unmet_by_step[step] = flow.unmet

    def course(self) -> Course:
        body, h = self._body, self._h
        lost = h * (self._steps * body.x - unless_noise(self._steps * body.x, self._made))
        return Course(
            dt=self._dt,
            value_added=self._value_added,
            lost_output=lost,
            lost_value_added=lost * body.value_added,
            direct_value_added=h * self._direct * body.value_added,
            unmet=h * self._unmet,
            stocks=self._stocks,
            received=self._received,
            short_from=self._short_from,
            short_of=self._short_of,
            halted_by=h * self._halted_by,
            production=self._production,
            unmet_by_step=self._unmet_by_step,
        )
