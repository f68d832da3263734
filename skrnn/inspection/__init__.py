"""Pictures of what a recurrent model has learned, and the numbers behind them."""

from skrnn.inspection.attention import AttentionDisplay
from skrnn.inspection.attribution import AttributionDisplay
from skrnn.inspection.backtests import BacktestDisplay
from skrnn.inspection.curves import TrainingCurvesDisplay
from skrnn.inspection.forecasts import ForecastDisplay
from skrnn.inspection.gradients import GradientFlowDisplay
from skrnn.inspection.importance import PermutationImportanceDisplay
from skrnn.inspection.learning_rate import LearningRateDisplay, find_lr
from skrnn.inspection.lengths import ScoreByLengthDisplay
from skrnn.inspection.memory import MemoryDisplay
from skrnn.inspection.states import HiddenStateDisplay

__all__ = [
    "AttentionDisplay",
    "AttributionDisplay",
    "BacktestDisplay",
    "ForecastDisplay",
    "GradientFlowDisplay",
    "HiddenStateDisplay",
    "LearningRateDisplay",
    "MemoryDisplay",
    "PermutationImportanceDisplay",
    "ScoreByLengthDisplay",
    "TrainingCurvesDisplay",
    "find_lr",
]
