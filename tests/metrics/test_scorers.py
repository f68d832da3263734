"""Scorers in scikit-learn's searches, with a small forecaster."""

import pickle
from copy import deepcopy

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm
from sklearn.base import BaseEstimator, clone
from sklearn.linear_model import LinearRegression
from sklearn.metrics import make_scorer, mean_absolute_error, r2_score
from sklearn.model_selection import (
    GridSearchCV,
    TimeSeriesSplit,
    cross_val_score,
    cross_validate,
)

from skrnn.data import Ragged
from skrnn.metrics import (
    continuous_ranked_probability_score,
    forecast_scorer,
    interval_coverage,
    mean_absolute_scaled_error,
    mean_scaled_interval_score,
    overall_weighted_average,
    pinball_loss,
    symmetric_mean_absolute_percentage_error,
    weighted_quantile_loss,
)
from skrnn.metrics.scorers import NAMES, NEEDS


class Last(BaseEstimator):
    """The last value plus `bias`, and normal quantiles around it; mirrors pandas."""

    def __init__(self, bias=0.0):
        self.bias = bias

    def fit(self, X, y=None):
        self.series_ = X if y is None else y
        return self

    def training_series(self):
        values = np.asarray(self.series_, dtype=float)
        return [values] if values.ndim == 1 else list(values.T)

    def predict(self, X, quantiles=None):
        h = X if isinstance(X, int) else len(X)
        values = np.array([series[-1] + self.bias for series in self.training_series()])
        shift = [0.0] if quantiles is None else norm.ppf(quantiles)
        ahead = pd.date_range(self.series_.index[-1], periods=h + 1, freq="D")[1:]
        names = self.series_.columns if self.series_.ndim == 2 else ["y"]
        made = (values[:, None] + shift).ravel()
        frame = pd.DataFrame(np.tile(made, (h, 1)), ahead)
        if quantiles is None:
            frame.columns = names
            return frame if self.series_.ndim == 2 else frame["y"].rename(self.series_.name)
        frame.columns = [f"{name}-q{q:g}" for name in names for q in quantiles]
        return frame


class Windows(BaseEstimator):
    """Answers what it was made with, whatever the windows."""

    def __init__(self, answer):
        self.answer = answer

    def predict(self, X):
        return self.answer


DAYS = pd.date_range("2024-01-01", periods=40)
FRAME = pd.DataFrame(
    np.random.default_rng(0).normal(size=(40, 2)).cumsum(axis=0) + 20, DAYS, ["a", "b"]
)
SERIES = FRAME["a"]
CV = TimeSeriesSplit(3, test_size=5)


def by_hand(metric, data, y_train=False, **options):
    """Score the folds without a scorer."""
    scores = []
    for train, test in CV.split(data):
        past, actual = data.iloc[train], data.iloc[test]
        if y_train:
            options["y_train"] = past
        scores.append(metric(actual, Last(0.5).fit(past), **options))
    return scores


def point(metric):
    return lambda actual, model, **options: -metric(actual, model.predict(5), **options)


def interval(metric):
    def score(actual, model, **options):
        forecast = model.predict(5, quantiles=[0.1, 0.9])
        lower, upper = forecast.filter(like="-q0.1"), forecast.filter(like="-q0.9")
        if actual.ndim == 1:
            lower, upper = lower.iloc[:, 0], upper.iloc[:, 0]
        return metric(actual, lower, upper, **options)

    return score


QUANTILES = [0.2, 0.5, 0.8]
CASES = {
    "smape": ({}, point(symmetric_mean_absolute_percentage_error), {}),
    "mase": ({"season": 2}, point(mean_absolute_scaled_error), {"y_train": True, "season": 2}),
    "pinball": (
        {"quantiles": QUANTILES},
        lambda y, m: -pinball_loss(y, m.predict(5, quantiles=QUANTILES), QUANTILES),
        {},
    ),
    "wql": (
        {"quantiles": QUANTILES},
        lambda y, m: -weighted_quantile_loss(y, m.predict(5, quantiles=QUANTILES), QUANTILES),
        {},
    ),
    "crps": (
        {"quantiles": QUANTILES},
        lambda y, m: (
            -continuous_ranked_probability_score(
                y, quantiles_pred=m.predict(5, quantiles=QUANTILES), quantiles=QUANTILES
            )
        ),
        {},
    ),
    "msis": (
        {"level": 80, "season": 2},
        interval(lambda *ends, **options: -mean_scaled_interval_score(*ends, level=80, **options)),
        {"y_train": True, "season": 2},
    ),
    "coverage": (
        {"level": 80},
        interval(lambda *ends: -abs(interval_coverage(*ends) - 0.8)),
        {},
    ),
}


@pytest.mark.parametrize("data", [SERIES, FRAME], ids=["Series", "frame"])
@pytest.mark.parametrize("name", NAMES)
def test_scores_of_folds(name, data):
    options, score, extra = CASES[name]
    expected = by_hand(score, data, **extra)
    for metric in (name, NAMES[name]):
        scorer = forecast_scorer(metric, **options)
        np.testing.assert_allclose(
            cross_val_score(Last(0.5), data, cv=CV, scoring=scorer), expected
        )
    # With y: X is what comes in ahead, y what happened.
    X = pd.DataFrame({"known": np.arange(40.0)}, DAYS)
    scores = cross_val_score(Last(0.5), X, data, cv=CV, scoring=scorer)
    np.testing.assert_allclose(scores, expected)


def test_search_and_several_metrics():
    scoring = {name: forecast_scorer(name) for name in NAMES}
    search = GridSearchCV(Last(), {"bias": [9.0, 0.0]}, cv=CV, scoring=scoring, refit="mase")
    search.fit(FRAME)
    assert search.best_params_ == {"bias": 0.0}
    assert all(np.isfinite(search.cv_results_[f"mean_test_{name}"]).all() for name in NAMES)
    assert search.score(FRAME.iloc[-3:].shift(3, freq="D")) < 0
    twin = clone(search).fit(FRAME)
    assert twin.best_score_ == search.best_score_


def test_make_scorer():
    X = pd.DataFrame({"known": np.arange(40.0)}, DAYS)
    metric = symmetric_mean_absolute_percentage_error
    scorer = make_scorer(metric, greater_is_better=False)
    expected = cross_val_score(Last(), X, SERIES, cv=CV, scoring=forecast_scorer("smape"))
    np.testing.assert_array_equal(
        cross_val_score(Last(), X, SERIES, cv=CV, scoring=scorer), expected
    )
    scaled = make_scorer(mean_absolute_scaled_error, greater_is_better=False, y_train=SERIES)
    assert (cross_val_score(Last(), X, SERIES, cv=CV, scoring=scaled) < 0).all()


def test_windows_are_their_own_training_data():
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(30, 6)), rng.normal(size=(30, 2))
    model = LinearRegression().fit(X[:20], y[:20])
    score = forecast_scorer("mase", season=2)(model, X[20:], y[20:])
    expected = mean_absolute_scaled_error(y[20:], model.predict(X[20:]), y_train=X[20:], season=2)
    assert score == -expected
    for kind in (
        pd.DataFrame,
        list,
        lambda X: X[:, :, None],
        lambda X: Ragged(X.ravel(), [6] * 10),
    ):
        stub = Windows(y[20:] + 1)
        same = forecast_scorer("mase", season=2)(stub, kind(X[20:]), y[20:])
        assert same == -mean_absolute_scaled_error(y[20:], y[20:] + 1, y_train=X[20:], season=2)
    for several in (X.reshape(30, 3, 2), Ragged(X.reshape(-1, 2), [3] * 30)):
        with pytest.raises(ValueError, match="the windows have several features"):
            forecast_scorer("mase")(Windows(y), several, y)


def test_metrics_of_ones_own():
    model = Last(1.0).fit(SERIES[:-5])
    actual = SERIES[-5:]
    error = mean_absolute_error(actual, model.predict(5))
    assert forecast_scorer(mean_absolute_error)(model, actual) == -error
    score = r2_score(actual, model.predict(5))
    assert forecast_scorer(r2_score, greater_is_better=True)(model, actual) == score
    assert cross_validate(Last(), SERIES, cv=CV, scoring=forecast_scorer(mean_absolute_error))


def test_copies_and_text():
    scorer = forecast_scorer("msis", level=80)
    for copy in (pickle.loads(pickle.dumps(scorer)), deepcopy(scorer), clone(scorer, safe=False)):
        assert copy == scorer
        assert hash(copy) == hash(scorer)
    assert scorer != forecast_scorer("msis")
    assert repr(scorer) == "forecast_scorer(mean_scaled_interval_score, level=80.0, season=1)"
    own = forecast_scorer(r2_score, greater_is_better=True)
    assert repr(own) == "forecast_scorer(r2_score, greater_is_better=True)"
    assert eval(repr(scorer), vars(__import__("skrnn.metrics").metrics)) == scorer


def test_every_metric_is_known():
    assert set(NAMES.values()) == set(NEEDS)


@pytest.mark.parametrize(
    ("metric", "options", "message"),
    [
        ("mape", {}, "'metric' parameter of forecast_scorer must be a str among"),
        (7, {}, "'metric' parameter"),
        ("mase", {"season": 0}, "'season' parameter"),
        ("mase", {"level": 90}, "level=90 means nothing for mean_absolute_scaled_error"),
        ("smape", {"season": 12}, "season=12 means nothing for .* takes no option"),
        (
            "coverage",
            {"quantiles": [0.5]},
            r"quantiles=\[0.5\] means nothing for interval_coverage",
        ),
        (mean_absolute_error, {"season": 12}, "season=12 means nothing for mean_absolute_error"),
        ("coverage", {"level": 0.9}, "in percent: write 90"),
        ("wql", {"quantiles": [10, 90]}, "numbers between 0 and 1"),
        ("wql", {"greater_is_better": True}, "weighted_quantile_loss knows its direction"),
        (overall_weighted_average, {}, "needs the forecasts of a reference"),
    ],
)
def test_wrong_options(metric, options, message):
    with pytest.raises((TypeError, ValueError), match=message):
        forecast_scorer(metric, **options)


def test_what_an_estimator_must_offer():
    X, y = np.arange(12.0).reshape(6, 2), np.arange(6.0)
    model = LinearRegression().fit(X, y)
    assert forecast_scorer("smape")(model, X, y) <= 0
    with pytest.raises(
        TypeError, match=r"training_series\(\).* LinearRegression has no such method"
    ):
        forecast_scorer("mase")(model, X, y)
    with pytest.raises(TypeError, match="predict of LinearRegression takes no quantiles"):
        forecast_scorer("wql")(model, X, y)


def test_wrong_slices():
    model = Last().fit(SERIES[:-5])
    with pytest.raises(ValueError, match="X holds series of 1 to 2 steps"):
        forecast_scorer("smape")(model, [[1.0, 2.0], [3.0]])
    with pytest.raises(ValueError, match="y_pred is not a forecast of the steps of y_true: step 0"):
        cross_val_score(
            Last(),
            SERIES,
            cv=TimeSeriesSplit(3, test_size=5, gap=2),
            scoring=forecast_scorer("smape"),
            error_score="raise",
        )
