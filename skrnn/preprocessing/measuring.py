"""Where the numbers of sequences lie and how far they spread, weighted, in groups of steps."""

import numpy as np

from skrnn.data.scaling import constant_to_one, step_weights

__all__ = ["METHODS", "Groups"]


class Groups:
    """Steps with weights, in groups that are measured apart: all steps together, or row by row.

    Parameters
    ----------
    values : float array of shape (N, F)
        All steps, group after group.
    weight : float array of shape (N,)
        The weight of each.
    starts : int array of shape (G,)
        Where each of the G groups starts; none is empty.

    Examples
    --------
    >>> import numpy as np
    >>> from skrnn.data import Ragged
    >>> X = Ragged.from_rows([[1.0, 2.0], [6.0]])
    >>> Groups.of_all(X, np.ones(2)).mean_and_deviation()[0]
    array([[3.]])
    >>> Groups.of_rows(X).mean_and_deviation()[0]
    array([[1.5],
           [6. ]])
    """

    def __init__(self, values, weight, starts):
        self.values = values.astype(np.float64, copy=False)
        self.weight = weight
        self.starts = starts
        self.sizes = np.diff(starts, append=len(values))
        self.total = np.add.reduceat(weight, starts)

    @classmethod
    def of_all(cls, X, weight):
        """Make one group of all steps of a Ragged, each step as often as rows have it."""
        used, weight = step_weights(X, weight)
        return cls(X.values[used], weight, np.zeros(1, dtype=np.int64))

    @classmethod
    def of_rows(cls, X):
        """Make a group of each row of a compact Ragged."""
        return cls(X.values, np.ones(len(X.values)), X.starts)

    def spread(self, numbers):
        """Give the numbers (G, ...) of groups to their steps; those of one group as they are."""
        return np.repeat(numbers, self.sizes, axis=0) if len(numbers) > 1 else numbers

    def mean(self, values):
        """Give the mean of steps (N, F) in each group, (G, F)."""
        share = self.weight / self.spread(self.total)
        return np.add.reduceat(share[:, None] * values, self.starts)

    def mean_and_deviation(self):
        """Give the mean and the standard deviation, which is exactly 0 where nothing changes."""
        first = self.values[self.starts]
        moved = self.values - self.spread(first)
        shift = self.mean(moved)
        moved -= self.spread(shift)
        return first + shift, np.sqrt(self.mean(moved**2))

    def range(self):
        """Give the minimum and how far the maximum is from it."""
        low = np.minimum.reduceat(self.values, self.starts)
        return low, np.maximum.reduceat(self.values, self.starts) - low

    def quantiles(self, *shares):
        """Give, for each share such as 0.5, the quantile of each group, (G, F).

        It is the number up to which that share of the weight lies; the middle between two where
        they part it exactly there. So a weight of 2 is the step twice.
        """
        group = np.repeat(np.arange(len(self.starts)), self.sizes)
        found = np.empty((len(shares), len(self.starts), self.values.shape[1]))
        for j, column in enumerate(self.values.T):
            order = np.lexsort((column, group))  # groups stay where they are
            found[:, :, j] = self._quantiles(column[order], self.weight[order], shares)
        return found

    def _quantiles(self, column, weight, shares):
        up_to = np.cumsum(weight)
        before = up_to[self.starts] - weight[self.starts]
        target = before + np.array(shares)[:, None] * self.total
        rounding = 1e-12 * self.total  # of weights that are no integers
        low = np.searchsorted(up_to, target - rounding)
        high = np.searchsorted(up_to, target + rounding, side="right")
        return column[low] / 2 + column[high] / 2


def _standard(groups):
    center, scale = groups.mean_and_deviation()
    return center, constant_to_one(center, scale)


def _robust(groups):
    low, center, high = groups.quantiles(0.25, 0.5, 0.75)
    return center, constant_to_one(center, high - low)


def _min_max(groups):
    center, scale = groups.range()
    return center, constant_to_one(center, scale)


def _mean_abs(groups):
    center = np.zeros((len(groups.starts), groups.values.shape[1]))
    return center, constant_to_one(center, groups.mean(np.abs(groups.values)))


# What to subtract and what to divide by, (G, F) each.
METHODS = {
    "standard": _standard,
    "robust": _robust,
    "min_max": _min_max,
    "mean_abs": _mean_abs,
}
