"""Padding, neighbours, order and container of the sequences change no answer."""

import copy
from functools import partial

import numpy as np
import torch

from skrnn.data import Ragged
from skrnn.testing.tools import refused, same_bits, same_numbers
from skrnn.testing.trial import N_FEATURES, N_ROWS, read_only, select


def check_alone(trial):
    """Check that a sequence alone has the answer it has in a batch."""
    for i, x in enumerate(trial.X):
        alone = trial.ask(trial.fitted, [x])
        same_numbers(alone, select(trial.answers, [i]), f"sequence {i} alone and in a batch")


def check_beside_a_longer_one(trial):
    """Check that a longer neighbour, which makes for padding, changes nothing."""
    longer = trial.sequence(4 * max(trial.lengths))
    beside = select(trial.ask(trial.fitted, [longer, *trial.X]), slice(1, None))
    same_numbers(beside, trial.answers, "sequences beside a longer one and without it")


def check_order(trial):
    """Check that the order of the sequences changes nothing."""
    order = trial.rng.permutation(N_ROWS)
    permuted = trial.ask(trial.fitted, trial.rows(order)[0])
    same_numbers(permuted, select(trial.answers, order), "sequences in another order")


def check_padding(trial):
    """Check that padding, behind or before, is left out in fit and in every answer: same bits."""
    kind = "zeros" if trial.ids else "NaN"
    for side in ("behind", "before"):
        X = trial.padded(side)
        where = f"{kind} {side} the sequences and ragged sequences"
        same_bits(trial.ask(trial.fitted, X), trial.answers, f"{where} in a fitted model")
        model = trial.fit((X, trial.y))
        same_bits(trial.ask(model), trial.answers, f"{where} in fit")


def check_containers(trial):
    """Check that a tuple, an object array and a Ragged are read like a list: same bits."""
    array = np.empty(N_ROWS, dtype=object)
    array[:] = trial.X
    for X in (tuple(trial.X), array, Ragged.from_rows(trial.X)):
        kind = type(X).__name__
        same_bits(trial.ask(trial.fitted, X), trial.answers, f"the same X as a {kind}")
    if not trial.ids:
        model = trial.fit((Ragged.from_rows(trial.X), trial.y))
        same_bits(trial.ask(model), trial.answers, "fit on a list and on a Ragged")


def check_equal_lengths(trial):
    """Check that an array is read like the list of its rows, and neither X nor y is changed."""
    rows = [trial.sequence(5 * trial.stretch) for _ in range(N_ROWS)]
    block, before = read_only(np.stack(rows)), np.stack(rows)
    y = None if trial.y is None else trial.y.copy()
    from_block, from_rows = trial.fit((block, trial.y)), trial.fit((rows, trial.y))
    answers = trial.ask(from_rows, rows)
    same_bits(trial.ask(from_block, block), answers, "fit on an array and on the list of its rows")
    ragged = trial.ask(from_block, trial.X) if not trial.ids else None
    assert ragged is None or len(next(iter(ragged.values()))) == N_ROWS
    assert np.array_equal(block, before), "fit or an answer changed X"
    assert y is None or np.array_equal(trial.y, y), "fit changed y"


def check_chunks(trial):
    """Check that chunks give what the whole gives, or are refused."""
    encoder = getattr(getattr(trial.fitted, "module_", None), "encoder", None)
    if not hasattr(encoder, "carry"):
        return
    encoder = copy.deepcopy(encoder).double().eval()
    x = torch.as_tensor(np.stack([trial.sequence(9) for _ in range(3)]))
    x = x % 3 if trial.ids else x.double()  # in the table, which has the unknown and many more
    if encoder.n_directions == 2 or encoder.stem is not None:
        refused(partial(encoder.carry, x), "chunks", "a network that is not causal in chunks")
        return
    with torch.no_grad():
        whole, _ = encoder(x)
        first, state = encoder.carry(x[:, :4])
        second, _ = encoder.carry(x[:, 4:], state=state)
    pieces = {"encoder": torch.cat([first, second], 1).numpy()}
    same_numbers(pieces, {"encoder": whole.numpy()}, "sequences in chunks and whole")


def check_features(trial):
    """Check that it knows its number of features, and refuses another."""
    expected = 1 if trial.ids else N_FEATURES
    found = trial.fitted.n_features_in_
    assert found == expected, f"n_features_in_ is {found} for {expected} features per step"
    if trial.ids:
        return
    wider = [np.hstack([x, x]) for x in trial.X]
    call = partial(trial.ask, trial.fitted, wider)
    refused(call, f"{2 * N_FEATURES} features", "X with other features than in fit")


INVARIANCE = (
    check_alone,
    check_beside_a_longer_one,
    check_order,
    check_padding,
    check_containers,
    check_equal_lengths,
    check_chunks,
    check_features,
)
