"""Sixty hostile command lines and more: repeated labels, empty texts, bytes that are no text, numbers that are none."""

from __future__ import annotations

import os

BYTES = os.fsdecode(b"val\xffue\xed\xa0\x80")
"""What Python makes of an argument that is no UTF-8: halves of pairs."""

_ON = ("--on", "starter")
_TEXTS = {
    "empty": "",
    "a blank": " ",
    "bytes": BYTES,
    "half of a pair": "\ud800",
    "a line feed": "a\nb",
    "an escape": "\x1b[2J",
    "upwards": "../../etc/passwd",
    "a folder": "/",
    "markup": "[bold]{0}%s[/x][link=http://x]",
    "long": "x" * 100_000,
    "an option": "--help-me",
    "right to left": "\u202eabc",
    "a device": "/dev/zero",
    "a list": "IND,CHN",
}
_DOORS: dict[str, tuple[str, ...]] = {
    "a dataset": ("economy", "footprint", "--extension=co2", "--on", "@"),
    "a region": ("economy", "footprint", "--extension=co2", *_ON, "--region", "@"),
    "an extension": ("economy", "footprint", *_ON, "--extension", "@"),
    "a sector": ("economy", "extract", *_ON, "--region=IND", "--sector", "@"),
    "deflators": ("economy", "change", *_ON, "--extension=co2", "--since=2018", "--year=2018", "--deflators", "@"),
    "an error model": ("economy", "bands", *_ON, "--extension=co2", "--model", "@"),
    "a file": ("twin", "run", *_ON, "--", "@"),
    "a challenge": ("twin", "levers", "--challenge", "@"),
    "a study": ("run", "--", "@"),
    "a format": ("demo", "--format", "@"),
    "an id": ("data", "add", ".", "--as", "@"),
    "what to add": ("data", "add", "--", "@"),
    "what to describe": ("data", "info", "--", "@"),
    "what to remove": ("data", "remove", "--yes", "--", "@"),
    "what to export": ("data", "export", "starter", "--", "@"),
    "a priority": ("framework", "cases", "--priority", "@"),
}
_TWICE: dict[str, tuple[str, ...]] = {
    "a region": ("economy", "linkages", *_ON, "--region=DEU", "--region=DEU"),
    "a region of bands": ("economy", "bands", *_ON, "--extension=co2", "--region=DEU", "--region=DEU", "--draws=20"),
    "a block": ("economy", "extract", *_ON, "--region=DEU", "--region=DEU", "--sector=metals", "--sector=metals"),
    "a group and its member": (
        "economy",
        "extract",
        *_ON,
        "--region=DEU",
        "--sector=metals",
        "--sector=manufacturing",
    ),
    "a product": ("economy", "paths", *_ON, "--extension=co2", "--region=DEU", "--sector=metals", "--sector=metals"),
    "an extension": ("economy", "footprint", *_ON, "--extension=co2", "--with=a", "--with=a"),
    "a factor": (
        *("economy", "change", *_ON, "--extension=co2", "--since=2018", "--year=2018"),
        *("--factor=intensity", "--factor=intensity"),
    ),
    "a cost": ("economy", "prices", *_ON, "--cost=0.1", "--region=DEU", "--region=DEU"),
    "a threshold that is none": ("economy", "paths", *_ON, "--extension=co2", "--region=DEU", "--threshold=nan"),
    "a negative threshold": ("economy", "paths", *_ON, "--extension=co2", "--region=DEU", "--threshold=-1"),
    "a level that is none": ("economy", "bands", *_ON, "--extension=co2", "--draws=20", "--level=nan"),
    "a deflator that is none": (
        *("economy", "change", *_ON, "--extension=co2", "--since=2018", "--year=2018", "--deflator=nan"),
    ),
    "a year of 30 digits": ("economy", "footprint", *_ON, "--extension=co2", f"--year={'9' * 30}"),
    "a seed of 30 digits": ("economy", "bands", *_ON, "--extension=co2", "--draws=20", f"--seed={'9' * 30}"),
    "a negative seed": ("economy", "bands", *_ON, "--extension=co2", "--draws=20", "--seed=-1"),
    "a limit": ("serve", "--limit=upload_mb=nan", "--limit=upload_mb=1"),
    "a port in use by nobody": ("serve", "--host=256.256.256.256"),
    "a host of bytes": ("serve", "--host", BYTES),
}


def lines() -> dict[str, tuple[str, ...]]:
    """Hostile command lines, by name."""
    made = {
        f"{door} is {name}": tuple(text if one == "@" else one for one in line)
        for door, line in _DOORS.items()
        for name, text in _TEXTS.items()
    }
    return made | {f"twice: {name}": line for name, line in _TWICE.items()}
