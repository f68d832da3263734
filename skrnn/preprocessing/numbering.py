"""Tokens as numbers: every distinct token once, and for each place which of them stands there."""

from collections import defaultdict
from itertools import count
from typing import NamedTuple

import numpy as np

__all__ = ["Numbered", "number_tokens"]


class Numbered(NamedTuple):
    """The tokens of n texts.

    Attributes
    ----------
    codes : int64 array of shape (N,)
        For each place of all texts, which token stands there.
    lengths : int64 array of shape (n,)
        Tokens of each text.
    tokens : list of str
        The distinct tokens; ``tokens[codes[i]]`` is the token at place i.
    """

    codes: np.ndarray
    lengths: np.ndarray
    tokens: list

    def recut(self, cut):
        """Cut every token further, each distinct one once.

        Parameters
        ----------
        cut : callable
            From a token to a list of tokens, which may be empty.

        Returns
        -------
        numbered : Numbered
            The same texts in the new tokens.

        Examples
        --------
        >>> recut = number_tokens([["a-b", "c"], ["c"]]).recut(lambda token: token.split("-"))
        >>> recut.tokens, recut.codes.tolist(), recut.lengths.tolist()
        (['a', 'b', 'c'], [0, 1, 2, 2], [3, 1])
        """
        inner = number_tokens(map(cut, self.tokens))
        sizes = inner.lengths[self.codes]
        ends = np.cumsum(sizes)
        first = (np.cumsum(inner.lengths) - inner.lengths)[self.codes]
        place = np.repeat(first - (ends - sizes), sizes)
        place += np.arange(len(place))
        before = np.concatenate([[0], ends])[np.concatenate([[0], np.cumsum(self.lengths)])]
        return Numbered(inner.codes[place], np.diff(before), inner.tokens)


def number_tokens(rows):
    """Give tokens numbers in the order in which they are first seen.

    Parameters
    ----------
    rows : iterable of list
        The tokens of each text.

    Returns
    -------
    numbered : Numbered
        The same in numbers.

    Examples
    --------
    >>> number_tokens([["to", "be", "or"], ["to"]])
    Numbered(codes=array([0, 1, 2, 0]), lengths=array([3, 1]), tokens=['to', 'be', 'or'])
    """
    numbers = defaultdict(count().__next__)  # a new token takes the next number
    number = numbers.__getitem__
    codes = [np.fromiter(map(number, row), np.int64, len(row)) for row in rows]
    lengths = np.fromiter(map(len, codes), np.int64, len(codes))
    return Numbered(np.concatenate([np.empty(0, np.int64), *codes]), lengths, list(numbers))
