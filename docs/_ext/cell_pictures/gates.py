"""Pictures of the cells whose gates see the state."""

from .language import Node, picture

SIGMA, PHI = r"\sigma", r"\phi"
X = ("input", 0.75, 0.5, "x_t")


def state(kind, x, y, text="", signal=""):
    """Make a node from which a state leaves, or a part of one."""
    return Node(kind, x, y, text, signal, state=True)


GRU = picture(
    6.2,
    {
        "x": X,
        "h": state("input", 0.75, 5.6, "h_{t-1}"),
        "u": ("product", 3.0, 2.4, "", "", "d_n"),
        "r": ("gate", 5.15, 2.4, SIGMA, "r_t", "b_r"),
        "w": ("product", 7.3, 2.4, "", "", "b_n"),
        "z": ("gate", 9.5, 2.4, SIGMA, "z_t", "b_z"),
        "reset": ("times", 5.15, 4.4),
        "sum": ("plus", 7.3, 4.4),
        "phi": ("function", 8.45, 4.4, PHI, "n_t"),
        "rest": ("minus", 10.75, 3.3),
        "new": ("times", 10.75, 4.4),
        "keep": state("times", 9.5, 5.6),
        "add": state("plus", 10.75, 5.6),
        "h_t": ("output", 12.05, 5.6, "h_t", "", "", True),
    },
    [
        ("h", "keep"),
        ("h", "u", "U_n", "x1.85 y1.35 x3.0"),
        ("h", "r", "U_r", "x1.85 y1.35 x4.8"),
        ("h", "z", "U_z", "x1.85 y1.35 x9.15"),
        ("x", "r", "W_r", "x5.5"),
        ("x", "w", "W_n", "x7.3"),
        ("x", "z", "W_z", "x9.85"),
        ("u", "reset", "", "y4.4"),
        ("r", "reset"),
        ("reset", "sum"),
        ("w", "sum"),
        ("sum", "phi"),
        ("phi", "new"),
        ("z", "keep"),
        ("z", "rest", "", "y3.3"),
        ("rest", "new"),
        ("new", "add"),
        ("keep", "add"),
        ("add", "h_t"),
    ],
)

LSTM = picture(
    6.2,
    {
        "x": X,
        "h": state("input", 0.75, 1.35, "h_{t-1}"),
        "c": state("input", 0.75, 5.6, "c_{t-1}"),
        "f": ("gate", 2.9, 2.55, SIGMA, "f_t", "b_f"),
        "i": ("gate", 5.05, 2.55, SIGMA, "i_t", "b_i"),
        "g": ("candidate", 7.2, 2.55, PHI, "g_t", "b_g"),
        "o": ("gate", 9.35, 2.55, SIGMA, "o_t", "b_o"),
        "keep": state("times", 2.9, 5.6),
        "write": ("times", 5.05, 3.9),
        "add": state("plus", 5.05, 5.6, "", ""),
        "phi": ("function", 10.75, 4.65, PHI),
        "show": state("times", 10.75, 3.6),
        "c_t": ("output", 12.05, 5.6, "c_t", "", "", True),
        "h_t": ("output", 12.05, 3.6, "h_t", "", "", True),
    },
    [
        ("c", "keep"),
        *[
            ("h", gate, f"U_{gate}", f"x{x}")
            for gate, x in zip("figo", (2.55, 4.7, 6.85, 9.0), strict=True)
        ],
        *[
            ("x", gate, f"W_{gate}", f"x{x}")
            for gate, x in zip("figo", (3.25, 5.4, 7.55, 9.7), strict=True)
        ],
        ("f", "keep"),
        ("i", "write"),
        ("g", "write", "", "y3.9"),
        ("write", "add"),
        ("keep", "add"),
        ("add", "c_t"),
        ("add", "phi", "", "x10.75"),
        ("phi", "show"),
        ("o", "show", "", "y3.6"),
        ("show", "h_t"),
    ],
)

PEEPHOLE_LSTM = picture(
    6.75,
    {
        "x": X,
        "h": state("input", 0.75, 1.35, "h_{t-1}"),
        "c": state("input", 0.75, 6.15, "c_{t-1}"),
        "f": ("gate", 3.1, 3.1, SIGMA, "f_t", "b_f"),
        "i": ("gate", 5.2, 3.1, SIGMA, "i_t", "b_i"),
        "g": ("candidate", 7.3, 3.1, PHI, "g_t", "b_g"),
        "o": ("gate", 9.65, 3.1, SIGMA, "o_t", "b_o"),
        "keep": state("times", 3.1, 6.15),
        "write": ("times", 5.2, 4.5),
        "add": state("plus", 5.2, 6.15),
        "phi": ("function", 10.75, 5.15, PHI),
        "show": state("times", 10.75, 4.1),
        "c_t": ("output", 12.05, 6.15, "c_t", "", "", True),
        "h_t": ("output", 12.05, 4.1, "h_t", "", "", True),
    },
    [
        ("c", "keep"),
        ("c", "f", "V_f", "x1.8 y2.05 x2.6"),
        ("c", "i", "V_i", "x1.8 y2.05 x4.7"),
        *[
            ("h", gate, f"U_{gate}", f"x{x}")
            for gate, x in zip("figo", (3.1, 5.2, 7.05, 9.4), strict=True)
        ],
        *[
            ("x", gate, f"W_{gate}", f"x{x}")
            for gate, x in zip("figo", (3.6, 5.7, 7.55, 9.9), strict=True)
        ],
        ("f", "keep"),
        ("i", "write"),
        ("g", "write", "", "y4.5"),
        ("write", "add"),
        ("keep", "add"),
        ("add", "c_t"),
        ("add", "phi", "", "x10.75"),
        ("add", "o", "V_o", "x8.48 y3.1"),
        ("phi", "show"),
        ("o", "show", "", "y4.1"),
        ("show", "h_t"),
    ],
)

MGU = picture(
    6.55,
    {
        "x": X,
        "h": state("input", 0.75, 5.95, "h_{t-1}"),
        "f": ("gate", 3.4, 2.55, SIGMA, "f_t", "b_f"),
        "n": ("candidate", 9.2, 2.55, PHI, "n_t", "b_n"),
        "reset": ("times", 5.8, 2.55),
        "rest": ("minus", 7.2, 4.85),
        "keep": state("times", 7.2, 5.95),
        "new": ("times", 9.2, 3.95),
        "add": state("plus", 9.2, 5.95),
        "h_t": ("output", 12.05, 5.95, "h_t", "", "", True),
    },
    [
        ("h", "keep"),
        ("h", "f", "U_f", "x1.85 y1.35 x3.05"),
        ("h", "reset", "", "x1.85 y1.35 x5.8"),
        ("x", "f", "W_f", "x3.75"),
        ("x", "n", "W_n", "x9.2"),
        ("f", "reset", "", "y3.95 x5.8"),
        ("reset", "n", "U_n"),
        ("f", "rest", "", "y3.95 x7.2"),
        ("f", "new", "", "y3.95"),
        ("n", "new"),
        ("rest", "keep"),
        ("keep", "add"),
        ("new", "add"),
        ("add", "h_t"),
    ],
)
