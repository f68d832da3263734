"""Parts of words, learned from the texts by the tokenizers library of Hugging Face."""

import os
import re
from abc import ABC, abstractmethod
from collections import Counter
from contextlib import contextmanager
from threading import Lock

import numpy as np

from skrnn.preprocessing.analyzers import Analyzer, Words
from skrnn.preprocessing.numbering import number_tokens

__all__ = ["SUBWORDS", "train_subwords"]

UNKNOWN = "\ufffd"
SPACE = "\u2581"  # how unigram writes the start of a word
CONTINUED = "##"  # how wordpiece writes that a word goes on
SPACED = re.compile(r" ?\S+|\s")
_environment = Lock()


class Subwords(Analyzer):
    """Pieces of words that a model of the library finds.

    Parameters
    ----------
    scheme : Scheme
        How texts become words for the model, and pieces a text again.
    model : tokenizers.Tokenizer
        Holds the trained model.
    """

    def __init__(self, scheme, model):
        self.scheme = scheme
        self.model = model

    @property
    def pieces(self):
        """All pieces the model knows."""
        return [piece for piece in self.model.get_vocab() if piece != UNKNOWN]

    def number(self, texts):
        """Cut each distinct word once; the library's own threads are never asked."""
        cut = self.model.model.tokenize

        def pieces(word):
            found = [token.value for token in cut(word)]
            return [word] if found == [UNKNOWN] else found

        return self.scheme.words(texts).recut(pieces)

    def join(self, tokens):
        """Undo the cutting, as the library does it."""
        return self.scheme.decoder().decode(tokens)


class Scheme(ABC):
    """How texts become words, what is learned from them, and how pieces become a text again.

    Parameters
    ----------
    lowercase : bool
        Whether to change capital letters to small ones first.
    """

    def __init__(self, lowercase):
        self.lowercase = lowercase

    @abstractmethod
    def words(self, texts):
        """Cut texts into words and give these numbers, as a Numbered."""

    @abstractmethod
    def train(self, words, counts, size, min_frequency):
        """Learn up to `size` pieces from words, each seen so often; give a tokenizers.Tokenizer."""

    @abstractmethod
    def decoder(self):
        """Give what makes a text of pieces."""


class ByteBPE(Scheme):
    """Pairs of bytes that stand side by side most often are joined, again and again."""

    def words(self, texts):
        """Cut texts, of which nothing is lost, and write their bytes as letters."""
        cut = _library().pre_tokenizers.ByteLevel(add_prefix_space=False).pre_tokenize_str
        rows = map(SPACED.findall, _prepared(texts, self.lowercase))
        return number_tokens(rows).recut(lambda word: [part for part, _ in cut(word)])

    def train(self, words, counts, size, min_frequency):
        """Learn which bytes to join."""
        hf = _library()
        alphabet = sorted(hf.pre_tokenizers.ByteLevel.alphabet())
        if size < len(alphabet):
            raise ValueError(
                f"vocabulary_size={size} is too small for analyzer='bpe', which needs a token for "
                f"each of the {len(alphabet)} values of a byte; the default is 8000."
            )
        trainer = hf.trainers.BpeTrainer(
            vocab_size=size,
            min_frequency=min_frequency,
            initial_alphabet=alphabet,
            show_progress=False,
        )
        return _train(hf.models.BPE(), trainer, words, counts)

    def decoder(self):
        """Give what makes a text of bytes."""
        return _library().decoders.ByteLevel()


class WordPiece(Scheme):
    """Words are cut into a start and what follows it, as long as possible each."""

    def words(self, texts):
        """Cut texts into words and marks of punctuation."""
        return Words(self.lowercase).number(_prepared(texts, False))

    def train(self, words, counts, size, min_frequency):
        """Learn pieces from the words whose letters are frequent enough."""
        hf = _library()
        signs = [[word[0], *(CONTINUED + char for char in word[1:])] for word in words]
        kept = _most_frequent(signs, counts, size // 2)
        rows = [i for i, word in enumerate(signs) if kept.issuperset(word)]
        # The library numbers continuations in an order of its own that differs from run to run.
        continued = sorted({sign for i in rows for sign in signs[i][1:]})
        trainer = hf.trainers.WordPieceTrainer(
            vocab_size=size + 1,
            min_frequency=min_frequency,
            special_tokens=[UNKNOWN, *continued],
            show_progress=False,
        )
        model = hf.models.WordPiece(unk_token=UNKNOWN)
        trained = _train(model, trainer, [words[i] for i in rows], [counts[i] for i in rows])
        vocabulary = {**trained.get_vocab(with_added_tokens=False), UNKNOWN: 0}
        return hf.Tokenizer(hf.models.WordPiece(vocabulary, unk_token=UNKNOWN))

    def decoder(self):
        """Give what joins pieces, with a space between words."""
        return _library().decoders.WordPiece(CONTINUED, cleanup=False)


class Unigram(Scheme):
    """Words are cut into the pieces whose probabilities have the largest product."""

    def words(self, texts):
        """Cut texts at white space."""
        rows = (text.split() for text in _prepared(texts, self.lowercase))
        return number_tokens([SPACE + word for word in row] for row in rows)

    def train(self, words, counts, size, min_frequency):
        """Learn the pieces, and then their probabilities."""
        if min_frequency > 1:
            raise ValueError(
                f"min_frequency={min_frequency} cannot be used with analyzer='unigram', which "
                "chooses its pieces by probability. Set it to 1."
            )
        hf = _library()
        kept = _most_frequent(words, counts, size // 2)
        rows = [i for i, word in enumerate(words) if kept.issuperset(word)]
        if not rows:
            raise ValueError(
                f"vocabulary_size={size} is too small for analyzer='unigram': half of it are the "
                "most frequent signs, and no word of X holds but these; the default is 8000."
            )
        trainer = hf.trainers.UnigramTrainer(
            vocab_size=size + 1,
            special_tokens=[UNKNOWN],
            unk_token=UNKNOWN,
            show_progress=False,
        )
        words, counts = [words[i] for i in rows], [counts[i] for i in rows]
        trained = _train(hf.models.Unigram(), trainer, words, counts)
        pieces = sorted(set(trained.get_vocab()) - {UNKNOWN})
        return hf.Tokenizer(_with_probabilities(pieces, words, counts))

    def decoder(self):
        """Give what joins pieces, with a space where a word starts."""
        return _library().decoders.Metaspace()


SUBWORDS = {"bpe": ByteBPE, "wordpiece": WordPiece, "unigram": Unigram}


def train_subwords(kind, texts, size, min_frequency, lowercase):
    """Train a model of subwords.

    Parameters
    ----------
    kind : str
        A key of ``SUBWORDS``.
    texts : list of str
        What to learn from.
    size : int
        Most pieces.
    min_frequency : int
        How often two pieces must stand side by side to be joined.
    lowercase : bool
        Whether to change capital letters to small ones first.

    Returns
    -------
    analyzer : Subwords
        The same for the same texts, however many threads there are.

    Raises
    ------
    ImportError
        If the tokenizers library is not installed.
    ValueError
        If there is no word in the texts, or the size is too small.
    """
    scheme = SUBWORDS[kind](lowercase)
    numbered = scheme.words(texts)
    if not numbered.tokens:
        raise ValueError("No text of X has a token, so that there is nothing to learn from.")
    counts = np.bincount(numbered.codes)
    order = sorted(range(len(counts)), key=numbered.tokens.__getitem__)
    words = [numbered.tokens[i] for i in order]
    return Subwords(scheme, scheme.train(words, counts[order].tolist(), size, min_frequency))


def _library():
    try:
        import tokenizers
    except ImportError as error:
        raise ImportError(
            f"analyzer={', '.join(map(repr, SUBWORDS))} needs the tokenizers library; install it "
            'with pip install "skrnn[text]".'
        ) from error
    return tokenizers


def _prepared(texts, lowercase):
    """Yield texts without lone surrogates, which the library cannot read."""
    for text in texts:
        if not text.isascii():
            text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        yield text.lower() if lowercase else text


def _most_frequent(words, counts, n):
    """Give the n most frequent signs of words, of which each is a sequence."""
    numbered = number_tokens(words)
    weights = np.repeat(counts, numbered.lengths)
    totals = np.bincount(numbered.codes, weights)
    order = sorted(range(len(totals)), key=lambda i: (-totals[i], numbered.tokens[i]))
    return {numbered.tokens[i] for i in order[:n]}


def _train(model, trainer, words, counts):
    """Train on words as often as they were counted, in one thread."""
    hf = _library()
    tokenizer = hf.Tokenizer(model)
    tokenizer.pre_tokenizer = hf.pre_tokenizers.WhitespaceSplit()
    repeated = (" ".join([word] * n) for word, n in zip(words, counts, strict=True))
    with _one_thread():
        tokenizer.train_from_iterator(repeated, trainer)
    return hf.Tokenizer(tokenizer.model)


@contextmanager
def _one_thread():
    """Keep the library from starting threads, which processes forked later warn of or hang at."""
    name = "TOKENIZERS_PARALLELISM"
    with _environment:
        given = os.environ.get(name)
        os.environ[name] = "false"
        try:
            yield
        finally:
            os.environ.pop(name)
            if given is not None:
                os.environ[name] = given


def _with_probabilities(pieces, words, counts):
    """Estimate the probability of pieces by how often the best cuts of all words use them.

    The library's own estimates depend in their last digits on an order that differs from run to
    run. Here all sums are of whole numbers.
    """
    model = _unigram_model(pieces, _substring_counts(pieces, words, counts))
    for _ in range(3):
        used = Counter()
        for word, n in zip(words, counts, strict=True):
            for token in model.tokenize(word):
                used[token.value] += n
        model = _unigram_model(pieces, used)
    return model


def _substring_counts(pieces, words, counts):
    found = Counter()
    longest = max(map(len, pieces))
    for word, n in zip(words, counts, strict=True):
        for start in range(len(word)):
            for end in range(start + 1, min(len(word), start + longest) + 1):
                found[word[start:end]] += n
    return found


def _unigram_model(pieces, counts):
    total = sum(counts[piece] + 0.5 for piece in pieces)
    scores = [(piece, float(np.log((counts[piece] + 0.5) / total))) for piece in pieces]
    lowest = min(score for _, score in scores)
    return _library().models.Unigram([(UNKNOWN, lowest - 10), *scores], unk_id=0)
