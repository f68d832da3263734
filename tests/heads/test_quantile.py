"""The pinball loss against scikit-learn."""

import numpy as np
import pytest
import torch
from sklearn.metrics import mean_pinball_loss

from skrnn.heads import Quantile


@pytest.mark.parametrize("quantile", [0.05, 0.5, 0.9])
def test_loss_is_pinball_loss(quantile):
    rng = np.random.default_rng(0)
    y, z = rng.normal(size=(50, 2)), rng.normal(size=(50, 2))
    loss = Quantile(2, quantile=quantile).loss(torch.tensor(z), torch.tensor(y))
    expected = mean_pinball_loss(y, z, alpha=quantile, multioutput="raw_values")
    np.testing.assert_allclose(loss.mean(0), expected)


def test_bias_leaves_that_share_below():
    y = np.random.default_rng(1).exponential(size=(1000, 1))
    (bias,) = Quantile(quantile=0.9).initial_bias(y)
    assert (y < bias).mean() == pytest.approx(0.9, abs=0.002)


@pytest.mark.parametrize("quantile", [0, 1, 90, -0.1, np.nan])
def test_quantile_is_strictly_between_0_and_1(quantile):
    with pytest.raises(ValueError, match="expected a number strictly between 0 and 1"):
        Quantile(quantile=quantile)
