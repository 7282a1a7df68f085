"""What a study says, as a model: a few keys of its own, and those of every section."""

from __future__ import annotations

from functools import cache
from typing import Annotated, Any, Literal, TypeVar, cast

from pydantic import Field, create_model

from kaldor.atlas.labels import Country
from kaldor.bounds import SENTENCES, TITLE, YEAR
from kaldor.brief.section import Key
from kaldor.brief.sections import keys, sections
from kaldor.declared import DeclaredFile
from kaldor.errors import InputError, Problem

T = TypeVar("T")


class Study(DeclaredFile):
    """What a brief is to be made of.

    `economy` is a dataset id or "starter"; `extensions` are ids of extension datasets to attach to it. `emissions`
    and `jobs` name the extensions of that economy that answer the questions on emissions and on jobs; jobs may be
    several (by sex), which are shown side by side. `sections` are what the brief shows, in that order; the other keys
    are those that sections declare. `[blocs]` are groups of countries that they may name.
    """

    title: str = Field(min_length=1, max_length=TITLE)
    subtitle: str = Field(default="", max_length=SENTENCES)
    question: str = Field(default="", max_length=SENTENCES)
    short: bool = False
    country: Country
    peers: tuple[Country, ...] = ()
    year: Annotated[int, YEAR]
    economy: str = Field(min_length=1)
    extensions: tuple[str, ...] = ()
    emissions: str = "co2"
    jobs: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    language: Literal["en"] = "en"

    def of(self, key: Key[T]) -> T:
        """What the study declares under a key of a section, or the key's default."""
        return cast(T, getattr(self, key.name, key.default))

    def seeds(self) -> dict[str, int]:
        """The seed of everything in the study that is drawn, by key and id."""
        shown = [section for section in sections().values() if section.id in self.sections]
        return {
            f"{key.name}.{entry.id}" if key.many else key.name: entry.seed
            for section in shown
            for key in section.keys
            if key.has("seed")
            for entry in key.entries(self.of(key))
        }


@cache
def study_model() -> type[Study]:
    """The model of a study: what each has, and the keys of all sections that there are.

    Raises InputError where a section declares a key that every study has.
    """
    fields: dict[str, Any] = {name: (key.form, Field(default=key.default)) for name, key in keys().items()}
    taken = [name for name in fields if name in Study.model_fields]
    if taken:
        raise InputError([Problem(f"key '{name}'", "every study has it.", "Choose another name.") for name in taken])
    shown = tuple(section.id for section in sections().values() if section.shown == "always")
    return create_model("Study", __base__=Study, __doc__=Study.__doc__, sections=(tuple[str, ...], shown), **fields)
