"""A few levers on the functions of the package, declared for tests, so that they do not depend on the shipped ones."""

from __future__ import annotations

from collections.abc import Mapping

from kaldor.twin.lever import Lever
from kaldor.twin.scenario import LeverSetting, Scenario

LEVERS_TOML = """
[[levers]]
id = "t-price"
title = "Carbon price"
summary = "A price on emissions."
challenge = "sustainability"
priority = "sustainability.public.regulation"
honesty = "simulated"
function = "carbon_price"
parameter = { name = "price", unit = "$/t", low = 0, high = 500, default = 100 }
sectors = ["all"]
needs = ["extension:co2"]
cost = { bearer = "firms", basis = "The price itself." }
years_to_effect = [0, 1]
evidence = []
limits = "For tests."

[[levers]]
id = "t-border"
title = "Border adjustment"
summary = "A price on what stands in imports."
challenge = "sustainability"
priority = "sustainability.public.regulation"
honesty = "simulated"
function = "border_adjustment"
parameter = { name = "price", unit = "$/t", low = 0, high = 500, default = 100 }
products = ["all"]
needs_bloc = true
needs = ["extension:co2"]
cost = { bearer = "firms", basis = "The price itself." }
years_to_effect = [0, 1]
evidence = []
limits = "For tests."

[[levers]]
id = "t-less"
title = "Use less"
summary = "Industries use less of a product."
challenge = "sustainability"
priority = "sustainability.public.regulation"
honesty = "simulated"
function = "use_less"
parameter = { name = "cut", unit = "%", low = 0, high = 50, default = 20 }
cost = { bearer = "firms", basis = "None in tests.", amount = 0, unit = "$", source = "Tests" }
years_to_effect = [0, 1]
evidence = []
limits = "For tests."

[[levers]]
id = "t-silent"
title = "Use less, cost unknown"
summary = "As before, but nobody says what it costs."
challenge = "resilience"
priority = "resilience.public.international-coordination"
honesty = "simulated"
function = "use_less"
parameter = { name = "cut", unit = "%", low = 0, high = 50, default = 20 }
needs = ["extension:water"]
cost = { bearer = "not modelled", basis = "Nobody knows." }
years_to_effect = [0, 1]
evidence = []
limits = "For tests."
"""


def levers() -> Mapping[str, Lever]:
    import tomllib

    declared = [Lever.model_validate(entry) for entry in tomllib.loads(LEVERS_TOML)["levers"]]
    # `t-silent` names data that no economy has only for the listing; runs would refuse it.
    return {one.id: one.model_copy(update={"needs": ()}) if one.id == "t-silent" else one for one in declared}


def setting(lever: str, strength: float, *regions: str, **named) -> LeverSetting:
    return LeverSetting(lever=lever, strength=strength, regions=regions or ("R00",), **named)


def scenario(*settings: LeverSetting, closure: str = "pass-through", id: str = "test") -> Scenario:
    return Scenario(id=id, view="fixed prices", closure=closure, levers=settings)
