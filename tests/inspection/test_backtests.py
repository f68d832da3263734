import sys

import matplotlib
import numpy as np
import pandas as pd
import pytest

from skrnn import SequenceForecaster
from skrnn.inspection import BacktestDisplay

matplotlib.use("Agg")
import matplotlib.pyplot as plt

N = 40
MONTHS = pd.period_range("2015-01", periods=N, freq="M", name="month")
TREND = pd.Series(100 + 2.0 * np.arange(N) + 10 * np.sin(np.arange(N)), MONTHS, name="sales")
WIDE = pd.DataFrame({"a": TREND, "b": 100 * (TREND.to_numpy()[::-1] + 7)})
DAYS = pd.date_range("2024-01-01", periods=N, freq="D")
HEAT = pd.DataFrame({"heat": np.cos(np.arange(N))}, DAYS)
LOAD = pd.Series(3 * HEAT["heat"].to_numpy() + 20, DAYS, name="load")


def small(**params):
    quick = {"n_members": 1, "max_epochs": 2, "hidden_size": 4, "guard": False, "random_state": 0}
    return SequenceForecaster(**{"horizon": 3, **quick, **params})


@pytest.fixture(scope="module")
def frame():
    return small().backtest(WIDE, n_windows=4, level=[80, 50])


def of_kind(display, kind):
    return display.table[display.table["kind"] == kind].set_index(
        "step" if kind == "error" else "level"
    )


def made(n_windows=10, horizon=4, n_series=1, inside=1.0, level=80):
    """Make a backtest in which a share of the actuals lies inside its intervals."""
    windows = np.arange(n_windows) * horizon
    rows = [(s, c, c + 1 + k) for s in range(n_series) for c in windows for k in range(horizon)]
    frame = pd.DataFrame(rows, columns=["id", "cutoff", "time"])
    n_inside = round(inside * len(frame))
    frame["actual"] = np.r_[np.zeros(n_inside), np.full(len(frame) - n_inside, 5.0)]
    frame["forecast"] = 1.0
    return frame.assign(**{f"lo-{level}": -2.0, f"hi-{level}": 2.0})


def test_errors_and_calibration_are_those_of_the_backtest(frame):
    display = BacktestDisplay.from_backtest(frame, metric="mae")
    frame = frame.assign(step=frame.groupby(["id", "cutoff"]).cumcount() + 1)
    error = (frame["actual"] - frame["forecast"]).abs().groupby(frame["step"])
    errors = of_kind(display, "error")
    np.testing.assert_allclose(errors["value"], error.mean())
    np.testing.assert_allclose(errors["low"], error.quantile(0.1))
    np.testing.assert_allclose(errors["high"], error.quantile(0.9))
    assert errors["n_values"].tolist() == [8, 8, 8] and errors.index.tolist() == [1, 2, 3]
    held = of_kind(display, "calibration")
    for level in (50, 80):
        inside = frame["actual"].between(frame[f"lo-{level}"], frame[f"hi-{level}"])
        assert held["value"][level] == pytest.approx(100 * inside.mean())
    assert held.index.tolist() == [50, 80] and held["n_values"].tolist() == [24, 24]


def test_it_draws_two_panels(frame):
    display = BacktestDisplay.from_backtest(frame)
    assert len(display.axes_) == len(display.figure_.axes) == 2
    assert display.ax_ is display.axes_[0]
    np.testing.assert_array_equal(display.error_.get_ydata(), of_kind(display, "error")["value"])
    held = of_kind(display, "calibration")
    np.testing.assert_array_equal(display.calibration_.get_xdata(), held.index)
    np.testing.assert_array_equal(display.calibration_.get_ydata(), held["value"])
    assert display.axes_[0].get_ylabel() == "MAE"
    display.figure_.canvas.draw()


def test_one_panel_on_given_axes(frame):
    _, ax = plt.subplots()
    display = BacktestDisplay.from_backtest(frame, kind="calibration", ax=ax)
    assert display.ax_ is ax and display.error_ is None is display.band_
    assert display.plot(kind="error").calibration_ is None
    _, pair = plt.subplots(2, 1)
    assert list(display.plot(ax=pair).axes_) == list(pair)
    with pytest.raises(ValueError, match="ax holds 1 axes for 2 panels; pass two"):
        display.plot(ax=ax)


def test_the_scale_is_the_change_over_a_season_before_the_first_cutoff(frame):
    display = BacktestDisplay.from_backtest(frame, y=WIDE)
    assert display.metric == "mase"
    known = WIDE[: N - 12]
    scale = {name: np.abs(known[name].to_numpy()[12:] - known[name].to_numpy()[:-12]).mean()
             for name in WIDE}  # fmt: skip
    error = (frame["actual"] - frame["forecast"]).abs() / frame["id"].map(scale)
    assert of_kind(display, "error")["value"].mean() == pytest.approx(error.mean())
    long = WIDE.rename_axis("id", axis=1).T.stack().rename("y")
    again = BacktestDisplay.from_backtest(frame, y=long)
    pd.testing.assert_frame_equal(again.table, display.table)


def test_smape():
    frame = made().assign(actual=[3.0] * 20 + [0.0] * 20, forecast=[1.0] * 20 + [0.0] * 20)
    display = BacktestDisplay.from_backtest(frame, metric="smape")
    assert of_kind(display, "error")["value"].tolist() == [50.0] * 4


def test_from_estimator_runs_the_backtest(frame):
    model = small()
    display = BacktestDisplay.from_estimator(model, WIDE, level=[80, 50])
    pd.testing.assert_frame_equal(display.frame, frame)
    assert not hasattr(model, "net_")
    table = BacktestDisplay.from_backtest(frame, y=WIDE).table
    pd.testing.assert_frame_equal(display.table, table)
    assert display.metric == "mase"


def test_options_of_the_backtest():
    model = small()
    display = BacktestDisplay.from_estimator(
        model, TREND, horizon=2, n_windows=3, step=1, level=90, refit=True
    )
    expected = small(horizon=2).backtest(TREND, n_windows=3, step=1, level=90, refit=True)
    pd.testing.assert_frame_equal(display.frame, expected)
    assert display.metric == "mae" and model.horizon == 3


def test_what_is_known_beside_and_rows_of_arrays():
    display = BacktestDisplay.from_estimator(small(), LOAD, HEAT, n_windows=2, metric="mase")
    assert len(display.frame) == 6
    rows = WIDE.to_numpy().T
    display = BacktestDisplay.from_estimator(small(), rows[:, -3:], rows[:, :-3], n_windows=2)
    assert display.metric == "mase" and len(display.frame) == 12
    again = BacktestDisplay.from_backtest(display.frame, y=rows)
    pd.testing.assert_frame_equal(again.table, display.table)


def test_without_levels():
    display = BacktestDisplay.from_estimator(small(), TREND, n_windows=2, level=None)
    assert len(display.axes_) == 1 and display.finding_.startswith("MAE ")
    assert "interval" not in display.finding_
    with pytest.raises(ValueError, match="no intervals whose calibration"):
        display.plot(kind="calibration")


@pytest.mark.parametrize(
    ("params", "words"),
    [
        (
            {"n_windows": 100, "inside": 0.5},
            r"50 % of 400 values \(100 windows of 4 steps\): too n",
        ),
        ({"n_windows": 100, "inside": 1.0}, "too wide"),
        ({"n_windows": 100, "inside": 0.8}, "80 % of 400 values .*: about right"),
        ({"n_windows": 4, "inside": 0.5}, "perhaps too narrow, but 4 forecasts that do not overl"),
        ({"n_windows": 4, "inside": 0.8}, "about right, as far as 4 forecasts that do not"),
        ({"n_windows": 1, "inside": 0.75}, r"\(1 window of 4 steps\).* 1 forecast that does not"),
        ({"n_windows": 50, "n_series": 2, "inside": 0.5}, r"\(2 series, 50 windows of 4 steps\)"),
    ],
)
def test_the_finding(params, words):
    import re

    finding = BacktestDisplay.from_backtest(made(**params)).finding_
    assert re.search(words, finding), finding
    assert finding.startswith("MAE ") and "80 % intervals held" in finding


def test_the_finding_is_of_a_level_that_chance_does_not_explain():
    frame = made(n_windows=5, inside=0.5)  # within chance of 80 %, but not of 95 %
    frame = frame.assign(**{"lo-95": frame["lo-80"], "hi-95": frame["hi-80"]})
    finding = BacktestDisplay.from_backtest(frame).finding_
    assert "95 % intervals held 50 % of 20 values (5 windows of 4 steps): too narrow." in finding


def test_windows_that_overlap_count_less():
    rows = [(0, c, c + 1 + k) for c in range(40) for k in range(10)]
    frame = made(40, 10, inside=0.7)
    frame[["id", "cutoff", "time"]] = rows  # 49 stamps: 4 forecasts that do not overlap
    assert "4 forecasts that do not overlap" in BacktestDisplay.from_backtest(frame).finding_


def test_unknown_actuals_are_left_out():
    frame = made()
    frame.loc[0, "actual"] = np.nan
    errors = of_kind(BacktestDisplay.from_backtest(frame), "error")
    assert errors["n_values"].tolist() == [9, 10, 10, 10]


def test_a_display_can_be_made_of_its_numbers(frame):
    display = BacktestDisplay.from_backtest(frame)
    again = BacktestDisplay(display.table, frame, metric="mae", finding="words").plot()
    np.testing.assert_array_equal(again.error_.get_ydata(), display.error_.get_ydata())
    assert again.finding_ == "words"


# -- bad input --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "params", "message"),
    [
        (lambda f: f.drop(columns="cutoff"), {}, r"lacks the columns \['cutoff'\]"),
        (lambda f: f.assign(actual=np.nan), {}, "All actuals of the backtest are NaN"),
        (lambda f: f[:0], {}, "All actuals of the backtest are NaN"),
        (lambda f: f, {"metric": "mase"}, "needs the scale of each series: pass y"),
        (lambda f: f, {"y": np.ones((1, 60)), "metric": "mase"}, "none does"),
        (lambda f: f.assign(id=7), {"y": np.ones((1, 60)), "metric": "mase"}, "has a series 7"),
        (lambda f: f, {"metric": "rmse"}, "metric='rmse' is none of 'mae', 'mase', 'smape'"),
        (lambda f: f, {"kind": "errors"}, "kind='errors' is none of"),
    ],
)
def test_bad_backtests(change, params, message):
    with pytest.raises(ValueError, match=message):
        BacktestDisplay.from_backtest(change(made()), **params)


def test_other_bad_input():
    with pytest.raises(TypeError, match="from_estimator runs a backtest"):
        BacktestDisplay.from_backtest([1, 2])
    with pytest.raises(TypeError, match="must be a SequenceForecaster"):
        BacktestDisplay.from_estimator(3, TREND)
    with pytest.raises(ValueError, match="n_windows"):
        BacktestDisplay.from_estimator(small(), TREND, n_windows=0)


def test_the_frame_stays_as_it_was(frame):
    before = frame.copy()
    BacktestDisplay.from_backtest(frame, y=WIDE)
    pd.testing.assert_frame_equal(frame, before)


def test_without_matplotlib(frame, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", None)
    with pytest.raises(ImportError, match=r"skrnn\[plot\]"):
        BacktestDisplay.from_backtest(frame)
