import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from sklearn.exceptions import NotFittedError

from skrnn import RNNClassifier, RNNEncoder
from skrnn.inspection import HiddenStateDisplay
from skrnn.inspection.network import read_rows

draw = HiddenStateDisplay.from_estimator


def module_outputs(model, X, row, find):
    """What a layer of the fitted module gives for one row, seen by a hook."""
    reading, found = read_rows(model, X), []
    network = reading.estimator.module_
    hook = find(network).register_forward_hook(lambda *args: found.append(args[-1]))
    x = reading.tensor(row)
    network(x.float() if x.is_floating_point() else x)
    hook.remove()
    return found[0].detach().numpy()


@pytest.mark.parametrize(
    ("case", "layer", "find"),
    [
        ("one way", -1, lambda net: net.encoder.layers[0]),
        ("layers", 0, lambda net: net.encoder.layers[0]),
        ("layers", -1, lambda net: net.encoder.layers[1]),
        ("stem", 0, lambda net: net.encoder.layers[0]),
        ("texts", 0, lambda net: net.encoder.layers[0]),
        ("documents", -1, lambda net: net.encoder.outer.layers[0]),
        ("documents of ids", 1, lambda net: net.encoder.outer.layers[0]),
    ],
)
def test_states_are_what_the_module_computes(fitted, case, layer, find):
    model, X = fitted(case)
    table = draw(model, X, row=2, layer=layer).table
    (expected,) = module_outputs(model, X, 2, find)
    np.testing.assert_allclose(table.to_numpy().T, expected, rtol=1e-3, atol=1e-5)


def test_layers_of_words_start_anew_in_each_sentence(fitted):
    model, X = fitted("documents")
    display = draw(model, X, layer=0)
    found = module_outputs(model, X, 0, lambda net: net.encoder.inner.layers[0])
    words = np.vstack([found[0, :2], found[1]])  # the first of two sentences is padded
    np.testing.assert_allclose(display.table.to_numpy().T, words, rtol=1e-3, atol=1e-5)
    assert list(display.breaks) == [2]
    assert display.table.columns.name == "step"
    assert draw(model, X, layer=1).table.columns.name == "sentence"


def test_units_and_steps_are_named(fitted):
    model, _ = fitted("texts")
    display = draw(model, ["good odd film"])
    assert display.table.columns.tolist() == ["good", "�", "film"]
    assert display.table.index.tolist() == [
        f"{d} {k}" for d in ("forward", "backward") for k in range(4)
    ]
    assert [tick.get_text() for tick in display.ax_.get_xticklabels()] == ["good", "�", "film"]
    assert display.ax_.get_xlabel() == "token"
    assert 3.5 in [line.get_ydata()[0] for line in display.ax_.get_lines()]
    shown = display.image_.get_array().reshape(8, 3)
    assert (shown == display.table.to_numpy()).all()
    low, high = display.image_.get_clim()
    assert low == -high == -np.abs(display.table.to_numpy()).max()


def test_time_is_that_of_the_original_steps_behind_a_stem(fitted):
    model, X = fitted("stem")
    display = draw(model, X, row=1)  # 180 steps
    edges = np.asarray(display.edges)
    assert (edges[0], edges[-1]) == (0, 180)
    assert len(edges) == display.table.shape[1] + 1 < 100
    stride = edges[1]
    assert display.table.columns.tolist() == list(range(0, 180, stride))
    assert f"each column is {stride} of them" in display.ax_.get_xlabel()
    assert display.ax_.get_xlim() == (-0.5, 179.5)


def test_similar_units_lie_side_by_side(fitted):
    model, X = fitted("layers")
    plain, sorted_ = draw(model, X, row=1).table, draw(model, X, row=1, order="similar").table
    pd.testing.assert_frame_equal(sorted_.loc[plain.index], plain)
    assert set(sorted_.index[:4]) == set(plain.index[:4])

    def jumps(table):
        return np.abs(np.diff(table.to_numpy()[:4], axis=0)).sum()

    assert jumps(sorted_) <= jumps(plain)


def test_a_part_is_named(fitted):
    model, X = fitted("fused")
    assert draw(model, X, part="recording", row=1).table.shape == (8, 9)
    table = draw(model, X, part="note").table
    assert table.shape == (8, 3)
    for part in (None, "age", "other"):
        with pytest.raises(ValueError, match=r"\['recording', 'note'\]"):
            draw(model, X, part=part)
    model, X = fitted("numbers")
    with pytest.raises(ValueError, match="is none"):
        draw(model, X, part="recording")


def test_what_is_not_there_is_refused(fitted):
    model, X = fitted("layers")
    for row in (6, -7):
        with pytest.raises(ValueError, match=f"row={row} is out of range: X has 6 rows"):
            draw(model, X, row=row)
    for row in (1.0, True, "a"):
        with pytest.raises(TypeError, match="row must be an int"):
            draw(model, X, row=row)
    for layer in (2, -3):
        with pytest.raises(ValueError, match=f"layer={layer} is out of range: .* 2 recurrent"):
            draw(model, X, layer=layer)
    with pytest.raises(TypeError, match="layer must be an int"):
        draw(model, X, layer="last")
    with pytest.raises(ValueError, match=r"order='size' is unknown. Choose one of \['unit'"):
        draw(model, X, order="size")
    with pytest.raises(NotFittedError):
        draw(RNNClassifier(), X)
    with pytest.raises(ValueError, match="NaN"):
        draw(model, [np.full((2, 2), np.nan)])
    with pytest.raises(ValueError, match="features"):
        draw(model, [np.ones((2, 3))])


def test_drawing_changes_nothing(fitted, undisturbed):
    for case in ("search", "encoder", "texts"):
        undisturbed(draw, *fitted(case))


def test_every_case_can_be_drawn(fitted, case):
    model, X = fitted(case)
    display = draw(model, X, row=-1, part="note" if case == "fused" else None)
    assert np.isfinite(display.table.to_numpy()).all()
    display.figure_.canvas.draw()


def test_one_unit_one_step_and_huge_values():
    model = RNNEncoder(hidden_size=1, max_epochs=1, bidirectional=False).fit([[1.0, 2.0], [1.0]])
    for x in ([[0.5]], [[1e300, -1e300]]):
        display = draw(model, x, order="similar")
        assert np.isfinite(display.table.to_numpy()).all()
        display.figure_.canvas.draw()


def test_time_stamps_are_written_and_axes_are_used(fitted):
    stamps = pd.date_range("2026-01-01", periods=30, freq="h")
    X = [pd.Series(np.arange(30.0), index=stamps), pd.Series(np.ones(30), index=stamps)]
    model = RNNEncoder(hidden_size=2, max_epochs=1).fit(X)
    _, ax = plt.subplots()
    display = draw(model, X, ax=ax)
    assert display.ax_ is ax
    assert (display.table.columns == stamps).all()
    assert ax.get_xlabel() == "time"
    assert ax.get_xticklabels()[0].get_text() == "01 Jan 00:00"
    again = HiddenStateDisplay(display.table).plot()
    assert again.image_.get_array().size == 120


def test_named_steps_of_numbers_are_no_tokens():
    frame = pd.DataFrame(np.eye(2), columns=["mon", "tue"])
    encoder = RNNEncoder(hidden_size=2, max_epochs=1).fit(frame)
    assert draw(encoder, frame).ax_.get_xlabel() == "step"


@pytest.mark.parametrize("ax", ["here", 3, np.empty(2, dtype=object)])
def test_what_nothing_can_be_drawn_on_is_refused(fitted, ax):
    model, rows = fitted("numbers")
    with pytest.raises(TypeError, match="ax must be one matplotlib Axes"):
        HiddenStateDisplay.from_estimator(model, rows, ax=ax)
