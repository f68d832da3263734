"""Pictures of what a recurrent model has learned, and the numbers behind them."""

from skrnn.inspection.curves import TrainingCurvesDisplay
from skrnn.inspection.states import HiddenStateDisplay

__all__ = ["HiddenStateDisplay", "TrainingCurvesDisplay"]
