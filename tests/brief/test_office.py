"""A brief for office programs: opened again by their libraries, with page one and the data of pictures."""

from __future__ import annotations

import shutil
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import pptx
import pypdfium2 as pdfium
import pytest

from kaldor.brief.document import Chart, Document
from kaldor.brief.office.slides import MOST, to_pptx
from kaldor.brief.office.text import to_docx
from kaldor.brief.run import StudyResult, run_study
from kaldor.brief.tables import beside, cell_texts
from kaldor.errors import InputError
from tests.brief.test_first_page import POWER, PRICE, SHOCK, TWO, plain, said


@pytest.fixture(scope="module")
def brief(tmp_path_factory: pytest.TempPathFactory) -> StudyResult:
    folder = tmp_path_factory.mktemp("office")
    (folder / "two.toml").write_text(TWO + POWER + PRICE + SHOCK, encoding="utf-8")
    return run_study(folder / "two.toml", out=folder / "brief", formats=["docx", "pptx"], short=True)


def words_of_text(file: Path) -> str:
    opened = docx.Document(str(file))
    cells = [cell.text for table in opened.tables for row in table.rows for cell in row.cells]
    return plain(" ".join([*(paragraph.text for paragraph in opened.paragraphs), *cells]))


def words_of_slides(file: Path) -> list[str]:
    slides = []
    for slide in pptx.Presentation(str(file)).slides:
        texts = [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]
        texts += [c.text for shape in slide.shapes if shape.has_table for row in shape.table.rows for c in row.cells]
        slides.append(plain(" ".join(texts)))
    return slides


def test_text_and_slides_say_what_page_one_says_figure_by_figure(brief: StudyResult) -> None:
    again = Document.model_validate_json(brief.files["json"].read_text("utf-8"))
    text, slides = words_of_text(brief.files["docx"]), " ".join(words_of_slides(brief.files["pptx"]))
    answer = again.answer
    assert answer.entries
    for one in (*answer.sentences, *(entry.text for entry in answer.entries), *answer.gains, *answer.uncertain):
        assert said(one) in text
        assert said(one) in slides
    for entry in answer.entries:
        assert entry.name in text
        assert entry.name in slides
    for lack in answer.lacks:
        assert f"{said(lack.what)} Would help: {lack.data}." in text
        assert f"{said(lack.what)} Would help: {lack.data}." in slides


def test_there_are_at_most_eight_slides_and_every_picture_stands_with_its_data(brief: StudyResult) -> None:
    opened = pptx.Presentation(str(brief.files["pptx"]))
    assert 4 <= len(opened.slides) <= MOST == 8
    charts = {b.title: b for s in brief.document.sections for b in s.blocks if isinstance(b, Chart)}
    figures, seen = brief.document.figure_by_id(), 0
    for slide in opened.slides:
        title = slide.shapes.title.text_frame.text
        if not [shape for shape in slide.shapes if shape.shape_type == 13]:  # no picture
            continue
        seen += 1
        lines = slide.notes_slide.notes_text_frame.text.splitlines()[1:]
        assert [tuple(line.split("\t")) for line in lines] == list(cell_texts(beside(charts[title]), figures))
        for shape in slide.shapes:
            assert shape.left >= 0
            assert shape.left + shape.width <= opened.slide_width
    assert seen >= 3


def test_slides_show_what_the_study_tries_before_how_things_stand(brief: StudyResult) -> None:
    sections = {b.title: s.id for s in brief.document.sections for b in s.blocks if isinstance(b, Chart)}
    slides = pptx.Presentation(str(brief.files["pptx"])).slides
    shown = [sections[title] for slide in slides if (title := slide.shapes.title.text_frame.text) in sections]
    assert shown[:2] == ["scenarios", "shocks"]


def test_every_picture_of_the_argument_is_in_the_text_with_its_table_and_words_for_the_blind(
    brief: StudyResult,
) -> None:
    opened = docx.Document(str(brief.files["docx"]))
    argued = [b for s in brief.document.sections for b in s.blocks if isinstance(b, Chart) and not b.annex]
    described = [shape._inline.docPr.get("descr") for shape in opened.inline_shapes]
    assert described == [brief.document.pictured()[1].alt, *(chart.alt for chart in argued)]
    tables = [tuple(tuple(cell.text for cell in row.cells) for row in table.rows) for table in opened.tables]
    for chart in argued:
        assert any(rows[1:] == cell_texts(beside(chart), brief.document.figure_by_id()) for rows in tables)


def test_the_long_text_has_the_annex_and_every_data_row(document: Document) -> None:
    whole = docx.Document(_file(to_docx(document)))
    titles = [p.text for p in whole.paragraphs if p.style.name.startswith("Heading")]
    assert "Annex" in titles
    assert [cell.text for cell in whole.tables[-1].columns[0].cells][1:] == [str(f.number) for f in document.figures]


def test_the_same_document_gives_the_same_bytes(document: Document, make_document: Callable[..., Document]) -> None:
    assert to_docx(document) == to_docx(make_document())
    assert to_pptx(document) == to_pptx(make_document())


def test_a_template_lends_its_styles_and_page_and_none_of_its_text(document: Document, tmp_path: Path) -> None:
    from docx.shared import Mm, Pt

    template = docx.Document()
    template.add_paragraph("Text of the ministry that must go.")
    template.styles["Heading 1"].font.name, template.styles["Heading 1"].font.size = "Ministry Sans", Pt(31)
    template.sections[0].page_width = Mm(200)
    template.sections[0].header.paragraphs[0].text = "Ministry of Industry"
    template.styles["Quote"].element.getparent().remove(
        template.styles["Quote"].element
    )  # a template need not have all
    template.save(str(tmp_path / "ministry.docx"))
    made = docx.Document(_file(to_docx(document, tmp_path / "ministry.docx")))
    assert made.styles["Heading 1"].font.name == "Ministry Sans"
    assert made.sections[0].page_width == pytest.approx(Mm(200), rel=1e-3)
    assert made.sections[0].header.paragraphs[0].text == "Ministry of Industry"
    assert not [p for p in made.paragraphs if "must go" in p.text]
    assert made.paragraphs[0].text == document.answer.question


def test_a_template_without_a_page_and_with_styles_of_another_kind_lends_what_it_has(
    document: Document, tmp_path: Path
) -> None:
    from docx.enum.style import WD_STYLE_TYPE

    template = docx.Document()
    template.element.body.remove(template.element.body.sectPr)
    for name, kind in (("Title", WD_STYLE_TYPE.CHARACTER), ("Table Grid", WD_STYLE_TYPE.PARAGRAPH)):
        template.styles[name].element.getparent().remove(template.styles[name].element)
        template.styles.add_style(name, kind)
    template.save(str(tmp_path / "odd.docx"))
    made = docx.Document(_file(to_docx(document, tmp_path / "odd.docx")))
    page = made.sections[0]
    assert (round(page.page_width.cm, 1), round(page.left_margin.cm, 1)) == (21.0, 2.0)
    assert made.paragraphs[0].text == document.answer.question
    assert made.paragraphs[0].style.name == "Normal"


def test_a_template_with_no_room_for_text_is_refused(document: Document, tmp_path: Path) -> None:
    from docx.shared import Cm

    template = docx.Document()
    template.sections[0].left_margin = Cm(20)
    template.save(str(tmp_path / "narrow.docx"))
    with pytest.raises(InputError, match=r"narrow\.docx: leaves -?[\d.]+ cm between its margins"):
        to_docx(document, tmp_path / "narrow.docx")


def test_a_template_that_is_a_zip_bomb_is_refused_before_it_is_unpacked(document: Document, tmp_path: Path) -> None:
    docx.Document().save(str(tmp_path / "bomb.docx"))
    with (
        zipfile.ZipFile(tmp_path / "bomb.docx", "a", zipfile.ZIP_DEFLATED) as archive,
        archive.open("word/media/image1.png", "w") as part,
    ):
        for _ in range(200):
            part.write(bytes(2**20))
    with pytest.raises(InputError, match=r"bomb\.docx: unpacks to 21\d MB, as a zip bomb does"):
        to_docx(document, tmp_path / "bomb.docx")


def test_a_long_name_of_a_study_does_not_stop_office_files(document: Document) -> None:
    long = document.model_copy(update={"title": "t" * 300, "made_with": "m" * 300})
    assert len(docx.Document(_file(to_docx(long))).core_properties.title) == 255
    assert len(pptx.Presentation(_file(to_pptx(long))).core_properties.comments) == 255


def test_no_word_of_a_table_is_wider_than_its_column_and_every_table_fits_the_page(brief: StudyResult) -> None:
    """At the size of tables, a bold letter is at most 0.2 cm wide; cells have 0.19 cm left and right of it."""
    opened = docx.Document(str(brief.files["docx"]))
    page = opened.sections[0]
    assert (round(page.page_width.cm, 1), round(page.page_height.cm, 1)) == (21.0, 29.7)
    free = page.page_width - page.left_margin - page.right_margin
    for table in opened.tables:
        assert sum(column.width for column in table.columns) <= free * 1.001
        for column in table.columns:
            words = [word for cell in column.cells for word in cell.text.split()]
            longest = max(map(len, words), default=0)
            assert column.width.cm >= min(0.2 * longest + 0.38, free / 360000 / len(table.columns)), column.cells[
                0
            ].text


def test_what_is_no_template_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    (tmp_path / "two.toml").write_text(TWO + 'sections = ["accounts"]\n', encoding="utf-8")
    (tmp_path / "notes.docx").write_text("no archive", encoding="utf-8")
    for template, formats, words in (
        ("notes.docx", ["docx"], "is no DOCX file that can be read"),
        ("none.docx", ["docx"], "cannot be read"),
        ("notes.docx", ["pdf"], "is not asked for"),
    ):
        with pytest.raises(InputError, match=words):
            run_study(tmp_path / "two.toml", None, tmp_path / "out", formats, template=tmp_path / template)
    assert not (tmp_path / "out").exists()


def test_without_the_packages_one_line_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, document: Document
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "docx", None)
    with pytest.raises(InputError, match=r"pip install 'kaldor\[office\]'"):
        to_docx(document)


def test_an_office_program_opens_both(brief: StudyResult, tmp_path: Path) -> None:
    program = shutil.which("soffice")
    if program is None:
        pytest.skip("LibreOffice is not installed")
    for kind, most in (("docx", 20), ("pptx", MOST)):
        command = [program, f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "pdf"]
        subprocess.run([*command, "--outdir", str(tmp_path / kind), str(brief.files[kind])], check=True, timeout=240)
        pages = pdfium.PdfDocument(tmp_path / kind / "brief.pdf")
        print(f"{kind} in LibreOffice: {len(pages)} pages")
        assert 1 < len(pages) <= most
        first = " ".join(pages[0].get_textpage().get_text_bounded().split())
        assert "What would clean power" in first
        if kind == "docx":  # page one is the answer, all of it and nothing else
            assert "Who gains and who pays" in first
            assert brief.document.answer.lacks[-1].data in first
            assert "1 Where India stands" not in first


def _file(content: bytes):
    from io import BytesIO

    return BytesIO(content)
