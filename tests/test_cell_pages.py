"""Each cell has a page and a picture, and both say what the code computes."""

import re
import sys
from pathlib import Path

import pytest
import torch

from skrnn.cells import CELLS, ESN, GatedCell
from skrnn.cells.activations import ACTIVATIONS

DOCS = Path(__file__).parents[1] / "docs"
sys.path.append(str(DOCS / "_ext"))

import cell_pictures  # noqa: E402
from cell_pictures.checking import faults  # noqa: E402
from cell_pictures.drawing import render  # noqa: E402
from cell_pictures.language import LAYERS, picture  # noqa: E402

F, H = 3, 4
SECTIONS = ("Equations", "Options that change them", "Gradients", "In use", "Sources")
# How the products stand one after the other in the weights: of the input, of the state, and the
# names of the recurrent weights that are not that of their product.
ORDER = {
    "gru": ("r z n", "r z n", {}),
    "lem": ("h p q z", "p q z h", {}),
    "lstm": ("i f g o", "i f g o", {}),
    "mgu": ("f n", "f n", {}),
    "peephole_lstm": ("i f g o", "i f g o", {}),
    "rrnn": ("h r s", "h r s rs", {"rs": "s"}),
    "slstm": ("i f g o", "i f g o", {}),
}


@pytest.fixture(autouse=True)
def in_double_precision():
    """Compare a picture with its cell in float64."""
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(before)


def page(name):
    file = DOCS / "cells" / f"{name}.rst"
    wanted = f"The cell {name!r} needs a page, docs/cells/{name}.rst: copy that of another cell."
    assert file.exists(), wanted
    return file.read_text()


def drawn(name):
    wanted = f"The cell {name!r} needs a picture: a line in CELLS of docs/_ext/cell_pictures."
    assert name in cell_pictures.CELLS, wanted
    return cell_pictures.CELLS[name]


def built(name, **options):
    """Make a cell with weights that are nowhere zero."""
    cell = CELLS[name](**options)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        cell.build(F, H)
        for parameter in cell.parameters():
            torch.nn.init.normal_(parameter, std=0.5)
    return cell


def named_weights(name, cell):
    """Give the weights of a cell by the names that its picture has for them."""
    if name in ORDER:
        return gate_weights(name, cell)
    if name in ("rnn", "indrnn"):
        layer = cell.layer
        recurrent = layer.weight_hh_l0
        recurrent = recurrent.clamp(-1, 1) if name == "indrnn" else recurrent
        bias = layer.bias_ih_l0 + layer.bias_hh_l0
        return {"W": layer.weight_ih_l0, "U": recurrent, "u": recurrent, "b": bias}
    if name in ("mingru", "minlstm"):
        gates = cell.gates
        letters = {"mingru": "zn", "minlstm": "fin"}[name]
        parts = zip(letters, gates.weight.split(H), gates.bias.split(H), strict=True)
        return {k: v for g, w, b in parts for k, v in ((f"W_{g}", w), (f"b_{g}", b))}
    if name == "esn":
        rates = {"a": torch.tensor(cell.leak_rate), "(1-a)": torch.tensor(1 - cell.leak_rate)}
        return {"W": cell.weight, "U": cell.recurrent, "b": cell.bias, **rates}
    decay = torch.exp(torch.complex(-torch.exp(cell.nu), torch.exp(cell.theta)))
    return {
        "B": torch.complex(*cell.weight_in.chunk(2)),
        "C": torch.complex(*cell.weight_out.chunk(2, 1)),
        "D": cell.skip,
        r"\lambda": decay,
        r"\gamma": torch.exp(cell.gamma),
    }


def gate_weights(name, cell):
    inputs, recurrent, shared = ORDER[name]
    layer, found = cell.layer, {}
    parts = zip(inputs.split(), layer.weight_ih_l0.split(H), layer.bias_ih_l0.split(H), strict=True)
    for gate, weight, bias in parts:
        found |= {f"W_{gate}": weight, f"b_{gate}": bias}
    weights, biases = layer.weight_hh_l0.split(H), layer.bias_hh_l0.split(H)
    for gate, weight, bias in zip(recurrent.split(), weights, biases, strict=True):
        found["U_" + (f"{{{gate}}}" if gate in shared else gate)] = weight
        if (name, gate) == ("gru", "n"):
            found["d_n"] = bias
        else:
            found[f"b_{shared.get(gate, gate)}"] = found[f"b_{shared.get(gate, gate)}"] + bias
    for gate in ("input", "forget", "output"):
        if hasattr(cell, f"{gate}_peephole"):
            found[f"V_{gate[0]}"] = getattr(cell, f"{gate}_peephole")
    return found


def compute(graph, given, weights, activation):
    """Let the numbers of the inputs run along the wires; give those of all nodes."""
    values = dict(given)
    while len(values) < len(graph.nodes):
        before = len(values)
        for name, node in graph.nodes.items():
            wires = [wire for wire in graph.wires if wire.target == name]
            if name not in values and all(wire.source in values for wire in wires):
                values[name] = apply(node, wires, values, weights, activation)
        assert len(values) > before, "the picture runs in a circle"
    return values


def apply(node, wires, values, weights, activation):
    terms = [values[wire.source] for wire in wires]
    if node.kind in LAYERS:
        terms = [multiply(weights[w.weight], x) for w, x in zip(wires, terms, strict=True)]
        total = sum(terms) + (weights[node.bias] if node.bias else 0)
        return squash(node, total, weights, activation)
    if node.kind == "function":
        return squash(node, *terms, weights, activation)
    return {
        "times": lambda: terms[0] * terms[1],
        "plus": lambda: terms[0] + terms[1],
        "minus": lambda: 1 - terms[0],
        "divide": lambda: terms[0] / terms[1],
        "output": lambda: terms[0],
    }[node.kind]()


def multiply(weight, x):
    if weight.ndim < 2:
        return weight * x
    kind = torch.promote_types(weight.dtype, x.dtype)
    return x.to(kind) @ weight.to(kind).T


def squash(node, x, weights, activation):
    if node.kind == "product":
        return x.real if "Re" in node.text else x
    functions = {r"\phi": activation, r"\sigma": torch.sigmoid, r"\exp": torch.exp}
    if node.text.startswith(r"\Delta t"):
        return weights["dt"] * torch.sigmoid(x)
    return functions[node.text](x)


def follow(name, cell, x):
    """Read a sequence (B, T, F) by the picture alone; give the outputs (B, T, O)."""
    graph = drawn(name)
    weights = named_weights(name, cell) | {"dt": getattr(cell, "dt", 1.0)}
    states = {n: f"{n}_t" for n, node in graph.nodes.items() if node.kind == "input" and n != "x"}
    kind = torch.complex128 if name == "lru" else torch.float64
    carried = {n: torch.zeros(len(x), H, dtype=kind) for n in states}
    shown = {"lru": ["y_t"], "rrnn": ["s_t", "h_t"]}.get(name, ["h_t"])
    outputs = []
    for step in x.unbind(1):
        given = {"x": step, **carried}
        values = compute(graph, given, weights, ACTIVATIONS[cell.activation])
        carried = {n: values[after] for n, after in states.items()}
        outputs.append(torch.cat([values[each] for each in shown], -1))
    return torch.stack(outputs, 1)


CASES = [*((name, {}) for name in CELLS), ("esn", {"leak_rate": 0.3}), ("lem", {"dt": 0.4})]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_picture_computes_what_its_cell_computes(case):
    name, options = case
    cell = built(name, **options)
    x = torch.randn(2, 5, F, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        expected, _ = cell(x)
        torch.testing.assert_close(follow(name, cell, x), expected, rtol=1e-9, atol=1e-9)


def equations(name):
    """Give the block of equations of a page."""
    after = page(name).partition("\nEquations\n")[2].partition(".. math::\n\n")[2]
    return after[: re.search(r"^\S", after, re.M).start()]


def to_python(name):
    """Give (what is computed, an expression of Python) for each line of a page's equations."""
    text = re.sub(r"([a-z])_\{t-1\}", r"\1_old", equations(name)).replace(r"\Delta t", "dt")
    text = re.sub(r"\\big|&", "", text).replace("{rs}", "rs").replace(r"\mathrm{Re}", "Re")
    text = re.sub(r"\\frac\{(.*?)\}\{(.*?)\}", r"(\1) / (\2)", text)
    text = text.replace(r"\lambda", "lambda_").replace(r"\odot", "*").replace(r"\,", "*")
    text = re.sub(r"\\(sigma|phi|exp|gamma)", r"\1", text)
    text = re.sub(r"\b([WUVBCD](?:_\w+)?) (?=[\w(])", r"\1 @ ", text)
    return [[side.strip() for side in line.split("=")] for line in text.split(r"\\")]


def evaluate(name, cell, x):
    """Read a sequence (B, T, F) by the equations of the page alone; give the outputs (B, T, O)."""
    function, steps = ACTIVATIONS[cell.activation], to_python(name)
    kind = torch.complex128 if name == "lru" else torch.float64
    named = {k.strip("\\").replace("{rs}", "rs"): v for k, v in named_weights(name, cell).items()}
    known = {k: v.to(kind)[:, None] if v.ndim == 1 else v.to(kind) for k, v in named.items()}
    known |= {"sigma": torch.sigmoid, "exp": torch.exp, "phi": lambda v: function(v.real)}
    known |= {"Re": lambda v: v.real, "dt": getattr(cell, "dt", 1.0)}
    known["lambda_"] = known.pop("lambda", None)
    values = {f"{part}_t": torch.zeros(H, len(x), dtype=kind) for part in "hcnz"}
    outputs = []
    for step in x.unbind(1):
        values = {k.replace("_t", "_old"): v for k, v in values.items() if k.endswith("_t")}
        values["x_t"] = step.T.to(kind)
        for target, expression in steps:
            values[target] = eval(expression, known, values)
        shown = {"lru": ["y_t"], "rrnn": ["s_t", "h_t"]}.get(name, ["h_t"])
        outputs.append(torch.cat([values[each] for each in shown]).T)
    return torch.stack(outputs, 1)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_equations_of_a_page_compute_what_the_cell_computes(case):
    name, options = case
    cell = built(name, **options)
    x = torch.randn(2, 5, F, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        expected, _ = cell(x)
        torch.testing.assert_close(evaluate(name, cell, x), expected, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("name", cell_pictures.PICTURES)
def test_pictures_have_no_faults(name):
    assert faults(cell_pictures.PICTURES[name]) == []


def test_pictures_are_written_once(tmp_path, monkeypatch):
    """The same description gives the same bytes, and a file that is right is left alone."""
    few = {name: cell_pictures.PICTURES[name] for name in ("rnn", "attention")}
    monkeypatch.setattr(cell_pictures, "PICTURES", few)
    cell_pictures.write_pictures(tmp_path / "new")
    first = {file.name: file.read_bytes() for file in (tmp_path / "new").iterdir()}
    assert set(first) == {"rnn.svg", "attention.svg"}
    for file, content in first.items():
        assert b"<svg" in content and re.search(rb'width="460\.8pt"', content)  # 614 pixels
        assert content == render(few[file.removesuffix(".svg")])
    stamps = [file.stat().st_mtime_ns for file in (tmp_path / "new").iterdir()]
    cell_pictures.write_pictures(tmp_path / "new")
    assert stamps == [file.stat().st_mtime_ns for file in (tmp_path / "new").iterdir()]


def test_a_wrong_picture_stops_the_build(tmp_path, monkeypatch):
    loose = picture(1, {"x": ("input", 0, 0), "h": ("output", 2, 0)}, [])
    monkeypatch.setattr(cell_pictures, "PICTURES", {"loose": loose})
    with pytest.raises(ValueError, match=r"picture 'loose' is wrong\. x leads to no output"):
        cell_pictures.write_pictures(tmp_path)


def test_faults_are_found():
    ends = {"x": ("input", 0, 0), "h": ("output", 6, 0)}
    cases = {
        "runs through": picture(1, ends | {"a": ("plus", 3, 0)}, [("x", "h")]),
        "is reached from no input": picture(
            1, ends | {"a": ("plus", 3, 2)}, [("x", "h"), ("a", "h", "", "x6")]
        ),
        "leads to no output": picture(
            1, ends | {"a": ("plus", 3, 2)}, [("x", "h"), ("x", "a", "", "x3")]
        ),
        "with the weight ''": picture(
            1, ends | {"a": ("gate", 3, 0, "")}, [("x", "a"), ("a", "h")]
        ),
        "lies on": picture(1, {"x": ("input", 0, 0), "h": ("output", 1, 0)}, []),
        "runs on": picture(
            1,
            {"x": ("input", 0, 0), "h": ("output", 6, 0), "c": ("input", 0, 2)},
            [("x", "h", "", "y-2 x6"), ("c", "h", "", "x3 y-2 x6")],
        ),
    }
    for words, graph in cases.items():
        assert any(words in fault for fault in faults(graph)), (words, faults(graph))
    with pytest.raises(ValueError, match="no straight line"):
        faults(picture(1, {"x": ("input", 0, 0), "h": ("output", 6, 3)}, [("x", "h")]))


@pytest.mark.parametrize("name", CELLS)
def test_a_page_says_all_that_a_page_must(name):
    text = page(name)
    for title in SECTIONS:
        assert f"\n{title}\n---" in text, f"docs/cells/{name}.rst has no section {title!r}."
    assert f".. figure:: pictures/{name}.svg\n   :alt: " in text
    assert f":class:`skrnn.cells.{CELLS[name].__name__}`" in text
    assert not re.search(r"^- [A-Z]\. ", text, re.M)  # an initial would become a list: write S\.
    assert ".. math::" in text and ">>> " in text and f'"{name}"' in text


@pytest.mark.parametrize("name", CELLS)
def test_the_number_of_weights_is_that_of_the_cell(name):
    """A page has one formula in F and H, for the defaults of the cell."""
    (formula,) = re.findall(r"^\*\*Number of weights\.\*\* ``([-+*() 0-9FH]+)``", page(name), re.M)
    for n_features, n_units in ((1, 1), (2, 5), (7, 3)):
        cell = CELLS[name]()
        cell.build(n_features, n_units)
        fixed = cell.buffers() if isinstance(cell, ESN) else ()
        number = sum(each.numel() for each in [*cell.parameters(), *fixed])
        assert eval(formula, {"F": n_features, "H": n_units}) == number


@pytest.mark.parametrize("name", CELLS)
def test_picture_and_equations_have_the_same_weights(name):
    graph = drawn(name)
    math = equations(name).replace("{rs}", "rs")
    known = {w.weight for w in graph.wires} | {n.bias for n in graph.nodes.values()}
    wanted = {each.replace("{rs}", "rs") for each in known - {"", "(1-a)"}}
    told = set(re.findall(r"(?<![A-Za-z\\])[WUVbd]_[a-z]+|\\lambda|\\gamma", math))
    if not told or name == "lru":
        told |= set(re.findall(r"(?<![A-Za-z\\])[WUBCDuba](?![A-Za-z_])", math))
    assert wanted == told


def test_options_of_their_own_are_on_the_page():
    shared = set(GatedCell.__dataclass_fields__) | {"activation", "init"}
    for name, kind in CELLS.items():
        for option in set(kind().get_params()) - shared:
            assert f"``{option}" in page(name), f"docs/cells/{name}.rst does not name {option!r}."


def test_the_section_lists_every_page_and_every_image_has_words():
    pages = {file.stem: file.read_text() for file in (DOCS / "cells").glob("*.rst")}
    assert set(pages) == {*CELLS, "index", "notation", "around"}
    listed = re.findall(r"^   (\w+)$", pages["index"].partition(".. toctree::")[2], re.M)
    assert set(listed) == set(pages) - {"index"}
    images = []
    for text in pages.values():
        for image, following in re.findall(r"^\.\. figure:: (\S+)\n(.*)$", text, re.M):
            assert following.strip().startswith(":alt: ") and len(following) > 40
            images.append(Path(image).stem)
    assert set(images) == set(cell_pictures.PICTURES)


def test_a_new_cell_is_told_what_it_needs(monkeypatch):
    monkeypatch.setitem(CELLS, "leaky", CELLS["rnn"])
    with pytest.raises(AssertionError, match=r"needs a page, docs/cells/leaky\.rst"):
        page("leaky")
    with pytest.raises(AssertionError, match="needs a picture: a line in CELLS of docs/_ext"):
        drawn("leaky")
