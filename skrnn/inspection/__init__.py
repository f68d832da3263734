"""Pictures of what a recurrent model has learned, and the numbers behind them."""

from skrnn.inspection.gradients import GradientFlowDisplay
from skrnn.inspection.importance import PermutationImportanceDisplay
from skrnn.inspection.learning_rate import LearningRateDisplay, find_lr
from skrnn.inspection.lengths import ScoreByLengthDisplay
from skrnn.inspection.memory import MemoryDisplay

__all__ = [
    "GradientFlowDisplay",
    "LearningRateDisplay",
    "MemoryDisplay",
    "PermutationImportanceDisplay",
    "ScoreByLengthDisplay",
    "find_lr",
]
