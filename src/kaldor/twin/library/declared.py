"""An event as a file declares it: what is run, in the economy of which year, and all that was published about it.

A file has one event. Its `runs` name shock files, from the file's own folder, and the year of the economy with why it
is that one. Every published figure stands once, with what of a run compares with it or, in a sentence, why nothing
does; which figures are compared says their nature alone, never how well they are met.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import Field, model_validator

from kaldor.atlas.labels import RegionNames, SectorNames
from kaldor.bounds import DAY, SPAN, YEAR, Bounds
from kaldor.declared import Declared, DeclaredFile, Slug, read, together
from kaldor.errors import InputError, Problem, printable
from kaldor.twin.shocks import STEP_DAYS
from kaldor.twin.shocks.events import Shock, load_shock
from kaldor.words import Words

Model = Literal["days", "prices"]
Kind = Literal["observed", "estimate", "forecast", "scenario"]
Of = Literal["value added", "value added through supply chains", "output", "GDP", "real spending"]
As = Literal["share", "share of a year", "share, annualised", "amount"]

OF_PRICES: Final[frozenset[Of]] = frozenset({"GDP", "real spending"})
MONEY: Final = "billion USD"
_A_YEAR: Final = 364.0
"""Days of as many whole weeks as a year has."""
_SHARES: Final = ("%", "percentage points")
_Figure = Annotated[float, Bounds(-1e6, 1e6)]


class Run(Declared):
    """A shock on the economy of a year, by the day or, for a break that lasts, by the balance where prices respond.

    `inventory_days` are stocks that are part of what is known of the event: goods that come just in time.
    """

    id: Slug
    shock: str
    year: Annotated[int, YEAR]
    why: str
    model: Model = "days"
    inventory_days: dict[str, Annotated[float, SPAN]] = Field(default_factory=dict)


class Compared(Declared):
    """What of a run stands beside a published figure: of whom, over which days, as a share or an amount.

    Days count from the start of the shock in whole weeks. A share is one of the same days without the shock, of a year,
    or of the same days as if they went on for a year, as quarterly growth is told in some countries.
    """

    run: Slug
    of: Of
    regions: RegionNames = ("all",)
    sectors: SectorNames = ("all",)
    first_day: Annotated[float, DAY] = 0.0
    days: Annotated[float, SPAN] = _A_YEAR
    told: As = "share"

    @model_validator(mode="after")
    def _whole_weeks(self) -> Compared:
        if self.first_day % STEP_DAYS or self.days % STEP_DAYS:
            raise ValueError(f"first_day and days are counted in whole weeks: multiples of {STEP_DAYS:g}")
        whole = (self.first_day, self.days) == (0, _A_YEAR) and self.told in ("share of a year", "amount")
        if self.of == "value added through supply chains" and not whole:
            raise ValueError(f"{self.of} is of the whole run: leave days out, and tell a share of a year or an amount")
        if self.of in OF_PRICES and (self.told != "share" or self.sectors != ("all",)):
            raise ValueError(f"{self.of} is of whole regions, and told as a share")
        return self


class Published(Declared):
    """One published figure; losses are below zero. A range that is open at one side ends at zero there ("up to 9 %")
    and does not count.

    `said` stands where a publication gives words instead of a number. Beside it `low` and `high` are how we read them:
    no visible effect is one that rounds to nothing at the one decimal with which such figures are published, and only a
    band that lies wholly there meets it.
    `verify`: read in the press or from memory only, and to be verified before it is relied on. `missed` says why a band
    misses it; `caution` what is to be known of a comparison, met or not: that it agrees by accident, or is arithmetic.
    """

    id: Slug
    kind: Kind
    measure: str
    unit: str = ""
    low: _Figure | None = None
    central: _Figure | None = None
    high: _Figure | None = None
    said: str = ""
    scope: str
    horizon: str
    by: str
    year: Annotated[int, YEAR]
    verify: bool
    note: str = ""
    compared: tuple[Compared, ...] = ()
    not_compared: str = ""
    missed: str = ""
    caution: str = ""

    @model_validator(mode="after")
    def _compared_or_not(self) -> Published:
        if bool(self.compared) == bool(self.not_compared):
            raise ValueError("say either what is compared with it, or in not_compared why nothing is")
        if self.range is None and (self.compared or not self.said):
            raise ValueError("has neither low, central nor high; a figure that is compared needs one")
        return self

    @model_validator(mode="after")
    def _in_order(self) -> Published:
        given = [one for one in (self.low, self.central, self.high) if one is not None]
        if given != sorted(given):
            raise ValueError(f"low, central and high are not in order: {', '.join(f'{one:g}' for one in given)}")
        if given and not self.unit:
            raise ValueError("a number needs its unit")
        for one in self.compared:
            if (one.told == "amount") != (self.unit == MONEY):
                raise ValueError(f"an amount is in {MONEY}, and nothing else is; the unit here is '{self.unit}'")
            if one.told != "amount" and not self.unit.startswith(_SHARES):
                raise ValueError(f"a share is in {' or '.join(_SHARES)}; the unit here is '{self.unit}'")
        return self

    @property
    def open(self) -> bool:
        """Whether it says "up to" alone: any small loss then meets the range, which counts for nothing."""
        return self.central is None and (self.low is None) != (self.high is None)

    @property
    def null(self) -> bool:
        """Whether it says that nothing was to be seen: a range around zero, within which all of a band has to lie."""
        return self.range is not None and self.range[0] < 0 < self.range[1] and bool(self.said)

    @property
    def range(self) -> tuple[float, float] | None:
        """The lower and the upper end of what was published; None where it is words alone."""
        low, high = self.low, self.high
        if low is None and high is None:
            return None if self.central is None else (self.central, self.central)
        if low is None:
            low = min(0.0, high) if self.central is None and high is not None else self.central
        if high is None:
            high = max(0.0, low) if self.central is None and low is not None else self.central
        return (float(low or 0.0), float(high or 0.0))


class Event(DeclaredFile):
    """An event: what is declared of it and whence, why a sector table may miss it, its runs and published figures.

    `alone` are figures of its runs that stand beside nothing, where all that was published cannot be compared. `fr` and
    `es` are its title in French and Spanish, which one of somebody's own may leave out.
    """

    id: Slug
    title: str
    fr: str = ""
    es: str = ""
    when: str
    declared: str
    may_miss: str
    runs: tuple[Run, ...]
    alone: tuple[Compared, ...] = ()
    published: tuple[Published, ...]

    @property
    def titles(self) -> Words:
        """What it is called in every language of the page."""
        return {"en": self.title, "fr": self.fr or self.title, "es": self.es or self.title}

    @model_validator(mode="after")
    def _runs_are_there(self) -> Event:
        models = {run.id: run.model for run in self.runs}
        if not models or not self.published:
            raise ValueError("an event needs at least one run and one published figure")
        compared = [(f"published '{figure.id}'", one) for figure in self.published for one in figure.compared]
        for place, one in [*compared, *(("alone", one) for one in self.alone)]:
            if one.run not in models:
                raise ValueError(f"{place}: no run is called '{one.run}'; {', '.join(models)} are")
            if (one.of in OF_PRICES) != (models[one.run] == "prices"):
                raise ValueError(f"{place}: '{one.run}' is run by {models[one.run]}, which does not give {one.of}")
        return self


@dataclass(frozen=True)
class Known:
    """An event with the shocks of its runs, read."""

    event: Event
    shocks: dict[str, Shock]

    @property
    def comparisons(self) -> Iterator[tuple[Published, Compared]]:
        """Every published figure with each of what is compared with it, in the file's order."""
        return ((figure, one) for figure in self.event.published for one in figure.compared)


def load_event(path: Path) -> Known:
    """An event from a TOML file, with its shocks. Raises InputError with every problem of all of them."""
    event = read(Event, path)
    shocks = together(lambda run: load_shock(path.parent / run.shock), event.runs)
    return Known(event, {run.id: shock for run, shock in zip(event.runs, shocks, strict=True)})


def load_events(places: Sequence[Path], only: Sequence[str] = ()) -> list[Known]:
    """The events of files and folders, each folder's by name, or `only` some by id.

    Raises InputError with the problems of all files, for a folder without events, an id that stands twice or is none.
    """
    files = [file for place in places for file in (sorted(place.glob("*.toml")) if place.is_dir() else [place])]
    if not files:
        where = ", ".join(printable(str(place)) for place in places)
        raise InputError(Problem(where, "holds no event (a file that ends in .toml).", "Name a folder that does."))
    found = together(load_event, files)
    by_id: dict[str, Known] = {}
    for file, one in zip(files, found, strict=True):
        if one.event.id in by_id:
            raise InputError(Problem(printable(str(file)), f"the id '{one.event.id}' is taken.", "Choose another."))
        by_id[one.event.id] = one
    for name in only:
        if name not in by_id:
            raise InputError(Problem("event", f"'{name}' is none.", f"There are {', '.join(by_id)}."))
    return [one for id, one in by_id.items() if not only or id in only]
