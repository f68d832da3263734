"""Pictures of what a recurrent model has learned, and the numbers behind them."""

from skrnn.inspection.gradients import GradientFlowDisplay
from skrnn.inspection.memory import MemoryDisplay

__all__ = ["GradientFlowDisplay", "MemoryDisplay"]
