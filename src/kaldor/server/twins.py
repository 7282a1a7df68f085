"""Economies prepared once and kept for the next request: a few of the last used, within a budget of memory."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from threading import Lock

from kaldor.atlas.published import PublishedEconomy
from kaldor.atlas.store import Store
from kaldor.economy.economy import Economy
from kaldor.economy.opening import STARTER, open_table
from kaldor.errors import Problem, UnknownDatasetError
from kaldor.server.refusals import RefusedError
from kaldor.server.settings import Limits
from kaldor.twin.openings import Tried
from kaldor.twin.responding.respondent import Respondent
from kaldor.twin.state import State
from kaldor.twin.twin import Twin

_ARRAYS_BESIDE_Z = 9
"""What stands beside Z in memory once twins are warm: the factor, and four arrays of images at most for each of two."""


@dataclass(frozen=True, eq=False)
class Prepared:
    """One economy, and its twin as soon as a lever is asked about.

    A twin remembers images of what it has solved and must not be used by two threads at once: take it with `twin()`.
    There are two, so that no slider waits for bands or comparisons; the factor of the table is theirs together, and so
    is who answers where prices respond.
    """

    economy: Economy
    openings: dict[str, Tried] = field(default_factory=dict, repr=False)
    _quick_lock: Lock = field(default_factory=Lock, repr=False)
    _patient_lock: Lock = field(default_factory=Lock, repr=False)

    @contextmanager
    def twin(self, *, patient: bool = False) -> Iterator[tuple[Twin, State]]:
        """A twin and its state before any lever, for this thread alone; `patient` for what takes many runs."""
        with self._patient_lock if patient else self._quick_lock:
            yield self._patient if patient else self._quick

    def own_twin(self) -> Twin:
        """A twin of the caller's own, for work that takes seconds; the factor is shared, so that it costs little."""
        return Twin(self.economy, respondent=self._respondent)

    @cached_property
    def _quick(self) -> tuple[Twin, State]:
        return _with_state(Twin(self.economy, respondent=self._respondent))

    @cached_property
    def _patient(self) -> tuple[Twin, State]:
        return _with_state(Twin(self.economy, respondent=self._respondent))

    @cached_property
    def _respondent(self) -> Respondent:
        return Respondent(self.economy)

    @property
    def megabytes(self) -> float:
        """What it takes of memory, or will with a twin for each kind of question, in MB (10⁶ bytes)."""
        answering = self.__dict__.get("_respondent")
        return _megabytes(self.economy.n) + (answering.megabytes if answering else 0.0)


_Key = tuple[str, int, tuple[str, ...], tuple[object, ...]]


class Twins:
    """Prepared economies by dataset, year and attached extensions; the least recently used go first."""

    def __init__(self, store: Store, limits: Limits) -> None:
        self._store, self._limits = store, limits
        self._kept: OrderedDict[_Key, Prepared] = OrderedDict()
        self._lock = Lock()
        self._making: dict[_Key, Lock] = {}

    def get(self, dataset: str, year: int, extensions: Sequence[str] = ()) -> Prepared:
        """The economy, read if it is not there or was replaced in the store.

        Raises UnknownDatasetError; InputError for a year or extension that does not fit; RefusedError (413) where it
        would not fit into the server's memory.
        """
        named = () if dataset == STARTER else (dataset, *extensions)
        key = (dataset, year, tuple(extensions), tuple(self._stamp(id) for id in named))
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                self._let_go()  # what answers where prices respond grows with what is asked
                return self._kept[key]
            making = self._making.setdefault(key, Lock())
        with making:  # whoever asks for the same economy meanwhile waits, whoever asks for another does not
            with self._lock:
                if key in self._kept:
                    return self._kept[key]
            try:
                prepared = Prepared(Economy.from_published(self._read(dataset, year, extensions)))
                with self._lock:
                    self._keep(key, prepared)
                return prepared
            finally:
                with self._lock:
                    self._making.pop(key, None)

    def forget(self, dataset: str) -> None:
        """Let go of everything read from a dataset."""
        with self._lock:
            for key in [key for key in self._kept if dataset == key[0] or dataset in key[2]]:
                del self._kept[key]

    def _read(self, dataset: str, year: int, extensions: Sequence[str]) -> PublishedEconomy:
        if dataset != STARTER:
            counts = self._store.info(dataset).counts
            self._refuse_too_large(dataset, counts.get("regions", 0) * counts.get("sectors", 0))
        return open_table(dataset, year, extensions, store=self._store)

    def _refuse_too_large(self, dataset: str, n: int) -> None:
        needed, allowed = _megabytes(n), self._limits.economies_mb
        if needed > allowed:
            what = f"needs about {needed:,.0f} MB of memory; this server keeps {allowed:,.0f} MB for economies."
            remedy = "Ask its owner to raise the limit economies_mb, or aggregate the table."
            raise RefusedError(413, Problem(f"dataset '{dataset}'", what, remedy))

    def _keep(self, key: _Key, prepared: Prepared) -> None:
        # An economy that was replaced in the store has another stamp; its old self goes at once.
        for old in [old for old in self._kept if old[:3] == key[:3]]:
            del self._kept[old]
        self._kept[key] = prepared
        self._let_go()

    def _let_go(self) -> None:
        while len(self._kept) > 1 and (len(self._kept) > self._limits.economies or self._too_much()):
            self._kept.popitem(last=False)

    def _too_much(self) -> bool:
        return sum(kept.megabytes for kept in self._kept.values()) > self._limits.economies_mb

    def _stamp(self, dataset: str) -> object:
        """What changes when a dataset is replaced: its manifest's time and size. Cheap, since it is asked often."""
        if "/" in dataset or dataset.startswith("."):
            raise UnknownDatasetError(dataset, [one.id for one in self._store.datasets()])
        try:
            found = _manifest(self._store, dataset).stat()
        except (OSError, ValueError):
            return self._store.info(dataset).content_hash  # raises UnknownDatasetError with the line that adds it
        return (found.st_mtime_ns, found.st_size, found.st_ino)


def _with_state(twin: Twin) -> tuple[Twin, State]:
    return twin, twin.before()


def _manifest(store: Store, dataset: str) -> Path:
    return store.path / "datasets" / dataset / "manifest.json"


def _megabytes(n: int) -> float:
    return (1 + _ARRAYS_BESIDE_Z) * 8 * n**2 / 1e6
