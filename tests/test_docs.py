"""Docstrings say what the signatures say, and the same parameter is described in the same words."""

import importlib
import inspect
import pkgutil
import re
from itertools import combinations
from pathlib import Path

import pytest

import skrnn
from skrnn import SequenceForecaster

API = Path(__file__).parents[1] / "docs" / "api.rst"
PACKAGES = (
    "skrnn",
    "skrnn.cells",
    "skrnn.data",
    "skrnn.heads",
    "skrnn.preprocessing",
    "skrnn.metrics",
    "skrnn.inspection",
    "skrnn.model_selection",
    "skrnn.datasets",
    "skrnn.testing",
)
# A shared parameter whose words or default differ, and why.
DIFFERS = {
    "loss": "each task has losses of its own",
    "max_length": "for the padder it is the width of what it gives",
    "method": "a scale and a new rate are reached in different ways",
    "pooling": "an encoder fits without y by default, and attention needs y to be trained",
}
# The same where one of the two is SequenceForecaster.
FORECASTER_DIFFERS = {
    "batch_size": "a batch holds spans of series, cut to two windows",
    "dropout": "there are no layers of ids or behind a pooling, so nothing for 'auto' to weigh",
    "lr_schedule": "there is no partial_fit and no tol",
    "max_epochs": "an epoch goes over spans, each of which is asked at every step",
    "random_state": "the order is that of spans, and no rows are held back for early stopping",
    "tbptt_steps": "a state starts with its span, and there is no second direction and no stem",
    "window": "the steps that a network reads are not those of a piece to cut",
}
# Public names that have nothing to refuse.
RAISE_NOTHING = {
    "skrnn.get_config",
    "skrnn.show_versions",
    "skrnn.datasets.load_air_passengers",
    "skrnn.heads.AbsoluteError",  # these four leave it to the estimator to check y
    "skrnn.heads.Fan",
    "skrnn.heads.PointHead",
    "skrnn.heads.SquaredError",
    "skrnn.model_selection.LeakageWarning",
}


def walk():
    names = [module.name for module in pkgutil.walk_packages(skrnn.__path__, "skrnn.")]
    return [importlib.import_module(name) for name in ["skrnn", *names]]


def defined():
    """Return every public class and function, keyed by where it is defined."""
    return {
        f"{module.__name__}.{name}": value
        for module in walk()
        for name, value in vars(module).items()
        if (inspect.isclass(value) or inspect.isfunction(value))
        and value.__module__ == module.__name__
        and not name.startswith("_")
    }


def public():
    """Return the public interface: what the packages' ``__all__`` name."""
    modules = [module for module in walk() if module.__name__ in PACKAGES]
    names = {f"{m.__name__}.{name}": getattr(m, name) for m in modules for name in m.__all__}
    return {key: value for key, value in names.items() if callable(value)}


def sections(text):
    """Split a numpydoc docstring into {title: body}."""
    pieces = re.split(r"^([A-Z][A-Za-z ]+)\n-{3,}\n", text, flags=re.MULTILINE)
    return dict(zip(pieces[1::2], pieces[2::2], strict=True))


def described(value):
    """Return {parameter: its entry, white space folded} from the Parameters section."""
    entries = re.split(
        r"^(?=\S)", sections(inspect.getdoc(value)).get("Parameters", ""), flags=re.M
    )
    parameters = {}
    for entry in filter(str.strip, entries):
        head, _, rest = entry.partition(":")
        for name in head.split("\n")[0].split(","):
            parameters[name.strip().lstrip("*")] = " ".join(rest.split())
    return parameters


def signature(value):
    """Return {parameter: default}; nothing where ``__init__`` is not of this package."""
    if inspect.isclass(value) and not init_owner(value).__module__.startswith("skrnn."):
        return {}
    parameters = inspect.signature(value).parameters.values()
    return {p.name: p.default for p in parameters if p.name != "self"}


def init_owner(cls):
    return next(parent for parent in cls.__mro__ if "__init__" in vars(parent))


DEFINED, PUBLIC = defined(), public()
ESTIMATORS = {k: v for k, v in PUBLIC.items() if hasattr(v, "get_params") and hasattr(v, "fit")}


@pytest.mark.parametrize("name", DEFINED)
def test_docstring_and_signature_agree(name):
    value = DEFINED[name]
    assert value.__doc__, f"{name} has no docstring"
    told, taken = described(value), signature(value)
    inherited = inspect.isclass(value) and init_owner(value) is not value
    if told and inherited and not taken:  # __init__ is scikit-learn's
        taken = inspect.signature(value).parameters
    if told or (value in PUBLIC.values() and not inherited):
        assert list(told) == list(taken), f"{name} describes {list(told)}, takes {list(taken)}"


@pytest.mark.parametrize("name", PUBLIC)
def test_the_public_interface_has_examples(name):
    if not inspect.isabstract(PUBLIC[name]):  # nothing to run: its leaves have the examples
        examples = sections(inspect.getdoc(PUBLIC[name])).get("Examples", "")
        assert ">>>" in examples, f"{name} shows no example"


@pytest.mark.parametrize("name", PUBLIC)
def test_the_public_interface_is_listed(name):
    listed = API.read_text().split()
    assert name.removeprefix("skrnn.") in listed, f"docs/api.rst lacks {name}"


@pytest.mark.parametrize("name", PUBLIC)
def test_the_public_interface_says_what_it_raises(name):
    value = PUBLIC[name]
    methods = inspect.getmembers(value, callable) if inspect.isclass(value) else []
    texts = [inspect.getdoc(value), *(inspect.getdoc(m) for n, m in methods if n[0] != "_")]
    told = any("Raises" in sections(text or "") for text in texts)
    assert told != (name in RAISE_NOTHING), f"{name}: which errors, and when?"


@pytest.mark.parametrize("name", ESTIMATORS)
def test_public_methods_are_described(name):
    for method, value in inspect.getmembers(ESTIMATORS[name], inspect.isfunction):
        if not method.startswith("_") and value.__module__.startswith("skrnn."):
            assert value.__doc__, f"{name}.{method} has no docstring"
            told, taken = described(value), signature(value)
            assert list(told) == list(taken), f"{name}.{method}: {list(told)} != {list(taken)}"


@pytest.mark.parametrize("pair", list(combinations(ESTIMATORS, 2)), ids=" ".join)
def test_a_shared_parameter_is_the_same_everywhere(pair):
    one, other = (ESTIMATORS[name] for name in pair)
    shared = [name for name in signature(one) if name in signature(other)]
    assert shared == [name for name in signature(other) if name in signature(one)], "order differs"
    differs = {*DIFFERS, *(FORECASTER_DIFFERS if SequenceForecaster in (one, other) else ())}
    for name in set(shared) - differs:
        assert signature(one)[name] == signature(other)[name], f"default of {name} differs"
        assert described(one)[name] == described(other)[name], f"description of {name} differs"


def test_the_forecaster_differs_where_it_says_so():
    of_forecaster = signature(SequenceForecaster), described(SequenceForecaster)
    found = set()
    for other in set(ESTIMATORS.values()) - {SequenceForecaster}:
        for name in set(signature(other)) & set(FORECASTER_DIFFERS):
            pairs = zip(of_forecaster, (signature(other), described(other)), strict=True)
            found |= {name} if any(own[name] != theirs[name] for own, theirs in pairs) else set()
    assert found == set(FORECASTER_DIFFERS)
    assert not found & set(DIFFERS)


def test_docstring_parser():
    def f(x, y=1, *rest):
        """Do it.

        Parameters
        ----------
        x, y : int, default=1
            Two
            lines: here.
        *rest : int

        Returns
        -------
        nothing : None
        """

    assert described(f) == {
        "x": "int, default=1 Two lines: here.",
        "y": "int, default=1 Two lines: here.",
        "rest": "int",
    }
    assert list(signature(f)) == ["x", "y", "rest"]
