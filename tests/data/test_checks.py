"""Padding and forbidden values on rows in any order (messages: test_read)."""

import numpy as np
import pytest

from skrnn.data import Ragged
from skrnn.data.checks import (
    check_finite,
    check_ids,
    check_overflow,
    cut_nan_padding,
    cut_padding,
)

NAN = np.nan


def brute_cut(row, leading=True):
    real = np.flatnonzero(~np.isnan(row).all(axis=1))
    return row[real[0] if leading else 0 : real[-1] + 1]


@pytest.mark.parametrize("leading", [True, False])
def test_cutting_equals_a_loop_over_rows(leading):
    rng = np.random.default_rng(0)
    values = rng.normal(size=(400, 2))
    values[rng.random(400) < 0.4] = NAN
    values[::7, 0] = NAN
    starts = rng.integers(0, 380, size=200)
    lengths = rng.integers(10, 20, size=200)
    X = Ragged(values, lengths, starts)
    got = cut_nan_padding(X, leading=leading)
    assert got.values is values
    for row, whole in zip(got, X, strict=True):
        np.testing.assert_array_equal(row, brute_cut(whole, leading))


def test_nothing_is_cut_from_finite_rows():
    X = Ragged(np.ones((4, 1)), [2, 2])
    assert cut_nan_padding(X) is X


def test_no_rows_are_no_trouble():
    X = Ragged(np.array([NAN]), [])
    assert len(cut_nan_padding(X)) == 0
    check_finite(X, "RNNClassifier")
    check_ids(Ragged(np.empty(0, dtype=int), []))


def test_the_first_row_of_padding_alone_is_named():
    X = Ragged(np.array([1, 0, 0, 0]), [1, 2, 1])
    with pytest.raises(ValueError, match=r"Row 1 of X has no steps left: all its values are 0"):
        cut_padding(X, X.values == 0, content="0")


def test_forbidden_values_are_found_in_overlapping_rows():
    values = np.arange(10.0)
    values[6] = NAN
    X = Ragged(values, [3, 3, 3, 3], starts=[7, 0, 5, 4])
    with pytest.raises(ValueError, match="NaN in row 2, step 1, feature 0"):
        check_finite(X, "RNNClassifier")
    check_finite(X[:2], "RNNClassifier")


def test_the_first_feature_at_fault_decides_the_message():
    X = Ragged(np.array([[1.0, 1.0, 1.0], [1.0, np.inf, NAN]]), [2])
    with pytest.raises(ValueError, match=r"infinity \(inf\) in row 0, step 1, feature 1"):
        check_finite(X, "RNNClassifier")


def test_steps_are_counted_from_the_given_starts():
    X = Ragged(np.array([NAN, 1.0, NAN, 2.0]), [4])
    with pytest.raises(ValueError, match="NaN in row 0, step 2"):
        check_finite(cut_nan_padding(X), "RNNClassifier", starts=X.starts)
    ids = Ragged(np.array([0, 1, 0, 2]), [4])
    with pytest.raises(ValueError, match="token id 0 at step 2"):
        check_ids(cut_padding(ids, ids.values == 0), starts=ids.starts)


def test_a_sum_that_overflows_is_no_error():
    check_finite(Ragged(np.full(4, 1e308), [4]), "RNNClassifier")


def test_overflow_is_found_in_rows_only():
    values = np.array([[1.0, np.inf], [1.0, 2.0], [3.0, NAN], [1.0, -np.inf]])
    check_overflow(Ragged(values, [1], [1]), "Differencer")
    check_overflow(Ragged(values, [2], [1]), "SequenceImputer", allow_nan=True)
    check_overflow(Ragged(np.arange(3), [3]), "SequenceTokenizer")
    with pytest.raises(ValueError, match=r"Differencer .* row 1, step 1, feature 1 .* float64"):
        check_overflow(Ragged(values, [1, 2], [1, 1]), "Differencer")
    with pytest.raises(ValueError, match="row 0, step 2, feature 1"):
        check_overflow(Ragged(values, [3], [1]), "SequenceImputer", allow_nan=True)
