"""Reads the declared levers of the package and a user's own."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from kaldor.declared import DeclaredFile, joined, near, read_packaged_folder
from kaldor.errors import Problem, UnknownLabelError
from kaldor.framework import load_framework
from kaldor.twin.lever import Lever, in_dollars

if TYPE_CHECKING:
    from kaldor.twin.acts import Act


_MEANT: Mapping[str, str] = {"sustainability.private.carbon-intensive": "sustainability.public.risk-sharing"}
"""A priority that there never was, but that the example of version 0.1 named, and the one that it meant."""


class _Levers(DeclaredFile):
    levers: tuple[Lever, ...]


@cache
def packaged_levers() -> Mapping[str, Lever]:
    """The levers that Kaldor declares, by id."""
    declared = read_packaged_folder(_Levers, "kaldor.twin", "levers").values()
    return {lever.id: lever for file in declared for lever in file.levers}


def load_levers(*extra: Path | str) -> Mapping[str, Lever]:
    """The packaged levers and those of a user's own TOML files (or their texts), by id.

    Raises InputError with all problems of all files: bad syntax, unknown keys, bounds out of order, an id twice; a
    priority, case or function that there is not, figures that the function does not read or misses, a false class.
    """
    return joined(packaged_levers(), _Levers, "levers", extra, unfit)


def unfit(lever: Lever, place: str) -> list[Problem]:
    """What a lever names and there is not, what its function misses, and where it claims more than that can bear."""
    from kaldor.twin.acts import functions

    framework = load_framework()
    priorities = {one.id: one.challenge for one in framework.priorities()}
    named = [("priority", lever.priority, priorities), ("challenge", lever.challenge, framework.challenges_by_id)]
    named += [("evidence.case", one.case, framework.cases_by_id) for one in lever.evidence if one.case is not None]
    named += [("function", lever.function, functions())] if lever.function is not None else []
    unknown = [(key, name, known) for key, name, known in named if name not in known]
    problems = [
        Problem(f"{place}, {key}", f"unknown {key} '{name}'.", near(_MEANT.get(name, name), known))
        for key, name, known in unknown
    ]
    if priorities.get(lever.priority, lever.challenge) != lever.challenge and not unknown:
        what = f"'{lever.priority}' is one of the challenge {priorities[lever.priority]}, not of {lever.challenge}."
        problems.append(Problem(f"{place}, priority", what, "Name one of the same challenge."))
    act = functions().get(lever.function or "")
    return (
        [*problems, *_misfit(lever, act, place), *_not_dollars(lever, act, place)]
        if act is not None or lever.function is None
        else problems
    )


def _misfit(lever: Lever, act: Act | None, place: str) -> list[Problem]:
    """Figures that are missing or that nothing reads, and a class of honesty that the function cannot have."""
    needed, may, has = act.figures if act else (), act.may if act else (), [figure.name for figure in lever.figures]
    function = f"'{lever.function}'" if act else "a lever without a function"
    missing = [name for name in needed if name not in has]
    problems = [Problem(f"{place}, figures", f"{function} needs '{name}'.", "Declare it.") for name in missing]
    for name in has:
        if name not in (*needed, *may):
            if act and name in act.gone:
                what = f"{function} no longer reads it: {act.gone[name]}."
                problems.append(Problem(f"{place}, figures '{name}'", what, "Leave it out."))
                continue
            what = f"{function} reads no such figure."
            remedy = near(name, missing) if missing else "Leave it out."
            problems.append(Problem(f"{place}, figures '{name}'", what, remedy))
    from kaldor.twin.acts import ADDED_COST

    if act is not None and (act.assumes or ADDED_COST in has) and lever.honesty == "simulated":
        what = f"{function} rests on figures from outside, so that the lever is not 'simulated'."
        problems.append(Problem(f"{place}, honesty", what, "Write 'assumed effect, traced'."))
    return problems


def _not_dollars(lever: Lever, act: Act | None, place: str) -> list[Problem]:
    """Amounts that the function reads as dollars and that are declared in another unit."""
    units = {"strength": lever.parameter.unit} | {figure.name: figure.unit for figure in lever.figures}
    return [
        Problem(
            f"{place}, unit of '{name}'",
            f"is '{units[name]}', but '{lever.function}' reads dollars.",
            "Bring it to dollars and write a unit such as $/t.",
        )
        for name in (act.dollars if act else ())
        if name in units and not in_dollars(units[name])
    ]


def lever_of(levers: Mapping[str, Lever], id: str) -> Lever:
    """A lever by id. Raises UnknownLabelError with the near match."""
    if id not in levers:
        raise UnknownLabelError("lever", id, levers, remedy="See: kaldor twin levers")
    return levers[id]
