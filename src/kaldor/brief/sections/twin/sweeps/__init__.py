"""How scenarios fare in many futures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from kaldor.atlas.blocs import Blocs
from kaldor.atlas.labels import MetricName, MetricNames, RegionName
from kaldor.bounds import AMOUNT, FUTURES, MOST_RESPONDING, RESPONDING, YEARS_AHEAD, Bounds
from kaldor.brief.section import Section, tables
from kaldor.brief.sections.twin.scenarios import SCENARIOS
from kaldor.brief.seed import Seed
from kaldor.declared import Declared, Slug, near
from kaldor.errors import Problem, UnknownLabelError
from kaldor.twin.futures.ranges import Range
from kaldor.twin.responding.closing import Responses, View
from kaldor.twin.scenario import Closure, LeverSetting, Scenario


class Failure(Declared):
    """When a future counts as failed: the change of a metric is worse than a bound, in the metric's own unit."""

    metric: MetricName
    worse_than: Annotated[float, AMOUNT] = 0.0
    boxes: Annotated[int, Bounds(1, 5)] = 1

    @model_validator(mode="after")
    def _has_a_worse(self) -> Failure:
        from kaldor.twin.metric import packaged_metrics

        known = packaged_metrics()
        if self.metric not in known:
            raise ValueError(str(UnknownLabelError("metric", self.metric, known)))
        if known[self.metric].better == "none":
            raise ValueError(f"metric '{self.metric}' has no better and no worse; name one that has")
        return self


class StudySweep(Declared):
    """A scenario of the study, or levers of its own, in many futures.

    At most `futures` futures are run; a Sobol sample has the largest size that fits under it. What varies are the
    ranges named here; without any, the levers' own and the packaged growth. Growth is compounded over `years`. `view`
    and `responses` are those of levers of its own; where prices respond at most `responding` futures are answered so.
    """

    id: Slug
    title: str = ""
    region: RegionName = ""
    scenario: str = ""
    levers: tuple[LeverSetting, ...] = ()
    view: View = "prices respond"
    responses: Responses = Field(default_factory=Responses)
    closure: Closure = "pass-through"
    blocs: Blocs = Field(default_factory=dict)
    ranges: tuple[Range, ...] = ()
    metrics: MetricNames = ()
    futures: Annotated[int, FUTURES] = 512
    responding: Annotated[int, RESPONDING] = MOST_RESPONDING
    sampling: Literal["sobol", "latin hypercube"] = "sobol"
    seed: Seed = 1
    years: Annotated[float, YEARS_AHEAD] = 10.0
    fails: Failure | None = None

    @model_validator(mode="after")
    def _of_one_thing(self) -> StudySweep:
        if bool(self.scenario) == bool(self.levers):
            raise ValueError("give either scenario (the id of one of the study's) or levers")
        if self.metrics:
            from kaldor.twin.metric import packaged_metrics

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
            own = {"view": self.view, "responses": self.responses, "closure": self.closure, "blocs": self.blocs}
            return Scenario.model_validate({"id": self.id, "title": self.title, "levers": self.levers} | own)
        return next(one for one in scenarios if one.id == self.scenario)


def _of_no_scenario(written: Mapping[str, Any], file: str) -> list[Problem]:
    """Sweeps that name a scenario which the study does not have."""
    known = SCENARIOS.ids(written)
    entries = written.get(SWEEPS.name)
    sweeps = [one for one in entries if isinstance(one, dict)] if isinstance(entries, list) else []
    named = [one["scenario"] for one in sweeps if isinstance(one.get("scenario"), str)]
    return [
        Problem(
            f"{file}, sweeps", f"the study has no scenario '{name}'.", near(name, known) if known else "It has none."
        )
        for name in named
        if name and name not in known
    ]


SWEEPS = tables("sweeps", StudySweep, {"en": "Sweep", "fr": "Balayage", "es": "Barrido"}, file=True)

SECTION = Section(
    id="sweeps",
    title={"en": "Many futures", "fr": "De nombreux avenirs", "es": "Muchos futuros"},
    heading="How the scenarios fare in many futures",
    challenge="economy",
    order=150,
    shown="where declared",
    keys=(SWEEPS,),
    check=_of_no_scenario,
    build=f"{__name__}.build",
)
