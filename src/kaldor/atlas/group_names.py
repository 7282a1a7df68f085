"""What groups of industries are called: their ids are for files, their names for readers."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from kaldor.declared import DeclaredFile, read_packaged
from kaldor.words import LANGUAGES, Words


class _Names(DeclaredFile):
    names: Mapping[str, Words]


@cache
def _declared() -> Mapping[str, Words]:
    return read_packaged(_Names, "kaldor.atlas", "group_names.toml").names


def group_name(group: str) -> Words:
    """A group's name in every language of the page; that of somebody's own group is its id.

    >>> group_name("construction-materials")["es"]
    'materiales de construcción'
    """
    return _declared().get(group) or dict.fromkeys(LANGUAGES, group)
