"""Random masks inside recurrent layers, drawn from the network's own generator."""

from numbers import Real

import torch


def is_rate(value):
    """Tell whether a value is a probability below 1."""
    return isinstance(value, Real) and not isinstance(value, bool) and 0 <= value < 1


def dropout_mask(like, p, generator):
    """Draw the factors that inverted dropout multiplies by.

    Parameters
    ----------
    like : tensor
        Gives the shape, dtype and device.
    p : float
        Probability of zeroing an element.
    generator : torch.Generator or None
        What to draw from; None for torch's global one.

    Returns
    -------
    mask : tensor of the shape of `like`
        Zero with probability `p`, 1 / (1 - p) otherwise.

    Examples
    --------
    >>> import torch
    >>> generator = torch.Generator().manual_seed(0)
    >>> sorted(set(dropout_mask(torch.ones(100), 0.5, generator).tolist()))
    [0.0, 2.0]
    """
    return torch.empty_like(like).bernoulli_(1 - p, generator=generator).div_(1 - p)


def zoneout(step, rates, training, generator):
    """Wrap a step so that units of the state keep the value they had [1]_.

    Parameters
    ----------
    step : callable
        ``step(x_t, state) -> (output, state)``.
    rates : tuple of float
        Probability of keeping a unit, for each part of the state.
    training : bool
        Whether units are kept at random; otherwise the state is the expectation.
    generator : torch.Generator or None
        What to draw from.

    Returns
    -------
    step : callable
        The step with zoneout. An output that is the first part of the state stays so.

    References
    ----------
    .. [1] D. Krueger et al., "Zoneout: regularizing RNNs by randomly preserving hidden
       activations", ICLR 2017.
    """

    def keep(new, old, rate):
        if rate == 0:
            return new
        share = torch.full_like(new, rate)
        if training:
            share = share.bernoulli_(rate, generator=generator)
        return torch.lerp(new, old, share)

    def zoned(x, state):
        output, after = step(x, state)
        kept = tuple(keep(*each) for each in zip(after, state, rates, strict=True))
        return (kept[0] if output is after[0] else output), kept

    return zoned


def zoneout_rates(zoneout, state_names):
    """Give one rate for each part of the state.

    Parameters
    ----------
    zoneout : float or tuple of float
        The option: one rate for all parts, or one for each.
    state_names : tuple of str
        The parts.

    Returns
    -------
    rates : tuple of float
        One per part.

    Raises
    ------
    ValueError
        If there is another number of rates than of parts, or one is not in [0, 1).
    """
    rates = zoneout if isinstance(zoneout, tuple | list) else (zoneout,) * len(state_names)
    if len(rates) != len(state_names) or not all(map(is_rate, rates)):
        raise ValueError(
            f"zoneout={zoneout!r} must be a rate in [0, 1), or a tuple with one for each part of "
            f"the state, which are {', '.join(state_names)}."
        )
    return tuple(rates)
