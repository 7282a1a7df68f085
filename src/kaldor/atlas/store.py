"""The store: the datasets of one user, each with its arrays or tables, its manifest and its provenance.

    <store>/kaldor-store.json                      what makes the folder a store (`kaldor.atlas.marker`)
    <store>/datasets/<id>/manifest.json            what makes the dataset exist
    <store>/datasets/<id>/<content>/2009/Z.npy …   arrays of a year, memory-mapped when read
    <store>/datasets/<id>/<content>/*.parquet      labels; the values of extensions and indicators
    <store>/.leftovers                             what a writer is making or taking away (`kaldor.atlas.leftovers`)

A reader takes no lock: it reads the manifest and then the content folder that the manifest names. A writer makes a
new content folder and replaces the manifest in one step; the old folder goes afterwards. It removes only what is
written down as made by Kaldor, and neither writes nor removes anything behind a link.
"""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, TypeVar

import platformdirs

from kaldor.atlas import atomic, checking, index, marker, reading, writing
from kaldor.atlas.catalogue import Catalogue, CatalogueSource, is_id
from kaldor.atlas.export import export_dataset
from kaldor.atlas.ids import id_problem
from kaldor.atlas.leftovers import Leftovers
from kaldor.atlas.manifest import (
    CONTENT,
    FILE,
    Manifest,
    Provenance,
    UnreadableDataset,
    damaged,
    named_files,
    read_manifest,
)
from kaldor.atlas.published import PublishedEconomy
from kaldor.atlas.readers.contents import Contents
from kaldor.errors import InputError, Problem, StoreError, UnknownDatasetError, nearest
from kaldor.unforeseen import refusal

if TYPE_CHECKING:
    import pandas as pd

LOCK_SECONDS = 600.0
"""How long a writer waits for another one."""

_RECORD = ".leftovers"
_T = TypeVar("_T")


@dataclass(frozen=True)
class Listing:
    """What a store holds, each by id: the datasets, and those of which it cannot say what they are."""

    datasets: tuple[Manifest, ...]
    unreadable: tuple[UnreadableDataset, ...]


class Store:
    """The datasets in one folder. Its place: `path`, else the variable KALDOR_STORE, else the user's data folder.

    Every method raises StoreError, and touches nothing, where that folder holds something and is no store of Kaldor's.
    """

    def __init__(self, path: Path | None = None) -> None:
        self.path = path or _usual_place()

    def claim(self) -> None:
        """Make the folder a store, before anything is written into it; a store of version 0.1 is marked as one.

        Raises StoreError where the folder holds something and is no store, or cannot be written.
        """
        marker.claim(self.path)

    def exists(self) -> bool:
        """Whether the folder is a store by now: False where it is absent or empty. Raises StoreError for any other."""
        return marker.standing(self.path) != "free"

    # -- what is there ---------------------------------------------------------------------------------------------

    def listing(self) -> Listing:
        """All datasets, and those that cannot be read, with the reason and what to do. One never blocks the rest."""
        if not self.exists():
            return Listing((), ())
        found = [self._entry(name) for name in sorted(self._names())]
        return Listing(
            tuple(one for one in found if isinstance(one, Manifest)),
            tuple(one for one in found if isinstance(one, UnreadableDataset)),
        )

    def datasets(self) -> list[Manifest]:
        """All datasets that can be read, by id; `listing` names the others."""
        return list(self.listing().datasets)

    def has(self, id: str) -> bool:
        """Whether the store holds a dataset, readable or not."""
        return self._found(id) is not None

    def info(self, id: str) -> Manifest:
        """What the store knows of a dataset.

        Raises UnknownDatasetError with the line that would add it; StoreError where it cannot be read, with why.
        """
        found = self._found(id)
        if isinstance(found, UnreadableDataset):
            raise StoreError(str(found))
        if found is None:
            raise unknown_dataset(id, [dataset.id for dataset in self.datasets()])
        return found

    def years(self, id: str) -> tuple[int, ...]:
        """The years of a dataset. Raises UnknownDatasetError."""
        return self.info(id).years

    @contextmanager
    def catalogue(self) -> Iterator[Any]:
        """An Ibis connection of the caller's own on tables of what the store holds.

        `datasets` (one row each), `dataset_years`, `extensions` and `files`. Never share it between threads: call
        this again. Made from the manifests each time, in memory. Raises StoreError.
        """
        with index.connected(self.datasets()) as connection:
            yield connection

    # -- reading ---------------------------------------------------------------------------------------------------

    def economy(self, id: str, year: int, extensions: Sequence[str] = ()) -> PublishedEconomy:
        """One year of an economy as published, its arrays memory-mapped and read-only.

        Extensions that the dataset itself holds are always there; `extensions` are ids of extension datasets to
        attach, by region code and sector code. Raises UnknownDatasetError; InputError where the dataset is no
        economy, a year is missing or labels do not meet.
        """
        table = self._whole(id, lambda manifest, folder: reading.economy(manifest, folder, year))
        for extension in extensions:
            table = self._whole(extension, partial(reading.with_extension, table))
        return table

    def indicators(self, id: str) -> pd.DataFrame:
        """A long table of indicators: indicator, region, year, value, unit, sector, status, source.

        Raises UnknownDatasetError, and InputError where the dataset is of another kind.
        """
        return self._whole(id, reading.indicators)

    def extension(self, id: str) -> pd.DataFrame:
        """The long table of an extension dataset: region, sector ("" for final users' own), year, value.

        Before them `extension`, the id, where the dataset holds several.

        Raises UnknownDatasetError, and InputError where the dataset is of another kind.
        """
        return self._whole(id, reading.extension)

    def codes(self, id: str) -> pd.DataFrame:
        """A list of codes: code, name, parent ("" at the top), level (1 at the top).

        Raises UnknownDatasetError, and InputError where the dataset is of another kind.
        """
        return self._whole(id, reading.codes)

    def check(self, id: str) -> list[Problem]:
        """What is wrong with a dataset as stored: files missing, changed or foreign, shapes that do not fit labels.

        An empty list means that every byte is as it was written. Raises UnknownDatasetError.
        """
        manifest = self.info(id)
        problems = checking.check(manifest, self._datasets / id / manifest.content)
        return problems if self.info(id) == manifest else self.check(id)  # a writer replaced it meanwhile

    def balance(self, id: str, year: int) -> checking.Balance:
        """How well one year of an economy balances, and what an analysis of it must bear in mind.

        Raises as `economy` does.
        """
        return checking.balance(self.economy(id, year))

    def export(self, id: str, folder: Path) -> list[Path]:
        """Write a dataset in Kaldor's plain layout into a new or empty folder; adding that gives the same dataset.

        Returns the files written. Raises UnknownDatasetError; InputError where the folder holds something.
        """
        return self._whole(id, lambda manifest, content: export_dataset(manifest, content, folder))

    # -- writing ---------------------------------------------------------------------------------------------------

    def add(
        self,
        id: str,
        contents: Contents,
        source: CatalogueSource,
        provenance: Provenance,
        progress: writing.Progress | None = None,
    ) -> Manifest:
        """Write a dataset, in place of one with the same id; readers see the old one until the new one is whole.

        Raises InputError with all problems of the contents, and then nothing has changed; StoreError where another
        process keeps writing, the disk refuses or a link leads elsewhere.
        """
        if problem := id_problem(id):
            raise InputError(problem)
        with self._writing() as leftovers:
            self._refuse_strange(id)
            try:
                staging = leftovers.note(f".staging-{secrets.token_hex(8)}")
                (staging / "content").mkdir(parents=True)
                manifest = writing.write_dataset(staging / "content", id, contents, source, provenance, progress)
                self._publish(staging, manifest, leftovers)
            except OSError as error:
                said, remedy = refusal(error)
                raise StoreError(f"{self.path}: writing failed ({said}). Nothing was changed. {remedy}") from error
        return manifest

    def remove(self, id: str) -> tuple[str, ...]:
        """Delete a dataset, also one that cannot be read: what is known to be Kaldor's of it, and nothing else.

        Returns the names, below the store, of what stays since Kaldor did not write it. Raises UnknownDatasetError;
        StoreError where another process keeps writing, the disk refuses or a link leads elsewhere.
        """
        if self._found(id) is None:
            self.info(id)
        folder = self._datasets / id
        with self._writing() as leftovers:
            self._refuse_strange(id)
            try:
                self._note_contents(id, leftovers)
                leftovers.note(f"datasets/{id}", files=())
                (folder / FILE).unlink(missing_ok=True)
                atomic.flush_folder(folder)
            except OSError as error:
                said, remedy = refusal(error)
                raise StoreError(f"{folder}: cannot be removed ({said}). {remedy}") from error
        return tuple(
            sorted(
                PurePosixPath(place, name).relative_to(self.path.as_posix()).as_posix()
                for place, folders, names in os.walk(folder)
                for name in (*names, *(one for one in folders if Path(place, one).is_symlink()))
            )
        )

    def tidy(self) -> None:
        """Clear what killed writers left. Where another process is writing nothing is done: it does so itself."""
        with suppress(StoreError), self._writing(wait=0):
            pass

    # -- inside ----------------------------------------------------------------------------------------------------

    @property
    def _datasets(self) -> Path:
        return self.path / "datasets"

    def _names(self) -> list[str]:
        try:
            return [folder.name for folder in self._datasets.iterdir()]
        except (FileNotFoundError, NotADirectoryError):
            return []
        except OSError as error:
            raise StoreError(f"{self._datasets}: cannot be read ({error.strerror}).") from None

    def _found(self, id: str) -> Manifest | UnreadableDataset | None:
        """What is there under an id, in a folder that is a store."""
        return self._entry(id) if self.exists() else None

    def _entry(self, id: str) -> Manifest | UnreadableDataset | None:
        """What a folder holds, or why it cannot be read; None where it is no dataset's."""
        if not is_id(id):
            return None
        folder = self._datasets / id
        found = read_manifest(folder)
        if found is None and _contents(folder) and not self._in_hand(id):
            # Only now is it certain: a writer that was at work has either noted the content or is done with it.
            found = read_manifest(folder)
            if found is None and _contents(folder):
                return damaged(id, f"{FILE} is missing")
        return found

    def _in_hand(self, id: str) -> bool:
        """Whether a dataset is just being made or removed, or was when a process was killed."""
        names = Leftovers(self.path, _RECORD).names()
        return any(PurePosixPath(name).parts[:2] == ("datasets", id) for name in names)

    def _whole(self, id: str, read: Callable[[Manifest, Path], _T]) -> _T:
        """Read a dataset by its manifest; again where a writer replaced it in between, however often."""
        manifest = self.info(id)
        while True:
            try:
                return read(manifest, self._datasets / id / manifest.content)
            except FileNotFoundError as error:
                newer = self.info(id)
                if newer.content == manifest.content:
                    where = error.filename or manifest.content
                    raise StoreError(f"{where}: missing from the store. See 'kaldor data check {id}'.") from None
                manifest = newer
            except (ValueError, EOFError, KeyError) as error:  # what numpy and Arrow say of a file that is not whole
                message = f"dataset '{id}': a stored file is damaged. See 'kaldor data check {id}'."
                raise StoreError(message) from error

    @contextmanager
    def _writing(self, wait: float | None = None) -> Iterator[Leftovers]:
        """The writer's lock and record; what is noted in it and no manifest names is gone before and afterwards."""
        self.claim()
        with atomic.writer_lock(self.path, LOCK_SECONDS if wait is None else wait):
            leftovers = Leftovers(self.path, _RECORD)
            leftovers.clear(self._is_live)
            try:
                yield leftovers
            finally:
                leftovers.clear(self._is_live)

    def _is_live(self, name: str) -> bool:
        """Whether a noted name is a content folder that a manifest names, or might, since it cannot be read."""
        match PurePosixPath(name).parts:
            case ("datasets", id, content):
                found = read_manifest(self._datasets / id)
                return found.content == content if isinstance(found, Manifest) else found is not None
        return False

    def _publish(self, staging: Path, manifest: Manifest, leftovers: Leftovers) -> None:
        """Put a new content folder in its place and then the manifest that makes it the dataset."""
        folder = self._datasets / manifest.id
        atomic.write_new(staging / FILE, manifest.model_dump_json(indent=1).encode())
        atomic.flush(staging)
        self._note_contents(manifest.id, leftovers)
        leftovers.note(f"datasets/{manifest.id}", files=())
        content = leftovers.note(f"datasets/{manifest.id}/{manifest.content}", files=tuple(manifest.files))
        folder.mkdir(parents=True, exist_ok=True)
        (staging / "content").replace(content)
        atomic.flush_folder(folder)
        (staging / FILE).replace(folder / FILE)
        atomic.flush_folder(folder)

    def _note_contents(self, id: str, leftovers: Leftovers) -> None:
        """Note what of a dataset goes with its manifest: the files that this names, of one that cannot be read the
        files that are called as Kaldor calls them, in the folders that are.
        """
        folder = self._datasets / id
        named = named_files(folder)
        for content in _contents(folder):
            if named is None:
                there = (path.relative_to(folder / content).as_posix() for path in (folder / content).rglob("*"))
                leftovers.note(f"datasets/{id}/{content}", [file for file in there if writing.WRITTEN.fullmatch(file)])
            elif content == named[0]:
                leftovers.note(f"datasets/{id}/{content}", named[1])

    def _refuse_strange(self, id: str) -> None:
        """Raise StoreError where a dataset's place leads elsewhere, or holds what Kaldor would never make there."""
        folder = self._datasets / id
        for place in (self._datasets, folder, *(folder / content for content in _contents(folder))):
            if place.is_symlink():
                what = f"{place}: is a link. Kaldor neither writes nor removes anything behind one."
                raise StoreError(f"{what} Put the folder itself there, or name another store with KALDOR_STORE.")
        if os.path.lexists(folder / FILE) and not atomic.is_regular(folder / FILE):
            raise StoreError(f"{folder / FILE}: is no file that Kaldor wrote. Move it to another place.")


def _usual_place() -> Path:
    named = os.environ.get("KALDOR_STORE")
    if not named:
        return platformdirs.user_data_path("kaldor")
    try:
        return Path(named).expanduser()
    except RuntimeError as error:
        raise StoreError(f"KALDOR_STORE: '{named}': {error}. Write the folder's whole path.") from None


def _contents(folder: Path) -> list[str]:
    """The content folders in a dataset's folder, by what they are called."""
    try:
        return sorted(one.name for one in folder.iterdir() if re.fullmatch(CONTENT, one.name) and one.is_dir())
    except OSError:
        return []


def unknown_dataset(id: str, known: Iterable[str]) -> UnknownDatasetError:
    """What to say of an id that is none of the known ones: who mistyped one of them has nothing to add."""
    names = tuple(known)
    mistyped = id not in Catalogue.load() and nearest(id, names)
    return UnknownDatasetError(id, names, remedy="" if mistyped else how_to_add(id))


def how_to_add(id: str) -> str:
    """The line that would bring a dataset into the store, and where its files are to be had."""
    line, page = f"Add it with: kaldor data add PATH --as {id}", ", or on the page, under Data"
    catalogue = Catalogue.load()
    if id in catalogue and catalogue.source(id).landing_page:
        source = catalogue.source(id)
        usual = f" (the folder usually called {source.folder})" if source.folder else ""
        return f"{line}{usual}{page}. Files: {source.landing_page}"
    return f"{line}{page}."
