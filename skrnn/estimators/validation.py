"""Rolling origins: what a network and the textbook are worth on steps it has not seen."""

from dataclasses import dataclass, replace

import numpy as np

from skrnn.estimators.forecasting import forecast_textbook
from skrnn.forecasting.blend import Blend, blend_weights, cautious, own_weights, shrunk
from skrnn.forecasting.conformal import Conformal

FORECASTS = 4000  # to judge by, from so many origins as that takes
FEWEST_ORIGINS, MOST_ORIGINS = 4, 64
ROWS_AT_ONCE = 500
LEAST_LEFT = 3  # steps before an origin


@dataclass(frozen=True)
class Origins:
    """Which series are held back for how long, and from where they are forecast.

    Parameters
    ----------
    rows : int ndarray
        Series that are long enough.
    back : tuple of int
        How many steps before the end each origin lies, the earliest first. Steps after the
        earliest are unseen by the network that is judged.
    """

    rows: np.ndarray
    back: tuple


def choose_origins(lengths, horizon):
    """Hold back a fifth of a typical series, from one horizon to three, or a tenth of a long one.

    Parameters
    ----------
    lengths : int ndarray of shape (n,)
        Steps of the series.
    horizon : int
        h, steps to forecast.

    Returns
    -------
    origins : Origins
        Without rows where no series is long enough.

    Examples
    --------
    >>> import numpy as np
    >>> choose_origins(np.array([100, 5]), 10)
    Origins(rows=array([0]), back=(20, 19, 18, 17, 16, 15, 14, 13, 12, 11, 10))
    """
    enough = lengths[lengths >= horizon + LEAST_LEFT]
    if not len(enough):
        return Origins(np.empty(0, dtype=np.int64), ())
    typical = np.median(enough)
    held = int(np.clip(typical // 5, horizon, max(3 * horizon, typical // 10)))
    rows = np.flatnonzero(lengths >= held + LEAST_LEFT)
    n_origins = int(np.clip(FORECASTS // len(rows), FEWEST_ORIGINS, MOST_ORIGINS))
    back = np.linspace(held, horizon, n_origins if held > horizon else 1).astype(int)
    return Origins(rows, tuple(dict.fromkeys(back.tolist())))


def errors_by_scale(values, period):
    """Give the mean absolute change of each series over a season, or over a step: (n,)."""
    scales = []
    for row in values:
        m = period if len(row) > 2 * period else 1
        change = np.abs(row[m:] - row[:-m])
        change = change[~np.isnan(change)]
        scales.append(change.mean() if len(change) else np.nan)
    return np.array(scales)


def validate(origins, series, guarded, rng):
    """Judge forecasts from rolling origins.

    Parameters
    ----------
    origins : Origins
        From where.
    series : Series
        All series.
    guarded : Guarded
        Networks that were trained without the steps held back, on `origins.rows`.
    rng : numpy.random.Generator
        For :func:`~skrnn.forecasting.blend.blend_weights`.

    Returns
    -------
    blend : Blend
        Weights of "network" and each textbook forecast, and each series' own where there are
        several.
    conformal : Conformal
        Errors of the blend.
    errors : dict of str to ndarray of shape (len(origins.rows),)
        Mean absolute errors of each forecast and of the blend, in units of each series' changes.
    """
    earliest, h = origins.back[0], guarded.horizon
    before = series.until(origins.rows, earliest)
    rounds, parts = [], []
    for past in _pasts(origins, series, h):
        rounds.append(guarded.forecast(past, h))
        textbook = forecast_textbook(past.values, h, rounds[-1].levels.seasons)
        parts.append({"network": rounds[-1].point} | textbook)
    said = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    actual = [[_coming(series.values[i], back, h) for i in origins.rows] for back in origins.back]
    whole, n_origins = np.concatenate(actual), len(origins.back)
    scales = np.tile(errors_by_scale(before.values, max(guarded.periods, default=1)), n_origins)
    apart = min(earliest // h, n_origins)
    n_apart = apart * len(origins.rows)
    times = [(earliest - back) // h for back in origins.back]  # numbers those that are apart
    found = shrunk(blend_weights(list(said.values()), whole, scales, rng), n_apart)
    gains = _gains(said, found, whole, scales, times)
    found = cautious(found, list(said).index("naive"), gains)
    errors = {name: _by_series(values, whole, scales, n_origins) for name, values in said.items()}
    own = {}
    if len(origins.rows) > 1:
        each = own_weights(found, np.array(list(errors.values())), apart)
        own = dict(zip(before.names, each, strict=True))
    blend = Blend(dict(zip(said, found.tolist(), strict=True)), own)
    mean = blend.mix(said, before.names * n_origins)
    errors["blend"] = _by_series(mean, whole, scales, n_origins)
    return blend, Conformal(_scores(rounds, mean, whole), n_apart), errors


def _gains(said, weights, actual, scales, times):
    """Give how much smaller the errors of a blend were than of naive, at each time of origins."""
    mean = sum(w * values for w, values in zip(weights, said.values(), strict=True))
    with np.errstate(invalid="ignore", divide="ignore"):
        gain = np.abs(said["naive"] - actual) - np.abs(mean - actual)
        gain = (gain / scales[:, None]).reshape(len(times), -1)
    known = np.isfinite(gain)
    total, count = np.where(known, gain, 0.0).sum(axis=1), known.sum(axis=1)
    total, count = (np.bincount(times, weights=values) for values in (total, count))
    return total[count > 0] / count[count > 0]


def _pasts(origins, series, h):
    """Yield the series as they were at the origins, of several origins where they are few."""
    at_once = max(1, ROWS_AT_ONCE // len(origins.rows))
    for i in range(0, len(origins.back), at_once):
        first, *others = [series.until(origins.rows, b) for b in origins.back[i : i + at_once]]
        yield first.beside(others, h)


def _coming(row, back, h):
    """Give the h steps after the origin `back` steps before the end."""
    at = len(row) - back
    return row[at : at + h]


def _scores(rounds, blend, actual):
    """Count the errors of the blend in widths, one row per series and origin."""
    scores, begin = [], 0
    for forecast in rounds:
        rows = slice(begin, begin + len(forecast.z))
        blended = replace(forecast, z=forecast.levels.turn(blend[rows]))
        scores.append(blended.scores(forecast.levels.turn(actual[rows])))
        begin = rows.stop
    return np.concatenate(scores)


def _by_series(said, actual, scales, n_rounds):
    """Average scaled absolute errors of each series over its origins."""
    with np.errstate(invalid="ignore", divide="ignore"):
        errors = np.abs(said - actual) / scales[:, None]
    errors = errors.reshape(n_rounds, -1, errors.shape[1]).transpose(1, 0, 2)
    known = np.isfinite(errors)
    total = np.where(known, errors, 0.0).sum(axis=(1, 2))
    count = known.sum(axis=(1, 2))
    return np.divide(total, count, out=np.full(len(count), np.nan), where=count > 0)
