"""Pictures of what stands around cells: time, layers, directions, pooling, documents."""

from .gates import state
from .language import Node, picture

COLUMNS = (3.2, 6.4, 9.6)
STEPS = (1, 2, 3)
PLACES = tuple(zip(STEPS, COLUMNS, strict=True))


def cell(x, y, text=r"\mathrm{cell}"):
    """Make a block, from which a state leaves."""
    return Node("block", x, y, text, state=True)


UNROLLED = picture(
    4.4,
    {
        "h0": state("input", 0.75, 2.2, "h_0"),
        **{f"x{t}": ("input", x, 0.5, f"x_{t}") for t, x in PLACES},
        **{f"cell{t}": cell(x, 2.2) for t, x in PLACES},
        **{f"h{t}": Node("output", x, 3.9, f"h_{t}", state=True) for t, x in PLACES},
        "end": Node("output", 12.05, 2.2, "h_3", state=True),
    },
    [
        ("h0", "cell1"),
        ("cell1", "cell2"),
        ("cell2", "cell3"),
        ("cell3", "end"),
        *[(f"x{t}", f"cell{t}") for t in STEPS],
        *[(f"cell{t}", f"h{t}") for t in STEPS],
    ],
    legend=False,
)

STACKED = picture(
    6.2,
    {
        "low0": state("input", 0.75, 2.2, "h_0^{(1)}"),
        "high0": state("input", 0.75, 4.0, "h_0^{(2)}"),
        **{f"x{t}": ("input", x, 0.5, f"x_{t}") for t, x in PLACES},
        **{f"low{t}": cell(x, 2.2, r"\mathrm{layer}\ 1") for t, x in PLACES},
        **{f"high{t}": cell(x, 4.0, r"\mathrm{layer}\ 2") for t, x in PLACES},
        **{f"h{t}": Node("output", x, 5.7, f"h_{t}^{{(2)}}", state=True) for t, x in PLACES},
    },
    [
        *[(f"low{t - 1}", f"low{t}") for t in STEPS],
        *[(f"high{t - 1}", f"high{t}") for t in STEPS],
        *[(f"x{t}", f"low{t}") for t in STEPS],
        *[(f"low{t}", f"high{t}") for t in STEPS],
        *[(f"high{t}", f"h{t}") for t in STEPS],
    ],
    notes=tuple((x + 0.5, 3.08, f"$h_{t}^{{(1)}}$") for t, x in PLACES),
    legend=False,
)

FORWARD = tuple(zip(STEPS, (2.6, 5.7, 8.8), strict=True))
RIGHT = r"\rightarrow"
LEFT = r"\leftarrow"
BIDIRECTIONAL = picture(
    6.2,
    {
        "right0": state("input", 0.75, 2.2, "0"),
        "left4": state("input", 12.05, 3.8, "0"),
        **{f"x{t}": ("input", x + 0.4, 0.5, f"x_{t}") for t, x in FORWARD},
        **{f"right{t}": cell(x, 2.2, RIGHT) for t, x in FORWARD},
        **{f"left{t}": cell(x + 1.4, 3.8, LEFT) for t, x in FORWARD},
        **{f"h{t}": ("output", x + 0.7, 5.7, f"h_{t}") for t, x in FORWARD},
    },
    [
        *[(f"right{t - 1}", f"right{t}") for t in STEPS],
        *[(f"left{t + 1}", f"left{t}") for t in STEPS],
        *[(f"x{t}", f"right{t}") for t in STEPS],
        *[(f"x{t}", f"left{t}", "", f"x{x + 1.4}") for t, x in FORWARD],
        *[(f"right{t}", f"h{t}", "", f"y4.8 x{x + 0.45}") for t, x in FORWARD],
        *[(f"left{t}", f"h{t}", "", f"y4.8 x{x + 0.95}") for t, x in FORWARD],
    ],
    legend=False,
)

OUTPUTS = tuple(zip(STEPS, (1.6, 5.0, 8.4), strict=True))
ATTENTION = picture(
    6.4,
    {
        **{f"h{t}": state("input", x, 0.5, f"h_{t}") for t, x in OUTPUTS},
        **{
            f"score{t}": Node("gate", x + 1.5, 1.95, r"v^\top\tanh", f"e_{t}", "b_a")
            for t, x in OUTPUTS
        },
        "softmax": Node("bar", 6.7, 3.45, r"\mathrm{softmax}\ \mathrm{over}\ t", width=11.0),
        **{f"times{t}": state("times", x, 4.7) for t, x in OUTPUTS},
        "plus2": state("plus", 5.0, 5.85),
        "plus3": state("plus", 8.4, 5.85),
        "vector": Node("output", 12.05, 5.85, "p", state=True),
    },
    [
        *[(f"h{t}", f"score{t}", "W_a", f"x{x + 1.5}") for t, x in OUTPUTS],
        *[(f"h{t}", f"times{t}") for t in STEPS],
        *[(f"score{t}", "softmax") for t in STEPS],
        *[("softmax", f"times{t}", "", f"x{x + 1.5} y4.7") for t, x in OUTPUTS],
        ("times1", "plus2", "", "y5.85"),
        ("times2", "plus2"),
        ("plus2", "plus3"),
        ("times3", "plus3"),
        ("plus3", "vector"),
    ],
    notes=tuple((x + 1.9, 4.25, rf"$\alpha_{t}$") for t, x in OUTPUTS),
    legend=False,
)

SENTENCES = ((1, 3.4), (2, 9.4))
WORDS = tuple((s, t, x + 2.6 * t - 3.9) for s, x in SENTENCES for t in (1, 2))
HIERARCHICAL = picture(
    8.0,
    {
        **{f"x{s}{t}": ("input", x, 0.5, f"x_{{{s}{t}}}") for s, t, x in WORDS},
        **{f"inner{s}{t}": cell(x, 2.0, r"\mathrm{inner}") for s, t, x in WORDS},
        **{f"pool{s}": Node("bar", x, 3.4, r"\mathrm{pooling}", width=5.0) for s, x in SENTENCES},
        **{f"outer{s}": cell(x, 4.9, r"\mathrm{outer}") for s, x in SENTENCES},
        "pool": Node("bar", 6.4, 6.3, r"\mathrm{pooling}", width=8.6),
        "document": ("output", 6.4, 7.5, "d"),
    },
    [
        *[(f"x{s}{t}", f"inner{s}{t}") for s, t, _ in WORDS],
        *[(f"inner{s}1", f"inner{s}2") for s, _ in SENTENCES],
        *[(f"inner{s}{t}", f"pool{s}") for s, t, _ in WORDS],
        *[(f"pool{s}", f"outer{s}") for s, _ in SENTENCES],
        ("outer1", "outer2"),
        *[(f"outer{s}", "pool") for s, _ in SENTENCES],
        ("pool", "document"),
    ],
    notes=tuple((x + 0.4, 4.1, f"$s_{s}$") for s, x in SENTENCES),
    legend=False,
)
