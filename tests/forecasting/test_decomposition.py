import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skrnn.forecasting.decomposition import (
    errors_of_next,
    moving_average,
    phase_means,
    seasonal_indices,
    shrunk,
    tiled,
    within,
)

NAN = np.nan


def average_by_hand(row, m, edges):
    """The definition on one row, step by step."""
    half = m // 2
    weights = [0.5 if 2 * abs(k) == m else 1.0 for k in range(-half, half + 1)]
    first = np.flatnonzero(~np.isnan(row))[0]
    answer = np.full(len(row), NAN)
    for t in range(len(row)):
        pairs = [
            (w, row[t + k])
            for w, k in zip(weights, range(-half, half + 1), strict=True)
            if 0 <= t + k < len(row) and not np.isnan(row[t + k])
        ]
        total = sum(w for w, _ in pairs)
        inside = first + half <= t < len(row) - half
        if total >= m / 2 and (edges or inside):
            answer[t] = sum(w * v for w, v in pairs) / total
    return answer


@pytest.mark.parametrize("edges", [False, True])
@given(m=st.integers(2, 7), data=st.data())
def test_moving_average_by_hand(m, edges, data):
    values = st.sampled_from([NAN, 1.0, 2.0, -3.0, 10.0])
    rows = data.draw(st.lists(st.lists(values, min_size=18, max_size=18), min_size=1, max_size=3))
    Y = np.array(rows)
    Y[:, 9] = 5.0  # each has a value
    expected = [average_by_hand(row, m, edges) for row in Y]
    np.testing.assert_allclose(moving_average(Y, m, edges), expected, rtol=1e-12)


@pytest.mark.parametrize("m", [2, 3, 4, 7, 12])
@pytest.mark.parametrize("kind", ["multiplicative", "additive"])
def test_exact_seasons_are_found(m, kind):
    rng = np.random.default_rng(m)
    Y = np.full((5, 6 * m + 1), 40.0)
    true = rng.uniform(0.5, 1.5, size=(5, m))
    true /= true.mean(axis=1, keepdims=True)
    if kind == "additive":
        true -= 1
    past = tiled(true, Y.shape[1])
    Y = Y * past if kind == "multiplicative" else Y + past
    np.testing.assert_allclose(seasonal_indices(Y, m, kind), true, atol=1e-12)


def test_additive_season_on_a_straight_line_is_found():
    true = np.array([[3.0, -1.0, 0.0, -2.0]])
    Y = np.arange(40.0) * 0.5 + tiled(true, 40)
    np.testing.assert_allclose(seasonal_indices(Y, 4, "additive"), true, atol=0.3)


@pytest.mark.parametrize("scale", [1e-305, 1e-9, 1e12, 1e300])
def test_indices_have_the_scale_of_the_series(scale):
    Y = 5 + tiled(np.array([[1.0, -2.0, 1.0]]), 15)
    additive = seasonal_indices(Y * scale, 3, "additive")
    np.testing.assert_allclose(additive / scale, seasonal_indices(Y, 3, "additive"), atol=1e-6)
    ratios = seasonal_indices(Y * scale, 3)
    np.testing.assert_allclose(ratios, seasonal_indices(Y, 3), atol=1e-6)


def test_missing_steps_do_not_move_exact_indices():
    true = np.array([[10.0, -10.0, 5.0, -5.0]])
    Y = 50 + tiled(true, 40)
    gaps = Y.copy()
    gaps[0, [3, 10, 17, 18, 19, 31, 39]] = NAN
    np.testing.assert_allclose(seasonal_indices(gaps, 4, "additive"), true, atol=1.0)


def test_an_outlier_moves_the_indices_much_less_than_their_mean(monkeypatch):
    rng = np.random.default_rng(0)
    true = np.array([[10.0, -10.0, 5.0, -5.0, 0.0]])
    Y = 50 + tiled(true, 100) + rng.normal(size=(1, 100))
    spoilt = Y.copy()
    spoilt[0, 90] = 2000.0

    def moved():
        before, after = (seasonal_indices(each, 5, "additive") for each in (Y, spoilt))
        return np.abs(after - before).max()

    cut = moved()
    monkeypatch.setattr("skrnn.forecasting.decomposition.OUTLYING", np.inf)
    assert cut < moved() / 4


def test_recent_seasons_weigh_more():
    old, new = np.array([[4.0, -4.0, 0.0]]), np.array([[0.0, -4.0, 4.0]])
    Y = 20 + np.hstack([tiled(old, 30), tiled(new, 30)])
    far = [
        np.abs(seasonal_indices(Y, 3, "additive", decay) - new).max() for decay in (1.0, 0.9, 0.6)
    ]
    assert far[0] > far[1] > far[2]
    assert np.abs(seasonal_indices(Y, 3, "additive") - new).max() < far[1]  # a row's own choice


@pytest.mark.parametrize("kind", ["multiplicative", "additive"])
def test_rows_without_two_seasons_or_a_phase_have_none(kind):
    Y = np.tile([1.0, 2.0, 6.0, 3.0], (4, 5))
    Y[0, :13] = NAN  # seven steps are left
    Y[1, 2::4] = NAN
    Y[2] = NAN
    indices = seasonal_indices(Y, 4, kind)
    assert (indices[:3] == (kind == "multiplicative")).all()
    assert indices[3].std() > 0
    assert (seasonal_indices(Y[:, :7], 4, kind) == (kind == "multiplicative")).all()
    assert seasonal_indices(Y[:0], 4, kind).shape == (0, 4)


def test_a_phase_of_next_to_nothing_has_no_ratio():
    Y = np.tile([1.0, 1.0, 1.0, 1e-6], (1, 6))
    assert (seasonal_indices(Y, 4) == 1).all()
    assert seasonal_indices(Y, 4, "additive").std() > 0


def test_constant_rows_have_no_season():
    Y = np.array([[0.0] * 24, [7.3] * 24, [-0.1] * 24])
    np.testing.assert_allclose(seasonal_indices(Y, 6, "additive"), 0.0, atol=1e-15)


def test_phase_means_by_hand():
    rng = np.random.default_rng(0)
    D = rng.normal(size=(4, 14))
    D[rng.random(D.shape) < 0.2] = NAN
    D[3, :4] = NAN
    mean, _, covered = phase_means(D, 4, 0.5)
    for i, row in enumerate(D):
        totals = np.zeros((2, 4))
        for t, value in enumerate(row):
            ago = len(row) - 1 - t
            weight = 0.5 ** (ago // 4) * (not np.isnan(value))
            totals[:, 3 - ago % 4] += weight * np.nan_to_num(value), weight
        assert covered[i] == (totals[1] > 0).all()
        if covered[i]:
            expected = totals[0] / totals[1]
            np.testing.assert_allclose(mean[i], expected - expected.mean(), atol=1e-12)


def test_errors_of_next_season_by_hand():
    seasons = np.array([[[1.0, NAN], [3.0, 5.0], [NAN, 6.0], [2.0, 4.0]]])
    errors = errors_of_next(seasons, ~np.isnan(seasons), 0.5)
    first = (3 - 1) ** 2 + (2 - (0.5 * 1 + 3) / 1.5) ** 2
    second = (6 - 5) ** 2 + (4 - (0.5 * 5 + 6) / 1.5) ** 2
    np.testing.assert_allclose(errors, first + second)


def test_shrinkage():
    index = np.array([[2.0, -2.0, 1.0, -1.0, 0.0]] * 3)
    kept = shrunk(index, np.array([0.0, 1.25, 100.0]))
    np.testing.assert_allclose(kept[0], index[0])
    np.testing.assert_allclose(kept[1], index[1] * (1 - 0.5 * 1.25 / 2.5))
    np.testing.assert_allclose(kept[2], index[2] * 0.5)
    np.testing.assert_array_equal(shrunk(index[:, :3], np.full(3, 9.0)), index[:, :3])


def test_within_cuts_to_the_band():
    D = np.array([[1.0, -1.0, 1.0, -1.0, 1.0, 50.0, NAN]])
    cut = within(D, np.zeros((1, 1)))
    assert cut[0, 5] == pytest.approx(2.5 * 1.4826)
    np.testing.assert_array_equal(np.delete(cut, 5), np.delete(D, 5))
    same = np.array([[0.0, 0.0, 0.0, 0.0, 3.0]])  # no spread: nothing to cut by
    np.testing.assert_array_equal(within(same, np.zeros((1, 1))), same)
