"""What a path gives, and its tables by year: metrics, strengths of the levers, costs, what grows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import pandas as pd

from kaldor.economy.economy import Economy
from kaldor.economy.labelled import relabelled
from kaldor.errors import UnknownLabelError
from kaldor.twin.futures.meter import Meter
from kaldor.twin.futures.path_years import Year
from kaldor.twin.futures.pathway import Pathway
from kaldor.twin.responding.closing import View
from kaldor.twin.responding.outcome_of import NEGLIGIBLE
from kaldor.twin.twin import Twin


@dataclass(frozen=True, eq=False)
class PathResult:
    """A path, year by year.

    `yearly`: index year; columns (metric, "reference" | "path" | "change"). `strengths`: year × lever, in the
    lever's unit. `costs`: year × line: where prices respond, whose income in the region the levers change, which adds
    up to its real income; at fixed prices, what they make industries, final users and the treasury pay. `grown`: where
    prices respond, year × (workers, product of each, jobs, GDP volume, real wage), growth in % since the table's year
    without the levers. `views`: in which view each metric is measured, `responding` how prices respond.
    `cumulative`: by metric that can be summed: reference, path, change up to the last year. `milestones`: what is
    reached when. What the levers cannot move for want of data is NaN with them and as a change, and `not_modelled` says
    why; so is what no year has where prices respond.
    `bands`: percentiles of the yearly change over drawn assumptions, empty without ranges.
    Units are in `attrs["units"]`.
    """

    pathway: Pathway
    yearly: pd.DataFrame
    strengths: pd.DataFrame
    costs: pd.DataFrame
    cumulative: pd.DataFrame
    milestones: pd.DataFrame
    bands: pd.DataFrame
    warning: str
    not_modelled: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    """What must be said of the names: members of blocs that the economy does not show."""
    views: Mapping[str, View] = field(default_factory=dict)
    responding: str = ""
    grown: pd.DataFrame = field(default_factory=pd.DataFrame)

    def of(self, metric: str, which: Literal["reference", "path", "change"] = "path") -> pd.Series:
        """One metric by year. Raises UnknownLabelError with the near match."""
        known = list(dict.fromkeys(self.yearly.columns.get_level_values(0)))
        if metric not in known:
            raise UnknownLabelError("metric", metric, known)
        return relabelled(self.yearly[metric, which], self.yearly.attrs["units"][metric], like=self.yearly)


def yearly_of(meter: Meter, years: Sequence[int], solved: Sequence[Year]) -> pd.DataFrame:
    """The metrics of solved years: year × (metric, "reference" | "path" | "change")."""
    reference, path = np.stack([one.reference for one in solved]), np.stack([one.path for one in solved])
    parts = {"reference": reference, "path": path, "change": path - reference}
    columns = {(name, which): values[:, i] for i, name in enumerate(meter.names) for which, values in parts.items()}
    frame = pd.DataFrame(columns, index=pd.Index(years, name="year"))
    frame.columns = pd.MultiIndex.from_tuples(frame.columns, names=["metric", "which"])
    return frame


def strengths_of(twin: Twin, pathway: Pathway) -> pd.DataFrame:
    """How strong each lever is in each year, in its unit: year × lever."""
    frame = pd.DataFrame(
        {
            pathway.label(i): lever.strength * lever.adoption.share(np.array(pathway.years))
            for i, lever in enumerate(pathway.levers)
        },
        index=pd.Index(pathway.years, name="year"),
    )
    frame.attrs["units"] = {
        pathway.label(i): twin.levers[lever.lever].parameter.unit for i, lever in enumerate(pathway.levers)
    }
    return frame


def costs_of(pathway: Pathway, solved: Sequence[Year], economy: Economy) -> pd.DataFrame:
    """Whose income the levers change in the region; at fixed prices what its industries and final users pay because of
    them, and what its treasury spends."""
    frame = pd.DataFrame([one.paid for one in solved], index=pd.Index(pathway.years, name="year")).fillna(0.0)
    if any(one.grown for one in solved):
        least = NEGLIGIBLE * float(frame.abs().to_numpy().max(initial=0.0))
        frame = frame.loc[:, (frame.abs() > least).any()]
    frame.attrs |= {"unit": economy.unit, "region": pathway.region}
    return frame


def grown_of(pathway: Pathway, solved: Sequence[Year]) -> pd.DataFrame:
    """What has grown in the region without the levers since the table's year, in %; empty at fixed prices."""
    frame = pd.DataFrame([one.grown for one in solved], index=pd.Index(pathway.years, name="year"))
    frame.attrs |= {"units": dict.fromkeys(frame.columns, "%"), "region": pathway.region}
    return frame
