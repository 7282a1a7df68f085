"""The behaviours that a band varies: each with its range, the scale on which it is drawn, and what that rests on.

None is observed for an economy as a whole. What the two public programs of the model take is quoted, and what is our
own is called an assumption:

- BoARIO, documentation, "Changing the model parameters" (Juhel 2022);
- SR-ARIO, Stanford Urban Resilience Initiative (2022), after a program by Hallegatte: uniform default ranges.
"""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Range:
    """A behavioural parameter: its name in a list, what it means, its unit, central value, plausible range, scale on
    which it is drawn, and its source.

    `least` and `most` are what it can be at all: no overproduction is 1, a share ends at 1.
    """

    name: str
    short: str
    meaning: str
    unit: str
    central: float
    low: float
    high: float
    log: bool
    source: str
    least: float = 0.0
    most: float = math.inf

    def around(self, typed: float) -> tuple[float, float]:
        """The range where the central value is another: low and high as far from what is possible, in ratio, as usual.

        It holds what is typed, wherever that lies. A share's high end keeps its distance from 1.
        """
        moved = (typed - self.least) / (self.central - self.least)
        low = self.least + (self.low - self.least) * moved
        if math.isfinite(self.most):
            return low, self.most - (self.most - self.high) * (self.most - typed) / (self.most - self.central)
        return low, self.least + (self.high - self.least) * moved


RANGES: tuple[Range, ...] = (
    Range(
        "stock_days",
        "stocks of inputs",
        "stock that industries keep of each input, in days of use (n_s)",
        "days",
        60,
        20,
        90,
        True,
        "90 days: default of BoARIO; 60 to 120: default range of SR-ARIO. Assumed: 60, lean chains 20",
    ),
    Range(
        "psi",
        "the stock below which production is cut",
        "share of the wanted stock below which production is cut (ψ)",
        "",
        0.8,
        0.5,
        0.95,
        False,
        "0.8: default of BoARIO; 0.7 to 0.9: default range of SR-ARIO. Our assumption: the wider range",
        most=1.0,
    ),
    Range(
        "restock_days",
        "the time to restock",
        "time to bring stocks back to their target (τ_s)",
        "days",
        30,
        15,
        60,
        True,
        "15 to 45 days: default range of SR-ARIO; 60 days: default of BoARIO",
    ),
    Range(
        "overproduction",
        "overtime",
        "largest output above normal capacity, relative to it (α_max)",
        "",
        1.2,
        1.0,
        1.25,
        False,
        "1.25: default of BoARIO; 1.0 to 1.5: default range of SR-ARIO; 1 is none. Our assumption: 1.2, at most 1.25",
        least=1.0,
    ),
    Range(
        "overproduction_days",
        "the time until it is reached",
        "time to reach it (τ_α)",
        "days",
        365,
        90,
        365,
        True,
        "one year: default of BoARIO; 6 to 18 months: default range of SR-ARIO. Assumed: 90 to 365 days",
    ),
    Range(
        "substitution_days",
        "the time to turn to other suppliers",
        "time over which industries turn to other suppliers of the same product",
        "days",
        90,
        14,
        365,
        True,
        "our assumption: two weeks to a year; never in a table with fixed shares",
    ),
    Range(
        "rebuild_days",
        "the time over which rebuilding is ordered",
        "time over which rebuilding is ordered (τ_rebuild)",
        "days",
        180,
        90,
        365,
        True,
        "our assumption: a quarter to a year; default of BoARIO: 60 days, before what suppliers can deliver limits it",
    ),
    Range(
        "specificity_level",
        "how specific goods are",
        "where specificities lie in their ranges: 0 low, ½ central, 1 high",
        "",
        0.5,
        0.0,
        1.0,
        False,
        "one draw moves all kinds of goods together; the levels are our assumption (`kaldor.twin.shocks.inputs`)",
        most=1.0,
    ),
    Range(
        "lasting_share",
        "how much of that lasts",
        "share of the specificity that no time takes away",
        "",
        0.5,
        0.25,
        0.75,
        False,
        "our assumption: in the long run most suppliers are replaced, at the elasticities of trade",
        most=1.0,
    ),
    Range(
        "fading_days",
        "the time over which the rest fades",
        "time over which the rest of it fades after the first event",
        "days",
        180,
        90,
        365,
        True,
        "our assumption: a quarter to a year",
    ),
    Range(
        "important_share",
        "how much the lack of an important input stops",
        "share of its users' output that an important, not critical input stops (ω)",
        "",
        0.5,
        0.0,
        1.0,
        False,
        "0, ½ and 1 are the three readings of Pichler et al. (2022)",
        most=1.0,
    ),
    Range(
        "overlap",
        "whether several lacks hit the same firms",
        "whether products that fall short hit the same firms (1) or firms by chance (0)",
        "",
        0.5,
        0.0,
        1.0,
        False,
        "our assumption: not known, so all of the range",
        most=1.0,
    ),
    Range(
        "saving",
        "the energy that users save",
        "share of their energy that users save without making less (κ)",
        "",
        0.05,
        0.0,
        0.1,
        False,
        "our assumption; the International Energy Agency saw the EU's demand for gas 13 % lower in 2022",
        most=1.0,
    ),
)
