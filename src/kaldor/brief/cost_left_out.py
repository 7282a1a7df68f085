"""What an amount of money leaves out where nobody knows what a lever costs, in the same words in every section."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from kaldor.brief.answer import Lack
from kaldor.brief.figure import Text
from kaldor.brief.ledger import write
from kaldor.brief.sentences import sentence
from kaldor.brief.wording import listing
from kaldor.twin.reach import cost_is_known
from kaldor.twin.twin import Twin

_DATA: Final = "a figure of the added cost with its source, given in a lever of your own"


def without_cost(twin: Twin, acting: Iterable[str]) -> tuple[str, ...]:
    """The titles of those of the acting levers, by id, of which nobody knows what they cost, each once."""
    levers = (twin.levers[lever] for lever in dict.fromkeys(acting))
    return tuple(lever.title for lever in levers if not cost_is_known(lever))


def left_out(titles: Sequence[str]) -> Text:
    """That the cost of these levers is not in an amount, as a clause; empty where there is none.

    Which levers they are stands under what the brief cannot say, and in captions.
    """
    if not titles:
        return ()
    return sentence("cost-of-lever-left-out" if len(titles) == 1 else "cost-of-levers-left-out")


def lack_of_cost(what: Text) -> Lack:
    """That a cost is not known, with the data that would help."""
    return Lack(what=what, data=_DATA)


def left_out_in_words(titles: Sequence[str]) -> str:
    """The same as a sentence at the end of a caption."""
    words = "".join(span.text for span in left_out(titles))
    names = listing([f"“{title}”" for title in titles])
    return f" {words[:1].upper()}{words[1:]}: {names}." if words else ""


def with_what_is_left_out(text: Text, titles: Sequence[str]) -> Text:
    """A text with that clause before its full stop."""
    if not titles:
        return text
    *before, last = text
    kept = last.model_copy(update={"text": last.text.removesuffix(".")})
    return (*before, kept, *write("; "), *left_out(titles), *write("."))
