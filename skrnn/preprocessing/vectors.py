"""Pretrained vectors of words, read for the words of a vocabulary alone."""

import codecs
import gzip
import os
from collections.abc import Mapping
from itertools import chain

import numpy as np

__all__ = ["read_vectors"]


def read_vectors(source, vocabulary):
    """Make a table of the vectors of a vocabulary.

    Parameters
    ----------
    source : str, path, KeyedVectors or mapping
        A text file with a word and its numbers in each line, as those of GloVe, word2vec and
        fastText (whose first line has two numbers, and is left out), compressed if its name ends
        in ".gz"; an object with ``key_to_index``, as gensim has it; or a mapping from words to
        arrays.
    vocabulary : dict of str to int
        The id of each token.

    Returns
    -------
    vectors : float32 array of shape (V, D)
        Row i is the vector of id i, or NaN where there is none.

    Raises
    ------
    TypeError
        If the source is nothing of the kind.
    ValueError
        If no token has a vector, or vectors are not of one length or not finite.
    FileNotFoundError
        If there is no such file.

    Examples
    --------
    >>> read_vectors({"one": [0.5, 1.0], "two": [2.0, 3.0]}, {"two": 2, "three": 3})
    array([[nan, nan],
           [nan, nan],
           [ 2.,  3.],
           [nan, nan]], dtype=float32)
    """
    if isinstance(source, str | os.PathLike):
        found = _from_file(source, vocabulary)
    elif hasattr(source, "key_to_index"):
        get = source.get_vector if hasattr(source, "get_vector") else source.__getitem__
        found = {word: get(word) for word in vocabulary if word in source.key_to_index}
    elif isinstance(source, Mapping):
        found = {word: source[word] for word in vocabulary if word in source}
    else:
        raise TypeError(
            f"vectors is of type {type(source).__name__}; expected the path of a text file, "
            "KeyedVectors of gensim or a mapping from words to arrays."
        )
    if not found:
        raise ValueError(
            f"None of the {len(vocabulary)} tokens of the vocabulary is found in vectors. They "
            "must be spelled alike: see lowercase and analyzer; a file must be text, not binary."
        )
    return _table(found, vocabulary)


def _table(found, vocabulary):
    size = np.size(next(iter(found.values())))
    table = np.full((max(vocabulary.values()) + 1, size), np.nan, dtype=np.float32)
    for word, vector in found.items():
        try:
            with np.errstate(over="ignore"):  # infinity is refused below
                vector = np.asarray(vector, dtype=np.float32)
        except (TypeError, ValueError) as error:
            raise ValueError(f"The vector of {word!r} holds what is no number: {error}.") from error
        if vector.shape != (size,):
            raise ValueError(
                f"The vector of {word!r} has shape {vector.shape}, others have ({size},); all must "
                "be of one length."
            )
        if not np.isfinite(vector).all():
            raise ValueError(f"The vector of {word!r} holds NaN or infinity.")
        table[vocabulary[word]] = vector
    return table


def _from_file(path, vocabulary):
    """Read a file line by line; only the lines of tokens are looked into."""
    names = {word.encode("utf-8", "surrogatepass"): word for word in vocabulary}
    opened = gzip.open if os.fspath(path).endswith(".gz") else open
    with opened(path, "rb") as lines:
        first_line = next(lines, b"").removeprefix(codecs.BOM_UTF8)
        name, _, rest = first_line.partition(b" ")
        size, header = _read_first(name, rest.split())
        first = [] if header else [(name, rest)]
        others = ((name, rest) for name, _, rest in (line.partition(b" ") for line in lines))
        return _read_lines(chain(first, others), names, size, path)


def _read_lines(pairs, names, size, path):
    found = {}
    for name, rest in pairs:
        word = names.get(name)
        if word is not None and word not in found:
            vector = _read_numbers(rest.split(), size, f"The line of {word!r} in {path}")
            if vector is not None:
                found[word] = vector
    return found


def _read_first(name, fields):
    """Give the length of vectors, and whether the first line only tells it."""
    if name.isdigit() and len(fields) == 1 and fields[0].isdigit():
        return int(fields[0]), True
    return len(fields), False


def _read_numbers(fields, size, place):
    """Give the numbers of a line; None where they belong to a word with a space in it."""
    if len(fields) > size:
        return None
    if len(fields) < size:
        raise ValueError(f"{place} has {len(fields)} numbers, the first line says {size}.")
    try:
        with np.errstate(over="ignore"):  # infinity is refused later
            return np.array(fields).astype(np.float32)
    except ValueError as error:
        raise ValueError(f"{place} holds what is no number: {error}.") from error
