import numpy as np
import pytest
import torch

from skrnn import RNNClassifier
from skrnn.heads import Categorical, Multilabel
from skrnn.inspection.targets import choose_answer, log_odds


@pytest.mark.parametrize("head", [Categorical(2), Categorical(4), Multilabel(3)])
def test_log_odds_are_those_of_the_probabilities(head):
    outputs = torch.linspace(-2, 3, 5 * head.n_outputs, dtype=torch.float64).view(5, -1)
    proba = head.proba(outputs)
    for k in range(proba.shape[1]):
        expected = torch.log(proba[:, k] / (1 - proba[:, k]))
        np.testing.assert_allclose(log_odds(head, outputs, k), expected, rtol=1e-9)


def test_log_odds_stay_finite_where_probabilities_do_not():
    outputs = torch.tensor([[900.0, -900.0, 0.0]], dtype=torch.float64)
    assert log_odds(Categorical(3), outputs, 0).item() == 900
    assert log_odds(Categorical(3), outputs, 1).item() == -1800


def test_a_class_of_its_own_is_named_plainly():
    model = RNNClassifier(hidden_size=2, max_epochs=1).fit([[1.0], [2.0]], [0, 0])
    with pytest.raises(ValueError, match="one class only, 0, so nothing"):
        choose_answer(model, lambda x: x, torch.zeros(1, 1), None)
