"""Metrics of forecasts, in the manner of :mod:`sklearn.metrics`."""

from skrnn.metrics.crps import continuous_ranked_probability_score
from skrnn.metrics.intervals import interval_coverage, mean_scaled_interval_score
from skrnn.metrics.point import (
    mean_absolute_scaled_error,
    overall_weighted_average,
    symmetric_mean_absolute_percentage_error,
)
from skrnn.metrics.quantiles import pinball_loss, weighted_quantile_loss
from skrnn.metrics.scorers import forecast_scorer

__all__ = [
    "continuous_ranked_probability_score",
    "forecast_scorer",
    "interval_coverage",
    "mean_absolute_scaled_error",
    "mean_scaled_interval_score",
    "overall_weighted_average",
    "pinball_loss",
    "symmetric_mean_absolute_percentage_error",
    "weighted_quantile_loss",
]
