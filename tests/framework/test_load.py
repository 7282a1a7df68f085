"""A user's own file adds to the framework; a bad one is refused with everything that is wrong with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from kaldor.errors import InputError
from kaldor.framework import load_framework

OWN = """
[[documents]]
id = "plan-2031"
title = "Plan 2031"
publisher = "Ministry of Industry"
date = "2031-05"
kind = "plan"
summary = "What we mean to do."

[[instruments]]
id = "export-credit"
title = "Export credit"
summary = "A loan to a foreign buyer."

[[priorities]]
id = "resilience.public.ports"
challenge = "resilience"
sector = "public"
title = "Ports"
summary = "Deeper water."
origin = { document = "plan-2031", page = 7 }

[[cases]]
id = "our-port"
title = "Our port"
initiative = "Port 2031"
actors = ["Ministry"]
place = "Montevideo, Uruguay"
countries = ["URY"]
period = "2030"
instruments = ["export-credit", "grant"]
challenge = "resilience"
priorities = ["resilience.public.ports", "technology.public.missions"]
summary = "A port was dredged."
evidence = "The port's own count."
reported_by = "Ministry"
locator = { document = "plan-2031", page = 9 }

[[cases.figures]]
id = "ships"
value = 12
unit = "ships/day"
measures = "ships handled"
role = "result"
standing = "observed"
locator = { document = "plan-2031", page = 9 }
"""


MANUAL = Path(__file__).parents[2] / "docs" / "reference" / "framework.md"


def _write(folder: Path, text: str, name: str = "own.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def _problems(*paths: Path) -> list[str]:
    with pytest.raises(InputError) as caught:
        load_framework(*paths)
    return [str(problem) for problem in caught.value.problems]


def test_an_own_file_adds_entries_that_refer_to_those_of_the_package(tmp_path: Path):
    framework = load_framework(_write(tmp_path, OWN))
    assert len(framework.priorities()) == 46
    assert [case.id for case in framework.cases(instrument="export-credit")] == ["our-port"]
    assert {case.id for case in framework.cases(priority="technology.public.missions")} >= {"our-port"}
    assert str(framework.priority("resilience.public.ports").origin) == "plan-2031, p. 7"


def test_the_example_of_the_manual_loads(tmp_path: Path):
    example = MANUAL.read_text(encoding="utf-8").split("```toml\n")[1].split("```")[0]
    assert load_framework(_write(tmp_path, example)).case("second-terminal").results[0].value == 12


def test_an_own_public_priority_stands_with_the_public_ones_of_its_challenge(tmp_path: Path):
    priorities = load_framework(_write(tmp_path, OWN)).priorities("resilience")
    assert [priority.sector for priority in priorities] == ["public"] * 7 + ["private"] * 5
    assert priorities[6].id == "resilience.public.ports"


def test_adding_leaves_the_package_as_it_was(tmp_path: Path):
    load_framework(_write(tmp_path, OWN))
    assert len(load_framework().priorities()) == 45


def test_two_own_files_may_refer_to_each_other(tmp_path: Path):
    first, rest = OWN.split("[[priorities]]", 1)
    paths = (_write(tmp_path, "[[priorities]]" + rest, "b.toml"), _write(tmp_path, first, "a.toml"))
    assert load_framework(*paths).case("our-port").instruments == ("export-credit", "grant")


def test_a_sixth_challenge_can_be_added(tmp_path: Path):
    text = """
[[challenges]]
id = "security"
number = 6
title = "Security of supply"
name = "Security"
colour = "grey"
summary = "What if the sea is closed?"
"""
    assert [challenge.number for challenge in load_framework(_write(tmp_path, text)).challenges] == [1, 2, 3, 4, 5, 6]


def test_an_empty_file_adds_nothing(tmp_path: Path):
    assert len(load_framework(_write(tmp_path, "# nothing yet\n")).cases()) == 13


def test_all_problems_of_all_files_are_reported_together(tmp_path: Path):
    bad = OWN.replace('sector = "public"', 'sectr = "public"').replace('"URY"', '"ury"').replace("value = 12\n", "")
    taken = '[[instruments]]\nid = "grant"\ntitle = "Grant"\nsummary = "Again."\n[[debate]]\nid = "x"\n'
    problems = _problems(_write(tmp_path, bad, "bad.toml"), _write(tmp_path, taken, "taken.toml"))
    expected = [
        ("bad.toml, priorities 'resilience.public.ports', sector", "is missing"),
        ("bad.toml, priorities 'resilience.public.ports', sectr", "unknown key. Did you mean 'sector'?"),
        ("bad.toml, cases 'our-port'", "three capital letters"),
        ("bad.toml, cases 'our-port', figures 'ships'", "a number is missing"),
        ("taken.toml, debate", "unknown key. Did you mean 'debates'?"),
        ("taken.toml, instruments 'grant'", "taken: instruments.toml, instruments 'grant' has it"),
    ]
    for where, what in expected:
        assert any(where in problem and what in problem for problem in problems), (where, what, problems)
    assert len(problems) == len(expected)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"grant"]', '"grants"]', "unknown instrument 'grants'. Did you mean 'grant'?"),
        ('"technology.public.missions"', '"technology.public.mission"', "Did you mean 'technology.public.missions'?"),
        ('challenge = "resilience"\npri', 'challenge = "resilient"\npri', "unknown challenge 'resilient'"),
        ("page = 9 }\n\n[[cases.f", "page = 9 }\ndebates = ['a.b']\n[[cases.f", "unknown debate 'a.b'"),
        ('{ document = "plan-2031", page = 7 }', '{ document = "plan-2030" }', "unknown document 'plan-2030'"),
        ('"URY"', '"XQZ"', "no country has the ISO 3166 code 'XQZ'"),
        ('id = "our-port"', 'id = "Our Port"', "should be lower-case words joined by hyphens"),
        ('id = "resilience.public.ports"\nch', 'id = "society.public.ports"\nch', "start with 'resilience.public.'"),
        ("value = 12", "value = nan", "finite number"),
        ("value = 12", "value = '12'", "value: should be a valid number; found '12'"),
        ("value = 12", "value = true", "value: should be a valid number; found True"),
        ("value = 12", "value = 'twelve'", "value: should be a valid number; found 'twelve'"),
        ("value = 12", "value = 12\nvalue_low = 3", "not both"),
        ("value = 12", "value_low = 4\nvalue_high = 3", "value_low is above value_high"),
        ('standing = "observed"', 'standing = "certain"', "found 'certain'"),
        ("role =", "rolle =", "rolle: unknown key. Did you mean 'role'?"),
        ('measures = "ships handled"', 'measures = " "', ", measures: "),
        ('date = "2031-05"', 'date = "May 2031"', "should be a year, a month or a day"),
        ("countries = [", "no_figures_because = 'none'\ncountries = [", "no_figures_because does not belong here"),
    ],
)
def test_a_bad_value_is_named_with_file_and_id(tmp_path: Path, old: str, new: str, message: str):
    assert old in OWN
    path = _write(tmp_path, OWN.replace(old, new, 1))
    problems = _problems(path)
    assert any(str(path) in problem and message in problem for problem in problems), problems


def test_a_case_without_figures_says_why(tmp_path: Path):
    text = OWN.split("[[cases.figures]]", maxsplit=1)[0]
    assert "no_figures_because" in _problems(_write(tmp_path, text))[0]


def test_a_refused_entry_is_one_problem_not_one_per_reference(tmp_path: Path):
    text = OWN.replace('summary = "A loan to a foreign buyer."', "")
    assert _problems(_write(tmp_path, text)) == [
        f"{tmp_path / 'own.toml'}, instruments 'export-credit', summary: is missing. Add it."
    ]


def test_a_number_that_another_challenge_has_is_refused(tmp_path: Path):
    text = '[[challenges]]\nid="x"\nnumber=2\ntitle="X"\nname="X"\ncolour="grey"\nsummary="X"\n'
    assert "the number 2 is taken: resilience.toml" in _problems(_write(tmp_path, text))[0]


def test_broken_toml_names_file_and_line(tmp_path: Path):
    path = _write(tmp_path, '[[cases]]\nid = "x"\ntitle = \n')
    assert _problems(path)[0].startswith(f"{path}, line 3: is not valid TOML")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b'title = "\xff"', "not a text file in UTF-8"),
        (b"a = " + b"[" * 100_000, "nested deeper than 64"),
        (b"a = " + b"9" * 5_000, "more than 64 bits"),
        (b"cases = 3", "should be a list"),
        (b"[cases]\nid = 'x'", "should be a list"),
        (b"cases = [1]", "cases 1: should be a table"),
        (b"[[cases]]\nid = 5", "cases 1, id: "),
    ],
)
def test_hostile_files_are_refused_in_words(tmp_path: Path, content: bytes, message: str):
    path = tmp_path / "own.toml"
    path.write_bytes(content)
    assert any(message in problem for problem in _problems(path))


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path):
    problems = _problems(tmp_path / "absent.toml", tmp_path)
    assert "absent.toml: cannot be read" in problems[0]
    assert f"{tmp_path}: cannot be read" in problems[1]


@pytest.mark.parametrize(
    "place", ["origin = ", 'reported_by = "Ministry"\nlocator = ', 'standing = "observed"\nlocator = ']
)
def test_every_place_that_names_a_document_is_followed(tmp_path: Path, place: str):
    """Of a priority, of a case, and of each figure of a case."""
    start = OWN.index(place) + len(place)
    text = OWN[:start] + OWN[start:].replace("plan-2031", "plan-2301", 1)
    (problem,) = _problems(_write(tmp_path, text))
    assert "unknown document 'plan-2301'" in problem
