"""A Fused as one Ragged whose last column says to which part each step belongs, and back.

What is done to sequences (merging, weighting, holding back, batching) is so done to rows of
several parts.
"""

from dataclasses import dataclass

import numpy as np

from skrnn.data.checks import first_marked
from skrnn.data.ragged import Ragged
from skrnn.data.rows import check_count

__all__ = ["Part", "join_parts", "map_parts", "parts_of", "take_part"]

LARGEST_ID = 2**53  # from here on, float64 does not tell every whole number from the next


@dataclass(frozen=True)
class Part:
    """What one part of each row is.

    Parameters
    ----------
    name : str
        Its name.
    kind : {"numbers", "ids", "static"}
        Sequences of numbers, of token ids, or static numbers.
    width : int
        Features of a step; 1 for ids; the columns of static numbers.
    """

    name: str
    kind: str
    width: int

    def __str__(self):
        many = "s" * (self.width != 1)
        words = {
            "numbers": f"sequences of {self.width} feature{many} per step",
            "ids": "sequences of token ids",
            "static": f"{self.width} static column{many}",
        }
        return f"{self.name!r} of {words[self.kind]}"


def parts_of(X):
    """Describe the parts of a Fused.

    Parameters
    ----------
    X : Fused
        The rows.

    Returns
    -------
    parts : tuple of Part
        In the order of X.

    Examples
    --------
    >>> from skrnn.data import Fused, Ragged
    >>> parts_of(Fused({"note": Ragged.from_rows([[4, 2], [7]])}))
    (Part(name='note', kind='ids', width=1),)
    """
    return tuple(_describe(name, part) for name, part in X.parts.items())


def _describe(name, part):
    if not isinstance(part, Ragged):
        return Part(name, "static", part.shape[1])
    return Part(name, "ids" if part.is_ids else "numbers", part.n_features)


def join_parts(X, owner="estimator"):
    """Lay the parts of each row one after another.

    Parameters
    ----------
    X : Fused
        n rows. A sequence may be empty, but not every one of a row that has nothing else.
    owner : str, default="estimator"
        How errors name the estimator that reads X.

    Returns
    -------
    Ragged
        n rows of float64 (N, W + 1), W being the width of the widest part: the steps of the first
        part, of the second, ...; static numbers make one step. Columns that a part does not have
        are 0, and the last one is the number of the part.

    Raises
    ------
    ValueError
        If there is no row, a row has no step, a number is NaN or infinite, or an id is below 1
        or too large; names the part, the row and the step.

    Examples
    --------
    >>> import numpy as np
    >>> from skrnn.data import Fused, Ragged
    >>> note, age = Ragged.from_rows([[4, 2], [7]]), np.array([30.0, 41.0])
    >>> join_parts(Fused({"note": note, "age": age}))[0]
    array([[ 4.,  0.],
           [ 2.,  0.],
           [30.,  1.]])
    """
    check_count(len(X), X.shape, "sample", owner)
    parts, sequences = parts_of(X), [_as_sequences(part) for part in X.parts.values()]
    for part, rows in zip(parts, sequences, strict=True):
        _check_values(part, rows, owner)
    steps = np.stack([rows.lengths for rows in sequences], 1)  # (n, parts)
    lengths = steps.sum(1)
    if not lengths.all():
        raise ValueError(
            f"Row {int(np.argmin(lengths))} of X has no steps in any of its parts; leave the row "
            "out, in y too."
        )
    starts = (np.cumsum(steps.ravel()) - steps.ravel()).reshape(steps.shape)
    values = np.zeros((int(lengths.sum()), 1 + max(part.width for part in parts)))
    for j, (part, rows) in enumerate(zip(parts, sequences, strict=True)):
        flat = rows.compact()
        place = np.repeat(starts[:, j] - flat.starts, flat.lengths) + np.arange(len(flat.values))
        values[place, : part.width] = flat.values.reshape(-1, part.width)
        values[place, -1] = j
    return Ragged(values, lengths)


def take_part(X, number, part):
    """Take one part out of joined rows.

    Parameters
    ----------
    X : Ragged
        n rows, as :func:`join_parts` gives them.
    number : int
        The number of the part.
    part : Part
        What it is.

    Returns
    -------
    Ragged
        n rows of numbers or ids, some of them perhaps empty.

    Examples
    --------
    >>> from skrnn.data import Fused, Ragged
    >>> X = Fused({"note": Ragged.from_rows([[4, 2], [7]])})
    >>> take_part(join_parts(X), 0, parts_of(X)[0]).equals(X["note"])
    True
    """
    X = X.compact()
    mine = X.values[:, -1] == number
    before = np.concatenate([[0], np.cumsum(mine)])
    lengths = before[X.starts + X.lengths] - before[X.starts]
    values = X.values[mine, : part.width]
    return Ragged(values[:, 0].astype(np.int64) if part.kind == "ids" else values, lengths)


def map_parts(X, parts, changes):
    """Change the values of each part.

    Parameters
    ----------
    X : Ragged
        What :func:`join_parts` gives.
    parts : sequence of Part
        What the parts are.
    changes : sequence of callable
        One for each part: takes numbers (N, F), or int64 ids (N, 1), and gives as many.

    Returns
    -------
    Ragged
        The same rows with new values.

    Examples
    --------
    >>> from skrnn.data import Fused, Ragged
    >>> X = Fused({"note": Ragged.from_rows([[4, 2], [7]])})
    >>> map_parts(join_parts(X), parts_of(X), [lambda ids: 10 * ids])[0]
    array([[40.,  0.],
           [20.,  0.]])
    """
    values = X.values.copy()
    for j, (part, change) in enumerate(zip(parts, changes, strict=True)):
        mine = values[:, -1] == j
        given = values[mine, : part.width]
        given = given.astype(np.int64) if part.kind == "ids" else given
        values[mine, : part.width] = change(given)
    return Ragged(values, X.lengths, X.starts)


# -- what may be joined -------------------------------------------------------------------


def _as_sequences(part):
    """Give a part as a Ragged; static numbers are rows of one step."""
    return part if isinstance(part, Ragged) else Ragged(part, np.ones(len(part), dtype=np.int64))


def _check_values(part, X, owner):
    """Raise where the steps of a part are not what a network can read."""
    if part.kind == "ids":
        found = first_marked((X.values < 1) | (X.values > LARGEST_ID), X)
    else:
        found = first_marked(~np.isfinite(X.values).all(axis=1), X)
    if found is None:
        return
    row, position = found
    step = position - int(X.starts[row])
    if part.kind == "ids":
        raise ValueError(_id_error(part.name, int(X.values[position]), row, step))
    column = int(np.argmin(np.isfinite(X.values[position])))
    value = X.values[position, column]
    place = f"column {column}" if part.kind == "static" else f"step {step}, feature {column}"
    what = "NaN" if np.isnan(value) else f"infinity ({value})"
    remedy = "impute" if np.isnan(value) else "replace or clip"
    raise ValueError(
        f"Input X contains {what} in part {part.name!r}, row {row}, {place}. {owner} needs finite "
        f"numbers: {remedy} the value first, in the transformer of the part."
    )


def _id_error(name, token, row, step):
    small = "ids are 1, 2, 3, ..., and a Ragged holds no padding"
    large = "ids above 2**53 cannot be told apart beside numbers; number the tokens 1, 2, 3, ..."
    return (
        f"Part {name!r} of X holds the token id {token} in row {row}, step {step}; "
        f"{small if token < 1 else large}."
    )
