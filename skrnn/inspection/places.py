"""What to call the layers of a network, and the kinds of their weights."""

import re

DIRECTIONS = ("forward", "backward")
INPUT = ("weight_ih", "weight_in", "gates.weight")
RECURRENT = ("weight_hh", "weight_hr", "peephole", "nu", "theta")


def place_of(name, parts=None):
    """Say where a parameter of a network belongs, and what kind it is of.

    Parameters
    ----------
    name : str
        As ``named_parameters`` gives it.
    parts : tuple of Part, default=None
        The parts of the rows that the network reads; None where rows are no Fused.

    Returns
    -------
    layer : str
        Such as "stem", "layer 1" or "head".
    direction : {"forward", "backward", ""}
        Of a recurrent layer; nothing for others.
    kind : {"input", "recurrent", "bias", "initial state", "weights"}
        What the parameter multiplies, as far as its name says so.

    Examples
    --------
    >>> place_of("encoder.layers.0.directions.1.layer.weight_hh_l0")
    ('layer 1', 'backward', 'recurrent')
    >>> place_of("behind.4.bias")
    ('dense 2', '', 'bias')
    """
    layer, direction = name_module(name, parts)
    if ".starts." in name:
        return layer, direction, "initial state"
    leaf = name.rpartition("directions.")[2]
    if "bias" in leaf:
        return layer, direction, "bias"
    if direction and any(word in leaf for word in INPUT):
        return layer, direction, "input"
    if direction and any(word in leaf for word in RECURRENT):
        return layer, direction, "recurrent"
    return layer, direction, "weights"


def name_module(name, parts=None):
    """Name the layer and the direction that a part of a network belongs to.

    Parameters
    ----------
    name : str
        As ``named_modules`` or ``named_parameters`` gives it.
    parts : tuple of Part, default=None
        The parts of the rows that the network reads.

    Returns
    -------
    layer, direction : str
        See :func:`place_of`.

    Examples
    --------
    >>> name_module("encoder.inner.layers.0.directions.0")
    ('sentences: layer 1', 'forward')
    """
    before, direction = _prefix(name, parts), ""
    found = re.search(r"layers\.(\d+)\.(?:directions|starts)\.(\d+)", name)
    if found:
        layer, direction = f"layer {int(found[1]) + 1}", DIRECTIONS[int(found[2])]
    elif name.startswith("behind."):
        layer = f"dense {(int(name.split('.')[1]) + 2) // 3}"  # each has a dropout and a ReLU
    elif name.startswith("projection"):
        layer = "head"
    else:
        layer = next((word for word in ("embedding", "stem", "pooling") if word in name), name)
    return before + layer, direction


def _prefix(name, parts):
    """Name the part of a row, or the level of a document, that a module reads."""
    found = re.match(r"(?:encoder\.encoders|pooling)\.(\d+)\.", name)
    if found and parts is not None:
        return f"{parts[int(found[1])].name}: "
    if name.startswith(("encoder.inner.", "encoder.pooling.")):
        return "sentences: "
    return "documents: " if name.startswith("encoder.outer.") else ""
