"""
Ragged sensor recordings
========================

What is somebody doing who wears a motion sensor: walking, running, cycling or
resting? Recordings are of different lengths, and the people of the test are
not those of the training. Both are usual, and both are easy to get wrong.
"""

# %%
# The data
# --------
# :func:`~skrnn.datasets.make_sensor_recordings` draws recordings of several
# people. Each is an array of shape (steps, 6): acceleration and rotation along
# three axes, 20 times a second.

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import ConfusionMatrixDisplay
from sklearn.model_selection import GroupKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skrnn import RNNClassifier
from skrnn.datasets import make_sensor_recordings
from skrnn.inspection import PermutationImportanceDisplay
from skrnn.preprocessing import SequenceSummary

X, y, people = make_sensor_recordings(
    360,
    n_subjects=9,
    min_steps=15,
    noise=0.3,
    return_groups=True,
    random_state=0,
)
lengths = [len(recording) for recording in X]
print(f"{len(X)} recordings of {len({*people})} people,", end=" ")
print(f"{min(lengths)} to {max(lengths)} steps")

activities = ["lying", "sitting", "standing", "walking", "cycling", "running"]
figure, axes = plt.subplots(
    2, 3, figsize=(7.2, 3.4), layout="constrained", sharex=True, sharey=True
)
for ax, activity in zip(axes.flat, activities, strict=True):
    recording = X[np.flatnonzero(y == activity)[0]]
    ax.plot(np.arange(len(recording)) / 20, recording[:, :3])
    ax.set(title=activity)
axes[1, 1].set(xlabel="seconds")
figure.supylabel("acceleration (g)")
figure.legend(["up", "sideways", "ahead"], loc="outside lower center", ncols=3)
plt.show()

# %%
# Train
# -----
# A list of arrays is all the network asks for: no padding, no mask, no common
# length. ``GroupKFold`` keeps all recordings of a person on one side. Folds
# that mix them would ask for people that the network knows, and promise too
# much.
#
# The simple model beside it knows the mean, the spread, the extremes and the
# like of each channel, but not the order of the steps.

network = RNNClassifier(hidden_size=24, max_epochs=12, random_state=0)
summary = make_pipeline(
    SequenceSummary(), StandardScaler(), LogisticRegression(max_iter=1000)
)
folds = list(GroupKFold(3).split(X, y, people))
answers = {
    "summary + linear model": cross_val_predict(summary, X, y, cv=folds),
    "network": cross_val_predict(network, X, y, cv=folds),
}

# %%
# How good is it?
# ---------------
# Every answer is about a person that the model had not seen.

accuracy = {name: np.mean(answer == y) for name, answer in answers.items()}
pd.Series(accuracy, name="accuracy").to_frame().round(3)

# %%
# Which channels it needs
# -----------------------
# :class:`~skrnn.inspection.PermutationImportanceDisplay` exchanges a channel
# between recordings, here of the people of the first fold, and measures by how
# much the accuracy falls. Tables name the channels.

channels = [
    f"{kind} {axis}"
    for kind in ("acceleration", "rotation")
    for axis in ("up", "sideways", "ahead")
]
tables = [pd.DataFrame(recording, columns=channels) for recording in X]
train, test = folds[0]
network.fit([tables[i] for i in train], y[train])
PermutationImportanceDisplay.from_estimator(
    network,
    [tables[i] for i in test],
    y[test],
    n_repeats=3,
    random_state=0,
)
plt.show()

# %%
# Where it is wrong
# -----------------
# A confusion matrix says which activities are taken for each other, and
# lengths say when. Short recordings hold less than one movement.

figure, axes = plt.subplots(
    1, 2, figsize=(7.2, 3.6), layout="constrained", width_ratios=(1.2, 1)
)
ConfusionMatrixDisplay.from_predictions(
    y,
    answers["network"],
    labels=activities,
    cmap="Blues",
    colorbar=False,
    ax=axes[0],
)
axes[0].tick_params(axis="x", rotation=45)
axes[0].set_title("network, people not seen before")
bounds = ["0-2", "2-3", "3-4", "4-5", "5-6"]
seconds = pd.cut(np.array(lengths) / 20, [0, 2, 3, 4, 5, 6], labels=bounds)
table = pd.DataFrame({name: answer == y for name, answer in answers.items()})
table = table.groupby(seconds, observed=True).mean()
for name, marker in zip(table, "s^", strict=True):
    axes[1].plot(table.index, table[name], marker + "-", label=name)
axes[1].set(xlabel="length (seconds)", ylabel="accuracy", ylim=(0.6, 1.02))
axes[1].legend(loc="lower right")
# sphinx_gallery_thumbnail_number = -1
plt.show()

# %%
# What to try next
# ----------------
# - Mix the people, with ``cv=3``, and see how much better it looks.
# - More noise, ``noise=0.6``, or two people only, ``n_subjects=2``.
# - Your own recordings: a list of arrays, or a long table through
#   :func:`skrnn.data.from_long`.
# - ``examples/activity.py`` does the same with public recordings.
