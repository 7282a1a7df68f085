"""The base of every declared type, and what is wrong with a declaration in the words of this house."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, time
from functools import partial
from types import UnionType
from typing import Annotated, Any, ClassVar, Final, Literal, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError, model_validator
from pydantic.fields import FieldInfo

from kaldor.bounds import ODDLY_WRITTEN, OUTSIDE
from kaldor.declared.place import Loc, place_of
from kaldor.declared.toml import is_too_deep, value_problems
from kaldor.errors import InputError, Problem, nearest, put_in_words, sentence

_FORMS: Final[dict[str, str]] = {}

_HOLDING: Final = (Mapping, list, tuple)
"""What entries may stand in; most values are neither, and their types need not be looked up."""


class Declared(BaseModel):
    """What all declared types share.

    Frozen; no key that is not declared; no number that is not finite; and nothing taken for what it is not: a date, a
    truth value or a text in quotes is no number. In a list of declared things no two have the same `key`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)

    key: ClassVar[str] = "id"
    """The field that tells one entry of a list from another, where the type has it."""

    @model_validator(mode="before")
    @classmethod
    def _lists_are_tuples(cls, written: Any) -> Any:
        return _tuples(written)


class DeclaredFile(Declared):
    """A declared type that a whole file holds: `kaldor.declared.read` reads it."""


_SHOULD: Final = "should be "

D = TypeVar("D", bound=BaseModel)


def spelt(pattern: str, meaning: str) -> StringConstraints:
    """A text of a fixed form, as `Annotated[str, spelt(…)]`; a message says what it should be: `meaning`."""
    _FORMS[pattern] = meaning
    return StringConstraints(pattern=pattern)


Link = Annotated[str, spelt(r"^(https?://[^\s<>\"']+)?$", "an address that begins with https:// or http://")]
"""Where a reader is led; nothing else is ever a link: no script, no file, no data."""

Slug = Annotated[str, spelt(r"^[a-z0-9][a-z0-9-]*$", "small letters, digits and hyphens, such as port-closed")]
"""The id of what a user declares; it becomes part of names of files and figures."""


def checked(model: type[D], written: Any, where: str) -> D:
    """What is written in `where` as the type `model`. Raises InputError with all that is wrong with it."""
    found, problems = holding(model, written, where)
    if problems or found is None:
        raise InputError(problems)
    return found


def holding(model: type[D], written: Any, where: str) -> tuple[D | None, list[Problem]]:
    """What of a declaration can be used, and all that is wrong with the rest: faulty entries of lists are left out.

    None where nothing can be: something that is needed is missing or wrong.
    """
    wrong = value_problems(written, where)
    if is_too_deep(wrong):
        return None, wrong
    try:
        return model.model_validate(written), [*wrong, *_doubled(model, written, where)]
    except ValidationError as error:
        faults = _told_apart(error.errors(include_url=False))
    try:
        found = model.model_validate(_without(written, [fault["loc"] for fault in faults]))
    except ValidationError:
        found = None
    # A number that is none is no wrong value besides; that its key is unknown still has to be told.
    places = {problem.where for problem in wrong}
    unknown = {place_of(where, written, fault["loc"]) for fault in faults if fault["type"] == "extra_forbidden"}
    told = put_in_words(faults, where, partial(_problem, model, written, where))
    doubled = _doubled(model, written, where) if len(told) >= len(faults) else ()
    kept = (one for one in _once(told) if one.where not in places or one.where in unknown)
    return found, [*wrong, *kept, *doubled]


def _told_apart(faults: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Faults without those that follow from others: a list is too short where its entries are what is wrong."""
    within = {fault["loc"][:-1] for fault in faults} | {fault["loc"][:-2] for fault in faults}
    return [fault for fault in faults if fault["type"] != "too_short" or fault["loc"] not in within]


def _once(told: Iterable[Problem]) -> list[Problem]:
    """Problems, where what is wrong by each of the types that a value might have is one: should be this, or that.

    Where a table has a fault within, that it is no number either is not told.
    """
    kept: dict[tuple[str, str], Problem] = {}
    every = list(told)
    within = {one.where.rpartition(".")[0] for one in every}
    for at, one in enumerate(every):
        if one.what.startswith(_SHOULD) and one.where in within:
            continue
        should, _, found = one.what.partition("; found ")
        of_a_type = found and should.startswith(_SHOULD)
        key = (one.where, found if of_a_type else str(at))
        before = kept.get(key)
        if before and of_a_type:
            should = f"{before.what.partition('; found ')[0]}, or {should.removeprefix(_SHOULD)}"
        kept[key] = Problem(one.where, f"{should}; found {found}") if of_a_type else one
    return list(kept.values())


def _problem(model: type[BaseModel], written: Any, where: str, fault: Mapping[str, Any]) -> Problem:
    """One of pydantic's findings in the words of this house."""
    kind, given, loc, found = fault["type"], fault["loc"], [], fault["input"]
    inside: Any = model
    for part in given:
        holder = inside
        inside, known = _step(inside, part)
        if known:
            loc.append(part)
    place = place_of(where, written, loc)
    if kind == "extra_forbidden":
        return Problem(place, "unknown key.", near(str(given[-1]), _fields(holder)))
    if kind == "missing":
        return Problem(place, "is missing.", "Add it.")
    if kind in ("value_error", OUTSIDE, ODDLY_WRITTEN):
        return Problem(place, said(fault))
    if kind == "union_tag_invalid":
        return _untold(place, fault, f"'{fault['ctx']['tag']}' is none.")
    if kind == "union_tag_not_found":
        return _untold(place, fault, "is missing.")
    return Problem(place, f"{said(fault).removesuffix('.')}; found {_quoted(found)}.")


def said(fault: Mapping[str, Any]) -> str:
    """What one of pydantic's findings says is wrong, as a sentence without its place."""
    kind, ctx = fault["type"], fault.get("ctx", {})
    if kind == "value_error":
        return sentence(str(ctx["error"]))
    if kind == "string_pattern_mismatch":
        return f"should be {_FORMS.get(ctx['pattern'], 'written in another form')}."
    if kind in (OUTSIDE, ODDLY_WRITTEN):
        return str(fault["msg"])
    if kind in _LENGTHS:
        return f"should have {_LENGTHS[kind].format(**ctx)}."
    if kind in _SHAPES:
        return f"should be {_SHAPES[kind]}."
    what = str(fault["msg"]).removeprefix("Input ")
    return sentence(what[:1].lower() + what[1:])


_LENGTHS: Final = {
    "too_short": "{min_length} or more entries",
    "too_long": "at most {max_length} entries",
    "string_too_short": "{min_length} or more characters",
    "string_too_long": "at most {max_length} characters",
}
_SHAPES: Final = {"tuple_type": "a list", "list_type": "a list"} | dict.fromkeys(
    ("model_type", "model_attributes_type", "dict_type", "mapping_type"), "a table"
)


def _untold(place: str, fault: Mapping[str, Any], what: str) -> Problem:
    """Which of several kinds a table is, is not said, or is none that is known."""
    key = str(fault["ctx"]["discriminator"]).strip("'")
    kinds = re.findall(r"'([^']*)'", str(fault["ctx"].get("expected_tags", "")))
    remedy = near(str(fault["ctx"]["tag"]), kinds) if kinds else f"Say of which {key} it is."
    return Problem(f"{place}, {key}", what, remedy)


def near(name: str, known: Iterable[str]) -> str:
    """A hint for a name that is not known: the near match, or else those that are known."""
    names = list(known)
    match = nearest(name, names)
    if match:
        return f"Did you mean '{match}'?"
    return f"Known: {', '.join(names)}." if len(names) <= 25 else f"There are {len(names)} others, none alike."


def _step(kind: Any, part: str | int) -> tuple[Any, bool]:
    """The type that a key or a position leads to, and whether it stands in the file (the tag of a choice does not)."""
    options = list(_options(kind))
    tagged = [one for one in options if len(options) > 1 and part in _tags(one)]
    if tagged:
        return tagged[0], False
    if _is_choice(kind) and isinstance(part, str):
        named = (one for one in options if part.startswith((f"{one.__name__}[", one.__name__)))
        return next(named, Any), False
    for one in options:
        if part in _fields(one):
            return _fields(one)[str(part)].annotation, True
        if issubclass(get_origin(one) or one, Mapping) and part != "[key]":
            return (get_args(one) or (Any, Any))[1], True
        if isinstance(part, int) and get_args(one):
            inner = get_args(one)
            return inner[0 if inner[-1] is Ellipsis else min(part, len(inner) - 1)], True
    # An unknown key stands in the file; the name that pydantic gives to one of several types does not.
    return Any, any(map(_fields, options))


def _fields(kind: Any) -> Mapping[str, FieldInfo]:
    """The keys that a table may have, with their types; none where it is no declared type."""
    models = [one for one in _options(kind) if isinstance(one, type) and issubclass(one, BaseModel)]
    return models[0].model_fields if models else {}


def _options(kind: Any) -> Iterator[Any]:
    """The types that a value may have, without None and what is only annotated."""
    if get_origin(kind) is Annotated:
        yield from _options(get_args(kind)[0])
    elif get_origin(kind) in (Union, UnionType):
        for one in get_args(kind):
            yield from _options(one)
    elif kind is not type(None) and (isinstance(kind, type) or isinstance(get_origin(kind), type)):
        yield kind


def _is_choice(kind: Any) -> bool:
    """Whether a value may be of several types that no word tells apart: pydantic then names the one that it tried."""
    if get_origin(kind) is Annotated:
        return _is_choice(get_args(kind)[0])
    several = (
        get_origin(kind) in (Union, UnionType) and len([one for one in get_args(kind) if one is not type(None)]) > 1
    )
    return several and not any(map(_tags, _options(kind)))


def _tags(kind: Any) -> set[Any]:
    """The words by which one of several declared types is told from the others."""
    fields = _fields(kind).values()
    return {word for one in fields if get_origin(one.annotation) is Literal for word in get_args(one.annotation)}


def _doubled(kind: Any, written: Any, where: str, loc: Loc = (), top: Any = None) -> Iterator[Problem]:
    """Entries of one list with the same key, however deep it stands."""
    options = list(_options(kind)) if isinstance(written, _HOLDING) else []
    if len(options) != 1:
        return
    top = written if top is None else top
    if isinstance(written, Mapping):
        for key, value in written.items():
            if isinstance(value, _HOLDING):
                yield from _doubled(_step(options[0], key)[0], value, where, (*loc, key), top)
    else:
        inner = list(_options(_step(options[0], 0)[0]))
        names = [_key(inner[0], entry) for entry in written] if len(inner) == 1 else []
        seen: set[str] = set()
        for number, name in enumerate(names):
            if name is not None and name in seen:
                what = f"the {inner[0].key} stands twice."
                yield Problem(place_of(where, top, (*loc, number)), what, "Give each its own.")
            if name is not None:
                seen.add(name)
        for number, entry in enumerate(written):
            if isinstance(entry, _HOLDING):
                yield from _doubled(_step(options[0], number)[0], entry, where, (*loc, number), top)


def _key(kind: Any, entry: Any) -> str | None:
    """What tells an entry from the others of its list; None where nothing does."""
    if not (isinstance(kind, type) and issubclass(kind, Declared) and isinstance(entry, Mapping)):
        return None
    name = entry.get(kind.key) if kind.key in kind.model_fields else None
    return name if isinstance(name, str) else None


def _without(written: Any, locs: Sequence[Loc]) -> Any:
    """The declaration without the entries, or else the keys of the top, in which the faults stand."""
    gone = {tuple(loc[:2]) for loc in locs}
    if not isinstance(written, Mapping):
        return written
    kept: dict[str, Any] = {}
    for name, value in written.items():
        if isinstance(value, list | tuple) and (name,) not in gone:
            kept[name] = [entry for number, entry in enumerate(value) if (name, number) not in gone]
        elif not any(loc[:1] == (name,) for loc in gone):
            kept[name] = value
    return kept


def _tuples(written: Any) -> Any:
    """Lists, which TOML and JSON write, as the tuples that frozen types hold."""
    if isinstance(written, list):
        return tuple(_tuples(entry) for entry in written)
    return {key: _tuples(value) for key, value in written.items()} if isinstance(written, dict) else written


def _quoted(value: object, most: int = 60) -> str:
    text = value.isoformat() if isinstance(value, date | time) else repr(value)
    return text if len(text) <= most else text[:most] + "…"
