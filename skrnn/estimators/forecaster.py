"""Forecasts of time series."""

from dataclasses import replace
from typing import ClassVar

import numpy as np
from sklearn.base import BaseEstimator, clone
from sklearn.utils.validation import check_is_fitted

from skrnn._sklearn import StrOptions, interval, natural, validate_parameters
from skrnn.cells.kernels import backend_of
from skrnn.data.bookkeeping import unchanged_on_error
from skrnn.data.panel import read_panel
from skrnn.data.panel_steps import grow_panel, join_panel
from skrnn.estimators.backtesting import choose_cutoffs, run_backtest
from skrnn.estimators.base import draw_seed
from skrnn.estimators.covariates import fit_covariates
from skrnn.estimators.fan_chart import STEPS_BEFORE, draw_fans, find_series, make_fans
from skrnn.estimators.fitted import Fitted
from skrnn.estimators.forecast_parameters import (
    OF_NETWORKS,
    check_columns,
    check_count,
    check_logs,
    check_whole,
    choose_periods,
    choose_readers,
    choose_window,
    horizon_of,
    make_report,
    n_columns,
    natural_period,
    params_of_runs,
    read_extra,
)
from skrnn.estimators.interruption import tell_interrupted
from skrnn.estimators.judging import mean_scaled_error
from skrnn.estimators.parameters import SHARED
from skrnn.estimators.school import School
from skrnn.training.callbacks import one_line
from skrnn.training.device import choose_device

RECORDED = ("epoch", "train_loss", "lr", "grad_norm", "seconds", "padded_fraction")


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
        Whether to hold steps back, to blend the networks with textbook forecasts by what each was
        worth there, and to widen intervals by how wrong they were. With False, forecasts and
        intervals are the networks' own, which are often too narrow; fit takes half the time.
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
        makes batches of some 8,192 steps, and sixteen of them where there are enough spans.
    max_epochs : int or "auto", default="auto"
        Passes over all spans; "auto" is 50 divided by the root of the number of batches, and 8 at
        least.
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
        What the network and each textbook forecast counts in the blend, of series that were not
        judged. Each one that was has weights of its own around these.
    report_ : DataFrame
        One row for each series that was long enough to hold steps back: the mean absolute errors
        of each forecast and of the blend there, in units of the series' changes over a season,
        which was ``best``, and the ``weight`` of the network in the blend of this series. None
        without the guard, and where no series was long enough.
    net_ : SequenceNet
        The skorch net of the first network.
    module_ : torch.nn.Module
        Its network.
    history_ : list of dict
        One row per epoch of the first network, those of ``update`` included: epoch, train_loss,
        lr, grad_norm, seconds, padded_fraction.
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
            tell_interrupted("fit")
        return self

    def _fit(self, panel):
        """Judge and train on a panel; give whether a Ctrl-C ended it."""
        self._panel = panel
        self.horizon_ = horizon_of(self.horizon, panel)
        self.season_ = choose_periods(self.season, panel)
        self.window_ = choose_window(self.window, self.horizon_, self.season_)
        self._covariates = fit_covariates(panel, self.calendar)
        series = self._covariates.series(join_panel(panel))
        self.device_ = choose_device(self.device, int(panel.lengths.sum()) * self.hidden_size)
        seed = draw_seed(self.random_state)
        with params_of_runs(self, self._n_runs) as params:
            readers = choose_readers(
                self.window_, self.horizon_, self.season_, self._covariates, self.n_members
            )
            school = School(params, series, readers, self.device_, seed)
            interrupted = school.learn()
        self._sampling_seed, self._levels = [seed, 0, self.n_members], school.levels
        self._guarded_, self.weights_ = school.guarded, dict(school.guarded.blend.shares)
        self.report_ = make_report(school, panel.names)
        self._keep(self._guarded_.members)
        self.cell_backend_ = backend_of(self.module_) if self.device_ == "cpu" else "torch"
        return interrupted

    @property
    def _n_runs(self):
        """How many networks a fit trains, at most: one more is judged on steps held back."""
        return self.n_members + bool(self.guard)

    def _keep(self, members):
        """Store networks."""
        self.members_ = members
        self.net_ = first = members[0].net
        self.module_ = first.module_.eval()
        self.history_ = [{k: v for k, v in row.items() if k in RECORDED} for row in first.history]
        self.n_iter_ = len(self.history_)

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
        panel, *asked = self._coming(X, history, horizon)
        forecast = self._guarded_.forecast(*asked)
        answer = panel.answer(
            forecast.point, {suffix: forecast.quantile(q) for suffix, q in extra.items()}
        )
        quantiles_alone = quantiles is not None and level is None
        return answer[..., 1:] if quantiles_alone and panel.clocks is None else answer

    def _coming(self, X, history, horizon):
        """Read what is to be forecast: the panel, its numbers, how many steps, and levels."""
        return self._fitted.read(self.n_features_in_, X, history, horizon)

    @property
    def _fitted(self):
        return Fitted(self._panel, self._covariates, self._guarded_, self._levels)

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
        panel, *asked = self._coming(X, history, horizon)
        forecast = self._guarded_.forecast(*asked)
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
            Minus the mean absolute scaled error, 0 at best. The scale is the mean change over the
            shortest season of the frequency (24 hours, 7 days, 12 months), over one step where
            there is none; no parameter changes it. Series without changes in training have no
            scale and are left out; where no series has one, minus the mean absolute error.

        Raises
        ------
        ValueError
            If the series do not begin right after those of fit; names the stamp and the remedy.
            If nothing of what came is known.
        """
        check_is_fitted(self)
        new = read_panel(X, y, future_known=self.future_known, like=self._panel)
        check_columns(X, new, self._panel, self.n_features_in_)
        return -mean_scaled_error(*self._fitted.judged(new), natural_period(self._panel))

    def predict_insample(self, step=1):
        """Give what the networks would have said at each step of the series of fit.

        Parameters
        ----------
        step : int, default=1
            How many steps before each one its forecast is made, at most the horizon.

        Returns
        -------
        forecast : Series, DataFrame, dict, ndarray or list
            In the form of the series, on their own stamps; series with an index of ids come one
            below another, rows of different lengths as a list. NaN where no value lies `step` or
            more steps before. With a `y` beside rows of arrays, rows and what follows them.

        Raises
        ------
        ValueError
            If `step` is beyond the horizon.

        Notes
        -----
        All forecasts of a series come from one pass over it, of the networks alone: textbook
        forecasts are not blended in, as they would need a fit at every step. The networks have
        learned from the same values, and seasons are those of the whole series, so that errors
        are smaller than of steps to come; :meth:`backtest` tells what those are.

        Examples
        --------
        >>> from skrnn import SequenceForecaster
        >>> from skrnn.datasets import load_air_passengers
        >>> y = load_air_passengers()
        >>> model = SequenceForecaster(n_members=1, max_epochs=20, random_state=0).fit(y)
        >>> model.predict_insample().isna().sum()
        np.int64(1)
        """
        check_is_fitted(self)
        return self._fitted.insample(step)

    def update(self, X, y=None, *, epochs=0):
        """Append the steps that came after those of fit, so that forecasts go on from there.

        Levels and seasons are found anew in the longer series. Networks, the weights of the
        blend and the widths of intervals stay as they are, but for `epochs`.

        Parameters
        ----------
        X : as in fit
            The next steps of every series, which begin right after its end; rows of arrays are
            appended to those of fit in their order. With `y`, what else is known of them.
        y : as in fit, default=None
            The series, where X says what else is known. With rows of arrays X, what follows each
            row, which is appended too.
        epochs : int, default=0
            Passes over the longer series for which all networks train on, at a constant tenth of
            `lr` and with the optimizer of fit. ``history_`` and ``n_iter_`` go on.

        Returns
        -------
        self : SequenceForecaster
            The forecaster, of longer series.

        Raises
        ------
        ValueError, TypeError
            If series are missing or unknown, or do not begin right after the end of those of
            fit; names the stamp. The forecaster is then as it was.

        Examples
        --------
        >>> from skrnn import SequenceForecaster
        >>> from skrnn.datasets import load_air_passengers
        >>> y = load_air_passengers()
        >>> model = SequenceForecaster(n_members=1, max_epochs=5, random_state=0).fit(y[:"1959"])
        >>> model.update(y["1960"]).predict().index
        PeriodIndex(['1961-01'], dtype='period[M]', name='month')
        """
        check_is_fitted(self)
        check_whole("epochs", epochs, 0)
        with unchanged_on_error(self):
            new = read_panel(X, y, like=self._panel)
            self._panel, self._levels = grow_panel(self._panel, new), None
            interrupted = epochs > 0 and self._train_on(epochs)
        if interrupted:
            tell_interrupted("update")
        return self

    def _train_on(self, epochs):
        """Train all networks on; give whether a Ctrl-C ended it."""
        validate_parameters(self)
        members, interrupted = self._fitted.trained_on(self, epochs, self._sampling_seed[0])
        self._keep(members)
        self._guarded_ = replace(self._guarded_, members=members)
        return interrupted

    def backtest(self, X, y=None, *, n_windows=4, step=None, refit=False, level=None):
        """Forecast series from earlier steps of them, and put forecasts beside what came.

        This forecaster stays as it is, and need not be fitted: copies of it are.

        Parameters
        ----------
        X : as in fit
            The series, or with `y` what else is known. Of columns that are not known ahead
            nothing after a cutoff is used.
        y : as in fit, default=None
            The series, where X says what else is known. With rows of arrays X, what follows each
            row: the rows are then that much longer, and it tells the horizon.
        n_windows : int, default=4
            How many cutoffs to forecast from. From the last one, `horizon` steps reach the end.
        step : int, default=None
            Steps from one cutoff to the next; None: the horizon.
        refit : bool, default=False
            Whether to fit at each cutoff. Else a copy is fitted to what lies before the first
            one, and then only shown what came.
        level : float or list of float, default=None
            Percentages of intervals to give, such as ``[80, 95]``.

        Returns
        -------
        frame : DataFrame
            One row for each series, cutoff and step: ``id``, the name of the series; ``cutoff``,
            the newest stamp that was known; ``time``, the one that was forecast; ``actual``,
            which is NaN where it is missing; ``forecast``; and for each level ``lo-80`` and
            ``hi-80``. For arrays, cutoff and time are numbers of steps, from 0 on.

        Raises
        ------
        ValueError, TypeError
            If the series cannot be used, or are too short; says how many steps are needed.

        Notes
        -----
        Dates and periods are cut at the same stamps in all series, and series that begin later,
        or end earlier, have no rows there. Arrays, integers and durations only count steps; those
        are counted back from the end of each series.

        Examples
        --------
        >>> from skrnn import SequenceForecaster
        >>> from skrnn.datasets import load_air_passengers
        >>> model = SequenceForecaster(horizon=12, n_members=1, max_epochs=20, random_state=0)
        >>> frame = model.backtest(load_air_passengers(), n_windows=2, level=[80])
        >>> list(frame.columns)
        ['id', 'cutoff', 'time', 'actual', 'forecast', 'lo-80', 'hi-80']
        >>> frame.groupby("cutoff").size()
        cutoff
        1958-12    12
        1959-12    12
        Freq: M, dtype: int64
        """
        validate_parameters(self)
        check_whole("n_windows", n_windows, 1)
        check_whole("step", 1 if step is None else step, 1)
        extra = read_extra(level, None)
        panel = read_panel(X, y, future_known=self.future_known)
        h = horizon_of(self.horizon, panel)
        model, panel = clone(self).set_params(horizon=h), join_panel(panel)
        cutoffs = choose_cutoffs(panel, h, n_windows, step or h)
        with one_line(self._n_runs * (n_windows if refit else 1), self.verbose):
            return run_backtest(model._learned, panel, h, cutoffs, refit, extra)

    def _learned(self, panel):
        """Fit a copy to a panel, and give how it continues others."""
        model = clone(self)
        if model._fit(panel):
            raise KeyboardInterrupt
        return model._fitted.forecast

    def plot(self, X=None, *, ax=None, level=(80, 95), history=None, n_history=None, series=None):
        """Draw forecasts as a fan: the newest steps, the forecast, and intervals around it.

        Parameters
        ----------
        X : default=None
            As in :meth:`predict`.
        ax : matplotlib Axes, default=None
            Where to draw; None makes a new figure.
        level : float, list of float or None, default=(80, 95)
            Percentages of the intervals to draw; None draws none.
        history : default=None
            As in :meth:`predict`.
        n_history : int, default=None
            Steps to draw before the forecast; None: four for each step that is forecast, or two
            of the longest season where those are more.
        series : object or list, default=None
            Names of the series to draw, or numbers of rows; None: the first.

        Returns
        -------
        ax : matplotlib Axes
            Where it was drawn.

        Raises
        ------
        ImportError
            If matplotlib is not installed.
        ValueError
            If there is no series of a name, or as :meth:`predict`.
        """
        _, fans = self._fans(X, history, None, level, n_history, series)
        return draw_fans(ax, fans)

    def _fans(self, X, history, horizon, level, n_history, series):
        """Give all series that are asked for, and those to draw with their forecasts."""
        check_is_fitted(self)
        percents = [] if level is None else np.atleast_1d(level).tolist()
        read_extra(level, None)
        panel, every, n_steps, levels = self._coming(X, history, horizon)
        if n_history is None:
            n_history = max(STEPS_BEFORE * n_steps, 2 * max(self.season_, default=0))
        check_whole("n_history", n_history, 1)
        rows = find_series(panel, series)
        drawn = every.until(rows, 0)
        levels = None if levels is None else levels.take(rows)
        forecast = self._guarded_.forecast(drawn, n_steps, levels)
        return panel, make_fans(panel, rows, drawn.values, forecast, percents, n_history)

    def training_series(self):
        """Give the series of fit and update, which scaled errors are measured by.

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
