"""The categorical head against scikit-learn and torch."""

import numpy as np
import pytest
import torch
from scipy.special import softmax
from sklearn.metrics import log_loss

from skrnn.heads import Categorical


@pytest.mark.parametrize("n_classes", [2, 3, 6])
def test_loss_is_log_loss(n_classes):
    rng = np.random.default_rng(0)
    head = Categorical(n_classes)
    outputs = rng.normal(size=(40, head.n_outputs)) * 3
    y = np.arange(40) % n_classes
    logits = outputs if n_classes > 2 else np.hstack([np.zeros((40, 1)), outputs])
    proba = softmax(logits, axis=1)
    tensor = torch.tensor(outputs)
    np.testing.assert_allclose(head.proba(tensor), proba)
    np.testing.assert_allclose(head.log_proba(tensor), np.log(proba))
    assert head.loss(tensor, torch.tensor(y)).mean().item() == pytest.approx(log_loss(y, proba))
    np.testing.assert_array_equal(head.predict(tensor), logits.argmax(1))


def test_two_classes_take_one_output():
    head = Categorical(2)
    outputs = torch.tensor([[-1.0], [0.0], [2.0]])
    assert head.n_outputs == 1
    assert head.decision(outputs).tolist() == [-1.0, 0.0, 2.0]
    assert head.predict(outputs).tolist() == [0, 0, 1]


def test_small_probabilities_keep_their_digits():
    log_proba = Categorical(2).log_proba(torch.tensor([[60.0]]))
    assert log_proba[0, 0].item() == pytest.approx(-60)
    assert log_proba[0, 1].item() == pytest.approx(-np.exp(-60.0))


def test_one_class_is_certain():
    head = Categorical(1)
    outputs = torch.tensor([[3.0], [-3.0]])
    assert head.n_outputs == 1
    assert head.loss(outputs, torch.tensor([0, 0])).tolist() == [[0.0], [0.0]]
    assert head.proba(outputs).tolist() == [[1.0], [1.0]]
    assert head.predict(outputs).tolist() == [0, 0]


def test_per_step_labels():
    head = Categorical(3)
    outputs = torch.randn(2, 5, 3, generator=torch.Generator().manual_seed(0))
    target = head.predict(outputs)
    assert target.shape == (2, 5) and head.loss(outputs, target).shape == (2, 5, 1)
    assert head.score(outputs, target) == 1.0
    mask = np.array([[1, 1, 1, 0, 0], [1, 0, 0, 0, 0.0]])
    wrong = torch.where(torch.tensor(mask) > 0, target, (target + 1) % 3)
    assert head.score(outputs, wrong, mask) == 1.0


@pytest.mark.parametrize(
    ("y", "message"),
    [
        ([0, 3, 1], "y is 3 in row 1; expected class indices, whole numbers from 0 to 2"),
        ([0, -1], "y is -1 in row 1"),
        ([0.0, 0.5], "y is 0.5 in row 1"),
    ],
)
def test_check_target(y, message):
    with pytest.raises(ValueError, match=message):
        Categorical(3).check_target(np.array(y))


def test_needs_a_class():
    with pytest.raises(ValueError, match="n_classes is 0; expected at least 1"):
        Categorical(0)
