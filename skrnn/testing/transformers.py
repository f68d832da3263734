"""The promises of a transformer that gives sequences back."""

import copy

import numpy as np
from sklearn.base import clone
from sklearn.utils.validation import has_fit_parameter

from skrnn.data import Ragged
from skrnn.data.convert import is_frame
from skrnn.testing.answers import check_copies
from skrnn.testing.containers import arrays_of, holders_of, kind_of, rows_of, same_kind
from skrnn.testing.invariance import check_features
from skrnn.testing.manners import MANNERS
from skrnn.testing.tools import same_numbers
from skrnn.testing.trial import N_ROWS, Trial
from skrnn.testing.weights import check_weight_zero, check_weights_of_one


def check_sequence_transformer(transformer, *, X=None):
    """Check that a transformer of sequences keeps the promises of this package.

    What becomes of a sequence does not depend on the others; sequences come back in the kind of
    container they came in, with the same numbers in each, padded or not (of texts a Ragged may
    come, and they may come back in a list); X is not changed, nor shared but for views that
    cannot be written to; float32 stays float32; ``inverse_transform``, where there is one, is the
    way back for sequences that were not seen in fit; weights mean what they say, where fit takes
    them; nothing is printed, written or left changed; a failed fit leaves the transformer as it
    was; copies answer alike.

    Parameters
    ----------
    transformer : estimator
        A transformer with ``fit`` and ``transform`` that gives a sequence for each. It is cloned,
        with its parameters, and not fitted.
    X : list of sequences, default=None
        What to try it on: arrays (T_i, F) or (T_i,) of numbers, arrays (T_i,) of token ids, strings
        or lists of strings. Half of them must do to learn what there is to learn. None: 14 short
        sequences of two features (of ids, if ``embedding_dim`` or ``tokens`` is set).

    Raises
    ------
    AssertionError
        With a message that says which promise is broken.

    See Also
    --------
    check_sequence_estimator : For estimators, and transformers that give a table.
    sklearn.utils.estimator_checks.check_estimator : The promises of scikit-learn, on 2-D X.

    Examples
    --------
    >>> from skrnn.preprocessing import OneHotSteps, SequenceScaler
    >>> from skrnn.testing import check_sequence_transformer
    >>> check_sequence_transformer(SequenceScaler(method="robust"))
    >>> check_sequence_transformer(OneHotSteps("ACGT"), X=["GATTACA", "CAT", "TAG", "GA"])
    """
    trial = Trial(transformer, pass_y=False, X=X, sequences=True)
    for check in CHECKS:
        check(trial)
    if X is None:
        check_features(trial)


def check_row_by_row(trial):
    """Check that a sequence alone, and in another order, becomes what it does among others."""
    answers = rows_of(trial.fitted.transform(trial.X))
    assert len(answers) == N_ROWS, f"transform gives {len(answers)} rows for {N_ROWS} sequences"
    for i, x in enumerate(trial.X):
        alone = rows_of(trial.fitted.transform([x]))
        same_rows(alone, answers[i : i + 1], f"sequence {i} alone and among others")
    turned = rows_of(trial.fitted.transform(trial.X[::-1]))
    same_rows(turned, answers[::-1], "sequences in another order")
    both = rows_of(clone(trial.estimator).fit_transform(trial.X))
    same_rows(both, answers, "fit_transform and transform")


def check_untouched(trial):
    """Check that X is not changed, and that neither results nor what is learned share it."""
    for name, before in holders_of(trial.X).items():
        held = holders_of(copy.deepcopy(trial.X))[name]  # copies of a frame share its cells
        for array in arrays_of(held):
            array.flags.writeable = True
        model = clone(trial.estimator).fit(held)
        given = model.transform(held)
        same_rows(rows_of(held), rows_of(before), f"fit or transform changes X, {name}: it")
        shared = _shared(arrays_of(given), arrays_of(held))
        assert not shared, f"who writes to what transform gives changes X, {name}"
        expected = [copy.deepcopy(row) for row in rows_of(given)]
        for array in arrays_of(held):
            if array.flags.writeable:  # pandas gives its own arrays to nobody
                array[:] = 3
        again = rows_of(model.transform(before))
        same_rows(again, expected, f"what is learned of X, {name}, changes with X: transform")


def _shared(given, held):
    """Whether what was given can be written to and lies where what is held does."""
    pairs = ((one, other) for one in given if one.flags.writeable for other in held)
    return any(np.may_share_memory(*pair) for pair in pairs)


def check_kinds(trial):
    """Check that each kind of container comes back, with the same numbers, also if fitted on."""
    _check_kinds(trial, trial.X)
    if kind_of(trial.X) == "numbers":
        _check_kinds(trial, [np.ascontiguousarray(x[:, 0]) for x in trial.X])


def _check_kinds(trial, X):
    model = clone(trial.estimator).fit(X)
    answers = rows_of(model.transform(X))
    texts = kind_of(X) in ("text", "lists")
    for name, held in holders_of(X).items():
        for array in arrays_of(held):
            array.flags.writeable = False
        given = model.transform(held)
        said = f"transform of {name}"
        kept = same_kind(given, held) or (texts and type(given) is Ragged and not is_frame(held))
        assert kept, f"{said} gives a {type(given).__name__} of another kind"
        same_rows(rows_of(given), answers, f"{said} and of a list")
        fitted = clone(trial.estimator).fit(held)
        same_rows(rows_of(fitted.transform(X)), answers, f"fit on {name} and on a list")
        if hasattr(model, "inverse_transform"):
            _check_kind_of_inverse(fitted, held, X, name)


def _check_kind_of_inverse(model, held, X, name):
    back = model.inverse_transform(model.transform(held))
    said = f"inverse_transform of what comes of {name}"
    kept = same_kind(back, held) or (kind_of(X) in ("text", "lists") and type(back) is list)
    assert kept, f"{said} gives a {type(back).__name__} of another kind"
    listed = model.inverse_transform(model.transform(X))
    same_rows(rows_of(back), rows_of(listed), f"{said} and of a list")


def check_way_back(trial):
    """Check that inverse_transform brings sequences back that were not seen in fit."""
    if not hasattr(trial.fitted, "inverse_transform"):
        return
    half = N_ROWS // 2
    model = clone(trial.estimator).fit(trial.X[:half])
    back = rows_of(model.inverse_transform(model.transform(trial.X[half:])))
    promise = "sequences not seen in fit, and inverse_transform of what they become"
    same_rows(back, rows_of(trial.X[half:]), promise, tolerance=1e-9)


def check_single_precision(trial):
    """Check that float32 stays float32, and is close to what float64 gives."""
    if kind_of(trial.X) not in ("numbers", "flat"):
        return
    X = [x.astype(np.float32) for x in trial.X]
    model = clone(trial.estimator).fit(X)
    given = model.transform(X)
    rows = rows_of(given)
    assert rows[0].dtype == np.float32, f"transform gives {rows[0].dtype} for X of float32"
    answers = rows_of(trial.fitted.transform(trial.X))
    assert answers[0].dtype == np.float64, f"transform gives {answers[0].dtype} for X of float64"
    same_rows(rows, answers, "transform of float32 and of float64", tolerance=1e-3)
    if hasattr(model, "inverse_transform"):
        dtype = rows_of(model.inverse_transform(given))[0].dtype
        assert dtype == np.float32, f"inverse_transform gives {dtype} for X of float32"


def check_weight_two(trial):
    """Check that a row of weight 2 is the row twice, up to rounding."""
    if not has_fit_parameter(trial.estimator, "sample_weight"):
        return
    weight = 1.0 + (np.arange(N_ROWS) % 3 == 0)
    repeated = trial.rows(np.repeat(np.arange(N_ROWS), weight.astype(int)))
    one, other = trial.ask(trial.fit(sample_weight=weight)), trial.ask(trial.fit(repeated))
    same_numbers(one, other, "a row of weight 2 and given twice", tolerance=1e-9)


def same_rows(one, other, promise, tolerance=1e-12):
    """Check that sequences are the same, numbers up to rounding, and NaN where there is NaN.

    Parameters
    ----------
    one, other : list of arrays, strings or lists
        What :func:`~skrnn.testing.containers.rows_of` gives.
    promise : str
        What is broken if they differ.
    tolerance : float, default=1e-12
        Largest difference allowed, absolute up to 1 and relative above.

    Raises
    ------
    AssertionError
        Naming the promise, the row and the largest difference.
    """
    assert len(one) == len(other), f"{promise}: {len(one)} rows and {len(other)}"
    for i, (row, expected) in enumerate(zip(one, other, strict=True)):
        if isinstance(row, np.ndarray):
            pair = {f"row {i}": row}, {f"row {i}": np.asarray(expected)}
            same_numbers(*pair, promise, tolerance, equal_nan=True)
        else:
            assert row == expected, f"{promise}: row {i} differs, {row!r} and {expected!r}"


CHECKS = (
    check_row_by_row,
    check_untouched,
    check_kinds,
    check_way_back,
    check_single_precision,
    check_weights_of_one,
    check_weight_zero,
    check_weight_two,
    check_copies,
    *MANNERS,
)
