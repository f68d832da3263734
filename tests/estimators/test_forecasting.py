"""Series cut back in time, and forecasts with their quantiles."""

import numpy as np
import pytest

from skrnn import SequenceForecaster
from skrnn.estimators.forecasting import Forecast, Series
from skrnn.forecasting.conformal import Conformal
from skrnn.forecasting.levels import fit_levels

RNG = np.random.default_rng(0)
VALUES = [RNG.normal(size=n) for n in (9, 5)]
SERIES = Series(
    VALUES, [v[:, None] + 1 for v in VALUES], [np.arange(len(v) + 2.0)[:, None] for v in VALUES], 2
)


def test_as_they_were_before():
    before = SERIES.until([1, 0], 3)
    assert len(before) == 2 and before.ahead == 5
    assert np.array_equal(before.values[0], VALUES[1][:2])
    assert np.array_equal(before.past[1], SERIES.past[0][:6])
    assert np.array_equal(before.known[1], SERIES.known[0])
    given = before.covariates(4)
    assert [len(rows) for rows in given["known"]] == [2 + 4, 6 + 4]
    assert np.array_equal(given["known"][1], SERIES.known[0][:10])


def test_beyond_what_is_known_ahead_nothing_is():
    known = SERIES.covariates(6)["known"]
    assert [len(rows) for rows in known] == [15, 11] and (known[0][11:] == 0).all()


@pytest.fixture
def forecast():
    values = [np.exp(RNG.normal(size=30)), RNG.normal(size=30), np.zeros(9)]
    levels = fit_levels(values)
    z, widths = RNG.normal(size=(3, 4)), RNG.uniform(0.1, 1, size=(2, 3, 4))
    conformal = Conformal(RNG.normal(size=(50, 2)))
    return Forecast(levels.restore(z), z, lambda: widths, levels, conformal)


def test_quantiles(forecast):
    levels = [0.01, 0.1, 0.4, 0.5, 0.6, 0.9, 0.99]
    found = np.array([forecast.quantile(q) for q in levels])
    assert (np.diff(found, axis=0) >= 0).all() and np.array_equal(found[3], forecast.point)
    assert (found[:, [0, 2]] >= 0).all()  # series that are never negative
    score = forecast.conformal.quantile(0.9)[[0, 1, 1, 1]]  # of the last step beyond the horizon
    expected = forecast.levels.restore(forecast.z + score * forecast.widths[1])
    np.testing.assert_allclose(found[5], np.maximum(expected, forecast.point))


def test_scores_undo_quantiles(forecast):
    for score in (-0.7, 0.0, 1.3):
        width = forecast.widths[0 if score < 0 else 1]
        np.testing.assert_allclose(forecast.scores(forecast.z + score * width), score, atol=1e-12)


def test_samples(forecast):
    paths = forecast.sample(500, np.random.default_rng(0))
    assert paths.shape == (500, 3, 4) and np.isfinite(paths).all()
    assert (paths[:, [0, 2]] >= 0).all()
    again = forecast.sample(500, np.random.default_rng(0))
    assert np.array_equal(paths, again)


def test_blocks_are_chained():
    model = SequenceForecaster(
        3, n_members=1, max_epochs=2, hidden_size=4, random_state=0, season=None, guard=False
    ).fit(RNG.normal(size=(4, 20)).cumsum(axis=1))
    guarded, rows = model._guarded_, [RNG.normal(size=15), RNG.normal(size=8)]
    whole, first = (guarded.network(Series(rows), rows, n) for n in (8, 3))
    longer = [np.concatenate(pair) for pair in zip(rows, first, strict=True)]
    second = guarded.network(Series(longer), longer, 3)
    np.testing.assert_allclose(whole[:, :6], np.hstack([first, second]))
    widths, before = (guarded.spread(Series(rows), rows, z) for z in (whole, first))
    assert widths.shape == (2, 2, 8) and (widths > 0).all()
    np.testing.assert_allclose(widths[..., :3], before)
    own = guarded.spread(Series(longer), longer, second)
    np.testing.assert_allclose(widths[..., 3:6], np.hypot(before[..., -1:], own))  # it adds up


def test_widths_are_those_of_the_network_that_was_judged():
    model = SequenceForecaster(3, n_members=2, max_epochs=2, hidden_size=4, random_state=0)
    guarded = model.fit(RNG.normal(size=(4, 30)).cumsum(axis=1))._guarded_
    rows = [RNG.normal(size=15)]
    z = guarded.network(Series(rows), rows, 3)
    fan = guarded.judged.forecast(rows, Series(rows).covariates(3))[1]
    expected = np.abs(np.stack([fan[..., 0], fan[..., -1]]))
    np.testing.assert_allclose(guarded.spread(Series(rows), rows, z), expected)
    assert all(guarded.judged.net is not member.net for member in guarded.members)
