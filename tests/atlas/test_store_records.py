"""One bad record never blocks the rest, and what of a dataset Kaldor did not write stays where it is."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from kaldor.atlas import writing
from kaldor.atlas.add import add
from kaldor.atlas.ids import RESERVED
from kaldor.atlas.leftovers import Leftovers
from kaldor.atlas.store import Store
from kaldor.cli.data import app
from kaldor.errors import InputError, StoreError, UnknownDatasetError
from tests.atlas.plain_folders import small_economy, write_csv
from tests.users_folder import looked_at

INDICATORS = [["indicator", "region", "year", "value", "unit"], ["a", "POL", 2000, 1, "%"]]
NEWER, DAMAGED = "written by a newer Kaldor: upgrade", "damaged"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A store with two datasets, `bad` and `good`."""
    store = Store(tmp_path / "store")
    for id in ("bad", "good"):
        add(small_economy(tmp_path / "own"), store, id)
    return store


def changed(manifest: Path, **keys: object) -> None:
    manifest.write_text(json.dumps(json.loads(manifest.read_text("utf-8")) | keys), encoding="utf-8")


def instead(make: Callable[[Path], object]) -> Callable[[Path], object]:
    def put(manifest: Path) -> None:
        manifest.unlink()
        make(manifest)

    return put


BAD: dict[str, tuple[Callable[[Path], object], str]] = {
    "an unknown key": (lambda m: changed(m, colour="blue"), NEWER),
    "an unknown key further in": (lambda m: changed(m, provenance={"colour": "blue"}), NEWER),
    "a newer layout": (lambda m: changed(m, layout=2), NEWER),
    "a kind that this version lacks": (lambda m: changed(m, kind="survey"), NEWER),
    "half a file": (lambda m: m.write_bytes(m.read_bytes()[:300]), DAMAGED),
    "an empty file": (lambda m: m.write_bytes(b""), DAMAGED),
    "a list": (lambda m: m.write_text("[]", encoding="utf-8"), DAMAGED),
    "3,000 brackets": (lambda m: m.write_text("[" * 3000, encoding="utf-8"), DAMAGED),
    "3,000 objects": (lambda m: m.write_text('{"id":' * 3000, encoding="utf-8"), DAMAGED),
    "no UTF-8": (lambda m: m.write_bytes(b'{"id": "\xff\xfe"}'), DAMAGED),
    "a lone surrogate": (lambda m: m.write_text('{"id": "\\ud800"}', encoding="utf-8"), DAMAGED),
    "a number as long as a book": (lambda m: m.write_text('{"layout": ' + "9" * 9999 + "}", encoding="utf-8"), DAMAGED),
    "no years": (lambda m: changed(m, years=[]), DAMAGED),
    "another dataset's id": (lambda m: changed(m, id="good"), DAMAGED),
    "content that leads elsewhere": (lambda m: changed(m, content="../good"), DAMAGED),
    "files that lead elsewhere": (lambda m: changed(m, files={"../../good/manifest.json": {}}), DAMAGED),
    "no manifest": (lambda m: m.unlink(), DAMAGED),
    "a folder": (instead(lambda m: m.mkdir()), DAMAGED),
    "a pipe": (instead(os.mkfifo), DAMAGED),
    "a device": (instead(lambda m: m.symlink_to("/dev/zero")), DAMAGED),
    "a link to itself": (instead(lambda m: m.symlink_to(m)), DAMAGED),
    "a sparse file of 10 GB": (lambda m: os.truncate(m, 10**10), DAMAGED),
}
NO_FILE = {"a folder", "a pipe", "a device", "a link to itself"}


def kaldor_data(store: Store, *arguments: str, code: int = 0) -> str:
    result = CliRunner().invoke(app, list(arguments), env={"KALDOR_STORE": str(store.path), "COLUMNS": "200"})
    assert result.exit_code == code, (result.output, result.exception)
    return result.stdout


@pytest.mark.parametrize("bad", BAD)
def test_a_bad_manifest_marks_its_own_dataset_and_no_other(tmp_path: Path, store: Store, bad: str) -> None:
    spoil, reason = BAD[bad]
    folder = store.path / "datasets" / "bad"
    spoil(folder / "manifest.json")

    listing = store.listing()
    assert [one.id for one in listing.datasets] == [one.id for one in store.datasets()] == ["good"]
    [found] = listing.unreadable
    assert found.id == "bad"
    assert reason in f"{found.reason}: {found.remedy}"
    assert store.economy("good", 2009).year == 2009
    with store.catalogue() as connection:
        assert connection.table("datasets").to_pandas()["id"].tolist() == ["good"]
    for ask in (store.info, store.check, lambda id: store.economy(id, 2009)):
        with pytest.raises(StoreError) as refused:
            ask("bad")
        assert str(refused.value) == str(found)
        assert "elete" not in str(refused.value)

    told = json.loads(kaldor_data(store, "list", "--json"))
    assert [one["id"] for one in told["datasets"]] == ["starter", "good", "bad"]
    (problem,) = told["datasets"][-1]["problems"]
    assert (told["datasets"][-1]["kind"], problem["what"]) == ("unreadable", f"{found.reason}.")
    assert problem["remedy"].lower() == f"{found.remedy}.".lower()
    assert str(found) in kaldor_data(store, "list")
    assert str(found) in kaldor_data(store, "check", code=1)
    assert json.loads(kaldor_data(store, "check", "--json", code=1))["unreadable"][0]["id"] == "bad"

    add(small_economy(tmp_path / "own"), store, "third")  # a writer's clearing leaves the bad one as it is
    assert [one.id for one in store.listing().unreadable] == ["bad"]


@pytest.mark.parametrize("bad", BAD)
def test_a_dataset_with_a_bad_manifest_can_be_replaced(tmp_path: Path, store: Store, bad: str) -> None:
    BAD[bad][0](store.path / "datasets/bad/manifest.json")
    if bad in NO_FILE:
        before = looked_at(store.path)
        with pytest.raises(StoreError, match=r"manifest\.json: is no file that Kaldor wrote. Move it"):
            add(small_economy(tmp_path / "own"), store, "bad")
        assert {name: at for name, at in looked_at(store.path).items() if name != ".write.lock"} == {
            name: at for name, at in before.items() if name != ".write.lock"
        }
        return
    add(small_economy(tmp_path / "own", seed=2), store, "bad")
    assert [one.id for one in store.datasets()] == ["bad", "good"]
    assert store.check("bad") == store.check("good") == []


@pytest.mark.parametrize("bad", sorted(set(BAD) - NO_FILE))
def test_a_dataset_with_a_bad_manifest_can_be_removed_and_strangers_stay(store: Store, bad: str) -> None:
    folder = store.path / "datasets" / "bad"
    content = folder / store.info("bad").content
    for mine in (folder / "notes.txt", content / "mine.parquet", content / "2009" / "old.npy"):
        mine.write_text("mine", encoding="utf-8")
    BAD[bad][0](folder / "manifest.json")
    said = kaldor_data(store, "remove", "bad", "--yes")
    stays = {name: at for name, at in looked_at(folder).items() if "mine" in str(at)}
    kept = {"notes.txt", f"{content.name}/mine.parquet", f"{content.name}/2009/old.npy"}
    if bad == "files that lead elsewhere":  # the manifest's own word is no name of Kaldor's: told by the pattern
        assert (store.path / "datasets/good/manifest.json").is_file()
    assert stays.keys() == kept
    assert {name for name in looked_at(folder) if "." in name} == kept
    for name in kept:
        assert f"Note: {folder / name} stays; Kaldor did not write it." in said
    assert [one.id for one in store.datasets()] == ["good"]
    assert not (folder / "manifest.json").exists()


def test_every_file_that_is_written_is_known_again_without_a_manifest(tmp_path: Path, store: Store) -> None:
    add(write_csv(tmp_path / "i.csv", INDICATORS), store, "i")
    for id in ("good", "i"):
        files = store.info(id).files
        assert files
        assert [name for name in files if not writing.WRITTEN.fullmatch(name)] == []
        (store.path / "datasets" / id / "manifest.json").unlink()
        assert store.remove(id) == ()
        assert not (store.path / "datasets" / id).exists()


def test_a_vanished_manifest_is_reported_and_its_content_is_not_swept(tmp_path: Path, store: Store) -> None:
    folder = store.path / "datasets" / "bad"
    (folder / "manifest.json").rename(tmp_path / "manifest.json")
    before = looked_at(folder)
    add(small_economy(tmp_path / "own"), store, "good")
    store.remove("good")
    assert looked_at(folder) == before
    [found] = store.listing().unreadable
    assert (found.id, found.reason) == ("bad", "damaged (manifest.json is missing)")
    assert "kaldor data add PATH --as bad" in found.remedy
    (tmp_path / "manifest.json").rename(folder / "manifest.json")
    assert store.check("bad") == []


def test_what_is_just_being_made_is_not_reported_as_lost(store: Store) -> None:
    content = store.info("bad").content
    (store.path / "datasets/bad/manifest.json").unlink()
    Leftovers(store.path, ".leftovers").note(f"datasets/bad/{content}", ["2009/Z.npy"])
    assert store.listing().unreadable == ()
    assert not store.has("bad")


def test_a_users_file_among_the_arrays_survives_replacing_and_removing(tmp_path: Path, store: Store) -> None:
    mine = store.path / "datasets/bad" / store.info("bad").content / "notes.txt"
    mine.write_text("mine", encoding="utf-8")
    add(small_economy(tmp_path / "own", seed=3), store, "bad")
    assert [path.name for path in mine.parent.iterdir()] == ["notes.txt"]
    (store.path / "staging").mkdir()
    (store.path / "staging/plan.txt").write_text("mine", encoding="utf-8")
    (store.path / "datasets/table.csv").write_text("mine", encoding="utf-8")
    assert store.remove("bad") == (mine.relative_to(store.path).as_posix(),)
    assert mine.read_text("utf-8") == "mine"
    assert (store.path / "staging/plan.txt").read_text("utf-8") == "mine"
    assert (store.path / "datasets/table.csv").read_text("utf-8") == "mine"
    assert store.check("good") == []


def test_adding_again_repairs_a_changed_file(tmp_path: Path, store: Store) -> None:
    (store.path / "datasets/bad" / store.info("bad").content / "2009/Z.npy").write_bytes(b"")
    assert store.check("bad")
    add(small_economy(tmp_path / "own"), store, "bad")
    assert store.check("bad") == []


@pytest.mark.parametrize("linked", ["datasets", "datasets/bad", "content"])
def test_behind_a_link_is_read_but_neither_written_nor_removed(tmp_path: Path, store: Store, linked: str) -> None:
    place = store.path / (f"datasets/bad/{store.info('bad').content}" if linked == "content" else linked)
    place.rename(tmp_path / "elsewhere")
    place.symlink_to(tmp_path / "elsewhere")
    before = looked_at(tmp_path / "elsewhere")
    assert store.economy("bad", 2009).year == 2009
    assert store.check("bad") == []
    for write in (lambda: add(small_economy(tmp_path / "own"), store, "bad"), lambda: store.remove("bad")):
        with pytest.raises(StoreError, match=f"{place}: is a link. Kaldor neither writes nor removes"):
            write()
    assert looked_at(tmp_path / "elsewhere") == before
    assert place.is_symlink()
    assert store.check("bad") == []


def test_a_link_inside_a_dataset_stays_and_so_does_what_it_leads_to(tmp_path: Path, store: Store) -> None:
    content = store.path / "datasets/bad" / store.info("bad").content
    (content / "2009").rename(tmp_path / "elsewhere")
    (content / "2009").symlink_to(tmp_path / "elsewhere")
    before = looked_at(tmp_path / "elsewhere")
    assert store.remove("bad") == ((content / "2009").relative_to(store.path).as_posix(),)
    assert looked_at(tmp_path / "elsewhere") == before
    assert (content / "2009").is_symlink()


@pytest.mark.parametrize("id", RESERVED)
def test_a_reserved_id_is_refused_wherever_it_comes_from(tmp_path: Path, store: Store, id: str) -> None:
    table = write_csv(tmp_path / f"{id}.csv", INDICATORS)
    folder = small_economy(tmp_path / "own")
    before = looked_at(store.path)
    with pytest.raises(InputError, match=rf"{id}\.csv: '{id}' means .*Choose another id with --as"):
        add(table, store)
    with pytest.raises(InputError, match=f"--as: '{id}' means"):
        add(folder, store, id)
    (folder / "dataset.toml").write_text(f'id = "{id}"', encoding="utf-8")
    with pytest.raises(InputError, match=f"'{id}' means"):
        add(folder, store)
    assert looked_at(store.path) == before
    add(table, store, "mine")
    held = store.info("mine")
    with pytest.raises(InputError, match=f"'{id}' means"):
        store.add(id, None, held.source, held.provenance)  # type: ignore[arg-type]  # refused before it is looked at


def test_a_reserved_id_that_an_older_version_took_can_be_removed(store: Store) -> None:
    folder = store.path / "datasets"
    (folder / "bad").rename(folder / "starter")
    changed(folder / "starter/manifest.json", id="starter")
    assert [one.id for one in store.datasets()] == ["good"]
    assert "add it again under another id" in str(store.listing().unreadable[0])
    assert store.remove("starter") == ()
    assert not (folder / "starter").exists()


def test_a_damaged_dataset_under_a_reserved_id_is_not_told_to_come_back_under_it(store: Store) -> None:
    folder = store.path / "datasets"
    (folder / "bad").rename(folder / "starter")
    (folder / "starter/manifest.json").write_text("{", encoding="utf-8")
    said = str(store.listing().unreadable[0])
    assert "add it again under another id" in said
    assert "--as starter" not in said


def test_what_is_not_there_cannot_be_removed_and_makes_no_store(tmp_path: Path) -> None:
    with pytest.raises(UnknownDatasetError):
        Store(tmp_path / "store").remove("own")
    assert not (tmp_path / "store").exists()


def test_an_export_leaves_what_the_user_has_beside_it(tmp_path: Path, store: Store) -> None:
    (tmp_path / ".out.part").mkdir()
    (tmp_path / ".out.part" / "mine.txt").write_text("mine", encoding="utf-8")
    before = looked_at(tmp_path)
    store.export("good", tmp_path / "out")
    after = looked_at(tmp_path)
    assert {name: after[name] for name in before} == before
    assert {name.split("/")[0] for name in set(after) - set(before)} == {"out"}

    (tmp_path / "link").symlink_to(tmp_path / ".out.part")
    (tmp_path / "nowhere").symlink_to(tmp_path / "missing")
    (tmp_path / "empty").mkdir()
    (tmp_path / "to-empty").symlink_to(tmp_path / "empty")
    before = looked_at(tmp_path)
    for name in ("out", "link", "nowhere", "to-empty"):
        with pytest.raises(InputError):
            store.export("good", tmp_path / name)
    assert looked_at(tmp_path) == before
