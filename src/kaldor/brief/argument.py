"""What of a brief is its argument, in at most six pages, and what stands in the annex.

Each section argues with its first words and the pictures or tables that it names, or the first two that are not long.
Where all of that is more than six pages hold, the last of each section give way, those of the longest section first,
and in the end whole sections that show nothing of what the study declares.
Heights are estimated from rows and letters, in the type of the printed brief; a test holds them against its pages.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import islice
from typing import Final

from kaldor.brief.context import Part
from kaldor.brief.document import Block, Bullets, Chart, Note, Paragraph, Section, Span, Table, Text

_PAGES: Final = 6
_PAGE: Final = 23.6  # cm of a page that blocks fill, their gaps included
_FILLED: Final = 0.95  # of which that much holds something: a picture goes on the next page whole
_SHOWN: Final = 2  # pictures and tables of a section that names none
_LONG: Final = 14  # rows; a longer table, and a paragraph of more letters, is for the annex
_MANY_LETTERS: Final = 900
_LINE: Final = 0.56  # cm of running text
_LETTERS: Final = 104  # in such a line
_ROW: Final = 0.42  # cm of a table


def argued(parts: Sequence[Part]) -> tuple[Section, ...]:
    """The sections of a brief with every block outside the argument marked as one of the annex."""
    kept = [_leading(part) for part in parts]
    while _height(kept) > _PAGES * _PAGE * _FILLED:
        if several := [blocks for blocks in kept if sum(map(_is_shown, blocks)) > 1]:
            max(several, key=_tall).pop()
        elif standing := [blocks for part, blocks in zip(parts, kept, strict=True) if blocks and not part.said.entries]:
            max(standing, key=_tall).clear()
        else:
            break
    return tuple(_marked(part, blocks) for part, blocks in zip(parts, kept, strict=True))


def _marked(part: Part, kept: Sequence[Block]) -> Section:
    """The section; where its own words are for the annex, it begins with what it says on the first page."""
    section = part.section
    words = [text for text in part.said.sentences or ((part.finding.text,) if part.finding else ()) if text]
    opening = () if not kept or isinstance(kept[0], Paragraph | Note) or not words else (_joined(words),)
    blocks = tuple(
        block.model_copy(update={"annex": not any(block is one for one in kept)}) for block in section.blocks
    )
    return section.model_copy(update={"blocks": (*opening, *blocks)})


def _joined(texts: Sequence[Text]) -> Paragraph:
    return Paragraph(text=tuple(span for number, text in enumerate(texts) for span in (*_gap(number), *text)))


def _gap(number: int) -> Text:
    return (Span(text=" "),) if number else ()


def _leading(part: Part) -> list[Block]:
    """The blocks that argue a section, the one to give way first last."""
    blocks = part.section.blocks
    words = [block for block in blocks if isinstance(block, Paragraph)][:1]
    notes = (
        [block for block in blocks if isinstance(block, Note) and block.tone == "missing"] if len(blocks) == 1 else []
    )
    chosen: list[Block]
    if part.leading is not None:
        chosen = [block for one in part.leading for block in blocks if block is one or _id(block) == one]
    else:
        short = (block for block in blocks if isinstance(block, Chart | Table) and len(block.rows) <= _LONG)
        chosen = list(islice(short, _SHOWN))
    return [*notes, *(block for block in words if _letters(block) <= _MANY_LETTERS), *chosen]


def _is_shown(block: Block) -> bool:
    return isinstance(block, Chart | Table)


def _id(block: Block) -> str | None:
    return block.id if isinstance(block, Chart | Table) else None


def _height(kept: Sequence[Sequence[Block]]) -> float:
    return sum(2.0 + _tall(blocks) for blocks in kept if blocks)


def _tall(blocks: Sequence[Block]) -> float:
    return sum(height(block) for block in blocks)


def height(block: Block) -> float:
    """About how many centimetres a block takes on paper."""
    if isinstance(block, Chart):
        listed = sum(row.listed for row in block.rows)
        if block.form == "tiles":
            return 12.0 + _ROW * listed
        drawn = 6.6 if block.form in ("lines", "fan") else 2.3 + 0.72 * len(block.rows)
        beside = 1.0 + _ROW * listed
        return 2.0 + (drawn * 1.5 + beside if block.wide else max(drawn, beside))
    if isinstance(block, Table):
        return 2.4 + _ROW * sum(_lines_of(block, row) for row in range(len(block.rows)))
    return 0.4 + _LINE * math.ceil(_letters(block) / _LETTERS) + (1.2 if isinstance(block, Note) else 0.0)


def _lines_of(table: Table, row: int) -> int:
    """Lines of a row whose texts share the width of the page."""
    texts = [len(cell.text) for cell in table.rows[row]]
    return max(1, math.ceil(sum(texts) / 110))


def _letters(block: Paragraph | Note | Bullets) -> int:
    texts = block.items if isinstance(block, Bullets) else (block.text,)
    return sum(
        max(_LETTERS if isinstance(block, Bullets) else 0, sum(len(span.text) for span in text)) for text in texts
    )
