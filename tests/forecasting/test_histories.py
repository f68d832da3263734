"""Many series laid out at once, against a plain loop over one."""

import numpy as np
import pytest

from skrnn.forecasting.histories import PRIOR_STEPS, lay_out

RNG = np.random.default_rng(0)
ROWS = [RNG.normal(size=n).cumsum() for n in (1, 2, 9, 30)]
ROWS[2][[0, 4, 5]] = np.nan
ROWS[3][[11, 29]] = np.nan
ROWS.append(np.full(4, np.nan))
WINDOW = 6


def plain(row, window, typical):
    """Give the values, the known steps and the scales of one series, step by step."""
    seen = ~np.isnan(row)
    known = np.flatnonzero(seen)
    z, scales = [], []
    for t in range(len(row)):
        before = known[known <= t]
        z.append(row[before[-1]] if len(before) else row[known[0]] if len(known) else 0.0)
        total = count = 0
        for s in range(max(t - window + 1, 0), t + 1):
            is_first = s == 0 or (len(known) and s == known[0])
            total += 0.0 if is_first else abs(z[s] - z[s - 1])
            count += seen[s]
        count -= t < window
        scales.append((total + PRIOR_STEPS * typical) / (max(count, 0) + PRIOR_STEPS))
    return z, seen, scales


@pytest.mark.parametrize("window", [2, WINDOW, 100])
def test_against_a_loop(window):
    histories = lay_out(ROWS, window, 0.7)
    for i, row in enumerate(ROWS):
        part = slice(histories.starts[i], histories.ends[i])
        z, seen, scales = plain(row, window, 0.7)
        assert np.array_equal(histories.z[part], z)
        assert np.array_equal(histories.seen[part], seen)
        np.testing.assert_allclose(histories.scale[part], scales, rtol=1e-10)


def test_later_steps_change_nothing_before():
    whole = lay_out(ROWS[3:4], WINDOW, 1.0)
    for end in range(1, 30):
        other = ROWS[3].copy()
        other[end:] = RNG.normal(size=30 - end) * 100
        changed = lay_out([other], WINDOW, 1.0)
        assert np.array_equal(changed.z[:end], whole.z[:end])
        assert np.array_equal(changed.scale[:end], whole.scale[:end])


def test_the_typical_change_is_that_of_the_middle_series():
    rows = [np.arange(5.0) * step for step in (0.0, 1.0, 3.0, 10.0)]
    assert lay_out(rows, 4).typical == pytest.approx(3.0)  # constant series do not count
    assert lay_out([np.ones(3)], 4).typical == 1.0
    assert lay_out([np.array([2.0])], 4).scale == pytest.approx(1.0)


def test_scales_are_positive():
    for row in (np.zeros(9), np.ones(1), np.full(3, np.nan), np.array([np.nan, 1e-300, np.nan])):
        assert (lay_out([row], 4).scale > 0).all()


def test_what_else_is_known():
    past = [np.full((len(row), 2), i + 0.5) for i, row in enumerate(ROWS)]
    known = [np.full((len(row) + 3, 1), float(i)) for i, row in enumerate(ROWS)]
    past[2][1, 0] = np.nan
    histories = lay_out(ROWS, WINDOW, past=past, known=known, ahead=3)
    assert histories.past.shape == (len(histories.z), 2) and histories.ahead == 3
    assert histories.past[histories.starts[2] + 1].tolist() == [0.0, 2.5]
    assert len(histories.known) == len(histories.z) + 3 * len(ROWS)
    assert lay_out(ROWS, WINDOW).past.shape[1] == 0


def test_rows_are_not_changed_nor_shared():
    row = ROWS[3].copy()
    histories = lay_out([row], WINDOW)
    histories.z[:] = 0.0
    assert np.array_equal(row, ROWS[3], equal_nan=True)
