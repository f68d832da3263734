"""Files under 300 lines, functions under 40, nesting under 4; docstrings are not counted."""

import ast
from pathlib import Path
from statistics import median

import pytest

import skrnn

PACKAGE = Path(skrnn.__file__).parent
EXAMPLES = Path(__file__).parents[1] / "examples"
PICTURES = Path(__file__).parents[1] / "docs" / "_ext"
FILES = {
    str(path.relative_to(folder.parent)): path
    for folder in (PACKAGE, EXAMPLES, PICTURES)
    for path in sorted(folder.rglob("*.py"))
}
DEFINITIONS = ast.FunctionDef | ast.AsyncFunctionDef
BLOCKS = ast.If | ast.For | ast.While | ast.With | ast.Try | ast.Match


def docstring(node):
    first = node.body[0] if node.body else None
    is_text = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    return first if is_text and isinstance(first.value.value, str) else None


def lines(node):
    return node.end_lineno - node.lineno + 1 if node else 0


def file_length(text):
    owners = [
        n
        for n in ast.walk(ast.parse(text))
        if isinstance(n, DEFINITIONS | ast.ClassDef | ast.Module)
    ]
    return len(text.splitlines()) - sum(lines(docstring(owner)) for owner in owners)


def functions(text):
    return [node for node in ast.walk(ast.parse(text)) if isinstance(node, DEFINITIONS)]


def body_length(function):
    """Lines from the first statement after the docstring to the end."""
    body = function.body[1:] if docstring(function) else function.body
    return body[-1].end_lineno - body[0].lineno + 1 if body else 0


def nesting(node):
    """Depth of blocks inside blocks; an elif is no deeper than its if."""
    deepest = 0
    for child in ast.iter_child_nodes(node):
        if isinstance(child, DEFINITIONS | ast.ClassDef):
            continue
        is_elif = isinstance(node, ast.If) and isinstance(child, ast.If) and node.orelse == [child]
        deepest = max(deepest, nesting(child) + (isinstance(child, BLOCKS) and not is_elif))
    return deepest


@pytest.mark.parametrize("file", FILES)
def test_budget(file):
    text = FILES[file].read_text()
    assert file_length(text) < 300, f"{file} has {file_length(text)} lines"
    for function in functions(text):
        where = f"{file}:{function.lineno} {function.name}"
        assert body_length(function) < 40, f"{where} has {body_length(function)} lines"
        assert nesting(function) < 4, f"{where} nests {nesting(function)} deep"


def test_most_functions_are_short():
    texts = [path.read_text() for path in FILES.values()]
    assert median(body_length(f) for text in texts for f in functions(text)) < 10


def test_the_measures():
    text = '''
def f(x):
    """Two
    lines."""
    if x:
        for i in x:
            print(i)
    elif not x:
        with x:
            pass
'''
    (function,) = functions(text)
    assert file_length(text) == 8
    assert body_length(function) == 6
    assert nesting(function) == 2
