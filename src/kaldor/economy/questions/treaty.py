"""Question: what a treaty, or a war, of tariffs brings every country."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from kaldor.asking import Answer, Inputs, Progress, Question, first, names, text_file
from kaldor.economy.names import Named
from kaldor.economy.questions.inputs import LARGEST_FILE
from kaldor.economy.questions.measuring import Meant
from kaldor.economy.questions.responding import Responding, choice_of, respond, some_regions
from kaldor.economy.questions.subject import ECONOMY, Asked
from kaldor.economy.questions.treaty_file import Treaty, treaty_of

if TYPE_CHECKING:
    from kaldor.economy.equilibrium.base import Base
    from kaldor.economy.equilibrium.shock import Shock
    from kaldor.economy.equilibrium.together import Measure


class _Of(Inputs):
    """Which tariffs, and whose effects."""

    treaty: Annotated[
        str,
        Field(
            max_length=LARGEST_FILE,
            description="CSV or TOML: supplier, buyer, maybe product, before, after in % or change in points, part.",
            json_schema_extra=first() | text_file(".csv"),
        ),
    ]
    region: Annotated[
        tuple[str, ...],
        Field(description="Whose effects first; of all in the treaty if none.", json_schema_extra=names("region")),
    ] = ()


class OfTreaty(Responding, _Of):
    """Which tariffs, whose effects, and how all respond."""


def _read(asked: Asked, given: OfTreaty) -> tuple[Treaty, Named]:
    """The treaty, and whose effects are told first. Raises InputError with every problem, UnknownLabelError."""
    choice_of(given)
    found = treaty_of(asked.economy, given.treaty)
    named = some_regions(asked.economy, given.region, "region") if given.region else Named(found.regions)
    return found, named


def treaty(asked: Asked, given: OfTreaty, progress: Progress) -> Answer:
    """Find what new tariffs between countries, product by product, bring every country and each part of them does."""
    found, who = _read(asked, given)
    changed = int((found.part > 0).sum())
    meant = Meant(
        who,
        f"Tariffs on {changed:,} flows of products between countries",
        list(_measures(found)),
        facts={"flows": changed, "parts": list(found.parts)},
        notes=tuple(_notes(found)),
    )
    return respond(asked, given, meant, progress, amend=partial(_as_before, found))


def _measures(found: Treaty) -> Iterator[Measure]:
    """A measure for each part, or one for all where there are more than can be told apart."""
    from kaldor.economy.equilibrium.together import MOST_PARTS, Measure

    if len(found.parts) > MOST_PARTS:
        yield Measure("All tariffs", partial(_changed, found, None))
        return
    for number, name in enumerate(found.parts, start=1):
        yield Measure(name, partial(_changed, found, number))


def _changed(found: Treaty, part: int | None, base: Base) -> Shock:
    from kaldor.economy.equilibrium.shock import Shock

    own = found.part > 0 if part is None else found.part == part
    return replace(Shock.none(base), tariffs=base.tariffs + own * (found.after - found.before))


def _as_before(found: Treaty, base: Base) -> Base:
    """The base with the tariffs of before, taken out of what industries pay in taxes; where these do not hold as much,
    out of what stands as capital's income."""
    import numpy as np

    if not found.before.any():
        return base
    with_them = replace(base, tariffs=base.tariffs + found.before)
    beyond = np.maximum(with_them.cost - np.maximum(base.cost, base.output), 0.0)
    return replace(with_them, capital=np.maximum(base.capital - beyond, _KEPT * base.capital))


_KEPT = 0.05  # of capital's income, at least


def _notes(found: Treaty) -> Iterator[str]:
    from kaldor.economy.equilibrium.together import MOST_PARTS

    if found.before.any():
        yield (
            "Tariffs of before stand in the base: on inputs they are taken out of the taxes that the table holds, and "
            "out of capital's income where these are less; on final goods they come on top of what the table says."
        )
    if (found.after > found.before).any():
        yield "Where nothing is said of before, a new tariff comes on top of those that the table holds in its taxes."
    if len(found.parts) > MOST_PARTS:
        yield f"With {len(found.parts)} parts they are not told apart: name at most {MOST_PARTS} in the column 'part'."
    yield "Every treasury hands its revenue out. Rules of origin, quotas and what else a treaty holds are not modelled."
    yield from found.notes


QUESTION = Question(
    id="treaty",
    room="economy",
    of=ECONOMY,
    title={
        "en": "What a treaty of tariffs brings every country",
        "fr": "Ce qu’un accord tarifaire apporte à chaque pays",
        "es": "Lo que un acuerdo arancelario aporta a cada país",
    },
    order=108,
    inputs=OfTreaty,
    answer=treaty,
    page="equilibrium",
    long=True,
    check=_read,
)
