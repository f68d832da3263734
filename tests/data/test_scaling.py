"""Weighted statistics of the steps."""

import tracemalloc

import numpy as np
import pytest

from skrnn.data import Ragged
from skrnn.data.scaling import InputScaling, check_measured, constant_to_one, step_weights


def ragged(dtype=np.float64):
    rng = np.random.default_rng(0)
    return Ragged((rng.normal(size=(30, 3)) * [1, 10, 0.1] + [5, 0, -3]).astype(dtype), [4, 11, 15])


def test_statistics_are_those_of_all_steps():
    X = ragged()
    scaling = InputScaling.fit(X, np.ones(3))
    np.testing.assert_allclose(scaling.mean, X.values.mean(0), rtol=1e-12)
    np.testing.assert_allclose(scaling.scale, X.values.std(0), rtol=1e-12)
    scaled = scaling.apply(X.values)
    np.testing.assert_allclose(scaled.mean(0), 0, atol=1e-12)
    np.testing.assert_allclose(scaled.std(0), 1, rtol=1e-12)


def test_weight_two_is_twice():
    X = ragged()
    weighted = InputScaling.fit(X, np.array([1.0, 2.0, 0.5]))
    repeated = InputScaling.fit(X[[0, 1, 1, 2, 0, 1, 1]], np.ones(7) * [1, 1, 1, 1, 1, 1, 1])
    again = InputScaling.fit(X, np.array([2.0, 4.0, 1.0]))
    np.testing.assert_allclose(repeated.mean, again.mean, rtol=1e-12)
    np.testing.assert_allclose(repeated.scale, again.scale, rtol=1e-12)
    np.testing.assert_allclose(weighted.mean, again.mean, rtol=1e-12)
    steps = np.repeat([1.0, 2.0, 0.5], X.lengths)
    np.testing.assert_allclose(weighted.mean, np.average(X.values, axis=0, weights=steps))


def test_overlapping_rows_count_each_time():
    X = Ragged(np.array([0.0, 1.0, 5.0, 9.0]), [2, 2], [0, 1])
    used, weight = step_weights(X, np.array([1.0, 3.0]))
    assert used.tolist() == [0, 1, 2] and weight.tolist() == [1, 4, 3]
    assert InputScaling.fit(X, np.array([1.0, 3.0])).mean == pytest.approx((0 + 4 + 15) / 8)


def test_what_no_row_uses_is_not_read():
    X = Ragged(np.array([np.nan, 1.0, 3.0, np.inf]), [2], [1])
    scaling = InputScaling.fit(X, np.ones(1))
    assert scaling.mean == [2.0] and scaling.scale == [1.0]
    assert np.isnan(scaling.apply(X.values)[0, 0])  # and no warning


def test_single_precision_is_summed_in_double():
    X = Ragged(np.full(100_000, 0.1, dtype=np.float32), [100_000])
    assert InputScaling.fit(X, np.ones(1)).mean[0] == pytest.approx(np.float32(0.1), rel=1e-12)
    assert InputScaling.fit(ragged(np.float32), np.ones(3)).apply(X.values[:, [0, 0, 0]]).dtype == (
        np.float64
    )


def test_a_constant_keeps_its_scale():
    X = Ragged(np.stack([np.full(9, 1e5 / 3), np.arange(9.0), np.zeros(9)], 1), [4, 5])
    scaling = InputScaling.fit(X, np.ones(2))
    assert scaling.scale[0] == 1 and scaling.scale[2] == 1
    assert np.abs(scaling.apply(X.values)[:, 0]).max() < 1e-9


def test_constant_to_one():
    mean, scale = np.array([1e8, 1e8, 0.0, 1.0]), np.array([1e-9, 1.0, 0.0, 1e-3])
    assert constant_to_one(mean, scale).tolist() == [1.0, 1.0, 1.0, 1e-3]


def test_too_large_to_square():
    X = Ragged(np.array([[1.0, 1e200], [2.0, -1e200]]), [2])
    with pytest.raises(ValueError, match=r"Feature 1 of X is too large .* \(up to 1e\+200\)"):
        InputScaling.fit(X, np.ones(1))


def test_check_measured():
    values = np.array([[1.0, 2.0], [3.0, -1e300]])
    check_measured(np.zeros(2), np.ones(2), values)
    for mean, scale in ([0.0, np.inf], [1.0, 1.0]), ([0.0, 0.0], [1.0, np.nan]):
        with pytest.raises(ValueError, match=r"Feature 1 of row 3 .* 1e\+300\).*, or not\."):
            check_measured(
                np.array(mean), np.array(scale), values, whose="row 3", remedy=", or not"
            )


def test_many_overlapping_rows_are_counted_in_parts(monkeypatch):
    rng = np.random.default_rng(0)
    X = Ragged(rng.normal(size=50), rng.integers(0, 20, 300), rng.integers(0, 31, 300))
    weight = rng.integers(1, 5, 300).astype(float)
    whole = step_weights(X, weight)
    monkeypatch.setattr("skrnn.data.scaling.STEPS_AT_ONCE", 1)
    parts = step_weights(X, weight)
    expected = np.zeros(50)
    for i, row in enumerate(X):
        expected[X.starts[i] : X.starts[i] + len(row)] += weight[i]
    assert parts[0].tolist() == whole[0].tolist() == np.flatnonzero(expected).tolist()
    assert parts[1].tolist() == whole[1].tolist() == expected[parts[0]].tolist()


def test_windows_are_not_written_out():
    series = np.arange(20_000.0)
    X = Ragged.from_windows(series, 500)
    tracemalloc.start()
    try:
        InputScaling.fit(X, np.ones(len(X)))
        assert tracemalloc.get_traced_memory()[1] < 8 * X.lengths.sum()
    finally:
        tracemalloc.stop()
