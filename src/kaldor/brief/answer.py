"""The first page of a brief: what was asked, the answer, who gains and who pays, how sure it is, what is not in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import Field

from kaldor.brief.figure import Identifier, Record, Text


class Entry(Record):
    """One scenario, shock, path or other thing that a study declares: its name, what comes of it, and where."""

    kind: str
    name: str
    text: Text
    section: Identifier


class Lack(Record):
    """Something that the brief cannot say, and the data that would help."""

    what: Text
    data: str


class Answer(Record):
    """The page that a reader in a hurry reads: all that the study asked stands on it."""

    question: str = Field(min_length=1)
    sentences: tuple[Text, ...]
    entries: tuple[Entry, ...] = ()
    picture: str = ""
    """The id of a picture of some section; none where no section draws one."""
    gains: tuple[Text, ...] = ()
    uncertain: tuple[Text, ...] = ()
    lacks: tuple[Lack, ...] = ()

    def texts(self) -> Iterator[Text]:
        """Every text of the page, in reading order."""
        yield from self.sentences
        yield from (entry.text for entry in self.entries)
        yield from self.gains
        yield from self.uncertain
        yield from (lack.what for lack in self.lacks)


@dataclass(frozen=True)
class Said:
    """What one section gives to the first page; `sentences` the most telling first, `picture` by its id."""

    sentences: tuple[Text, ...] = ()
    entries: tuple[Entry, ...] = ()
    picture: str = ""
    gains: tuple[Text, ...] = ()
    uncertain: tuple[Text, ...] = ()
    lacks: tuple[Lack, ...] = ()
