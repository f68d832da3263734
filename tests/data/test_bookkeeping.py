import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator

from skrnn.data.bookkeeping import read_sequences, unchanged_on_error


def read(X, *, ids=False, reset=True, estimator=None):
    estimator = BaseEstimator() if estimator is None else estimator
    return read_sequences(estimator, X, ids=ids, reset=reset), estimator


@pytest.mark.parametrize(
    ("X", "ids", "expected"),
    [
        (np.zeros((3, 7)), False, 7),
        ([[1.0, 2.0], [3.0, 4.0]], False, 2),
        (np.zeros((3, 7, 2)), False, 2),
        ([np.zeros((3, 4)), np.zeros((1, 4))], False, 4),
        ([[1, 2], [3]], True, 1),
        (np.ones((3, 7), int), True, 1),
    ],
)
def test_number_of_features(X, ids, expected):
    assert read(X, ids=ids)[1].n_features_in_ == expected


def test_names_of_columns_come_and_go():
    frame = pd.DataFrame(np.zeros((2, 3)), columns=list("abc"))
    _, estimator = read(frame)
    assert estimator.feature_names_in_.tolist() == ["a", "b", "c"]
    read([np.zeros((3, 4))], estimator=estimator)
    assert not hasattr(estimator, "feature_names_in_")


def test_another_number_of_features():
    _, estimator = read(np.zeros((3, 7, 2)))
    with pytest.raises(
        ValueError, match="3 features per step, but BaseEstimator was fitted with 2"
    ):
        read(np.zeros((3, 7, 3)), reset=False, estimator=estimator)
    with pytest.raises(ValueError, match=r"pass \[X\]\.$"):
        read(np.zeros((7, 2)), reset=False, estimator=estimator)


def test_width_counts_between_tables_only():
    _, estimator = read(np.zeros((3, 7)))
    with pytest.raises(ValueError, match="7 features"):
        read(np.zeros((3, 6)), reset=False, estimator=estimator)
    X, _ = read([np.zeros(5), np.zeros(9)], reset=False, estimator=estimator)
    assert X.lengths.tolist() == [5, 9]


def test_unchanged_on_error():
    estimator = BaseEstimator()
    estimator.kept = 1
    with pytest.raises(KeyboardInterrupt), unchanged_on_error(estimator):
        estimator.kept, estimator.new = 2, 3
        raise KeyboardInterrupt
    assert vars(estimator) == {"kept": 1}
    with unchanged_on_error(estimator):
        estimator.new = 3
    assert estimator.new == 3
