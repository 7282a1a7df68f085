"""Packing a PDF: smaller, and the same document for whoever reads or hears it."""

from __future__ import annotations

import ctypes

import pypdfium2 as pdfium
import pytest
import typst
from pypdfium2 import raw

from kaldor.brief.document import Chart, Document
from kaldor.brief.packed import packed
from kaldor.brief.print import to_pdf

SOURCE = b"""
#set document(title: "A table")
#set text(lang: "en")
= A heading
#table(columns: 3, table.header[A][B][C], ..range(1, 1200).map(n => [cell #n]))
#link(<end>)[Onward]. endobj stream (endstream)
#figure(rect(width: 3cm, height: 1cm), alt: "A box", caption: [endstream endobj 7 0 obj]) <end>
"""


@pytest.fixture(scope="module")
def plain() -> bytes:
    pdf = typst.compile(SOURCE, format="pdf", pdf_standards=["ua-1"], timestamp=0)
    assert isinstance(pdf, bytes)
    return pdf


def heard(pdf: bytes) -> list[list[tuple[str, str]]]:
    """What assistive technology finds on each page: the kind of every element and its words for a picture."""
    pages = []
    for page in pdfium.PdfDocument(pdf):
        tree = raw.FPDF_StructTree_GetForPage(page)
        found: list[tuple[str, str]] = []
        for k in range(raw.FPDF_StructTree_CountChildren(tree)):
            _walk(raw.FPDF_StructTree_GetChildAtIndex(tree, k), found)
        pages.append(found)
    return pages


def _walk(element: object, found: list[tuple[str, str]]) -> None:
    kind, alt = (
        _words(lambda buffer, size, ask=ask: ask(element, buffer, size))
        for ask in (raw.FPDF_StructElement_GetType, raw.FPDF_StructElement_GetAltText)
    )
    found.append((kind, alt))
    for k in range(raw.FPDF_StructElement_CountChildren(element)):
        if child := raw.FPDF_StructElement_GetChildAtIndex(element, k):
            _walk(child, found)


def _words(ask) -> str:
    size = ask(None, 0)
    buffer = ctypes.create_string_buffer(size)
    ask(buffer, size)
    return buffer.raw.decode("utf-16-le").rstrip("\0")


def test_a_tagged_document_shrinks_to_a_third(plain: bytes) -> None:
    assert len(packed(plain)) < len(plain) / 3


def test_pages_read_and_sound_the_same(plain: bytes) -> None:
    before, after = pdfium.PdfDocument(plain), pdfium.PdfDocument(packed(plain))
    assert [p.get_textpage().get_text_bounded() for p in after] == [p.get_textpage().get_text_bounded() for p in before]
    assert after.get_metadata_dict() == before.get_metadata_dict()
    assert [item.get_title() for item in after.get_toc()] == [item.get_title() for item in before.get_toc()]
    found = heard(packed(plain))
    assert found == heard(plain)
    assert {("Table", ""), ("TH", ""), ("Link", "")} <= {pair for page in found for pair in page}


def test_pages_look_the_same(plain: bytes) -> None:
    for before, after in zip(pdfium.PdfDocument(plain), pdfium.PdfDocument(packed(plain)), strict=True):
        assert before.render().to_numpy().tobytes() == after.render().to_numpy().tobytes()


def test_the_brief_is_packed_and_names_its_pictures(document: Document) -> None:
    pdf = to_pdf(document)
    assert b"/ObjStm" in pdf
    assert pdf.count(b" 0 obj") < 100
    pictures = {block.alt for s in document.sections for block in s.blocks if isinstance(block, Chart)}
    assert pictures == {alt for page in heard(pdf) for kind, alt in page if kind == "Figure"}


def test_what_is_packed_already_or_built_otherwise_is_given_back(plain: bytes) -> None:
    once = packed(plain)
    assert packed(once) == once
    assert packed(b"not a PDF") == b"not a PDF"
    assert packed(plain[:-200]) == plain[:-200]
