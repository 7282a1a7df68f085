"""The catalogue: which public data sets Kaldor knows, one TOML file a source beside this module.

A source says who publishes it, under what title and licence, where to get it, in which unit and classification it
is, which reader reads it and what a reader of figures must be told. Adding a source needs a file, no code.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from kaldor.atlas.published import Source
from kaldor.bounds import POSITIVE, SIZE, YEAR
from kaldor.declared import Declared, DeclaredFile, Link, read_packaged_folder, spelt
from kaldor.errors import InputError, Problem, UnknownLabelError
from kaldor.words import Principle, Status

Kind = Literal["economy", "extension", "indicators", "codes"]
"""What a dataset is: a region × sector table, an extension of one, a long table of indicators, or a list of codes."""


def _known_reader(name: str) -> str:
    """The name of a layout that is read. Raises ValueError with the near match.

    A layout's module bears its name; the others, and what they need, are loaded only where a name is none.
    """
    from kaldor.atlas import readers

    beside = {module.name for module in iter_modules(readers.__path__)}
    if name in beside and hasattr(import_module(f"{readers.__name__}.{name}"), "LAYOUT"):
        return name
    from kaldor.atlas.readers.known import BY_NAME

    if name not in BY_NAME:
        raise ValueError(str(UnknownLabelError("reader", name, BY_NAME)))
    return name


Reader = Annotated[str, AfterValidator(_known_reader)]
"""The name of a reader's module (`kaldor.atlas.readers`)."""

_ID = "[a-z0-9][a-z0-9_.-]{0,63}"

SPELT_ID = "up to 64 small letters, digits, '_', '.' and '-', the first a letter or digit, such as my-table"

Id = Annotated[str, spelt(f"^{_ID}$", SPELT_ID)]
"""A name that is also part of file names: small letters, digits, '_', '.' and '-'."""


class ExtensionName(Declared):
    """How the extension that a source holds is called once an economy carries it."""

    id: Id
    name: str


class HeldExtension(Declared):
    """One of several extensions that a source holds.

    `gaps`: industries that the files say nothing of are missing, and no fault. `money_by` is the one among the others
    that holds outputs in the same national currency: by them amounts are brought to the money of a table.
    """

    id: Id
    name: str
    unit: str
    status: Status = "observed"
    gaps: bool = False
    money_by: str = ""


class ExtensionSum(Declared):
    """An extension made of others that the files hold apart in `of_unit`: their sum times `factor`, in `unit`."""

    id: Id
    name: str
    unit: str
    factor: Annotated[float, POSITIVE] = 1.0
    of_unit: str
    of: Annotated[tuple[Id, ...], Field(min_length=1)]


class RemoteFile(Declared):
    """A file that a publisher offers: where it is, under which name it is kept, for which years.

    `name` and `address` may hold `{year}`: one file a year; otherwise the file holds all of `years`, and without
    `years` every year there is. `megabytes` is its size as last seen, shown before anything is fetched.
    """

    name: Annotated[str, spelt(r"^[A-Za-z0-9{][A-Za-z0-9._{}-]*$", "the name of a file, such as io_{year}.zip")]
    address: Annotated[str, spelt(r"^https://[^\s]+$", "an address that begins with https://")]
    years: tuple[Annotated[int, YEAR], Annotated[int, YEAR]] | None = None
    megabytes: Annotated[float, SIZE] | None = None

    def of(self, year: int) -> RemoteFile | None:
        """The file that holds a year, its address complete; None where it does not hold it."""
        if self.years is None:
            return self
        first, last = self.years
        if not first <= year <= last:
            return None
        texts = {"name": self.name.replace("{year}", str(year)), "address": self.address.replace("{year}", str(year))}
        return self.model_copy(update=texts)


class CatalogueSource(DeclaredFile):
    """One catalogued source, or a user's own description of a data set that no catalogue holds.

    `reader` names the layout of its files.
    `principle` says whether its accounts of emissions, energy and materials follow residence (as national accounts do)
    or territory (as inventories do); left out where the source does not say.
    `years` are the first and last year that the publisher offers; `folder` is the name under which the files
    usually lie; `companions` are the ids of sources that belong with this one when they lie beside it;
    `year_notes` say what a reader must know of a year; `known_issues` what is wrong with the files themselves.
    `measured` says that more of these are counted on the table that was read, since the source comes in several forms.
    `extensions` are those of an extension dataset that holds several at once (of one: `extension`).
    `rest_holds` are the countries that an extension's rest of the world may hold, where it does not name them.
    `negative_flows` says that its method leaves flows between industries below zero (by-products, scrap).
    `sums` are extensions that an economy carries beside those of its files, where all their parts are there.
    `remote` are the files that `kaldor data get` fetches; `by_hand` says what a person must do where it cannot.
    """

    id: Id
    kind: Kind
    reader: Reader
    title: str
    publisher: str
    citation: str
    licence: str
    landing_page: Link = ""
    years: tuple[Annotated[int, YEAR], Annotated[int, YEAR]] | None = None
    classification: str = ""
    unit: str = ""
    status: Status = "observed"
    principle: Principle | None = None
    folder: str = ""
    companions: tuple[str, ...] = ()
    extension: ExtensionName | None = None
    extensions: tuple[HeldExtension, ...] = ()
    sums: tuple[ExtensionSum, ...] = ()
    rest_holds: tuple[str, ...] = ()
    negative_flows: bool = False
    notes: tuple[str, ...] = ()
    year_notes: Mapping[Annotated[int, Field(strict=False)], str] = {}
    known_issues: tuple[str, ...] = ()
    measured: bool = False
    remote: tuple[RemoteFile, ...] = ()
    by_hand: str = ""

    def as_source(self) -> Source:
        """The part that stands beside every figure."""
        return Source(
            id=self.id,
            title=self.title,
            publisher=self.publisher,
            citation=self.citation,
            licence=self.licence,
            landing_page=self.landing_page,
            principle=self.principle or _principle_of(self.id),
        )


class Catalogue:
    """All declared sources by id, which is also the name of the file. Raises InputError where it is another."""

    def __init__(self, sources: Mapping[str, CatalogueSource]) -> None:
        self.sources = dict(sources)
        misnamed = {name: source.id for name, source in sources.items() if source.id != name}
        if misnamed:
            remedy = "The id must be the file's name."
            raise InputError([Problem(f"{name}.toml", f"its id is '{id}'.", remedy) for name, id in misnamed.items()])

    @classmethod
    def load(cls) -> Catalogue:
        """Read the declarations that ship with Kaldor. Raises InputError that names the file and key at fault."""
        return _shipped()

    def source(self, id: str) -> CatalogueSource:
        """A source by id. Raises UnknownLabelError with the near match."""
        if id not in self.sources:
            raise UnknownLabelError("source", id, self.sources)
        return self.sources[id]

    def __contains__(self, id: object) -> bool:
        return id in self.sources


def is_id(text: str) -> bool:
    """Whether a text can be the id of a dataset."""
    return re.fullmatch(_ID, text) is not None


def _principle_of(id: str) -> Principle:
    """That of the catalogue, for a dataset that was stored before sources declared theirs."""
    declared = _shipped().sources.get(id)
    return (declared.principle if declared else None) or "unknown"


@cache
def _shipped() -> Catalogue:
    return Catalogue(read_packaged_folder(CatalogueSource, __name__))
