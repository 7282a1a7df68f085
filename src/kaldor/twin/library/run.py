"""A library of events, run: Kaldor's figure beside every published one that it can be set beside, none left out."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from kaldor import bounds
from kaldor.economy.economy import Economy
from kaldor.errors import InputError, KaldorError
from kaldor.twin.library.declared import Compared, Known, Published, Run
from kaldor.twin.library.figure import Figure
from kaldor.twin.library.measured import by_days, by_prices, of_days, of_prices
from kaldor.twin.library.standing import Standing, standing
from kaldor.twin.library.words import in_words
from kaldor.twin.shocks import RUNS
from kaldor.twin.shocks.run import ShockResult
from kaldor.twin.shocks.summary import quantiles

Told = Callable[[str, int, int], None]
Counted = Callable[[int, int], None]
Opened = Callable[[int], Economy]
"""Opens the economy of a year. Raises InputError where it is not there."""

_BAND: Final = (0.05, 0.5, 0.95)


def _silent(_done: int, _total: int) -> None:
    """Tells nobody."""


@dataclass(frozen=True)
class Beside:
    """A published figure, ours of the same, and how they stand."""

    published: Published
    ours: Figure
    standing: Standing

    @property
    def why(self) -> str:
        """Why the band misses the published range, as the event's file says; empty where it does not."""
        return "" if self.standing.met else self.published.missed


@dataclass(frozen=True)
class Answered:
    """What an event's runs say: every comparison in the file's order, figures that stand alone, and what is not run.

    `not_run` says in a sentence each which run is left out and why, `notes` what must be said of names and inputs.
    """

    known: Known
    beside: tuple[Beside, ...]
    alone: tuple[Figure, ...] = ()
    not_run: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def counted(self) -> tuple[Beside, ...]:
        """The comparisons that count: those of a range with two ends."""
        return tuple(one for one in self.beside if not one.published.open)

    @property
    def met(self) -> bool:
        """Whether at least half of what counts meets the published range: the one rule for every event."""
        return bool(self.counted) and 2 * sum(one.standing.met for one in self.counted) >= len(self.counted)


def run_library(
    events: Sequence[Known],
    opened: Opened,
    *,
    draws: int = RUNS,
    seed: int = 1,
    progress: Told = lambda what, done, total: None,
) -> list[Answered]:
    """Every event run on the economies of its own years, with a band of `draws` of how firms behave, by `seed`.

    A year that cannot be opened is said of its event, in a sentence. `progress` is told which run is on, how many are
    done and how many there are.
    Raises InputError for what is wrong with a shock, UnknownLabelError for names that the economy does not have.
    """
    bounds.check("run_library", draws=(draws, bounds.RUNS), seed=(seed, bounds.SEED))
    total, done, answered = sum(len(known.event.runs) for known in events), 0, []
    for known in events:
        figures: dict[Compared, Figure] = {}
        not_run: list[str] = []
        notes: list[str] = []
        for run in known.event.runs:
            progress(f"{known.event.id}, {run.id}", done, total)
            done += 1
            try:
                economy = opened(run.year)
            except InputError as error:
                not_run.append(f"{known.event.id}, {run.id} is not run, its year cannot be opened: {error}")
                continue
            found, said = _figures(economy, known, run, draws, seed)
            figures |= found
            notes += said
        beside = [
            Beside(published, figures[one], _standing(published, figures[one]))
            for published, one in known.comparisons
            if one in figures
        ]
        alone = [figures[one] for one in known.event.alone if one in figures]
        answered.append(Answered(known, tuple(beside), tuple(alone), tuple(not_run), tuple(dict.fromkeys(notes))))
    progress("done", total, total)
    return answered


def _figures(
    economy: Economy, known: Known, run: Run, draws: int, seed: int
) -> tuple[dict[Compared, Figure], Sequence[str]]:
    """The figures that are asked of a run, and what must be said of it."""
    shock = known.shocks[run.id]
    asked = [one for one in (*(one for _, one in known.comparisons), *known.event.alone) if one.run == run.id]
    if run.model == "prices":
        balances = by_prices(economy, shock)
        ours = {one: [float(value) for value in of_prices(economy, shock, balances, one)] for one in asked}
        return {one: Figure(one, run, v[0], (min(v), max(v))) for one, v in ours.items()}, balances.asked.said
    result = by_days(economy, shock, run, asked, draws=draws, seed=seed)
    return {one: _of_draws(result, run, one) for one in asked}, result.notes


def _of_draws(result: ShockResult, run: Run, one: Compared) -> Figure:
    least, median, most = map(float, quantiles(np.array(of_days(result, one)), _BAND))
    return Figure(one, run, median, (least, most))


def run_with_result(
    economy: Economy, known: Known, run: Run, *, draws: int = RUNS, seed: int = 1, progress: Counted = _silent
) -> tuple[ShockResult, Answered]:
    """One run by the day on any economy, whole, and beside it what was published and can be set beside it there.

    A comparison of regions or sectors that the economy does not have is left out, and a note says so.
    Raises InputError for what is wrong with the shock, UnknownLabelError for names of it that the economy lacks.
    """
    asked = [(figure, one) for figure, one in known.comparisons if one.run == run.id]
    shock = known.shocks[run.id]
    only = [one for _, one in asked]
    result = by_days(economy, shock, run, only, draws=draws, seed=seed, progress=progress)
    beside: list[Beside] = []
    notes = list(result.notes)
    for published, one in asked:
        try:
            ours = _of_draws(result, run, one)
        except KaldorError as error:
            notes.append(f"Not set beside '{published.measure}, {published.scope}': {str(error).splitlines()[0]}")
            continue
        beside.append(Beside(published, ours, _standing(published, ours)))
    return result, Answered(known, tuple(beside), notes=tuple(notes))


def _standing(published: Published, ours: Figure) -> Standing:
    assert published.range is not None, "the declaration asks for one"
    return standing(ours.median, ours.band, published.range, null=published.null)


def table(answered: Sequence[Answered]) -> pd.DataFrame:
    """One row a comparison: event and figure, of which run and year, ours with its band, theirs, and how they stand.

    Units are those of the publication; losses are below zero.
    """
    rows = [
        {
            "event": one.known.event.id,
            "figure": beside.published.id,
            "run": beside.ours.run.id,
            "year": beside.ours.run.year,
            "measure": f"{beside.published.measure}, {beside.published.scope}, {beside.published.horizon}",
            "unit": beside.published.unit,
            "kaldor": beside.ours.median,
            "from": beside.ours.band[0],
            "to": beside.ours.band[1],
            "width": beside.ours.width if math.isfinite(beside.ours.width) else None,
            "published low": (beside.published.range or (float("nan"),))[0],
            "published high": (beside.published.range or (float("nan"),))[-1],
            "sign": beside.standing.sign,
            "stands": beside.standing.words,
            "counts": not beside.published.open,
            "verify": beside.published.verify,
            "why": beside.why,
            "caution": beside.published.caution,
        }
        for one in answered
        for beside in one.beside
    ]
    return pd.DataFrame(rows)


def uncompared(one: Answered) -> pd.DataFrame:
    """One row a published figure that nothing of a run compares with: what it says, and why."""
    columns = ["id", "measure", "scope", "figure", "verify", "why"]
    rows = [
        (each.id, each.measure, each.scope, in_words(each), each.verify, each.not_compared)
        for each in one.known.event.published
        if each.not_compared
    ]
    return pd.DataFrame(rows, columns=columns)


@dataclass(frozen=True)
class Score:
    """How many events were run, can be compared and are met; of how many comparisons how many are, and wrong signs.

    A figure that says "up to" alone has a sign and counts for nothing else. `by_kind` tells comparisons met, and all,
    of figures that were observed from those of estimates, forecasts and scenarios.
    """

    events: int
    comparable: int
    met: int
    comparisons: int
    comparisons_met: int
    signs: int
    right_signs: int
    wrong_signs: int
    by_kind: Mapping[str, tuple[int, int]]

    @property
    def without_effect(self) -> int:
        """How many medians round to nothing where a sign is asked."""
        return self.signs - self.right_signs - self.wrong_signs

    @property
    def words(self) -> str:
        """The same in three sentences."""
        kinds = ", ".join(f"{met} of {all} {kind}" for kind, (met, all) in self.by_kind.items())
        return (
            f"Of {self.events} events {self.comparable} have a published figure that can be compared; in {self.met} of "
            f"these the band meets at least half of them. Of {self.comparisons} comparisons it meets "
            f"{self.comparisons_met}: {kinds}. Of {self.signs} signs {self.right_signs} are right and "
            f"{self.wrong_signs} wrong; {self.without_effect} "
            f"{'shows' if self.without_effect == 1 else 'show'} no effect."
        )


def score(answered: Sequence[Answered]) -> Score:
    """How a library does as a whole."""
    counted = [beside.standing for one in answered for beside in one.counted]
    kinds: dict[str, tuple[int, int]] = {}
    for beside in (beside for one in answered for beside in one.counted):
        met, every = kinds.get(beside.published.kind, (0, 0))
        kinds[beside.published.kind] = (met + beside.standing.met, every + 1)
    signs = [beside.standing.sign for one in answered for beside in one.beside if beside.standing.sign != "none asked"]
    return Score(
        events=len(answered),
        comparable=sum(bool(one.counted) for one in answered),
        met=sum(one.met for one in answered),
        comparisons=len(counted),
        comparisons_met=sum(one.met for one in counted),
        signs=len(signs),
        right_signs=signs.count("right"),
        wrong_signs=signs.count("wrong"),
        by_kind=dict(sorted(kinds.items())),
    )
