"""Token ids and the rows of an embedding table."""

import numpy as np


class Vocabulary:
    """The token ids a network has vectors for.

    Parameters
    ----------
    ids : int array of shape (V,)
        Known ids, sorted and positive.

    Examples
    --------
    >>> import numpy as np
    >>> vocabulary = Vocabulary.fit(np.array([7, 3, 7]))
    >>> len(vocabulary), vocabulary.index(np.array([3, 7, 8]))
    (2, array([1, 2, 0]))
    """

    def __init__(self, ids):
        self.ids = ids

    @classmethod
    def fit(cls, values):
        """Collect the ids of an int array of any shape."""
        return cls(np.unique(values))

    def __len__(self):
        return len(self.ids)

    def index(self, values):
        """Give the table row of each id: 1 to V, and 0 for an id that is not known."""
        place = np.searchsorted(self.ids, values).clip(max=len(self.ids) - 1)
        return np.where(self.ids[place] == values, place + 1, 0)
