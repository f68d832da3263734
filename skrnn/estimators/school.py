"""How a forecaster learns: a network that is judged on held-back steps, then all on everything."""

from dataclasses import replace

import numpy as np

from skrnn.estimators.forecast_parameters import check_quantiles
from skrnn.estimators.forecasting import Guarded
from skrnn.estimators.members import train_members
from skrnn.estimators.validation import choose_origins, validate
from skrnn.forecasting.blend import Blend
from skrnn.forecasting.conformal import Conformal
from skrnn.forecasting.levels import fit_levels


class School:
    """The training of one forecaster.

    Parameters
    ----------
    params : SequenceForecaster
        Has the network and training parameters.
    series : Series
        What to learn from.
    readers : list of StepReader
        How each network reads steps.
    device : str
        Where to train.
    seed : int
        Decides everything random.

    Attributes
    ----------
    guarded : Guarded
        What was learned.
    levels : Levels
        Seasons and units of the series.
    judged : int ndarray
        Which series were long enough to hold steps back.
    errors : dict of str to ndarray, or None
        Their errors, by forecast; see :func:`~skrnn.estimators.validation.validate`.
    """

    def __init__(self, params, series, readers, device, seed):
        self.params = params
        self.series = series
        self.readers = readers
        self.quantiles = check_quantiles(params.quantiles)
        self.device = device
        self.seed = seed
        self.levels = self._levels(series)
        none_yet = Conformal(np.empty((0, readers[0].horizon)))
        self.guarded = Guarded(
            [], readers[0].periods, params.transformation, Blend({"network": 1.0}), none_yet, device
        )
        self.judged, self.errors = np.empty(0, dtype=np.int64), None

    def learn(self):
        """Learn; give whether a Ctrl-C ended it, which is raised where nothing was learned."""
        try:
            interrupted = (self.params.guard and self._judge()) or self._train_all()
        except KeyboardInterrupt:
            interrupted = True
        if not self.guarded.members:
            raise KeyboardInterrupt  # not an epoch was done: stay as before
        return interrupted

    def _judge(self):
        """Find weights and errors by a network that has not seen the last steps; it stays."""
        horizon = self.readers[0].horizon
        origins = choose_origins(np.array([len(row) for row in self.series.values]), horizon)
        if not len(origins.rows):
            return False
        before = self.series.until(origins.rows, origins.back[0])
        members, interrupted = self._train(
            before, self._levels(before), self.readers[:1], [[self.seed, 0]]
        )
        self._keep(members)
        if interrupted:
            return True
        rng = np.random.default_rng([self.seed, 1])
        blend, conformal, self.errors = validate(origins, self.series, self.guarded, rng)
        self.judged = origins.rows
        found = {"blend": blend, "conformal": conformal, "judged": members[0]}
        self.guarded = replace(self.guarded, **found)
        return False

    def _train_all(self):
        """Train all networks on everything."""
        seeds = [[self.seed, 2 + i] for i in range(len(self.readers))]
        members, interrupted = self._train(self.series, self.levels, self.readers, seeds)
        self._keep(members or self.guarded.members)
        return interrupted

    def _levels(self, series):
        return fit_levels(series.values, self.readers[0].periods, self.params.transformation)

    def _train(self, series, levels, readers, seeds):
        """Train networks of different windows on the same series."""
        rows, given = levels.read(series.values), series.covariates(readers[0].horizon)
        return train_members(self.params, rows, given, readers, seeds, self.quantiles, self.device)

    def _keep(self, members):
        self.guarded = replace(self.guarded, members=members)
