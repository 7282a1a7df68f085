"""Draws the starter world anew and writes the bands that come with it: `./run python docs/make_starter_bands.py`.

To be run whenever its facts, its templates or their spreads change; a test says when that was forgotten.
"""

from __future__ import annotations

from pathlib import Path

from kaldor.economy.economy import Economy
from kaldor.economy.glance import starter_bands
from kaldor.economy.starter import starter_world

FILE = Path(__file__).parents[1] / "src" / "kaldor" / "economy" / "starter" / "bands.csv"


def main() -> None:
    """Write the bands, to ten digits."""
    starter_bands(Economy.from_published(starter_world())).to_csv(FILE, float_format="%.10g", lineterminator="\n")
    print(f"{FILE.name}: written")


if __name__ == "__main__":
    main()
