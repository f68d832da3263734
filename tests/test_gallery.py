"""The scripts of the gallery have the parts of a page; that they run is seen where it is built."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SCRIPTS = sorted((ROOT / "examples" / "gallery").glob("*.py"))


@pytest.fixture(params=SCRIPTS, ids=lambda path: path.stem)
def text(request):
    return request.param.read_text(encoding="utf-8")


def sections(text):
    """Return {title: text under it} of the parts that a page has."""
    pieces = re.split(r"^# %%\n# (.+)\n# -+\n", text, flags=re.MULTILINE)
    return dict(zip(pieces[1::2], pieces[2::2], strict=True))


def called(tree):
    """Return the names of all that is called."""
    functions = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return {function.attr for function in functions if isinstance(function, ast.Attribute)} | {
        function.id for function in functions if isinstance(function, ast.Name)
    }


def imported(tree):
    nodes = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    modules = {node.module for node in nodes if isinstance(node, ast.ImportFrom)}
    return modules | {name.name for node in nodes for name in node.names}


def test_the_order_has_every_script():
    tree = ast.parse((ROOT / "docs" / "conf.py").read_text(encoding="utf-8"))
    (order,) = (
        ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and node.targets[0].id == "gallery_order"
    )
    assert len(order) >= 13
    assert sorted(order) == [path.name for path in SCRIPTS]
    assert all(path.name.startswith("plot_") for path in SCRIPTS)


def test_each_has_a_title_of_its_own():
    docstrings = [ast.get_docstring(ast.parse(path.read_text("utf-8"))) for path in SCRIPTS]
    heads = [docstring.split("\n") for docstring in docstrings]
    assert all(re.fullmatch("=+", head[1]) for head in heads)
    assert all(len(head[1]) == len(head[0]) for head in heads)
    assert all(len(" ".join(head[2:]).split()) >= 15 for head in heads)
    assert len({head[0] for head in heads}) == len(heads)


def test_data_come_first_and_what_to_try_last(text):
    titles = list(sections(text))
    assert len(titles) >= 4
    assert titles[0] == "The data"
    assert titles[-1] == "What to try next"
    last = sections(text)["What to try next"]
    assert last.count("\n# - ") + last.startswith("# - ") >= 2
    assert not ast.parse(last).body  # words only


def test_the_last_code_draws(text):
    *_, last, _ = sections(text).values()
    assert last.rstrip().endswith("# sphinx_gallery_thumbnail_number = -1\nplt.show()")
    assert re.search(r"plt\.(subplots|figure|subplot_mosaic)\(|\.plot\(", last)


def test_nothing_is_fetched_and_no_file_is_written(text):
    tree = ast.parse(text)
    names = called(tree)
    assert not [name for name in names if name.startswith(("fetch", "to_csv", "savefig", "open"))]
    assert not imported(tree) & {"pathlib", "os", "urllib.request", "requests", "pooch", "tempfile"}


def test_the_seed_is_told(text):
    assert "random_state=0" in text or '"random_state": 0' in text
    assert "np.random.seed" not in text


def test_no_name_is_private(text):
    names = {node.attr for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Attribute)}
    assert not [name for name in names if name.startswith("_")]


def test_words_of_the_code_exist(text):
    """What the text refers to is in the documentation of the interface."""
    known = (ROOT / "docs" / "api.rst").read_text(encoding="utf-8")
    for name in re.findall(r":(?:class|func):`~?skrnn\.([\w.]+)`", text):
        assert re.search(rf"^ +{re.escape(name)}$", known, flags=re.MULTILINE), name
    for name in re.findall(r":doc:`\.\./([\w/]+)`", text):
        assert (ROOT / "docs" / f"{name}.rst").exists()
    for name in re.findall(r"``(examples/\w+\.py)``", text):
        assert (ROOT / name).exists()
