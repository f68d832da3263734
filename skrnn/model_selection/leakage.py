"""Finding test windows that the training windows have seen."""

from typing import ClassVar

import numpy as np
from sklearn.model_selection import check_cv

from skrnn._sklearn import checked, natural, validate_parameters
from skrnn._warning import warn_user
from skrnn.data import Ragged
from skrnn.model_selection.showing import shown

CONSTRAINTS = {"horizon": [natural(0)], "targets_only": ["boolean"]}


class LeakageWarning(UserWarning):
    """Test windows share steps with training windows, so a score will be too good.

    Examples
    --------
    Make it an error:

    >>> import warnings
    >>> from skrnn.model_selection import LeakageWarning
    >>> with warnings.catch_warnings():
    ...     warnings.simplefilter("error", LeakageWarning)
    """


@checked(CONSTRAINTS)
def check_leakage(X, train, test, *, horizon=0, targets_only=False):
    """Count the test windows that share a step of the series with a training window.

    Parameters
    ----------
    X : Ragged of n windows
        As :func:`skrnn.preprocessing.make_windows` gives them: rows of one memory.
    train, test : array-like of int or bool
        Which rows are for training and which for testing.
    horizon : int, default=0
        Steps behind each window that are its target, and so belong to it too. 0: none, as the
        target is at the window's last step, or is no part of the series.
    targets_only : bool, default=False
        Whether to compare only the steps of the targets, since a forecaster knows the past.

    Returns
    -------
    n_leaks : int
        Number of rows of `test` that share at least one step with a row of `train`.

    Raises
    ------
    TypeError
        If X is no Ragged: other containers do not know which of their rows overlap.
    ValueError
        If a parameter is not what it should be.

    See Also
    --------
    LeakageCheck : Warns in every cross-validation.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.model_selection import train_test_split
    >>> from skrnn.model_selection import check_leakage
    >>> from skrnn.preprocessing import make_windows
    >>> X, y = make_windows(np.arange(100.0), window=10)
    >>> train, test = train_test_split(np.arange(len(X)), random_state=0)
    >>> check_leakage(X, train, test), len(test)
    (23, 23)
    >>> check_leakage(X, range(50), range(60, 90))
    0
    """
    if not isinstance(X, Ragged):
        raise TypeError(
            f"check_leakage compares the rows of a skrnn.data.Ragged, got {type(X).__name__}: only "
            "a Ragged, such as make_windows gives, knows which steps its rows share."
        )
    first, last = _spans(X[train], horizon, targets_only)
    order = np.argsort(first)
    reached = np.maximum.accumulate(last[order])  # the furthest end of the rows that start so far
    first_test, last_test = _spans(X[test], horizon, targets_only)
    before = np.searchsorted(first[order], last_test)  # of these start before the end
    reached = np.concatenate([[np.iinfo(np.int64).min], reached])
    return int(np.count_nonzero(reached[before] > first_test))


def _spans(X, horizon, targets_only):
    """Give the first step of each row and the one behind its last, target included."""
    ends = X.starts + X.lengths
    if not targets_only:
        return X.starts, ends + horizon
    return (ends, ends + horizon) if horizon else (ends - 1, ends)


def warn_of_leakage(X, splits, remedy, horizon, targets_only):
    """Pass splits on, warning once where test windows share steps with training windows.

    Parameters
    ----------
    X : Ragged of n windows
        What is split.
    splits : iterable of (train, test)
        Row numbers.
    remedy : str
        The end of the warning.
    horizon : int
        Steps of each target.
    targets_only : bool
        Whether to compare only the targets.

    Yields
    ------
    train, test : int arrays
        As they came.
    """
    warned = False
    for number, (train, test) in enumerate(splits):
        leaks = 0
        if not warned:
            leaks = check_leakage(X, train, test, horizon=horizon, targets_only=targets_only)
        if leaks:
            warned = True
            what = "target steps" if targets_only else "steps"
            warn_user(
                f"{leaks} of {len(test)} test windows of split {number} share {what} with training "
                f"windows, so scores will be too good. {remedy}",
                LeakageWarning,
            )
        yield train, test


class LeakageCheck:
    """Any splitter, with a warning where overlapping windows fall on both sides.

    Parameters
    ----------
    cv : int, splitter or iterable of (train, test)
        As everywhere in scikit-learn.
    horizon : int, default=0
        Steps behind each window that are its target, and so belong to it too. 0: none, as the
        target is at the window's last step, or is no part of the series.
    targets_only : bool, default=False
        Whether to compare only the steps of the targets, since a forecaster knows the past.

    See Also
    --------
    WindowSplit, WindowKFold : Splitters that leave the windows between out, and warn themselves.
    check_leakage : Counts.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.model_selection import KFold
    >>> from skrnn.model_selection import LeakageCheck
    >>> from skrnn.preprocessing import make_windows
    >>> X, y = make_windows(np.arange(100.0), window=10)
    >>> cv = LeakageCheck(KFold(3), horizon=1)
    >>> import warnings
    >>> with warnings.catch_warnings(record=True) as caught:
    ...     warnings.simplefilter("always")
    ...     splits = list(cv.split(X))
    >>> print(caught[0].message)
    10 of 30 test windows of split 0 share steps with training windows, so scores ...
    """

    _parameter_constraints: ClassVar[dict] = CONSTRAINTS

    def __init__(self, cv=5, *, horizon=0, targets_only=False):
        self.cv = check_cv(cv)
        self.horizon = horizon
        self.targets_only = targets_only
        validate_parameters(self)

    def split(self, X, y=None, groups=None):
        """Give the splits of `cv`, and warn once where they leak.

        Parameters
        ----------
        X : Ragged of n windows
            What is split.
        y, groups : array-like of shape (n,), default=None
            What `cv` needs.

        Yields
        ------
        train, test : int arrays
            Row numbers.

        Raises
        ------
        TypeError
            If X is no Ragged.
        """
        remedy = "Split with WindowSplit or WindowKFold, or keep each series on one side by groups."
        splits = self.cv.split(X, y, groups)
        return warn_of_leakage(X, splits, remedy, self.horizon, self.targets_only)

    def get_n_splits(self, X=None, y=None, groups=None):
        """Give the number of splits of `cv`.

        Parameters
        ----------
        X, y, groups : array-like of shape (n,), default=None
            What `cv` needs.

        Returns
        -------
        n_splits : int
            How many (train, test) there are.
        """
        return self.cv.get_n_splits(X, y, groups)

    def __repr__(self):
        return shown(self)
