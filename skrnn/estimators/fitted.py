"""A fitted forecaster: the series, what is known beside them, and what forecasts them."""

from dataclasses import dataclass, replace

from skrnn.data.panel_steps import join_panel
from skrnn.estimators.coming import read_coming
from skrnn.estimators.forecast_parameters import check_logs, check_whole, params_of_runs
from skrnn.estimators.insample import forecast_insample
from skrnn.estimators.judging import judge_coming, judge_rows
from skrnn.estimators.updating import train_on
from skrnn.forecasting.levels import fit_levels
from skrnn.training.device import usable_device


@dataclass(frozen=True)
class Fitted:
    """What a forecaster has learned, and from what.

    Parameters
    ----------
    panel : Panel
        The series.
    covariates : Covariates
        How what is known beside them becomes numbers.
    guarded : Guarded
        Networks and textbook forecasts.
    levels : Levels, default=None
        Seasons and units of the series, where they are known already.
    """

    panel: object
    covariates: object
    guarded: object
    levels: object = None

    def read(self, n_features, X, history, horizon):
        """Read what is to be forecast.

        Parameters
        ----------
        n_features : int
            ``n_features_in_``.
        X, history, horizon : object
            What predict was given.

        Returns
        -------
        panel : Panel
            The series to continue.
        series : Series
            Their numbers.
        n_steps : int
            How far.
        levels : Levels or None
            Seasons and units of the series, where they are known already.
        """
        panel, future, n_steps = read_coming(self.panel, n_features, X, history, horizon)
        check_logs(panel, self.guarded.transform)
        n_steps = n_steps or self.guarded.horizon
        series = self._numbers(panel, n_steps, future)
        if panel is self.panel:
            return panel, series, n_steps, self.levels
        if panel.clocks is None:  # numbers of rows are no names
            series = replace(series, names=None)
        return panel, series, n_steps, None

    def forecast(self, panel, n_steps, future=None):
        """Forecast the series of a panel.

        Parameters
        ----------
        panel : Panel
            The series.
        n_steps : int
            H, how far.
        future : ndarray of shape (n, H, F), default=None
            What is known ahead.

        Returns
        -------
        forecast : Forecast
            Of all series.
        """
        return self.guarded.forecast(self._numbers(panel, n_steps, future), n_steps)

    def _numbers(self, panel, n_steps=0, future=None):
        return self.covariates.series(join_panel(panel), n_steps, future)

    def judged(self, new):
        """Forecast what came.

        Parameters
        ----------
        new : Panel
            The steps that follow those of fit; or rows without stamps, whose last steps are
            forecast from those before.

        Returns
        -------
        actual, said, train : list of ndarray
            What came, what was forecast and what was known before, one of each for each series.
        """
        if new.clocks is None:
            return judge_rows(new, self.covariates, self.guarded)
        return judge_coming(new, self.panel, self.covariates, self.guarded, self.levels)

    def insample(self, step):
        """Forecast every step of the series from `step` steps before; in their form."""
        check_whole("step", step, 1)
        if step > self.guarded.horizon:
            raise ValueError(
                f"step={step}, but the networks forecast {self.guarded.horizon} steps at once. Set "
                f"a step up to that, or fit with horizon={step}."
            )
        said = forecast_insample(self.guarded, self._numbers(self.panel), int(step), self.levels)
        return join_panel(self.panel).along(said)

    def trained_on(self, params, epochs, seed):
        """Train all networks on.

        Parameters
        ----------
        params : SequenceForecaster
            Has the training parameters.
        epochs : int
            Passes over the series.
        seed : int
            Decides their order.

        Returns
        -------
        members : list of Member
            Copies that were trained on.
        interrupted : bool
            Whether a Ctrl-C ended training.
        """
        series, guarded = self._numbers(self.panel), self.guarded
        levels = fit_levels(series.values, guarded.periods, guarded.transform)
        with params_of_runs(params, len(guarded.members)) as params:
            return train_on(
                params,
                guarded.members,
                levels.read(series.values),
                series.covariates(guarded.horizon),
                int(epochs),
                seed,
                usable_device(guarded.device),
            )
