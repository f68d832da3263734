"""The stem is exact for ragged rows: no row sees its padding or its neighbours."""

import pytest
import torch

from skrnn.nn import Encoder, make_stem

LENGTHS = torch.tensor([90, 13, 1, 64, 37])


def stem_for(n_steps, features=3, channels=8):
    torch.manual_seed(0)
    return make_stem("conv", features, channels, n_steps).double()


def batch():
    generator = torch.Generator().manual_seed(0)
    return torch.randn(5, 90, 3, generator=generator, dtype=torch.float64)


def dirty():
    x = batch()
    for row, length in zip(x, LENGTHS.tolist(), strict=True):
        row[length:] = torch.nan
    return x


@pytest.mark.parametrize("n_steps", [10, 60, 90, 300])
def test_a_row_alone_is_a_row_in_a_batch(n_steps):
    stem = stem_for(n_steps)
    together, shorter = stem(dirty(), LENGTHS)
    for i, length in enumerate(LENGTHS.tolist()):
        alone, none = stem(batch()[i : i + 1, :length])
        assert none is None and len(alone[0]) == shorter[i]
        torch.testing.assert_close(alone[0], together[i, : shorter[i]], rtol=0, atol=1e-12)
        assert not together[i, shorter[i] :].any(), "outputs in the padding are not zero"


@pytest.mark.parametrize("n_steps", [10, 90])
def test_padding_reaches_no_gradient(n_steps):
    stem, results = stem_for(n_steps), []
    for x in (dirty().nan_to_num(), dirty()):
        x.requires_grad_()
        y, _ = stem(x, LENGTHS)
        results.append(torch.autograd.grad(y.square().sum(), (x, *stem.parameters())))
    for one, other in zip(*results, strict=True):
        assert torch.equal(one, other)


@pytest.mark.parametrize("n_steps", [10, 90])
def test_more_padding_changes_nothing(n_steps):
    stem = stem_for(n_steps)
    y, shorter = stem(dirty(), LENGTHS)
    longer = torch.nn.functional.pad(dirty(), (0, 0, 0, 41), value=torch.nan)
    z, same = stem(longer, LENGTHS)
    assert torch.equal(shorter, same)
    torch.testing.assert_close(z[:, : y.shape[1]], y, rtol=0, atol=1e-12)
    assert not z[:, y.shape[1] :].any()


@pytest.mark.parametrize("n_steps", [41, 100, 720, 5000])
def test_long_rows_become_short(n_steps):
    stem = stem_for(n_steps, features=1)
    y, lengths = stem(torch.zeros(2, n_steps, 1).double(), torch.tensor([n_steps, 1]))
    assert y.shape[1] <= 64 and y.shape[2] == stem.output_size
    assert lengths[0] == y.shape[1] and lengths[1] == 1


def test_every_weight_learns():
    stem = stem_for(90)
    stem(dirty(), LENGTHS)[0].square().sum().backward()
    for name, weight in stem.named_parameters():
        assert torch.isfinite(weight.grad).all() and weight.grad.any(), name


@pytest.mark.parametrize(("stem", "n_steps"), [(None, 500), ("auto", 3)])
def test_no_stem(stem, n_steps):
    assert make_stem(stem, 3, 8, n_steps) is None


@pytest.mark.parametrize(("stem", "n_steps"), [("conv", 10), ("auto", 500)])
def test_stem(stem, n_steps):
    assert make_stem(stem, 3, 8, n_steps) is not None


def test_in_an_encoder_it_forbids_chunks():
    encoder = Encoder("gru", 3, 8, 1, False, 0.0, stem=stem_for(90)).double()
    outputs, shorter = encoder(dirty(), LENGTHS)
    assert outputs.shape[1] == shorter.max() < 90
    with pytest.raises(ValueError, match="stem cannot read a sequence in chunks"):
        encoder.carry(batch())
