import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skrnn.data import Ragged
from skrnn.preprocessing.measuring import METHODS, Groups

LENGTHS = [4, 1, 7, 2]


def ragged():
    return Ragged(np.random.default_rng(0).normal(size=(14, 2)) * [1, 100] + [0, 5], LENGTHS)


def quantile(values, share):
    """The definition, word for word, on one feature."""
    values = np.sort(values)
    place = share * len(values)
    if place == int(place):
        return (values[int(place) - 1] + values[int(place)]) / 2
    return values[int(place)]


def by_hand(method, values):
    if method == "standard":
        return values.mean(0), values.std(0)
    if method == "robust":
        low, center, high = (
            np.array([quantile(column, share) for column in values.T])
            for share in (0.25, 0.5, 0.75)
        )
        return center, high - low
    if method == "min_max":
        return values.min(0), np.ptp(values, axis=0)
    return np.zeros(values.shape[1]), np.abs(values).mean(0)


@pytest.mark.parametrize("method", METHODS)
def test_each_group_is_measured_by_itself(method):
    X = ragged()
    center, scale = METHODS[method](Groups.of_rows(X))
    for i, row in enumerate(X):
        expected, spread = by_hand(method, row)
        np.testing.assert_allclose(center[i], expected, rtol=1e-12, atol=1e-12)
        np.testing.assert_allclose(scale[i], np.where(spread == 0, 1, spread), rtol=1e-12)


@pytest.mark.parametrize("method", METHODS)
def test_all_steps_are_one_group(method):
    X = ragged()
    center, scale = METHODS[method](Groups.of_all(X, np.ones(4)))
    expected = by_hand(method, X.values)
    np.testing.assert_allclose((center[0], scale[0]), expected, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("method", METHODS)
@given(
    values=st.lists(st.integers(-5, 5), min_size=1, max_size=12),
    weights=st.lists(st.integers(1, 4), min_size=12, max_size=12),
    unit=st.sampled_from([1.0, 0.1, 1e-200, 1 / 3]),
)
def test_a_weight_is_a_number_of_times(method, values, weights, unit):
    weights = np.array(weights[: len(values)])
    one_step = Ragged(np.array(values, dtype=float), np.ones(len(values), dtype=int))
    weighted = METHODS[method](Groups.of_all(one_step, weights * unit))
    repeated = one_step[np.repeat(np.arange(len(values)), weights)]
    plain = METHODS[method](Groups.of_all(repeated, np.ones(len(repeated))))
    np.testing.assert_allclose(weighted, plain, rtol=1e-12, atol=1e-12)


def test_the_median_is_that_of_numpy():
    for n in range(1, 9):
        values = np.random.default_rng(n).normal(size=(n, 1))
        (center,) = Groups(values, np.ones(n), np.array([0])).quantiles(0.5)
        assert center == np.median(values)


def test_overlapping_rows_count_each_time():
    X = Ragged(np.array([0.0, 1.0, 5.0, 9.0]), [2, 2], [0, 1])
    center, _ = Groups.of_all(X, np.array([1.0, 3.0])).mean_and_deviation()
    assert center == pytest.approx((0 + 4 + 15) / 8)


@pytest.mark.parametrize("method", METHODS)
def test_what_never_changes_keeps_its_scale(method):
    X = Ragged(np.stack([np.full(99_999, 1e5 / 3), np.zeros(99_999)], 1), [99_998, 1])
    for groups in (Groups.of_all(X, np.array([0.1, 0.7])), Groups.of_rows(X)):
        center, scale = METHODS[method](groups)
        if method == "mean_abs":
            np.testing.assert_allclose(scale, [[1e5 / 3, 1]] * len(scale), rtol=1e-11)
        else:
            assert (scale == 1).all() and (center == [1e5 / 3, 0]).all()
