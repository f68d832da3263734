"""A network that forecasts from every step of a series."""

import torch
from torch import nn

from skrnn.nn.network import Dense


class ForecastNetwork(nn.Module):
    """Forecasts for all coming steps, directly from the state after each step.

    The forecasts of all steps of a series come from one pass over it: forking sequences [1]_.
    Widths of intervals are read from the same states, but teach them nothing: the state serves
    the forecast.

    Parameters
    ----------
    encoder : Encoder
        Sequences to outputs per step, in one direction, without a stem.
    n_features : int
        F, numbers of a step, which the last layers read beside the outputs.
    horizon : int
        h, steps to forecast.
    n_quantiles : int
        Q, quantiles beside the forecast.

    References
    ----------
    .. [1] R. Wen et al., "A multi-horizon quantile recurrent forecaster", NIPS Time Series
       Workshop 2017.
    """

    def __init__(self, encoder, n_features, horizon, n_quantiles):
        super().__init__()
        self.encoder = encoder
        size = encoder.output_size + n_features
        self.point = start_at_zero(Dense(size, horizon))
        self.width = start_at_zero(Dense(size, horizon * n_quantiles)) if n_quantiles else None

    def forward(self, x, lengths=None):
        """Give the head's numbers (B, T, (1 + Q) * h) for series (B, T, F)."""
        outputs, _ = self.encoder(x, lengths)
        return self._behind(torch.cat([outputs, x], -1))

    def newest(self, x, lengths=None):
        """Give the head's numbers (B, (1 + Q) * h) after the last step of series (B, T, F)."""
        outputs, _ = self.encoder(x, lengths)
        states = torch.cat([outputs, x], -1)
        if lengths is None:
            return self._behind(states[:, -1])
        return self._behind(states[torch.arange(len(x), device=x.device), lengths - 1])

    def _behind(self, states):
        points = self.point(states)
        if self.width is None:
            return points
        return torch.cat([points, self.width(states.detach())], -1)


def start_at_zero(linear):
    """Start a last layer at zero, so that the first forecast is the newest value."""
    nn.init.zeros_(linear.weight)
    nn.init.zeros_(linear.bias)
    return linear
