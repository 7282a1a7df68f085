"""Text and TOML from outside: read as it is meant, or refused in one sentence, at once."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from kaldor.declared import DEEPEST, bytes_of, checked, is_text, text_of, toml_file, toml_of
from kaldor.errors import InputError
from kaldor.twin.shocks.assumptions import Assumptions


def _refused(read, *arguments) -> str:
    with pytest.raises(InputError) as caught:
        read(*arguments)
    assert len(caught.value.problems) == 1
    return str(caught.value)


def test_a_whole_file_is_read_with_its_line_ends_as_one(tmp_path: Path):
    path = tmp_path / "own.toml"
    path.write_bytes("\ufeffa = 1\r\nb = 'Größe'\r".encode())
    assert text_of(path) == "\na = 1\nb = 'Größe'\n".lstrip("\n")
    assert toml_file(path) == {"a": 1, "b": "Größe"}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("a = 1".encode("utf-16"), "is text in UTF-16. Save it as UTF-8."),
        (b"a = 1\0", "is no text: byte 5 is zero."),
        ("# Größe".encode("latin-1"), "is not a text file in UTF-8 (byte 4)."),
        (b"#" * 1_000_001, "is larger than the 1 MB"),
    ],
)
def test_what_is_no_text_is_refused_by_name(tmp_path: Path, content: bytes, message: str):
    path = tmp_path / "own.toml"
    path.write_bytes(content)
    assert _refused(text_of, path).startswith(f"{path}: {message}")


def test_what_is_no_file_is_refused_before_it_is_opened(tmp_path: Path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to("loop")
    assert "pipe: cannot be read: it is a pipe." in _refused(bytes_of, tmp_path / "pipe")
    assert "symbolic links" in _refused(bytes_of, tmp_path / "loop")
    assert "it is a device" in _refused(bytes_of, Path("/dev/zero"))
    assert "it is a folder" in _refused(bytes_of, tmp_path)
    assert "no such file" in _refused(bytes_of, tmp_path / "none")
    assert "cannot be the name of a file" in _refused(bytes_of, tmp_path / "a\0b")
    assert "cannot be the name of a file" in _refused(bytes_of, tmp_path / "\ud800")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a = 1\nb =\nc = 1", "own.toml, line 2: is not valid TOML"),
        ("\na = " + "[" * 5_000, f"own.toml, line 2: is nested deeper than {DEEPEST}"),
        ("a = " + "[" * 100 + "]" * 100, f"own.toml, a: is nested deeper than {DEEPEST}"),
        ("a." * 100 + "a = 1", f"nested deeper than {DEEPEST}"),
        ("\na = " + "9" * 5_000, "own.toml, line 2: is a whole number of more than 64 bits"),
        ("[b]\na = [1, 9223372036854775808]", "own.toml, b.a 2: is a whole number of more than 64 bits"),
        ("a = nan", "own.toml, a: is no finite number"),
        ("a = 1e999", "own.toml, a: is no finite number"),
        ("a = 1\nb = '\ud800'", "own.toml, line 2: holds half of a pair"),
    ],
)
def test_what_is_no_declaration_is_refused_with_its_place(text: str, message: str):
    assert message in _refused(toml_of, text, "own.toml")


@pytest.mark.parametrize("key", ["x.", '"x".', "x . ", "'x'\t."])
def test_an_endless_key_takes_no_time(key: str):
    started = time.process_time()
    assert "nested deeper" in _refused(toml_of, key * 200_000 + "x = 1", "own.toml")
    assert time.process_time() - started < 2


def test_the_deepest_that_is_read():
    deep = ".".join(["a"] * (DEEPEST - 1))
    assert toml_of(f"{deep} = 9223372036854775807", "own.toml")
    assert toml_of("a = '" + "e.g. " * 400 + "'", "own.toml")


def test_half_of_a_pair_is_no_text():
    assert is_text("Größe 😀")
    assert not is_text("a\udcff")


def _problems(read, *arguments) -> set[str]:
    with pytest.raises(InputError) as caught:
        read(*arguments)
    return {problem.where.partition(", ")[2] for problem in caught.value.problems}


def test_a_number_that_is_none_hides_nothing_else():
    from kaldor.brief.study import parse_study
    from kaldor.twin.reading import parse_scenarios
    from kaldor.twin.shocks.events import parse_shock

    event = '[[events]]\nkind = "demand"\nregions = ["DEU"]\nproducts = ["all"]\nshare = nan\ndays = 2020-01-01\n'
    assert _problems(parse_shock, f'id = "S"\n{event}', "a.toml") == {"id", "events 1, share", "events 1, days"}
    levers = "levers = [{ lever = 'x', strength = nan, regions = 'DEU' }]\n"
    assert _problems(parse_scenarios, f"title = 2020-01-01\n{levers}", "a.toml") == {
        "id", "title", "levers 1, strength", "levers 1, regions",
    }  # fmt: skip
    assert _problems(parse_study, f"title = 1\nyear = nan\nhuge = {'9' * 400}\n", "a.toml") >= {"title", "year", "huge"}
    with pytest.raises(InputError, match=r"acts: is no finite number(.|\n)*acts: unknown key"):
        parse_scenarios('id = "s"\nacts = nan\n', "a.toml")
    text = f'[[scenarios]]\nid = "x"\n[[scenarios]]\nid = "x"\ntitle = 2020-01-01\n{levers}'
    assert len(_problems(parse_scenarios, text, "a.toml")) == 4


def test_what_is_wrong_is_said_in_words_of_this_house():
    from kaldor.atlas.catalogue import CatalogueSource
    from kaldor.twin.reading import parse_scenarios

    with pytest.raises(InputError) as caught:
        parse_scenarios("scenarios = [{ id = 1 }]", "a.toml")
    assert [problem.where for problem in caught.value.problems] == ["a.toml, scenarios 1, id"]
    with pytest.raises(InputError, match=r"a.toml, scenarios: should have 1 or more entries; found \(\)"):
        parse_scenarios("scenarios = []", "a.toml")
    with pytest.raises(InputError) as caught:
        checked(CatalogueSource, {"id": "../x"}, "--as")
    assert "--as, id: should be up to 64 small letters, digits, '_', '.' and '-'" in str(caught.value)
    assert "'^[a-z" not in str(caught.value)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("0.5", "t.toml, specificity: should be a valid number, or 'fixed', or a table; found '0.5'."),
        (True, "t.toml, specificity: should be a valid number, or 'fixed', or a table; found True."),
        ({"c14": "x"}, "t.toml, specificity.c14: should be a valid number; found 'x'."),
    ],
)
def test_a_value_of_several_types_is_one_fault_without_names_of_types(written: object, said: str):
    with pytest.raises(InputError) as raised:
        checked(Assumptions, {"specificity": written}, "t.toml")
    assert str(raised.value) == said
