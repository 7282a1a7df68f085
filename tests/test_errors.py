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
