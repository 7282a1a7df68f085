"""A study run from end to end: on the starter world, and on the real tables."""

from __future__ import annotations

import errno
import json
import os
from importlib.resources import files
from pathlib import Path

import pandas as pd
import pypdfium2 as pdfium
import pytest
from typer.testing import CliRunner

from kaldor.atlas.store import Store
from kaldor.brief.declared import abbreviations_in
from kaldor.brief.document import Chart, Document, Note, Table
from kaldor.brief.run import StudyResult, run_study
from kaldor.economy.economy import Economy
from kaldor.economy.glance import glance
from kaldor.economy.starter import starter_world
from kaldor.errors import InputError, KaldorError, UnknownDatasetError, UnknownLabelError
from tests.brief.conftest import DIGITS

STARTER = Path(str(files("kaldor.brief") / "studies" / "starter.toml"))


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> StudyResult:
    return run_study(STARTER, out=tmp_path_factory.mktemp("demo") / "brief")


def changed(folder: Path, **keys: str) -> Path:
    """The starter study with some lines replaced."""
    lines = STARTER.read_text("utf-8").splitlines()
    for key, value in keys.items():
        lines = [line for line in lines if not line.startswith(f"{key} =")]
        lines.append(f"{key} = {value}")
    file = folder / "changed.toml"
    file.write_text("\n".join(lines), encoding="utf-8")
    return file


def check_document(document: Document) -> None:
    """What holds for every brief that Kaldor makes."""
    assert len(document.findings) == 5
    assert {finding.section for finding in document.findings} <= {section.id for section in document.sections}
    explained = {name for term in document.glossary for name in term.term.split(" or ")}
    assert abbreviations_in(document.words()) - explained == set()
    blocks = [block for section in document.sections for block in section.blocks]
    assert all(chart.unit and chart.axis and chart.alt for chart in blocks if isinstance(chart, Chart))
    numeric = [column for table in blocks if isinstance(table, Table) for column in table.columns if column.numeric]
    assert all(column.unit for column in numeric)
    shown = set(document.figure_references())
    assert {figure.id for figure in document.figures} == shown
    assert all(figure.unit and figure.sources and figure.method for figure in document.figures)


def test_the_demo_is_a_whole_brief(demo: StudyResult) -> None:
    check_document(demo.document)
    assert {path.name for path in demo.folder.iterdir()} == {
        ".kaldor.json", "brief.html", "brief.json", "brief.pdf", "results", "results.json", "study.lock.json",
    }  # fmt: skip


def test_estimated_stands_on_every_page_and_under_every_picture(demo: StudyResult) -> None:
    pages = [page.get_textpage().get_text_bounded() for page in pdfium.PdfDocument(demo.files["pdf"])]
    assert all("estimated" in page for page in pages)
    blocks = [block for section in demo.document.sections for block in section.blocks]
    assert all(chart.stamp.status == "estimated" for chart in blocks if isinstance(chart, Chart))


def test_the_brief_is_written_from_its_json(demo: StudyResult) -> None:
    assert Document.model_validate_json(demo.files["json"].read_text("utf-8")) == demo.document


def test_results_hold_the_figures_of_the_brief(demo: StudyResult) -> None:
    about = json.loads((demo.folder / "results.json").read_text("utf-8"))
    accounts = pd.read_parquet(demo.folder / about["tables"]["accounts"]["file"]).set_index("origin")
    figure = demo.document.figure_by_id()["accounts-ind-consumption"]
    assert figure.unit == "Mt CO₂"
    assert accounts.loc["IND", "consumption"] / 1000 == pytest.approx(figure.value, rel=DIGITS)
    assert about["tables"]["accounts"]["rows"] == len(accounts)


def test_the_same_study_gives_the_same_bytes(demo: StudyResult, tmp_path: Path) -> None:
    again = run_study(STARTER, out=tmp_path / "brief")
    first = {path.relative_to(demo.folder): path.read_bytes() for path in demo.folder.rglob("*") if path.is_file()}
    second = {path.relative_to(again.folder): path.read_bytes() for path in again.folder.rglob("*") if path.is_file()}
    assert first == second


def test_page_one_gives_the_band_of_the_consumption_account_and_not_the_account_again(demo: StudyResult) -> None:
    document = demo.document
    economy = Economy.from_published(starter_world())
    expected = glance(economy, "co2", document.country).table.loc["consumption"] / 1000  # kt, shown in Mt
    figures = document.figure_by_id()
    low, value, high = (
        figures["-".join(["accounts", document.country.lower(), "consumption", *end])]
        for end in (("low",), (), ("high",))
    )
    for figure, end in ((low, "low"), (value, "value"), (high, "high")):
        assert figure.value == pytest.approx(expected[end], rel=DIGITS)
        assert figure.unit == "Mt CO₂"
    assert low.value < 0.99 * value.value < 1.01 * value.value < high.value
    assert (low.method, low.status) == ("account-band", "estimated")
    assert "low end of the 90 % band (200 draws, seed 1)" in low.label
    said = [span for finding in document.findings for span in finding.text if span.figure in {low.id, high.id}]
    assert [span.figure for span in said] == [low.id, high.id]
    assert said[0].text != said[1].text


def test_where_there_is_no_band_page_one_gives_none_and_the_brief_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kaldor.economy.glance.LARGEST", 10)
    document = run_study(STARTER, out=tmp_path / "brief", formats=["json"]).document
    said = "".join(span.text for span in document.findings[0].text)
    assert "caused" in said
    assert "band" not in said
    assert any("kaldor economy bands" in span.text for text in document.not_modelled for span in text)


def test_the_lock_follows_the_data_and_the_study(demo: StudyResult, tmp_path: Path) -> None:
    lock = json.loads((demo.folder / "study.lock.json").read_text("utf-8"))
    assert {entry["kind"] for entry in lock["inputs"]} == {"economy", "extension"}
    assert lock["fingerprint"] == demo.fingerprint
    other = run_study(changed(tmp_path, title='"Another"'), out=tmp_path / "other", formats=["json"])
    assert other.fingerprint != demo.fingerprint
    assert "pdf" not in other.files


def test_what_is_missing_is_named_and_not_made_up(tmp_path: Path) -> None:
    study = changed(tmp_path, emissions='"ch4"', jobs='["robots"]')
    result = run_study(study, out=tmp_path / "brief", formats=["html"])
    assert len(result.document.findings) == 5
    missing = [s.id for s in result.document.sections for b in s.blocks if isinstance(b, Note) and b.tone == "missing"]
    assert missing == ["accounts", "sources", "scopes", "exports"]
    text = " ".join(span.text for finding in result.document.findings for span in finding.text)
    assert "no extension 'ch4'" in text
    assert "kaldor data add" in text


@pytest.mark.parametrize(
    ("keys", "error", "words"),
    [
        ({"economy": '"oecd"'}, UnknownDatasetError, "kaldor data add PATH --as oecd"),
        ({"peers": '["FRA"]'}, UnknownLabelError, "peers: unknown region 'FRA'"),
        ({"year": "2009"}, InputError, "the starter world is of 2018"),
        ({"extensions": '["jrc_wiod_co2"]'}, InputError, "takes none"),
    ],
)
def test_a_study_that_the_data_cannot_answer_leaves_nothing_behind(
    tmp_path: Path, keys: dict[str, str], error: type[KaldorError], words: str
) -> None:
    study = changed(tmp_path, **keys)
    with pytest.raises(error) as raised:
        run_study(study, Store(tmp_path / "store"), tmp_path / "out" / "brief")
    assert words in str(raised.value)
    assert not (tmp_path / "out").exists()


def test_a_folder_with_other_things_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("keep", encoding="utf-8")
    with pytest.raises(InputError, match="holds something else"):
        run_study(STARTER, out=tmp_path / "mine")
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["letter.txt"]


def test_an_unknown_format_is_refused_before_any_work(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="'odt' is not one"):
        run_study(STARTER, out=tmp_path / "brief", formats=["odt"])


def test_a_failure_while_writing_keeps_the_older_brief(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = run_study(STARTER, out=tmp_path / "brief", formats=["json"])
    before = kept.files["json"].read_bytes()

    def fail(document: Document, scratch: Path) -> bytes:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("kaldor.brief.print.to_pdf", fail)
    with pytest.raises(InputError, match=r"cannot be written \(No space left"):
        run_study(STARTER, out=tmp_path / "brief", formats=["pdf"])
    assert kept.files["json"].read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["brief"]


def test_the_command_line_prints_where_the_brief_is(tmp_path: Path) -> None:
    from kaldor.cli.main import app

    out = tmp_path / "brief"
    said = CliRunner().invoke(app, ["demo", "--out", str(out), "--format", "html", "--json"])
    assert said.exit_code == 0, said.output
    content = json.loads(said.stdout)
    assert Path(content["files"]["html"]).is_file()
    assert "pdf" not in content["files"]


@pytest.fixture(scope="session")
def wiod(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Store:
    from kaldor.atlas.add import add

    store = Store(tmp_path_factory.mktemp("store"))
    add(shared / "wiod2013_41x35", store, as_id="wiod2013")
    return store


@pytest.mark.real
def test_germany_2009_on_the_real_tables(wiod: Store, tmp_path: Path) -> None:
    study = Path(__file__).parents[2] / "studies" / "germany-2009.toml"
    result = run_study(study, wiod, tmp_path / "brief")
    document = result.document
    check_document(document)
    assert "crisis year" in document.status_line
    values = {figure.id: figure.value for figure in document.figures}
    # The published footprint beside the tables (own computation of the data's makers): 1,012 Mt; exports: methods.md.
    assert values["accounts-deu-consumption"] == pytest.approx(1012.3, abs=0.5)
    assert values["exports-deu-content"] == pytest.approx(951, abs=0.5)
    assert values["exports-deu-extraction"] == pytest.approx(949, abs=0.6)
    assert values["exports-deu-absorbed-abroad"] == pytest.approx(923, abs=0.6)
    assert values["scopes-world-pooled"] == pytest.approx(1.62, abs=0.005)
    assert values["dependence-deu-value-added"] == pytest.approx(46.9, abs=0.05)
    assert values["dependence-deu-look-through"] == pytest.approx(56.7, abs=0.05)  # in gross output: no headline
    page_one = {span.figure for finding in document.findings for span in finding.text}
    assert "dependence-deu-value-added" in page_one
    assert "dependence-deu-look-through" not in page_one
    assert values["scopes-world-median"] == pytest.approx(2.49, abs=0.005)
    pages = [page.get_textpage().get_text_bounded() for page in pdfium.PdfDocument(result.files["pdf"])]
    assert document.status == "estimated"  # the weakest that stands in it: its bands rest on typed errors
    own = document.figure_by_id()
    assert (own["accounts-deu-consumption"].status, own["accounts-deu-production"].status) == ("modelled", "observed")
    assert all("estimated" in page and "2009" in page for page in pages)
    assert "951" in pages[0]
    text = " ".join(pages)
    assert "cannot stand on" in text
    assert "unweighted mean is not shown" in text.replace("\r\n", " ")


@pytest.mark.real
def test_a_brief_without_emissions_says_what_to_add(wiod: Store, tmp_path: Path) -> None:
    study = tmp_path / "bare.toml"
    text = (Path(__file__).parents[2] / "studies" / "germany-2009.toml").read_text("utf-8")
    study.write_text(text.replace('extensions = ["jrc_wiod_co2"]', ""), encoding="utf-8")
    result = run_study(study, wiod, tmp_path / "brief", formats=["html"])
    first = "".join(span.text for span in result.document.findings[0].text)
    assert "not modelled" in first
    assert any(figure.id == "exports-deu-content" for figure in result.document.figures)
