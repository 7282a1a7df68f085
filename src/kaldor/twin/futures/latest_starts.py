"""How late each lever of a path may begin for its targets to be met."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from kaldor.errors import InputError, Problem
from kaldor.twin.futures.path_reached import holds, summed
from kaldor.twin.futures.path_years import PathYears, Year
from kaldor.twin.futures.pathway import Pathway, Target
from kaldor.twin.twin import Twin
from kaldor.words import NOT_MODELLED


def latest_starts(twin: Twin, pathway: Pathway) -> pd.DataFrame:
    """The latest year in which each lever may still begin for each target of the path to be met.

    A lever's curve is moved as a whole; everything else stays as declared. Every whole year from the path's first to
    the target's is tried, the latest first. Index (lever, target); columns planned, latest (NaN where none helps),
    slack (years between them) and what it means in words.
    Raises InputError where the path has no target; and what `run_path` raises.
    """
    if not pathway.targets:
        raise InputError(Problem(f"path '{pathway.id}'", "has no target to be late for.", "Add [[targets]]."))
    rows = []
    for target in pathway.targets:
        runner = PathYears(twin, pathway, [target.metric])
        years = _years_asked(pathway, target)
        first = runner.years(pathway.model_copy(update={"levers": ()}), (pathway.start,))
        still = runner.unmoved(pathway)
        aim = _Aim(runner, target, first[0], years)
        for number, lever in enumerate(pathway.levers):
            without = tuple(one for i, one in enumerate(pathway.levers) if i != number)
            never = pathway.model_copy(update={"levers": without})
            planned = lever.adoption.start
            if target.metric in still:
                latest, words = float("nan"), f"{NOT_MODELLED}: {still[target.metric]}"
            elif aim.met(never):
                latest, words = float("nan"), "not needed: the others meet the target"
            else:
                latest, words = _latest(aim, pathway, number, target.by)
            rows.append(
                {
                    "lever": pathway.label(number),
                    "target": target.words,
                    "planned": planned,
                    "latest": latest,
                    "slack": latest - planned,
                    "in_words": words,
                }
            )
    frame = pd.DataFrame(rows).set_index(["lever", "target"])
    frame.attrs["units"] = {"planned": "year", "latest": "year", "slack": "years"}
    return frame


class _Aim:
    """Whether paths meet one target; only the years that it looks at are computed."""

    def __init__(self, runner: PathYears, target: Target, first: Year, years: Sequence[int]) -> None:
        self._runner, self._target, self._years = runner, target, tuple(years)
        self._first = float(first.reference[0])

    def met(self, pathway: Pathway) -> bool:
        """Whether a path meets the target."""
        solved = self._runner.years(pathway, self._years)
        path = [float(one.path[0]) for one in solved]
        if not self._target.cumulative:
            return holds(self._target, path[-1], self._first)
        reference = [float(one.reference[0]) for one in solved]
        return holds(self._target, summed(np.array(path), self._years), summed(np.array(reference), self._years))


def _years_asked(pathway: Pathway, target: Target) -> list[int]:
    return [year for year in pathway.years if year <= target.by] if target.cumulative else [target.by]


def _latest(aim: _Aim, pathway: Pathway, lever: int, by: int) -> tuple[float, str]:
    """The latest year from the path's first on in which a lever may begin, and what that means."""
    planned = pathway.levers[lever].adoption.start
    tried = range(by, pathway.start - 1, -1)
    found = next((year for year in tried if aim.met(pathway.begun(lever, year))), None)
    if found is not None:
        late = planned - found
        return float(found), (
            f"planned {late:g} years too late" if late > 0 else f"may begin {-late:g} years later than planned"
        )
    if planned < pathway.start and aim.met(pathway):
        return planned, f"begun in {planned:g} it meets the target; a start in {pathway.start} or later does not"
    return float("nan"), "no start is early enough: this lever cannot meet the target with the others as planned"
