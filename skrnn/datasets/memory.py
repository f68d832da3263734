"""Problems that ask for a memory: adding and recall."""

import numpy as np
from sklearn.utils import check_random_state

from skrnn._sklearn import checked, natural


@checked({"n_samples": [natural()], "n_steps": [natural(2)], "random_state": ["random_state"]})
def make_adding(n_samples=1000, *, n_steps=100, random_state=None):
    """Generate the adding problem: the sum of two numbers that are marked in a long sequence.

    Each step has a number, uniform between 0 and 1, and a marker, which is 1 at one random step
    of each half and 0 elsewhere. The target is the sum of the two marked numbers.

    Parameters
    ----------
    n_samples : int, default=1000
        Number of sequences.
    n_steps : int, default=100
        Steps of each sequence, at least 2. The longer, the harder.
    random_state : int, RandomState instance or None, default=None
        Seed of the random numbers. An int gives the same data in every call.

    Returns
    -------
    X : float64 array of shape (n_samples, n_steps, 2)
        The number and the marker of each step.
    y : float64 array of shape (n_samples,)
        The sums, between 0 and 2.

    Raises
    ------
    ValueError, TypeError
        If an argument is not what it should be; names it.

    Notes
    -----
    Always answering 1 has a mean squared error of 1/6; a network solves the problem when its error
    is far below. This is the form used since Le et al. [2]_; the original [1]_ draws numbers from
    -1 to 1, marks two steps of the first half, and varies the length.

    References
    ----------
    .. [1] S. Hochreiter and J. Schmidhuber, "Long short-term memory", Neural Computation 9 (1997).
    .. [2] Q. V. Le, N. Jaitly and G. E. Hinton, "A simple way to initialize recurrent networks of
       rectified linear units", 2015.

    Examples
    --------
    >>> from skrnn.datasets import make_adding
    >>> X, y = make_adding(3, n_steps=6, random_state=0)
    >>> X.shape
    (3, 6, 2)
    >>> bool(abs(X[0, X[0, :, 1] == 1, 0].sum() - y[0]) < 1e-12)
    True
    """
    random = check_random_state(random_state)
    X = np.zeros((n_samples, n_steps, 2))
    X[:, :, 0] = random.uniform(size=(n_samples, n_steps))
    half, rows = n_steps // 2, np.arange(n_samples)
    first = random.randint(half, size=n_samples)
    second = random.randint(half, n_steps, size=n_samples)
    X[rows, first, 1] = X[rows, second, 1] = 1
    return X, X[rows, first, 0] + X[rows, second, 0]


@checked(
    {
        "n_samples": [natural()],
        "lag": [natural(0)],
        "n_symbols": [natural(2)],
        "random_state": ["random_state"],
    }
)
def make_recall(n_samples=1000, *, lag=50, n_symbols=8, random_state=None):
    """Generate the recall problem: the first symbol of a sequence, many symbols later.

    The class is the first id. The `lag` ids after it are distractors, drawn at random from the
    same ids, so that nothing but its place marks the symbol to keep.

    Parameters
    ----------
    n_samples : int, default=1000
        Number of sequences.
    lag : int, default=50
        Distractors after the symbol. The more, the harder.
    n_symbols : int, default=8
        Number of different ids, and of classes.
    random_state : int, RandomState instance or None, default=None
        Seed of the random numbers. An int gives the same data in every call.

    Returns
    -------
    X : int64 array of shape (n_samples, lag + 1)
        Token ids from 1 to `n_symbols`, for ``RNNClassifier(embedding_dim=...)``. None is 0, which
        is padding.
    y : int64 array of shape (n_samples,)
        The first id of each row.

    Raises
    ------
    ValueError, TypeError
        If an argument is not what it should be; names it.

    Notes
    -----
    A bag of words is right little more often than one in `n_symbols`.

    Examples
    --------
    >>> from skrnn.datasets import make_recall
    >>> X, y = make_recall(4, lag=5, n_symbols=3, random_state=0)
    >>> X.shape
    (4, 6)
    >>> (X[:, 0] == y).all()
    np.True_
    """
    random = check_random_state(random_state)
    X = random.randint(1, n_symbols + 1, size=(n_samples, lag + 1), dtype=np.int64)
    return X, X[:, 0].copy()
