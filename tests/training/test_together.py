"""Fits that take their steps together are the fits they would have been alone."""

import copy
import pickle
import warnings

import numpy as np
import pytest
import torch
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning
from skorch.callbacks import Callback

from skrnn import RNNClassifier, RNNRegressor, config_context
from skrnn.cells import GRU, LSTM
from skrnn.training.net import alone
from skrnn.training.together import KEPT, MOST_MODELS, Stack, kind, together

SMALL = {
    "hidden_size": 4,
    "stem": None,
    "bidirectional": False,
    "pooling": "last",
    "dropout": 0.0,
    "batch_size": 8,
    "max_epochs": 3,
    "lr": 1e-3,
}
MEMBERS = (  # what members of a stack may differ in
    {"random_state": 0},
    {"random_state": 1, "lr": 4e-3, "alpha": 0.5, "lr_schedule": "constant"},
    {"random_state": 2, "l1": 0.1, "clip_norm": 0.02, "max_epochs": 2},
    {"random_state": 3, "clip_norm": None, "clip_value": 0.01, "max_epochs": 4},
)
WEIGHTED = ({"class_weight": "balanced"}, {"class_weight": {"a": 3, "b": 1, "c": 1}}, {}, {})
RNG = np.random.default_rng(0)
N = 29  # the last batch is not full
EVEN = RNG.normal(size=(N, 9, 2))
RAGGED = [row[: 1 + i * 7 % 9] for i, row in enumerate(EVEN)]
IDS = [[1 + (i * t) % 5 for t in range(len(row))] for i, row in enumerate(RAGGED)]
LABELS = np.array(["a", "b", "c"])[RNG.choice(3, N, p=[0.5, 0.3, 0.2])]
NUMBERS = EVEN[:, 0, 0] + 3.0


pytestmark = pytest.mark.usefixtures("judged")


@pytest.fixture
def own_steps(monkeypatch):
    """Steps that nets took with their own optimizers."""
    from skrnn.training.net import SequenceNet

    nets, descend = [], SequenceNet.descend

    def spy(net, step, batch):
        nets.append(net)
        return descend(net, step, batch)

    monkeypatch.setattr(SequenceNet, "descend", spy)
    return nets


def members(*changes, make=RNNClassifier, **params):
    return [make(**{**SMALL, **params, **change}) for change in changes or MEMBERS]


def fit_together(models, X, y, weight=None):
    jobs = together([model._fitting(X, y, weight) for model in models])
    for job in jobs:
        assert job.done and job.error is None and not job.interrupted
    return models


def fit_apart(models, X, y, weight=None):
    return [model.fit(X, y, weight) for model in models]


def check_equal(stacked, apart, X, tolerance=1e-5):
    for one, other in zip(stacked, apart, strict=True):
        assert len(one.history_) == len(other.history_) == one.n_iter_
        for row, expected in zip(one.history_, other.history_, strict=True):
            assert row.keys() == expected.keys()
            names = [name for name in row if name != "seconds"]
            close([row[name] for name in names], [expected[name] for name in names], tolerance)
        close(one.best_loss_, other.best_loss_, tolerance)
        method = "predict_proba" if hasattr(one, "classes_") else "predict"
        close(getattr(one, method)(X), getattr(other, method)(X), tolerance)


def close(found, expected, tolerance):
    np.testing.assert_allclose(found, expected, rtol=tolerance, atol=tolerance)


def compare(models, X, y, weight=None):
    """Fit copies together and apart, and compare them."""
    stacked = fit_together([clone(model) for model in models], X, y, weight)
    apart = fit_apart(models, X, y, weight)
    check_equal(stacked, apart, X)
    return stacked, apart


CELLS = ("rnn", "gru", "lstm", "peephole_lstm", "rrnn")
OPTIONS = {
    "plain": {},
    "stem": {"stem": "conv", "pooling": "mean"},
    "everything": {
        "bidirectional": True,
        "pooling": "attention",
        "dense_sizes": (5,),
        "dropout": 0.3,
    },
    "two layers": {"num_layers": 2, "pooling": "max"},
    "tbptt": {"tbptt_steps": 3},
}
BUILT = {
    "gru": GRU,
    "lstm": LSTM,
}


FIRST = {("gru", name, ragged) for name in OPTIONS for ragged in (False, True)}
FIRST |= {(cell, "everything", True) for cell in CELLS}
ALL = [(cell, name, ragged) for cell in CELLS for name in OPTIONS for ragged in (False, True)]
ALL = [each if each in FIRST else pytest.param(*each, marks=pytest.mark.full) for each in ALL]


@pytest.mark.parametrize(("cell", "name", "ragged"), ALL)
def test_equal_to_separate_fits(judged, cell, name, ragged):
    models = members(cell=cell, **OPTIONS[name])
    for model, weights in zip(models, WEIGHTED, strict=True):
        model.set_params(**weights)
    compare(models, RAGGED if ragged else EVEN, LABELS)
    assert set(judged) >= {4, 3}  # members end one after the other


AROUND = {
    "learned start": {"learn_initial_state": True},
    "dilation": {"dilation": 2},
    "input dropout": {"input_dropout": 0.3},
}


@pytest.mark.parametrize("ragged", [False, True])
@pytest.mark.parametrize("name", AROUND)
@pytest.mark.parametrize("cell", BUILT)
def test_options_of_a_cell(judged, cell, name, ragged):
    models = members(cell=BUILT[cell](**AROUND[name]), bidirectional=True)
    compare(models, RAGGED if ragged else EVEN, LABELS)
    assert 4 in judged


def test_residual_layers(judged):
    compare(members(cell=GRU(residual=True), num_layers=2), RAGGED, LABELS)
    assert 4 in judged


@pytest.mark.parametrize(
    "options", [{"pooling": "mean"}, {"loss": "gaussian"}, {"loss": "poisson"}]
)
def test_regressors(judged, options):
    targets = np.round(np.abs(NUMBERS)) if options.get("loss") == "poisson" else NUMBERS
    compare(members(make=RNNRegressor, **options), RAGGED, targets)
    assert 4 in judged


def test_several_targets(judged):
    targets = np.column_stack([NUMBERS, EVEN[:, 1, 0]])
    compare(members(make=RNNRegressor), RAGGED, targets)
    assert 4 in judged


def test_ids(judged):
    compare(members(embedding_dim=3), IDS, LABELS)
    assert 4 in judged


def test_sample_weight(judged):
    weight = np.arange(N) / N  # the first row is left out
    compare(members(), RAGGED, LABELS, weight)
    assert 4 in judged


def test_members_with_rows_of_their_own(judged):
    """Other rows, another number of them, other lengths and scalings."""
    models = members(*(2 * MEMBERS), dropout=0.2)
    apart = [clone(model) for model in models]
    rows = [range(k, N - (k % 3), 1 + k % 2) for k in range(len(models))]
    data = [([RAGGED[i] for i in part], LABELS[part]) for part in map(list, rows)]
    data[3] = (EVEN[:16, :4], LABELS[:16])
    together([model._fitting(*part, None) for model, part in zip(models, data, strict=True)])
    for model, twin, part in zip(models, apart, data, strict=True):
        check_equal([model], [twin.fit(*part)], RAGGED)
    assert len(models) in judged


def test_large_stacks_are_cut(judged):
    compare(members(*({"random_state": i} for i in range(MOST_MODELS + 3))), EVEN, LABELS)
    assert set(judged) == {10, 9} and max(judged) <= MOST_MODELS


# -- optimizers ----------------------------------------------------------------------------------


def test_stacks_fit_in_the_caches(judged, monkeypatch):
    batch = 8 * EVEN.shape[1] * KEPT * 4  # numbers that one of the models keeps
    monkeypatch.setattr("skrnn.training.together.MOST_NUMBERS", 5 * batch)
    compare(members(*({"random_state": i} for i in range(8))), EVEN, LABELS)
    assert set(judged) == {4}
    monkeypatch.setattr("skrnn.training.together.MOST_NUMBERS", 4 * batch - 1)
    judged.clear()
    compare(members(*({"random_state": i} for i in range(2))), EVEN, LABELS)
    assert not judged, "too large to share anything"


@pytest.mark.parametrize("dropout", [0.0, 0.3])
@pytest.mark.parametrize("optimizer", ["adam", "adamw", "sgd", "rmsprop"])
def test_optimizers(judged, own_steps, optimizer, dropout):
    params = {"optimizer": optimizer, "dropout": dropout, "batch_size": 7}
    models = members(**params)
    stacked = fit_together([clone(model) for model in models], RAGGED, LABELS)
    judged_4 = judged.count(4)
    own = judged.count(4) * 4 if optimizer in ("sgd", "rmsprop") else 0
    assert judged_4 and (len(own_steps) >= own if own else len(own_steps) < judged_4 * 4)
    check_equal(stacked, fit_apart(models, RAGGED, LABELS), RAGGED)


@pytest.mark.parametrize(
    "options",
    [
        {"optimizer__betas": (0.5, 0.9), "optimizer__eps": 1e-3},
        {"optimizer__amsgrad": True},
        {"optimizer__maximize": True},
    ],
    ids=str,
)
def test_options_of_the_optimizer(judged, options):
    compare(members(net_params=options), RAGGED, LABELS)
    assert 4 in judged


def test_other_options_of_the_optimizer_in_each(judged):
    each = [{"net_params": {"optimizer__eps": eps}} for eps in (1e-8, 1e-2)]
    compare(members(*each, random_state=0), RAGGED, LABELS)
    each = [{"optimizer": name} for name in ("adam", "adamw", "sgd", "rmsprop")]
    compare(members(*each, random_state=0, alpha=0.3), RAGGED, LABELS)
    assert set(judged) == {2, 4}


@pytest.mark.parametrize("schedule", ["constant", "cosine", "linear", "one_cycle", "plateau"])
def test_schedules(judged, schedule):
    models = members(lr_schedule=schedule)
    if schedule == "plateau":
        models = members(lr_schedule=schedule, max_epochs=8, tol=10.0)
    compare(models, EVEN, LABELS)
    assert 4 in judged


# -- callbacks -----------------------------------------------------------------------------------


class Halve(Callback):
    """Halves the gradient it sees."""

    def on_train_begin(self, net, X=None, y=None, **kwargs):
        self.norms_ = []

    def on_grad_computed(self, net, named_parameters, batch=None, training=None, **kwargs):
        gradients = [p.grad for _, p in named_parameters]
        self.norms_.append(sum(float(g.square().sum()) for g in gradients) ** 0.5)
        for gradient in gradients:
            gradient *= 0.5


class Rows(Callback):
    """Remembers what each batch was said to be."""

    def on_train_begin(self, net, X=None, y=None, **kwargs):
        self.seen_ = []

    def on_batch_end(self, net, batch=None, training=None, **step):
        shape = tuple(step["y_pred"].shape)
        self.seen_.append((training, step["n_rows"], shape, len(step["target"])))
        self.seen_.append((float(step["loss"].detach()), not step["y_pred"].requires_grad))


def callback_of(model, kind):
    return next(one for _, one in model.net_.callbacks_ if isinstance(one, kind))


@pytest.mark.parametrize("optimizer", ["adam", "sgd"])
def test_a_callback_sees_and_changes_gradients(own_steps, judged, optimizer):
    models = members(callbacks=[Halve()], optimizer=optimizer, lr=1e-2)
    stacked, apart = compare(models, RAGGED, LABELS)
    assert bool(own_steps) == (optimizer == "sgd") and 4 in judged
    for one, other in zip(stacked, apart, strict=True):
        close(callback_of(one, Halve).norms_, callback_of(other, Halve).norms_, 1e-4)
    plain = members(optimizer=optimizer, lr=1e-2)
    without = fit_apart(plain, RAGGED, LABELS)[0].predict_proba(EVEN)
    same = np.allclose(stacked[0].predict_proba(EVEN), without, rtol=1e-4)
    assert same == (optimizer == "adam")  # which divides by the size of the gradient


def test_a_callback_of_one_member_is_only_its_own(judged):
    models = members({"random_state": 0}, {"random_state": 0, "callbacks": [Halve()]}, lr=1e-2)
    stacked, _ = compare(models, RAGGED, LABELS)
    assert 2 in judged
    assert stacked[0].history_[-1]["train_loss"] != stacked[1].history_[-1]["train_loss"]


def test_a_callback_sees_its_own_batches(judged):
    stacked, apart = compare(members(callbacks=[Rows()], dropout=0.2), RAGGED, LABELS)
    for one, other in zip(stacked, apart, strict=True):
        seen, expected = callback_of(one, Rows).seen_, callback_of(other, Rows).seen_
        assert seen[::2] == expected[::2]
        close(seen[1::2], expected[1::2], 1e-5)


# -- ends ----------------------------------------------------------------------------------------


def test_early_stopping(judged):
    models = members(
        *({"random_state": i, "lr": lr} for i, lr in enumerate((0.05, 1e-4, 0.02))),
        early_stopping=True,
        max_epochs=12,
        n_iter_no_change=2,
        tol=0.01,
        validation_fraction=0.3,
    )
    stacked = fit_together([clone(model) for model in models], RAGGED, LABELS)
    check_equal(stacked, fit_apart(models, RAGGED, LABELS), RAGGED, 1e-4)
    assert len({model.n_iter_ for model in stacked}) > 1  # they end at their own times
    assert 3 in judged and 2 in judged


def test_one_that_holds_rows_back_among_others(judged):
    changes = ({"early_stopping": True}, {"early_stopping": False})
    stacked, _ = compare(members(*changes, random_state=0), RAGGED, LABELS)
    assert "valid_loss" in stacked[0].history_[0] and "valid_loss" not in stacked[1].history_[0]
    assert 2 in judged


@pytest.mark.parametrize("optimizer", ["adam", "sgd"])
@pytest.mark.parametrize("cell", ["gru", "rnn"])
def test_a_member_that_diverges(judged, cell, optimizer):
    models = members(make=RNNRegressor, cell=cell, optimizer=optimizer)
    apart = [clone(model) for model in models]
    wild = RNNRegressor(**{**SMALL, "cell": cell, "lr": 1e30, "optimizer": optimizer})
    models.insert(1, wild.set_params(random_state=0, lr_schedule="constant"))
    jobs = together([model._fitting(RAGGED, NUMBERS, None) for model in models])
    error = jobs.pop(1).error
    assert type(error) is ValueError and str(error).startswith("Training diverged: the loss is")
    with pytest.raises(ValueError, match="Training diverged") as alone_error:
        clone(wild).fit(RAGGED, NUMBERS)
    assert str(alone_error.value) == str(error)
    assert not hasattr(wild, "net_")
    assert all(job.error is None for job in jobs)
    check_equal([m for m in models if m is not wild], fit_apart(apart, RAGGED, NUMBERS), RAGGED)
    assert set(judged) >= {5, 4}


def test_a_member_that_cannot_start():
    models = members()
    models[2].set_params(hidden_size=-1)
    models[0].set_params(max_epochs=0)
    jobs = together([model._fitting(EVEN, LABELS, None) for model in models])
    assert [job.error is None for job in jobs] == [False, True, False, True]
    assert "hidden_size" in str(jobs[2].error)


class Break(Callback):
    """Raises at the end of a batch of an epoch."""

    def __init__(self, error, epoch):
        self.error, self.epoch = error, epoch

    def on_batch_end(self, net, training=None, **kwargs):
        if len(net.history) == self.epoch and training:
            raise self.error


def test_a_broken_callback_fails_alone(judged):
    models = members(*MEMBERS[:3])
    apart = [clone(model) for model in models]
    models[1].set_params(callbacks=[Break(RuntimeError("broken"), 2)])
    jobs = together([model._fitting(EVEN, LABELS, None) for model in models])
    assert [str(job.error) for job in jobs] == ["None", "broken", "None"]
    kept = [models[0], models[2]]
    check_equal(kept, fit_apart([apart[0], apart[2]], EVEN, LABELS), EVEN)


@pytest.mark.parametrize("breaks", [0, 2])
def test_an_interruption_ends_all(judged, breaks):
    models = members(*MEMBERS[:3], max_epochs=50)
    for model in models:
        model.set_params(max_epochs=50)
    models[breaks].set_params(callbacks=[Break(KeyboardInterrupt(), 3)])
    jobs = together([model._fitting(EVEN, LABELS, None) for model in models])
    assert all(job.done and job.interrupted for job in jobs)
    for model in models:
        assert model.n_iter_ == 2 and np.isfinite(model.predict_proba(EVEN)).all()
    assert len(judged) <= 12


def test_an_interruption_before_the_first_epoch_is_over():
    models = members(*MEMBERS[:2])
    models[1].set_params(callbacks=[Break(KeyboardInterrupt(), 1)])
    jobs = together([model._fitting(EVEN, LABELS, None) for model in models])
    assert all(job.interrupted for job in jobs)
    assert not any(hasattr(model, "net_") for model in models)


class BreakBefore(Callback):
    def on_epoch_begin(self, net, **kwargs):
        raise KeyboardInterrupt


@pytest.mark.parametrize("place", [0, 1, 2])
def test_an_interruption_before_the_first_step(judged, place):
    """Those that stand at their first step, and those that have not begun."""
    models = members(*MEMBERS[:3])
    models[place].set_params(callbacks=[BreakBefore()])
    jobs = together([model._fitting(EVEN, LABELS, None) for model in models])
    assert all(job.done and job.interrupted for job in jobs)
    assert not judged and not any(hasattr(model, "net_") for model in models)


def test_an_interruption_of_another_shape(judged):
    models = members(*({"hidden_size": size} for size in (3, 3, 4, 4, 5)), random_state=0)
    models[0].set_params(callbacks=[Break(KeyboardInterrupt(), 2)])
    jobs = together([model._fitting(EVEN, LABELS, None) for model in models])
    assert all(job.done and job.interrupted for job in jobs)
    assert [hasattr(model, "net_") for model in models] == [True, True, False, False, False]


def test_an_interruption_during_a_step(monkeypatch):
    models, judge, calls = members(*MEMBERS[:2]), Stack.judge, []

    def interrupt(stack, batches):
        calls.append(1)
        if len(calls) == 6:
            raise KeyboardInterrupt
        return judge(stack, batches)

    monkeypatch.setattr(Stack, "judge", interrupt)
    jobs = together([model._fitting(EVEN, LABELS, None) for model in models])
    assert all(job.done and job.interrupted for job in jobs)
    assert [model.n_iter_ for model in models] == [1, 1]


def test_time_that_runs_out():
    models = members(max_time=1e-9)
    fit_together(models, EVEN, LABELS)
    assert [model.n_iter_ for model in models] == [1] * 4


# -- what is left behind -------------------------------------------------------------------------


@pytest.mark.parametrize("optimizer", ["adam", "adamw", "sgd"])
def test_going_on_with_partial_fit(optimizer):
    models = members(optimizer=optimizer, lr=1e-2)
    stacked = fit_together([clone(model) for model in models], RAGGED, LABELS)
    for one, other in zip(stacked, fit_apart(models, RAGGED, LABELS), strict=True):
        for name, state in states(other):
            for key, value in states(one)[[n for n, _ in states(one)].index(name)][1].items():
                assert value.dtype == state[key].dtype and value.shape == state[key].shape
                torch.testing.assert_close(value, state[key], rtol=1e-3, atol=1e-6)
        for model in (one, other):
            if model.lr_schedule != "constant":
                model.set_params(lr_schedule="auto")
            model.partial_fit(RAGGED, LABELS)
        check_equal([one], [other], RAGGED, 5e-5)


def states(model):
    named, state = model.module_.named_parameters(), model.net_.optimizer_.state
    return [(name, state[parameter]) for name, parameter in named if parameter in state]


def test_going_on_with_warm_start(judged):
    """Together, with moments and histories of before."""
    models = members(warm_start=True)
    stacked = fit_together([clone(model) for model in models], RAGGED, LABELS)
    apart = fit_apart(models, RAGGED, LABELS)
    before = len(judged)
    check_equal(fit_together(stacked, RAGGED, LABELS), fit_apart(apart, RAGGED, LABELS), RAGGED)
    assert 4 in judged[before:]
    check_equal(fit_apart(stacked, RAGGED, LABELS), fit_apart(apart, RAGGED, LABELS), RAGGED, 1e-4)


def test_partial_fits_together(judged):
    """Their moments go on in the stack."""
    models = members(lr=1e-2)
    models = [model.set_params(lr_schedule="auto") for model in models]
    apart = [clone(model) for model in models]
    for _ in range(3):
        runs = [m._fitting(RAGGED, LABELS, None, LABELS, one_epoch=True) for m in models]
        assert not any(job.error for job in together(runs))
        for model in apart:
            model.partial_fit(RAGGED, LABELS, classes=LABELS)
    assert set(judged) == {4}
    check_equal(models, apart, RAGGED)


def test_a_member_is_no_larger_than_a_separate_fit(judged):
    models = members(dropout=0.2, bidirectional=True, pooling="attention", max_epochs=2)
    stacked, apart = compare(models, RAGGED, LABELS)
    for one, other in zip(stacked, apart, strict=True):
        assert abs(len(pickle.dumps(one)) - len(pickle.dumps(other))) < 100
        kept = [*one.module_.parameters(), *(v for _, s in states(one) for v in s.values())]
        for tensor in kept:
            n_bytes = tensor.numel() * tensor.element_size()
            assert tensor.untyped_storage().nbytes() == n_bytes
        twin = pickle.loads(pickle.dumps(one))
        assert np.array_equal(twin.predict_proba(EVEN), one.predict_proba(EVEN))
        assert one.module_.training is False and one.net_.run_ is None


def test_torch_s_state_is_left_alone():
    torch.manual_seed(3)
    before = torch.get_rng_state(), torch.get_num_threads(), torch.get_default_dtype()
    models = members(dropout=0.3)
    models[1].set_params(lr=1e30, lr_schedule="constant", cell="rnn")
    together([model._fitting(EVEN, LABELS, None) for model in models])
    assert torch.equal(torch.get_rng_state(), before[0])
    assert (torch.get_num_threads(), torch.get_default_dtype()) == before[1:]


def test_data_and_members_are_left_alone():
    X, y = copy.deepcopy(RAGGED), LABELS.copy()
    models = members()
    params = [repr(model.get_params()) for model in models]
    fit_together(models, X, y)
    assert all(map(np.array_equal, X, RAGGED)) and np.array_equal(y, LABELS)
    assert [repr(model.get_params()) for model in models] == params


# -- what cannot be stacked ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "options",
    [
        {"cell": GRU(layer_norm=True)},
        {"cell": "mgu"},
        {"num_layers": 2, "dropout": 0.3},
        {"hierarchical": True},
    ],
    ids=str,
)
def test_what_is_fitted_by_itself(judged, options):
    X = [[row[:3], row[3:]] if len(row) > 3 else [row] for row in RAGGED]
    compare(members(*MEMBERS[:2], **options), X if "hierarchical" in options else RAGGED, LABELS)
    assert not judged


def test_torch_s_own_layers_are_fitted_by_themselves(judged):
    with config_context(backend="torch"):
        stacked, _ = compare(members(*MEMBERS[:2]), RAGGED, LABELS)
    assert not judged and stacked[0].cell_backend_ == "torch"


def test_several_shapes(judged):
    changes = [{"hidden_size": size, "random_state": i} for i, size in enumerate((3, 4, 3, 4, 5))]
    compare(members(*changes), RAGGED, LABELS)
    assert set(judged) == {2}


def test_runs_of_other_estimators(judged):
    models = [*members(*MEMBERS[:2]), *members(*MEMBERS[:2], make=RNNRegressor)]
    runs = [m._fitting(EVEN, y, None) for m, y in zip(models, [LABELS] * 2 + [NUMBERS] * 2)]  # noqa: B905
    assert not any(job.error for job in together(runs))
    assert set(judged) == {2}


def test_no_runs():
    assert together([]) == []


# -- kinds ---------------------------------------------------------------------------------------


def kind_of(make=RNNClassifier, X=EVEN, y=LABELS, **changes):
    """The kind of a net at its first batch."""
    run = make(**{**SMALL, "random_state": 0, **changes})._fitting(X, y, None)
    net, _ = next(run)
    found = kind(net)
    run.close()
    return found


SAME = [
    {"lr": 0.1},
    {"alpha": 0.1, "l1": 0.1},
    {"random_state": 5},
    {"class_weight": "balanced"},
    {"max_epochs": 7, "lr_schedule": "constant"},
    {"clip_norm": None, "clip_value": 1.0},
    {"early_stopping": True},
    {"optimizer": "sgd"},
]
OTHER = [
    {"tbptt_steps": 3},
    {"batch_size": 4},
    {"hidden_size": 5},
    {"num_layers": 2},
    {"bidirectional": True},
    {"pooling": "mean"},
    {"dense_sizes": (3,)},
    {"dropout": 0.1},
    {"stem": "conv"},
    {"cell": "lstm"},
    {"cell": GRU(dilation=2)},
    {"cell": GRU(input_dropout=0.1)},
    {"cell": GRU(learn_initial_state=True)},
    {"y": np.where(LABELS == "a", "a", "b")},
    {"X": EVEN[..., :1]},
]


@pytest.mark.parametrize("changes", SAME, ids=str)
def test_same_kind(changes):
    assert kind_of(**changes) == kind_of() is not None


@pytest.mark.parametrize("changes", OTHER, ids=lambda changes: str(list(changes)))
def test_other_kind(changes):
    assert kind_of(**changes) not in (kind_of(), None)


def test_kinds_of_activations():
    from skrnn.cells import RNN

    assert kind_of(cell=RNN()) != kind_of(cell=RNN(activation="relu"))


def test_kinds_of_heads():
    losses = ["squared_error", "absolute_error", "poisson", "gaussian", "quantile"]
    targets = np.abs(NUMBERS)
    found = {kind_of(RNNRegressor, y=targets, loss=loss) for loss in losses}
    found |= {kind_of(RNNRegressor, y=targets, loss="quantile", quantile=0.9)}
    assert len(found) == 6 and None not in found
    one, other = (kind_of(RNNRegressor, y=NUMBERS * scale) for scale in (1, 7))
    assert one == other  # scales of targets are each head's own


def test_kinds_of_sizes():
    assert len({kind_of(dense_sizes=sizes) for sizes in ((3,), (4,), (3, 3))}) == 3


def test_a_run_alone_warns_of_an_interruption():
    """As ever, where its steps are its own."""
    model = members(*MEMBERS[:1], callbacks=[Break(KeyboardInterrupt(), 2)])[0]
    assert alone(clone(model)._fitting(EVEN, LABELS, None)) is True
    with warnings.catch_warnings(), pytest.raises(KeyboardInterrupt):
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(EVEN, LABELS)
