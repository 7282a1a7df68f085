"""Errors that go from one process to another: what they say, and what they carry, arrives."""

from __future__ import annotations

import pickle

import pytest

from kaldor.errors import (
    FetchError,
    InputError,
    KaldorError,
    Problem,
    StoreError,
    UnknownDatasetError,
    UnknownExtensionError,
    UnknownLabelError,
    put_in_words,
)
from kaldor.server.refusals import RefusedError

PROBLEMS = [Problem("a.csv, row 2", "holds no number.", "Write one."), Problem("b.csv", "is empty.")]


@pytest.mark.parametrize(
    "error",
    [
        KaldorError("plain"),
        InputError(PROBLEMS),
        UnknownLabelError("region", "GER", ["DEU", "FRA"], where="study", remedy="Name one."),
        UnknownExtensionError("co", ["co2"]),
        UnknownDatasetError("wiod", ["wiod2013"]),
        FetchError("a.zip", "cannot be fetched", "Try again."),
        StoreError("is busy."),
        RefusedError(429, PROBLEMS[0]),
    ],
    ids=lambda error: type(error).__name__,
)
def test_an_error_arrives_in_another_process_as_it_was(error):
    arrived = pickle.loads(pickle.dumps(error))
    assert type(arrived) is type(error)
    assert str(arrived) == str(error)
    assert vars(arrived) == vars(error)


@pytest.mark.parametrize(
    "error",
    [
        InputError(Problem("a\n=b", "is \x1b[31mred\x1b[0m.", "Mend\tit.")),
        UnknownLabelError("region", "DEU\n=cmd\x1b]0;x\x07", ["\u202eDEU"]),
        StoreError("store\r\nstore"),
        FetchError("a\u2028b", "\x9b31m", "Try."),
    ],
    ids=lambda error: type(error).__name__,
)
def test_no_terminal_obeys_a_message(error):
    assert str(error).isprintable()


def test_every_problem_has_one_line_and_keeps_its_letters():
    both = InputError([Problem("Größe\n", "is 5 → 6."), Problem("b", "wrong.")])
    assert str(both) == "Größe\\n: is 5 → 6.\nb: wrong."


def test_problems_that_only_count_are_counted():
    words = []
    problems = put_in_words(range(120_000), "a.toml", lambda one: words.append(one) or Problem("a.toml", f"{one} no."))
    assert len(words) == 100
    assert str(InputError(problems)).endswith("… and 119980 more problems of this input.")
