"""Every option of every cell: it keeps the promises, trains, or says why it cannot be."""

from pathlib import Path

import numpy as np
import pytest
import torch

from skrnn import RNNClassifier
from skrnn.cells import CELLS, make_cell
from skrnn.cells.activations import ACTIVATIONS
from skrnn.cells.initialization import INITS, INPUT_INITS
from skrnn.testing import check_cell

AROUND = {
    "input_dropout": 0.3,
    "learn_initial_state": True,
    "residual": True,
    "dilation": (1, 3),
}
INSIDE = {
    "layer_norm": True,
    "recurrent_dropout": 0.3,
    "weight_drop": 0.3,
    "zoneout": 0.2,
    "projection": 3,
}
OWN = {  # options of one cell alone: their values but the default
    ("esn", "spectral_radius"): (0.5,),
    ("esn", "leak_rate"): (0.3,),
    ("esn", "input_scale"): (0.2,),
    ("esn", "density"): (1.0,),
    ("gru", "reset_after"): (False,),
    ("indrnn", "recurrent_max"): (0.3,),
    ("lem", "dt"): (0.4,),
    ("lru", "r_min"): (0.5,),
    ("lru", "r_max"): (0.9,),
    ("lru", "max_phase"): (0.5,),
    ("peephole_lstm", "peepholes"): ("full",),
    ("peephole_lstm", "output_sees"): ("old",),
    ("peephole_lstm", "candidate"): tuple(ACTIVATIONS),
    ("rrnn", "product_of"): ("gate",),
    ("slstm", "forget_gate"): ("exp",),
}
REFUSED = {  # what has no value but the default, and the reason
    ("esn", "learn_initial_state"): "nothing inside an ESN is trained",
    ("indrnn", "projection"): "mixes units, which IndRNN keeps apart",
    ("lem", "projection"): "would shrink h but not z",
    ("slstm", "learn_initial_state"): "the normaliser of SLSTM must start at 0",
}
SENSELESS = {  # settings of RNNClassifier that do not go together
    "residual, one layer": ("gru", {"residual": True}, {}, "num_layers=1 has only one"),
    "dilation, other layers": ("gru", {"dilation": (1, 2)}, {}, "is for 2 layers, but"),
    "zoneout of scaled parts": ("slstm", {"zoneout": 0.1}, {}, "Give a rate for h alone"),
    "projection of a gate": (
        "rrnn",
        {"product_of": "gate", "projection": 2},
        {},
        "with product_of='gate' a product reads the gate",
    ),
    "identity without a matrix": ("indrnn", {"init": "identity"}, {}, "init='identity' is unknown"),
    "rates for other parts": ("lstm", {"zoneout": (0.1, 0.1, 0.1)}, {}, "which are h, c"),
    "a ring inside out": ("lru", {"r_min": 0.9, "r_max": 0.1}, {}, "r_min < r_max"),
    "truncated, both ways": (
        "gru",
        {},
        {"tbptt_steps": 3, "bidirectional": True},
        "Set bidirectional=False",
    ),
} | {
    f"{cell} {option}": (cell, {option: (AROUND | INSIDE)[option]}, {}, words)
    for (cell, option), words in REFUSED.items()
}


def values(cell, option):
    """Give the values of an option to try: all names it may have, but the default."""
    if (cell, option) in OWN:
        return OWN[cell, option]
    if option == "activation":
        return tuple(name for name in ACTIVATIONS if name != CELLS[cell]().activation)
    if option == "init":
        diagonal = cell in ("indrnn", "mingru", "minlstm")
        return (INPUT_INITS if diagonal else INITS)[1:]
    if (cell, option) == ("slstm", "zoneout"):
        return ((0.2, 0.0, 0.0, 0.0),)
    return ((AROUND | INSIDE)[option],)


def options_of(cell):
    return [name for name in make_cell(cell).get_params() if (cell, name) not in REFUSED]


def together(cell, options):
    """Make a cell with all of some options that it has."""
    chosen = [name for name in options_of(cell) if name in options]
    return CELLS[cell](**{name: values(cell, name)[0] for name in chosen})


SINGLE = {
    f"{cell} {option}={value}": CELLS[cell](**{option: value})
    for cell in CELLS
    for option in options_of(cell)
    for value in values(cell, option)
}
TOGETHER = {f"{cell} around": together(cell, AROUND) for cell in CELLS} | {
    f"{cell} inside": together(cell, INSIDE)
    for cell in CELLS
    if set(INSIDE) & set(options_of(cell))
}


def in_default_run(case):
    """Options of a cell alone one by one, and one activation; the others together."""
    cell, option = case.partition("=")[0].split()
    is_first = case == f"{cell} {option}={values(cell, option)[0]}"
    return option == "init" or (cell, option) in OWN or (option == "activation" and is_first)


DEFAULT = {case: cell for case, cell in SINGLE.items() if in_default_run(case)} | TOGETHER
REST = {case: cell for case, cell in SINGLE.items() if case not in DEFAULT}


@pytest.mark.parametrize("cell", [*CELLS, *CELLS.values()])
def test_cell(cell):
    check_cell(cell)


@pytest.mark.parametrize("cell", DEFAULT.values(), ids=DEFAULT)
def test_option(cell):
    check_cell(cell)


@pytest.mark.full
@pytest.mark.parametrize("cell", REST.values(), ids=REST)
def test_option_alone(cell):
    check_cell(cell)


X = [np.random.default_rng(n).normal(size=(n, 2)) for n in (3, 5, 2, 6, 4, 1)]
Y = np.array([0, 1, 1, 0, 1, 0])


def small(cell, **params):
    return RNNClassifier(
        cell=cell,
        **{"hidden_size": 4, "max_epochs": 2, "random_state": 0, "batch_size": 3} | params,
    )


def check_training(cell):
    """Check that fits by the same seed give the same bits, whatever torch's generator says."""
    before = torch.get_rng_state()
    one = small(cell, num_layers=2).fit(X, Y)
    assert torch.equal(before, torch.get_rng_state())
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(5)
        other = small(cell, num_layers=2).fit(X, Y)
    answer = one.predict_proba(X)
    assert np.isfinite(answer).all() and np.array_equal(answer, other.predict_proba(X))
    assert repr(one.cell) == repr(cell) and not list(cell.parameters())


@pytest.mark.parametrize("cell", DEFAULT.values(), ids=DEFAULT)
def test_option_in_training(cell):
    check_training(cell)


@pytest.mark.full
@pytest.mark.parametrize("cell", REST.values(), ids=REST)
def test_option_alone_in_training(cell):
    check_training(cell)


@pytest.mark.parametrize("option", ["input_dropout", "recurrent_dropout", "weight_drop", "zoneout"])
def test_masks_follow_the_seed_and_leave_torch_alone(option):
    """Weights are the same; only the masks can tell one generator from another."""
    model = small(CELLS["lstm"](**{option: 0.5}), lr=0.01)
    before = torch.get_rng_state()
    answers = [model.fit(X, Y).predict_proba(X) for _ in range(2)]
    assert torch.equal(before, torch.get_rng_state())
    assert np.array_equal(*answers)
    plain = small(CELLS["lstm"](zoneout=1e-300), lr=0.01).fit(X, Y).predict_proba(X)
    assert np.abs(plain - answers[0]).max() > 1e-6


@pytest.mark.parametrize("fitted", [False, True])
@pytest.mark.parametrize("case", SENSELESS.values(), ids=SENSELESS)
def test_what_does_not_go_together(case, fitted):
    cell, options, params, words = case
    model = small("gru", num_layers=1)
    if fitted:
        model.fit(X, Y)
    model.set_params(cell=CELLS[cell](**options), **params)
    before = dict(vars(model))
    with pytest.raises(ValueError, match=words):
        model.fit(X, Y)
    assert not list(model.cell.parameters())
    assert vars(model).keys() == before.keys()
    assert all(vars(model)[name] is before[name] for name in before)


def test_every_option_of_every_cell_has_a_case():
    known = {*AROUND, *INSIDE, "activation", "init", *(option for _, option in OWN)}
    for cell, kind in CELLS.items():
        defaults = kind().get_params()
        assert set(defaults) <= known
        default_run = [each for name, each in DEFAULT.items() if name.split()[0] == cell]
        assert all(type(each) is kind for each in default_run)
        for option, default in defaults.items():
            tried = [each.get_params()[option] for each in default_run]
            assert (cell, option) in REFUSED or any(value != default for value in tried)
    for cell, option in (*OWN, *REFUSED):
        assert option in make_cell(cell).get_params()


def test_every_name_that_may_be_given_has_a_case():
    for kind in CELLS.values():
        cells = [kind(), *(each for each in SINGLE.values() if type(each) is kind)]
        assert {each.activation for each in cells} == set(ACTIVATIONS)
        assert len({repr(each) for each in cells}) == len(cells)


GUIDE = Path(__file__).parents[2] / "docs" / "guide" / "cells.rst"


def test_the_guides_table_says_which_cell_has_which_option():
    """An option whose every value but the default is refused is not there."""
    table = GUIDE.read_text().partition(".. csv-table::\n   :header: option, ")[2]
    header, *lines = (line.strip() for line in table.partition("\n\n``")[0].splitlines())
    cells = [name.strip() for name in header.split(",")]
    told = {}
    for option, *marks in (line.split(",") for line in lines if "," in line):
        told[option] = {c for c, mark in zip(cells, marks, strict=True) if mark.strip()}
    shared = {*AROUND, *INSIDE, "activation", "init"}
    expected = {name: {cell for cell in CELLS if name in options_of(cell)} for name in shared}
    assert cells == list(CELLS) and told == expected


def test_the_guide_has_every_cell():
    text = GUIDE.read_text()
    for name, kind in CELLS.items():
        assert f"   * - :doc:`{name} <../cells/{name}>`\n     - :class:`{kind.__name__}`\n" in text
