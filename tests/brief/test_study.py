"""Study files: read typed, and refused with everything that is wrong with them."""

from __future__ import annotations

from pathlib import Path

import pytest

from kaldor.brief.study import load_study, parse_study
from kaldor.errors import InputError

GOOD = """
title = "A country"
country = "DEU"
peers = ["FRA", "ROW"]
year = 2009
economy = "wiod2013"
extensions = ["jrc_wiod_co2"]
"""


def problems(text: str) -> list[str]:
    with pytest.raises(InputError) as error:
        parse_study(text, "my.toml")
    return [str(problem) for problem in error.value.problems]


def test_a_study_names_its_parts() -> None:
    study = parse_study(GOOD, "my.toml")
    assert (study.country, study.peers, study.year) == ("DEU", ("FRA", "ROW"), 2009)
    assert study.sections == ("standing", "accounts", "sources", "scopes", "dependence", "exports", "framework")


def test_all_problems_are_reported_together() -> None:
    found = problems(
        """
        titel = "A country"
        country = "GER"
        peers = ["FRA", "FRA", "XQZ"]
        year = "2009"
        sections = ["acounts"]
        """
    )
    whole = "\n".join(found)
    for words in (
        "my.toml, titel: unknown key. Did you mean 'title'?",
        "my.toml, title: is missing",
        "my.toml, economy: is missing",
        "'GER'",
        "Germany is DEU",
        "'XQZ'",
        "my.toml, peers: 'FRA' stands there twice",
        "my.toml, year",
        "Did you mean 'accounts'?",
    ):
        assert words in whole
    assert len(found) == 8


def test_titles_have_a_length_that_pages_and_office_files_hold() -> None:
    assert len(parse_study(GOOD.replace("A country", "x" * 200), "my.toml").title) == 200
    (told,) = problems(GOOD.replace("A country", "x" * 201))
    assert told.startswith("my.toml, title: should have at most 200 characters")
    assert len(problems(f'subtitle = "{"x" * 401}"\nquestion = "{"x" * 401}"\n{GOOD}')) == 2


def test_a_country_is_not_its_own_peer_and_a_group_is_no_country() -> None:
    assert "is the study's own country" in problems(GOOD.replace('"FRA", ', '"DEU", '))[0]
    assert (
        "'ROW' is no country" in problems(GOOD.replace('country = "DEU"', 'country = "ROW"').replace(', "ROW"', ""))[0]
    )


def test_a_file_that_is_not_toml_is_named_with_the_line() -> None:
    assert "is not valid TOML" in problems("title = ")[0]
    assert "line 2" in problems("year = 2009\ntitle = oops\n")[0]


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.toml: cannot be read"):
        load_study(tmp_path / "none.toml")


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "bad.toml"
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="UTF-8"):
        load_study(file)


STUDIES = Path(__file__).parents[2] / "studies"


@pytest.mark.parametrize("file", sorted(STUDIES.glob("*.toml")), ids=lambda file: file.stem)
def test_the_example_studies_can_be_read(file: Path) -> None:
    assert load_study(file).title


@pytest.mark.long
def test_the_korean_example_shows_its_shocks_paths_and_sweeps(tmp_path: Path) -> None:
    from kaldor.brief.run import run_study

    result = run_study(STUDIES / "korea-port.toml", out=tmp_path / "brief")
    assert [section.id for section in result.document.sections][-4:] == ["shocks", "stress", "paths", "sweeps"]
