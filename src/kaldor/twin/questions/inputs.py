"""What every question about scenarios takes: the scenarios, whose outcomes, and levers and metrics of one's own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

from pydantic import Field

from kaldor.asking import names, text_file
from kaldor.economy.questions.inputs import LARGEST_FILE
from kaldor.economy.questions.subject import Asked, OfEconomy
from kaldor.errors import InputError, Problem, UnknownLabelError

if TYPE_CHECKING:
    from kaldor.twin.metric import Metric
    from kaldor.twin.scenario import Scenario
    from kaldor.twin.state import State
    from kaldor.twin.twin import Twin

Text = Annotated[str, Field(max_length=LARGEST_FILE)]
Written: TypeAlias = Text | dict[str, Any]
"""A scenario as the text of its file, or as the object that the file holds."""


class OfScenarios(OfEconomy):
    """The inputs of every question about scenarios, besides the scenarios themselves."""

    region: Annotated[
        str | None,
        Field(
            description="Whose outcomes; the region of the levers if not given.",
            json_schema_extra=names("region"),
        ),
    ] = None
    bloc: Annotated[
        tuple[str, ...], Field(description="Countries, or a bloc of the scenario, that are not foreign.")
    ] = ()
    levers: Annotated[
        tuple[Text, ...], Field(description="TOML with levers of your own.", json_schema_extra=text_file(".toml"))
    ] = ()
    metrics: Annotated[
        tuple[Text, ...], Field(description="TOML with metrics of your own.", json_schema_extra=text_file(".toml"))
    ] = ()

    def known_metrics(self) -> Mapping[str, Metric]:
        """The packaged metrics and those given. Raises InputError with all that is wrong with these."""
        from kaldor.twin.metric import load_metrics

        return load_metrics(*self.metrics)

    def twin_of(self, asked: Asked) -> Twin:
        """The economy, prepared for the levers. Raises InputError with all that is wrong with those given."""
        from kaldor.twin.declared import load_levers
        from kaldor.twin.twin import Twin

        return Twin(asked.economy, load_levers(*self.levers)) if self.levers else asked.economy.once(Twin)


def scenarios_of(asked: Asked, written: Sequence[Written], where: str) -> tuple[Scenario, ...]:
    """The scenarios that were given.

    Raises InputError for all that is wrong with one, and for more levers in all than a server lets one ask for.
    """
    found = tuple(one for text in written for one in _read(text, where))
    levers = sum(max(1, len(one.levers)) for one in found)
    if asked.most_levers is not None and levers > asked.most_levers:
        what = f"{levers:,} levers in all; this server runs {asked.most_levers:,} at once."
        remedy = "Ask it on the command line, or ask the server's owner to raise the limit levers."
        raise InputError(Problem(where, what, remedy))
    return found


def extensions_read(metrics: Iterable[Metric], states: Iterable[State]) -> tuple[str, ...]:
    """The extensions that metrics are made of, and those that the levers of some states act by."""
    from kaldor.twin.metric import extensions_of

    states = tuple(states)
    economy = states[0].economy
    needs = (need.partition(":") for state in states for order in state.orders for need in order.lever.needs)
    of_levers = [name for kind, _, name in needs if kind == "extension"]
    of_metrics = [name for metric in metrics for name in extensions_of(metric, economy)]
    return tuple(dict.fromkeys([*of_metrics, *of_levers]))


def one_of(read: Sequence[Scenario], id: str | None, where: str) -> Scenario:
    """The scenario that is meant. Raises InputError where several are and none is named; UnknownLabelError."""
    known = {scenario.id: scenario for scenario in read}
    if id is None and len(read) > 1:
        raise InputError(Problem(where, f"holds {', '.join(known)}.", "Choose one with --id."))
    if id is not None and id not in known:
        raise UnknownLabelError("scenario", id, known, where=where)
    return read[0] if id is None else known[id]


def _read(written: Written, where: str) -> Sequence[Scenario]:
    from kaldor.twin.reading import parse_scenarios, scenario_of

    return parse_scenarios(written, where) if isinstance(written, str) else (scenario_of(written, where),)
