"""Metrics of point forecasts, beside loops and by hand."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.exceptions import UndefinedMetricWarning

from skrnn.metrics import (
    mean_absolute_scaled_error,
    overall_weighted_average,
    symmetric_mean_absolute_percentage_error,
)


@st.composite
def problems(draw):
    """Give actuals with gaps, forecasts and training series of unequal length, and the season."""
    n, h, season = (draw(st.integers(1, upper)) for upper in (4, 5, 3))
    rng = np.random.default_rng(draw(st.integers(0, 99)))
    actual = rng.normal(size=(n, h))
    actual[:, 1:][rng.random((n, h - 1)) < 0.3] = np.nan
    train = [rng.normal(size=rng.integers(season + 1, 20)) for _ in range(n)]
    return actual, rng.normal(size=(n, h)), train, season


def mase_by_loop(actual, forecast, train, season):
    each = []
    for a, f, past in zip(actual, forecast, train, strict=True):
        errors = [abs(x - y) for x, y in zip(a, f, strict=True) if not np.isnan(x)]
        scale = np.mean([abs(past[t] - past[t - season]) for t in range(season, len(past))])
        each.append(np.mean(errors) / scale)
    return each


def smape_by_loop(actual, forecast):
    each = []
    for a, f in zip(actual, forecast, strict=True):
        pairs = [(x, y) for x, y in zip(a, f, strict=True) if not np.isnan(x)]
        each.append(np.mean([200 * abs(x - y) / (abs(x) + abs(y)) for x, y in pairs]))
    return each


@given(problems())
def test_against_loops(problem):
    actual, forecast, train, season = problem
    scaled = mase_by_loop(actual, forecast, train, season)
    options = {"y_train": train, "season": season}
    mase = mean_absolute_scaled_error(actual, forecast, **options)
    assert isinstance(mase, float)
    assert mase == pytest.approx(np.mean(scaled))
    each = mean_absolute_scaled_error(actual, forecast, **options, per_series=True)
    np.testing.assert_allclose(each, scaled)
    relative = smape_by_loop(actual, forecast)
    smape = symmetric_mean_absolute_percentage_error(actual, forecast)
    assert smape == pytest.approx(np.mean(relative))
    each = symmetric_mean_absolute_percentage_error(actual, forecast, per_series=True)
    np.testing.assert_allclose(each, relative)
    reference = forecast + 1
    owa = overall_weighted_average(actual, forecast, **options, y_reference=reference)
    by_hand = smape / np.mean(smape_by_loop(actual, reference)) + mase / np.mean(
        mase_by_loop(actual, reference, train, season)
    )
    assert owa == pytest.approx(by_hand / 2)


def test_identities():
    rng = np.random.default_rng(0)
    train = rng.normal(size=40)
    season = np.tile([1.0, 5.0, 2.0], 6)
    # The naive forecast errs within the training series as its scale says.
    assert mean_absolute_scaled_error(train[1:], train[:-1], y_train=train) == pytest.approx(1)
    assert mean_absolute_scaled_error(train[3:], train[:-3], y_train=train, season=3) == (
        pytest.approx(1)
    )
    # The seasonal naive forecast of what repeats is without error.
    assert mean_absolute_scaled_error(season[9:12], season[6:9], y_train=season[:9]) == 0
    # Neither metric has a unit.
    one = mean_absolute_scaled_error([1.0, 2.0], [2.0, 0.0], y_train=train)
    assert mean_absolute_scaled_error([9.0, 18], [18.0, 0], y_train=9 * train) == pytest.approx(one)
    # A forecast as good as the reference has an OWA of 1.
    assert overall_weighted_average([1.0, 2], [2.0, 0], y_train=train, y_reference=[2.0, 0]) == 1.0


def test_ends_of_smape():
    assert symmetric_mean_absolute_percentage_error([0.0, 0.0], [0.0, 0.0]) == 0.0
    assert symmetric_mean_absolute_percentage_error([0.0], [1e-300]) == 200.0
    assert symmetric_mean_absolute_percentage_error([1.0], [-1.0]) == 200.0
    assert symmetric_mean_absolute_percentage_error([100.0], [80.0]) == pytest.approx(
        200 * 20 / 180
    )


def test_series_without_a_scale_are_left_out():
    actual, forecast = [[1.0], [5.0], [2.0]], [[3.0], [9.0], [3.0]]
    train = [[1.0, 2.0], [7.0, 7.0, 7.0], [4.0]]
    message = "2 of 3 series are left out of the mean, the first of them series 1: "
    with pytest.warns(UndefinedMetricWarning, match=message) as caught:
        assert mean_absolute_scaled_error(actual, forecast, y_train=train) == 2.0
    assert caught[0].filename == __file__
    each = mean_absolute_scaled_error(actual, forecast, y_train=train, per_series=True)
    np.testing.assert_array_equal(each, [2.0, np.nan, np.nan])
    with pytest.warns(UndefinedMetricWarning) as caught:
        owa = overall_weighted_average(actual, forecast, y_train=train, y_reference=forecast)
    assert (owa, len(caught)) == (1.0, 1)
    assert caught[0].filename == __file__


def test_weights():
    rng = np.random.default_rng(0)
    actual, forecast, train = rng.normal(size=(3, 3, 7))
    twice = [0, 1, 1, 2, 2, 2]
    for metric, options, again in (
        (symmetric_mean_absolute_percentage_error, {}, {}),
        (mean_absolute_scaled_error, {"y_train": train}, {"y_train": train[twice]}),
        (
            overall_weighted_average,
            {"y_train": train, "y_reference": forecast + 1},
            {"y_train": train[twice], "y_reference": forecast[twice] + 1},
        ),
    ):
        weighted = metric(actual, forecast, **options, sample_weight=[1, 2, 3])
        assert weighted == pytest.approx(metric(actual[twice], forecast[twice], **again))


def test_pandas():
    days = pd.date_range("2024-01-01", periods=5)
    frame = pd.DataFrame({"a": [1.0, 2, 4, 8, 9], "b": [3.0, 1, 2, 5, 4]}, days)
    train, actual = frame[:3], frame[3:]
    arrays = [[8.0, 9.0], [5.0, 4.0]], [[4.0, 4.0], [2.0, 2.0]]
    forecast = pd.DataFrame({"a": [4.0, 4.0], "b": [2.0, 2.0]}, days[3:])
    expected = mean_absolute_scaled_error(*arrays, y_train=[[1, 2, 4], [3, 1, 2]])
    assert mean_absolute_scaled_error(actual, forecast, y_train=train) == expected
    one = mean_absolute_scaled_error(actual["a"], forecast["a"], y_train=train["a"])
    assert one == mean_absolute_scaled_error(arrays[0][0], arrays[1][0], y_train=[1, 2, 4])
    with pytest.raises(ValueError, match=r"step 0 is 2024-01-04 .* in y_pred, but 2024-01-03"):
        mean_absolute_scaled_error(frame[2:4], forecast, y_train=train)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"season": 0}, "'season' parameter of mean_absolute_scaled_error must be an int"),
        ({"season": 2.5}, "'season' parameter"),
        ({"per_series": "yes"}, "'per_series' parameter"),
        ({"y_train": [[1, 2], [2, 3]]}, "y_train holds 2 series, y_true 1"),
        ({"y_train": [3, 3, 3]}, "There is no scale"),
    ],
)
def test_wrong_options(options, message):
    with pytest.raises(ValueError, match=message):
        mean_absolute_scaled_error([1.0], [2.0], **{"y_train": [1, 2], **options})


def test_reference_without_error():
    with pytest.raises(ValueError, match="y_reference is without error"):
        overall_weighted_average([1.0], [2.0], y_train=[1, 2], y_reference=[1.0])
