"""Classifications of industries and of final demand, one TOML file each beside this module.

A classification names its sectors, says which demand category plays which role, and groups sectors for the
questions that need a group ("manufacturing", "energy").
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import ClassVar

from pydantic import model_validator

from kaldor.declared import Declared, DeclaredFile, read_packaged
from kaldor.errors import UnknownLabelError


class Sector(Declared):
    """One industry of a classification: its code there, its short name, its ISIC Rev. 3 code where it has one.

    `label` is what the publisher's files call it, where that is neither the code nor the name.
    """

    key: ClassVar[str] = "code"

    code: str
    name: str
    isic3: str = ""
    label: str = ""


class Classification(DeclaredFile):
    """Sectors, roles of demand categories and groups of sectors; every group names sectors that exist."""

    id: str
    title: str
    sectors: tuple[Sector, ...]
    demand_roles: Mapping[str, str] = {}
    groups: Mapping[str, tuple[str, ...]] = {}

    @model_validator(mode="after")
    def _groups_name_sectors(self) -> Classification:
        strangers = {code for group in self.groups.values() for code in group} - set(self.codes)
        if strangers:
            raise ValueError(f"groups name unknown sectors {sorted(strangers)}")
        return self

    @property
    def codes(self) -> tuple[str, ...]:
        """The sector codes in the classification's own order."""
        return tuple(sector.code for sector in self.sectors)


@cache
def classification(id: str) -> Classification:
    """A shipped classification by id. Raises UnknownLabelError with the near match."""
    if not is_classification(id):
        raise UnknownLabelError("classification", id, _known())
    return read_packaged(Classification, __name__, f"{id}.toml")


def is_classification(id: str) -> bool:
    """Whether a classification of this id is shipped."""
    return id in _known()


@cache
def _known() -> tuple[str, ...]:
    return tuple(sorted(f.name.removesuffix(".toml") for f in files(__name__).iterdir() if f.name.endswith(".toml")))
