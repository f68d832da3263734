import copy
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skrnn.forecasting import fit_seasons, season_test, seasonal_strength
from skrnn.forecasting.decomposition import tiled
from skrnn.forecasting.seasonality import has_season, read_periods

NAN = np.nan


def seasonal(n=4, T=60, m=4, noise=0.1, seed=0):
    """Positive rows with a multiplicative season, and the ratios of the future phases."""
    rng = np.random.default_rng(seed)
    true = rng.uniform(0.5, 1.5, size=(n, m))
    true /= true.mean(axis=1, keepdims=True)
    level = 50 + np.cumsum(rng.normal(size=(n, T)), axis=1) * noise
    return level * tiled(true, T), true


def test_by_hand(row, m, level=1.6448536269514722):
    """The test of M4 on one row without missing steps."""
    if len(row) < 3 * m or np.ptp(row) == 0:
        return False
    centred = row - row.mean()
    r = [(centred[k:] * centred[: len(row) - k]).sum() / (centred**2).sum() for k in range(m + 1)]
    limit = level * np.sqrt((1 + 2 * sum(x**2 for x in r[1:m])) / len(row))
    return abs(r[m]) > limit


test_by_hand.__test__ = False


@pytest.mark.parametrize("m", [2, 3, 4, 7, 12])
def test_season_test_as_on_each_row(m):
    rng = np.random.default_rng(m)
    Y = rng.normal(size=(60, 40)) + rng.uniform(0, 1.5, size=(60, 1)) * np.sin(
        np.arange(40) * 2 * np.pi / m + 1
    )
    expected = [test_by_hand(row, m) for row in Y]
    assert season_test(Y, m).tolist() == expected
    assert 0 < sum(expected) < 60


def test_a_higher_level_lets_fewer_pass():
    Y = np.random.default_rng(0).normal(size=(500, 40))
    passed = [season_test(Y, 4, level).sum() for level in (0.5, 0.9, 0.99)]
    assert passed[0] > passed[1] > passed[2]
    assert 15 < passed[1] < 75  # of pure noise about one in ten


def test_season_test_with_missing_steps():
    Y = np.tile([1.0, 5.0, 2.0, 9.0], (3, 8))
    Y[0, ::5] = NAN
    Y[1, :21] = NAN  # eleven values: too few
    Y[2] = NAN
    assert season_test(Y, 4).tolist() == [True, False, False]


@pytest.mark.parametrize("value", [0.0, 0.1, -3.3, 1e300, 1e-300])
def test_constant_rows_have_no_season(value):
    Y = np.full((2, 36), value)
    Y[1, 5] = NAN
    assert not season_test(Y, 4).any()
    assert (seasonal_strength(Y, 4) == 0).all()
    plain = fit_seasons(Y, 4).remove(Y)
    np.testing.assert_allclose(plain, Y, rtol=1e-12)


@pytest.mark.parametrize("shape", [(0, 20), (3, 0), (3, 1), (0, 0)])
def test_nothing_to_test(shape):
    Y = np.ones(shape)
    assert season_test(Y, 4).tolist() == [False] * len(Y)
    assert seasonal_strength(Y, 4).tolist() == [0.0] * len(Y)
    seasons = fit_seasons(Y, (4, 8))
    assert seasons.present.tolist() == [[False, False]] * len(Y)
    assert seasons.remove(Y).shape == Y.shape


def test_no_season_in_one_step():
    Y = np.random.default_rng(0).normal(size=(2, 30))
    assert not season_test(Y, 1).any()


def test_a_trend_hides_the_season_from_the_test_but_not_from_the_differences():
    Y = np.arange(60.0)[None] * 4 + tiled(np.array([[3.0, -3.0] * 6]), 60)
    assert not season_test(Y, 12).any()
    assert has_season(Y, 12).all()


def test_strength_grows_with_the_season():
    rng = np.random.default_rng(0)
    noise, season = rng.normal(size=(1, 120)), tiled(np.array([[1.0, -1.0, 2.0, -2.0]]), 120)
    strength = seasonal_strength(noise + np.array([[0.0], [0.5], [2.0], [20.0]]) * season, 4)
    assert (np.diff(strength) > 0).all()
    assert strength[0] < 0.2
    assert strength[-1] > 0.98
    np.testing.assert_allclose(seasonal_strength(season * 1e300, 4), 1.0)
    assert ((strength >= 0) & (strength <= 1)).all()


def test_multiplicative_seasons_of_positive_rows():
    Y, true = seasonal()
    seasons = fit_seasons(Y, 4)
    assert (seasons.terms[0] == 0).all()
    np.testing.assert_allclose(seasons.factors[0], true, atol=0.02)
    assert seasons.periods == (4,)
    assert seasons.present.all()


def test_additive_seasons_where_a_value_is_not_positive():
    Y, true = seasonal()
    seasons = fit_seasons(Y - Y.min(axis=1, keepdims=True), 4)
    assert (seasons.factors[0] == 1).all()
    assert (np.abs(seasons.terms[0] - 50 * (true - 1)) < 2).all()


def test_the_kind_that_explains_more():
    growth = 1.05 ** np.arange(60)
    season = tiled(np.array([[0.8, 1.2, 1.1, 0.9]]), 60)
    Y = np.vstack([growth * season * 10, growth * 10 + 5 * season])
    seasons = fit_seasons(Y, 4)
    assert (seasons.factors[0][0] != 1).all()
    assert (seasons.terms[0][1] != 0).all()


@given(
    periods=st.sampled_from([(4,), (3, 6), (4, 12), None]),
    lift=st.sampled_from([0.0, 30.0, -1e6]),
    h=st.integers(1, 30),
)
def test_restore_undoes_remove_in_the_past_and_in_the_future(periods, lift, h):
    Y, _ = seasonal(T=60, m=12)
    Y += lift
    seasons = fit_seasons(Y, periods)
    np.testing.assert_allclose(seasons.restore(seasons.remove(Y), first=-59), Y, rtol=1e-9)
    future = Y[:, :h]
    np.testing.assert_allclose(seasons.restore(seasons.remove(future, first=1)), future, rtol=1e-9)
    part = seasons.remove(Y[:, 10:20], first=-49)
    np.testing.assert_allclose(part, seasons.remove(Y)[:, 10:20], rtol=1e-12)


def test_an_exact_season_is_removed_and_continued():
    season = np.array([[10.0, 30.0, 20.0]])
    Y = tiled(season, 14)
    seasons = fit_seasons(Y, 3)
    np.testing.assert_allclose(seasons.remove(Y), 20.0)
    np.testing.assert_allclose(seasons.restore(np.full((1, 4), 20.0)), [[10, 30, 20, 10]])


def test_rows_do_not_see_each_other_nor_the_width():
    Y, _ = seasonal(n=6, T=70, m=12, noise=3.0)
    Y[1] -= 60
    Y[2, :30] = NAN
    Y[3, [7, 40, 41, 69]] = NAN
    Y[4, :50] = NAN
    together = fit_seasons(Y, (4, 12))
    for i, row in enumerate(Y):
        own = row[np.flatnonzero(~np.isnan(row))[0] :][None]
        alone = fit_seasons(own, (4, 12))
        for table in ("factors", "terms"):
            for one, all_ in zip(getattr(alone, table), getattr(together, table), strict=True):
                np.testing.assert_array_equal(one[0], all_[i])
        assert seasonal_strength(own, 12)[0] == seasonal_strength(Y, 12)[i]
        assert season_test(own, 4)[0] == season_test(Y, 4)[i]


def test_a_row_too_short_for_the_longer_season_is_fitted_as_alone():
    Y, _ = seasonal(n=3, T=80, m=4, noise=2.0)
    Y[0] *= np.tile(np.repeat([1.0, 0.5], [20, 8]), 3)[:80]
    Y[1, :40] = NAN
    together, alone = fit_seasons(Y, (4, 28)), fit_seasons(Y[1:2, 40:], 4)
    assert together.present.tolist()[:2] == [[True, True], [True, False]]
    np.testing.assert_array_equal(together.factors[0][1], alone.factors[0][0])


def test_all_seasons_may_weigh_alike():
    old, new = np.array([[4.0, -4.0, 0.0]]), np.array([[0.0, -4.0, 4.0]])
    Y = 20 + np.hstack([tiled(old, 60), tiled(new, 60)])
    Y[0, 0] = -1.0  # so that the season is additive
    for periods in (3, (3, 21)):
        late, alike = (fit_seasons(Y, periods, recent=recent) for recent in (True, False))
        spread = [np.std(each.remove(Y)[0, 1:60]) for each in (late, alike)]
        assert spread[0] > spread[1] * 1.3
        spread = [np.std(each.remove(Y)[0, 60:]) for each in (late, alike)]
        assert spread[0] < spread[1] / 1.3


def test_the_second_season_holds_what_the_first_leaves():
    day = np.array([1.0, 2.0, 4.0, 1.0])
    week = np.repeat([1.0, 1.0, 1.0, 1.0, 1.0, 0.5, 0.25], 4)
    Y = np.tile(np.tile(day, 7) * week, 8)[None] * 100
    both, only = fit_seasons(Y, (4, 28)), fit_seasons(Y, 4)
    assert both.present.tolist() == [[True, True]]
    ahead = Y[:, :28]  # the history ends with a week
    forecast = both.restore(both.remove(Y)[:, -28:].mean(axis=1, keepdims=True).repeat(28, axis=1))
    assert np.abs(forecast - ahead).mean() < 0.06 * ahead.mean()
    left = [np.std(np.log(seasons.remove(Y))) for seasons in (both, only)]
    assert left[0] < 0.2 * left[1]


def test_too_short_for_the_longer_season():
    Y, _ = seasonal(T=40, m=4)
    seasons = fit_seasons(Y, (4, 24))
    assert seasons.present.tolist() == [[True, False]] * 4
    np.testing.assert_array_equal(seasons.factors[1], 1.0)


def test_noise_is_left_alone_by_the_test():
    Y = np.random.default_rng(0).normal(size=(300, 48)) + 20
    tested, every = fit_seasons(Y, 12), fit_seasons(Y, 12, test=False)
    assert tested.present.mean() < 0.4
    assert every.present.mean() > 0.9


@pytest.mark.parametrize("size", [1e-300, 1e300, 1.7e308])
def test_huge_and_tiny_rows_stay_finite(size):
    Y = np.tile([1.0, -0.5, 0.1, 0.9], (2, 6)) * size
    Y[1] = np.abs(Y[1])
    seasons = fit_seasons(Y, 4)
    assert seasons.present.all()
    for answer in (seasons.remove(Y), seasons.restore(Y)):
        assert np.isfinite(answer).all()


def test_take_and_advance():
    Y, _ = seasonal(n=5, T=60, m=12, noise=2.0)
    seasons = fit_seasons(Y, (4, 12))
    F = np.arange(100.0).reshape(5, 20)
    for rows in (slice(1, 3), np.array([4, 0, 4]), np.array([True, False, True, False, False])):
        some = seasons.take(rows)
        np.testing.assert_array_equal(some.restore(F[rows]), seasons.restore(F)[rows])
        assert some.n_rows == len(F[rows])
    later = seasons.advanced(7)
    np.testing.assert_array_equal(later.restore(F), seasons.restore(F, first=8))
    np.testing.assert_array_equal(later.remove(Y), seasons.remove(Y, first=-52))


def test_no_period_is_no_season():
    Y, _ = seasonal()
    for none in (None, 1, (), (1,)):
        seasons = fit_seasons(Y, none)
        assert seasons.periods == ()
        assert seasons.present.shape == (4, 0)
        np.testing.assert_array_equal(seasons.remove(Y), Y)
        assert seasons.take([0, 1]).n_rows == 2


def test_the_series_is_neither_changed_nor_kept():
    Y, _ = seasonal()
    before = Y.copy()
    Y.flags.writeable = False
    seasons = fit_seasons(Y, (4, 12))
    seasons.remove(Y)
    np.testing.assert_array_equal(Y, before)
    assert not any(np.shares_memory(table, Y) for table in seasons.factors + seasons.terms)


def test_copies():
    Y, _ = seasonal()
    seasons = fit_seasons(Y, 4)
    for copied in (copy.deepcopy(seasons), pickle.loads(pickle.dumps(seasons))):
        np.testing.assert_array_equal(copied.remove(Y), seasons.remove(Y))


def test_periods_are_read():
    assert read_periods((168, 24, 24, 1)) == (24, 168)
    assert read_periods(np.int64(7)) == (7,)
