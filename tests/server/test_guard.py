"""Whose requests reach a route: this machine's, with the token where there is one, within the limits."""

from __future__ import annotations

import pytest

from kaldor.server.sessions import COOKIE
from kaldor.server.settings import Limits, Settings
from tests.server.conftest import ADDRESS, SCENARIO, STUDY, in_process

TOKEN = "a-long-enough-token-for-tests"
ON = "/api/economies/starter/2018"


@pytest.fixture
def guarded(tmp_path):
    with in_process(Settings(store=tmp_path / "store", host="0.0.0.0", token=TOKEN)) as client:
        yield client


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8123", "127.0.0.1.evil.example", "", "192.168.1.5:8123"]
)
def test_a_name_made_to_point_here_is_refused(client, host):
    answer = client.get("/api/datasets", headers={"host": host})
    assert answer.status_code == 421
    assert "another host" in answer.json()["message"]


@pytest.mark.parametrize("host", ["[", "[::1", "a:b:c", "evil@127.0.0.1:8123", "127.0.0.1:8123/evil", "127.0.0.1 evil"])
def test_what_is_no_name_of_a_host_is_refused(client, host):
    answer = client.get("/api/datasets", headers={"host": host})
    assert answer.status_code == 400
    assert answer.json()["problems"][0]["where"] == "Host"


@pytest.mark.parametrize(
    "origin", ["http://[", "null", "", "http://evil@127.0.0.1:8123", "127.0.0.1:8123", "http://a:b:c"]
)
def test_a_broken_origin_is_another_sites(client, origin):
    answer = client.post("/api/studies", json={"study": STUDY}, headers={"origin": origin})
    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ('{"id": "a", "id": "b", "levers": []}', "the key 'id' stands twice"),
        ('{"id": "\\ud800", "levers": []}', "body, id: holds half of a pair"),
        ('{"id": "a", "levers": [], "blocs": {"\\udfff": []}}', "body, blocs: holds half of a pair"),
        ('{"id": "a", "levers": [{"lever": "x", "strength": NaN}]}', "body, levers 1, strength: is no finite number"),
        (
            '{"id": "a", "levers": [{"lever": "x", "strength": 1e999}]}',
            "body, levers 1, strength: is no finite number",
        ),
        ('{"id": ' + "9" * 5_000 + "}", "more than 64 bits"),
        ("[" * 100_000, "nested too deeply"),
        ('{"id": ' + "[" * 200 + "]" * 200 + "}", "nested deeper than 64"),
    ],
)
def test_json_that_no_table_can_hold_is_refused_with_its_place(client, body, message):
    answer = client.post(f"{ON}/simulate", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 400
    assert message in answer.json()["message"]


@pytest.mark.parametrize(
    "question",
    [
        "linkages?",
        "induced?",
        "extract?",
        "prices?cost=0.1&",
        "extract?region=CHN&",
        "prices?cost=0.1&sector=metals&",
    ],
)
def test_a_region_named_twice_counts_once(client, question):
    once, twice = (client.get(f"{ON}/{question}{'&'.join(['region=IND'] * times)}") for times in (1, 2))
    assert once.status_code == 200
    assert once.json()["tables"][0]["rows"]
    assert twice.json() == once.json()


@pytest.mark.parametrize("host", ["127.0.0.1:8123", "localhost:8123", "[::1]:8123", "localhost"])
def test_this_machines_own_names_pass(client, host):
    assert client.get("/api/datasets", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [{"origin": "http://evil.example"}, {"origin": "null"}, {"sec-fetch-site": "cross-site"},
     {"sec-fetch-site": "same-site"}, {"origin": "http://127.0.0.1:9999"}],
)  # fmt: skip
def test_another_sites_page_may_change_nothing(client, headers):
    assert client.post("/api/studies", json={"study": STUDY}, headers=headers).status_code == 403
    assert client.get("/api/studies").json() == []


def test_the_own_page_may(client):
    headers = {"origin": ADDRESS, "sec-fetch-site": "same-origin"}
    assert client.post("/api/studies", json={"study": STUDY}, headers=headers).status_code == 201


def test_every_answer_carries_the_headers_and_no_permission_for_others(client):
    for address in ("/", "/api/health", "/api/nothing", f"{ON}/overview"):
        headers = client.get(address, headers={"origin": "http://evil.example"}).headers
        policy = headers["content-security-policy"]
        assert "frame-ancestors 'none'" in policy
        assert "script-src 'self';" in policy
        assert "unsafe-eval" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert not [name for name in headers if name.startswith("access-control-")]


def test_without_the_token_nothing_but_health(guarded):
    assert guarded.get("/api/health").json()["token_required"] is True
    for address in ("/api/datasets", ON, "/api/openapi.json", "/api/jobs"):
        assert guarded.get(address).status_code == 401
    assert guarded.post(f"{ON}/simulate", json=SCENARIO).status_code == 401
    wrong = {"authorization": f"Bearer {TOKEN[:-1]}x"}
    assert guarded.get("/api/datasets", headers=wrong).status_code == 401
    assert guarded.get(f"/api/datasets?token={TOKEN}").status_code == 401


def test_the_token_in_a_header(guarded):
    headers = {"authorization": f"Bearer {TOKEN}"}
    assert guarded.get("/api/datasets", headers=headers).status_code == 200
    assert guarded.get("/api/health", headers=headers).json()["token_required"] is False


def test_the_token_is_exchanged_once_for_a_cookie_that_tells_nothing_of_it(guarded):
    assert guarded.post("/api/session", headers={"authorization": "Bearer wrong"}).status_code == 401
    opened = guarded.post("/api/session", headers={"authorization": f"Bearer {TOKEN}"})
    cookie = opened.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert TOKEN not in cookie
    assert guarded.get("/api/datasets").status_code == 200
    name = guarded.cookies[COOKIE]
    guarded.delete("/api/session")
    assert guarded.get("/api/datasets", headers={"cookie": f"{COOKIE}={name}"}).status_code == 401


def test_a_made_up_cookie_opens_nothing(guarded):
    for value in ("", TOKEN, "x" * 43, '"'):
        assert guarded.get("/api/datasets", headers={"cookie": f"{COOKIE}={value}"}).status_code == 401


def test_too_many_requests_wait_and_not_on_loopback(tmp_path):
    limits = Limits(requests_per_second=1e-9, requests_burst=5)
    with in_process(Settings(store=tmp_path / "a", host="0.0.0.0", token=TOKEN, limits=limits)) as client:
        answers = [client.get("/api/health") for _ in range(7)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429] * 2
    assert answers[-1].headers["retry-after"] == "1"
    with in_process(Settings(store=tmp_path / "b", limits=limits)) as client:
        assert {client.get("/api/health").status_code for _ in range(7)} == {200}


def test_a_body_too_large_is_refused_whether_it_says_so_or_not(tmp_path):
    with in_process(Settings(store=tmp_path / "store", limits=Limits(body_mb=0.01))) as client:
        large = b'{"id": "' + b"x" * 20_000 + b'"}'
        headers = {"content-type": "application/json"}
        assert client.post(f"{ON}/simulate", content=large, headers=headers).status_code == 413
        pieces = (large[i : i + 1000] for i in range(0, len(large), 1000))
        answer = client.post(f"{ON}/simulate", content=pieces, headers=headers)
        assert answer.status_code == 413
        assert "0.01 MB" in answer.json()["message"]
        assert client.post(f"{ON}/simulate", json=SCENARIO).status_code == 200


@pytest.mark.parametrize(
    ("how", "says"), [({"read_only": True}, "is read-only"), ({"workers": 3}, "kaldor serve without --workers")]
)
def test_read_only_answers_and_changes_nothing(tmp_path, how, says):
    store = tmp_path / "store"
    with in_process(Settings(store=store)) as client:
        client.post("/api/studies", json={"study": STUDY, "id": "kept"})
    before = sorted(store.rglob("*"))
    with in_process(Settings(store=store, **how)) as client:
        assert client.get("/api/health").json()["read_only"] is True
        assert client.get("/api/studies/kept").status_code == 200
        assert client.post(f"{ON}/simulate", json=SCENARIO).status_code == 200
        refused = [
            client.post("/api/studies", json={"study": STUDY}),
            client.put("/api/studies/kept", json={"study": STUDY}, headers={"If-Match": "*"}),
            client.delete("/api/studies/kept"),
            client.post("/api/studies/kept/run"),
            client.delete("/api/datasets/mine"),
            client.post("/api/datasets", files={"file": ("a.csv", b"indicator,region,year,value\n")}),
        ]
    assert {answer.status_code for answer in refused} == {403}
    assert all(says in answer.json()["message"] for answer in refused)
    assert sorted(store.rglob("*")) == before


def test_an_economy_beyond_the_memory_is_refused(tmp_path):
    from kaldor.atlas.add import add
    from kaldor.atlas.store import Store
    from tests.atlas.plain_folders import small_economy

    add(small_economy(tmp_path / "own"), Store(tmp_path / "store"), "own")
    with in_process(Settings(store=tmp_path / "store", limits=Limits(economies_mb=1e-6))) as client:
        (own,) = [one for one in client.get("/api/datasets").json() if one["id"] == "own"]
        answer = client.get(f"/api/economies/own/{own['years'][0]}")
    assert answer.status_code == 413
    assert "economies_mb" in answer.json()["message"]
