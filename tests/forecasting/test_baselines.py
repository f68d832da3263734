import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skrnn.forecasting import BASELINES, fit_seasons, forecast_baselines
from skrnn.forecasting.baselines import FEWEST, damped_trend, naive, seasonal_naive, ses, theta
from skrnn.forecasting.smoothing import damped_state, line, smoothed_level

NAN = np.nan
NAMES = [*BASELINES, "seasonal_naive"]


def rows(n=8, T=40, seed=0):
    rng = np.random.default_rng(seed)
    return 30 + np.cumsum(rng.normal(size=(n, T)), axis=1) + 4 * np.tile([1, -1, 0, 0], T // 4)


def seasonal_naive_by_hand(row, h, periods):
    known = np.flatnonzero(~np.isnan(row))
    answer = np.full(h, row[known[-1]] if len(known) else 0.0)
    for m in sorted(periods):
        for k in range(h):
            same = [t for t in known if (len(row) + k - t) % m == 0]
            if same and len(row) - known[0] >= m:
                answer[k] = row[same[-1]]
    return answer


@given(data=st.data(), h=st.integers(1, 9), periods=st.sampled_from([(3,), (2, 5), (4, 8)]))
def test_seasonal_naive_as_on_each_row(data, h, periods):
    values = st.sampled_from([NAN, NAN, 1.0, 2.0, 3.0])
    Y = np.array(data.draw(st.lists(st.lists(values, min_size=9, max_size=9), min_size=1)))
    expected = [seasonal_naive_by_hand(row, h, periods) for row in Y]
    np.testing.assert_array_equal(seasonal_naive(Y, h, periods), expected)


def test_seasonal_naive_of_a_whole_season():
    np.testing.assert_array_equal(
        seasonal_naive(np.arange(7.0)[None], 5, 3), [[4.0, 5.0, 6.0, 4.0, 5.0]]
    )
    np.testing.assert_array_equal(seasonal_naive(np.arange(7.0)[None], 2, None), [[6.0, 6.0]])


def test_theta_is_smoothing_with_half_the_drift():
    Y = rows()
    _, slope = line(Y)
    forecast = theta(Y, 6)
    np.testing.assert_allclose(np.diff(forecast, axis=1), np.repeat(slope[:, None] / 2, 5, axis=1))
    end, slope = line(Y)
    lines = end[:, None] + slope[:, None] * np.arange(-39, 1)
    first = (smoothed_level(2 * Y - lines) + end + slope) / 2
    np.testing.assert_allclose(forecast[:, 0], first)


def test_the_trend_is_damped():
    Y = np.arange(30.0)[None] * 2
    forecast = damped_trend(Y, 200)
    steps = np.diff(forecast[0])
    assert (np.diff(steps) < 0).all()
    assert 1.5 < steps[0] < 2
    level, trend, damping = damped_state(Y)
    limit = level + trend * damping / (1 - damping)
    np.testing.assert_allclose(forecast[0, -1], limit, rtol=0.05)


def test_ses_is_flat_and_between():
    Y = np.array([[1.0, 9.0] * 10, [NAN] * 10 + [5.0] * 10])
    forecast = ses(Y, 3)
    np.testing.assert_allclose(forecast, [[5.0] * 3] * 2, atol=0.2)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("seasons", [None, 4, (4, 8)])
def test_a_row_is_forecast_alone_as_beside_others(name, seasons):
    Y = rows()
    Y[0, :33] = NAN
    Y[1, :38] = NAN
    Y[2, [20, 39]] = NAN
    Y[3] = NAN
    Y[4] -= 40
    together = forecast_baselines(Y, 7, seasons)[name]
    for i, row in enumerate(Y):
        own = row[np.argmax(~np.isnan(row)) :][None]
        np.testing.assert_array_equal(forecast_baselines(own, 7, seasons)[name][0], together[i])
    np.testing.assert_array_equal(together[3], 0.0)


def test_many_rows_go_in_blocks(monkeypatch):
    Y = rows(n=20)
    Y[np.arange(20), np.arange(20)] = NAN
    Y[7, :20] = NAN
    whole = forecast_baselines(Y, 3, 4)
    monkeypatch.setattr("skrnn.forecasting.baselines.AT_ONCE", 3)
    for name, forecast in forecast_baselines(Y, 3, 4).items():
        np.testing.assert_array_equal(forecast, whole[name])


def test_only_the_newest_thousand_steps_count():
    Y = np.random.default_rng(0).normal(size=(2, 1300)) + 9
    changed = Y.copy()
    changed[:, :200] += 50
    for name, forecast in forecast_baselines(Y, 3).items():
        np.testing.assert_array_equal(forecast, forecast_baselines(changed, 3)[name])


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("size", [1e-300, 1e-12, 1e12, 1e300, 1e308])
def test_any_scale(name, size):
    Y = rows(n=3) / 100
    Y[1] -= 0.3
    expected = forecast_baselines(Y, 6, 4)[name]
    forecast = forecast_baselines(Y * size, 6, 4)[name]
    np.testing.assert_allclose(forecast / size, expected, rtol=1e-6, atol=1e-9)


ODD = {
    "zeros": [0.0] * 24,
    "constant": [3.3] * 24,
    "negative": [-3.3] * 24,
    "one point": [5.0],
    "two points": [5.0, 7.0],
    "missing": [NAN] * 24,
    "intermittent": ([0.0] * 7 + [3.0]) * 4,
    "one spike": [0.0] * 20 + [1e300] + [0.0] * 3,
    "the largest": [1.7976931348623157e308, -1.7976931348623157e308] * 12,
    "steep": [1.7e308 * (i / 23) for i in range(24)],
    "the least": [5e-324] * 23 + [0.0],
    "wide": [1e-300, 1e300] * 12,
    "growing": [10.0**i for i in range(0, 240, 10)],
    "newest missing": [*range(1, 24), NAN],
    "nothing": [],
}


@pytest.mark.parametrize("row", ODD.values(), ids=ODD)
@pytest.mark.parametrize("seasons", [None, 4, (4, 12)])
def test_odd_rows_stay_finite(row, seasons):
    Y = np.array([row])
    with np.errstate(all="raise", under="ignore"):  # also where warnings would be filtered
        forecasts = forecast_baselines(Y, 5, seasons)
    for forecast in forecasts.values():
        assert forecast.shape == (1, 5)
        assert np.isfinite(forecast).all()
        if not (Y < 0).any():
            assert (forecast >= 0).all()


@given(
    st.lists(
        st.lists(st.floats(allow_nan=True, allow_infinity=False), min_size=12, max_size=12),
        min_size=1,
        max_size=4,
    )
)
def test_finite_input_has_finite_forecasts(values):
    Y = np.array(values)
    for forecast in forecast_baselines(Y, 4, (2, 4)).values():
        assert np.isfinite(forecast).all()
        assert (forecast[~(Y < 0).any(axis=1)] >= 0).all()


def test_constant_rows_are_continued():
    Y = np.array([[3.3] * 30, [-2.0] * 30, [0.0] * 30])
    for forecast in forecast_baselines(Y, 4, 4).values():
        np.testing.assert_allclose(forecast, Y[:, :4], rtol=1e-12)


def test_falling_rows_stop_at_zero():
    Y = np.linspace(20, 0, 21)[None]
    for name in ("theta", "damped_trend"):
        assert BASELINES[name](Y, 9)[0, -1] == 0.0
        assert BASELINES[name](Y - 1, 9)[0, -1] < -1.5


@pytest.mark.parametrize("count", range(FEWEST))
def test_short_rows_repeat_the_newest(count):
    Y = np.append([NAN] * 6, np.arange(1.0, count + 1))[None]
    for method in BASELINES.values():
        np.testing.assert_array_equal(method(Y, 3), naive(Y, 3))
        assert (method(Y, 3) == count).all()


def test_given_seasons_are_used():
    Y = rows()
    given, fitted = forecast_baselines(Y, 6, fit_seasons(Y, 4)), forecast_baselines(Y, 6, 4)
    assert list(given) == NAMES
    for name in NAMES:
        np.testing.assert_array_equal(given[name], fitted[name])


def test_a_season_is_continued_by_every_method():
    level = np.linspace(100, 140, 48)
    ratio = np.tile([0.7, 1.3, 1.1, 0.9], 14)
    Y, future = (level * ratio[:48])[None], ratio[48:54] * 142
    for forecast in forecast_baselines(Y, 6, 4).values():
        assert np.abs(forecast[0] / future - 1).max() < 0.08


def test_no_rows_and_the_series_unchanged():
    Y = rows()
    before = Y.copy()
    Y.flags.writeable = False
    forecast_baselines(Y, 3, 4)
    np.testing.assert_array_equal(Y, before)
    for forecast in forecast_baselines(Y[:0], 3, 4).values():
        assert forecast.shape == (0, 3)
