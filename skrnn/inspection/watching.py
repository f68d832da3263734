"""What recurrent layers read and give, noted while a network runs forth and back."""

from collections import defaultdict
from functools import partial

import numpy as np
import pandas as pd
import torch
from torch import nn

from skrnn.cells import RNN, IndRNN
from skrnn.cells.unroll import step_mask
from skrnn.inspection.places import name_module
from skrnn.nn import Layer

SATURATED = 0.99  # of a tanh, whose slope is below 0.02 there


class Watch:
    """Notes of a network: gradients along time, dead and saturated units.

    Run the network and the pass back, then call :meth:`collect`, batch by batch.

    Parameters
    ----------
    network : torch.nn.Module
        The network; its modules get hooks.
    parts : tuple of Part or None
        The parts of the rows that it reads.
    """

    def __init__(self, network, parts):
        self.read = []  # what the cells read in this batch
        self.rows = defaultdict(list)  # relative gradients of each row, by place
        self.alive = {}
        self.saturated = defaultdict(lambda: np.zeros(2))
        for name, module in network.named_modules():
            if isinstance(module, Layer):
                for k, cell in enumerate(module.directions):
                    place = name_module(f"{name}.directions.{k}", parts)
                    cell.register_forward_pre_hook(partial(self._enter, place, module.dilation))
                    cell.register_forward_hook(partial(self._leave, place))
            elif isinstance(module, nn.ReLU):
                module.register_forward_hook(partial(self._rectified, name_module(name, parts)))

    def collect(self):
        """Take the gradients of a batch in, after its pass back."""
        for place, x, lengths, dilation in self.read:
            if x.grad is not None:
                sizes = _in_order(x.grad.norm(dim=2), lengths, dilation)
                self.rows[place].extend(_relative(row) for row in sizes if len(row))
        self.read.clear()

    def time(self):
        """Give the median gradient at each lag as a table, and that of the first step by place."""
        frames, first = [], {}
        for (layer, direction), rows in self.rows.items():
            longest = max(map(len, rows))
            by_lag = [[row[-1 - k] for row in rows if len(row) > k] for k in range(longest)]
            columns = {"layer": layer, "direction": direction, "lag": np.arange(longest)}
            columns["gradient"] = [np.median(values) for values in by_lag]
            frames.append(pd.DataFrame(columns | {"n_rows": [len(v) for v in by_lag]}))
            first[layer, direction] = float(np.median([row[0] for row in rows]))
        return pd.concat(frames, ignore_index=True), first

    def dead(self):
        """Count the ReLU units that gave nothing but 0, and all of them, by place."""
        return {place: (int((~a).sum()), len(a)) for place, a in self.alive.items()}

    def saturation(self):
        """Give the share of outputs of tanh units that lie beyond 0.99, by place."""
        return {place: float(n / total) for place, (n, total) in self.saturated.items()}

    def _enter(self, place, dilation, cell, args):
        x, lengths, *rest = args
        x = x.clone() if x.requires_grad else x.detach().requires_grad_()
        x.retain_grad()
        self.read.append((place, x, lengths, dilation))
        return x, lengths, *rest

    def _leave(self, place, cell, args, result):
        if not isinstance(cell, RNN | IndRNN):
            return  # elsewhere the output is not the function's value
        output, lengths = result[0].detach(), args[1]
        steps = output.flatten(0, 1)
        if lengths is not None:
            steps = output[step_mask(lengths, output.shape[1])]
        if cell.activation == "relu":
            self._note_alive(place, steps)
        if cell.activation == "tanh":
            beyond = int((steps.abs() > SATURATED).sum())
            self.saturated[place] += [beyond, max(steps.numel(), 1)]

    def _rectified(self, place, module, args, output):
        self._note_alive(place, output.detach())

    def _note_alive(self, place, values):
        alive = (values > 0).any(0).numpy()
        self.alive[place] = self.alive.get(place, False) | alive


def _in_order(sizes, lengths, dilation):
    """Give the sizes (B, T) of each row's real steps, in the order in which they were read."""
    n_rows, n_steps = sizes.shape
    lengths = torch.full((n_rows,), n_steps) if lengths is None else lengths
    if dilation > 1:  # the steps of a row were dealt to so many rows
        sizes = sizes.unflatten(0, (-1, dilation)).transpose(1, 2).flatten(1)
        lengths = lengths.unflatten(0, (-1, dilation)).sum(1)
    return [row[:n] for row, n in zip(sizes.numpy(), lengths.tolist(), strict=True)]


def _relative(row):
    """Give sizes as shares of the largest."""
    with np.errstate(invalid="ignore"):  # infinite ones: the loss tells
        return row / row.max() if row.max() > 0 else row
