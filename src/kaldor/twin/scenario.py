"""A scenario: levers with their strengths and targets, and the closure under which they act."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from kaldor.atlas.blocs import Blocs
from kaldor.atlas.labels import LeverName, RegionNames, SectorNames
from kaldor.bounds import AMOUNT, TITLE
from kaldor.declared import Declared, DeclaredFile
from kaldor.twin.responding.closing import Responses, View

Closure = Literal["pass-through", "profit", "savings re-spent"]

CLOSURES: dict[Closure, str] = {
    "pass-through": "prices move: what an industry saves or pays is passed on to its customers (default)",
    "profit": "prices are fixed: what an industry saves or pays is its own profit or loss",
    "savings re-spent": "prices move, and households spend what they save on more of all that they buy (rebound)",
}


MOST_LEVERS = 200
"""Levers that a scenario may name: more than any strategy has, and few enough to answer."""


class LeverSetting(Declared):
    """One lever in a scenario.

    `regions` is where it acts. `sectors` and `products` override the lever's defaults and may name sector groups.
    `bloc` lists the countries (or names a declared bloc) that a sourcing lever turns to or a border lever surrounds;
    `away_from` those that it leaves. `figures` override the lever's figures by name.
    """

    lever: LeverName
    strength: Annotated[float, AMOUNT]
    regions: RegionNames
    sectors: SectorNames | None = None
    products: SectorNames | None = None
    bloc: RegionNames = ()
    away_from: RegionNames | None = None
    figures: dict[str, Annotated[float, AMOUNT]] = Field(default_factory=dict)


class Scenario(DeclaredFile):
    """Levers that act together on one economy.

    `view` says whether prices respond, and `responses` how; `closure` is about fixed prices alone.
    """

    id: str = Field(max_length=TITLE)
    title: str = Field(default="", max_length=TITLE)
    view: View = "prices respond"
    responses: Responses = Field(default_factory=Responses)
    closure: Closure = "pass-through"
    levers: tuple[LeverSetting, ...] = Field(default=(), max_length=MOST_LEVERS)
    blocs: Blocs = Field(default_factory=dict)

    @property
    def called(self) -> str:
        """Its title, or its id where it has none but blanks."""
        return self.title.strip() or self.id

    def without(self, *positions: int) -> Scenario:
        """The same scenario without the levers at these positions."""
        kept = tuple(setting for i, setting in enumerate(self.levers) if i not in positions)
        return self.model_copy(update={"levers": kept})
