"""Pretrained vectors that token ids carry along."""

import numpy as np

from skrnn.data.convert import to_array

__all__ = ["check_vectors", "shared_vectors"]


def check_vectors(vectors, values):
    """Check a table of vectors.

    Parameters
    ----------
    vectors : array-like of shape (V, D) or None
        Row i is the vector of id i.
    values : ndarray
        The values of the Ragged that is to carry them.

    Returns
    -------
    vectors : float32 ndarray of shape (V, D) or None
        The same; no copy where it was one.

    Raises
    ------
    ValueError
        If it is no table, or does not belong to the values.
    """
    if vectors is None:
        return None
    if values.dtype.kind not in "iu":
        raise ValueError("vectors belong to token ids, but values are numbers.")
    with np.errstate(over="ignore"):  # estimators refuse infinity
        vectors = to_array(vectors, "vectors").astype(np.float32, copy=False)
    if vectors.ndim != 2 or not vectors.shape[1]:
        raise ValueError(f"vectors must have shape (V, D), row i for id i; got {vectors.shape}.")
    if values.ndim == 1 and values.size and values.max() >= len(vectors):
        raise ValueError(
            f"values hold the id {values.max()}, but vectors has {len(vectors)} rows, one for each "
            "id from 0."
        )
    return vectors


def shared_vectors(parts):
    """Give the vectors that all parts share, of whatever kind these are.

    Parameters
    ----------
    parts : list
        Ragged, or anything else, which carries no vectors.

    Returns
    -------
    vectors : float32 ndarray of shape (V, D) or None
        None where the parts do not hold the same array.
    """
    tables = [part.vectors if hasattr(part, "is_ids") else None for part in parts]
    return tables[0] if all(table is tables[0] for table in tables) else None
