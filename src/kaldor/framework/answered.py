"""The framework as plain fields, the same in every door that speaks JSON: challenges, priorities, debates, cases."""

from __future__ import annotations

from pydantic import BaseModel

from kaldor.framework.framework import Framework
from kaldor.framework.model import Case, Challenge, Debate, Document, Instrument, Issue, Priority


class ChallengeAnswer(Challenge):
    """A grand challenge with all that hangs on it; of its cases the ids."""

    issues: tuple[Issue, ...]
    priorities: tuple[Priority, ...]
    debates: tuple[Debate, ...]
    cases: tuple[str, ...]


class FrameworkAnswer(BaseModel):
    """The five challenges, the instruments that cases name, and the documents that entries come from."""

    challenges: list[ChallengeAnswer]
    instruments: list[Instrument]
    documents: list[Document]


class CasesAnswer(BaseModel):
    """The case library."""

    cases: list[Case]


def framework_answered(framework: Framework) -> FrameworkAnswer:
    """All that a framework holds beside its cases."""
    return FrameworkAnswer(
        challenges=[challenge_answered(framework, one) for one in framework.challenges],
        instruments=list(framework.instruments),
        documents=list(framework.documents),
    )


def challenge_answered(framework: Framework, challenge: Challenge) -> ChallengeAnswer:
    """A challenge of a framework."""
    return ChallengeAnswer(
        **challenge.model_dump(),
        issues=framework.issues(challenge.id),
        priorities=framework.priorities(challenge.id),
        debates=framework.debates(challenge.id),
        cases=tuple(case.id for case in framework.cases(challenge=challenge.id)),
    )
