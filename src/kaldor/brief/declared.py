"""The texts that every brief shares, declared in TOML: methods and abbreviations."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache

from kaldor.brief.document import Method, Term
from kaldor.declared import DeclaredFile, read_packaged

_CAPITALS = re.compile(r"US\$|(?<![\w$])[A-Z][A-Z0-9₂]+e?(?!\w)")


class _Methods(DeclaredFile):
    methods: tuple[Method, ...]


class _Glossary(DeclaredFile):
    terms: tuple[Term, ...]
    units: tuple[Term, ...]


@cache
def methods() -> Mapping[str, Method]:
    """All declared methods by id. Raises InputError that names the key at fault."""
    return {method.id: method for method in read_packaged(_Methods, "kaldor.brief", "methods.toml").methods}


@cache
def _glossary() -> _Glossary:
    return read_packaged(_Glossary, "kaldor.brief", "glossary.toml")


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
    """The abbreviations and units of some texts with their meanings, in alphabetic order, without the unused.

    What is spelt in two ways (by a source, and here) stands there once, this house's spelling first.
    """
    shown = list(texts)
    capitals, whole = abbreviations_in(shown), "\n".join(shown)
    terms = [term for term in _glossary().terms if term.term in capitals]
    units = [term for term in _glossary().units if re.search(rf"(?<!\w){re.escape(term.term)}(?!\w)", whole)]
    spelt: dict[str, list[str]] = {}
    for term in sorted({*terms, *units}, key=lambda one: (one.term.isalnum() and one.term.isascii(), one.term)):
        spelt.setdefault(term.meaning, []).append(term.term)
    joined = (Term(term=" or ".join(names), meaning=meaning) for meaning, names in spelt.items())
    return tuple(sorted(joined, key=lambda term: term.term.lower()))
