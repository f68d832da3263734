"""The echo state network against its equation; what is drawn, and that nothing is trained."""

import numpy as np
import pytest
import torch

from skrnn import RNNClassifier, RNNEncoder
from skrnn.cells import ESN
from skrnn.nn import Encoder
from skrnn.testing.cells import batch, built


@pytest.mark.parametrize("leak", [1.0, 0.3])
def test_agrees_with_the_paper(leak, agrees_with_the_paper):
    """Equations (2) and (3) of Lukosevicius."""

    def equations(w, x, state):
        (h,) = state
        h = (1 - leak) * h + leak * np.tanh(w.weight @ x + w.recurrent @ h + w.bias)
        return h, (h,)

    agrees_with_the_paper(ESN(leak_rate=leak), equations)


@pytest.mark.parametrize("size", [1, 2, 5, 80])
@pytest.mark.parametrize("radius", [0.5, 1.2])
def test_spectral_radius(size, radius):
    for seed in range(5):  # small sparse matrices may be nilpotent
        torch.manual_seed(seed)
        cell = ESN(spectral_radius=radius)
        cell.build(3, size)
        found = torch.linalg.eigvals(cell.recurrent).abs().max()
        assert found == pytest.approx(radius, rel=1e-3)


def test_what_is_drawn():
    torch.manual_seed(0)
    cell = ESN(input_scale=0.2, density=0.1)
    cell.build(3, 100)
    for drawn in (cell.weight, cell.bias):
        assert 0.18 < drawn.abs().max() <= 0.2
    assert 0.08 < (cell.recurrent != 0).float().mean() < 0.12
    dense = ESN(density=1)
    dense.build(3, 30)
    assert (dense.recurrent != 0).all()


def test_gradient_passes_through_but_stops_where_nothing_is_trained():
    cell, x = built(ESN()), batch()
    assert not cell(x)[0].requires_grad
    x.requires_grad_()
    cell(x)[0].sum().backward()
    assert x.grad.any()
    torch.manual_seed(0)
    embedding = torch.nn.Embedding(5, 3)
    encoder = Encoder(ESN(), 3, 4, 2, True, 0.0, embedding=embedding)
    encoder(torch.tensor([[1, 2, 3]]))[0].sum().backward()
    assert embedding.weight.grad.any()


def test_fitting_leaves_it_as_it_was():
    rng = np.random.default_rng(0)
    X = [rng.normal(size=(n, 2)) + i % 2 for i, n in enumerate(rng.integers(3, 9, 40))]
    y = np.arange(40) % 2
    settings = {"cell": "esn", "hidden_size": 20, "random_state": 0, "max_epochs": 10, "lr": 0.03}
    model = RNNClassifier(**settings).fit(X, y)
    assert model.score(X, y) > 0.9
    drawn = model.module_.encoder.layers[0].directions[0]
    before = {name: value.clone() for name, value in drawn.named_buffers()}
    assert set(before) == {"weight", "bias", "recurrent"}
    model.partial_fit(X, y)
    after = dict(model.module_.encoder.layers[0].directions[0].named_buffers())
    assert all(torch.equal(before[name], after[name]) for name in before)
    features = RNNEncoder(cell="esn", hidden_size=5, max_epochs=1, random_state=0).fit_transform(X)
    assert features.shape == (40, 10) and np.isfinite(features).all()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"leak_rate": 0}, r"leak_rate=0 must be a number in \(0, 1\]"),
        ({"density": 1.5}, r"density=1.5 must be a number in \(0, 1\]"),
        ({"spectral_radius": "big"}, "spectral_radius='big' must be a positive number"),
        ({"input_scale": -1}, "input_scale=-1 must be a positive number"),
        ({"activation": "step"}, "activation='step' is unknown"),
        ({"learn_initial_state": True}, "nothing inside an ESN is trained"),
    ],
    ids=str,
)
def test_what_is_refused(options, words):
    with pytest.raises(ValueError, match=words):
        ESN(**options).build(2, 3)
