"""What every generator promises."""

import inspect

import numpy as np
import pandas as pd
import pytest

from skrnn import datasets

GENERATORS = [name for name in datasets.__all__ if name.startswith("make_")]
SIZE = {"make_seasonal_series": "n_steps", "make_engine_runs": "n_units"}


def generate(name, n=6, **options):
    return getattr(datasets, name)(**{SIZE.get(name, "n_samples"): n}, **options)


def parts(made):
    return made if isinstance(made, tuple) else (made,)


def all_same(one, other):
    return all(same(*pair) for pair in zip(parts(one), parts(other), strict=True))


def same(one, other):
    if isinstance(one, pd.DataFrame | pd.Series):
        return one.equals(other)
    if isinstance(one, list):
        return len(one) == len(other) and all(
            np.array_equal(*pair) for pair in zip(one, other, strict=True)
        )
    return one.dtype == other.dtype and np.array_equal(one, other)


@pytest.mark.parametrize("name", GENERATORS)
def test_the_seed_decides(name):
    one, other = (generate(name, random_state=3) for _ in range(2))
    assert all_same(one, other)
    instance = generate(name, random_state=np.random.RandomState(3))
    assert all_same(one, instance)
    assert not same(parts(one)[0], parts(generate(name, random_state=4))[0])


@pytest.mark.parametrize("name", GENERATORS)
def test_global_numbers(name):
    np.random.seed(0)
    before = np.random.get_state()[1].copy()
    generate(name, random_state=0)
    np.testing.assert_array_equal(np.random.get_state()[1], before)
    np.random.seed(0)
    one = generate(name)
    np.random.seed(0)
    assert all_same(one, generate(name))


@pytest.mark.parametrize("name", GENERATORS)
def test_the_signature(name):
    parameters = list(inspect.signature(getattr(datasets, name)).parameters.values())
    assert parameters[0].name == SIZE.get(name, "n_samples")
    assert {p.kind for p in parameters[1:]} == {inspect.Parameter.KEYWORD_ONLY}
    assert parameters[-1].name == "random_state"
    assert parameters[-1].default is None


@pytest.mark.parametrize("name", GENERATORS)
@pytest.mark.parametrize("bad", [0, -1, 2.5, "many", None, np.nan])
def test_bad_sizes(name, bad):
    with pytest.raises(ValueError, match=SIZE.get(name, "n_samples")):
        generate(name, bad)


@pytest.mark.parametrize("name", GENERATORS)
def test_bad_seed(name):
    with pytest.raises(ValueError, match="random_state"):
        generate(name, random_state="today")


@pytest.mark.parametrize("name", sorted(set(GENERATORS) - set(SIZE)))
def test_one_row(name):
    X, y = generate(name, 1)
    assert len(X) == len(y) == 1
