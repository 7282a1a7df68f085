"""Every reader of declared files, given what no declaration is: one error that names the file and the place, at once.

Readers are found, not listed: every type of a whole file, read from a path, and every public function that reads one.
What each is given is made from its own type, so that one that is added tomorrow is asked the same.
"""

from __future__ import annotations

import ast
import inspect
import pkgutil
import time
from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from importlib import import_module
from pathlib import Path
from types import ModuleType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import pytest
from pydantic import BaseModel

import kaldor
from kaldor.declared import Declared, DeclaredFile, read
from kaldor.errors import InputError

ROOT = Path(kaldor.__file__).parent
GROUND = ROOT / "declared"
RAW = {"parse", "read", "joined", "toml_file", "toml_of", "text_of", "holding"}
"""What of the ground floor turns a file into a declaration."""


@cache
def modules() -> tuple[ModuleType, ...]:
    names = [found.name for found in pkgutil.walk_packages([str(ROOT)], "kaldor.")]
    return tuple(import_module(name) for name in names if not name.endswith("__main__"))


@cache
def whole_files() -> tuple[type[DeclaredFile], ...]:
    """Every declared type of a whole file."""
    modules()
    found, left = [], [DeclaredFile]
    while left:
        derived = left.pop().__subclasses__()
        found += [one for one in derived if one.__module__.startswith("kaldor.")]
        left += derived
    return tuple(sorted(set(found), key=lambda one: (one.__module__, one.__name__)))


@cache
def functions() -> tuple[Callable[..., Any], ...]:
    """Every public function of a module that reads declarations which takes the path of one and needs no more."""
    found = []
    for module in modules():
        if Path(str(module.__file__)).is_relative_to(GROUND) or not RAW & _from_the_ground(module):
            continue
        own = [one for _, one in inspect.getmembers(module, inspect.isfunction) if one.__module__ == module.__name__]
        found += [one for one in own if not one.__name__.startswith("_") and _takes_only_a_path(one)]
    return tuple(found)


def _from_the_ground(module: ModuleType) -> set[str]:
    """What a module imports from the ground floor."""
    tree = ast.parse(Path(str(module.__file__)).read_text("utf-8"))
    imports = [one for one in ast.walk(tree) if isinstance(one, ast.ImportFrom) and one.module == "kaldor.declared"]
    return {name.name for one in imports for name in one.names}


def _takes_only_a_path(function: Callable[..., Any]) -> bool:
    parameters = inspect.signature(function).parameters.values()
    needed = [one.annotation for one in parameters if one.default is one.empty]
    return bool(needed) and set(needed) <= {"Path", Path, "Path | str"}


def _called(function: Callable[..., Any], path: Path) -> object:
    """The function on one path; what stands before it has its default."""
    parameters = inspect.signature(function).parameters.values()
    before = [
        one.default for one in parameters if one.kind is one.POSITIONAL_OR_KEYWORD and one.default is not one.empty
    ]
    variadic = any(one.kind is one.VAR_POSITIONAL for one in parameters)
    return function(*before, path) if variadic else function(path)


READERS: Mapping[str, Callable[[Path], object]] = {
    **{f"{one.__module__}.{one.__name__}": partial(read, one) for one in whole_files()},
    **{f"{one.__module__}.{one.__name__}()": partial(_called, one) for one in functions()},
}

BYTES: Mapping[str, bytes] = {
    "UTF-16": "a = 1".encode("utf-16"),
    "Latin-1": "a = 'Größe'".encode("latin-1"),
    "a zero byte": b"a = 1\0",
    "3,000 brackets": b"# deep\na = " + b"[" * 3_000,
    "5,000 digits": b"# long\na = " + b"9" * 5_000,
    "not a number": b"[[levers]]\nid = 'x'\nstrength = nan",
    "broken": b"a = 1\nb =\nc = 1",
}
STRICT = {"extra": "forbid", "frozen": True, "strict": True, "allow_inf_nan": False}
PLACES: Mapping[str, str] = {
    "3,000 brackets": ", line 2: is nested deeper",
    "5,000 digits": ", line 2: is a whole number of more than 64 bits",
    "not a number": ", levers 'x', strength: is no finite number",
    "broken": ", line 2: is not valid TOML",
}


def refused(reader: Callable[[Path], object], path: Path) -> str:
    started = time.process_time()
    with pytest.raises(InputError) as caught:
        reader(path)
    assert time.process_time() - started < 5  # it takes hundredths
    assert all(path.name in problem.where or str(path) in problem.where for problem in caught.value.problems)
    return "\n".join(map(str, caught.value.problems))


def test_the_readers_are_found():
    names = " ".join(READERS)
    assert len(whole_files()) >= 25
    for known in (
        "load_levers()",
        "load_framework()",
        "read_study()",
        "read_scenarios()",
        "load_shock()",
        "read_ranges()",
    ):
        assert known in names
    assert {one.__name__ for one in functions()} >= {"load_metrics", "error_model", "read_splits", "read_pathway"}


@pytest.mark.parametrize("name", READERS)
def test_what_is_no_text_file_is_refused(name: str, tmp_path: Path):
    reader = READERS[name]
    assert "no such file" in refused(reader, tmp_path / "none.toml")
    assert "it is a folder" in refused(reader, tmp_path)
    for kind, content in BYTES.items():
        path = tmp_path / "own.toml"
        path.write_bytes(content)
        said = refused(reader, path)
        assert f"{path.name}{PLACES.get(kind, ': ')}" in said, (kind, said)


Steps = tuple[Any, ...]
"""A place in a declaration: keys, 0 for the first entry of a list, and a table of what else must stand there."""


def places_in(model: Any, before: Steps = ()) -> tuple[tuple[Steps, Any], ...]:
    """Every place in a declared type with the type of what stands there; of a choice the first."""
    options = list(_options(model))
    kind = options[0]
    found: list[tuple[Steps, Any]] = [(before, model)]
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        tags = {name: get_args(f.annotation)[0] for name, f in kind.model_fields.items() if _is_tag(f.annotation)}
        here = (*before, tags) if len(options) > 1 and isinstance(options[1], type) and tags else before
        inside = [((*here, name), field.annotation) for name, field in kind.model_fields.items()]
    elif get_origin(kind) is tuple:
        inside = [((*before, 0), get_args(kind)[0])]
    elif isinstance(get_origin(kind), type) and issubclass(get_origin(kind), Mapping):
        inside = [((*before, "x"), get_args(kind)[1])] if get_args(kind)[0] is str else []
    else:
        inside = []
    return (*found, *(place for steps, one in inside for place in places_in(one, steps)))


def _options(kind: Any) -> Iterator[Any]:
    if get_origin(kind) is Annotated:
        yield from _options(get_args(kind)[0])
    elif get_origin(kind) in (Union, UnionType):
        for one in get_args(kind):
            yield from _options(one)
    else:
        yield kind


def _is_tag(kind: Any) -> bool:
    return get_origin(kind) is Literal and len(get_args(kind)) == 1


def text_with(steps: Steps, value: str) -> str:
    """The text of a file in which a value stands at a place."""
    for step in reversed(steps):
        if step == 0:
            value = f"[{value}]"
        elif isinstance(step, dict):
            value = "{ " + "".join(f'{key} = "{tag}", ' for key, tag in step.items()) + value[2:]
        else:
            value = f"{{ {step} = {value} }}"
    return value[2:-2]


def said_of(steps: Steps) -> str:
    """How a message says a place: "levers 1, parameter.low"."""
    said, before = "", 0
    for step in (step for step in steps if not isinstance(step, dict)):
        said += " 1" if step == 0 else f"{', ' if before == 0 else '.'}{step}"
        before = step
    return said


def unknown_keys(model: type[DeclaredFile]) -> Iterator[tuple[str, str]]:
    for steps, kind in places_in(model):
        one = next(_options(kind))
        if isinstance(one, type) and issubclass(one, BaseModel):
            if one.model_config.get("extra") == "allow":  # the question that it names refuses what it does not know
                continue
            name = next(iter(one.model_fields)) + "q"
            tags = {n: get_args(f.annotation)[0] for n, f in one.model_fields.items() if _is_tag(f.annotation)}
            place = (*steps, tags, name) if tags and steps else (*steps, name)
            yield text_with(place, "1"), f"{said_of(place)}: unknown key. Did you mean '"


def dates(model: type[DeclaredFile]) -> Iterator[tuple[str, str]]:
    for steps, kind in places_in(model):
        if {int, float} & set(_options(kind)) and str not in _options(kind):
            yield text_with(steps, "2020-02-03"), f"{said_of(steps)}: should be a valid "
            yield text_with(steps, "2020-02-03"), "found 2020-02-03."


def truths(model: type[DeclaredFile]) -> Iterator[tuple[str, str]]:
    for steps, kind in places_in(model):
        if {int, float} & set(_options(kind)) and str not in _options(kind):
            yield text_with(steps, "true"), f"{said_of(steps)}: should be a valid "


def not_numbers(model: type[DeclaredFile]) -> Iterator[tuple[str, str]]:
    for steps, kind in places_in(model):
        if float in _options(kind):
            yield text_with(steps, "nan"), f"{said_of(steps)}: is no finite number."


def doubled(model: type[DeclaredFile]) -> Iterator[tuple[str, str]]:
    for steps, kind in places_in(model):
        inner = next(_options(get_args(kind)[0])) if get_origin(kind) is tuple else None
        if isinstance(inner, type) and issubclass(inner, Declared) and inner.key in inner.model_fields:
            entry = f'{{ {inner.key} = "a" }}'
            place = f"{said_of(steps)} 'a': the {inner.key} stands twice."
            yield text_with(steps, f"[{entry}, {entry}]"), place


def _models_of(reader: partial[object]) -> list[type[DeclaredFile]]:
    """The whole files that a reader reads: its own type, or those that stand in the module of a function."""
    first = reader.args[0]
    return [first] if isinstance(first, type) else [one for one in whole_files() if one.__module__ == first.__module__]


KINDS = (unknown_keys, dates, truths, not_numbers, doubled)


@pytest.mark.parametrize("faults", KINDS)
@pytest.mark.parametrize("name", READERS)
def test_what_a_file_may_not_say_is_refused_with_its_place(name: str, faults: Callable[..., Any], tmp_path: Path):
    path = tmp_path / "own.toml"
    for model in _models_of(READERS[name]):
        for text, expected in faults(model):
            path.write_text(text, "utf-8")
            said = refused(READERS[name], path)
            assert expected in said, (text, said)


def test_the_faults_are_made():
    made = {one.__name__: {faults.__name__: len(list(faults(one))) for faults in KINDS} for one in whole_files()}
    assert all(counts["unknown_keys"] for counts in made.values())
    assert made["_Levers"] == {"unknown_keys": 8, "dates": 24, "truths": 12, "not_numbers": 10, "doubled": 2}


def test_toml_is_read_nowhere_else():
    for path in sorted(ROOT.rglob("*.py")):
        imports = [
            one for one in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(one, ast.Import | ast.ImportFrom)
        ]
        names = {name.name.split(".")[0] for one in imports if isinstance(one, ast.Import) for name in one.names}
        names |= {str(one.module).split(".")[0] for one in imports if isinstance(one, ast.ImportFrom)}
        assert not names & {"tomllib", "tomli", "toml", "tomlkit", "rtoml"} or path == GROUND / "toml.py", path


def test_every_declared_type_of_a_file_derives_from_the_strict_base():
    for model in whole_files():
        assert {key: model.model_config.get(key) for key in STRICT} == STRICT


def test_a_file_of_endless_faults_is_refused_at_once_and_counted(tmp_path: Path) -> None:
    from kaldor.economy.error_model import error_model

    entries = "\n".join(f'{{id="a{number}", flow=1}},' for number in range(20_000))
    (tmp_path / "own.toml").write_text(f"models = [\n{entries}\n]\n")
    began = time.process_time()
    with pytest.raises(InputError) as caught:
        error_model("usual", tmp_path / "own.toml")
    assert time.process_time() - began < 20  # a second or two; it was half a minute
    assert len(caught.value.problems) == 101
    assert str(caught.value).endswith("… and 119980 more problems of this input.")  # six of each entry, without 20
