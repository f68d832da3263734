"""Tokens, time stamps and numbers along the axis of steps."""

import numpy as np
import pandas as pd

MOST_NAMES = 30  # as many are legible side by side
MOST_STAMPS = 8


def kind_of(names):
    """Say what the names of steps are.

    Parameters
    ----------
    names : ndarray of shape (T,)
        Names of steps.

    Returns
    -------
    kind : {"step", "time", "token"}
        Numbers, time stamps, or anything else.

    Examples
    --------
    >>> kind_of(np.array(["a", "good", "film"])), kind_of(np.arange(3))
    ('token', 'step')
    """
    if pd.api.types.is_numeric_dtype(names):
        return "step"
    stamps = pd.api.types.is_datetime64_any_dtype(names) or all(
        isinstance(name, pd.Timestamp | pd.Period | np.datetime64) for name in names
    )
    return "time" if stamps else "token"


def as_text(names):
    """Write the names of steps, time stamps as short as tells them apart.

    Parameters
    ----------
    names : ndarray of shape (T,)
        Names of steps.

    Returns
    -------
    texts : list of str
        One for each.

    Examples
    --------
    >>> as_text(np.array(["2026-01-01", "2026-01-02"], dtype="datetime64[ns]"))
    ['2026-01-01', '2026-01-02']
    >>> as_text(np.array(["2026-01-01T10:00", "2026-01-01T11:00"], dtype="datetime64[ns]"))
    ['01 Jan 10:00', '01 Jan 11:00']
    """
    if kind_of(names) != "time" or isinstance(names[0], pd.Period):
        return [str(name) for name in names]
    stamps = pd.DatetimeIndex(names)
    if (stamps == stamps.normalize()).all():
        return stamps.strftime("%Y-%m-%d").tolist()
    if (stamps != stamps.floor("min")).any():
        return stamps.astype(str).tolist()
    one_year = stamps.year.min() == stamps.year.max()
    return stamps.strftime("%d %b %H:%M" if one_year else "%Y-%m-%d %H:%M").tolist()


def label_steps(ax, names, weights=None, places=None):
    """Write names of steps along the horizontal axis; some of them where there are many.

    Parameters
    ----------
    ax : matplotlib Axes
        Where to write; the steps lie at `places`.
    names : ndarray of shape (T,)
        Their names.
    weights : float array of shape (T,), default=None
        Of many tokens those of high weight are named; None names them at even distances.
    places : float array of shape (T,), default=None
        Where the steps lie; None is 0, 1, 2, ...
    """
    kind = kind_of(names)
    ax.set_xlabel(kind)
    places = np.arange(len(names)) if places is None else np.asarray(places)
    if kind == "step":
        _label_numbers(ax, names, places)
        return
    most = MOST_STAMPS if kind == "time" else MOST_NAMES
    even = np.arange(0, len(names), -(-len(names) // most))
    chosen = even if weights is None or kind == "time" else _strongest(weights, most)
    texts = as_text(names)
    turned = kind == "token" and (len(chosen) > 6 or max(len(texts[i]) for i in chosen) > 12)
    slanted = kind == "time"
    ax.set_xticks(places[chosen], [_shortened(texts[i]) for i in chosen])
    ax.tick_params(axis="x", labelrotation=90 if turned else 30 if slanted else 0)
    if slanted:
        for label in ax.get_xticklabels():
            label.set_horizontalalignment("right")
            label.set_rotation_mode("anchor")


def _label_numbers(ax, names, places):
    """Leave numbers to matplotlib where steps lie at their numbers; else write some."""
    if np.array_equal(names, places):
        ax.xaxis.get_major_locator().set_params(integer=True)
        return
    chosen = np.arange(0, len(names), -(-len(names) // MOST_STAMPS))
    ax.set_xticks(places[chosen], [f"{names[i]:g}" for i in chosen])


def _strongest(weights, most):
    """Choose the steps of highest weight that do not lie too close to each other."""
    n = len(weights)
    apart = -(-n // most)
    chosen, free = [], np.ones(n, dtype=bool)
    for i in np.argsort(-np.abs(weights), kind="stable"):
        if free[i]:
            chosen.append(i)
            free[max(0, i - apart + 1) : i + apart] = False
    return np.sort(chosen)


def _shortened(text):
    """Cut a long token."""
    return text if len(text) <= 20 else f"{text[:19]}…"
