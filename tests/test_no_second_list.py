"""What is declared once is listed nowhere else: sections, questions, readers, rooms, and the order of statuses."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest

from kaldor.atlas.readers.known import BY_NAME
from kaldor.brief.sections import sections
from kaldor.rooms import OF_THE_HOUSE, questions
from kaldor.words import STATUSES

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Kind:
    """Ids that are declared once, and where. So many may stand together where a few belong together; more are a list.

    Ids stand together within `near` characters. `shared` are also something else's: a list of these alone may be one
    of those.
    """

    ids: frozenset[str]
    declared_in: tuple[str, ...]
    most: int = 2
    shared: frozenset[str] = frozenset()
    near: int = 400

    def listed(self, text: str) -> set[str]:
        """Ids that stand quoted, or as heads of tables or keys, near too many others."""
        ids = "|".join(map(re.escape, sorted(self.ids)))
        found = [(one.start(), one[1]) for one in re.finditer(rf"""(?:['"\[.])({ids})['"\]]""", text)]
        for place, _ in found:
            together = {id for other, id in found if 0 <= other - place < self.near}
            if len(together) > self.most and together - self.shared:
                return together
        return set()


def _kind(ids: Iterable[str], *declared_in: str, most: int = 2, shared: Iterable[str] = (), near: int = 400) -> Kind:
    return Kind(frozenset(ids), declared_in, most, frozenset(shared), near)


KINDS = {
    "sections": _kind(
        sections(), "src/kaldor/brief/sections/", "src/kaldor/brief/studies/", shared=set(sections()) & set(questions())
    ),
    "questions": _kind(questions(), "/questions/"),
    "readers": _kind(BY_NAME, "src/kaldor/atlas/readers/"),
    "rooms": _kind([module for module, _ in OF_THE_HOUSE.values()], "src/kaldor/rooms.py", most=0),
    "statuses": _kind(STATUSES, "src/kaldor/words.py", "web/src/strings/", near=60),
}


def sources() -> list[Path]:
    """Code and declarations, and the page's own sources."""
    code = [*(ROOT / "src" / "kaldor").rglob("*.py"), *(ROOT / "src" / "kaldor").rglob("*.toml")]
    page = [path for end in ("ts", "svelte") for path in (ROOT / "web" / "src").rglob(f"*.{end}")]
    return code + [path for path in page if path.name != "openapi.d.ts"]  # that is made of the declarations


def test_a_list_is_seen() -> None:
    kind = KINDS["sections"]
    assert kind.listed("SECTIONS = ['accounts', 'sources', 'scopes']") == {"accounts", "sources", "scopes"}
    assert kind.listed("'section.accounts': 'A',\n'section.scopes': 'B',\n'section.exports': 'C'")
    assert kind.listed("a = 'accounts'; b = 'scopes'") == set()
    assert KINDS["statuses"].listed("order = ('observed', 'estimated', 'predicted')")
    assert KINDS["rooms"].listed("'kaldor.economy.questions.room'")


@pytest.mark.parametrize("of", KINDS)
def test_nowhere_but_where_it_is_declared_is_there_a_list(of: str) -> None:
    kind, found = KINDS[of], {}
    for path in sources():
        name = path.relative_to(ROOT).as_posix()
        if not any(place in name for place in kind.declared_in) and (listed := kind.listed(path.read_text("utf-8"))):
            found[name] = listed
    assert found == {}


def test_what_is_jobs_is_said_by_one_function() -> None:
    """Nobody else tells by its name whether an extension counts jobs."""
    telling = re.compile(r"""startswith\(["']jobs|split\("_"\)\[0\] == "jobs""")
    code = [path for path in sources() if path.suffix == ".py"]
    found = [path.relative_to(ROOT).as_posix() for path in code if telling.search(path.read_text("utf-8"))]
    assert found == ["src/kaldor/economy/names.py"]
