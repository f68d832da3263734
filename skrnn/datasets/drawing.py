"""What several generators draw."""

import numpy as np


def draw_labels(random, n_samples, classes):
    """Draw labels, as many of each class as possible.

    Parameters
    ----------
    random : RandomState
        Source of random numbers.
    n_samples : int
        Number of labels.
    classes : sequence
        The classes.

    Returns
    -------
    labels : ndarray of shape (n_samples,)
        In random order; the first classes come once more where they do not divide evenly.
    """
    return random.permutation(np.resize(np.asarray(classes), n_samples))


def draw_lengths(random, n_samples, name, low, high):
    """Draw lengths uniformly.

    Parameters
    ----------
    random : RandomState
        Source of random numbers.
    n_samples : int
        Number of lengths.
    name : str
        What is counted, for the message: "steps" stands for min_steps and max_steps.
    low, high : int
        The least and the largest length.

    Returns
    -------
    lengths : int64 array of shape (n_samples,)
        Between `low` and `high`, both included.

    Raises
    ------
    ValueError
        If `low` is above `high`.
    """
    if low > high:
        raise ValueError(
            f"min_{name}={low} is above max_{name}={high}; the least must not exceed the largest."
        )
    return random.randint(low, high + 1, size=n_samples, dtype=np.int64)
