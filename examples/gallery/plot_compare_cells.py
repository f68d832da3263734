"""
Choosing a cell
===============

Thirteen cells come with skrnn. Which one suits a problem is quickly asked: the
same network, the same folds, one cell after the other, and a model without
recurrence beside them.
"""

# %%
# The data
# --------
# The task asks for a memory. :func:`~skrnn.datasets.make_recall` gives rows of
# symbols, and the class is the first one. All the others are there to make it
# forget.

import matplotlib.pyplot as plt
import numpy as np

from skrnn import RNNClassifier
from skrnn.datasets import make_recall
from skrnn.model_selection import compare_cells

X, y = make_recall(600, lag=20, n_symbols=4, random_state=0)
print(X.shape, "the classes:", np.unique(y))

figure, ax = plt.subplots(figsize=(6.4, 2.2), layout="constrained")
ax.imshow(X[:6], cmap="Set2", aspect="auto")
for row, line in enumerate(X[:6]):
    for step, symbol in enumerate(line):
        ax.text(
            step,
            row,
            symbol,
            ha="center",
            va="center",
            weight="bold" if step == 0 else None,
        )
ax.set(
    xlabel="step",
    xticks=range(0, 21, 5),
    yticks=range(6),
    yticklabels=[f"class {label}" for label in y[:6]],
)
plt.show()

# %%
# Compare
# -------
# Nothing shall help the recurrence here: one direction, no stem, and the
# answer from the last state. :func:`~skrnn.model_selection.compare_cells`
# cross-validates each cell on the same folds, and a linear model on summary
# statistics of each row, which do not know the order.

network = RNNClassifier(
    embedding_dim=4,
    hidden_size=16,
    bidirectional=False,
    stem=None,
    pooling="last",
    dropout=0.0,
    lr=0.02,
    max_epochs=15,
    random_state=0,
)
comparison = compare_cells(
    X,
    y,
    estimator=network,
    cells=["rnn", "gru", "lstm", "mgu", "mingru", "esn"],
    cv=3,
    scoring="accuracy",
)
comparison

# %%
# The picture
# -----------
# Grey points are folds. Differences that are smaller than the spread of the
# folds are none.

display = comparison.plot()
display.ax_.axvline(1 / 4, color="C3", linestyle=":", label="guessing")
display.ax_.legend(loc="lower right")
# sphinx_gallery_thumbnail_number = -1
plt.show()

# %%
# What to try next
# ----------------
# - ``lag=60``, with more rows and epochs: who still remembers?
# - Your own data. Where the order of the steps tells nothing, the baseline
#   wins, and that is good to know.
# - ``num_layers=2`` for ``"mingru"``, ``"lru"`` and ``"indrnn"``, whose single
#   layers are a weak memory.
# - A cell with options of its own, such as ``RNN(init="identity",
#   activation="relu")``.
# - :doc:`../guide/choosing_a_cell` has measured tables of all cells.
