"""The targets of a path, with the distance to each in the year that it names."""

from __future__ import annotations

import numpy as np

from kaldor.brief.document import Cell, Column, Figure, Table
from kaldor.brief.ledger import cell, identifier
from kaldor.brief.names import in_running_text, sentence_start
from kaldor.brief.sections.twin.paths import SECTION
from kaldor.brief.sections.twin.paths.tables import METHOD, PathRun
from kaldor.brief.units import shown_unit
from kaldor.twin.futures.path_reached import asked_for, at_that_time
from kaldor.words import NOT_MODELLED


def targets_table(run: PathRun) -> Table | None:
    """What each target asks for, what the path has by then, and how far that is; None where it names none."""
    rows = []
    for number, target in enumerate(run.path.targets, start=1):
        yearly = run.result.yearly
        aim = sentence_start(run.words(f"target: {target.words}").removeprefix("target: "))
        if target.metric in run.result.not_modelled or target.metric not in yearly.columns.get_level_values(0):
            rows.append((Cell(text=aim), Cell(), *[Cell(text=NOT_MODELLED)] * 3))
            continue
        shown = shown_unit(yearly.attrs["units"][target.metric])
        limit, has = asked_for(target, yearly) * shown.factor, at_that_time(target, yearly) * shown.factor
        figure = run.context.ledger.enter_run(
            (SECTION.id, run.id, "target", str(number)),
            f"{run.name}: {in_running_text(aim)}",
            [limit, has, _still(limit, has, above=target.above is not None)],
            "asked for, on the path by then, still to go",
            shown.unit,
            METHOD,
            run.origin(),
        )
        rows.append((Cell(text=aim), Cell(text=shown.unit), *(cell(figure, at=at) for at in range(3))))
    if not rows:
        return None
    return Table(
        id=identifier(SECTION.id, run.id, "targets"),
        title=f"{run.name}: targets, and the distance to them",
        columns=(
            Column(title="Target"),
            Column(title="Unit"),
            Column(title="Asked for", unit="in that unit", numeric=True),
            Column(title="On the path", unit="in that unit", numeric=True),
            Column(title="Still to go", unit="in that unit", numeric=True),
        ),
        rows=tuple(rows),
        stamp=run.origin().stamp(),
        caption="In the year that the target names, on a straight line between computed years. Of a target that is met "
        "nothing is left to go.",
        decimals="row",
    )


def missed_by(run: PathRun) -> Figure:
    """How far the path stays from its first target in the year that this names, in the unit of its metric."""
    target, yearly = run.path.targets[0], run.result.yearly
    shown = shown_unit(yearly.attrs["units"][target.metric])
    return run.context.ledger.enter(
        (SECTION.id, run.id, "target", "1", "still"),
        f"{run.name}: still to go to the target, {target.by}",
        _still(asked_for(target, yearly), at_that_time(target, yearly), above=target.above is not None) * shown.factor,
        shown.unit,
        METHOD,
        run.origin(),
    )


def _still(limit: float, has: float, *, above: bool) -> float:
    """What is missing to a limit from above or below; none where it is met."""
    return float(np.maximum(limit - has if above else has - limit, 0.0))
