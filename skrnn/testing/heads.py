"""The promises of a head: its losses, gradients, predictions and distributions."""

import copy
import pickle
from functools import partial

import numpy as np
import torch

from skrnn.testing.tools import refused

LEADS = [(), (1,), (7,), (0,), (2, 3)]
DTYPES = [torch.float32, torch.float64]


def check_head(head, targets):
    """Check that a head keeps the promises of `skrnn.heads.Head`.

    Parameters
    ----------
    head : Head
        The instance to check.
    targets : ndarray of shape (n, D), or (n,) for class indices
        At least 6 different targets in the user's units, all of which the head supports.

    Raises
    ------
    AssertionError
        With a message that says which promise is broken.

    Examples
    --------
    >>> import numpy as np
    >>> from skrnn.heads import Poisson
    >>> from skrnn.testing import check_head
    >>> check_head(Poisson(), np.array([[0.0], [1.0], [2.0], [5.0], [3.0], [9.0]]))
    """
    check_plain(head)
    check_targets(head, targets)
    for lead in LEADS:
        for dtype in DTYPES:
            check_shapes(head, targets, lead, dtype)
    for dtype in DTYPES:
        check_rows_are_independent(head, targets, dtype)
    check_gradient(head, targets)
    check_extremes(head, targets)
    check_loss_can_be_learnt(head, targets)
    check_bias(head, targets)
    check_score(head, targets)
    if head.affine:
        check_equivariance(head, targets)
    if hasattr(head, "proba"):
        check_proba(head)
    if hasattr(head, "quantiles"):
        check_distribution(head)


def check_plain(head):
    """Check that it holds plain values: no tensors, no weights; it pickles and copies."""
    assert not isinstance(head, torch.nn.Module), "a head has no weights: it is no nn.Module"
    for name, value in vars(head).items():
        assert not isinstance(value, torch.Tensor), f"{name} is a tensor; keep numpy"
    outputs = draw_outputs(head, (5,), torch.float64)
    expected = head.predict(outputs)
    for twin in (pickle.loads(pickle.dumps(head)), copy.deepcopy(head)):
        assert torch.equal(twin.predict(outputs), expected), "a copy predicts something else"
    assert head.n_outputs == head.n_params * head.n_targets
    assert type(head).__name__ in repr(head)


def check_targets(head, targets):
    """Check that targets are checked unchanged, and encoded in the declared type."""
    before = targets.copy()
    head.check_target(targets)
    encoded = head.encode(targets)
    assert np.array_equal(targets, before), "check_target or encode changed the caller's targets"
    assert encoded.shape == targets.shape and encoded.dtype == head.target_dtype
    broken = targets.astype(np.float64)
    broken[3] = np.nan
    refused(partial(head.check_target, broken), "row 3", "a target that is NaN")


def check_shapes(head, targets, lead, dtype):
    """Check for a loss per target, not reduced, in the type of the outputs."""
    outputs, target = draw_outputs(head, lead, dtype), draw_target(head, targets, lead, dtype)
    loss, predicted = head.loss(outputs, target), head.predict(outputs)
    assert loss.shape == (*lead, head.n_targets), f"loss has shape {tuple(loss.shape)} for {lead}"
    assert loss.dtype == dtype, f"outputs are {dtype}, the loss is {loss.dtype}"
    assert predicted.shape == target.shape, "a prediction has the shape of an encoded target"
    assert predicted.dtype in (dtype, torch.int64) and predicted.device == outputs.device
    assert torch.isfinite(loss).all()


def check_rows_are_independent(head, targets, dtype):
    """Check that a row has the same bits alone and in a batch."""
    outputs = draw_outputs(head, (37,), dtype)
    target = draw_target(head, targets, (37,), dtype)
    together = loss_gradient_prediction(head, outputs, target)
    for i in range(len(outputs)):
        alone = loss_gradient_prediction(head, outputs[i : i + 1].clone(), target[i : i + 1])
        for name, a, b in zip(("loss", "gradient", "prediction"), alone, together, strict=True):
            assert torch.equal(a[0], b[i]), (
                f"the {name} of a row depends on the rows beside it; torch.sigmoid and softplus do "
                "that on CPU, logsigmoid, exp and log_softmax do not"
            )


def loss_gradient_prediction(head, outputs, target):
    """Give loss, gradient and prediction at outputs (n, n_outputs)."""
    outputs = outputs.requires_grad_()
    loss = head.loss(outputs, target)
    (gradient,) = torch.autograd.grad(loss.sum(), outputs)
    return loss.detach(), gradient, head.predict(outputs.detach())


def check_gradient(head, targets):
    """Check the gradient of the loss against finite differences."""
    outputs = draw_outputs(head, (6,), torch.float64).requires_grad_()
    target = draw_target(head, targets, (6,), torch.float64)
    torch.autograd.gradcheck(partial(head.loss, target=target), (outputs,), atol=1e-6)


def check_extremes(head, targets):
    """Check for a finite loss, gradient and prediction of outputs that went astray."""
    for place in range(head.n_outputs):
        for extreme in (-1e4, 1e4):
            outputs = draw_outputs(head, (6,), torch.float32)
            outputs[:, place] = extreme
            target = draw_target(head, targets, (6,), torch.float32)
            for name, value in zip(
                ("loss", "gradient", "prediction"),
                loss_gradient_prediction(head, outputs, target),
                strict=True,
            ):
                assert torch.isfinite(value).all(), f"{name} at {extreme} in place {place}"


def check_loss_can_be_learnt(head, targets):
    """Check that descending along the gradient brings the loss down."""
    outputs = draw_outputs(head, (len(targets),), torch.float64)
    target = draw_target(head, targets, (len(targets),), torch.float64)
    first = head.loss(outputs, target).mean()
    for _ in range(50):
        _, gradient, _ = loss_gradient_prediction(head, outputs, target)
        outputs = outputs.detach() - 0.05 * gradient.clamp(-1, 1)
    last = head.loss(outputs, target).mean()
    assert last < first or last == first == 0, f"the loss went from {first} to {last}"


def check_bias(head, targets):
    """Check for a finite starting bias, in which weight 2 is two rows and weight 0 is none."""
    target = head.encode(targets)
    bias = head.initial_bias(target)
    assert bias.shape == (head.n_outputs,) and np.isfinite(bias).all()
    weight, repeated = _weights(target)
    np.testing.assert_allclose(
        head.initial_bias(target, weight), head.initial_bias(repeated), rtol=1e-10, atol=1e-12
    )


def check_score(head, targets):
    """Check that scores are at most 1, weight 2 is two rows and weight 0 is none."""
    target = head.encode(targets)
    outputs = draw_outputs(head, (len(target),), torch.float64)
    weight, _ = _weights(target)
    repeats = weight.astype(int)
    expected = head.score(
        outputs.repeat_interleave(torch.tensor(repeats), dim=0), target.repeat(repeats, axis=0)
    )
    outputs[weight == 0] = torch.nan
    score = head.score(outputs, torch.tensor(target), torch.tensor(weight))
    assert isinstance(score, float) and score <= 1
    assert np.isclose(score, expected, rtol=1e-6), "weights are not what repeated rows would be"


def _weights(target):
    weight = np.arange(len(target)) % 3.0
    return weight, target.repeat(weight.astype(int), axis=0)


def check_equivariance(head, targets):
    """Check that answers shift and scale with loc and scale."""
    moved = copy.deepcopy(head)
    moved.loc, moved.scale = 4 * head.loc - 8, 4 * head.scale
    encoded, encoded_moved = head.encode(targets), moved.encode(4 * targets - 8)
    np.testing.assert_allclose(encoded_moved, encoded, rtol=1e-9, atol=1e-9)
    outputs = draw_outputs(head, (9,), torch.float64)
    torch.testing.assert_close(moved.predict(outputs), 4 * head.predict(outputs) - 8)
    if hasattr(head, "quantiles"):
        q = [0.1, 0.5, 0.8]
        np.testing.assert_allclose(
            moved.quantiles(outputs, q), 4 * head.quantiles(outputs, q) - 8, rtol=1e-9
        )


def check_proba(head):
    """Check that probabilities agree with their logarithm and with the predicted label."""
    for dtype in DTYPES:
        outputs = draw_outputs(head, (2, 19), dtype)
        proba = head.proba(outputs)
        assert proba.dtype == dtype and ((proba >= 0) & (proba <= 1)).all()
        torch.testing.assert_close(head.log_proba(outputs).exp(), proba)
        rows = outputs.reshape(-1, 1, head.n_outputs)
        alone = torch.stack([head.proba(row.clone()) for row in rows])
        assert torch.equal(alone.reshape(proba.shape), proba), "probabilities depend on other rows"
        extreme = head.log_proba(torch.full_like(outputs, -1e4))
        assert torch.isfinite(extreme).all(), "log_proba is not finite; take it from logsigmoid"
    if proba.shape[:-1] == head.predict(outputs).shape:
        torch.testing.assert_close(proba.sum(-1), torch.ones_like(proba[..., 0]))
        assert torch.equal(proba.argmax(-1), head.predict(outputs))
    else:
        assert torch.equal((proba > 0.5).long(), head.predict(outputs))


def check_distribution(head):
    """Check that parameters, quantiles and samples agree with each other."""
    outputs, q = draw_outputs(head, (2, 3), torch.float32), np.array([0.05, 0.5, 0.9])
    for name, value in head.parameters(outputs).items():
        assert value.shape == (2, 3, head.n_targets) and value.dtype == torch.float32, name
    quantiles = head.quantiles(outputs, q)
    assert quantiles.shape == (2, 3, head.n_targets, 3) and quantiles.dtype == np.float64
    assert (np.diff(quantiles, axis=-1) >= 0).all(), "quantiles cross"
    assert head.quantiles(outputs, 0.5).shape[-1] == 1
    for bad in (0.0, 1.0, np.nan):
        ask = partial(head.quantiles, outputs, [0.5, bad])
        refused(ask, "strictly between 0 and 1", f"a quantile of {bad}")
    draws = head.sample(outputs, 2000, np.random.default_rng(0))
    assert draws.shape == (2000, 2, 3, head.n_targets)
    assert np.array_equal(draws, head.sample(outputs, 2000, np.random.default_rng(0)))
    below, upto = (draws[..., None] < quantiles).mean(0), (draws[..., None] <= quantiles).mean(0)
    assert (below - 0.05 <= q).all() and (q <= upto + 0.05).all(), "samples contradict quantiles"
    for extreme in (-1e4, 1e4):
        far = torch.full((2, head.n_outputs), extreme)
        assert np.isfinite(head.quantiles(far, q)).all(), f"quantiles at outputs of {extreme}"
        assert np.isfinite(head.sample(far, 3, np.random.default_rng(0))).all()


def draw_outputs(head, lead, dtype):
    """Give outputs (..., n_outputs) such as a network may give."""
    generator = torch.Generator().manual_seed(7)
    outputs = torch.randn((*lead, head.n_outputs), generator=generator, dtype=torch.float64)
    return outputs.to(dtype)


def draw_target(head, targets, lead, dtype):
    """Give encoded targets, as many as the leading dimensions ask for."""
    encoded = head.encode(targets)
    encoded = torch.tensor(np.resize(encoded, (*lead, *encoded.shape[1:])))
    return encoded.to(dtype) if encoded.is_floating_point() else encoded
