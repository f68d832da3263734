"""Cross-validation of windows on one series, without a step that both sides know."""

from abc import ABC, abstractmethod
from typing import ClassVar

import numpy as np
from sklearn.utils import indexable

from skrnn._sklearn import StrOptions, natural, validate_parameters
from skrnn._warning import warn_user
from skrnn.data import Ragged
from skrnn.model_selection.leakage import warn_of_leakage
from skrnn.model_selection.showing import shown

REMEDY = (
    "The gap is too small, or the windows were cut otherwise: give window, horizon and step as in "
    "make_windows, and gap='auto'."
)


class WindowSplitter(ABC):
    """What the splitters of windows share; a leaf says in ``_blocks`` which rows are which."""

    _parameter_constraints: ClassVar[dict] = {
        "n_splits": [natural(2)],
        "window": [natural()],
        "horizon": [natural(0)],
        "step": [natural()],
        "gap": [natural(0), StrOptions({"auto", "horizon"})],
    }

    def split(self, X, y=None, groups=None):
        """Give row numbers for training and testing.

        Parameters
        ----------
        X : Ragged, or other container of n windows
            Windows of one series, in the order of time.
        y : array-like of shape (n,), default=None
            Not used.
        groups : array-like of shape (n,), default=None
            Not used; a warning says so.

        Yields
        ------
        train, test : int arrays
            Row numbers.

        Raises
        ------
        ValueError
            If there are too few windows.

        Warns
        -----
        LeakageWarning
            If X is a Ragged in which test windows share steps with training windows all the
            same. With ``gap="horizon"`` only targets are compared.
        """
        X, _ = indexable(X, y)
        if groups is not None:
            warn_user(
                f"The groups parameter is ignored by {type(self).__name__}",
                UserWarning,
            )
        n = X.shape[0] if hasattr(X, "shape") else len(X)
        splits = self._blocks(n, self._gap())
        if not isinstance(X, Ragged):
            return splits
        return warn_of_leakage(X, splits, REMEDY, self.horizon, self.gap == "horizon")

    def get_n_splits(self, X=None, y=None, groups=None):
        """Give the number of splits.

        Parameters
        ----------
        X, y, groups : object, default=None
            Not used.

        Returns
        -------
        n_splits : int
            How many (train, test) there are.
        """
        return self.n_splits

    def _gap(self):
        """Give the number of windows to leave out between train and test."""
        if self.gap == "auto":
            return -(-(self.window + self.horizon) // self.step) - 1
        if self.gap == "horizon":
            return -(-max(self.horizon, 1) // self.step) - 1
        return self.gap

    @abstractmethod
    def _blocks(self, n, gap):
        """Give (train, test) for n windows, `gap` of them left out where the two meet."""

    def __repr__(self):
        return shown(self)


class WindowSplit(WindowSplitter):
    """Train on the past, test on what comes next, leaving out the windows between that overlap.

    The splits of scikit-learn's TimeSeriesSplit, for windows of one series, with the gap that the
    windows need: neighbours share all but a few steps, and a network that has seen a step in
    training has no merit in knowing it.

    Parameters
    ----------
    n_splits : int, default=5
        Number of splits, at least 2.
    window : int
        Steps of each window, as in :func:`~skrnn.preprocessing.make_windows`.
    horizon : int, default=1
        Steps behind each window that are its target; 0 if it is at the last step.
    step : int, default=1
        Steps from the start of one window to that of the next.
    gap : {"auto", "horizon"} or int, default="auto"
        Which windows between train and test are in neither. "auto": those that share a step with
        a test window, target included. "horizon": those whose targets share a step, as past
        inputs of a forecast are known. An int: so many windows.
    max_train_size : int, default=None
        Most windows to train on, the latest ones: a rolling origin. None: all, an expanding one.
    test_size : int, default=None
        Windows of each test. None: as many as give the first training as much as a test,
        ``(n - gap) // (n_splits + 1)``.

    See Also
    --------
    WindowKFold : Tests on every window once.
    LeakageCheck : Warns of leaks in any other splitter.

    Notes
    -----
    ``"auto"`` leaves out ``ceil((window + horizon) / step) - 1`` windows, ``"horizon"``
    ``ceil(horizon / step) - 1``. The windows of several series stand one after another; keep
    each series on one side with GroupKFold and the groups of `make_windows`.

    Examples
    --------
    >>> import numpy as np
    >>> from skrnn.model_selection import WindowSplit
    >>> from skrnn.preprocessing import make_windows
    >>> X, y = make_windows(np.arange(24.0), window=3, horizon=1)
    >>> for train, test in WindowSplit(3, window=3).split(X):
    ...     print(train[[0, -1]], test)
    [0 5] [ 9 10 11 12]
    [0 9] [13 14 15 16]
    [ 0 13] [17 18 19 20]
    >>> X[5].ravel(), float(y[5]), X[9].ravel()
    (array([5., 6., 7.]), 8.0, array([ 9., 10., 11.]))
    """

    _parameter_constraints: ClassVar[dict] = {
        **WindowSplitter._parameter_constraints,
        "max_train_size": [natural(), None],
        "test_size": [natural(), None],
    }

    def __init__(
        self,
        n_splits=5,
        *,
        window,
        horizon=1,
        step=1,
        gap="auto",
        max_train_size=None,
        test_size=None,
    ):
        self.n_splits = n_splits
        self.window = window
        self.horizon = horizon
        self.step = step
        self.gap = gap
        self.max_train_size = max_train_size
        self.test_size = test_size
        validate_parameters(self)

    def _blocks(self, n, gap):
        size = self.test_size or max(1, (n - gap) // (self.n_splits + 1))
        first = n - self.n_splits * size
        if first - gap < 1:
            raise ValueError(
                f"{n} windows are too few: {self.n_splits} tests of {size} with a gap of {gap} "
                f"need {self.n_splits * size + gap + 1}. Lower n_splits, test_size or the gap, or "
                "cut more windows."
            )
        most = self.max_train_size or n
        starts = range(first, n, size)
        return (
            (np.arange(max(0, at - gap - most), at - gap), np.arange(at, at + size))
            for at in starts
        )


class WindowKFold(WindowSplitter):
    """Test on one block of windows after another, training on the others that do not overlap it.

    Windows on either side of the test block that share a step with it are purged from training.
    Training windows may be later than the test block: this judges what is learned of a series
    that keeps its ways, such as activities in a recording, not how well the future is forecast.

    Parameters
    ----------
    n_splits : int, default=5
        Number of splits, at least 2.
    window : int
        Steps of each window, as in :func:`~skrnn.preprocessing.make_windows`.
    horizon : int, default=1
        Steps behind each window that are its target; 0 if it is at the last step.
    step : int, default=1
        Steps from the start of one window to that of the next.
    gap : {"auto", "horizon"} or int, default="auto"
        Which windows between train and test are in neither. "auto": those that share a step with
        a test window, target included. "horizon": those whose targets share a step, as past
        inputs of a forecast are known. An int: so many windows.

    See Also
    --------
    WindowSplit : Trains on the past only.
    LeakageCheck : Warns of leaks in any other splitter.

    References
    ----------
    M. Lopez de Prado, Advances in Financial Machine Learning, Wiley 2018, chapter 7 (the purged
    k-fold).

    Examples
    --------
    >>> import numpy as np
    >>> from skrnn.model_selection import WindowKFold
    >>> from skrnn.preprocessing import make_windows
    >>> X, y = make_windows(np.arange(12.0), window=2, horizon=1)
    >>> for train, test in WindowKFold(3, window=2).split(X):
    ...     print(train, test)
    [6 7 8 9] [0 1 2 3]
    [0 1 9] [4 5 6]
    [0 1 2 3 4] [7 8 9]
    """

    def __init__(self, n_splits=5, *, window, horizon=1, step=1, gap="auto"):
        self.n_splits = n_splits
        self.window = window
        self.horizon = horizon
        self.step = step
        self.gap = gap
        validate_parameters(self)

    def _blocks(self, n, gap):
        if n < self.n_splits:
            raise ValueError(f"{n} windows cannot be divided into n_splits={self.n_splits} blocks.")
        rows = np.arange(n)
        splits = [
            (rows[(rows < test[0] - gap) | (rows > test[-1] + gap)], test)
            for test in np.array_split(rows, self.n_splits)
        ]
        for number, (train, test) in enumerate(splits):
            if not len(train):
                raise ValueError(
                    f"{n} windows are too few: split {number} tests on {len(test)}, and a gap of "
                    f"{gap} on either side leaves none to train on. Raise n_splits, lower the gap, "
                    "or cut more windows."
                )
        return iter(splits)
