"""What is sent is opened with suspicion: hostile archives are refused by name, and nothing of them stays."""

from __future__ import annotations

import io
import stat
import tempfile
import zipfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from kaldor.errors import InputError
from kaldor.server.settings import Limits
from kaldor.server.uploads import safe_name, unpacked
from kaldor.server.work import outcome
from tests.atlas.plain_folders import small_economy

SMALL = Limits(unpacked_mb=1, upload_files=20, upload_columns=100)


def packed(entries: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def packed_folder(folder: Path) -> bytes:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return packed({f"{folder.name}/{path.relative_to(folder).as_posix()}": path.read_bytes() for path in files})


def sent(tmp_path: Path, content: bytes, name: str = "own.zip", limits: Limits = SMALL) -> Path:
    folder = tmp_path / "incoming"
    folder.mkdir()
    (folder / "sent").write_bytes(content)
    return unpacked(folder / "sent", name, limits)


def refused(tmp_path: Path, content: bytes, name: str = "own.zip") -> str:
    with pytest.raises(InputError) as caught:
        sent(tmp_path, content, name)
    assert [path for path in tmp_path.rglob("*") if tmp_path / "incoming" not in [path, *path.parents]] == []
    return str(caught.value)


def test_a_folder_in_a_zip_comes_out_under_its_own_name(tmp_path):
    own = small_economy(tmp_path / "own")
    (tmp_path / "apart").mkdir()
    found = sent(tmp_path / "apart", packed_folder(own), "download (1).zip")
    assert found.name == "own"
    assert {path.name for path in found.iterdir()} == {path.name for path in own.iterdir()}


def test_what_file_managers_add_is_left_out(tmp_path):
    found = sent(tmp_path, packed({"own/a.csv": b"a\n1\n", "__MACOSX/own/._a.csv": b"\x00", "own/.DS_Store": b"\x00"}))
    assert [path.name for path in found.iterdir()] == ["a.csv"]


def test_a_bomb_by_what_it_declares(tmp_path):
    assert "at most 1 MB are unpacked" in refused(tmp_path, packed({"a.csv": b"0" * 3_000_000}))


def test_a_bomb_that_declares_too_little(tmp_path):
    content = packed({"a.csv": bytes(2_000_000)})
    size = (2_000_000).to_bytes(4, "little")
    assert content.count(size) == 2
    said = refused(tmp_path, content.replace(size, (1000).to_bytes(4, "little")))
    assert "not a whole zip" in said or "holds more than it declares" in said


def test_a_bomb_by_its_ratio(tmp_path):
    limits = Limits(unpacked_mb=100)
    with pytest.raises(InputError, match="this is no table"):
        sent(tmp_path, packed({"a.csv": bytes(20_000_000)}), limits=limits)


@pytest.mark.parametrize(
    "name", ["/etc/cron.csv", "../outside.csv", "a/../../outside.csv", "C:/a.csv", "..\\outside.csv"]
)
def test_paths_that_lead_out(tmp_path, name):
    assert "leads out of the archive" in refused(tmp_path, packed({"ok.csv": b"a\n1\n", name: b"a\n1\n"}))


def test_links(tmp_path):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        link = zipfile.ZipInfo("link.csv")
        link.create_system = 3
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    assert "is a link or a device" in refused(tmp_path, buffer.getvalue())


def test_too_many_files(tmp_path):
    assert "at most 20" in refused(tmp_path, packed({f"{i}.csv": b"a\n" for i in range(30)}))


def test_other_kinds_of_files(tmp_path):
    assert "does not read" in refused(tmp_path, packed({"run.exe": b"MZ", "page.html": b"<script>"}))


def test_a_million_columns(tmp_path):
    wide = b"indicator" + b"".join(b",c%d" % number for number in range(1_000_000)) + b"\n"
    assert "1,000,001 columns" in refused(tmp_path, wide, "wide.csv")
    (tmp_path / "zipped").mkdir()
    with pytest.raises(InputError, match="columns"):
        sent(tmp_path / "zipped", packed({"wide.csv": wide}), limits=Limits())


def test_the_same_name_twice(tmp_path):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a.csv", "a\n1\n")
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("a.csv", "a\n2\n")
    assert refused(tmp_path, buffer.getvalue())


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 cut off", b"\x00" * 100])
def test_no_zip_at_all(tmp_path, content):
    assert refused(tmp_path, content)


@pytest.mark.parametrize(
    ("name", "plain"),
    [("../../etc/passwd", "passwd"), ("C:\\temp\\a b.csv", "a-b.csv"), ("", "upload"), ("...", "upload"),
     ("<img src=x>.csv", "img-src-x-.csv"), ("x" * 300 + ".csv", "x" * 96 + ".csv")],
)  # fmt: skip
def test_names_lose_what_could_do_harm(name, plain):
    assert safe_name(name) == plain


def test_an_official_file_is_taken_as_it_was_published(tmp_path):
    """A workbook is a zip too, but stays whole for its reader; so does a gzipped table."""
    from tests.atlas.official.indicators import ilostat, pwt

    for number, path in enumerate((pwt(tmp_path / "pwt"), ilostat(tmp_path / "ilo"))):
        (tmp_path / str(number)).mkdir()
        found = sent(tmp_path / str(number), path.read_bytes(), path.name)
        assert (found.name, found.read_bytes()) == (path.name, path.read_bytes())


def ended(tmp_path: Path, name: str, content: str) -> tuple[str, Any]:
    """How a job ends that adds a file, done here."""
    folder = Path(tempfile.mkdtemp(dir=tmp_path))
    (folder / "sent").write_text(content)
    arguments = {"file": str(folder / "sent"), "name": name, "as_id": None, "store": str(tmp_path / "store")}
    state, result = outcome(lambda *_: None, "upload", arguments | {"limits": asdict(Limits())})
    return state, result


OWN = "indicator,region,year,value,unit\n"


def test_a_fault_is_placed_in_the_file_as_it_was_sent(tmp_path):
    state, problems = ended(tmp_path, "own_thousands.csv", OWN + 'gdp,DEU,2019,"1,234",bn\n')
    assert (state, problems[0]["where"]) == ("failed", "own_thousands.csv, line 2, column 'value'")


def test_the_answer_tells_what_was_replaced(tmp_path):
    """A second state of a table replaces the first and is said to; another table of that name is refused."""
    answers = [ended(tmp_path, "own.csv", OWN + f"gdp,DEU,2019,{value},bn\n")[1] for value in (1, 2)]
    assert [(one["datasets"], one["replaced"]) for one in answers] == [(["own"], []), (["own"], ["own"])]
    state, problems = ended(tmp_path, "own.csv", OWN + "jobs,DEU,2019,3,mn\n")
    assert (state, problems[0]["where"]) == ("failed", "own")
    assert "holds another table under this id, with the indicators gdp" in problems[0]["what"]
