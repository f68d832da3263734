"""Raw text to token ids."""

import math
import os
from typing import ClassVar

import numpy as np
from sklearn.base import BaseEstimator, clone
from sklearn.utils.validation import check_is_fitted, validate_data

from skrnn._sklearn import (
    HasMethods,
    StrOptions,
    check_feature_names,
    natural,
    validate_parameters,
)
from skrnn.data import Ragged, as_ragged
from skrnn.data.bookkeeping import unchanged_on_error
from skrnn.data.convert import is_frame
from skrnn.data.rows import described
from skrnn.preprocessing.analyzers import Characters, Custom, Listed, Words
from skrnn.preprocessing.base import KeepsContainer
from skrnn.preprocessing.subwords import SUBWORDS, Subwords, train_subwords
from skrnn.preprocessing.texts import read_texts
from skrnn.preprocessing.vectors import read_vectors

UNKNOWN = 1  # 0 is padding
FIRST = 2  # the id of the most frequent token
UNKNOWN_TEXT = "\ufffd"  # the replacement character
SUBWORD_SIZE = 8000  # pieces of words, where nobody says how many

# min_frequency="auto": how often, for up to how many tokens
AUTO_FREQUENCY = ((1, 10_000), (2, 1_000_000), (5, math.inf))


class SequenceTokenizer(KeepsContainer, BaseEstimator, auto_wrap_output_keys=None):
    r"""Turn texts into sequences of token ids, for an estimator with ``embedding_dim``.

    Id 0 is padding and never given; id 1 is the unknown token; ids from 2 on are the tokens of
    the fitting data by falling frequency, those of one frequency in alphabetical order. A text
    without any token becomes one unknown token, as a sequence has at least one step.

    Parameters
    ----------
    analyzer : {"word", "char", "bpe", "wordpiece", "unigram"} or callable, default="word"
        How texts are cut: into words and marks of punctuation, into characters (white space
        included), into pieces of words that are learned in fit by byte-pair encoding [1]_,
        wordpiece [2]_ or a unigram model [3]_, or by a function that takes a text and returns an
        iterable of str. Pieces need ``pip install "skrnn[text]"``.
    vocabulary_size : int or None, default=None
        Most tokens to keep, the most frequent ones; the unknown token is not counted. None keeps
        all, and learns 8000 pieces of words.
    min_frequency : int or "auto", default="auto"
        How often a token must occur in the fitting data, counted over all texts, to be kept.
        "auto" is 1 for up to 10,000 tokens in all, 2 for more and 5 above a million, so that of
        much text the rarest tokens are unknown, and a network learns what to make of such. With
        "bpe" and "wordpiece", how often two pieces must stand side by side to be joined to one;
        "unigram" takes 1 only; "auto" is 1 for them.
    lowercase : bool, default=True
        Whether to change capital letters to small ones before anything else, in lists of tokens
        too.
    unknown : {"token", "drop", "error"}, default="token"
        What becomes of tokens that are not in the vocabulary: id 1, nothing, or an error that
        names the row and the token. It is the same for those of the fitting data that are too
        rare to be kept.
    max_length : int or None, default=None
        Most steps of a sequence. None cuts nothing off.
    truncating : {"post", "pre"}, default="post"
        Whether a sequence that is too long loses its end or its start.
    vectors : str, path, KeyedVectors, mapping or None, default=None
        Pretrained vectors of tokens: a text file such as those of GloVe and fastText (".vec",
        ".txt", and the same with ".gz"), of which only the lines of the vocabulary are kept;
        KeyedVectors of gensim; or a mapping from tokens to arrays. The Ragged that
        :meth:`transform` gives carries them, and an estimator with ``embedding_dim="auto"`` (or
        their length) starts its embedding from them. Copies by :func:`sklearn.base.clone` share
        what is given here, and pickles hold it. None: none.

    Attributes
    ----------
    vocabulary_ : dict of str to int
        The id of each token, from 2 on and in this order. Padding and the unknown token are not
        in it, so V, the number of ids, is ``len(vocabulary_) + 2``.
    vectors_ : float32 ndarray of shape (V, D) or None
        Row i is the pretrained vector of id i, NaN where there is none.
    n_features_in_ : int
        1, where X had two dimensions.
    feature_names_in_ : ndarray of str
        The name of the column, where X was a DataFrame.

    See Also
    --------
    skrnn.RNNClassifier : Reads the ids, with ``embedding_dim`` set.

    Notes
    -----
    A word is a run of letters, digits, underscores and the marks that go with them, in any script;
    an apostrophe or an invisible joiner within it belongs to it ("don't"). Ideographs and hiragana
    are words of one character. Any other character but white space is a token of its own. For
    scripts that put no spaces between words, such as Thai, ``analyzer="char"`` or a function of
    your own serves better. For ASCII text the rule is the regular expression
    ``\w+(?:'\w+)*|[^\w\s]``.

    Pieces of words are trained on the texts of fit, by the tokenizers library of Hugging Face;
    nothing is downloaded, and the same texts give the same pieces. "bpe" works on bytes: no text is
    unknown to it, and :meth:`inverse_transform` gives the text back as it was (in small letters, if
    `lowercase`). "wordpiece" cuts the words of ``analyzer="word"``, and a word that holds a sign
    unseen in fit is unknown. "unigram" cuts at white space, and runs of unseen signs are unknown.

    The answer for one text does not depend on the others. Lists of tokens are taken as they are,
    whatever they were cut by, with ``analyzer="word"`` only.

    Wherever scikit-learn shows an estimator, it writes a mapping given as `vectors` out whole: for
    many words pass the path of a file or KeyedVectors. A path is also what other processes get
    soonest.

    References
    ----------
    .. [1] R. Sennrich, B. Haddow and A. Birch, "Neural machine translation of rare words with
       subword units", ACL 2016.
    .. [2] M. Schuster and K. Nakajima, "Japanese and Korean voice search", ICASSP 2012.
    .. [3] T. Kudo, "Subword regularization: improving neural network translation models with
       multiple subword candidates", ACL 2018.

    Examples
    --------
    >>> from skrnn.preprocessing import SequenceTokenizer
    >>> texts = ["It is good, it is!", "Not good."]
    >>> tokenizer = SequenceTokenizer().fit(texts)
    >>> tokenizer.vocabulary_
    {'good': 2, 'is': 3, 'it': 4, '!': 5, ',': 6, '.': 7, 'not': 8}
    >>> ids = tokenizer.transform(["Is it as good?"])
    >>> ids.to_list()
    [array([3, 4, 1, 2, 1])]
    >>> tokenizer.inverse_transform(ids)
    ['is it \ufffd good \ufffd']

    In front of a classifier, from raw text:

    >>> from sklearn.pipeline import make_pipeline
    >>> from skrnn import RNNClassifier
    >>> net = RNNClassifier(embedding_dim=8, hidden_size=8, max_epochs=20, random_state=0)
    >>> model = make_pipeline(SequenceTokenizer(), net)
    >>> model.fit(10 * texts, 10 * ["yes", "no"]).predict(["is good", "not"])
    array(['yes', 'no'], dtype='<U3')

    With vectors of words, which are tuned unless ``freeze_embedding=True``:

    >>> vectors = {"good": [1.0, 0.2], "not": [-1.0, 0.1]}
    >>> tokenizer = SequenceTokenizer(vectors=vectors)
    >>> tokenizer.fit_transform(texts)
    Ragged(n=2, ids, lengths=3..7, dtype=int64, vectors=(9, 2))
    >>> model = make_pipeline(tokenizer, net.set_params(embedding_dim="auto"))
    >>> model.fit(10 * texts, 10 * ["yes", "no"]).predict(["is good", "not"])
    array(['yes', 'no'], dtype='<U3')
    """

    _parameter_constraints: ClassVar[dict] = {
        "analyzer": [StrOptions({"word", "char", *SUBWORDS}), callable],
        "vocabulary_size": [natural(), None],
        "min_frequency": [natural(), StrOptions({"auto"})],
        "lowercase": ["boolean"],
        "unknown": [StrOptions({"token", "drop", "error"})],
        "max_length": [natural(), None],
        "truncating": [StrOptions({"post", "pre"})],
        "vectors": [str, os.PathLike, HasMethods(["__getitem__", "__contains__"]), None],
    }

    def __init__(
        self,
        *,
        analyzer="word",
        vocabulary_size=None,
        min_frequency="auto",
        lowercase=True,
        unknown="token",
        max_length=None,
        truncating="post",
        vectors=None,
    ):
        self.analyzer = analyzer
        self.vocabulary_size = vocabulary_size
        self.min_frequency = min_frequency
        self.lowercase = lowercase
        self.unknown = unknown
        self.max_length = max_length
        self.truncating = truncating
        self.vectors = vectors

    def fit(self, X, y=None):
        """Learn the vocabulary.

        Parameters
        ----------
        X : list, array, Series or DataFrame of n texts
            Texts (str), or lists of tokens (str). An array or DataFrame of two dimensions has one
            column of them.
        y : None
            Not used; scikit-learn's pipelines pass it.

        Returns
        -------
        self : SequenceTokenizer
            The fitted transformer.

        Raises
        ------
        ValueError, TypeError
            If a parameter or X is not what it should be, or no token is left to be kept; the
            transformer is then as it was before.
        """
        with unchanged_on_error(self):
            self._learn(X)
        return self

    def fit_transform(self, X, y=None):
        """Learn the vocabulary and give the ids, cutting the texts once.

        Parameters
        ----------
        X : list, array, Series or DataFrame of n texts
            As for :meth:`fit`.
        y : None
            Not used; scikit-learn's pipelines pass it.

        Returns
        -------
        ids : Ragged, DataFrame or object ndarray
            As of :meth:`transform`.
        """
        with unchanged_on_error(self):
            texts, numbered = self._learn(X)
            return self._give_back(texts, self._number(numbered))

    def transform(self, X):
        """Give the ids.

        Parameters
        ----------
        X : list, array, Series or DataFrame of n texts
            As for :meth:`fit`.

        Returns
        -------
        ids : Ragged of n rows of int64, DataFrame or object ndarray
            For a DataFrame of one column, one of the same index and name, each cell an array of
            ids; for an array (n, 1), one of such cells.
        """
        check_is_fitted(self)
        texts = self._read(X, reset=False)
        analyzer = self._analyzer
        if texts.listed != isinstance(analyzer, Listed):  # others than in fit
            analyzer = self._make_analyzer(texts)
        numbered = analyzer.number(texts.cells)
        return self._give_back(texts, self._number(numbered))

    def inverse_transform(self, X):
        r"""Make texts of ids.

        Parameters
        ----------
        X : Ragged, list, array or DataFrame of n rows of ids
            What :meth:`transform` gives, lists of ints, or (n, T) ints padded with 0.

        Returns
        -------
        texts : list of str, or of lists of str
            Words are joined by a space; tokens of a function of your own, and those of a tokenizer
            that was fitted on lists of tokens, are lists. The unknown token is "\ufffd".

        Raises
        ------
        ValueError
            If an id was never given; names the row.
        """
        check_is_fitted(self)
        X = _read_ids(X).compact()
        names = np.array(["", UNKNOWN_TEXT, *self.vocabulary_], dtype=object)
        if (X.values >= len(names)).any():
            row = next(i for i, ids in enumerate(X) if ids.max() >= len(names))
            raise ValueError(
                f"Row {row} of X holds the id {X[row].max()}, but the vocabulary of this tokenizer "
                f"ends at {len(names) - 1}; it gave no such id."
            )
        return [self._analyzer.join(names[ids].tolist()) for ids in X]

    def get_feature_names_out(self, input_features=None):
        """Name the column of ids, which is called as the column of texts was.

        Parameters
        ----------
        input_features : array-like of str, default=None
            The name of the column; by default the one seen in fit, or x0.

        Returns
        -------
        names : object ndarray of one str
            The name.

        Raises
        ------
        ValueError
            If there are several names, or another than in fit.
        """
        check_is_fitted(self)
        names = check_feature_names(self, input_features)
        return np.array(["x0"] if names is None else names, dtype=object)

    def _learn(self, X):
        validate_parameters(self)
        texts = self._read(X, reset=True)
        self._analyzer = self._make_analyzer(texts)
        numbered = self._analyzer.number(texts.cells)
        self.vocabulary_ = self._choose(numbered)
        given = self.vectors is not None
        self.vectors_ = read_vectors(self.vectors, self.vocabulary_) if given else None
        return texts, numbered

    def _read(self, X, reset):
        texts = read_texts(X, type(self).__name__)
        if texts.give_back is not None and self.vectors is not None:
            raise ValueError(
                "X has two dimensions, and the cells of a table cannot carry pretrained vectors to "
                "the estimator. Pass the column itself, such as X['text'] (in a SequenceFusion, or "
                "in a ColumnTransformer with an RNNEncoder behind the tokenizer, 'text' instead of "
                "['text']), or set vectors=None."
            )
        named = is_frame(X) and hasattr(self, "feature_names_in_")
        if texts.give_back is not None and (reset or named):
            validate_data(self, X, reset=reset, skip_check_array=True)
        elif reset:
            for name in ("n_features_in_", "feature_names_in_"):
                vars(self).pop(name, None)
        return texts

    def _make_analyzer(self, texts):
        if texts.listed:
            if self.analyzer != "word":
                raise ValueError(
                    f"X holds lists of tokens, but analyzer={self.analyzer!r} cuts texts: pass "
                    "texts, or set analyzer='word' to take the tokens as they are."
                )
            return Listed(self.lowercase)
        if callable(self.analyzer):
            return Custom(self.analyzer, self.lowercase)
        if self.analyzer not in SUBWORDS:
            return {"word": Words, "char": Characters}[self.analyzer](self.lowercase)
        size = SUBWORD_SIZE if self.vocabulary_size is None else self.vocabulary_size
        least = 1 if self.min_frequency == "auto" else self.min_frequency
        return train_subwords(self.analyzer, texts.cells, size, least, self.lowercase)

    def _choose(self, numbered):
        """Give ids to the tokens that are frequent enough."""
        tokens, least = numbered.tokens, self.min_frequency
        if least == "auto":
            least = next(f for f, most in AUTO_FREQUENCY if len(numbered.codes) <= most)
        if isinstance(self._analyzer, Subwords):  # which have chosen, and know some for other texts
            pieces = self._analyzer.pieces
            tokens, least = tokens + sorted(set(pieces).difference(tokens)), 0
        tokens = np.array(tokens, dtype=object)
        counts = np.bincount(numbered.codes, minlength=len(tokens))
        order = np.argsort(tokens, kind="stable")
        order = order[np.argsort(-counts[order], kind="stable")]
        kept = order[counts[order] >= least][: self.vocabulary_size]
        if not len(kept):
            found = "no text has a token"
            if len(counts):
                found = f"the most frequent occurs {counts.max()} times"
            raise ValueError(
                f"No token of X occurs {least} times or more ({found}), so that the "
                "vocabulary would be empty. Lower min_frequency, or pass more text."
            )
        return {token: i for i, token in enumerate(tokens[kept], FIRST)}

    def _number(self, numbered):
        """Give the ids of texts, as a Ragged."""
        get = self.vocabulary_.get
        table = np.array([get(token, UNKNOWN) for token in numbered.tokens], dtype=np.int64)
        ids, lengths = table[numbered.codes], numbered.lengths
        if self.unknown != "token":
            known = ids != UNKNOWN
            if self.unknown == "error" and not known.all():
                self._raise_unknown(numbered, int(np.argmin(known)))
            before = np.concatenate([[0], np.cumsum(known)])
            lengths = np.diff(before[np.concatenate([[0], np.cumsum(lengths)])])
            ids = ids[known]
        if not lengths.all():
            places = (np.cumsum(lengths) - lengths)[lengths == 0]
            ids, lengths = np.insert(ids, places, UNKNOWN), np.maximum(lengths, 1)
        return self._cut(Ragged(ids, lengths, vectors=self.vectors_))

    def _cut(self, X):
        if self.max_length is None or X.lengths.max() <= self.max_length:
            return X
        lengths = np.minimum(X.lengths, self.max_length)
        starts = X.starts if self.truncating == "post" else X.starts + X.lengths - lengths
        return Ragged(X.values, lengths, starts, X.vectors).compact()

    def _raise_unknown(self, numbered, place):
        row = int(np.searchsorted(np.cumsum(numbered.lengths), place, side="right"))
        raise ValueError(
            f"Row {row} of X holds {numbered.tokens[numbered.codes[place]]!r}, which is not in the "
            "vocabulary. Set unknown='token' to give such tokens id 1, or 'drop' to leave them out."
        )

    def _give_back(self, texts, ids):
        return ids if texts.give_back is None else texts.give_back(ids)

    def __sklearn_clone__(self):
        """Copy the parameters, but share the vectors, which may be large."""
        params = self.get_params(deep=False)
        vectors = params.pop("vectors")
        copied = {name: clone(value, safe=False) for name, value in params.items()}
        return type(self)(**copied, vectors=vectors)

    def __sklearn_tags__(self):
        """Declare that X is text."""
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.two_d_array = False
        return tags


def _read_ids(X):
    try:
        return as_ragged(X, ids=True, owner="inverse_transform")
    except (TypeError, ValueError) as error:
        if not any(words in str(error) for words in ("embedding_dim", "reads token ids")):
            raise
        raise type(error)(
            "inverse_transform reads the integer ids that transform gives: a Ragged, lists of ints "
            f"or ints (n, T) padded with 0; got {described(X)} that holds something else."
        ) from error
