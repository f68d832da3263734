"""Tables and the picture of what speed.py measured; see there."""

import numpy as np
import pandas as pd
from speed_rows import CELL_ORDER, GROUP

BARS = {  # times less, at least
    ("layer", "gru", "kernel", "torch.nn"): 5.3,
    ("layer", "rnn", "kernel", "torch.nn"): 5.2,
    ("layer", "lstm", "kernel", "torch.nn"): 2.0,
    ("layer", "gru", "torch path", "torch.nn"): 1.8,
    ("layer", "rnn", "torch path", "torch.nn"): 1.9,
    ("layer", "lstm", "torch path", "torch.nn"): 1.0,
    ("inference", "gru", "kernel", "torch.nn"): 3.0,
    ("inference", "rnn", "kernel", "torch.nn"): 3.3,
    ("inference", "lstm", "kernel", "torch.nn"): 1.25,
    ("fit", "gru", "fit", "bare loop"): 4.0,
    ("fit", "gru", "fit", "skorch"): 4.0,
    ("fit", "lstm", "fit", "bare loop"): 1.4,
    ("fit", "lstm", "fit", "skorch"): 2.0,
    ("keras", "gru", "fit", "Keras on tensorflow, compiled"): 4.0,
    ("keras", "gru", "fit", "Keras on torch, compiled"): 4.0,
    ("keras", "lstm", "fit", "Keras on tensorflow, compiled"): 3.0,
    ("keras", "lstm", "fit", "Keras on torch, compiled"): 3.0,
    ("ragged", "gru", "fit", "padded batches"): 10.0,
    ("ragged", "lstm", "fit", "padded batches"): 4.5,
    ("memory", "gru", "kernel", "torch.nn"): 1 / 0.45,
    ("memory", "rnn", "kernel", "torch.nn"): 1 / 0.45,
    ("memory", "lstm", "kernel", "torch.nn"): 1 / 0.45,
    ("threads", "gru", "2 threads", "1 thread"): 1.5,
    ("threads", "rnn", "2 threads", "1 thread"): 1.5,
    ("threads", "lstm", "2 threads", "1 thread"): 1.5,
    ("search", "gru", "search", "search of skorch"): 6.0,
    ("search", "gru", "stacked search", "search of skorch"): 6.0,
    ("search", "gru", "2 jobs", "1 job"): 1.0,
    ("models", "gru", "8 fitted as one", "8 of torch.nn in turn, by hand"): 20.0,
}
MILLISECONDS = {"network": 0.3, "predict": 1.5}  # one row, at most
DOCUMENTED = {  # tables of the documentation, and the parts they show
    "layer": ("layer", "inference"),
    "fit": ("fit", "keras", "ragged"),
    "models": ("models", "search"),
    "custom": ("custom",),
    "choices": ("choices",),
    "memory": ("memory",),
}


def geometric_mean(values):
    """Average factors."""
    return float(np.exp(np.mean(np.log(values))))


def summarise(runs):
    """Give one row for each pair of sides: the mean over cases, the extremes, the bar."""
    rows = []
    compared = runs[runs["over"].notna() & (runs["over"] != "")]
    for key, group in compared.groupby(list(GROUP), sort=False):
        row = dict(zip(GROUP, key, strict=True))
        row["cases"], row["mean"] = len(group), geometric_mean(group["ratio"])
        row["least"], row["most"] = group["ratio"].min(), group["ratio"].max()
        row["cpu_mean"] = geometric_mean(group["cpu_ratio"])
        row["bar"] = BARS.get(key, np.nan)
        rows.append(row)
    columns = [*GROUP, "cases", "mean", "least", "most", "cpu_mean", "bar"]
    summary = pd.DataFrame(rows, columns=columns)
    order = {cell: i for i, cell in enumerate(CELL_ORDER)}
    parts = {part: i for i, part in enumerate(dict.fromkeys(summary["part"]))}
    place = summary["part"].map(parts) * len(order) + summary["cell"].map(order)
    return summary.iloc[np.argsort(place, kind="stable")]


def shown(number, digits=2):
    """Write a number, and nothing where there is none."""
    return "" if pd.isna(number) else f"{number:.{digits}f}"


def as_text(summary):
    """Make texts of a summary, with headings."""
    wide = summary["cases"] > 1
    table = summary[["part", "cell", "what", "over"]].copy()
    table["times less"] = summary["mean"].map(shown)
    spread = summary["least"].map(shown) + " to " + summary["most"].map(shown)
    table["least to most"] = spread.where(wide, "")
    # with several processes or threads, what this one computed says nothing
    alone = ~summary["part"].isin(["keras", "search", "threads", "memory"])
    table["by processor time"] = summary["cpu_mean"].map(shown).where(alone, "")
    met = np.where(summary["mean"] >= summary["bar"], "met", "missed")
    table["bar"] = summary["bar"].map(shown)
    table["bar"] += np.where(summary["bar"].isna(), "", " " + pd.Series(met, table.index))
    return table


def one_row(runs):
    """Make texts of the part "row", in milliseconds."""
    rows = runs[runs["part"] == "row"]
    table = rows[["cell", "case", "what"]].copy()
    for heading, column in (("ms", "value"), ("ms of the processor", "cpu_value")):
        table[heading] = rows[column].map(lambda value: shown(value, 3))
    bars = rows["what"].map(MILLISECONDS)
    met = pd.Series(np.where(rows["value"] < bars, " met", " missed"), rows.index)
    table["bar (at most)"] = bars.map(shown) + met.where(bars.notna(), "")
    return table


def every_case(runs):
    """Make texts of each comparison, with its quartiles."""
    rows = runs[runs["over"].notna() & (runs["over"] != "")]
    table = rows[["part", "cell", "case", "what", "over"]].copy()
    for side, column in (("what", "value"), ("over", "over_value")):
        table[f"{side} takes"] = rows[column].map(shown) + " " + rows["unit"]
    spread = " [" + rows["low"].map(shown) + ", " + rows["high"].map(shown) + "]"
    table["times less"] = rows["ratio"].map(shown) + spread
    return table


def print_markdown(table):
    """Print a table."""
    for line in (table.columns, ["---"] * len(table.columns), *table.to_numpy()):
        print(f"| {' | '.join(line)} |")
    print()


def draw_picture(runs, path):
    """Draw the ratios of single layers by shape, and those of whole fits."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    rows = runs[(runs["part"] == "layer") & (runs["over"] == "torch.nn")].copy()
    rows[["B", "T", "H"]] = rows["case"].str.extract(r"B=(\d+) T=(\d+) H=(\d+)").astype(int)
    panels = [cell for cell in CELL_ORDER if cell in set(rows["cell"])]
    figure, axes = plt.subplots(
        1, len(panels), figsize=(3.2 * len(panels), 3.2), sharey=True, layout="constrained"
    )
    for ax, cell in zip(np.atleast_1d(axes), panels, strict=True):
        here = rows[rows["cell"] == cell]
        for (n_rows, n_steps), line in here[here["what"] == "kernel"].groupby(["B", "T"]):
            style = {"ls": "-" if n_rows == here["B"].min() else "--", "marker": "."}
            ax.plot(line["H"], line["ratio"], label=f"B={n_rows} T={n_steps}", **style)
        slow = here[here["what"] == "torch path"].groupby("H")["ratio"].agg(geometric_mean)
        ax.plot(slow.index, slow, color="0.6", marker=".", label="no compiler, mean")
        ax.axhline(1, color="0.3", lw=0.8)
        ticks = sorted(set(here["H"]))
        ax.set(title=cell, xlabel="units H", xscale="log", yscale="log")
        ax.set_xticks(ticks, ticks, minor=False)
        ax.xaxis.set_minor_formatter("")
        ax.set_yticks([1, 2, 5, 10, 20], [1, 2, 5, 10, 20])
        ax.yaxis.set_minor_formatter("")
        ax.grid(color="0.92")
    axes_with_label = np.atleast_1d(axes)[0]
    axes_with_label.set_ylabel("times faster than torch.nn")
    axes_with_label.legend(fontsize="xx-small")
    figure.savefig(path, dpi=110)
    plt.close(figure)


def write_tables(runs, docs):
    """Write what the documentation shows, and print all tables in Markdown."""
    table = as_text(summarise(runs))
    print_markdown(table)
    if (runs["part"] == "row").any():
        print_markdown(one_row(runs))
    print_markdown(every_case(runs))
    if docs is None:
        return
    for name, parts in DOCUMENTED.items():
        rows = table[table["part"].isin(parts)]
        path = docs / "guide" / f"speed_{name}.csv"
        rows.drop(columns="bar").to_csv(path, index=False, lineterminator="\n")
        print(path)
    path = docs / "guide" / "speed_row.csv"
    one_row(runs).drop(columns="bar (at most)").to_csv(path, index=False, lineterminator="\n")
    print(path)
    path = docs / "_static" / "speed.png"
    draw_picture(runs, path)
    print(path)
