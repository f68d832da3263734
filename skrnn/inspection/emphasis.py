"""Numbers beside the steps they belong to: under a series, or behind the words of a text."""

from html import escape

import numpy as np

from skrnn.inspection.ticks import kind_of, label_steps

RED, BLUE, ORANGE = (242, 132, 112), (120, 170, 222), (253, 174, 97)  # black is legible on them
MOST_FEATURES = 16  # as many have room for their names
MOST_BARS = 60  # as many have room for gaps between them
STRONG_RED, STRONG_BLUE, STRONG_ORANGE = "#b2182b", "#2166ac", "#d95f0e"


def draw_bars(ax, names, values, label, signed):
    """Draw a bar for each step, the steps named below.

    Parameters
    ----------
    ax : matplotlib Axes
        Where to draw.
    names : ndarray of shape (T,)
        Names of steps.
    values : float ndarray of shape (T,)
        Heights.
    label : str
        What the heights are.
    signed : bool
        Whether negative ones are blue and positive ones red, rather than all orange.

    Returns
    -------
    bars : matplotlib BarContainer
        The bars.
    """
    bars = _bars(ax, values, signed)
    ax.set_xlim(-0.7, len(values) - 0.3)
    ax.set_ylabel(label)
    label_steps(ax, names, weights=values)
    return bars


def draw_series(ax, names, series, values, label, signed):
    """Draw a series with its steps coloured, and a bar above each.

    Parameters
    ----------
    ax : matplotlib Axes
        Where to draw.
    names : ndarray of shape (T,)
        Names of steps.
    series : DataFrame of shape (T, F)
        One line for each feature; of several, each over a range of its own.
    values : float ndarray of shape (T,)
        What the steps are coloured by.
    label : str
        What the values are.
    signed : bool
        Whether negative ones are blue and positive ones red, rather than all orange.

    Returns
    -------
    bars : matplotlib BarContainer
        The bars.
    """
    low, high = _draw_lines(ax, series)
    edges = np.arange(len(values) + 1) - 0.5
    largest = np.abs(values).max() or 1.0
    ax.pcolormesh(
        edges,
        [low, high],
        values[None],
        cmap=_colours(signed),
        vmin=-largest if signed else 0,
        vmax=largest,
        zorder=0,
        alpha=0.8,
    )
    ax.set_xlim(edges[0], edges[-1])
    ax.set_ylim(low, high)
    label_steps(ax, names)
    ax.set_xlabel("time" if kind_of(names) == "time" else "step")
    return bars_above(ax, values, label, signed)


def _draw_lines(ax, series):
    """Draw a DataFrame of features, several one above the other, and give the limits."""
    values, n_features = series.to_numpy(), series.shape[1]
    look = {"color": "black", "linewidth": 1, "marker": "." * (len(values) == 1)}
    low, high = values.min(0) / 2, values.max(0) / 2  # halves: their difference is finite
    if n_features == 1:
        ax.plot(values[:, 0], **look)
        ax.set_ylabel(series.columns[0])
        room = 0.1 * (high[0] - low[0]) or 0.05 * abs(high[0]) or 0.05
        return 2 * low[0] - room, 2 * high[0] + room
    for j, line in enumerate(values.T / 2):
        scaled = (line - low[j]) / (high[j] - low[j]) if high[j] > low[j] else line * 0 + 0.5
        ax.plot(n_features - 1 - j + 0.9 * scaled, **look)
    places = np.arange(0, n_features, -(-n_features // MOST_FEATURES))
    ax.set_yticks(n_features - 1 - places + 0.45, [str(series.columns[j]) for j in places])
    return -0.1, n_features


def draw_image(ax, names, table, values, label):
    """Draw features against steps, coloured by sign and size, and a bar above each step.

    Parameters
    ----------
    ax : matplotlib Axes
        Where to draw.
    names : ndarray of shape (T,)
        Names of steps.
    table : DataFrame of shape (T, F)
        What is drawn.
    values : float ndarray of shape (T,)
        Heights of the bars.
    label : str
        What the numbers are.

    Returns
    -------
    bars : matplotlib BarContainer
        The bars.
    image : matplotlib QuadMesh
        The image.
    """
    n_steps, n_features = table.shape
    largest = np.abs(table.to_numpy()).max() or 1.0
    edges = np.arange(n_steps + 1) - 0.5, np.arange(n_features + 1) - 0.5
    image = ax.pcolormesh(*edges, table.to_numpy().T, cmap="RdBu_r", vmin=-largest, vmax=largest)
    ax.set_ylim(n_features - 0.5, -0.5)
    places = np.arange(0, n_features, -(-n_features // MOST_FEATURES))
    ax.set_yticks(places, [str(table.columns[j]) for j in places])
    label_steps(ax, names)
    ax.set_xlabel("time" if kind_of(names) == "time" else "step")
    return bars_above(ax, values, label, signed=True), image


def bars_above(ax, values, label, signed):
    """Take the upper part of axes for a strip of bars over the same steps.

    Parameters
    ----------
    ax : matplotlib Axes
        What is drawn there keeps the lower part.
    values : float ndarray of shape (T,)
        Heights.
    label : str
        What they are.
    signed : bool
        Whether negative ones are blue and positive ones red, rather than all orange.

    Returns
    -------
    bars : matplotlib BarContainer
        The bars, on axes of their own.
    """
    figure, spec = ax.figure, ax.get_subplotspec()
    if spec is None:
        x, y, width, height = ax.get_position().bounds
        ax.set_position([x, y, width, 0.7 * height])
        strip = figure.add_axes([x, y + 0.73 * height, width, 0.27 * height], sharex=ax)
    else:
        upper, lower = spec.subgridspec(2, 1, height_ratios=[0.27, 0.7], hspace=0.06)
        ax.set_subplotspec(lower)
        strip = figure.add_subplot(upper, sharex=ax)
    bars = _bars(strip, values, signed)
    strip.tick_params(axis="x", labelbottom=False)
    strip.set_ylabel(label)
    return bars


def _bars(ax, values, signed):
    """Draw bars, and a line at zero where they are signed."""
    colours = np.where(values < 0, STRONG_BLUE, STRONG_RED) if signed else STRONG_ORANGE
    width = 0.9 if len(values) <= MOST_BARS else 1.0
    bars = ax.bar(np.arange(len(values)), values, width=width, color=colours)
    if signed:
        ax.axhline(0, color="0.3", linewidth=0.8)
    return bars


def _colours(signed):
    """Give the colours of shades behind a series: white is zero."""
    from matplotlib.colors import LinearSegmentedColormap

    ends = [BLUE, (255, 255, 255), RED] if signed else [(255, 255, 255), ORANGE]
    return LinearSegmentedColormap.from_list("shades", [tuple(c / 255 for c in e) for e in ends])


def text_html(names, values, title, signed, sentences=None, beside=None):
    """Write a text whose words lie on colours.

    Parameters
    ----------
    names : ndarray of shape (T,)
        The tokens.
    values : float ndarray of shape (T,)
        What they are coloured by.
    title : str
        What is written above.
    signed : bool
        Whether negative ones are blue and positive ones red, rather than all orange.
    sentences : int ndarray of shape (T,), default=None
        The sentence of each token; each is written on a line of its own.
    beside : sequence of str, default=None
        What is written in front of each sentence.

    Returns
    -------
    html : str
        Black on white, or on a colour, wherever it is shown. None where steps have no words.
    """
    if kind_of(names) != "token":
        return None
    largest = float(np.abs(values).max()) or 1.0
    lines = {}
    for k, (name, value) in enumerate(zip(names, values, strict=True)):
        word = _span(str(name), value / largest, f"{value:.3g}", signed)
        lines.setdefault(0 if sentences is None else int(sentences[k]), []).append(word)
    body = "<br>".join(
        (f"<small>{escape(beside[s])}</small> " if beside is not None else "") + " ".join(words)
        for s, words in lines.items()
    )
    ends = [(-1.0, f"{-largest:.2g}"), (0.0, "0"), (1.0, f"{largest:.2g}")]
    legend = " ".join(_span(text, share, text, signed) for share, text in ends[not signed :])
    return (
        '<div style="background:#fff;color:#000;padding:0.6em;max-width:60em;line-height:1.8;'
        f'border:1px solid #ccc"><b>{escape(title)}</b><br>{body}<br>'
        f"<small>colours: {legend}</small></div>"
    )


def _span(text, share, tip, signed):
    """Write a word on a colour between white (0) and full (1 or -1)."""
    full = (RED if share > 0 else BLUE) if signed else ORANGE
    colour = ",".join(str(round(255 + abs(share) * (c - 255))) for c in full)
    style = f"background:rgb({colour});color:#000;padding:0.1em 0.2em;white-space:pre-wrap"
    return f'<span style="{style}" title="{tip}">{escape(text)}</span>'
