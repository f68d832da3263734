"""Forecasting by statistics: seasons and textbook methods, for many series at once.

Series stand in one float64 matrix of shape (n, T), right-aligned: the last column is the newest
step of every row; NaN marks a missing step and the time before a row begins. Forecasts have the
shape (n, h). Loops run over steps and over grids of parameters, never over series.
"""

from skrnn.forecasting.baselines import BASELINES, forecast_baselines
from skrnn.forecasting.matrix import right_aligned
from skrnn.forecasting.seasonality import Seasons, fit_seasons, season_test, seasonal_strength

__all__ = [
    "BASELINES",
    "Seasons",
    "fit_seasons",
    "forecast_baselines",
    "right_aligned",
    "season_test",
    "seasonal_strength",
]
