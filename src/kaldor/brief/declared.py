"""The texts that every brief shares, declared in TOML: methods and abbreviations."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources

from pydantic import BaseModel, ConfigDict, ValidationError

from kaldor.brief.document import Method, Term
from kaldor.errors import InputError, Problem

_CAPITALS = re.compile(r"US\$|(?<![\w$])[A-Z][A-Z0-9₂]+e?(?!\w)")


class _Methods(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    methods: tuple[Method, ...]


class _Glossary(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    terms: tuple[Term, ...]
    units: tuple[Term, ...]


@cache
def methods() -> Mapping[str, Method]:
    """All declared methods by id. Raises InputError that names the key at fault."""
    file = "methods.toml"
    try:
        return {method.id: method for method in _Methods.model_validate(_read(file)).methods}
    except ValidationError as error:
        raise InputError([Problem(f"{file}, {e['loc']}", e["msg"]) for e in error.errors()]) from None


@cache
def _glossary() -> _Glossary:
    file = "glossary.toml"
    try:
        return _Glossary.model_validate(_read(file))
    except ValidationError as error:
        raise InputError([Problem(f"{file}, {e['loc']}", e["msg"]) for e in error.errors()]) from None


def abbreviations_in(texts: Iterable[str]) -> set[str]:
    """Every run of two or more capitals in some texts, and declared terms of several words: what needs explaining.

    >>> sorted(abbreviations_in(["Mt CO₂ by the WIOD tables, in billion US$, JRC116234, CC BY, I agree"]))
    ['CC BY', 'CO₂', 'US$', 'WIOD']
    """
    whole = "\n".join(texts)
    found = set()
    for term in (term.term for term in _glossary().terms if " " in term.term):
        if term in whole:
            found.add(term)
            whole = whole.replace(term, "")
    return found | {name for name in _CAPITALS.findall(whole) if not re.search(r"\d{3}", name)}


def glossary_of(texts: Iterable[str]) -> tuple[Term, ...]:
    """The abbreviations and units of some texts with their meanings, in alphabetic order, without the unused."""
    shown = list(texts)
    capitals, whole = abbreviations_in(shown), "\n".join(shown)
    terms = [term for term in _glossary().terms if term.term in capitals]
    units = [term for term in _glossary().units if re.search(rf"(?<!\w){re.escape(term.term)}(?!\w)", whole)]
    return tuple(sorted({*terms, *units}, key=lambda term: term.term.lower()))


def _read(file: str) -> Mapping[str, object]:
    return tomllib.loads(resources.files("kaldor.brief").joinpath(file).read_text("utf-8"))
