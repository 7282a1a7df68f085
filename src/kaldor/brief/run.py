"""Run a study: from its file and the store to a folder with results, lock and brief.

The folder appears whole or not at all, in the place of an older one (see `replacing`). The same study on the same data
gives the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from kaldor import __version__
from kaldor.atlas import atomic
from kaldor.atlas.classifications import classification, is_classification
from kaldor.brief.assemble import Progress, assemble
from kaldor.brief.context import Context
from kaldor.brief.document import Document
from kaldor.brief.formats import USUAL, check_formats, template_hash, write_brief
from kaldor.brief.ledger import Ledger
from kaldor.brief.lock import lock_of
from kaldor.brief.made import BRIEFS, LOCK, RECORD, RESULTS, checked, record
from kaldor.brief.past import first_year
from kaldor.brief.picture import Picture, chosen, pictures_of
from kaldor.brief.replacing import new_folder
from kaldor.brief.sections import keys, sections
from kaldor.brief.strangers import link_or_copy
from kaldor.brief.study import STARTER, Study, read_study
from kaldor.economy.cautions import unpublished
from kaldor.economy.economy import Economy
from kaldor.economy.labelled import Shown
from kaldor.economy.opening import open_table
from kaldor.errors import InputError, Problem, StoreError, UnknownLabelError
from kaldor.framework import load_framework
from kaldor.unforeseen import refusal

if TYPE_CHECKING:
    import pandas as pd

    from kaldor.atlas.published import PublishedEconomy
    from kaldor.atlas.store import Store
    from kaldor.atlas.territorial import Territorial

_ABOUT_STEPS: Final = 3  # reading, solving and writing, beside one step a section


@dataclass(frozen=True, repr=False)
class StudyResult(Shown):
    """What a run wrote: the folder, its files by format, and the document itself.

    `earlier` names briefs in the folder that an earlier run made of other inputs, and this one left as they were.
    """

    folder: Path
    files: Mapping[str, Path]
    document: Document
    fingerprint: str
    earlier: tuple[str, ...] = ()

    def in_a_line(self) -> str:
        """Which brief, and where it is."""
        return f"{self.document.title}: {len(self.findings)} findings, {len(self.pictures)} pictures, in {self.folder}"

    @property
    def findings(self) -> tuple[str, ...]:
        """The lines of the first page."""
        return tuple("".join(span.text for span in finding.text) for finding in self.document.findings)

    @property
    def pictures(self) -> Mapping[str, Picture]:
        """Every picture of the brief by its id."""
        return pictures_of(self.document)

    def plot(self, picture: str | None = None) -> Picture:
        """One picture by its id, the first where none is named. Raises UnknownLabelError with the near match."""
        return chosen(self.pictures, picture)


def run_study(
    study_path: Path,
    store: Store | None = None,
    out: Path | None = None,
    formats: Sequence[str] = USUAL,
    progress: Progress | None = None,
    *,
    short: bool = False,
    template: Path | None = None,
) -> StudyResult:
    """Make the brief of a study file in the folder `out` (default: briefs/NAME beside the caller).

    `brief.json`, the results and the lock are always written; `formats` chooses among "html", "pdf", "docx" and "pptx"
    beside it. `short` leaves the annex out, as the study's own key does; `template` is a DOCX file whose styles the
    text wears.
    In `out` only files that earlier runs made are replaced or removed; everything else stays. Raises InputError for a
    bad study, or an `out` that no run made or that has a file of the user's where one would be made;
    UnknownDatasetError with the line that would add the dataset; UnknownLabelError for a country that the economy does
    not have.
    """
    check_formats(formats)
    read = read_study(study_path)
    study = read.study.model_copy(update={"short": True}) if short else read.study
    included = {**read.included, **template_hash(template, formats)}
    folder = (out or Path("briefs") / study_path.stem).absolute()
    checked(folder, _names(formats))  # before any work
    steps = _Steps(progress, len(study.sections) + _ABOUT_STEPS)

    steps("reading data")
    data = _read(study, store, study_path.name)
    _check_places(study, data.table, study_path.name)
    earlier = _earlier(study, store, study_path.name)
    past = first_year(study, store, data.table)
    inventories = _inventories(study, store, data.table.year)
    lock = lock_of(
        study_path.name,
        read.text,
        data.table,
        data.datasets,
        included,
        study.seeds(),
        (*((earlier,) if earlier is not None else ()), *past),
        {one.dataset: one.content_hash for one in inventories},
    )
    economy = Economy.from_published(data.table)
    context = Context(
        study,
        economy,
        load_framework(),
        Ledger(),
        data.datasets,
        data.short_names,
        Economy.from_published(earlier) if earlier is not None else None,
        {one.year: Economy.from_published(one) for one in past},
        inventories,
    )
    made_with = f"Made with Kaldor {__version__} from {study_path.name}; lock {lock['fingerprint'][:12]}."
    notes = tuple(dict.fromkeys((*data.notes, *economy.notes, *unpublished(economy, economy.extensions))))
    document, results = assemble(context, notes, made_with, lambda what, _done, _all: steps(what))
    steps("writing the brief")
    left = _write(folder, document, results, lock, formats, template)
    steps("done")
    files = {kind: folder / name for kind, name in _briefs(formats).items()}
    return StudyResult(folder, files, document, str(lock["fingerprint"]), left)


class _Steps:
    """Counts steps for a caller that shows progress, if there is one."""

    def __init__(self, progress: Progress | None, total: int) -> None:
        self._progress, self._total, self._done = progress, total, 0

    def __call__(self, what: str) -> None:
        if self._progress:
            self._progress(what, self._done, self._total)
        self._done += 1


@dataclass(frozen=True)
class _Data:
    """What a study reads: the table with its extensions, the datasets' notes, and which dataset holds what."""

    table: PublishedEconomy
    notes: tuple[str, ...]
    datasets: Mapping[str, str]
    short_names: Mapping[str, str]


def _read(study: Study, store: Store | None, file: str) -> _Data:
    table = open_table(study.economy, study.year, study.extensions, store=store, named_in=file)
    datasets = {"economy": study.economy, **{extension.id: study.economy for extension in table.extensions}}
    if study.economy == STARTER:
        return _Data(table, table.notes, datasets, {})
    shelf = store or _usual_store()
    datasets |= {entry.id: name for name in study.extensions for entry in shelf.info(name).extensions}
    more = [note for name in study.extensions for note in _notes_of(shelf, name)]
    return _Data(table, (*table.notes, *more), datasets, _short_names(shelf, study.economy))


def _usual_store() -> Store:
    from kaldor.atlas.store import Store as TheStore

    return TheStore()


def _earlier(study: Study, store: Store | None, file: str) -> PublishedEconomy | None:
    """The table of the year that the study compares with, if a section asks for it."""
    asked = [one.earlier for one in sections().values() if one.earlier is not None and one.id in study.sections]
    key = next((key for key in asked if study.of(key) is not None), None)
    year = study.of(key) if key is not None else None
    if key is None or year is None:
        return None
    if study.economy == STARTER:
        raise InputError(Problem(f"{file}, {key.name}", "the starter world holds one year only.", "Leave it out."))
    return open_table(study.economy, year, study.extensions, store=store)


def _inventories(study: Study, store: Store | None, year: int) -> tuple[Territorial, ...]:
    """Emissions on the territory of the countries that the brief shows, where the store holds some."""
    from kaldor.atlas.territorial import territorial

    if "accounts" not in study.sections:
        return ()
    try:
        return territorial(store or _usual_store(), study.emissions, year, (study.country, *study.peers))
    except StoreError:
        if study.economy == STARTER:  # which needs no store
            return ()
        raise


def _short_names(shelf: Store, dataset: str) -> Mapping[str, str]:
    """Short names of the sectors, where the dataset's classification is one that Kaldor declares."""
    declared = shelf.info(dataset).source.classification
    if not declared or not is_classification(declared):
        return {}
    return {sector.code: sector.name for sector in classification(declared).sectors}


def _notes_of(shelf: Store, dataset: str) -> tuple[str, ...]:
    source = shelf.info(dataset).source
    return (*source.notes, *source.known_issues)


def _check_places(study: Study, table: PublishedEconomy, file: str) -> None:
    for key, code in [("country", study.country), *(("peers", code) for code in study.peers)]:
        if code not in table.regions:
            where, remedy = f"{file}, {key}", f"The economy {study.economy} does not show it by itself."
            raise UnknownLabelError("region", code, table.regions, where=where, remedy=remedy)
    _check_industries(study, table, file)


def _check_industries(study: Study, table: PublishedEconomy, file: str) -> None:
    """Industries, groups and regions that sections take as the table names them must be in it."""
    known = {"sector": (*table.sectors, *table.sector_groups), "region": table.regions}
    words = {"sector": "sector or group"}
    for key in keys().values():
        for place, kind, name in key.exact_names(study.of(key)):
            if kind in known and name not in known[kind]:
                raise UnknownLabelError(words.get(kind, kind), name, known[kind], where=f"{file}, {place}")


def _write(
    folder: Path,
    document: Document,
    results: Mapping[str, pd.DataFrame],
    lock: dict[str, Any],
    formats: Sequence[str],
    template: Path | None,
) -> tuple[str, ...]:
    """Put a new brief in the folder; returns the briefs in it that an earlier run made of other inputs."""
    fingerprint = str(lock["fingerprint"])
    try:
        with new_folder(folder) as staging:
            earlier = checked(folder, [*_names(formats), *(f"results/{name}.parquet" for name in results)])
            write_brief(staging, document, formats, template)
            _write_results(staging, document, results)
            (staging / LOCK).write_text(_json(lock), encoding="utf-8")
            left = {name: made for name, made in earlier.items() if name in _others(formats)}
            record(staging, fingerprint, left)
            atomic.flush(staging)
            for name in left:
                link_or_copy(folder / name, staging / name)
    except OSError as error:
        what = f"cannot be written ({refusal(error)[0]})."
        raise InputError(Problem(str(folder), what, "Name another folder with --out; nothing was changed.")) from error
    return tuple(name for name, made in left.items() if made.fingerprint != fingerprint)


def _names(formats: Sequence[str]) -> tuple[str, ...]:
    """The files that every run makes, and those of the formats asked for."""
    return (RECORD, LOCK, RESULTS, *_briefs(formats).values())


def _others(formats: Sequence[str]) -> set[str]:
    """Briefs of the formats that were not asked for."""
    return {*BRIEFS.values()} - {*_briefs(formats).values()}


def _briefs(formats: Sequence[str]) -> dict[str, str]:
    return {kind: name for kind, name in BRIEFS.items() if kind == "json" or kind in formats}


def _write_results(staging: Path, document: Document, results: Mapping[str, pd.DataFrame]) -> None:
    folder = staging / "results"
    folder.mkdir()
    tables = {}
    for name, frame in results.items():
        flat = frame.reset_index()
        flat.to_parquet(folder / f"{name}.parquet", index=False)
        about = {key: value for key, value in frame.attrs.items() if isinstance(value, str) or key == "units"}
        tables[name] = {
            "file": f"results/{name}.parquet",
            "rows": len(flat),
            "columns": list(map(str, flat.columns)),
            **about,
        }
    content = {
        "country": document.country,
        "year": document.year,
        "status": document.status,
        "tables": tables,
        "figures": [figure.model_dump(mode="json") for figure in document.figures],
    }
    (staging / RESULTS).write_text(_json(content), encoding="utf-8")


def _json(content: Any) -> str:
    return json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
