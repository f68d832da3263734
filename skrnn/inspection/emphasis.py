"""Numbers beside the steps they belong to: under a series, or behind the words of a text."""

from html import escape

import numpy as np

from skrnn.inspection.ticks import kind_of, label_steps

RED, BLUE, ORANGE = (242, 132, 112), (120, 170, 222), (253, 174, 97)  # black is legible on them
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
    series : float ndarray of shape (T, F)
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
    n_features = series.shape[1]
    if n_features == 1:
        low, high = _limits(series)
        ax.plot(series[:, 0], color="black", linewidth=1, marker="." * (len(series) == 1))
        ax.set_ylabel("value")
    else:
        low, high = -0.1, n_features + 0.0
        for j, feature in enumerate(series.T):
            first, last = _limits(feature, 0)
            scaled = (feature / last - first / last) / (1 - first / last) if last != first else 0.5
            line = n_features - 1 - j + 0.9 * np.broadcast_to(scaled, len(series))
            ax.plot(line, color="black", linewidth=0.8)
        step = -(-n_features // 16)
        places = np.arange(0, n_features, step)
        ax.set_yticks(n_features - 1 - places + 0.45, [f"feature {j}" for j in places])
    ax.set_ylim(low, high)
    edges = np.arange(len(values) + 1) - 0.5
    colours = _colours(signed)
    largest = np.abs(values).max() or 1.0
    ax.pcolormesh(
        edges,
        [low, high],
        values[None],
        cmap=colours,
        vmin=-largest if signed else 0,
        vmax=largest,
        zorder=0,
        alpha=0.8,
    )
    ax.set_xlim(edges[0], edges[-1])
    label_steps(ax, names)
    return bars_above(ax, values, label, signed)


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
    image = ax.pcolormesh(
        *edges, table.to_numpy().T, cmap="RdBu_r", vmin=-largest, vmax=largest
    )
    ax.set_ylim(n_features - 0.5, -0.5)
    ax.set_yticks(np.arange(0, n_features, -(-n_features // 16)))
    ax.set_yticklabels([str(table.columns[int(j)]) for j in ax.get_yticks()])
    label_steps(ax, names)
    return bars_above(ax, values, label, signed=True), image


def bars_above(ax, values, label, signed):
    """Draw bars in a strip above axes, over the same steps."""
    strip = ax.inset_axes([0, 1.04, 1, 0.3], sharex=ax)
    bars = _bars(strip, values, signed)
    strip.tick_params(axis="x", labelbottom=False)
    strip.set_ylabel(label)
    return bars


def _bars(ax, values, signed):
    """Draw bars, and a line at zero where they are signed."""
    colours = np.where(values < 0, STRONG_BLUE, STRONG_RED) if signed else STRONG_ORANGE
    bars = ax.bar(np.arange(len(values)), values, width=0.9, color=colours)
    if signed:
        ax.axhline(0, color="0.3", linewidth=0.8)
    return bars


def _colours(signed):
    """Give the colours of shades behind a series: white is zero."""
    from matplotlib.colors import LinearSegmentedColormap

    ends = [BLUE, (255, 255, 255), RED] if signed else [(255, 255, 255), ORANGE]
    return LinearSegmentedColormap.from_list("shades", [tuple(c / 255 for c in e) for e in ends])


def _limits(values, margin=0.05):
    """Give the least and the largest value, with a margin."""
    low, high = float(values.min()), float(values.max())
    if not margin:
        return low, high
    room = margin * (high - low) or max(abs(high) * margin, margin)
    return low - room, high + room


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
