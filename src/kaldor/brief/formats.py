"""The files that a brief is written as, all from the same document, and what decides them beside it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from kaldor.brief.document import Document
from kaldor.brief.made import BRIEFS
from kaldor.errors import InputError, Problem
from kaldor.unforeseen import refusal

FORMATS: Final[tuple[str, ...]] = tuple(BRIEFS)
USUAL: Final[tuple[str, ...]] = ("html", "pdf", "json")
"""What a run writes where nobody says; the office formats are for those who ask."""
_WRITTEN_BY: Final = {"docx": "docx", "pptx": "pptx"}  # the packages of the extra `office`, by what they write


def writable() -> tuple[str, ...]:
    """The formats that can be written here: all of them, less those whose package is not installed."""
    return tuple(name for name in FORMATS if name not in _WRITTEN_BY or find_spec(_WRITTEN_BY[name]) is not None)


def check_formats(formats: Sequence[str]) -> None:
    """Raises InputError that names every format that is none."""
    unknown = [
        Problem("format", f"'{name}' is not one.", f"Use {', '.join(FORMATS)}.")
        for name in formats
        if name not in FORMATS
    ]
    if unknown:
        raise InputError(unknown)


def template_hash(template: Path | None, formats: Sequence[str]) -> dict[str, str]:
    """What decides a brief beside its study: the hash of a template of styles, by name. Raises InputError."""
    if template is None:
        return {}
    if "docx" not in formats:
        remedy = "Ask for that format too (--format docx), or leave the template out."
        raise InputError(Problem(str(template), "is a template for DOCX, which is not asked for.", remedy))
    try:
        return {f"template {template.name}": hashlib.sha256(template.read_bytes()).hexdigest()}
    except OSError as error:
        raise InputError(
            Problem(str(template), f"cannot be read ({refusal(error)[0]}).", "Name a DOCX file.")
        ) from None


def write_brief(staging: Path, document: Document, formats: Sequence[str], template: Path | None) -> None:
    """Write the document to a folder as JSON, and from what was written each format that is asked for."""
    from kaldor.brief.html import to_html
    from kaldor.brief.print import to_pdf

    (staging / BRIEFS["json"]).write_text(document.model_dump_json(indent=1) + "\n", encoding="utf-8")
    # Both are made from what was written, so that the JSON is all that a reader needs to make them again.
    again = Document.model_validate_json((staging / BRIEFS["json"]).read_text("utf-8"))
    if "html" in formats:
        (staging / BRIEFS["html"]).write_text(to_html(again), encoding="utf-8")
    if "pdf" in formats:
        (staging / BRIEFS["pdf"]).write_bytes(to_pdf(again, staging))
    if "docx" in formats:
        from kaldor.brief.office.text import to_docx

        (staging / BRIEFS["docx"]).write_bytes(to_docx(again, template))
    if "pptx" in formats:
        from kaldor.brief.office.slides import to_pptx

        (staging / BRIEFS["pptx"]).write_bytes(to_pptx(again))
