"""The promises of a cell: padding, direction, chunks, gradients, masks and options."""

import copy
import inspect
import pickle
from functools import partial
from itertools import product

import torch
from sklearn.base import clone
from torch.autograd.gradcheck import GradcheckError

from skrnn.cells import make_cell
from skrnn.cells.unroll import step_mask
from skrnn.nn import Encoder, Layer, set_generator
from skrnn.testing.tools import refused

FEATURES, UNITS = 3, 4
LENGTHS = torch.tensor([5, 2, 7, 1, 4])


def check_cell(cell):
    """Check that a cell keeps the promises of :class:`skrnn.cells.Cell`.

    It is built small, in double precision, and run by itself, in both directions, and stacked
    in an encoder of one and two layers, as far as its options allow: ``residual=True`` wants
    two, ``dilation=(1, 2, 4)`` three. Answers are checked without the random masks of training,
    then the masks.

    Parameters
    ----------
    cell : str, Cell class or Cell instance
        What an estimator takes as ``cell=``. A class must be importable, to be pickled.

    Raises
    ------
    AssertionError
        With a message that says which promise is broken.

    Examples
    --------
    >>> from skrnn.cells import LSTM
    >>> from skrnn.testing import check_cell
    >>> check_cell("gru")
    >>> check_cell(LSTM(init="uniform"))
    """
    check_options(cell)
    check_shapes(cell)
    check_copies(cell)
    check_repeatable(cell)
    check_padding(cell)
    check_rows_are_independent(cell)
    check_state_is_optional(cell)
    check_chunks(cell)
    check_direction(cell)
    check_gradient(cell)
    for num_layers, bidirectional in product(depths(cell), (False, True)):
        check_stack(cell, num_layers, bidirectional)
    check_masks(cell)


def check_options(cell):
    """Check that options are stored untouched, listed, set by name and cloned."""
    cell = make_cell(cell)
    name, options = type(cell).__name__, cell.get_params()
    parameters = inspect.signature(type(cell).__init__).parameters.values()
    taken = {p.name for p in parameters if p.name != "self"}
    assert set(options) == taken, (
        f"{name}.get_params() gives {set(options)}, __init__ takes {taken}"
    )
    for option, value in type(cell)(**options).get_params().items():
        assert value is options[option], f"{name}.__init__ changes {option}; store it untouched"
    assert cell.set_params(**options) is cell, "set_params returns the cell"
    refused(partial(cell.set_params, no_such_option=1), "no_such_option", "an unknown option")
    twin = clone(cell)
    assert type(twin) is type(cell) and twin is not cell
    assert repr(twin) == repr(cell), f"a clone of {cell!r} is {twin!r}"
    assert not list(cell.parameters()), f"{name} has weights before build; make them in build"


def check_copies(cell):
    """Check that it pickles and deep-copies, built and unbuilt, and copies give the same bits."""
    cell, x = built(cell), batch()
    output, _ = cell(x, LENGTHS)
    for way, copied in (
        ("pickled", pickle.loads(pickle.dumps(cell))),
        ("deep", copy.deepcopy(cell)),
    ):
        assert torch.equal(copied(x, LENGTHS)[0], output), f"a {way} copy gives another output"
        assert repr(copied) == repr(cell), f"a {way} copy loses options"
    unbuilt = clone(cell)
    assert repr(pickle.loads(pickle.dumps(unbuilt))) == repr(unbuilt)


def check_shapes(cell):
    """Check for outputs (B, T, output_size), and states that are tuples, one part per name."""
    cell, x = built(cell), batch()
    assert cell.output_size >= 1, "build sets output_size"
    for lengths in (None, LENGTHS):
        output, state = cell(x, lengths)
        expected = (*x.shape[:2], cell.output_size)
        assert output.shape == expected, f"output of shape {tuple(output.shape)}, not {expected}"
        assert output.dtype == x.dtype, f"input is {x.dtype}, output {output.dtype}"
        for what, parts in (("state", state), ("initial_state", cell.initial_state(x))):
            _check_state(cell, what, parts, len(x))


def _check_state(cell, what, parts, n_rows):
    assert isinstance(parts, tuple), f"{what} is a {type(parts).__name__}; make it a tuple"
    names = cell.state_names
    assert len(parts) == len(names), f"{what} has {len(parts)} parts, state_names is {names}"
    for name, part in zip(names, parts, strict=True):
        assert len(part) == n_rows, f"{what} {name} has {len(part)} rows for a batch of {n_rows}"


def check_repeatable(cell):
    """Check that torch's generator alone decides weights, and a call gives the same bits again."""
    one, other, x = built(cell), built(cell), batch()
    for (name, a), b in zip(one.named_parameters(), other.parameters(), strict=True):
        assert torch.equal(a, b), f"{name} does not follow torch.manual_seed"
    before = torch.get_rng_state()
    first, second = one(x, LENGTHS)[0], one(x, LENGTHS)[0]
    assert torch.equal(first, second), "the same input gives another output; keep no state"
    assert torch.equal(first, other(x, LENGTHS)[0]), "the same weights give another output"
    assert torch.equal(before, torch.get_rng_state()), "reading draws random numbers"


def check_padding(cell):
    """Check that NaN in the padding reaches no output, state or gradient; outputs there are 0."""
    cell = built(cell)
    padding = ~step_mask(LENGTHS, int(LENGTHS.max()))
    clean = _all_results(cell, batch().masked_fill(padding[..., None], 0.0))
    dirty = _all_results(cell, batch().masked_fill(padding[..., None], torch.nan))
    for name, value in clean.items():
        assert torch.equal(value, dirty[name]), f"what stands in the padding changes {name}"
    assert (clean["output"][padding] == 0).all(), "outputs in the padding are not zero"
    assert (clean["gradient of x"][padding] == 0).all(), "the gradient reaches the padding"


def _all_results(cell, x):
    """Give outputs, states and gradients of a ragged batch by name."""
    x = x.requires_grad_()
    output, state = cell(x, LENGTHS)
    total = sum((part * part).sum() for part in (output, *state))
    weights = dict(cell.named_parameters())
    gradients = torch.autograd.grad(total, (x, *weights.values()))
    results = {"output": output, **dict(zip(cell.state_names, state, strict=True))}
    results |= {f"gradient of {n}": g for n, g in zip(("x", *weights), gradients, strict=True)}
    return {name: value.detach() for name, value in results.items()}


def check_rows_are_independent(cell):
    """Check that a row alone, without padding, gives what it gives in a batch."""
    cell, x = built(cell), batch()
    output, state = cell(x, LENGTHS)
    for i, length in enumerate(LENGTHS.tolist()):
        alone, end = cell(x[i : i + 1, :length])
        close(alone[0], output[i, :length], f"row {i} alone and in a batch")
        for name, a, b in zip(cell.state_names, end, state, strict=True):
            close(a[0], b[i], f"the last {name} of row {i} alone and in a batch")


def check_state_is_optional(cell):
    """Check that outputs do not depend on need_state, nor on naming lengths that are full."""
    cell, x = built(cell), batch()
    output, _ = cell(x, LENGTHS)
    close(cell(x, LENGTHS, need_state=False)[0], output, "output with and without need_state")
    full = torch.full_like(LENGTHS, x.shape[1])
    close(cell(x)[0], cell(x, full)[0], "lengths=None and every length T")
    start = cell.initial_state(x)
    close(cell(x, LENGTHS, start)[0], output, "state=None and the initial state")


def check_chunks(cell):
    """Check that chunks with the state carried give what the whole gives, past the end too."""
    cell = built(cell)
    for lengths in (LENGTHS, None):
        output, state = cell(batch(), lengths)
        pieces, end = _in_chunks(cell, batch(), lengths)
        close(pieces, output, "output in chunks and in one piece")
        for name, a, b in zip(cell.state_names, end, state, strict=True):
            close(a, b, f"the last {name} in chunks and in one piece")


def _in_chunks(read, x, lengths):
    """Read x in chunks of 3 steps, carrying the state."""
    outputs, state = [], None
    for start in range(0, x.shape[1], 3):
        chunk = x[:, start : start + 3]
        left = None if lengths is None else (lengths - start).clamp(0, chunk.shape[1])
        output, state = read(chunk, left, state)
        outputs.append(output)
    return torch.cat(outputs, 1), state


def check_direction(cell):
    """Check that, backward, it starts at the last real step of each row."""
    x = batch()
    layer = seeded(lambda: Layer(cell, FEATURES, UNITS, True, 0, max(depths(cell))))
    size = layer.directions[0].output_size
    mirrored = copy.deepcopy(layer)  # reads forward with the weights of the backward direction
    mirrored.directions = torch.nn.ModuleList(list(mirrored.directions)[::-1])
    output = layer(x, LENGTHS)[..., size:]
    for i, length in enumerate(LENGTHS.tolist()):
        reverse = mirrored(x[i : i + 1, :length].flip(1))[0, :, :size]
        close(output[i, :length], reverse.flip(0), f"row {i} backward and read from its end")


def check_gradient(cell):
    """Check the gradient of inputs and weights against finite differences."""
    cell = built(cell, 2, 2)
    x, lengths = batch()[:3, :3, :2].clone().requires_grad_(), torch.tensor([3, 1, 2])

    def run(x, *weights):  # the numerical side moves the weights in place
        output, state = cell(x, lengths)
        return (output, *state)

    try:
        torch.autograd.gradcheck(run, (x, *cell.parameters()))
    except GradcheckError as error:
        raise AssertionError(f"the gradient is not that of the answer: {error}") from error


def check_stack(cell, num_layers, bidirectional):
    """Check the promises in an encoder; only a causal one may be fed in chunks."""
    encoder = seeded(lambda: Encoder(cell, FEATURES, UNITS, num_layers, bidirectional, 0.0))
    x, where = batch(), f"with num_layers={num_layers}, bidirectional={bidirectional}"
    padding = ~step_mask(LENGTHS, x.shape[1])
    output, lengths = encoder(x.masked_fill(padding[..., None], torch.nan), LENGTHS)
    assert torch.equal(lengths, LENGTHS)
    assert output.shape == (*x.shape[:2], encoder.output_size)
    assert (output[padding] == 0).all(), f"outputs in the padding are not zero {where}"
    for i, length in enumerate(LENGTHS.tolist()):
        alone, _ = encoder(x[i : i + 1, :length])
        close(alone[0], output[i, :length], f"row {i} alone and in a batch {where}")
    _check_reached(encoder, output, where)
    if bidirectional:
        refused(partial(encoder.carry, x), "bidirectional", "a bidirectional encoder in chunks")
        return
    for lengths in (LENGTHS, None):
        pieces, _ = _in_chunks(encoder.carry, x, lengths)
        close(pieces, encoder(x, lengths)[0], f"chunks and the whole {where}")


def check_masks(cell):
    """Check that, in training, random masks come from the generator given and nowhere else."""
    encoder = seeded(lambda: Encoder(cell, FEATURES, UNITS, max(depths(cell)), True, 0.0))
    padding = (~step_mask(LENGTHS, int(LENGTHS.max())))[..., None]

    def train(value):
        set_generator(encoder, torch.Generator().manual_seed(3))
        return encoder.train()(batch().masked_fill(padding, value), LENGTHS)[0].detach()

    before = torch.get_rng_state()
    output = train(0.0)
    assert torch.equal(before, torch.get_rng_state()), (
        "training draws from torch's global generator; draw from self.generator"
    )
    assert torch.equal(output, train(0.0)), "the same generator gives another output in training"
    assert torch.equal(output, train(torch.nan)), "what stands in the padding changes training"
    assert (output.masked_select(padding) == 0).all(), "outputs in the padding are not zero"


def depths(cell):
    """Give the numbers of layers that a cell's options allow, of one and two where both do."""
    options = make_cell(cell)
    if isinstance(options.dilation, tuple | list):
        return (len(options.dilation),)
    return (2,) if options.residual else (1, 2)


def _check_reached(encoder, output, where):
    if not list(encoder.parameters()):
        return  # nothing in it is trained
    output.square().sum().backward()
    for name, weight in encoder.named_parameters():
        reached = weight.grad is not None and torch.isfinite(weight.grad).all()
        assert reached and weight.grad.any(), f"the gradient does not reach {name} {where}"


def close(one, other, what):
    """Check that two tensors agree to 1e-12, relative to the larger numbers."""
    one, other = one.detach(), other.detach()
    gap = float((one - other).abs().max())
    bound = 1e-12 * max(1.0, float(other.abs().max()))
    assert gap <= bound, f"{what} differ by {gap:.3g}"


def seeded(build):
    """Build a module from seed 0 in double precision, as after training."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return build().double().eval()


def built(cell, input_size=FEATURES, hidden_size=UNITS):
    """Give a fresh cell with weights from seed 0, in double precision."""

    def build():
        fresh = make_cell(cell)
        fresh.build(input_size, hidden_size)
        return fresh

    return seeded(build)


def batch():
    """Give a batch (B, T, F) of numbers, everywhere finite."""
    generator = torch.Generator().manual_seed(1)
    size = (len(LENGTHS), int(LENGTHS.max()), FEATURES)
    return torch.randn(size, generator=generator, dtype=torch.float64)
