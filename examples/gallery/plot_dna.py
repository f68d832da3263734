"""
DNA: two motifs in the right order
==================================

A promoter is a place of a string of DNA where reading starts: two short
motifs, one behind the other. The network is told which strings hold one, but
not where, nor what it looks like. At the end we ask it.
"""

# %%
# The data
# --------
# :func:`~skrnn.datasets.make_dna` writes strings of the four bases. Here every
# string holds both motifs, TTGACA and TATAAT, some with a base that is
# mutated: the first before the second in a promoter, and the second before the
# first elsewhere. Only the order tells.

import re

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline

from skrnn import RNNClassifier
from skrnn.datasets import make_dna
from skrnn.preprocessing import OneHotSteps

X, y = make_dna(1600, decoys=1.0, random_state=0)
X_train, X_test, y_train, y_test = train_test_split(
    X, y, stratify=y, random_state=0
)
print(
    pd.DataFrame({"string": X_train[:4], "class": y_train[:4]}).to_string(
        index=False
    )
)

# %%
# Train
# -----
# :class:`~skrnn.preprocessing.OneHotSteps` makes a column for each base. The
# simple model counts pieces of six bases: it may find the motifs, but it does
# not know which comes first.

models = {
    "counts of 6 bases": make_pipeline(
        CountVectorizer(analyzer="char", ngram_range=(6, 6), lowercase=False),
        LogisticRegression(max_iter=1000),
    ),
    "network": make_pipeline(
        OneHotSteps("ACGT"),
        RNNClassifier(hidden_size=24, max_epochs=10, lr=0.01, random_state=0),
    ),
}
accuracy = {
    name: model.fit(X_train, y_train).score(X_test, y_test)
    for name, model in models.items()
}

# %%
# How good is it?
# ---------------

pd.Series(accuracy, name="test accuracy").to_frame().round(3)

# %%
# Ask it where to look
# --------------------
# We change one base of a string after the other, to each of the other three,
# and see by how much the answer falls. Biologists do the same with a pipette.
# Where a change matters, the network looks. The motifs, which it was never
# shown, stand out.

network = models["network"]
column = list(network.classes_).index("promoter")


def log_odds(strings):
    """Return how much speaks for a promoter."""
    belief = np.clip(network.predict_proba(strings)[:, column], 1e-6, 1 - 1e-6)
    return np.log(belief / (1 - belief))


def mutate(string):
    """Return the change of the log odds, for each base and place."""
    changed = [
        string[:i] + base + string[i + 1 :]
        for base in "ACGT"
        for i in range(len(string))
    ]
    return (log_odds(changed) - log_odds([string])).reshape(4, len(string))


clear = re.compile("TTGACA.{16,18}TATAAT")
found = [
    string
    for string, label in zip(X_test, y_test, strict=True)
    if label == "promoter" and len(string) <= 54 and clear.search(string)
][:3]
effects = [mutate(string) for string in found]
most = np.quantile(np.abs(np.hstack(effects)), 0.99)
figure, axes = plt.subplots(3, 1, figsize=(7.2, 4.2), layout="constrained")
for ax, string, effect in zip(axes, found, effects, strict=True):
    image = ax.imshow(effect, cmap="RdBu", vmin=-most, vmax=most, aspect="auto")
    ax.set_xticks(range(len(string)), string, fontsize=8, family="monospace")
    ax.set_yticks(range(4), "ACGT")
    start, end = clear.search(string).span()
    for first in (start, end - 6):
        ax.add_patch(
            plt.Rectangle((first - 0.5, -0.5), 6, 4, fill=False, linewidth=2)
        )
figure.supxlabel("the string; frames: where the motifs are")
figure.supylabel("base put in place")
figure.colorbar(image, ax=axes, extend="both", label="change of the log odds")
# sphinx_gallery_thumbnail_number = -1
plt.show()

# %%
# What to try next
# ----------------
# - :class:`~skrnn.inspection.AttributionDisplay` asks the same by gradients,
#   without a change of the string. Does it find both motifs?
# - Fewer strings: with how many does the network find the motifs?
# - ``mutation=0.2``, for motifs that are hard to make out, or strings of 200
#   bases.
# - ``decoys=0.0``: strings without a promoter hold no motifs at all. Is the
#   order still learned?
# - Real DNA with the borders of genes, by
#   :func:`~skrnn.datasets.fetch_splice`.
