"""A download is looked into within limits, whether it is a folder, a zip or one file."""

import struct
import zipfile

import numpy as np
import pytest

from kaldor.atlas.readers import download
from kaldor.atlas.readers.download import Download
from kaldor.errors import InputError


def zipped(path, files):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def test_a_folder_and_a_zip_of_it_look_the_same(tmp_path):
    files = {"IOT/Z.txt": b"a\tb", "IOT/air/F.txt": b"1"}
    for name, content in files.items():
        (tmp_path / "folder" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "folder" / name).write_bytes(content)
    views = [Download(tmp_path / "folder"), Download(zipped(tmp_path / "all.zip", files))]
    for view in views:
        assert view.names == ("IOT/Z.txt", "IOT/air/F.txt")
        assert view.matching("z.*") == ("IOT/Z.txt",)
        with view.open("IOT/air/F.txt") as stream:
            assert stream.read() == b"1"
        assert (view.size("IOT/Z.txt"), view.head("IOT/Z.txt", 2)) == (3, b"a\t")


def test_a_single_file_is_a_download_of_one(tmp_path):
    file = tmp_path / "table.csv"
    file.write_text("x")
    assert Download(file).names == ("table.csv",)
    assert Download(file).head("table.csv") == b"x"


def test_names_that_point_outside_are_refused(tmp_path):
    path = zipped(tmp_path / "bad.zip", {"../outside.txt": "x", "/etc/there.txt": "y", "a\\..\\..\\b.txt": "z"})
    with pytest.raises(InputError) as caught:
        _ = Download(path).names
    assert len(caught.value.problems) == 3
    assert "points outside the zip" in str(caught.value)


def test_what_unpacks_to_a_thousand_times_its_size_is_refused(tmp_path):
    path = zipped(tmp_path / "bomb.zip", {"Z.txt": bytes(8 * 2**20)})
    with pytest.raises(InputError, match="as a zip bomb does"):
        _ = Download(path).names


def test_a_table_that_is_mostly_zeros_is_no_bomb(tmp_path):
    rng = np.random.default_rng(1)
    cells = np.where(rng.random(400_000) < 0.95, 0, rng.integers(1, 10_000, 400_000))
    path = zipped(tmp_path / "zeros.zip", {"F.txt": "\t".join(map(str, cells))})
    assert Download(path).names == ("F.txt",)


def test_overlapping_members_are_refused(tmp_path):
    path = zipped(tmp_path / "one.zip", {"a.txt": np.random.default_rng(1).bytes(50_000), "b.txt": b"x"})
    raw = bytearray(path.read_bytes())
    central = raw.index(b"PK\x01\x02")
    second = raw.index(b"PK\x01\x02", central + 1)
    raw[second + 20 : second + 24] = struct.pack("<I", 50_005)  # b.txt claims the bytes of a.txt too
    path.write_bytes(raw)
    with pytest.raises(InputError, match="overlap"):
        _ = Download(path).names


def test_a_cut_zip_and_a_damaged_member_are_named(tmp_path):
    whole = zipped(tmp_path / "whole.zip", {"Z.txt": np.random.default_rng(1).bytes(50_000)})
    cut = tmp_path / "cut.zip"
    cut.write_bytes(whole.read_bytes()[:20_000])
    with pytest.raises(InputError, match=r"cut\.zip: not a whole zip file"):
        _ = Download(cut).names
    raw = bytearray(whole.read_bytes())
    raw[10_000] ^= 0xFF
    whole.write_bytes(raw)
    with pytest.raises(InputError, match=r"whole\.zip/Z\.txt: cut off or damaged"), Download(whole).open("Z.txt") as it:
        it.read()
    assert Download(whole).head("Z.txt", 100_000) == b""


def test_files_and_bytes_are_limited(tmp_path, monkeypatch):
    path = zipped(tmp_path / "many.zip", {f"{k}.txt": "x" for k in range(5)})
    monkeypatch.setattr(download, "MOST_MEMBERS", 4)
    with pytest.raises(InputError, match="holds 5 files; at most 4"):
        _ = Download(path).names
    (tmp_path / "large.txt").write_bytes(bytes(100))
    monkeypatch.setattr(download, "MOST_MEMBER_BYTES", 99)
    with pytest.raises(InputError, match="100 bytes; at most 99"), Download(tmp_path / "large.txt").open("large.txt"):
        pass
