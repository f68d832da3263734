import pickle
import sys

import matplotlib
import numpy as np
import pandas as pd
import pytest
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV, TimeSeriesSplit

from skrnn import RNNClassifier, SequenceForecaster
from skrnn.inspection import ForecastDisplay

matplotlib.use("Agg")
import matplotlib.pyplot as plt

N = 40
MONTHS = pd.period_range("2015-01", periods=N, freq="M", name="month")
TREND = pd.Series(100 + 2.0 * np.arange(N) + 10 * np.sin(np.arange(N)), MONTHS, name="sales")
WIDE = pd.DataFrame({"a": TREND, "b": TREND.to_numpy()[::-1] + 7, "c": TREND**0.5})
DAYS = pd.date_range("2024-01-01", periods=N, freq="D")
HEAT = pd.DataFrame({"heat": np.cos(np.arange(N))}, DAYS)
LOAD = pd.Series(3 * HEAT["heat"].to_numpy() + 20, DAYS, name="load")


def small(**params):
    quick = {"n_members": 1, "max_epochs": 2, "hidden_size": 4, "guard": False, "random_state": 0}
    return SequenceForecaster(**{"horizon": 3, **quick, **params})


@pytest.fixture(scope="module")
def fitted():
    return pickle.dumps(small().fit(WIDE[:-3]))


@pytest.fixture
def model(fitted):
    return pickle.loads(fitted)


def coming(display):
    return display.table[display.table["kind"] == "forecast"]


def test_it_draws_history_fan_and_actuals(model):
    display = ForecastDisplay.from_estimator(model, actual=WIDE[-3:], level=(80, 50), n_history=9)
    (parts,) = display.artists_
    np.testing.assert_array_equal(parts["history"].get_ydata(), WIDE["a"][-12:-3])
    np.testing.assert_array_equal(parts["forecast"].get_ydata()[1:], model.predict()["a"])
    np.testing.assert_array_equal(parts["actual"].get_ydata(), WIDE["a"][-3:])
    assert parts["forecast"].get_xdata()[1] == parts["actual"].get_xdata()[0]
    widest, inner = (band.get_paths()[0].get_extents().height for band in parts["bands"])
    assert widest > inner > 0
    texts = [text.get_text() for text in display.ax_.get_legend().get_texts()]
    assert texts == ["a", "80 %", "50 %", "forecast", "actual"]
    assert display.ax_.get_xlabel() == "month"
    assert display.figure_ is display.ax_.figure


def test_the_table_holds_what_is_drawn(model):
    display = ForecastDisplay.from_estimator(model, actual=WIDE[-3:], level=80, n_history=9)
    said = model.predict(level=80)
    assert display.table.columns.tolist() == [
        "id", "time", "kind", "value", "forecast", "lo-80", "hi-80"
    ]  # fmt: skip
    assert display.table["kind"].tolist() == ["history"] * 9 + ["forecast"] * 3
    assert display.table["time"].tolist() == MONTHS[-12:].tolist()
    np.testing.assert_array_equal(display.table["value"], WIDE["a"][-12:])
    for name, column in (("forecast", "a"), ("lo-80", "a-lo-80"), ("hi-80", "a-hi-80")):
        np.testing.assert_array_equal(coming(display)[name], said[column])
        assert display.table[name][:9].isna().all()


def test_actuals_may_be_missing_or_fewer(model):
    assert ForecastDisplay.from_estimator(model).artists_[0]["actual"] is None
    display = ForecastDisplay.from_estimator(model, actual=WIDE[["a"]][-3:-1], level=None)
    values = coming(display)["value"]
    np.testing.assert_array_equal(values, [*WIDE["a"][-3:-1], np.nan])
    later = ForecastDisplay.from_estimator(model, actual=WIDE[-1:])
    assert coming(later)["value"].isna().tolist() == [True, True, False]


def test_several_series_have_axes_of_their_own(model):
    display = ForecastDisplay.from_estimator(model, actual=WIDE[-3:], series=["c", "a"])
    assert [ax.get_title() for ax in display.axes_] == ["c", "a"]
    assert display.ax_ is display.axes_[0]
    assert display.table["id"].unique().tolist() == ["c", "a"]
    (legend,) = display.figure_.legends
    assert legend.get_texts()[0].get_text() == "history"
    display = ForecastDisplay.from_estimator(model, series=["a", "b", "c", "a"][:3])
    assert len(display.figure_.axes) == 3


def test_many_series_leave_no_empty_axes():
    wide = pd.DataFrame({f"s{i}": TREND + i for i in range(5)})
    display = ForecastDisplay.from_estimator(small().fit(wide), series=list(wide))
    assert len(display.figure_.axes) == len(display.axes_) == 5


def test_where_to_draw(model):
    _, ax = plt.subplots()
    display = ForecastDisplay.from_estimator(model, series=["a", "b"], ax=ax)
    assert display.ax_ is ax and len(display.artists_) == 2
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["a", "b"]
    _, pair = plt.subplots(1, 2)
    assert display.plot(ax=pair) is display
    assert list(display.axes_) == list(pair)
    with pytest.raises(ValueError, match="ax holds 3 axes for 2 series"):
        display.plot(ax=plt.subplots(1, 3)[1])


def test_a_display_can_be_made_of_its_numbers(model):
    display = ForecastDisplay.from_estimator(model, series=["a", "b"], level=90)
    again = ForecastDisplay(display.table, time_name="month").plot()
    for one, other in zip(display.artists_, again.artists_, strict=True):
        np.testing.assert_array_equal(one["forecast"].get_xydata(), other["forecast"].get_xydata())
    assert again.ax_.get_xlabel() == "month"


HOURS = pd.timedelta_range("0h", periods=N, freq="h")
ZONED = pd.date_range("2024-03-30", periods=N, freq="h", tz="Europe/Paris")


@pytest.mark.parametrize(
    ("index", "label"),
    [(HOURS, "seconds"), (ZONED, "time"), (DAYS, "time"), (pd.RangeIndex(N), "step")],
)
def test_every_clock(index, label):
    y = pd.Series(LOAD.to_numpy(), index)
    display = ForecastDisplay.from_estimator(small().fit(y[:-3]), actual=y[-3:])
    assert display.ax_.get_xlabel() == label
    np.testing.assert_array_equal(coming(display)["value"], y[-3:])
    display.figure_.canvas.draw()


def test_arrays():
    rows = WIDE.to_numpy().T
    model = small().fit(rows[:, :-3])
    display = ForecastDisplay.from_estimator(model, actual=rows[:, -3:], series=[2])
    np.testing.assert_array_equal(coming(display)["value"], rows[2, -3:])
    assert display.table["id"].unique().tolist() == [2]
    with pytest.raises(ValueError, match="has 4 steps, but only 3 are forecast"):
        ForecastDisplay.from_estimator(model, actual=rows[:, -4:])
    with pytest.raises(ValueError, match="actual has 2 series, but 3 are continued"):
        ForecastDisplay.from_estimator(model, actual=rows[:2, -3:])
    with pytest.raises(TypeError, match="no stamps, but actual has some"):
        ForecastDisplay.from_estimator(model, actual=WIDE[-3:])
    one = ForecastDisplay.from_estimator(small().fit(rows[0, :-3]), actual=rows[0, -3:])
    np.testing.assert_array_equal(coming(one)["value"], rows[0, -3:])
    assert one.ax_.get_legend().get_texts()[0].get_text() == "series"


@pytest.mark.parametrize("form", ["dict", "long"])
def test_other_forms(form):
    def made(frame):
        if form == "dict":
            return {name: frame[name] for name in frame}
        return frame.rename_axis("id", axis=1).T.stack().rename("y")

    model = small().fit(made(WIDE[:-3]))
    display = ForecastDisplay.from_estimator(model, actual=made(WIDE[-3:]), series="b")
    np.testing.assert_array_equal(coming(display)["value"], WIDE["b"][-3:])


def test_what_is_known_ahead_and_another_history():
    model = small(horizon=3).fit(HEAT[:-3], LOAD[:-3])
    display = ForecastDisplay.from_estimator(model, X=HEAT[-3:], actual=LOAD[-3:])
    np.testing.assert_array_equal(coming(display)["forecast"], model.predict(HEAT[-3:]))
    np.testing.assert_array_equal(coming(display)["value"], LOAD[-3:])
    model = small().fit(TREND[:-10])
    display = ForecastDisplay.from_estimator(model, history=TREND[:-5], horizon=5)
    assert coming(display)["time"].tolist() == MONTHS[-5:].tolist()


def test_of_a_search():
    search = GridSearchCV(small(), {"hidden_size": [2]}, cv=TimeSeriesSplit(2, test_size=3))
    display = ForecastDisplay.from_estimator(search.fit(TREND))
    assert len(coming(display)) == 3


# -- bad input --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("actual", "message"),
    [
        (WIDE[-4:], "actual has 2018-01, which is not forecast: .* 2018-02 to 2018-04"),
        (WIDE, "actual has 2015-01, which is not forecast"),
        (WIDE[:5], "ends only at 2018-01"),
        (WIDE[["b"]][-3:], r"actual lacks series 'a', which is drawn; it has \['b'\]"),
        (WIDE[-3:].set_axis(DAYS[-3:]), "frequency D, but what was fitted has M"),
    ],
)
def test_actuals_that_do_not_fit(model, actual, message):
    with pytest.raises(ValueError, match=message):
        ForecastDisplay.from_estimator(model, actual=actual)


def test_actuals_without_stamps(model):
    with pytest.raises(TypeError, match="have stamps, but actual has none"):
        ForecastDisplay.from_estimator(model, actual=WIDE[-3:].to_numpy().T)


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"series": "aa"}, "series='aa' is none of the 3 series"),
        ({"n_history": 0}, "n_history=0 must be"),
        ({"level": [120]}, "level holds 120"),
        ({"horizon": 0}, "horizon=0 must be"),
    ],
)
def test_parameters(model, params, message):
    with pytest.raises(ValueError, match=message):
        ForecastDisplay.from_estimator(model, **params)


def test_what_is_no_forecaster():
    with pytest.raises(TypeError, match="must be a SequenceForecaster"):
        ForecastDisplay.from_estimator(RNNClassifier())
    with pytest.raises(NotFittedError):
        ForecastDisplay.from_estimator(small())


def test_without_matplotlib(model, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", None)
    with pytest.raises(ImportError, match=r"skrnn\[plot\]"):
        ForecastDisplay.from_estimator(model)


def test_a_search_that_is_not_fitted_and_axes_that_are_none():
    search = GridSearchCV(small(), {"lr": [0.1]})
    with pytest.raises(NotFittedError, match="GridSearchCV instance holds no fitted forecaster"):
        ForecastDisplay.from_estimator(search)
    with pytest.raises(TypeError, match="ax must be one matplotlib Axes"):
        ForecastDisplay.from_estimator(small().fit(TREND), ax="here")


def test_a_table_without_history_is_drawn_from_its_first_step(model):
    table = coming(ForecastDisplay.from_estimator(model, actual=WIDE[-3:], level=80))
    (parts,) = ForecastDisplay(table).plot().artists_
    np.testing.assert_array_equal(parts["forecast"].get_ydata(), model.predict()["a"])
    np.testing.assert_array_equal(parts["actual"].get_ydata(), WIDE["a"][-3:])
    assert len(parts["history"].get_xdata()) == 0
