import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator

from skrnn import RNNRegressor
from skrnn.data.bookkeeping import read_sequences, unchanged_on_error
from skrnn.preprocessing import SequenceScaler


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


def frames(*columns):
    return [pd.DataFrame(np.arange(6.0).reshape(3, 2), columns=list(each)) for each in columns]


def test_frames_in_a_list_keep_the_order_of_their_columns():
    model = RNNRegressor(hidden_size=2, max_epochs=1, random_state=0)
    model.fit([*frames("ab"), frames("ab")[0].to_numpy()], [1.0, 2.0])
    expected = model.predict(frames("ab"))
    assert (model.predict([frames("ab")[0].to_numpy()]) == expected).all()  # no names: as they lie
    for X in (frames("ba"), pd.Series(frames("ba"))):
        with pytest.raises(
            ValueError, match=r"columns \['b', 'a'\], but RNNRegressor was fitted on"
        ):
            model.predict(X)
    swapped = [x[["a", "b"]] for x in frames("ba")]  # as the error advises
    assert model.predict(swapped).shape == (1,)
    with pytest.raises(ValueError, match="Row 1 of X has the columns"):
        model.fit(frames("ab", "ba"), [1.0, 2.0])
    assert (model.predict(frames("ab")) == expected).all()
    assert model.fit(frames("ba", "ba"), [1.0, 2.0]).predict(frames("ba")).shape == (1,)


def test_transformers_know_the_columns_of_frames_in_a_list():
    scaler = SequenceScaler().fit(frames("ab", "ab"))
    with pytest.raises(ValueError, match="SequenceScaler was fitted on"):
        scaler.transform(frames("ba"))
