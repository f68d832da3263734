"""The signs of gradients that vanish or explode, in words."""

import math
from itertools import pairwise

import numpy as np

VANISHING = 1e-3  # share of the strongest step, or layer, below which little is learned
EXPLODING = 100.0  # gradient over weights of a layer
JUMP = 10.0  # gradient of an epoch over that of the epoch before
MANY_DEAD = 0.1  # share of the ReLU units of a layer
MANY_SATURATED = 0.5  # share of the outputs of a layer


def name_signs(flow, estimator):
    """List what looks wrong with the gradients of a network.

    Parameters
    ----------
    flow : Flow
        What was measured.
    estimator : BaseRNN
        Whose network it is.

    Returns
    -------
    signs : list of str
        Sentences: where, how much, and what to do. Empty where nothing was found.
    """
    if not (math.isfinite(flow.loss) and np.isfinite(flow.table["gradient"]).all()):
        return [
            "Exploding: the loss or a gradient is no finite number. Lower lr, set clip_norm (for "
            "example 1.0), or bring X and y to numbers near 1."
        ]
    if not flow.table["gradient"].any():
        return ["All gradients are 0: nothing is learned from these rows any more."]
    return [
        *_vanishing_in_time(flow, estimator),
        *_vanishing_in_depth(flow, estimator),
        *_exploding(flow, estimator),
        *_dead(flow),
        *_saturated(flow),
    ]


def layer_ratios(table):
    """Give the gradient of each layer and direction, relative to its weights.

    Parameters
    ----------
    table : DataFrame
        That of a :class:`Flow`.

    Returns
    -------
    ratios : Series
        By (layer, direction).
    """
    norms = table.groupby(["layer", "direction"], sort=False)[["gradient", "weight"]]
    norms = norms.agg(lambda column: float(np.linalg.norm(column)))
    return norms["gradient"] / norms["weight"]


def named(layer, direction):
    """Give "layer 1, backward", or the layer alone."""
    return f"{layer}, {direction}" if direction else layer


def _vanishing_in_time(flow, estimator):
    learned = set(zip(flow.table["layer"], flow.table["direction"], strict=True))
    found = {p: share for p, share in flow.first.items() if share < VANISHING and p in learned}
    if not found:
        return []
    places, share = " and in ".join(named(*place) for place in found), max(found.values())
    return [
        f"Vanishing through time in {places}: the first step that it reads gets {share:.1g} of the "
        "gradient of its strongest step (median of rows). If the answer needs what comes first, "
        f"{_remedy(estimator)}."
    ]


def _remedy(estimator):
    """Say what lets gradients reach early steps."""
    ways = []
    if estimator.cell in ("rnn", "esn") or type(estimator.cell).__name__ in ("RNN", "ESN"):
        ways.append("take a gated cell (cell='gru' or 'lstm')")
    if estimator.pooling == "last":
        ways.append("let the pooling see every step (pooling='attention')")
    if estimator.stem is None and estimator.tbptt_steps is None:
        ways.append("shorten the rows (stem='conv')")
    return ", or ".join(ways) or "cut the rows into shorter ones"


def _vanishing_in_depth(flow, estimator):
    way = "Lower lr, or scale the inputs (scale_inputs=True)"
    if estimator.num_layers > 1:
        way = "Stack fewer layers, or connect them (a cell with residual=True)"
    ratios = layer_ratios(flow.table)
    strongest = ratios[np.isfinite(ratios)].max()
    return [
        f"Vanishing in {named(*place)}: its gradient is {ratio:.1g} of its weights, less than "
        f"{VANISHING:g} of what the strongest layer has. {way}."
        for place, ratio in ratios.items()
        if ratio < VANISHING * strongest and not place[0].endswith("pooling")
    ]


def _exploding(flow, estimator):
    ratios = layer_ratios(flow.table)
    signs = [
        f"Exploding in {named(*place)}: its gradient is {ratio:.3g} times its weights. Lower lr, "
        "or set clip_norm (for example 1.0)."
        for place, ratio in ratios.items()
        if np.isfinite(ratio) and ratio > EXPLODING
    ]
    if estimator.clip_norm is not None or estimator.clip_value is not None:
        return signs  # what grew in training was cut
    norms = [row["grad_norm"] for row in estimator.history_]
    for epoch, (before, now) in enumerate(pairwise(norms), start=2):
        if now > 1 and now > JUMP * before:
            signs.append(
                f"Exploding in training: in epoch {epoch} the gradient's norm was {now:.3g}, "
                f"{now / before:.3g} times that of the epoch before. Lower lr, or set clip_norm."
            )
            break
    return signs


def _dead(flow):
    return [
        f"Dead units in {named(*place)}: {dead} of {total} ReLU units give 0 for every row, and "
        "learn no more. Lower lr, or use fewer units."
        for place, (dead, total) in flow.dead.items()
        if dead > MANY_DEAD * total
    ]


def _saturated(flow):
    return [
        f"Saturated units in {named(*place)}: {100 * share:.0f} % of the outputs of its tanh lie "
        "beyond 0.99, where hardly a gradient passes. Lower lr, or scale the inputs "
        "(scale_inputs=True)."
        for place, share in flow.saturated.items()
        if share > MANY_SATURATED
    ]
