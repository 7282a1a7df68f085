"""Small files in the layouts of the World Bank, the Penn World Table, ILOSTAT and SDMX-CSV; the figures are made up."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.atlas.official.workbook import write_sheets

YEARS = ("2018", "2019", "2020")
GDP, DEFLATOR = (
    ("NY.GDP.MKTP.CD", "GDP (current US$)"),
    ("NY.GDP.DEFL.ZS", "GDP deflator (base year varies by country)"),
)
COUNTRIES = (("Germany", "DEU"), ("Kosovo", "XKX"), ("Arab World", "ARB"))


def csv_text(rows: Sequence[Sequence[object]], quoting: int = csv.QUOTE_ALL, delimiter: str = ",") -> str:
    """Rows as the text of a CSV file."""
    stream = io.StringIO()
    csv.writer(stream, quoting=quoting, delimiter=delimiter, lineterminator="\n").writerows(rows)
    return stream.getvalue()


def wdi_bulk(folder: Path) -> Path:
    """WDICSV.csv with two series of three places, one of them an aggregate, and gaps."""
    folder.mkdir(parents=True, exist_ok=True)
    rows: list[list[object]] = [["Country Name", "Country Code", "Indicator Name", "Indicator Code", *YEARS]]
    for k, (country, code) in enumerate(COUNTRIES):
        rows.append([country, code, GDP[1], GDP[0], 4.0e12 / (k + 1), "", 3.9e12 / (k + 1)])
        rows.append([country, code, DEFLATOR[1], DEFLATOR[0], 103.5 + k, 105.25 + k, ""])
    (folder / "WDICSV.csv").write_text(csv_text(rows), "utf-8-sig")
    (folder / "WDICountry.csv").write_text(csv_text([["Country Code", "Region"], ["DEU", "Europe & Central Asia"]]))
    return folder


def wdi_single(folder: Path) -> Path:
    """One indicator's file: lines on source and date above the header, a comma at the end of each row."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = [
        ["Country Name", "Country Code", "Indicator Name", "Indicator Code", *YEARS, ""],
        ["Germany", "DEU", GDP[1], GDP[0], "4.0E12", "", "3.9E12", ""],
    ]
    preamble = '"Data Source","World Development Indicators",\n\n"Last Updated Date","2026-01-01",\n\n'
    path = folder / "API_NY.GDP.MKTP.CD_DS2_en_csv_v2_1.csv"
    path.write_text(preamble + csv_text(rows), "utf-8-sig")
    return path


def wdi_pages(folder: Path, pages: int = 2) -> Path:
    """Pages of the API for one indicator."""
    folder.mkdir(parents=True, exist_ok=True)
    for page in range(1, pages + 1):
        place = {"page": page, "pages": pages, "per_page": 2, "total": 2 * pages, "lastupdated": "2026-01-01"}
        found = [wdi_record("DE", "DEU", 2000 + page, 4.0e12 + page), wdi_record("1A", "ARB", 2000 + page, None)]
        (folder / f"page{page}.json").write_text(json.dumps([place, found]))
    return folder


def wdi_record(two: str, three: str, year: int, value: float | None) -> dict[str, object]:
    """One observation as the API gives it."""
    return {
        "indicator": {"id": GDP[0], "value": GDP[1]},
        "country": {"id": two, "value": three},
        "countryiso3code": three,
        "date": str(year),
        "value": value,
        "unit": "",
        "obs_status": "",
        "decimal": 0,
    }


PWT_HEADER = ("countrycode", "country", "currency_unit", "year", "rgdpo", "pop", "xr", "i_cig", "i_xm")
PWT_LEGEND = {
    "rgdpo": "Output-side real GDP at chained PPPs (in mil. 2017US$)",
    "pop": "Population (in millions)",
    "xr": "Exchange rate, national currency/USD (market+estimated)",
}
PWT_ROWS = (
    ("DEU", "Germany", "Euro", 2018, 4_400_000.0, 82.9, 0.847, "Interpolated", "Benchmark"),
    ("DEU", "Germany", "Euro", 2017, 4_350_000.0, 82.6, 0.885, "Benchmark", "Benchmark"),
    ("BRA", "Brazil", "Brazilian Real", 2018, 3_100_000.0, 209.5, None, "Extrapolated", "Benchmark"),
)


def pwt(folder: Path, name: str = "pwt1001.xlsx") -> Path:
    """The workbook with its sheets Info, Legend and Data."""
    legend = [("Variable name", "Variable definition"), *PWT_LEGEND.items()]
    return write_sheets(folder / name, {"Info": [], "Legend": legend, "Data": [PWT_HEADER, *PWT_ROWS]})


ILO_HEADER = ("ref_area", "source", "indicator", "sex", "classif1", "time", "obs_value", "obs_status", "note_source")
ILO_ROWS = (
    ("DEU", "BA:1", "EMP_TEMP_SEX_ECO_NB_A", "SEX_F", "ECO_ISIC4_C", "2019", "1890.5", "", ""),
    ("DEU", "BA:1", "EMP_TEMP_SEX_ECO_NB_A", "SEX_M", "ECO_ISIC4_C", "2019", "5600.25", "", ""),
    ("BRA", "BA:2", "EMP_TEMP_SEX_ECO_NB_A", "SEX_F", "ECO_ISIC4_C", "2019", "3700", "I", ""),
    ("BRA", "BA:2", "EMP_TEMP_SEX_ECO_NB_A", "SEX_M", "ECO_ISIC4_C", "2019", "", "U", ""),
    ("X01", "XA:1", "EMP_TEMP_SEX_ECO_NB_A", "SEX_T", "ECO_ISIC4_C", "2019", "460000", "", ""),
)


def ilostat(folder: Path, rows: Sequence[Sequence[str]] = ILO_ROWS) -> Path:
    """One indicator's bulk file, gzipped."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "EMP_TEMP_SEX_ECO_NB_A.csv.gz"
    path.write_bytes(gzip.compress(csv_text([ILO_HEADER, *rows], csv.QUOTE_MINIMAL).encode(), mtime=0))
    return path


def sdmx_eurostat(folder: Path) -> Path:
    """SDMX-CSV 1.0 as Eurostat gives it."""
    folder.mkdir(parents=True, exist_ok=True)
    header = ["DATAFLOW", "LAST UPDATE", "freq", "unit", "nace_r2", "geo", "TIME_PERIOD", "OBS_VALUE", "OBS_FLAG"]
    flow = "ESTAT:NAMA_10_A64(1.0)"
    rows = [
        [flow, "01/01/26 11:00:00", "A", "CP_MEUR", "C24", "DE", "2019", "17250.5", ""],
        [flow, "01/01/26 11:00:00", "A", "CP_MEUR", "C24", "EL", "2019", "1100", "e"],
        [flow, "01/01/26 11:00:00", "A", "CP_MEUR", "C24", "FR", "2019", "", ""],
        [flow, "01/01/26 11:00:00", "A", "CP_MEUR", "C24", "EU27_2020", "2019", "80000", ""],
    ]
    path = folder / "estat_nama_10_a64.csv"
    path.write_text(csv_text([header, *rows], csv.QUOTE_MINIMAL))
    return path


def sdmx_oecd(folder: Path) -> Path:
    """SDMX-CSV 2.0 with labels beside the codes, a multiplier and periods within years."""
    folder.mkdir(parents=True, exist_ok=True)
    header = ["STRUCTURE", "STRUCTURE_ID", "ACTION", "REF_AREA", "MEASURE", "UNIT_MEASURE", "ACTIVITY", "TIME_PERIOD"]
    header += ["OBS_VALUE", "OBS_STATUS", "UNIT_MULT"]
    flow = ["DATAFLOW", "OECD.STI:DF_STAN(1.0)", "I"]
    rows = [
        [*flow, "DEU: Germany", "PROD: Output", "EUR: Euro", "C29: Cars", "2019", "450.5", "A: Normal", "6: Millions"],
        [
            *flow,
            "DEU: Germany",
            "VALU: Value added",
            "EUR: Euro",
            "C29: Cars",
            "2019",
            "140",
            "E: Estimated",
            "6: Millions",
        ],
        [*flow, "DEU: Germany", "PROD: Output", "EUR: Euro", "C29: Cars", "2019-Q4", "110", "A: Normal", "6: Millions"],
    ]
    path = folder / "stan.csv"
    path.write_text(csv_text([header, *rows], csv.QUOTE_MINIMAL))
    return path


CODE_LISTS: Mapping[str, tuple[str, Sequence[Sequence[object]]]] = {
    "isic": (
        "ISIC_Rev_4_english_structure.txt",
        [
            ["Code", "Description"],
            ["A", "Agriculture"],
            ["01", "Crops"],
            ["011", "Annual"],
            ["B", "Mines"],
            ["05", "Coal"],
        ],
    ),
    "nace": (
        "NACE_REV2_20260101.csv",
        [
            ["Order", "Level", "Code", "Parent", "Description"],
            [1, 1, "A", "", "Agriculture"],
            [2, 2, "01", "A", "Crops"],
            [3, 3, "01.1", "01", "Annual crops"],
        ],
    ),
    "cpc": (
        "CPC_Ver_2_1_english_structure.txt",
        [["CPC21code", "CPC21title"], ["0", "Agriculture"], ["01", "Crops"], ["011", "Cereals"]],
    ),
    "hs": (
        "harmonized-system.csv",
        [
            ["section", "hscode", "description", "parent", "level"],
            ["I", "01", "Animals", "TOTAL", 2],
            ["I", "0101", "Horses", "01", 4],
            ["I", "010121", "Breeding horses", "0101", 6],
        ],
    ),
    "isco": (
        "ISCO-08.csv",
        [
            ["code", "preferredLabel", "description"],
            ["0", "Forces", "x"],
            ["01", "Officers", "two\nlines"],
            ["2", "Pros", "y"],
        ],
    ),
}


def code_list(folder: Path, id: str) -> Path:
    """A list of codes in its publisher's layout."""
    folder.mkdir(parents=True, exist_ok=True)
    name, rows = CODE_LISTS[id]
    (folder / name).write_text(csv_text(rows))
    return folder / name
