"""Which extension datasets of a store fit an economy of it: those in its own classification."""

from __future__ import annotations

from collections.abc import Iterable

from kaldor.atlas.manifest import Manifest


def companions(economy: Manifest, held: Iterable[Manifest], year: int | None = None) -> list[Manifest]:
    """The extension datasets of `held` that fit an economy; only those that have the year, where one is given."""
    wanted = economy.source.classification
    if economy.kind != "economy" or not wanted:
        return []
    fitting = [one for one in held if one.kind == "extension" and one.source.classification == wanted]
    return [one for one in fitting if year is None or year in one.years]
