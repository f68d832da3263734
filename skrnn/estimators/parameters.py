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
    "dropout": [interval(0, 1, "left")],
    "pooling": [StrOptions(set(POOLINGS))],
    "dense_sizes": [tuple, list],
    "stem": [StrOptions({"auto", "conv"}), None],
    "embedding_dim": [natural(), None],
    "embedding_weights": ["array-like", None],
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
