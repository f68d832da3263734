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
    n_known : int, default=0
        K, numbers known ahead of each step to forecast, which follow those of the step.

    References
    ----------
    .. [1] R. Wen et al., "A multi-horizon quantile recurrent forecaster", NIPS Time Series
       Workshop 2017.
    """

    def __init__(self, encoder, n_features, horizon, n_quantiles, n_known=0):
        super().__init__()
        self.encoder = encoder
        self.n_features = n_features
        size = encoder.output_size + n_features
        self.point = start_at_zero(Dense(size, horizon))
        self.width = start_at_zero(Dense(size, horizon * n_quantiles)) if n_quantiles else None
        self.coming = Coming(encoder.output_size, n_known) if n_known else None

    def forward(self, x, lengths=None):
        """Give the head's numbers (B, T, (1 + Q) * h) for series (B, T, F + h * K)."""
        return self._behind(*self._states(x, lengths))

    def newest(self, x, lengths=None):
        """Give the head's numbers (B, (1 + Q) * h) after the last step of series."""
        last = torch.full((len(x),), x.shape[1]) if lengths is None else lengths
        rows = torch.arange(len(x), device=x.device), last.to(x.device) - 1
        return self._behind(*(part[rows] for part in self._states(x, lengths)))

    def _states(self, x, lengths):
        """Give what the last layers read of each step, and what is known of coming ones."""
        own, known = x[..., : self.n_features], x[..., self.n_features :]
        outputs, _ = self.encoder(own, lengths)
        return torch.cat([outputs, own], -1), known

    def _behind(self, states, known):
        points = self.point(states)
        if self.coming is not None:
            outputs = states[..., : self.encoder.output_size]
            points = points + self.coming(outputs, known.unflatten(-1, (points.shape[-1], -1)))
        if self.width is None:
            return points
        return torch.cat([points, self.width(states.detach())], -1)


class Coming(nn.Module):
    """What is known ahead of a step changes its forecast, in view of the state.

    Two layers read what is known; the state decides what each of their units counts. All steps to
    forecast share the same weights. A unit's share is a plain number too, so that an effect that
    is always there, such as that of heat, need not be found in every state.

    Parameters
    ----------
    size : int
        H, outputs of the encoder.
    n_known : int
        K, numbers known of a step to forecast.
    width : int, default=64
        Units of the two layers.
    """

    def __init__(self, size, n_known, width=64):
        super().__init__()
        self.first = Dense(n_known, width)
        self.second = Dense(width, width)
        self.shares = start_at_zero(Dense(size, width))

    def forward(self, outputs, known):
        """Give changes (..., h) for outputs (..., H) and coming steps (..., h, K)."""
        units = self.second(self.first(known).relu()).relu()
        return (units * self.shares(outputs)[..., None, :]).sum(-1)


def start_at_zero(linear):
    """Start a last layer at zero, so that the first forecast is the newest value."""
    nn.init.zeros_(linear.weight)
    nn.init.zeros_(linear.bias)
    return linear
