"""A path to a chosen year, as it is declared: levers that spread along adoption curves, growth, and targets.

A path is data (TOML or a model); `kaldor.twin.futures.path` runs it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, model_validator

from kaldor.atlas.blocs import Blocs
from kaldor.atlas.labels import MetricName, RegionName, RegionNames
from kaldor.bounds import AMOUNT, TITLE, YEAR, Bounds
from kaldor.declared import Declared, DeclaredFile, read
from kaldor.twin.futures.adoption import Adoption
from kaldor.twin.futures.growth import Growth
from kaldor.twin.responding.closing import Responses, View
from kaldor.twin.scenario import Closure, LeverSetting, Scenario


class PathLever(LeverSetting):
    """A lever of a path: its setting, `strength` being that of full adoption, and how it gets there."""

    adoption: Adoption

    def at(self, year: float) -> LeverSetting:
        """The setting at the strength of a year."""
        settings = self.model_dump(exclude={"adoption"})
        return LeverSetting(**settings | {"strength": self.strength * float(self.adoption.share(year))})


class Target(Declared):
    """What a path is to reach: a metric at or below, or at or above a value, in a year or summed up to it.

    Give one of `below`, `above` (in the metric's unit) and `cut` (% below its value in the path's first year, without
    levers; in a cumulative target: % below the reference's sum).
    """

    metric: MetricName
    by: Annotated[int, YEAR]
    below: Annotated[float, AMOUNT] | None = None
    above: Annotated[float, AMOUNT] | None = None
    cut: Annotated[float, AMOUNT] | None = None
    cumulative: bool = False
    source: str = ""

    @model_validator(mode="after")
    def _one_way(self) -> Target:
        if sum(given is not None for given in (self.below, self.above, self.cut)) != 1:
            raise ValueError("give exactly one of below, above and cut")
        return self

    @property
    def words(self) -> str:
        """The target in words."""
        what = f"{self.metric}{' summed' if self.cumulative else ''}"
        if self.cut is not None:
            return f"{what} {self.cut:g} % lower by {self.by}"
        return f"{what} {'below' if self.below is not None else 'above'} {self.below or self.above or 0:g} by {self.by}"


class Pathway(DeclaredFile):
    """A path as it is declared: whose outcomes, which years, which levers when, what grows, what is to be reached.

    `region` is the only one in which the levers act if left out, as of a scenario; where they act in several it is to
    be named. `view` says whether prices respond, and `responses` how; `closure` is about fixed prices alone.
    """

    id: str = Field(max_length=TITLE)
    title: str = Field(default="", max_length=TITLE)
    region: RegionName
    bloc: RegionNames = ()
    start: Annotated[int, YEAR]
    end: Annotated[int, YEAR] = 2050
    step: Annotated[int, Bounds(1, 25)] = 1
    view: View = "prices respond"
    responses: Responses = Field(default_factory=Responses)
    closure: Closure = "pass-through"
    blocs: Blocs = Field(default_factory=dict)
    levers: tuple[PathLever, ...] = ()
    growth: tuple[Growth, ...] = ()
    targets: tuple[Target, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _where_the_levers_act(cls, given: Any) -> Any:
        # A study's path is of the study's country where it says nothing.
        asked = cls.model_fields["region"].is_required()
        if not asked or not isinstance(given, dict) or "region" in given:
            return given
        levers = given.get("levers")
        named = (
            [one.get("regions") for one in levers if isinstance(one, dict)] if isinstance(levers, list | tuple) else []
        )
        regions = {str(region) for one in named if isinstance(one, list | tuple) for region in one}
        return given | {"region": regions.pop()} if len(regions) == 1 else given

    @model_validator(mode="after")
    def _in_order(self) -> Pathway:
        if not self.start < self.end <= self.start + 100:
            raise ValueError(f"end ({self.end}) must come after start ({self.start}), within a hundred years")
        outside = [target.by for target in self.targets if not self.start <= target.by <= self.end]
        if outside:
            raise ValueError(f"targets must lie within {self.start} to {self.end}; found {outside}")
        return self

    @property
    def years(self) -> tuple[int, ...]:
        """The computed years: first, last, those between by step, and those of targets."""
        wanted = {*range(self.start, self.end + 1, self.step), self.end, *(target.by for target in self.targets)}
        return tuple(sorted(wanted))

    def scenario(self, year: float) -> Scenario:
        """The levers at the strengths of a year."""
        return Scenario(
            id=self.id,
            title=self.title,
            view=self.view,
            responses=self.responses,
            closure=self.closure,
            blocs=self.blocs,
            levers=tuple(lever.at(year) for lever in self.levers),
        )

    def begun(self, lever: int, start: float) -> Pathway:
        """The same path with one lever (from 0) begun in another year, its curve as long as before."""
        levers = list(self.levers)
        levers[lever] = levers[lever].model_copy(update={"adoption": levers[lever].adoption.begun(start)})
        return self.model_copy(update={"levers": tuple(levers)})

    def label(self, lever: int) -> str:
        """A lever's name in tables: its id, and its place where the path has it more than once."""
        id = self.levers[lever].lever
        alone = [one.lever for one in self.levers].count(id) == 1
        return id if alone else f"{id} ({lever + 1})"


def read_pathway(path: Path) -> Pathway:
    """A path from a TOML file. Raises InputError with every problem of the file."""
    return read(Pathway, path)
