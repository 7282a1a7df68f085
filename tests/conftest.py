"""Fixtures that every test may use."""

from __future__ import annotations

from pathlib import Path

import pytest

SHARED = Path(__file__).parents[2] / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real tables beside the repository; the test skips where it is absent."""
    if not (SHARED / "data").is_dir():
        pytest.skip("the real tables (../shared/data) are not on this machine")
    return SHARED / "data"
