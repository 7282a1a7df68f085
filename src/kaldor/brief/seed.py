"""The seed of what is drawn by chance. A table of a study with a field `seed` of this type is named in the lock."""

from __future__ import annotations

from typing import Annotated

from kaldor.bounds import SEED

Seed = Annotated[int, SEED]
