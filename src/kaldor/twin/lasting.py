"""What is left of a shock for good, once prices, trade and income have answered: of bans alone.

The equilibrium knows what is sold to whom, and nothing of time: of a shock it holds what cuts trade, as if for good.
What else may happen has no lasting counterpart there, and is said to have none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from kaldor.economy.economy import Economy
from kaldor.economy.questions import cut_off
from kaldor.economy.questions.responding import positions
from kaldor.economy.questions.subject import Asked
from kaldor.errors import InputError, Problem
from kaldor.twin.shocks.events import Ban, Shock

if TYPE_CHECKING:
    from kaldor.economy.equilibrium.responses import Band, Response, Responses, Wanted

SETS = ("low", "long")
"""The sets of elasticities of the first years, in which little replaces anything, and of many years."""

WHY_NOT: Mapping[str, str] = {
    "capacity": "industry that stands still and starts again is as before once all have answered",
    "capital": "what is destroyed is rebuilt, and is as before once all have answered",
    "demand": "what final users buy follows from their income there, and nothing says why they would buy otherwise",
    "shortage": "prices share out there what there is, and no price holds users to an amount whoever supplies them",
    "delay": "there is no time in it, so that nothing can be late",
    "price": "prices are what it finds: ask a tariff or a carbon price instead",
}
"""Why the equilibrium can say nothing of the other kinds of events."""


def without_counterpart(shock: Shock) -> str:
    """Why nothing is said of what is left of a shock for good: a sentence; empty where it can be said."""
    others = dict.fromkeys(event.kind for event in shock.events if event.kind != "ban")
    if others:
        reasons = "; ".join(f"{kind}: {WHY_NOT[kind]}" for kind in others)
        beside = "" if len(others) == len({event.kind for event in shock.events}) else ", and the ban alone is less"
        return (
            f"The equilibrium holds bans alone{beside}. Of this shock it cannot say what is left for good ({reasons})."
        )
    if any(event.share == 0 for event in shock.events if isinstance(event, Ban)):
        return "One of the bans cuts nothing. Leave it out."
    if shock.parts:
        return "What a shock splits off its sectors has no prices of its own, which the equilibrium would need."
    if len(shock.events) > 1 and any(event.share < 1 for event in shock.events if isinstance(event, Ban)):
        return (
            "The equilibrium looks for one rate at which one trade shrinks by a share, and here are several bans of "
            "which some are in part. Ask one at a time."
        )
    return ""


def lasting(
    economy: Economy,
    shock: Shock,
    places: Mapping[str, Sequence[str]],
    *,
    band: Band = "closures",
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> tuple[dict[tuple[str, str], tuple[float, float, float]], tuple[str, ...]]:
    """Change of the volume of GDP (%, with low and high) by set of `SETS` and place, if the bans held for good.

    `shock` has its labels written out, `places` are regions by what they are called. Low and high are over the closures
    of the set, or the figure itself without a band. The second part is what must be said.
    Raises InputError for a shock that has no counterpart, or trade that there is none of; KaldorError where no balance
    is found.
    """
    if why := without_counterpart(shock):
        raise InputError(Problem(f"shock '{shock.id}'", why, "Ask the daily shock alone."))
    wanted, found, said = _wanted(economy, shock), {}, list(_remarks(shock))
    for number, (set, own, solved, read) in enumerate(_answers(economy, wanted, band)):
        progress(number, len(SETS))
        for place, regions in places.items():
            group = positions(economy.regions, regions)
            drawn = [_volume(economy, one, group, read) for one in solved]
            found[set, place] = (_volume(economy, own, group, read), min(drawn), max(drawn))
        said += own.said
    return found, tuple(dict.fromkeys(said))


def _answers(
    economy: Economy, wanted: Wanted, band: Band
) -> Iterator[tuple[str, Response, Sequence[Response], Responses]]:
    """Each set with its usual answer, and with those of its closures."""
    from kaldor.economy.equilibrium.own_sets import elasticity_set
    from kaldor.economy.equilibrium.prepared import chosen
    from kaldor.economy.equilibrium.responses import responses

    for name in SETS:
        usual = chosen(elasticity_set(name))
        found = responses(economy, usual, wanted, band=band)
        yield name, found.asked, found.solved, found


def _volume(economy: Economy, response: Response, group: Sequence[int], read: Responses) -> float:
    from kaldor.economy.equilibrium.figures import Reader

    return Reader(economy, read.read.million).of(response, group)["gdp_volume"]


def _wanted(economy: Economy, shock: Shock) -> Wanted:
    """The bans as a change of the equilibrium: cut for good, or the rate at which a trade shrinks by its share."""
    from kaldor.economy.equilibrium.together import together

    asked, given = _asked(economy), [_trade(event) for event in shock.events if isinstance(event, Ban)]
    if sought := cut_off.limited(asked, given[0]):
        return sought
    measures = [measure for one in given for measure in cut_off.meant(asked, one).measures]
    return partial(together, economy, measures)


def _trade(ban: Ban) -> cut_off.CutOff:
    return cut_off.CutOff(supplier=ban.origins, buyer=ban.destinations, product=ban.products, share=ban.share)


def _remarks(shock: Shock) -> Iterator[str]:
    if any(set(event.origins) & set(event.destinations) for event in shock.events if isinstance(event, Ban)):
        yield "What a country sells at home is cut in the first days; for good, only what it sells abroad."


def _asked(economy: Economy) -> Asked:
    def no_other(_: Any) -> Any:
        raise InputError(Problem("shock", "is of one table alone.", "Ask of that table."))

    return Asked(economy, economy.source.id, no_other, no_other)
