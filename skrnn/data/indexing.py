"""What may stand in the brackets behind a Ragged."""

import numpy as np

__all__ = ["plain_key"]


def plain_key(key):
    """Give a slice, or an integer or boolean array, for any way to choose rows.

    Parameters
    ----------
    key : int, slice, list, array or tuple
        What stood in the brackets; scikit-learn's ``(key, ...)`` means ``key``.

    Returns
    -------
    key : slice or ndarray
        Of no axis for a single row, else of one.

    Raises
    ------
    IndexError
        If it chooses no rows.

    Examples
    --------
    >>> plain_key([2, 0])
    array([2, 0])
    """
    if isinstance(key, tuple) and len(key) == 2 and key[1] is Ellipsis:
        key = key[0]
    if key is Ellipsis:
        return slice(None)
    if isinstance(key, slice):
        return key
    array = np.asarray(key)
    if array.ndim == 1 and not array.size and array.dtype != bool:
        return array.astype(np.int64)
    is_scalar = array.ndim == 0 and array.dtype.kind in "iu"
    if isinstance(key, tuple) or not (is_scalar or (array.ndim == 1 and array.dtype.kind in "iub")):
        raise IndexError(
            "A Ragged is indexed by rows: an integer, a slice, a list or 1-D array of integers, "
            f"or a boolean mask; got {key!r}."
        )
    return array
