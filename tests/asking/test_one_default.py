"""What is meant where nothing is said is the same in Python and in a question, and so at every door."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any, get_args, get_type_hints

import pytest

import kaldor
from kaldor.brief.sections.resilience.shocks import StudyShock
from kaldor.cli.futures import shock as shock_command
from kaldor.rooms import rooms


def _none(default: Any) -> bool:
    return default in (None, (), [], inspect.Parameter.empty)


def _pairs() -> Iterator[tuple[str, Any, Any]]:
    """Every input of a question that a public function takes by the same name, both with a default of their own."""
    public = {getattr(kaldor, name) for name in kaldor.__all__ if inspect.isfunction(getattr(kaldor, name))}
    for question in [one for room in rooms().values() for one in room.questions]:
        read = {one for one in question.answer.__globals__.values() if inspect.isfunction(one)} & public
        for function in sorted(read, key=lambda one: one.__name__):
            parameters = inspect.signature(function).parameters
            for one in question.described:
                if one.id not in parameters or _none(one.default) or _none(parameters[one.id].default):
                    continue
                taken = get_args(get_type_hints(function)[one.id])
                if set(one.choices) <= set(taken):  # else a layout that only the question has
                    yield f"{question.id} and {function.__name__}: {one.id}", one.default, parameters[one.id].default


PAIRS = list(_pairs())


def test_the_inputs_that_chance_and_size_hang_on_are_compared():
    asked = {name.partition(" and ")[0] + name.rpartition(":")[2] for name, _, _ in PAIRS}
    assert {"bands draws", "bands seed", "bands level", "bands rule", "paths threshold", "extract share"} <= asked


@pytest.mark.parametrize(("name", "asked", "called"), PAIRS, ids=[name for name, _, _ in PAIRS])
def test_a_default_is_one_at_every_door(name, asked, called):
    assert asked == called, name


def test_a_shock_is_as_long_and_as_often_drawn_at_every_door():
    python = {name: one.default for name, one in inspect.signature(kaldor.shock).parameters.items()}
    typed = {name: one.default for name, one in inspect.signature(shock_command).parameters.items()}
    study = {name: one.default for name, one in StudyShock.model_fields.items()}
    for name in ("steps", "step_days", "seed"):
        assert python[name] == typed[name] == study[name], name
    assert python["runs"] == typed["bands"] == study["runs"]
