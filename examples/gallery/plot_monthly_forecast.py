"""
A monthly forecast with intervals
=================================

How many passengers will fly next year, and how sure is that? A series goes in
as pandas has it, and comes back with dates, a forecast and intervals.
"""

# %%
# The data
# --------
# The passengers of twelve years, a classic of forecasting. They grow, and
# their season grows with them. The last year is held back: nothing below sees
# it before the end.

import matplotlib.pyplot as plt
import pandas as pd

from skrnn import SequenceForecaster
from skrnn.datasets import load_air_passengers
from skrnn.inspection import ForecastDisplay
from skrnn.metrics import mean_absolute_scaled_error

passengers = load_air_passengers()
past, last_year = passengers[:-12], passengers[-12:]
figure, ax = plt.subplots(figsize=(7, 3), layout="constrained")
passengers.plot(ax=ax, xlabel="", ylabel="passengers (thousands)")
plt.show()

# %%
# Train
# -----
# ``horizon`` is how far the network learns to see ahead. Nothing else has to
# be said: the season and the logarithm are found in the data. Smaller networks
# than the default, and fewer of them, keep this page quick.

model = SequenceForecaster(
    horizon=12, hidden_size=32, n_members=3, max_epochs=30, random_state=0
)
model.fit(past)
print("season:", model.season_)
forecast = model.predict(level=80)
forecast.round(0).head()

# %%
# What it is made of
# ------------------
# The network was judged in ``fit`` on steps that it had not seen, beside
# forecasts from the textbook. ``weights_`` says how much each of them counts
# in the blend.

pd.Series(model.weights_, name="weight").to_frame().round(2)

# %%
# How good is it?
# ---------------
# The year that came, in units of the usual change from one year to the next,
# and in passengers. The simplest forecast of a series with a season is the
# value of the same month, a year before.

same_month = pd.Series(past[-12:].to_numpy(), last_year.index)
answers = {
    "same month of last year": same_month,
    "forecaster": forecast["passengers"],
}
rows = {
    name: {
        "scaled error": mean_absolute_scaled_error(
            last_year, answer, y_train=past, season=12
        ),
        "error (thousands)": (last_year - answer).abs().mean(),
    }
    for name, answer in answers.items()
}
inside = last_year.between(
    forecast["passengers-lo-80"], forecast["passengers-hi-80"]
)
print(f"{inside.sum()} of {len(inside)} months fell into the interval of 80 %")
pd.DataFrame(rows).T.round(2)

# %%
# The fan
# -------
# :class:`~skrnn.inspection.ForecastDisplay` draws the newest steps, the
# forecast with its intervals, and what came.

figure, ax = plt.subplots(figsize=(7, 4), layout="constrained")
ForecastDisplay.from_estimator(
    model, actual=last_year, level=(80, 95), n_history=36, ax=ax
)
ax.set(ylabel="passengers (thousands)", title="Twelve months ahead")
# sphinx_gallery_thumbnail_number = -1
plt.show()

# %%
# What to try next
# ----------------
# - ``model.sample(300)`` draws paths of the whole year: how likely are more
#   than 6,000 thousand passengers in all?
# - ``guard=False``, for the network alone, and ``model.report_`` for what each
#   part was worth in ``fit``.
# - Leave ``hidden_size``, ``n_members`` and ``max_epochs`` at their defaults.
# - ``BacktestDisplay.from_estimator(model, passengers, n_windows=3)``, for one
#   year is little to judge by.
