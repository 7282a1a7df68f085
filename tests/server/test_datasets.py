"""Datasets that cannot be read, and ids that mean something else already: marked, removed, replaced."""

from __future__ import annotations

import json
import os

import pytest

from kaldor.atlas.add import add
from kaldor.atlas.store import Store
from kaldor.server.settings import Settings
from tests.atlas.plain_folders import small_economy
from tests.server.conftest import in_process
from tests.server.test_uploads import packed_folder

BAD = {
    "newer": "Upgrade",
    "half": "not whole",
    "latin": "damaged",
    "deep": "damaged",
    "gone": "manifest.json is missing",
    "pipe": "damaged",
    "starter": "means the world inside the package",
}


@pytest.fixture
def bad(tmp_path):
    """A server on a store with one good dataset beside one of every kind of bad one."""
    store = Store(tmp_path / "store")
    own = small_economy(tmp_path / "own")
    add(own, store, "good")
    for id in BAD:
        folder = store.path / "datasets" / id
        add(own, store, "in-the-making")
        (store.path / "datasets" / "in-the-making").rename(folder)
        file = folder / "manifest.json"
        manifest = json.loads(file.read_text()) | {"id": id}
        content = {
            "newer": json.dumps(manifest | {"horizon": 1}).encode(),
            "half": b'{"id":',
            "latin": "{'título'}".encode("latin-1"),
            "deep": b"[" * 3000,
            "starter": json.dumps(manifest).encode(),
        }.get(id)
        file.unlink()
        if content is not None:
            file.write_bytes(content)
        elif id == "pipe":
            os.mkfifo(file)
    with in_process(Settings(store=store.path)) as client:
        yield client


def test_what_cannot_be_read_is_marked_beside_the_rest(bad):
    answer = bad.get("/api/datasets")
    assert answer.status_code == 200
    listed = answer.json()
    assert [one["id"] for one in listed if one["kind"] != "unreadable"] == ["starter", "good"]
    marked = {one["id"]: one for one in listed if one["kind"] == "unreadable"}
    assert set(marked) == set(BAD)
    for id, says in BAD.items():
        (problem,) = marked[id]["problems"]
        assert problem["where"] == f"dataset '{id}'"
        assert says in problem["what"] + problem["remedy"], (id, problem)
    assert bad.get("/api/catalogue").status_code == 200
    assert bad.get("/api/economies/good/2009").status_code == 200
    assert bad.get("/api/economies/starter/2018").status_code == 200


@pytest.mark.parametrize("id", [id for id in BAD if id != "pipe"])
def test_what_cannot_be_read_can_be_deleted(bad, id, tmp_path):
    assert bad.delete(f"/api/datasets/{id}").json() == {"removed": id, "kept": []}
    assert not (tmp_path / "store" / "datasets" / id).exists()
    assert id not in [one["id"] for one in bad.get("/api/datasets").json() if one["kind"] == "unreadable"]


def test_the_starter_world_itself_cannot_be_deleted(bad):
    assert bad.delete("/api/datasets/starter").status_code == 200  # the dataset of that id that 0.1 let in
    answer = bad.delete("/api/datasets/starter")
    assert answer.status_code == 409
    assert "world inside the package" in answer.json()["message"]
    assert bad.get("/api/economies/starter/2018").status_code == 200


def test_deleting_a_dataset_leaves_what_the_user_put_beside_it(bad, tmp_path):
    notes = tmp_path / "store" / "datasets" / "good" / "notes.txt"
    notes.write_text("mine")
    assert bad.delete("/api/datasets/good").json() == {"removed": "good", "kept": ["datasets/good/notes.txt"]}
    assert notes.read_text() == "mine"


@pytest.mark.parametrize(
    ("name", "as_id", "status"),
    [("starter.csv", None, 409), ("Starter.CSV", None, 409), ("../starter.csv", None, 409), ("a.csv", "starter", 409),
     ("starter.csv", "mine", 202), ("a.csv", "A", 400), ("a.csv", "../a", 400), ("starters.csv", None, 202)],
)  # fmt: skip
def test_a_reserved_id_is_refused_before_the_upload_is_taken_on(client, name, as_id, status):
    data = {} if as_id is None else {"as_id": as_id}
    answer = client.post("/api/datasets", files={"file": (name, b"indicator,region,year,value\n")}, data=data)
    assert answer.status_code == status, answer.text
    if status != 202:
        assert client.get("/api/jobs").json() == []
        assert "name" in answer.json()["message"]


@pytest.mark.long
def test_a_reserved_id_within_an_upload_is_refused_and_what_cannot_be_read_is_replaced(serve, tmp_path):
    """The final id of a zip is known when it is open: the job fails, and the data page stays as it was."""
    server = serve()
    own = small_economy(tmp_path / "own")

    def send(name: str, as_id: str | None = None) -> dict:
        data = {} if as_id is None else {"as_id": as_id}
        answer = server.http.post("/api/datasets", files={"file": (name, packed_folder(own))}, data=data)
        return server.wait(answer.json()["job"])

    (own / "dataset.toml").write_text('id = "starter"\n')
    record = send("own.zip")
    assert record["state"] == "failed"
    assert "means the world inside the package" in str(record["problems"])
    assert [one["id"] for one in server.http.get("/api/datasets").json()] == ["starter"]
    (own / "dataset.toml").unlink()
    assert send("own.zip", "mine")["state"] == "done"
    manifest = tmp_path / "store" / "datasets" / "mine" / "manifest.json"
    manifest.write_text("{")
    kinds = {one["id"]: one["kind"] for one in server.http.get("/api/datasets").json()}
    assert kinds == {"starter": "economy", "mine": "unreadable"}
    assert server.http.get("/api/economies/mine/2009").status_code == 503
    assert send("own.zip", "mine")["state"] == "done"
    kinds = {one["id"]: one["kind"] for one in server.http.get("/api/datasets").json()}
    assert kinds == {"starter": "economy", "mine": "economy"}
    assert server.http.get("/api/economies/mine/2009").status_code == 200
