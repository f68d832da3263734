import pickle

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.compose import ColumnTransformer
from sklearn.exceptions import NotFittedError
from sklearn.pipeline import make_pipeline
from sklearn.utils.estimator_checks import parametrize_with_checks

from skrnn.data import Ragged
from skrnn.preprocessing import (
    Differencer,
    InvertibleTransformer,
    Resampler,
    SequenceImputer,
    SequenceScaler,
    SequenceSummary,
    SlidingWindow,
)


class Negate(InvertibleTransformer, auto_wrap_output_keys=None):
    """A leaf as small as can be."""

    _parameter_constraints = {}  # noqa: RUF012

    def fit(self, X, y=None, sample_weight=None):
        return self._fit(X, sample_weight)

    def _learn(self, X, weight):
        self.n_seen_, self.weight_ = len(X), weight
        return X.n_features

    def _change(self, X):
        return X.map_values(np.negative)

    _change_back = _change


@parametrize_with_checks([Negate()])
def test_contract_of_scikit_learn(estimator, check):
    check(estimator)


def test_rows_of_no_weight_are_left_out():
    fitted = Negate().fit([[1.0], [2.0], [3.0]], sample_weight=[1, 0, 2])
    assert fitted.n_seen_ == 2 and fitted.weight_.tolist() == [1, 2]


def test_a_failed_fit_changes_nothing():
    fitted = Negate().fit(np.ones((2, 3, 2)))
    before = dict(vars(fitted))
    with pytest.raises(ValueError, match="NaN"):
        fitted.fit([[1.0, np.nan, 2.0]])
    assert vars(fitted) == before


def test_features_must_be_those_of_fit():
    fitted = Negate().fit(np.ones((2, 3, 2)))
    with pytest.raises(ValueError, match=r"3 features per step.*fitted with 2"):
        fitted.transform(np.ones((2, 3, 3)))
    with pytest.raises(ValueError, match=r"3 features per step.*Negate.transform gives 2"):
        fitted.inverse_transform(np.ones((2, 3, 3)))
    with pytest.raises(NotFittedError):
        clone(fitted).transform(np.ones((2, 3, 2)))


@pytest.mark.parametrize(
    ("X", "words"),
    [
        (Ragged.from_rows([[1, 2]]), "make numbers of them with skrnn.preprocessing.OneHotSteps,"),
        ([["a", "b"]], "and symbols become numbers through OneHotSteps; other strings"),
    ],
)
def test_errors_name_what_makes_numbers(X, words):
    for call in (Negate().fit, Negate().fit(np.ones((2, 4))).inverse_transform):
        with pytest.raises(ValueError, match=words) as caught:
            call(X)
        assert "set embedding_dim" not in str(caught.value)


def test_output_is_of_the_kind_of_the_input():
    fitted = Negate().fit([[1.0, 2.0], [3.0]])
    assert fitted.set_output(transform="pandas") is fitted
    given = pickle.loads(pickle.dumps(fitted)).transform([np.array([1.0, 2.0]), np.array([3.0])])
    assert [row.tolist() for row in given] == [[-1, -2], [-3]]
    back = fitted.inverse_transform(given)
    assert [row.tolist() for row in back] == [[1, 2], [3]]


class Bet(Negate, auto_wrap_output_keys=None):
    """A leaf that may be unable to go back."""

    def __init__(self, sure=True):
        self.sure = sure

    @property
    def one_way(self):
        return None if self.sure else "Bet(sure=False) forgets."


def test_there_may_be_no_way_back():
    fitted = Bet(sure=False).fit([[1.0]])
    assert not hasattr(fitted, "inverse_transform")
    with pytest.raises(AttributeError) as caught:
        _ = fitted.inverse_transform
    assert str(caught.value.__cause__) == "Bet(sure=False) forgets."
    assert fitted.set_params(sure=True).inverse_transform([[1.0]]) == [[-1.0]]


class Square(Negate, auto_wrap_output_keys=None):
    def _change(self, X):
        return X.map_values(np.square)

    def _change_back(self, X):
        return X.map_values(np.exp)


def test_what_becomes_too_large_is_named():
    fitted = Square().fit([[1.0]])
    with pytest.raises(ValueError, match="Square makes a number of row 1, step 1, feature 0"):
        fitted.transform([[1.0], [1.0, 1e200]])
    with pytest.raises(ValueError, match="row 0, step 0, feature 0 that is too large for float64"):
        fitted.inverse_transform([[1e3]])


CELLS = [np.arange(5.0), np.ones(3), np.array([4.0, 2.0, 7.0, 1.0])]
FRAMES = {
    "steps": pd.DataFrame(np.arange(12.0).reshape(3, 4), columns=list("abcd")),
    "one step": pd.DataFrame({"a": [1.0, 2.0]}),
    "one column": pd.DataFrame({"a": CELLS}),
    "two columns": pd.DataFrame({"a": CELLS, "b": CELLS}),
    "all in one": pd.DataFrame({"a": [np.stack([cell, cell], axis=1) for cell in CELLS]}),
}
TRANSFORMERS = [
    SequenceScaler(),
    Differencer(),
    SequenceImputer(),
    SequenceImputer(add_indicator=True),
    Resampler(length=3),
    Resampler(rate=0.5),
    SlidingWindow(2, pad=True),
]


@pytest.mark.parametrize("form", FRAMES)
@pytest.mark.parametrize("transformer", TRANSFORMERS, ids=repr)
def test_names_are_those_of_the_frame_that_comes_out(transformer, form):
    given = FRAMES[form]
    fitted = clone(transformer).fit(given)
    names = fitted.get_feature_names_out(given.columns)
    assert names.tolist() == fitted.transform(given).columns.tolist()
    tables = ColumnTransformer([("a", fitted, list(given.columns))]).set_output(transform="pandas")
    found = tables.fit_transform(given).columns.tolist()
    assert found == tables.get_feature_names_out().tolist() == [f"a__{name}" for name in names]


def test_names_without_a_frame():
    fitted = SequenceScaler().fit(np.ones((2, 3, 2)))
    assert fitted.get_feature_names_out().tolist() == ["x0", "x1"]
    assert fitted.get_feature_names_out(["u", "v"]).tolist() == ["u", "v"]
    with pytest.raises(ValueError, match="input_features should have length equal"):
        fitted.get_feature_names_out(["u"])
    assert Resampler(rate=2).fit(np.ones((2, 3))).get_feature_names_out().size == 6
    with pytest.raises(NotFittedError):
        SequenceScaler().get_feature_names_out()


@pytest.mark.parametrize("transformer", TRANSFORMERS, ids=repr)
@pytest.mark.parametrize("column", ["a", ["a"]], ids=["Series", "frame"])
def test_what_stands_behind_keeps_its_names(transformer, column):
    frame = FRAMES["one column"].assign(age=[1.0, 2.0, 3.0])
    steps = make_pipeline(transformer, SequenceSummary())
    tables = ColumnTransformer([("a", steps, column), ("age", "passthrough", ["age"])])
    found = tables.set_output(transform="pandas").fit_transform(frame).columns.tolist()
    assert found == tables.get_feature_names_out().tolist()
    assert found[-1] == "age__age" and all(name.startswith("a__") for name in found[:-1])
