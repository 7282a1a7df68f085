"""Which extensions a folder says that it holds: [[extensions]] in the dataset.toml beside its files."""

from __future__ import annotations

from kaldor.atlas.catalogue import HeldExtension
from kaldor.atlas.readers.download import Download
from kaldor.declared import Declared, checked, decoded, toml_of

DESCRIPTION = "dataset.toml"
MOST_DECLARED = 2**20


class _Held(Declared):
    extensions: tuple[HeldExtension, ...] = ()


def held_extensions(download: Download) -> tuple[HeldExtension, ...]:
    """The extensions declared; none where nothing is. Raises InputError for a declaration that is none."""
    if DESCRIPTION not in download.names:
        return ()
    with download.open(DESCRIPTION) as stream:
        text = stream.read(MOST_DECLARED)
    where = download.where(DESCRIPTION)
    described = toml_of(decoded(text, where), where)
    own = {key: described[key] for key in _Held.model_fields if key in described}
    return checked(_Held, own, where).extensions
