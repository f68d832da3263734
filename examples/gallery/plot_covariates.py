"""
Forecasting with covariates
===========================

What is sold tomorrow hangs on what is known today: the weather report, and the
discounts that are planned. A forecaster takes such columns beside the series.
How much do they help?
"""

# %%
# The data
# --------
# Two years of ice cream. More is sold when it is warm, more at weekends, and
# more with a discount. A discount does little on cold days. The visitors of a
# day are known only when the day is over.

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from skrnn import SequenceForecaster

plt.rcParams["date.converter"] = "concise"  # short dates on the axes
random = np.random.default_rng(0)
days = pd.date_range("2023-01-01", periods=730, name="day")
year = np.sin(2 * np.pi * (days.day_of_year - 110) / 365)
weather = (
    pd.Series(random.normal(0, 6, len(days))).ewm(halflife=1).mean().to_numpy()
)
X = pd.DataFrame({"temperature": 14 + 9 * year + weather}, index=days)
X["discount"] = (random.random(len(days)) < 0.15).astype(float)
warm = (X["temperature"] - 8).clip(lower=0)
sold = 60 + 5 * warm * (1 + 0.6 * X["discount"]) + 25 * (days.day_of_week >= 5)
noise = pd.Series(random.normal(0, 6, len(days)), days)
sold = (sold + noise).rename("sold")
X["visitors"] = 2 * sold + random.normal(0, 20, len(days))

figure, axes = plt.subplots(
    2, 1, figsize=(7.2, 3.7), layout="constrained", sharex=True
)
axes[0].plot(sold["2024-05":"2024-08"])
axes[0].set(ylabel="sold")
axes[1].plot(X.loc["2024-05":"2024-08", "temperature"], color="C3")
axes[1].set(ylabel="temperature (°C)")
for day in X.index[X["discount"] == 1].intersection(
    sold["2024-05":"2024-08"].index
):
    axes[0].axvline(day, color="0.85", zorder=0)
axes[0].set_title("grey: days with a discount", fontsize="medium")
plt.show()

# %%
# Train and backtest
# ------------------
# Columns go into ``X``, the series is ``y``, on the same index.
# ``future_known`` names what is known ahead; what it does not name is used up
# to the newest day only. The backtest forecasts the last 16 weeks, one week at
# a time, and the networks are trained on what was before.

known = ["temperature", "discount"]
settings = {
    "horizon": 7,
    "hidden_size": 32,
    "n_members": 1,
    "max_epochs": 15,
    "random_state": 0,
}
models = {
    "series alone": SequenceForecaster(**settings),
    "columns, past only": SequenceForecaster(future_known=[], **settings),
    "columns known ahead": SequenceForecaster(future_known=known, **settings),
}
frames = {
    name: model.backtest(
        *((sold,) if name == "series alone" else (X, sold)),
        n_windows=16,
        level=80,
    )
    for name, model in models.items()
}

# %%
# How good is it?
# ---------------
# As the data are generated, we know the least error that is possible: that of
# the noise, which nobody can foresee.

rows = {
    "same day of last week": {
        "mean error": (sold - sold.shift(7))[-7 * 16 :].abs().mean()
    }
}
for name, frame in frames.items():
    inside = frame["actual"].between(frame["lo-80"], frame["hi-80"])
    rows[name] = {
        "mean error": (frame["actual"] - frame["forecast"]).abs().mean(),
        "inside 80 % (%)": 100 * inside.mean(),
        "width of 80 %": (frame["hi-80"] - frame["lo-80"]).mean(),
    }
rows["the noise alone"] = {"mean error": noise[-7 * 16 :].abs().mean()}
pd.DataFrame(rows).T.round(1)

# %%
# Six weeks, with and without
# ---------------------------
# Without the columns a forecast can only follow the level and the week. With
# them it sees warm days and discounts come, and its intervals are narrower.

figure, axes = plt.subplots(
    2, 1, figsize=(7.2, 5.5), layout="constrained", sharex=True, sharey=True
)
for ax, name in zip(axes, ("series alone", "columns known ahead"), strict=True):
    shown = frames[name][: 7 * 6]
    ax.fill_between(
        shown["time"], shown["lo-80"], shown["hi-80"], alpha=0.3, label="80 %"
    )
    ax.plot(
        shown["time"], shown["forecast"], label="forecast, up to 7 days ahead"
    )
    ax.plot(
        shown["time"], shown["actual"], "k.-", linewidth=0.8, label="what came"
    )
    ax.set(title=name, ylabel="sold")
figure.legend(
    *axes[0].get_legend_handles_labels(), loc="outside upper center", ncols=3
)
# sphinx_gallery_thumbnail_number = -1
plt.show()

# %%
# What to try next
# ----------------
# - A forecast of the weather is not the weather: add noise to the temperature
#   of the last weeks before you forecast them.
# - ``BacktestDisplay.from_backtest(frames["columns known ahead"])`` draws the
#   error by days ahead. Does a known week make far as easy as near?
# - Leave the visitors out: they add nothing ahead, and a column less is less
#   to learn by heart.
# - ``model.predict(X_coming)`` for two plans of discounts: what would each
#   sell?
# - Holidays are a column too, and so is what is special about each shop when
#   there are several.
