"""States and blocs by year; series over a split are added up to the old state, and never guessed."""

from __future__ import annotations

import pandas as pd
import pytest

from kaldor.atlas import blocs, countries
from kaldor.atlas.regions import all_codes, is_known
from kaldor.errors import InputError, UnknownLabelError

FIFTEEN = ["ARM", "AZE", "BLR", "EST", "GEO", "KAZ", "KGZ", "LTU", "LVA", "MDA", "RUS", "TJK", "TKM", "UKR", "UZB"]


@pytest.mark.parametrize(
    ("code", "last_without", "first_with"),
    [("RUS", 1990, 1991), ("CZE", 1992, 1993), ("ERI", 1992, 1993), ("MNE", 2005, 2006), ("SSD", 2010, 2011)],
)
def test_new_states_exist_from_the_year_at_whose_end_they_do(code, last_without, first_with):
    assert not countries.exists(code, last_without)
    assert countries.exists(code, first_with)


@pytest.mark.parametrize(
    ("code", "last", "gone"),
    [("SUN", 1990, 1991), ("DDR", 1989, 1990), ("CSK", 1992, 1993), ("SCG", 2005, 2006), ("ANT", 2009, 2010)],
)
def test_old_states_end(code, last, gone):
    assert countries.exists(code, last)
    assert not countries.exists(code, gone)


def test_states_that_only_changed_size_or_never_did_exist_throughout():
    for code in ("SDN", "ETH", "DEU", "POL", "IDN"):
        assert all(countries.exists(code, year) for year in range(1989, 2025))
    assert [countries.exists("YUG", year) for year in (1990, 2002, 2003)] == [True, True, False]
    assert not countries.exists("ROW", 2000), "the rest of the world is no state"
    with pytest.raises(UnknownLabelError, match="Did you mean 'POL'"):
        countries.exists("PLO", 2000)
    with pytest.raises(InputError, match="take 1989 or later"):
        countries.exists("SUN", 1980)


def test_who_followed_whom():
    assert list(countries.successors("SUN")) == FIFTEEN
    assert countries.successors("YUG") == ("BIH", "HRV", "MKD", "MNE", "SRB", "SVN", "XKX")
    assert countries.successors("YUG", 2004) == ("BIH", "HRV", "MKD", "SCG", "SVN")
    assert countries.successors("SDN") == ("SDN", "SSD")
    assert countries.successors("POL") == ("POL",)
    assert countries.predecessors("UKR", 1989) == ("SUN",)
    assert countries.predecessors("XKX", 2005) == ("SCG",)
    assert countries.predecessors("YEM", 1989) == ("YEM", "YMD")
    assert countries.predecessors("UKR", 2000) == ("UKR",)
    assert set(countries.successors("USR")) == set(FIFTEEN), "a publisher's code is understood"


def test_every_event_names_known_codes_and_its_source():
    known = set(all_codes())
    for event in countries.events():
        assert {*event.before, *event.after} <= known
        assert event.source
        assert all(countries.exists(code, event.date.year) for code in event.began)
        assert not any(countries.exists(code, event.date.year) for code in event.ended)


def test_succession_adds_whole_states_up_and_leaves_the_rest():
    found = countries.succession(["USA", "CZE", "SVK", "SDN", "EST", "RUS"], 1990, 2015)
    assert found.shares["CZE"] == found.shares["SVK"] == {"CSK": 1.0}
    assert found.shares["USA"] == {"USA": 1.0}
    assert found.shares["EST"] == {"EST": 1.0}, "the other thirteen are absent"
    assert found.split == ()
    assert "CSK is CZE + SVK" in found.origin
    assert found.origin.endswith("absent: EST, RUS, SDN)"), "what cannot be compared is said"
    assert "no state changed" in countries.succession(["CZE", "SVK"], 1995, 2005).origin
    with pytest.raises(InputError, match="earlier year first"):
        countries.succession(["CZE"], 2005, 1995)


def frame(rows):
    columns = ["indicator", "region", "year", "value", "unit", "sector", "status", "source"]
    return pd.DataFrame([("gdp", r, y, v, "USD", "", s, "q") for r, y, v, s in rows], columns=columns)


def values(found):
    return {(r, y): v for r, y, v in found[["region", "year", "value"]].itertuples(index=False)}


def test_a_series_over_a_split_is_that_of_the_old_state():
    rows = [("CSK", 1991, 30.0, "observed"), ("CZE", 1993, 25.0, "observed"), ("SVK", 1993, 9.0, "estimated")]
    rows += [("CZE", 1994, 26.0, "observed"), ("POL", 1993, 80.0, "observed")]
    found = countries.comparable(frame(rows), 1991, 1994)
    assert values(found) == {("CSK", 1991): 30.0, ("CSK", 1993): 34.0, ("POL", 1993): 80.0}
    assert found.loc[found["value"] == 34.0, "status"].item() == "estimated"
    assert "sum of CZE, SVK" in found.loc[found["value"] == 34.0, "source"].item()


def test_figures_given_back_in_time_are_added_up_too():
    rows = [("CZE", 1991, 20.0, "observed"), ("SVK", 1991, 8.0, "observed"), ("CZE", 1993, 25.0, "observed")]
    rows += [("SVK", 1993, 9.0, "observed")]
    assert values(countries.comparable(frame(rows), 1991, 1993)) == {("CSK", 1991): 28.0, ("CSK", 1993): 34.0}


def test_a_state_that_lost_a_part_is_not_taken_for_the_whole():
    rows = [("SDN", 2010, 60.0, "observed"), ("SDN", 2012, 50.0, "observed"), ("SDN", 2013, 52.0, "observed")]
    rows += [("SSD", 2013, 12.0, "observed")]
    assert values(countries.comparable(frame(rows), 2010, 2013)) == {("SDN", 2010): 60.0, ("SDN", 2013): 64.0}


@pytest.mark.parametrize(
    ("bloc", "year", "count"),
    [
        ("EU", 1990, 12),
        ("EU", 1995, 15),
        ("EU", 2004, 25),
        ("EU", 2007, 27),
        ("EU", 2013, 28),
        ("EU", 2019, 28),
        ("EU", 2020, 27),
        ("EA", 1999, 11),
        ("EA", 2009, 16),
        ("EA", 2015, 19),
        ("EA", 2023, 20),
        ("EFTA", 1991, 7),
        ("EFTA", 1995, 4),
        ("OECD", 1993, 24),
        ("OECD", 2000, 30),
        ("OECD", 2010, 34),
        ("OECD", 2021, 38),
        ("G7", 2009, 7),
        ("G20", 2009, 19),
        ("ASEAN", 2009, 10),
        ("MERCOSUR", 2015, 5),
        ("MERCOSUR", 2017, 4),
        ("USMCA", 1995, 3),
        ("BRICS", 2011, 5),
        ("RCEP", 2023, 14),
        ("CPTPP", 2024, 12),
        ("EAEU", 2015, 5),
        ("GCC", 1990, 6),
    ],
)
def test_blocs_have_as_many_members_as_they_state(bloc, year, count):
    """Counts as the organisations give them: the Twelve, EU-15, EU-25 …; the OECD's 24, 30, 34 and 38."""
    assert len(blocs.members(bloc, year)) == count


def test_members_by_year():
    assert "GBR" in blocs.members("EU", 2019)
    assert "GBR" not in blocs.members("EU", 2020)
    assert blocs.members("EA", 1998) == ()
    assert blocs.members("EU", 1960) == ("BEL", "DEU", "FRA", "ITA", "LUX", "NLD")
    assert set(blocs.members("EA", 2024)) < set(blocs.members("EU", 2024))
    assert set(blocs.members("G7", 2024)) < set(blocs.members("OECD", 2024))
    assert not set(blocs.members("EFTA", 1995)) & set(blocs.members("EU", 1995))
    assert "PRY" not in blocs.members("MERCOSUR", 2012), "suspended"
    assert blocs.blocs_of("DEU", 2009) == ("EU", "EA", "OECD", "G7", "G20")
    assert blocs.blocs_of("ROM", 2009) == ("EU",)
    with pytest.raises(UnknownLabelError, match="Did you mean 'ASEAN'"):
        blocs.members("ASEEN", 2009)


def test_blocs_are_no_countries_and_say_where_they_are_from():
    for bloc in blocs.blocs():
        assert not is_known(bloc.id)
        assert bloc.source
        assert bloc.page.startswith("https://")
