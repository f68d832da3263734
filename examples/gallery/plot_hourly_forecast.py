"""
An hourly forecast with intervals
=================================

Hours repeat each day and each week. A forecaster finds both, sees a day ahead,
and says how sure it is of each hour. A backtest says whether that can be
believed.
"""

# %%
# The data
# --------
# Ten weeks of hours, with a season of a day, a season of a week, a level that
# wanders, and noise.

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from skrnn import SequenceForecaster
from skrnn.datasets import make_seasonal_series

plt.rcParams["date.converter"] = "concise"  # short dates on the axes
hours = make_seasonal_series(
    24 * 7 * 10,
    frequency="h",
    start="2024-01-01",
    level=200.0,
    trend=0.0,
    noise=4.0,
    level_noise=1.5,
    random_state=1,
).rename("demand")
figure, ax = plt.subplots(figsize=(7, 3), layout="constrained")
ax.plot(hours[-24 * 21 :])
ax.set(title="the last three weeks", ylabel="demand")
plt.show()

# %%
# Train and backtest
# ------------------
# :meth:`~skrnn.SequenceForecaster.backtest` trains on the weeks before the
# first cutoff, and then forecasts one day after the other, as if it were that
# day: 14 forecasts of 24 hours, of which it saw nothing before.

model = SequenceForecaster(
    horizon=24, hidden_size=24, n_members=1, max_epochs=8, random_state=0
)
frame = model.backtest(hours, n_windows=14, level=(50, 80, 95))
frame[["cutoff", "time", "actual", "forecast", "lo-80", "hi-80"]].head(3)

# %%
# How good is it?
# ---------------
# Beside it stand two forecasts that cost nothing.

actual = frame["actual"].to_numpy()
answers = {
    "same hour yesterday": hours.shift(24).loc[frame["time"]].to_numpy(),
    "same hour a week ago": hours.shift(168).loc[frame["time"]].to_numpy(),
    "forecaster": frame["forecast"].to_numpy(),
}
errors = {
    name: np.abs(actual - answer).mean() for name, answer in answers.items()
}
pd.Series(errors, name="mean error").to_frame().round(2)

# %%
# Can the intervals be believed?
# ------------------------------
# An interval of 80 % should hold 80 % of the hours.


def inside(frame, level):
    """Return which hours fell into their interval."""
    return frame["actual"].between(frame[f"lo-{level}"], frame[f"hi-{level}"])


held = pd.Series({level: inside(frame, level).mean() for level in (50, 80, 95)})
held = (100 * held).round(0).astype(int)
held.rename_axis("level (%)").rename("hours inside (%)").to_frame()

# %%
# The days, and the error of each hour
# ------------------------------------
# Above, the last four days as they were forecast, each at midnight. Below,
# left, the mean error by how many hours ahead: the level wanders, so that far
# is harder than near. Right, what was promised and what was held.

figure, axes = plt.subplot_mosaic(
    [["days", "days"], ["steps", "levels"]],
    figsize=(7.2, 5.1),
    layout="constrained",
    width_ratios=(2, 1),
)
shown = frame[frame["cutoff"] >= frame["cutoff"].unique()[-4]]
ax = axes["days"]
for level, alpha in ((95, 0.2), (80, 0.3)):
    ax.fill_between(
        shown["time"],
        shown[f"lo-{level}"],
        shown[f"hi-{level}"],
        color="C0",
        alpha=alpha,
        linewidth=0,
        label=f"{level} %",
    )
ax.plot(shown["time"], shown["forecast"], label="forecast")
ax.plot(
    shown["time"],
    shown["actual"],
    color="black",
    linewidth=1,
    label="what came",
)
ax.set(ylabel="demand")
ax.legend(loc="upper center", bbox_to_anchor=(0.5, 1.22), ncols=4)
ahead = (frame["time"] - frame["cutoff"]).dt.total_seconds() / 3600
error = (frame["actual"] - frame["forecast"]).abs().groupby(ahead).mean()
axes["steps"].bar(error.index, error)
axes["steps"].set(
    xlabel="hours ahead", ylabel="mean error", xticks=range(0, 25, 4)
)
axes["levels"].plot([0, 100], [0, 100], color="0.7")
axes["levels"].plot(held.index, held, "o-")
axes["levels"].set(
    xlabel="promised (%)",
    ylabel="held (%)",
    aspect="equal",
    xlim=(0, 100),
    ylim=(0, 100),
)
# sphinx_gallery_thumbnail_number = -1
plt.show()

# %%
# What to try next
# ----------------
# - ``season=24``: what is lost without the week?
# - ``model.fit(hours).weights_`` says what the network counts beside forecasts
#   from the textbook.
# - Several series at once, ``n_series=5``: one network learns from all of
#   them.
# - ``examples/electricity.py`` forecasts the demand of a whole state, with the
#   weather known ahead.
