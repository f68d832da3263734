"""Weighted standardisation of the features of ragged sequences."""

import numpy as np

STEPS_AT_ONCE = 100_000  # at least: as many as there are in the values


class InputScaling:
    """Shift and scale each feature by its mean and standard deviation over all steps.

    Parameters
    ----------
    mean, scale : float arrays of shape (F,)
        What to subtract, and what to divide by.
    """

    def __init__(self, mean, scale):
        self.mean = mean
        self.scale = scale

    @classmethod
    def fit(cls, X, weight):
        """Measure sequences.

        Parameters
        ----------
        X : Ragged
            n sequences of numbers.
        weight : float array of shape (n,)
            Weight of each sequence; each of its steps counts so much.

        Returns
        -------
        scaling : InputScaling
            A feature that never changes keeps its scale.

        Raises
        ------
        ValueError
            If a feature is too large to square.

        Examples
        --------
        >>> import numpy as np
        >>> from skrnn.data import Ragged
        >>> X = Ragged.from_rows([[1.0, 2.0], [3.0]])
        >>> InputScaling.fit(X, np.ones(2)).mean
        array([2.])
        """
        used, weight = step_weights(X, weight)
        values = X.values[used].astype(np.float64)
        weight = weight / weight.sum()
        with np.errstate(over="ignore", invalid="ignore"):
            mean = weight @ values
            scale = np.sqrt(weight @ (values - mean) ** 2)
        check_measured(mean, scale, values, remedy=", or set scale_inputs=False")
        return cls(mean, constant_to_one(mean, scale))

    def apply(self, values):
        """Give steps (N, F), scaled, as float64."""
        with np.errstate(invalid="ignore"):  # what lies between the rows may be NaN
            return (values.astype(np.float64) - self.mean) / self.scale


def check_measured(mean, scale, values, *, whose="X", remedy=""):
    """Raise where a statistic of a feature is too large for double precision.

    Parameters
    ----------
    mean, scale : float arrays of shape (F,)
        What was measured.
    values : float array of shape (N, F)
        Where.
    whose : str, default="X"
        How the error names it.
    remedy : str, default=""
        What else the error advises.

    Raises
    ------
    ValueError
        Naming the feature.

    Examples
    --------
    >>> import numpy as np
    >>> check_measured(np.array([np.inf]), np.array([1.0]), np.array([[1.5e308], [-1e308]]))
    Traceback (most recent call last):
        ...
    ValueError: Feature 0 of X is too large to be standardised (up to 1.5e+308). Rescale it first.
    """
    if np.isfinite(mean).all() and np.isfinite(scale).all():
        return
    column = int(np.argmin(np.isfinite(mean) & np.isfinite(scale)))
    raise ValueError(
        f"Feature {column} of {whose} is too large to be standardised (up to "
        f"{np.abs(values[:, column]).max():.3g}). Rescale it first{remedy}."
    )


def constant_to_one(mean, scale):
    """Replace standard deviations, or other scales, that are rounding only by 1.

    Parameters
    ----------
    mean, scale : float arrays of one shape, such as (F,)
        Means and standard deviations.

    Returns
    -------
    scale : float array of that shape
        `scale`, and 1 where it is zero up to rounding.

    Examples
    --------
    >>> import numpy as np
    >>> constant_to_one(np.array([5.0, 0.0]), np.array([1e-16, 2.0]))
    array([1., 2.])
    """
    tiny = 10 * np.finfo(np.float64).eps * np.abs(mean)
    return np.where(scale <= tiny, 1.0, scale)


def step_weights(X, weight):
    """Give the total weight of each step of the shared values.

    Parameters
    ----------
    X : Ragged
        n sequences, which may overlap.
    weight : float array of shape (n,)
        Weight of each sequence.

    Returns
    -------
    used : int array of shape (M,)
        The steps that belong to a row, in order.
    weight : float array of shape (M,)
        The summed weights of the rows each belongs to.
    """
    n_steps = len(X.values)
    total, used = np.zeros(n_steps), np.zeros(n_steps, dtype=bool)
    ends = np.cumsum(X.lengths)
    most = max(n_steps, STEPS_AT_ONCE)  # of overlapping rows there may be many times n_steps
    cuts = np.searchsorted(ends, np.arange(most, ends[-1:].sum(), most))
    for rows in np.split(np.arange(len(X)), np.unique(cuts)):
        starts, lengths = X.starts[rows], X.lengths[rows]
        step = np.repeat(starts - np.cumsum(lengths) + lengths, lengths)
        step += np.arange(len(step))
        total += np.bincount(step, weights=np.repeat(weight[rows], lengths), minlength=n_steps)
        used[step] = True
    used = np.flatnonzero(used)
    return used, total[used]
