"""The multilabel head against scikit-learn."""

import numpy as np
import pytest
import torch
from scipy.special import expit
from sklearn.metrics import accuracy_score, log_loss

from skrnn.heads import Multilabel


def test_loss_is_log_loss_per_label():
    rng = np.random.default_rng(0)
    head, outputs = Multilabel(3), rng.normal(size=(30, 3)) * 2
    y = rng.integers(0, 2, (30, 3))
    tensor, target = torch.tensor(outputs), torch.tensor(head.encode(y))
    loss = head.loss(tensor, target).mean(0)
    for label in range(3):
        expected = log_loss(y[:, label], expit(outputs[:, label]))
        assert loss[label].item() == pytest.approx(expected)
    np.testing.assert_allclose(head.proba(tensor), expit(outputs))
    np.testing.assert_allclose(head.log_proba(tensor), np.log(expit(outputs)))
    assert torch.equal(head.decision(tensor), tensor)
    assert head.score(tensor, y) == pytest.approx(accuracy_score(y, outputs > 0))


@pytest.mark.parametrize(
    ("y", "message"),
    [
        ([[0, 1], [2, 0]], "y is 2 in row 1, column 0; expected 0 .label absent. or 1"),
        ([[0], [1]], r"y has shape \(2, 1\); expected \(n, 2\), one column per label"),
        ([0, 1], "shape"),
    ],
)
def test_check_target(y, message):
    with pytest.raises(ValueError, match=message):
        Multilabel(2).check_target(np.array(y))


def test_needs_a_label():
    with pytest.raises(ValueError, match="n_labels is 0; expected at least 1"):
        Multilabel(0)
