"""A scenario in one breath: what it saves or costs with a comparison, who pays, and what is not in it.

The words are declared (`sentences.toml`), in the languages of the page; every door says the same. What is below its
metric's least change that counts is not told, and what is not modelled is named as such.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import Final

from kaldor.atlas.money import money_of
from kaldor.atlas.regions import region_name
from kaldor.declared import Declared, DeclaredFile, read_packaged
from kaldor.twin.dials import dials
from kaldor.twin.effect import Effect, effect_of
from kaldor.twin.metric import DIMENSIONS
from kaldor.twin.openings import asks
from kaldor.twin.outcome import Outcome, Outcomes
from kaldor.words import LANGUAGES, Language, Words

INCOME: Final = "real-income"
_NEAR = 0.06
"""Within this share of a simple fraction a percentage is also told as the fraction."""
_LEAST_SHARE = 0.05
"""Whoever bears less than this share of all that is borne is not named."""
_MOST_ABROAD = 2
_THOUSAND = 1000.0


class _Way(Declared):
    up: Words
    down: Words


class _Sentences(DeclaredFile):
    metrics: Mapping[str, _Way]
    sentence: Mapping[str, Words]
    income: Mapping[str, Words]
    who: Mapping[str, Words]
    without: Mapping[str, Words]
    challenges: Mapping[str, Words]
    fractions: Mapping[str, Words]
    about: Words
    sizes: Mapping[str, Mapping[Language, tuple[str, ...]]]


@cache
def declared() -> _Sentences:
    """The templates. Raises InputError."""
    return read_packaged(_Sentences, "kaldor.twin", "sentences.toml")


def in_words(found: Outcomes) -> dict[Language, str]:
    """The sentence in every language of the page."""
    return {language: sentence_of(found, language) for language in LANGUAGES}


def sentence_of(found: Outcomes, language: Language = "en", shown: Sequence[Outcome] = ()) -> str:
    """What a scenario does to its region, in a few sentences that agree with the dials, or with what is `shown`."""
    words, told = declared(), _Told(language, found)
    if not any(setting.strength for setting in found.scenario.levers):
        return told.say(words.sentence["idle"])
    income, who = _income(found, told), [*_who(found, told), *_abroad(found, told)]
    parts = [_moves(found, told, shown), income, *who, _without(found, told)]
    return " ".join(filter(None, parts))


def leading(found: Outcomes, shown: Sequence[Outcome] = ()) -> list[tuple[Outcome, Effect]]:
    """What a sentence begins with: what the question is about, where that moves, and what moves most besides.

    Of what is `shown`, by default on the dials, so that no sentence speaks against them; where nothing there moves
    noticeably, of all.
    """
    opening = asks(found.scenario)
    asked = opening.metric if opening else ""
    known = _moving(shown or dials(found)) or _moving(found.outcomes)
    known.sort(key=lambda pair: (pair[0].metric.id != asked, -pair[1].relative))
    first = known[:1]
    return first + [pair for pair in known if first and pair[0].metric.dimension != first[0][0].metric.dimension][:1]


@dataclass(frozen=True)
class Clause:
    """One clause of a sentence, not yet filled: what it tells of, its template, and the words for each place in it."""

    outcome: Outcome
    effect: Effect
    template: str
    places: Mapping[str, str]

    @property
    def text(self) -> str:
        """The clause in words."""
        return self.template.format(**self.places)


def clauses(found: Outcomes, language: Language = "en") -> list[Clause]:
    """What a sentence begins with, for a door that shows the source of each of its numbers."""
    told = _Told(language, found)
    return [_clause(outcome, effect, told) for outcome, effect in leading(found)]


def bearers(found: Outcomes) -> list[tuple[str, float]]:
    """Who at home pays (below 0) or gains a share that shows, in the unit of real income; empty at fixed prices.

    Nobody where no change of theirs counts beside the country's income.
    """
    changes = _earned(found)
    if max((abs(change) for _, change in changes), default=0.0) < _least_of_income(found):
        return []
    least = _LEAST_SHARE * sum(abs(change) for _, change in changes)
    return [(earner, change) for earner, change in changes if change and abs(change) >= least]


def _moving(outcomes: Sequence[Outcome]) -> list[tuple[Outcome, Effect]]:
    return [(one, effect) for one in outcomes if (effect := _told_first(one)) is not None]


# -- parts -------------------------------------------------------------------------------------------------------------


def short_amount(value: float, unit: str, language: Language = "en") -> str:
    """A size, without its sign, to three significant digits with its unit, in the step of a thousand that keeps it
    short.

    >>> short_amount(-983_129.0, "kt CO2")
    '983 Mt CO₂'
    """
    first, _, rest = unit.partition(" ")
    steps = declared().sizes.get(first, {}).get(language)
    scaled, step = abs(value), 0
    while steps and scaled >= _THOUSAND and step < len(steps) - 1:
        scaled, step = scaled / _THOUSAND, step + 1
    words = steps[step].format(rest=rest) if steps else unit
    return f"{_number(scaled, language)} {_named_as_money(words, unit)}".replace("CO2", "CO₂")


def _number(value: float, language: Language) -> str:
    text = f"{float(f'{abs(value):.3g}'):,.6f}".rstrip("0").rstrip(".")
    return text if language == "en" else text.translate(str.maketrans(",.", "\u202f,"))


class _Told:
    """Fills templates in one language for one region."""

    def __init__(self, language: Language, found: Outcomes) -> None:
        self.language, self._shared = language, {"country": region_name(found.region), "year": str(found.year)}

    def say(self, words: Words, **names: str) -> str:
        """A template with its names put in."""
        return words[self.language].format(**self.places(**names))

    def places(self, **names: str) -> Mapping[str, str]:
        """What a template may name: country and year besides the names given."""
        return {**self._shared, **names}

    def number(self, value: float) -> str:
        """A size to three significant digits, as the language writes it."""
        return _number(value, self.language)

    def amount(self, value: float, unit: str) -> str:
        """A size with its unit, in the step of a thousand that keeps it short."""
        return short_amount(value, unit, self.language)

    def share(self, percent: float) -> str:
        """A percentage, and the simple fraction that it is near."""
        size = abs(percent)
        near = [words for of, words in declared().fractions.items() if abs(size / float(of) - 1) <= _NEAR]
        if not near:
            return f"{self.number(size)} %"
        return self.say(declared().about, percent=self.number(size), fraction=near[0][self.language])

    def named(self, names: Sequence[str]) -> str:
        """Names in a row."""
        return ", ".join(names)


def _told_first(outcome: Outcome) -> Effect | None:
    """The effect of an outcome that a sentence may begin with; None where it is none or not material."""
    if outcome.metric.id not in declared().metrics:
        return None
    effect = effect_of(outcome)
    return effect if effect is not None and effect.moves else None


def _moves(found: Outcomes, told: _Told, shown: Sequence[Outcome]) -> str:
    said = [_clause(outcome, effect, told).text for outcome, effect in leading(found, shown)]
    words = declared().sentence
    if not said:
        return "" if _income_moves(found) else told.say(words["nothing"])
    if len(said) == 1:
        return _capital(told.say(words["one"], first=said[0]))
    return _capital(told.say(words["both"], first=said[0], second=said[1]))


def _clause(outcome: Outcome, effect: Effect, told: _Told) -> Clause:
    way = declared().metrics[outcome.metric.id]
    words = way.up if effect.value > 0 else way.down
    places = told.places(
        amount=told.amount(outcome.change or 0.0, outcome.unit),
        percent=told.number(effect.value),
        share=told.share(effect.value),
        before=told.number(outcome.before or 0.0),
        after=told.number(outcome.after or 0.0),
    )
    return Clause(outcome, effect, words[told.language], places)


def _income_moves(found: Outcomes) -> bool:
    effect = _income_effect(found)
    return effect is not None and effect.moves


def _income_effect(found: Outcomes) -> Effect | None:
    income = next((one for one in found.outcomes if one.metric.id == INCOME), None)
    return None if income is None else effect_of(income)


def _income(found: Outcomes, told: _Told) -> str:
    words, effect = declared().income, _income_effect(found)
    if effect is None:
        return told.say(words["unknown"])
    said = words["same"] if not effect.moves else words["up"] if effect.value > 0 else words["down"]
    outcome = found[INCOME]
    text = told.say(said, amount=told.amount(outcome.change or 0.0, outcome.unit), percent=told.number(effect.value))
    return f"{text} {told.say(words['partial'])}" if outcome.partial else text


def _who(found: Outcomes, told: _Told) -> list[str]:
    """Who at home pays and who gains, of those who bear or gain a share that shows."""
    words, borne = declared().who, bearers(found)
    unit = found[INCOME].unit if borne else ""
    said = []
    for key, pays in (("pays", True), ("gains", False)):
        names = [
            told.say(words["named"], name=told.say(words[earner]), amount=told.amount(change, unit))
            for earner, change in borne
            if (change < 0) == pays
        ]
        said += [told.say(words[key], names=told.named(names))] if names else []
    return said


def _abroad(found: Outcomes, told: _Told) -> list[str]:
    """Who abroad pays and gains as much as counts at home: the two most of each."""
    if found.partners.empty or INCOME not in {one.metric.id for one in found.outcomes}:
        return []
    words, unit = declared().who, found[INCOME].unit
    least = max(_LEAST_SHARE * sum(abs(change) for _, change in _earned(found)), _least_of_income(found))
    changes = found.partners["change"].astype(float).sort_values(key=abs, ascending=False, kind="stable")
    said = []
    for key, pays in (("abroad_pays", True), ("abroad_gains", False)):
        most = [(str(one), float(size)) for one, size in changes.items() if abs(size) >= least and (size < 0) == pays]
        names = [
            told.say(words["named"], name=region_name(region), amount=told.amount(change, unit))
            for region, change in most[:_MOST_ABROAD]
        ]
        said += [told.say(words[key], names=told.named(names))] if names else []
    return said


def _earned(found: Outcomes) -> list[tuple[str, float]]:
    if found.earners.empty:
        return []
    return [(str(earner), float(change)) for earner, change in found.earners["change"].items()]


def _least_of_income(found: Outcomes) -> float:
    """The least change of real income that counts, in money."""
    income = next((one for one in found.outcomes if one.metric.id == INCOME), None)
    return income.metric.material / 100 * income.size if income else 0.0


def _without(found: Outcomes, told: _Told) -> str:
    words = declared().without
    silent_costs = [titles[told.language] for titles in found.without_cost]
    names = [told.say(words["cost"], levers=told.named(silent_costs))] if silent_costs else []
    silent = [name for name in DIMENSIONS[:5] if name in _dimensions(found) and not _dimensions(found)[name]]
    if silent:
        challenges = told.named([told.say(declared().challenges[name]) for name in silent])
        names.append(told.say(words["challenge"], names=challenges))
    return told.say(words["begins"], names="; ".join([*names, told.say(words["since"])]))


def _dimensions(found: Outcomes) -> dict[str, bool]:
    """Whether anything of a challenge is modelled."""
    ordered = sorted(found.outcomes, key=lambda one: one.metric.dimension)
    grouped = groupby(ordered, key=lambda one: one.metric.dimension)
    return {str(name): any(one.modelled for one in group) for name, group in grouped}


def _named_as_money(words: str, unit: str) -> str:
    """A unit of money under the one name that its currency has in every door: US$, whatever its table writes."""
    money = money_of(unit, year=0)
    return words if money is None else words.replace(money.currency, money.title)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
