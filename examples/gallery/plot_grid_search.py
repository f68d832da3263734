"""
Grid search over cell and size
==============================

Which cell, and how many units? An estimator of skrnn is one of scikit-learn's,
so that ``GridSearchCV`` answers. The picture says more than the winner: how
much it matters.
"""

# %%
# The data
# --------
# Digits, read row by row: 8 steps with 8 features. Some are held back for the
# end, as the best of many scores is too good to be true.

import matplotlib.pyplot as plt
import pandas as pd
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

from skrnn import RNNClassifier
from skrnn.model_selection import StackedGridSearchCV

X, y = load_digits(return_X_y=True)
X = X.reshape(-1, 8, 8)
X_train, X_test, y_train, y_test = train_test_split(
    X, y, train_size=600, stratify=y, random_state=0
)
print("training:", X_train.shape, "test:", X_test.shape)

figure, axes = plt.subplots(1, 10, figsize=(6.4, 1.0), layout="constrained")
for ax, digit in zip(axes, range(10), strict=True):
    ax.imshow(X_train[y_train == digit][0], cmap="gray_r")
    ax.set(xticks=[], yticks=[])
plt.show()

# %%
# Search
# ------
# :class:`~skrnn.model_selection.StackedGridSearchCV` is scikit-learn's
# ``GridSearchCV``, with the same parameters and the same results. It trains
# networks of the same shape together, as one, which takes less time.

cells = ["rnn", "gru", "lstm"]
sizes = [4, 8, 16, 32]
network = RNNClassifier(
    bidirectional=False,
    stem=None,
    pooling="last",
    max_epochs=20,
    random_state=0,
)
search = StackedGridSearchCV(
    network, {"cell": cells, "hidden_size": sizes}, cv=3
)
search.fit(X_train, y_train)
print("best:", search.best_params_)

# %%
# How good is it?
# ---------------
# ``cv_results_`` becomes a table. The best five of them often differ by less
# than their spread over the folds: take the smallest or the quickest of
# equals. The test pictures were no part of the search.

results = pd.DataFrame(search.cv_results_)
columns = [
    "param_cell",
    "param_hidden_size",
    "mean_test_score",
    "std_test_score",
]
print(
    f"score in the search: {search.best_score_:.3f}, on the test pictures:",
    end=" ",
)
print(f"{search.score(X_test, y_test):.3f}")
results.sort_values("rank_test_score")[columns].head().round(3)

# %%
# The whole grid
# --------------

table = results.pivot(
    index="param_cell", columns="param_hidden_size", values="mean_test_score"
)
table = table.loc[cells, sizes]
figure, (left, right) = plt.subplots(
    1, 2, figsize=(7.2, 3.1), layout="constrained"
)
left.imshow(table, cmap="viridis", aspect="auto")
left.set_xticks(range(len(sizes)), sizes)
left.set_yticks(range(len(cells)), cells)
left.set(xlabel="hidden_size", ylabel="cell", title="mean accuracy of 3 folds")
middle = (table.to_numpy().min() + table.to_numpy().max()) / 2
for row, cell in enumerate(cells):
    for column, size in enumerate(sizes):
        score = table.loc[cell, size]
        color = "white" if score < middle else "black"
        left.text(
            column, row, f"{score:.2f}", ha="center", va="center", color=color
        )
spread = results.pivot(
    index="param_cell", columns="param_hidden_size", values="std_test_score"
)
for shift, cell in enumerate(cells):
    places = [size * (1 + 0.05 * shift) for size in sizes]
    right.errorbar(
        places,
        table.loc[cell],
        yerr=spread.loc[cell, sizes],
        fmt="o-",
        capsize=3,
        label=cell,
    )
right.set(
    xscale="log",
    xlabel="hidden_size",
    ylabel="accuracy",
    title="mean and spread",
)
right.set_xticks(sizes, sizes)
right.minorticks_off()
right.legend()
# sphinx_gallery_thumbnail_number = -1
plt.show()

# %%
# What to try next
# ----------------
# - ``lr`` and ``max_epochs`` in the grid: small networks may only need more
#   time.
# - ``StackedRandomizedSearchCV``, when the grid becomes too large to try all
#   of it.
# - The same with ``RNNClassifier(random_state=0)`` and nothing else: the
#   defaults have a stem, two directions and attention.
# - A pipeline: ``{"sequencetokenizer__min_frequency": [1, 2],
#   "rnnclassifier__cell": ["gru", "lstm"]}``.
