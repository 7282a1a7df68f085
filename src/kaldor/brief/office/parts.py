"""What text and slides share: pictures as PNG, spans as words, and files with the same bytes for the same document."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Callable
from datetime import datetime
from importlib import import_module
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from kaldor.brief.charts import draw
from kaldor.brief.document import Chart, Document, Section
from kaldor.brief.figure import Text
from kaldor.errors import InputError, Problem

_DOTS: Final = 220  # an inch
_PROPERTY: Final = 255  # characters that such a file may say of itself in one property
_THEN: Final = (1980, 1, 1, 0, 0, 0)  # the earliest time that such a file can name
MADE: Final = datetime(*_THEN)
"""When every such file says that it was made, so that the same document gives the same bytes."""


def needed(package: str, kind: str) -> Any:
    """A package that writes a kind of file. Raises InputError with the line that installs it."""
    try:
        return import_module(package)
    except ImportError:
        what = f"{kind} files need the package python-{package}, which is not installed."
        remedy = "Install it with: pip install 'kaldor[office]'"
        raise InputError(Problem("format", what, remedy)) from None


def describe(properties: Any, document: Document) -> None:
    """Fill in what a file says of itself: what the document is called, who made it of what, and no time of day."""
    properties.title, properties.author = document.title[:_PROPERTY], "Kaldor"
    properties.comments = document.made_with[:_PROPERTY]  # the name of the study's file is in it
    properties.created = properties.modified = MADE
    properties.last_modified_by, properties.revision, properties.language = "Kaldor", 1, document.language


def words(text: Text) -> str:
    """A text without what its spans lead to."""
    return "".join(span.text for span in text)


def png(document: Document, section: Section, chart: Chart) -> bytes:
    """A picture as office programs of any age show it; its drawing is that of the brief."""
    import typst

    drawing = draw(chart, document.figure_by_id(), section.challenge)
    with tempfile.TemporaryDirectory(prefix="kaldor-picture-") as name:
        folder = Path(name)
        (folder / "picture.svg").write_text(drawing, encoding="utf-8")
        page = '#set page(width: auto, height: auto, margin: 2pt)\n#image("picture.svg")\n'
        (folder / "picture.typ").write_text(page, encoding="utf-8")
        compiler = typst.Compiler(str(folder / "picture.typ"), root=str(folder), ignore_system_fonts=True)
        made = compiler.compile(format="png", ppi=_DOTS)
        assert isinstance(made, bytes), "one page was asked for"
        return made


def saved(save: Callable[[BytesIO], object]) -> bytes:
    """What `save` writes, with the parts of the archive in order and of one time."""
    written, settled = BytesIO(), BytesIO()
    save(written)
    with zipfile.ZipFile(written) as source, zipfile.ZipFile(settled, "w", zipfile.ZIP_DEFLATED) as target:
        for name in sorted(source.namelist(), key=lambda one: (one != "[Content_Types].xml", one)):
            target.writestr(zipfile.ZipInfo(name, _THEN), source.read(name), zipfile.ZIP_DEFLATED)
    return settled.getvalue()
