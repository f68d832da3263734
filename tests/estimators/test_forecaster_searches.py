"""SequenceForecaster inside scikit-learn's cross-validation, searches and pipelines."""

import warnings
from itertools import product

import numpy as np
import pandas as pd
import pytest
from sklearn.exceptions import FitFailedWarning
from sklearn.metrics import make_scorer, mean_absolute_error
from sklearn.model_selection import (
    GridSearchCV,
    KFold,
    RandomizedSearchCV,
    TimeSeriesSplit,
    cross_val_score,
    cross_validate,
)
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skrnn import SequenceForecaster
from skrnn.metrics import forecast_scorer

T, N_TEST = 50, 5
WHEN = pd.date_range("2020-01-31", periods=T, freq="ME")
RNG = np.random.default_rng(0)
SERIES = pd.Series(10 + np.sin(np.arange(T) * np.pi / 6), WHEN, name="y") + 0.1 * RNG.normal(size=T)
FRAME = pd.DataFrame({"a": SERIES, "b": 5 + RNG.normal(size=T)})
EXOG = pd.DataFrame({"heat": RNG.normal(size=T), "rain": RNG.normal(size=T)}, WHEN)
LONG = pd.concat({"a": SERIES, "b": SERIES + 1}, names=["id", "time"])
CASES = {"series": (SERIES, None), "frame": (FRAME, None), "exog": (EXOG, SERIES)}
FOLDS = TimeSeriesSplit(2, test_size=N_TEST)


def small(**params):
    small = {"n_members": 1, "max_epochs": 2, "hidden_size": 4, "random_state": 0, "device": "cpu"}
    return SequenceForecaster(**{"horizon": 3, **small, **params})


def own_score(model, X, y=None):
    """Give minus the mean absolute error, as a user would write it."""
    actual = X if y is None else y
    said = model.predict(len(X) if y is None else X)
    return -float(np.abs(np.asarray(actual) - np.asarray(said)).mean())


@pytest.mark.parametrize("case", CASES)
def test_the_default_score(case):
    X, y = CASES[case]
    scores = cross_val_score(small(), X, y, cv=FOLDS, error_score="raise")
    for score, (train, test) in zip(scores, FOLDS.split(X), strict=True):
        parts = [(X.iloc[rows], None if y is None else y.iloc[rows]) for rows in (train, test)]
        assert score == small().fit(*parts[0]).score(*parts[1])


@pytest.mark.parametrize("metric", ["mase", "smape", "pinball", "wql", "crps", "msis", "coverage"])
@pytest.mark.parametrize("case", CASES)
def test_scorers_of_skrnn(case, metric):
    model = small().fit(*(None if part is None else part.iloc[:-N_TEST] for part in CASES[case]))
    X, y = (None if part is None else part.iloc[-N_TEST:] for part in CASES[case])
    score = forecast_scorer(metric)(model, X, y)
    assert np.isfinite(score) and score <= 0


def test_the_default_score_is_the_scorer():
    model = small(season=12).fit(FRAME.iloc[:-N_TEST])
    scorer = forecast_scorer("mase", season=12)
    assert scorer(model, FRAME.iloc[-N_TEST:]) == pytest.approx(model.score(FRAME.iloc[-N_TEST:]))


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("scoring", [None, own_score, forecast_scorer("smape")], ids=str)
def test_grid_search(case, scoring):
    X, y = CASES[case]
    grid = {"cell": ["gru", "rnn"]}
    search = GridSearchCV(small(), grid, cv=FOLDS, scoring=scoring, error_score="raise")
    search.fit(X, y)
    assert np.isfinite(search.cv_results_["mean_test_score"]).all()
    assert search.best_params_["cell"] in grid["cell"]
    if y is None:
        assert search.predict(12).shape[0] == 12  # an int passes through
    else:
        coming = EXOG.set_axis(pd.date_range(WHEN[-1], periods=T + 1, freq="ME")[1:])
        assert search.predict(coming).index.equals(coming.index)


def test_randomized_search():
    search = RandomizedSearchCV(
        small(), {"hidden_size": [2, 3, 5]}, n_iter=2, cv=FOLDS, random_state=0, error_score="raise"
    )
    assert search.fit(FRAME).best_estimator_.hidden_size in (2, 3, 5)


def test_scorers_by_name():
    names = ["neg_mean_absolute_error", "r2", "neg_root_mean_squared_error"]
    found = cross_validate(small(), EXOG, SERIES, cv=FOLDS, scoring=names, error_score="raise")
    for score, (train, test) in zip(
        found["test_neg_mean_absolute_error"], FOLDS.split(EXOG), strict=True
    ):
        model = small().fit(EXOG.iloc[train], SERIES.iloc[train])
        said = model.predict(EXOG.iloc[test])
        assert score == pytest.approx(-mean_absolute_error(SERIES.iloc[test], said))
    made = make_scorer(mean_absolute_error, greater_is_better=False)
    again = cross_val_score(small(), EXOG, SERIES, cv=FOLDS, scoring=made, error_score="raise")
    assert np.array_equal(again, found["test_neg_mean_absolute_error"])


def test_workers():
    alone, apart = (
        cross_val_score(small(), SERIES, cv=FOLDS, n_jobs=n_jobs, error_score="raise")
        for n_jobs in (1, 2)
    )
    assert np.array_equal(alone, apart)


@pytest.mark.parametrize("output", ["default", "pandas"])
def test_pipelines(output):
    scaler = StandardScaler().set_output(transform=output)
    model = make_pipeline(scaler, small())
    said = model.fit(EXOG[:-3], SERIES[:-3]).predict(EXOG[-3:])
    pd.testing.assert_index_equal(said.index, WHEN[-3:], exact="equiv")
    by_hand = StandardScaler().fit(EXOG[:-3])
    alone = small().fit(
        pd.DataFrame(by_hand.transform(EXOG[:-3]), WHEN[:-3], EXOG.columns), SERIES[:-3]
    )
    assert np.array_equal(alone.predict(by_hand.transform(EXOG[-3:])), said)
    assert np.isfinite(model.score(EXOG[-3:], SERIES[-3:]))
    grid = {"sequenceforecaster__hidden_size": [2, 3]}
    search = GridSearchCV(
        model, grid, cv=FOLDS, scoring="neg_mean_absolute_error", error_score="raise"
    )
    assert np.isfinite(search.fit(EXOG, SERIES).best_score_)


# -- folds that judge the past, or leave a hole ---------------------------------------------

SCORINGS = {"score": None, "by name": "r2", "scorer": forecast_scorer("smape")}
KFOLD = r"TimeSeriesSplit"
WRONG = {
    "KFold": (KFold(3), rf"2020-01-31.*{KFOLD}|has a gap.*{KFOLD}"),
    "first fold of KFold": ([(np.arange(10, T), np.arange(10))], rf"2020-01-31.*{KFOLD}"),
    "shuffled": (KFold(3, shuffle=True, random_state=0), rf"has a gap: 2020.*{KFOLD}"),
    "gap": (TimeSeriesSplit(2, gap=2, test_size=5), r"20\d\d-\d\d-\d\d.*gap=0"),
    "hole in training": (
        [(np.r_[0:20, 25:40], np.arange(40, 45))],
        r"has a gap: 2021-09-30 is missing between 2021-08-31 and 2022-02-28.*KFold",
    ),
    "out of order": (
        [(np.arange(40)[::-1], np.arange(40, 45))],
        r"not in the order of time: 2023-03-31.*comes after 2023-04-30",
    ),
    "test out of order": (
        [(np.arange(40), np.arange(45, 39, -1))],
        r"not in the order of time|is not a forecast of the steps",
    ),
    "twice": ([(np.r_[0:40, 39], np.arange(40, 45))], r"2023-04-30.* twice"),
}


# Scorers by name need y.
WAYS = [way for way in product(CASES, SCORINGS) if way[0] == "exog" or way[1] != "by name"]


@pytest.mark.parametrize(("case", "scoring"), WAYS)
@pytest.mark.parametrize("name", WRONG)
def test_wrong_folds(name, case, scoring):
    folds, message = WRONG[name]
    X, y = CASES[case]
    with pytest.raises(ValueError, match=f"(?s){message}"):
        cross_val_score(small(), X, y, cv=folds, scoring=SCORINGS[scoring], error_score="raise")


def test_what_scikit_learn_warns_of_holds_our_text():
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        scores = cross_val_score(small(), SERIES, cv=KFold(3))
    assert np.isnan(scores[:2]).all() and np.isfinite(scores[2])
    said = {each.category: str(each.message) for each in caught}
    assert "use TimeSeriesSplit; KFold trains on the future" in said[UserWarning]
    assert "2021-06-30 is missing" in said[FitFailedWarning]


@pytest.mark.parametrize("n_splits", [2, 3, 5])
def test_panels_need_their_own_splitter(n_splits):
    message = "TimeSeriesSplit cuts between the series.*skrnn.model_selection.PanelSplit"
    with pytest.raises(ValueError, match=message):
        cross_val_score(small(), LONG, cv=TimeSeriesSplit(n_splits), error_score="raise")


def test_a_panel_cut_through_time():
    step = LONG.groupby(level=0).cumcount().to_numpy()
    folds = [(np.flatnonzero(step < 40), np.flatnonzero((step >= 40) & (step < 45)))]
    for scoring in (None, forecast_scorer("smape"), forecast_scorer("crps")):
        scores = cross_val_score(small(), LONG, cv=folds, scoring=scoring, error_score="raise")
        assert np.isfinite(scores).all()
