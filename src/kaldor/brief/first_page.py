"""From what the sections say to the first page: which sentences, which picture, what is left for the pages after it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest
from typing import Final, TypeVar

from kaldor.brief.answer import Answer, Lack, Said
from kaldor.brief.context import Part
from kaldor.brief.document import Chart
from kaldor.brief.figure import Text
from kaldor.brief.sentences import sentence

_SENTENCES: Final = 3
_GAINS: Final = 4
_UNCERTAIN: Final = 4
_LACKS: Final = 3

T = TypeVar("T")


def first_page(question: str, parts: Sequence[Part]) -> Answer:
    """What the study asks and what came of it. Sections that show what it declares speak before all others."""
    asked = [_said(part) for part in parts if part.said.entries]
    standing = [_said(part) for part in _by_challenge([part for part in parts if not part.said.entries])]
    both = [*asked, *standing]
    uncertain = _first(_UNCERTAIN, (said.uncertain for said in asked), (said.uncertain for said in standing))
    return Answer(
        question=question,
        sentences=_first(_SENTENCES, (said.sentences for said in asked), (said.sentences for said in standing)),
        entries=tuple(entry for said in asked for entry in said.entries),
        picture=next((said.picture for said in both if said.picture), ""),
        gains=_first(_GAINS, (said.gains for said in asked), (said.gains for said in standing if not asked)),
        uncertain=uncertain or (sentence("no-band"),),
        lacks=_lacks(said.lacks for said in both),
    )


def _by_challenge(parts: Sequence[Part]) -> list[Part]:
    """The sections, one of each challenge before the second of any."""
    seen: list[str] = []
    places = []
    for part in parts:
        places.append(seen.count(part.section.challenge))
        if part.said.sentences or part.finding is not None:
            seen.append(part.section.challenge)
    return [part for _, part in sorted(zip(places, parts, strict=True), key=lambda one: one[0])]


def _said(part: Part) -> Said:
    """What a section gives; one that gives nothing is heard with its finding and its first picture."""
    said = part.said
    if said.sentences or part.finding is None:
        return said
    pictures = (block.id for block in part.section.blocks if isinstance(block, Chart))
    return Said(
        (part.finding.text,), said.entries, said.picture or next(pictures, ""), said.gains, said.uncertain, said.lacks
    )


def _first(most: int, *groups: Iterable[tuple[Text, ...]]) -> tuple[Text, ...]:
    """Up to `most` texts: each section's first, then each one's second; a later group after all of an earlier."""
    return tuple([text for group in groups for text in _in_turn(group)][:most])


def _lacks(each: Iterable[tuple[Lack, ...]]) -> tuple[Lack, ...]:
    return tuple(_in_turn(each))[:_LACKS]


def _in_turn(each: Iterable[tuple[T, ...]]) -> Iterator[T]:
    for round_ in zip_longest(*each):
        yield from (one for one in round_ if one is not None)
