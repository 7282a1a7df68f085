"""Reads the declared levers of the package and a user's own."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from kaldor.declared import DeclaredFile, joined, read_packaged_folder
from kaldor.errors import UnknownLabelError
from kaldor.twin.lever import Lever


class _Levers(DeclaredFile):
    levers: tuple[Lever, ...]


@cache
def packaged_levers() -> Mapping[str, Lever]:
    """The levers that Kaldor declares, by id."""
    declared = read_packaged_folder(_Levers, "kaldor.twin", "levers").values()
    return {lever.id: lever for file in declared for lever in file.levers}


def load_levers(*extra: Path) -> Mapping[str, Lever]:
    """The packaged levers and those of a user's own TOML files, by id.

    Raises InputError with all problems of all files: bad syntax, unknown keys, bounds out of order, an id twice.
    """
    return joined(packaged_levers(), _Levers, "levers", extra)


def lever_of(levers: Mapping[str, Lever], id: str) -> Lever:
    """A lever by id. Raises UnknownLabelError with the near match."""
    if id not in levers:
        raise UnknownLabelError("lever", id, levers, remedy="See: kaldor twin levers")
    return levers[id]
