"""Clocks, and runs that take turns so that a busy machine disturbs all of them alike."""

import time

import numpy as np

CLOCKS = ("wall", "cpu")


def now():
    """Read the clock on the wall, and the seconds this process has computed."""
    return np.array([time.perf_counter(), time.process_time()])


def timed(run):
    """Give the seconds a call takes on both clocks."""
    start = now()
    run()
    return now() - start


def repeated(run, least):
    """Give a function that times so many calls of `run` as last `least` seconds, for one of them.

    It calls `run` three times: first to warm up, then to see how long it takes.
    """
    run()
    once = min(timed(run)[0], timed(run)[0])
    times = max(1, round(least / once))

    def several():
        for _ in range(times):
            run()

    return lambda: timed(several) / times


def interleave(sides, rounds):
    """Time several sides in turn.

    Parameters
    ----------
    sides : dict of str to callable
        By name, a function that gives its seconds on both clocks.
    rounds : int
        How often each has its turn; another one begins each time.

    Returns
    -------
    seconds : dict of str to array of shape (rounds, 2)
        What they gave.
    """
    names, seconds = list(sides), {name: [] for name in sides}
    for turn in range(rounds):
        first = turn % len(names)
        for name in names[first:] + names[:first]:
            seconds[name].append(sides[name]())
    return {name: np.array(value) for name, value in seconds.items()}


def compare(seconds, what, over, unit="ms", scale=1e3):
    """Say how many times less one side took than another.

    Parameters
    ----------
    seconds : dict of str to array of shape (rounds, 2)
        As :func:`interleave` gives them.
    what, over : str
        Names of the two sides; no `over` gives the value of `what` alone.
    unit, scale : str and float
        What the medians are written in, and how much of it is a second.

    Returns
    -------
    row : dict
        Medians of both, and the median and quartiles of the ratios within a round.
    """
    mine = seconds[what]
    row = {"what": what, "over": over, "rounds": len(mine), "unit": unit}
    row["value"], row["cpu_value"] = scale * np.median(mine, axis=0)
    if over:
        ratios = seconds[over] / mine
        row["over_value"] = scale * np.median(seconds[over][:, 0])
        row["low"], row["ratio"], row["high"] = np.quantile(ratios[:, 0], [0.25, 0.5, 0.75])
        row["cpu_ratio"] = np.median(ratios[:, 1])
    return row
