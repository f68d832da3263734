"""Training networks on, on series that have grown."""

import copy

from skrnn.estimators.members import Member, resolved
from skrnn.forecasting.histories import lay_out
from skrnn.forecasting.reading import cut_spans
from skrnn.training.forking import ForkedData, Spans
from skrnn.training.run import train
from skrnn.training.seeding import Seeds, undisturbed_torch
from skrnn.training.together import together

GENTLER = 10  # what the learning rate of fit is divided by


def train_on(params, members, rows, covariates, epochs, seed, device="cpu"):
    """Train networks on from where they stand, at a small constant learning rate.

    Parameters
    ----------
    params : SequenceForecaster
        Has the training parameters.
    members : list of Member
        The networks, which stay as they are.
    rows : list of ndarray of shape (T_i,)
        Series in the network's units.
    covariates : dict
        What :func:`~skrnn.forecasting.histories.lay_out` takes beside them.
    epochs : int
        Passes over all spans.
    seed : int
        With the epochs that a network has seen, decides the order of the spans.
    device : str, default="cpu"
        Where to train.

    Returns
    -------
    members : list of Member
        Copies that were trained on.
    interrupted : bool
        Whether a Ctrl-C ended training.
    """
    params = copy.copy(params)
    params.lr, params.lr_schedule, params.max_epochs = params.lr / GENTLER, "constant", epochs
    with undisturbed_torch():
        grown = [Member(copy.deepcopy(m.net), m.reader, m.typical) for m in members]
    runs = [
        _run(params, member, rows, covariates, Seeds([seed, i, len(member.net.history)]), device)
        for i, member in enumerate(grown)
    ]
    jobs = together(runs)
    for job in jobs:
        if job.error is not None:
            raise job.error
    for member in grown:
        member.net.module_.eval()
    return grown, any(job.interrupted for job in jobs)


def _run(params, member, rows, covariates, seeds, device):
    """Train one network, every step taken by the caller; return whether a Ctrl-C ended it."""
    window = member.reader.window
    histories = lay_out(rows, window, member.typical, **covariates)
    series, first, lengths, asked = cut_spans(histories.lengths, window)
    data = ForkedData(Spans(histories, member.reader, series, first, lengths, device), asked)
    yield from train(member.net, resolved(params, lengths), data, None, seeds, device, False)
    return member.net.interrupted_
