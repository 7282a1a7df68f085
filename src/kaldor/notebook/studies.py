"""From a study file to a brief."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from kaldor.brief.formats import USUAL
from kaldor.brief.run import StudyResult, run_study


def study(
    path: str | Path,
    out: str | Path | None = None,
    *,
    store: str | Path | None = None,
    formats: Sequence[str] = USUAL,
    short: bool = False,
    template: str | Path | None = None,
) -> StudyResult:
    """Run a study file: results, lock and brief in the folder `out` (briefs/NAME if none is named).

    The result knows its files, findings and pictures. Raises as `kaldor.brief.run.run_study`.
    """
    from kaldor.atlas.store import Store

    shelf = Store(Path(store)) if store is not None else None
    folder, styles = (Path(one) if one is not None else None for one in (out, template))
    return run_study(Path(path), shelf, folder, formats, short=short, template=styles)
