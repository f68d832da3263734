"""What may be wrong with a picture: loose ends, wires on top of each other or through a node."""

from itertools import combinations, pairwise

from .language import CLOSE, LAYERS, path

ROOM = 0.08  # between a wire and a node that it passes


def faults(drawn):
    """Say what is wrong with a picture.

    Parameters
    ----------
    drawn : Picture
        The picture.

    Returns
    -------
    words : list of str
        One sentence for each fault.

    Examples
    --------
    >>> from cell_pictures.language import picture
    >>> faults(picture(1, {"x": ("input", 0, 0), "h": ("output", 2, 0)}, [("x", "h")]))
    []
    >>> faults(picture(1, {"x": ("input", 0, 0), "h": ("output", 2, 0)}, []))
    ['x leads to no output.', 'h is reached from no input.']
    """
    return [*_loose(drawn), *_unweighted(drawn), *_collisions(drawn)]


def _loose(drawn):
    forward = {name: [w.target for w in drawn.wires if w.source == name] for name in drawn.nodes}
    backward = {name: [w.source for w in drawn.wires if w.target == name] for name in drawn.nodes}
    for name in drawn.nodes:
        if not _reaches(drawn, name, forward, "output"):
            yield f"{name} leads to no output."
        if not _reaches(drawn, name, backward, "input"):
            yield f"{name} is reached from no input."


def _reaches(drawn, name, ways, kind):
    seen, waiting = set(), [name]
    while waiting:
        seen.add(name := waiting.pop())
        waiting += [each for each in ways[name] if each not in seen]
    return any(drawn.nodes[each].kind == kind for each in seen)


def _unweighted(drawn):
    """Find wires without a weight into a layer, and with one elsewhere."""
    for wire in drawn.wires:
        if (drawn.nodes[wire.target].kind in LAYERS) != bool(wire.weight):
            yield f"{wire.source} enters {wire.target} with the weight {wire.weight!r}."


def _collisions(drawn):
    for one, other in combinations(drawn.nodes, 2):
        if _overlap(_box(drawn.nodes[one]), _box(drawn.nodes[other])):
            yield f"{one} lies on {other}."
    legs = [(w, leg) for w in drawn.wires for leg in _legs(drawn, w)]
    for (one, leg), (other, beside) in combinations(legs, 2):
        if one.source != other.source and _share(leg, beside):
            yield f"{one.source} to {one.target} runs on {other.source} to {other.target}."
    for wire, leg in legs:
        for name, node in drawn.nodes.items():
            passed = name not in (wire.source, wire.target) and node.kind != "bar"
            if passed and _overlap(_span(leg), _box(node, ROOM)):
                yield f"{wire.source} to {wire.target} runs through {name}."


def _legs(drawn, wire):
    points = path(drawn, wire)
    return list(pairwise(points))


def _box(node, room=0.0):
    half_x, half_y = (half + room for half in node.half)
    return node.x - half_x, node.x + half_x, node.y - half_y, node.y + half_y


def _span(leg):
    (x0, y0), (x1, y1) = leg
    return min(x0, x1), max(x0, x1), min(y0, y1), max(y0, y1)


def _overlap(one, other):
    return one[0] < other[1] and other[0] < one[1] and one[2] < other[3] and other[2] < one[3]


def _share(leg, other):
    """Whether two legs of one direction lie on each other, or too close to be told apart."""
    (x0, x1, y0, y1), (u0, u1, v0, v1) = _span(leg), _span(other)
    if x1 - x0 < CLOSE and u1 - u0 < CLOSE:
        return abs(x0 - u0) < 2 * ROOM and min(y1, v1) - max(y0, v0) > CLOSE
    if y1 - y0 < CLOSE and v1 - v0 < CLOSE:
        return abs(y0 - v0) < 2 * ROOM and min(x1, u1) - max(x0, u0) > CLOSE
    return False
