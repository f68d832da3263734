"""What to call the steps of sequences: tokens, time stamps, or numbers."""

import numpy as np
import pandas as pd

from skrnn.data import Fused
from skrnn.data.parts import parts_of
from skrnn.preprocessing import SequenceTokenizer
from skrnn.preprocessing.tokenizer import UNKNOWN_TEXT


def name_steps(front, X, read, rows):
    """Name the steps of rows.

    Parameters
    ----------
    front : Pipeline or None
        The transformers that X went through.
    X : object
        What the user passed.
    read : object
        What the transformers gave.
    rows : Ragged of n rows
        The same as sequences.

    Returns
    -------
    names : list of n ndarrays of shape (T_i,)
        Tokens where a :class:`SequenceTokenizer` made the ids; the index of a pandas object, or
        the columns of a frame, where there are as many steps as it has; the part and the number
        of the step in it for a :class:`Fused`; else numbers from 0.

    Examples
    --------
    >>> import pandas as pd
    >>> from skrnn.data import as_ragged
    >>> X = [pd.Series([1.0, 2.0], index=["mon", "tue"]), [3.0]]
    >>> [names.tolist() for names in name_steps(None, X, X, as_ragged(X))]
    [['mon', 'tue'], [0]]
    """
    if isinstance(read, Fused):
        return [_name_parts(read[i], read) for i in range(len(rows))]
    tokenizer = _find_tokenizer(front)
    if tokenizer is not None:
        words = np.array(["", UNKNOWN_TEXT, *tokenizer.vocabulary_], dtype=object)
        return [words[_ids(row)] for row in rows]
    if isinstance(X, pd.DataFrame) and all(rows.lengths == X.shape[1]) and X.shape[1] > 1:
        return [X.columns.to_numpy()] * len(rows)
    cells = list(X) if isinstance(X, list | tuple | pd.Series | np.ndarray) else [None] * len(rows)
    return [_own_names(cell, int(n)) for cell, n in zip(cells, rows.lengths, strict=True)]


def _find_tokenizer(front):
    """Give the last tokenizer of the transformers; None where there is none."""
    steps = [] if front is None else [step for _, step in front.steps]
    found = None
    for step in steps:
        inner = _find_tokenizer(step) if hasattr(step, "steps") else None
        found = inner or (step if isinstance(step, SequenceTokenizer) else found)
    return found


def _ids(row):
    """Give the ids of a row (T,), or of a document (T, 2) with marks."""
    return row if row.ndim == 1 else row[:, 0].astype(np.int64)


def _own_names(cell, n_steps):
    """Give the index of a pandas object of so many steps, else numbers."""
    if isinstance(cell, pd.Series | pd.DataFrame) and len(cell) == n_steps:
        return cell.index.to_numpy()
    return np.arange(n_steps)


def _name_parts(row, X):
    """Name the steps of one row of a Fused, part by part."""
    names = []
    for part in parts_of(X):
        n_steps = 1 if part.kind == "static" else len(row[part.name])
        one = part.kind == "static"
        names.extend([part.name] if one else [f"{part.name} {k}" for k in range(n_steps)])
    return np.array(names, dtype=object)
