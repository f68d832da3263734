"""What may stand in the brackets behind a container of rows."""

import numpy as np

__all__ = ["plain_key"]


def plain_key(key, n, whose):
    """Give a slice, or an integer or boolean array, for any way to choose rows.

    Parameters
    ----------
    key : int, slice, list, array or tuple
        What stood in the brackets; scikit-learn's ``(key, ...)`` means ``key``.
    n : int
        How many rows there are.
    whose : str
        How the error begins: what is indexed, and by what else than rows.

    Returns
    -------
    key : slice or ndarray
        Of no axis for a single row, else of one.

    Raises
    ------
    IndexError
        If it chooses no rows, or is a boolean mask for another number of them.

    Examples
    --------
    >>> plain_key([2, 0], 3, "A Ragged is indexed by rows")
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
            f"{whose}: an integer, a slice, a list or 1-D array of integers, or a boolean mask; "
            f"got {key!r}."
        )
    if array.dtype == bool and len(array) != n:
        raise IndexError(f"The boolean mask is for {len(array)} rows, but there are {n}.")
    return array
