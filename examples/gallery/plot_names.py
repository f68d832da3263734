"""
Names by language
=================

Which language does a name sound like? The network reads letters, one at a
time. We see which languages it takes for each other, and which letters make up
its mind.
"""

# %%
# The data
# --------
# :func:`~skrnn.datasets.make_names` invents names from syllables and endings
# that are usual in six languages. Some names could be of several; no model can
# be right about all of them.

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import ConfusionMatrixDisplay
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline

from skrnn import RNNClassifier
from skrnn.datasets import make_names
from skrnn.preprocessing import SequenceTokenizer

X, y = make_names(3000, random_state=0)
X_train, X_test, y_train, y_test = train_test_split(
    X, y, stratify=y, random_state=0
)
languages = np.unique(y)
samples = {name: np.array(X_train)[y_train == name][:5] for name in languages}
pd.DataFrame(samples)

# %%
# Train
# -----
# With ``analyzer="char"`` each letter is a token, a capital like a small one.
# The simple models count letters, and all pieces of one to three letters.


def count(longest):
    """Return a linear model on counts of pieces of so many letters."""
    pieces = CountVectorizer(analyzer="char_wb", ngram_range=(1, longest))
    return make_pipeline(pieces, LogisticRegression(max_iter=1000))


models = {
    "letters": count(1),
    "pieces of 1 to 3 letters": count(3),
    "network": make_pipeline(
        SequenceTokenizer(analyzer="char"),
        RNNClassifier(
            embedding_dim=16, hidden_size=32, max_epochs=20, random_state=0
        ),
    ),
}
accuracy = {
    name: model.fit(X_train, y_train).score(X_test, y_test)
    for name, model in models.items()
}

# %%
# How good is it?
# ---------------
# Pieces of three letters hold whole endings, so that the linear model on them
# is hard to beat here. What needs a memory longer than three letters, it
# cannot see.

pd.Series(accuracy, name="test accuracy").to_frame().round(3)

# %%
# Which are alike, and which letters tell
# ---------------------------------------
# Left, the languages that are taken for each other. Right, four real names,
# letter by letter: by how much do the odds of the language fall when a letter
# is replaced by others? Letters above zero speak for the language.

network = models["network"]
letters = sorted({*"".join(X_train).lower()})


def support(name, language):
    """Return by how much each letter raises the log odds of a language."""
    changed = [
        name[:i] + other + name[i + 1 :]
        for i in range(len(name))
        for other in letters
    ]
    column = list(network.classes_).index(language)
    belief = network.predict_proba([name, *changed])[:, column].clip(
        1e-6, 1 - 1e-6
    )
    odds = np.log(belief / (1 - belief))
    return odds[0] - odds[1:].reshape(len(name), len(letters)).mean(axis=1)


figure = plt.figure(figsize=(7.2, 4.2), layout="constrained")
left, right = figure.subfigures(1, 2, width_ratios=(1.3, 1))
ax = left.subplots()
ConfusionMatrixDisplay.from_estimator(
    network,
    X_test,
    y_test,
    normalize="true",
    values_format=".0%",
    cmap="Blues",
    colorbar=False,
    ax=ax,
)
ax.tick_params(axis="x", rotation=45)
shown = {
    "Kowalczyk": "Polish",
    "Virtanen": "Finnish",
    "Johnson": "English",
    "Nakamura": "Japanese",
}
axes = right.subplots(4, 1, sharey=True)
for ax, (name, language) in zip(axes, shown.items(), strict=True):
    ax.bar(range(len(name)), support(name.lower(), language))
    ax.axhline(0, color="black", linewidth=0.8)
    ax.set_xticks(range(len(name)), name)
    ax.set_title(language, fontsize="medium")
right.supylabel("support (log odds)")
# sphinx_gallery_thumbnail_number = -1
plt.show()

# %%
# What to try next
# ----------------
# - Your own name; letters outside a to z are unknown to the network.
# - ``make_names(endings=0.0)``: how much do the endings tell?
# - 300 names in place of 3,000. Which of the models suffers most?
# - Real surnames of 18 languages, by :func:`~skrnn.datasets.fetch_surnames`;
#   mind that its classes differ in size.
