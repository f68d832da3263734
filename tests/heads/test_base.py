"""Construction, units and the plain functions the heads share."""

import numpy as np
import pytest
import torch
from sklearn.metrics import accuracy_score, r2_score

from skrnn.heads import Gaussian, Head, Poisson, SquaredError, _functions


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"n_targets": 0}, "n_targets is 0; expected at least 1"),
        ({"scale": 0.0}, "scale is 0.0; expected positive finite"),
        ({"scale": -1.0}, "positive"),
        ({"scale": np.nan}, "positive"),
        ({"loc": np.inf}, "loc is inf; expected finite"),
    ],
)
def test_construction_refuses(arguments, message):
    with pytest.raises(ValueError, match=message):
        SquaredError(**arguments)


def test_counts_cannot_be_standardised():
    with pytest.raises(ValueError, match="Poisson is not affine"):
        Poisson(scale=2.0)


def test_head_is_abstract():
    with pytest.raises(TypeError, match="abstract"):
        Head()


def test_head_does_not_share_the_callers_arrays():
    loc = np.array([1.0, 2.0])
    head = SquaredError(n_targets=2, loc=loc, scale=3.0)
    loc[:] = 0
    assert head.loc.tolist() == [1.0, 2.0] and head.scale.tolist() == [3.0, 3.0]


def test_encode_and_predict_are_inverse():
    y = np.array([[1.0, -5.0], [3.0, 7.0]])
    head = SquaredError(n_targets=2, loc=[2.0, 1.0], scale=[0.5, 4.0])
    np.testing.assert_allclose(head.predict(torch.tensor(head.encode(y))).numpy(), y)


def test_outputs_of_one_kind_stand_together():
    head = Gaussian(n_targets=2)
    mean, raw = head.split(torch.arange(8.0).reshape(2, 4))
    assert mean.tolist() == [[0.0, 1.0], [4.0, 5.0]] and raw.tolist() == [[2.0, 3.0], [6.0, 7.0]]


@pytest.mark.parametrize(
    ("y", "message"),
    [
        (np.zeros(3), r"y has shape \(3,\); expected \(n, 2\).*reshape"),
        (np.zeros((3, 1)), "expected"),
        (np.array([[0.0, 1.0], [0.0, np.inf]]), "y is inf in row 1, column 1; expected finite"),
        (np.array([[0.0, np.nan], [np.nan, 0.0]]), r"row 0, column 1 \(and 1 more such"),
    ],
)
def test_check_target_names_the_place(y, message):
    with pytest.raises(ValueError, match=message):
        SquaredError(n_targets=2).check_target(y)


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("lead", [(30,), (5, 6)])
def test_scores_are_those_of_scikit_learn(lead, weighted):
    rng = np.random.default_rng(0)
    target = rng.normal(size=(*lead, 2))
    predicted = target + rng.normal(size=(*lead, 2))
    weight = rng.random(lead) if weighted else None
    flat = None if weight is None else weight.ravel()
    assert _functions.weighted_r2(predicted, target, weight) == pytest.approx(
        r2_score(target.reshape(-1, 2), predicted.reshape(-1, 2), sample_weight=flat)
    )
    labels, guesses = (target > 0).astype(int), (predicted > 0).astype(int)
    assert _functions.weighted_accuracy(guesses, labels, weight) == pytest.approx(
        accuracy_score(labels.reshape(-1, 2), guesses.reshape(-1, 2), sample_weight=flat)
    )


def test_r2_of_a_constant_target():
    target = np.ones((4, 1))
    assert _functions.weighted_r2(target, target) == 1.0
    assert _functions.weighted_r2(target + 1, target) == 0.0
    assert _functions.weighted_r2([[2.0]], [[1.0]]) == 0.0


@pytest.mark.parametrize("q", [0.1, 0.5, 0.77])
def test_weighted_quantile_inverts_the_distribution_function(q):
    rng = np.random.default_rng(1)
    x, weight = rng.normal(size=(21, 2)), rng.integers(0, 4, 21)
    repeated = np.quantile(x.repeat(weight, axis=0), q, axis=0, method="inverted_cdf")
    np.testing.assert_array_equal(_functions.weighted_quantile(x, q, weight), repeated)


def test_links():
    x = torch.linspace(-50, 22.9, 100, dtype=torch.float64)
    torch.testing.assert_close(_functions.rate(x), x.exp())
    torch.testing.assert_close(_functions.log_rate(x), x)
    torch.testing.assert_close(_functions.sigmoid(x), torch.sigmoid(x))
    torch.testing.assert_close(_functions.softplus(x), x.exp().log1p())
    np.testing.assert_allclose(
        _functions.softplus_inverse(_functions.softplus(x + 20).numpy()), x.numpy() + 20, atol=1e-6
    )
    np.testing.assert_allclose(_functions.rate_inverse(np.array([2.0, 0.0])), np.log([2.0, 1e-8]))


def test_rate_continues_as_its_tangent():
    x = torch.tensor([22.0, 23.0, 24.0, 33.0], dtype=torch.float64)
    top = np.exp(23.0)
    expected = torch.tensor([np.exp(22.0), top, 2 * top, 11 * top], dtype=torch.float64)
    torch.testing.assert_close(_functions.rate(x), expected)
    torch.testing.assert_close(_functions.log_rate(x), expected.log())


def test_score_survives_a_target_far_from_zero():
    head = Gaussian(loc=1e9, scale=1.0)
    target = np.linspace(-1, 1, 9)[:, None]
    outputs = torch.tensor(np.hstack([target, target]), dtype=torch.float32)
    assert head.score(outputs, target) == pytest.approx(1.0)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("link", ["sigmoid", "softplus", "rate", "log_rate"])
def test_links_give_an_element_the_same_bits_wherever_it_stands(link, dtype):
    function = getattr(_functions, link)
    x = 3 * torch.randn(501, generator=torch.Generator().manual_seed(0), dtype=dtype)
    alone = torch.cat([function(x[i : i + 1].clone()) for i in range(len(x))])
    assert torch.equal(alone, function(x))
