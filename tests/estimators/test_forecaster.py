"""SequenceForecaster: what it takes, what it answers, and the promises it keeps."""

import copy
import os
import pickle
import random
import subprocess
import sys
import warnings

import numpy as np
import pandas as pd
import pytest
import torch
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning, NotFittedError
from skorch.callbacks import Callback

from skrnn import SequenceForecaster
from skrnn.data import from_long

T, H = 40, 3
WHEN = pd.date_range("2020-01-31", periods=T, freq="ME", name="month")
NEXT = pd.date_range(WHEN[-1], periods=13, freq="ME", name="month")[1:]
NOISE = np.random.default_rng(0).normal(size=(3, T))
SERIES = pd.Series(10 + np.sin(np.arange(T) * np.pi / 6) + 0.1 * NOISE[0], WHEN, name="sales")
FRAME = pd.DataFrame({"a": SERIES, "b": 5 + NOISE[1], "c": NOISE[2].cumsum()})
EXOG = pd.DataFrame({"heat": NOISE[1], "rain": NOISE[2]}, WHEN)
TARGET = SERIES + EXOG["heat"]
COMING = pd.DataFrame({"heat": np.arange(12.0), "rain": np.zeros(12)}, NEXT)
LONG = pd.concat({"b": SERIES, "a": FRAME["b"].iloc[:-5].rename("sales")}, names=["shop"])
ROWS = np.random.default_rng(1).normal(size=(6, 20)).cumsum(axis=1)
RAGGED = [row[:n] for row, n in zip(ROWS, (1, 2, 5, 11, 19, 20), strict=True)]


def small(**params):
    """Give a forecaster that fits in no time."""
    small = {"n_members": 1, "max_epochs": 2, "hidden_size": 4, "random_state": 0, "device": "cpu"}
    return SequenceForecaster(**{"horizon": H, **small, **params})


@pytest.fixture(scope="module")
def of_series():
    """Give one fitted on a series; not to be changed."""
    return small().fit(SERIES)


@pytest.fixture(scope="module")
def of_exog():
    """Give one fitted on a series with two columns known ahead; not to be changed."""
    return small().fit(EXOG, TARGET)


# -- what it takes, and answers of the same form ------------------------------------------


def test_a_series(of_series):
    answer = of_series.predict()
    assert isinstance(answer, pd.Series) and answer.name == "sales"
    pd.testing.assert_index_equal(answer.index, NEXT[:H])
    assert answer.index.freq == WHEN.freq
    assert of_series.n_features_in_ == 1 and of_series.horizon_ == H and of_series.season_ == (12,)


def test_a_frame():
    answer = small().fit(FRAME).predict()
    pd.testing.assert_index_equal(answer.index, NEXT[:H])
    assert list(answer.columns) == ["a", "b", "c"]
    assert np.isfinite(answer.to_numpy()).all()


def test_an_index_of_ids_and_time():
    answer = small().fit(LONG).predict()
    assert answer.name == "sales" and answer.index.names == ["shop", "month"]
    assert list(answer["b"].index) == list(NEXT[:H])
    assert answer["a"].index[0] == WHEN[-5]


def test_a_long_frame():
    table = LONG.reset_index().sample(frac=1, random_state=0)
    model = small().fit(from_long(table, "shop", "month", "sales"))
    answer = small().fit(LONG.reindex(table["shop"].unique(), level=0)).predict()
    pd.testing.assert_series_equal(model.predict(), answer, check_freq=False)


def test_a_long_frame_with_what_else_is_known():
    table = LONG.reset_index().assign(price=np.arange(float(len(LONG))), size=1.0)
    table.loc[table["shop"] == "a", "size"] = 2.0
    X, y = from_long(table, "shop", "month", "sales", exog=["price", "size"])
    model = small().fit(X, y)
    ends = pd.concat(
        {"b": pd.DataFrame({"price": [1.0, 2]}, NEXT[:2]),
         "a": pd.DataFrame({"price": [3.0, 4]}, WHEN[-5:-3])}, names=["shop"]
    )  # fmt: skip
    answer = model.predict(ends)  # size is constant in each shop: it need not be given
    assert answer.index.equals(ends.index) or list(answer.index) == list(ends.index)


def test_a_dict_of_series():
    answer = small().fit({"one": SERIES, "two": SERIES.iloc[:7].rename("sold")}).predict()
    assert list(answer) == ["one", "two"]
    assert answer["two"].name == "sold" and answer["two"].index[0] == WHEN[7]


def test_a_series_that_counts_steps():
    answer = small().fit(pd.Series(NOISE[0])).predict(2)
    pd.testing.assert_index_equal(answer.index, pd.RangeIndex(T, T + 2))


@pytest.mark.parametrize(
    "index",
    [
        pd.period_range("2020-01", periods=T, freq="M"),
        pd.timedelta_range("1h", periods=T, freq="15min"),
        pd.date_range("2024-01-01", periods=T, freq="B"),
        pd.date_range("2024-03-20", periods=T, freq="h", tz="Europe/Berlin"),
        pd.date_range("2024-01-07", periods=T, freq="W-WED"),
        pd.Index(np.arange(1980, 1980 + T), name="year"),
    ],
    ids=lambda index: type(index).__name__,
)
def test_indexes_go_on(index):
    answer = small().fit(pd.Series(NOISE[0], index)).predict()
    longer = getattr(index, "freq", None)
    expected = [index[-1] + k * (1 if longer is None else longer) for k in range(1, H + 1)]
    assert list(answer.index) == expected
    assert type(answer.index) is type(index) and answer.index.dtype == index.dtype
    assert answer.index.name == index.name


@pytest.mark.parametrize("unset", [True, False])
def test_frequencies_are_found_and_kept(unset):
    index = pd.DatetimeIndex(list(WHEN)) if unset else WHEN
    assert small().fit(SERIES.set_axis(index)).predict().index.freqstr == "ME"


def test_arrays_and_ragged_rows():
    assert small().fit(ROWS).predict().shape == (6, H)
    assert small().fit(RAGGED).predict().shape == (6, H)
    assert small().fit(ROWS[0]).predict().shape == (H,)
    assert small().fit(ROWS[..., None]).predict().shape == (6, H)
    assert small().fit(torch.from_numpy(ROWS)).predict(2).shape == (6, 2)


def test_rows_with_what_follows_them():
    model = small(horizon=1).fit(ROWS[:, :-4], ROWS[:, -4:])
    assert model.horizon_ == 4  # that of y
    assert model.predict(ROWS[:2, 4:]).shape == (2, 4)
    one = small().fit(ROWS[:, :-1], ROWS[:, -1])
    assert one.predict(ROWS[:, 1:]).shape == (6,)


def test_what_follows_rows_is_learned_from():
    rows = np.random.default_rng(2).normal(size=(80, 8))
    up, down = (
        small(max_epochs=40, lr=0.03, guard=False, transformation=None).fit(rows, rows[:, -1] + c)
        for c in (2.0, -2.0)
    )
    assert (up.predict(rows) - down.predict(rows)).mean() > 1


def test_rows_of_several_features():
    cube = np.random.default_rng(3).normal(size=(9, 12, 3))
    model = small().fit(cube, cube[:, :2, 0])
    assert model.predict(cube[:4]).shape == (4, 2)
    assert np.array_equal(model.predict(cube[:4]), model.predict(history=cube)[:4])
    other = cube.copy()
    other[..., 1] += 1.0
    assert not np.array_equal(model.predict(other), model.predict(cube))
    assert np.isfinite(model.score(cube, cube[:, :2, 0]))


def test_exogenous_columns(of_exog):
    answer = of_exog.predict(COMING)
    assert isinstance(answer, pd.Series)
    pd.testing.assert_index_equal(answer.index, NEXT)
    assert of_exog.n_features_in_ == 2
    by_place = of_exog.predict(COMING.to_numpy())
    pd.testing.assert_series_equal(by_place, answer)
    pd.testing.assert_series_equal(of_exog.predict(COMING[["rain", "heat"]]), answer)
    pd.testing.assert_series_equal(of_exog.predict(COMING, horizon=12), answer)


def test_what_is_known_ahead_counts():
    rng = np.random.default_rng(4)
    index = pd.date_range("2020", periods=300)
    X = pd.DataFrame({"on": rng.integers(0, 2, 300).astype(float)}, index)
    y = 5.0 + 3 * X["on"] + 0.1 * rng.normal(size=300)
    model = small(max_epochs=30, lr=0.02, hidden_size=8).fit(X.iloc[:-20], y.iloc[:-20])
    high, low = (
        model.predict(pd.DataFrame({"on": np.full(3, v)}, index[-20:-17])) for v in (1.0, 0.0)
    )
    assert (high > low + 1.5).all()


def test_past_only_columns():
    model = small(future_known=[]).fit(EXOG, TARGET)
    pd.testing.assert_index_equal(model.predict(7).index, NEXT[:7])
    one = small(future_known="heat").fit(EXOG, TARGET)
    only = one.predict(COMING[["heat"]])
    pd.testing.assert_series_equal(only, one.predict(COMING.assign(rain=9.0)))


def test_past_only_columns_are_read():
    model = small(future_known=[], guard=False, max_epochs=10).fit(EXOG, TARGET)
    other = model.predict(history=(EXOG + 1.0, TARGET))
    assert not np.array_equal(other, model.predict())


def test_static_columns():
    both = pd.concat({"x": FRAME["a"], "y": FRAME["b"]}, names=["id"])
    size = pd.DataFrame({"size": np.repeat([1.0, 2.0], T)}, both.index)
    assert len(small().fit(size, both).predict(2)) == 4  # nothing is known ahead but its size


def test_y_may_be_an_array_beside_a_frame(of_exog):
    model = small().fit(EXOG, TARGET.to_numpy())
    assert np.array_equal(model.predict(COMING), of_exog.predict(COMING))


# -- the ways to ask ----------------------------------------------------------------------


def test_horizons(of_series):
    for given in (of_series.predict(12), of_series.predict(horizon=12)):
        pd.testing.assert_index_equal(given.index, NEXT)
    assert of_series.predict(np.int64(2)).equals(of_series.predict(horizon=2))
    assert of_series.predict().equals(of_series.predict(12)[:H])  # blocks are chained


def test_a_new_history(of_series):
    new = SERIES.iloc[:20] + 1
    answer = of_series.predict(new)
    pd.testing.assert_index_equal(answer.index, WHEN[20 : 20 + H])
    pd.testing.assert_series_equal(answer, of_series.predict(history=new))
    frame = of_series.predict(FRAME, horizon=5)
    assert frame.shape == (5, 3)
    array = of_series.predict(new.to_numpy())
    assert array.shape == (H,) and np.isfinite(array).all()
    assert of_series.predict([new.to_numpy(), new.to_numpy()[:4]]).shape == (2, H)
    assert np.array_equal(of_series.predict(SERIES), of_series.predict())


def test_a_new_history_without_a_calendar_is_the_same_array_or_series():
    model = small(calendar=None, season=12).fit(SERIES)
    new = SERIES.iloc[:30] + 1
    assert np.array_equal(model.predict(new.to_numpy()), model.predict(new))


def test_a_new_history_with_what_else_is_known(of_exog):
    X, y, coming = EXOG.iloc[:25], TARGET.iloc[:25].rename("y"), EXOG.iloc[25:30]
    answer = of_exog.predict(coming, history=(X, y))
    pd.testing.assert_index_equal(answer.index, WHEN[25:30])
    together = of_exog.predict(coming, history=pd.concat([X, y], axis=1))
    pd.testing.assert_series_equal(answer, together)


def test_levels(of_series):
    answer = of_series.predict(12, level=[80, 95])
    assert list(answer.columns) == [
        *("sales", "sales-lo-80", "sales-hi-80", "sales-lo-95", "sales-hi-95")
    ]
    in_order = ["sales-lo-95", "sales-lo-80", "sales", "sales-hi-80", "sales-hi-95"]
    assert (np.diff(answer[in_order], axis=1) >= 0).all()
    assert (answer["sales-lo-95"] < answer["sales-hi-95"]).all()
    assert answer["sales"].equals(of_series.predict(12))
    assert list(of_series.predict(level=99.5).columns)[1] == "sales-lo-99.5"
    assert of_series.predict(level=[]).equals(of_series.predict())


@pytest.mark.parametrize("quantiles", [(0.1, 0.5, 0.9), (0.5,), (0.05, 0.3, 0.6, 0.99), ()])
def test_quantiles_of_any_level_are_in_order(quantiles):
    levels = [0.001, 0.01, 0.05, 0.1, 0.3, 0.45, 0.5, 0.55, 0.7, 0.9, 0.95, 0.99, 0.999]
    for series in (SERIES, FRAME["c"]):
        answer = small(quantiles=quantiles).fit(series).predict(8, quantiles=levels)
        names = [f"{series.name}-q{q:g}" for q in levels]
        assert (np.diff(answer[names], axis=1) >= 0).all()
        assert answer[f"{series.name}-q0.5"].equals(answer[series.name].rename(names[6]))


def test_levels_of_arrays():
    model = small().fit(ROWS)
    whole = model.predict(level=[80], quantiles=[0.5, 0.9])
    assert whole.shape == (6, H, 5)
    assert np.array_equal(whole[..., 0], model.predict())
    assert np.array_equal(whole[..., 2], whole[..., 4])  # the 0.9 quantile, by two names
    assert np.array_equal(model.predict(quantiles=[0.5, 0.9]), whole[..., 3:])
    assert small().fit(ROWS[0]).predict(level=80).shape == (H, 3)


def test_levels_of_frames_and_dicts():
    answer = small().fit(FRAME).predict(level=90)
    assert list(answer.columns[:4]) == ["a", "a-lo-90", "a-hi-90", "b"]
    answer = small().fit({"x": SERIES}).predict(quantiles=[0.1])
    assert list(answer["x"].columns) == ["sales", "sales-q0.1"]
    assert list(small().fit(LONG).predict(level=90).columns)[1:] == ["sales-lo-90", "sales-hi-90"]


def test_samples(of_series):
    paths = of_series.sample(50, 5)
    assert paths.shape == (5, 50) and paths.index.equals(NEXT[:5])
    assert paths.equals(of_series.sample(50, 5))  # the same for the same fit
    assert paths.nunique(axis=1).min() > 10
    assert small().fit(ROWS).sample(7).shape == (7, 6, H)
    assert small().fit(FRAME).sample(2).columns.tolist()[:3] == [("a", 0), ("a", 1), ("b", 0)]
    assert small().fit({"x": SERIES}).sample(2)["x"].shape == (H, 2)
    assert of_series.sample(4, history=SERIES.iloc[:9]).index[0] == WHEN[9]


def test_samples_agree_with_quantiles(of_series):
    paths = of_series.sample(4000).to_numpy()
    answer = of_series.predict(level=80).to_numpy()
    width = answer[:, 2] - answer[:, 1]
    assert (np.abs(np.quantile(paths, 0.1, axis=1) - answer[:, 1]) < 0.35 * width).all()
    assert (np.abs(np.quantile(paths, 0.9, axis=1) - answer[:, 2]) < 0.35 * width).all()


def test_samples_with_what_is_known_ahead(of_exog):
    assert of_exog.sample(3, X=COMING).shape == (12, 3)


@pytest.mark.parametrize("guard", [True, False])
def test_members(guard):
    model = small(n_members=3, guard=guard).fit(FRAME)
    assert len(model.members_) == 3
    assert len({member.reader.window for member in model.members_}) == 3
    assert np.isfinite(model.predict(7, level=90).to_numpy()).all()
    assert sum(model.weights_.values()) == pytest.approx(1.0)
    assert (model.weights_["network"] == 1.0 and len(model.weights_) == 1) != guard


def test_the_report():
    model = small().fit(FRAME.assign(short=SERIES.where(np.arange(T) > 100)))
    assert set(model.report_.columns) >= {"network", "naive", "blend", "best", "weight"}
    assert model.report_.index.tolist() == ["a", "b", "c", "short"]
    assert model.report_["short" == model.report_.index]["network"].isna().all()
    unknown = model.weights_["network"]  # of series that were not judged
    assert model.report_["weight"]["short"] == pytest.approx(unknown)
    assert model.report_["weight"].between(0, 1).all() and model.report_["weight"].nunique() == 4
    for name in "abc":
        row = model.report_.loc[name]
        assert row["best"] == row.drop(["blend", "best", "weight"]).astype(float).idxmin()
    assert small().fit(SERIES.iloc[:3]).report_ is None


def test_without_the_guard_nothing_is_held_back():
    model = small(guard=False).fit(FRAME)
    assert model.report_ is None and model._guarded_.judged is None
    assert model._guarded_.conformal.scores.size == 0
    series, levels = model._covariates.series(model._panel, H), model._levels
    point, fan = model.members_[0].forecast(levels.read(series.values), series.covariates(H))
    expected = levels.restore(point + fan[..., 1])  # the network's own quantile
    said = model.predict(quantiles=[0.9]).filter(like="q0.9")
    np.testing.assert_allclose(said.to_numpy().T, expected)


def test_series_have_their_own_weights_wherever_they_are_known():
    model = small().fit(FRAME)
    expected = model.predict()
    pd.testing.assert_frame_equal(model.predict(history=FRAME), expected)
    renamed = model.predict(history=FRAME.rename(columns={"a": "new"}))
    assert np.array_equal(renamed["b"], expected["b"])
    assert not np.array_equal(renamed["new"], expected["a"])
    rows = FRAME.to_numpy().T
    model = small().fit(rows)
    assert not np.array_equal(model.predict(), model.predict(rows))  # a new row is not the old one
    assert np.array_equal(model.predict(rows)[:1], model.predict(rows[:1]))


# -- score --------------------------------------------------------------------------------


def mase(actual, forecast, before, season):
    """Give the mean absolute scaled error of one series, by the book."""
    return np.abs(actual - forecast).mean() / np.abs(before[season:] - before[:-season]).mean()


def test_score_of_a_series():
    model = small().fit(SERIES.iloc[:-6])
    expected = mase(SERIES.iloc[-6:], model.predict(6), SERIES.iloc[:-6].to_numpy(), 12)
    assert model.score(SERIES.iloc[-6:]) == pytest.approx(-expected)


def test_score_of_a_frame_averages_its_series():
    model = small().fit(FRAME.iloc[:-6])
    said = model.predict(6)
    each = [
        mase(FRAME[name].iloc[-6:], said[name], FRAME[name].iloc[:-6].to_numpy(), 12)
        for name in FRAME
    ]
    assert model.score(FRAME.iloc[-6:]) == pytest.approx(-np.mean(each))
    assert model.score(FRAME[["c", "a", "b"]].iloc[-6:]) == pytest.approx(-np.mean(each))


def test_score_with_what_else_is_known():
    model = small().fit(EXOG.iloc[:-6], TARGET.iloc[:-6])
    said = model.predict(EXOG.iloc[-6:])
    expected = mase(TARGET.iloc[-6:], said, TARGET.iloc[:-6].to_numpy(), 12)
    assert model.score(EXOG.iloc[-6:], TARGET.iloc[-6:]) == pytest.approx(-expected)


def test_score_of_series_that_end_at_different_times():
    start, end = LONG.groupby(level=0, sort=False), LONG.groupby(level=0, sort=False)
    model = small().fit(LONG[start.cumcount(ascending=False) >= 4])
    new = LONG[end.cumcount(ascending=False) < 4]
    said = model.predict(4)
    before = {k: LONG[k].to_numpy()[:-4] for k in "ba"}
    each = [mase(new[k].to_numpy(), said[k].to_numpy(), before[k], 12) for k in "ba"]
    assert model.score(new) == pytest.approx(-np.mean(each))


def test_score_of_rows():
    model = small().fit(ROWS[:, :-H], ROWS[:, -H:])
    said = model.predict(ROWS[:, :-H])
    pairs = zip(ROWS[:, -H:], said, ROWS[:, :-H], strict=True)
    expected = -np.mean([mase(*pair, 1) for pair in pairs])
    assert model.score(ROWS[:, :-H], ROWS[:, -H:]) == pytest.approx(expected)
    alone = small().fit(ROWS)
    said = alone.predict(list(ROWS[:, :-H]))
    pairs = zip(ROWS[:, -H:], said, ROWS[:, :-H], strict=True)
    assert alone.score(ROWS) == pytest.approx(-np.mean([mase(*pair, 1) for pair in pairs]))


def test_score_leaves_out_what_is_not_known():
    model = small().fit(FRAME.iloc[:-6].assign(flat=1.0))
    new = FRAME.iloc[-6:].assign(flat=2.0)
    whole = model.score(new)
    assert whole == pytest.approx(small().fit(FRAME.iloc[:-6].assign(flat=1.0)).score(new))
    new.loc[:, ["a", "b", "c"]] = np.nan  # what is left has no scale
    assert model.score(new) == pytest.approx(-1.0)
    gap = FRAME.iloc[-6:].assign(flat=2.0)
    gap.loc[WHEN[-2], "a"] = np.nan
    assert np.isfinite(model.score(gap)) and model.score(gap) != whole


# -- the promises -------------------------------------------------------------------------


def test_every_series_is_forecast_alone():
    model = small(n_members=2).fit(RAGGED)
    for how in ({}, {"level": [90]}, {"horizon": 8}):
        batch = model.predict(RAGGED, **how)
        each = [model.predict([row], **how)[0] for row in RAGGED]
        np.testing.assert_allclose(each, batch, rtol=1e-11, atol=1e-12)
        np.testing.assert_allclose(model.predict(RAGGED[::-1], **how)[::-1], batch, rtol=1e-11)


def test_columns_of_a_frame_are_forecast_alone():
    model = small().fit(FRAME)
    batch = model.predict(FRAME)
    for name in FRAME:
        np.testing.assert_allclose(model.predict(FRAME[[name]])[name], batch[name], rtol=1e-11)
        np.testing.assert_allclose(model.predict(FRAME[name]), batch[name], rtol=1e-11)


def test_every_form_means_the_same():
    models = {
        "frame": small(season=12, calendar=None).fit(FRAME),
        "dict": small(season=12, calendar=None).fit(dict(FRAME.items())),
        "long": small(season=12, calendar=None).fit(FRAME.T.stack()),
        "array": small(season=12, calendar=None).fit(FRAME.to_numpy().T),
    }
    expected = models["array"].predict()
    assert np.array_equal(models["frame"].predict().to_numpy().T, expected)
    assert np.array_equal(list(models["dict"].predict().values()), expected)
    assert np.array_equal(models["long"].predict().to_numpy().reshape(3, H), expected)


def test_the_same_seed_gives_the_same_bits(of_series):
    again = small().fit(SERIES)
    assert again.predict(level=[80]).equals(of_series.predict(level=[80]))
    assert (
        not small(random_state=1, guard=False)
        .fit(SERIES)
        .predict()
        .equals(small(guard=False).fit(SERIES).predict())
    )


SCRIPT = """
import numpy as np, sys
from skrnn import SequenceForecaster
rows = np.random.default_rng(0).normal(size=(5, 60)).cumsum(axis=1)
model = SequenceForecaster(
    3, n_members=2, max_epochs=3, hidden_size=20, random_state=0, device="cpu", season=7
)
model.fit(rows)
sys.stdout.write(model.predict(7, level=90).tobytes().hex() + model.sample(3).tobytes().hex())
"""


def test_the_same_bits_in_another_process_with_other_threads():
    said = set()
    for n_threads in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT],
            env={**os.environ, "OMP_NUM_THREADS": n_threads, "MKL_NUM_THREADS": n_threads},
            capture_output=True,
            text=True,
            check=True,
        )
        said.add(done.stdout)
    assert len(said) == 1 and len(said.pop()) > 100


def test_the_seed_may_be_drawn():
    state = np.random.get_state()
    np.random.seed(3)
    one, two = small(random_state=None, guard=False), small(random_state=None, guard=False)
    one.fit(SERIES), two.fit(SERIES)
    np.random.seed(3)
    again = small(random_state=None, guard=False).fit(SERIES)
    np.random.set_state(state)
    assert one.predict().equals(again.predict()) and not one.predict().equals(two.predict())
    drawn = small(random_state=np.random.RandomState(3), guard=False).fit(SERIES)
    assert drawn.predict().equals(one.predict())


def state_of_the_process():
    return {
        "torch": torch.get_rng_state().tolist(),
        "numpy": repr(np.random.get_state()),
        "random": random.getstate(),
        "threads": torch.get_num_threads(),
        "dtype": torch.get_default_dtype(),
        "gradients": torch.is_grad_enabled(),
        "warnings": list(warnings.filters),
        "errors": np.geterr(),
        "environment": dict(os.environ),
        "folder": os.getcwd(),
        "files": os.listdir(),
    }


def test_the_process_is_as_before(tmp_path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)
    before = state_of_the_process()
    model = small(n_members=2).fit(FRAME)
    model.predict(5, level=[80])
    model.sample(3)
    assert state_of_the_process() == before
    assert capfd.readouterr() == ("", "")


def test_what_was_given_is_not_changed_nor_shared():
    frame, exog = FRAME.copy(), EXOG.copy()
    model = small().fit(exog, frame)
    pd.testing.assert_frame_equal(frame, FRAME)
    pd.testing.assert_frame_equal(exog, EXOG)
    said = model.predict(COMING)
    frame.iloc[:], exog.iloc[:] = 0.0, 0.0
    pd.testing.assert_frame_equal(model.predict(COMING), said)
    said.iloc[:] = 0.0
    assert model.predict(COMING).to_numpy().any()
    model.training_series()[0][:] = 0.0
    assert model.training_series()[0].any()
    rows = ROWS.copy()
    rows.setflags(write=False)
    small().fit(rows).predict(rows)


def test_clone_pickle_and_copies(of_series):
    assert clone(of_series).get_params() == of_series.get_params()
    with pytest.raises(NotFittedError):
        clone(of_series).predict()
    for other in (pickle.loads(pickle.dumps(of_series)), copy.deepcopy(of_series)):
        assert other.predict(7, level=90).equals(of_series.predict(7, level=90))
        assert other.sample(3).equals(of_series.sample(3))


def test_set_params_reaches_the_cell():
    from skrnn.cells import LSTM

    model = small(cell=LSTM()).set_params(cell__init="uniform", hidden_size=5)
    assert model.fit(SERIES).module_.encoder.output_size == 5
    assert model.cell.init == "uniform"


def test_fit_starts_anew(of_series):
    model = small().fit(FRAME)
    model.fit(SERIES)
    assert model.predict().equals(of_series.predict())


@pytest.mark.parametrize(
    "params",
    [
        {"cell": "lstm", "num_layers": 2, "dropout": 0.5},
        {"cell": "rnn", "optimizer": "sgd", "lr_schedule": "cosine"},
        {"optimizer": "adamw", "alpha": 0.1, "l1": 0.01, "clip_value": 0.5, "clip_norm": None},
        {"lr_schedule": "plateau", "batch_size": 2, "window": 5},
        {"tbptt_steps": 4, "n_members": 2},
        {"net_params": {"optimizer__betas": (0.5, 0.9)}, "max_epochs": "auto"},
        {"season": (4, 12), "calendar": ("year",)},
        {"season": None, "calendar": None, "transformation": "log"},
        {"transformation": None, "window": 200, "horizon": 30},
    ],
    ids=str,
)
def test_parameters(params):
    model = small(**params).fit(SERIES)
    assert np.isfinite(model.predict(level=90).to_numpy()).all()
    assert not model.predict().equals(small(guard=False).fit(SERIES).predict())


def test_what_is_fitted(of_series):
    assert of_series.n_iter_ == len(of_series.history_) == 2
    assert set(of_series.history_[0]) <= {
        *("epoch", "train_loss", "lr", "grad_norm", "seconds", "padded_fraction")
    }
    assert of_series.net_ is of_series.members_[0].net and not of_series.module_.training
    assert of_series.window_ == 24 and of_series.device_ == "cpu"
    assert of_series.cell_backend_ in ("kernel", "torch")
    (values,) = of_series.training_series()
    assert np.array_equal(values, SERIES)


def test_an_untrained_network_is_the_naive_forecast():
    model = small(guard=False, season=None, lr=1e-30, max_epochs=1).fit(FRAME["c"])
    assert model.predict(5).to_numpy() == pytest.approx(np.full(5, FRAME["c"].iloc[-1]))


# -- training that ends early -------------------------------------------------------------


class Interrupt(Callback):
    """Raises KeyboardInterrupt, or an error, when the n-th batch of all runs begins."""

    seen = 0

    def __init__(self, at, error=KeyboardInterrupt):
        self.at, self.error = at, error

    def on_batch_begin(self, net, batch=None, training=None, **kwargs):
        Interrupt.seen += 1
        if Interrupt.seen == self.at:
            raise self.error


@pytest.mark.parametrize(
    ("n_members", "at"), [*((1, k) for k in (2, 3, 4)), (3, 3), (3, 5), (3, 7)]
)
def test_ctrl_c_keeps_what_was_learned(n_members, at, monkeypatch):
    """One batch is an epoch here, and two are the network that is judged."""
    monkeypatch.setattr(Interrupt, "seen", 0)
    model = small(n_members=n_members, callbacks=[Interrupt(at)])
    message = "fit was interrupted; what was learned so far is kept"
    with pytest.warns(ConvergenceWarning, match=message), pytest.raises(KeyboardInterrupt):
        model.fit(SERIES)
    assert np.isfinite(model.predict(5, level=90).to_numpy()).all()
    assert model.sample(2).shape == (H, 2) and model.n_iter_ >= 1
    assert (model.report_ is not None) == (at > 2)
    model.set_params(callbacks=None).fit(SERIES)
    assert model.predict().equals(small(n_members=n_members).fit(SERIES).predict())


@pytest.mark.parametrize("fitted", [True, False])
def test_ctrl_c_before_anything_was_learned(fitted, monkeypatch):
    monkeypatch.setattr(Interrupt, "seen", 0)
    model = small().fit(FRAME) if fitted else small()
    model.set_params(callbacks=[Interrupt(1)])
    before = vars(model).copy()
    with pytest.raises(KeyboardInterrupt):
        model.fit(SERIES)
    assert vars(model) == before


def test_a_fit_that_raises_leaves_the_model_as_it_was(monkeypatch):
    for at in (1, 4):
        monkeypatch.setattr(Interrupt, "seen", 0)
        model = small().fit(SERIES)
        said = model.predict()
        model.set_params(callbacks=[Interrupt(at, RuntimeError("no"))])
        before = vars(model).copy()
        with pytest.raises(RuntimeError, match="no"):
            model.fit(FRAME)
        assert vars(model) == before and model.predict().equals(said)
        for bad in (SERIES * np.inf, "text", SERIES.iloc[::-1], SERIES.iloc[:0]):
            with pytest.raises((ValueError, TypeError)):
                model.fit(bad)
            assert vars(model) == before
    fresh = small(horizon=0)
    with pytest.raises(ValueError, match="horizon"):
        fresh.fit(SERIES)
    assert vars(fresh) == vars(small(horizon=0))


@pytest.mark.parametrize("n_members", [1, 3])
def test_max_time(n_members):
    model = small(max_time=0.2, max_epochs=10**6, n_members=n_members).fit(SERIES)
    runs = sum(sum(row["seconds"] for row in member.net.history) for member in model.members_)
    assert 1 <= model.n_iter_ < 10**6 and runs < 2.0
    assert np.isfinite(model.predict().to_numpy()).all()


def test_one_progress_line(capfd):
    pytest.importorskip("tqdm")
    model = small(verbose=1, n_members=2).fit(SERIES)
    out, err = capfd.readouterr()
    assert out == "" and err.count("\n") == 1 and err.endswith("\n")
    assert "network 3/3 100%" in err and "train_loss=" in err
    assert model.predict().equals(small(n_members=2).fit(SERIES).predict())
    assert capfd.readouterr().err == ""
    pickle.dumps(model)


@pytest.mark.parametrize(
    ("params", "last"),
    [({"guard": False}, "network 2/2 100%"), ({"horizon": 60}, "network 2/3 100%")],
)
def test_a_progress_line_reaches_its_end(params, last, capfd):
    pytest.importorskip("tqdm")
    small(verbose=1, n_members=2, **params).fit(SERIES)
    err = capfd.readouterr().err
    assert last in err.split("\r")[-1] and err.count("\n") == 1


@pytest.mark.parametrize(("refit", "last"), [(True, "network 6/6 100%"), (False, "2/2 100%")])
def test_a_backtest_draws_one_line(refit, last, capfd):
    pytest.importorskip("tqdm")
    small(verbose=1).backtest(SERIES, n_windows=3, refit=refit)
    out, err = capfd.readouterr()
    assert out == "" and err.count("\n") == 1 and last in err.split("\r")[-1]


def test_a_progress_line_ends_with_its_fit(capfd, monkeypatch):
    pytest.importorskip("tqdm")
    monkeypatch.setattr(Interrupt, "seen", 0)
    with pytest.raises(RuntimeError):
        small(verbose=1, callbacks=[Interrupt(4, RuntimeError())]).fit(SERIES)
    assert capfd.readouterr().err.endswith("\n")
