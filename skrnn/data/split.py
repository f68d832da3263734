"""Holding back rows to watch training by."""

import numpy as np


def hold_back(n, fraction, rng, labels=None):
    """Choose rows at random, in proportion to the labels where there are any.

    Parameters
    ----------
    n : int
        Number of rows.
    fraction : float
        Share to hold back.
    rng : numpy.random.Generator
        Decides which.
    labels : int array of shape (n,), default=None
        Classes. A class of a single row is never held back.

    Returns
    -------
    kept, held_back : int arrays
        Row numbers, each in ascending order.

    Raises
    ------
    ValueError
        If no row, or every row, would be held back.

    Examples
    --------
    >>> import numpy as np
    >>> kept, held = hold_back(8, 0.25, np.random.default_rng(0), np.repeat([0, 1], 4))
    >>> len(kept), np.repeat([0, 1], 4)[held].tolist()
    (6, [0, 1])
    """
    candidates = rng.permutation(n)
    if labels is not None:
        _, kind, count = np.unique(labels, return_inverse=True, return_counts=True)
        candidates = candidates[count[kind[candidates]] > 1]
        candidates = candidates[np.argsort(kind[candidates], kind="stable")]
    n_held = max(1, round(fraction * n))
    if n_held >= min(n, len(candidates) + 1):
        raise ValueError(
            f"early_stopping would hold back {n_held} of {n} different rows, but only "
            f"{min(n - 1, len(candidates))} can be spared (a class keeps its only row). Give more "
            "rows, lower validation_fraction, or set early_stopping=False."
        )
    every = len(candidates) / n_held
    held = candidates[((np.arange(n_held) + rng.random()) * every).astype(int)]
    kept = np.ones(n, dtype=bool)
    kept[held] = False
    return np.flatnonzero(kept), np.flatnonzero(~kept)
