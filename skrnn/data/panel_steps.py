"""Series of fewer steps than were given, or of more."""

from dataclasses import replace

import numpy as np

from skrnn.data.panel_answer import own_stamps

__all__ = ["cut_panel", "grow_panel", "join_panel"]


def join_panel(panel):
    """Append to each series what was given beside it as following it.

    Parameters
    ----------
    panel : Panel
        Series, perhaps with a continuation.

    Returns
    -------
    panel : Panel
        Without a continuation. What else was known stays as it was at the newest step.
    """
    if panel.continuation is None:
        return panel
    h = panel.continuation.shape[1]
    pairs = zip(panel.values, panel.continuation, strict=True)
    exog = panel.exog and [np.pad(rows, ((0, h), (0, 0)), mode="edge") for rows in panel.exog]
    return replace(panel, values=[np.concatenate(p) for p in pairs], exog=exog, continuation=None)


def cut_panel(panel, rows, lengths):
    """Give the first steps of some series.

    Parameters
    ----------
    panel : Panel
        Series without a continuation.
    rows : int ndarray of shape (m,)
        Which of them.
    lengths : int ndarray of shape (m,)
        How many steps of each, at least one.

    Returns
    -------
    panel : Panel
        Shares memory with the other; answers only where all series are kept.

    Examples
    --------
    >>> import numpy as np
    >>> from skrnn.data.panel import read_panel
    >>> cut_panel(read_panel([[1, 2, 3], [4, 5]]), np.array([0]), np.array([2])).values
    [array([1., 2.])]
    """
    pairs = list(zip(rows.tolist(), lengths.tolist(), strict=True))
    clocks = exog = None
    if panel.clocks is not None:
        kept = [panel.clocks[i] for i, _ in pairs]
        stamps = zip(kept, own_stamps(kept), lengths.tolist(), strict=True)
        clocks = [replace(clock, last=index[n - 1], n=n) for clock, index, n in stamps]
    if panel.exog is not None:
        cuts = {(id(panel.exog[i]), n): panel.exog[i][:n] for i, n in pairs}
        exog = [cuts[id(panel.exog[i]), n] for i, n in pairs]  # shared where it was
    return replace(
        panel,
        values=[panel.values[i][:n] for i, n in pairs],
        names=[panel.names[i] for i, _ in pairs],
        places=[panel.places[i] for i, _ in pairs],
        clocks=clocks,
        exog=exog,
    )


def grow_panel(panel, new):
    """Append what comes right after the end of each series.

    Parameters
    ----------
    panel, new : Panel
        Series, and the next steps of each of them, in any order.

    Returns
    -------
    panel : Panel
        Shares no memory with either.

    Raises
    ------
    TypeError
        If one of them has stamps and the other has none.
    ValueError
        If series are missing or unknown, or the steps are not those that come next.

    Examples
    --------
    >>> from skrnn.data.panel import read_panel
    >>> grow_panel(read_panel([[1, 2], [3]]), read_panel([[4], [5, 6]])).values
    [array([1., 2., 4.]), array([3., 5., 6.])]
    """
    if (panel.clocks is None) != (new.clocks is None):
        raise TypeError(
            "The series were fitted as arrays, without stamps, so what comes next must be arrays "
            "too: one row for each row of fit."
            if panel.clocks is None
            else "The series were fitted with stamps, so what comes next needs its own: pass it "
            "in the form of fit, of pandas."
        )
    order = np.argsort(panel.check_follows(new))
    old, new = join_panel(panel), join_panel(new)
    values = [new.values[j] for j in order]
    exog, clocks = old.exog, old.clocks
    if exog is not None:
        exog = _appended(exog, [new.exog[j] for j in order])
    if clocks is not None:
        clocks = _grown(clocks, [len(row) for row in values])
    return replace(old, values=_appended(old.values, values), exog=exog, clocks=clocks)


def _appended(old, new):
    """Append arrays pair by pair; what was shared still is."""
    made, grown = {}, []
    for pair in zip(old, new, strict=True):
        key = tuple(map(id, pair))
        if key not in made:
            made[key] = np.concatenate(pair)
        grown.append(made[key])
    return grown


def _grown(clocks, lengths):
    """Let clocks go on, found once for those that end together."""
    ends, grown = {}, []
    for clock, n in zip(clocks, lengths, strict=True):
        key = (clock.last, clock.step, n)
        if key not in ends:
            ends[key] = clock.grown(n).last
        grown.append(replace(clock, last=ends[key], n=clock.n + n))
    return grown
