"""Sections of a brief on an economy at hand, without a study file: whence the pictures of results come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kaldor.atlas.blocs import ALL
from kaldor.atlas.catalogue import Catalogue
from kaldor.atlas.classifications import classification, is_classification
from kaldor.brief.assemble import assemble
from kaldor.brief.context import Context
from kaldor.brief.document import Document
from kaldor.brief.ledger import Ledger
from kaldor.brief.study_model import study_model
from kaldor.economy.economy import Economy
from kaldor.economy.names import region_of, regions_of
from kaldor.framework import load_framework


def document_of(
    economy: Economy, country: str, peers: Sequence[str] | None, sections: Sequence[str], **keys: Any
) -> Document:
    """The brief of one country with these sections, as a study with these `keys` would give it on this economy.

    `peers` are all other regions where none are named; regions go by code, by name, peers by bloc too.
    Raises UnknownLabelError for a region that is not there.
    """
    context = context_of(economy, country, peers, sections, **keys)
    return assemble(context, economy.notes, "Made in Python.")[0]


def context_of(
    economy: Economy, country: str, peers: Sequence[str] | None, sections: Sequence[str], **keys: Any
) -> Context:
    """What those sections read."""
    country = region_of(economy, country)
    beside = (ALL,) if peers is None else peers
    others = tuple(region for region in regions_of(economy, beside).regions if region != country)
    study = study_model()(
        title="In a notebook",
        country=country,
        peers=others,
        year=economy.year,
        economy=economy.source.id,
        sections=tuple(sections),
        **keys,
    )
    return Context(study, economy, load_framework(), Ledger(), {}, _short_names(economy))


def _short_names(economy: Economy) -> Mapping[str, str]:
    """Short names of the sectors, as a brief of the store's dataset has them."""
    catalogue = Catalogue.load()
    declared = catalogue.source(economy.source.id).classification if economy.source.id in catalogue else ""
    if not declared or not is_classification(declared):
        return {}
    return {sector.code: sector.name for sector in classification(declared).sectors}
