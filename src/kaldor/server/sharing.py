"""A scenario of the page as a file to give away, made by the same function as on the command line."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from kaldor.server.twins import Prepared
from kaldor.share.file import Kind, share_file
from kaldor.share.scenario import shared
from kaldor.twin.outcomes import outcomes_of, region_of
from kaldor.twin.scenario import Scenario


def shared_file(
    prepared: Prepared,
    scenario: Scenario,
    region: str | None,
    bloc: Sequence[str],
    kind: Kind,
    first: Sequence[str],
    *,
    progress: Callable[[int, int], None],
) -> bytes:
    """The file's bytes; with bands, which take seconds where prices respond: `progress` may raise to end them.

    Raises what `outcomes_of`, `region_of` and `shared` raise.
    """
    with prepared.twin(patient=True) as (twin, _):
        progress(0, 1)
        place = region_of(twin, scenario, region)
        found = outcomes_of(twin, scenario, region=place, bloc=bloc, progress=progress)
        said = shared(twin.economy, twin.levers, found, first=first)
    return share_file(said, kind)
