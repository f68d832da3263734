"""What to call the steps of sequences: tokens, time stamps, or numbers."""

import numpy as np
import pandas as pd

from skrnn.data import Fused
from skrnn.data.parts import parts_of
from skrnn.preprocessing import SequenceFusion, SequenceTokenizer
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
        the columns of a frame, where there are as many steps as it has; the part and the token or
        the number of the step in it for a :class:`Fused`; else numbers from 0.

    Examples
    --------
    >>> import pandas as pd
    >>> from skrnn.data import as_ragged
    >>> X = [pd.Series([1.0, 2.0], index=["mon", "tue"]), [3.0]]
    >>> [names.tolist() for names in name_steps(None, X, X, as_ragged(X))]
    [['mon', 'tue'], [0]]
    """
    if isinstance(read, Fused):
        fusion = _find(front, SequenceFusion)
        return [_name_parts(read[i], read, fusion) for i in range(len(rows))]
    tokenizer = _find(front, SequenceTokenizer)
    if tokenizer is not None:
        words = _words(tokenizer)
        return [words[_ids(row)] for row in rows]
    if isinstance(X, pd.DataFrame) and all(rows.lengths == X.shape[1]) and X.shape[1] > 1:
        return [X.columns.to_numpy()] * len(rows)
    cells = list(X) if isinstance(X, list | tuple | pd.Series | np.ndarray) else [None] * len(rows)
    return [_own_names(cell, int(n)) for cell, n in zip(cells, rows.lengths, strict=True)]


def _find(front, kind):
    """Give the last transformer of a kind, in a pipeline or alone; None where there is none."""
    if isinstance(front, kind):
        return front
    inner = [_find(step, kind) for _, step in getattr(front, "steps", ())]
    return next((step for step in reversed(inner) if step is not None), None)


def _words(tokenizer):
    """Give the tokens of ids 0, 1, 2, ..."""
    return np.array(["", UNKNOWN_TEXT, *tokenizer.vocabulary_], dtype=object)


def _ids(row):
    """Give the ids of a row (T,), or of a document (T, 2) with marks."""
    return row if row.ndim == 1 else row[:, 0].astype(np.int64)


def _own_names(cell, n_steps):
    """Give the index of a pandas object of so many steps, else numbers."""
    if isinstance(cell, pd.Series | pd.DataFrame) and len(cell) == n_steps:
        return cell.index.to_numpy()
    return np.arange(n_steps)


def _name_parts(row, X, fusion):
    """Name the steps of one row of a Fused, part by part."""
    names = []
    for part in parts_of(X):
        if part.kind == "static":
            names.append(part.name)
            continue
        steps = range(len(row[part.name]))
        if part.kind == "ids" and fusion is not None:
            tokenizer = _find(fusion.named_transformers_.get(part.name), SequenceTokenizer)
            steps = steps if tokenizer is None else _words(tokenizer)[row[part.name]]
        names.extend(f"{part.name} {step}" for step in steps)
    return np.array(names, dtype=object)
