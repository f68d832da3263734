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
from skrnn.inspection import BacktestDisplay, ForecastDisplay

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
# The newest day, and how far to believe it
# -----------------------------------------
# Above, the last day, forecast at midnight by a forecaster that was trained on
# all hours before. Below, :class:`~skrnn.inspection.BacktestDisplay` sums up
# the 14 days. Left, the error by how many hours ahead: the level wanders, so
# that far is harder than near. Right, the share of hours that fell into an
# interval, which should be its level. Errors of one day are alike, so that 14
# days may miss by chance as far as the grey band reaches.

figure, axes = plt.subplot_mosaic(
    [["day", "day"], ["steps", "levels"]],
    figsize=(7.2, 6),
    layout="constrained",
)
past, last_day = hours[:-24], hours[-24:]
ForecastDisplay.from_estimator(
    model.fit(past), actual=last_day, n_history=72, ax=axes["day"]
)
axes["day"].set(xlabel="", ylabel="demand")
axes["day"].legend(loc="upper left", ncols=3)
display = BacktestDisplay.from_backtest(
    frame, ax=[axes["steps"], axes["levels"]]
)
print(display.finding_)
# sphinx_gallery_thumbnail_number = -1
plt.show()

# %%
# What to try next
# ----------------
# - ``season=24``: what is lost without the week?
# - ``model.weights_`` says what the network counts beside forecasts
#   from the textbook.
# - Several series at once, ``n_series=5``: one network learns from all of
#   them.
# - ``examples/electricity.py`` forecasts the demand of a whole state, with the
#   weather known ahead.
