"""Pictures of one shock: fans of value added over time, and where the loss falls at a few moments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from kaldor.brief.context import Context
from kaldor.brief.document import Chart, ChartRow
from kaldor.brief.ledger import Origin, identifier
from kaldor.brief.names import in_text, listed
from kaldor.brief.numbers import in_prose
from kaldor.brief.sections.resilience.shocks import SECTION, StudyShock
from kaldor.brief.units import PERCENT
from kaldor.digits import largest_first, ranked
from kaldor.economy.economy import Array
from kaldor.twin.horizons import Horizons, horizons
from kaldor.twin.shocks import draws_said
from kaldor.twin.shocks.events import Ban
from kaldor.twin.shocks.idle import without_value_added
from kaldor.twin.shocks.run import ShockResult
from kaldor.twin.shocks.words import few

METHOD: Final = "shock"
WORLD: Final = "world"
WEEK: Final = 7.0
_FAN: Final = (("p5", "5 %"), ("median", "Median"), ("p95", "95 %"))
_MAP_WEEKS: Final = (1, 4, 8, 16, 26, 52)
_LISTED_WEEKS: Final = (1, 2, 4, 8, 12, 16, 20, 26, 39, 52)
_FEWEST: Final = 4  # moments that make a course
_LISTED_REGIONS: Final = 12
_ROUNDING: Final = 1e-12  # of what is normal


@dataclass(frozen=True)
class Run:
    """One shock of the study and what came out."""

    context: Context
    shock: StudyShock
    result: ShockResult

    @property
    def id(self) -> str:
        """The shock's id."""
        return self.shock.id

    @property
    def name(self) -> str:
        """What the shock is called."""
        return self.shock.title or self.shock.id

    @cached_property
    def places(self) -> tuple[str, ...]:
        """Whose course is shown: the study's country, the region from which the events take most, the world."""
        direct = self.result.losers()["direct"].groupby(level="region").sum()
        hit = str(ranked(direct).index[0])
        known = (hit,) if direct[hit] > 0 else ()
        other = tuple(region for region in known if region != self.context.country)
        shown = (place for place in (self.context.country, *other) if not self.idle(place))
        return (*shown, WORLD)

    def idle(self, place: str) -> str:
        """Why a country has nothing to lose; empty where it has."""
        return without_value_added(self.result.economy, self.members(place))

    def members(self, place: str) -> list[str] | None:
        """The regions that make up a place: a country with the firms that the shock split off from it; None: all."""
        if place == WORLD:
            return None
        regions = self.result.economy.regions
        return [place, *(region for region in regions if region.startswith(f"{place}."))]

    def called(self, region: str, *, in_a_sentence: bool = False) -> str:
        """A region's name; of a firm that the shock split off, the name it was given and where it is."""
        for part in self.shock.parts:
            if region == f"{part.region}.{part.label}":
                return f"{part.name or part.label} ({listed(part.region)})"
        return in_text(region) if in_a_sentence else listed(region)

    def whose(self, place: str) -> str:
        """A place inside a sentence, as the owner of what is lost."""
        return "the world" if place == WORLD else self.called(place, in_a_sentence=True)

    def industry(self, sector: str) -> str:
        """A sector's name; of one that the shock itself split off, the name it was given."""
        economy = self.result.economy
        if sector in self.context.economy.sectors:
            return self.context.sector_name(sector)
        return economy.sector_names[economy.sector_position(sector)]

    @cached_property
    def struck(self) -> tuple[str, ...]:
        """From whom the events themselves take value added, most first, but the country itself."""
        direct = ranked(self.result.losers()["direct"].groupby(level="region").sum())
        own = self.members(self.context.country) or ()
        return tuple(str(region) for region in direct.index[direct > 0] if region not in own)

    @cached_property
    def senders(self) -> tuple[str, ...]:
        """Who no longer sells, under bans, but the country itself."""
        bans = [event for event in self.result.shock.events if isinstance(event, Ban)]
        named = {region for ban in bans for region in ban.origins}
        return tuple(one for one in self.result.economy.regions if one in named - {self.context.country})

    @cached_property
    def over_horizons(self) -> Horizons | None:
        """The event beside what is left of it for good, where the study asks for it."""
        if not self.shock.horizons:
            return None
        country = self.context.country
        places: dict[str, Sequence[str]] = {self.whose(country): self.members(country) or ()}
        if self.senders:
            places[few([self.called(one, in_a_sentence=True) for one in self.senders])] = self.senders
        return horizons(self.result, places | {self.whose(WORLD): self.result.economy.regions})

    def cleared(self, value: float) -> float:
        """An amount of value added, without what is left of rounding."""
        return 0.0 if abs(value) < _ROUNDING * float(self.result.economy.value_added.sum()) else value

    @property
    def weekly(self) -> bool:
        """Whether a step is a week."""
        return self.shock.step_days == WEEK

    def moment(self, step: int) -> str:
        """A step in words, counted from 1 where it is a week."""
        return f"Week {step + 1}" if self.weekly else f"Day {step * self.shock.step_days:g}"

    def steps_at(self, weeks: Sequence[int]) -> tuple[int, ...]:
        """The steps in which some weeks begin, each once; in a simulation too short for them, steps evenly apart."""
        wanted = (round((week - 1) * WEEK / self.shock.step_days) for week in weeks)
        steps = tuple(dict.fromkeys(step for step in wanted if step < self.shock.steps))
        if len(steps) >= _FEWEST:
            return steps
        even = np.linspace(0, self.shock.steps - 1, min(len(weeks), self.shock.steps))
        return tuple(int(step) for step in np.unique(even.round()))

    @cached_property
    def without_effect(self) -> bool:
        """Whether no volume moves in any run, as under a rise of prices to which nobody responds."""
        paths = self.result.bands[WORLD]
        return bool(self.result.not_modelled) or bool(np.abs(paths.to_numpy() - 1.0).max() < _ROUNDING)


def fan(run: Run, place: str, origin: Origin) -> Chart:
    """Value added of a region or the world over time, against normal, in %: band, median and central run."""
    result, world = run.result, place == WORLD
    whose = "the world" if world else run.called(place, in_a_sentence=True)
    normal = result.economy.sum_by_region(result.economy.value_added)
    at = slice(None) if world else [result.economy.region_position(place)]
    central = result.value_added.to_numpy()[:, at].sum(axis=1) / normal[at].sum()
    along = f"steps of {run.shock.step_days:g} days" if not run.weekly else f"weeks 1 to {run.shock.steps}"
    columns = [(name, words, result.bands[place, name].to_numpy()) for name, words in _FAN]
    figures = [
        run.context.ledger.enter_run(
            (SECTION.id, run.id, place, name),
            f"{run.name}: value added of {whose} against normal, {words}",
            _percent(values - 1.0).tolist(),
            along,
            PERCENT,
            METHOD,
            origin,
        )
        for name, words, values in [*columns, ("central", "central run", central)]
    ]
    listed_steps = {*run.steps_at(_LISTED_WEEKS), run.shock.steps - 1}
    days = np.arange(run.shock.steps) * run.shock.step_days
    return Chart(
        id=identifier(SECTION.id, run.id, "fan", place),
        form="fan",
        title=f"{run.name}: value added of {whose}",
        unit=PERCENT,
        axis="Value added against normal, by step",
        along="Week" if run.weekly else "Day from the start",
        series=(*(words for _, words in _FAN), "Central"),
        rows=tuple(
            ChartRow(
                label=f"{step + 1 if run.weekly else days[step]:g}",
                figures=tuple(figure.id for figure in figures),
                at=(step,) * len(figures),
                x=float(step + 1 if run.weekly else days[step]),
                listed=step in listed_steps,
            )
            for step in range(run.shock.steps)
        ),
        label_title="Week" if run.weekly else "Day",
        stamp=origin.stamp(),
        level=0.0,
        alt=(
            f"Fan of value added of {whose} over {run.shock.steps} steps: lowest {in_prose(100 * (central.min() - 1))} "
            "% against normal in the central run."
        ),
        caption=(
            f"Band: 5 to 95 % of {draws_said(run.shock.runs)}, seed {run.shock.seed}. "
            "0 is normal. The table lists some of the steps; the data rows hold all."
            + ("" if world or len(run.members(place) or ()) == 1 else " Without the firms that are shown apart.")
        ),
    )


def tile_map(run: Run, origin: Origin) -> Chart:
    """Where the loss of the central run falls, at four to six moments: value added below normal, by region."""
    result = run.result
    regions = result.economy.regions
    normal = result.economy.sum_by_region(result.economy.value_added)
    steps = run.steps_at(_MAP_WEEKS)
    lost = _percent(1.0 - result.value_added.to_numpy()[list(steps)] / np.where(normal > 0, normal, np.nan))
    figures = [
        run.context.ledger.enter_run(
            (SECTION.id, run.id, "map", run.moment(step)),
            f"{run.name}: value added below normal, by region, {run.moment(step).lower()}, central run",
            values,
            f"{len(regions)} regions",
            PERCENT,
            METHOD,
            origin,
        )
        for step, values in zip(steps, lost, strict=True)
    ]
    worst = np.nan_to_num(lost, nan=0.0).max(axis=0)
    order = largest_first(worst)
    rows = [
        ChartRow(
            label=run.called(regions[r]),
            figures=tuple(figure.id for figure in figures),
            at=(int(r),) * len(figures),
            highlight=regions[r] == run.context.country,
            listed=place < _LISTED_REGIONS,
        )
        for place, r in enumerate(order)
    ]
    return Chart(
        id=identifier(SECTION.id, run.id, "map"),
        form="tiles",
        title=f"{run.name}: where the loss falls, over time",
        unit=PERCENT,
        axis="Value added below normal",
        series=tuple(run.moment(step) for step in steps),
        rows=tuple(rows),
        tiles=tuple(regions[r] for r in order),
        label_title="Region",
        stamp=origin.stamp(),
        alt=(
            f"Tile maps at {len(steps)} moments, one square a region, darker where more value added is lost. Most at "
            f"any of them: {run.called(regions[order[0]])}, {in_prose(worst[order[0]])} % of normal."
        ),
        caption=(
            "Each square is one region of the table, named by its ISO code (ROW: rest of the world), all of one size, "
            "placed roughly where it lies. Squares show economies; they draw no border and take no view on any. "
            "Dashed: more than normal. The table lists the "
            f"{min(_LISTED_REGIONS, len(regions))} regions that lose most; the data rows hold all {len(regions)}."
        ),
    )


def _percent(shares: Array) -> Array:
    """Shares in %, without what is left of rounding."""
    return np.where(np.abs(shares) < _ROUNDING, 0.0, 100.0 * shares)
