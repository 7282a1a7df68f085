"""The routes that only read give what the functions of the floors below give."""

from __future__ import annotations

import pytest

from kaldor.economy.accounts import country_accounts
from kaldor.economy.economy import Economy
from kaldor.economy.starter import starter_world
from kaldor.framework import load_framework
from kaldor.resilience.lookthrough import import_dependence
from kaldor.sustainability.scopes import industry_scopes

ON = "/api/economies/starter/2018"


@pytest.fixture(scope="module")
def economy():
    return Economy.from_published(starter_world())


def test_health(client):
    from kaldor import __version__

    answer = client.get("/api/health").json()
    assert answer == {"version": __version__, "read_only": False, "token_required": False}


def test_the_starter_world_is_there_without_any_data(client):
    (starter,) = client.get("/api/datasets").json()
    assert starter["id"] == "starter"
    assert starter["status"] == "estimated"
    assert starter["years"] == [2018]
    assert starter["provenance"] is None


def test_catalogue_says_how_to_add(client):
    sources = {source["id"]: source for source in client.get("/api/catalogue").json()}
    assert not sources["wiod2013"]["held"]
    assert "kaldor data add PATH --as wiod2013" in sources["wiod2013"]["how_to_add"]


def test_framework_is_whole(client):
    answer, framework = client.get("/api/framework").json(), load_framework()
    assert [challenge["id"] for challenge in answer["challenges"]] == [c.id for c in framework.challenges]
    for kind, entries in (("priorities", framework.priorities()), ("issues", framework.issues()),
                          ("debates", framework.debates())):  # fmt: skip
        assert [one["id"] for c in answer["challenges"] for one in c[kind]] == [entry.id for entry in entries]
    cases = client.get("/api/framework/cases", params={"challenge": "workforce"}).json()["cases"]
    assert [case["id"] for case in cases] == [case.id for case in framework.cases("workforce")]
    assert client.get("/api/framework/cases", params={"challenge": "workfroce"}).status_code == 404


def test_blocs_have_the_members_of_the_year(client):
    answers = [client.get("/api/blocs", params={"year": year}).json() for year in (2019, 2020)]
    unions = [next(bloc for bloc in answer["blocs"] if bloc["id"] == "EU") for answer in answers]
    assert [len(union["members"]) for union in unions] == [28, 27]
    assert [answer["year"] for answer in answers] == [2019, 2020]
    assert unions[0]["page"].startswith("https://")
    assert client.get("/api/blocs").status_code == 422


def test_labels(client, economy):
    answer = client.get(ON).json()
    assert [region["code"] for region in answer["regions"]] == list(economy.regions)
    india = next(region for region in answer["regions"] if region["code"] == "IND")
    assert india == {"code": "IND", "name": "India", "world_region": "South Asia",
                     "income_group": india["income_group"], "is_country": True}  # fmt: skip
    assert {extension["id"] for extension in answer["extensions"]} == set(economy.extensions)
    assert answer["groups"]["manufacturing"] == list(economy.group("manufacturing"))


def test_accounts(client, economy):
    answer = client.get(f"{ON}/footprint", params={"extension": "co2"}).json()
    (table,) = answer["tables"]
    frame = country_accounts(economy, "co2")
    assert [row["region"] for row in table["rows"]] == list(frame.index)
    assert [row["consumption"] for row in table["rows"]] == pytest.approx(frame["consumption"].tolist())
    assert {column["unit"] for column in table["columns"][1:]} == {frame.attrs["unit"]}
    assert (answer["origin"]["year"], answer["status"]) == (2018, "estimated")


def test_footprint_adds_up_to_the_consumption_account(client, economy):
    account = country_accounts(economy, "co2").loc["IND", "consumption"]
    for by in ("region", "product"):
        params = {"region": "IND", "extension": "co2", "by": by}
        (table,) = client.get(f"{ON}/footprint", params=params).json()["tables"]
        assert sum(row["IND"] for row in table["rows"]) == pytest.approx(account)


def test_scopes(client, economy):
    answer = client.get(f"{ON}/scopes", params={"region": "IND"}).json()
    found = industry_scopes(economy).of(economy.sectors, ["IND"])
    (table,), facts = answer["tables"], answer["facts"]
    assert [row["scope3_upstream"] for row in table["rows"]] == pytest.approx(found.table["scope3_upstream"].tolist())
    assert facts["upstream_over_scope1"]["pooled"] == pytest.approx(found.upstream_over_scope1().pooled)


def test_paths_and_remainder_make_the_total(client):
    params = {"region": "IND", "extension": "co2", "most": 5, "threshold": 1e-4}
    answer = client.get(f"{ON}/paths", params=params).json()
    (table,), facts = answer["tables"], answer["facts"]
    assert len(table["rows"]) == 5
    assert sum(row["value"] for row in table["rows"]) + facts["remainder"] == pytest.approx(facts["total"])


def test_dependence(client, economy):
    answer = client.get(f"{ON}/dependence", params={"region": "IND"}).json()
    shares = import_dependence(economy, "IND").foreign_share()
    assert answer["facts"]["foreign_share"] == pytest.approx(shares.to_dict())
    rows = answer["tables"][0]["rows"]
    assert rows[0]["value_added"] >= rows[1]["value_added"]
    assert sum(row["value_added"] for row in rows) == pytest.approx(shares["value_added"])


def test_overview_gives_figures_or_reasons(client, economy):
    answer = client.get(f"{ON}/overview", params={"region": "IND"}).json()
    assert [c["challenge"] for c in answer["challenges"]] == [c.id for c in load_framework().challenges]
    figures = [figure for challenge in answer["challenges"] for figure in challenge["figures"]]
    assert all((figure["value"] is None) == bool(figure["reason_if_not_modelled"]) for figure in figures)
    emitted = next(figure for figure in figures if figure["id"] == "co2-production")
    assert emitted["value"] == pytest.approx(country_accounts(economy, "co2").loc["IND", "production"])
    assert all(set(one["values"]) == set(economy.regions) for one in answer["maps"])
    of = {one["metric"].removesuffix("-production"): one["challenge"] for one in answer["maps"]}
    assert (of["co2"], of["jobs_male"], of["manufacturing-share"]) == ("sustainability", "workforce", "technology")
    carried = {one["id"]: one["counts_jobs"] for one in client.get(ON).json()["extensions"]}
    assert (carried["co2"], carried["jobs_male"]) == (False, True)


@pytest.mark.parametrize(
    ("address", "status", "says"),
    [
        ("/api/economies/nothing/2009", 404, "kaldor data add PATH --as nothing"),
        ("/api/economies/..%2Fother/2009", 404, "there is no"),
        ("/api/economies/starter/2009", 400, "the starter world is of 2018"),
        (f"{ON}?with=jrc_wiod_co2", 400, "takes none"),
        (f"{ON}/overview?region=INT", 404, "Did you mean 'IND' (India)?"),
        (f"{ON}/footprint?extension=co3", 404, "Did you mean 'co2'?"),
        (f"{ON}/overview", 422, "region"),
        (f"{ON}/paths?region=IND&most=0", 400, "most"),
        ("/api/nothing", 404, "no /api/nothing"),
    ],
)
def test_refusals_say_what_to_do(client, address, status, says):
    answer = client.get(address)
    assert answer.status_code == status
    body = answer.json()
    assert says in body["message"] or says in str(body["problems"])
    assert set(body) == {"message", "problems"}
