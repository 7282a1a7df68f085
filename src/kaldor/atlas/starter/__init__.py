"""The starter world's declarations: one fact sheet a country, the technology templates, and the world they make.

Only texts leave this room; the economy floor gives them their types and turns them into an economy.
"""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files
from types import MappingProxyType

WORLD = "world.toml"
TEMPLATES = "templates.toml"


@cache
def declarations() -> MappingProxyType[str, str]:
    """The two declarations that are about no single country, by file name."""
    folder = files(__name__)
    return MappingProxyType({name: (folder / name).read_text("utf-8") for name in (WORLD, TEMPLATES)})


@cache
def fact_sheets() -> MappingProxyType[str, str]:
    """The fact sheets that ship with Kaldor, by file name (ISO3 and .toml)."""
    found = sorted((files(__name__) / "facts").iterdir(), key=lambda file: file.name)
    return MappingProxyType({file.name: file.read_text("utf-8") for file in found if file.name.endswith(".toml")})


@cache
def content_hash() -> str:
    """SHA-256 of all that the starter world is made of, the same wherever it is made."""
    digest = hashlib.sha256()
    for name, text in (*declarations().items(), *fact_sheets().items()):
        digest.update(f"{name}\0{text}\0".encode())
    return digest.hexdigest()
