"""What is known ahead."""

import numpy as np
import pandas as pd
import pytest

from skrnn.data.panel import read_panel

WHEN = pd.date_range("2024-01-01", periods=20, name="when")
EXOG = pd.DataFrame({"heat": np.arange(20.0), "rain": np.arange(20.0) ** 2}, WHEN)
SERIES = pd.Series(np.sin(np.arange(20)), WHEN, name="y")
FRAME = pd.DataFrame({"a": SERIES, "b": SERIES})
LONG = pd.concat({"b": SERIES, "a": SERIES}, names=["id"])
LONG_EXOG = pd.concat({"b": EXOG.assign(size=1.0), "a": EXOG.assign(size=2.0)}, names=["id"])
PAST, NEXT = slice(0, 12), slice(12, 15)


def cut(table, part):
    """Give some steps of every series."""
    if table.index.nlevels == 1:
        return table.iloc[part]
    return pd.concat([rows.iloc[part] for _, rows in table.groupby(level=0, sort=False)])


def fitted(y, X, **others):
    return read_panel(cut(X, PAST), cut(y, PAST), **others)


def test_one_series():
    panel = fitted(SERIES, EXOG)
    rows = panel.future(cut(EXOG, NEXT))
    assert rows.shape == (1, 3, 2) and np.array_equal(rows[0], EXOG.iloc[NEXT])
    swapped = panel.future(cut(EXOG[["rain", "heat"]], NEXT))
    assert np.array_equal(swapped, rows)
    assert np.array_equal(panel.future(EXOG.iloc[NEXT].to_numpy()), rows)
    assert np.array_equal(panel.future(EXOG.iloc[NEXT].to_numpy()[None]), rows)


def test_a_shared_frame():
    rows = fitted(FRAME, EXOG).future(cut(EXOG, NEXT))
    assert rows.shape == (2, 3, 2) and np.array_equal(rows[0], rows[1])


def test_only_what_is_known_ahead():
    panel = fitted(SERIES, EXOG, future_known=["rain"])
    for given in (EXOG, EXOG[["rain"]], EXOG["rain"], EXOG["rain"].to_frame().assign(heat=np.inf)):
        rows = panel.future(cut(given, NEXT))
        assert np.isnan(rows[0, :, 0]).all() and rows[0, :, 1].tolist() == [144, 169, 196]
    assert np.isnan(panel.future(EXOG["rain"].iloc[NEXT].to_numpy())[0, :, 0]).all()
    nothing = fitted(SERIES, EXOG, future_known=[]).future(cut(EXOG, NEXT))
    assert nothing.shape == (1, 3, 2) and np.isnan(nothing).all()


@pytest.mark.parametrize("columns", [["heat", "rain", "size"], ["heat", "rain"]])
def test_an_index_of_ids_and_time(columns):
    panel = fitted(LONG, LONG_EXOG)
    assert panel.static == ["size"]
    ahead = cut(LONG_EXOG[columns], NEXT)
    for given in (ahead, ahead.sort_index(level=1), ahead.loc[["a", "b"]]):
        rows = panel.future(given)
        assert rows.shape == (2, 3, 3) and rows[:, 0, 2].tolist() == [1, 2]
        assert rows[1, :, 0].tolist() == [12, 13, 14]
    cube = np.zeros((2, 3, 2))
    assert panel.future(cube)[:, 0].tolist() == [[0, 0, 1], [0, 0, 2]]


def test_a_dict():
    parts = {"b": SERIES.iloc[PAST], "a": SERIES.iloc[PAST]}
    panel = read_panel(dict.fromkeys(parts, EXOG.iloc[PAST]), parts)
    rows = panel.future({"a": EXOG.iloc[NEXT], "b": EXOG.iloc[NEXT] + 1})
    assert rows[:, 0, 0].tolist() == [13, 12]
    with pytest.raises(ValueError, match="X is a DataFrame, but in fit the series were a dict"):
        panel.future(EXOG.iloc[NEXT])


def test_missing_values_stay():
    ahead = cut(EXOG, NEXT).where(cut(EXOG, NEXT) != 13)
    assert np.isnan(fitted(SERIES, EXOG).future(ahead)).sum() == 1


AHEAD = cut(EXOG, NEXT)
WRONG = {
    "nothing": (None, r"X is missing: the columns \['heat', 'rain'\]"),
    "a column less": (
        AHEAD[["rain"]],
        r"X lacks column 'heat', fitted as known ahead.*future_known",
    ),
    "a column more": (AHEAD.assign(new=1), "X has column 'new', which fit has not seen"),
    "no rows": (AHEAD.iloc[:0], r"0 sample\(s\)"),
    "rows too late": (EXOG.iloc[13:15], "2024-01-13 is missing"),
    "rows too early": (EXOG.iloc[:15], "X begins at 2024-01-01"),
    "a gap": (EXOG.iloc[[12, 14]], "2024-01-14 should be"),
    "no dates": (AHEAD.reset_index(drop=True), "counts steps"),
    "infinity": (AHEAD.replace(13, np.inf), "column 'heat' of X at 2024-01-14"),
    "text": (AHEAD.assign(rain="wet"), "holds text"),
    "a dict": ({"y": AHEAD}, "X is a dict, but in fit the series were no dict"),
    "an array of other columns": (np.ones((3, 3)), r"X has shape \(3, 3\).*must be \(h, F\)"),
    "an array of other series": (np.ones((2, 3, 2)), r"X has shape \(2, 3, 2\)"),
    "an empty array": (np.ones((0, 2)), r"0 step\(s\)"),
    "an array with infinity": (np.full((3, 2), np.inf), "infinity"),
}


@pytest.mark.parametrize("kind", WRONG)
def test_wrong(kind):
    given, match = WRONG[kind]
    with pytest.raises(ValueError, match=match):
        fitted(SERIES, EXOG).future(given)


def test_wrong_for_several():
    panel, ahead = fitted(LONG, LONG_EXOG), cut(LONG_EXOG, NEXT)
    with pytest.raises(ValueError, match="no rows for series 'a'"):
        panel.future(ahead.loc[["b"]])
    more = pd.concat([ahead, ahead.rename(index={"a": "z"}, level=0).loc[["z"]]])
    with pytest.raises(ValueError, match="rows for 'z', which is none of the series"):
        panel.future(more)
    with pytest.raises(ValueError, match="X has 2 rows for series 'a', but 3 for 'b'"):
        panel.future(ahead.iloc[:-1])
    with pytest.raises(ValueError, match="X of series 'b' begins at 2024-01-14"):
        panel.future(cut(LONG_EXOG, slice(13, 15)))
    with pytest.raises(ValueError, match="1 levels, but the series one of 2"):
        panel.future(ahead.droplevel(0))
    with pytest.raises(ValueError, match=r"must be \(2, h, F\)"):
        panel.future(np.ones((6, 2)))


def test_nothing_was_fitted():
    with pytest.raises(ValueError, match="fitted without such a frame"):
        read_panel(SERIES).future(AHEAD)
