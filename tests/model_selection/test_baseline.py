import pytest

from skrnn import RNNRegressor
from skrnn.model_selection.baseline import make_baseline, owner_of


def test_documents_have_no_summary():
    with pytest.raises(ValueError, match="baseline=True summarises sequences, but hierarchical"):
        make_baseline(RNNRegressor(hierarchical=True), "cell", [0.5, 1.5])


def test_owner():
    assert [owner_of(key) for key in ("cell", "a__cell", "a__b__cell")] == ["", "a", "a__b"]
