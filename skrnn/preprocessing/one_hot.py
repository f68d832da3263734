"""A column of zeros and ones for each symbol of a sequence."""

from dataclasses import replace
from numbers import Integral
from typing import ClassVar

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted, validate_data

from skrnn._sklearn import StrOptions, check_feature_names, validate_parameters
from skrnn.data.bookkeeping import check_width, unchanged_on_error
from skrnn.data.checks import first_marked
from skrnn.data.container import Container
from skrnn.data.convert import is_frame, object_array
from skrnn.data.ragged import Ragged
from skrnn.data.read import as_ragged
from skrnn.preprocessing.base import KeepsContainer
from skrnn.preprocessing.symbols import read_symbols


class OneHotSteps(KeepsContainer, BaseEstimator, auto_wrap_output_keys=None):
    """Turn each symbol of a sequence into K numbers: 1 for its own category, 0 for the others.

    For few symbols, such as the four letters of DNA, this is what a network reads best. For
    many, such as words, give their ids to an estimator with ``embedding_dim``.

    A symbol is a character of a string, a string of a list, or an integer; as everywhere in this
    package integers are token ids, which count from 1, and 0 is padding.

    Parameters
    ----------
    categories : "auto", str or array-like of shape (K,), default="auto"
        The symbols that get a column, in this order; in a string, such as "ACGT", each character.
        "auto": those seen in fit, sorted.
    handle_unknown : {"ignore", "error"}, default="ignore"
        What becomes of any other symbol: a step of zeros, or an error that names the row and the
        step.
    unknown_symbol : str, int or None, default=None
        The symbol that ``inverse_transform`` gives for a step of zeros, such as "N" for DNA. None:
        such a step is an error.

    Attributes
    ----------
    categories_ : ndarray of str or int64, shape (K,)
        The symbol of each column.
    n_features_in_ : int
        1, the symbols of a step.
    feature_names_in_ : ndarray of str
        The name of the column, where X was a DataFrame of one column with a string for a name.

    See Also
    --------
    sklearn.preprocessing.OneHotEncoder : Has categories for each column of a 2-D X.

    Examples
    --------
    >>> from skrnn.preprocessing import OneHotSteps
    >>> encoder = OneHotSteps("ACGT", unknown_symbol="N").fit(["GATTACA", "CAN"])
    >>> encoder.transform(["TAN"])
    [array([[0., 0., 0., 1.],
           [1., 0., 0., 0.],
           [0., 0., 0., 0.]])]
    >>> encoder.inverse_transform(encoder.transform(["TAN", "GATC"]))
    ['TAN', 'GATC']

    In front of a classifier, from strings:

    >>> from sklearn.pipeline import make_pipeline
    >>> from skrnn import RNNClassifier
    >>> net = RNNClassifier(hidden_size=4, max_epochs=20, random_state=0)
    >>> X, y = 10 * ["ACGTA", "TTTGGA", "AACA", "TTT"], 10 * ["no", "yes", "no", "yes"]
    >>> make_pipeline(OneHotSteps("ACGT"), net).fit(X, y).predict(["TTTG"])
    array(['yes'], dtype='<U3')
    """

    _parameter_constraints: ClassVar[dict] = {
        "categories": [str, "array-like"],
        "handle_unknown": [StrOptions({"ignore", "error"})],
        "unknown_symbol": [str, Integral, None],
    }

    def __init__(self, categories="auto", *, handle_unknown="ignore", unknown_symbol=None):
        self.categories = categories
        self.handle_unknown = handle_unknown
        self.unknown_symbol = unknown_symbol

    def fit(self, X, y=None):
        """Learn the categories.

        Parameters
        ----------
        X : list, array, Series, DataFrame or Ragged of n sequences
            Strings, of which each character is a step, in a list, an array, a Series or a frame
            of one column; lists of strings or of integers; an array or frame (n, T) of them; or a
            :class:`~skrnn.data.Ragged` of ids.
        y : None
            Not used; scikit-learn's pipelines pass it.

        Returns
        -------
        self : OneHotSteps
            The fitted transformer.

        Raises
        ------
        ValueError, TypeError
            If a parameter or X is not what it should be, or X holds no symbol of the categories, or
            with ``handle_unknown="error"`` any other; the transformer is then as it was before.
        """
        with unchanged_on_error(self):
            validate_parameters(self)
            symbols = self._read(X, reset=True)
            automatic = isinstance(self.categories, str) and self.categories == "auto"
            self.categories_ = symbols.unique() if automatic else _as_categories(self.categories)
            self._joined = symbols.joined
            _check_unknown(self.unknown_symbol, self.categories_, symbols.joined)
            _, known = self._columns_of(symbols)
            if not known.any():
                raise ValueError(
                    f"None of the symbols of X, such as {symbols.unique()[0].item()!r}, is among "
                    f"the categories {self.categories_.tolist()}."
                )
        return self

    def transform(self, X):
        """Turn symbols into numbers.

        Parameters
        ----------
        X : list, array, Series, DataFrame or Ragged of n sequences
            As for :meth:`fit`, of the same kind of symbols.

        Returns
        -------
        X : of the kind that was given
            Sequences (T_i, K) of float64. An array (n, T) of symbols becomes one of (n, T, K), with
            NaN where it was padded, and a frame one of K columns, with a series in each cell.

        Raises
        ------
        ValueError, TypeError
            If X is not what it should be, or holds a symbol that is none of the categories, with
            ``handle_unknown="error"``.
        """
        check_is_fitted(self)
        symbols = self._read(X, reset=False)
        column, known = self._columns_of(symbols)
        steps = np.zeros((len(column), len(self.categories_)))
        steps[np.flatnonzero(known), column[known]] = 1.0
        given = symbols.container.give_back(Ragged(steps, symbols.lengths, symbols.starts))
        if is_frame(given) and given.shape[1] == len(self.categories_):
            given.columns = self.get_feature_names_out()
        return given

    def inverse_transform(self, X):
        """Give the symbols back.

        Parameters
        ----------
        X : list, array, tensor, DataFrame, Series or Ragged of n sequences (T_i, K)
            As :meth:`transform` gives them. Of other numbers, such as probabilities, the largest
            of a step decides.

        Returns
        -------
        X : of the kind that was given
            Strings if fit got strings, else lists of strings or integers. Where a container holds
            numbers only, strings come in a list (for a Ragged) or in an array (n,) of objects.

        Raises
        ------
        ValueError, TypeError
            If X is no sequences of K numbers, or a step has nothing but zeros and
            ``unknown_symbol`` is None; names the row and the step.
        """
        check_is_fitted(self)
        read = as_ragged(X, owner="OneHotSteps.inverse_transform")
        check_width(read, len(self.categories_), "OneHotSteps.transform gives")
        symbols = self.categories_[read.values.argmax(axis=1)]
        zeros = ~read.values.any(axis=1)
        found = first_marked(zeros, read)
        if found is not None:
            symbols = self._with_unknown(symbols, zeros, read, found)
        container = Container.of(X, read)
        if symbols.dtype.kind == "i":
            ids = Ragged(symbols, read.lengths, read.starts)
            return self._named(replace(container, n_axes=2).give_back(ids))
        rows = zip(read.starts, read.starts + read.lengths, strict=True)
        cells = [symbols[start:end].tolist() for start, end in rows]
        if self._joined:
            cells = ["".join(cell) for cell in cells]
        return self._named(_hold_cells(cells, container))

    def get_feature_names_out(self, input_features=None):
        """Name the columns.

        Parameters
        ----------
        input_features : array-like of str of shape (1,), default=None
            The name of the feature; by default that of the column of a DataFrame, or x0.

        Returns
        -------
        names : object ndarray of str, shape (K,)
            "x0_A" and so on.
        """
        check_is_fitted(self)
        names = check_feature_names(self, input_features)
        name = "x0" if names is None else names[0]
        return np.array([f"{name}_{symbol}" for symbol in self.categories_], dtype=object)

    def _read(self, X, reset):
        symbols = read_symbols(X, type(self).__name__)
        column = is_frame(X) and X.shape[1] == 1
        if column and (reset or hasattr(self, "feature_names_in_")):
            validate_data(self, X, reset=reset, skip_check_array=True)
        elif reset:
            self.n_features_in_ = 1
            vars(self).pop("feature_names_in_", None)
        return symbols

    def _columns_of(self, symbols):
        """Give the column of each step, and whether it has one."""
        categories, values = self.categories_, symbols.values
        if categories.dtype.kind != values.dtype.kind:
            held = "strings" if symbols.kind == "integers" else "integers"
            raise ValueError(
                f"X holds {symbols.kind}, but the categories of OneHotSteps are {held}."
            )
        order = np.argsort(categories)
        place = np.searchsorted(categories, values, sorter=order).clip(max=len(categories) - 1)
        column = order[place]
        known = categories[column] == values
        found = first_marked(~known, symbols) if self.handle_unknown == "error" else None
        if found is not None:
            row, position = found
            raise ValueError(
                f"Row {row} of X holds {values[position].item()!r} at step "
                f"{position - int(symbols.starts[row])}, which is none of the categories "
                f"{categories.tolist()}. Set handle_unknown='ignore' to make a step of zeros of it."
            )
        return column, known

    def _with_unknown(self, symbols, zeros, X, found):
        row, position = found
        if self.unknown_symbol is None:
            raise ValueError(
                f"Row {row} of X has nothing but zeros at step {position - int(X.starts[row])}, "
                "as transform makes of an unknown symbol. Set unknown_symbol to what is to be put "
                "there, such as 'N' for DNA."
            )
        return np.where(zeros, self.unknown_symbol, symbols)

    def _named(self, given):
        """Give a frame of one column the name it had in fit."""
        if is_frame(given) and hasattr(self, "feature_names_in_"):
            given.columns = self.feature_names_in_
        return given

    def __sklearn_tags__(self):
        """Declare that X holds symbols rather than a table of numbers."""
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.categorical = True
        tags.input_tags.two_d_array = False
        return tags


def _as_categories(categories):
    """Give the categories that a user wants as an array of str or int64."""
    wanted = [] if isinstance(categories, set | frozenset) else list(categories)
    for kind, dtype in ((str, str), (Integral, np.int64)):
        if wanted and all(isinstance(each, kind) for each in wanted):
            array = np.array(wanted, dtype=dtype)
            unique, counts = np.unique(array, return_counts=True)
            if len(unique) < len(array):
                twice = unique[counts.argmax()].item()
                raise ValueError(f"categories names {twice!r} more than once.")
            return array
    raise ValueError(
        f"categories={categories!r} must be 'auto', a string such as 'ACGT', or a list (a set has "
        "no order) of at least one symbol, all of them strings or all integers."
    )


def _check_unknown(unknown, categories, joined):
    """Raise where the unknown symbol could not stand among the others."""
    if joined and isinstance(unknown, str) and len(unknown) != 1:
        raise ValueError(
            f"unknown_symbol={unknown!r} must be one character, as a step of a string is."
        )
    if unknown is not None and isinstance(unknown, str) is not (categories.dtype.kind == "U"):
        held = "strings" if categories.dtype.kind == "U" else "integers"
        raise ValueError(
            f"unknown_symbol={unknown!r} must be a symbol like the others, which are {held}."
        )


def _hold_cells(cells, container):
    """Put strings, or lists of them, where a container had sequences of numbers."""
    kind, like = container.kind, container.like
    if kind in ("list", "ragged"):
        return cells
    array = object_array(cells)
    if kind == "series":
        return type(like)(array, index=like.index, name=like.name)
    if is_frame(like):
        return type(like)(array[:, None], index=like.index, columns=["x0"])
    return array[:, None] if kind == "nested" else array
