"""Searches whose candidates of one shape are trained as one network."""

from functools import partial, update_wrapper, wraps
from itertools import chain

import numpy as np
from joblib import Parallel, delayed, effective_n_jobs
from sklearn.base import clone, is_classifier
from sklearn.metrics import check_scoring
from sklearn.model_selection import (
    GridSearchCV,
    ParameterGrid,
    ParameterSampler,
    RandomizedSearchCV,
    check_cv,
)
from sklearn.utils import check_consistent_length, get_tags

from skrnn._config import config_context, get_config
from skrnn._sklearn import take_rows
from skrnn.model_selection.together import (
    draws_progress,
    fit_together,
    new_fit,
    shape_of,
    weight_name,
)
from skrnn.training.callbacks import one_line
from skrnn.training.together import MOST_MODELS


class StackedGridSearchCV(GridSearchCV):
    """Grid search that trains candidates of one shape as one network.

    Everything is as in :class:`sklearn.model_selection.GridSearchCV`: parameters, attributes,
    scores. Candidates (and their folds) that differ in ``lr``, ``alpha``, ``l1``, ``clip_norm``,
    ``clip_value``, ``random_state``, the schedule or the length of training, but not in the shape
    of the network, take their steps together: one call of the compiled kernel for up to 16 models,
    each with its own order of rows, learning rate, history and end; fewer where their batches
    would not fit in a processor's caches together. ``cv_results_`` equals that of separate fits to
    rounding, which a long training may carry to later digits.

    Candidates that cannot be stacked (other cells or sizes, dropout between layers, an encoder,
    CUDA, no compiled kernel) are fitted as ever; so are those of foreign estimators.

    Parameters
    ----------
    estimator : estimator
        :class:`~skrnn.RNNClassifier`, :class:`~skrnn.RNNRegressor`, or a pipeline that ends in
        one.
    param_grid : dict or list of dict
        Parameters and the values to try.
    scoring, n_jobs, refit, cv, verbose, pre_dispatch, error_score, return_train_score
        As in :class:`sklearn.model_selection.GridSearchCV`. ``n_jobs`` are the processes that
        train; scores are computed in this one, so that ``pre_dispatch`` makes no difference. With
        ``verbose=1`` one process draws one progress line.

    Attributes
    ----------
    cv_results_, best_estimator_, best_score_, best_params_, best_index_, scorer_, n_splits_, \
    refit_time_, multimetric_, classes_, n_features_in_, feature_names_in_
        As in :class:`sklearn.model_selection.GridSearchCV`. ``mean_fit_time`` is a candidate's
        share of the time of its stack.

    Examples
    --------
    >>> import numpy as np
    >>> from skrnn import RNNClassifier
    >>> from skrnn.model_selection import StackedGridSearchCV
    >>> rng = np.random.default_rng(0)
    >>> X = rng.normal(size=(60, 9, 1))
    >>> y = X[:, -3:, 0].sum(axis=1) > 0
    >>> model = RNNClassifier(cell="gru", hidden_size=8, max_epochs=20, stem=None, random_state=0)
    >>> search = StackedGridSearchCV(model, {"lr": [1e-4, 1e-2]}, cv=3).fit(X, y)
    >>> search.best_params_
    {'lr': 0.01}
    """

    def fit(self, X, y=None, **params):
        """Search, and fit the best candidate on all rows.

        Parameters
        ----------
        X : container of n sequences
            What the estimator reads.
        y : array-like of shape (n,) or (n, n_targets), default=None
            What it predicts.
        **params : dict
            ``groups`` for the splitter; ``sample_weight`` of shape (n,), of a pipeline
            ``<last step>__sample_weight``; other parameters of the estimator's fit, with which
            nothing is stacked.

        Returns
        -------
        self : StackedGridSearchCV
            The fitted search.

        Raises
        ------
        ValueError, TypeError
            If X, y or a parameter is not what it should be, all fits fail, or one does and
            ``error_score="raise"``.
        """
        return search_stacked(self, list(ParameterGrid(self.param_grid)), X, y, params)


class StackedRandomizedSearchCV(RandomizedSearchCV):
    """Randomized search that trains candidates of one shape as one network.

    See :class:`StackedGridSearchCV` for what is stacked, and
    :class:`sklearn.model_selection.RandomizedSearchCV` for everything else.

    Parameters
    ----------
    estimator : estimator
        :class:`~skrnn.RNNClassifier`, :class:`~skrnn.RNNRegressor`, or a pipeline that ends in
        one.
    param_distributions : dict or list of dict
        Parameters, and lists or distributions to draw their values from.
    n_iter, scoring, n_jobs, refit, cv, verbose, pre_dispatch, random_state, error_score, \
    return_train_score
        As in :class:`sklearn.model_selection.RandomizedSearchCV`.

    Attributes
    ----------
    cv_results_, best_estimator_, best_score_, best_params_, best_index_, scorer_, n_splits_, \
    refit_time_, multimetric_, classes_, n_features_in_, feature_names_in_
        As in :class:`StackedGridSearchCV`.

    Examples
    --------
    >>> import numpy as np
    >>> from scipy.stats import loguniform
    >>> from skrnn import RNNRegressor
    >>> from skrnn.model_selection import StackedRandomizedSearchCV
    >>> X = np.random.default_rng(0).normal(size=(40, 6, 1))
    >>> model = RNNRegressor(cell="gru", hidden_size=8, max_epochs=5, stem=None, random_state=0)
    >>> rates = {"lr": loguniform(1e-4, 1e-1)}
    >>> search = StackedRandomizedSearchCV(model, rates, n_iter=4, cv=2, random_state=0)
    >>> len(search.fit(X, X[:, -1, 0]).cv_results_["params"])
    4
    """

    def fit(self, X, y=None, **params):
        """Search, and fit the best candidate on all rows; see :meth:`StackedGridSearchCV.fit`.

        Parameters
        ----------
        X : container of n sequences
            What the estimator reads.
        y : array-like of shape (n,) or (n, n_targets), default=None
            What it predicts.
        **params : dict
            ``groups`` for the splitter; ``sample_weight`` of shape (n,), of a pipeline
            ``<last step>__sample_weight``; other parameters of the estimator's fit, with which
            nothing is stacked.

        Returns
        -------
        self : StackedRandomizedSearchCV
            The fitted search.

        Raises
        ------
        ValueError, TypeError
            If X, y or a parameter is not what it should be, all fits fail, or one does and
            ``error_score="raise"``.
        """
        drawn = ParameterSampler(
            self.param_distributions, self.n_iter, random_state=self.random_state
        )
        return search_stacked(self, list(drawn), X, y, params)


def search_stacked(search, candidates, X, y, params):
    """Fit candidates on folds, stacked where they can be; let scikit-learn's search judge them.

    Parameters
    ----------
    search : BaseSearchCV
        Gives the parameters, and gets the results.
    candidates : list of dict
        The values to try.
    X, y : container of n sequences, array-like of shape (n,) or None
        The data.
    params : dict
        What ``fit`` was given besides.

    Returns
    -------
    search : BaseSearchCV
        The same.
    """
    check_consistent_length(X, y)
    n = len(y) if y is not None else X.shape[0] if hasattr(X, "shape") else len(X)
    rows = np.arange(n)
    cv = check_cv(search.cv, y, classifier=is_classifier(search.estimator))
    splits = list(cv.split(rows, y, params.get("groups")))
    fits = [
        new_fit(search.estimator, candidate, train)
        for candidate in candidates
        for train, _ in splits
    ]
    name = weight_name(search.estimator)
    drawn = False
    if set(params) <= {"groups", name}:
        shown = draws_progress(search.estimator, search.verbose)
        drawn = shown and effective_n_jobs(search.n_jobs) == 1
        with one_line(len(fits), shown):
            fits = train_stacked(fits, X, y, params.get(name), search.n_jobs)
    else:
        fits = []  # other parameters of fit: the judge lets each fit by itself
    judge = GridSearchCV(
        Member(search.estimator, X, iter(fits)),
        [{name: [value] for name, value in candidate.items()} for candidate in candidates],
        cv=splits,
        scoring=_by_rows(search.scoring),
        refit=search.refit,
        verbose=0 if drawn and search.verbose == 1 else search.verbose,
        error_score=search.error_score,
        return_train_score=search.return_train_score,
    ).fit(rows, y, **{name: value for name, value in params.items() if name != "groups"})
    return _take_over(search, judge, fits)


def train_stacked(fits, X, y, weight, n_jobs):
    """Fit in stacks, in so many processes; give the fits in their order."""
    groups = {}
    for place, fit in enumerate(fits):
        groups.setdefault(shape_of(fit.estimator), []).append(place)
    workers = effective_n_jobs(n_jobs)
    parts = []
    for places in groups.values():
        size = min(MOST_MODELS, -(-len(places) // workers))
        parts.extend(np.array_split(places, -(-len(places) // size)))
    done = Parallel(n_jobs=n_jobs)(
        delayed(_fit_part)([fits[place] for place in part], X, y, weight, get_config())
        for part in parts
    )
    found = dict(zip(np.concatenate(parts), chain.from_iterable(done), strict=True))
    return [found[place] for place in range(len(fits))]


def _fit_part(fits, X, y, weight, config):
    with config_context(**config):
        return fit_together(fits, X, y, weight)


def _take_over(search, judge, fits):
    for name, value in vars(judge).items():
        if name.endswith("_") and not name.startswith("_"):
            setattr(search, name, value)
    search.scorer_ = _scorers(search, judge)
    if hasattr(judge, "best_estimator_"):
        search.best_estimator_ = judge.best_estimator_.fitted_
    if fits:
        seconds = np.reshape([fit.seconds for fit in fits], (-1, judge.n_splits_))
        search.cv_results_["mean_fit_time"] = seconds.mean(axis=1)
        search.cv_results_["std_fit_time"] = seconds.std(axis=1)
    return search


def _by_rows(scoring):
    """Let a user's own scorers see the estimator and the rows, not a :class:`Member`."""
    if isinstance(scoring, dict):
        return {name: _by_rows(scorer) for name, scorer in scoring.items()}
    if not callable(scoring) or hasattr(scoring, "get_metadata_routing"):
        return scoring  # a name, or a scorer of scikit-learn's, which only calls methods

    @wraps(scoring)
    def score(member, rows, *args, **kwargs):
        return scoring(member.fitted_, take_rows(member.X, rows), *args, **kwargs)

    return score


def _scorers(search, judge):
    """Give the judge's scorers as the search knows them, which hold no data."""
    if search.scoring is None or callable(search.scoring):
        return check_scoring(search.estimator, search.scoring)
    if isinstance(search.scoring, dict):
        own = {name: scorer for name, scorer in search.scoring.items() if callable(scorer)}
        return {**judge.scorer_, **own}
    return judge.scorer_


class Member:
    """An estimator of a search whose fits were done before, and which reads rows by number.

    Parameters
    ----------
    estimator : estimator
        The estimator.
    X : container of n sequences
        Where rows are.
    fits : iterator of Fit
        The fits, in the order in which the search asks for them.
    """

    def __init__(self, estimator, X, fits):
        self.estimator = estimator
        self.X = X
        self.fits = fits

    def __sklearn_clone__(self):
        return Member(clone(self.estimator), self.X, self.fits)

    def __sklearn_tags__(self):
        """Give the estimator's tags."""
        return get_tags(self.estimator)

    def get_metadata_routing(self):
        """Give what the estimator wants of what ``fit`` is given."""
        return self.estimator.get_metadata_routing()

    def get_params(self, deep=True):
        """Give the estimator's parameters."""
        return self.estimator.get_params(deep)

    def set_params(self, **params):
        """Set the estimator's parameters."""
        self.estimator.set_params(**params)
        return self

    def fit(self, rows, y=None, **params):
        """Take the fit that was done for these rows, or do one."""
        fit = next(self.fits, None)
        if fit is None:
            self.fitted_ = self.estimator.fit(take_rows(self.X, rows), y, **params)
        elif fit.error is not None:
            raise fit.error
        else:
            self.fitted_ = fit.estimator
        return self

    def __getattr__(self, name):
        if name.startswith("__") or name in ("fitted_", "estimator"):
            raise AttributeError(name)
        found = getattr(self.__dict__.get("fitted_", self.estimator), name)
        if not callable(found) or name.endswith("_"):
            return found
        return update_wrapper(partial(self._call, found), found)

    def _call(self, method, rows, *args, **kwargs):
        return method(take_rows(self.X, rows), *args, **kwargs)
