"""Every head keeps the promises of `skrnn.testing.check_head`; none is left out."""

import inspect

import numpy as np
import pytest
import torch

import skrnn.heads as heads
from skrnn.heads import HEADS, Head
from skrnn.testing import check_head
from skrnn.testing.heads import draw_outputs, draw_target, loss_gradient_prediction

REAL = np.random.default_rng(3).normal(size=(11, 2)) * [5.0, 0.1] + [100.0, -2.0]
LABELS = np.random.default_rng(5).integers(0, 2, (12, 3))
COUNTS = np.random.default_rng(4).negative_binomial(1.5, 0.2, (12, 2)).astype(float)
UNITS = {"n_targets": 2, "loc": REAL.mean(0), "scale": REAL.std(0)}

CASES = {
    "log_loss": [
        (heads.Categorical(2), np.array([0, 1, 1, 0, 1, 0])),
        (heads.Categorical(4), np.array([0, 3, 2, 1, 1, 3, 0])),
        (heads.Categorical(1), np.zeros(6, dtype=int)),
    ],
    "multilabel": [
        (heads.Multilabel(3), LABELS),
        (heads.Multilabel(1), LABELS[:, :1]),
    ],
    "squared_error": [(heads.SquaredError(**UNITS), REAL), (heads.SquaredError(), REAL[:, :1])],
    "absolute_error": [(heads.AbsoluteError(**UNITS), REAL)],
    "huber": [(heads.Huber(**UNITS), REAL), (heads.Huber(**UNITS, delta=0.2), REAL)],
    "quantile": [(heads.Quantile(**UNITS, quantile=0.9), REAL)],
    "poisson": [(heads.Poisson(2), COUNTS), (heads.Poisson(1), COUNTS[:, :1] / 7)],
    "negative_binomial": [(heads.NegativeBinomial(2), COUNTS)],
    "gaussian": [(heads.Gaussian(**UNITS), REAL), (heads.Gaussian(), REAL[:, 1:])],
    "student_t": [(heads.StudentT(**UNITS), REAL)],
}
# Heads that no estimator takes by name, and why. They have tests of their own.
NOT_REGISTERED = {
    heads.Fan: "its loss is 0 where a target is missing, and it is not in the units of a target",
}


@pytest.mark.parametrize(
    ("head", "targets"),
    [pytest.param(*case, id=repr(case[0])[:40]) for cases in CASES.values() for case in cases],
)
def test_head_keeps_its_promises(head, targets):
    check_head(head, targets)


@pytest.mark.gpu
@pytest.mark.parametrize("cases", CASES.values(), ids=CASES)
def test_head_gives_the_same_on_cuda(cases):
    for head, targets in cases:
        outputs = draw_outputs(head, (5,), torch.float64)
        target = draw_target(head, targets, (5,), torch.float64)
        cpu = loss_gradient_prediction(head, outputs, target)
        cuda = loss_gradient_prediction(head, outputs.detach().cuda(), target.cuda())
        for a, b in zip(cpu, cuda, strict=True):
            assert b.is_cuda
            torch.testing.assert_close(b.cpu(), a)
        score = head.score(outputs.cuda(), target.cuda(), torch.ones(5).cuda())
        assert score == pytest.approx(head.score(outputs, target))


def test_every_head_is_registered_and_has_a_case():
    assert set(leaves(Head)) == {*HEADS.values(), *NOT_REGISTERED}
    assert list(CASES) == list(HEADS)
    for name, cases in CASES.items():
        assert {type(head) for head, _ in cases} == {HEADS[name]}


@pytest.mark.parametrize("head", [*HEADS.values(), *NOT_REGISTERED], ids=lambda h: h.__name__)
def test_no_head_overrides_an_implemented_method(head):
    for name, member in vars(head).items():
        if name == "__init__" or not (inspect.isfunction(member) or isinstance(member, property)):
            continue
        for base in head.__mro__[1:-1]:
            inherited = vars(base).get(name)
            assert inherited is None or getattr(inherited, "__isabstractmethod__", False), (
                f"{head.__name__}.{name} overrides what {base.__name__} implements"
            )


def leaves(cls):
    """Concrete classes of the package below cls."""
    below = [leaf for sub in cls.__subclasses__() for leaf in leaves(sub)]
    own = cls.__module__.startswith("skrnn.") and not inspect.isabstract(cls)
    return below + [cls] * own
