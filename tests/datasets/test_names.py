import re

import numpy as np
import pytest
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline

from skrnn import RNNClassifier
from skrnn.datasets import make_names
from skrnn.datasets.names import LANGUAGES
from skrnn.preprocessing import SequenceTokenizer


def spelled(name, language, least, most):
    """Say whether a name follows the habits of a language."""
    habits = LANGUAGES[language]
    onset, vowel, coda, ending = ("|".join(parts) for parts in habits)
    pattern = f"(({onset})({vowel})({coda})){{{least},{most}}}({ending})?"
    return re.fullmatch(pattern, name.lower()) is not None


@pytest.mark.parametrize(("least", "most"), [(1, 3), (2, 2)])
def test_names_follow_the_habits_of_their_language(least, most):
    X, y = make_names(300, min_syllables=least, max_syllables=most, random_state=0)
    pairs = list(zip(X, y, strict=True))
    assert all(spelled(*pair, least, most) for pair in pairs)
    assert not all(spelled(name, "Finnish", least, most) for name in X)
    assert all(re.fullmatch("[A-Z][a-z]+", name) for name in X)
    assert np.unique(y, return_counts=True)[1].tolist() == [50] * len(LANGUAGES)
    assert {*y} == {*LANGUAGES}


def test_the_habits():
    for habits in LANGUAGES.values():
        assert all(habits.onsets)
        assert all(habits.vowels)
        assert all(habits.endings)
        assert {*"".join(map("".join, habits))} <= {*"abcdefghijklmnopqrstuvwxyz"}


def test_endings():
    def share(**options):
        X, y = make_names(400, random_state=0, **options)
        ends = [name.endswith(LANGUAGES[which].endings) for name, which in zip(X, y, strict=True)]
        return np.mean(ends)

    assert share(endings=1) == 1
    assert share(endings=0) < 0.1 < 0.45 < share() < 0.65


def test_order_tells_more_than_letters():
    X, y = make_names(1500, random_state=0)
    letters = make_pipeline(CountVectorizer(analyzer="char"), LogisticRegression(max_iter=1000))
    pieces = make_pipeline(
        CountVectorizer(analyzer="char_wb", ngram_range=(1, 3)), LogisticRegression(max_iter=1000)
    )
    found = [cross_val_score(model, X, y, cv=2).mean() for model in (letters, pieces)]
    assert found[0] < 0.82 < 0.85 < found[1]


def test_a_network_learns_them():
    X, y = make_names(500, endings=1.0, random_state=0)
    network = RNNClassifier(embedding_dim=8, hidden_size=8, max_epochs=15, lr=0.02, random_state=0)
    model = make_pipeline(SequenceTokenizer(analyzer="char"), network).fit(X[:300], y[:300])
    assert model.score(X[300:], y[300:]) > 0.7


def test_bad_parameters():
    with pytest.raises(ValueError, match="min_syllables=4 is above max_syllables=3"):
        make_names(min_syllables=4)
    with pytest.raises(ValueError, match="endings"):
        make_names(endings=1.5)
