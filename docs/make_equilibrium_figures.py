"""Prints the table of docs/methods/equilibrium.md: questions × countries × sets of elasticities.

`./run python docs/make_equilibrium_figures.py --store FOLDER`, with the World Input-Output Database (dataset wiod2013,
with its CO2 accounts) in the store; `--with ID` attaches more, such as labour accounts.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from kaldor.economy.questions.opening import asked_of
from kaldor.economy.questions.subject import Asked
from kaldor.rooms import questions

COUNTRIES = ("DEU", "IND", "MEX")
SETS = ("low", "central", "long")
MADE = {"sector": ["manufacturing"]}


def lines(country: str) -> dict[str, tuple[str, dict]]:
    """What is asked of a country, by the words of the table."""
    here, bought = {"region": [country]}, {"buyer": [country], "product": ["manufacturing"]}
    return {
        "productivity +5 % in manufacturing": ("productivity", here | MADE),
        "carbon price 100 $/t": ("leakage", here),
        "the same with border adjustment": ("leakage", here | {"border": True}),
        "tariff 10 % on all manufactures": ("tariff", bought | {"supplier": ["all"], "rate": 0.1}),
        "no manufactures from China": ("cut-off", bought | {"supplier": ["CHN"]}),
        "subsidy of 10 bn $ to manufacturing": ("subsidy", here | MADE | {"amount": 10_000}),
    }


def main() -> None:
    """One row a country and question."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--store", type=Path, default=None)
    parser.add_argument("--year", type=int, default=2011)
    parser.add_argument("--with", dest="attached", nargs="*", default=["jrc_wiod_co2"])
    chosen = parser.parse_args()
    asked = asked_of("wiod2013", chosen.year, chosen.attached, chosen.store)
    print("| | | real income, % of spending | terms of trade, bn $ | welfare, jobs if work answers, % | leakage |")
    print("|---|---|--:|--:|--:|--:|")
    for country in COUNTRIES:
        for words, (id, given) in lines(country).items():
            print(_row(asked, country, words, id, given))


def _row(asked: Asked, country: str, words: str, id: str, given: dict) -> str:
    def facts(**more: str) -> dict:
        return dict(questions()[id].ask(asked, given | {"band": "none"} | more).facts)

    found = [facts(set=name) for name in SETS]
    working = facts(labour="supply")
    income = " / ".join(_signed(one["real_income_share"]) for one in found)
    leaks = " / ".join(f"{one['leakage']:.2f}" for one in found) if "leakage" in found[0] else ""
    welfare = f"{_signed(working['welfare_share'])}, {_signed(working['jobs'])}"
    return (
        f"| {country} | {words} | {income} | {found[1]['terms_of_trade'] / 1e3:+.1f} | {welfare} | {leaks} |".replace(
            "-", "−"
        )
    )


def _signed(value: float) -> str:
    return f"{value:+.2f}"


if __name__ == "__main__":
    main()
