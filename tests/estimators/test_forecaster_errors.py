"""Wrong calls of SequenceForecaster: what was got, what was expected, and what to do."""

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_array
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

from skrnn import SequenceForecaster

T = 30
WHEN = pd.date_range("2024-01-31", periods=T, freq="ME")
RNG = np.random.default_rng(0)
SERIES = pd.Series(10 + RNG.normal(size=T), WHEN, name="y")
FRAME = pd.DataFrame({"a": SERIES, "b": SERIES - 10})
EXOG = pd.DataFrame({"heat": RNG.normal(size=T), "rain": RNG.normal(size=T)}, WHEN)
NEXT = pd.date_range(WHEN[-1], periods=7, freq="ME")[1:]
COMING = pd.DataFrame({"heat": np.zeros(6), "rain": np.ones(6)}, NEXT)
MODEL = SequenceForecaster(
    3, n_members=1, max_epochs=1, hidden_size=2, window=4, random_state=0, device="cpu"
)


def spoilt(part, place, value):
    part = part.copy()
    part.iloc[place] = value
    return part


# name: (arguments of fit, parameters, what the message must hold)
WRONG_FITS = {
    "nothing": ((), {}, ["got None as X", "X may be a Series, a frame with time"]),
    "text": (("abc",), {}, ["got a str as X"]),
    "a generator": (((x for x in [1]),), {}, ["got a generator as X", "list(X)"]),
    "sparse": ((csr_array(np.eye(3)),), {}, ["Sparse data", "X.toarray()"]),
    "an empty series": ((SERIES.iloc[:0],), {}, ["0 sample(s)", "minimum of 1"]),
    "an empty dict": (({},), {}, ["no series: an empty dict"]),
    "no columns": ((FRAME[[]],), {}, ["0 feature(s)"]),
    "all missing": ((SERIES * np.nan,), {}, ["All values are NaN", "nothing to continue"]),
    "infinity": (
        (spoilt(SERIES, 4, np.inf),), {}, ["infinity", "2024-05-31", "Put NaN in its place"]
    ),
    "infinity in a column": (
        (spoilt(FRAME, (4, 1), -np.inf),), {}, ["infinity: column 'b' of X at 2024-05-31"]
    ),
    "infinity in rows": (([[1, 2, np.inf]],), {}, ["infinity", "row 0, step 2"]),
    "infinity in what is known": (
        (spoilt(EXOG, (3, 0), np.inf), SERIES), {}, ["infinity: column 'heat' of X at 2024-04-30"]
    ),
    "infinity in what follows": ((np.ones((2, 3)), [1, np.inf]), {}, ["Input y", "row 1"]),
    "words": ((pd.Series(["a"] * T, WHEN),), {}, ["holds text ('a')", "from_long"]),
    "dates": ((pd.DataFrame({"d": WHEN}, WHEN),), {}, ["Column 'd' of X holds dates", "set_index"]),
    "booleans": ((SERIES > 10,), {}, ["holds booleans", ".astype(float)"]),
    "complex": ((SERIES + 1j,), {}, ["Complex data not supported"]),
    "a frame that counts rows": (
        (FRAME.reset_index(drop=True),),
        {},
        ["index counts rows", "pd.date_range", "X.to_numpy()"],
    ),
    "texts as stamps": (
        (SERIES.set_axis(WHEN.strftime("%d.%m.%Y")),), {}, ["no time axis", "pd.to_datetime"]
    ),
    "numbers as stamps": (
        (SERIES.set_axis(np.arange(T) / 2),), {}, ["index of floats", "integers"]
    ),
    "a stamp that is missing": (
        (SERIES.set_axis(WHEN[:-1].append(pd.DatetimeIndex([None]))),), {}, ["no time stamp", "29"]
    ),
    "stamps out of order": (
        (SERIES.iloc[[0, 2, 1, *range(3, T)]],),
        {},
        ["not in the order of time: 2024-02-29", "2024-03-31", "sort_index()"],
    ),
    "a stamp twice": (
        (pd.concat([SERIES, SERIES.iloc[-1:]]),), {}, ["2026-06-30", "twice", "duplicated()"]
    ),
    "a gap": (
        (SERIES.drop(WHEN[5]),),
        {},
        ["gap: 2024-06-30 is missing between 2024-05-31 and 2024-07-31", "asfreq('ME')", "NaN"],
    ),
    "a gap in a panel": (
        (pd.concat({"x": SERIES, "y": SERIES.drop(WHEN[5])}),),
        {},
        ["Series 'y' has a gap: 2024-06-30"],
    ),
    "two frequencies": (
        ({"a": SERIES, "b": pd.Series(np.ones(9), pd.date_range("2024", periods=9))},),
        {},
        ["Series 'b' has frequency D", "series 'a' has frequency ME", "resample"],
    ),
    "ids behind time": (
        (pd.concat({"x": SERIES, "y": SERIES}).swaplevel(),), {}, ["ids come first", "swaplevel()"]
    ),
    "two columns with ids": (
        (pd.concat({"x": FRAME, "y": FRAME}),), {}, ["2 columns: which is the series?", "X['a']"]
    ),
    "names twice": ((FRAME.set_axis(["a", "a"], axis=1),), {}, ["several columns called 'a'"]),
    "the series twice": ((SERIES, SERIES), {}, ["X and y are the same series", "fit(series)"]),
    "the series known ahead": (
        (EXOG.assign(copy=SERIES), SERIES), {}, ["Column 'copy' of X is the series itself", "drop"]
    ),
    "another index": (
        (EXOG.set_axis(WHEN + pd.offsets.MonthEnd(1)), SERIES),
        {},
        ["row 0 is 2024-02-29 in X, but 2024-01-31 in y", "X.reindex(y.index)"],
    ),
    "fewer rows": ((EXOG, SERIES.iloc[1:]), {}, ["X has 30 rows, y has 29", "reindex"]),
    "what follows other rows": ((np.ones((4, 5)), np.ones(3)), {}, ["[4, 3]", "follows each"]),
    "several features": ((np.ones((4, 5, 2)),), {}, ["2 features a step", "X[..., 0]"]),
    "an unknown column": (
        (EXOG, SERIES), {"future_known": ["hot"]}, ["names 'hot'", "['heat', 'rain']"]
    ),
    "columns where there are none": (
        (SERIES,), {"future_known": "heat"}, ["(['heat'])", "there are none", "as X"]
    ),
    "logarithms": (
        (FRAME,), {"transformation": "log"}, ["column 'b' of X holds", "'auto'", "positive"]
    ),
    "logarithms of rows": (
        ([[1.0, 2], [3.0, 0, 4]],),
        {"transformation": "log"},
        ["row 1 of X holds 0 at step 1"],
    ),
    "a cycle of other series": (
        (SERIES,), {"calendar": ("hour",)}, ["asks for ['hour']", "['year']", "calendar='auto'"]
    ),
    "a cycle without dates": (
        (np.ones((3, 9)),), {"calendar": ("week",)}, ["asks for ['week']", "without dates"]
    ),
    "a season of no steps": ((SERIES,), {"season": (0,)}, ["season=(0,)", "(24, 168)"]),
    "a season of half steps": ((SERIES,), {"season": [2.5]}, ["season=[2.5]", "whole numbers"]),
    "a season by name": ((SERIES,), {"season": "month"}, ["'season'", "'auto'", "'month'"]),
    "quantiles out of order": ((SERIES,), {"quantiles": (0.9, 0.1)}, ["ascending"]),
    "quantiles in percent": ((SERIES,), {"quantiles": (10, 90)}, ["holds 10", "0 and 1"]),
    "no horizon": ((SERIES,), {"horizon": 0}, ["'horizon'", "[1, inf)"]),
    "an unknown cell": ((SERIES,), {"cell": "gnu"}, ["cell='gnu'", "'gru'"]),
    "an option that clashes": ((SERIES,), {"net_params": {"lr": 1}}, ["net_params['lr']", "clash"]),
    "a wrong callback": ((SERIES,), {"callbacks": [print]}, ["no skorch callback"]),
}  # fmt: skip


def missing(message, parts):
    return [part for part in parts if part not in message]


@pytest.mark.parametrize("name", WRONG_FITS)
def test_wrong_fits(name):
    given, params, parts = WRONG_FITS[name]
    model = clone(MODEL).set_params(**params)
    before = vars(model).copy()
    with pytest.raises((ValueError, TypeError)) as caught:
        model.fit(*given)
    message = str(caught.value)
    assert not missing(message, parts), message
    assert vars(model) == before


@pytest.fixture(scope="module")
def fitted():
    """Give models fitted on each kind of series."""
    long = pd.concat({"x": SERIES, "y": SERIES.iloc[:-3]}, names=["id"])
    return {
        "series": clone(MODEL).fit(SERIES),
        "frame": clone(MODEL).fit(FRAME),
        "exog": clone(MODEL).fit(EXOG, SERIES),
        "long": clone(MODEL).fit(long),
        "rows": clone(MODEL).fit(np.ones((4, 9)).cumsum(axis=1)),
        "logs": clone(MODEL).set_params(transformation="log").fit(SERIES),
        "past": clone(MODEL).set_params(future_known=[]).fit(EXOG, SERIES),
        "stamp": clone(MODEL).fit(pd.Series([1.0], pd.DatetimeIndex(["2024-01-31"]))),
    }


DAILY = pd.Series(np.ones(9), pd.date_range("2024", periods=9))
# name: (model, method, positional, keywords, what the message must hold)
WRONG_CALLS = {
    "no steps": ("series", "predict", (0,), {}, ["horizon=0", "positive number of steps"]),
    "negative steps": ("series", "predict", (), {"horizon": -2}, ["horizon=-2", "positive"]),
    "half steps": ("series", "predict", (), {"horizon": 2.5}, ["whole number of steps", "2.5"]),
    "steps as text": ("series", "predict", (), {"horizon": "3"}, ["whole number of steps", "'3'"]),
    "text for steps": ("series", "predict", ("3",), {}, ["got a str as X", "holds no numbers"]),
    "steps as a float": ("series", "predict", (2.5,), {}, ["got a float as X"]),
    "steps as a flag": ("series", "predict", (True,), {}, ["got a bool as X"]),
    "two horizons": ("series", "predict", (12,), {"horizon": 3}, ["horizon=3, but X says 12"]),
    "a level as a share": ("series", "predict", (), {"level": 0.95}, ["0.95", "write 95"]),
    "a level too high": ("series", "predict", (), {"level": [80, 100]}, ["100", "0 and 100"]),
    "a level as text": ("series", "predict", (), {"level": "95"}, ["'95'", "percentages"]),
    "a quantile in percent": ("series", "predict", (), {"quantiles": 90}, ["90", "0 and 1"]),
    "two histories": (
        "series", "predict", (SERIES,), {"history": SERIES}, ["Both X and history", "one of them"]
    ),
    "a history of another frequency": (
        "series", "predict", (DAILY,), {}, ["has frequency D", "fitted has ME", "resample"]
    ),
    "a history with infinity": (
        "series", "predict", (spoilt(SERIES, 2, np.inf),), {}, ["infinity", "2024-03-31"]
    ),
    "a history without logarithms": (
        "logs", "predict", (SERIES - 20,), {}, ["'log'", "the series holds -", "2024-01-31"]
    ),
    "one row": ("rows", "predict", (np.ones(9),), {}, ["Expected 2D", "[X], is one row"]),
    "short rows": ("rows", "predict", (np.ones((2, 3)),), {}, ["3 features", "list of arrays"]),
    "no coming rows": ("exog", "predict", (), {}, ["['heat', 'rain']", "as X", "future_known=[]"]),
    "an int for coming rows": ("exog", "predict", (12,), {}, ["known ahead", "as X"]),
    "coming rows without a column": (
        "exog", "predict", (COMING[["heat"]],), {}, ["lacks column 'rain'", "future_known"]
    ),
    "coming rows with a column more": (
        "exog", "predict", (COMING.assign(snow=1.0),), {}, ["column 'snow'", "not seen"]
    ),
    "coming rows that come too late": (
        "exog", "predict", (COMING.iloc[1:],), {}, ["2026-08-31", "2026-06-30", "2026-07-31"]
    ),
    "rows that have been": (
        "exog", "predict", (EXOG.iloc[-3:],), {}, ["2026-04-30", "ends only at 2026-06-30"]
    ),
    "coming rows with infinity": (
        "exog", "predict", (spoilt(COMING, (1, 0), np.inf),), {}, ["'heat' of X at 2026-08-31"]
    ),
    "a wrong width": ("exog", "predict", (np.ones((3, 5)),), {}, ["(3, 5)", "['heat', 'rain']"]),
    "another horizon": ("exog", "predict", (COMING,), {"horizon": 2}, ["X says 6", "as many rows"]),
    "a history without its columns": (
        "past", "predict", (), {"history": SERIES}, ["['heat', 'rain']", "X beside y"]
    ),
    "a history that lacks one": (
        "past", "predict", (), {"history": EXOG[["heat"]].assign(y=SERIES)}, ["lacks", "['rain']"]
    ),
    "a single stamp": ("stamp", "predict", (), {}, ["2024-01-31", "frequency", "asfreq"]),
    "no paths": ("series", "sample", (0,), {}, ["n=0", "positive number of paths"]),
    "half paths": ("series", "sample", (1.5,), {}, ["n must be a whole number of paths", "1.5"]),
    "a score of the past": (
        "series", "score", (SERIES,), {}, ["2024-01-31", "2026-06-30", "TimeSeriesSplit"]
    ),
    "a score of nothing": ("series", "score", (SERIES.iloc[:0],), {}, ["0 sample(s)"]),
    "a score of other columns": (
        "frame",
        "score",
        (pd.DataFrame({"z": 1.0}, NEXT),),
        {},
        ["Column 'z' of X was not fitted", "same names"],
    ),
    "a score of fewer columns": (
        "frame", "score", (pd.DataFrame({"a": 1.0}, NEXT),), {}, ["X lacks column 'b'"]
    ),
    "a score of one of the ids": (
        "long",
        "score",
        (pd.concat({"x": pd.Series(1.0, NEXT)}),),
        {},
        ["X lacks series 'y'", "PanelSplit"],
    ),
    "a score of rows too short": (
        "rows", "score", ([[1.0, 2, 3]],), {}, ["Row 0 of X has 3 steps", "more than that"]
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG_CALLS)
def test_wrong_calls(name, fitted):
    which, method, positional, keywords, parts = WRONG_CALLS[name]
    with pytest.raises((ValueError, TypeError)) as caught:
        getattr(fitted[which], method)(*positional, **keywords)
    message = str(caught.value)
    assert not missing(message, parts), message


@pytest.mark.parametrize("call", ["predict", "sample", "score", "training_series"])
def test_before_fit(call):
    given = (SERIES,) if call == "score" else ()
    with pytest.raises(NotFittedError, match="SequenceForecaster instance is not fitted yet"):
        getattr(clone(MODEL), call)(*given)


def test_what_messages_advise_works():
    clone(MODEL).fit(SERIES.drop(WHEN[5]).asfreq("ME")).predict()
    clone(MODEL).fit(SERIES.iloc[::-1].sort_index()).predict()
    clone(MODEL).fit(spoilt(SERIES, 4, np.nan)).predict()
    clone(MODEL).fit(EXOG.iloc[5:].reindex(SERIES.index), SERIES).predict(COMING)
    clone(MODEL).fit(FRAME.reset_index(drop=True).to_numpy().T).predict()
    clone(MODEL).fit(pd.Series([1.0], WHEN[:1]).asfreq("D")).predict()
    rows = clone(MODEL).fit(np.ones((4, 9)))
    assert rows.predict([np.ones(3)]).shape == rows.predict([np.ones(3)] * 4)[:1].shape
