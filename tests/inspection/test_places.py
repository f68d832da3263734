import pytest

from skrnn import RNNClassifier
from skrnn.cells import CELLS
from skrnn.inspection.places import place_of


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("encoder.embedding.weight", ("embedding", "", "weights")),
        ("encoder.stem.blocks.0.one.conv.weight", ("stem", "", "weights")),
        ("encoder.stem.blocks.0.norms.0.bias", ("stem", "", "bias")),
        ("encoder.layers.1.directions.0.layer.weight_ih_l0", ("layer 2", "forward", "input")),
        ("encoder.layers.0.directions.1.layer.weight_hh_l0", ("layer 1", "backward", "recurrent")),
        ("encoder.layers.0.directions.0.forget_peephole", ("layer 1", "forward", "recurrent")),
        ("encoder.layers.0.starts.1.0", ("layer 1", "backward", "initial state")),
        ("pooling.key.weight", ("pooling", "", "weights")),
        ("behind.1.weight", ("dense 1", "", "weights")),
        ("behind.4.bias", ("dense 2", "", "bias")),
        ("projection.weight", ("head", "", "weights")),
        ("projections.1.bias", ("head", "", "bias")),
        ("encoder.pooling.key.bias", ("sentences: pooling", "", "bias")),
        ("encoder.inner.embedding.weight", ("sentences: embedding", "", "weights")),
    ],
)
def test_parameters_have_a_place(name, place):
    assert place_of(name) == place


@pytest.mark.parametrize("cell", CELLS)
def test_every_cell_has_weights_of_some_kind(cell):
    X = [[[0.1], [0.2]], [[0.3]]]
    model = RNNClassifier(cell=cell, hidden_size=2, max_epochs=1).fit(X, [0, 1])
    places = {place_of(name) for name, _ in model.module_.named_parameters()}
    kinds = {kind for layer, _, kind in places if layer == "layer 1"}
    assert cell == "esn" or "input" in kinds
