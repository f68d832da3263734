import numpy as np
import pytest

from skrnn import RNNClassifier
from skrnn.datasets import make_adding, make_recall


@pytest.mark.parametrize("n_steps", [2, 7, 10])
def test_adding(n_steps):
    X, y = make_adding(300, n_steps=n_steps, random_state=0)
    assert X.shape == (300, n_steps, 2)
    assert ((X[..., 0] >= 0) & (X[..., 0] < 1)).all()
    assert set(np.unique(X[..., 1])) <= {0, 1}
    half = n_steps // 2
    np.testing.assert_array_equal(X[:, :half, 1].sum(1), 1)
    np.testing.assert_array_equal(X[:, half:, 1].sum(1), 1)
    np.testing.assert_allclose(y, (X[..., 0] * X[..., 1]).sum(1), rtol=1e-15)
    assert (X[..., 1].sum(0) > 0).all()  # every step is marked at times


def test_adding_has_the_known_variance():
    _, y = make_adding(20_000, n_steps=2, random_state=0)
    assert abs(np.mean((y - 1) ** 2) - 1 / 6) < 0.005


def test_adding_needs_two_steps():
    with pytest.raises(ValueError, match="n_steps"):
        make_adding(n_steps=1)


def test_recall():
    X, y = make_recall(500, lag=4, n_symbols=3, random_state=0)
    assert X.shape == (500, 5)
    assert X.dtype == y.dtype == np.int64
    assert set(np.unique(X)) == {1, 2, 3}
    np.testing.assert_array_equal(X[:, 0], y)
    assert not np.shares_memory(X, y)
    assert abs(np.mean(X[:, 1:] == y[:, None]) - 1 / 3) < 0.05  # distractors tell nothing


def test_recall_without_lag_and_with_bad_parameters():
    X, y = make_recall(5, lag=0, random_state=0)
    np.testing.assert_array_equal(X.ravel(), y)
    with pytest.raises(ValueError, match="lag"):
        make_recall(lag=-1)
    with pytest.raises(ValueError, match="n_symbols"):
        make_recall(n_symbols=1)


def test_recall_is_learned():
    X, y = make_recall(400, lag=5, n_symbols=3, random_state=0)
    model = RNNClassifier(embedding_dim=4, hidden_size=8, max_epochs=8, lr=0.03, random_state=0)
    assert model.fit(X[:300], y[:300]).score(X[300:], y[300:]) > 0.9
