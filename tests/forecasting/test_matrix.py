import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skrnn.forecasting import right_aligned
from skrnn.forecasting.matrix import (
    LARGEST,
    begun,
    bounded,
    exponents,
    left_aligned,
    newest,
    rescaled,
    row_medians,
    row_sums,
    row_variances,
)

NAN = np.nan
GAPS = np.array([[NAN, 1.0, NAN, 4.0], [NAN] * 4, [2.0, 2.0, 8.0, NAN], [NAN, NAN, NAN, -3.0]])


@given(lengths=st.lists(st.integers(0, 6), max_size=5), longest=st.none() | st.integers(0, 7))
def test_right_aligned_as_row_by_row(lengths, longest):
    series = [np.arange(1.0, length + 1) for length in lengths]
    Y = right_aligned(series, longest)
    kept = [len(row) if longest is None else min(len(row), longest) for row in series]
    assert Y.shape == (len(series), max(kept, default=0))
    for row, own, count in zip(Y, series, kept, strict=True):
        assert np.isnan(row[: len(row) - count]).all()
        np.testing.assert_array_equal(row[len(row) - count :], own[len(own) - count :])


def test_right_aligned_reads_lists_ints_and_read_only_arrays_and_shares_no_memory():
    own = np.arange(3.0)
    own.flags.writeable = False
    Y = right_aligned([own, [7], np.array([1, 2], dtype=np.int32)])
    np.testing.assert_array_equal(Y, [[0, 1, 2], [NAN, NAN, 7], [NAN, 1, 2]])
    assert Y.dtype == np.float64
    assert not np.shares_memory(right_aligned([own]), own)


def test_signalling_nan_becomes_a_quiet_one():
    missing = np.array([0x7FF00000000007A2, 0], dtype=np.uint64).view(np.float64)  # NA of R
    Y = right_aligned([missing])
    assert (Y - 1.0)[0, 1] == -1.0  # a signalling NaN warns here
    assert np.isnan(Y[0, 0])


def test_newest_and_begun():
    np.testing.assert_array_equal(newest(GAPS), [4.0, 0.0, 8.0, -3.0])
    np.testing.assert_array_equal(begun(GAPS), [3, 0, 4, 1])
    np.testing.assert_array_equal(newest(np.empty((2, 0))), [0.0, 0.0])
    np.testing.assert_array_equal(begun(np.empty((2, 0))), [0, 0])


@pytest.mark.parametrize("size", [1e-320, 1e-300, 0.3, 1.0, 7e12, 1e300, LARGEST])
def test_scaling_is_exact_and_stays_finite(size):
    Y = np.array([[size, -size / 2, NAN, 0.0]])
    power = exponents(Y)
    Z = rescaled(Y, -power)
    assert 0.5 <= np.nanmax(np.abs(Z)) < 1
    np.testing.assert_array_equal(rescaled(Z, power), Y)


def test_scaling_of_zeros_and_of_nothing():
    np.testing.assert_array_equal(exponents(np.array([[0.0, NAN], [NAN, NAN]])), [0, 0])
    assert exponents(np.empty((2, 0))).tolist() == [0, 0]


def test_overflow_becomes_the_largest_number():
    np.testing.assert_array_equal(
        bounded(lambda: np.array([1e300, -1e300, NAN]) * 1e300), [LARGEST, -LARGEST, NAN]
    )
    assert rescaled(np.array([[0.7]]), np.array([1030])) == LARGEST


def test_left_aligned():
    Y = GAPS[[0, 2, 3]]
    Z, order, active = left_aligned(Y)
    np.testing.assert_array_equal(order, [1, 0, 2])
    np.testing.assert_array_equal(active, [3, 2, 2, 1])
    np.testing.assert_array_equal(Z.T[0], [2, 2, 8, NAN])
    np.testing.assert_array_equal(Z.T[1], [1, NAN, 4, NAN])
    np.testing.assert_array_equal(Z.T[2], [-3, NAN, NAN, NAN])


@given(st.lists(st.lists(st.sampled_from([NAN, 1.0, 2.5, -4.0]), min_size=5, max_size=5)))
def test_row_statistics_as_numpy_has_them(rows):
    A = np.array(rows).reshape(-1, 5)
    for i, row in enumerate(A):
        known = row[~np.isnan(row)]
        assert row_medians(A)[i] == (np.median(known) if len(known) else 0.0)
        assert row_sums(A)[i] == known.sum()
        assert row_variances(A)[i] == pytest.approx(known.var() if len(known) else 0.0)


def test_sums_do_not_see_what_lies_to_the_left():
    A = np.random.default_rng(0).normal(size=(3, 40))
    wide = np.hstack([np.full((3, 300), NAN), A])
    np.testing.assert_array_equal(row_sums(wide), row_sums(A))
    np.testing.assert_array_equal(row_sums(A[:1]), row_sums(A)[:1])
    assert row_sums(np.empty((2, 0))).tolist() == [0.0, 0.0]
