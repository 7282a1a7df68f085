"""Split one sector of a table into parts by typed values; see `kaldor.economy.split.sector` for the method."""

from kaldor.economy.split.part import SplitPart
from kaldor.economy.split.sector import split_sector, split_sector_by_region

__all__ = ["SplitPart", "split_sector", "split_sector_by_region"]
