"""Forecasts of other steps are refused, and the message says where."""

import numpy as np
import pandas as pd
import pytest

from skrnn.metrics.matching import read_actuals, read_forecast

DAYS = pd.date_range("2024-01-01", periods=3)
NOON = DAYS + pd.Timedelta("12h")


def series(index, name=None):
    return pd.Series([1.0, 2.0, 3.0], index, name=name)


def frame(index, columns):
    return pd.DataFrame(np.ones((3, 2)), index, columns)


@pytest.mark.parametrize(
    ("true", "forecast", "message"),
    [
        (series(DAYS), series(NOON), r"step 0 is 2024-01-01 12:00:00 in y_pred, but 2024-01-01 00"),
        (series([1, 2, 3]), series([1, 2, 4]), "step 2 is 4 in y_pred, but 3 in y_true"),
        (series([*"abc"]), series([*"abd"]), "step 2 is d in y_pred, but c in y_true"),
        (
            series(pd.RangeIndex(5, 8)),
            series(pd.RangeIndex(6, 9)),
            "step 0 is 6 in y_pred, but 5 in y_true",
        ),
        (
            series(DAYS.to_period("D")),
            series(DAYS.to_period("M")),
            "step 0 is 2024-01 in y_pred, but 2024-01-01 in y_true",
        ),
        (series(DAYS), series(DAYS.tz_localize("UTC")), "step 0 is 2024-01-01 00:00:00.00:00 in"),
        (
            frame(DAYS, ["a", "b"]),
            frame(NOON, ["a", "b"]),
            r"series 'a', step 0 is .*y_pred.reindex\(y_true.index\)",
        ),
        ([series(DAYS), series(NOON)], [series(DAYS), series(DAYS)], "series 1, step 0 is 2024-01"),
        (
            frame(DAYS, ["a", "b"]).T.stack(),
            frame(DAYS.shift(1), ["a", "b"]).T.stack(),
            "series 'a', step 0 is 2024-01-02 00:00:00 in y_pred",
        ),
        (
            frame(DAYS, ["a", "b"]).T.stack(),
            frame(DAYS.shift(1), ["a", "b"]),
            "series 'a', step 0 is 2024-01-02 00:00:00 in y_pred",
        ),
        (
            frame(DAYS, ["a", "b"]),
            frame(DAYS, ["b", "a"]),
            "Series 0 is called 'a' in y_true, but 'b' in y_pred",
        ),
        (
            frame(DAYS, ["a", "b"]),
            frame(DAYS, ["b-lo-90", "a-lo-90"]),
            "Series 0 is called 'a' in y_true, but 'b' in y_pred",
        ),
        ({"a": [1], "b": [2]}, {"b": [1], "a": [2]}, "Series 0 is called 'a'"),
        ([1, 2], [1, 2, 3], "y_pred has 3 steps, y_true 2"),
        ([[1, 2], [3]], [[1, 2], [3, 4]], "y_pred has 2 steps, y_true 1 in series 1"),
        ([[1], [2]], [1, 2], "y_pred holds 1 series, y_true 2"),
        ([1, 2], [1, np.nan], "y_pred holds nan in step 1"),
        ([1, np.nan], [1, -np.inf], "y_pred holds -inf in step 1"),
        ({"a": [1], "b": [1, 2]}, [[1], [1, np.nan]], "y_pred holds nan in series 'b', step 1"),
        (series(DAYS), [1, 2, np.nan], r"y_pred holds nan in step 2 \(2024-01-03 00:00:00\)"),
    ],
)
def test_what_is_no_forecast_of_it(true, forecast, message):
    with pytest.raises(ValueError, match=message):
        read_forecast(forecast, "y_pred", read_actuals(true))


@pytest.mark.parametrize(
    ("true", "forecast"),
    [
        (series(DAYS), series(DAYS.as_unit("s"))),
        (series(DAYS), series(DAYS.to_period("D"))),  # of another kind
        (series(DAYS), series(None)),  # counted
        (series(pd.RangeIndex(7, 10)), series(None)),
        (series(DAYS, "load"), series(DAYS, "load-q0.9")),
        (series(DAYS), [[1, 2, 3]]),
        (frame(DAYS, ["a", "b"]), frame(DAYS, ["a-hi-90", "b-hi-90"])),
        (frame(DAYS, ["a", "b"]), frame(DAYS, ["one", "two"])),
        (frame(DAYS, ["a", "b"]), np.ones((2, 3))),
        (frame(DAYS, ["a", "b"]), {"a": series(DAYS), "b": [1, 2, 3]}),
        (frame(DAYS, ["a", "b"]), frame(DAYS, ["a", "b"]).T.stack()),
        (frame(DAYS, ["a", "b"]).T.stack(), frame(DAYS, ["a", "b"]).T.stack()),
        (frame(DAYS, ["a", "b"]).stack().swaplevel(), frame(DAYS, ["a", "b"]).T.stack()),
    ],
)
def test_what_is_compared_by_position(true, forecast):
    true = read_actuals(true)
    assert read_forecast(forecast, "y_pred", true).flat.shape == true.flat.shape


def test_actuals():
    with pytest.raises(ValueError, match="y_true holds nothing but NaN"):
        read_actuals([np.nan, None])
    with pytest.raises(ValueError, match="y_true holds inf in series 1, step 0"):
        read_actuals([[np.nan], [np.inf]])
