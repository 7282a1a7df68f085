"""Every question says how sure its figures are, and names whatever they were read from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kaldor.asking import Answer
from kaldor.economy.economy import Economy
from kaldor.economy.questions.opening import asked_of
from kaldor.economy.questions.subject import Asked
from kaldor.rooms import questions
from kaldor.words import weakest
from tests.asking.cases import asked, asked_on
from tests.asking.mined import MINED, YEAR, keep_mined

OF_CELLS = {"recycled"}
"""Questions whose figures are cells of the table and sums of them; whatever is solved from it is at best modelled."""

OF_THE_EQUILIBRIUM = (
    "leakage", "cut-off", "tariff", "productivity", "subsidy", "gains-from-trade", "break-even", "treaty", "why",
    "supplier-lost", "horizons",
)  # fmt: skip
OF_LEVERS = ("compare", "explain")
OF_A_MODEL = {
    "bands": "estimated",
    **dict.fromkeys(("extract", "prices", "ghosh", *OF_LEVERS, *OF_THE_EQUILIBRIUM), "predicted"),
}
"""What a method makes of figures that were all observed, where that is less than modelled."""

CURRENT = "Current prices: changes over time mix prices with volumes."


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder: Path = tmp_path_factory.mktemp("status")
    keep_mined(folder / "store", folder / "files")
    return folder / "store"


def of(question: str, store: Path, made: Callable[[Economy], Economy]) -> Asked:
    """What a question is asked of, with every year's economy made another."""
    subject = asked_of(asked_on(question), YEAR, (), store if asked_on(question) == MINED else None)
    return replace(subject, economy=made(subject.economy), in_year=lambda year: made(subject.in_year(year)))


def observed(economy: Economy) -> Economy:
    own = {id: replace(one, status="observed") for id, one in economy.extensions.items()}
    return replace(economy, status="observed", extensions=own, notes=(CURRENT,))


def with_more(extension: str) -> Callable[[Economy], Economy]:
    """All observed but one extension, which is larger, estimated and of a source of its own."""

    def made(economy: Economy) -> Economy:
        one = observed(economy).extensions[extension]
        source = replace(one.source, id="elsewhere", citation="Elsewhere (2019)")
        more = replace(one, F=one.F * 1.5, F_Y=one.F_Y * 1.5, status="estimated", source=source)
        return replace(observed(economy), extensions={**observed(economy).extensions, extension: more})

    return made


def tables(answer: Answer) -> list[dict[str, Any]]:
    return [table.frame.to_dict() for table in answer.tables]


@pytest.mark.parametrize(("question", "given"), list(asked()))
def test_whatever_a_figure_is_read_from_weakens_it_and_is_named(question, given, store) -> None:
    usual = of(question, store, observed)
    before = questions()[question].ask(usual, given)
    for extension in usual.economy.extensions:
        after = questions()[question].ask(of(question, store, with_more(extension)), given)
        cited = any(note.endswith(": Elsewhere (2019)") for note in after.notes)
        if repr(tables(after)) != repr(tables(before)):
            assert cited, extension
            assert weakest(after.status, "estimated") == after.status, extension
        else:
            assert (cited, after.status) == (False, before.status), extension


@pytest.mark.parametrize(("question", "given"), list(asked()))
def test_a_model_on_observed_data_gives_no_observation(question, given, store) -> None:
    answer = questions()[question].ask(of(question, store, observed), given)
    deflated = question == "change"
    cells = "observed" if question in OF_CELLS else "modelled"
    assert answer.status == OF_A_MODEL.get(question, "estimated" if deflated else cells)
    assert answer.origin.status == "observed"  # the data stay what they are
    assert {table.frame.attrs["status"] for table in answer.tables} == {answer.status}
    assert (CURRENT in answer.notes) != deflated


def test_a_change_at_current_prices_is_modelled_on_its_tables_and_says_so(store) -> None:
    answer = questions()["change"].ask(of("change", store, observed), {"extension": "co2", "since": 2018})
    assert (answer.status, CURRENT in answer.notes) == ("modelled", True)
