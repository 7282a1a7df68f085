"""Simulations of a shock: they step through time and keep what is asked of them, never stocks by industry and step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from kaldor.digits import UNMOVED, unless_noise
from kaldor.economy.economy import Array
from kaldor.twin.shocks.body import Body
from kaldor.twin.shocks.model import Flow, Stepper, start
from kaldor.twin.shocks.parameters import Behaviour
from kaldor.twin.shocks.table import Positions
from kaldor.twin.shocks.targets import DAYS
from kaldor.twin.shocks.timeline import Timeline

_CUT = 0.001  # a user who makes so much less for want of an input is cut: one lost supplier touches everybody a little


@dataclass(frozen=True, eq=False)
class Course:
    """What one simulation did. Rates are per year in the table's unit, sums over time are amounts.

    value_added           by step and region (steps × R), rates
    lost_output           less output than normal, over time (n); negative where an industry gained
    lost_value_added      the same in value added (n)
    direct_value_added    value added that the events themselves took, before anything spread (n)
    along_chains          value added that the events left possible, not made for want of an input or a buyer (n)
    made_up               value added beyond what the events left possible: overtime, orders of rebuilding, sales that
                          others lost (n); lost = direct + along chains − made up
    unmet                 final demand not delivered, over time (S × R)
    stocks                stock of each product over its target (steps × S)
    received              deliveries of each product to industries (steps × S), rates
    short_from            first step in which a lack took more than 0.1 % (n, −1: never), and what was `short_of` (n)
    halted_by             value added lost to each product's falling short, of all that was wanted, overtime too (S)
    missing               specific goods that customers of each supplier lacked, by product (S × R)
    production, unmet_by_step   by step (steps × n and steps × S × R), if kept
    """

    dt: float
    value_added: Array
    lost_output: Array
    lost_value_added: Array
    direct_value_added: Array
    along_chains: Array
    made_up: Array
    unmet: Array
    stocks: Array
    received: Array
    short_from: Positions
    short_of: Positions
    halted_by: Array
    missing: Array
    production: Array | None = field(default=None, repr=False)
    unmet_by_step: Array | None = field(default=None, repr=False)


def simulate(body: Body, timeline: Timeline, behaviour: Behaviour, steps: int, *, keep: bool = False) -> Course:
    """Run `steps` steps of a shock under one behaviour; `keep` holds production and unmet demand by step.

    Raises InputError if stocks are too short for the step (ψ n_s < dt).
    """
    [course] = simulate_together(body, timeline, [behaviour], steps, keep=int(keep))
    return course


def simulate_together(
    body: Body,
    timeline: Timeline,
    behaviours: Sequence[Behaviour],
    steps: int,
    *,
    keep: int = 0,
    stepped: Callable[[], None] | None = None,
) -> list[Course]:
    """As `simulate`, a course for each behaviour: the runs go through each step side by side.

    `keep` is how many of the first runs hold production and unmet demand by step; `stepped` is called after each step.
    """
    hit = len(timeline.rebuilding.industries)
    state = start(body, behaviours, longest_delay=timeline.longest_delay, rebuilding=hit)
    stepper = Stepper(body, behaviours, timeline.rebuilding, first_day=timeline.first_day)
    record = _Record(body, stepper, steps, keep=keep)
    for step in range(steps):
        now = timeline.at(step)
        flow = stepper.step(state, now)
        record.add(step, flow, timeline.directly_lost(now, flow.lost))
        if stepped:
            stepped()
    return [record.course(run, state.held.own.missing) for run in range(len(behaviours))]


class _Record:
    """Adds up the flows of simulations, by run."""

    def __init__(self, body: Body, stepper: Stepper, steps: int, *, keep: int) -> None:
        behaviours = stepper.behaviours
        n, S, R, B = body.n, body.S, body.R, len(behaviours)
        self._body, self._dt, self._steps, self._keep = body, behaviours.dt, steps, keep
        self._value_added = np.empty((B, steps, R))
        self._made, self._direct = np.zeros((B, n)), np.zeros((B, n))
        self._along, self._made_up = np.zeros((B, n)), np.zeros((B, n))
        self._unmet, self._asked = np.zeros((B, S, R)), steps * body.final.reshape(R, S, R).sum(axis=0)
        self._stocks, self._received = np.empty((B, steps, S)), np.empty((B, steps, S))
        normal = stepper.targets.by_product()
        self._per_stock = np.divide(1.0, normal, out=np.zeros_like(normal), where=normal > 0)
        self._short_from = np.full((B, n), -1, dtype=np.int64)
        self._short_of = np.full((B, n), -1, dtype=np.int64)
        self._halted_by = np.zeros((B, S))
        self._production = np.empty((keep, steps, n))
        self._unmet_by_step = np.empty((keep, steps, S, R))

    def add(self, step: int, flow: Flow, direct: Array) -> None:
        body, keep = self._body, self._keep
        self._value_added[:, step] = (flow.output * body.value_added).reshape(-1, body.R, body.S).sum(axis=2)
        self._made += flow.output
        self._direct += direct
        lacking = body.x - direct - flow.output
        lacking[np.abs(lacking) <= UNMOVED * body.x] = 0.0
        self._along += np.maximum(lacking, 0.0)
        self._made_up += np.maximum(-lacking, 0.0)
        self._unmet += flow.unmet
        self._stocks[:, step] = (flow.stored * self._per_stock).T
        self._received[:, step] = flow.received.T
        runs, short = np.nonzero(flow.limiting >= 0)
        if len(short):
            cut = flow.wanted - flow.output > _CUT * flow.wanted
            newly = (flow.limiting >= 0) & cut & (self._short_from < 0)
            self._short_of[newly] = flow.limiting[newly]
            self._short_from[newly] = step
            halted = (flow.wanted - flow.output)[runs, short] * body.value_added[short]
            np.add.at(self._halted_by, (runs, flow.limiting[runs, short]), halted)
        self._production[:, step] = flow.output[:keep]
        self._unmet_by_step[:, step] = flow.unmet[:keep]

    def course(self, run: int, missing: Array) -> Course:
        body, h, kept = self._body, self._dt / DAYS, run < self._keep
        lost = h * (self._steps * body.x - unless_noise(self._steps * body.x, self._made[run]))
        return Course(
            dt=self._dt,
            value_added=self._value_added[run],
            lost_output=lost,
            lost_value_added=lost * body.value_added,
            direct_value_added=h * self._direct[run] * body.value_added,
            along_chains=h * self._along[run] * body.value_added,
            made_up=h * self._made_up[run] * body.value_added,
            unmet=h * np.where(self._unmet[run] > UNMOVED * self._asked, self._unmet[run], 0.0),
            stocks=self._stocks[run],
            received=self._received[run],
            short_from=self._short_from[run],
            short_of=self._short_of[run],
            halted_by=h * self._halted_by[run],
            missing=missing[:, run],
            production=self._production[run] if kept else None,
            unmet_by_step=self._unmet_by_step[run] if kept else None,
        )
