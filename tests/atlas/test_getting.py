"""Files come from a publisher or a mirror whole, resumed, checked; what goes wrong is said with advice."""

from __future__ import annotations

import hashlib
import io
import os
import subprocess
import sys
import zipfile

import numpy as np
import pytest

from kaldor.atlas import heads, http
from kaldor.atlas.catalogue import Catalogue, CatalogueSource
from kaldor.atlas.getting import check, get, remote_files, wanted
from kaldor.atlas.leftovers import Leftovers
from kaldor.atlas.store import Store
from kaldor.errors import FetchError, InputError, StoreError
from tests.atlas.file_server import serving
from tests.users_folder import looked_at


def zipped(content: bytes) -> bytes:
    """A zip that holds the content as it is: a file called .zip must be one."""
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as archive:
        archive.writestr("T.txt", content)
    return body.getvalue()


DATA = zipped(np.random.default_rng(1).bytes(3 * 2**20))
SOURCE = CatalogueSource.model_validate(
    {
        "id": "yearly", "kind": "economy", "reader": "plain", "title": "t", "publisher": "p", "citation": "c",
        "licence": "l", "landing_page": "https://example.org/page",
        "remote": [
            {"name": "T_{year}.zip", "address": "https://example.org/T_{year}.zip", "years": [2000, 2002]},
            {"name": "labels.txt", "address": "https://example.org/labels.txt"},
        ],
    }
)  # fmt: skip


@pytest.fixture
def waits():
    return []


def fetch(url, target, waits):
    http.fetch(url, target, wait=waits.append)


def test_a_file_comes_whole(tmp_path, waits):
    seen = []
    with serving({"/T.zip": DATA}) as files:
        http.fetch(f"{files.address}/T.zip", tmp_path / "T.zip", lambda done, total: seen.append((done, total)))
    assert (tmp_path / "T.zip").read_bytes() == DATA
    assert seen[-1] == (len(DATA), len(DATA))
    assert [path.name for path in tmp_path.iterdir()] == ["T.zip"]


def test_a_broken_line_goes_on_where_it_stopped(tmp_path, waits):
    with serving({"/T.zip": DATA}) as files:
        files.faults = [("break", 1_500_000)]
        fetch(f"{files.address}/T.zip", tmp_path / "T.zip", waits)
    assert (tmp_path / "T.zip").read_bytes() == DATA
    ranges = [ranged for _, _, ranged in files.asked]
    assert ranges[0] == ""
    assert 0 < int(ranges[1].removeprefix("bytes=").removesuffix("-")) <= 1_500_000
    assert waits == [1.0]


def test_a_file_that_changed_meanwhile_starts_again(tmp_path, waits):
    other = zipped(DATA[::-1])
    with serving({"/T.zip": DATA}) as files:
        files.faults = [("break", 1_500_000), ("status", 404)]
        with pytest.raises(FetchError):
            fetch(f"{files.address}/T.zip", tmp_path / "T.zip", waits)
        files.contents["/T.zip"], files.etag = other, '"two"'
        fetch(f"{files.address}/T.zip", tmp_path / "T.zip", waits)
    assert (tmp_path / "T.zip").read_bytes() == other


def test_a_server_without_ranges_sends_all_of_it_again(tmp_path, waits):
    with serving({"/T.zip": DATA}) as files:
        files.faults = [("break", 1_500_000), ("no ranges", 0)]
        fetch(f"{files.address}/T.zip", tmp_path / "T.zip", waits)
    assert (tmp_path / "T.zip").read_bytes() == DATA


def test_a_busy_server_is_given_the_time_it_asks_for(tmp_path, waits):
    with serving({"/T.zip": DATA}) as files:
        files.faults = [("status", 503), ("status", 429)]
        fetch(f"{files.address}/T.zip", tmp_path / "T.zip", waits)
    assert waits == [7.0, 7.0]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("3600", "answers 429 and asks to wait 60 minutes. Run the same command again in 60 minutes"),
        ("7200", "asks to wait 2 hours"),
        ("Fri, 31 Dec 2100 23:59:59 GMT", r"asks to wait [0-9]+ hours"),
    ],
)
def test_an_hour_is_not_waited_for_but_said(tmp_path, waits, asked, said):
    with serving({"/T.zip": DATA}) as files:
        files.faults, files.retry_after = [("status", 429)], asked
        with pytest.raises(FetchError, match=said):
            fetch(f"{files.address}/T.zip", tmp_path / "T.zip", waits)
    assert waits == []


def test_a_file_moved_to_a_page_names_where(tmp_path, waits):
    with serving({"/new/T.zip": DATA}) as files:
        files.moved, files.faults = {"/T.zip": "/new/T.zip"}, [("page", 0)]
        with pytest.raises(FetchError, match=rf"a web page .* leads on to {files.address}/new/T\.zip"):
            fetch(f"{files.address}/T.zip", tmp_path / "T.zip", waits)


@pytest.mark.parametrize(
    ("faults", "said"),
    [
        ([("status", 503)] * 5, "the server answers 503, 5 times.*goes on where it stopped"),
        ([("status", 404)], "answers 404.*kaldor data add FILE"),
        ([("status", 403)], "refuses \\(403\\).*let browsers only: open the address in one"),
        ([("page", 0)], "a web page where the file should be.*let browsers only"),
    ],
)
def test_what_goes_wrong_is_said_with_advice(tmp_path, waits, faults, said):
    with serving({"/T.zip": DATA}) as files:
        files.faults = list(faults)
        with pytest.raises(FetchError, match=f"(?s){files.address}/T.zip: .*{said}"):
            fetch(f"{files.address}/T.zip", tmp_path / "T.zip", waits)
    assert not (tmp_path / "T.zip").exists()


def test_nobody_there_is_said_too(tmp_path, waits):
    with serving({}) as files:
        address = files.address
    with pytest.raises(FetchError, match="Check the connection"):
        fetch(f"{address}/T.zip", tmp_path / "T.zip", waits)
    assert waits == [1.0, 2.0, 4.0, 8.0]


def test_the_files_of_a_year():
    assert [f.name for f in remote_files(SOURCE, 2001)] == ["T_2001.zip", "labels.txt"]
    assert remote_files(SOURCE, 2001)[0].address == "https://example.org/T_2001.zip"
    with pytest.raises(InputError, match=r"does not offer 1999. It has 2000 to 2002"):
        remote_files(SOURCE, 1999)
    with pytest.raises(InputError, match=r"comes year by year. Name --year, 2000 to 2002"):
        remote_files(SOURCE, None)
    with pytest.raises(InputError, match=r"cannot be fetched by a program.*example.org/page.*kaldor data add"):
        remote_files(SOURCE.model_copy(update={"remote": ()}), 2001)


def mirror(tmp_path, contents):
    folder = tmp_path / "mirror" / "yearly"
    folder.mkdir(parents=True)
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    return folder


def test_a_mirror_in_a_folder_needs_no_internet(tmp_path):
    folder = mirror(tmp_path, {"T_2001.zip": DATA, "labels.txt": b"labels"})
    (folder / "SHA256SUMS").write_text(f"{hashlib.sha256(DATA).hexdigest()} *T_2001.zip\n")
    store = Store(tmp_path / "store")
    files = wanted(SOURCE, 2001, store, str(folder.parent))
    assert [(file.name, file.bytes, file.there) for file in files] == [
        ("T_2001.zip", len(DATA), False), ("labels.txt", 6, False),
    ]  # fmt: skip
    paths = get(files)
    assert [path.relative_to(store.path).as_posix() for path in paths] == [
        "downloads/yearly/T_2001.zip", "downloads/yearly/labels.txt",
    ]  # fmt: skip
    assert paths[0].read_bytes() == DATA
    assert all(file.there for file in wanted(SOURCE, 2001, store, str(folder.parent)))


def test_a_file_that_is_not_what_the_list_says_is_not_kept(tmp_path):
    folder = mirror(tmp_path, {"T_2001.zip": DATA, "labels.txt": b"labels"})
    (folder / "SHA256SUMS").write_text(f"{'0' * 64}  labels.txt\n")
    store = Store(tmp_path / "store")
    with pytest.raises(FetchError, match=r"labels.txt: is not the file that SHA256SUMS names"):
        get(wanted(SOURCE, 2001, store, str(folder.parent)))
    assert [path.name for path in (store.path / "downloads/yearly").iterdir() if path.name[0] != "."] == ["T_2001.zip"]


def test_a_mirror_by_http_is_checked_too(tmp_path, monkeypatch):
    contents = {"/yearly/T_2001.zip": DATA, "/yearly/labels.txt": b"labels"}
    contents["/yearly/SHA256SUMS"] = (
        f"{hashlib.sha256(DATA).hexdigest()}  T_2001.zip\n{'0' * 64}  labels.txt\n".encode()
    )
    with serving(contents) as files:
        monkeypatch.setenv("KALDOR_MIRROR", files.address)
        found = wanted(SOURCE, 2001, Store(tmp_path))
        assert [file.bytes for file in found] == [len(DATA), 6]
        assert get(found[:1])[0].read_bytes() == DATA
        with pytest.raises(FetchError, match="SHA256SUMS"):
            get(found)


def test_a_mirror_elsewhere_must_be_encrypted_and_a_folder_be_there(tmp_path):
    with pytest.raises(InputError, match="is not encrypted"):
        wanted(SOURCE, 2001, Store(tmp_path), "http://mirror.example.org")
    with pytest.raises(InputError, match="is no folder"):
        wanted(SOURCE, 2001, Store(tmp_path), str(tmp_path / "missing"))
    with pytest.raises(FetchError, match="cannot be copied"):
        get(wanted(SOURCE, 2001, Store(tmp_path), str(tmp_path)))


KILLED = """
import sys
from pathlib import Path
from kaldor.atlas import heads, http
http.fetch(sys.argv[1], Path(sys.argv[2]), lambda done, total: print(done, flush=True))
"""


def test_a_killed_download_goes_on_where_it_was(tmp_path, waits):
    """The process is killed with -9 in the middle of a slow file; the next try asks for the rest only."""
    with serving({"/T.zip": DATA}) as files:
        files.faults = [("break", 2_000_000), *[("status", 503)] * 4]
        target = tmp_path / "T.zip"
        process = subprocess.Popen(
            [sys.executable, "-c", KILLED, f"{files.address}/T.zip", str(target)], stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        while int(process.stdout.readline() or 2_000_000) < 1_000_000:
            pass
        process.kill()
        process.wait()
        assert not target.exists()
        files.faults.clear()
        asked = len(files.asked)
        fetch(f"{files.address}/T.zip", target, waits)
    assert target.read_bytes() == DATA
    assert files.asked[asked][2].startswith("bytes=")


def test_every_address_of_the_catalogue_is_complete():
    for source in Catalogue.load().sources.values():
        for file in source.remote:
            year = file.years[0] if file.years else 2000
            found = file.of(year)
            assert found is not None
            assert "{" not in found.name + found.address, source.id


def test_the_command_says_what_to_do_by_hand(tmp_path):
    environment = os.environ | {"KALDOR_STORE": str(tmp_path / "store")}
    run = [sys.executable, "-m", "kaldor", "data", "get", "jrc_wiod_co2"]
    answer = subprocess.run(run, capture_output=True, text=True, env=environment, check=False)
    assert answer.returncode == 2
    assert "cannot be fetched by a program" in answer.stderr


def test_the_command_fetches_two_years_from_a_mirror_and_adds_both(tmp_path):
    """What an office without internet does: a year at a time, each added with those already fetched."""
    from tests.atlas.official import exiobase3

    mirrored = tmp_path / "mirror" / "exiobase3_ixi"
    mirrored.mkdir(parents=True)
    for year in (2019, 2020):
        exiobase3.zipped(exiobase3.write(tmp_path / "made", year, "ixi", seed=year)).rename(
            mirrored / f"IOT_{year}_ixi.zip"
        )
    store = Store(tmp_path / "store")
    environment = os.environ | {"KALDOR_STORE": str(store.path), "KALDOR_MIRROR": str(tmp_path / "mirror")}
    run = [sys.executable, "-m", "kaldor", "data", "get", "exiobase3_ixi", "--year"]
    shown = subprocess.run([*run, "2019", "--dry-run"], capture_output=True, text=True, env=environment, check=True)
    assert "IOT_2019_ixi.zip" in shown.stdout
    assert store.datasets() == []
    for year, held in ((2019, (2019,)), (2020, (2019, 2020))):
        answer = subprocess.run([*run, str(year)], capture_output=True, text=True, env=environment, check=True)
        assert "Recognised: EXIOBASE 3" in answer.stdout
        assert store.years("exiobase3_ixi") == held
    assert store.check("exiobase3_ixi") == []


WAYS = ("T_2001.zip", ".T_2001.zip.part", ".T_2001.zip.part.json")


@pytest.mark.parametrize("name", WAYS)
@pytest.mark.parametrize("kind", ["file", "folder", "link", "pipe"])
def test_what_the_user_put_in_the_way_of_a_download_stays(tmp_path, waits, name, kind):
    outside, target = tmp_path / "outside", tmp_path / "downloads" / "T_2001.zip"
    outside.write_text("mine", encoding="utf-8")
    target.parent.mkdir()
    strange = target.with_name(name)
    {
        "file": lambda: strange.write_text("mine", encoding="utf-8"),
        "folder": lambda: (strange / "mine").mkdir(parents=True),
        "link": lambda: strange.symlink_to(outside),
        "pipe": lambda: os.mkfifo(strange),
    }[kind]()
    before = looked_at(tmp_path)
    with serving({"/T.zip": DATA}) as files, pytest.raises(FetchError, match=f"{name} is in the way.*Move it"):
        fetch(f"{files.address}/T.zip", target, waits)
    assert looked_at(tmp_path) == before


@pytest.mark.parametrize("linked", ["downloads", "downloads/yearly"])
def test_downloads_behind_a_link_are_not_written_to(tmp_path, linked):
    folder = mirror(tmp_path, {"T_2001.zip": DATA, "labels.txt": b"labels"})
    store = Store(tmp_path / "store")
    store.claim()
    (tmp_path / "elsewhere").mkdir()
    (store.path / linked).parent.mkdir(exist_ok=True)
    (store.path / linked).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(StoreError, match=f"{linked}: is a link"):
        get(wanted(SOURCE, 2001, store, str(folder.parent)))
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_files_of_the_users_beside_the_downloads_stay(tmp_path):
    folder = mirror(tmp_path, {"T_2001.zip": DATA, "labels.txt": b"labels"})
    (folder / "SHA256SUMS").write_text(f"{'0' * 64}  labels.txt\n")
    store = Store(tmp_path / "store")
    store.claim()
    mine = store.path / "downloads" / "yearly"
    mine.mkdir(parents=True)
    for name in (".T_2001.zip.part", ".labels.txt.part", ".SHA256SUMS", "notes.txt"):
        (mine / name).write_text("mine", encoding="utf-8")
    before = looked_at(mine)
    with pytest.raises(FetchError, match="SHA256SUMS names"):
        get(wanted(SOURCE, 2001, store, str(folder.parent)))
    after = looked_at(mine)
    assert {name: after[name] for name in before} == before
    assert set(after) - set(before) == {"T_2001.zip", ".write.lock"}


def test_a_copy_that_a_killed_process_left_is_cleared_by_the_next(tmp_path):
    folder = mirror(tmp_path, {"T_2001.zip": DATA, "labels.txt": b"labels"})
    store = Store(tmp_path / "store")
    place = store.path / "downloads" / "yearly"
    place.mkdir(parents=True)
    half = Leftovers(place, ".leftovers").note(".0123456789abcdef.part")
    half.write_bytes(DATA[:100])
    (place / ".write.lock").touch()
    get(wanted(SOURCE, 2001, store, str(folder.parent)))
    assert sorted(path.name for path in place.iterdir()) == [".write.lock", "T_2001.zip", "labels.txt"]


ZIP = b"PK\x05\x06" + bytes(18)
PAGE = b"<!-- served by wall 3.1 -->\n<html><body>Checking your browser</body></html>"


@pytest.mark.parametrize(
    ("content", "fault", "said"),
    [
        (ZIP, ("status", 202), "checks whether a browser asks \\(202\\).*open the address in one"),
        (ZIP, ("status", 401), "asks for a name and password"),
        (ZIP, ("status", 410), "answers 410.*may have moved it.*kaldor data list"),
        (PAGE, ("", 0), "is a web page where the file should be.*let browsers only"),
        (b"\xef\xbb\xbf<!DOCTYPE HTML><p>", ("", 0), "is a web page where the file should be"),
        (b"PK\x03\x04 cut", ("", 0), "is no whole zip file"),
        (b"", ("", 0), "is empty"),
    ],
)
def test_no_way_of_answering_with_another_file_leaves_one(tmp_path, waits, content, fault, said):
    with serving({"/T.zip": content}) as files:
        files.faults = [fault] if fault[0] else []
        with pytest.raises(FetchError, match=f"(?s){files.address}/T.zip: .*{said}"):
            fetch(f"{files.address}/T.zip", tmp_path / "T.zip", waits)
    assert list(tmp_path.iterdir()) == []


def test_a_page_in_a_folder_mirror_is_not_kept_and_an_absent_file_is_named(tmp_path):
    folder = mirror(tmp_path, {"T_2001.zip": PAGE})
    store = Store(tmp_path / "store")
    with pytest.raises(
        FetchError, match=r"(?s)T_2001.zip: is a web page.*Put the publisher's own file into the mirror"
    ):
        get(wanted(SOURCE, 2001, store, str(folder.parent)))
    assert not (store.path / "downloads" / "yearly" / "T_2001.zip").exists()
    (folder / "T_2001.zip").write_bytes(ZIP)
    with pytest.raises(FetchError, match=r"labels.txt: is not in the mirror's folder"):
        get(wanted(SOURCE, 2001, store, str(folder.parent)))


def test_what_is_there_is_fetched_again_only_where_asked(tmp_path):
    folder = mirror(tmp_path, {"T_2001.zip": ZIP, "labels.txt": b"old"})
    store = Store(tmp_path / "store")
    *_, labels = get(wanted(SOURCE, 2001, store, str(folder.parent)))
    (folder / "labels.txt").write_bytes(b"new")
    get(wanted(SOURCE, 2001, store, str(folder.parent)))
    assert labels.read_bytes() == b"old"
    get(wanted(SOURCE, 2001, store, str(folder.parent)), again=True)
    assert labels.read_bytes() == b"new"
    (folder / "labels.txt").write_bytes(b"")
    with pytest.raises(FetchError, match="is empty"):
        get(wanted(SOURCE, 2001, store, str(folder.parent)), again=True)
    assert labels.read_bytes() == b"new"  # a worse one never takes its place
    assert {path.name for path in labels.parent.iterdir() if not path.name.startswith(".")} == {
        "T_2001.zip",
        "labels.txt",
    }


def test_every_address_is_asked_for_its_head(tmp_path):
    with serving({"/T_2000.zip": ZIP}) as files:
        remote = SOURCE.remote[0].model_copy(update={"address": f"{files.address}/T_{{year}}.zip"})
        first, last = check([SOURCE.model_copy(update={"remote": (remote,)})])
        files.faults = []
    assert (first.name, first.head.said, first.head.status, first.head.bytes) == (
        "T_2000.zip",
        "answers",
        200,
        len(ZIP),
    )
    assert (last.name, last.head.said, last.head.status) == ("T_2002.zip", "gone", 404)
    assert [kind for kind, _, _ in files.asked] == ["HEAD", "HEAD"]
    (nobody,) = check([SOURCE.model_copy(update={"remote": (remote.model_copy(update={"years": (2000, 2000)}),)})])
    assert (nobody.head.said, nobody.head.status) == ("nobody there", 0)


@pytest.mark.parametrize(
    ("answered", "said"),
    [((403, ""), "browsers only"), ((202, ""), "browsers only"), ((503, ""), "busy"), ((200, "text/html"), "a page")],
)
def test_what_a_head_says_is_one_word(answered, said):
    with serving({"/T.zip": ZIP}) as files:
        files.head = answered
        assert heads.head_of(f"{files.address}/T.zip").said == said


def test_a_moved_file_says_where(tmp_path):
    with serving({"/new.zip": ZIP}) as files:
        files.moved = {"/old.zip": "/new.zip"}
        head = heads.head_of(f"{files.address}/old.zip")
    assert (head.said, head.place, head.bytes) == ("moved", f"{files.address}/new.zip", len(ZIP))
