"""Scorers of forecasters, for GridSearchCV and cross_val_score."""

import inspect
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from skrnn._sklearn import StrOptions, checked, natural
from skrnn.data.convert import is_frame, is_series
from skrnn.data.ragged import Ragged
from skrnn.metrics.crps import continuous_ranked_probability_score
from skrnn.metrics.intervals import interval_coverage, mean_scaled_interval_score, read_level
from skrnn.metrics.point import (
    mean_absolute_scaled_error,
    overall_weighted_average,
    symmetric_mean_absolute_percentage_error,
)
from skrnn.metrics.quantiles import (
    pinball_loss,
    read_quantile_forecast,
    read_quantiles,
    weighted_quantile_loss,
)
from skrnn.metrics.reading import read_steps

NAMES = {
    "mase": mean_absolute_scaled_error,
    "smape": symmetric_mean_absolute_percentage_error,
    "pinball": pinball_loss,
    "wql": weighted_quantile_loss,
    "crps": continuous_ranked_probability_score,
    "msis": mean_scaled_interval_score,
    "coverage": interval_coverage,
}


class Need(NamedTuple):
    """What a metric is called with.

    Parameters
    ----------
    forecast : {"point", "quantiles", "interval"}
        What it judges.
    scale : bool, default=False
        Whether it needs the training series and the season.
    """

    forecast: str
    scale: bool = False

    @property
    def options(self):
        """The options of `forecast_scorer` that it takes."""
        own = {"point": [], "quantiles": ["quantiles"], "interval": ["level"]}[self.forecast]
        return [*own, "season"] if self.scale else own


NEEDS = {
    mean_absolute_scaled_error: Need("point", scale=True),
    symmetric_mean_absolute_percentage_error: Need("point"),
    pinball_loss: Need("quantiles"),
    weighted_quantile_loss: Need("quantiles"),
    continuous_ranked_probability_score: Need("quantiles"),
    mean_scaled_interval_score: Need("interval", scale=True),
    interval_coverage: Need("interval"),
}
DEFAULTS = {"season": 1, "level": 95, "quantiles": tuple(i / 10 for i in range(1, 10))}


@checked(
    {
        "metric": [StrOptions(set(NAMES)), callable],
        "season": [natural(), None],
        "greater_is_better": ["boolean"],
    }
)
def forecast_scorer(metric, *, season=None, level=None, quantiles=None, greater_is_better=False):
    """Make a scorer of forecasters, as ``scoring=`` of GridSearchCV takes it.

    Parameters
    ----------
    metric : str or callable
        "mase", "smape", "pinball", "wql", "crps", "msis" or "coverage", or the function of this
        module; or any ``metric(y_true, y_pred)`` of point forecasts, such as those of
        :mod:`sklearn.metrics`.
    season : int, default=None
        Steps from one season to the next, for "mase" and "msis"; None: 1.
    level : float, default=None
        Level of the interval in percent, for "msis" and "coverage"; None: 95.
    quantiles : array-like of shape (Q,), default=None
        Quantiles to forecast, for "pinball", "wql" and "crps"; None: 0.1, 0.2, ..., 0.9.
    greater_is_better : bool, default=False
        For a `metric` of your own: whether it is a score rather than an error.

    Returns
    -------
    scorer : ForecastScorer
        Called as ``scorer(estimator, X, y=None)``; greater is better. Errors are negated. For
        "coverage" it is minus the distance from the level, as a share.

    Raises
    ------
    ValueError, TypeError
        If an option is not what it should be or means nothing for the metric.

    See Also
    --------
    sklearn.metrics.make_scorer : Makes scorers of the metrics that need no training data, such as
        ``make_scorer(symmetric_mean_absolute_percentage_error, greater_is_better=False)``; these
        need y.

    Notes
    -----
    With X alone, X is what happened: the estimator was fitted on the series up to there, and
    ``predict(h)`` forecasts the h steps of X. With y, what happened is y, and the forecast
    ``predict(X)``. For quantiles, and for intervals, whose ends are quantiles, predict is called
    with ``quantiles=`` too.

    "mase" and "msis" measure errors against the training data, which they ask the fitted estimator
    for: its method ``training_series()`` returns a list of 1-D arrays, one for each series. Where y
    is an array (n, h) of what follows each of n windows, the windows X are the training data.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.base import BaseEstimator
    >>> from sklearn.model_selection import GridSearchCV, TimeSeriesSplit
    >>> from skrnn.metrics import forecast_scorer
    >>> class SeasonalNaive(BaseEstimator):
    ...     "Repeats the last season."
    ...
    ...     def __init__(self, season=1):
    ...         self.season = season
    ...
    ...     def fit(self, X, y=None):
    ...         self.history_ = np.asarray(X)
    ...         return self
    ...
    ...     def predict(self, X):
    ...         return np.resize(self.history_[-self.season :], X)
    ...
    ...     def training_series(self):
    ...         return [self.history_]
    >>> series = 10 + np.tile([0.0, 1.0, 3.0, 2.0], 12)
    >>> search = GridSearchCV(
    ...     SeasonalNaive(),
    ...     {"season": [1, 2, 4]},
    ...     scoring=forecast_scorer("mase"),
    ...     cv=TimeSeriesSplit(3, test_size=4),
    ... )
    >>> search.fit(series).best_params_, float(search.best_score_)
    ({'season': 4}, 0.0)
    """
    if metric is overall_weighted_average:
        raise TypeError(
            "overall_weighted_average needs the forecasts of a reference, which a scorer does not "
            'have. Score with "mase" or "smape", and compute it afterwards.'
        )
    metric = NAMES[metric] if isinstance(metric, str) else metric
    need = NEEDS.get(metric, Need("point"))
    given = {"season": season, "level": level, "quantiles": quantiles}
    options = {name: DEFAULTS[name] for name in need.options}
    for name, value in given.items():
        if value is not None and name not in options:
            raise TypeError(
                f"{name}={value!r} means nothing for {_called(metric)}, which takes "
                f"{' and '.join(options) or 'no option'}. Leave it out."
            )
        if value is not None:
            options[name] = value
    if greater_is_better and metric in NEEDS:
        raise ValueError(
            f"greater_is_better=True is for metrics of your own: {_called(metric)} knows its "
            "direction. Leave it out."
        )
    if "level" in options:
        options["level"] = read_level(options["level"])
    if "quantiles" in options:
        options["quantiles"] = tuple(read_quantiles(options["quantiles"]).tolist())
    return ForecastScorer(metric, tuple(options.items()), greater_is_better)


@dataclass(frozen=True, repr=False)
class ForecastScorer:
    """Scores a forecaster; made by :func:`forecast_scorer`.

    Parameters
    ----------
    metric : callable
        What to compute.
    options : tuple of (str, value)
        With what.
    greater_is_better : bool
        Whether it is a score rather than an error.
    """

    metric: object
    options: tuple
    greater_is_better: bool

    def __call__(self, estimator, X, y=None):
        """Score a fitted forecaster.

        Parameters
        ----------
        estimator : object
            With ``predict``, and ``training_series`` where the metric needs a scale.
        X : array, Series, DataFrame or list
            What happened after the training data; with `y`, what the forecast is made from.
        y : array, Series, DataFrame or list, default=None
            What happened.

        Returns
        -------
        score : float
            Greater is better.
        """
        need, options = NEEDS.get(self.metric), dict(self.options)
        actual, ahead = (X, _steps_of(X)) if y is None else (y, X)
        if need is None:
            error = float(self.metric(actual, estimator.predict(ahead)))
            return error if self.greater_is_better else -error
        if need.scale:
            options["y_train"] = _training_series(estimator, X, y)
        if need.forecast == "point":
            return -self.metric(actual, estimator.predict(ahead), **options)
        if need.forecast == "interval":
            return _score_interval(self.metric, estimator, ahead, actual, options)
        levels = options["quantiles"]
        forecast = _predict_quantiles(estimator, ahead, levels)
        if self.metric is continuous_ranked_probability_score:
            return -self.metric(actual, quantiles_pred=forecast, quantiles=levels)
        return -self.metric(actual, forecast, levels)

    def __repr__(self):
        """Show the call that makes it."""
        options = "".join(f", {name}={value!r}" for name, value in self.options)
        if self.greater_is_better:
            options += ", greater_is_better=True"
        return f"forecast_scorer({_called(self.metric)}{options})"


def _score_interval(metric, estimator, ahead, actual, options):
    """Score the interval between two quantiles."""
    level = options["level"]
    ends = ((1 - level / 100) / 2, (1 + level / 100) / 2)
    true = read_steps(actual, "y_true")
    forecast = _predict_quantiles(estimator, ahead, ends)
    forecast = read_quantile_forecast(forecast, "The forecast", ends, true)
    lower, upper = forecast.column(0), forecast.column(1)
    if metric is interval_coverage:
        return -abs(interval_coverage(true, lower, upper) - level / 100)
    return -metric(true, lower, upper, **options)


def _steps_of(X):
    """Give the number of steps in which each series of X goes on."""
    lengths = read_steps(X, "X").lengths
    if (lengths != lengths[0]).any():
        raise ValueError(
            f"X holds series of {lengths.min()} to {lengths.max()} steps, but a forecaster is "
            "asked for one number of steps for all. Score series of equal length."
        )
    return int(lengths[0])


def _predict_quantiles(estimator, ahead, quantiles):
    """Call predict with quantiles, where it takes them."""
    parameters = inspect.signature(estimator.predict).parameters.values()
    if not any(p.name == "quantiles" or p.kind is p.VAR_KEYWORD for p in parameters):
        raise TypeError(
            f"predict of {type(estimator).__name__} takes no quantiles, which this metric judges. "
            'Take a metric of point forecasts, such as forecast_scorer("smape").'
        )
    return estimator.predict(ahead, quantiles=list(quantiles))


def _training_series(estimator, X, y):
    """Give what errors are measured against."""
    if y is not None and not (is_frame(y) or is_series(y) or isinstance(y, dict)):
        if not read_steps(y, "y").single:  # y (n, h) follows the windows X
            return _windows(X)
    if not hasattr(estimator, "training_series"):
        raise TypeError(
            "Scaled errors need the training data, for which the scorer asks training_series() of "
            f"the estimator: a list of 1-D arrays, one for each series. {type(estimator).__name__} "
            'has no such method. Take a metric without a scale, such as forecast_scorer("smape").'
        )
    return estimator.training_series()


def _windows(X):
    """Give the pasts that X holds, one for each row."""
    X = X.to_numpy() if is_frame(X) else X
    n_features = X.n_features if isinstance(X, Ragged) else np.shape(X[0])[1:]
    if n_features not in (1, (), (1,)):
        raise ValueError(
            "Each row of y follows a window of X, whose past would be the scale of its errors; but "
            "the windows have several features, and which one y continues is not known. Take a "
            'metric without a scale, such as forecast_scorer("smape").'
        )
    return X


def _called(metric):
    """Name a metric."""
    return getattr(metric, "__name__", repr(metric))
