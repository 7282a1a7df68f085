"""Where the change of a country's real income comes from, in a sentence: a gain of better prices alone is called so."""

from __future__ import annotations

from kaldor.twin.outcome import Outcomes

INCOME, TERMS = "real-income", "terms-of-trade"


def gain_in_words(found: Outcomes) -> str:
    """Whether a gain, or a loss, is one of terms of trade only; empty where it is not, and at fixed prices."""
    known = {one.metric.id: one for one in found.outcomes}
    if INCOME not in known or TERMS not in known or known[INCOME].view == "fixed prices":
        return ""
    income, terms = known[INCOME].change, known[TERMS].change
    if income is None or terms is None:
        return ""
    if 0 < income <= terms:
        return "The gain is one of terms of trade only: better prices in trade, which partners pay for."
    if terms <= income < 0:
        return "The loss is one of terms of trade only: worse prices in trade, which partners gain from."
    return ""
