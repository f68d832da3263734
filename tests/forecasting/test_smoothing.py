import numpy as np
import pytest

from skrnn.forecasting.smoothing import (
    AT_ONCE,
    DAMPED_GRID,
    LEAD,
    LEVEL_RATES,
    damped_state,
    line,
    parts,
    smoothed_level,
)

NAN = np.nan


def rows(n=12, T=30, seed=0):
    rng = np.random.default_rng(seed)
    Y = np.cumsum(rng.normal(size=(n, T)), axis=1) + rng.normal(size=(n, T))
    for i in range(n):
        Y[i, : rng.integers(0, T - 4)] = NAN
    holes = rng.random((n, T)) < 0.1
    holes[:, -1] = False
    Y[holes] = NAN
    return Y


def level_by_hand(row):
    row = row[np.flatnonzero(~np.isnan(row))[0] :]
    best = (np.inf, 0.0)
    for rate in LEVEL_RATES:

        def run(start, rate=rate):
            level, errors = start, []
            for value in row:
                if not np.isnan(value):
                    errors.append(value - level)
                    level += rate * errors[-1]
            return np.array(errors), level

        zero, one = run(0.0)[0], run(1.0)[0]
        start = -(zero @ (one - zero)) / ((one - zero) @ (one - zero))  # errors are linear in it
        errors, level = run(start)
        best = min(best, (errors @ errors, level))
    return best[1]


def state_by_hand(row):
    row = row[np.flatnonzero(~np.isnan(row))[0] :]
    lead = row[:LEAD]
    known = np.flatnonzero(~np.isnan(lead))
    slope, start = np.polyfit(known, lead[known], 1) if len(known) > 1 else (0.0, lead[known[0]])
    best = (np.inf,)
    for rate, trend_rate, damping in DAMPED_GRID.T:
        level, trend, cost = start - slope, slope, 0.0
        for value in row:
            trend *= damping
            level += trend
            error = 0.0 if np.isnan(value) else value - level
            level += rate * error
            trend += trend_rate * error
            cost += error**2
        best = min(best, (cost, level, trend, damping))
    return best[1:]


def test_smoothed_level_as_on_each_row():
    Y = rows()
    np.testing.assert_allclose(smoothed_level(Y), [level_by_hand(row) for row in Y], rtol=1e-9)


def test_damped_state_as_on_each_row():
    Y = rows(n=6)
    np.testing.assert_allclose(
        np.transpose(damped_state(Y)), [state_by_hand(row) for row in Y], rtol=1e-7, atol=1e-9
    )


def test_a_missing_newest_step_follows_the_trend():
    Y = np.append(np.arange(20.0), [NAN, NAN])[None]
    level, trend, damping = damped_state(Y)
    full, slope, _ = damped_state(Y[:, :-2])
    np.testing.assert_allclose(level, full + slope * (damping + damping**2))
    np.testing.assert_allclose(trend, slope * damping**2)


def test_line_as_numpy_fits_it():
    Y = rows()
    end, slope = line(Y)
    for i, row in enumerate(Y):
        known = np.flatnonzero(~np.isnan(row))
        expected = np.polyfit(known - len(row) + 1, row[known], 1)
        np.testing.assert_allclose((slope[i], end[i]), expected, rtol=1e-8, atol=1e-9)


def test_line_through_little():
    end, slope = line(np.array([[NAN, NAN, NAN], [NAN, 4.0, NAN], [1.0, NAN, 3.0]]))
    np.testing.assert_allclose(end, [0.0, 4.0, 3.0])
    np.testing.assert_allclose(slope, [0.0, 0.0, 1.0])


@pytest.mark.parametrize("width", [1, 7, AT_ONCE // 5, 10 * AT_ONCE])
def test_parts_hold_every_value_once(width):
    Y = rows(n=11)
    seen = []
    for which, Z, active in parts(Y, width):
        assert len(Z) == len(active) == np.count_nonzero(active)
        assert active == sorted(active, reverse=True)
        assert active[0] == len(which)
        for column, i in zip(Z.T, which, strict=True):
            own = Y[i, np.flatnonzero(~np.isnan(Y[i]))[0] :]
            np.testing.assert_array_equal(column[: len(own)], own)
        seen.extend(which.tolist())
    assert sorted(seen) == list(range(11))


@pytest.mark.parametrize("method", [smoothed_level, damped_state])
def test_blocks_do_not_change_the_answer(method, monkeypatch):
    Y = rows(n=9)
    whole = method(Y)
    monkeypatch.setattr("skrnn.forecasting.smoothing.AT_ONCE", 1)
    np.testing.assert_array_equal(method(Y), whole)
