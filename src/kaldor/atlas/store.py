"""The store: the datasets of one user, each with its arrays or tables, its manifest and its provenance.

    <store>/datasets/<id>/manifest.json            what makes the dataset exist
    <store>/datasets/<id>/<content>/2009/Z.npy …   arrays of a year, memory-mapped when read
    <store>/datasets/<id>/<content>/*.parquet      labels; the values of extensions and indicators
    <store>/catalogue-<hash>.duckdb                an index of the manifests, made anew when they change

A reader takes no lock: it reads the manifest and then the content folder that the manifest names. A writer makes a
new content folder and replaces the manifest in one step; the old folder goes afterwards.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import platformdirs
from pydantic import ValidationError

from kaldor.atlas import atomic, checking, index, reading, writing
from kaldor.atlas.catalogue import Catalogue, CatalogueSource, is_id
from kaldor.atlas.export import export_dataset
from kaldor.atlas.manifest import Manifest, Provenance
from kaldor.atlas.published import PublishedEconomy
from kaldor.atlas.readers.contents import Contents
from kaldor.errors import InputError, Problem, StoreError, UnknownDatasetError

if TYPE_CHECKING:
    import pandas as pd

LOCK_SECONDS = 600.0
"""How long a writer waits for another one."""

_T = TypeVar("_T")


class Store:
    """The datasets in one folder. Its place: `path`, else the variable KALDOR_STORE, else the user's data folder."""

    def __init__(self, path: Path | None = None) -> None:
        named = os.environ.get("KALDOR_STORE")
        self.path = path or (Path(named).expanduser() if named else platformdirs.user_data_path("kaldor"))

    # -- what is there ---------------------------------------------------------------------------------------------

    def datasets(self) -> list[Manifest]:
        """All datasets, by id. Raises StoreError where a manifest is damaged."""
        if not self._datasets.is_dir():
            return []
        names = sorted(path.name for path in self._datasets.iterdir())
        return [found for name in names if (found := self._manifest(name)) is not None]

    def has(self, id: str) -> bool:
        """Whether the store holds a dataset."""
        return self._manifest(id) is not None

    def info(self, id: str) -> Manifest:
        """What the store knows of a dataset. Raises UnknownDatasetError with the line that would add it."""
        manifest = self._manifest(id)
        if manifest is None:
            raise UnknownDatasetError(id, [dataset.id for dataset in self.datasets()], remedy=how_to_add(id))
        return manifest

    def years(self, id: str) -> tuple[int, ...]:
        """The years of a dataset. Raises UnknownDatasetError."""
        return self.info(id).years

    def extensions_for(self, id: str) -> list[Manifest]:
        """The extension datasets of this store that are in the classification of an economy."""
        wanted = self.info(id).source.classification
        kept = [dataset for dataset in self.datasets() if dataset.kind == "extension"]
        return [dataset for dataset in kept if wanted and dataset.source.classification == wanted]

    @contextmanager
    def catalogue(self) -> Iterator[Any]:
        """An Ibis connection, read-only and the caller's own, on tables of what the store holds.

        `datasets` (one row each), `dataset_years`, `extensions` and `files`. Never share it between threads: call
        this again. Made from the manifests whenever they have changed. Raises StoreError.
        """
        with index.connected(self.path, self.datasets()) as connection:
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
        process keeps writing or the disk refuses.
        """
        if not is_id(id):
            remedy = "Use up to 64 small letters, digits, '_', '.' and '-', the first a letter or digit."
            raise InputError(Problem(f"dataset id '{id}'", "cannot name a folder.", remedy))
        with atomic.writer_lock(self.path, LOCK_SECONDS):
            self._sweep()
            with self._staging() as staging:
                manifest = writing.write_dataset(staging, id, contents, source, provenance, progress)
                self._publish(staging, manifest)
            self._sweep()
        return manifest

    def remove(self, id: str) -> None:
        """Delete a dataset. Raises UnknownDatasetError."""
        self.info(id)
        with atomic.writer_lock(self.path, LOCK_SECONDS):
            atomic.discard(self._datasets / id / "manifest.json")
            self._sweep()

    # -- inside ----------------------------------------------------------------------------------------------------

    @property
    def _datasets(self) -> Path:
        return self.path / "datasets"

    def _manifest(self, id: str) -> Manifest | None:
        if not is_id(id):
            return None
        file = self._datasets / id / "manifest.json"
        try:
            return Manifest.model_validate_json(file.read_bytes())
        except (FileNotFoundError, NotADirectoryError):
            return None
        except ValidationError as error:
            what = f"{file}: damaged, or written by a newer Kaldor ({error.error_count()} wrong entries)."
            raise StoreError(f"{what} Delete the folder {file.parent} and add the dataset again.") from None
        except OSError as error:
            raise StoreError(f"{file}: cannot be read ({error.strerror}).") from None

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
                message = f"dataset '{id}': a stored file is damaged ({error}). See 'kaldor data check {id}'."
                raise StoreError(message) from error

    @contextmanager
    def _staging(self) -> Iterator[Path]:
        """A fresh folder on the store's own disk, gone afterwards if it was not renamed. Needs the writer's lock."""
        try:
            staging = self.path / "staging" / "dataset"
            staging.mkdir(parents=True)
            yield staging
        except OSError as error:
            raise StoreError(f"{self.path}: writing failed ({error.strerror}). Nothing was changed.") from error
        finally:
            atomic.discard(self.path / "staging")

    def _publish(self, staging: Path, manifest: Manifest) -> None:
        folder = self._datasets / manifest.id
        folder.mkdir(parents=True, exist_ok=True)
        atomic.flush(staging)
        if not (folder / manifest.content).exists():
            staging.replace(folder / manifest.content)
            atomic.flush_folder(folder)
        atomic.replace_file(folder / "manifest.json", manifest.model_dump_json(indent=1).encode())

    def _sweep(self) -> None:
        """Delete what no manifest names: old contents and what killed processes left. Needs the writer's lock."""
        atomic.discard(self.path / "staging")
        index.sweep(self.path, self.datasets())
        if not self._datasets.is_dir():
            return
        for folder in self._datasets.iterdir():
            manifest = self._manifest(folder.name)
            kept = {"manifest.json", manifest.content} if manifest else set()
            for path in folder.iterdir() if folder.is_dir() else ():
                if path.name not in kept:
                    atomic.discard(path)
            if not kept:
                atomic.discard(folder)


def how_to_add(id: str) -> str:
    """The line that would bring a dataset into the store, and where its files are to be had."""
    line = f"Add it with: kaldor data add PATH --as {id}"
    catalogue = Catalogue.load()
    if id in catalogue and catalogue.source(id).landing_page:
        source = catalogue.source(id)
        usual = f" (the folder usually called {source.folder})" if source.folder else ""
        return f"{line}{usual}. Files: {source.landing_page}"
    return line
