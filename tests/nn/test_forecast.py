"""The network of a forecaster: every step in one pass, as if the series ended there."""

import pytest
import torch

from skrnn.nn import Encoder, ForecastNetwork
from skrnn.nn.stacked import stack

F, H, Q, K = 5, 3, 2, 2


def make(n_known=0, n_quantiles=Q, seed=0, cell="gru", num_layers=1):
    torch.manual_seed(seed)
    network = ForecastNetwork(
        Encoder(cell, F, 4, num_layers, False, 0.0), F, H, n_quantiles, n_known
    )
    for parameter in network.parameters():
        torch.nn.init.normal_(parameter, std=0.3)
    return network.double().eval()


def draw(*shape, seed=1):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


@pytest.mark.parametrize("n_known", [0, K])
@pytest.mark.parametrize("cell", ["gru", "lstm"])
def test_every_step_forecasts_as_if_it_were_the_last(n_known, cell):
    network, x = make(n_known, cell=cell), draw(4, 7, F + H * n_known)
    whole = network(x)
    assert whole.shape == (4, 7, (1 + Q) * H)
    for t in range(1, 8):
        torch.testing.assert_close(network.newest(x[:, :t]), whole[:, t - 1])


def test_padding_does_not_count():
    network, x, lengths = make(K), draw(3, 7, F + H * K), torch.tensor([7, 2, 4])
    found = network.newest(x, lengths)
    for row, n, each in zip(x, lengths, found, strict=True):
        torch.testing.assert_close(network.newest(row[None, :n])[0], each)
    other = x.clone()
    other[1, 2:], other[2, 4:] = 9.0, -9.0
    torch.testing.assert_close(network.newest(other, lengths), found)


def test_later_steps_change_nothing():
    network, x = make(K), draw(2, 6, F + H * K)
    other = x.clone()
    other[:, 4:] = 9.0
    assert torch.equal(network(other)[:, :4], network(x)[:, :4])


def test_it_starts_at_the_newest_value():
    torch.manual_seed(0)
    network = ForecastNetwork(Encoder("gru", F, 4, 1, False, 0.0), F, H, Q, K)
    assert network(draw(2, 5, F + H * K).float()).eq(0).all()


def test_widths_teach_the_states_nothing():
    network, x = make(K), draw(2, 5, F + H * K)
    network(x)[..., H:].sum().backward()
    grads = {name: p.grad for name, p in network.named_parameters() if p.grad is not None}
    touched = {name.split(".")[0] for name, grad in grads.items() if grad.any()}
    assert touched == {"width"}


def test_without_quantiles():
    network = make(n_quantiles=0)
    assert network.width is None and network.newest(draw(2, 5, F)).shape == (2, H)


def test_what_is_known_of_a_step_changes_its_forecast_alone():
    network, x = make(K, n_quantiles=0), draw(1, 4, F + H * K)
    other = x.clone()
    other[..., F + K : F + 2 * K] += 1.0  # of the second coming step
    change = (network(other) - network(x)).abs() > 0
    assert change[..., 1].all() and not change[..., [0, 2]].any()


@pytest.mark.parametrize("n_known", [0, K])
def test_stacked_networks_are_those_alone(n_known):
    networks = [make(n_known, seed=k).float() for k in range(3)]
    x = draw(3 * 2, 5, F + H * n_known).float()
    each = torch.cat(
        [network(part) for network, part in zip(networks, x.split(2), strict=True)]
    ).detach()
    together, _ = stack([network.train() for network in networks])
    together.train()
    torch.testing.assert_close(together(x), each, rtol=1e-5, atol=1e-5)
