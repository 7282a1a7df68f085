"""`kaldor data get` as a person meets it: every way in which another file comes than was asked for, and the table."""

from __future__ import annotations

import json

import pytest

from kaldor.atlas.catalogue import Catalogue
from kaldor.atlas.store import Store
from kaldor.errors import FetchError, InputError, KaldorError
from tests.atlas.file_server import serving

LIST = b'"Code","Description"\n"A","Agriculture"\n"01","Crops"\n'
PAGE = b"<!-- wall 3.1 -->\n<html><body>Checking your browser</body></html>"
BROWSER = "Some publishers let browsers only: open the address in one, save the file and use 'kaldor data add FILE'."
MOVED = "The publisher may have moved it: look for it on the source's page ('kaldor data list' names it)"
FILE = "ISIC_Rev_4_english_structure.txt"


@pytest.fixture
def served(monkeypatch):
    """A server that gives the list of ISIC, at the address that the catalogue then holds."""
    with serving({f"/{FILE}": LIST, "/isic.zip": PAGE, "/isic.bin": PAGE}) as files:

        def at(path: str, name: str = FILE):
            sources = Catalogue.load().sources
            remote = sources["isic"].remote[0].model_copy(update={"address": f"{files.address}{path}", "name": name})
            monkeypatch.setitem(sources, "isic", sources["isic"].model_copy(update={"remote": (remote,)}))
            return files

        yield at


IS_A_PAGE = f"is a web page where the file should be. {BROWSER}"
WAYS = {
    "a bot wall with 403": (f"/{FILE}", FILE, ("status", 403), f"the server refuses (403). {BROWSER}"),
    "a bot wall with 202": (
        f"/{FILE}",
        FILE,
        ("status", 202),
        f"the server checks whether a browser asks (202). {BROWSER}",
    ),
    "a page": (f"/{FILE}", FILE, ("page", 0), f"there {IS_A_PAGE}"),
    "a page named .zip": ("/isic.zip", "isic.zip", None, IS_A_PAGE),
    "octets that are a page": ("/isic.bin", FILE, None, IS_A_PAGE),
    "a file that is gone": ("/gone.txt", FILE, None, f"the server answers 404. {MOVED}"),
}


@pytest.mark.parametrize("way", WAYS)
def test_another_file_is_named_with_advice_and_nothing_is_kept(way, tmp_path, kaldor_data, served):
    path, name, fault, said = WAYS[way]
    files = served(path, name)
    files.faults = [fault] if fault else []
    with pytest.raises(FetchError) as told:
        kaldor_data("get", "isic")
    assert f"{files.address}{path}: {said}" in str(told.value)
    store = Store(tmp_path / "store")
    assert [p.name for p in (store.path / "downloads" / "isic").iterdir()] == [".write.lock"]
    assert store.datasets() == []
    files.faults = []
    served(f"/{FILE}")  # what the advice leads to, and the same command again, then work
    assert "codes of ISIC" in kaldor_data("get", "isic")


def test_a_file_that_moved_is_followed(kaldor_data, served):
    served("/old.txt").moved = {"/old.txt": f"/{FILE}"}
    assert "codes of ISIC" in kaldor_data("get", "isic")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (PAGE, "is a web page where the file should be. Put the publisher's own file into the mirror and try again"),
        (b"", "is empty. Put the publisher's own file into the mirror"),
        (b"a,b\n1,2\n", "what was fetched is there, and not read. "),
    ],
)
def test_a_bad_file_in_a_folder_mirror_is_not_kept_for_ever(content, said, tmp_path, kaldor_data, monkeypatch):
    file = tmp_path / "mirror" / "isic" / FILE
    file.parent.mkdir(parents=True)
    file.write_bytes(content)
    monkeypatch.setenv("KALDOR_MIRROR", str(tmp_path / "mirror"))
    with pytest.raises(KaldorError) as told:
        kaldor_data("get", "isic")
    assert said in str(told.value)
    file.write_bytes(LIST)
    assert "codes of ISIC" in kaldor_data("get", "isic", *(["--again"] if b"a,b" in content else []))


def test_a_fetched_file_that_is_not_read_is_fetched_again_where_asked(tmp_path, kaldor_data, monkeypatch):
    mirror = tmp_path / "mirror"
    (mirror / "isic").mkdir(parents=True)
    file = mirror / "isic" / "ISIC_Rev_4_english_structure.txt"
    file.write_text("a,b\n1,2\n")
    monkeypatch.setenv("KALDOR_MIRROR", str(mirror))
    with pytest.raises(InputError, match="'kaldor data get isic --again' fetches it anew") as told:
        kaldor_data("get", "isic")
    assert str(told.value).count("downloads/isic: ") == 1
    with pytest.raises(InputError, match="'kaldor data get isic --year 2008 --again' fetches it anew"):
        kaldor_data("get", "isic", "--year", "2008")
    file.write_text('"Code","Description"\n"A","Agriculture"\n')
    with pytest.raises(InputError):
        kaldor_data("get", "isic")
    assert "codes of ISIC" in kaldor_data("get", "isic", "--again")


def test_the_addresses_are_checked_in_one_table(kaldor_data, monkeypatch):
    with serving({"/list.txt": b"x" * 2_000_000}) as files:
        files.moved = {"/old.txt": "/list.txt"}
        sources = Catalogue.load().sources
        for id, path in (("isic", "/old.txt"), ("cpc", "/gone.txt")):
            remote = sources[id].remote[0].model_copy(update={"address": f"{files.address}{path}"})
            monkeypatch.setitem(sources, id, sources[id].model_copy(update={"remote": (remote,)}))
        isic, cpc = kaldor_data("get", "isic", "--check"), json.loads(kaldor_data("get", "cpc", "--check", "--json"))
    assert "moved" in isic
    assert "2.0" in isic
    assert "1 of 1 addresses answer with a file" in isic
    assert [(one["said"], one["status"], one["bytes"]) for one in cpc] == [("gone", 404, None)]
    kaldor_data("get", code=2)


def test_the_table_says_of_each_address_what_answers(kaldor_data, served, monkeypatch):
    """A good file, one that moved, one that is gone, a page, a bot wall: one row each, and how many are files."""
    files = served(f"/{FILE}")
    files.moved = {"/old.txt": f"/{FILE}"}
    sources = Catalogue.load().sources
    monkeypatch.setattr(Catalogue, "load", classmethod(lambda cls: Catalogue({"isic": sources["isic"]})))
    remote = sources["isic"].remote[0]
    named = {"good.txt": f"/{FILE}", "moved.txt": "/old.txt", "gone.txt": "/gone.txt"}
    changed = tuple(
        remote.model_copy(update={"name": name, "address": f"{files.address}{path}"}) for name, path in named.items()
    )
    monkeypatch.setitem(sources, "isic", sources["isic"].model_copy(update={"remote": changed}))
    rows = [line.split() for line in kaldor_data("get", "--check").splitlines()]
    assert [row[:4] for row in rows[1:4]] == [
        ["isic", "good.txt", "answers", "200"],
        ["isic", "moved.txt", "moved", "200"],
        ["isic", "gone.txt", "gone", "404"],
    ]
    assert rows[4] == ["2", "of", "3", "addresses", "answer", "with", "a", "file."]
    for head, said in (((403, ""), "browsers only"), ((202, ""), "browsers only"), ((200, "text/html"), "a page")):
        files.head = head
        asked = json.loads(kaldor_data("get", "isic", "--check", "--json"))
        assert (asked[0]["said"], asked[0]["status"]) == (said, head[0])
