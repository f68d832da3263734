"""What a network reads at a step, against plain loops; nothing of it knows later steps."""

import numpy as np
import pytest

from skrnn.forecasting.histories import lay_out
from skrnn.forecasting.reading import (
    LARGEST_INPUT,
    LARGEST_TARGET,
    OLDEST,
    StepReader,
    choose_lags,
    cut_spans,
)

RNG = np.random.default_rng(0)
N = (9, 25, 60)
ROWS = [RNG.normal(size=n).cumsum() for n in N]
ROWS[1][[3, 24]] = np.nan
PAST = [RNG.normal(size=(n, 2)) for n in N]
H = 4
KNOWN = [RNG.normal(size=(n + H, 1)) for n in N]
READER = StepReader(8, H, choose_lags(8, (6,)), (6,), n_past=2, n_known=1)
SERIES, FIRST = np.array([0, 1, 2, 2]), np.array([0, 5, 0, 40])


def laid_out(rows=ROWS, past=PAST, known=KNOWN):
    return lay_out(rows, READER.window, 0.8, past=past, known=known, ahead=H)


def plain(histories, i, t):
    """Give the features of step t of series i, one by one."""
    part = slice(histories.starts[i], histories.ends[i])
    z, scale, seen = histories.z[part], histories.scale[part], histories.seen[part]
    read = [(z[t] - z[max(t - lag, 0)]) / scale[t] for lag in READER.lags]
    for m in READER.periods:
        for k in range(1, min(H, m) + 1):
            read.append((z[t + k - m] - z[t]) / scale[t] if t + k - m >= 0 else 0.0)
    read += [0.5 * np.log(scale[t] / histories.typical), min(t, OLDEST) / (OLDEST / 2) - 1]
    read += [float(not seen[t]), *PAST[i][t]]
    for k in range(H + 1):
        read += list(KNOWN[i][t + k])
    return np.clip(read, -LARGEST_INPUT, LARGEST_INPUT)


def test_features_against_a_loop():
    histories = laid_out()
    x = READER.features(histories, SERIES, FIRST, 20)
    assert x.shape == (4, 20, READER.n_inputs)
    assert READER.n_inputs == READER.n_features + H * READER.n_known
    for b, (i, first) in enumerate(zip(SERIES, FIRST, strict=True)):
        for step in range(20):
            t = min(first + step, N[i] - 1)  # beyond the end, the newest one
            np.testing.assert_allclose(x[b, step], plain(histories, i, t), rtol=1e-12, atol=1e-15)


def test_targets_against_a_loop():
    histories = laid_out()
    target = READER.targets(histories, SERIES, FIRST, 20)
    for (b, step, k), value in np.ndenumerate(target):
        i, t = SERIES[b], FIRST[b] + step
        if t + k + 1 >= N[i] or np.isnan(ROWS[i][t + k + 1]):
            assert np.isnan(value)
            continue
        at = histories.starts[i] + t
        expected = (ROWS[i][t + k + 1] - histories.z[at]) / histories.scale[at]
        assert value == pytest.approx(np.clip(expected, -LARGEST_TARGET, LARGEST_TARGET))


@pytest.mark.parametrize("end", [1, 5, 20, 44, 59])
def test_features_know_nothing_of_later_steps(end):
    """Only columns known ahead may tell of them."""
    rows, past = [row.copy() for row in ROWS], [part.copy() for part in PAST]
    rows[2][end:], past[2][end:] = 1e3 * RNG.normal(size=60 - end), 9.0
    known = [part.copy() for part in KNOWN]
    known[2][end + H :] = -9.0
    series, first = np.array([2]), np.array([0])
    before, after = (
        READER.features(histories, series, first, end)
        for histories in (laid_out(), laid_out(rows, past, known))
    )
    assert np.array_equal(before, after)


def test_features_know_nothing_of_other_series():
    x = READER.features(laid_out(), np.array([1]), np.array([0]), 25)
    rows = [ROWS[0] * 100, ROWS[1], ROWS[2][:30]]
    past, known = [PAST[0] + 1, PAST[1], PAST[2][:30]], [KNOWN[0] + 1, KNOWN[1], KNOWN[2][:34]]
    other = READER.features(laid_out(rows, past, known), np.array([1]), np.array([0]), 25)
    np.testing.assert_allclose(other, x, rtol=1e-10, atol=1e-12)


def test_features_are_bounded():
    rows = [np.array([0.0, 0.0, 0.0, 1e300, -1e300, 0.0])]
    reader = StepReader(4, 2, choose_lags(4))
    histories = lay_out(rows, 4, 1e-3)
    x = reader.features(histories, np.array([0]), np.array([0]), 6)
    target = reader.targets(histories, np.array([0]), np.array([0]), 6)
    assert np.isfinite(x).all() and np.abs(x).max() <= LARGEST_INPUT
    assert np.nanmax(np.abs(target)) == LARGEST_TARGET


@pytest.mark.parametrize("window", [1, 2, 24, 33])
def test_lags(window):
    lags = choose_lags(window, (7, 12))
    assert list(lags) == sorted(set(lags)) and {1, 7, 12} <= set(lags)
    assert max(set(lags) - {7, 12}, default=1) <= window


@pytest.mark.parametrize("window", [2, 3, 10])
def test_spans_ask_every_step_once(window):
    lengths = np.array([1, 2, 7, 20, 21, 7, 100])
    asked_steps = [[] for _ in lengths]
    for i, first, n_steps, asked in zip(*cut_spans(lengths, window), strict=True):
        assert first >= 0 and first + n_steps <= lengths[i] and n_steps <= 2 * window
        assert asked == (window if first else 0) or asked == 0 or asked == window
        asked_steps[i] += range(first + asked, first + n_steps)
    for steps, length in zip(asked_steps, lengths, strict=True):
        assert sorted(set(steps)) == list(range(length))
