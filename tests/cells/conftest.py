from types import SimpleNamespace

import numpy as np
import pytest
import torch

from skrnn.testing.cells import LENGTHS, batch, built, check_gradient


@pytest.fixture
def agrees_with_torch():
    """Compare a cell with a torch layer that is given its weights: outputs, states, gradients."""

    def compare(cell, layer):
        cell, layer = scatter(built(cell)), layer.double()
        layer.load_state_dict({n: w.detach().clone() for n, w in cell.layer.state_dict().items()})
        for lengths in (None, LENGTHS):
            expected = theirs(layer, lengths)
            for read in (cell, by_scan(cell)):
                for one, other in zip(own(cell, read, lengths), expected, strict=True):
                    torch.testing.assert_close(one, other, rtol=1e-10, atol=1e-12)

    return compare


def by_scan(cell):
    """Read by the cell's own steps, where a layer of torch would do it."""

    def read(x, lengths):
        output, state = cell.unroll(x, lengths, cell.initial_state(x))
        if lengths is not None:
            real = torch.arange(x.shape[1]) < lengths[:, None]
            output = torch.where(real[..., None], output, 0.0)
        return output, state

    return read


def own(cell, read, lengths):
    """Output, states, and gradients of the input and the weights."""
    x = batch().requires_grad_()
    output, state = read(x, lengths)
    return [output, *state, *gradients(output, state, x, cell)]


def theirs(layer, lengths):
    """The same, by packing each row with torch's own tools."""
    x = batch().requires_grad_()
    if lengths is None:
        output, state = layer(x)
    else:
        pack = torch.nn.utils.rnn.pack_padded_sequence
        packed = pack(x, lengths, batch_first=True, enforce_sorted=False)
        output, state = layer(packed)
        output, _ = torch.nn.utils.rnn.pad_packed_sequence(output, batch_first=True)
    state = [part[0] for part in (state if isinstance(state, tuple) else (state,))]
    return [output, *state, *gradients(output, state, x, layer)]


def gradients(output, state, x, module):
    total = sum(part.pow(3).sum() for part in (output, *state))
    return torch.autograd.grad(total, (x, *module.parameters()))


@pytest.fixture
def agrees_with_the_paper():
    """Compare a cell with the equations of its paper, row by row and step by step.

    The equations are ``equations(w, x, state) -> (output, state)`` in numpy, of one step of one
    row; w holds the weights by name.
    """

    def compare(cell, equations, start=None):
        check_gradient(cell)
        cell, x = scatter(built(cell)), batch()
        states = start or [draw(part.shape) for part in cell.initial_state(x)]
        output, end = cell(x, LENGTHS, tuple(map(torch.as_tensor, states)))
        for i, length in enumerate(LENGTHS.tolist()):
            state = tuple(part[i] for part in states)
            for t in range(length):
                expected, state = equations(numbers(cell), x[i, t].numpy(), state)
                np.testing.assert_allclose(output[i, t].detach(), expected, rtol=0, atol=1e-12)
            for part, expected in zip(end, state, strict=True):
                np.testing.assert_allclose(part[i].detach(), expected, rtol=0, atol=1e-12)
        return cell

    return compare


@pytest.fixture
def scattered():
    """Give a cell with weights that are all random."""
    return lambda cell: scatter(built(cell))


@pytest.fixture
def weights_of():
    """Give the weights of a cell as arrays, by name."""
    return numbers


def draw(shape, seed=2):
    return np.random.default_rng(seed).normal(size=shape)


def scatter(cell):
    """Draw every weight anew, so that none stands at 0 or 1."""
    generator = torch.Generator().manual_seed(4)
    with torch.no_grad():
        for weight in cell.parameters():
            weight.uniform_(-0.7, 0.7, generator=generator)
    return cell


def numbers(cell):
    """Give all weights as arrays; those of gates as W, U, b, c, each cut into its blocks."""
    arrays = {
        name.removeprefix("layer."): value.numpy() for name, value in cell.state_dict().items()
    }
    for short, name in (("W", "weight_ih"), ("U", "weight_hh"), ("b", "bias_ih"), ("c", "bias_hh")):
        whole = arrays.pop(f"{name}_l0", None)
        if whole is not None:
            arrays[short] = whole.reshape(-1, cell.hidden_size, *whole.shape[1:])
    return SimpleNamespace(**{name.replace(".", "_"): value for name, value in arrays.items()})
