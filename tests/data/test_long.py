"""Long frames: one row for each series and time."""

import numpy as np
import pandas as pd
import pytest

from skrnn.data import from_long
from skrnn.data.panel import read_panel

DAYS = ["2024-01-02", "2024-01-01", "2024-01-01", "2024-01-03"]
TABLE = pd.DataFrame(
    {"shop": ["b", "a", "b", "b"], "day": DAYS, "sold": [5.0, 3, 4, 6], "open": [1, 1, 0, 1]}
)
NAMES = ("shop", "day", "sold")


def test_order():
    series = from_long(TABLE, *NAMES)
    assert series.tolist() == [4, 5, 6, 3] and series.name == "sold"
    assert series.index.names == ["shop", "day"]
    assert series.index.get_level_values(0).tolist() == ["b", "b", "b", "a"]
    assert series.index.levels[1].dtype.kind == "M"


def test_exog():
    for exog in ("open", ["open"]):
        X, y = from_long(TABLE, *NAMES, exog=exog)
        assert (
            list(X) == ["open"] and X.index.equals(y.index) and X["open"].tolist() == [0, 1, 1, 1]
        )
    X, y = from_long(TABLE, *NAMES, exog=[])
    assert X.shape == (4, 0)


TIMES = {
    "texts": DAYS,
    "dates": pd.to_datetime(DAYS),
    "zoned": pd.to_datetime(DAYS).tz_localize("Europe/Berlin"),
    "datetime.date": list(pd.to_datetime(DAYS).date),
    "periods": pd.PeriodIndex(DAYS, freq="D"),
    "period objects": pd.Series(list(pd.PeriodIndex(DAYS, freq="D")), dtype=object),
    "durations": pd.to_timedelta([2, 1, 1, 3], unit="D"),
    "integers": [2, 1, 1, 3],
}


@pytest.mark.parametrize("kind", TIMES)
def test_times(kind):
    series = from_long(TABLE.assign(day=TIMES[kind]), *NAMES)
    assert series.tolist() == [4, 5, 6, 3]
    panel = read_panel(series)
    assert panel.names == ["b", "a"] and panel.lengths.tolist() == [3, 1]
    assert panel.answer(np.ones((2, 2))).index.names == ["shop", "day"]


@pytest.mark.parametrize("dtype", ["category", "str", object])
def test_ids(dtype):
    series = from_long(TABLE.astype({"shop": dtype}), *NAMES)
    assert series.tolist() == [4, 5, 6, 3]
    panel = read_panel(series)
    assert panel.names == ["b", "a"] and panel.answer(np.ones((2, 1))).shape == (2,)


def test_ids_of_several_columns():
    series = from_long(TABLE.assign(item=[1, 2, 1, 2]), ["shop", "item"], "day", "sold")
    assert series.index.names == ["shop", "item", "day"]
    assert read_panel(series).names == [("b", 1), ("a", 2), ("b", 2)]


def test_missing_values_stay():
    holes = TABLE.assign(sold=pd.array([5, None, 4, 6], dtype="Int64"))
    assert np.isnan(read_panel(from_long(holes.iloc[[0, 1, 2]], *NAMES)).values[1]).all()
    objects = TABLE.assign(sold=pd.Series([5, None, 4, 6], dtype=object))
    assert from_long(objects, *NAMES).isna().sum() == 1


def test_the_frame_is_unchanged():
    before = TABLE.copy()
    series = from_long(TABLE, *NAMES)
    series.iloc[0] = 7
    pd.testing.assert_frame_equal(TABLE, before)


@pytest.mark.parametrize(
    ("table", "match"),
    [
        (
            TABLE.rename(columns={"shop": "shops"}),
            "no.*'shop'|none of that name.*Did you mean 'shops'",
        ),
        (TABLE.set_index("shop"), r"It is in the index: df.reset_index\(\)"),
        (pd.concat([TABLE, TABLE], axis=1), "several columns called 'shop'"),
        (
            pd.concat([TABLE, TABLE]),
            r"Series 'b' has 2024-01-02 twice in column 'day' .rows 0 and 4",
        ),
        (TABLE.assign(day=[*DAYS[:2], None, DAYS[3]]), "no time in row 2"),
        (TABLE.assign(day=[*DAYS[:2], "soon", DAYS[3]]), "row 2 holds 'soon'"),
        (TABLE.assign(day=[1.0, 2.0, 3.0, 4.0]), "holds float64 values, which are no times"),
        (TABLE.assign(shop=["b", None, "b", "b"]), "no id in row 1"),
        (TABLE.assign(sold=["5", "x", "4", "6"]), r"holds '5' in row 0.*pd.to_numeric"),
        (TABLE.assign(sold=True), "has dtype bool"),
        (TABLE.astype({"sold": "category"}), "has dtype category"),
        (TABLE.assign(sold=pd.to_datetime(DAYS)), "has dtype datetime64"),
        (TABLE.iloc[:0], r"0 sample\(s\)"),
    ],
)
def test_wrong(table, match):
    with pytest.raises(ValueError, match=match):
        from_long(table, *NAMES)


def test_a_column_twice():
    with pytest.raises(ValueError, match="Column 'shop' is asked for twice"):
        from_long(TABLE, "shop", "shop", "sold")
    with pytest.raises(ValueError, match=r"exog asks for column 'opens'.*Did you mean 'open'"):
        from_long(TABLE, *NAMES, exog=["opens"])


def test_no_frame():
    with pytest.raises(TypeError, match="reads a DataFrame of pandas, but got a"):
        from_long(TABLE.to_numpy(), *NAMES)


@pytest.mark.filterwarnings("ignore:In a future version of pandas:FutureWarning")  # pandas 2
def test_time_zones_that_are_mixed():
    mixed = ["2024-01-02T00:00+01:00", "2024-01-02T00:00+02:00", DAYS[2], DAYS[3]]
    with pytest.raises(ValueError, match="cannot be read as dates"):
        from_long(TABLE.assign(day=mixed), *NAMES)
