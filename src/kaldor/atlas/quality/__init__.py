"""What an analyst should know of a stored dataset before trusting a figure: every fault in it, named by its place."""

from kaldor.atlas.quality.report import Coverage, QualityReport, quality_report, table_report

__all__ = ["Coverage", "QualityReport", "quality_report", "table_report"]
