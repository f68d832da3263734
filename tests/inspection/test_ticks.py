import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from skrnn.inspection.ticks import MOST_NAMES, as_text, kind_of, label_steps


def labels(ax):
    return [label.get_text() for label in ax.get_xticklabels()]


def test_few_tokens_are_all_named_and_long_ones_cut():
    _, ax = plt.subplots()
    names = np.array(["a", "b" * 30, "c"], dtype=object)
    label_steps(ax, names)
    assert labels(ax) == ["a", "b" * 19 + "…", "c"]
    assert ax.get_xlabel() == "token"


def test_of_many_tokens_the_strong_ones_are_named():
    _, ax = plt.subplots()
    names = np.array([f"w{k}" for k in range(400)], dtype=object)
    weights = np.ones(400)
    weights[[7, 201]] = -5, 9
    label_steps(ax, names, weights=weights)
    assert {"w7", "w201"} <= set(labels(ax))
    assert len(labels(ax)) <= MOST_NAMES
    assert np.diff(ax.get_xticks()).min() >= 10
    label_steps(ax, names)
    assert labels(ax)[:3] == ["w0", "w14", "w28"]


def test_stamps_are_short():
    days = pd.date_range("2026-01-01", periods=20).to_numpy()
    _, ax = plt.subplots()
    label_steps(ax, days)
    assert labels(ax) == [f"2026-01-{d:02d}" for d in (1, 4, 7, 10, 13, 16, 19)]
    hours = pd.date_range("2025-12-31 23:00", periods=2, freq="h").to_numpy()
    assert as_text(hours) == ["2025-12-31 23:00", "2026-01-01 00:00"]
    seconds = pd.date_range("2026-01-01", periods=2, freq="s").to_numpy()
    assert as_text(seconds)[1] == "2026-01-01 00:00:01"
    months = pd.period_range("2026-01", periods=2, freq="M")
    assert kind_of(months.to_numpy()) == "time"
    assert as_text(months.to_numpy()) == ["2026-01", "2026-02"]


def test_numbers_stay_numbers_and_own_ones_are_written():
    _, ax = plt.subplots()
    label_steps(ax, np.arange(3))
    assert ax.get_xlabel() == "step"
    label_steps(ax, np.array([0.5, 1.5, 4.0]))
    assert labels(ax) == ["0.5", "1.5", "4"]
