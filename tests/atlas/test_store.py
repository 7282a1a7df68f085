"""The store itself: what it says of its datasets, several processes at once, processes killed, files damaged."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from kaldor.atlas.add import add
from kaldor.atlas.atomic import writer_lock
from kaldor.atlas.marker import MARKER
from kaldor.atlas.store import Store
from kaldor.errors import InputError, StoreError, UnknownDatasetError
from tests.atlas.plain_folders import small_economy, write_csv, write_economy
from tests.waiting import PATIENCE

ADD = """
import sys
from pathlib import Path
from kaldor.atlas.add import add
from kaldor.atlas.store import Store
import pyarrow.parquet
print("ready", flush=True)
sys.stdin.readline()
for folder in sys.argv[3:]:
    add(Path(folder), Store(Path(sys.argv[1])), sys.argv[2])
print("done", flush=True)
"""


def adding(store: Path, id: str, *folders: Path) -> subprocess.Popen[str]:
    """A process that has imported all it needs and starts adding at a line on its standard input."""
    process = subprocess.Popen(
        [sys.executable, "-c", ADD, str(store), id, *map(str, folders)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def start(*processes: subprocess.Popen[str]) -> None:
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()


def left_overs(store: Store) -> list[str]:
    """Everything in the store that no manifest names, but for its marker and its lock."""
    named = {f"datasets/{m.id}/{m.content}/{file}" for m in store.datasets() for file in m.files}
    named |= {f"datasets/{m.id}/manifest.json" for m in store.datasets()} | {".write.lock", MARKER}
    files = {path.relative_to(store.path).as_posix() for path in store.path.rglob("*") if path.is_file()}
    return sorted(files - named)


def test_the_place_is_the_argument_else_the_variable_else_the_users_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("KALDOR_STORE", str(tmp_path / "named"))
    assert Store(tmp_path / "given").path == tmp_path / "given"
    assert Store().path == tmp_path / "named"
    monkeypatch.delenv("KALDOR_STORE")
    assert Store().path.name == "kaldor"


def test_an_unknown_dataset_names_the_line_that_would_add_it(tmp_path):
    store = Store(tmp_path)
    with pytest.raises(UnknownDatasetError, match=r"kaldor data add PATH --as wiod2013 .*wiod2013_41x35.*https://"):
        store.economy("wiod2013", 2009)
    with pytest.raises(UnknownDatasetError, match="kaldor data add PATH --as mine"):
        store.info("mine")
    assert not store.has("mine")
    assert store.datasets() == []


def test_arrays_are_memory_mapped_and_read_only(tmp_path):
    store = Store(tmp_path / "store")
    add(small_economy(tmp_path / "own"), store, "own")
    table = store.economy("own", 2009)
    assert isinstance(table.Z, np.memmap)
    with pytest.raises(ValueError, match="read-only"):
        table.Z[0, 0] = 1


def test_a_year_or_kind_that_is_not_there_is_named(tmp_path):
    store = Store(tmp_path / "store")
    add(small_economy(tmp_path / "own", years=(2001, 2005)), store, "own")
    assert store.years("own") == (2001, 2005)
    with pytest.raises(InputError, match=r"'own': there is no year 2003. It has 2001, 2005"):
        store.economy("own", 2003)
    with pytest.raises(InputError, match="kind economy, not indicators"):
        store.indicators("own")
    with pytest.raises(InputError, match="kind economy, not extension"):
        store.economy("own", 2001, ["own"])


def test_adding_again_replaces_and_leaves_nothing_of_the_old(tmp_path):
    store = Store(tmp_path / "store")
    add(small_economy(tmp_path / "old", seed=1), store, "own")
    held = store.economy("own", 2009)
    before = np.array(held.x)
    add(small_economy(tmp_path / "new", seed=2), store, "own")
    assert store.economy("own", 2009).x.tolist() != before.tolist()
    assert np.array_equal(held.x, before), "a reader that opened the old dataset still sees it whole"
    assert left_overs(store) == []
    store.remove("own")
    assert store.datasets() == []
    assert left_overs(store) == []


@pytest.mark.parametrize("id", ["../up", "a/b", "", ".hidden", "Big", "x" * 65])
def test_an_id_that_cannot_name_a_folder_is_refused(tmp_path, id):
    store = Store(tmp_path / "store")
    with pytest.raises(InputError):
        add(small_economy(tmp_path / "own"), store, id)
    assert store.datasets() == []
    assert not store.has(id)


def test_check_finds_a_changed_a_missing_and_a_foreign_file(tmp_path):
    store = Store(tmp_path / "store")
    add(small_economy(tmp_path / "own", years=(2001, 2005)), store, "own")
    assert store.check("own") == []
    content = store.path / "datasets" / "own" / store.info("own").content
    changed = bytearray((content / "2001" / "Z.npy").read_bytes())
    changed[-1] ^= 1
    (content / "2001" / "Z.npy").write_bytes(changed)
    (content / "2005" / "x.npy").unlink()
    (content / "note.txt").write_text("hello", encoding="utf-8")
    found = [str(problem) for problem in store.check("own")]
    assert len(found) == 3
    for name, text in zip(("2001/Z.npy", "2005/x.npy", "note.txt"), sorted(found), strict=True):
        assert name in text


def test_a_damaged_dataset_is_an_error_that_names_it(tmp_path):
    store = Store(tmp_path / "store")
    add(small_economy(tmp_path / "own", years=(2001, 2005)), store, "own")
    content = store.path / "datasets" / "own" / store.info("own").content
    (content / "2001" / "Z.npy").write_bytes((content / "2001" / "Z.npy").read_bytes()[:150])
    (content / "2005" / "x.npy").unlink()
    for year in (2001, 2005):
        with pytest.raises(StoreError, match="kaldor data check own"):
            store.economy("own", year)
    (store.path / "datasets" / "own" / "manifest.json").write_text("{", encoding="utf-8")
    with pytest.raises(StoreError, match=r"manifest\.json"):
        store.info("own")


def test_balance_names_the_largest_gap_and_inputs_above_output(tmp_path):
    flows = {"Z": np.array([[5.0, 1], [3, 4]]), "Y": np.array([[4.0], [-1]]), "x": np.array([10.0, 4])}
    store = Store(tmp_path / "store")
    add(write_economy(tmp_path / "own", {2009: flows}, 1, 2), store, "own")
    balance = store.balance("own", 2009)
    assert (balance.output, balance.value_added) == (14, 1)
    assert (balance.largest_gap, balance.largest_gap_at) == (2, "R0/s1")
    assert balance.gap_share == pytest.approx(2 / 14)
    assert balance.negative_final_demand == 1
    assert balance.above_one == (("R0/s1", 1.25),)


def test_the_catalogue_database_follows_the_manifests(tmp_path):
    store = Store(tmp_path / "store")
    add(small_economy(tmp_path / "own", years=(2001, 2005)), store, "own")
    with store.catalogue() as first:
        assert first.table("datasets").to_pandas()["id"].tolist() == ["own"]
        add(small_economy(tmp_path / "other"), store, "other")
        with store.catalogue() as second:
            table = second.table("datasets").order_by("id").to_pandas()
            assert table["id"].tolist() == ["other", "own"]
            assert table["last_year"].tolist() == [2009, 2005]
            assert second.table("dataset_years").count().to_pandas() == 3
            assert second.table("files").filter(second.table("files").dataset == "own").count().to_pandas() == 9
    assert left_overs(store) == []


def test_two_processes_that_add_at_once_do_no_harm(tmp_path):
    store = Store(tmp_path / "store")
    folders = [small_economy(tmp_path / f"own{i}", seed=i, years=(2001, 2005)) for i in range(4)]
    processes = [
        adding(store.path, "same", folders[0], folders[1]),
        adding(store.path, "same", folders[2], folders[3]),
        adding(store.path, "other", folders[0], folders[2]),
    ]
    start(*processes)
    assert [process.wait(PATIENCE) for process in processes] == [0, 0, 0]
    assert [m.id for m in store.datasets()] == ["other", "same"]
    assert store.check("same") == store.check("other") == []
    assert left_overs(store) == []
    outputs = [np.load(folders[i] / "table_2005.npz")["x"].tolist() for i in (1, 3)]
    assert store.economy("same", 2005).x.tolist() in outputs


def test_a_reader_never_waits_nor_sees_half_a_dataset(tmp_path):
    store = Store(tmp_path / "store")
    folders = [small_economy(tmp_path / f"own{i}", seed=i) for i in range(2)]
    whole = {float(np.load(folder / "table_2009.npz")["Z"].sum()) for folder in folders}
    add(folders[0], store, "own")
    with writer_lock(store.path, 1):  # as long as this is held, who waited for it would never answer
        assert float(store.economy("own", 2009).Z.sum()) in whole
    writer = adding(store.path, "own", *(folders * 10))
    start(writer)
    reads = 0
    while writer.poll() is None or reads < 20:
        assert float(store.economy("own", 2009).Z.sum()) in whole
        reads += 1
    assert writer.returncode == 0


# Adds again and again in a forked child that kills itself at its k-th touch of the disk; after each death, one line
# of JSON tells what the store then holds. What adding imports is there before: files of modules are no touches.
KILLED = """
import json, os, signal, sys
from pathlib import Path
from kaldor.atlas.add import add
from kaldor.atlas.store import Store
import concurrent.futures, numpy, pandas, pyarrow.parquet, pydoc, tarfile
place, most, step = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
folders = [Path(folder) for folder in sys.argv[4:]]
for k in range(1, most, step):
    child = os.fork()
    if child == 0:
        count = 0
        def touch(event, arguments):
            global count
            count += event == "open" or event.startswith(("os.", "shutil."))
            if count == k:
                os.kill(os.getpid(), signal.SIGKILL)
        sys.addaudithook(touch)
        add(folders[k % 2], Store(place), "own")
        os._exit(0)
    _, status = os.waitpid(child, 0)
    store = Store(place)
    table = store.economy("own", 2001)
    whole = numpy.allclose(table.Z.sum(axis=1) + table.Y.sum(axis=1), table.x)
    problems = [str(problem) for problem in store.check("own")]
    print(json.dumps([os.WIFSIGNALED(status), problems, bool(whole), float(table.x[0])]), flush=True)
    if not os.WIFSIGNALED(status):
        break
"""


@pytest.mark.long
def test_fifty_kills_at_random_moments_leave_the_old_or_the_new_whole(tmp_path):
    """`data add` of two versions in turn, each time killed with -9 after a random share of its usual time."""
    place = tmp_path / "store"
    store, sizes = Store(place), {"regions": 12, "sectors": 20}
    folders = [small_economy(tmp_path / f"own{i}", seed=i, years=range(2000, 2006), **sizes) for i in range(2)]
    versions = [float(np.load(folder / "table_2001.npz")["x"][0]) for folder in folders]
    add(folders[0], store, "own")
    whole = adding(place, "own", folders[1])
    started = time.perf_counter()
    start(whole)
    whole.wait()
    usual = time.perf_counter() - started
    chance, held = np.random.default_rng(50), [float(store.economy("own", 2001).x[0])]
    kept = {"old": 0, "new": 0}  # some must die before and some after the moment that counts
    while sum(kept.values()) < 50 or not all(kept.values()):
        process = adding(place, "own", folders[versions.index(held[-1]) - 1])
        start(process)
        time.sleep(chance.uniform(0, 1.3 * usual))
        process.kill()
        process.wait()
        table = store.economy("own", 2001)
        np.testing.assert_allclose(table.Z.sum(axis=1) + table.Y.sum(axis=1), table.x)
        assert store.check("own") == []
        held.append(float(table.x[0]))
        assert held[-1] in versions
        late = held[-1] != held[-2]
        kept["new" if late else "old"] += 1
        usual *= 0.9 if late else 1.1  # what else the machine does changes all the while
        assert sum(kept.values()) < 1_000
    add(folders[0], store, "own")
    assert left_overs(store) == []


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork a process")
def test_a_process_killed_at_any_moment_leaves_the_store_whole(tmp_path):
    store = Store(tmp_path / "store")
    folders = [small_economy(tmp_path / f"own{i}", seed=i, years=(2001, 2005)) for i in range(2)]
    versions = {float(np.load(folder / "table_2001.npz")["x"][0]) for folder in folders}
    add(folders[0], store, "own")
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", KILLED, str(store.path), "1000", "3", *map(str, folders)],
        capture_output=True, text=True, check=True, timeout=PATIENCE,
    )  # fmt: skip
    deaths = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(deaths) > 30
    assert [killed for killed, *_ in deaths] == [True] * (len(deaths) - 1) + [False]
    for _, problems, whole, first in deaths:
        assert problems == []
        assert whole
        assert first in versions
    assert {first for *_, first in deaths} == versions, "some died before and some after the moment that counts"
    add(folders[0], store, "own")
    assert left_overs(store) == []


def test_threads_each_have_their_own_catalogue_connection(tmp_path):
    store = Store(tmp_path / "store")
    add(
        write_csv(tmp_path / "i.csv", [["indicator", "region", "year", "value", "unit"], ["a", "POL", 2000, 1, "%"]]),
        store,
    )
    counts: list[int] = []

    def count() -> None:
        with store.catalogue() as connection:
            counts.append(int(connection.table("datasets").count().to_pandas()))

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counts == [1, 1, 1, 1]


@pytest.mark.parametrize(
    ("kind", "taken", "code", "said"),
    [
        ("region", "R1", "all", "it names every region"),
        ("region", "R1", "!R0", "what begins with '!' is taken away"),
        ("sector", "s1,", "all", "it names every sector"),
    ],
)
def test_a_code_that_means_something_in_every_question_is_refused(tmp_path, kind, taken, code, said):
    folder, store = small_economy(tmp_path / "own"), Store(tmp_path / "store")
    table = folder / f"{kind}s.csv"
    table.write_text(table.read_text().replace(taken, taken.replace(taken[:2], code)))
    with pytest.raises(InputError) as caught:
        add(folder, store)
    told = f"own, {kind}s: '{code}' cannot be the code of a {kind}: {said}. Give it another code."
    assert str(caught.value) == told
    assert not store.has("own")
    assert left_overs(store) == []
