"""Imports run one way: data <- cells <- nn <- heads <- training <- estimators."""

import ast
from pathlib import Path

import pytest

import skrnn

ROOT = Path(skrnn.__file__).parent
FILES = {str(path.relative_to(ROOT)): path for path in sorted(ROOT.rglob("*.py"))}
LAYERS = ("data", "cells", "nn", "heads", "training", "estimators")
ANYWHERE = {"_config", "_drawing", "_kernel", "_sklearn", "_warning", "__version__"}
ALLOWED = {layer: {*LAYERS[: i + 1], *ANYWHERE} for i, layer in enumerate(LAYERS)}
ALLOWED |= {
    beside: {"data", beside, *ANYWHERE}
    for beside in ("preprocessing", "metrics", "datasets", "forecasting")
}
ALLOWED["estimators"] |= {"forecasting", "metrics"}
ALLOWED["model_selection"] = {*LAYERS, "preprocessing", "model_selection", *ANYWHERE}
ALLOWED["inspection"] = {*LAYERS, "preprocessing", "metrics", "inspection", *ANYWHERE}
ALLOWED |= {"_kernel": set(), "_sklearn": set(), "_drawing": set(), "_config": {"_kernel"}}
ALLOWED |= {"_warning": set()}
ALLOWED |= {"_versions": {"_config", "_kernel"}}
INSIDE_FUNCTIONS = {
    "matplotlib",
    "tqdm",
    "tokenizers",
    "statsmodels",
    "onnx",
    "onnxruntime",
    "dask",
    "pooch",
}


def imports(tree):
    """Yield (dotted name, imported names) of every import below `tree`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, ()) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"line {node.lineno}: relative import"
            yield node.module, tuple(alias.name for alias in node.names)


def at_import_time(tree):
    """Yield the imports that run when the module is imported."""
    stack = [tree]
    while stack:
        node = stack.pop()
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield from imports(node)
        elif not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            stack.extend(ast.iter_child_nodes(node))


def skrnn_parts(module, names):
    """Return the parts (folders or top modules) of skrnn that an import reaches."""
    package, _, rest = module.partition(".")
    if package != "skrnn":
        return set()
    return {rest.split(".")[0]} if rest else set(names) or {"skrnn itself"}


def is_private_sklearn(module, names):
    parts = [*module.split("."), *names]
    return parts[0] == "sklearn" and any(p.startswith("_") and p != "__version__" for p in parts)


@pytest.mark.parametrize("file", FILES)
def test_imports(file):
    part = file.removesuffix(".py").split("/")[0]
    tree = ast.parse(FILES[file].read_text())
    for module, names in imports(tree):
        reached = skrnn_parts(module, names)
        assert part == "testing" or "testing" not in reached, f"{file} imports testing"
        if part in ALLOWED:
            assert reached <= ALLOWED[part], f"{file} imports {module}, a layer above its own"
        if module.split(".")[0] == "skorch":
            assert part == "training", f"{file} imports skorch; only training/ may"
        if is_private_sklearn(module, names):
            assert file == "_sklearn.py", f"{file} imports private {module} {names}"
    for module, _ in at_import_time(tree):
        assert module.split(".")[0] not in INSIDE_FUNCTIONS, f"{file}: import {module} where used"


def test_the_rules_see_an_offence():
    tree = ast.parse("def f():\n    from sklearn.utils._tags import Tags\nimport skrnn.nn.pooling")
    found = list(imports(tree))
    assert any(is_private_sklearn(*each) for each in found)
    assert {"nn"} in [skrnn_parts(*each) for each in found]
    assert [module for module, _ in at_import_time(tree)] == ["skrnn.nn.pooling"]


def test_every_part_is_known():
    parts = {file.removesuffix(".py").split("/")[0] for file in FILES}
    assert parts <= {*ALLOWED, "__init__", "testing"}
