"""The library of events on WIOD: every event is run, and the page of the documentation says what the command finds."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from runpy import run_path
from typing import Any

import pytest

from kaldor.atlas.store import Store
from kaldor.economy.economy import Economy
from kaldor.twin.library.run import Answered, score

DOCS = Path(__file__).parents[2] / "docs"
AGAIN = "run: ./run python docs/make_shock_library.py --store FOLDER"


@pytest.fixture(scope="module")
def command() -> dict[str, Any]:
    return run_path(str(DOCS / "make_shock_library.py"))


@pytest.fixture(scope="module")
def printed(command: dict[str, Any]) -> list[str]:
    page: Path = command["PAGE"]
    return page.read_text("utf-8").splitlines()


@pytest.fixture(scope="module")
def opened(real_store: Store) -> Callable[[int], Economy]:
    """WIOD without other accounts, which not all years have."""
    return cache(lambda year: Economy.from_published(real_store.economy("wiod2013", year)))


@pytest.mark.real
@pytest.mark.parametrize("event", ["rhine-2018", "kobe-1995"])
def test_an_event_stands_on_the_page_as_it_is_found(
    event: str, command: dict[str, Any], printed: list[str], opened: Callable[[int], Economy]
) -> None:
    found: list[Answered] = command["answered"](opened, [event])
    rows = [line for line in command["table"](found) if line.startswith(f"| {event} ")]
    assert len(rows) == max(1, len(found[0].beside))
    assert [line for line in printed if line.startswith(f"| {event} ")] == rows, AGAIN


@pytest.mark.real
@pytest.mark.long
def test_all_sixteen_events_and_the_page(
    command: dict[str, Any], printed: list[str], opened: Callable[[int], Economy]
) -> None:
    """The bar: every sign right, and half of the events that can be compared met."""
    found: list[Answered] = command["answered"](opened)
    assert command["page"](found).splitlines() == printed, AGAIN
    whole = score(found)
    assert (whole.events, whole.comparable) == (16, 14)
    assert 2 * whole.met >= whole.comparable
    assert (whole.comparisons, whole.comparisons_met) == (63, 21)
    assert (whole.signs, whole.right_signs, whole.wrong_signs) == (65, 65, 0)
    assert {one.known.event.id for one in found if one.met} == {
        "china-decoupling",
        "china-property",
        "critical-inputs-china",
        "gas-europe-2022",
        "harness-2022",
        "port-strike-2024",
        "rhine-2018",
        "russia-energy-germany-2022",
        "suez-2021",
    }
    assert not any(one.not_run for one in found)


def test_the_page_has_every_event_and_every_published_figure(command: dict[str, Any], printed: list[str]) -> None:
    """Without the tables: what is declared stands on the page, figures to be verified in italics."""
    from kaldor.twin.library.declared import load_events

    text = "\n".join(printed)
    for known in load_events([command["EVENTS"]]):
        assert f"### {known.event.id}: {known.event.title}" in text, AGAIN
        for published in known.event.published:
            unit = f" {published.unit}" if published.unit and not published.said else ""
            verify = ", to be verified" if published.verify else ""
            assert f"| {published.id} | {published.measure}; {published.scope}; {published.horizon} | " in text, AGAIN
            assert f" | {command['theirs'](published)}{unit} | {published.kind}{verify} | " in text, AGAIN
    assert text.startswith(command["TEXTS"]["introduction"].strip()), AGAIN
    for line in command["extra"]():
        assert line in text, AGAIN
