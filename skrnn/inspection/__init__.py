"""Pictures of what a recurrent model has learned, and the numbers behind them."""

from skrnn.inspection.curves import TrainingCurvesDisplay

__all__ = ["TrainingCurvesDisplay"]
