"""Page one of a brief is the answer: all that the study asks stands on it, and a short brief is at most eight pages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pypdfium2 as pdfium
import pytest

from kaldor.atlas.store import Store
from kaldor.brief.answer import Answer, Lack, Said
from kaldor.brief.argument import argued, height
from kaldor.brief.charts import draw
from kaldor.brief.context import Part
from kaldor.brief.document import Chart, Document, Paragraph, Section, Table
from kaldor.brief.first_page import first_page
from kaldor.brief.ledger import write
from kaldor.brief.run import StudyResult, run_study
from kaldor.brief.sentences import _templates
from kaldor.brief.tables import beside, cell_texts
from kaldor.errors import InputError
from tests.brief.test_run import STARTER

MOST = 8
TWO = """
title = "Power or a price"
question = "What would clean power or a price on carbon do for India?"
country = "IND"
peers = ["CHN", "BRA", "DEU"]
year = 2018
economy = "starter"
"""
SCENARIO = """
[[scenarios]]
id = "{id}"
title = "{title}"
levers = [{{ lever = "{lever}", strength = {strength}, regions = ["IND"]{more} }}]
"""
POWER = SCENARIO.format(id="power", title="Four fifths of power clean", lever="clean-electricity", strength=80, more="")
PRICE = SCENARIO.format(
    id="price", title="Fifty dollars a tonne", lever="carbon-price", strength=50, more=', sectors = ["all"]'
)
SHOCK = """
[[shocks]]
id = "port"
title = "The port is shut"
runs = 5
[[shocks.events]]
kind = "shortage"
regions = ["IND"]
products = ["utilities"]
share = 0.1
days = 60
"""
PATH = """
[[paths]]
id = "slow"
title = "Power, slowly"
start = 2025
end = 2035
step = 5
[[paths.levers]]
lever = "clean-electricity"
strength = 50
regions = ["IND"]
adoption = { curve = "linear", start = 2025, until = 2035 }
"""


def text_of(pages: pdfium.PdfDocument, place: int) -> str:
    """The words of a page with single spaces between them, whatever breaks its lines."""
    text = pages[place].get_textpage().get_text_bounded()
    return " ".join(text.replace("\N{NARROW NO-BREAK SPACE}", " ").replace("\u00a0", " ").split())


def plain(text: str) -> str:
    return " ".join(text.replace("\N{NARROW NO-BREAK SPACE}", " ").replace("\u00a0", " ").split())


def said(text: tuple) -> str:
    return plain("".join(span.text for span in text))


@pytest.fixture(scope="module")
def study_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("study") / "two.toml"
    file.write_text(TWO + POWER + PRICE + SHOCK + PATH, encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def brief(study_file: Path, tmp_path_factory: pytest.TempPathFactory) -> StudyResult:
    out = tmp_path_factory.mktemp("first") / "brief"
    return run_study(study_file, out=out, formats=["pdf", "html"], short=True)


def test_page_one_holds_the_question_and_every_scenario_shock_and_path_with_its_figures(brief: StudyResult) -> None:
    first = text_of(pdfium.PdfDocument(brief.files["pdf"]), 0)
    answer = brief.document.answer
    assert "What would clean power or a price on carbon do for India?" in first
    names = ["Four fifths of power clean", "Fifty dollars a tonne", "The port is shut", "Power, slowly"]
    assert [entry.name for entry in answer.entries] == names
    for name in names:
        assert name in first
    assert len(answer.sentences) == 3
    for text in (*answer.sentences, *(entry.text for entry in answer.entries), *answer.gains, *answer.uncertain):
        for span in text:
            if span.figure:
                assert plain(span.text) in first
    for title in ("Who gains and who pays", "How sure this is", "What is not in it"):
        assert title in first
    assert "which no figure that was varied moves" in first  # and no band from a number to the same number
    assert brief.document.pictured()[1].title in first
    assert "How sure this is" not in text_of(pdfium.PdfDocument(brief.files["pdf"]), 1)


def test_page_one_gives_the_distance_to_a_target_that_a_path_misses(tmp_path: Path) -> None:
    """40 % less than the 2,590 Mt of 2018 are 1,554 Mt; the path's own last year says what it has, both by hand."""
    target = '[[paths.targets]]\nmetric = "co2-production"\ncut = 40\nby = 2035\n'
    (tmp_path / "path.toml").write_text(TWO + PATH + target, encoding="utf-8")
    made = run_study(tmp_path / "path.toml", out=tmp_path / "brief", formats=["pdf"], short=True)
    first = text_of(pdfium.PdfDocument(made.files["pdf"]), 0)
    figures = made.document.figure_by_id()
    has = figures["paths-slow-co2-production-path"].values[-1]
    missed = next(figure for figure in figures.values() if "still to go to the target" in figure.label)
    assert missed.value == pytest.approx(has - 0.6 * 2590, rel=1e-5)
    assert missed.value > 100
    assert f"is missed by {missed.value:.0f} Mt CO" in first
    chart = next(b for s in made.document.sections for b in s.blocks if isinstance(b, Chart) and b.form == "lines")
    assert chart.marks
    assert "below" not in chart.caption  # the list of milestones stands in the annex, which a short brief leaves out
    assert plain(chart.caption).startswith("Dotted lines: ")
    assert "50 %" in plain(chart.caption)


def test_page_one_says_what_the_scenarios_would_cost_or_that_nobody_knows(brief: StudyResult) -> None:
    answer, figures = brief.document.answer, brief.document.figure_by_id()
    power, price = (
        next(entry for entry in answer.entries if entry.name.startswith(name)) for name in ("Four", "Fifty")
    )
    assert "real income not modelled" in said(power.text)
    assert "scenarios-price-real-income" in [span.figure for span in price.text]
    home = {name: figures[f"scenarios-{name}-co2-production"].value for name in ("power", "price")}
    best = min(home, key=home.get)
    assert {"power": "Four fifths of power clean", "price": "Fifty dollars a tonne"}[best] in said(answer.sentences[0])
    share = figures[f"scenarios-{best}-co2-production-effect"]
    emitted = figures["accounts-ind-production"].value
    assert share.value == pytest.approx(100 * home[best] / emitted, rel=1e-5)
    assert any("Four fifths of power clean" in said(lack.what) for lack in answer.lacks)
    assert len(answer.lacks) <= 3
    assert all(lack.data for lack in answer.lacks)


def test_a_short_brief_has_at_most_eight_pages_and_no_annex_and_the_long_one_has_both(
    brief: StudyResult, study_file: Path, tmp_path: Path
) -> None:
    short = pdfium.PdfDocument(brief.files["pdf"])
    print(f"a study of two scenarios, a shock and a path: {len(short)} pages short")
    assert len(short) <= MOST
    whole = " ".join(text_of(short, place) for place in range(len(short)))
    assert "Data rows" not in whole
    assert "Sources, and where the rest is" in whole
    long = run_study(study_file, out=tmp_path / "long", formats=["pdf"])
    pages = pdfium.PdfDocument(long.files["pdf"])
    words = [text_of(pages, place) for place in range(len(pages))]
    annex = next(place for place, page in enumerate(words) if "How to read this brief." in page)
    assert annex <= MOST - 1
    assert "Data rows" in words[-1] or any("Data rows" in page for page in words[annex:])
    assert len(pages) > len(short)
    assert {figure.id for figure in long.document.figures} == {figure.id for figure in brief.document.figures}


def test_the_annex_is_left_out_of_the_page_too_and_no_link_leads_into_it(brief: StudyResult) -> None:
    html = brief.files["html"].read_text("utf-8")
    assert 'href="#row-' not in html
    assert 'id="data"' not in html
    for section in brief.document.sections:
        assert (f'id="{section.id}"' in html) == section.argued


@pytest.mark.parametrize("study", [STARTER, Path("studies/korea-port.toml")])
def test_briefs_of_the_house_are_short_when_asked(study: Path, tmp_path: Path) -> None:
    made = run_study(study, out=tmp_path / "brief", formats=["pdf"], short=True)
    pages = len(pdfium.PdfDocument(made.files["pdf"]))
    print(f"{study.stem}: {pages} pages short")
    assert pages <= MOST


@pytest.mark.real
def test_germany_and_two_scenarios_on_real_tables_are_short(tmp_path: Path, real_store: Store) -> None:
    text = Path("studies/germany-2009.toml").read_text("utf-8")
    scenarios = (POWER + PRICE).replace("IND", "DEU")
    for name, more in (("germany", ""), ("two", scenarios)):
        file = tmp_path / f"{name}.toml"
        file.write_text(text.replace('"framework"]', '"framework", "scenarios"]' if more else '"framework"]') + more)
        made = run_study(file, real_store, tmp_path / name, ["pdf"], short=True)
        pages = pdfium.PdfDocument(made.files["pdf"])
        print(f"{name} on WIOD 2009: {len(pages)} pages short")
        assert len(pages) <= MOST
        assert min(map(filled, pages)) > 1 / 3
        for entry in made.document.answer.entries:
            assert entry.name in text_of(pages, 0)


def filled(page: pdfium.PdfPage) -> float:
    """How far down a page its last words or lines stand, between the lines at its head and its foot, in 1."""
    drawn = page.render(scale=0.5, grayscale=True).to_numpy().reshape(421, -1)[30:390]
    lines = (drawn < 200).any(axis=1).nonzero()[0]
    return float(lines.max() + 1) / len(drawn) if len(lines) else 0.0


@pytest.mark.parametrize("study", [STARTER, Path("studies/korea-port.toml")])
def test_no_page_of_a_short_brief_is_two_thirds_empty_not_even_the_last(study: Path, tmp_path: Path) -> None:
    made = run_study(study, out=tmp_path / "brief", formats=["pdf"], short=True)
    fills = [filled(page) for page in pdfium.PdfDocument(made.files["pdf"])]
    print(f"{study.stem}: {len(fills)} pages short, the emptiest filled to {min(fills):.2f}")
    assert min(fills) > 1 / 3


def test_two_scenarios_leave_no_page_of_a_short_brief_two_thirds_empty(tmp_path: Path) -> None:
    (tmp_path / "two.toml").write_text(TWO + POWER + PRICE, encoding="utf-8")
    made = run_study(tmp_path / "two.toml", out=tmp_path / "brief", formats=["pdf"], short=True)
    fills = [filled(page) for page in pdfium.PdfDocument(made.files["pdf"])]
    print(f"two scenarios: {len(fills)} pages short, the emptiest filled to {min(fills):.2f}")
    assert min(fills) > 1 / 3


def test_type_is_set_smaller_only_where_a_page_would_be_almost_empty() -> None:
    from kaldor.brief.print import best_filled

    last = {1.0: 100.0, 0.97: 300.0, 0.94: 700.0}
    assert best_filled([1.0, 0.97, 0.94], lambda scale: [(2, 700.0), (3, last[scale])]) == 0.94
    assert (
        best_filled([1.0, 0.97], lambda scale: [(2, 700.0), (2, 90.0)]) == 1.0
    )  # a page holds what its lowest block says
    assert best_filled([1.0, 0.97], lambda scale: [(2, 700.0), (3, last[scale])]) == 0.97  # none is enough: the fullest


@pytest.mark.parametrize("study", [STARTER, Path("studies/korea-port.toml")])
def test_no_page_but_the_last_is_two_thirds_empty(study: Path, tmp_path: Path) -> None:
    made = run_study(study, out=tmp_path / "brief", formats=["pdf"])
    pages = list(pdfium.PdfDocument(made.files["pdf"]))
    fills = [filled(page) for page in pages[:-1]]
    print(f"{study.stem}: {len(pages)} pages, the emptiest filled to {min(fills):.2f}")
    assert min(fills) > 1 / 3


def test_the_study_key_and_the_option_are_the_same(study_file: Path, tmp_path: Path) -> None:
    keyed = tmp_path / "keyed.toml"
    keyed.write_text("short = true\n" + TWO + 'sections = ["accounts"]\n', encoding="utf-8")
    made = run_study(keyed, out=tmp_path / "keyed", formats=["json"])
    assert made.document.short
    bare = tmp_path / "bare.toml"
    bare.write_text(TWO + 'sections = ["accounts"]\n', encoding="utf-8")
    assert not run_study(bare, out=tmp_path / "bare", formats=["json"]).document.short
    assert run_study(bare, out=tmp_path / "asked", formats=["json"], short=True).document.short


def test_no_data_row_is_shown_as_an_exponent(study_file: Path, tmp_path: Path) -> None:
    """Numbers of rows stand on the line, in brackets: every one of the argument's first figure is found so."""
    made = run_study(STARTER, out=tmp_path / "brief", formats=["pdf"])
    pages = pdfium.PdfDocument(made.files["pdf"])
    figures = made.document.figure_by_id()
    section = next(one for one in made.document.sections if one.id == "accounts")
    span = next(span for span in section.blocks[0].text if span.figure)
    whole = " ".join(text_of(pages, place) for place in range(4)).replace(" [", "[")
    assert f"{plain(span.text)}[{figures[span.figure].number}]" in whole


def parts(count: int, *, entries: bool = False) -> Iterator[Part]:
    for number in range(count):
        table = Table.model_validate(
            {
                "id": f"t{number}",
                "title": "T",
                "columns": [{"title": "A"}],
                "rows": [[{"text": f"{row}"}] for row in range(14)],
            }
        )
        other = table.model_copy(update={"id": f"u{number}"})
        section = Section(
            id=f"s{number}", title="S", challenge="economy", blocks=(Paragraph(text=write("Words.")), table, other)
        )
        yield Part(section)


def test_an_argument_too_long_gives_way_from_its_end_and_keeps_what_is_asked() -> None:
    few = argued([*parts(3)])
    assert all(not block.annex for section in few for block in section.blocks)
    many = argued([*parts(40)])
    kept = [block for section in many for block in section.blocks if not block.annex]
    assert sum(height(block) for block in kept) + 2 * sum(one.argued for one in many) <= 6 * 23.6
    assert all(len([b for b in one.blocks if isinstance(b, Table) and not b.annex]) <= 1 for one in many)
    assert not [one for one in many if one.argued and all(b.annex for b in one.blocks if isinstance(b, Table))]


def test_a_study_that_changes_nothing_is_answered_one_challenge_after_the_other() -> None:
    def part(name: str, challenge: str) -> Part:
        section = Section.model_validate({"id": name, "title": name, "challenge": challenge, "blocks": []})
        return Part(section, said=Said(sentences=(write(name),), lacks=(Lack(what=write(name), data="more"),)))

    answer = first_page("Why?", [part("a", "sustainability"), part("b", "sustainability"), part("c", "resilience")])
    assert isinstance(answer, Answer)
    assert [said(text) for text in answer.sentences] == ["a", "c", "b"]
    assert answer.uncertain  # silence about how sure it is would read as certainty


def test_every_sentence_of_page_one_is_declared_and_used() -> None:
    code = "\n".join(path.read_text("utf-8") for path in Path("src/kaldor/brief").rglob("*.py"))
    for name in _templates():
        assert f'"{name}"' in code


def test_a_picture_says_what_the_table_beside_it_says(document: Document) -> None:
    figures = document.figure_by_id()
    for section in document.sections:
        for chart in (b for b in section.blocks if isinstance(b, Chart) and b.form == "bars"):
            drawn = draw(chart, figures, section.challenge)
            for row in cell_texts(beside(chart), figures):
                assert f">{row[1]}<" in drawn


def test_a_country_too_large_for_the_picture_of_page_one_is_named_under_it_and_stands_in_the_table(
    tmp_path: Path,
) -> None:
    """China emits more than three times what India does: not drawn, and in the numbers beside the picture."""
    made = run_study(STARTER, out=tmp_path / "brief", formats=["pdf"], short=True)
    pages = pdfium.PdfDocument(made.files["pdf"])
    assert "Too large for this scale, and not drawn: China." in text_of(pages, 0)
    chart = made.document.pictured()[1]
    figures = made.document.figure_by_id()
    shown = dict(row[:2] for row in cell_texts(beside(chart), figures))
    assert plain(shown["China"]) == "10 300"  # the starter world's own fact, in Mt
    assert ">China<" not in draw(chart, figures, "sustainability")
    whole = " ".join(text_of(pages, place) for place in range(1, len(pages)))
    assert "Drawn on page one." in whole  # and not a second time


def test_no_label_of_a_picture_touches_a_dot_at_zero_or_is_cut_short(document: Document) -> None:
    import re

    chart = next(b for s in document.sections for b in s.blocks if isinstance(b, Chart) and b.form == "dumbbell")
    label = "Textiles, wood, paper, furniture and other light manufacturing"
    rows = tuple(row.model_copy(update={"label": label}) for row in chart.rows)
    figures = {name: figure.model_copy(update={"value": 0.0}) for name, figure in document.figure_by_id().items()}
    drawn = draw(chart.model_copy(update={"rows": rows}), figures, "economy")
    dots = [float(x) - float(r) for x, r in re.findall(r'<circle cx="([\d.]+)" cy="[\d.]+" r="([\d.]+)"', drawn)]
    ends = re.findall(r'<text x="([\d.]+)"[^>]*text-anchor:end[^>]*>([^<]+)</text>', drawn)
    labels = [float(x) for x, words in ends if words in label]
    assert len(labels) >= 2 * len(rows)
    assert "…" not in drawn
    assert min(dots[: -len(chart.series)]) > max(labels) + 3  # less those of the key, drawn last


def test_the_value_of_a_bar_below_zero_keeps_clear_of_its_label(document: Document) -> None:
    import re

    from kaldor.brief.canvas import CHARACTER

    chart = next(b for s in document.sections for b in s.blocks if isinstance(b, Chart) and b.form == "bars")
    figures = {name: figure.model_copy(update={"value": -547.7}) for name, figure in document.figure_by_id().items()}
    drawn = draw(chart, figures, "economy")
    places = re.findall(r'<text x="([\d.]+)"[^>]*text-anchor:end[^>]*>([^<]+)</text>', drawn)
    labels = max(float(x) for x, words in places if words in {row.label for row in chart.rows})
    values = [float(x) - CHARACTER * len(words) for x, words in places if words.startswith("\N{MINUS SIGN}548")]
    assert len(values) == len(chart.rows)
    assert min(values) > labels


def test_a_letter_that_the_print_has_not_is_refused_by_its_text_and_other_formats_are_made(tmp_path: Path) -> None:
    text = STARTER.read_text("utf-8").replace('title = "', 'title = "碳价 ', 1)
    (tmp_path / "study.toml").write_text(text, "utf-8")
    with pytest.raises(InputError, match=r"has no letter in the font.*--format html,docx"):
        run_study(tmp_path / "study.toml", out=tmp_path / "brief", formats=["html", "pdf"])
    assert not (tmp_path / "brief").exists()
    made = run_study(tmp_path / "study.toml", out=tmp_path / "brief", formats=["html"])
    assert "碳价" in made.files["html"].read_text("utf-8")
