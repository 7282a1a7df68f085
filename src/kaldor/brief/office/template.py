"""A ministry's DOCX file as a template: its page, headers, footers and styles, whatever else is in it."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any, Final

from kaldor.atlas.readers.download import DAMAGE, MOST_TIMES_PACKED
from kaldor.errors import InputError, Problem

STYLES: Final = ("Title", "Subtitle", "Heading 1", "Heading 2", "List Bullet", "Quote", "Caption")
GRID: Final = "Table Grid"
"""The styles that are used, by the names that word processors have for them: of paragraphs, and of tables. One that a
template lacks, or has for something else, is left out."""

EDGE: Final = 2.0  # cm around the text, where no template says otherwise
_MOST_BYTES: Final = 100_000_000  # of all parts, unpacked: a template with many pictures has a tenth
_LEAST_WIDTH: Final = 6.0  # cm of text
_SAVE: Final = "Save it as .docx in your word processor."


def opened_template(template: Path, docx: Any) -> Any:
    """The file without its text, opened by the package `docx`. Raises InputError where it is none that can be used."""
    _refuse_bomb(template)
    try:
        opened = docx.Document(str(template))
        body = opened.element.body
        for child in [one for one in body if not str(one.tag).endswith("}sectPr")]:
            body.remove(child)
        room = _with_a_page(opened)
    except Exception as error:  # an archive, XML or parts that are none of such a file: each says so in its own way
        raise InputError(_none(template, type(error).__name__)) from error
    if room < _LEAST_WIDTH:
        what = f"leaves {room:.1f} cm between its margins; a brief needs {_LEAST_WIDTH:g}."
        raise InputError(Problem(str(template), what, "Set a wider page, or smaller margins."))
    return opened


def usable_styles(file: Any) -> set[str]:
    """The names of the styles that a file has and that are of the kind for which a brief uses them."""
    from docx.enum.style import WD_STYLE_TYPE

    wanted = {**dict.fromkeys(STYLES, WD_STYLE_TYPE.PARAGRAPH), GRID: WD_STYLE_TYPE.TABLE}
    return {style.name for style in file.styles if wanted.get(style.name) == style.type}


def _with_a_page(file: Any) -> float:
    """Give a file the page that it does not declare; returns how many cm of text fit between its margins."""
    from docx.shared import Cm

    file.element.body.get_or_add_sectPr()
    page = file.sections[0]
    usual = {"page_width": 21.0, "page_height": 29.7} | {
        f"{side}_margin": EDGE for side in ("left", "right", "top", "bottom")
    }
    for name, size in usual.items():
        if getattr(page, name) is None:
            setattr(page, name, Cm(size))
    return float((page.page_width - page.left_margin - page.right_margin) / Cm(1))


def _refuse_bomb(template: Path) -> None:
    """Raise InputError by the archive's list of contents alone, before anything of it is unpacked."""
    try:
        with zipfile.ZipFile(template) as archive:
            parts = archive.infolist()
    except DAMAGE as error:
        raise InputError(_none(template, type(error).__name__)) from None
    swollen = [one for one in parts if one.file_size > max(2**20, MOST_TIMES_PACKED * one.compress_size)]
    whole = sum(one.file_size for one in parts)
    if swollen or whole > _MOST_BYTES:
        what = f"unpacks to {whole / 1e6:,.0f} MB, as a zip bomb does; at most {_MOST_BYTES / 1e6:g} are read."
        raise InputError(Problem(str(template), what, "Name a template of styles, without its pictures."))


def _none(template: Path, why: str) -> Problem:
    return Problem(str(template), f"is no DOCX file that can be read ({why}).", _SAVE)
