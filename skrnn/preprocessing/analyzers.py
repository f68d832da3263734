"""How texts become tokens, and tokens a text again."""

from abc import ABC, abstractmethod

import numpy as np

from skrnn.preprocessing.numbering import Numbered, number_tokens
from skrnn.preprocessing.words import cut_words

__all__ = ["Analyzer", "Characters", "Custom", "Listed", "Words"]


class Analyzer(ABC):
    """One way to cut texts."""

    @abstractmethod
    def number(self, texts):
        """Cut texts and number their tokens.

        Parameters
        ----------
        texts : list of str
            n texts.

        Returns
        -------
        numbered : Numbered
            Their tokens, those of one text being independent of the others.
        """

    @abstractmethod
    def join(self, tokens):
        """Make a text of tokens, or give them back where there is none.

        Parameters
        ----------
        tokens : list of str
            The tokens of a text.

        Returns
        -------
        text : str or list of str
            The text.
        """


class Words(Analyzer):
    """Words and marks of punctuation.

    Parameters
    ----------
    lowercase : bool
        Whether to change capital letters to small ones first.
    """

    def __init__(self, lowercase):
        self.lowercase = lowercase

    def number(self, texts):
        """Cut at white space first, which is quick, and then each distinct piece once."""
        rows = (text.lower().split() if self.lowercase else text.split() for text in texts)
        return number_tokens(rows).recut(cut_words)

    def join(self, tokens):
        """Put a space between tokens."""
        return " ".join(tokens)


class Characters(Analyzer):
    """Single characters, white space included.

    Parameters
    ----------
    lowercase : bool
        Whether to change capital letters to small ones first.
    """

    def __init__(self, lowercase):
        self.lowercase = lowercase

    def number(self, texts):
        """Give all characters at once their numbers."""
        texts = [text.lower() for text in texts] if self.lowercase else texts
        lengths = np.fromiter(map(len, texts), np.int64, len(texts))
        encoded = "".join(texts).encode("utf-32-le", "surrogatepass")
        points = np.frombuffer(encoded, "<u4")
        used = np.flatnonzero(np.bincount(points))
        place = np.zeros(used.max(initial=0) + 1, np.int64)
        place[used] = np.arange(len(used))
        return Numbered(place[points], lengths, list(map(chr, used)))

    def join(self, tokens):
        """Put tokens side by side."""
        return "".join(tokens)


class Listed(Analyzer):
    """Tokens that were cut before.

    Parameters
    ----------
    lowercase : bool
        Whether to change capital letters to small ones.
    """

    def __init__(self, lowercase):
        self.lowercase = lowercase

    def number(self, texts):
        """Give the tokens of lists their numbers."""
        numbered = _checked(texts, "Row {} of X holds")
        return numbered.recut(lambda token: [token.lower()]) if self.lowercase else numbered

    def join(self, tokens):
        """Give the tokens as they are."""
        return tokens


class Custom(Analyzer):
    """What a function of the user's own makes of a text.

    Parameters
    ----------
    function : callable
        From a text to an iterable of str.
    lowercase : bool
        Whether to change capital letters to small ones first.
    """

    def __init__(self, function, lowercase):
        self.function = function
        self.lowercase = lowercase

    def number(self, texts):
        """Call the function for each text."""
        texts = [text.lower() for text in texts] if self.lowercase else texts
        return _checked(
            [self._cut(text, i) for i, text in enumerate(texts)], "For row {} analyzer gives"
        )

    def join(self, tokens):
        """Give the tokens as they are."""
        return tokens

    def _cut(self, text, i):
        tokens = self.function(text)
        if isinstance(tokens, str | bytes) or not hasattr(tokens, "__iter__"):
            raise TypeError(
                f"analyzer must return a list of str; for row {i} it returned {tokens!r:.80}."
            )
        return list(tokens)


def _checked(rows, place):
    """Give tokens their numbers, where each of them is a str."""
    try:
        numbered = number_tokens(rows)
        right = all(isinstance(token, str) for token in numbered.tokens)
    except TypeError:  # not even hashable
        right = False
    if right:
        return numbered
    i, k, token = next(
        (i, k, token)
        for i, row in enumerate(rows)
        for k, token in enumerate(row)
        if not isinstance(token, str)
    )
    raise TypeError(
        f"{place.format(i)} {token!r:.80} (of type {type(token).__name__}) at step {k}; "
        "every token must be a str. Ids need no tokenizer: pass them to the estimator."
    )
