"""What a section of a brief declares of itself, and the keys of a study that it reads.

A declaration is light: it names the module that builds the section, which is loaded when a study shows it. Lists of
sections, the model of a study, what a study must hold, the seeds of its lock and the forms of the page are derived
from declarations (`kaldor.brief.sections`); there is no second list.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, Annotated, Any, Final, Generic, Literal, TypeVar, cast

from pydantic import BaseModel

from kaldor.atlas.labels import Kind, Named
from kaldor.bounds import Bounds
from kaldor.errors import InputError, Problem
from kaldor.words import LANGUAGES, Words

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

    from kaldor.brief.context import Context, Part
    from kaldor.brief.figure import Challenge

T = TypeVar("T")
Model = TypeVar("Model", bound=BaseModel)
Builder = Callable[["Context"], "Part"]
Check = Callable[[Mapping[str, Any], str], list[Problem]]
"""What a study declares (files that it includes in place) and the file's name to what is wrong with it."""

Shown = Literal["always", "on request", "where declared"]
"""When a study that names no sections shows one: always; where it gives the key that the section alone reads, or never
if it has none; only where it gives the key, without which it cannot be named either."""

Need = Literal["emissions", "regions"]
"""What the economy must carry ("regions": more than one); a section that lacks it says so without being built."""

_ID: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True)
class Key(Generic[T]):
    """A key of a study, with the model of its value; made by `value`, `names`, `table` and `tables`."""

    name: str
    title: Words
    form: Any
    """The type of the field, as Pydantic reads it."""
    default: T
    many: bool = False
    of: type[BaseModel] | None = None
    """The model of its table, or of each of its tables."""
    file: bool = False
    """Whether a table may name a file that holds it."""
    files: Mapping[str, type[BaseModel]] = field(default_factory=dict)
    """What else in a table may name a file, and what that holds, by the way there: "assumptions.goods"."""

    @property
    def written(self) -> str:
        """How the key is written in a study: `name`, `[name]` or `[[name]]`."""
        return self.name if self.of is None else f"[[{self.name}]]" if self.many else f"[{self.name}]"

    @property
    def plural(self) -> bool:
        """Whether there may be several of what it declares."""
        return self.many and self.of is not None

    def has(self, name: str) -> bool:
        """Whether its tables have such a field."""
        return self.of is not None and name in self.of.model_fields

    def given(self, written: Mapping[str, Any]) -> bool:
        """Whether a study gives the key; an empty [table] is one with every default, an empty list is none."""
        return bool(written.get(self.name)) if self.many else self.name in written

    def ids(self, written: Mapping[str, Any]) -> list[str]:
        """The ids of its tables, where a study gives some."""
        entries = written.get(self.name)
        return [str(one.get("id")) for one in entries if isinstance(one, dict)] if isinstance(entries, list) else []

    def entries(self, value: Any) -> list[Any]:
        """What it declares, one by one."""
        return list(value) if self.many else [] if value is None else [value]

    def exact_names(self, value: Any) -> Iterator[tuple[str, Kind, str]]:
        """Names that must be the table's own, with their place in the study; of what is read or only written."""
        if self.of is None:
            yield from _exactly(self.name, self.form, value)
            return
        for entry in value if isinstance(value, list | tuple) else [value]:
            for name, about in self.of.model_fields.items():
                inner = entry.get(name) if isinstance(entry, dict) else getattr(entry, name, None)
                yield from _exactly(f"{self.name}.{name}", Annotated[Any, *about.metadata, None], inner)


def _exactly(place: str, form: Any, value: Any) -> Iterator[tuple[str, Kind, str]]:
    for mark in getattr(form, "__metadata__", ()):
        if isinstance(mark, Named) and mark.exact and isinstance(value, list | tuple):
            yield from ((place, mark.kind, name) for name in value if isinstance(name, str))


def value(name: str, of: type[T], title: Words, *rules: Bounds | FieldInfo) -> Key[T | None]:
    """One number or text; `rules` bound and describe it."""
    form = Annotated[of, *rules] if rules else of
    return Key(name, title, form | None, None)


def names(name: str, kind: Kind, title: Words) -> Key[tuple[str, ...]]:
    """Names of the table's own: regions, or sectors and groups of them."""
    return Key(name, title, Annotated[tuple[str, ...], Named(kind, exact=True)], (), many=True)


def table(name: str, of: type[Model], title: Words, *, file: bool = False) -> Key[Model | None]:
    """One table, `[name]`."""
    return Key(name, title, of | None, None, of=of, file=file)


def tables(
    name: str, of: type[Model], title: Words, *, file: bool = False, files: Mapping[str, type[BaseModel]] | None = None
) -> Key[tuple[Model, ...]]:
    """Any number of tables, `[[name]]`."""
    return Key(name, title, tuple[of, ...], (), many=True, of=of, file=file, files=files or {})  # type: ignore[valid-type]


@dataclass(frozen=True)
class Section:
    """One section of a brief.

    `title` is what the page calls it, `heading` what stands over it in a brief (a section may choose another). `order`
    is its place in a brief that names none. Its first key is what makes it declared; `earlier` is the key that names
    the year of an earlier table, if it reads one. `priorities` and `debates` are those of the framework that bear on
    it. `build` is what makes it, or the name of a module whose `build` does.

    Raises InputError where the declaration itself is at fault.
    """

    id: str
    title: Words
    heading: str
    challenge: Challenge
    order: int
    build: str | Builder = field(repr=False)
    shown: Shown = "always"
    keys: tuple[Key[Any], ...] = ()
    needs: tuple[Need, ...] = ()
    earlier: Key[int | None] | None = None
    priorities: tuple[str, ...] = ()
    debates: tuple[str, ...] = ()
    check: Check | None = None

    def __post_init__(self) -> None:
        problems = [
            Problem(
                f"section '{self.id}', {what}", "is not said in every language.", f"Say it in {', '.join(lacking)}."
            )
            for what, words in [("title", self.title), *((f"key '{key.name}'", key.title) for key in self.keys)]
            if (lacking := [language for language in LANGUAGES if not words.get(language)])
        ]
        if not _ID.fullmatch(self.id):
            what = "is no id."
            problems.append(Problem(f"section '{self.id}'", what, "Use small letters and digits, with '-' between."))
        if self.shown == "where declared" and not self.keys:
            problems.append(Problem(f"section '{self.id}'", "is shown where declared, but has no key.", "Give it one."))
        if problems:
            raise InputError(problems)

    def declared_in(self, written: Mapping[str, Any]) -> bool:
        """Whether a study gives what the section shows."""
        return bool(self.keys) and self.keys[0].given(written)

    def builder(self) -> Builder:
        """What makes the section; its code is loaded here."""
        if callable(self.build):
            return self.build
        return cast(Builder, import_module(self.build).build)
