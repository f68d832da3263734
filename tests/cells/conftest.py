import pytest
import torch

from skrnn.testing.cells import LENGTHS, batch, built


@pytest.fixture
def agrees_with_torch():
    """Compare a cell with a torch layer that is given its weights: outputs, states, gradients."""

    def compare(cell, layer):
        cell, layer = built(cell), layer.double()
        layer.load_state_dict({n: w.detach().clone() for n, w in cell.layer.state_dict().items()})
        for lengths in (None, LENGTHS):
            for output, expected in zip(own(cell, lengths), theirs(layer, lengths), strict=True):
                torch.testing.assert_close(output, expected, rtol=1e-10, atol=1e-12)

    return compare


def own(cell, lengths):
    """Output, states, and gradients of the input and the weights."""
    x = batch().requires_grad_()
    output, state = cell(x, lengths)
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
