"""Dilated reading against sequences interleaved by hand."""

import pytest
import torch

from skrnn.cells import LSTM, RRNN, make_cell
from skrnn.cells.dilation import run_dilated
from skrnn.testing.cells import LENGTHS, batch, built


@pytest.mark.parametrize("dilation", [1, 2, 3, 7, 9])
@pytest.mark.parametrize("cell", ["gru", "lstm", "mingru", "rrnn"])
def test_agrees_with_interleaving_by_hand(cell, dilation):
    """Steps p, p + d, p + 2d, ... of a row are a sequence of their own."""
    cell = built(cell)
    x = batch()
    output, _ = run_dilated(cell, x, LENGTHS, None, False, dilation)
    for i, length in enumerate(LENGTHS.tolist()):
        expected = torch.zeros(x.shape[1], cell.output_size, dtype=x.dtype)
        for phase in range(min(dilation, length)):
            steps = torch.arange(phase, length, dilation)
            expected[steps] = cell(x[i : i + 1, steps])[0][0]
        torch.testing.assert_close(output[i], expected, rtol=0, atol=1e-12)
    full = run_dilated(cell, x, None, None, False, dilation)[0]
    torch.testing.assert_close(full[2], output[2], rtol=0, atol=1e-12)  # row 2 is as long as x


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 7])
@pytest.mark.parametrize("dilation", [2, 3])
@pytest.mark.parametrize("cell", [LSTM(), RRNN(), LSTM(projection=2)], ids=repr)
def test_chunks_of_any_size_give_the_whole(cell, dilation, size):
    cell, x = built(cell), batch()
    output, state = run_dilated(cell, x, LENGTHS, None, True, dilation)
    outputs, carried = [], None
    for start in range(0, x.shape[1], size):
        chunk = x[:, start : start + size]
        left = (LENGTHS - start).clamp(0, chunk.shape[1])
        piece, carried = run_dilated(cell, chunk, left, carried, True, dilation)
        outputs.append(piece)
    torch.testing.assert_close(torch.cat(outputs, 1), output, rtol=0, atol=1e-12)
    for one, other in zip(carried, state, strict=True):
        torch.testing.assert_close(one, other, rtol=0, atol=1e-12)


def test_state_has_a_part_for_each_of_the_next_steps():
    cell, x = built("gru"), batch()
    _, (state,) = run_dilated(cell, x, LENGTHS, None, True, 3)
    assert state.shape == (len(x), 3 * cell.hidden_size)
    for i, length in enumerate(LENGTHS.tolist()):
        for ahead, part in enumerate(state[i].split(cell.hidden_size)):
            steps = range((length + ahead) % 3, length, 3)
            end = cell(x[i : i + 1, list(steps)])[1][0][0] if steps else torch.zeros_like(part)
            torch.testing.assert_close(part, end, rtol=0, atol=1e-12)


def test_none_is_given_where_no_state_is_wanted():
    cell = make_cell("gru")
    cell.build(3, 4)
    assert run_dilated(cell, batch().float(), LENGTHS, None, False, 2)[1] is None
