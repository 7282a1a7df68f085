"""HTML and PDF: complete, escaped, self-contained, labelled, the same bytes each time."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Callable
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path

import pypdfium2 as pdfium
import pytest

from kaldor.brief import palette
from kaldor.brief.charts import draw
from kaldor.brief.document import Chart, Document
from kaldor.brief.html import to_html
from kaldor.brief.print import _looks as print_looks
from kaldor.brief.print import to_pdf


class Page(HTMLParser):
    """Collects the tags, ids and links of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    handle_startendtag = handle_starttag

    def values(self, attribute: str) -> list[str]:
        return [value for _, attrs in self.tags if (value := attrs.get(attribute))]


@pytest.fixture(scope="module")
def pdf_pages(make_document: Callable[..., Document]) -> list[str]:
    return pages_of(to_pdf(make_document()))


def pages_of(pdf: bytes) -> list[str]:
    opened = pdfium.PdfDocument(pdf)
    return [page.get_textpage().get_text_bounded() for page in opened]


def charts_of(document: Document) -> list[tuple[Chart, str]]:
    return [(b, s.challenge) for s in document.sections for b in s.blocks if isinstance(b, Chart)]


def test_every_link_of_the_page_leads_somewhere_inside_it(document: Document) -> None:
    page = Page(to_html(document))
    ids = page.values("id")
    assert len(ids) == len(set(ids))
    assert {href.removeprefix("#") for href in page.values("href")} <= set(ids)
    assert {f"row-{figure.id}" for figure in document.figures} <= set(ids)


def test_every_figure_in_text_and_tables_links_to_its_data_row(document: Document) -> None:
    links = set(Page(to_html(document)).values("href"))
    assert {f"#row-{name}" for name in document.figure_references()} <= links


def test_the_page_asks_nothing_of_the_network_and_runs_nothing(document: Document) -> None:
    html = to_html(document)
    page = Page(html)
    assert not page.values("src")
    assert "script" not in {tag for tag, _ in page.tags}
    assert all(href.startswith("#") for href in page.values("href"))
    assert "@import" not in html
    assert "url(http" not in html


def test_text_from_data_cannot_become_markup(document: Document) -> None:
    html = to_html(document)
    assert "<b>Steel" not in html
    assert "&lt;b&gt;Steel" in html


def test_the_page_has_what_a_screen_reader_needs(document: Document) -> None:
    page = Page(to_html(document))
    tags = [tag for tag, _ in page.tags]
    assert tags.count("h1") == 1
    assert dict(page.tags)["html"]["lang"] == "en"
    assert all(attrs.get("scope") for tag, attrs in page.tags if tag == "th")
    drawings = [attrs for tag, attrs in page.tags if attrs.get("class") == "drawing"]
    assert len(drawings) == len(charts_of(document)) + 1  # the first page shows one of them too
    assert all(attrs.get("role") == "img" and attrs.get("aria-label") for attrs in drawings)


def test_the_pdf_shows_figures_labels_and_status_on_every_page(pdf_pages: list[str], hostile: str) -> None:
    whole = " ".join(pdf_pages).replace("\N{NARROW NO-BREAK SPACE}", " ")
    for words in ("Germany in 2009", "812", hostile, "Not modelled in this brief", "Jobs are not modelled"):
        assert words in whole
    assert all("estimated" in page.lower() for page in pdf_pages)
    assert all(f"{place} / {len(pdf_pages)}" in page for place, page in enumerate(pdf_pages, start=1))


def test_the_pdf_declares_the_accessible_standard(document: Document) -> None:
    assert b"pdfuaid" in to_pdf(document)


_HASHES = """
from hashlib import sha256
from kaldor.brief.html import to_html
from kaldor.brief.print import to_pdf
from tests.brief.conftest import made_document
print(sha256(to_html(made_document()).encode()).hexdigest(), sha256(to_pdf(made_document())).hexdigest())
"""


def test_the_same_document_gives_the_same_bytes(document: Document) -> None:
    """Made anew in another process, in which sets have another order."""
    here = [sha256(content).hexdigest() for content in (to_html(document).encode(), to_pdf(document))]
    elsewhere = {**os.environ, "PYTHONHASHSEED": "7", "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", _HASHES], env=elsewhere, capture_output=True, text=True, check=True)
    assert done.stdout.split() == here


def test_typst_code_in_a_label_is_only_text(make_document: Callable[..., Document]) -> None:
    label = '#panic("no") *x* $y$ \\ " '
    assert "panic" in " ".join(pages_of(to_pdf(make_document(label))))


def test_pictures_carry_unit_labels_year_and_status(document: Document) -> None:
    figures = document.figure_by_id()
    for chart, challenge in charts_of(document):
        svg = draw(chart, figures, challenge)
        words = " ".join("".join(node.itertext()) for node in ET.fromstring(svg).iter())
        assert f"({chart.unit})" in words
        assert "2009 · estimated" in words
        for row in chart.rows:
            assert row.label in words
        for series in chart.series if len(chart.series) > 1 else ():
            assert series in words
        assert svg == draw(chart, figures, challenge)


def test_page_and_paper_show_the_same_picture(document: Document, tmp_path: Path) -> None:
    figures = document.figure_by_id()
    print_looks(document, tmp_path)
    first, *on_page = re.findall(r"<svg.*?</svg>", to_html(document), flags=re.DOTALL)
    assert first == on_page[1]  # the bars, which the document names for the first page
    charts = charts_of(document)
    assert len(on_page) == len(charts) > 0
    for (chart, challenge), shown in zip(charts, on_page, strict=True):
        picture = draw(chart, figures, challenge)
        assert (tmp_path / f"{chart.id}.svg").read_text("utf-8") == picture
        assert re.sub(r"#[0-9a-f]{6}|'Libertinus Serif'", "*", picture) == re.sub(r"var\(--[\w-]+\)", "*", shown)


def test_a_long_label_and_a_missing_value_do_not_break_a_picture(document: Document) -> None:
    chart, challenge = charts_of(document)[1]
    figures = {name: f.model_copy(update={"value": None}) for name, f in document.figure_by_id().items()}
    row = chart.rows[0].model_copy(update={"label": "Wholesale trade and commission trade except of motor vehicles"})
    svg = draw(chart.model_copy(update={"rows": (row, *chart.rows[1:])}), figures, challenge)
    assert "Wholesale trade and" in svg


def test_colours_of_challenges_can_be_told_apart_and_read() -> None:
    colours = list(palette.CHALLENGE.values())
    assert len(set(colours)) == len(colours)
    for colour in colours:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        luminance = sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
        assert 1.05 / (luminance + 0.05) >= 4.5


def test_the_page_knows_every_colour_of_the_palette(document: Document) -> None:
    html = to_html(document)
    drawings = "".join(re.findall(r"<svg.*?</svg>", html, flags=re.DOTALL))
    assert not re.findall(r"#[0-9a-f]{6}", re.sub(r'"#[^"]*"', "", drawings))
