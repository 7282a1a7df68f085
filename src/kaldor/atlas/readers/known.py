"""Every layout that Kaldor reads, in the order in which a download is tried: official ones first, any CSV last."""

from __future__ import annotations

from collections.abc import Mapping

from kaldor.atlas.readers import (
    code_list,
    eora26,
    eurostat_air,
    exiobase3,
    extension_csv,
    figaro,
    gloria,
    ilostat,
    indicators_csv,
    jrc_wiod_co2,
    national_table,
    oecd_icio,
    plain,
    pwt,
    sdmx_csv,
    useeio,
    wdi,
    wiod2016,
)
from kaldor.atlas.readers.download import MOST_MEMBER_BYTES, Download, too_large
from kaldor.atlas.readers.layout import Layout, Seen
from kaldor.errors import InputError, Problem

LAYOUTS: tuple[Layout, ...] = (
    exiobase3.LAYOUT,
    oecd_icio.LAYOUT,
    eora26.LAYOUT,
    gloria.LAYOUT,
    useeio.LAYOUT,
    national_table.LAYOUT,
    figaro.LAYOUT,
    eurostat_air.LAYOUT,
    wiod2016.LAYOUT,
    jrc_wiod_co2.LAYOUT,
    wdi.LAYOUT,
    pwt.LAYOUT,
    ilostat.LAYOUT,
    sdmx_csv.LAYOUT,
    code_list.LAYOUT,
    plain.LAYOUT,
    extension_csv.LAYOUT,
    indicators_csv.LAYOUT,
)

BY_NAME: Mapping[str, Layout] = {layout.name: layout for layout in LAYOUTS}


def recognise(download: Download) -> tuple[Layout, Seen]:
    """The layout that a download is in, and what was seen. Raises InputError where it is in none."""
    for layout in LAYOUTS:
        seen = layout.sees(download)
        if seen is not None:
            return layout, seen
    large = [name for name in download.names if download.size(name) > MOST_MEMBER_BYTES]
    if large:  # such a file is not even looked into, so nothing can recognise it
        raise InputError([too_large(download, name) for name in large])
    names = ", ".join(download.names[:5]) or "no files"
    raise InputError(
        Problem(
            str(download.path),
            f"is nothing that Kaldor reads (found {names}{' …' if len(download.names) > 5 else ''}).",
            "'kaldor data list' names the official files that are known. Your own data: a folder with regions.csv, "
            "sectors.csv, final_demand.csv and NAME_YYYY.npz (an economy), one with F_NAME.csv (an extension), or a "
            "CSV file of indicators.",
        )
    )
