"""From a study file to a brief."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from kaldor.brief.run import FORMATS, StudyResult, run_study


def study(
    path: str | Path,
    out: str | Path | None = None,
    *,
    store: str | Path | None = None,
    formats: Sequence[str] = FORMATS,
) -> StudyResult:
    """Run a study file: results, lock and brief in the folder `out` (briefs/NAME if none is named).

    The result knows its files, findings and pictures. Raises as `kaldor.brief.run.run_study`.
    """
    from kaldor.atlas.store import Store

    shelf = Store(Path(store)) if store is not None else None
    return run_study(Path(path), shelf, Path(out) if out is not None else None, formats)
