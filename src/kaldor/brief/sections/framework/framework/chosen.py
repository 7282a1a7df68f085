"""Which priorities and cases a brief shows first: those of its levers, of its country, and of most of its sections."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from kaldor.brief.sections import sections

if TYPE_CHECKING:
    from kaldor.brief.context import Context
    from kaldor.framework.model import Case

_OF_A_LEVER = 10  # how much more than a section a lever of the study says of what is asked


def weights(context: Context) -> Mapping[str, int]:
    """Each priority and debate that the study bears on, by how much does; in the framework's order where alike."""
    counted: Counter[str] = Counter()
    for lever in _levers(context):
        counted[lever] += _OF_A_LEVER
    for section in (one for one in sections().values() if one.id in context.study.sections):
        counted.update({*section.priorities, *section.debates})
    return dict(counted)


def priorities_first(context: Context, known: Mapping[str, int]) -> list[str]:
    """The priorities among them, the weightiest first."""
    ids = [priority.id for priority in context.framework.priorities()]
    return sorted((name for name in ids if name in known), key=lambda name: -known[name])


def cases_first(context: Context, known: Mapping[str, int]) -> list[Case]:
    """The cases that answer one of them: those of the country first, then of its peers, then by what they answer."""
    asked = [case for case in context.framework.cases() if known.keys() & {*case.priorities, *case.debates}]
    return sorted(asked, key=lambda case: (*_nearness(context, case), -_answered(case, known)))


def _nearness(context: Context, case: Case) -> tuple[bool, bool]:
    return context.country not in case.countries, not {*context.study.peers} & {*case.countries}


def _answered(case: Case, known: Mapping[str, int]) -> int:
    return sum(known.get(name, 0) for name in {*case.priorities, *case.debates})


def _levers(context: Context) -> Sequence[str]:
    """The priorities of the levers that the study's scenarios, paths and sweeps use."""
    from kaldor.twin.declared import packaged_levers

    used = dict.fromkeys(
        lever.lever
        for key in ("scenarios", "paths", "sweeps")
        for entry in getattr(context.study, key, ())
        for lever in _of(entry)
    )
    known = packaged_levers()
    return [known[name].priority for name in used if name in known]


def _of(entry: Any) -> Sequence[Any]:
    return getattr(entry, "levers", ())
