"""Forecasts of time series."""

import warnings
from numbers import Integral
from typing import ClassVar

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils.validation import check_is_fitted

from skrnn._sklearn import StrOptions, interval, natural, validate_parameters
from skrnn.cells.kernels import backend_of
from skrnn.data.bookkeeping import unchanged_on_error
from skrnn.data.panel import read_history, read_panel
from skrnn.estimators.base import draw_seed
from skrnn.estimators.covariates import fit_covariates
from skrnn.estimators.forecast_parameters import (
    OF_NETWORKS,
    check_columns,
    check_count,
    check_logs,
    check_quantiles,
    choose_periods,
    choose_window,
    horizon_of,
    make_report,
    n_columns,
    one_horizon,
    params_of_runs,
    read_extra,
    with_continuation,
)
from skrnn.estimators.forecasting import Guarded
from skrnn.estimators.judging import judge_coming, judge_rows, mean_scaled_error
from skrnn.estimators.members import train_members
from skrnn.estimators.parameters import SHARED
from skrnn.estimators.validation import choose_origins, validate
from skrnn.forecasting.conformal import Conformal
from skrnn.forecasting.levels import fit_levels
from skrnn.forecasting.reading import StepReader, choose_lags
from skrnn.training.device import choose_device

RECORDED = ("epoch", "train_loss", "lr", "grad_norm", "seconds", "padded_fraction")
WINDOWS = (1.0, 0.7, 1.4)  # of the members, in turn


class SequenceForecaster(BaseEstimator):
    """Recurrent network that continues time series.

    One network learns from all series, and forecasts all coming steps at once from the state
    after the newest one. Seasons are taken out where a test finds them, positive series are read
    as logarithms, and every number is relative to the newest value, so that the untrained network
    repeats it. Steps held back at the end of the series say what the network and textbook
    forecasts (naive, seasonal naive, Theta, damped trend) are worth: they are blended
    accordingly, and intervals are as wide as earlier forecasts were wrong.

    Parameters
    ----------
    horizon : int, default=1
        h, steps to forecast at once. ``predict`` goes beyond by chaining blocks. With a `y` of
        shape (n, h) beside rows of series, h is that of `y`.
    window : int or "auto", default="auto"
        Steps that the network reads before it is asked. "auto" is the largest of 24, twice the
        horizon and 1.25 of the longest season.
    season : int, tuple of int, "auto" or None, default="auto"
        Steps in a season, or in each of several. "auto" takes the seasons of the frequency (24
        and 168 hours, 7 days, 52 weeks, 12 months, 4 quarters); arrays, and steps that are only
        counted, have none. A test decides for each series whether it has the season.
    transformation : {"auto", "log", None}, default="auto"
        Whether series are read as logarithms; "auto" does so where all values are positive.
    calendar : "auto", None or tuple of str, default="auto"
        Which cycles of the time stamps the network is told, for the past and ahead: of "hour",
        "day", "week", "month" and "year". "auto" takes those that the typical series has gone
        through twice.
    future_known : str, list of str or None, default=None
        Columns of X that are known ahead; the others count as known up to the newest step only.
        None: all are.
    quantiles : tuple of float, default=(0.1, 0.5, 0.9)
        Probabilities whose quantiles the network learns beside the median. Intervals of any level
        are made from the lowest and the highest of them.
    n_members : int, default=3
        Networks, of different seeds and windows, whose median is the forecast.
    guard : bool, default=True
        Whether to blend the networks with textbook forecasts. With False, forecasts are the
        networks' own.
    cell : str, Cell class or Cell instance, default="gru"
        The recurrent cell: a name in ``skrnn.cells.CELLS`` ("gru", "lstm", "rnn"), a class, or a
        configured instance such as ``LSTM(init="uniform")``, whose options a grid reaches as
        ``cell__init``.
    hidden_size : int, default=64
        H, units of each recurrent layer and direction.
    num_layers : int, default=1
        Stacked recurrent layers.
    dropout : float, default=0.0
        Probability of dropping a unit between recurrent layers.
    optimizer : {"adam", "adamw", "sgd", "rmsprop"}, default="adam"
        The optimizer, with torch's defaults; ``net_params`` reaches its options.
    lr : float, default=3e-3
        The (highest) learning rate.
    lr_schedule : {"auto", "constant", "cosine", "linear", "one_cycle", "plateau"}, default="auto"
        How the learning rate changes over the run. "one_cycle", which "auto" is, rises for 30 % of
        the steps and then falls to zero; "cosine" and "linear" only fall; "plateau" divides it by
        5 whenever the loss has not fallen for 3 epochs.
    batch_size : int or "auto", default="auto"
        Most spans of a batch, a span being a piece of a series of two windows at most. "auto"
        makes batches of some 8,192 steps, and at least four of them.
    max_epochs : int or "auto", default="auto"
        Passes over all spans; "auto" is 100 divided by the root of the number of batches, from 5
        to 100.
    alpha : float, default=0.0
        Strength of the L2 penalty on weights (not biases), ``alpha / 2 * sum(W**2)`` divided by the
        rows of the batch as in scikit-learn's MLPClassifier. With "adamw" it is torch's decoupled
        weight decay instead, applied to every parameter.
    l1 : float, default=0.0
        Strength of the L1 penalty on weights, ``l1 * sum(abs(W))``, divided likewise.
    clip_norm : float or None, default=1.0
        Bound on the norm of the whole gradient.
    clip_value : float or None, default=None
        Bound on each element of the gradient.
    tbptt_steps : int or None, default=None
        Truncated backpropagation through time: the gradient flows back over at most so many
        steps. None reaches the start of a span.
    max_time : float or None, default=None
        Seconds after which training stops at the next step. The result then depends on the speed of
        the machine.
    device : str, default="auto"
        "auto", "cpu", "cuda" or "cuda:1". "auto" is CUDA where there is one and the work is worth
        it, and always the CPU in worker processes. The fitted model lies on the CPU and loads
        anywhere.
    callbacks : list or None, default=None
        skorch callbacks, or (name, callback) pairs, told of every epoch and batch. Copies are
        used.
    net_params : dict or None, default=None
        Options of the optimizer, such as ``{"optimizer__betas": (0.9, 0.98)}``.
    random_state : int, RandomState instance or None, default=None
        Decides initial weights, the order of spans and dropout masks. The same int gives the same
        model, to the bit, on the same machine.
    verbose : int, default=0
        1 draws one progress line with the loss and the time left; 0 draws nothing.

    Attributes
    ----------
    horizon_ : int
        Steps that are forecast at once.
    season_ : tuple of int
        Steps in each season that was looked for.
    window_ : int
        Steps that the first network reads.
    members_ : list of Member
        The networks.
    weights_ : dict of str to float
        What the network and each textbook forecast counts in the blend.
    report_ : DataFrame
        One row for each series that was long enough to hold steps back: the mean absolute errors
        of each forecast and of the blend there, in units of the series' changes over a season,
        which was ``best``, and the network's ``weight``.
    net_ : SequenceNet
        The skorch net of the first network.
    module_ : torch.nn.Module
        Its network.
    history_ : list of dict
        One row per epoch of the first network: epoch, train_loss, lr, grad_norm, seconds,
        padded_fraction.
    n_iter_ : int
        Its epochs.
    n_features_in_ : int
        Columns of a 2-D array X; columns of the exogenous X; 1 otherwise.
    device_ : str
        Where it was trained.
    cell_backend_ : {"kernel", "torch"}
        What ran the cells in training: the compiled CPU kernel or PyTorch.

    See Also
    --------
    skrnn.metrics : MASE, sMAPE, pinball loss and others, and scorers made of them.
    skrnn.data.from_long : Reads long frames.

    Notes
    -----
    The loss is the mean absolute error of all coming steps at all steps of a series: forking
    sequences [1]_. Level and scale are those of each step, as in [2]_, without smoothing. Missing
    values are no targets, and count as unchanged where they are read, which the network is told.

    References
    ----------
    .. [1] R. Wen et al., "A multi-horizon quantile recurrent forecaster", NIPS Time Series
       Workshop 2017.
    .. [2] S. Smyl, "A hybrid method of exponential smoothing and recurrent neural networks for
       time series forecasting", International Journal of Forecasting 36(1), 2020.

    Examples
    --------
    >>> import pandas as pd
    >>> from skrnn import SequenceForecaster
    >>> from skrnn.datasets import load_air_passengers
    >>> y = load_air_passengers()
    >>> model = SequenceForecaster(horizon=12, n_members=1, max_epochs=20, random_state=0)
    >>> model.fit(y[:-12]).predict().index[:2]
    PeriodIndex(['1960-01', '1960-02'], dtype='period[M]', name='month')
    >>> list(model.predict(2, level=[80]).columns)
    ['passengers', 'passengers-lo-80', 'passengers-hi-80']
    """

    _parameter_constraints: ClassVar[dict] = {
        "horizon": [natural()],
        "window": [natural(2), StrOptions({"auto"})],
        "season": [natural(), tuple, list, StrOptions({"auto"}), None],
        "transformation": [StrOptions({"auto", "log"}), None],
        "calendar": [tuple, list, StrOptions({"auto"}), None],
        "future_known": [str, list, tuple, None],
        "quantiles": [tuple, list],
        "n_members": [natural()],
        "guard": ["boolean"],
        **{name: SHARED[name] for name in OF_NETWORKS},
        "dropout": [interval(0, 1, "left")],
    }

    def __init__(
        self,
        horizon=1,
        *,
        window="auto",
        season="auto",
        transformation="auto",
        calendar="auto",
        future_known=None,
        quantiles=(0.1, 0.5, 0.9),
        n_members=3,
        guard=True,
        cell="gru",
        hidden_size=64,
        num_layers=1,
        dropout=0.0,
        optimizer="adam",
        lr=3e-3,
        lr_schedule="auto",
        batch_size="auto",
        max_epochs="auto",
        alpha=0.0,
        l1=0.0,
        clip_norm=1.0,
        clip_value=None,
        tbptt_steps=None,
        max_time=None,
        device="auto",
        callbacks=None,
        net_params=None,
        random_state=None,
        verbose=0,
    ):
        self.horizon = horizon
        self.window = window
        self.season = season
        self.transformation = transformation
        self.calendar = calendar
        self.future_known = future_known
        self.quantiles = quantiles
        self.n_members = n_members
        self.guard = guard
        self.cell = cell
        self.hidden_size = hidden_size
        self.num_layers = num_layers
        self.dropout = dropout
        self.optimizer = optimizer
        self.lr = lr
        self.lr_schedule = lr_schedule
        self.batch_size = batch_size
        self.max_epochs = max_epochs
        self.alpha = alpha
        self.l1 = l1
        self.clip_norm = clip_norm
        self.clip_value = clip_value
        self.tbptt_steps = tbptt_steps
        self.max_time = max_time
        self.device = device
        self.callbacks = callbacks
        self.net_params = net_params
        self.random_state = random_state
        self.verbose = verbose

    def fit(self, X=None, y=None):
        """Learn from series.

        Parameters
        ----------
        X : Series, DataFrame, dict, array or list
            The series to forecast where `y` is None:

            - Series: one series. A DataFrame with a time index: each column is a series. An index
              of (id, time): one series for each id. A dict of Series: each with its own stamps.
            - array (n, T) or a list of n arrays: each row is a series.

            With a `y` of pandas: what else is known at each step, on the same index.
        y : Series, DataFrame, dict or array, default=None
            The series, where X says what else is known. With rows of arrays X, what follows each
            row: an array (n,) or (n, h).

        Returns
        -------
        self : SequenceForecaster
            The fitted forecaster.

        Raises
        ------
        ValueError, TypeError
            If parameters or series cannot be used; names the series, the stamp and the remedy.
        """
        with unchanged_on_error(self):
            validate_parameters(self)
            panel = read_panel(X, y, future_known=self.future_known)
            check_logs(panel, self.transformation)
            self.n_features_in_ = n_columns(X, panel)
            interrupted = self._fit(panel)
        if interrupted:
            warnings.warn(
                "fit was interrupted; what was learned so far is kept, and the estimator can "
                "forecast.",
                ConvergenceWarning,
                stacklevel=2,
            )
            raise KeyboardInterrupt
        return self

    def _fit(self, panel):
        """Judge and train on a panel; give whether a Ctrl-C ended it."""
        self._panel = panel
        self.horizon_ = horizon_of(self.horizon, panel)
        self.season_ = choose_periods(self.season, panel)
        self.window_ = choose_window(self.window, self.horizon_, self.season_)
        self._covariates = fit_covariates(panel, self.calendar)
        self._quantiles = check_quantiles(self.quantiles)
        series = with_continuation(panel, self._covariates.series(panel))
        self.device_ = choose_device(self.device, int(panel.lengths.sum()) * self.hidden_size)
        with params_of_runs(self) as params:
            interrupted = self._learn(params, series, draw_seed(self.random_state))
        first = self.members_[0].net
        self.net_, self.module_ = first, first.module_.eval()
        self.history_ = [{k: v for k, v in row.items() if k in RECORDED} for row in first.history]
        self.n_iter_ = len(self.history_)
        self.cell_backend_ = backend_of(first.module_) if self.device_ == "cpu" else "torch"
        return interrupted

    def _learn(self, params, series, seed):
        """Train one network to judge it on what is held back, then all on everything."""
        self.report_, self.members_, self.weights_ = None, [], {"network": 1.0}
        conformal, interrupted = Conformal(np.empty((0, self.horizon_))), False
        try:
            weights, conformal, interrupted = self._judge(params, series, seed, conformal)
            self.weights_ = weights
            if not interrupted:
                seeds = [[seed, 2 + i] for i in range(self.n_members)]
                members, interrupted = self._train(params, series, seeds)
                self.members_ = members or self.members_
        except KeyboardInterrupt:
            interrupted = True
        if not self.members_:
            raise KeyboardInterrupt  # not an epoch was done: stay as before
        self._sampling_seed = [seed, 0, self.n_members]
        self._guarded_ = self._guarded(self.members_, self.weights_, conformal)
        return interrupted

    def _judge(self, params, series, seed, conformal):
        """Find weights and errors by a network that has not seen the last steps; it stays."""
        origins = choose_origins(np.array([len(row) for row in series.values]), self.horizon_)
        if not len(origins.rows):
            return self.weights_, conformal, False
        before = series.until(origins.rows, origins.back[0])
        self.members_, interrupted = self._train(params, before, [[seed, 0]])
        if interrupted:
            return self.weights_, conformal, True
        judged = self._guarded(self.members_, self.weights_, conformal)
        rng = np.random.default_rng([seed, 1])
        weights, conformal, errors = validate(origins, series, judged, self.guard, rng)
        names = [self._panel.names[i] for i in origins.rows]
        self.report_ = make_report(errors, weights, names)
        return weights, conformal, False

    def _guarded(self, members, weights, conformal):
        return Guarded(members, self.season_, self.transformation, weights, conformal, self.device_)

    def _train(self, params, series, seeds):
        """Train networks of different windows on the same series."""
        levels = fit_levels(series.values, self.season_, self.transformation)
        windows = [max(2, round(self.window_ * WINDOWS[i % 3])) for i in range(len(seeds))]
        readers = [
            StepReader(
                window,
                self.horizon_,
                choose_lags(self.window_, self.season_),
                self.season_,
                self._covariates.n_past,
                self._covariates.n_known,
            )
            for window in windows
        ]
        rows = levels.read(series.values)
        given = series.covariates(self.horizon_)
        return train_members(params, rows, given, readers, seeds, self._quantiles, self.device_)

    def predict(self, X=None, *, history=None, horizon=None, level=None, quantiles=None):
        """Forecast.

        Parameters
        ----------
        X : None, int, Series, DataFrame, dict, array or list, default=None
            - None: continue the series of fit by `horizon` steps; an int: by so many
            - fitted without exogenous data: other series to continue, without fitting again;
              arrays have no stamps, so that their calendar is unknown
            - fitted with exogenous data: its coming rows, one forecast for each
        history : as in fit, default=None
            Other series to continue; with exogenous data a pair (X, y), or one frame of both.
        horizon : int, default=None
            Steps to forecast; None: that of fit.
        level : float or list of float, default=None
            Percentages of intervals to give, such as ``[80, 95]``.
        quantiles : float or list of float, default=None
            Probabilities of quantiles to give.

        Returns
        -------
        forecast : Series, DataFrame, dict or ndarray
            In the form of the series. Arrays (n, h); with `level` or `quantiles` (n, h, 1 + k),
            where the point forecast comes first, then lower and upper ends, then quantiles;
            with `quantiles` alone (n, h, k). A Series becomes a frame with columns ``name``,
            ``name-lo-80``, ``name-hi-80``, ``name-q0.1``.

        Raises
        ------
        ValueError, TypeError
            If series do not fit those of fit, or rows or columns are missing.
        """
        check_is_fitted(self)
        extra = read_extra(level, quantiles)
        panel, series, n_steps = self._coming(X, history, horizon)
        forecast = self._guarded_.forecast(series, n_steps)
        answer = panel.answer(
            forecast.point, {suffix: forecast.quantile(q) for suffix, q in extra.items()}
        )
        quantiles_alone = quantiles is not None and level is None
        return answer[..., 1:] if quantiles_alone and panel.clocks is None else answer

    def _coming(self, X, history, horizon):
        """Read what is to be forecast: the panel, its numbers, and how many steps."""
        fitted = self._panel
        given = isinstance(X, Integral) and not isinstance(X, bool | np.bool_)
        if given:
            horizon, X = one_horizon(int(X), horizon), None
        if horizon is not None:
            check_count(horizon, "horizon", "steps")
        if X is not None and (fitted.exog is None or fitted.clocks is None):
            if history is not None:
                raise ValueError(
                    "Both X and history were given, but nothing was known ahead in fit: X is a "
                    "history then. Pass one of them."
                )
            history, X = X, None
        panel = fitted if history is None else self._read_history(history)
        future = None
        if X is not None:
            future = panel.future(X)
            horizon = one_horizon(future.shape[1], horizon)
        elif len(fitted.future_known):
            raise ValueError(
                f"The columns {list(fitted.future_known)} are known ahead, so predict needs their "
                "coming rows as X, one for each step to forecast. If they are not, fit with "
                "future_known=[]."
            )
        n_steps = self.horizon_ if horizon is None else int(horizon)
        series = self._covariates.series(panel, n_steps, future)
        return panel, with_continuation(panel, series), n_steps

    def _read_history(self, history):
        """Read series that are not those of fit."""
        panel = read_history(history, self._panel)
        check_logs(panel, self.transformation)
        check_columns(history, panel, self._panel, self.n_features_in_)
        return panel

    def sample(self, n=100, horizon=None, *, X=None, history=None):
        """Draw joint paths of what may come.

        Parameters
        ----------
        n : int, default=100
            How many paths.
        horizon : int, default=None
            Steps; None: that of fit.
        X, history : default=None
            As in :meth:`predict`.

        Returns
        -------
        paths : DataFrame, dict or ndarray
            A column for each path; for a frame of series, columns (name, path). Arrays
            (n, n_series, h). The same every time for the same fit.

        Raises
        ------
        ValueError, TypeError
            As :meth:`predict`; and where `n` is no positive whole number.
        """
        check_is_fitted(self)
        check_count(n, "n", "paths")
        panel, series, n_steps = self._coming(X, history, horizon)
        forecast = self._guarded_.forecast(series, n_steps)
        return panel.samples(forecast.sample(n, np.random.default_rng(self._sampling_seed)))

    def score(self, X, y=None):
        """Judge forecasts of what came after the series of fit: minus their MASE.

        Parameters
        ----------
        X : as in fit
            The steps that follow those of fit, as GridSearchCV with TimeSeriesSplit has them; with
            `y`, what else is known of them. Rows of arrays: each row's last `horizon` steps are
            forecast from those before.
        y : as in fit, default=None
            The series, where X says what else is known.

        Returns
        -------
        score : float
            Minus the mean absolute scaled error, 0 at best. Series without changes in training
            have no scale and are left out; where no series has one, minus the mean absolute
            error.

        Raises
        ------
        ValueError
            If the series do not begin right after those of fit; names the stamp and the remedy.
            If nothing of what came is known.
        """
        check_is_fitted(self)
        fitted = self._panel
        new = read_panel(X, y, future_known=self.future_known, like=fitted)
        check_columns(X, new, fitted, self.n_features_in_)
        judge = judge_rows if new.clocks is None else judge_coming
        judged = judge(new, fitted, self._covariates, self._guarded_)
        return -mean_scaled_error(*judged, max(self.season_, default=1))

    def training_series(self):
        """Give the series of fit, which scaled errors are measured by.

        Returns
        -------
        series : list of ndarray
            One for each series.
        """
        check_is_fitted(self)
        return [values.copy() for values in self._panel.values]

    def __sklearn_tags__(self):
        """Declare that X may be three-dimensional and hold missing values."""
        tags = super().__sklearn_tags__()
        tags.input_tags.three_d_array = True
        tags.input_tags.allow_nan = True
        return tags
