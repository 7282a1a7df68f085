"""Whoever upgrades finds what changes for them: a paragraph for every version."""

from __future__ import annotations

import re
from pathlib import Path

from kaldor import __version__
from tests.old.test_opens import MOVED

ROOT = Path(__file__).parents[2]


def release(version: str) -> tuple[int, int]:
    major, minor = version.split(".")[:2]
    return int(major), int(minor)


def paragraph(version: str) -> str:
    """What a version's part of the page of migration says."""
    return (ROOT / "docs/migration.md").read_text("utf-8").partition(f"\n## {version}\n")[2].partition("\n## ")[0]


def headed(file: str) -> set[tuple[int, int]]:
    """The versions that have a heading with text under it."""
    parts = re.findall(r"^## (\d+\.\d+)[^\n]*\n+(?!#)\S", (ROOT / file).read_text("utf-8"), re.MULTILINE)
    return {release(version) for version in parts}


def test_every_version_from_0_2_on_has_a_paragraph() -> None:
    wanted = {one for one in headed("CHANGELOG.md") if one >= (0, 2)} | {release(__version__)}
    assert wanted <= headed("docs/migration.md")


def test_every_number_that_moves_on_purpose_is_told() -> None:
    assert paragraph("0.2")
    assert [ask for (_, ask), later in MOVED.items() if ask not in paragraph(later)] == []
