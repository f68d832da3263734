import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skrnn.datasets import make_engine_runs
from skrnn.datasets.engines import SENSORS

NAMES = list(SENSORS)


def test_runs_to_failure():
    X, y = make_engine_runs(6, random_state=0)
    assert list(X.columns) == ["unit", "cycle", "setting1", "setting2", "setting3", *NAMES]
    assert X.index.equals(y.index)
    assert y.name == "remaining"
    assert X["unit"].unique().tolist() == [1, 2, 3, 4, 5, 6]
    for _, run in X.groupby("unit"):
        life = len(run)
        assert 120 <= life <= 300
        assert run["cycle"].tolist() == [*range(1, life + 1)]
        assert y[run.index].tolist() == [*range(life - 1, -1, -1)]


def test_truncated_runs():
    X, y = make_engine_runs(40, truncated=True, random_state=0)
    last = y.groupby(X["unit"]).last()
    cycles = X.groupby("unit")["cycle"].max()
    life = cycles + last
    assert (last > 0).all()
    assert life.between(120, 300).all()
    assert (cycles >= life // 10).all()
    assert (y + X["cycle"]).groupby(X["unit"]).nunique().eq(1).all()
    shortest = make_engine_runs(50, truncated=True, min_cycles=10, max_cycles=10, random_state=0)[0]
    assert shortest["unit"].nunique() == 50
    assert shortest.groupby("unit")["cycle"].max().between(5, 9).all()


def test_sensors_show_the_wear():
    X, _ = make_engine_runs(3, noise=0.0, random_state=0)
    for _, run in X.groupby("unit"):
        wear = (run["s3"] - 1585) / 25
        assert wear.iloc[0] < 0.12
        assert wear.iloc[-1] == pytest.approx(1, abs=0.01)
        assert np.corrcoef(wear, run["s4"])[0, 1] > 0.999
        assert wear.diff(20).dropna().gt(0).all()
    assert X["s1"].std() < 0.02


def test_conditions():
    X, _ = make_engine_runs(5, n_conditions=6, random_state=0)
    assert X["setting1"].round().nunique() == 6
    assert set(X["setting3"]) == {60.0, 100.0}
    X, _ = make_engine_runs(5, random_state=0)
    assert X["setting1"].round().nunique() == 1


def test_it_is_learned_from_one_draw_for_another():
    def prepare(**options):
        X, y = make_engine_runs(20, **options)
        return X.groupby("unit")[NAMES].rolling(15, min_periods=1).mean(), y.clip(upper=125)

    model = make_pipeline(StandardScaler(), Ridge()).fit(*prepare(random_state=0))
    assert model.score(*prepare(truncated=True, random_state=1)) > 0.5


def test_bad_parameters():
    for bad in ({"n_conditions": 7}, {"noise": -1.0}, {"min_cycles": 5}, {"truncated": "yes"}):
        with pytest.raises(ValueError, match=next(iter(bad))):
            make_engine_runs(**bad)
    with pytest.raises(ValueError, match="min_cycles=400 is above max_cycles=300"):
        make_engine_runs(min_cycles=400)


def test_one_engine_is_a_frame_too():
    X, y = make_engine_runs(1, random_state=0)
    assert isinstance(X, pd.DataFrame)
    assert isinstance(y, pd.Series)
