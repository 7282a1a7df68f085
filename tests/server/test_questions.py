"""The standard questions by REST give what the Python functions give, with units and notes."""

from __future__ import annotations

import pytest

from kaldor.atlas.prices import named_deflators
from kaldor.economy.decomposition import decompose
from kaldor.economy.economy import Economy
from kaldor.economy.extraction import block_of, extract
from kaldor.economy.linkages import linkages
from kaldor.economy.opening import open_table
from kaldor.economy.uncertainty import bands
from kaldor.economy.upstream import positions

STARTER = "/api/economies/starter/2018"


@pytest.fixture(scope="module")
def economy():
    return Economy.from_published(open_table("starter"))


def test_linkages(client, economy):
    answer = client.get(f"{STARTER}/linkages", params={"region": "IND"})
    assert answer.status_code == 200
    table = linkages(economy, variation=False).loc[["IND"]]
    assert [row["power"] for row in answer.json()["rows"]] == pytest.approx(table["power"].tolist(), rel=1e-12)
    assert {row["quadrant"] for row in answer.json()["rows"]} <= {"key", "backward", "forward", "weak"}


def test_positions_and_their_units(client, economy):
    answer = client.get(f"{STARTER}/positions", params={"by": "sector"}).json()
    assert [row["upstreamness"] for row in answer["rows"]] == pytest.approx(
        positions(economy, by="sector")["upstreamness"]
    )
    assert {column["id"]: column["unit"] for column in answer["columns"]}["upstreamness"] == "stages"


def test_extraction_names_its_block(client, economy):
    answer = client.get(f"{STARTER}/extraction", params={"region": "IND", "sector": "manufacturing"})
    expected = extract(economy, block_of(economy, ["IND"], ["manufacturing"]))
    lost = {row["region"]: row["output_lost"] for row in answer.json()["rows"]}
    assert lost["IND"] == pytest.approx(expected.loc["IND", "output_lost"], rel=1e-9)
    assert (
        client.get(f"{STARTER}/extraction").status_code == 422 or client.get(f"{STARTER}/extraction").status_code == 400
    )


def test_prices_and_induced(client):
    rise = client.get(f"{STARTER}/prices", params={"cost": 0.1, "region": "IND", "of": "products"}).json()
    by_place = {(row["region"], row["sector"]): row["price_change"] for row in rise["rows"]}
    assert min(value for (region, _), value in by_place.items() if region == "IND") >= 0.1
    induced = client.get(f"{STARTER}/induced", params={"region": "IND"}).json()
    assert any("upper bound" in note for note in induced["notes"])


def test_change_needs_a_year_that_is_there(client):
    assert client.get(f"{STARTER}/change", params={"since": 1999}).status_code == 400
    same = client.get(f"{STARTER}/change", params={"since": 2018}).json()
    assert all(abs(row["change"]) < 1e-9 for row in same["rows"])
    assert any("Current prices" in note for note in same["notes"])


def test_every_figure_has_its_unit(client):
    for question, params in {
        "extraction": {"region": "IND", "sector": "manufacturing"},
        "induced": {"region": "IND"},
        "change": {"since": 2018},
        "prices": {"region": "IND", "cost": 0.1},
    }.items():
        columns = client.get(f"{STARTER}/{question}", params=params).json()["columns"]
        assert [one["id"] for one in columns if not one["unit"]] in (["region"], ["region", "sector"]), question
    units = {one["id"]: one["unit"] for one in client.get(f"{STARTER}/induced").json()["columns"]}
    assert units["co2_type2"] == "kt CO2 per million US$"


def test_positions_of_the_industries_of_a_country(client, economy):
    answer = client.get(f"{STARTER}/positions", params={"region": "IND"}).json()
    expected = positions(economy).loc[["IND"]]
    assert [row["downstreamness"] for row in answer["rows"]] == pytest.approx(expected["downstreamness"].tolist())
    refused = client.get(f"{STARTER}/positions", params={"region": "IND", "by": "sector"})
    assert refused.status_code == 400
    assert "region-sector" in refused.json()["message"]


def test_linkages_and_induced_take_the_options_of_the_command_line(client, economy):
    weighted = client.get(f"{STARTER}/linkages", params={"weights": "output", "scope": "global"}).json()
    table = linkages(economy, scope="global", weights="output", variation=False)
    assert [row["power"] for row in weighted["rows"]] == pytest.approx(table["power"].tolist(), rel=1e-12)
    less = client.get(f"{STARTER}/induced", params={"spending": 0, "extension": "co2", "region": "IND"}).json()
    assert {one["id"] for one in less["columns"]} >= {"co2_type1", "co2_type2"}
    assert not any(one["id"].startswith("jobs") for one in less["columns"])
    assert all(row["output_type2"] == pytest.approx(row["output_type1"]) for row in less["rows"])


@pytest.mark.parametrize(
    ("question", "params"),
    [
        ("linkages", {"region": "INT"}),
        ("linkages", {"weights": "sales"}),
        ("positions", {"region": "INT"}),
        ("extraction", {"region": "IND", "sector": "steal"}),
        ("induced", {"income": "co2"}),
        ("induced", {"extension": "so2"}),
    ],
)
def test_what_does_not_exist_is_refused(client, question, params):
    answer = client.get(f"{STARTER}/{question}", params=params)
    assert answer.status_code in {400, 404, 422}
    assert answer.json()["problems"]


def test_bands_are_a_job_with_the_figures_of_the_function(serve, economy):
    server = serve()
    params = {"region": "IND", "draws": 25, "seed": 3}
    started = server.http.post(f"{STARTER}/bands", params=params)
    assert started.status_code == 202
    result = server.wait(started.json()["job"])["result"]
    expected = bands(economy, "co2", regions=["IND"], draws=25, seed=3).table
    assert [row["low"] for row in result["rows"]] == pytest.approx(expected["low"].tolist(), rel=1e-9)
    assert [row["account"] for row in result["rows"]] == expected.index.get_level_values("account").tolist()
    assert {one["id"]: one["unit"] for one in result["columns"]}["high"] == "kt CO2"
    assert (result["draws"], result["seed"], result["level"]) == (25, 3, 0.9)
    assert any("Assumed" in note for note in result["notes"])
    multipliers = server.http.post(f"{STARTER}/bands", params=params | {"of": "multipliers"})
    rows = server.wait(multipliers.json()["job"])["result"]["rows"]
    assert {row["region"] for row in rows} == {"IND"}
    assert all(row["low"] <= row["median"] <= row["high"] for row in rows)
    assert server.http.post(f"{STARTER}/bands", params={"draws": 5}).status_code == 422
    assert server.http.post(f"{STARTER}/bands", params={"extension": "so2"}).status_code == 404


@pytest.mark.real
def test_change_at_constant_prices(serve, real_store, wiod):
    server = serve(store=real_store.path)
    params = {"since": 2000, "with": "jrc_wiod_co2", "deflators": "builtin"}
    answer = server.http.get("/api/economies/wiod2013/2009/change", params=params).json()
    prices, _ = named_deflators("builtin", None, 2000, 2009, wiod(2009).regions, real_store.indicators)
    expected = decompose(wiod(2000), wiod(2009), "co2", deflators=prices).table
    assert [row["intensity"] for row in answer["rows"]] == pytest.approx(expected["intensity"].tolist(), rel=1e-9)
    assert any(note.startswith("Deflators: World Bank") for note in answer["notes"])
    assert any("without a deflator of their own" in note for note in answer["notes"])
    assert not any("Current prices: every rise" in note for note in answer["notes"])
    params["since"] = 2008
    refused = server.http.get("/api/economies/wiod2013/2009/change", params=params)
    assert refused.status_code == 400
    assert "2008: only 2000, 2005" in refused.json()["message"]
    missing = server.http.get("/api/economies/wiod2013/2009/change", params=params | {"deflators": "wdi"})
    assert missing.status_code == 404
