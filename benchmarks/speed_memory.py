"""How far the memory of a process grows while it trains one layer, for benchmarks/speed.py.

    python benchmarks/speed_memory.py kernel gru 128 400 128  # side, cell, B, T, H: megabytes

A process of its own for each figure: what one has fetched from the system, it keeps. The peak is
of resident memory, reset after all is imported and called once on a tiny batch; Linux only.
"""

import sys
from pathlib import Path

import torch
from speed_layers import Shape, sides_of, train

STATUS, RESET = Path("/proc/self/status"), Path("/proc/self/clear_refs")


def resident(line):
    """Read megabytes of resident memory: VmRSS as they are, VmHWM at their peak."""
    fields = dict(entry.split(":", 1) for entry in STATUS.read_text().splitlines())
    return int(fields[line].split()[0]) / 1024


def growth(side, name, shape, steps=3):
    """Give the megabytes by which training for some steps lets the process grow."""
    tiny = Shape(2, 3, shape.H)
    sides_of(name, tiny, train)[side]()
    run = sides_of(name, shape, train)[side]
    RESET.write_text("5")
    before = resident("VmRSS")
    for _ in range(steps):
        run()
    return resident("VmHWM") - before


if __name__ == "__main__":
    torch.set_num_threads(1)
    print(growth(*sys.argv[1:3], Shape(*map(int, sys.argv[3:]))))
