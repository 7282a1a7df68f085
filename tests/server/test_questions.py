"""The standard questions by REST give what the Python functions give, with units and notes."""

from __future__ import annotations

import pytest

from kaldor.atlas.prices import named_deflators
from kaldor.economy.decomposition import decompose
from kaldor.economy.economy import Economy
from kaldor.economy.error_model import error_model
from kaldor.economy.extraction import block_of, extract
from kaldor.economy.linkages import linkages
from kaldor.economy.opening import open_table
from kaldor.economy.uncertainty import bands
from kaldor.economy.upstream import positions
from tests.economy.redrawn import bands_of_the_draws

STARTER = "/api/economies/starter/2018"


def rows(answer: dict) -> list[dict]:
    """The rows of an answer's only table."""
    (table,) = answer["tables"]
    return table["rows"]


def columns(answer: dict) -> list[dict]:
    (table,) = answer["tables"]
    return table["columns"]


@pytest.fixture(scope="module")
def economy():
    return Economy.from_published(open_table("starter"))


def test_linkages(client, economy):
    answer = client.get(f"{STARTER}/linkages", params={"region": "IND"})
    assert answer.status_code == 200
    table = linkages(economy, variation=False).loc[["IND"]]
    assert [row["power"] for row in rows(answer.json())] == pytest.approx(table["power"].tolist(), rel=1e-12)
    assert {row["quadrant"] for row in rows(answer.json())} <= {"key", "backward", "forward", "weak"}


def test_positions_and_their_units(client, economy):
    answer = client.get(f"{STARTER}/upstream", params={"by": "sector"}).json()
    assert [row["upstreamness"] for row in rows(answer)] == pytest.approx(
        positions(economy, by="sector")["upstreamness"]
    )
    assert {column["id"]: column["unit"] for column in columns(answer)}["upstreamness"] == "stages"


def test_extraction_names_its_block(client, economy):
    answer = client.get(f"{STARTER}/extract", params={"region": "IND", "sector": "manufacturing"})
    expected = extract(economy, block_of(economy, ["IND"], ["manufacturing"]))
    lost = {row["region"]: row["output_lost"] for row in rows(answer.json())}
    assert lost["IND"] == pytest.approx(expected.loc["IND", "output_lost"], rel=1e-9)
    assert client.get(f"{STARTER}/extract").status_code == 400


def test_prices_and_induced(client):
    rise = client.get(f"{STARTER}/prices", params={"cost": 0.1, "region": "IND", "of": "products"}).json()
    by_place = {(row["region"], row["sector"]): row["price_change"] for row in rows(rise)}
    assert min(value for (region, _), value in by_place.items() if region == "IND") >= 0.1
    induced = client.get(f"{STARTER}/induced", params={"region": "IND"}).json()
    assert any("upper bound" in note for note in induced["said"])


def test_change_needs_a_year_that_is_there(client):
    assert client.get(f"{STARTER}/change", params={"since": 1999, "extension": "co2"}).status_code == 400
    same = client.get(f"{STARTER}/change", params={"since": 2018, "extension": "co2"}).json()
    assert all(abs(row["change"]) < 1e-9 for row in rows(same))
    assert any("Current prices" in note for note in same["said"])


def test_every_figure_has_its_unit(client):
    for question, params in {
        "extract": {"region": "IND", "sector": "manufacturing"},
        "induced": {"region": "IND"},
        "change": {"since": 2018, "extension": "co2"},
        "prices": {"region": "IND", "cost": 0.1},
    }.items():
        found = columns(client.get(f"{STARTER}/{question}", params=params).json())
        assert [one["id"] for one in found if not one["unit"]] in (["region"], ["region", "sector"]), question
    units = {one["id"]: one["unit"] for one in columns(client.get(f"{STARTER}/induced").json())}
    assert units["co2_type2"] == "kt CO2 per million US$"


def test_positions_of_the_industries_of_a_country(client, economy):
    answer = client.get(f"{STARTER}/upstream", params={"region": "IND"}).json()
    expected = positions(economy).loc[["IND"]]
    assert [row["downstreamness"] for row in rows(answer)] == pytest.approx(expected["downstreamness"].tolist())
    refused = client.get(f"{STARTER}/upstream", params={"region": "IND", "by": "sector"})
    assert refused.status_code == 400
    assert "region-sector" in refused.json()["message"]


def test_linkages_and_induced_take_the_options_of_the_command_line(client, economy):
    weighted = client.get(f"{STARTER}/linkages", params={"weights": "output", "scope": "global"}).json()
    table = linkages(economy, scope="global", weights="output", variation=False)
    assert [row["power"] for row in rows(weighted)] == pytest.approx(table["power"].tolist(), rel=1e-12)
    less = client.get(f"{STARTER}/induced", params={"spending": 0, "extension": "co2", "region": "IND"}).json()
    assert {one["id"] for one in columns(less)} >= {"co2_type1", "co2_type2"}
    assert not any(one["id"].startswith("jobs") for one in columns(less))
    assert all(row["output_type2"] == pytest.approx(row["output_type1"]) for row in rows(less))


@pytest.mark.parametrize(
    ("question", "params"),
    [
        ("linkages", {"region": "INT"}),
        ("linkages", {"weights": "sales"}),
        ("upstream", {"region": "INT"}),
        ("extract", {"region": "IND", "sector": "steal"}),
        ("induced", {"income": "co2"}),
        ("induced", {"extension": "so2"}),
    ],
)
def test_what_does_not_exist_is_refused(client, question, params):
    answer = client.get(f"{STARTER}/{question}", params=params)
    assert answer.status_code in {400, 404, 422}
    assert answer.json()["problems"]


@pytest.mark.long
def test_bands_are_a_job_with_the_figures_of_the_function(serve, economy):
    server = serve()
    params = {"extension": "co2", "region": "IND", "draws": 25, "seed": 3}
    started = server.http.post(f"{STARTER}/bands", params=params)
    assert started.status_code == 202
    result = server.wait(started.json()["job"])["result"]
    expected = bands_of_the_draws("IND", 25, 3)
    assert [row["low"] for row in rows(result)] == pytest.approx(expected["low"].tolist(), rel=1e-9)
    assert [row["account"] for row in rows(result)] == expected.index.get_level_values("account").tolist()
    assert {one["id"]: one["unit"] for one in columns(result)}["high"] == "kt CO2"
    assert [result["facts"][name] for name in ("draws", "seed", "level")] == [25, 3, 0.9]
    assert any("an estimate" in note for note in result["said"])
    by_cells = server.http.post(f"{STARTER}/bands", params=params | {"model": "usual"})
    result = server.wait(by_cells.json()["job"])["result"]
    expected = bands(economy, "co2", regions=["IND"], draws=25, seed=3, model=error_model()).table
    assert [row["low"] for row in rows(result)] == pytest.approx(expected["low"].tolist(), rel=1e-9)
    assert any("Assumed; after" in note for note in result["said"])
    multipliers = server.http.post(f"{STARTER}/bands", params=params | {"of": "multipliers"})
    drawn = rows(server.wait(multipliers.json()["job"])["result"])
    assert {row["region"] for row in drawn} == {"IND"}
    assert all(row["low"] <= row["median"] <= row["high"] for row in drawn)
    assert server.http.post(f"{STARTER}/bands", params={"draws": 5}).status_code == 400
    assert server.http.post(f"{STARTER}/bands", params={"extension": "so2"}).status_code == 404


@pytest.mark.real
def test_change_at_constant_prices(serve, real_store, wiod):
    server = serve(store=real_store.path)
    params = {"since": 2000, "with": "jrc_wiod_co2", "deflators": "builtin"}
    answer = server.http.get("/api/economies/wiod2013/2009/change", params=params).json()
    prices, _ = named_deflators("builtin", None, 2000, 2009, wiod(2009).regions, real_store.indicators, wiod(2009).unit)
    expected = decompose(wiod(2000), wiod(2009), "co2", deflators=prices).table
    assert [row["intensity"] for row in rows(answer)] == pytest.approx(expected["intensity"].tolist(), rel=1e-9)
    assert any(note.startswith("Deflators: World Bank") for note in answer["said"])
    assert any("without a deflator of their own" in note for note in answer["said"])
    assert not any("Current prices: every rise" in note for note in answer["said"])
    params["since"] = 2008
    refused = server.http.get("/api/economies/wiod2013/2009/change", params=params)
    assert refused.status_code == 400
    assert "2008: only 2000, 2005" in refused.json()["message"]
    missing = server.http.get("/api/economies/wiod2013/2009/change", params=params | {"deflators": "wdi"})
    assert missing.status_code == 404
