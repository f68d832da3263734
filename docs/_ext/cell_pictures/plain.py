"""Pictures of the cells without gates, and of those whose gates do not see the state."""

from .gates import PHI, SIGMA, state
from .language import Node, picture

X = ("input", 0.75, 0.6, "x_t")

RNN = picture(
    3.2,
    {
        "x": X,
        "h": state("input", 0.75, 2.3, "h_{t-1}"),
        "new": ("candidate", 6.4, 2.3, PHI, "", "b", True),
        "h_t": ("output", 12.05, 2.3, "h_t", "", "", True),
    },
    [("h", "new", "U"), ("x", "new", "W", "x6.4"), ("new", "h_t")],
)

INDRNN = picture(
    4.1,
    {
        "x": X,
        "h": state("input", 0.75, 3.3, "h_{t-1}"),
        "u": ("product", 3.8, 3.3, r"@\,\odot"),
        "w": ("product", 6.4, 1.85, "", "", "b"),
        "sum": ("plus", 6.4, 3.3),
        "phi": state("function", 8.2, 3.3, PHI),
        "h_t": ("output", 12.05, 3.3, "h_t", "", "", True),
    },
    [
        ("h", "u", "u"),
        ("x", "w", "W", "x6.4"),
        ("u", "sum"),
        ("w", "sum"),
        ("sum", "phi"),
        ("phi", "h_t"),
    ],
)

ESN = picture(
    5.5,
    {
        "x": X,
        "h": state("input", 0.75, 4.6, "h_{t-1}"),
        "new": Node("candidate", 5.2, 2.6, PHI, "", "b", trained=False),
        "move": Node("product", 9.0, 2.6, r"\times\,@", trained=False),
        "keep": Node("product", 5.2, 4.6, r"\times\,@", state=True, trained=False),
        "add": state("plus", 9.0, 4.6),
        "h_t": ("output", 12.05, 4.6, "h_t", "", "", True),
    },
    [
        ("h", "keep", "(1-a)"),
        ("h", "new", "U", "x2.2 y2.6"),
        ("x", "new", "W", "x5.2"),
        ("new", "move", "a"),
        ("keep", "add"),
        ("move", "add"),
        ("add", "h_t"),
    ],
    notes=((10.3, 0.6, "dashed: never trained"),),
)

MINGRU = picture(
    5.8,
    {
        "x": X,
        "h": state("input", 0.75, 5.25, "h_{t-1}"),
        "z": ("gate", 3.6, 1.85, SIGMA, "z_t", "b_z"),
        "n": ("candidate", 8.6, 1.85, PHI, "n_t", "b_n"),
        "rest": ("minus", 6.4, 4.2),
        "keep": state("times", 6.4, 5.25),
        "new": ("times", 8.6, 3.3),
        "add": state("plus", 8.6, 5.25),
        "h_t": ("output", 12.05, 5.25, "h_t", "", "", True),
    },
    [
        ("h", "keep"),
        ("x", "z", "W_z", "x3.6"),
        ("x", "n", "W_n", "x8.6"),
        ("z", "rest", "", "y3.3 x6.4"),
        ("z", "new", "", "y3.3"),
        ("n", "new"),
        ("rest", "keep"),
        ("keep", "add"),
        ("new", "add"),
        ("add", "h_t"),
    ],
)

MINLSTM = picture(
    6.05,
    {
        "x": X,
        "h": state("input", 0.75, 5.45, "h_{t-1}"),
        "f": ("gate", 2.9, 1.85, SIGMA, "f_t", "b_f"),
        "i": ("gate", 5.3, 1.85, SIGMA, "i_t", "b_i"),
        "n": ("candidate", 7.7, 1.85, PHI, "n_t", "b_n"),
        "keep": state("times", 2.9, 5.45),
        "both": ("plus", 5.3, 4.4),
        "write": ("times", 7.7, 3.3),
        "add": state("plus", 7.7, 5.45),
        "mean": state("divide", 9.9, 5.45),
        "h_t": ("output", 12.05, 5.45, "h_t", "", "", True),
    },
    [
        ("h", "keep"),
        ("x", "f", "W_f", "x2.9"),
        ("x", "i", "W_i", "x5.3"),
        ("x", "n", "W_n", "x7.7"),
        ("f", "keep"),
        ("f", "both", "", "y4.4"),
        ("i", "both"),
        ("i", "write", "", "y3.3"),
        ("n", "write"),
        ("keep", "add"),
        ("write", "add"),
        ("add", "mean"),
        ("both", "mean", "", "x9.9"),
        ("mean", "h_t"),
    ],
)

LRU = picture(
    5.5,
    {
        "x": X,
        "h": state("input", 0.75, 4.7, "h_{t-1}"),
        "decay": Node("product", 3.1, 4.7, r"@\,\odot", state=True),
        "b": ("product", 3.1, 2.0),
        "gamma": ("product", 5.4, 2.0, r"@\,\odot"),
        "add": state("plus", 5.4, 4.7),
        "c": Node("product", 7.7, 3.3, r"\mathrm{Re}(@\,\cdot)"),
        "d": ("product", 9.6, 1.9),
        "sum": ("plus", 9.6, 3.3),
        "phi": ("function", 10.7, 3.3, PHI),
        "h_t": ("output", 12.05, 4.7, "h_t", "", "", True),
        "y_t": ("output", 12.05, 3.3, "y_t"),
    },
    [
        ("h", "decay", r"\lambda"),
        ("x", "b", "B", "x3.1"),
        ("b", "gamma", r"\gamma"),
        ("decay", "add"),
        ("gamma", "add"),
        ("add", "h_t"),
        ("add", "c", "C", "x7.7"),
        ("x", "d", "D", "x9.6"),
        ("c", "sum"),
        ("d", "sum"),
        ("sum", "phi"),
        ("phi", "y_t"),
    ],
)
