"""Ragged sequences to one rectangular array, and back."""

from numbers import Real
from typing import ClassVar

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from skrnn._sklearn import StrOptions, natural, validate_parameters
from skrnn.data.bookkeeping import check_width, unchanged_on_error
from skrnn.data.checks import cut_padding
from skrnn.data.convert import is_arraylike, to_array
from skrnn.data.ragged import Ragged
from skrnn.data.read import as_ragged
from skrnn.preprocessing.base import ReadsSequences
from skrnn.preprocessing.reading import TOKENS, holds_tokens, own_words, read_tokens


class SequencePadder(ReadsSequences, TransformerMixin, BaseEstimator, auto_wrap_output_keys=None):
    """Make one array of sequences of unequal length, filled up at one end.

    The estimators of this package do not need it: they take ragged sequences as they are. It is
    for models that want a rectangle, and for cutting sequences to a length. The estimators read
    what it gives as the sequences it was made of: steps of NaN, and ids of 0, are padding to them
    at either end.

    Parameters
    ----------
    max_length : int or None, default=None
        Steps of the result; longer sequences are cut. None never cuts: the result is as long as
        the longest sequence of fit, or of those at hand if they are longer.
    padding : {"post", "pre"}, default="post"
        Whether to fill up behind or in front of a sequence.
    truncating : {"post", "pre"}, default="post"
        Whether a sequence that is too long loses its end or its start.
    value : float or None, default=None
        What to fill up with. None: NaN, or 0 for ids. Estimators take any other number for data.
    tokens : bool or "auto", default="auto"
        Whether X holds token ids. "auto": a Ragged of ids, as :class:`SequenceTokenizer` gives
        it, does, and everything else holds numbers. With True: lists of ints, or (n, T) ints
        padded with 0.

    Attributes
    ----------
    n_steps_ : int
        T, steps of the result; with ``max_length=None`` at least so many.
    tokens_ : bool
        Whether X of fit held token ids.
    n_features_in_ : int
        Columns of a 2-D X; features per step otherwise.
    feature_names_in_ : ndarray of str
        Column names, where X was a DataFrame of strings as column names.

    See Also
    --------
    skrnn.data.Ragged : Holds sequences of unequal length without padding.

    Examples
    --------
    >>> from skrnn.preprocessing import SequencePadder
    >>> padder = SequencePadder(padding="pre", value=0.0)
    >>> padded = padder.fit_transform([[1.0, 2.0, 3.0], [4.0]])
    >>> padded[..., 0]
    array([[1., 2., 3.],
           [0., 0., 4.]])
    >>> padder.inverse_transform(padded).to_list()[1]
    array([[4.]])
    >>> SequencePadder(max_length=2, tokens=True).fit_transform([[5, 3, 9], [7]])
    array([[5, 3],
           [7, 0]])
    """

    _parameter_constraints: ClassVar[dict] = {
        "max_length": [natural(), None],
        "padding": [StrOptions({"post", "pre"})],
        "truncating": [StrOptions({"post", "pre"})],
        "value": [Real, None],
        "tokens": ["boolean", StrOptions({"auto"})],
    }

    def __init__(
        self, max_length=None, *, padding="post", truncating="post", value=None, tokens="auto"
    ):
        self.max_length = max_length
        self.padding = padding
        self.truncating = truncating
        self.value = value
        self.tokens = tokens

    def fit(self, X, y=None):
        """Learn the length.

        Parameters
        ----------
        X : list, array, tensor, DataFrame, Series or Ragged of n sequences
            Ragged: a list of arrays of shape (T_i, F) or (T_i,), or a
            :class:`~skrnn.data.Ragged`. Of equal length: (n, T, F), or (n, T) for one feature.
            Token ids: lists of ints, or (n, T) ints padded with 0.
        y : None
            Not used; scikit-learn's pipelines pass it.

        Returns
        -------
        self : SequencePadder
            The fitted transformer.

        Raises
        ------
        ValueError, TypeError
            If a parameter or X is not what it should be; the transformer is then as it was
            before.
        """
        with unchanged_on_error(self):
            validate_parameters(self)
            self.tokens_ = holds_tokens(X, self.tokens)
            X = read_tokens(self, X, tokens=self.tokens_, reset=True)
            self._check_value(X.dtype)
            self.n_steps_ = int(self.max_length or X.lengths.max())
        return self

    def transform(self, X):
        """Cut and fill up sequences.

        Parameters
        ----------
        X : list, array, tensor, DataFrame, Series or Ragged of n sequences
            As for :meth:`fit`.

        Returns
        -------
        padded : ndarray of shape (n, T, F), or (n, T) for token ids
            A new array, in float32 if X is, else in float64; ids in int64.
        """
        check_is_fitted(self)
        X = read_tokens(self, X, tokens=self.tokens_, reset=False)
        self._check_value(X.dtype)
        n_steps = self.n_steps_
        if self.max_length is None:
            n_steps = max(n_steps, int(X.lengths.max()))
        lengths = X.lengths.clip(max=n_steps)
        skipped = X.lengths - lengths if self.truncating == "pre" else 0
        offsets = n_steps - lengths if self.padding == "pre" else None
        cut = Ragged(X.values, lengths, X.starts + skipped)
        return cut.to_padded(self.value, n_steps, offsets)

    def inverse_transform(self, X):
        """Leave the padding out.

        Parameters
        ----------
        X : array or tensor of shape (n, T, F), or (n, T) for token ids
            Padded as :meth:`transform` does it.

        Returns
        -------
        X : Ragged
            n sequences, without the steps of nothing but the padding value at the padded end. A
            sequence of nothing else keeps one step.

        Raises
        ------
        ValueError
            If X has other axes or features than :meth:`transform` gives.
        """
        check_is_fitted(self)
        array = to_array(X) if is_arraylike(X) else np.asarray(X)
        n_axes = 2 if self.tokens_ else 3
        if array.ndim != n_axes:
            shape = "(n, steps)" if self.tokens_ else "(n, steps, features)"
            raise ValueError(
                f"X has shape {array.shape}, but SequencePadder.transform gives arrays {shape}."
            )
        with own_words(TOKENS):
            if self.value is None or np.isnan(self.value):
                X = as_ragged(array, ids=self.tokens_, owner="SequencePadder")
            else:
                X = self._without_value(array)
        check_width(X, self._n_step_features, "SequencePadder.transform gives")
        return X.compact()

    def _check_value(self, dtype):
        """Raise where an array of this type cannot hold the value."""
        value = 0 if self.value is None else self.value
        if dtype.kind == "i":
            limits = np.iinfo(dtype)
            if not limits.min <= value <= limits.max or value != int(value):
                raise ValueError(f"value={value!r} must be an integer of 64 bits, as ids are.")
        elif np.isfinite(value) and abs(float(value)) > float(np.finfo(dtype).max):
            raise ValueError(f"value={value!r} is too large for {dtype}, the type of X.")

    def _without_value(self, array):
        n, n_steps = array.shape[:2]
        X = Ragged(array.reshape(n * n_steps, *array.shape[2:]), np.full(n, n_steps))
        padding = (X.values == self.value).reshape(n * n_steps, -1).all(axis=1)
        kept = np.arange(n) * n_steps + (0 if self.padding == "post" else n_steps - 1)
        padding[kept] = False  # a sequence has at least one step
        post = self.padding == "post"
        cut = cut_padding(X, padding)
        ends = cut.starts + cut.lengths if post else X.starts + X.lengths
        starts = X.starts if post else cut.starts
        return Ragged(X.values, ends - starts, starts)
