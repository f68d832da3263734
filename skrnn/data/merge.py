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
    keys = _digests(X.values, X.starts, X.lengths)
    if target is not None:
        each = np.arange(len(X))
        keys = np.stack([keys, _digests(target, each, np.ones_like(each))], 1).view("S32")[:, 0]
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


def _digests(values, starts, lengths):
    """Give the contents of each row as 16 bytes; the rows' own memory is read, not a copy."""
    kind = np.float64 if values.dtype.kind == "f" else values.dtype  # the same in single precision
    plain = np.ascontiguousarray(values + 0, dtype=kind)  # -0.0 + 0 is 0.0
    width = plain.nbytes // max(len(plain), 1)
    data = memoryview(plain.reshape(-1).view(np.uint8))
    ends = (starts + lengths) * width
    spans = zip(map(int, starts * width), map(int, ends), strict=True)
    found = (hashlib.blake2b(data[a:b], digest_size=16).digest() for a, b in spans)
    return np.fromiter(found, dtype="S16", count=len(lengths))
