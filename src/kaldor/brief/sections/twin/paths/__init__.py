"""What paths of levers would bring, year by year."""

from __future__ import annotations

from kaldor.atlas.labels import RegionName
from kaldor.brief.section import Section, tables
from kaldor.declared import Slug
from kaldor.twin.futures.pathway import Pathway


class StudyPath(Pathway):
    """A path of a study. Without a region it is measured for the study's country."""

    id: Slug
    region: RegionName = ""


PATHS = tables("paths", StudyPath, {"en": "Path", "fr": "Trajectoire", "es": "Trayectoria"}, file=True)

SECTION = Section(
    id="paths",
    title={"en": "Paths over the years", "fr": "Trajectoires", "es": "Trayectorias"},
    heading="What paths would bring, year by year",
    challenge="sustainability",
    order=140,
    shown="where declared",
    keys=(PATHS,),
    build=f"{__name__}.build",
)
