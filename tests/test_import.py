"""Importing is light and leaves the caller's process as it was."""

import subprocess
import sys
import textwrap

SNAPSHOT = """
    import os, random, sys, warnings
    import numpy, pandas, scipy.stats, skorch, sklearn.model_selection, torch

    def state():
        return {
            "torch generator": torch.get_rng_state().tolist(),
            "numpy generator": repr(numpy.random.get_state()),
            "random generator": random.getstate(),
            "torch threads": (torch.get_num_threads(), torch.get_num_interop_threads()),
            "torch default dtype": torch.get_default_dtype(),
            "deterministic algorithms": torch.are_deterministic_algorithms_enabled(),
            "warning filters": list(warnings.filters),
            "environment": dict(os.environ),
            "current folder": os.getcwd(),
            "files there": os.listdir(),
        }
"""


def run(*codes, cwd=None):
    code = "\n".join(map(textwrap.dedent, codes))
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=cwd, timeout=300
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_import_skrnn_is_light():
    heavy = {"torch", "skorch", "pandas", "matplotlib", "sklearn", "scipy", "tqdm"}
    loaded = run("import skrnn, sys; print(*sys.modules)").split()
    assert not heavy & set(loaded)


def test_datasets_need_no_network_library():
    loaded = run("import skrnn, sys; skrnn.datasets.make_adding; print(*sys.modules)").split()
    assert "skrnn.datasets.memory" in loaded
    assert not {"torch", "skorch", "pooch"} & set(loaded)


def test_import_of_everything_leaves_optional_packages_alone():
    optional = {"matplotlib", "tokenizers", "onnx", "onnxruntime", "dask", "statsmodels", "pooch"}
    before = "import skorch, sklearn.model_selection, pandas, sys; before = set(sys.modules)"
    loaded = run(before, IMPORT_ALL, "print(*set(sys.modules) - before)").split()
    assert "skrnn.estimators.classifier" in loaded
    assert not optional & set(loaded)


IMPORT_ALL = """
    import importlib, pkgutil, skrnn

    for module in pkgutil.walk_packages(skrnn.__path__, "skrnn."):
        importlib.import_module(module.name)
"""


def test_import_of_everything_changes_no_global_state(tmp_path):
    compare = """
        changed = [name for name, value in state().items() if value != before[name]]
        assert not changed, changed
    """
    printed = run(SNAPSHOT, "before = state()", IMPORT_ALL, compare, cwd=tmp_path)
    assert printed == ""


def test_the_first_fit_of_a_process_leaves_it_as_it_was(tmp_path):
    fit = """
    from skrnn import RNNClassifier
    RNNClassifier(max_epochs=1, hidden_size=2).fit([[1.0, 2.0], [3.0]], [0, 1])
    """
    numpys = """
    before.pop("numpy generator")  # random_state=None draws an integer from it
    after = {name: value for name, value in state().items() if name in before}
    assert after == before, [name for name in before if before[name] != after[name]]
    """
    run(SNAPSHOT, "before = state()", fit, numpys, cwd=tmp_path)
