"""Metrics of quantiles, beside loops and scikit-learn."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import mean_absolute_error, mean_pinball_loss

from skrnn.metrics import pinball_loss, weighted_quantile_loss

nan = np.nan


@st.composite
def problems(draw):
    """Give actuals with gaps, quantile forecasts and the quantiles."""
    n, h, q = (draw(st.integers(1, upper)) for upper in (4, 5, 4))
    rng = np.random.default_rng(draw(st.integers(0, 99)))
    actual = rng.normal(size=(n, h))
    actual[:, 1:][rng.random((n, h - 1)) < 0.3] = nan
    return actual, rng.normal(size=(n, h, q)), rng.uniform(0.01, 0.99, size=q)


def losses_by_loop(actual, forecast, quantiles):
    """Give the pinball loss of each known step and quantile, a list for each series."""
    series = []
    for row, predicted in zip(actual, forecast, strict=True):
        losses = []
        for y, values in zip(row, predicted, strict=True):
            for value, q in zip(values, quantiles, strict=True):
                if not np.isnan(y):
                    losses.append(q * (y - value) if y >= value else (1 - q) * (value - y))
        series.append(losses)
    return series


@given(problems())
def test_against_loops(problem):
    losses = losses_by_loop(*problem)
    each = [np.mean(part) for part in losses]
    assert pinball_loss(*problem) == pytest.approx(np.mean(each))
    np.testing.assert_allclose(pinball_loss(*problem, per_series=True), each)
    actual, _, quantiles = problem
    sizes = np.nansum(np.abs(actual), axis=1)
    sums = np.array([sum(part) for part in losses]) * 2 / len(quantiles)
    assert weighted_quantile_loss(*problem) == pytest.approx(sums.sum() / sizes.sum())
    each = weighted_quantile_loss(*problem, per_series=True)
    np.testing.assert_allclose(each, sums / sizes)


def test_identities():
    rng = np.random.default_rng(0)
    actual, forecast = rng.normal(size=(2, 3, 5))
    for quantile in (0.1, 0.5, 0.8):
        expected = mean_pinball_loss(actual.ravel(), forecast.ravel(), alpha=quantile)
        assert pinball_loss(actual, forecast, quantile) == pytest.approx(expected)
        assert pinball_loss(actual, forecast[..., None], [quantile]) == pytest.approx(expected)
    error = mean_absolute_error(actual, forecast)
    assert pinball_loss(actual, forecast, 0.5) == pytest.approx(error / 2)
    deviation = np.abs(actual - forecast).sum() / np.abs(actual).sum()
    assert weighted_quantile_loss(actual, forecast, 0.5) == pytest.approx(deviation)
    size = np.abs(actual).mean()
    assert weighted_quantile_loss(actual / size, forecast / size, 0.5) == pytest.approx(deviation)


def test_the_true_quantile_has_the_least_loss():
    actual = np.random.default_rng(0).exponential(size=20_000)
    loss = [pinball_loss(actual, np.full(20_000, x), 0.9) for x in -np.log1p([-0.8, -0.9, -0.95])]
    assert np.argmin(loss) == 1


def test_weights():
    rng = np.random.default_rng(0)
    actual, forecast = rng.normal(size=(3, 4)), rng.normal(size=(3, 4, 2))
    rows = [0, 2, 2]
    for metric in (pinball_loss, weighted_quantile_loss):
        weighted = metric(actual, forecast, [0.1, 0.9], sample_weight=[1, 0, 2])
        assert weighted == pytest.approx(metric(actual[rows], forecast[rows], [0.1, 0.9]))
        one = metric(actual[0], forecast[0], [0.1, 0.9], sample_weight=[1, 0, 1, 1])
        kept = [0, 2, 3]
        assert one == pytest.approx(metric(actual[0, kept], forecast[0, kept], [0.1, 0.9]))


def test_frames_of_a_forecaster():
    days = pd.date_range("2024-01-01", periods=2)
    actual = pd.DataFrame({"a": [1.0, 2.0], "b": [3.0, nan]}, days)
    columns = ["a", "a-q0.1", "a-q0.9", "b", "b-q0.1", "b-q0.9"]
    forecast = pd.DataFrame([[9.0, 0, 2, 9, 1, 2], [9.0, 1, 3, 9, 1, 2]], days, columns)
    array = [[[0, 2], [1, 3]], [[1, 2], [1, 2]]]
    expected = pinball_loss(actual.to_numpy().T, array, [0.1, 0.9])
    assert pinball_loss(actual, forecast, [0.1, 0.9]) == expected
    assert pinball_loss(actual, forecast, [0.9, 0.1]) == expected
    upper = forecast[["a-q0.9", "b-q0.9"]]
    assert pinball_loss(actual, forecast, 0.9) == pinball_loss(actual, upper, 0.9)
    with pytest.raises(ValueError, match="Series 0 is called 'a' in y_true, but 'b'"):
        pinball_loss(actual, forecast[columns[3:] + columns[:3]], [0.1, 0.9])
    with pytest.raises(ValueError, match="series 'a', step 0 is 2024-01-02"):
        pinball_loss(actual, forecast.shift(1, freq="D"), [0.1, 0.9])
    panel = actual.T.stack()
    stacked = pd.DataFrame({"y-q0.1": [0, 1, 1], "y-q0.9": [2, 3, 2]}, panel.dropna().index)
    assert pinball_loss(panel.dropna(), stacked, [0.1, 0.9]) == expected


@pytest.mark.parametrize("metric", [pinball_loss, weighted_quantile_loss])
@pytest.mark.parametrize(
    ("forecast", "quantiles", "message"),
    [
        ([[1, 2], [1, 2]], [0.1, 0.5, 0.9], "has 2 numbers for each step, but there are 3"),
        ([[1, 1], [2, 2]], [0.1, 1.0], r"quantiles=\[0.1, 1.0\] must be one or several numbers"),
        ([[1, 1], [2, 2]], [], r"quantiles=\[\] must be"),
        ([[1, 1], [2, 2]], [[0.1, 0.9]], "must be one or several numbers"),
        ([1, 2], 90, "quantiles=90 must be"),
        ([1, 2], "half", "quantiles='half' must be"),
        ([1, 2], nan, "quantiles=nan must be"),
        ([1, 2], [0.5], r"has shape \(2,\), but must be \(steps, numbers\)"),
        ([[1, 2]], [0.1, 0.9], "has 1 steps, y_true 2"),
        ([[1, 2], [1, nan]], [0.1, 0.9], "y_pred_quantiles holds nan in step 1"),
        ([[[1, 2]] * 2] * 2, [0.1, 0.9], "y_pred_quantiles holds 2 series, y_true 1"),
    ],
)
def test_wrong_forecasts(metric, forecast, quantiles, message):
    with pytest.raises(ValueError, match=message):
        metric([1.0, 2.0], forecast, quantiles)


def test_nothing_to_be_relative_to():
    actual = [[0.0, nan], [1.0, 2.0]]
    with pytest.raises(ValueError, match="relative to the sum of the absolute actuals"):
        weighted_quantile_loss(actual[0], [1.0, 1.0], 0.5)
    with pytest.raises(ValueError, match="relative to the sum of the absolute actuals"):
        weighted_quantile_loss(actual, actual[::-1][:1] * 2, 0.5, sample_weight=[1, 0])
    each = weighted_quantile_loss(actual, [[1.0, 1.0], [1.0, 1.0]], 0.5, per_series=True)
    np.testing.assert_allclose(each, [nan, 1 / 3])
