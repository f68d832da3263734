"""What parameters of a forecaster mean for series."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from skrnn import SequenceForecaster
from skrnn.data.panel import read_panel
from skrnn.estimators.forecast_parameters import (
    check_count,
    check_quantiles,
    choose_periods,
    choose_window,
    make_report,
    one_horizon,
    params_of_runs,
    read_extra,
)
from skrnn.forecasting.blend import Blend


def panel_of(freq, n):
    return read_panel(pd.Series(np.arange(float(n)), pd.date_range("2024", periods=n, freq=freq)))


@pytest.mark.parametrize(
    ("freq", "n", "periods"),
    [("ME", 24, (12,)), ("ME", 23, ()), ("QE", 8, (4,)), ("D", 14, (7,)), ("YE", 90, ())],
)
def test_seasons_of_a_frequency(freq, n, periods):
    assert choose_periods("auto", panel_of(freq, n)) == periods


def test_seasons_that_are_given():
    panel = panel_of("ME", 5)
    assert choose_periods(None, panel) == () and choose_periods(1, panel) == ()
    assert choose_periods(12, panel) == (12,)
    assert choose_periods([168, 24, 24], panel) == (24, 168)
    assert choose_periods("auto", read_panel(np.ones((2, 90)))) == ()


def test_windows():
    assert choose_window("auto", 1, ()) == 24 and choose_window("auto", 20, ()) == 40
    assert choose_window("auto", 1, (24, 168)) == 210 and choose_window(3, 50, (12,)) == 3


def test_quantiles():
    assert check_quantiles((0.1, 0.5, 0.9)) == (0.1, 0.9)
    assert check_quantiles((0.5,)) == check_quantiles(()) == (0.1, 0.9)
    assert check_quantiles((0.2,)) == (0.2, 0.9)
    for bad in ((0.9, 0.1), (0.1, 0.1), (0.0,), (1,), (True,), ("0.1",)):
        with pytest.raises(ValueError):
            check_quantiles(bad)


def test_what_is_asked_for_beside_the_forecast():
    assert read_extra(None, None) == {}
    found = read_extra([80, 99.5], [0.5])
    assert list(found) == ["-lo-80", "-hi-80", "-lo-99.5", "-hi-99.5", "-q0.5"]
    assert found["-lo-80"] == pytest.approx(0.1) and found["-hi-99.5"] == pytest.approx(0.9975)
    assert read_extra(90, 0.1) == {"-lo-90": 0.05, "-hi-90": 0.95, "-q0.1": 0.1}


def test_one_horizon():
    assert one_horizon(3, None) == one_horizon(3, 3) == 3
    with pytest.raises(ValueError, match="horizon=2, but X says 3"):
        one_horizon(3, 2)


@pytest.mark.parametrize("bad", [0, -1, 2.0, "3", None, True, np.float64(2)])
def test_counts(bad):
    check_count(np.int32(1), "n", "steps")
    with pytest.raises((ValueError, TypeError), match=r"steps"):
        check_count(bad, "n", "steps")


def test_runs_share_their_time():
    model = SequenceForecaster(max_time=8.0, n_members=3)
    with params_of_runs(model, 4) as params:
        assert params.max_time == 2.0 and params.callbacks is None
    assert model.max_time == 8.0
    with params_of_runs(SequenceForecaster(), 1) as params:
        assert params.max_time is None


def test_the_report():
    errors = {"network": [1.0, np.nan, 3.0], "naive": [2.0, np.nan, 1.0], "blend": [0.5, np.nan, 1]}
    blend = Blend({"network": 0.25, "naive": 0.75}, {"a": np.array([0.5, 0.5])})
    guarded = SimpleNamespace(blend=blend)
    school = SimpleNamespace(errors=errors, judged=[0, 2, 3], guarded=guarded)
    report = make_report(school, ["a", "short", ("b", 1), "c"])
    assert report["best"].tolist()[::2] == ["network", "naive"] and pd.isna(report["best"].iloc[1])
    assert report["weight"].tolist() == [0.5, 0.25, 0.25]
    assert report.index.tolist() == ["a", ("b", 1), "c"] and report.index.name == "series"
