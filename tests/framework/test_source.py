"""The framework against the document it was drawn from: places, counts, and wording of our own."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest

from kaldor.framework import Locator, load_framework

pytestmark = pytest.mark.real

LONGEST_RUN = 9  # words in a row that may also stand in the document


@pytest.fixture(scope="module")
def paper(shared: Path) -> str:
    found = sorted((shared.parent / "seeds").glob("002_*.txt"))
    if not found:
        pytest.skip("the white paper is not on this machine")
    return found[0].read_text(encoding="utf-8")


def _locators() -> Iterator[tuple[str, Locator]]:
    framework = load_framework()
    for fact in framework.facts:
        yield fact.id, fact.locator
    for case in framework.cases():
        for figure in case.figures:
            yield f"{case.id} {figure.id}", figure.locator


@pytest.mark.parametrize(
    ("name", "locator"), list(_locators()), ids=lambda value: value if isinstance(value, str) else ""
)
def test_each_figure_stands_where_its_locator_says(paper: str, name: str, locator: Locator):
    lines = paper.split("\n")
    assert locator.printed in lines[locator.line - 1], name


def test_each_case_stands_under_its_heading(paper: str):
    lines = paper.split("\n")
    for case in load_framework().cases():
        line = lines[case.locator.line - 1].strip()
        if case.locator.heading_missing:
            assert case.locator.heading not in paper
        else:
            assert line == case.locator.heading


def test_every_figure_of_a_case_stands_between_its_heading_and_the_next(paper: str):
    cases = sorted(load_framework().cases(), key=lambda case: case.number)
    ends = [case.locator.line for case in cases[1:]] + [len(paper.split("\n"))]
    for case, end in zip(cases, ends, strict=True):
        assert all(case.locator.line < figure.locator.line < end for figure in case.figures), case.id


def test_table_1_of_the_document_has_as_many_entries_as_we_map(paper: str):
    rows = [line for line in paper.split("\n") if line.startswith(" <p>")]
    framework = load_framework()
    assert len(rows) == 5
    for challenge, row in zip(framework.challenges, rows, strict=True):
        in_document = [cell.count(" – ") for cell in row.split("\t")[1:]]
        mapped = [
            framework.issues(challenge.id),
            framework.priorities(challenge.id, "public"),
            framework.priorities(challenge.id, "private"),
        ]
        assert [sum(entry.table1 is not None for entry in entries) for entries in mapped] == in_document


def test_our_wording_is_our_own(paper: str):
    length = LONGEST_RUN + 1
    words = _words(paper)
    runs = {tuple(words[i : i + length]) for i in range(len(words) - length + 1)}
    borrowed = []
    for text in _texts():
        ours = _words(text)
        borrowed += [run for i in range(len(ours) - length + 1) if (run := tuple(ours[i : i + length])) in runs]
    assert borrowed == []


def test_the_test_of_wording_would_notice_a_copied_sentence(paper: str):
    assert len(_words("Digital twins simulate “what if” scenarios, aiding organizations in preparedness.")) == 10
    assert " ".join(_words("Digital twins simulate “what if” scenarios, aiding")) in " ".join(_words(paper))


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", text.casefold())


def _texts() -> Iterator[str]:
    """Every text of our files, except the titles of documents, which are names."""
    for file in Path(str(files("kaldor.framework") / "data")).rglob("*.toml"):
        tables = tomllib.loads(file.read_text(encoding="utf-8"))
        for document in tables.get("documents", []):
            del document["title"]
        yield from _strings(tables)


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _strings(part)
