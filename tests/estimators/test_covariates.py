"""What is known beside series: units, kinds and the calendar."""

import numpy as np
import pandas as pd
import pytest

from skrnn.data.panel import read_panel
from skrnn.estimators.covariates import fit_covariates

T = 60
WHEN = pd.date_range("2020-01-31", periods=T, freq="ME")
RNG = np.random.default_rng(0)
Y = pd.Series(RNG.normal(size=T), WHEN)
X = pd.DataFrame({"a": 5 + 3 * RNG.normal(size=T), "b": 7.0, "c": RNG.normal(size=T)}, WHEN)
X.iloc[3, 2] = np.nan


def test_kinds_and_units():
    panel = read_panel(X, Y, future_known=["a", "b"])
    covariates = fit_covariates(panel, None)
    assert covariates.known.tolist() == [0, 1] and covariates.past.tolist() == [2]
    assert covariates.n_known == 2 and covariates.n_past == 1
    np.testing.assert_allclose(covariates.mean, X.mean())
    np.testing.assert_allclose(covariates.scale, X.std(ddof=0).replace(0, 1))
    series = covariates.series(panel)
    np.testing.assert_allclose(series.past[0][:, 0], (X["c"] - X["c"].mean()) / X["c"].std(ddof=0))
    assert (series.known[0][:, 1] == 0).all()


@pytest.mark.parametrize("scale", [1e-300, 1e300])
def test_units_of_extreme_columns(scale):
    covariates = fit_covariates(read_panel(X * scale, Y), None)
    assert np.isfinite(covariates.mean).all() and (covariates.scale > 0).all()
    np.testing.assert_allclose(covariates.scale[0], X["a"].std(ddof=0) * scale, rtol=1e-9)


def test_what_comes():
    panel = read_panel(X, Y, future_known=["a", "b"])
    covariates = fit_covariates(panel, ("year",))
    coming = np.full((1, 4, 3), np.nan)
    coming[..., :2] = [[5.0, 7.0]]
    series = covariates.series(panel, 4, coming)
    assert series.ahead == 4 and series.known[0].shape == (T + 4, covariates.n_known)
    expected = (5.0 - covariates.mean[0]) / covariates.scale[0]
    assert series.known[0][T:, 0] == pytest.approx(np.full(4, expected))
    year = series.known[0][:, 2:]
    assert np.isfinite(year).all()
    np.testing.assert_allclose(year[T:], year[T - 12 : T - 8], atol=1e-9)


@pytest.mark.parametrize(
    ("freq", "n", "cycles"),
    [("ME", 30, {"year"}), ("ME", 20, set()), ("h", 60, {"day"}), ("h", 400, {"day", "week"})],
)
def test_auto_takes_cycles_gone_through_twice(freq, n, cycles):
    index = pd.date_range("2024-01-01", periods=n, freq=freq)
    panel = read_panel(pd.Series(np.arange(float(n)), index))
    names = panel.clocks[0].calendar_names
    taken = {names[i].partition("_")[2] for i in fit_covariates(panel, "auto").cycles}
    assert taken == cycles


def test_the_calendar_of_arrays_is_unknown():
    covariates = fit_covariates(read_panel(Y), ("year",))
    series = covariates.series(read_panel(np.ones((2, 9))), 3)
    assert [rows.shape for rows in series.known] == [(12, covariates.n_known)] * 2
    assert all(np.isnan(rows).all() for rows in series.known)


def test_arrays_have_none():
    covariates = fit_covariates(read_panel(np.ones((3, 5))), "auto")
    assert covariates.n_known == covariates.n_past == 0
    series = covariates.series(read_panel(np.ones((3, 5))), 2)
    assert series.known is None and series.past is None and series.ahead == 0
