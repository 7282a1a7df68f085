"""Opens what the questions of this room are asked of, for doors that keep nothing between two questions."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from kaldor.economy.opening import open_table
from kaldor.economy.questions.subject import Asked

if TYPE_CHECKING:
    import pandas as pd

    from kaldor.atlas.territorial import Territorial
    from kaldor.economy.economy import Economy


def asked_of(dataset: str, year: int | None, extensions: Sequence[str], store: Path | None) -> Asked:
    """An economy by name and year, with the extension datasets attached. Raises as `open_table`."""
    from kaldor.atlas.store import Store
    from kaldor.atlas.territorial import territorial
    from kaldor.economy.economy import Economy

    shelf = Store(store)

    def opened(of: int | None) -> Economy:
        return Economy.from_published(open_table(dataset, of, tuple(extensions), store=shelf))

    def indicators(id: str) -> pd.DataFrame:
        return shelf.indicators(id)

    economy = opened(year)

    def inventories(extension: str, of: int) -> tuple[Territorial, ...]:
        return territorial(shelf, extension, of, economy.regions)

    return Asked(economy, dataset, opened, indicators, inventories)
