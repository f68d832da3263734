"""
The sum of a sequence
=====================

The first exercise of every course on recurrent networks: read numbers one by
one, and give their sum. It shows what a state is for, and what happens when
sequences become longer than those of the training.
"""

# %%
# The data
# --------
# Sequences of one to ten numbers between -1 and 1. They are of different
# lengths, so they stand in a list.

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.linear_model import LinearRegression
from sklearn.metrics import root_mean_squared_error

from skrnn import RNNRegressor
from skrnn.preprocessing import SequencePadder

random = np.random.default_rng(0)


def draw(n_samples, shortest, longest):
    """Return sequences of numbers, and their sums."""
    lengths = random.integers(shortest, longest + 1, n_samples)
    X = [random.uniform(-1, 1, length) for length in lengths]
    return X, np.array([x.sum() for x in X])


X_train, y_train = draw(1000, 1, 10)
X_test, y_test = draw(500, 1, 10)
for x, total in zip(X_train[:3], y_train, strict=False):
    print(" + ".join(f"({number:.2f})" for number in x), "=", f"{total:.2f}")

# %%
# Train
# -----
# Three cells, with the same settings: the answer is read off the last state,
# as in the textbook.

networks = {
    cell: RNNRegressor(
        cell=cell,
        hidden_size=16,
        bidirectional=False,
        stem=None,
        pooling="last",
        lr=0.01,
        max_epochs=25,
        random_state=0,
    ).fit(X_train, y_train)
    for cell in ("rnn", "gru", "lstm")
}

# %%
# How good is it?
# ---------------
# A linear model on sequences that are filled up with zeros solves this at
# once, for all its weights should be 1. But it has a weight for each place,
# ten of them, and no answer to an eleventh number. A network uses the same
# weights at every step, so it can be asked.

padder = SequencePadder(max_length=10, value=0.0).fit(X_train)
padded_train, padded_test = (
    padder.transform(X)[:, :, 0] for X in (X_train, X_test)
)
linear = LinearRegression().fit(padded_train, y_train)
answers = {"always the mean": np.full(len(y_test), y_train.mean())}
answers |= {cell: network.predict(X_test) for cell, network in networks.items()}
answers["linear model, padded"] = linear.predict(padded_test)
errors = {
    name: root_mean_squared_error(y_test, answer)
    for name, answer in answers.items()
}
pd.Series(errors, name="test error").to_frame().round(4)

# %%
# Longer than in training
# -----------------------
# Left, sums of one to ten numbers. Right, the error of longer sequences,
# beside the error of always answering the mean. The networks have learned sums
# of some size, and states end where tanh ends: they do not know addition, they
# imitate it.

lengths = np.array([1, 2, 4, 6, 8, 10, 12, 15, 20, 25, 30, 40])
longer = [draw(200, length, length) for length in lengths]
figure, (left, right) = plt.subplots(
    1, 2, figsize=(7.2, 3.4), layout="constrained"
)
left.plot([-5, 5], [-5, 5], color="0.7")
left.plot(y_test, networks["gru"].predict(X_test), ".", markersize=4)
left.set(
    xlabel="true sum",
    ylabel="predicted by gru",
    title="test sequences",
    aspect="equal",
)
for cell, network in networks.items():
    error = [root_mean_squared_error(y, network.predict(X)) for X, y in longer]
    right.plot(lengths, error, ".-", label=cell)
guess = [
    root_mean_squared_error(y, np.full(len(y), y_train.mean()))
    for _, y in longer
]
right.plot(lengths, guess, color="0.5", linestyle="--", label="always the mean")
right.axvspan(1, 10, color="0.9", zorder=0, label="lengths of training")
right.set(
    xlabel="numbers in the sequence",
    ylabel="root mean squared error",
    yscale="log",
)
right.legend(loc="lower right")
# sphinx_gallery_thumbnail_number = -1
plt.show()

# %%
# What to try next
# ----------------
# - ``RNN(activation="identity")`` of :mod:`skrnn.cells`: a linear network can
#   hold the exact sum. Does it find it?
# - Train on lengths up to 30, or with more epochs. Where does the error start
#   to grow?
# - ``pooling="mean"`` makes sums hard, as it divides by the length.
# - The product, the largest number, or the difference between the first and
#   the last.
# - :func:`skrnn.datasets.make_adding`, where only two marked numbers count, a
#   hundred steps apart.
