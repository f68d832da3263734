"""Series in the network's units, and back."""

import numpy as np
import pytest

from skrnn.forecasting.levels import fit_levels

RNG = np.random.default_rng(0)
T = 48
SEASON = np.sin(np.arange(T) * np.pi / 6)
ROWS = [
    10 + 3 * SEASON + 0.1 * RNG.normal(size=T),
    np.exp(0.05 * np.arange(T) + SEASON),
    RNG.normal(size=T),
    RNG.poisson(1.0, T).astype(float),
    np.full(5, 3.0),
    np.zeros(4),
    np.array([2.0]),
    np.full(3, np.nan),
    np.where(np.arange(T) % 5 == 0, np.nan, 5 + RNG.normal(size=T) / 10),
]


@pytest.mark.parametrize("transform", ["auto", None])
@pytest.mark.parametrize("periods", [(), (12,), (4, 12)])
def test_there_and_back(periods, transform):
    levels = fit_levels(ROWS, periods, transform)
    read = levels.read(ROWS)
    for i, row in enumerate(ROWS):
        assert len(read[i]) == len(row)
        assert np.array_equal(np.isnan(read[i]), np.isnan(row))
        one = levels.take([i])
        back = one.restore(read[i][None], 1 - len(row))[0]
        np.testing.assert_allclose(back, row, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("periods", [(), (12,)])
def test_turn_undoes_restore(periods):
    levels = fit_levels(ROWS, periods)
    z = RNG.uniform(0.1, 1.0, size=(len(ROWS), 30))
    np.testing.assert_allclose(levels.turn(levels.restore(z)), z, rtol=1e-8)


def test_logarithms_of_positive_series_only():
    logs = fit_levels(ROWS).logs
    assert logs.tolist() == [True, True, False, False, True, False, True, False, True]
    assert not fit_levels(ROWS, transform=None).logs.any()
    assert not fit_levels([np.array([1e-9, 1.0, 1.0])]).logs.any()
    assert fit_levels([ROWS[0], ROWS[6]], transform="log").logs.all()
    with pytest.raises(ValueError, match=r"'log'.*series 1 holds 0"):
        fit_levels([ROWS[0], ROWS[5]], transform="log")


def test_forecasts_of_what_is_never_negative_are_not():
    levels = fit_levels(ROWS, (12,))
    values = levels.restore(np.full((len(ROWS), 12), -50.0))
    assert (values[[0, 1, 3, 4, 5, 6, 8]] >= 0).all() and (values[2] < 0).all()


@pytest.mark.parametrize("z", [1e5, -1e5, 1e300, -1e300])
def test_nothing_leaves_the_range_of_numbers(z):
    levels = fit_levels(ROWS, (12,))
    assert np.isfinite(levels.restore(np.full((len(ROWS), 3), z))).all()


@pytest.mark.parametrize("scale", [1e-300, 1e-100, 1e100, 1e300])
def test_units(scale):
    for row in (ROWS[2], ROWS[3]):
        (plain,), (scaled,) = (fit_levels([part]).read([part]) for part in (row, row * scale))
        np.testing.assert_allclose(scaled, plain, rtol=1e-9)


def test_a_series_is_read_alone():
    whole = fit_levels(ROWS, (12,))
    for i, row in enumerate(ROWS):
        one = fit_levels([row], (12,))
        assert np.array_equal(one.read([row])[0], whole.read(ROWS)[i], equal_nan=True)
        z = RNG.normal(size=(1, 5))
        assert np.array_equal(one.restore(z), whole.take([i]).restore(z))


def test_rows_are_not_shared():
    row = ROWS[2].copy()
    (read,) = fit_levels([row]).read([row])
    read[:] = 0.0
    assert np.array_equal(row, ROWS[2])
