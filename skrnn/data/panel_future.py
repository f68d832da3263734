"""What is known ahead of the series, one row for each step to forecast.

pandas is imported where it was given.
"""

from itertools import pairwise

import numpy as np

from skrnn.data.convert import is_frame, is_series, to_array, to_reals
from skrnn.data.panel_answer import DictForm, LongForm, next_stamps
from skrnn.data.rows import check_count, described

__all__ = ["read_future"]


def read_future(panel, X, owner):
    """Read what is known ahead; see :meth:`skrnn.data.panel.Panel.future`."""
    if panel.exog is None:
        raise ValueError(
            "X holds what is known ahead, but the series was fitted without such a frame; fit "
            "with it, fit(X, y), or pass a new series to continue."
        )
    if X is None:
        raise ValueError(
            f"X is missing: the columns {panel.future_known} were fitted as known ahead, so pass a "
            "frame of them, with one row for each step to forecast."
        )
    pandas = is_frame(X) or is_series(X) or isinstance(X, dict)
    rows = _read_pandas(panel, X, owner) if pandas else _read_array(panel, X, owner)
    if panel.static:
        places = [panel.exog_columns.index(name) for name in panel.static]
        rows[:, :, places] = np.stack([exog[-1, places] for exog in panel.exog])[:, None]
    past = [j for j, name in enumerate(panel.exog_columns) if name in _past_only(panel)]
    rows[:, :, past] = np.nan
    return rows


def _past_only(panel):
    return set(panel.exog_columns) - set(panel.future_known) - set(panel.static)


def _read_array(panel, X, owner):
    """Read an array (h, F), (n, h, F), or (h,) of one column."""
    array = np.array(to_reals(to_array(X, "X"), "X", owner), dtype=np.float64)
    if array.ndim == 1:
        array = array[:, None]
    every, known = panel.exog_columns, panel.future_known
    fits = array.ndim in (2, 3) and array.shape[-1] in (len(every), len(known))
    if array.ndim == 3:
        fits = fits and len(array) == len(panel)
    elif not _is_shared(panel):
        fits = False
    if not fits:
        shape = "(h, F)" if _is_shared(panel) else f"({len(panel)}, h, F)"
        raise ValueError(
            f"X has shape {array.shape}, but what is known ahead must be {shape}: one row for each "
            f"step to forecast, with the F = {len(known)} columns {known} or all {len(every)} of "
            "fit. A frame says more: its index names the steps."
        )
    check_count(array.shape[-2], array.shape, "step", owner)
    if np.isinf(array).any():
        raise ValueError("Input X contains infinity. Put NaN in its place to mark it as missing.")
    names = every if array.shape[-1] == len(every) else known
    rows = np.full((len(panel), array.shape[-2], len(every)), np.nan)
    rows[:, :, [every.index(name) for name in names]] = array
    return rows


def _is_shared(panel):
    """Whether all series have the same exogenous rows, as one has, and the columns of a frame."""
    return all(exog is panel.exog[0] for exog in panel.exog)


# -- pandas -----------------------------------------------------------------------------


def _read_pandas(panel, X, owner):
    if isinstance(X, dict) != isinstance(panel.form, DictForm):
        were = "no dict" if isinstance(X, dict) else "a dict"
        raise ValueError(
            f"X is {described(X)}, but in fit the series were {were}; pass what is known ahead in "
            "the form that X had in fit."
        )
    if isinstance(X, dict):
        frames = {key: _as_frame(frame) for key, frame in X.items()}
    elif isinstance(panel.form, LongForm):
        frames = _by_id(panel, _as_frame(X))
    else:
        return np.repeat(_read_frame(panel, 0, _as_frame(X), "X", owner)[None], len(panel), 0)
    if missing := [name for name in panel.names if name not in frames]:
        raise ValueError(f"X has no rows for series {missing[0]!r}; each needs as many as others.")
    names = set(panel.names)
    if odd := [name for name in frames if name not in names]:
        raise ValueError(f"X has rows for {odd[0]!r}, which is none of the series.")
    stamps = next_stamps(panel.clocks, len(frames[panel.names[0]]))
    rows = [
        _read_frame(panel, i, frames[name], f"X of series {name!r}", owner, stamps[i])
        for i, name in enumerate(panel.names)
    ]
    for name, each in zip(panel.names, rows, strict=True):
        if len(each) != len(rows[0]):
            raise ValueError(
                f"X has {len(each)} rows for series {name!r}, but {len(rows[0])} for "
                f"{panel.names[0]!r}; all series are forecast as far as each other."
            )
    return np.stack(rows)


def _as_frame(X):
    return X.to_frame() if is_series(X) else X


def _by_id(panel, X):
    """Cut a frame by the ids in its index."""
    if X.index.nlevels != panel.form.ids.nlevels + 1:
        raise ValueError(
            f"X has an index of {X.index.nlevels} levels, but the series one of "
            f"{panel.form.ids.nlevels + 1} (ids and time); pass the rows of each series."
        )
    ids = X.index.droplevel(-1)
    groups = ids.factorize()[0]
    bounds = [0, *np.cumsum(np.bincount(groups))]
    timed = X.set_axis(X.index.get_level_values(-1), axis=0)
    cut = timed.iloc[np.argsort(groups, kind="stable")]
    names = list(ids.drop_duplicates())
    return {
        name: cut.iloc[start:end]
        for name, (start, end) in zip(names, pairwise(bounds), strict=True)
    }


def _read_frame(panel, i, X, name, owner, stamps=None):
    """Read the rows of one series, on stamps known to come next or not, as in fit."""
    from skrnn.data.panel_columns import read_exog

    _check_columns(panel, list(X.columns))
    check_count(len(X), X.shape, "sample", owner)
    if stamps is None or not X.index.equals(stamps):
        panel.clocks[i].check_follows(X.index, name)
    needed = [column for column in panel.exog_columns if column in panel.future_known]
    values, _ = read_exog(X[needed], X.index, name, owner) if needed else (None, [])
    rows = np.full((len(X), len(panel.exog_columns)), np.nan)
    if needed:
        rows[:, [panel.exog_columns.index(column) for column in needed]] = values
    return rows


def _check_columns(panel, columns):
    if missing := [name for name in panel.future_known if name not in columns]:
        raise ValueError(
            f"X lacks {_listed(missing)}, fitted as known ahead; it has {columns}. Pass the values "
            "of the steps to forecast, or name in future_known only what is known ahead."
        )
    if odd := [name for name in columns if name not in panel.exog_columns]:
        raise ValueError(
            f"X has {_listed(odd)}, which fit has not seen; it has seen {panel.exog_columns}."
        )


def _listed(names):
    return f"column{'s' if len(names) > 1 else ''} {', '.join(map(repr, names))}"
