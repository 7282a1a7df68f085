"""Question: what one event costs in its days to weeks, in a year with little substitution, and in the long run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from kaldor.asking import Answer, Progress, Question, Table, names, text_file
from kaldor.economy.names import regions_of, sectors_of
from kaldor.economy.questions.inputs import LARGEST_FILE
from kaldor.economy.questions.responding import some_regions
from kaldor.economy.questions.subject import ECONOMY, Asked, answer
from kaldor.errors import InputError, Problem
from kaldor.twin.questions.supplier_lost import LostDays
from kaldor.words import figure

if TYPE_CHECKING:
    import pandas as pd

    from kaldor.twin.horizons import Horizons as Found
    from kaldor.twin.shocks.events import Shock

REGION = names("region")


class Horizons(LostDays):
    """Which event: a ban by who sells what to whom, or a shock file; whose volume of GDP."""

    shock: Annotated[
        str | None,
        Field(
            max_length=LARGEST_FILE,
            description="A shock file, in place of who sells what to whom.",
            json_schema_extra=text_file(".toml"),
        ),
    ] = None
    supplier: Annotated[
        tuple[str, ...], Field(description="Who no longer sells: a country or bloc.", json_schema_extra=REGION)
    ] = ()
    buyer: Annotated[
        tuple[str, ...], Field(description="Who no longer buys from them: a country or bloc.", json_schema_extra=REGION)
    ] = ()
    product: Annotated[
        tuple[str, ...],
        Field(description="Only these products; all if none.", json_schema_extra=names("sector")),
    ] = ()
    share: Annotated[
        float, Field(gt=0, le=1, description="How much less is sold: 1 is nothing any more, 0.3 leaves 70 %.")
    ] = 1.0
    region: Annotated[
        tuple[str, ...], Field(description="Whose volume of GDP; who is struck if none.", json_schema_extra=REGION)
    ] = ()
    band: Annotated[
        Literal["closures", "none"], Field(description="Solve every closure of each set too, or only its usual one.")
    ] = "closures"


def horizons(asked: Asked, given: Horizons, progress: Progress) -> Answer:
    """Set what one event costs side by side: its days to weeks, a year with little substitution, the long run."""
    from kaldor.twin.horizons import HORIZONS, METHODS, places_of
    from kaldor.twin.horizons import horizons as over_horizons
    from kaldor.twin.shocks.run import run_shock

    economy, shock, own = asked.economy, _shock(asked, given), _own(asked, given)
    steps = max(1, round(given.days))
    ran = run_shock(
        economy, shock, given.behaviour(), steps=steps, bands=given.runs, seed=given.seed,
        progress=lambda done, total: progress("the first days", done, total),
    )  # fmt: skip
    places = places_of(ran, own)
    found = over_horizons(
        ran, places, band=given.band, progress=lambda done, total: progress("what lasts", done, total)
    )
    first = next(iter(places))
    return answer(
        asked,
        f"{shock.title or 'This event'}: the volume of GDP over three horizons",
        Table("horizons", _called(found), title=f"Volume of GDP: {steps} days, a year or so, the long run"),
        "; ".join(dict.fromkeys(METHODS.values())),
        facts={
            "days": steps,
            "runs": given.runs,
            "seed": given.seed,
            "regions": list(places[first]),
            "not_modelled": found.not_modelled,
            **{one.replace(" ", "_"): found.of(first, one)[0] for one in HORIZONS},
        },
        said=(*_said(found, first, steps), *filter(None, [found.not_modelled]), *found.said, *ran.notes),
    )


def _called(found: Found) -> pd.DataFrame:
    """The table with its horizons in words."""
    told = found.table.rename(index=found.called, level="horizon")
    told.attrs = found.table.attrs
    return told


def _shock(asked: Asked, given: Horizons) -> Shock:
    """The event that is meant, which lasts as long as is simulated where no file says otherwise. Raises InputError."""
    from kaldor.twin.shocks.events import Ban, Shock, parse_shock

    if given.shock is not None:
        if given.supplier or given.buyer or given.product or given.share != 1:
            what = "is given, and who sells what to whom too."
            raise InputError(Problem("shock", what, "Give the file, or supplier, buyer, product and share."))
        return parse_shock(given.shock, "shock")
    if not given.supplier or not given.buyer:
        lacking = "supplier" if not given.supplier else "buyer"
        raise InputError(Problem(lacking, "is missing.", "Say who no longer sells and who buys, or give a shock file."))
    economy = asked.economy
    sellers, buyers = (some_regions(economy, getattr(given, one), one).regions for one in ("supplier", "buyer"))
    products = sectors_of(economy, given.product, where="product") or economy.sectors
    origins = tuple(one for one in sellers if one not in buyers)
    if not origins:
        raise InputError(Problem("supplier", "sells to itself alone.", "Name another buyer or supplier."))
    what = f"{', '.join(given.product) or 'all products'} of {', '.join(given.supplier)}"
    title = f"Without {what}" if given.share == 1 else f"{100 * given.share:g} % less of {what}"
    ban = Ban(
        kind="ban", days=given.days, origins=origins, destinations=buyers, products=products, share=given.share
    )  # fmt: skip
    return Shock(id="horizons", title=title, events=(ban,))


def _own(asked: Asked, given: Horizons) -> tuple[str, ...]:
    return regions_of(asked.economy, given.region, where="region").regions if given.region else ()


def _meant(asked: Asked, given: Horizons) -> None:
    """Raises what is wrong with the names at once."""
    from kaldor.twin.shocks.events import resolved
    from kaldor.twin.shocks.parameters import behaviour_of

    _own(asked, given)
    shock = _shock(asked, given)
    behaviour = given.behaviour()
    if not shock.parts:  # labels of split-off parts are known only when it runs
        behaviour_of(asked.economy, behaviour)
        resolved(asked.economy, shock)


def _said(found: Found, place: str, steps: int) -> Iterator[str]:
    from kaldor.twin.horizons import DAYS, LONG_RUN, YEARS

    def told(horizon: str) -> str:
        value, low, high = found.of(place, horizon)
        band = f" ({figure(low)} to {figure(high)})" if figure(low) != figure(high) else ""
        return f"{figure(value)} %{band}"

    days = f"{place}: volume of GDP over {steps} days {told(DAYS)}"
    if found.not_modelled:
        yield f"{days}."
        return
    yield f"{days}; every year with little substitution {told(YEARS)}; in the long run {told(LONG_RUN)}."


QUESTION = Question(
    id="horizons",
    room="twin",
    of=ECONOMY,
    title={
        "en": "One event over days, a year and the long run",
        "fr": "Un événement en jours, en un an et à long terme",
        "es": "Un suceso en días, en un año y a largo plazo",
    },
    inputs=Horizons,
    answer=horizons,
    page="shocks",
    order=31,
    long=True,
    check=_meant,
)
