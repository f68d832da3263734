"""Cross-validation of one estimator with each of several cells."""

import inspect

import numpy as np
import pandas as pd
from sklearn.base import clone, is_classifier
from sklearn.metrics import check_scoring
from sklearn.model_selection import check_cv, cross_validate
from sklearn.utils.multiclass import type_of_target

from skrnn.cells import CELLS, Cell, make_cell
from skrnn.estimators import RNNClassifier, RNNRegressor
from skrnn.model_selection.baseline import make_baseline, owner_of
from skrnn.model_selection.results import BASELINE, CellComparison
from skrnn.model_selection.size import count_parameters


def compare_cells(
    X,
    y,
    *,
    estimator=None,
    cells=None,
    baseline=True,
    cv=5,
    scoring=None,
    n_jobs=None,
    verbose=0,
):
    """Cross-validate an estimator with each of several cells, on the same folds.

    Parameters
    ----------
    X : list, array, tensor, DataFrame, Series or Ragged of n sequences
        What the estimator reads.
    y : array-like of shape (n,) or (n, n_targets)
        Labels or numbers.
    estimator : estimator, default=None
        An estimator with a parameter ``cell``, or a pipeline or another estimator around one. None
        is ``RNNClassifier(random_state=0)``, or ``RNNRegressor(random_state=0)`` where y holds
        numbers that are not whole; pass a regressor for counts.
    cells : list or dict, default=None
        Names in ``skrnn.cells.CELLS``, Cell classes or configured instances; a dict gives them
        names of your own. None is all of ``CELLS``.
    baseline : bool or estimator, default=True
        Whether to score a model without recurrence as well: the owner of the cell is replaced by
        :class:`~skrnn.preprocessing.SequenceSummary`, a StandardScaler and LogisticRegression or
        RidgeCV. An estimator is scored as it is, on X itself.
    cv : int, cross-validation generator or iterable, default=5
        As in scikit-learn's cross_validate; the folds are drawn once, for all cells.
    scoring : str or callable, default=None
        One score, the higher the better, as in cross_validate. None is the estimator's own.
    n_jobs : int, default=None
        Folds to run at once, in processes, as in cross_validate.
    verbose : int, default=0
        1 draws one progress line over the cells; 0 draws nothing.

    Returns
    -------
    comparison : CellComparison
        With ``table``, ``scores``, ``best_cell`` and ``plot()``.

    Raises
    ------
    ValueError, TypeError
        If an argument is not what it should be; before anything is trained.
    ValueError, TypeError, RuntimeError
        If fitting or scoring fails, or a score is NaN; names the cell.

    See Also
    --------
    sklearn.model_selection.GridSearchCV : Searches over other parameters as well.

    Notes
    -----
    The best mean of many is too good to be true: score the cell that was chosen on rows that were
    not part of the comparison.

    Examples
    --------
    >>> import numpy as np
    >>> from skrnn import RNNClassifier
    >>> from skrnn.model_selection import compare_cells
    >>> rng = np.random.default_rng(0)
    >>> y = np.array(["down", "up"] * 20)
    >>> slope = np.where(y == "up", 0.3, -0.3)
    >>> X = [s * np.arange(n) + rng.normal(size=n) for s, n in zip(slope, rng.integers(8, 20, 40))]
    >>> model = RNNClassifier(hidden_size=4, stem=None, max_epochs=3, random_state=0)
    >>> comparison = compare_cells(X, y, estimator=model, cells=["gru", "rnn"], cv=2)
    >>> sorted(comparison.table.index)
    ['baseline', 'gru', 'rnn']
    >>> comparison.scores.shape
    (2, 3)
    >>> comparison.best_cell in ("gru", "rnn")
    True
    """
    estimator = _default_estimator(y) if estimator is None else estimator
    key = _find_cell(estimator)
    candidates = {
        name: clone(estimator).set_params(**{key: cell}) for name, cell in _named(cells).items()
    }
    if baseline is not False:
        _check_baseline(baseline, candidates)
        model = make_baseline(estimator, key, y) if baseline is True else baseline
        candidates[BASELINE] = model
    score_name = _score_name(estimator, scoring)
    folds = list(check_cv(cv, y, classifier=is_classifier(estimator)).split(X, y))
    results = {
        name: _cross_validate(name, model, X, y, folds, scoring, n_jobs)
        for name, model in _progress(candidates, verbose)
    }
    return _collect(results, score_name)


def _collect(results, score_name):
    """Make the tables, the best first."""
    rows = {
        name: {
            "mean_score": found["test_score"].mean(),
            "std_score": found["test_score"].std(),
            "n_parameters": found["n_parameters"],
            "fit_time": found["fit_time"].mean(),
            "score_time": found["score_time"].mean(),
            "baseline": name == BASELINE,
        }
        for name, found in results.items()
    }
    table = pd.DataFrame(list(rows.values()), index=pd.Index(rows, name="cell"))
    table["n_parameters"] = table["n_parameters"].astype("Int64")
    table = table.sort_values("mean_score", ascending=False, kind="stable")
    scores = {name: results[name]["test_score"] for name in table.index}
    scores = pd.DataFrame(scores).rename_axis(index="fold", columns="cell")
    return CellComparison(table, scores, score_name=score_name)


def _cross_validate(name, model, X, y, folds, scoring, n_jobs):
    """Score one candidate on every fold, or say which one failed."""
    who = "The baseline" if name == BASELINE else f"Cell {name!r}"
    try:
        found = cross_validate(
            model,
            X,
            y,
            cv=folds,
            scoring=scoring,
            n_jobs=n_jobs,
            return_estimator=True,
            error_score="raise",
        )
    except Exception as error:
        kinds = (kind for kind in (ValueError, TypeError) if isinstance(error, kind))
        raise next(kinds, RuntimeError)(f"{who} failed in cross-validation: {error}") from error
    if "test_score" not in found:
        raise ValueError(
            f"scoring={scoring!r} gives several scores, but cells are sorted by one; pass one."
        )
    missing = np.flatnonzero(np.isnan(found["test_score"]))
    if len(missing):
        raise ValueError(
            f"{who} has the score NaN in fold {missing[0]}, so it cannot be compared. Fewer folds "
            "have more rows to score on; or pass another scoring."
        )
    counts = [count_parameters(model) for model in found.pop("estimator")]
    known = None not in counts
    return {**found, "n_parameters": round(np.mean(counts)) if known else None}


def _progress(candidates, verbose):
    """Yield the candidates, moving a progress line where one is asked for."""
    if not verbose:
        yield from candidates.items()
        return
    from tqdm.auto import tqdm

    with tqdm(total=len(candidates)) as line:
        for name, model in candidates.items():
            line.set_description_str(name)
            yield name, model
            line.update()


# -- what the arguments may be ----------------------------------------------------------


def _default_estimator(y):
    numbers = type_of_target(y).startswith("continuous")
    return (RNNRegressor if numbers else RNNClassifier)(random_state=0)


def _find_cell(estimator):
    """Find the parameter that holds the cell, such as "cell" or "rnnclassifier__cell"."""
    if isinstance(estimator, type) or not hasattr(estimator, "get_params"):
        raise TypeError(
            "estimator must be an instance of an estimator with a parameter cell, such as "
            f"RNNClassifier(); got {estimator!r}."
        )
    params = estimator.get_params()
    keys = [
        key
        for key, value in params.items()
        if key.split("__")[-1] == "cell"
        and not hasattr(value, "fit")  # a step that is named so
        and not isinstance(params.get(owner_of(key)), Cell)  # an option of a cell
    ]
    if len(keys) != 1:
        found = f"several: {', '.join(keys)}" if keys else "none"
        raise ValueError(
            "estimator must have one parameter named cell, its own or that of one of its steps; "
            f"{type(estimator).__name__} has {found}."
        )
    return keys[0]


def _named(cells):
    """Give a dict of name to cell, each of which can be made."""
    if cells is None:
        return {name: name for name in CELLS}
    if isinstance(cells, str | Cell) or not hasattr(cells, "__iter__"):
        raise TypeError(f"cells must be a list of cells or a dict of name to cell; got {cells!r}.")
    if not isinstance(cells, dict):
        cells = list(cells)
        for cell in cells:
            make_cell(cell)
        labels = [_label(cell) for cell in cells]
        twice = [label for label in labels if labels.count(label) > 1]
        if twice:
            raise ValueError(
                f"cells holds {twice[0]!r} more than once. Leave one out, or name them: "
                "cells={'one name': cell, 'another': cell}."
            )
        cells = dict(zip(labels, cells, strict=True))
    if not cells:
        raise ValueError("cells is empty; name at least one, or pass None for all of them.")
    for name, cell in cells.items():
        if not isinstance(name, str):
            raise TypeError(f"The names of cells must be strings; got {name!r}.")
        make_cell(cell)
    return cells


def _label(cell):
    """Name a cell by its name in ``CELLS``, or its class and the options that were changed."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, type):
        return next((name for name, kind in CELLS.items() if kind is cell), cell.__name__)
    defaults = inspect.signature(type(cell)).parameters
    changed = [
        f"{name}={value!r}"
        for name, value in cell.get_params().items()
        if repr(value) != repr(defaults[name].default)
    ]
    return f"{type(cell).__name__}({', '.join(changed)})"


def _check_baseline(baseline, candidates):
    if baseline is not True and (isinstance(baseline, type) or not hasattr(baseline, "fit")):
        raise TypeError(f"baseline must be True, False or an estimator; got {baseline!r}.")
    if BASELINE in candidates:
        raise ValueError(
            f"cells uses the name {BASELINE!r}, which is that of the baseline. Choose another, or "
            "pass baseline=False."
        )


def _score_name(estimator, scoring):
    """Name the score, after checking that there is one."""
    if not (scoring is None or isinstance(scoring, str) or callable(scoring)):
        raise TypeError(
            f"scoring must be the name of one score, a callable or None; got {scoring!r}."
        )
    check_scoring(estimator, scoring)
    if isinstance(scoring, str):
        return scoring
    return "score" if scoring is None else getattr(scoring, "__name__", "score")
