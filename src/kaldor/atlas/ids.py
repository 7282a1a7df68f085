"""Ids of datasets: what can be one, and the words that have a meaning already. The only list of such words."""

from __future__ import annotations

from kaldor.atlas.catalogue import SPELT_ID, is_id
from kaldor.errors import Problem

STARTER = "starter"
"""What studies, commands and addresses call the world inside the package."""

RESERVED = {STARTER: "means the world inside the package"}
"""Ids that no dataset of a store may have, and what they mean."""


def id_problem(id: str, where: str = "", remedy: str = "") -> Problem | None:
    """What is wrong with an id for a dataset that is about to be made; None where it will do."""
    place = where or f"dataset id '{id[:80]}'"
    if id in RESERVED:
        return Problem(place, f"'{id}' {RESERVED[id]}.", remedy or "Choose another id with --as.")
    if not is_id(id):
        usable = f"Use {SPELT_ID}."
        return Problem(place, f"'{id[:80]}' cannot name a dataset.", usable)
    return None
