"""Pictures by matplotlib: the same file for the same description, byte by byte."""

from io import BytesIO
from math import hypot

from matplotlib import rc_context
from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyBboxPatch, PathPatch, Polygon
from matplotlib.path import Path

from .language import LAYERS, OPERATIONS, WIDTH, junctions, path

PAPER, INK, STATE = "#fbfcfd", "#333a42", "#1f55a8"
FILL = {
    "gate": "#ffe3ba",
    "candidate": "#d3ecd3",
    "product": "#e6e9ee",
    "block": "#d3ecd3",
    "bar": "#ffe3ba",
}
EDGE = {
    "gate": "#b35c00",
    "candidate": "#2c7a34",
    "product": "#5a6470",
    "block": "#2c7a34",
    "bar": "#b35c00",
}
SIGNS = {"times": r"$\times$", "plus": "$+$", "minus": "1\N{MINUS SIGN}", "divide": r"$\div$"}
LEGEND = 0.95  # what it adds to the height
STYLE = {"mathtext.fontset": "stix", "svg.fonttype": "path", "svg.hashsalt": "skrnn"}


def draw(drawn):
    """Draw a picture.

    Parameters
    ----------
    drawn : Picture
        Its description.

    Returns
    -------
    figure : matplotlib Figure
        Six and a half inches wide.
    """
    below = LEGEND if drawn.legend else 0.0
    figure = Figure(figsize=(WIDTH / 2, (drawn.height + below) / 2))
    figure.patch.set_visible(False)
    ax = figure.add_axes((0, 0, 1, 1))
    ax.set(xlim=(0, WIDTH), ylim=(-below, drawn.height))
    ax.set_axis_off()
    size = (WIDTH - 0.04, drawn.height + below - 0.04)
    ax.add_patch(_rounded((0.02, 0.02 - below), size, 0.25, fc=PAPER, ec="#c9ced6", lw=1))
    _draw_wires(ax, drawn)
    for name, node in drawn.nodes.items():
        _draw_node(ax, drawn, name, node)
    for x, y, words in drawn.notes:
        _write(ax, x, y, words, 12, INK)
    if drawn.legend:
        _draw_legend(ax)
    return figure


def render(drawn, form="svg"):
    """Give the bytes of a file.

    Parameters
    ----------
    drawn : Picture
        The description.
    form : {"svg", "png"}, default="svg"
        The kind of file.

    Returns
    -------
    content : bytes
        The same in every run.
    """
    content = BytesIO()
    with rc_context(STYLE):
        metadata = {"Date": None} if form == "svg" else {}
        draw(drawn).savefig(content, format=form, dpi=100, metadata=metadata)
    return content.getvalue()


def _rounded(corner, size, radius, **style):
    style = {"zorder": 0} | style
    return FancyBboxPatch(corner, *size, boxstyle=f"round,pad=0,rounding_size={radius}", **style)


def _write(ax, x, y, words, size, color, **style):
    style = {"ha": "center", "va": "center"} | style
    ax.text(x, y, words, fontsize=size, color=color, zorder=9, **style)


def _ink(node):
    """Give the colour and the width of what leaves a node."""
    if node.state:
        return STATE, 2.4
    return EDGE.get(node.kind, INK), 1.7


def _draw_wires(ax, drawn):
    """Draw the wires of one source after the other: who crosses leaves a gap in what is below."""
    dots = junctions(drawn)
    for level, name in enumerate(drawn.nodes):
        color, width = _ink(drawn.nodes[name])
        sharp = {point for source, point in dots if source == name}
        lines = []
        for wire in (wire for wire in drawn.wires if wire.source == name):
            points = path(drawn, wire)
            head, points[-1] = _arrow_head(points)
            ax.add_patch(Polygon(head, fc=color, ec="none", zorder=4))
            lines.append(_rounded_line(points, sharp))
        for each, z, w in ((PAPER, 2.0, width + 5), (color, 2.001, width)) if lines else ():
            style = {"fc": "none", "ec": each, "lw": w, "capstyle": "butt"}
            whole = Path.make_compound_path(*lines)
            ax.add_patch(PathPatch(whole, zorder=z + level / 100, **style))
        for x, y in sharp:
            ax.add_patch(Circle((x, y), 0.09, fc=color, ec="none", zorder=4))


def _arrow_head(points):
    """Give the corners of the head, and where the line ends."""
    (x0, y0), (x, y) = points[-2:]
    length = hypot(x - x0, y - y0)
    along, across = ((x - x0) / length, (y - y0) / length), ((y - y0) / length, (x0 - x) / length)
    back = x - 0.24 * along[0], y - 0.24 * along[1]
    wings = [(back[0] + s * across[0], back[1] + s * across[1]) for s in (0.11, -0.11)]
    return [(x, y), *wings], (x - 0.2 * along[0], y - 0.2 * along[1])


def _rounded_line(points, sharp):
    """Make a line whose corners are round, but where it parts."""
    vertices, codes = [points[0]], [Path.MOVETO]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        if corner in sharp:
            vertices, codes = [*vertices, corner], [*codes, Path.LINETO]
        else:
            vertices += [_toward(corner, before), corner, _toward(corner, after)]
            codes += [Path.LINETO, Path.CURVE3, Path.CURVE3]
    return Path([*vertices, points[-1]], [*codes, Path.LINETO])


def _toward(corner, point):
    (x, y), (u, v) = corner, point
    length = hypot(u - x, v - y)
    share = min(0.15, length / 2) / length
    return x + share * (u - x), y + share * (v - y)


def _draw_node(ax, drawn, name, node):
    half_x, half_y = node.half
    if node.kind in OPERATIONS:
        edge = STATE if node.state else INK
        ax.add_patch(Circle((node.x, node.y), half_x, fc="white", ec=edge, lw=1.5, zorder=5))
        sign = SIGNS.get(node.kind, f"${node.text}$")
        _write(ax, node.x, node.y, sign, 10 if node.kind == "minus" else 14, INK)
    else:
        corner, size = (node.x - half_x, node.y - half_y), (2 * half_x, 2 * half_y)
        edge = EDGE.get(node.kind, STATE if node.state else INK)
        ax.add_patch(_rounded(corner, size, 0.16, **_box_style(node, edge)))
        _write_in_box(ax, drawn, name, node)
    if node.signal:
        _write_signal(ax, drawn, name, node)


def _box_style(node, edge):
    line = {"lw": 1.5, "ls": "-" if node.trained else (0, (4, 2))}
    level = 1 if node.kind == "bar" else 5  # a wire may pass over a bar
    return {"fc": FILL.get(node.kind, "white"), "ec": edge, "zorder": level, **line}


def _write_in_box(ax, drawn, name, node):
    if node.kind not in LAYERS:
        _write(ax, node.x, node.y, f"${node.text}$" if node.text else "", 14, INK)
        return
    weights = sorted((w.weight for w in drawn.wires if w.target == name), key=_place)
    words = r"\ ".join([*weights, *([node.bias] if node.bias else [])])
    if node.kind == "product":
        _write(ax, node.x, node.y, f"${(node.text or '@').replace('@', words)}$", 14, INK)
    else:
        _write(ax, node.x, node.y + 0.21, f"${node.text}$", 16, INK)
        _write(ax, node.x, node.y - 0.24, f"${words}$", 12 if len(weights) < 3 else 10.5, INK)


def _place(weight):
    """Say where a weight stands: of the input, of the state, of the memory."""
    return "WUV".find(weight[0])


def _write_signal(ax, drawn, name, node):
    """Write the name of what leaves a node beside the beginning of its first wire."""
    wire = next(wire for wire in drawn.wires if wire.source == name)
    (x0, y0), (x1, y1), *_ = path(drawn, wire)
    color = _ink(node)[0]
    if abs(x1 - x0) < abs(y1 - y0):
        side = 0.28 if y1 > y0 else -0.28
        _write(ax, x0 - 0.12, y0 + side, f"${node.signal}$", 14, color, ha="right")
    else:
        _write(ax, x0 + 0.1, y0 + 0.3, f"${node.signal}$", 14, color, ha="left")


def _draw_legend(ax):
    ax.plot([0.4, WIDTH - 0.4], [-0.12, -0.12], color="#c9ced6", lw=1)
    y, size = -0.52, 10
    for x, kind, sign, words in (
        (0.4, "gate", r"\sigma", "gate"),
        (1.9, "candidate", r"\phi", "new content"),
        (4.55, "product", "W", "weights"),
    ):
        style = {"fc": FILL[kind], "ec": EDGE[kind], "lw": 1.3}
        ax.add_patch(_rounded((x, y - 0.2), (0.55, 0.4), 0.1, **style))
        _write(ax, x + 0.275, y, f"${sign}$", 11, INK)
        _write(ax, x + 0.68, y, words, size, INK, ha="left")
    ax.add_patch(Circle((6.95, y), 0.2, fc="white", ec=INK, lw=1.3))
    _write(ax, 6.95, y, r"$\times$", 11, INK)
    _write(ax, 7.25, y, "unit by unit", size, INK, ha="left")
    ax.plot([9.35, 9.85], [y, y], color=STATE, lw=2.4)
    _write(ax, 9.98, y, "state", size, INK, ha="left")
    ax.plot([11.1, 11.6], [y, y], color=INK, lw=1.7)
    ax.add_patch(Circle((11.35, y), 0.09, fc=INK, ec="none"))
    _write(ax, 11.73, y, "copy", size, INK, ha="left")
