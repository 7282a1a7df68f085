"""What the server keeps of studies: two tabs, files that are no study, folders with somebody else's files, links."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from kaldor.brief.run import run_study
from kaldor.brief.study import load_study
from kaldor.server.app import make_app
from kaldor.server.settings import Settings
from kaldor.server.studies import as_toml
from tests.server.conftest import STUDY, in_process

OTHER = {**STUDY, "title": "Theirs"}
MINE = {**STUDY, "title": "Mine"}


@pytest.fixture
def studies(tmp_path) -> Path:
    return tmp_path / "store" / "studies"


def saved(client, id: str = "india") -> dict:
    return client.post("/api/studies", json={"study": STUDY, "id": id}).json()


def put(client, etag: str | None, study: dict = MINE, id: str = "india"):
    return client.put(f"/api/studies/{id}", json={"study": study}, headers={} if etag is None else {"If-Match": etag})


# -- two tabs ----------------------------------------------------------------------------------------------------------


def test_the_second_tab_does_not_win_silently(client):
    read = saved(client)["etag"]
    assert client.get("/api/studies/india").headers["etag"] == read
    theirs = put(client, read, OTHER)
    assert theirs.status_code == 200
    assert theirs.headers["etag"] == theirs.json()["etag"] != read
    mine = put(client, read)
    assert mine.status_code == 412
    (problem,) = mine.json()["problems"]
    assert problem["where"] == "study 'india'"
    assert "changed since it was read" in problem["what"]
    assert "save yours as a new study" in problem["remedy"]
    assert client.get("/api/studies/india").json()["title"] == "Theirs"
    assert put(client, theirs.json()["etag"]).json()["title"] == "Mine"


def test_a_change_without_if_match_is_refused_by_the_headers_name(client):
    saved(client)
    answer = put(client, None)
    assert answer.status_code == 428
    assert "If-Match" in answer.json()["message"]
    assert client.get("/api/studies/india").json()["title"] == STUDY["title"]


def test_who_does_not_mind_says_so(client):
    read = saved(client)["etag"]
    assert put(client, f'"other", {read}', OTHER).status_code == 200
    assert put(client, f"W/{read}").status_code == 412
    assert put(client, "*").status_code == 200


def test_a_change_made_in_an_editor_counts(client, studies):
    read = saved(client)["etag"]
    file = studies / "india" / "study.toml"
    file.write_text(file.read_text() + "\n# a remark\n")
    assert put(client, read).status_code == 412
    assert "# a remark" in file.read_text()


def test_a_study_changed_meanwhile_is_not_deleted(client):
    read = saved(client)["etag"]
    put(client, read, OTHER)
    assert client.delete("/api/studies/india", headers={"If-Match": read}).status_code == 412
    assert client.get("/api/studies/india").json()["title"] == "Theirs"
    now = client.get("/api/studies/india").headers["etag"]
    assert client.delete("/api/studies/india", headers={"If-Match": now}).status_code == 200


@pytest.mark.long
def test_of_two_clients_at_once_one_wins_and_the_other_is_told(serve):
    """Twelve clients on a real server change the same state of a study: one of them, each time."""
    server = serve()
    etag = saved(server.http)["etag"]
    for turn in range(5):
        answers = []

        def change(number: int, etag: str = etag, turn: int = turn, answers: list = answers) -> None:
            answers.append(put(server.http, etag, {**STUDY, "title": f"{turn}-{number}"}))

        threads = [threading.Thread(target=change, args=(number,)) for number in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(one.status_code for one in answers) == [200, *[412] * 11]
        (won,) = [one.json() for one in answers if one.status_code == 200]
        now = server.http.get("/api/studies/india").json()
        assert (now["title"], now["etag"]) == (won["title"], won["etag"])
        etag = won["etag"]


# -- one bad record ----------------------------------------------------------------------------------------------------

BAD = {
    "latin": ("title = 'España'".encode("latin-1"), "not a text file in UTF-8"),
    "utf16": ("title = 'x'".encode("utf-16"), "not a text file in UTF-8"),
    "deep": (b"a = " + b"[" * 3000 + b"]" * 3000, "nested"),
    "newer": (as_toml({**STUDY, "horizon": 2050}).encode(), "horizon"),
    "large": (b"#" * 5_000_000, "at most 4,000,000 are read"),
    "empty": (b"", "country"),
    "nul": (b"title = \x00", "not valid TOML"),
    "folder": (None, "is a folder"),
    "pipe": (None, "no ordinary file"),
    "loop": (None, "cannot be read"),
    "nowhere": (None, "a link to nothing"),
}


@pytest.fixture
def bad(client, studies):
    """A good study beside one of every kind of bad one."""
    saved(client, "good")
    for id, (content, _) in BAD.items():
        folder = studies / id
        folder.mkdir()
        if content is not None:
            (folder / "study.toml").write_bytes(content)
    (studies / "folder" / "study.toml").mkdir()
    os.mkfifo(studies / "pipe" / "study.toml")
    (studies / "loop" / "study.toml").symlink_to("study.toml")
    (studies / "nowhere" / "study.toml").symlink_to("elsewhere")
    return client


def test_one_bad_study_does_not_hide_the_others(bad):
    answer = bad.get("/api/studies")
    assert answer.status_code == 200
    listed = {one["id"]: one for one in answer.json()}
    assert set(listed) == {"good", *BAD}
    assert (listed["good"]["problems"], listed["good"]["title"]) == ([], STUDY["title"])
    for id, (_, says) in BAD.items():
        assert listed[id]["study"] is None, id
        assert says in str(listed[id]["problems"]), id
        assert listed[id] == bad.get(f"/api/studies/{id}").json()
        assert bad.get(f"/api/studies/{id}/export").status_code in {200, 400}


def test_a_study_with_a_mark_of_byte_order_is_read_as_the_command_line_reads_it(client, studies):
    saved(client, "marked")
    file = studies / "marked" / "study.toml"
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes())
    entry = client.get("/api/studies/marked").json()
    assert (entry["problems"], entry["title"]) == ([], STUDY["title"])
    assert load_study(file).title == STUDY["title"]


def test_no_message_shows_where_the_store_is(bad, tmp_path):
    assert str(tmp_path) not in bad.get("/api/studies").text


@pytest.mark.parametrize("id", [id for id in BAD if id not in {"loop", "nowhere"}])
def test_a_bad_study_can_be_replaced_and_deleted(bad, id, studies):
    for act in ("replace", "delete"):
        etag = bad.get(f"/api/studies/{id}").json()["etag"]
        assert put(bad, '"something else"', id=id).status_code == 412
        if act == "replace":
            assert put(bad, etag, id=id).json()["title"] == "Mine"
        else:
            assert bad.delete(f"/api/studies/{id}", headers={"If-Match": etag}).json()["removed"] == id
            assert not (studies / id).exists()


@pytest.mark.parametrize("id", [id for id in BAD if id not in {"loop", "nowhere"}])
def test_a_bad_study_can_be_deleted_as_it_is(bad, id, studies):
    assert bad.delete(f"/api/studies/{id}").status_code == 200
    assert not (studies / id).exists()
    assert saved(bad, id)["id"] == id


def test_the_file_of_a_bad_study_can_be_saved_first(bad):
    assert bad.get("/api/studies/latin/export").content == BAD["latin"][0]


def test_a_study_deleted_while_listing_is_skipped(client, studies):
    """One thread lists while another saves and deletes: no answer fails."""
    saved(client, "stays")
    stop = threading.Event()

    def come_and_go() -> None:
        while not stop.is_set():
            (studies / "goes").mkdir()
            (studies / "goes" / "study.toml").write_text(as_toml(STUDY))
            (studies / "goes" / "study.toml").unlink()
            (studies / "goes").rmdir()

    thread = threading.Thread(target=come_and_go)
    thread.start()
    try:
        for _ in range(300):
            answer = client.get("/api/studies")
            assert answer.status_code == 200, answer.text
            assert {one["id"] for one in answer.json()} in ({"stays"}, {"stays", "goes"})
    finally:
        stop.set()
        thread.join()


def test_a_study_nested_too_deeply_is_refused_before_it_is_saved(client):
    nested: list = []
    for _ in range(900):
        nested = [nested]
    for body in ({"toml": f"a = {'[' * 3000}{']' * 3000}"}, {"study": {**STUDY, "title": nested}}):
        answer = client.post("/api/studies", json=body)
        assert answer.status_code == 400
        assert answer.json()["problems"]
    assert client.get("/api/studies").json() == []


# -- nothing of the user's ---------------------------------------------------------------------------------------------


def test_deleting_a_study_leaves_what_kaldor_did_not_make(client, studies):
    saved(client)
    folder = studies / "india"
    run_study(folder / "study.toml", out=folder / "brief")
    strangers = {"notes.md": "mine", "brief/letter.docx": "mine", "brief/results/own.csv": "mine"}
    for name, content in strangers.items():
        (folder / name).write_text(content)
    (folder / "mine").mkdir()
    page = folder / "brief" / "brief.html"
    page.write_text(page.read_text() + "<!-- a remark of mine -->")
    kept = sorted([*strangers, "brief/brief.html"])
    assert client.delete("/api/studies/india").json() == {"removed": "india", "kept": kept}
    assert sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()) == kept
    assert {name: (folder / name).read_text() for name in strangers} == strangers
    assert "a remark of mine" in page.read_text()
    assert (folder / "mine").is_dir()
    assert client.get("/api/studies").json() == []
    again = client.post("/api/studies", json={"study": STUDY, "id": "india"})
    assert again.status_code == 409
    assert "brief/letter.docx" in again.json()["message"]


def test_a_study_and_its_brief_go_whole(client, studies):
    saved(client)
    run_study(studies / "india" / "study.toml", out=studies / "india" / "brief")
    assert client.delete("/api/studies/india").json()["kept"] == []
    assert list(studies.iterdir()) == []


def test_a_folder_in_place_of_a_study_is_left_with_what_it_holds(client, studies):
    (studies / "india" / "study.toml").mkdir(parents=True)
    (studies / "india" / "study.toml" / "mine.txt").write_text("mine")
    for answer in (client.delete("/api/studies/india"), put(client, "*")):
        assert answer.status_code == 409
        assert "mine.txt" in answer.json()["message"]
    assert (studies / "india" / "study.toml" / "mine.txt").read_text() == "mine"


@pytest.mark.parametrize("linked", ["study.toml", "folder", "studies"])
def test_nothing_is_written_or_deleted_through_a_link(client, studies, tmp_path, linked):
    outside = tmp_path / "outside"
    place = {"study.toml": studies / "india" / "study.toml", "folder": studies / "india", "studies": studies}[linked]
    within = {"study.toml": outside, "folder": outside / "study.toml", "studies": outside / "india" / "study.toml"}
    within[linked].parent.mkdir(parents=True, exist_ok=True)
    within[linked].write_text(as_toml(STUDY))
    if linked != "study.toml":
        (within[linked].parent / "brief").mkdir()
        (within[linked].parent / "brief" / "brief.html").write_text("mine")
    place.parent.mkdir(parents=True, exist_ok=True)
    place.symlink_to(outside)
    held = {path: path.read_bytes() for path in tmp_path.glob("outside/**/*") if path.is_file()}
    assert client.get("/api/studies/india").json()["title"] == STUDY["title"]
    answers = [client.delete("/api/studies/india"), put(client, "*")]
    if linked != "study.toml":
        answers.append(client.post("/api/studies/india/run"))
    if linked == "studies":
        answers.append(client.post("/api/studies", json={"study": STUDY}))
    assert {answer.status_code for answer in answers} == {409}
    assert all("is a link" in answer.json()["message"] for answer in answers)
    assert place.is_symlink()
    assert {path: path.read_bytes() for path in tmp_path.glob("outside/**/*") if path.is_file()} == held


def test_a_brief_folder_that_is_a_link_is_not_written_to(client, studies, tmp_path):
    saved(client)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "brief.html").write_text("mine")
    (studies / "india" / "brief").symlink_to(tmp_path / "mine")
    assert client.post("/api/studies/india/run").status_code == 409
    assert client.delete("/api/studies/india").json()["kept"] == ["brief"]
    assert (tmp_path / "mine" / "brief.html").read_text() == "mine"


def test_no_route_stands_where_an_id_does(tmp_path):
    """A study may have any id that is one: no address of the server is hidden by it, and none hides it."""
    paths = make_app(Settings(store=tmp_path / "store", read_only=True)).openapi()["paths"]
    fixed = [path.split("/")[3] for path in paths if path.startswith("/api/studies/")]
    assert fixed
    assert set(fixed) == {"{id}"}


def test_a_study_that_was_being_deleted_when_the_server_died_is_gone_at_the_next_start(tmp_path, studies):
    with in_process(Settings(store=tmp_path / "store")) as client:
        saved(client)
    from kaldor.atlas.leftovers import Leftovers

    Leftovers(tmp_path / "store", ".server.going").note("studies/india", ["study.toml"])  # as the dead one wrote it
    with in_process(Settings(store=tmp_path / "store")) as client:
        assert client.get("/api/studies").json() == []
        saved(client)
    with in_process(Settings(store=tmp_path / "store")) as client:
        assert [one["id"] for one in client.get("/api/studies").json()] == ["india"]
