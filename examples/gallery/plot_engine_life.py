"""
Engine life
===========

How many more flights will an engine make? Sensors of engines that ran until
they failed are what a network learns from. It then tells the life that is left
of others, and how sure it is.
"""

# %%
# The data
# --------
# :func:`~skrnn.datasets.make_engine_runs` gives a long table, one row for each
# flight of each engine, and the flights that are left. Here are the sensors of
# one engine over its life. It wears slowly, then fast, under noise.

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.linear_model import RidgeCV
from sklearn.metrics import root_mean_squared_error
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skrnn import RNNRegressor
from skrnn.datasets import make_engine_runs
from skrnn.inspection import PermutationImportanceDisplay
from skrnn.preprocessing import SequenceSummary, make_windows

runs, left = make_engine_runs(100, random_state=0)
sensors = ["s2", "s3", "s4", "s5", "s7", "s8"]
runs[runs["unit"] == 1].plot(
    x="cycle",
    y=sensors,
    subplots=True,
    layout=(2, 3),
    figsize=(7.2, 3.1),
    sharex=True,
    legend=False,
    title=sensors,
)
plt.gcf().set_layout_engine("constrained")
plt.show()

# %%
# Windows
# -------
# The network reads windows of 30 flights.
# :func:`~skrnn.preprocessing.make_windows` cuts them within engines. The
# target is the life that is left at the last flight of a window, at most 125:
# an engine that is still healthy shows no wear, so that more cannot be told.
#
# Other engines are for the test.

WINDOW, CAP = 30, 125


def cut(runs, left, step):
    """Return windows of all engines, and the capped life at the end of each."""
    parts = {
        unit: run[sensors].to_numpy() for unit, run in runs.groupby("unit")
    }
    life = left.clip(upper=CAP).astype(float)
    life = {unit: some.to_numpy() for unit, some in life.groupby(runs["unit"])}
    return make_windows(parts, WINDOW, 0, step, life)


X_train, y_train = cut(runs, left, step=15)
test_runs, test_left = make_engine_runs(20, random_state=1)
X_test, y_test = cut(test_runs, test_left, step=10)
print("training:", np.shape(X_train), "test:", np.shape(X_test))

# %%
# Train
# -----
# ``loss="gaussian"`` learns a mean and a standard deviation for each window,
# and thereby how far it may be off.

network = RNNRegressor(
    loss="gaussian", hidden_size=32, max_epochs=10, random_state=0
)
network.fit(X_train, y_train)
ridge = make_pipeline(
    SequenceSummary(), StandardScaler(), RidgeCV(np.logspace(-2, 4, 7))
)
ridge.fit(X_train, y_train)
constant = np.full(len(y_test), np.mean(y_train))

# %%
# How good is it?
# ---------------
# The error is the root of the mean squared error, in flights. The interval of
# 80 % should hold four of five.

low, high = network.predict_quantiles(X_test, [0.1, 0.9]).T
errors = {
    "always the mean": root_mean_squared_error(y_test, constant),
    "summary + ridge": root_mean_squared_error(y_test, ridge.predict(X_test)),
    "network": root_mean_squared_error(y_test, network.predict(X_test)),
}
inside = np.mean((low <= y_test) & (y_test <= high))
print(f"within the interval of 80 %: {inside:.0%}")
pd.Series(errors, name="error (flights)").to_frame().round(1)

# %%
# Which flights count
# -------------------
# :class:`~skrnn.inspection.PermutationImportanceDisplay` gives each window
# some flights of another one, and measures how much worse the answers are.
# The newest flights count most.

PermutationImportanceDisplay.from_estimator(
    network,
    X_test,
    y_test,
    by="segment",
    n_segments=6,
    n_repeats=3,
    random_state=0,
)
plt.show()

# %%
# Four engines until they fail
# ----------------------------
# The band is the interval of 80 %. Early on nothing tells how fast the wear
# will grow, and the network says so. Towards the end, when it matters, the
# band is narrow.

figure, axes = plt.subplots(
    2, 2, figsize=(7.2, 4.7), layout="constrained", sharey=True
)
for ax, unit in zip(axes.flat, (1, 2, 3, 4), strict=True):
    mine = test_runs["unit"] == unit
    X, y = cut(test_runs[mine], test_left[mine], step=2)
    cycle = WINDOW + 2 * np.arange(len(X))
    low, high = network.predict_quantiles(X, [0.1, 0.9]).T
    ax.fill_between(cycle, low, high, alpha=0.3, label="80 %")
    ax.plot(cycle, network.predict(X), label="predicted")
    ax.plot(cycle, y, color="black", label="true")
    ax.set(title=f"engine {unit}", ylim=(0, None))
figure.supxlabel("flight")
figure.supylabel(f"flights left, at most {CAP}")
figure.legend(
    *ax.get_legend_handles_labels(), loc="outside upper center", ncols=3
)
# sphinx_gallery_thumbnail_number = -1
plt.show()

# %%
# What to try next
# ----------------
# - Longer windows, ``WINDOW = 60``, for more of the past; short runs then give
#   no window.
# - ``by="feature"`` in the importances: which sensor counts most?
# - ``loss="student_t"`` or ``"quantile"``, and compare what the intervals
#   hold.
# - Several conditions of flight, ``make_engine_runs(n_conditions=6)``, with
#   the columns ``setting1`` to ``setting3``.
# - ``examples/engine_life.py`` chooses the settings by folds that keep engines
#   apart, and reads NASA's data.
