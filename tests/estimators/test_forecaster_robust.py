"""Series that forecasts break on: short, flat, huge, tiny, mostly missing, growing without end."""

import numpy as np
import pandas as pd
import pytest

from skrnn import SequenceForecaster

T = 60
RNG = np.random.default_rng(0)
WHEN = pd.date_range("2020-01-31", periods=T, freq="ME")
WAVE = 10 + np.sin(np.arange(T) * np.pi / 6) + 0.1 * RNG.normal(size=T)
STEPS = np.arange(T)
COUNTS = RNG.poisson(0.4, T) * RNG.poisson(3.0, T).astype(float)

SHAPES = {
    "one point": WAVE[:1],
    "two points": WAVE[:2],
    "three points": WAVE[:3],
    "constant": np.full(T, 7.0),
    "zero": np.zeros(T),
    "negative constant": np.full(T, -3.5),
    "two zeros": np.zeros(2),
    "counts": COUNTS,
    "rare counts": np.where(STEPS % 25 == 3, 4.0, 0.0),
    "one sale": np.where(STEPS == 30, 5.0, 0.0),
    "starts late": np.where(STEPS < 40, 0.0, WAVE),
    "ends early": np.where(STEPS > 40, 0.0, WAVE),
    "negative": -WAVE,
    "of both signs": WAVE - 10,
    "huge": WAVE * 1e299,
    "huge and negative": -WAVE * 1e299,
    "huge of both signs": (WAVE - 10) * 1e299,
    "tiny": WAVE * 1e-301,
    "tiny of both signs": (WAVE - 10) * 1e-300,
    "of the least numbers": WAVE * 1e-310,
    "on a high level": 1e9 + WAVE,
    "one outlier": np.where(STEPS == 50, 1e12, WAVE),
    "one outlier at the end": np.where(STEPS == T - 1, 1e12, WAVE),
    "exploding": np.exp(0.5 * STEPS),
    "growing": 1.3**STEPS,
    "falling": 0.7**STEPS,
    "line": 3.0 * STEPS,
    "steep fall": 1000.0 - 20 * STEPS,
    "parabola": STEPS**2.0,
    "jump": np.where(STEPS < 55, 1.0, 1000.0),
    "alternating": np.where(STEPS % 2, 1.0, 1e6),
    "gaps": np.where(STEPS % 3 == 0, np.nan, WAVE),
    "missing at first": np.where(STEPS < 30, np.nan, WAVE),
    "missing at last": np.where(STEPS > 30, np.nan, WAVE),
    "one value": np.where(STEPS == 20, 4.0, np.nan),
    "two values": np.where(np.isin(STEPS, (5, 50)), STEPS, np.nan),
}


def small(**params):
    small = {"n_members": 1, "max_epochs": 2, "hidden_size": 4, "random_state": 0, "device": "cpu"}
    return SequenceForecaster(**{"horizon": 3, **small, **params})


def series_of(values):
    return pd.Series(values, WHEN[: len(values)].copy(), name="y")


def check_answers(model, values, history=None):
    """Check point, intervals, samples, and a forecast far beyond the horizon."""
    known = values[~np.isnan(values)]
    answer = model.predict(history=history, level=[80, 95], horizon=7).to_numpy()
    assert np.isfinite(answer).all()
    point, low, high, lowest, highest = answer.T
    assert (lowest <= low).all() and (low <= point).all()
    assert (point <= high).all() and (high <= highest).all()
    far = model.predict(history=history, horizon=100).to_numpy()
    paths = model.sample(20, 7, history=history).to_numpy()
    assert np.isfinite(far).all() and np.isfinite(paths).all()
    if (known >= 0).all():
        assert answer.min() >= 0 and far.min() >= 0 and paths.min() >= 0
    return far


@pytest.mark.parametrize("guard", [True, False])
@pytest.mark.parametrize("name", SHAPES)
def test_fitted_on(name, guard):
    check_answers(small(guard=guard).fit(series_of(SHAPES[name])), SHAPES[name])


@pytest.fixture(scope="module")
def fitted():
    return small(max_epochs=10).fit(series_of(WAVE))


@pytest.mark.parametrize("name", SHAPES)
def test_as_a_new_history(name, fitted):
    check_answers(fitted, SHAPES[name], series_of(SHAPES[name]))


@pytest.mark.parametrize("transformation", [None, "auto"])
def test_all_in_one_model(transformation):
    values = {name: series_of(values) for name, values in SHAPES.items()}
    model = small(transformation=transformation).fit(
        {**values, "nothing": series_of(WAVE * np.nan)}
    )
    answer = model.predict(9, level=90)
    for name, rows in answer.items():
        assert np.isfinite(rows.to_numpy()).all(), name
    assert (answer["nothing"].to_numpy() == 0).all() or np.isfinite(answer["nothing"]).all().all()
    for name in ("constant", "zero", "negative constant"):
        assert answer[name].iloc[:, 0].to_numpy() == pytest.approx(SHAPES[name][:9])


@pytest.mark.parametrize("name", ["constant", "zero", "negative constant"])
def test_flat_series_stay_flat(name):
    far = check_answers(small().fit(series_of(SHAPES[name])), SHAPES[name])
    assert far == pytest.approx(np.full(100, SHAPES[name][0]))


@pytest.mark.parametrize("name", ["one point", "two points"])
def test_short_series_repeat_what_they_are(name):
    far = check_answers(small().fit(series_of(SHAPES[name])), SHAPES[name])
    assert far[:3] == pytest.approx(np.full(3, SHAPES[name][-1]), rel=0.1)


@pytest.mark.parametrize("scale", [1e-200, 1e-6, 1e6, 1e200])
@pytest.mark.parametrize("shift", [0.0, -10.0])
def test_units_do_not_matter(scale, shift):
    values = WAVE + shift
    plain = small().fit(series_of(values)).predict(5, level=90)
    scaled = small().fit(series_of(values * scale)).predict(5, level=90)
    np.testing.assert_allclose(scaled / scale, plain, rtol=1e-2, atol=1e-3)


def test_a_constant_shift_of_time_does_not_matter():
    plain = small(calendar=None).fit(series_of(WAVE)).predict()
    moved = series_of(WAVE).set_axis(pd.date_range("1950-01-31", periods=T, freq="ME"))
    assert np.array_equal(small(calendar=None).fit(moved).predict(), plain)


@pytest.mark.parametrize("n_members", [1, 3])
def test_trends_do_not_explode_when_blocks_are_chained(n_members):
    model = small(n_members=n_members, guard=False, max_epochs=20, horizon=2, lr=0.02)
    for values in (1.05**STEPS * 10, STEPS * 2.0, np.cumsum(RNG.normal(size=T)) + STEPS):
        model.fit(series_of(values))
        far = model.predict(100).to_numpy()
        assert np.abs(far).max() < 1e4 * np.abs(values).max()


def test_missing_values_are_masked_not_invented():
    gaps = np.where(STEPS % 4 == 1, np.nan, WAVE)
    model = small().fit(series_of(gaps))
    (kept,) = model.training_series()
    assert np.array_equal(kept, gaps, equal_nan=True)
    other = small().fit(series_of(np.where(STEPS % 4 == 1, 10.0, WAVE)))
    assert not model.predict().equals(other.predict())


def test_an_all_missing_series_does_not_matter_to_the_others():
    frame = pd.DataFrame({"a": WAVE, "b": 2 * WAVE}, WHEN)
    alone = small().fit(frame).predict()
    beside = small().fit(frame.assign(none=np.nan)).predict()
    assert np.isfinite(beside.to_numpy()).all()
    np.testing.assert_allclose(beside[["a", "b"]], alone, rtol=0.05)


@pytest.mark.parametrize("column", [np.nan, 3.0, 1e300, 1e-300], ids=str)
def test_odd_columns_of_what_else_is_known(column):
    X = pd.DataFrame({"odd": np.full(T, column), "t": RNG.normal(size=T)}, WHEN)
    X.loc[X.index[::2], "odd"] *= -0.5
    coming = X.iloc[:5].set_axis(pd.date_range(WHEN[-1], periods=6, freq="ME")[1:])
    model = small().fit(X, series_of(WAVE))
    assert np.isfinite(model.predict(coming, level=90).to_numpy()).all()
    assert np.isfinite(model.predict(coming * 100).to_numpy()).all()


def test_horizons_longer_than_the_series():
    model = small(horizon=90).fit(series_of(WAVE))
    assert model.report_ is None and model.predict(level=90).shape == (90, 3)
