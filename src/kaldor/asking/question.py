"""A question: typed inputs with bounds, defaults and help, a function, and a page on its method."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import UnionType
from typing import Annotated, Any, Generic, Literal, TypeVar, Union, get_args, get_origin

from annotated_types import Ge, Gt, Le, Lt
from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic.fields import FieldInfo

from kaldor.asking.answer import Answer
from kaldor.bounds import OUTSIDE, WRITE_DIGITS, Bounds, allowed, in_words, oddly_written, outside, quoted
from kaldor.errors import InputError, Problem, nearest, put_in_words
from kaldor.words import LANGUAGES, Words

Progress = Callable[[str, int, int], None]
"""Told what is being done, how many parts are done and how many there are."""

Kind = Literal["text", "number", "whole", "choice", "flag", "file"]
"""A file is handed over as its text: who has a disk reads it, who has none sends what it holds. One that `names`
something too may be a name instead: a text of one line."""

Labels = Literal["region", "sector", "extension", "dataset"]
"""What a text may name: a form then offers the names there are."""

LONGEST_TEXT = 200
MOST_TEXTS = 300


class Inputs(BaseModel):
    """The inputs of a question: one typed field each, with `Field(description=…, ge=…, le=…)` and a default.

    A field of tuples takes several values. `names("region")` as `json_schema_extra` says what a text names.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False, str_max_length=LONGEST_TEXT)

    def made_of(self, subject: Any) -> Any:
        """What is asked, of the subject that a door opened: the same, unless inputs of its kind say otherwise."""
        return subject


def names(labels: Labels) -> dict[str, Any]:
    """Marks a field of `Inputs` whose text names a region, sector or extension of what is asked."""
    return {"names": labels}


def text_file(ending: str) -> dict[str, Any]:
    """Marks a field of `Inputs` that takes the text of a file; give it a `max_length` of its own."""
    return {"file": ending}


def first() -> dict[str, Any]:
    """Marks a field of `Inputs` that a command line takes without the name of an option."""
    return {"first": True}


@dataclass(frozen=True)
class Input:
    """One input as a door shows it. `low` and `high` are bounds that the value may reach unless they are `open`."""

    id: str
    help: str
    kind: Kind
    required: bool
    many: bool
    default: str | float | int | bool | list[str] | None
    choices: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    low_open: bool = False
    high_open: bool = False
    names: Labels | None = None
    ending: str = ""
    """Of a file: what its name ends in."""
    first: bool = False
    """Whether a command line takes it without the name of an option."""

    @property
    def range(self) -> str:
        """The bounds in words: "−1 to 10"; empty where there are none."""
        whole = None if self.kind == "whole" else False  # years have no mark of thousands
        return in_words(self.low, self.high, low_open=self.low_open, high_open=self.high_open, years=whole)


I = TypeVar("I", bound=Inputs)  # noqa: E741
S = TypeVar("S")


@dataclass(frozen=True)
class Question(Generic[S, I]):
    """Something that can be asked of a subject. Its function's docstring begins with the line that doors show.

    `of` names the kind of subject ("economy"): doors know how to open it. `page` is the name of its page under
    docs/methods. A `long` question runs as a job where others wait.
    """

    id: str
    room: str
    of: str
    title: Words
    inputs: type[I]
    answer: Callable[[S, I, Progress], Answer]
    page: str
    long: bool = False
    check: Callable[[S, I], object] | None = None
    """Raises what a long one's function would raise at once, such as an unknown name: said before a job is begun."""
    order: int = 100
    """Its place among those of its room."""

    def __post_init__(self) -> None:
        lacking = [language for language in LANGUAGES if not self.title.get(language)]
        if lacking:
            problem = Problem(f"question {self.id}, title", f"is missing in {', '.join(lacking)}.", "Say it in all.")
            raise InputError(problem)

    @property
    def help(self) -> str:
        """What it answers, in one line; empty where its function does not say it."""
        return (self.answer.__doc__ or "").strip().partition("\n")[0]

    @cached_property
    def described(self) -> tuple[Input, ...]:
        """The inputs, as doors show them."""
        return described(self.inputs)

    def read(self, given: Mapping[str, Any]) -> I:
        """The inputs from what was typed, texts or values. Raises InputError with every problem."""
        return read_inputs(self.inputs, given)

    def ask(self, subject: S, given: Mapping[str, Any] | I, progress: Progress | None = None) -> Answer:
        """Answer to inputs as they were read, or as typed. Raises InputError for them, and what the function raises."""
        read = self.read(given) if isinstance(given, Mapping) else given
        return self.answer(read.made_of(subject), read, progress or _quietly)

    def refuse(self, subject: S, read: I) -> None:
        """Raise at once what a long question would raise at once, before a job is begun for it."""
        if self.check:
            self.check(read.made_of(subject), read)


def described(inputs: type[Inputs]) -> tuple[Input, ...]:
    """Inputs, as doors show them."""
    return tuple(_described(name, info) for name, info in inputs.model_fields.items())


def read_inputs(inputs: type[I], given: Mapping[str, Any]) -> I:
    """Inputs from what was typed, texts or values. Raises InputError with every problem."""
    known = {one.id: one for one in described(inputs)}
    problems = put_in_words([name for name in given if name not in known], "inputs", lambda name: _unknown(name, known))
    values, repeated = _unpacked({name: value for name, value in given.items() if name in known}, known)
    problems += [*repeated, *_truths(values, known), *_oddly_written(values, known)]
    try:
        read = inputs.model_validate(values)
    except ValidationError as error:
        wrong = {problem.where for problem in problems}
        found = {str(fault["loc"][0]): fault for fault in error.errors() if fault["loc"]}
        problems += [_problem(known[name], fault) for name, fault in found.items() if name not in wrong]
        problems += [Problem("inputs", _cause(fault)) for fault in error.errors() if not fault["loc"]]
        raise InputError(problems) from None
    if problems:
        raise InputError(problems)
    return read


def _oddly_written(values: Mapping[str, Any], known: Mapping[str, Input]) -> Iterator[Problem]:
    """Numbers to Python alone: 1_0 is ten there, and a slip of the hand elsewhere."""
    for name, value in values.items():
        if known[name].kind in {"number", "whole"} and _with_separators(value):
            yield Problem(name, oddly_written(value), WRITE_DIGITS)


def _with_separators(value: Any) -> bool:
    return any("_" in one for one in (value if isinstance(value, tuple) else (value,)) if isinstance(one, str))


def _quietly(_what: str, _done: int, _total: int) -> None:
    return


def _described(name: str, info: FieldInfo) -> Input:
    annotation, many, marks = info.annotation, get_origin(info.annotation) is tuple, list(info.metadata)
    if many:
        annotation = get_args(annotation)[0]
    while get_origin(annotation) in {Union, UnionType, Annotated}:
        annotation = next(one for one in get_args(annotation) if one is not type(None))
    if get_origin(annotation) is Annotated:
        annotation, *inner = get_args(annotation)
        marks += inner
    choices = get_args(annotation) if get_origin(annotation) is Literal else ()
    bounds = _bounds(marks)
    extra = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
    default = None if info.is_required() else info.get_default(call_default_factory=True, validated_data={})
    return Input(
        id=name,
        help=info.description or "",
        kind="choice" if choices else "file" if "file" in extra else _KINDS[annotation],
        required=info.is_required(),
        many=many,
        default=list(default) if isinstance(default, tuple) else default,
        choices=tuple(map(str, choices)),
        low=bounds.get(Ge, bounds.get(Gt)),
        high=bounds.get(Le, bounds.get(Lt)),
        low_open=Gt in bounds,
        high_open=Lt in bounds,
        names=extra.get("names"),  # type: ignore[arg-type]
        ending=str(extra.get("file", "")),
        first=bool(extra.get("first")),
    )


def _bounds(marks: Sequence[Any]) -> dict[type, float]:
    """The bounds of a field, by the kind of each end."""
    found: dict[type, float] = {}
    for mark in marks:
        if isinstance(mark, Bounds):
            found |= {Gt if mark.low_open else Ge: mark.low, Lt if mark.high_open else Le: mark.high}
        found |= {kind: float(getattr(mark, word)) for kind, word in _BOUNDS if isinstance(mark, kind)}
    return found


_KINDS: Mapping[Any, Kind] = {str: "text", float: "number", int: "whole", bool: "flag"}
_BOUNDS: Sequence[tuple[type, str]] = ((Ge, "ge"), (Gt, "gt"), (Le, "le"), (Lt, "lt"))


def _unpacked(values: Mapping[str, Any], known: Mapping[str, Input]) -> tuple[dict[str, Any], list[Problem]]:
    """Several values as tuples and single ones out of their list, as a door that reads texts hands them over."""
    unpacked: dict[str, Any] = {}
    problems = []
    for name, value in values.items():
        several = list(value) if isinstance(value, list | tuple) else [value]
        if value is None or several == []:
            continue  # not given
        if not known[name].many:
            if len(several) > 1:
                problems.append(Problem(name, f"is given {len(several)} times.", "Give it once."))
            unpacked[name] = several[0]
            continue
        if len(several) > MOST_TEXTS:
            problems.append(Problem(name, f"{len(several)} are given.", f"Give at most {MOST_TEXTS}."))
        unpacked[name] = _once(several)
    return unpacked, problems


def _unknown(name: str, known: Mapping[str, Input]) -> Problem:
    near = nearest(name, known)
    remedy = f"Did you mean '{near}'?" if near else f"Known: {', '.join(known)}."
    return Problem(name[:LONGEST_TEXT], "unknown input.", remedy)


def _truths(values: Mapping[str, Any], known: Mapping[str, Input]) -> Iterator[Problem]:
    """Truth values that stand for a number, for which the library would take them: 1 and 0."""
    for name, value in values.items():
        several = value if isinstance(value, tuple) else (value,)
        if known[name].kind in ("number", "whole") and (truths := [one for one in several if isinstance(one, bool)]):
            yield _problem(known[name], {"type": "bool", "input": truths[0]})


def _once(several: Sequence[Any]) -> tuple[Any, ...]:
    """Values in their order, each once: naming one twice means no more than naming it."""
    try:
        return tuple(dict.fromkeys(several))
    except TypeError:  # lists within: what they should be is said by the reading of each
        return tuple(several)


def _problem(one: Input, fault: Any) -> Problem:
    """What is wrong with an input, in the words of the field and not of the library that found it."""
    if fault["type"] == "missing":
        return Problem(one.id, "is missing.", f"{one.help}")
    found = quoted(fault["input"])
    if one.kind == "choice":
        near = nearest(str(fault["input"]), one.choices)
        remedy = f"Did you mean '{near}'?" if near else f"Choose among {', '.join(one.choices)}."
        return Problem(one.id, f"{found} is none of its values.", remedy)
    if fault["type"] in _OUT_OF_BOUNDS:
        return Problem(one.id, outside(fault["input"]), allowed(one.range))
    if fault["type"] == "string_too_long":
        return Problem(one.id, f"is longer than {fault['ctx']['max_length']:,} characters.", "Shorten it.")
    expected = {"number": "a number", "whole": "a whole number", "flag": "true or false"}.get(one.kind, "a text")
    return Problem(one.id, f"{found} is not {expected}.", one.help)


_OUT_OF_BOUNDS = {OUTSIDE, "greater_than", "greater_than_equal", "less_than", "less_than_equal"}


def _cause(fault: Any) -> str:
    """What a check over several inputs says."""
    return f"{fault.get('ctx', {}).get('error', fault['msg'])}"
