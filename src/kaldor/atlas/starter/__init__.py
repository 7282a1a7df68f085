"""The starter world's declarations: one fact sheet a country, the technology templates, and the world they make."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files

from kaldor.declared import toml_in


@cache
def content_hash() -> str:
    """SHA-256 of all that the starter world is made of, the same wherever it is made."""
    folder, digest = files(__name__), hashlib.sha256()
    for file in (folder / "world.toml", folder / "templates.toml", *toml_in(folder / "facts")):
        digest.update(f"{file.name}\0{file.read_text('utf-8')}\0".encode())
    return digest.hexdigest()
