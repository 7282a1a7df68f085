"""The framework as one object: all its entries, found by id and filtered by what they belong to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeVar

from kaldor.errors import UnknownLabelError
from kaldor.framework.model import Case, Challenge, Debate, Document, Fact, Instrument, Issue, Priority, Sector

T = TypeVar("T", Case, Challenge, Debate, Document, Fact, Instrument, Issue, Priority)


@dataclass(frozen=True)
class Framework:
    """What the challenges are, what is wanted about them, what is disputed, and what has been tried.

    Build one with `load_framework`, which checks that every reference leads somewhere. Each collection maps ids
    to entries: by challenge, public before private, otherwise in the order of the files.
    """

    challenges_by_id: Mapping[str, Challenge]
    issues_by_id: Mapping[str, Issue]
    priorities_by_id: Mapping[str, Priority]
    debates_by_id: Mapping[str, Debate]
    instruments_by_id: Mapping[str, Instrument]
    documents_by_id: Mapping[str, Document]
    cases_by_id: Mapping[str, Case]
    facts_by_id: Mapping[str, Fact]

    @property
    def challenges(self) -> tuple[Challenge, ...]:
        """The grand challenges, by number."""
        return tuple(self.challenges_by_id.values())

    @property
    def instruments(self) -> tuple[Instrument, ...]:
        """Everything that a case can name as what was used."""
        return tuple(self.instruments_by_id.values())

    @property
    def documents(self) -> tuple[Document, ...]:
        """The publications that entries come from."""
        return tuple(self.documents_by_id.values())

    @property
    def facts(self) -> tuple[Fact, ...]:
        """General statistics that may be quoted with their caution."""
        return tuple(self.facts_by_id.values())

    def challenge(self, id: str) -> Challenge:
        """The challenge with this id; UnknownLabelError with the near match otherwise."""
        return _find("challenge", id, self.challenges_by_id)

    def issue(self, id: str) -> Issue:
        """The key issue with this id; UnknownLabelError otherwise."""
        return _find("key issue", id, self.issues_by_id)

    def priority(self, id: str) -> Priority:
        """The priority with this id; UnknownLabelError otherwise."""
        return _find("priority", id, self.priorities_by_id)

    def debate(self, id: str) -> Debate:
        """The debate with this id; UnknownLabelError otherwise."""
        return _find("debate", id, self.debates_by_id)

    def instrument(self, id: str) -> Instrument:
        """The instrument with this id; UnknownLabelError otherwise."""
        return _find("instrument", id, self.instruments_by_id)

    def document(self, id: str) -> Document:
        """The document with this id; UnknownLabelError otherwise."""
        return _find("document", id, self.documents_by_id)

    def case(self, id: str) -> Case:
        """The case with this id; UnknownLabelError otherwise."""
        return _find("case", id, self.cases_by_id)

    def fact(self, id: str) -> Fact:
        """The general statistic with this id; UnknownLabelError otherwise."""
        return _find("fact", id, self.facts_by_id)

    def issues(self, challenge: str | None = None) -> tuple[Issue, ...]:
        """The key issues, of one challenge or of all. Raises UnknownLabelError for a challenge that is not there."""
        self._require(challenge=challenge)
        return tuple(issue for issue in self.issues_by_id.values() if challenge in {None, issue.challenge})

    def priorities(self, challenge: str | None = None, sector: Sector | None = None) -> tuple[Priority, ...]:
        """The priorities, of one challenge and one sector or of all.

        Raises UnknownLabelError for a challenge or sector that is not there.
        """
        self._require(challenge=challenge)
        if sector is not None and sector not in {"public", "private"}:
            raise UnknownLabelError("sector", sector, ("public", "private"))
        return tuple(
            priority
            for priority in self.priorities_by_id.values()
            if challenge in {None, priority.challenge} and sector in {None, priority.sector}
        )

    def debates(self, challenge: str | None = None) -> tuple[Debate, ...]:
        """The debates, of one challenge or of all. Raises UnknownLabelError for a challenge that is not there."""
        self._require(challenge=challenge)
        return tuple(debate for debate in self.debates_by_id.values() if challenge in {None, debate.challenge})

    def cases(
        self,
        challenge: str | None = None,
        priority: str | None = None,
        instrument: str | None = None,
        *,
        debate: str | None = None,
    ) -> tuple[Case, ...]:
        """The cases that answer a challenge, bear on a priority or debate, and use an instrument; all by default.

        A case belongs to one challenge, yet its priorities may be those of another: ask by priority to find it.
        Raises UnknownLabelError for an id that is not there.
        """
        self._require(challenge=challenge, priority=priority, instrument=instrument, debate=debate)
        return tuple(
            case
            for case in self.cases_by_id.values()
            if challenge in {None, case.challenge}
            and (priority is None or priority in case.priorities)
            and (instrument is None or instrument in case.instruments)
            and (debate is None or debate in case.debates)
        )

    def _require(
        self,
        *,
        challenge: str | None = None,
        priority: str | None = None,
        instrument: str | None = None,
        debate: str | None = None,
    ) -> None:
        # A filter on a mistyped id must not look like an empty answer.
        if challenge is not None:
            self.challenge(challenge)
        if priority is not None:
            self.priority(priority)
        if instrument is not None:
            self.instrument(instrument)
        if debate is not None:
            self.debate(debate)


def by_id(entries: Iterable[T]) -> Mapping[str, T]:
    """Entries under their ids, in the order given, not to be changed afterwards."""
    return MappingProxyType({entry.id: entry for entry in entries})


def _find(kind: str, id: str, entries: Mapping[str, T]) -> T:
    if id not in entries:
        raise UnknownLabelError(kind, id, entries)
    return entries[id]
