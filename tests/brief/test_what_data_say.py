"""What data say of themselves stands in `data info` and in the brief: gaps, licences by version, regions shared out."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from kaldor.atlas.add import add
from kaldor.atlas.catalogue import Catalogue
from kaldor.atlas.store import Store
from kaldor.brief.run import run_study
from kaldor.cli.main import app
from tests.atlas.official import exiobase3, figaro

STUDY = """
title = "What the data say"
country = "AUT"
peers = ["{peer}"]
year = {year}
economy = "{economy}"
extensions = {extensions}
emissions = "{emissions}"
sections = ["accounts"]
"""
GAP = (
    "air_emissions/F.txt: cells are not reported, and taken as none: "
    "1 in 2020 (Rest of Africa, Education services (80))."
)


@pytest.fixture
def store(tmp_path, monkeypatch) -> Store:
    monkeypatch.setenv("KALDOR_STORE", str(tmp_path / "store"))
    monkeypatch.setenv("COLUMNS", "2000")
    return Store(tmp_path / "store")


def brief(store: Store, **keys: object) -> tuple[str, str]:
    """The words of a brief in HTML, and its status line."""
    study = store.path.parent / "study.toml"
    study.write_text(STUDY.format(**keys), encoding="utf-8")
    made = run_study(study, store, store.path.parent / "brief", ["html"])
    html = made.files["html"].read_text("utf-8")
    return html.replace("&#39;", "'").replace("’", "'"), made.document.status_line


def info(id: str) -> str:
    answer = CliRunner().invoke(app, ["data", "info", id])
    assert answer.exit_code == 0, answer.output
    return answer.output


def with_a_gap(folder: Path) -> Path:
    """As version 3.10.2: a cell of a region that the brief does not show is empty."""
    root = exiobase3.write(folder, extensions=exiobase3.NEW)
    file = root / "air_emissions" / "F.txt"
    *header, first, last = file.read_text().splitlines()
    file.write_text("\n".join([*header, first.rpartition("\t")[0] + "\t", last]) + "\n")
    return root


def test_cells_that_nobody_reported(tmp_path, store):
    add(with_a_gap(tmp_path), store, as_id="exio")
    page, status_line = brief(
        store, peer="USA", year=2020, economy="exio", extensions="[]", emissions="co2-combustion-air"
    )
    assert GAP in info("exio")
    assert GAP in page
    assert status_line == "Status: estimated · Year: 2020"  # not the beginning of a note on the year's files


@pytest.mark.parametrize(
    ("extensions", "licence"), [(exiobase3.OLD, "CC BY-SA 4.0"), (exiobase3.NEW, "must not be published")]
)
def test_the_licence_of_the_version_that_was_added(extensions, licence, tmp_path, store):
    add(exiobase3.write(tmp_path, extensions=extensions), store, as_id="exio")
    page, _ = brief(store, peer="USA", year=2020, economy="exio", extensions="[]", emissions="co2-combustion-air")
    (said,) = [line for line in info("exio").splitlines() if line.startswith("Licence")]
    assert licence in said
    (cited,) = [part for part in page.split("<dd>") if " Licence: " in part]
    assert licence in cited.partition(" Licence: ")[2].partition("<")[0]


def test_emissions_that_name_fewer_regions_than_the_table(tmp_path, store, monkeypatch):
    """Greece, which the brief does not show, stands in for Albania."""
    source = Catalogue.load().sources["figaro_ghg"]
    monkeypatch.setitem(Catalogue.load().sources, "figaro_ghg", source.model_copy(update={"rest_holds": ("GRC",)}))
    path = figaro.write_emissions(tmp_path / "emissions")
    path.write_text("\n".join(line for line in path.read_text().splitlines() if ",EL,WORLD," not in line))
    add(figaro.write_figaro(tmp_path / "figaro"), store)
    add(path, store)
    page, _ = brief(store, peer="GBR", year=2022, economy="figaro", extensions='["figaro_ghg"]', emissions="ghg")
    said = "Greece stands in its rest of the world; where a table has such countries apart, its amounts are shared out"
    assert said in info("figaro_ghg")
    assert page.count(said) == 1


def test_the_catalogue_says_which_four_countries_figaro_has_more():
    for id in ("figaro_ghg", "figaro_co2"):
        assert Catalogue.load().sources[id].rest_holds == ("ALB", "MKD", "MNE", "SRB")
