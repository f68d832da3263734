"""Choosing among recurrent models by cross-validation."""

from skrnn.model_selection.comparison import compare_cells
from skrnn.model_selection.results import CellComparison, CellComparisonDisplay
from skrnn.model_selection.search import StackedGridSearchCV, StackedRandomizedSearchCV

__all__ = [
    "CellComparison",
    "CellComparisonDisplay",
    "StackedGridSearchCV",
    "StackedRandomizedSearchCV",
    "compare_cells",
]
