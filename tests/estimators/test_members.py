"""Networks of a forecaster: trained together as alone, and forecasting rows on their own."""

import numpy as np
import pytest

from skrnn import SequenceForecaster
from skrnn.estimators.members import resolved, train_members
from skrnn.forecasting.reading import StepReader, choose_lags

RNG = np.random.default_rng(0)
ROWS = [RNG.normal(size=n).cumsum() for n in (5, 30, 40)]
H = 2
PARAMS = SequenceForecaster(H, hidden_size=4, max_epochs=3, lr=0.02)


def train(seeds, params=PARAMS, windows=None):
    readers = [StepReader(w, H, choose_lags(8)) for w in windows or [8] * len(seeds)]
    return train_members(params, ROWS, {}, readers, seeds, (0.1, 0.9))


def said(member):
    return member.forecast(ROWS, {"past": None, "known": None, "ahead": H})


@pytest.mark.parametrize("windows", [[8, 8, 8], [8, 6, 11]])
def test_together_as_alone(windows):
    seeds = [[0, k] for k in range(3)]
    together, interrupted = train(seeds, windows=windows)
    assert not interrupted and len(together) == 3
    for member, seed, window in zip(together, seeds, windows, strict=True):
        ((alone,), _) = train([seed], windows=[window])
        for one, other in zip(said(member), said(alone), strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-3, atol=1e-4)
    assert not np.allclose(said(together[0])[0], said(together[1])[0])


def test_forecasts():
    ((member,), _) = train([[0]])
    point, fan = said(member)
    assert point.shape == (3, H) and fan.shape == (3, H, 2)
    assert (fan[..., 0] < 0).all() and (fan[..., 1] > 0).all()
    for i, row in enumerate(ROWS):
        one = member.forecast([row], {"past": None, "known": None, "ahead": H})
        np.testing.assert_allclose(one[0][0], point[i], rtol=1e-9)
        np.testing.assert_allclose(one[1][0], fan[i], rtol=1e-9)


def test_what_auto_means():
    params = SequenceForecaster()
    many = resolved(params, np.full(10_000, 64))
    assert many.batch_size == 128 and many.max_epochs == 8
    one = resolved(params, np.full(1000, 10))  # some 10,000 steps
    assert one.batch_size == 62 and one.max_epochs == 12
    few = resolved(params, np.full(2, 10))
    assert few.batch_size == 1 and few.max_epochs == 35
    given = resolved(SequenceForecaster(batch_size=7, max_epochs=9), np.full(10, 10))
    assert given.batch_size == 7 and given.max_epochs == 9
    assert params.batch_size == "auto"
