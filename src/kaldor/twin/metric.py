"""Metrics: what is measured of a scenario, declared as data, and what an economy must carry for each.

A metric whose data the economy lacks, or whose model is not there, reads "not modelled" with the reason, never 0 and
never blank; a user's own file of metrics is read beside the packaged one.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from annotated_types import Gt
from pydantic import model_validator

from kaldor.bounds import AMOUNT
from kaldor.declared import Declared, DeclaredFile, joined, read_packaged, spelt
from kaldor.economy.economy import Economy
from kaldor.economy.names import counts_jobs, jobs_of
from kaldor.errors import UnknownLabelError
from kaldor.twin.incidence import groups_year, income_groups
from kaldor.twin.measures import MEASURES, READS, STRESS_FIGURES, Terms, in_the_world
from kaldor.twin.natures import nature_of
from kaldor.twin.responding.measures import ONLY_RESPONDING, responds
from kaldor.words import Status, weakest

Better = Literal["lower", "higher", "none"]
Dimension = Literal["sustainability", "resilience", "technology", "workforce", "society", "treasury"]
DIMENSIONS: tuple[Dimension, ...] = ("sustainability", "resilience", "technology", "workforce", "society", "treasury")
"""The five challenges in the framework's order, and the treasury's own line."""

_NEEDS = "stress, jobs, or income, extension, group or role with a name, such as extension:co2"


class Metric(Declared):
    """One metric: what it means, in which unit, which way is better, how it is measured or what it waits for."""

    id: Annotated[str, spelt(r"^[a-z][a-z0-9-]*$", "small letters, digits and hyphens, such as my-metric")]
    dimension: Dimension
    title: str
    unit: str
    better: Better
    definition: str
    measure: str | None = None
    awaits: str | None = None
    extension: str = ""
    group: str = ""
    threshold: Annotated[float, AMOUNT] = 0.0
    material: Annotated[float, AMOUNT, Gt(0)] = 0.1
    scales: tuple[Annotated[float, AMOUNT], Annotated[float, AMOUNT], Annotated[float, AMOUNT]] = (1.0, 5.0, 20.0)
    nominal: bool = False
    first: bool = False
    needs: tuple[Annotated[str, spelt(r"^(stress|jobs|(income|extension|group|role):.+)$", _NEEDS)], ...] = ()

    @model_validator(mode="after")
    def _measured_or_waiting(self) -> Metric:
        if (self.measure is None) == (self.awaits is None):
            raise ValueError("give either measure, or awaits with the reason why there is none")
        known = (*MEASURES, *ONLY_RESPONDING)
        if self.measure is not None and self.measure not in known:
            raise ValueError(str(UnknownLabelError("measure", self.measure, known)))
        if (self.measure in STRESS_FIGURES) != ("stress" in self.needs):
            raise ValueError(f"measures of a stress test ({', '.join(STRESS_FIGURES)}), and only they, need 'stress'")
        if self.measure in READS and not getattr(self, READS[self.measure][0]):
            raise ValueError(f"measure '{self.measure}' reads `{READS[self.measure][0]}`, which is missing")
        return self

    @model_validator(mode="after")
    def _scales_rise(self) -> Metric:
        small, middle, large = self.scales
        if not self.material < small < middle < large:
            raise ValueError(f"scales {self.scales} must rise from above what is material, {self.material:g}")
        return self

    @property
    def on_dials(self) -> bool:
        """Whether it is a volume or a real quantity of one of the five challenges: what a dial may show."""
        return not self.nominal and self.dimension != "treasury"

    @property
    def needed(self) -> tuple[str, ...]:
        """What the economy must carry: what is declared, and what the measure reads in any case."""
        term, kind = READS.get(self.measure or "", ("", ""))
        return tuple(dict.fromkeys([*self.needs, *([f"{kind}:{getattr(self, term)}"] if term else [])]))

    @property
    def stress(self) -> bool:
        """Whether the metric is read from a stress test."""
        return "stress" in self.needs

    @property
    def responds(self) -> bool:
        """Whether it is measured where prices respond; other metrics follow volumes at fixed prices."""
        return self.measure is not None and responds(self.measure, self.extension)

    @property
    def terms(self) -> Terms:
        """What the measure is told."""
        return Terms(self.extension, self.group, self.threshold)


class _Metrics(DeclaredFile):
    metrics: tuple[Metric, ...]


@cache
def packaged_metrics() -> Mapping[str, Metric]:
    """The metrics that Kaldor declares, by id, in the order of the dimensions."""
    return {metric.id: metric for metric in read_packaged(_Metrics, "kaldor.twin", "outcomes.toml").metrics}


def better_of(extension: str) -> Better:
    """Which way an extension is better: as the first metric that reads it declares; else more jobs, less of others."""
    declared = (metric.better for metric in packaged_metrics().values() if metric.extension == extension)
    return next(declared, "higher" if counts_jobs(extension) else "lower")


def dimension_of(extension: str) -> Dimension:
    """Which dimension an extension belongs to, likewise."""
    declared = (metric.dimension for metric in packaged_metrics().values() if metric.extension == extension)
    return next(declared, "workforce" if counts_jobs(extension) else "sustainability")


def load_metrics(*extra: Path | str) -> Mapping[str, Metric]:
    """The packaged metrics and those of a user's own files (`[[metrics]]`) or their texts, by id.

    Raises InputError with all problems: bad syntax, unknown keys, an id twice.
    """
    return joined(packaged_metrics(), _Metrics, "metrics", extra)


def why_not(metric: Metric, economy: Economy, region: str | None = None, *, responding: bool = False) -> str:
    """Why a metric cannot be measured on an economy, of a region if one is named, in a sentence; empty where it can.

    `responding` where prices respond; some metrics mean nothing at fixed prices.
    """
    if metric.awaits is not None:
        return metric.awaits
    if not responding and metric.measure in ONLY_RESPONDING:
        return 'means nothing at fixed prices: ask where prices respond (view = "prices respond").'
    lacks = [what for need in metric.needed if (what := _lacks(need, economy))]
    if lacks:
        return f"needs {', '.join(lacks)}, which {economy.source.id} {economy.year} does not carry."
    if region is None or metric.measure == in_the_world.__name__:
        return ""
    place = economy.region_position(region)
    absent = [economy.extensions[name].name for name in carried_by(metric, economy) if economy.unpublished(name)[place]]
    return f"{', '.join(absent)}: nothing was published for {region}." if absent else ""


def extensions_of(metric: Metric, economy: Economy) -> tuple[str, ...]:
    """The extensions that a metric is made of: its own, and jobs where it counts them."""
    return (*([metric.extension] if metric.extension else []), *(jobs_of(economy) if "jobs" in metric.needs else ()))


def carried_by(metric: Metric, economy: Economy) -> list[str]:
    """The extensions that a metric reads, of those that the economy carries."""
    return [name for name in extensions_of(metric, economy) if name in economy.extensions]


def unit_of(metric: Metric, economy: Economy) -> str:
    """The metric's unit on an economy: its money, its jobs and the extension's own unit put in."""
    jobs = [economy.extensions[name].unit for name in jobs_of(economy)]
    extension = economy.extensions.get(metric.extension)
    names = {
        "{money}": economy.unit,
        "{jobs}": jobs[0] if jobs else "jobs",
        "{extension}": extension.unit if extension else f"unit of '{metric.extension}'",
    }
    unit = metric.unit
    for name, meant in names.items():  # not str.format, which reads more out of a user's text than these three
        unit = unit.replace(name, meant)
    return unit


def status_of(metric: Metric, economy: Economy) -> Status:
    """The weakest status of the table, the extensions that the metric reads, and what its measure makes of them."""
    statuses = [economy.status, *(economy.extensions[name].status for name in carried_by(metric, economy))]
    return weakest(nature_of(metric.measure or "").before, *statuses)


def _lacks(need: str, economy: Economy) -> str:
    kind, _, name = need.partition(":")
    if kind == "stress":
        return "" if len(economy.regions) > 1 else "several regions"
    if kind == "jobs":
        return "" if jobs_of(economy) else "an extension 'jobs', or 'jobs_female' and 'jobs_male'"
    if kind == "income":
        return (
            ""
            if name in income_groups(economy)
            else f"a region of the group '{name}' (groups of {groups_year(economy)})"
        )
    known = {"extension": economy.extensions, "group": economy.sector_groups, "role": economy.demand_roles.values()}[
        kind
    ]
    words = {"extension": "the extension", "group": "the sector group", "role": "final demand of the role"}[kind]
    return "" if name in known else f"{words} '{name}'"
