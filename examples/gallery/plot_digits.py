"""
Digits, row by row
==================

A picture of a handwritten digit becomes a sequence when it is read from the
top, one row of pixels after the other. A network that reads so can be asked at
any time which digit it is. Here we look at how its opinion forms.
"""

# %%
# The data
# --------
# scikit-learn has 1,797 pictures of 8 x 8 pixels. Each is read as 8 steps with
# 8 features, so that ``X`` has the shape (pictures, steps, features).

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skrnn import RNNClassifier
from skrnn.inspection import TrainingCurvesDisplay

X, y = load_digits(return_X_y=True)
X = X.reshape(-1, 8, 8)
X_train, X_test, y_train, y_test = train_test_split(
    X, y, stratify=y, random_state=0
)
print("training:", X_train.shape, "test:", X_test.shape)

figure, axes = plt.subplots(1, 8, figsize=(6.4, 1.2), layout="constrained")
for ax, picture, digit in zip(axes, X_train, y_train, strict=False):
    ax.imshow(picture, cmap="gray_r")
    ax.set(xticks=[], yticks=[], title=digit)
plt.show()

# %%
# Train
# -----
# The default network reads in both directions. This one shall read from the
# top only, and answer from what it knows at the last row:
# ``bidirectional=False``, ``stem=None`` and ``pooling="last"``.
#
# It shall also answer early. So beside each whole picture it is shown the same
# picture cut off after a random number of rows. Sequences of a list may have
# any lengths, and nothing else has to be said about it.

random = np.random.RandomState(0)
cut = [
    picture[:n]
    for picture, n in zip(
        X_train, random.randint(1, 8, len(X_train)), strict=True
    )
]
network = RNNClassifier(
    hidden_size=48,
    bidirectional=False,
    stem=None,
    pooling="last",
    max_epochs=25,
    random_state=0,
)
network.fit([*X_train, *cut], np.concatenate([y_train, y_train]))

# %%
# Every epoch is recorded. The accuracy is that of pictures and cut ones
# together, of which some cannot be known.

TrainingCurvesDisplay.from_estimator(network)
plt.show()

# %%
# How good is it?
# ---------------
# A linear model sees all 64 pixels at once, each at its own place.

linear = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))
linear.fit(X_train.reshape(len(X_train), -1), y_train)
accuracy = {
    "linear model, all pixels": linear.score(
        X_test.reshape(len(X_test), -1), y_test
    ),
    "network, after the last row": network.score(X_test, y_test),
}
pd.Series(accuracy, name="test accuracy").to_frame().round(3)

# %%
# An opinion forms
# ----------------
# Left: how often the network is right when it has read the first rows of a
# test picture. Right: a test picture, and what the network believes after each
# of its rows. A row of the table belongs to the row of pixels beside it.

rows = np.arange(1, 9)
by_rows = [network.score(X_test[:, :n], y_test) for n in rows]
# The picture where the opinion changes most often.
beliefs = np.stack([network.predict_proba(X_test[:, :n]) for n in rows], axis=1)
changes = (np.diff(beliefs.argmax(axis=2), axis=1) != 0).sum(axis=1)
right = beliefs[:, -1].argmax(axis=1) == y_test
shown = np.flatnonzero(right)[np.argmax(changes[right])]

figure, axes = plt.subplots(
    1, 3, figsize=(7.2, 2.9), layout="constrained", width_ratios=(1.2, 0.9, 1.3)
)
axes[0].plot(rows, by_rows, "o-")
axes[0].axhline(0.1, color="0.5", linestyle="--", label="guessing")
axes[0].set(
    xlabel="rows read", ylabel="test accuracy", ylim=(0, 1.02), xticks=rows
)
axes[0].legend()
axes[1].imshow(X_test[shown], cmap="gray_r", aspect="auto")
axes[1].set(
    xticks=[],
    yticks=range(8),
    yticklabels=rows,
    ylabel="row",
    title=f"a {y_test[shown]}",
)
image = axes[2].imshow(
    beliefs[shown], cmap="Blues", vmin=0, vmax=1, aspect="auto"
)
axes[2].set(
    xticks=range(10),
    yticks=range(8),
    yticklabels=rows,
    xlabel="digit",
    title="belief",
)
figure.colorbar(image, ax=axes[2], label="probability")
# sphinx_gallery_thumbnail_number = -1
plt.show()

# %%
# What to try next
# ----------------
# - Read the columns instead of the rows, ``X.transpose(0, 2, 1)``. Which way
#   is a digit known earlier?
# - Leave out the cut pictures in ``fit``: the network is as good at the end,
#   and worse before.
# - Leave all options at their defaults, for accuracy at the last row alone.
# - :ref:`sphx_glr_gallery_plot_grid_search.py` searches for a cell and a size
#   on these data.
