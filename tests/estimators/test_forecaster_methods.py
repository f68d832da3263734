import pickle
import sys

import matplotlib
import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

from skrnn import SequenceForecaster
from skrnn.forecasting.levels import fit_levels

matplotlib.use("Agg")
import matplotlib.pyplot as plt

N = 60
MONTHS = pd.period_range("2015-01", periods=N, freq="M", name="month")
SEASON = 10 * np.sin(np.arange(N) * np.pi / 6)
TREND = pd.Series(100 + 2.0 * np.arange(N) + SEASON, MONTHS, name="sales")
WIDE = pd.DataFrame({"a": TREND, "b": TREND.to_numpy()[::-1] + 7, "c": -SEASON})
DAYS = pd.date_range("2024-01-01", periods=N, freq="D")
HEAT = pd.DataFrame({"heat": np.cos(np.arange(N)), "rain": np.arange(N) % 5.0}, DAYS)
LOAD = pd.Series(3 * HEAT["heat"].to_numpy() + 20, DAYS, name="load")
ROWS = WIDE.to_numpy().T


def small(**params):
    params = {"n_members": 1, "max_epochs": 2, "hidden_size": 4, "random_state": 0, **params}
    return SequenceForecaster(**params)


def long(frame):
    return frame.rename_axis("id", axis=1).T.stack().rename("y")


FORMS = {
    "series": lambda frame: frame["a"],
    "frame": lambda frame: frame,
    "long": long,
    "dict": lambda frame: {name: frame[name] for name in frame},
    "array": lambda frame: frame.to_numpy().T,
    "one array": lambda frame: frame["a"].to_numpy(),
}


def numbers(answer):
    if isinstance(answer, dict):
        return np.concatenate([numbers(each) for each in answer.values()])
    return np.asarray(answer, dtype=np.float64).ravel()


@pytest.fixture(scope="module")
def fitted():
    model = small(horizon=3, n_members=2, max_epochs=8)
    return pickle.dumps(model.fit(WIDE[:-12]))


@pytest.fixture
def model(fitted):
    return pickle.loads(fitted)


@pytest.mark.parametrize("name", ["predict_insample", "update", "plot"])
def test_not_fitted(name):
    args = [TREND] if name == "update" else []
    with pytest.raises(NotFittedError):
        getattr(small(), name)(*args)


# -- in the sample ------------------------------------------------------------------------


@pytest.mark.parametrize("form", FORMS)
def test_insample_has_the_form_of_the_series(form):
    given = FORMS[form](WIDE)
    said = small().fit(given).predict_insample()
    assert type(said) is type(given)
    if isinstance(given, dict):
        assert list(said) == list(given)
        assert all(said[key].index.equals(given[key].index) for key in given)
    elif hasattr(given, "index"):
        assert said.index.equals(given.index) and said.index.names == given.index.names
        assert getattr(said, "name", None) == getattr(given, "name", None)
        if given.ndim == 2:
            assert said.columns.equals(given.columns)
    else:
        assert said.shape == given.shape


@pytest.mark.parametrize("step", [1, 3])
def test_insample_is_the_forecast_from_some_steps_before(step):
    """With levels of the whole series; up to two windows the pass begins where predict's does."""
    model = small(horizon=3, n_members=3, guard=False, max_epochs=20).fit(WIDE[:33])
    said = model.predict_insample(step)
    assert said[:step].isna().all(axis=None) and said[step:].notna().all(axis=None)
    series, guarded = model._covariates.series(model._panel, 3), model._guarded_
    levels = fit_levels(series.values, model.season_, model.transformation)
    for t in (step, 10, 32):
        back = 33 - t - 1 + step
        rows = [row[:-back] if back else row for row in levels.read(series.values)]
        z = guarded.network(series.until([0, 1, 2], back), rows, 3)
        then = levels.restore(z, 1 - back)
        np.testing.assert_allclose(said.iloc[t], then[:, step - 1], rtol=1e-6)


def test_insample_of_series_longer_than_a_span():
    y = np.cumsum(np.random.default_rng(0).normal(size=400)) + 50
    model = small(window=20, horizon=2).fit(y)
    said = model.predict_insample(2)
    assert np.isnan(said[:2]).all() and np.isfinite(said[2:]).all()
    assert np.abs(said - y)[2:].mean() < np.abs(y - y.mean()).mean() / 2


def test_insample_knows_nothing_of_later_steps_but_levels():
    y = np.arange(50.0) % 7
    model = small(window=10, season=None, transformation=None, guard=False, max_epochs=1).fit(y)
    before = model.predict_insample()
    model._panel.values[0][30:] = model._panel.values[0][30:][::-1].copy()  # of the same mean
    np.testing.assert_allclose(model.predict_insample()[:31], before[:31], rtol=1e-12)
    assert np.abs(model.predict_insample() - before)[31:].max() > 1


def test_insample_waits_for_the_first_value():
    y = TREND.copy()
    y[:10] = np.nan
    said = small(horizon=2).fit(y).predict_insample(2)
    assert said[:12].isna().all() and said[12:].notna().all()


def test_insample_of_a_season_follows_it():
    y = pd.Series(np.tile([10.0, 20.0, 30.0, 20.0], 12), DAYS[:48])
    said = small(season=4).fit(y).predict_insample()
    assert (said - y)[8:].abs().max() < 2


def test_insample_of_ragged_rows_and_what_follows_them():
    said = small(horizon=2).fit([ROWS[0], ROWS[1][:20], [5.0]]).predict_insample()
    assert [len(row) for row in said] == [N, 20, 1]
    assert np.isnan(said[2]).all()
    said = small().fit(ROWS[:, :-2], ROWS[:, -2:]).predict_insample(2)
    assert said.shape == ROWS.shape and np.isfinite(said[:, 2:]).all()


def test_insample_with_what_else_is_known():
    model = small(horizon=2, future_known="heat").fit(HEAT, LOAD)
    said = model.predict_insample()
    assert said.index.equals(DAYS) and said.name == "load" and said[1:].notna().all()


@pytest.mark.parametrize("step", [0, -1, 1.5, True, "1", None])
def test_insample_step_must_be_whole(model, step):
    with pytest.raises(ValueError, match=r"step=.* must be a whole number, 1 or more"):
        model.predict_insample(step)


def test_insample_step_beyond_the_horizon(model):
    with pytest.raises(ValueError, match="fit with horizon=4"):
        model.predict_insample(4)


# -- update -------------------------------------------------------------------------------


@pytest.mark.parametrize("form", FORMS)
def test_update_continues_as_from_a_whole_history(form):
    give = FORMS[form]
    arrays = "array" in form  # whose rows are known by update, but not as a history
    model = small(horizon=3, calendar=None if arrays else ("year",), guard=not arrays)
    model.fit(give(WIDE[:-5]))
    whole = model.predict(give(WIDE), level=[80])
    assert model.update(give(WIDE[-5:])) is model
    now = model.predict(level=[80])
    np.testing.assert_array_equal(numbers(now), numbers(whole))
    if hasattr(whole, "index"):
        assert now.index.equals(whole.index)


def test_update_step_by_step_is_update_at_once(model):
    other = pickle.loads(pickle.dumps(model)).update(WIDE[-12:])
    for t in range(N - 12, N):
        model.update(WIDE.iloc[t : t + 1])
    assert model.predict().equals(other.predict())
    assert model.training_series()[0].tolist() == WIDE["a"].tolist()


def test_update_with_what_else_is_known():
    model = small(horizon=2, future_known="heat").fit(HEAT[:-5], LOAD[:-5])
    coming = HEAT[["heat"]][-2:]
    whole = model.predict(coming, history=(HEAT[:-2], LOAD[:-2]))
    now = model.update(HEAT[-5:-2], LOAD[-5:-2]).predict(coming)
    assert now.equals(whole)
    assert model.score(HEAT[-2:], LOAD[-2:]) <= 0


def test_update_of_rows_and_what_follows_them():
    model = small(guard=False).fit(ROWS[:, :40], ROWS[:, 40:42])
    model.update(ROWS[:, 42:50], ROWS[:, 50:52])
    np.testing.assert_array_equal(model.predict(), model.predict(ROWS[:, :52]))
    model.update([row[52 : 54 + i] for i, row in enumerate(ROWS)])
    expected = model.predict([row[: 54 + i] for i, row in enumerate(ROWS)])
    np.testing.assert_array_equal(model.predict(), expected)


def test_update_keeps_networks_weights_and_the_data(model):
    new = WIDE[-12:].copy()
    members, weights, n_iter = model.members_, dict(model.weights_), model.n_iter_
    before = model.predict()
    model.update(new)
    assert model.members_ is members and model.weights_ == weights and model.n_iter_ == n_iter
    assert not np.array_equal(model.predict(), before)
    after = model.predict()
    new.iloc[:] = 0.0
    assert model.predict().equals(after)


def test_update_trains_on(model, fitted):
    before = [p.detach().clone() for p in model.module_.parameters()]
    old = model.members_
    model.update(WIDE[-12:], epochs=3)
    assert len(model.history_) == model.n_iter_ == 11
    assert [row["lr"] for row in model.history_[-3:]] == [pytest.approx(model.lr / 10)] * 3
    assert all(len(member.net.history) == 11 for member in model.members_)
    same = zip(old[0].net.module_.parameters(), before, strict=True)
    assert all((a == b).all() for a, b in same)
    moved = zip(model.module_.parameters(), before, strict=True)
    assert any((a != b).any() for a, b in moved)
    assert model.members_[0].net is model.net_ and model.module_ is model.net_.module_
    assert not any(member.net.module_.training for member in model.members_)
    again = pickle.loads(fitted).update(WIDE[-12:], epochs=3)
    assert model.predict().equals(again.predict())
    assert not model.predict().equals(pickle.loads(fitted).update(WIDE[-12:]).predict())


def test_update_lowers_the_loss_of_a_new_regime():
    rng = np.random.default_rng(0)
    calm = pd.Series(rng.normal(size=80).cumsum(), pd.RangeIndex(80))
    swing = pd.Series(calm.iloc[-1] + 30.0 * (np.arange(80) % 2), pd.RangeIndex(80, 160))
    model = small(season=None, max_epochs=10, lr=0.05).fit(calm).update(swing, epochs=20)
    losses = [row["train_loss"] for row in model.history_[10:]]
    assert losses[-1] < losses[0]


@pytest.mark.parametrize(
    ("new", "error", "message"),
    [
        (WIDE[-11:], ValueError, "2019-01 is missing"),
        (WIDE[-13:], ValueError, "ends only at 2018-12"),
        (WIDE[-12:][["a", "b"]], ValueError, "lacks"),
        (WIDE[-12:].rename(columns={"a": "z"}), ValueError, "was not fitted"),
        (WIDE[-12:].to_numpy().T, TypeError, "fitted with stamps"),
        (WIDE[:0], ValueError, "0 sample"),
        (WIDE[-12:] * np.nan, ValueError, "All values are NaN"),
        (WIDE[-12:].astype(str), ValueError, "text"),
        (WIDE[-12:] * np.inf, ValueError, "infinity"),
        (None, TypeError, "X"),
        ("x", TypeError, "X"),
    ],
)
def test_update_that_raises_changes_nothing(model, new, error, message):
    before = vars(model).copy()
    with pytest.raises((error, ValueError), match=message):
        model.update(new, epochs=1)
    assert vars(model).keys() == before.keys()
    assert all(vars(model)[key] is before[key] for key in before)


def test_update_whose_training_raises_changes_nothing(model):
    before = model.predict()
    model.set_params(lr=-1.0)
    with pytest.raises(ValueError, match="lr"):
        model.update(WIDE[-12:], epochs=1)
    assert model.predict().equals(before)


@pytest.mark.parametrize("epochs", [-1, 0.5, None, "2", True])
def test_update_epochs_must_be_whole(model, epochs):
    with pytest.raises(ValueError, match=r"epochs=.* must be a whole number, 0 or more"):
        model.update(WIDE[-12:], epochs=epochs)


def test_update_of_rows_needs_all_of_them():
    model = small().fit(ROWS)
    with pytest.raises(ValueError, match="2 series, but 3 were fitted"):
        model.update(ROWS[:2, :1])
    with pytest.raises(TypeError, match="fitted as arrays"):
        model.update(WIDE[-1:])


def test_update_keeps_what_it_learned_at_an_interrupt(model, monkeypatch):
    def interrupt(*args, **kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr("skrnn.training.net.SequenceNet.train_step", interrupt)
    monkeypatch.setattr("skrnn.training.descent.JointDescent.step", interrupt)
    with pytest.warns(match="update was interrupted"), pytest.raises(KeyboardInterrupt):
        model.update(WIDE[-12:], epochs=2)
    monkeypatch.undo()
    assert model.predict().index[0] == MONTHS[-1] + 1


# -- backtest -----------------------------------------------------------------------------


@pytest.mark.parametrize("form", FORMS)
def test_backtest_of_every_form(form):
    given = FORMS[form](WIDE)
    frame = small(horizon=4).backtest(given, n_windows=3, step=2, level=[80, 95])
    names = ["id", "cutoff", "time", "actual", "forecast", "lo-80", "hi-80", "lo-95", "hi-95"]
    assert list(frame.columns) == names
    n = 1 if form in ("series", "one array") else 3
    assert len(frame) == n * 3 * 4 and isinstance(frame.index, pd.RangeIndex)
    stamps = np.arange(N) if "array" in form else MONTHS
    assert list(frame["cutoff"].unique()) == list(stamps[[N - 9, N - 7, N - 5]])
    first = frame[frame["id"] == frame["id"].iloc[0]]
    assert list(first["time"][:4]) == list(stamps[N - 8 : N - 4])
    assert first["actual"][:4].tolist() == WIDE["a"].iloc[N - 8 : N - 4].tolist()
    assert (frame["lo-95"] <= frame["lo-80"]).all() and (frame["hi-80"] <= frame["hi-95"]).all()
    assert (frame["lo-80"] <= frame["forecast"]).all()


def test_backtest_is_fit_and_predict():
    model = small(horizon=4)
    frame = model.backtest(WIDE, n_windows=2, refit=True)
    for cutoff, part in frame.groupby("cutoff"):
        said = clone(model).fit(WIDE[:cutoff]).predict()
        np.testing.assert_array_equal(part["forecast"], said.to_numpy().T.ravel())
    once = model.backtest(WIDE, n_windows=2)
    fitted = clone(model).fit(WIDE[:-8])
    said = [fitted.predict(WIDE[:-back]).to_numpy() for back in (8, 4)]
    for part, expected in zip([p for _, p in once.groupby("cutoff")], said, strict=True):
        np.testing.assert_array_equal(part["forecast"], expected.T.ravel())
    assert not np.array_equal(once["forecast"], frame["forecast"])


@pytest.mark.parametrize("refit", [False, True])
def test_backtest_sees_nothing_of_the_future(refit):
    model = small(horizon=3, future_known="heat")
    frame = model.backtest(HEAT, LOAD, n_windows=2, refit=refit)
    heat, load = HEAT.copy(), LOAD.copy()
    heat.loc[DAYS[-3:], "rain"] = 99.0  # known of the past only
    load[-3:] = -50.0
    other = model.backtest(heat, load, n_windows=2, refit=refit)
    assert other["forecast"].equals(frame["forecast"])
    assert other["actual"][-3:].tolist() == [-50.0] * 3
    heat.loc[DAYS[-3:], "heat"] = 3.0  # known ahead
    model = small(horizon=3, future_known="heat", max_epochs=8, guard=False)
    frame, other = (model.backtest(X, LOAD, n_windows=2, refit=refit) for X in (HEAT, heat))
    assert other["forecast"][:3].equals(frame["forecast"][:3])
    assert (other["forecast"][3:] != frame["forecast"][3:]).all()


def test_backtest_leaves_the_forecaster_alone(model):
    before, own = vars(model).copy(), WIDE.copy()
    model.backtest(WIDE, n_windows=1)
    assert all(vars(model)[key] is before[key] for key in before)
    assert WIDE.equals(own)
    plain = small()
    plain.backtest(TREND, n_windows=1)
    assert not hasattr(plain, "members_")


def test_backtest_cuts_dates_at_the_same_time():
    series = {"late": LOAD[30:], "gone": LOAD[:-5], "new": LOAD[-2:], "whole": LOAD}
    frame = small(horizon=3).backtest(series, n_windows=2)
    counts = frame.groupby(["id", "cutoff"]).size().unstack(fill_value=0)
    cutoffs = [DAYS[-7], DAYS[-4]]
    assert list(counts.columns) == cutoffs
    assert counts.loc["late"].tolist() == counts.loc["whole"].tolist() == [3, 3]
    assert counts.loc["gone"].tolist() == [1, 0]
    assert "new" not in counts.index


def test_backtest_of_series_that_begin_after_the_first_cutoff():
    y = WIDE.copy()
    y.loc[: MONTHS[-6], "b"] = np.nan
    frame = small(horizon=3).backtest(y, n_windows=2)
    assert frame[frame["id"] == "b"]["cutoff"].unique().tolist() == [MONTHS[-4]]
    assert frame["forecast"].notna().all()


def test_backtest_where_no_series_reaches_from_first_to_last():
    series = {"old": LOAD[:40], "young": LOAD[35:]}
    frame = small(horizon=3).backtest(series, n_windows=9)
    assert frame["cutoff"].min() == DAYS[N - 1 - 27]
    assert set(frame[frame["cutoff"] < DAYS[35]]["id"]) == {"old"}


def test_backtest_counts_rows_back_from_their_ends():
    frame = small(horizon=2).backtest([ROWS[0], ROWS[1][:9], ROWS[2][:2]], n_windows=2)
    assert frame.groupby("id")["time"].max().to_dict() == {0: N - 1, 1: 8}
    assert frame[frame["id"] == 1]["cutoff"].unique().tolist() == [4, 6]


def test_backtest_of_rows_and_what_follows_them():
    frame = small().backtest(ROWS[:, :-3], ROWS[:, -3:], n_windows=2)
    assert len(frame) == 3 * 2 * 3
    assert frame["time"].max() == N - 1
    assert frame["actual"][:6].tolist() == ROWS[0, -6:].tolist()


def test_backtest_keeps_missing_values_missing():
    y = TREND.copy()
    y.iloc[-2] = np.nan
    frame = small(horizon=3).backtest(y, n_windows=1)
    assert frame["actual"].isna().tolist() == [False, True, False]
    assert frame["forecast"].notna().all()


def test_backtest_names_ids_of_several_levels():
    keys = pd.MultiIndex.from_product([["x", "y"], [1], DAYS], names=["shop", "item", "day"])
    y = pd.Series(np.tile(LOAD.to_numpy(), 2), keys)
    frame = small().backtest(y, n_windows=1)
    assert frame["id"].tolist() == [("x", 1), ("y", 1)]


def test_backtest_is_the_same_every_time():
    first, second = (small(n_members=2).backtest(WIDE, n_windows=2) for _ in range(2))
    assert first.equals(second)


def test_backtest_of_too_short_series_says_how_many_steps_are_needed():
    with pytest.raises(
        ValueError, match=r"4 windows, 12 steps apart, of 12 .* need 49 steps .* 40"
    ):
        small(horizon=12).backtest(TREND[:40])
    with pytest.raises(ValueError, match=r"1 window of 12 .* need 13 steps"):
        small(horizon=12).backtest(ROWS[:, :12], n_windows=1)
    assert len(small(horizon=12).backtest(TREND[:13], n_windows=1)) == 12
    y = TREND.copy()
    y[:-2] = np.nan
    with pytest.raises(ValueError, match=r"No series has a value before the 1\. cutoff"):
        small().backtest(y)


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"n_windows": 0}, "n_windows=0 must be"),
        ({"n_windows": 2.5}, "n_windows=2.5 must be"),
        ({"step": 0}, "step=0 must be"),
        ({"step": "1"}, "step='1' must be"),
        ({"level": [100]}, "level holds 100"),
        ({"level": 0.9}, "write 90"),
    ],
)
def test_backtest_parameters(params, message):
    with pytest.raises(ValueError, match=message):
        small().backtest(TREND, **params)


def test_backtest_checks_parameters_of_the_forecaster():
    with pytest.raises(ValueError, match="horizon"):
        small(horizon=0).backtest(TREND)


# -- plot ---------------------------------------------------------------------------------


def test_plot_draws_history_forecast_and_fans(model):
    ax = model.plot(5)
    history, forecast = ax.lines
    assert len(history.get_xdata()) == 24 and len(forecast.get_xdata()) == 6
    np.testing.assert_array_equal(history.get_ydata(), WIDE["a"][-36:-12])
    np.testing.assert_array_equal(forecast.get_ydata()[1:], model.predict(5)["a"])
    assert forecast.get_xdata()[0] == history.get_xdata()[-1]
    assert len(ax.collections) == 2
    texts = [text.get_text() for text in ax.get_legend().get_texts()]
    assert texts == ["a", "95 %", "80 %", "forecast"]
    assert ax.get_xlabel() == "month"


def test_plot_draws_where_and_what_is_asked(model):
    _, ax = plt.subplots()
    assert model.plot(ax=ax, series=["b", "c"], level=None, n_history=10) is ax
    assert len(ax.lines) == 4 and not ax.collections
    np.testing.assert_array_equal(ax.lines[0].get_ydata(), WIDE["b"][-22:-12])
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["b", "c"]


def test_plot_of_a_new_history(model):
    new = WIDE[["b"]]
    ax = model.plot(history=new, series="b", level=50)
    np.testing.assert_array_equal(ax.lines[1].get_ydata()[1:], model.predict(new)["b"])
    assert len(ax.collections) == 1


HOURS = pd.timedelta_range("0h", periods=30, freq="h")
ZONED = pd.date_range("2024-03-30", periods=30, freq="h", tz="Europe/Paris")


@pytest.mark.parametrize(
    ("index", "label"),
    [
        (HOURS, "seconds"),
        (ZONED, "time"),
        (DAYS[:30], "time"),
        (pd.RangeIndex(30), "step"),
        (None, "step"),
    ],
)
def test_plot_of_every_clock(index, label):
    values = LOAD.to_numpy()[:30]
    y = values if index is None else pd.Series(values, index)
    ax = small(horizon=2).fit(y).plot()
    assert ax.get_xlabel() == label
    ax.figure.canvas.draw()
    assert ax.get_legend().get_texts()[0].get_text() == "series"


def test_plot_with_what_is_known_ahead():
    model = small(horizon=2).fit(HEAT[:-3], LOAD[:-3])
    ax = model.plot(HEAT[-3:])
    assert len(ax.lines[1].get_xdata()) == 4
    with pytest.raises(ValueError, match="known ahead"):
        model.plot()


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"series": "aa"}, "series='aa' is none of the 3 series; there is 'a'"),
        ({"series": []}, "names no series"),
        ({"n_history": 0}, "n_history=0 must be"),
        ({"level": [120]}, "level holds 120"),
    ],
)
def test_plot_parameters(model, params, message):
    with pytest.raises(ValueError, match=message):
        model.plot(**params)


def test_plot_without_matplotlib(model, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", None)
    with pytest.raises(ImportError, match=r"skrnn\[plot\]"):
        model.plot()
