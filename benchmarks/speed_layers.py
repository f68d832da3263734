"""Parts of speed.py that time one recurrent layer, or one row; see there."""

from dataclasses import dataclass
from functools import partial
from itertools import product

import torch
from speed_rows import Case
from timing import compare, interleave, repeated
from torch import nn

from skrnn import config_context
from skrnn.cells import GRU, StepCell, make_cell
from skrnn.cells.kernels import run_kernel, thread_budget

TORCH = {"gru": nn.GRU, "rnn": nn.RNN, "lstm": nn.LSTM}
NOT_IN_TORCH = ("peephole_lstm", "rrnn")
N_FEATURES = 8
LEAST = 0.01  # seconds of a turn: short calls are repeated
GRID = {"B": (32, 128), "T": (24, 100, 400), "H": (16, 32, 64, 128)}
QUICK_GRID = {"B": (3,), "T": (5,), "H": (4, 8)}


@dataclass
class Shape:
    """B rows of T steps, and H units."""

    B: int
    T: int
    H: int

    def __str__(self):
        return f"B={self.B} T={self.T} H={self.H}"

    def draw(self):
        """Draw a batch (B, T, F)."""
        return torch.randn(self.B, self.T, N_FEATURES, generator=torch.Generator().manual_seed(0))

    def build(self, cell):
        """Make a cell of this size with its weights."""
        cell = make_cell(cell)
        cell.build(N_FEATURES, self.H)
        return cell


def shapes(quick):
    """Give the shapes of the grid."""
    grid = QUICK_GRID if quick else GRID
    return [Shape(*sizes) for sizes in product(*grid.values())]


# -- ways to read a batch; each gives the last state (B, H) of a layer ---------------------


def through_kernel(cell, x):
    """Read a batch through the kernel, which is asked for the last state alone."""
    _, (h, *_) = run_kernel(cell.kernel_cell, x, None, None, cell.kernel_weights(), False)
    return h


def through_cell(cell, x):
    """Read a batch as every network does; see timer."""
    _, (h, *_) = cell(x)
    return h


def through_torch(layer, x):
    """Read a batch through torch.nn."""
    _, end = layer(x)
    return (end[0] if isinstance(end, tuple) else end)[-1]


def train(layer, read, x):
    """Give a function that goes forward and backward."""
    parameters = list(layer.parameters())

    def run():
        for parameter in parameters:
            parameter.grad = None
        read(layer, x).sum().backward()

    return run


def infer(layer, read, x):
    """Give a function that goes forward only."""

    def run():
        with torch.no_grad():
            read(layer, x)

    return run


def timer(side, run):
    """Give a function that times a side; all but "kernel" do without one."""
    backend = "auto" if side == "kernel" else "torch"
    with config_context(backend=backend):
        measure = repeated(run, LEAST)

    def several():
        with config_context(backend=backend):
            return measure()

    return several


def sides_of(name, shape, run):
    """Give what to time for a cell: the kernel, the torch path, torch.nn where it has the cell."""
    x, cell = shape.draw(), shape.build(name)
    sides = {
        "kernel": run(cell, through_kernel, x),
        "torch path": run(cell, through_cell, x),
    }
    if name in TORCH:
        layer = TORCH[name](N_FEATURES, shape.H, batch_first=True)
        sides["torch.nn"] = run(layer, through_torch, x)
    return sides


def measure_layer(name, shape, run, pairs, rounds):
    """Compare pairs of sides of one cell in one shape."""
    sides, wanted = sides_of(name, shape, run), {side for pair in pairs for side in pair}
    sides = {side: timer(side, call) for side, call in sides.items() if side in wanted}
    seconds = interleave(sides, rounds)
    return [compare(seconds, *pair) for pair in pairs]


def layer(options):
    """Time forward and backward of one layer."""
    for name in (*TORCH, *NOT_IN_TORCH):
        pairs = [("kernel", "torch.nn"), ("torch path", "torch.nn")]
        if name not in TORCH:
            pairs = [("kernel", "torch path")]
        for shape in shapes(options.quick):
            yield Case(name, shape, partial(measure_layer, name, shape, train, pairs))


def inference(options):
    """Time forward alone."""
    for name in (*TORCH, *NOT_IN_TORCH):
        pairs = [("kernel", "torch.nn" if name in TORCH else "torch path")]
        for shape in shapes(options.quick):
            yield Case(name, shape, partial(measure_layer, name, shape, infer, pairs))


# -- two threads ---------------------------------------------------------------------------


def with_threads(n_threads, run):
    """Let the kernel have so many threads."""
    with thread_budget(n_threads):
        run()


def measure_threads(name, shape, rounds):
    """Compare two threads with one in one shape."""
    run = train(shape.build(name), through_kernel, shape.draw())
    sides = {
        text: repeated(partial(with_threads, n, run), LEAST)
        for text, n in (("2 threads", 2), ("1 thread", 1))
    }
    return [compare(interleave(sides, rounds), "2 threads", "1 thread")]


def threads(options):
    """Time two threads of the kernel where it takes two."""
    for name, shape in product(TORCH, shapes(options.quick)):
        if options.quick or shape.B * shape.H >= 4096:
            yield Case(name, shape, partial(measure_threads, name, shape), n_threads=2)


# -- what leaves the kernel ----------------------------------------------------------------


class OwnGRU(StepCell):
    """A gated recurrent unit as a user would write it."""

    def build(self, input_size, hidden_size):
        """Make the weights."""
        self.hidden_size = self.output_size = hidden_size
        self.of_input = nn.Linear(input_size, 3 * hidden_size)
        self.of_state = nn.Linear(hidden_size, 3 * hidden_size)

    def step(self, x, state):
        """Take one step."""
        (h,) = state
        x_r, x_z, x_n = self.of_input(x).chunk(3, -1)
        u_r, u_z, u_n = self.of_state(h).chunk(3, -1)
        new = torch.tanh(x_n + torch.sigmoid(x_r + u_r) * u_n)
        h = torch.lerp(new, h, torch.sigmoid(x_z + u_z))
        return h, (h,)


LEAVING = {
    "a StepCell of one's own": OwnGRU(),
    "layer_norm=True": GRU(layer_norm=True),
    "recurrent_dropout=0.2": GRU(recurrent_dropout=0.2),
    "weight_drop=0.2": GRU(weight_drop=0.2),
    "zoneout=0.1": GRU(zoneout=0.1),
    "projection=16": GRU(projection=16),
    "reset_after=False": GRU(reset_after=False),
    "backend='torch'": "gru",
}


def measure_custom(shape, rounds):
    """Compare the kernel's GRU with each that leaves it."""
    x, cell = shape.draw(), shape.build("gru")
    sides = {"kernel": timer("kernel", train(cell, through_kernel, x))}
    for text, other in LEAVING.items():
        sides[text] = timer(text, train(shape.build(other), through_cell, x))
    seconds = interleave(sides, rounds)
    return [compare(seconds, "kernel", text) for text in LEAVING]


def custom(options):
    """Time options and cells that the kernel does not have."""
    sizes = [Shape(3, 5, 4)] if options.quick else [Shape(32, 100, 32), Shape(128, 100, 128)]
    for shape in sizes:
        yield Case("gru", shape, partial(measure_custom, shape))
