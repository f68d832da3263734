"""Stacking, directions, embedding and dropout between the layers."""

import pytest
import torch

from skrnn.cells import make_cell
from skrnn.nn import Encoder, Layer, set_generator

LENGTHS = torch.tensor([5, 2, 7])


def batch(features=3):
    generator = torch.Generator().manual_seed(0)
    return torch.randn(3, 7, features, generator=generator, dtype=torch.float64)


def encoder(cell="gru", layers=2, two_way=False, dropout=0.0, **options):
    torch.manual_seed(0)
    return Encoder(cell, 3, 4, layers, two_way, dropout, **options).double()


@pytest.mark.parametrize("cell", ["gru", "lstm", "rnn"])
@pytest.mark.parametrize("two_way", [False, True])
def test_agrees_with_torch(cell, two_way):
    """Two layers in one torch module, with the same weights."""
    ours = encoder(cell, two_way=two_way)
    kind = {"gru": torch.nn.GRU, "lstm": torch.nn.LSTM, "rnn": torch.nn.RNN}[cell]
    theirs = kind(3, 4, num_layers=2, bidirectional=two_way, batch_first=True).double()
    for depth, layer in enumerate(ours.layers):
        for suffix, direction in zip(("", "_reverse"), layer.directions, strict=False):
            for name, weight in direction.layer.named_parameters():
                place = name.replace("l0", f"l{depth}{suffix}")
                getattr(theirs, place).data.copy_(weight.data)
    packed = torch.nn.utils.rnn.pack_padded_sequence(
        batch(), LENGTHS, batch_first=True, enforce_sorted=False
    )
    expected, _ = torch.nn.utils.rnn.pad_packed_sequence(theirs(packed)[0], batch_first=True)
    output, lengths = ours(batch(), LENGTHS)
    assert lengths is LENGTHS
    torch.testing.assert_close(output, expected, rtol=1e-10, atol=1e-12)
    torch.testing.assert_close(ours(batch())[0], theirs(batch())[0], rtol=1e-10, atol=1e-12)


def test_sizes():
    for two_way in (False, True):
        one = encoder(two_way=two_way)
        assert one.n_directions == 1 + two_way and one.output_size == 4 * (1 + two_way)
        assert Layer("lstm", 3, 4, two_way).output_size == 4 * (1 + two_way)


def test_every_direction_and_layer_has_weights_of_its_own():
    cell = make_cell("gru")
    one = encoder(cell, two_way=True)
    cells = [direction for layer in one.layers for direction in layer.directions]
    assert len({id(each) for each in cells}) == 4 and cell not in cells
    first = [each.layer.weight_hh_l0 for each in cells]
    assert not any(torch.equal(a, b) for a in first for b in first if a is not b)


def test_embedding():
    torch.manual_seed(0)
    embedding = torch.nn.Embedding(6, 3, padding_idx=0)
    one = encoder(embedding=embedding)
    ids = torch.tensor([[1, 2, 5], [4, 0, 0]])
    vectors = embedding(ids).double()
    lengths = torch.tensor([3, 1])
    assert torch.equal(one(ids, lengths)[0], encoder()(vectors, lengths)[0])
    assert torch.equal(one.carry(ids, lengths)[0], one(ids, lengths)[0])


def test_dropout_is_between_the_layers_only():
    for layers in (1, 2):
        one = encoder(layers=layers, dropout=0.5)
        set_generator(one, torch.Generator().manual_seed(0))
        assert torch.equal(one(batch())[0], one(batch())[0]) == (layers == 1)
        one.eval()
        assert torch.equal(one(batch())[0], one(batch())[0])
        assert torch.equal(one(batch())[0], encoder(layers=layers)(batch())[0])


@pytest.mark.parametrize("cell", ["gru", "lstm", "rnn"])
def test_carry(cell):
    one, x, state = encoder(cell), batch(), None
    outputs = []
    for chunk in x.split(3, dim=1):
        output, state = one.carry(chunk, None, state)
        outputs.append(output)
    torch.testing.assert_close(torch.cat(outputs, 1), one(x)[0], rtol=0, atol=1e-12)
    assert len(state) == 2 and isinstance(state[0], tuple)


def test_carry_backward_is_refused():
    with pytest.raises(ValueError, match="bidirectional layer cannot read a sequence in chunks"):
        encoder(two_way=True).carry(batch())
    with pytest.raises(ValueError, match="Use bidirectional=False to carry the state"):
        Layer("gru", 3, 4, True).carry(batch().float())
