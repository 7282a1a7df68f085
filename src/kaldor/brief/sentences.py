"""The sentences of the first page: templates declared in `sentences.toml`, filled with figures and names."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from kaldor.brief.figure import Figure, Span, Text
from kaldor.brief.ledger import write
from kaldor.declared import DeclaredFile, read_packaged

if TYPE_CHECKING:
    from collections.abc import Mapping


class _File(DeclaredFile):
    sentences: dict[str, str]


@cache
def _templates() -> Mapping[str, str]:
    return read_packaged(_File, "kaldor.brief", "sentences.toml").sentences


def sentence(which: str, /, **values: Figure | str | Span) -> Text:
    """One declared sentence, filled; raises KeyError for a sentence, or a place in it, that is not there."""
    return write(_templates()[which], **values)


def after_the_name(headline: Text) -> Text:
    """A headline that begins with the name of what it is about and a colon, without both."""
    _, colon, *rest = headline
    return (colon.model_copy(update={"text": colon.text.removeprefix(": ")}), *rest)
