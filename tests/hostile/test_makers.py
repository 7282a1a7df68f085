"""Every door has its sixty hostile inputs, and a person gets them as files."""

from __future__ import annotations

import pytest

from tests.hostile.__main__ import write


@pytest.mark.long
def test_all_inputs_are_written_and_every_door_has_sixty(tmp_path):
    counts = write(tmp_path / "hostile")
    assert min(counts.values()) >= 60, counts
    for place in (tmp_path / "hostile").iterdir():
        assert any(place.iterdir())
