"""What several tests of the store and its doors share."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from kaldor.cli.data import app


@pytest.fixture
def kaldor_data(tmp_path, monkeypatch):
    """`kaldor data` with a store of its own; gives what it prints, and raises what it raises."""
    monkeypatch.setenv("KALDOR_STORE", str(tmp_path / "store"))
    monkeypatch.setenv("COLUMNS", "200")

    def run(*arguments: str, code: int = 0, input: str | None = None) -> str:
        result = CliRunner().invoke(app, list(arguments), input=input, catch_exceptions=False)
        assert result.exit_code == code, result.output
        return result.stdout

    return run
