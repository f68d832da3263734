"""Choosing among recurrent models by cross-validation."""

from skrnn.model_selection.comparison import compare_cells
from skrnn.model_selection.leakage import LeakageCheck, LeakageWarning, check_leakage
from skrnn.model_selection.panels import PanelSplit
from skrnn.model_selection.results import CellComparison, CellComparisonDisplay
from skrnn.model_selection.search import StackedGridSearchCV, StackedRandomizedSearchCV
from skrnn.model_selection.windows import WindowKFold, WindowSplit

__all__ = [
    "CellComparison",
    "CellComparisonDisplay",
    "LeakageCheck",
    "LeakageWarning",
    "PanelSplit",
    "StackedGridSearchCV",
    "StackedRandomizedSearchCV",
    "WindowKFold",
    "WindowSplit",
    "check_leakage",
    "compare_cells",
]
