"""Choosing among recurrent models by cross-validation."""

from skrnn.model_selection.comparison import compare_cells
from skrnn.model_selection.results import CellComparison, CellComparisonDisplay

__all__ = ["CellComparison", "CellComparisonDisplay", "compare_cells"]
