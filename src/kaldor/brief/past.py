"""Tables of earlier years that a brief tells changes since, where the dataset of the study holds some."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kaldor.economy.opening import STARTER, open_table
from kaldor.errors import KaldorError

if TYPE_CHECKING:
    from kaldor.atlas.published import PublishedEconomy
    from kaldor.atlas.store import Store
    from kaldor.brief.study_model import Study

_SECTION: Final = "standing"
_LARGEST: Final = 4_000  # rows; a larger table takes minutes to read, for one column of a brief


def first_year(study: Study, store: Store | None, table: PublishedEconomy) -> tuple[PublishedEconomy, ...]:
    """The table of the first year that the dataset holds, before the study's own; none where that shows no change.

    It carries the study's extensions where they reach back as far, else none: what is missing has no change.
    """
    if study.economy == STARTER or _SECTION not in study.sections or len(table.x) > _LARGEST:
        return ()
    from kaldor.atlas.store import Store as TheStore

    shelf = store or TheStore()
    before = [year for year in shelf.info(study.economy).years if year < study.year]
    if not before:
        return ()
    try:
        return (open_table(study.economy, min(before), study.extensions, store=shelf),)
    except KaldorError:  # an extension of fewer years
        return (open_table(study.economy, min(before), store=shelf),)
