import numpy as np
import pytest
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier

from skrnn import RNNClassifier
from skrnn.model_selection.size import count_parameters

X, Y = np.random.default_rng(0).normal(size=(20, 4)), np.arange(20) % 2


@pytest.mark.parametrize(
    ("model", "y", "expected"),
    [
        (LinearRegression(), Y, 5),
        (LinearRegression(fit_intercept=False), Y, 5),  # an intercept of 0 is a number, too
        (LinearRegression(), np.stack([Y, Y], 1), 10),
        (make_pipeline(StandardScaler(), LogisticRegression()), Y, 5),
        (OneVsRestClassifier(LogisticRegression()), np.stack([Y, 1 - Y], 1), 10),
        (GridSearchCV(LogisticRegression(), {"C": [1, 2]}, cv=2), Y, 5),
        (DecisionTreeClassifier(), Y, None),
    ],
)
def test_count(model, y, expected):
    assert count_parameters(model.fit(X, y)) == expected


def test_only_what_is_trained():
    model = RNNClassifier(cell="rnn", hidden_size=3, max_epochs=1, stem=None).fit(X, Y)
    whole = sum(p.numel() for p in model.module_.parameters())
    assert count_parameters(model) == whole
    weight = next(model.module_.encoder.parameters()).requires_grad_(False)
    assert count_parameters(model) == whole - weight.numel()
