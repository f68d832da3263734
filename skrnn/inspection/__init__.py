"""Pictures of what a recurrent model has learned, and the numbers behind them."""

from skrnn.inspection.attention import AttentionDisplay
from skrnn.inspection.attribution import AttributionDisplay
from skrnn.inspection.backtests import BacktestDisplay
from skrnn.inspection.curves import TrainingCurvesDisplay
from skrnn.inspection.forecasts import ForecastDisplay
from skrnn.inspection.states import HiddenStateDisplay

__all__ = [
    "AttentionDisplay",
    "AttributionDisplay",
    "BacktestDisplay",
    "ForecastDisplay",
    "HiddenStateDisplay",
    "TrainingCurvesDisplay",
]
