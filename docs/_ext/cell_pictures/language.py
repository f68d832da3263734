"""A small language for pictures of data that flow: nodes in places, wires with right angles.

Nothing is drawn here. A description is plain data, so that tests can walk along its wires and
compute what a picture says.
"""

from dataclasses import dataclass, field
from itertools import pairwise

LAYERS = ("gate", "candidate", "product")  # boxes that have weights
OPERATIONS = ("times", "plus", "minus", "divide", "function")  # circles, unit by unit
ENDS = ("input", "output")
HALF = {  # half the width and half the height of a node
    **dict.fromkeys(LAYERS, (0.92, 0.54)),
    **dict.fromkeys(OPERATIONS, (0.33, 0.33)),
    **dict.fromkeys(ENDS, (0.56, 0.35)),
    "block": (0.95, 0.45),
    "bar": (4.0, 0.36),  # unless the node says how wide it is
}
WIDTH = 12.8  # of every picture; the unit is half an inch
CLOSE = 1e-6


@dataclass(frozen=True)
class Node:
    r"""A thing with a place.

    Parameters
    ----------
    kind : str
        One of ``HALF``. A "gate" and a "candidate" multiply what enters by weights, add it up with
        a bias and apply a function; a "product" does so without a function. "minus" is one minus
        what enters. "divide" divides what its first wire brings by what the second brings.
    x, y : float
        Its centre.
    text : str, default=""
        What stands on it, in the notation of TeX; of a layer or a function, the function. In that
        of a product, ``@`` is where the weights stand.
    signal : str, default=""
        The name of what leaves it.
    bias : str, default=""
        The bias of a layer.
    state : bool, default=False
        Whether what leaves is a state, or a part of one.
    trained : bool, default=True
        Whether the weights of a layer are trained.
    width : float, default=0.0
        How wide it is; 0 for what is usual.
    """

    kind: str
    x: float
    y: float
    text: str = ""
    signal: str = ""
    bias: str = ""
    state: bool = False
    trained: bool = True
    width: float = 0.0

    @property
    def half(self):
        """Half the width and half the height."""
        half_x, half_y = HALF[self.kind]
        return self.width / 2 or half_x, half_y


@dataclass(frozen=True)
class Wire:
    """A way from a node to a node.

    Parameters
    ----------
    source, target : str
        Names of nodes.
    weight : str, default=""
        What a layer multiplies it by.
    via : str, default=""
        Moves between them, such as ``"x1.6 y1.2"``: along to x = 1.6, then up or down to y = 1.2.
        The last leg leads to the target.
    """

    source: str
    target: str
    weight: str = ""
    via: str = ""


@dataclass(frozen=True)
class Picture:
    """Nodes and wires.

    Parameters
    ----------
    height : float
        From the lowest to the highest line.
    nodes : dict of str to Node
        The nodes by name.
    wires : tuple of Wire
        The wires.
    notes : tuple of (float, float, str), default=()
        Words in places.
    legend : bool, default=True
        Whether shapes and colours are explained below.
    """

    height: float
    nodes: dict
    wires: tuple
    notes: tuple = field(default=())
    legend: bool = True


def picture(height, nodes, wires, **options):
    """Make a Picture of tuples: (kind, x, y, ...) for a node, (source, target, ...) for a wire."""
    made = {name: each if isinstance(each, Node) else Node(*each) for name, each in nodes.items()}
    return Picture(height, made, tuple(Wire(*wire) for wire in wires), **options)


def path(drawn, wire):
    """Give the corners of a wire, from border to border.

    Parameters
    ----------
    drawn : Picture
        The picture.
    wire : Wire
        One of its wires.

    Returns
    -------
    points : list of (float, float)
        Each differs from the one before in x or in y.

    Raises
    ------
    ValueError
        If the last leg meets the target at no right angle.

    Examples
    --------
    >>> row = picture(1, {"a": ("input", 0, 0), "b": ("plus", 3, 2)}, [("a", "b", "", "x3")])
    >>> path(row, row.wires[0])
    [(0.56, 0.0), (3.0, 0.0), (3.0, 1.67)]
    """
    source, target = drawn.nodes[wire.source], drawn.nodes[wire.target]
    points = [(float(source.x), float(source.y))]
    for move in wire.via.split():
        x, y = points[-1]
        points.append((float(move[1:]), y) if move[0] == "x" else (x, float(move[1:])))
    if len(points) > 1 and _inside(points[1], source):
        del points[0]  # it leaves at another place of the same side
    points.append(_meet(points[-1], target, wire))
    points[0] = _leave(points[0], source, points[1])
    return points


def _inside(point, node):
    return all(
        abs(at - centre) < half - CLOSE
        for at, centre, half in zip(point, (node.x, node.y), node.half, strict=True)
    )


def _reach(node):
    """How far from the centre a wire may meet a side."""
    return (CLOSE, CLOSE) if node.kind in OPERATIONS else node.half


def _meet(point, node, wire):
    (x, y), (reach_x, reach_y), (half_x, half_y) = point, _reach(node), node.half
    if abs(x - node.x) < reach_x:
        return x, node.y + (half_y if y > node.y else -half_y)
    if abs(y - node.y) < reach_y:
        return node.x + (half_x if x > node.x else -half_x), y
    raise ValueError(f"{wire} comes to ({x}, {y}), from where no straight line meets its target.")


def _leave(start, node, point):
    (half_x, half_y), (x, y) = node.half, point
    if abs(y - start[1]) < CLOSE:
        return node.x + (half_x if x > node.x else -half_x), y
    return start[0], node.y + (half_y if y > node.y else -half_y)


def junctions(drawn):
    """Give the points where a wire parts, from which three lines or more go out.

    Parameters
    ----------
    drawn : Picture
        The picture.

    Returns
    -------
    points : list of (str, (float, float))
        The source of the wires, and the point.
    """
    found = []
    for source in drawn.nodes:
        paths = [path(drawn, wire) for wire in drawn.wires if wire.source == source]
        points = sorted({point for each in paths for point in each[:-1]})
        legs = [leg for each in paths for leg in pairwise(each)]
        found += [(source, p) for p in points if len({d for leg in legs for d in _out(p, leg)}) > 2]
    return found


def _out(point, leg):
    """Directions in which a leg leaves a point that lies on it."""
    x, y = point
    (x0, y0), (x1, y1) = sorted(leg)
    if abs(y0 - y1) < CLOSE and abs(y - y0) < CLOSE and x0 - CLOSE <= x <= x1 + CLOSE:
        return [name for name, far in (("left", x - x0), ("right", x1 - x)) if far > CLOSE]
    if abs(x0 - x1) < CLOSE and abs(x - x0) < CLOSE and y0 - CLOSE <= y <= y1 + CLOSE:
        return [name for name, far in (("down", y - y0), ("up", y1 - y)) if far > CLOSE]
    return []
