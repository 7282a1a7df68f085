"""The set of elasticities that is asked for: the package's, or one of a user's own file."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Annotated

from pydantic import Field

from kaldor.atlas.blocs import ALL
from kaldor.declared import DeclaredFile, parse, read, together
from kaldor.economy.equilibrium.sets import USUAL, ElasticitySet, declared
from kaldor.errors import InputError, Problem, UnknownLabelError


class _OwnSets(DeclaredFile):
    sets: Annotated[tuple[ElasticitySet, ...], Field(min_length=1)]


def elasticity_set(name: str = USUAL, *extra: Path, text: str | None = None) -> ElasticitySet:
    """A declared set by id, of the package or of a user's own TOML: files, or the text of one.

    Raises UnknownLabelError with the near match; InputError with every problem of the files.
    """
    own = together(partial(read, _OwnSets), extra) + ([] if text is None else [parse(_OwnSets, text, "sets")])
    _refuse_unfit([one for file in own for one in file.sets])
    known = {one.id: one for sets in (declared().sets, *(file.sets for file in own)) for one in sets}
    if name not in known:
        raise UnknownLabelError("set of elasticities", name, known)
    return known[name]


def _refuse_unfit(own: Sequence[ElasticitySet]) -> None:
    """Raise InputError for sets named as the package's, and for those that leave sources of some products open."""
    packaged = {one.id for one in declared().sets}
    problems = [
        Problem(f"sets, {one.id}", "is a set of the package's.", "Give yours another id.")
        for one in own
        if one.id in packaged
    ]
    problems += [
        Problem(f"sets, {one.id}, sourcing", "says nothing of the other products.", f"Add one of '{ALL}'.")
        for one in own
        if ALL not in {number.of for number in one.sourcing}
    ]
    if problems:
        raise InputError(problems)
