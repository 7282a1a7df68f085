"""What a study tries on its economy beside scenarios: shocks, paths over years, sweeps over futures, stress, costs.

Each is declared as in a file of its own (a shock file, a path file), with what a brief needs besides: how many runs,
how many steps, which seed.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from kaldor.atlas.blocs import Members
from kaldor.declared import Declared, Slug
from kaldor.errors import UnknownLabelError
from kaldor.twin.futures.pathway import Pathway
from kaldor.twin.futures.ranges import Range
from kaldor.twin.scenario import Closure, LeverSetting, Scenario
from kaldor.twin.shocks.events import Shock

Seed = Annotated[int, Field(ge=0, lt=2**32)]


class StudyShock(Shock):
    """A shock of a study: `steps` steps of `step_days` days, and `runs` draws of how firms behave for the bands."""

    runs: Annotated[int, Field(ge=1, le=1000)] = 30
    steps: Annotated[int, Field(ge=2, le=3660)] = 52
    step_days: Annotated[float, Field(gt=0, le=31)] = 7.0
    seed: Seed = 1


class StudyPath(Pathway):
    """A path of a study. Without a region it is measured for the study's country."""

    id: Slug
    region: str = ""


class StudyStress(Declared):
    """The standard set of shocks, on the study's country where no region is named; steps are weeks."""

    region: str = ""
    runs: Annotated[int, Field(ge=1, le=1000)] = 20
    steps: Annotated[int, Field(ge=2, le=520)] = 104
    seed: Seed = 1


class CostRise(Declared):
    """A rise of wages, taxes or other primary costs that every buyer passes on.

    `share` of the output of the industries named (0.05: five cents more on each dollar sold); a fall is negative.
    `sectors` are industries or groups of them, `regions` where they stand: all industries, and the study's country,
    where none is named.
    """

    share: Annotated[float, Field(ge=-1, le=10)]
    sectors: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _of_something(self) -> CostRise:
        if self.share == 0:
            raise ValueError("a share of 0 changes no price")
        for names in (self.sectors, self.regions):
            if len(set(names)) != len(names):
                raise ValueError("a name stands there twice")
        return self


class Failure(Declared):
    """When a future counts as failed: the change of a metric is worse than a bound, in the metric's own unit."""

    metric: str
    worse_than: float = 0.0
    boxes: Annotated[int, Field(ge=1, le=5)] = 1

    @model_validator(mode="after")
    def _has_a_worse(self) -> Failure:
        from kaldor.twin.outcomes import packaged_metrics

        known = packaged_metrics()
        if self.metric not in known:
            raise ValueError(str(UnknownLabelError("metric", self.metric, known)))
        if known[self.metric].better == "none":
            raise ValueError(f"metric '{self.metric}' has no better and no worse")
        return self


class StudySweep(Declared):
    """A scenario of the study, or levers of its own, in many futures.

    At most `futures` futures are run; a Sobol sample has the largest size that fits under it. What varies are the
    ranges named here; without any, the levers' own and the packaged growth. Growth is compounded over `years`.
    """

    id: Slug
    title: str = ""
    region: str = ""
    scenario: str = ""
    levers: tuple[LeverSetting, ...] = ()
    closure: Closure = "pass-through"
    blocs: dict[str, Members] = Field(default_factory=dict)
    ranges: tuple[Range, ...] = ()
    metrics: tuple[str, ...] = ()
    futures: Annotated[int, Field(ge=2, le=100_000)] = 512
    sampling: Literal["sobol", "latin hypercube"] = "sobol"
    seed: Seed = 1
    years: Annotated[float, Field(ge=0, le=100)] = 10.0
    fails: Failure | None = None

    @model_validator(mode="after")
    def _of_one_thing(self) -> StudySweep:
        if bool(self.scenario) == bool(self.levers):
            raise ValueError("give either scenario (the id of one of the study's) or levers")
        if self.metrics:
            from kaldor.twin.outcomes import packaged_metrics

            known = packaged_metrics()
            unknown = [name for name in self.metrics if name not in known]
            if unknown:
                raise ValueError(str(UnknownLabelError("metric", unknown[0], known)))
        return self

    def measured(self) -> tuple[str, ...] | None:
        """The metrics to measure, that of the rule for failure among them; None for all that there are."""
        if not self.metrics:
            return None
        return tuple(dict.fromkeys([*self.metrics, *([self.fails.metric] if self.fails else [])]))

    def asked(self, scenarios: tuple[Scenario, ...]) -> Scenario:
        """What is swept: the study's scenario of that id, or one of the levers here."""
        if self.levers:
            return Scenario(
                id=self.id, title=self.title, closure=self.closure, levers=self.levers, blocs=self.blocs
            )  # fmt: skip
        return next(one for one in scenarios if one.id == self.scenario)
