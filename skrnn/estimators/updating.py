"""Training networks on, on series that have grown."""

import copy

from skrnn.estimators.members import Member, forked_data, resolved, run_members, training
from skrnn.training.seeding import Seeds, undisturbed_torch

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
    return grown, run_members(grown, runs)


def _run(params, member, rows, covariates, seeds, device):
    """Make the run that trains one network on."""
    data = forked_data(rows, covariates, member.reader, device, member.typical)
    return training(member.net, resolved(params, data.lengths), data, seeds, device)
