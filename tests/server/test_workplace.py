"""Where a server works in a store: nothing there goes but what servers made, and half-made things do not stay."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from kaldor.atlas.store import Store
from kaldor.errors import StoreError
from kaldor.server.app import make_app
from kaldor.server.settings import Settings
from kaldor.server.workplace import Workplace
from tests.server.conftest import STUDY, in_process, launch
from tests.waiting import PATIENCE


@pytest.fixture
def ordinary(tmp_path) -> Path:
    """A project folder with names that Kaldor uses too, one of them a link to a folder outside."""
    folder, outside = tmp_path / "proj", tmp_path / "outside"
    outside.mkdir()
    (outside / "precious.txt").write_text("mine")
    for name in ("datasets/2019", "staging", "incoming/letters", "jobs", "studies/one"):
        (folder / name).mkdir(parents=True)
    for name in ("datasets/2019/raw.csv", "staging/deploy.sh", "incoming/letters/a.txt", "jobs/vacancy.json",
                 "studies/one/study.toml", "notes.md"):  # fmt: skip
        (folder / name).write_text("mine")
    (folder / "datasets" / "linked").symlink_to(outside)
    (folder / ".server.lock").write_text("mine")
    return folder


def snapshot(*folders: Path) -> dict[str, bytes | str]:
    """Every name below some folders, with what it holds or leads to."""
    found: dict[str, bytes | str] = {}
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            held = f"-> {path.readlink()}" if path.is_symlink() else path.read_bytes() if path.is_file() else "folder"
            found[str(path)] = held
    return found


@pytest.mark.parametrize("read_only", [False, True])
def test_an_ordinary_folder_is_no_store_for_a_server(ordinary, tmp_path, read_only):
    before = snapshot(tmp_path)
    with pytest.raises(StoreError, match="Nothing was touched"):
        make_app(Settings(store=ordinary, read_only=read_only))
    assert snapshot(tmp_path) == before


@pytest.mark.long
@pytest.mark.parametrize("options", [(), ("--read-only",)])
def test_serve_refuses_an_ordinary_folder_with_exit_2(ordinary, tmp_path, options):
    before = snapshot(tmp_path)
    process = launch("--port", "0", "--store", str(ordinary), *options)
    output, errors = process.communicate(timeout=PATIENCE)
    assert process.returncode == 2
    assert "http://" not in output
    assert "ordinary folder" in errors
    assert "Traceback" not in errors
    assert snapshot(tmp_path) == before


def test_what_the_user_put_into_a_store_stays(tmp_path):
    """Files beside Kaldor's in a store, in the folders that servers use, through start, work, stop and start again."""
    store, outside = tmp_path / "store", tmp_path / "outside"
    Store(store).claim()
    outside.mkdir()
    (outside / "precious.txt").write_text("mine")
    for name in ("incoming/letters/a.txt", "jobs/vacancy.json", "jobs/plan/b.txt", "studies/draft.md", "notes/c.md"):
        (store / name).parent.mkdir(parents=True, exist_ok=True)
        (store / name).write_text("mine")
    for name in ("incoming/linked", "jobs/linked", "studies/linked"):
        (store / name).symlink_to(outside)
    before = snapshot(store, outside)
    for _ in range(2):
        with in_process(Settings(store=store)) as client:
            client.post("/api/studies", json={"study": STUDY, "id": "india"})
            client.post("/api/datasets", files={"file": ("a.csv", b"indicator\n")})
            assert client.delete("/api/studies/india").status_code == 200
    after = snapshot(store, outside)
    assert before.items() <= after.items()
    added = {str(Path(name).relative_to(store)) for name in set(after) - set(before)}
    assert {name for name in added if not name.startswith("jobs/")} <= {".server.lock", ".write.lock"}


@pytest.mark.parametrize("name", ["incoming", "jobs", ".server.lock", ".server.made"])
def test_a_server_works_through_no_link(tmp_path, name):
    store, outside = tmp_path / "store", tmp_path / "outside"
    Store(store).claim()
    if name in {"incoming", "jobs"}:
        (outside / "x").mkdir(parents=True)
        (outside / "x" / "precious.txt").write_text("mine")
    else:
        outside.write_text('{"name": "jobs", "files": null}\n')
    (store / name).symlink_to(outside)
    before = snapshot(tmp_path)
    with pytest.raises(StoreError):
        make_app(Settings(store=store))
    kept = {path: held for path, held in snapshot(tmp_path).items() if path in before}
    assert kept == before


def test_a_record_that_is_not_kaldors_is_neither_believed_nor_written_to(tmp_path):
    """Nothing is deleted as long as it cannot be written down, and what somebody else wrote there deletes nothing."""
    store, outside = tmp_path / "store", tmp_path / "outside"
    with in_process(Settings(store=store)) as client:
        client.post("/api/studies", json={"study": STUDY, "id": "india"})
    outside.write_text('{"name": "studies", "files": null}\n')
    (store / ".server.going").symlink_to(outside)
    with in_process(Settings(store=store)) as client:
        assert client.delete("/api/studies/india").status_code == 503
        assert client.get("/api/studies/india").status_code == 200
    assert outside.read_text() == '{"name": "studies", "files": null}\n'


def test_half_made_things_of_a_killed_server_go_at_the_next_start(tmp_path):
    """A server that never closed, as after kill -9: its lock is free, its folder and record stay."""
    store = tmp_path / "store"
    Store(store).claim()
    killed = Workplace(store)
    (killed.new_folder() / "sent").write_bytes(b"half an upload")
    killed._only_server.release()
    assert list(store.rglob("sent"))
    with in_process(Settings(store=store)):
        assert not list(store.rglob("sent"))
        (own,) = (store / "incoming").iterdir()
        assert list(own.iterdir()) == []
    assert list((store / "incoming").iterdir()) == []


def test_a_text_is_written_whole_or_not_at_all(tmp_path):
    Store(tmp_path / "store").claim()
    workplace = Workplace(tmp_path / "store")
    file = tmp_path / "store" / "studies" / "x" / "study.toml"
    workplace.write_whole(file, "old")
    file.with_name("in-the-way").mkdir()
    (file.with_name("in-the-way") / "a").write_text("mine")
    with pytest.raises(StoreError, match=r"studies/x/in-the-way: cannot be written"):
        workplace.write_whole(file.with_name("in-the-way"), "new")
    workplace.write_whole(file, "new")
    assert file.read_text() == "new"
    workplace.close()
    assert list((tmp_path / "store" / "incoming").iterdir()) == []


def test_a_folder_that_somebody_takes_away_is_made_again(tmp_path):
    store = tmp_path / "store"
    with in_process(Settings(store=store)) as client:
        (own,) = (store / "incoming").iterdir()
        own.rmdir()
        (store / "incoming").rmdir()
        assert client.post("/api/studies", json={"study": STUDY}).status_code == 201
    assert list((store / "incoming").iterdir()) == []


def test_a_store_of_the_first_version_is_taken_over_with_what_is_in_it(tmp_path):
    """As 0.1 left it: a study, a job's record, the remains of an upload, no marker."""
    store = tmp_path / "store"
    (store / "studies" / "india").mkdir(parents=True)
    (store / "studies" / "india" / "study.toml").write_text(
        "\n".join(f"{key} = {json.dumps(value)}" for key, value in STUDY.items())
    )
    (store / "jobs").mkdir()
    (store / "incoming" / "0123456789abcdef").mkdir(parents=True)
    (store / ".server.lock").touch()
    with in_process(Settings(store=store)) as client:
        assert [one["id"] for one in client.get("/api/studies").json()] == ["india"]
    assert os.listdir(store / "incoming") == ["0123456789abcdef"]  # noqa: PTH208
