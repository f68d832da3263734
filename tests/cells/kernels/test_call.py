import re

import pytest
import torch

from skrnn._kernel import FOLDER, VARIANTS, load_kernel
from skrnn.cells.kernels import call, function
from skrnn.cells.kernels.call import POINTER, SIZE, Call, addresses, functions

SOURCE = (FOLDER / "kernel.cpp").read_text()


def members():
    """Names and types of the members of SkrnnCall, in order."""
    (body,) = re.findall(r"struct SkrnnCall \{(.*?)\n\};", SOURCE, flags=re.DOTALL)
    found = []
    for statement in re.sub(r"//.*", "", body).split(";"):
        kind, _, names = statement.strip().removeprefix("const ").partition(" ")
        for name in filter(None, map(str.strip, names.split(","))):
            found.append((name.removeprefix("*"), POINTER if name.startswith("*") else kind))
    return [(name, SIZE if kind == "int64_t" else kind) for name, kind in found]


def test_the_structure_is_that_of_the_source():
    assert list(Call._fields_) == members()
    assert len(members()) > 30


def test_the_cells_are_those_of_the_source():
    (names,) = re.findall(r"enum \{(.*?)\};", SOURCE, flags=re.DOTALL)
    names = [name.strip() for name in names.split(",")]
    own = [name.upper().removesuffix("_LSTM") for name in function.CELLS]
    assert own == names and list(function.CELLS.values()) == list(range(len(names)))


def test_addresses():
    x = torch.zeros(3, 2)
    assert addresses(x, None, x[1]) == [x.data_ptr(), None, x.data_ptr() + 8]


def test_functions(kernel):
    size_of_kept, forward, backward = functions()
    assert size_of_kept.restype is SIZE
    assert forward.restype is backward.restype is None
    order, lengths = torch.arange(3), torch.tensor([5, 2, 0])
    call = Call(
        cell=function.CELLS["gru"], n_models=1, n_rows=3, n_steps=5, n_features=2, n_units=4
    )
    call.order, call.lengths = addresses(order, lengths)
    size = size_of_kept(call)
    assert size >= 5 * 3 * 4 and size % (5 * 3) == 0
    call.n_rows = 0
    assert size_of_kept(call) == 0


@pytest.mark.parametrize("name", VARIANTS)
def test_every_variant_has_every_function(name):
    from skrnn._kernel import _load

    if load_kernel() is None or (library := _load(name)) is None:
        pytest.skip(f"{name} was not compiled")
    declared = re.findall(r"^(?:int|int64_t|void) (skrnn_\w+)\(", SOURCE, flags=re.MULTILINE)
    assert len(set(declared)) >= 7
    for function_name in declared:
        assert hasattr(library, function_name), function_name


@pytest.mark.usefixtures("kernel")
def test_a_kernel_of_another_version_is_not_called(monkeypatch):
    class Longer(Call):
        _fields_ = (("more", SIZE),)

    monkeypatch.setattr(call, "Call", Longer)
    functions.cache_clear()
    with pytest.raises(RuntimeError, match="of another version"):
        functions()
    functions.cache_clear()
