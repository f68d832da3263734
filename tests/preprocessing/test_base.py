import pickle

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.utils.estimator_checks import parametrize_with_checks

from skrnn.preprocessing import InvertibleTransformer


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


def test_output_is_of_the_kind_of_the_input():
    fitted = Negate().fit([[1.0, 2.0], [3.0]])
    assert fitted.set_output(transform="pandas") is fitted
    given = pickle.loads(pickle.dumps(fitted)).transform([np.array([1.0, 2.0]), np.array([3.0])])
    assert [row.tolist() for row in given] == [[-1, -2], [-3]]
    back = fitted.inverse_transform(given)
    assert [row.tolist() for row in back] == [[1, 2], [3]]
