import copy
from types import SimpleNamespace

import pytest
import torch

from skrnn.training.descent import JointDescent
from skrnn.training.optimization import Penalty, penalised


class Three(torch.nn.Module):
    """A matrix, a vector, and a vector that nothing reads."""

    def __init__(self):
        super().__init__()
        self.matrix = torch.nn.Parameter(torch.randn(3, 2))
        self.vector = torch.nn.Parameter(torch.randn(3))
        self.idle = torch.nn.Parameter(torch.ones(2))

    def forward(self, x):
        return torch.tanh(x @ self.matrix.mT + self.vector).square().sum()


def make_net(optimizer, **run):
    torch.manual_seed(0)
    module = Three()
    settings = {"alpha": 0.0, "l1": 0.0, "clip_norm": None, "clip_value": None} | run
    penalty = Penalty(penalised(module), settings.pop("alpha"), settings.pop("l1"))
    return SimpleNamespace(
        module_=module,
        optimizer_=optimizer(module.parameters()),
        run_=SimpleNamespace(penalty=penalty, **settings),
        callbacks_=[],
    )


def go_on_with(net, n_steps, reference=False):
    x = torch.randn(4, 2, generator=torch.Generator().manual_seed(1))
    descent = None if reference else JointDescent.of(net)
    norms = []
    for _ in range(n_steps):
        net.module_.zero_grad()
        net.module_(x).backward()
        step = {"n_rows": 4}
        if reference:
            net.run_.penalty.add_gradient(4)
            norms.append(by_hand(net))
        else:
            descent.step([step], [None])
            norms.append(step["grad_norm"])
    if descent is not None:
        descent.close()
    return torch.stack(norms)


def by_hand(net):
    parameters = list(net.module_.parameters())
    norm = torch.nn.utils.get_total_norm([p.grad for p in parameters if p.grad is not None])
    if net.run_.clip_norm is not None:
        torch.nn.utils.clip_grad_norm_(parameters, net.run_.clip_norm)
    if net.run_.clip_value is not None:
        torch.nn.utils.clip_grad_value_(parameters, net.run_.clip_value)
    net.optimizer_.step()
    return norm


OPTIMIZERS = {
    "adam": lambda p: torch.optim.Adam(p, lr=0.03),
    "adamw": lambda p: torch.optim.AdamW(p, lr=0.03, weight_decay=0.2, betas=(0.8, 0.95)),
}
RUNS = [{}, {"alpha": 0.5}, {"l1": 0.3}, {"clip_norm": 0.1}, {"clip_value": 0.05}]


@pytest.mark.parametrize("run", RUNS, ids=str)
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_steps_are_those_of_torch(name, run):
    net, other = make_net(OPTIMIZERS[name], **run), make_net(OPTIMIZERS[name], **run)
    assert JointDescent.fits([net])
    torch.testing.assert_close(go_on_with(net, 5), go_on_with(other, 5, reference=True))
    for mine, theirs in zip(net.module_.parameters(), other.module_.parameters(), strict=True):
        torch.testing.assert_close(mine, theirs)
        assert mine.untyped_storage().nbytes() == 4 * mine.numel()
    assert net.module_.idle.tolist() == [1.0, 1.0], "no gradient: no decay"


def test_the_optimizer_can_go_on():
    net, other = make_net(OPTIMIZERS["adamw"]), make_net(OPTIMIZERS["adamw"])
    go_on_with(net, 3)
    go_on_with(net, 2, reference=True)
    go_on_with(net, 2)
    go_on_with(other, 7, reference=True)
    for mine, theirs in zip(net.module_.parameters(), other.module_.parameters(), strict=True):
        torch.testing.assert_close(mine, theirs)
    assert float(net.optimizer_.state[net.module_.matrix]["step"]) == 7
    steps = [state["step"].data_ptr() for state in net.optimizer_.state.values()]
    assert len(set(steps)) == len(steps), "every parameter counts its own steps"


@pytest.mark.parametrize(
    "optimizer",
    [
        lambda p: torch.optim.SGD(p, lr=0.1),
        lambda p: torch.optim.Adam(p, amsgrad=True),
        lambda p: torch.optim.Adam(p, maximize=True),
        lambda p: torch.optim.Adam([{"params": [one]} for one in p]),
    ],
)
def test_other_optimizers_step_themselves(optimizer):
    assert not JointDescent.fits([make_net(optimizer)])


def test_only_equal_options_are_joined():
    net = make_net(OPTIMIZERS["adam"])
    assert JointDescent.fits([net, copy.deepcopy(net)])
    assert not JointDescent.fits([net, make_net(OPTIMIZERS["adamw"])])
    assert not JointDescent.fits([net, make_net(lambda p: torch.optim.Adam(p, eps=1e-3))])
