import pickle
import re

import numpy as np
import pandas as pd
import pytest
import torch
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skrnn.data import Ragged
from skrnn.preprocessing import SequenceSummary
from skrnn.preprocessing.summary import STATISTICS
from skrnn.testing import check_sequence_estimator

RNG = np.random.default_rng(0)
ROWS = [RNG.normal(size=(length, 3)) for length in (4, 1, 7, 2)]
IDS = [[3, 9, 3, 3], [9], [12, 9]]


@pytest.mark.parametrize("tokens", [False, True])
def test_it_keeps_the_promises(tokens):
    check_sequence_estimator(SequenceSummary(tokens=tokens), pass_y=False)


# -- numbers -----------------------------------------------------------------------------


def by_hand(x):
    """The statistics of one feature (T,) of one sequence."""
    slope = np.polyfit(np.arange(len(x)), x, 1)[0] if len(x) > 1 else 0.0
    jump = np.abs(np.diff(x)).mean() if len(x) > 1 else 0.0
    return [x.mean(), x.std(), x.min(), x.max(), x[0], x[-1], slope, jump]


def test_statistics():
    summary = SequenceSummary().fit_transform(ROWS)
    expected = [[*np.ravel([by_hand(x) for x in row.T]), len(row)] for row in ROWS]
    np.testing.assert_allclose(summary, expected, rtol=1e-10, atol=1e-12)
    assert len(by_hand(ROWS[0][:, 0])) == len(STATISTICS)


def test_rows_that_overlap_or_lie_in_any_order():
    series = RNG.normal(size=10)
    windows = Ragged(series, lengths=[3, 4, 2], starts=[5, 2, 3])
    rows = [series[5:8], series[2:6], series[3:5]]
    model = SequenceSummary().fit(rows)
    np.testing.assert_array_equal(model.transform(windows), model.transform(rows))


def test_a_constant_sequence_varies_by_exactly_nothing():
    X = [np.full(7, 0.1), np.full(3, -1e9 / 3)]
    frame = SequenceSummary().set_output(transform="pandas").fit_transform(X)
    assert (frame[["std", "slope", "mean_abs_diff"]] == 0).all(axis=None)
    assert frame["mean"].tolist() == [0.1, -1e9 / 3]


def test_large_level_small_slope():
    X = [1e8 + 1e-3 * np.arange(50)]
    frame = SequenceSummary().set_output(transform="pandas").fit_transform(X)
    assert frame.loc[0, "slope"] == pytest.approx(1e-3, rel=1e-4)


@pytest.mark.parametrize(
    "X",
    [
        np.zeros((4, 5, 3)),
        torch.zeros(4, 5, 3),
        [np.zeros((5, 3))] * 4,
        Ragged.from_rows([np.zeros((5, 3))] * 4),
        pd.DataFrame({name: [np.zeros(5)] * 4 for name in "abc"}),
    ],
    ids=lambda X: type(X).__name__,
)
def test_containers_of_three_features(X):
    assert SequenceSummary().fit_transform(X).shape == (4, 24)


@pytest.mark.parametrize(
    "X",
    [
        np.zeros((4, 5)),
        torch.zeros(4, 5),
        [[0] * 5] * 4,
        pd.DataFrame(np.zeros((4, 5))),
        pd.Series([np.zeros(5)] * 4),
    ],
    ids=lambda X: type(X).__name__,
)
def test_containers_of_one_feature(X):
    assert SequenceSummary().fit_transform(X).shape == (4, 8)


def test_float32_stays():
    X = [row.astype(np.float32) for row in ROWS]
    summary = SequenceSummary().fit_transform(X)
    assert summary.dtype == np.float32
    np.testing.assert_allclose(summary, SequenceSummary().fit_transform(ROWS), rtol=1e-4, atol=1e-6)


# -- the length --------------------------------------------------------------------------


def test_the_length_is_decided_in_fit():
    equal, ragged = np.zeros((4, 5, 3)), ROWS
    without = SequenceSummary().fit(equal)
    assert without.with_length_ is False
    assert without.transform(ragged).shape == (4, 24)
    with_length = SequenceSummary().fit(ragged)
    assert with_length.with_length_ is True
    assert with_length.transform(equal)[:, -1].tolist() == [5.0] * 4
    assert with_length.transform(ragged)[:, -1].tolist() == [4.0, 1.0, 7.0, 2.0]
    assert with_length.fit(equal).transform(ragged).shape == (4, 24)


# -- token ids ---------------------------------------------------------------------------


def test_bag_of_words():
    model = SequenceSummary(tokens=True).fit(IDS)
    assert model.ids_.tolist() == [3, 9, 12]
    expected = [[0.75, 0.25, 0, 4], [0, 1, 0, 1], [0, 0.5, 0.5, 2]]
    assert model.transform(IDS).tolist() == expected


def test_unknown_ids_are_left_out():
    model = SequenceSummary(tokens=True).fit(IDS)
    assert model.transform([[3, 9, 50, 51], [50]])[:, :3].tolist() == [[0.5, 0.5, 0], [0, 0, 0]]


def test_padded_ids():
    model = SequenceSummary(tokens=True).fit([[3, 9, 3, 3], [9, 0, 0, 0]])
    assert model.get_feature_names_out().tolist() == ["id_3", "id_9", "length"]
    assert model.transform([[9, 3, 0]]).tolist() == [[0.5, 0.5, 2]]


def test_ids_go_when_it_is_fitted_on_numbers():
    model = SequenceSummary(tokens=True).fit(IDS).set_params(tokens=False).fit(ROWS)
    assert not hasattr(model, "ids_")


# -- names, copies, pipelines ------------------------------------------------------------


def names(X, input_features=None, **params):
    return SequenceSummary(**params).fit(X).get_feature_names_out(input_features).tolist()


def test_names():
    statistics = list(STATISTICS)
    assert names(np.zeros((2, 5))) == statistics
    assert names([[1.0, 2.0], [3.0]]) == [*statistics, "length"]
    two = [f"{feature}_{statistic}" for feature in ("x0", "x1") for statistic in statistics]
    assert names(np.zeros((2, 5, 2))) == two
    renamed = [name.replace("x0", "height").replace("x1", "width") for name in two]
    assert names(np.zeros((2, 5, 2)), ["height", "width"]) == renamed
    assert names(np.zeros((2, 5, 1)), ["height"]) == renamed[:8]
    assert names(pd.DataFrame(np.zeros((2, 3)), columns=list("abc")), list("abc")) == statistics


def test_wrong_names():
    model = SequenceSummary().fit(np.zeros((2, 5, 2)))
    with pytest.raises(ValueError, match="equal to number of features"):
        model.get_feature_names_out(["height"])
    with pytest.raises(NotFittedError):
        SequenceSummary().get_feature_names_out()


def test_pandas_output_keeps_the_index():
    X = pd.DataFrame(np.zeros((2, 3)), columns=list("abc"), index=["one", "two"])
    frame = SequenceSummary().set_output(transform="pandas").fit_transform(X)
    assert frame.index.tolist() == ["one", "two"]
    assert frame.columns.tolist() == list(STATISTICS)


def test_clone_and_pickle():
    model = SequenceSummary(tokens=True).fit(IDS)
    assert clone(model).tokens is True
    twin = pickle.loads(pickle.dumps(model))
    np.testing.assert_array_equal(twin.transform(IDS), model.transform(IDS))


def test_in_a_pipeline():
    y = np.array([0, 1] * 20)
    X = [np.sin((1 + k) * np.arange(n)) for k, n in zip(y, RNG.integers(8, 20, 40), strict=True)]
    model = make_pipeline(SequenceSummary(), StandardScaler(), LogisticRegression()).fit(X, y)
    assert model.score(X, y) > 0.9


# -- errors ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("X", "tokens", "message"),
    [
        (Ragged.from_rows(IDS), False, "but SequenceSummary reads numbers: set tokens=True, or"),
        (Ragged.from_rows(ROWS), True, "but tokens=True is set, so X must hold integer token ids"),
        (np.ones((2, 3, 1), int), True, "Set tokens=False to read X as numbers."),
        ([[0.5, 1.0]], True, "or set tokens=False to let SequenceSummary read X as numbers."),
        ([np.ones((2, 2), int)], True, "but tokens=True is set, so each row must be (steps,)"),
        ([["a", "b"]], False, "SequenceTokenizer (whose ids tokens='auto' knows)"),
        ([[1.0, np.nan, 2.0]], False, "NaN in row 0, step 1, feature 0"),
    ],
)
def test_errors_are_in_its_own_words(X, tokens, message):
    model = SequenceSummary(tokens=tokens)
    with pytest.raises(ValueError, match=re.escape(message)) as caught:
        model.fit(X)
    assert "embedding_dim" not in str(caught.value)
    assert vars(model) == {"tokens": tokens}


def test_parameter():
    with pytest.raises(ValueError, match="The 'tokens' parameter of SequenceSummary must be"):
        SequenceSummary(tokens="yes").fit(ROWS)


def test_other_features_than_in_fit():
    with pytest.raises(ValueError, match="X has 2 features per step, but SequenceSummary was fit"):
        SequenceSummary().fit(ROWS).transform(np.zeros((1, 5, 2)))


def test_frames_of_several_columns_of_series():
    cells = [np.arange(3.0), np.ones(2)]
    frame = pd.DataFrame({"u": cells, "v": cells})
    summary = SequenceSummary().set_output(transform="pandas")
    found = summary.fit_transform(frame)
    assert found["x1_mean"].tolist() == [1.0, 1.0]
    names = summary.get_feature_names_out(["u", "v"]).tolist()
    assert names[0] == "u_mean" and names[-1] == "length" and len(names) == found.shape[1]
    stacked = pd.DataFrame({"w": [np.stack([cell, cell], axis=1) for cell in cells]})
    assert summary.fit_transform(stacked).columns.tolist() == found.columns.tolist()
