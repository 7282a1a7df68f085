"""What can be wrong with a scenario."""

from __future__ import annotations

from kaldor.errors import KaldorError


class ContradictingLeversError(KaldorError):
    """Two levers of a scenario pull the same purchases to different places."""
