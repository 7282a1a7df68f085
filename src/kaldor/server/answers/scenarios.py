"""Levers, and what a scenario would do: outcomes, who pays, comparison, explanation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import BaseModel

from kaldor.asking.shape import Row
from kaldor.economy.equilibrium.sets import Capital, Labour, Lending
from kaldor.twin.answered import OutcomeAnswer
from kaldor.twin.metric import Better
from kaldor.twin.responding.closing import View
from kaldor.words import Language, Status


class SetAnswer(BaseModel):
    """A set of elasticities, with the closures that hold in it unless a scenario names others."""

    id: str
    title: str
    labour: Labour
    capital: Capital
    lending: Lending


class ChoiceAnswer(BaseModel):
    """Something that a scenario may choose, and what it means."""

    id: str
    said: str


class OptionAnswer(ChoiceAnswer):
    """Something that is off unless it is named; of options that `sets` the same only one may be."""

    sets: str


class ResponsesAnswer(BaseModel):
    """What a scenario may choose of how it is answered: `view` is its key, all others are keys of its `responses`."""

    view: list[ChoiceAnswer]
    set: list[SetAnswer]
    labour: list[ChoiceAnswer]
    capital: list[ChoiceAnswer]
    lending: list[ChoiceAnswer]
    options: list[OptionAnswer]
    sourcing: list[ChoiceAnswer]


class Milliseconds(BaseModel):
    """What the answer took: the economy's solution, the measures, and all in all."""

    solve: float
    measure: float
    total: float


class PriceAnswer(BaseModel):
    """A product's price of the asked region, relative to before (`prices_against` says against what besides)."""

    sector: str
    change_pct: float


class TreasuryLine(BaseModel):
    """A line of a treasury."""

    region: str
    line: str
    kind: Literal["revenue", "spending"]
    amount: float


class PayerLine(BaseModel):
    """What a kind of final user pays more at fixed prices (negative: less), in the table's unit: prices + levies."""

    payer: str
    prices: float
    levies: float
    total: float


class EarnerLine(BaseModel):
    """What labour, capital or the treasury at home receives where prices respond, in the table's unit, in real terms.

    The changes of the three add up to that of real national income before transfers.
    """

    earner: Literal["labour", "capital", "treasury"]
    before: float
    change: float
    change_pct: float | None


class PartnerLine(BaseModel):
    """Real national income of another region where prices respond, in the table's unit; poorer groups stand first."""

    region: str
    group: str
    before: float
    change: float
    change_pct: float | None
    terms_of_trade: float


class SimulationAnswer(BaseModel):
    """A scenario's outcomes for one region, maps of all regions, and who pays and gains.

    `sentence` says all in a few plain words, in the languages of the page. `view` is the one that was asked for;
    `responding` says by which elasticities and closures prices respond, or why they do not; empty at fixed prices.
    `payers` are those of fixed prices; `earners` and `partners` stand in their place where prices respond.
    """

    scenario: str
    view: View
    responding: str
    region: str
    bloc: list[str]
    sentence: Mapping[Language, str]
    outcomes: list[OutcomeAnswer]
    about_the_band: str
    map: Mapping[str, Mapping[str, float | None]]
    map_about: Mapping[str, MapAbout]
    prices: list[PriceAnswer]
    prices_against: str
    losers: list[Row]
    gainers: list[Row]
    treasury: list[TreasuryLine]
    payers: list[PayerLine]
    earners: list[EarnerLine]
    partners: list[PartnerLine]
    method: str
    rank: int
    milliseconds: Milliseconds
    unit: str
    status: Status
    year: int
    source: str
    notes: list[str]


class MapAbout(BaseModel):
    """What a map of a simulation shows, which way is better, and whether prices respond in it."""

    title: str
    unit: str
    better: Better
    view: View
