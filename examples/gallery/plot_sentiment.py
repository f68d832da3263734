"""
Sentiment from raw text
=======================

Is a review for a film or against it? Single words do not tell where opinions
are negated: "not bad" is praise. A network reads words in their order. Here we
watch what it makes of each word.
"""

# %%
# The data
# --------
# :func:`~skrnn.datasets.make_reviews` writes short reviews. Half of their
# opinions are negated, so that no word is more frequent in one class than in
# the other.

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline

from skrnn import RNNClassifier
from skrnn.datasets import make_reviews
from skrnn.inspection import AttributionDisplay
from skrnn.preprocessing import SequenceTokenizer

X, y = make_reviews(1500, max_opinions=2, random_state=0)
X_train, X_test, y_train, y_test = train_test_split(
    X, y, stratify=y, random_state=0
)
print(len(X_train), "reviews to train on,", len(X_test), "to test")
with pd.option_context("display.max_colwidth", None):
    print(
        pd.DataFrame(
            {"review": X_train[:5], "sentiment": y_train[:5]}
        ).to_string(index=False)
    )

# %%
# Train
# -----
# :class:`~skrnn.preprocessing.SequenceTokenizer` cuts a text into words and
# numbers them, and ``embedding_dim="auto"`` gives each word a vector that is
# learned with the network. Both are one pipeline, fitted on raw strings. The
# other pipelines count words, and pairs of words.

network = make_pipeline(
    SequenceTokenizer(),
    RNNClassifier(
        embedding_dim="auto",
        hidden_size=24,
        bidirectional=False,
        stem=None,
        pooling="last",
        max_epochs=20,
        lr=0.01,
        random_state=0,
    ),
)
models = {
    "words": make_pipeline(TfidfVectorizer(), LogisticRegression()),
    "words and pairs": make_pipeline(
        TfidfVectorizer(ngram_range=(1, 2)), LogisticRegression()
    ),
    "network": network,
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
# What the answer is due to
# -------------------------
# :class:`~skrnn.inspection.AttributionDisplay` divides the answer among the
# words: red ones speak for "positive", blue ones against it. In a notebook, as
# here, it also writes them on their colours.

AttributionDisplay.from_estimator(
    network, ["The music was not beautiful."], target="positive"
)

# %%
# Word by word
# ------------
# This network reads from left to right only, so it can be asked after each
# word. Bars above the line say "positive", bars below "negative". It was
# trained on whole reviews, so what it makes of their first words means little.
# Look at what "not" and "never" do to the words that come after.

sentences = [
    "The music was beautiful.",
    "The music was not beautiful.",
    "The ending was not really all that bad.",
    "I never found the acting dull. The plot was clever.",
]
positive = list(network.classes_).index("positive")
figure, axes = plt.subplots(
    4, 1, figsize=(7, 7), layout="constrained", sharey=True
)
for ax, sentence in zip(axes, sentences, strict=True):
    words = sentence.replace(".", " .").split()
    said = [" ".join(words[: n + 1]) for n in range(len(words))]
    belief = network.predict_proba(said)[:, positive]
    colors = np.where(belief > 0.5, "tab:blue", "tab:orange")
    ax.bar(range(len(words)), belief - 0.5, bottom=0.5, color=colors)
    ax.axhline(0.5, color="black", linewidth=0.8)
    ax.set_xticks(range(len(words)), words)
    ax.set(ylim=(0, 1), yticks=[0, 0.5, 1])
figure.supylabel("probability of positive, so far")
# sphinx_gallery_thumbnail_number = -1
plt.show()

# %%
# What to try next
# ----------------
# - Sentences of your own. Words that were not in the training texts are
#   unknown to the network.
# - ``make_reviews(negation=0.0)``: then single words are enough, and the
#   network is not worth its time.
# - ``analyzer="char"`` or ``"bpe"`` in the tokenizer, for texts full of
#   misspellings.
# - Real reviews, by :func:`~skrnn.datasets.fetch_movie_reviews`;
#   ``examples/sentiment.py`` has a grid for them.
