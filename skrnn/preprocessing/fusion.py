"""The columns of a frame to rows of several parts: sequences of more than one kind, and numbers."""

from contextlib import contextmanager
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from scipy.sparse import issparse
from sklearn import get_config
from sklearn.base import TransformerMixin, clone
from sklearn.pipeline import Pipeline
from sklearn.utils import Bunch
from sklearn.utils.metadata_routing import get_routing_for_object
from sklearn.utils.validation import check_is_fitted, validate_data

from skrnn._sklearn import (
    BaseComposition,
    column_numbers,
    take_columns,
    validate_parameters,
    visual_block,
)
from skrnn.data.bookkeeping import unchanged_on_error
from skrnn.data.columns import object_cells
from skrnn.data.convert import (
    holds_sequences,
    is_arraylike,
    is_frame,
    is_scalar,
    is_sequence,
    to_array,
)
from skrnn.data.fused import Fused
from skrnn.data.ragged import Ragged
from skrnn.data.read import as_ragged
from skrnn.data.rows import check_count, described
from skrnn.preprocessing.tokenizer import SequenceTokenizer


class SequenceFusion(TransformerMixin, BaseComposition, auto_wrap_output_keys=None):
    """Give columns to transformers, and hold what they make as the parts of each row.

    It is what :class:`sklearn.compose.ColumnTransformer` is, for columns that hold sequences: a
    frame with a recording, a note and an age in each row becomes a :class:`~skrnn.data.Fused`,
    which one :class:`~skrnn.RNNClassifier` or :class:`~skrnn.RNNRegressor` reads. Each sequence
    gets recurrent layers of its own, and static numbers join the vectors they end in.

    Parameters
    ----------
    transformers : list of (name, transformer, columns)
        The parts, in order. `name` names the part, and reaches parameters of its transformer as
        ``name__parameter``. `transformer` is an estimator, of which a clone is fitted,
        "passthrough" or "drop". `columns` are those it gets: a name (str) or position (int) gives
        a Series or 1-D array, a list, slice or boolean mask of them a frame or 2-D array; a
        callable is given X and returns one of these.

        What the transformer gives is read so: a :class:`~skrnn.data.Ragged` is sequences, of
        numbers or of token ids; so are lists, Series and frames of arrays, and arrays (n, T, F),
        of numbers, but for those of a :class:`SequenceTokenizer`, which are ids; all else is
        static numbers, of shape (n,) or (n, k). Sparse ones are made dense.

    Attributes
    ----------
    transformers_ : list of (name, transformer, columns)
        The fitted clones, with "passthrough" and "drop" as they were given and columns as they
        were chosen.
    named_transformers_ : Bunch
        The fitted clones by name.
    n_features_in_ : int
        Columns of X.
    feature_names_in_ : ndarray of str
        Column names, where X was a DataFrame of strings as column names.

    See Also
    --------
    skrnn.data.Fused : What it gives.
    sklearn.compose.ColumnTransformer : Puts columns of numbers beside each other.

    Notes
    -----
    A frame with one column for each step is a table of static numbers here. To make it one
    sequence per row, let ``FunctionTransformer(skrnn.data.as_ragged)`` be its transformer.

    Examples
    --------
    >>> import numpy as np
    >>> import pandas as pd
    >>> from sklearn.pipeline import make_pipeline
    >>> from sklearn.preprocessing import OneHotEncoder
    >>> from skrnn import RNNClassifier
    >>> from skrnn.preprocessing import SequenceFusion
    >>> rng = np.random.default_rng(0)
    >>> frame = pd.DataFrame({
    ...     "recording": [rng.normal(size=(n, 2)) for n in rng.integers(3, 9, size=30)],
    ...     "sex": rng.choice(["f", "m"], size=30),
    ...     "age": rng.integers(20, 80, size=30),
    ... })
    >>> fusion = SequenceFusion([
    ...     ("recording", "passthrough", "recording"),
    ...     ("sex", OneHotEncoder(), ["sex"]),
    ...     ("age", "passthrough", ["age"]),
    ... ])
    >>> fusion.fit_transform(frame)
    Fused(n=30, recording: 2 features, sex: 2 static, age: 1 static)
    >>> model = make_pipeline(fusion, RNNClassifier(hidden_size=4, max_epochs=2, random_state=0))
    >>> model.fit(frame, frame["age"] > 50).predict(frame).shape
    (30,)
    """

    _parameter_constraints: ClassVar[dict] = {"transformers": [list]}

    def __init__(self, transformers):
        self.transformers = transformers

    def get_params(self, deep=True):
        """Get the parameters, and those of the transformers as ``name__parameter``.

        Parameters
        ----------
        deep : bool, default=True
            Whether to include the transformers and their parameters.

        Returns
        -------
        params : dict
            Names and values.
        """
        return self._get_params("_transformers", deep=deep)

    def set_params(self, **params):
        """Set parameters, transformers by name, and their parameters as ``name__parameter``.

        Parameters
        ----------
        **params : dict
            Names and values.

        Returns
        -------
        self : SequenceFusion
            The transformer.
        """
        return self._set_params("_transformers", **params)

    @property
    def _transformers(self):
        """Pairs of name and transformer, which is what scikit-learn's composition works on."""
        try:
            return [(name, transformer) for name, transformer, _ in self.transformers]
        except (TypeError, ValueError):  # no triples: fit will say so
            return self.transformers

    @_transformers.setter
    def _transformers(self, pairs):
        every = zip(pairs, self.transformers, strict=True)
        self.transformers = [(*pair, columns) for pair, (_, _, columns) in every]

    def set_output(self, *, transform=None):
        """Do nothing: what comes out is a Fused in any case.

        Parameters
        ----------
        transform : {"default", "pandas", "polars"} or None, default=None
            Not used.

        Returns
        -------
        self : SequenceFusion
            The transformer.
        """
        return self

    def fit(self, X, y=None):
        """Fit a clone of each transformer on its columns.

        Parameters
        ----------
        X : DataFrame or array of shape (n, k)
            n rows, whose cells may be arrays, strings or numbers.
        y : array-like of shape (n,) or (n, n_targets), default=None
            Passed to the transformers.

        Returns
        -------
        self : SequenceFusion
            The fitted transformer.

        Raises
        ------
        ValueError, TypeError
            If `transformers` or X are not what they should be, or a transformer gives no part;
            names the part. The SequenceFusion is then as it was before.
        """
        self.fit_transform(X, y)
        return self

    def fit_transform(self, X, y=None):
        """Fit a clone of each transformer on its columns, and give what they make of them.

        Parameters
        ----------
        X : DataFrame or array of shape (n, k)
            n rows, whose cells may be arrays, strings or numbers.
        y : array-like of shape (n,) or (n, n_targets), default=None
            Passed to the transformers.

        Returns
        -------
        fused : Fused
            n rows of the parts.
        """
        with unchanged_on_error(self):
            validate_parameters(self)
            self._check_transformers()
            check_table(X)
            validate_data(self, X=X, skip_check_array=True)
            self._choices, self.transformers_, outputs = [], [], {}
            for name, transformer, columns in self.transformers:
                with naming(name):
                    choice = Choice.of(X, columns)
                    transformer, output = fit_one(transformer, choice.take(X), y)
                self._choices.append(choice)
                self.transformers_.append((name, transformer, choice.columns))
                if not is_word(transformer, "drop"):
                    outputs[name] = known_ids(transformer, output)
            return make_fused(outputs, len(X))

    def transform(self, X):
        """Give what the transformers make of their columns.

        Parameters
        ----------
        X : DataFrame or array of shape (n, k)
            As for :meth:`fit`. Columns of a DataFrame are found by name, and others than those
            of fit are not looked at.

        Returns
        -------
        fused : Fused
            n rows of the parts.
        """
        check_is_fitted(self)
        check_table(X)
        outputs = {}
        for (name, transformer, _), choice in zip(self.transformers_, self._choices, strict=True):
            if is_word(transformer, "drop"):
                continue
            with naming(name):
                part = choice.take(X)
                output = part if is_word(transformer) else transformer.transform(part)
                outputs[name] = known_ids(transformer, output)
        return make_fused(outputs, len(X))

    @property
    def named_transformers_(self):
        """The fitted clones by name."""
        return Bunch(**{name: transformer for name, transformer, _ in self.transformers_})

    def _check_transformers(self):
        for i, item in enumerate(self.transformers):
            if not isinstance(item, tuple | list) or len(item) != 3 or not isinstance(item[0], str):
                raise ValueError(
                    f"transformers[{i}] must be (name, transformer, columns), such as "
                    f"('age', 'passthrough', ['age']); got {item!r}."
                )
        self._validate_names([name for name, _, _ in self.transformers])
        for name, transformer, _ in self.transformers:
            if is_word(transformer):
                continue
            able = hasattr(transformer, "fit") and hasattr(transformer, "transform")
            if isinstance(transformer, type) or not able:
                raise TypeError(
                    f"The transformer of part {name!r} must be an estimator with fit and "
                    f"transform, 'passthrough' or 'drop'; got {transformer!r}."
                )
            _refuse_request(name, transformer)
        if all(is_word(one, "drop") for _, one, _ in self.transformers):
            raise ValueError("transformers leaves no part; give one that is not 'drop'.")

    def _sk_visual_block_(self):
        names, shown, columns = zip(*getattr(self, "transformers_", self.transformers), strict=True)
        return visual_block(names, shown, columns)


@dataclass(frozen=True)
class Choice:
    """The columns of one part.

    Parameters
    ----------
    columns : int, str, or list of int or str
        Which columns: one, or several; names where X of fit was a DataFrame.
    width : int or None
        The columns that X must have; None where they are found by name.
    """

    columns: object
    width: int | None

    @classmethod
    def of(cls, X, columns):
        """Find columns in the X of fit, by what the user gave."""
        columns = columns(X) if callable(columns) else columns
        numbers = column_numbers(X, columns)
        if not numbers:
            raise ValueError(
                f"columns={columns!r} chooses no column of X. Choose one or more, or leave the "
                "part out."
            )
        names = [X.columns[j] for j in numbers] if is_frame(X) else numbers
        one = isinstance(columns, str) or (np.ndim(columns) == 0 and not isinstance(columns, slice))
        return cls(names[0] if one else names, None if is_frame(X) else X.shape[1])

    def take(self, X):
        """Take them from X, one as a Series or 1-D array, several as a frame or 2-D array."""
        if self.width is None:
            return self._take_named(X)
        if X.shape[1] != self.width:
            raise ValueError(f"X has {X.shape[1]} columns, but SequenceFusion saw {self.width}.")
        return take_columns(X, self.columns)

    def _take_named(self, X):
        if not is_frame(X):
            raise TypeError(
                f"X is {described(X)}, but SequenceFusion was fitted on a DataFrame. Pass one "
                "with the same columns."
            )
        names = self.columns if isinstance(self.columns, list) else [self.columns]
        missing = [name for name in names if name not in X.columns]
        if missing:
            raise ValueError(
                f"X has no column {missing[0]!r}; it has {list(X.columns)}. Pass the columns of "
                "fit."
            )
        return X[self.columns]


def _refuse_request(name, transformer):
    """Raise where a transformer asks for weights, by metadata routing, that would not reach it."""
    if not get_config()["enable_metadata_routing"]:
        return
    asked = get_routing_for_object(transformer).consumes("fit", ["sample_weight"])
    if asked:
        raise ValueError(
            f"Part {name!r}: its transformer asks for sample_weight in fit, but SequenceFusion "
            "passes no weights on. Call set_fit_request(sample_weight=False) on it."
        )


def check_table(X):
    """Raise if X has no columns to choose from, or no rows."""
    if issparse(X):
        raise TypeError(
            "Sparse data was passed for X, but SequenceFusion chooses columns of a DataFrame or of "
            "a 2-D array. Use X.toarray() to convert to a dense array."
        )
    if not is_frame(X) and getattr(X, "ndim", None) != 2:
        remedy = " Use X.to_pandas()." if hasattr(X, "to_pandas") else ""
        raise TypeError(
            f"SequenceFusion got {described(X)} as X, but needs columns: pass a DataFrame of "
            f"pandas, or a 2-D array, of objects if its cells are sequences or text.{remedy}"
        )
    check_count(len(X), X.shape, "sample", "SequenceFusion")


def is_word(transformer, *words):
    """Whether a transformer is one of some words instead, by default "passthrough" or "drop"."""
    return isinstance(transformer, str) and transformer in (words or ("passthrough", "drop"))


def fit_one(transformer, part, y):
    """Give a fitted clone of a transformer, and what it makes of its columns."""
    if is_word(transformer):
        return transformer, part
    transformer = clone(transformer)
    if hasattr(transformer, "fit_transform"):
        return transformer, transformer.fit_transform(part, y)
    return transformer, transformer.fit(part, y).transform(part)


def known_ids(transformer, output):
    """Hold what a tokenizer gives as ids, which in a frame would look like numbers."""
    last = transformer[-1] if isinstance(transformer, Pipeline) else transformer
    if isinstance(last, SequenceTokenizer) and not isinstance(output, Ragged):
        return as_ragged(output, ids=True, owner="SequenceFusion")
    return output


def make_fused(outputs, n):
    """Hold what transformers gave as the parts of n rows.

    Parameters
    ----------
    outputs : dict
        Each part's output.
    n : int
        The rows there must be.

    Returns
    -------
    fused : Fused
        The rows.

    Raises
    ------
    ValueError, TypeError
        If an output is no part, or not of n rows; names the part.
    """
    parts = {}
    for name, output in outputs.items():
        with naming(name):
            parts[name] = Fused({name: as_part(output)})[name]
            if len(parts[name]) != n:
                raise ValueError(
                    f"Its transformer made {len(parts[name])} rows of {n}; it must give one for "
                    "each."
                )
    return Fused(parts)


def as_part(output):
    """Give sequences as a Ragged, and static numbers as a Fused takes them.

    Parameters
    ----------
    output : Ragged, list, array, sparse array, tensor, Series or DataFrame
        What a transformer gave.

    Returns
    -------
    part : Ragged, array, tensor, Series or DataFrame
        The same.
    """
    if isinstance(output, Ragged):
        return output
    if issparse(output):
        output = output.toarray()
    if isinstance(output, list | tuple) and all(is_scalar(cell) for cell in output):
        output = np.asarray(output)
    table = hasattr(output, "iloc") or is_arraylike(output)
    if table and not _is_sequences(output):
        return output
    return as_ragged(output, owner="SequenceFusion")


def _is_sequences(output):
    """Whether a frame, Series, array or tensor holds sequences rather than numbers."""
    if hasattr(output, "iloc"):
        return any(is_sequence(cell) for cell in object_cells(output))
    array = to_array(output)
    return array.ndim == 3 or holds_sequences(array)


@contextmanager
def naming(name):
    """Say in errors which part they are about."""
    try:
        yield
    except (TypeError, ValueError) as error:
        if str(error).startswith(f"Part {name!r}"):
            raise
        kind = TypeError if isinstance(error, TypeError) else ValueError
        raise kind(f"Part {name!r}: {error}") from error
