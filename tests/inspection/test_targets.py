import numpy as np
import pytest
import torch

from skrnn.heads import Categorical, Multilabel
from skrnn.inspection.targets import log_odds


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
