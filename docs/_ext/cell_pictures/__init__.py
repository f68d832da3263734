"""Pictures for the documentation, drawn when it is built.

``language`` says what a picture is, ``checking`` what may be wrong with one, ``drawing`` makes
the file; the other modules hold the descriptions. A new cell needs a line in ``CELLS``.
"""

from pathlib import Path

from . import around, gates, memories, plain

CELLS = {
    "esn": plain.ESN,
    "gru": gates.GRU,
    "indrnn": plain.INDRNN,
    "lem": memories.LEM,
    "lru": plain.LRU,
    "lstm": gates.LSTM,
    "mgu": gates.MGU,
    "mingru": plain.MINGRU,
    "minlstm": plain.MINLSTM,
    "peephole_lstm": gates.PEEPHOLE_LSTM,
    "rnn": plain.RNN,
    "rrnn": memories.RRNN,
    "slstm": memories.SLSTM,
}
PICTURES = {
    **CELLS,
    "unrolled": around.UNROLLED,
    "stacked": around.STACKED,
    "bidirectional": around.BIDIRECTIONAL,
    "attention": around.ATTENTION,
    "hierarchical": around.HIERARCHICAL,
}
FOLDER = Path("cells") / "pictures"  # in docs/; git does not keep it


def write_pictures(folder):
    """Draw all pictures; a file that would not change is not touched.

    Parameters
    ----------
    folder : Path
        Where the files go; made where it is missing.
    """
    from .checking import faults
    from .drawing import render

    folder.mkdir(parents=True, exist_ok=True)
    for name, drawn in PICTURES.items():
        if words := faults(drawn):
            raise ValueError(f"The picture {name!r} is wrong. {' '.join(words)}")
        file, content = folder / f"{name}.svg", render(drawn)
        if not file.exists() or file.read_bytes() != content:
            file.write_bytes(content)


def setup(app):
    """Draw before Sphinx reads the pages; this is what makes the package an extension."""
    app.connect("builder-inited", lambda app: write_pictures(Path(app.srcdir) / FOLDER))
    return {"parallel_read_safe": True}
