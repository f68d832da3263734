"""Stacking, directions, embedding and dropout between the layers."""

import pytest
import torch

from skrnn.cells import GRU, LSTM, StepCell, make_cell
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


# -- options of a cell that are about what lies around it ----------------------------------------


def layer(cell, depth=0, layers=1, two_way=False, features=3):
    torch.manual_seed(0)
    return Layer(cell, features, 4, two_way, depth, layers).double()


def test_input_dropout_is_the_same_at_every_step_and_for_both_directions():
    one = layer(GRU(input_dropout=0.5), two_way=True)
    set_generator(one, torch.Generator().manual_seed(0))
    mask = one.input_dropout(torch.ones(3, 1, 3, dtype=torch.float64))
    assert set(mask.unique().tolist()) == {0.0, 2.0}
    set_generator(one, torch.Generator().manual_seed(0))
    plain = layer("gru", two_way=True)
    expected = plain(batch() * mask, LENGTHS)
    torch.testing.assert_close(one(batch(), LENGTHS), expected, rtol=0, atol=1e-12)
    torch.testing.assert_close(one.eval()(batch(), LENGTHS), plain(batch(), LENGTHS))


@pytest.mark.parametrize("two_way", [False, True])
@pytest.mark.parametrize("dilation", [1, 2])
def test_learned_initial_state(two_way, dilation):
    one = layer(LSTM(learn_initial_state=True, dilation=dilation), two_way=two_way)
    plain = layer(LSTM(dilation=dilation), two_way=two_way)
    torch.testing.assert_close(one(batch(), LENGTHS), plain(batch(), LENGTHS), rtol=0, atol=0)
    starts = [part for parts in one.starts for part in parts]
    assert len(starts) == 2 * (1 + two_way) and all(part.shape == (4,) for part in starts)
    one(batch(), LENGTHS).square().sum().backward()
    assert all(part.grad.any() for part in starts)
    with torch.no_grad():
        for i, part in enumerate(starts):
            part.fill_(0.1 * (i + 1))
    output = one(batch(), LENGTHS)
    for k, direction in enumerate(one.directions):
        h, c = (
            torch.full((1, 4), value, dtype=torch.float64)
            for value in (0.2 * k + 0.1, 0.2 * k + 0.2)
        )
        for i, length in enumerate(LENGTHS.tolist()):
            row = batch()[i : i + 1, :length]
            row = row.flip(1) if k else row
            for phase in range(min(dilation, length)):
                expected = direction(row[:, phase::dilation], None, (h, c))[0][0]
                own = output[i, :length, 4 * k : 4 * k + 4]
                own = (own.flip(0) if k else own)[phase::dilation]
                torch.testing.assert_close(own, expected, rtol=0, atol=1e-12)


@pytest.mark.parametrize("two_way", [False, True])
def test_residual_adds_the_input_of_every_layer_but_the_first(two_way):
    one, plain = (encoder(cell, 3, two_way) for cell in (GRU(residual=True), "gru"))
    x = batch()
    for depth, part in enumerate(plain.layers):
        output = part(x, LENGTHS)
        x = output if depth == 0 else output + x
    torch.testing.assert_close(one(batch(), LENGTHS)[0], x, rtol=0, atol=1e-12)


@pytest.mark.parametrize("two_way", [False, True])
def test_dilation_of_each_layer(two_way):
    one = encoder(GRU(dilation=(1, 2, 3)), 3, two_way)
    x = batch()
    for part, dilation in zip(encoder("gru", 3, two_way).layers, (1, 2, 3), strict=True):
        part.dilation = dilation
        x = part(x, LENGTHS)
    torch.testing.assert_close(one(batch(), LENGTHS)[0], x, rtol=0, atol=1e-12)
    assert not torch.allclose(one(batch())[0], encoder("gru", 3, two_way)(batch())[0])


@pytest.mark.parametrize("size", [1, 2, 3, 5])
@pytest.mark.parametrize(
    "options", [{"dilation": 2}, {"dilation": (1, 4)}, {"learn_initial_state": True, "dilation": 3}]
)
def test_carry_with_options(options, size):
    one, state, outputs = encoder(GRU(residual=True, **options)), None, []
    with torch.no_grad():
        for part in one.parameters():
            part.add_(0.05)  # starts that are not 0
    for start in range(0, 7, size):
        left = (LENGTHS - start).clamp(0, min(size, 7 - start))
        output, state = one.carry(batch()[:, start : start + size], left, state)
        outputs.append(output)
    torch.testing.assert_close(torch.cat(outputs, 1), one(batch(), LENGTHS)[0], rtol=0, atol=1e-12)


class Sum(StepCell):
    """Adds up its input, unit by unit."""

    def build(self, input_size, hidden_size):
        self.hidden_size = self.output_size = hidden_size

    def step(self, x, state):
        h = state[0] + x.sum(1, keepdim=True)
        return h, (h,)


REFUSED = [
    ({"input_dropout": 1.0}, 2, r"input_dropout=1.0 must be a probability in \[0, 1\)"),
    ({"learn_initial_state": "yes"}, 2, "learn_initial_state='yes' must be True or False"),
    ({"residual": 1}, 2, "residual=1 must be True or False"),
    ({"residual": True}, 1, "residual=True connects layers, but num_layers=1 has only one"),
    ({"dilation": 0}, 2, "dilation=0 must be a positive int, or a tuple"),
    ({"dilation": True}, 2, "dilation=True must be a positive int"),
    ({"dilation": 1.5}, 2, "dilation=1.5 must be a positive int"),
    ({"dilation": (1, 0)}, 2, r"dilation=\(1, 0\) must be a positive int"),
    ({"dilation": (1, 2, 4)}, 2, "is for 3 layers, but num_layers=2"),
    ({"zoneout": 1.5}, 2, r"zoneout=1.5 must be a rate in \[0, 1\)"),
    ({"zoneout": ()}, 2, "one for each part of the state, which are h"),
]


@pytest.mark.parametrize(("options", "layers", "words"), REFUSED, ids=str)
def test_options_around_a_cell_that_are_refused(options, layers, words):
    with pytest.raises(ValueError, match=words):
        encoder(Sum(**options), layers)
