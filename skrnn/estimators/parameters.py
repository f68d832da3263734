"""What the parameters that estimators share may be."""

from numbers import Integral

from skrnn._sklearn import HasMethods, StrOptions, interval, natural
from skrnn.cells import Cell
from skrnn.nn import POOLINGS
from skrnn.training.optimization import OPTIMIZERS, SCHEDULES

NETWORK = {
    "cell": [str, HasMethods(["build", "forward"]), type, Cell],
    "hidden_size": [natural()],
    "num_layers": [natural()],
    "bidirectional": ["boolean"],
    "dropout": [interval(0, 1, "left"), StrOptions({"auto"})],
    "pooling": [StrOptions(set(POOLINGS))],
    "dense_sizes": [tuple, list],
    "stem": [StrOptions({"auto", "conv"}), None],
    "embedding_dim": [natural(), StrOptions({"auto"}), None],
    "embedding_weights": ["array-like", None],
    "freeze_embedding": ["boolean"],
    "hierarchical": ["boolean"],
    "scale_inputs": ["boolean"],
}
TRAINING = {
    "optimizer": [StrOptions(set(OPTIMIZERS))],
    "lr": [interval(0, None, "neither")],
    "lr_schedule": [StrOptions({*SCHEDULES, "plateau", "auto"})],
    "batch_size": [natural(), StrOptions({"auto"})],
    "max_epochs": [natural(), StrOptions({"auto"})],
    "alpha": [interval(0, None, "left")],
    "l1": [interval(0, None, "left")],
    "clip_norm": [interval(0, None, "neither"), None],
    "clip_value": [interval(0, None, "neither"), None],
    "tbptt_steps": [natural(), None],
    "early_stopping": ["boolean", StrOptions({"auto"})],
    "validation_fraction": [interval(0, 1, "neither")],
    "n_iter_no_change": [natural()],
    "tol": [interval(0, None, "left")],
    "warm_start": ["boolean"],
    "max_time": [interval(0, None, "neither"), None],
}
RUNNING = {
    "device": [str],
    "callbacks": [list, None],
    "net_params": [dict, None],
    "random_state": ["random_state"],
    "verbose": ["verbose"],
}
SHARED = {**NETWORK, **TRAINING, **RUNNING}


def check_sizes(sizes):
    """Check that ``dense_sizes`` holds positive whole numbers."""
    whole = (isinstance(s, Integral) and not isinstance(s, bool) and s > 0 for s in sizes)
    if not all(whole):
        raise ValueError(f"dense_sizes must hold positive ints, such as (64, 32); got {sizes!r}.")


def check_together(params):
    """Refuse parameters that exclude each other.

    Parameters
    ----------
    params : BaseRNN
        The estimator, whose parameters are valid one by one.

    Raises
    ------
    ValueError
        Naming both, and saying which value makes them agree.
    """
    if params.hierarchical and params.stem == "conv":
        raise ValueError(
            "stem='conv' cannot be used with hierarchical=True: it shortens one long sequence, and "
            "would run across sentences. Set stem='auto' or stem=None."
        )
    given = {
        "embedding_weights": params.embedding_weights is not None,
        "freeze_embedding": params.freeze_embedding,
    }
    for name in filter(given.get, given if params.embedding_dim is None else ()):
        raise ValueError(f"{name} is given, but embedding_dim is None: set it too.")
    if params.tbptt_steps is None:
        return
    asked = f"tbptt_steps={params.tbptt_steps}"
    if params.hierarchical:
        raise ValueError(
            f"{asked} cannot be used with hierarchical=True: every sentence is read on its own, "
            "from its start. Set tbptt_steps=None."
        )
    if params.bidirectional:
        raise ValueError(
            f"{asked} needs bidirectional=False: the backward direction starts at the end of a "
            "sequence, so that no state can be carried from one chunk to the next. Set "
            "bidirectional=False or tbptt_steps=None."
        )
    if params.stem == "conv":
        raise ValueError(
            f"{asked} cannot be used with stem='conv', which reads the whole sequence before the "
            "recurrent layers do. Set stem='auto' or stem=None."
        )
