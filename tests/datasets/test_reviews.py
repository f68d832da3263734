import numpy as np
import pytest
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline

from skrnn import RNNClassifier
from skrnn.datasets import make_reviews
from skrnn.datasets.reviews import ASIDES, NEGATED, PLAIN, WORDS


def read(review):
    """Read the label off the words, without the generator: majority of opinions."""
    votes = 0
    for sentence in review.lower().rstrip(".").split(". "):
        words = sentence.split()
        good = bool({*words} & {*WORDS["positive"]})
        bad = bool({*words} & {*WORDS["negative"]})
        assert good + bad == (sentence not in map(str.lower, ASIDES))
        sign = -1 if {"not", "never"} & {*words} else 1
        votes += sign * (good - bad)
    return "positive" if votes > 0 else "negative" if votes < 0 else "neither"


@pytest.mark.parametrize("options", [{}, {"min_opinions": 2, "max_opinions": 6}, {"negation": 1}])
def test_the_label_is_what_is_written(options):
    X, y = make_reviews(200, random_state=0, **options)
    assert [read(review) for review in X] == y.tolist()
    assert np.unique(y, return_counts=True)[1].tolist() == [100, 100]
    assert len({len(review.split()) for review in X}) > 5
    assert all(review[0].isupper() and review.endswith(".") for review in X)


def test_the_grammar():
    assert not {*WORDS["positive"]} & {*WORDS["negative"]}
    for patterns, negated in ((PLAIN, False), (NEGATED, True)):
        for pattern in patterns:
            assert ({"not", "never"} & {*pattern.split()} != set()) == negated


def test_noise():
    X, y = make_reviews(400, noise=0.25, random_state=0)
    wrong = np.mean([read(review) != label for review, label in zip(X, y, strict=True)])
    assert 0.2 < wrong < 0.3
    clean, _ = make_reviews(400, random_state=0)
    assert clean == X  # only labels are turned
    X, y = make_reviews(20, noise=1.0, random_state=0)
    assert not any(read(review) == label for review, label in zip(X, y, strict=True))


def test_without_negation_words_are_enough():
    X, y = make_reviews(200, negation=0.0, max_opinions=1, random_state=0)
    words = make_pipeline(CountVectorizer(), LogisticRegression())
    assert cross_val_score(words, X, y, cv=2).mean() > 0.95


def test_order_matters_and_is_learned():
    X, y = make_reviews(400, max_opinions=1, random_state=0)
    words = make_pipeline(CountVectorizer(), LogisticRegression())
    assert cross_val_score(words, X, y, cv=2).mean() < 0.6
    known = CountVectorizer().fit(X)
    split = known.build_analyzer()
    ids = [[1 + known.vocabulary_[word] for word in split(review)] for review in X]
    model = RNNClassifier(embedding_dim=8, hidden_size=8, max_epochs=20, lr=0.03, random_state=0)
    assert model.fit(ids[:300], y[:300]).score(ids[300:], y[300:]) > 0.8


def test_bad_parameters():
    with pytest.raises(ValueError, match="min_opinions=4 is above max_opinions=3"):
        make_reviews(min_opinions=4)
    for name in ("negation", "noise"):
        with pytest.raises(ValueError, match=name):
            make_reviews(**{name: 1.5})
