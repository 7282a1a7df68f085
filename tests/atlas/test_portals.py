"""Files as portals name and write them: read by their content, all of several, or refused by the line at fault."""

from __future__ import annotations

import gzip
import io
import zipfile
from pathlib import Path

import pandas as pd
import pytest

from kaldor.atlas.add import AddReport, add
from kaldor.atlas.readers.csv_text import separator_of, with_points
from kaldor.atlas.readers.observation_status import status_of
from kaldor.atlas.regions import all_codes, code_meant, codes_in, region_name
from kaldor.atlas.store import Store
from kaldor.errors import InputError
from tests.atlas.plain_folders import small_economy

ILOSTAT = (
    '"ref_area","ref_area.label","source","indicator","sex","classif1","classif1.label","time","obs_value","obs_status"\n'
    '"FRA","France","BA:1","EMP_TEMP_SEX_ECO_NB_A","SEX_T","ECO_ISIC4_C","Manufacturing","2018",3100.25,"E"\n'
    '"KOS","Kosovo","BA:2","EMP_TEMP_SEX_ECO_NB_A","SEX_T","ECO_ISIC4_C","Manufacturing","2018",50,""\n'
)
WORLD_BANK = (
    '"Data Source","World Development Indicators",\n\n"Last Updated Date","2024-01-01",\n\n'
    '"Country Name","Country Code","Indicator Name","Indicator Code","2019","2020",\n'
    '"Poland","POL","{name} (kt)","{code}","{a}","{b}",\n'
)
SDMX = "STRUCTURE,STRUCTURE_ID,ACTION,REF_AREA,{more}TIME_PERIOD,OBS_VALUE,OBS_STATUS\n"
FLOW = "DATAFLOW,OECD:DF_T(1.0),I,"
OWN = "indicator,region,year,value,unit\n"


def frame_of(tmp_path: Path, **files: str | bytes) -> pd.DataFrame:
    """What the files of a folder come out as, '__' in a name standing for its last dot."""
    folder = tmp_path / "files"
    folder.mkdir()
    for name, content in files.items():
        written = content if isinstance(content, bytes) else content.encode()
        (folder / name.replace("__", ".")).write_bytes(written)
    store = Store(tmp_path / "store")
    report = add(folder, store, as_id="it")
    frame = store.indicators("it")
    frame.attrs["notes"] = " ".join(report.added[0].source.notes)
    return frame


def cells(frame: pd.DataFrame) -> dict[tuple[str, str, int], float]:
    return frame.set_index(["indicator", "region", "year"])["value"].to_dict()


def refused(tmp_path: Path, **files: str | bytes) -> str:
    with pytest.raises(InputError) as told:
        frame_of(tmp_path, **files)
    assert not Store(tmp_path / "store").listing().datasets
    return str(told.value)


@pytest.mark.parametrize(
    "name", ["EMP_TEMP_SEX_ECO_NB_A-filtered-2025-03-01__csv", "EMP_TEMP_SEX_ECO_NB_A__csv", "work__csv"]
)
def test_ilostat_is_known_by_its_columns(tmp_path, name):
    frame = frame_of(tmp_path, **{name: ILOSTAT})
    assert cells(frame) == {
        ("EMP_TEMP_SEX_ECO_NB_A:SEX_T", "FRA", 2018): 3100.25,
        ("EMP_TEMP_SEX_ECO_NB_A:SEX_T", "XKX", 2018): 50.0,
    }
    assert frame["unit"].unique().tolist() == ["thousands"]
    assert frame["sector"].unique().tolist() == ["ECO_ISIC4_C"]
    assert frame["status"].tolist() == ["estimated", "observed"]


def test_ilostat_packed_under_another_name(tmp_path):
    assert len(frame_of(tmp_path, work__csv__gz=gzip.compress(ILOSTAT.encode()), **{})) == 2


def test_world_bank_files_are_known_by_their_header_and_all_are_read(tmp_path):
    first = WORLD_BANK.format(name="One", code="A.ONE", a=1, b=2)
    second = WORLD_BANK.format(name="Two", code="B.TWO", a=3, b=4)
    frame = frame_of(tmp_path, gdp__csv=first, API_B__csv=second)
    assert cells(frame) == {
        ("A.ONE", "POL", 2019): 1.0, ("A.ONE", "POL", 2020): 2.0,
        ("B.TWO", "POL", 2019): 3.0, ("B.TWO", "POL", 2020): 4.0,
    }  # fmt: skip
    assert set(frame["unit"]) == {"kt"}


def test_the_same_observation_in_two_files_is_refused_with_both_lines(tmp_path):
    file = WORLD_BANK.format(name="One", code="A.ONE", a=1, b=2)
    message = refused(tmp_path, a__csv=file, b__csv=file)
    assert "A.ONE / POL / 2019 stands twice (files/a.csv, line 6 and files/b.csv, line 6)" in message


WIDE = WORLD_BANK.format(name="Emissions", code="AA.ONE", a=1, b=2)
PLAIN_SDMX = SDMX.format(more="") + FLOW + "POL,2019,5,A\n"


def packed(**files: str) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "."), content)
    return held.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("API_BB__csv", "<!DOCTYPE html><html></html>", "files/API_BB.csv: is a web page where the file should be"),
        ("API_BB__csv", "", "files/API_BB.csv: is empty"),
        ("API_BB__csv", bytes(range(128, 250)) * 9, "files/API_BB.csv: the text is not UTF-8"),
        ("API_BB__csv", "hello,world\n1,2\n", "files/API_BB.csv: lies beside files of the layout 'wdi'"),
        ("API_BB__zip", packed(API_BB__csv=WIDE), "files/API_BB.zip: lies beside files of the layout 'wdi'"),
        ("sdmx__csv", PLAIN_SDMX, "'wdi' and is not read with them: it is SDMX-CSV (layout 'sdmx_csv')"),
        ("own__csv", OWN + "gdp,DEU,2019,1,bn\n", "files/own.csv: lies beside files of the layout 'wdi'"),
    ],
)  # fmt: skip
def test_a_file_beside_portal_files_is_refused_by_its_name(tmp_path, name, content, said):
    assert said in refused(tmp_path, API_AA__csv=WIDE, **{name: content})


def test_a_file_of_another_portal_beside_ilostat_or_sdmx_is_refused(tmp_path):
    other = refused(tmp_path, EMP_TEMP_SEX_ECO_NB_A__csv=ILOSTAT, sdmx__csv=PLAIN_SDMX)
    assert "files/sdmx.csv: lies beside files of the layout 'ilostat' and is not read with them" in other


def test_what_comes_along_in_a_zip_is_passed_or_refused(tmp_path):
    """The World Bank packs what it says of countries and series along; an empty file of data is none of that."""
    notes = '"Country Code","Region"\n"POL","Europe"\n'
    good, bad = tmp_path / "good.zip", tmp_path / "bad.zip"
    good.write_bytes(packed(API_AA__csv=WIDE, Metadata_Country_API_AA__csv=notes, README__txt="Read me."))
    bad.write_bytes(packed(API_AA__csv=WIDE, API_BB__csv=""))
    store = Store(tmp_path / "store")
    report = add(good, store, as_id="it")
    assert len(store.indicators("it")) == 2
    assert report.warnings == ("good.zip: left out, being none of the files of this layout: README.txt.",)
    with pytest.raises(InputError, match=r"bad\.zip/API_BB\.csv: is empty"):
        add(bad, store, as_id="bad")
    assert [one.id for one in store.listing().datasets] == ["it"]


def test_what_lies_beside_a_table_is_named(tmp_path):
    folder = small_economy(tmp_path / "table")
    (folder / "notes.csv").write_text("")
    report = add(folder, Store(tmp_path / "store"))
    assert report.warnings[-1] == ("table: left out, being none of the files of this layout: notes.csv (is empty).")


def add_file(tmp_path: Path, name: str, content: str, as_id: str | None = None) -> AddReport:
    path = tmp_path / name
    path.write_text(content)
    return add(path, Store(tmp_path / "store"), as_id)


def test_another_indicator_does_not_replace_one_under_the_same_id(tmp_path):
    add_file(tmp_path, "API_AA.csv", WIDE)
    other = WORLD_BANK.format(name="Jobs", code="BB.TWO", a=3, b=4)
    with pytest.raises(InputError) as told:
        add_file(tmp_path, "API_BB.csv", other)
    assert str(told.value) == (
        "wdi: the store holds another table under this id, with the indicators AA.ONE; this one has BB.TWO. "
        "Choose an id with --as (--as wdi replaces what is there)."
    )
    assert set(Store(tmp_path / "store").indicators("wdi")["indicator"]) == {"AA.ONE"}
    assert add_file(tmp_path, "API_BB.csv", other, "jobs").replaced == ()
    assert add_file(tmp_path, "API_AA.csv", WIDE.replace('"2"', '"7"')).replaced == ("wdi",)  # the same, a year later
    assert add_file(tmp_path, "API_BB.csv", other, "wdi").replaced == ("wdi",)


def test_a_table_of_one_agency_does_not_replace_one_of_another(tmp_path):
    add_file(tmp_path, "a.csv", PLAIN_SDMX)
    with pytest.raises(InputError, match="the indicators DF_T; this one has NAMA_10"):
        add_file(tmp_path, "b.csv", PLAIN_SDMX.replace("OECD:DF_T", "ESTAT:NAMA_10"))


def test_a_table_of_other_sectors_does_not_replace_one_of_the_same_name(tmp_path):
    store = Store(tmp_path / "store")
    add(small_economy(tmp_path / "a" / "mine"), store)
    other = small_economy(tmp_path / "b" / "mine")
    (other / "sectors.csv").write_text("code,name\nA,A\nB,B\nC,C\n")
    with pytest.raises(InputError, match="the store holds another table under this id, with the sectors s0, s1, s2"):
        add(other, store)
    assert add(small_economy(tmp_path / "a" / "mine"), store).replaced == ("mine",)


def test_an_account_of_something_else_does_not_replace_one_of_the_same_name(tmp_path):
    store = Store(tmp_path / "store")
    for place, account in (("a", "co2"), ("b", "land")):
        folder = tmp_path / place / "mine"
        folder.mkdir(parents=True)
        (folder / f"F_{account}.csv").write_text("region,sector,2019\nPOL,farms,5\nPOL,works,7\n")
        (folder / "dataset.toml").write_text(f'unit = "kt"\nextension = {{ id = "{account}", name = "{account}" }}\n')
    add(tmp_path / "a" / "mine", store)
    with pytest.raises(InputError, match="with the accounts co2; this one has land"):
        add(tmp_path / "b" / "mine", store)
    assert add(tmp_path / "a" / "mine", store).replaced == ("mine",)


def test_labels_beside_codes_are_passed_over(tmp_path):
    header = "REF_AREA,Reference area,SEX,Sex,TIME_PERIOD,Time period,OBS_VALUE,Observation value,OBS_FLAG,Flag\n"
    rows = (
        "AUT,Austria,F,Female,2019,,1.5,,be,Break\nAUT,Austria,M,Male,2019,,2.5,,,\nPRT,Portugal,F,Female,2019,,3,,p,\n"
    )
    flow = "OECD:DF_T(1.0),Table,"
    lines = "".join(f"{flow}{row}\n" for row in rows.splitlines())
    frame = frame_of(tmp_path, labels__csv=f"DATAFLOW,Data flow,{header}{lines}")
    assert cells(frame) == {
        ("DF_T:SEX=F", "AUT", 2019): 1.5, ("DF_T:SEX=M", "AUT", 2019): 2.5, ("DF_T:SEX=F", "PRT", 2019): 3.0,
    }  # fmt: skip
    assert frame["status"].tolist() == ["estimated", "observed", "observed"]


def test_labels_in_the_header_and_in_the_cells_are_cut(tmp_path):
    text = (
        "DATAFLOW: Dataflow;GEO: Area;UNIT: Unit;TIME_PERIOD: Time;OBS_VALUE: Value\n"
        "ESTAT:X(1.0): It;EL: Greece;KT: Kilotonnes;2019;1234,5\n"
        "ESTAT:X(1.0): It;UK: Kingdom;KT: Kilotonnes;2019;0,25\n"
    )
    frame = frame_of(tmp_path, estat__csv=text)
    assert cells(frame) == {("X", "GRC", 2019): 1234.5, ("X", "GBR", 2019): 0.25}
    assert set(frame["unit"]) == {"KT"}


def test_an_indicator_in_two_units_is_two(tmp_path):
    rows = "".join(f"{FLOW}POL,{unit},2019,{value},A\n" for unit, value in (("USD", 5), ("PLN", 20)))
    frame = frame_of(tmp_path, both__csv=SDMX.format(more="UNIT_MEASURE,") + rows)
    assert cells(frame) == {("DF_T:UNIT_MEASURE=USD", "POL", 2019): 5, ("DF_T:UNIT_MEASURE=PLN", "POL", 2019): 20}


def test_parts_of_countries_are_left_out_and_said(tmp_path):
    rows = f"{FLOW}ITC,ITA,2019,4,A\n{FLOW}ITA,ITA,2019,10,A\n{FLOW}AT1,AUT,2019,3,A\n"
    frame = frame_of(tmp_path, regions__csv=SDMX.format(more="COUNTRY,") + rows)
    assert cells(frame) == {("DF_T", "ITA", 2019): 10.0}
    assert "Left out, being parts of countries: 2 regions (AT1, ITC)." in frame.attrs["notes"]


def test_a_file_of_parts_of_countries_alone_is_refused_by_its_column(tmp_path):
    rows = f"{FLOW}FRA1,FRA,2019,4,A\n{FLOW}AT1,AUT,2019,3,A\n"
    message = refused(tmp_path, regions__csv=SDMX.format(more="COUNTRY,") + rows)
    assert "regions.csv, column 'REF_AREA': holds parts of countries only (AT1, FRA1)" in message


def test_a_partner_country_is_a_dimension_and_no_parent(tmp_path):
    rows = f"{FLOW}ITA,FRA,2019,4,A\n{FLOW}ITA,AUT,2019,10,A\n"
    frame = frame_of(tmp_path, trade__csv=SDMX.format(more="COUNTRY,") + rows)
    assert cells(frame) == {("DF_T:COUNTRY=FRA", "ITA", 2019): 4, ("DF_T:COUNTRY=AUT", "ITA", 2019): 10}


def test_a_file_that_deletes_observations_is_refused(tmp_path):
    rows = f"{FLOW}ITA,2019,4,A\nDATAFLOW,OECD:DF_T(1.0),D,ITA,2018,,\n"
    message = refused(tmp_path, changes__csv=SDMX.format(more="") + rows)
    assert "changes.csv, line 3, column 'ACTION': 'D' is no value but a change of one" in message


@pytest.mark.parametrize(
    ("flag", "status"),
    [("", "observed"), ("p", "observed"), ("be", "estimated"), ("b,e", "estimated"), ("E", "estimated"),
     ("ef", "predicted"), ("s", "estimated"), ("S", "observed"), ("Normal value", "observed")],
)  # fmt: skip
def test_the_worst_of_several_flags_counts(flag, status):
    assert status_of(flag) == status


def test_own_files_with_semicolons_in_utf16_and_by_name(tmp_path):
    text = "indicator;region;year;value;unit\ngdp;Côte d'Ivoire;2019;58,25;bn\ngdp;Korea (Rep. of);2019;1650;bn\n"
    frame = frame_of(tmp_path, own__csv=text.encode("utf-16"))
    assert cells(frame) == {("gdp", "CIV", 2019): 58.25, ("gdp", "KOR", 2019): 1650.0}


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('gdp,DEU,2019,"3,473.35",bn', "'3,473.35' is not a finite number: it holds a mark of thousands"),
        ("gdp,DEU,2019,1 796.6,bn", "'1 796.6' is not a finite number: it holds a mark of thousands"),
        ("gdp,DEU,2019/20,5,bn", "column 'year': '2019/20' is not a year"),
        ("gdp,NA,2019,5,bn", "unknown region 'NA'. Did you mean 'NAM'?"),
        ("gdp,EL,2019,5,bn", "unknown region 'EL'. Did you mean 'GRC'?"),
    ],
)
def test_own_files_are_refused_by_line(tmp_path, line, expected):
    message = refused(tmp_path, own__csv=f"{OWN}gdp,FRA,2019,1,bn\n{line}\n")
    assert "own.csv, line 3" in message
    assert expected in message


def test_a_comma_that_may_part_thousands_is_no_decimal_one(tmp_path):
    message = refused(tmp_path, own__csv="indicator;region;year;value;unit\ngdp;FRA;2019;1,234;bn\n")
    assert "line 2, column 'value': '1,234' is not a finite number: it holds a mark of thousands" in message


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (["1.234", "2.345"], "own.csv, column 'value': '1.234' may be 1234, or a number with decimals"),
        (["1.234.567", "2.345"], "'1.234.567' may be 1234567"),
        (["1.234", "1234,5"], "one file holds both points and commas in its numbers, such as '1.234' and '1234,5'"),
    ],
)
def test_points_that_may_part_thousands_are_refused_between_semicolons(tmp_path, values, said):
    lines = "".join(f"gdp;{region};2019;{v};bn\n" for region, v in zip(("FRA", "DEU"), values, strict=True))
    assert said in refused(tmp_path, own__csv=f"indicator;region;year;value;unit\n{lines}")
    assert with_points(["1.234", "0.5", ".."], ";", "x") == ["1.234", "0.5", ".."]
    assert with_points(["1,5", ".."], ";", "x") == ["1.5", ".."]


def test_headings_in_capitals_and_lines_that_end_in_a_carriage_return(tmp_path):
    text = "Indicator;REGION;Year;Value;Unit;Status\rgdp;FRA;2019;58,25;bn;estimated\rgdp;DEU;2019;1650;bn;\r"
    frame = frame_of(tmp_path, own__csv=text.encode())
    assert cells(frame) == {("gdp", "FRA", 2019): 58.25, ("gdp", "DEU", 2019): 1650.0}
    assert sorted(frame["status"]) == ["estimated", "observed"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("indicator,region,year,value,value,unit\ngdp,FRA,2019,1,2,bn\n", "'value' stands 2 times. Keep one of them"),
        (f"{OWN}gdp\n", "1 cell under 5 columns. The line may be cut off"),
        (f"{OWN}gdp,FRA,2019,3,473,bn\n", "6 cells under 5 columns. Put texts that hold a ',' in quotes"),
    ],
)
def test_a_doubled_column_and_an_uneven_line_are_told_what_to_do(tmp_path, text, said):
    assert said in refused(tmp_path, own__csv=text)


def test_latin1_is_named_with_its_line(tmp_path):
    message = refused(tmp_path, own__csv=f"{OWN}Bruttowertschöpfung,DEU,2019,1,bn\n".encode("latin-1"))
    assert "own.csv, line 2, byte" in message
    assert "not UTF-8 (perhaps Windows-1252" in message


def test_a_column_of_two_letters_is_read_and_said(tmp_path):
    frame = frame_of(tmp_path, own__csv=f"{OWN}gdp,NA,2019,12.5,bn\ngdp,EL,2019,205.1,bn\n")
    assert cells(frame) == {("gdp", "NAM", 2019): 12.5, ("gdp", "GRC", 2019): 205.1}
    assert "Regions stand in the file by two letters" in frame.attrs["notes"]


def test_commas_of_a_column_count_together():
    assert list(with_points(["1,234", "0,5"], ";", "x")) == ["1.234", "0.5"]
    assert list(with_points(["1,234", "12"], ";", "x")) == ["1,234", "12"]
    assert list(with_points(["1.234,5", "0,5"], ";", "x")) == ["1.234,5", "0,5"]
    assert list(with_points(["1,5"], ",", "x")) == ["1,5"]
    assert separator_of('"a;b",c,d') == ","


def test_two_letters_are_a_country_only_in_a_column_of_two():
    assert codes_in(["NA", "DE", "EU27_2020"]) == {"NA": "NAM", "DE": "DEU", "EU27_2020": "EU27_2020"}
    assert codes_in(["NA", "DEU"]) == {"NA": "NA", "DEU": "DEU"}
    assert codes_in(["EL", "UK", "XK", "TW"]) == {"EL": "GRC", "UK": "GBR", "XK": "XKX", "TW": "TWN"}


@pytest.mark.parametrize(
    ("name", "code"),
    [("Türkiye", "TUR"), ("Turkiye", "TUR"), ("Turkey", "TUR"), ("Korea, Rep.", "KOR"), ("Korea (Rep. of)", "KOR"),
     ("Korea, Dem. People's Rep.", "PRK"), ("Congo, Dem. Rep.", "COD"), ("Congo, Rep.", "COG"), ("Congo", "COG"),
     ("Cote d'Ivoire", "CIV"), ("Gambia, The", "GMB"), ("Yemen, Rep.", "YEM"), ("Czech Republic", "CZE"),
     ("Viet Nam", "VNM"), ("Niger", "NER"), ("Nigeria", "NGA"), ("Dominica", "DMA"), ("Dominican Republic", "DOM"),
     ("Guinea", "GIN"), ("Guinea-Bissau", "GNB"), ("Equatorial Guinea", "GNQ"), ("ROM", "ROU"), ("Iceland", "ISL"),
     ("China", "CHN"), ("Saint Lucia", "LCA"), ("St. Lucia", "LCA"), ("Nowhere", "Nowhere"),
     ("Rest of Africa", "Rest of Africa")],
)  # fmt: skip
def test_countries_are_known_by_the_names_that_publishers_write(name, code):
    assert code_meant(name) == code


def test_every_name_that_is_printed_is_read_again():
    wrong = {code: code_meant(region_name(code)) for code in all_codes() if code_meant(region_name(code)) != code}
    assert not {code: meant for code, meant in wrong.items() if meant != region_name(code)}


def test_an_unknown_file_is_told_what_it_is_nearest_to(tmp_path):
    message = refused(tmp_path, mine__csv="Country Name,Country Code,Indicator Name,Series,2019\nPoland,POL,x,y,1\n")
    assert "in no known layout (found mine.csv)" in message
    assert (
        "Nearest is the layout 'wdi', because 'Country Name', 'Country Code', 'Indicator Name' are there, "
        "but 'Indicator Code' is missing." in message
    )


def test_a_file_like_none_is_not_said_to_be_near_one(tmp_path):
    message = refused(tmp_path, mine__csv="a,b,c\n1,2,3\n")
    assert "in no known layout (found mine.csv)" in message
    assert "Nearest" not in message
