"""`python -m tests.hostile FOLDER`: every hostile input of these tests as files, for a person or another program."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from tests.hostile.arguments import lines
from tests.hostile.bodies import WHOLE, bodies
from tests.hostile.files import DESCRIPTIONS, FILES, TABLES
from tests.hostile.heads import heads
from tests.hostile.requests import Sent
from tests.hostile.tomls import DOORS, fact_sheets
from tests.hostile.uploads import uploads


def write(folder: Path) -> dict[str, int]:
    """Write all inputs into a new folder, one folder a door; returns how many each door has."""
    folder.mkdir(parents=True)
    counts = {}
    for door, makers in {"data add": FILES, "data add, described": DESCRIPTIONS}.items():
        for name, make in makers.items():
            make(_place(folder, door, name))
        counts[door] = len(makers)
    for door, of in DOORS.items():
        for name, make in of.hostile().items():
            place = _place(folder, door, name)
            of.beside(place)
            make(place / "given.toml")
        counts[door] = len(of.hostile())
    sheets = {name: text.encode("utf-8", "surrogateescape") for name, text in fact_sheets().items()}
    counts["fact sheet"] = _write_all(folder / "fact sheet", sheets, ".toml")
    requests = {f"REST {route}": bodies(route) for route in WHOLE}
    requests |= {"REST addresses and headers": heads(), "REST uploads": uploads(TABLES)}
    for door, sent in requests.items():
        counts[door] = _write_all(folder / _plain(door), {name: _bytes(one) for name, one in sent.items()}, ".http")
    arguments = {name: "\0".join(line).encode("utf-8", "surrogatepass") for name, line in lines().items()}
    counts["arguments"] = _write_all(folder / "arguments", arguments, ".txt")
    return counts


def _place(folder: Path, door: str, name: str) -> Path:
    place = folder / _plain(door) / _plain(name)
    place.mkdir(parents=True)
    return place


def _write_all(folder: Path, contents: dict[str, bytes], ending: str) -> int:
    folder.mkdir()
    for name, content in contents.items():
        (folder / f"{_plain(name)}{ending}").write_bytes(content)
    return len(contents)


def _plain(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-")


def _bytes(sent: Sent) -> bytes:
    return sent.head + sent.body


if __name__ == "__main__":
    if len(sys.argv) != 2 or Path(sys.argv[1]).exists():
        sys.exit("Name a new folder: python -m tests.hostile FOLDER")
    for door, count in write(Path(sys.argv[1])).items():
        print(f"{count:5}  {door}")
