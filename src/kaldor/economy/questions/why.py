"""Question: what each of several measures does, taken together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import ConfigDict, Field

from kaldor.asking import Answer, Inputs, Progress, Question, first, names, text_file
from kaldor.asking.question import read_inputs
from kaldor.declared import Declared, DeclaredFile, parse
from kaldor.economy.names import Named
from kaldor.economy.questions.inputs import LARGEST_FILE
from kaldor.economy.questions.measuring import Meant, measuring
from kaldor.economy.questions.responding import Responding, choice_of, respond, some_regions
from kaldor.economy.questions.subject import ECONOMY, Asked
from kaldor.errors import InputError, Problem, UnknownLabelError

if TYPE_CHECKING:
    from kaldor.economy.equilibrium.together import Measure


class _One(Declared):
    """A measure: the question that asks for it alone, maybe a name, and that question's inputs."""

    model_config = ConfigDict(extra="allow")

    question: str
    name: str = ""


class _Several(DeclaredFile):
    measures: Annotated[tuple[_One, ...], Field(min_length=1)]


class _Of(Inputs):
    """Which measures, and whose effects."""

    measures: Annotated[
        str,
        Field(
            max_length=LARGEST_FILE,
            description="TOML with [[measures]]: question (tariff, leakage …) and the inputs of that question.",
            json_schema_extra=first() | text_file(".toml"),
        ),
    ]
    region: Annotated[
        tuple[str, ...],
        Field(description="Whose effects; of all who act if none.", json_schema_extra=names("region")),
    ] = ()


class Why(Responding, _Of):
    """Which measures, whose effects, and how all respond."""


def _meant(asked: Asked, given: Why) -> Meant:
    """All measures of the file. Raises InputError with every problem of it, UnknownLabelError."""
    from kaldor.economy.equilibrium.together import MOST_PARTS

    choice_of(given)
    each = list(_each(asked, parse(_Several, given.measures, "measures")))
    several: list[Measure] = [one for name, meant in each for one in _under(meant, name)]
    if len(several) > MOST_PARTS:
        what = f"holds {len(several)} measures; {2 ** len(several):,} balances would be solved to tell them apart."
        raise InputError(Problem("measures", what, f"Keep {MOST_PARTS} at most; a border adjustment counts as one."))
    acting = [region for _, meant in each for region in meant.who.regions]
    who = Named(tuple(dict.fromkeys(acting)))
    if given.region:
        who = some_regions(asked.economy, given.region, "region")
    notes = dict.fromkeys(note for _, meant in each for note in (*meant.notes, *meant.who.notes))
    return Meant(
        who,
        f"{len(several)} measures together",
        several,
        facts={"measures": [one.words for one in several]},
        notes=tuple(notes),
        leaks=any(meant.leaks for _, meant in each),
    )


def _under(meant: Meant, name: str) -> Iterator[Measure]:
    """The measures of one entry under its own name, where it has one."""
    for position, one in enumerate(meant.measures):
        yield replace(one, words=name if not position else f"{name}: {one.words}") if name else one


def _each(asked: Asked, file: _Several) -> Iterator[tuple[str, Meant]]:
    problems: list[Problem] = []
    found: list[tuple[str, Meant]] = []
    for number, entry in enumerate(file.measures, start=1):
        where = f"measures, {entry.name or f'measure {number}'}"
        try:
            found.append((entry.name, _one(asked, entry)))
        except InputError as error:
            problems += [
                Problem(f"{where}, {problem.where}", problem.what, problem.remedy) for problem in error.problems
            ]
        except UnknownLabelError as error:
            problems.append(Problem(where, f"{error}"))
    if problems:
        raise InputError(problems)
    yield from found


def _one(asked: Asked, one: _One) -> Meant:
    known = measuring()
    if one.question not in known:
        raise UnknownLabelError("measure", one.question, known)
    own = known[one.question]
    typed: dict[str, Any] = dict(one.model_extra or {})
    stray = sorted(set(typed) & set(Responding.model_fields))
    if stray:
        remedy = "Say it once, for all measures."
        raise InputError([Problem(name, "is asked of all measures together.", remedy) for name in stray])
    meant = own.meant(asked, read_inputs(own.inputs, typed))
    if not meant.measures:
        what = "is looked for by its outcome and cannot be told apart from others."
        raise InputError(Problem("share", what, "Leave it at 1, or set a tariff in its place."))
    return meant


def why(asked: Asked, given: Why, progress: Progress) -> Answer:
    """Find what each of several measures does (Shapley), and along which channels all of them together work."""
    return respond(asked, given, _meant(asked, given), progress)


QUESTION = Question(
    id="why",
    room="economy",
    of=ECONOMY,
    title={
        "en": "What each of several measures does",
        "fr": "Ce que fait chacune de plusieurs mesures",
        "es": "Lo que hace cada una de varias medidas",
    },
    order=109,
    inputs=Why,
    answer=why,
    page="equilibrium",
    long=True,
    check=_meant,
)
