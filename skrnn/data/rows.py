"""A list of sequences, one array each, joined into one Ragged."""

import numpy as np

from skrnn.data.checks import check_finite, check_ids, cut_nan_padding, cut_padding
from skrnn.data.convert import is_sequence, is_text, text_error, to_array, to_ids, to_reals
from skrnn.data.places import ROWS
from skrnn.data.ragged import Ragged

__all__ = ["check_count", "check_steps", "described", "join_rows", "without_nan", "without_zeros"]


def join_rows(cells, ids, owner, places=ROWS):
    """Join sequences, padding and all.

    Parameters
    ----------
    cells : list
        What should be arrays of shape (T_i, F) or (T_i,).
    ids : bool
        Whether they hold token ids.
    owner : str
        How errors name the estimator.
    places : Places, default=ROWS
        How errors name a sequence.

    Returns
    -------
    X : Ragged
        Sequences of at least one step: float32 or float64, or int64 ids.

    Raises
    ------
    TypeError, ValueError
        If one is no sequence, has no steps, or does not fit the others.

    Examples
    --------
    >>> join_rows([[1, 2], [3.5]], ids=False, owner="RNNClassifier")
    Ragged(n=2, n_features=1, lengths=1..2, dtype=float64)
    """
    rows = [_read_row(cell, i, ids, owner, places) for i, cell in enumerate(cells)]
    lengths = np.fromiter(map(len, rows), dtype=np.int64, count=len(rows))
    check_steps(lengths, places)
    if not ids:
        _check_features(rows, owner, places)
    change = to_ids if ids else to_reals
    rows = [change(row, places.start(i), owner) for i, row in enumerate(rows)]
    return Ragged(np.concatenate(rows), lengths)


def without_nan(X, owner, *, leading=True, allow_nan=False, tip="", places=ROWS):
    """Cut the padding of numbers, and refuse NaN and infinity elsewhere; see `cut_nan_padding`."""
    cut = cut_nan_padding(X, leading=leading, places=places)
    check_finite(cut, owner, starts=X.starts, allow_nan=allow_nan, tip=tip, places=places)
    return cut


def without_zeros(X, *, places=ROWS):
    """Cut the padding of ids, and refuse numbers below 1 elsewhere; see `cut_padding`."""
    cut = cut_padding(X, X.values == 0, content="0", places=places)
    check_ids(cut, starts=X.starts, places=places)
    return cut


def check_count(count, shape, unit, owner):
    """Raise, in scikit-learn's words, where there are 0 of something."""
    if not count:
        raise ValueError(
            f"Found array with 0 {unit}(s) (shape={tuple(shape)}) while a minimum of 1 is "
            f"required by {owner}."
        )


def check_steps(lengths, places=ROWS):
    """Raise where a sequence has no steps."""
    if not lengths.all():
        row = int(np.argmax(lengths == 0))
        raise ValueError(
            f"{places.start(row)} has no steps; every sequence needs at least one. {places.remedy}"
        )


def described(X):
    """Name the type of something in a message."""
    name = type(X).__name__
    return "None" if X is None else f"{'an' if name[0] in 'aeiouAEIOU' else 'a'} {name}"


def _read_row(cell, i, ids, owner, places):
    """Return one row as an array (T,) of ids or (T, F) of whatever dtype."""
    if is_text(cell):
        raise text_error(np.array(cell), places.start(i), owner, ids=ids)
    if not is_sequence(cell):
        raise TypeError(
            f"{places.start(i)} is {described(cell)}, not a sequence; each {places.unit} must be "
            "an array of shape (steps,) or (steps, features)."
        )
    if isinstance(cell, Ragged):
        raise TypeError(
            f"{places.start(i)} is a Ragged of {len(cell)} sequences, not one sequence; join a "
            "list of them with Ragged.concatenate(X)."
        )
    row = to_array(cell, places.start(i))
    if row.ndim == 1:
        return row if ids else row[:, None]
    if ids:
        raise ValueError(
            f"{places.start(i)} has shape {row.shape}, but embedding_dim is set, so each "
            f"{places.unit} must be (steps,): one integer token id per step."
        )
    if row.ndim != 2:
        raise ValueError(
            f"{places.start(i)} has shape {row.shape}, but each {places.unit} must be (steps,) or "
            "(steps, features)."
        )
    return row


def _check_features(rows, owner, places):
    expected = rows[0].shape[1]
    check_count(expected, rows[0].shape, "feature", owner)
    wrong = next((i for i, row in enumerate(rows) if row.shape[1] != expected), None)
    if wrong is None:
        return
    same_steps = len({row.shape[0] for row in rows}) == 1
    swapped = same_steps and all(row.shape[1] > 1 for row in rows)
    hint = (
        f" The {places.unit}s look like (features, steps); transpose them: {places.transposed}."
        if swapped
        else f" Each {places.unit} must be (steps, features)."
    )
    raise ValueError(
        f"{places.start(wrong)} has {rows[wrong].shape[1]} features per step, but "
        f"{places.name(0)} has {expected}; {owner} needs the same features in every "
        f"{places.unit}.{hint}"
    )
