"""Every number that a user may give has a least and a largest, at every door, and is refused in one sentence."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pkgutil import walk_packages
from typing import Annotated, Any

import pytest
from pydantic import TypeAdapter, ValidationError
from typer.main import get_command

import kaldor
from kaldor.bounds import SEED, YEAR, Bounds
from kaldor.cli.main import app
from kaldor.declared import Declared, checked
from kaldor.errors import InputError
from kaldor.rooms import questions
from tests.hostile.doors import kaldor as run

NONE = ("nan", "inf", "-inf", str(10**30), f"-{10**30}", "1_0")
"""Numbers that no option takes."""


def _commands(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    if not hasattr(command, "list_commands"):
        yield path, command
        return
    for name in command.list_commands(None):
        yield from _commands(command.get_command(None, name), (*path, name))


def _numbers(command: Any) -> Iterator[Any]:
    for one in command.params:
        kind = one.bare_type()
        if kind.removeprefix("list[").removesuffix("]") in {"int", "float"}:
            yield one


COMMANDS = list(_commands(get_command(app)))
OPTIONS = [(path, command, one) for path, command in COMMANDS for one in _numbers(command)]
INPUTS = [
    (question, one)
    for question in questions().values()
    for one in question.described
    if one.kind in {"number", "whole"}
]


def _line(path: tuple[str, ...], command: Any, option: str, value: str) -> list[str]:
    """A command with all that it needs, and the option last."""
    needed = [one for one in command.params if one.required and option not in one.opts]
    options = [
        f"{one.opts[0]}={'1' if one in list(_numbers(command)) else 'x'}" for one in needed if one.opts[0][:1] == "-"
    ]
    arguments = ["x" for one in needed if one.opts[0][:1] != "-"]
    return [*path, *options, f"{option}={value}", *arguments]


@pytest.mark.parametrize(("path", "command", "one"), OPTIONS, ids=[" ".join((*p, o.opts[0])) for p, _, o in OPTIONS])
def test_an_option_has_bounds_and_refuses_what_lies_outside(path, command, one):
    assert None not in (one.min, one.max)
    option = one.opts[0]
    for value in (*NONE, str(one.min - 1), str(one.max + 1)):
        ended = run(*_line(path, command, option, value))
        assert ended.code == 2, (value, ended)
        assert ended.err.startswith(f"kaldor: {option}: '{value}' is not "), (value, ended)
        assert ended.err.count("\n") == 1, ended
        assert not ended.out


def test_options_are_found_by_walking_the_commands():
    assert {" ".join(path) for path, _, _ in OPTIONS} >= {
        "serve",
        "data report",
        "twin sweep",
        "twin shock",
        "economy bands",
    }
    assert {one.opts[0] for _, _, one in OPTIONS} >= {
        "--workers",
        "--steps",
        "--bands",
        "--runs",
        "--seed",
        "--years",
        "--rows",
    }


@pytest.mark.parametrize(("question", "one"), INPUTS, ids=[f"{q.id} {o.id}" for q, o in INPUTS])
def test_an_input_of_a_question_has_bounds_and_refuses_what_lies_outside(question, one):
    assert None not in (one.low, one.high)
    for value in (*NONE, str(one.low - 1), str(one.high + 1), one.low - 1, 10**30):
        with pytest.raises(InputError) as caught:
            question.read({one.id: value})
        assert any(problem.where == one.id for problem in caught.value.problems), value


def _unbounded(schema: Any, place: str = "") -> Iterator[str]:
    """Numbers of a JSON Schema that lack an end."""
    if isinstance(schema, list):
        for number, entry in enumerate(schema):
            yield from _unbounded(entry, f"{place}[{number}]")
    if not isinstance(schema, dict):
        return
    if schema.get("type") in {"integer", "number"} and "const" not in schema and "enum" not in schema:
        ends = {"minimum", "exclusiveMinimum"} & set(schema), {"maximum", "exclusiveMaximum"} & set(schema)
        if not all(ends):
            yield place
    for name, entry in schema.items():
        yield from _unbounded(entry, f"{place}.{name}")


def test_every_number_that_a_request_may_carry_has_bounds(tmp_path):
    from kaldor.server.app import make_app
    from kaldor.server.settings import Settings

    made = make_app(Settings(store=tmp_path))
    document = made.openapi()
    made.state.workbench.close()
    shapes, seen, found = document["components"]["schemas"], set(), []

    def look(schema: Any, place: str) -> None:
        found.extend(_unbounded(schema, place))
        for name in {one.rpartition("/")[2] for one in _references(schema)} - seen:
            seen.add(name)
            look(shapes[name], name)

    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            look([operation.get("parameters", []), operation.get("requestBody", {})], f"{method} {path}")
    assert {"AskedShock", "Pathway", "Scenario", "StudySweep"} <= seen
    assert found == []


def _references(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        if isinstance(schema.get("$ref"), str):
            yield schema["$ref"]
        for entry in schema.values():
            yield from _references(entry)
    if isinstance(schema, list):
        for entry in schema:
            yield from _references(entry)


def _declared() -> list[type[Declared]]:
    """Every declared type that there is, but for what the package alone writes."""
    for module in walk_packages(kaldor.__path__, "kaldor."):
        if not module.name.endswith("__main__"):
            import_module(module.name)

    def below(kind: type[Declared]) -> Iterator[type[Declared]]:
        for one in kind.__subclasses__():
            yield one
            yield from below(one)

    return sorted({one for one in below(Declared) if one.__module__.startswith("kaldor.")}, key=str)


OF_THE_PACKAGE = ("kaldor.economy.starter.declared", "kaldor.atlas.classifications", "kaldor.atlas.readers.code_list")
"""Read from files of the package alone: nobody gives them."""


@pytest.mark.parametrize("kind", [one for one in _declared() if not one.__module__.startswith(OF_THE_PACKAGE)])
def test_every_number_that_a_file_may_declare_has_bounds(kind):
    assert list(_unbounded(kind.model_json_schema(), kind.__name__)) == []


def test_bounds_are_said_in_words():
    assert YEAR.said == "1900 to 2200"
    assert SEED.said == "0 to 4,294,967,295"
    assert Bounds(-1, 0.5, low_open=True).said == "above −1 to 0.5"
    assert Bounds(-1e15, 1e15).said == "−10¹⁵ to 10¹⁵"


@pytest.mark.parametrize("given", [0, 26, 10**30, "x", "1_0", float("nan")])
def test_what_lies_outside_is_refused_in_one_sentence_by_a_declaration(given):
    from kaldor.twin.futures.pathway import Pathway

    path = {"id": "a", "region": "DEU", "start": 2020, "end": 2030, "step": given}
    with pytest.raises(InputError) as caught:
        checked(Pathway, path, "path.toml")
    assert str(caught.value).startswith("path.toml, step: ")
    if given in (0, 26):
        assert str(caught.value) == f"path.toml, step: '{given}' is not within its bounds. Allowed: 1 to 25."


def test_an_argument_in_python_is_refused_in_the_same_sentence():
    from kaldor.economy.economy import Economy
    from kaldor.economy.starter import starter_world
    from kaldor.twin.shocks.events import Shock
    from kaldor.twin.shocks.run import run_shock

    event = {"kind": "capacity", "regions": ["all"], "sectors": ["all"], "share": 0.1, "days": 7.0}
    shock = checked(Shock, {"id": "a", "events": [event]}, "a")
    with pytest.raises(InputError) as caught:
        run_shock(Economy.from_published(starter_world()), shock, steps=0, bands=-1, seed=-1)
    assert str(caught.value).splitlines() == [
        "run_shock, steps: '0' is not within its bounds. Allowed: 1 to 36,600.",
        "run_shock, bands: '-1' is not within its bounds. Allowed: 0 to 1,000.",
        "run_shock, seed: '-1' is not within its bounds. Allowed: 0 to 4,294,967,295.",
    ]


@pytest.mark.parametrize("written", ["١٠", "1٠", "１０", "२"])
def test_digits_of_other_scripts_are_no_number_at_any_door(written):
    """Python alone reads them: int("١٠") is 10."""
    with pytest.raises(InputError, match=r"is not written as a number\. Write digits alone"):
        Bounds(1, 100).read(written, "--runs", whole=True)
    with pytest.raises(ValidationError, match=r"is not written as a number\. Write digits alone"):
        TypeAdapter(Annotated[int, Bounds(1, 100)]).validate_python(written)
