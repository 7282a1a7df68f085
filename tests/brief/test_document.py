"""A document refuses what a reader could not follow."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from kaldor.brief.declared import abbreviations_in, glossary_of
from kaldor.brief.document import Document
from kaldor.brief.ledger import Ledger, Origin, write
from kaldor.brief.numbers import MINUS, decimals_for, in_annex, in_prose, in_table, with_unit


def test_a_reference_to_a_missing_data_row_is_refused(document: Document) -> None:
    lacking = document.model_dump() | {"figures": document.model_dump()["figures"][1:]}
    with pytest.raises(ValidationError, match="no data row"):
        Document.model_validate(lacking)


def test_a_finding_that_leads_nowhere_is_refused(document: Document) -> None:
    broken = document.model_dump()
    broken["findings"][0]["section"] = "nowhere"
    with pytest.raises(ValidationError, match="no section 'nowhere'"):
        Document.model_validate(broken)


def test_a_data_row_needs_a_described_method_and_a_listed_source(document: Document) -> None:
    for key, message in (("methods", "method that is not described"), ("sources", "unlisted source")):
        with pytest.raises(ValidationError, match=message):
            Document.model_validate(document.model_dump() | {key: ()})


def test_a_chart_needs_one_figure_for_each_series(document: Document) -> None:
    broken = document.model_dump()
    broken["sections"][0]["blocks"][1]["rows"][0]["figures"] = ("production-germany",)
    with pytest.raises(ValidationError, match="1 figures for 2 series"):
        Document.model_validate(broken)


def test_json_gives_the_same_document_back(document: Document) -> None:
    assert Document.model_validate_json(document.model_dump_json()) == document


def test_data_rows_are_numbered_in_reading_order(document: Document) -> None:
    assert [figure.number for figure in document.figures] == list(range(1, len(document.figures) + 1))
    assert document.figures[0].id == next(document.figure_references())


def test_one_id_cannot_hold_two_values() -> None:
    ledger, origin = Ledger(), Origin(("table",), 2009, "observed", "table")
    ledger.enter(("a", "b"), "A", 1.0, "Mt", "m", origin)
    assert ledger.enter(("a", "b"), "A", 1.0, "Mt", "m", origin).value == 1.0
    with pytest.raises(ValueError, match="two different figures"):
        ledger.enter(("a", "b"), "A", 2.0, "Mt", "m", origin)


def test_a_value_that_is_not_a_number_is_kept_as_missing() -> None:
    ledger, origin = Ledger(), Origin(("table",), 2009, "observed", "table")
    assert ledger.enter(("a",), "A", float("nan"), "Mt", "m", origin).value is None


def test_data_never_act_as_a_template() -> None:
    ledger, origin = Ledger(), Origin(("table",), 2009, "observed", "table")
    figure = ledger.enter(("a",), "A", -12.345, "Mt CO₂", "m", origin)
    text = write("{place} emits {a}, {a:number}, {a:size}.", place="{a}", a=figure)
    assert "".join(span.text for span in text).startswith("{a} emits")
    assert [span.figure for span in text if span.figure] == ["a", "a", "a"]
    shown = [span.text for span in text if span.figure]
    assert shown[0].startswith(f"{MINUS}12.3")
    assert shown[1] == f"{MINUS}12.3"
    assert shown[2].startswith("12.3")


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (912.437, "912"),
        (1012.9, "1 013"),
        (30761.2, "30 800"),
        (0.04567, "0.0457"),
        (11.0, "11"),
        (-0.5, "−0.500"),
        (0.0, "0"),
        (None, "not available"),
        (float("nan"), "not available"),
    ],
)
def test_numbers_in_prose(value: float | None, written: str) -> None:
    assert in_prose(value).replace("\N{NARROW NO-BREAK SPACE}", " ") == written


def test_abbreviations_are_found_and_explained() -> None:
    text = "Mt CO₂ in billion US$ by the WIOD tables (JRC116234), CC BY 4.0; I agree"
    assert abbreviations_in([text]) == {"CO₂", "US$", "WIOD", "CC BY"}
    assert [term.term for term in glossary_of([text])] == ["CC BY", "CO₂", "Mt", "US$", "WIOD"]
    assert glossary_of(["nothing to explain"]) == ()
    twice = glossary_of(["Mt CO₂ in million USD", "CO2 in billion US$", "CO2e"])
    assert [term.term for term in twice] == ["CO2e", "CO₂ or CO2", "Mt", "US$ or USD"]


def test_numbers_in_tables_share_their_decimals() -> None:
    assert decimals_for([1234.5, 0.2]) == 0
    assert decimals_for([0.034]) == 3
    assert [in_table(v, 1) for v in (12.34, None, -0.01)] == ["12.3", "–", "0.0"]
    assert (in_annex(947.0), in_annex(947.5)) == ("947", "947.500")
    assert in_annex(1012.329999).replace("\N{NARROW NO-BREAK SPACE}", " ") == "1 012.33"
    assert " " not in with_unit("5", "Mt CO₂")
