import pandas as pd

from skrnn.datasets import load_air_passengers


def test_the_figures():
    series = load_air_passengers()
    assert series.name == "passengers"
    assert series.dtype == "int64"
    assert series.shape == (144,)
    assert series.sum() == 40363
    assert (series.min(), series.max()) == (104, 622)
    assert series["1949-01"] == 112
    assert series["1960-12"] == 432
    assert series.idxmax() == pd.Period("1960-07", "M")
    yearly = series.groupby(series.index.year).sum()
    assert yearly.tolist() == [
        *(1520, 1676, 2042, 2364, 2700, 2867, 3408, 3939, 4421, 4572, 5140, 5714)
    ]
    assert (series.to_numpy() * range(1, 145)).sum() == 3_587_478


def test_the_index():
    index = load_air_passengers().index
    assert isinstance(index, pd.PeriodIndex)
    assert index.freqstr == "M"
    assert index.name == "month"
    assert load_air_passengers().to_timestamp().index[-1] == pd.Timestamp("1960-12-01")


def test_a_copy_each_time():
    series = load_air_passengers()
    series.iloc[0] = 0
    assert load_air_passengers().iloc[0] == 112
