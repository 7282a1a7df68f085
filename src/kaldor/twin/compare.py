"""Scenarios side by side over the five dimensions."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from kaldor.economy.labelled import OF_EACH_ROW, relabelled
from kaldor.errors import InputError, Problem
from kaldor.twin.outcome import PREDICTED, Outcomes
from kaldor.words import NOT_MODELLED


def side_by_side(compared: Sequence[Outcomes]) -> pd.DataFrame:
    """The change that each scenario brings to each metric, beside the baseline.

    Index (dimension, metric); columns title, unit, better, view (whether prices respond in it; by scenario where they
    differ), before (None of a metric that is a change), then one column a scenario by id, with the change; "not
    modelled" where there is none; note says why, or what a change leaves out.
    Raises InputError where the scenarios are of different economies or regions, or share an id.
    """
    if not compared:
        raise InputError(Problem("compare", "no scenario is given.", "Name at least one scenario file."))
    ids = [one.scenario.id for one in compared]
    problems = [
        Problem(f"scenario '{one.scenario.id}'", "is measured on another economy or region than the first.")
        for one in compared
        if (one.source, one.year, one.region) != (compared[0].source, compared[0].year, compared[0].region)
    ]
    problems += [
        Problem(f"scenario '{id}'", "stands there twice.", "Give each its own id.")
        for id in sorted({id for id in ids if ids.count(id) > 1})
    ]
    if problems:
        raise InputError(problems)
    rows = []
    for outcome in compared[0].outcomes:
        metric = outcome.metric
        before = next((one[metric.id].before for one in compared if one[metric.id].before is not None), None)
        no_level = None if any(one[metric.id].modelled for one in compared) else NOT_MODELLED
        changes = {one.scenario.id: one[metric.id].change for one in compared}
        rows.append(
            {
                "dimension": metric.dimension,
                "metric": metric.id,
                "title": metric.title,
                "unit": outcome.unit,
                "better": metric.better,
                "view": _view(compared, metric.id),
                "before": no_level if before is None else before,
                **{id: NOT_MODELLED if change is None else change for id, change in changes.items()},
                "note": " ".join(dict.fromkeys(note for one in compared if (note := one[metric.id].note))),
            }
        )
    about = {
        "source": compared[0].source,
        "year": compared[0].year,
        "region": compared[0].region,
        "status": PREDICTED,
    }
    return relabelled(pd.DataFrame(rows).set_index(["dimension", "metric"]), OF_EACH_ROW, about=about)


def _view(compared: Sequence[Outcomes], metric: str) -> str:
    """In which view a metric is measured; by scenario where these differ."""
    views = {one.scenario.id: one[metric].view for one in compared}
    if len(set(views.values())) == 1:
        return next(iter(views.values()))
    return "; ".join(f"{id}: {view}" for id, view in views.items())
