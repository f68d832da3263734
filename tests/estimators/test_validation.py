"""Rolling origins, against plain loops."""

import numpy as np
import pytest

from skrnn.estimators.validation import choose_origins, errors_by_scale


@pytest.mark.parametrize("horizon", [1, 3, 12])
@pytest.mark.parametrize("length", [1, 4, 20, 100, 1000])
def test_origins(length, horizon):
    lengths = np.array([length, 2, length + 7])
    origins = choose_origins(lengths, horizon)
    for row in origins.rows:
        assert lengths[row] - origins.back[0] >= 3
    if len(origins.rows):
        assert origins.back[-1] == horizon  # the newest steps are judged
        assert horizon <= origins.back[0] <= max(3 * horizon, (length + 7) / 10)
        assert list(origins.back) == sorted(set(origins.back), reverse=True)
        assert len(origins.back) <= 64
    assert (len(origins.rows) == 0) == (lengths < horizon + 3).all()


@pytest.mark.parametrize(("n", "n_origins"), [(1, 64), (50, 64), (100, 40), (999, 4), (5000, 4)])
def test_many_series_have_fewer_origins(n, n_origins):
    assert len(choose_origins(np.full(n, 5000), 5).back) == n_origins


def test_errors_by_scale():
    rows = [
        np.array([1.0, 2.0, 4.0, 8.0, 16.0]),
        np.array([1.0, np.nan, 4.0, 8.0]),
        np.array([5.0]),
        np.full(4, np.nan),
        np.ones(3),
    ]
    assert errors_by_scale(rows, 1) == pytest.approx([3.75, 4.0, np.nan, np.nan, 0.0], nan_ok=True)
    assert errors_by_scale(rows[:1], 2) == pytest.approx([(3 + 6 + 12) / 3])
    assert errors_by_scale(rows[:1], 3) == pytest.approx([3.75])  # too short for its season
