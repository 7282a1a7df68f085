"""The seed of what is drawn by chance. A table of a study with a field `seed` of this type is named in the lock."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

Seed = Annotated[int, Field(ge=0, lt=2**32)]
