"""One weighted row for rows that are the same."""

import hashlib

import numpy as np


def merge_rows(X, target, weight):
    """Find identical (sequence, target) rows and add up their weights.

    A row given twice and a row of weight 2 then make the same problem. The rows found come in
    an order that depends on their contents alone.

    Parameters
    ----------
    X : Ragged
        n sequences.
    target : ndarray of shape (n, ...) or None
        Their targets, as numbers.
    weight : float array of shape (n,)
        Their weights.

    Returns
    -------
    rows : int array of shape (m,)
        One row of each kind.
    weight : float array of shape (m,)
        Total weight of each kind.

    Examples
    --------
    >>> import numpy as np
    >>> from skrnn.data import Ragged
    >>> X = Ragged.from_rows([[1.0, 2.0], [3.0], [1.0, 2.0]])
    >>> rows, weight = merge_rows(X, np.array([0, 1, 0]), np.array([1.0, 1.0, 3.0]))
    >>> sorted(zip(rows.tolist(), weight.tolist()))
    [(0, 4.0), (1, 1.0)]
    """
    keys = np.array([_digest(row) for row in X], dtype="S32")
    if target is not None:
        pairs = zip(keys, target, strict=True)
        keys = np.array([key + _digest(number) for key, number in pairs], dtype="S64")
    _, rows, kind = np.unique(keys, return_index=True, return_inverse=True)
    order = np.lexsort((weight, kind))  # sums do not depend on the order of the rows either
    return rows, np.bincount(kind[order], weights=weight[order], minlength=len(rows))


def in_row_order(X):
    """Lay the steps of rows one after another, so that sums over steps follow the rows.

    Parameters
    ----------
    X : Ragged
        n sequences.

    Returns
    -------
    X : Ragged
        The same rows; as they were where they overlap, since they take less memory so.
    """
    return X if X.is_contiguous or X.lengths.sum() > len(X.values) else X.compact()


def _digest(array):
    """Give the contents of an array as 32 bytes of hexadecimal digits."""
    kind = np.float64 if array.dtype.kind == "f" else array.dtype  # the same in single precision
    plain = np.ascontiguousarray(array + 0, dtype=kind)  # -0.0 + 0 is 0.0
    return hashlib.blake2b(plain.tobytes(), digest_size=16).hexdigest().encode()
