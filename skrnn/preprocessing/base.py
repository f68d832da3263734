"""The template of every transformer of sequences: read, change, give the container back."""

from abc import ABC, abstractmethod

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import check_is_fitted

from skrnn._sklearn import check_feature_names, check_weight, validate_parameters
from skrnn.data.bookkeeping import check_width, read_sequences, unchanged_on_error
from skrnn.data.checks import check_overflow
from skrnn.data.container import Container
from skrnn.data.ragged import Ragged
from skrnn.data.read import as_ragged
from skrnn.preprocessing.reading import NUMBERS, own_words


class KeepsContainer(TransformerMixin, auto_wrap_output_keys=None):
    """What gives sequences back in the kind of container they came in."""

    def set_output(self, *, transform=None):
        """Do nothing: sequences always come back in the kind of container they were given in.

        A :class:`sklearn.compose.ColumnTransformer` asks for it; given a DataFrame, the
        transformer gives one back.

        Parameters
        ----------
        transform : {"default", "pandas"} or None, default=None
            Which container is asked for.

        Returns
        -------
        self : KeepsContainer
            The transformer.

        Raises
        ------
        ValueError
            If `transform` is anything else.
        """
        if transform not in (None, "default", "pandas"):
            raise ValueError(
                f"transform={transform!r} is not known: 'default', 'pandas' or None is expected."
            )
        return self


class ReadsSequences:
    """What reads sequences of numbers, before :class:`TransformerMixin` in the list of bases.

    Attributes
    ----------
    allow_nan : bool
        Whether NaN may stand between steps.
    """

    allow_nan = False

    def __sklearn_tags__(self):
        """Declare that X may be three-dimensional, and float32 stays float32."""
        tags = super().__sklearn_tags__()
        tags.input_tags.three_d_array = True
        tags.input_tags.allow_nan = self.allow_nan
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        return tags


class SequenceTransformer(
    ReadsSequences, KeepsContainer, BaseEstimator, ABC, auto_wrap_output_keys=None
):
    """Changes sequences and gives them back in the kind of container they came in.

    A leaf spells out its parameters and its ``fit``, which calls :meth:`_fit`; it learns from a
    Ragged in ``_learn`` and changes one in ``_change``. Reading, bookkeeping and containers are
    here, once.

    Attributes
    ----------
    allow_nan : bool
        Whether NaN may stand between steps.
    """

    @abstractmethod
    def _learn(self, X, weight):
        """Learn from a Ragged with weights (n,); give the features per step that come out."""

    @abstractmethod
    def _change(self, X):
        """Give the changed rows of a Ragged, as a Ragged of as many rows."""

    def _fit(self, X, sample_weight=None):
        """Read X and learn from it, leaving out rows of weight 0."""
        with unchanged_on_error(self):
            validate_parameters(self)
            read = self._read(X, reset=True)
            weight = check_weight(sample_weight, read)
            self._n_features_out = self._learn(read[weight > 0], weight[weight > 0])
            self._column_holds = self._look_at_columns(X, read)
        return self

    def transform(self, X):
        """Change sequences.

        Parameters
        ----------
        X : list, array, tensor, DataFrame, Series or Ragged of n sequences
            As for :meth:`fit`.

        Returns
        -------
        X : of the kind that was given
            The changed sequences; X itself is never changed. Arrays of unequal rows are padded
            with NaN at the end, or where they were padded if lengths stay as they were.

        Raises
        ------
        ValueError, TypeError
            If X is not what it should be, or the result is too large for its type of number.
        """
        check_is_fitted(self)
        read = self._read(X, reset=False)
        return self._give_back(X, read, self._change)

    def get_feature_names_out(self, input_features=None):
        """Name what comes out: the columns of a 2-D X or of a frame, else the features of a step.

        Parameters
        ----------
        input_features : array-like of str, default=None
            The names that came in; by default those seen in fit.

        Returns
        -------
        names : object ndarray of str
            The names that came in where as many come out, else x0, x1 and so on.

        Raises
        ------
        ValueError
            If `input_features` are of another number or other than in fit.
        """
        check_is_fitted(self)
        names = check_feature_names(self, input_features)
        count = self._n_columns_out()
        if names is None or len(names) != count:
            names = [f"x{j}" for j in range(count)]
        return np.array(names, dtype=object)

    def _look_at_columns(self, X, read):
        """Say what one column of the X of fit holds: of each row "all", a "feature" or a "step"."""
        container = Container.of(X, read)
        if container.kind == "nested":
            return "all" if X.shape[1] == 1 and not container.flat_rows else "feature"
        return "step" if self._fitted_on_table else "feature"

    def _n_columns_out(self):
        if self._column_holds == "all":
            return 1
        if self._column_holds == "feature" or self._n_features_out > 1:
            return self._n_features_out
        n_steps = self.n_features_in_
        return int(self._change(Ragged(np.zeros((n_steps, 1)), [n_steps])).lengths[0])

    def _give_back(self, X, read, change):
        """Change what was read of X, and hold it as X does."""
        with np.errstate(over="ignore", invalid="ignore"):  # what lies between rows may be NaN
            changed = change(read)
        check_overflow(changed, type(self).__name__, allow_nan=self.allow_nan)
        return Container.of(X, read).give_back(changed)

    def _read(self, X, reset):
        with own_words(NUMBERS):
            return read_sequences(self, X, ids=False, reset=reset, allow_nan=self.allow_nan)


def _has_a_way_back(transformer):
    """Say why not where there is no way back."""
    if transformer.one_way is not None:
        raise AttributeError(transformer.one_way)
    return True


class InvertibleTransformer(SequenceTransformer, auto_wrap_output_keys=None):
    """A transformer that knows the way back, for rows that it has not seen as well.

    Attributes
    ----------
    one_way : str or None
        Why there is no ``inverse_transform`` with these parameters; None where there is one.
    """

    one_way = None

    @abstractmethod
    def _change_back(self, X):
        """Undo ``_change`` for a Ragged."""

    @available_if(_has_a_way_back)
    def inverse_transform(self, X):
        """Undo :meth:`transform`.

        Parameters
        ----------
        X : list, array, tensor, DataFrame, Series or Ragged of n sequences
            As :meth:`transform` gives them.

        Returns
        -------
        X : of the kind that was given
            Sequences as :meth:`transform` takes them.

        Raises
        ------
        ValueError, TypeError
            If X is no sequences, or has other features than :meth:`transform` gives.
        """
        check_is_fitted(self)
        owner = type(self).__name__
        with own_words(NUMBERS):
            read = as_ragged(X, owner=f"{owner}.inverse_transform")
        check_width(read, self._n_features_out, f"{owner}.transform gives")
        return self._give_back(X, read, self._change_back)
