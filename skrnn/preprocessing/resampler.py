"""Sequences on another grid of steps."""

import sys
from fractions import Fraction
from functools import lru_cache
from typing import ClassVar

import numpy as np

from skrnn._sklearn import StrOptions, interval, natural
from skrnn.data.ragged import Ragged
from skrnn.preprocessing.base import SequenceTransformer
from skrnn.preprocessing.interpolation import between


class Resampler(SequenceTransformer, auto_wrap_output_keys=None):
    """Give sequences more or fewer steps, evenly spaced.

    Fewer steps make a recurrent network faster and let it see further; one length for all makes
    recordings of different speeds alike.

    Parameters
    ----------
    length : int or None, default=None
        Steps that every row gets. None without a `rate`: those of the longest row of fit.
    rate : float or None, default=None
        Steps that come out for each that goes in: 0.5 halves their number, 2 doubles it. A row
        of T steps gets T * rate, rounded, and at least one. Only one of `length` and `rate` may
        be set.
    method : {"linear", "decimate"}, default="linear"
        How to find the values.

        - "linear": on the straight lines between steps. The grid keeps the first and the last
          step of a row; where one step comes out, it is the middle of the row. Going down, it
          sees only the steps beside the new ones: what is faster than the new grid can show
          comes back as something slow (aliasing).
        - "decimate": through a low-pass filter, which takes out what is faster than the new grid
          can show. The grid starts at the first step, and a step lies T / `length`, or
          1 / `rate`, steps behind the one before. Where one step comes out, it is the row's mean.
          Going up, the filter interpolates smoothly, and what was there stays.

    Attributes
    ----------
    n_steps_ : int
        Steps that every row gets; not with a `rate`.
    n_features_in_ : int
        Columns of a 2-D X; features per step otherwise.
    feature_names_in_ : ndarray of str
        Column names, where X was a DataFrame of strings as column names.

    See Also
    --------
    SequencePadder : Makes rows of one length by filling up and cutting.
    SequenceImputer : Fills in missing values, which must be done before.

    Notes
    -----
    With a `rate`, "decimate" gives all rows the same spacing; with "linear", which keeps both
    ends, it differs a little with the length of a row.

    The filter is a sinc of 20 zero crossings in a Kaiser window (beta 5), symmetric, so that
    nothing is shifted in time (:func:`scipy.signal.resample_poly`). Beyond its ends a row goes on
    with its first and last step. A constant stays constant. A `rate` is read as the nearest ratio
    of whole numbers up to about 10,000. A `length` without a common divisor with T makes a filter
    of 20 times the longer of the two, which takes seconds where T is a million.

    Examples
    --------
    >>> from skrnn.preprocessing import Resampler
    >>> Resampler(length=3).fit_transform([[1.0, 2.0, 3.0, 4.0, 5.0], [0.0, 4.0]])
    [array([1., 3., 5.]), array([0., 2., 4.])]
    >>> import numpy as np
    >>> fast = np.tile([1.0, -1.0], 50)[None]  # (n, T)
    >>> Resampler(rate=0.5).fit_transform(fast)[0, :3].round(2)
    array([1.  , 0.96, 0.92])
    >>> smooth = Resampler(rate=0.5, method="decimate").fit_transform(fast)
    >>> smooth.shape, float(abs(smooth[0, 10:40]).max()) < 0.01
    ((1, 50), True)
    """

    _parameter_constraints: ClassVar[dict] = {
        "length": [natural(), None],
        "rate": [interval(0, None, "neither"), None],
        "method": [StrOptions({"linear", "decimate"})],
    }

    def __init__(self, length=None, *, rate=None, method="linear"):
        self.length = length
        self.rate = rate
        self.method = method

    def fit(self, X, y=None):
        """Learn the number of features, and of steps where no parameter says it.

        Parameters
        ----------
        X : list, array, tensor, DataFrame, Series or Ragged of n sequences
            Ragged: a list of arrays of shape (T_i, F) or (T_i,), or a
            :class:`~skrnn.data.Ragged`. Of equal length: (n, T, F), or (n, T) for one feature.
        y : None
            Not used; scikit-learn's pipelines pass it.

        Returns
        -------
        self : Resampler
            The fitted transformer.

        Raises
        ------
        ValueError, TypeError
            If a parameter or X is not what it should be; the transformer is then as it was
            before.
        """
        return self._fit(X)

    def _learn(self, X, weight):
        if self.length is not None and self.rate is not None:
            raise ValueError(
                f"length={self.length} and rate={self.rate} are both set; set one of them to None."
            )
        vars(self).pop("n_steps_", None)
        if self.rate is None:
            self.n_steps_ = int(self.length or X.lengths.max())
        return X.n_features

    def _change(self, X):
        if self.rate is None:
            ratio, n_steps = None, np.full(len(X), self.n_steps_)
        else:
            ratio = ratio_of(self.rate)
            n_steps = np.rint(X.lengths * float(ratio)).astype(np.int64).clip(min=1)
        if self.method == "linear":
            return interpolated(X, n_steps)
        return filtered(X, n_steps, ratio)


def ratio_of(rate):
    """Give the ratio of whole numbers up to about 10,000 that is nearest to a positive number."""
    rate = float(rate)
    above = min(max(rate, 1 / rate), sys.float_info.max)
    ratio = Fraction(above).limit_denominator(max(1, int(10_000 / above)))
    return ratio if rate >= 1 else 1 / ratio


def interpolated(X, n_steps):
    """Give rows of other lengths, on the straight lines between their steps.

    Parameters
    ----------
    X : Ragged
        n rows.
    n_steps : int array of shape (n,)
        Their new lengths.

    Returns
    -------
    Ragged
        The new rows.
    """
    last = np.repeat(X.lengths - 1, n_steps)
    parts = np.repeat(n_steps - 1, n_steps)
    number = np.arange(len(last)) - np.repeat(np.cumsum(n_steps) - n_steps, n_steps)
    one = parts == 0
    # Whole numbers, so that a step that is kept is kept exactly.
    low, rest = np.divmod(np.where(one, last, number * last), np.where(one, 2, parts))
    share = rest / np.where(one, 2, parts)
    start = np.repeat(X.starts, n_steps)
    first, second = X.values[start + low], X.values[start + np.minimum(low + 1, last)]
    return Ragged(between(first, second, share[:, None]).astype(X.dtype), n_steps)


def filtered(X, n_steps, ratio):
    """Give rows of other lengths, without what is too fast for the new grid.

    Parameters
    ----------
    X : Ragged
        n rows.
    n_steps : int array of shape (n,)
        Their new lengths, the same for rows of the same length.
    ratio : Fraction or None
        New steps for each old one; None: as the lengths say.

    Returns
    -------
    Ragged
        The new rows.
    """
    from scipy.signal import resample_poly

    taps = lru_cache(maxsize=1)(low_pass)
    blocks, starts, total = [], np.empty_like(X.starts), 0
    for length in np.unique(X.lengths):
        rows = np.flatnonzero(X.lengths == length)
        block = X.values[X.starts[rows, None] + np.arange(length)].astype(np.float64)
        size = int(n_steps[rows[0]])
        up, down = (ratio or Fraction(size, int(length))).as_integer_ratio()
        if size == 1:
            block = block.mean(axis=1, keepdims=True)
        elif up != down:
            block = resample_poly(block, up, down, axis=1, window=taps(up, down), padtype="edge")
        starts[rows] = total + size * np.arange(len(rows))
        total += size * len(rows)
        blocks.append(block[:, :size].reshape(-1, X.n_features))
    return Ragged(np.concatenate(blocks).astype(X.dtype), n_steps, starts)


def low_pass(up, down):
    """Design a filter that passes what both grids can show, and constants unchanged.

    Parameters
    ----------
    up, down : int
        New steps for so many old ones, without a common divisor and not both 1.

    Returns
    -------
    taps : float64 array of shape (20 * max(up, down) + 1,)
        Symmetric up to rounding; each of the `up` phases adds up to 1 / `up`.
    """
    from scipy.signal import firwin

    widest = max(up, down)
    taps = firwin(20 * widest + 1, 1 / widest, window=("kaiser", 5.0))
    phases = np.pad(taps, (0, -len(taps) % up)).reshape(-1, up)
    return (phases / (up * phases.sum(axis=0))).ravel()[: len(taps)]
