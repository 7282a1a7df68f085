"""What is wrong with the values typed for a split, before any of them is used."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

from kaldor.declared import near
from kaldor.economy.split.layout import Layout
from kaldor.economy.split.line import EXACT
from kaldor.economy.split.part import Label, SplitPart, key_text
from kaldor.errors import Problem


def declaration_problems(sector: str, parts_by_region: Mapping[str, Sequence[SplitPart]]) -> Iterator[Problem]:
    """Parts that are no split: too few, the same label twice, other labels than in the first region, a typed rest."""
    if not parts_by_region:
        yield Problem(f"split of {sector}", "no region has parts.", "Type the parts of at least one region.")
    first: tuple[str, ...] | None = None
    for region, parts in parts_by_region.items():
        place, labels = f"{region}/{sector}", tuple(part.label for part in parts)
        first = labels if first is None else first
        if len(labels) < 2:
            yield Problem(place, f"{len(labels)} part.", "A split needs a named part and the rest.")
            continue
        if labels != first:
            yield Problem(
                place, f"parts {labels}, expected {first}.", "Type the same parts in the same order everywhere."
            )
        if len(set(labels)) < len(labels) or not all(labels):
            yield Problem(place, f"part labels {labels} are empty or stand twice.", "Give each part its own label.")
        rest = parts[-1]
        if rest.typed or rest.output is not None or rest.output_share is not None:
            yield Problem(
                f"{place}.{rest.label}",
                "values are typed for the last part.",
                "The last part takes what remains; type values of the others only.",
            )


def value_problems(layout: Layout) -> Iterator[Problem]:
    """Labels that do not exist, outputs that are missing or too large, values that are no amounts."""
    economy = layout.economy
    for label in layout.part_labels:
        if label in economy.sectors or label in economy.demands:
            yield Problem(f"split of {layout.sector}", f"the economy has a '{label}' already.", "Choose another label.")
    for region in layout.parts_by_region:
        economy.region_position(region)
        for part in layout.named_parts(region):
            yield from _output_problems(layout, region, part)
            yield from _number_problems(layout, region, part)
            yield from _key_problems(layout, region, part)
        total, parent = layout.outputs(region).sum(), layout.parent_output(region)
        if total > parent * (1 + EXACT):
            yield Problem(
                f"{region}/{layout.sector}",
                f"the parts' outputs add up to {total:.6g} {economy.unit}.",
                f"The parent's output and so the largest possible sum is {parent:.6g}.",
            )


def _output_problems(layout: Layout, region: str, part: SplitPart) -> Iterator[Problem]:
    place = layout.place(region, part, "output")
    if (part.output is None) == (part.output_share is None):
        yield Problem(place, "neither or both of output and output_share are typed.", "Type one of the two.")
    for value in (part.output, part.output_share):
        if value is not None and not (math.isfinite(value) and value >= 0):
            yield Problem(place, f"{value} is typed.", "Expected a number of 0 or more.")


def _number_problems(layout: Layout, region: str, part: SplitPart) -> Iterator[Problem]:
    for what, values in (("input", part.inputs), ("customer", part.customers)):
        for key, value in values.items():
            if not (math.isfinite(value) and value >= 0):
                place = layout.place(region, part, f"{what} '{key_text(key)}'")
                yield Problem(place, f"{value} is typed.", "Expected a number of 0 or more.")
    for extension, value in [*part.intensities.items(), *part.amounts.items()]:
        if not math.isfinite(value):
            place = layout.place(region, part, f"extension '{extension}'")
            yield Problem(place, f"{value} is typed.", "Expected a finite number.")


def _key_problems(layout: Layout, region: str, part: SplitPart) -> Iterator[Problem]:
    economy = layout.economy
    sectors = (*economy.sectors, *layout.part_labels)
    for key in part.inputs:
        place = layout.place(region, part, f"input '{key_text(key)}'")
        yield from _unknown(layout, place, key, "sector", sectors)
        if layout.part_of(key) == len(layout.part_labels) - 1:
            yield Problem(
                place,
                "the rest delivers what remains and is not typed as an input.",
                f"Type '{layout.sector}' for all parts together, and the named parts of it.",
            )
    for key in part.customers:
        place = layout.place(region, part, f"customer '{key_text(key)}'")
        yield from _unknown(layout, place, key, "sector or demand", (*sectors, *economy.demands))
    for extension in (*part.intensities, *part.amounts):
        place = layout.place(region, part, f"extension '{extension}'")
        if extension not in economy.extensions:
            yield Problem(place, "the economy has no such extension.", f"Known: {', '.join(economy.extensions)}.")
        if extension in part.intensities and extension in part.amounts:
            yield Problem(place, "typed per unit and as an amount.", "Keep one of the two.")


def _unknown(layout: Layout, place: str, key: Label, kind: str, known: Sequence[str]) -> Iterator[Problem]:
    code = key if isinstance(key, str) else key[1]
    if code not in known:
        yield Problem(place, f"no {kind} '{code}'.", near(code, known))
    if not isinstance(key, str) and key[0] not in layout.economy.regions:
        yield Problem(place, f"no region '{key[0]}'.", near(key[0], layout.economy.regions))
