"""The networks of a forecaster: how they are trained, and what they say of new series."""

from dataclasses import dataclass
from functools import partial
from types import SimpleNamespace

import numpy as np

from skrnn.forecasting.histories import lay_out
from skrnn.forecasting.reading import StepReader, cut_spans
from skrnn.heads import Fan
from skrnn.nn import Encoder, ForecastNetwork
from skrnn.training.forking import ForkedData, ForkedLoss, Spans
from skrnn.training.inference import run_network
from skrnn.training.run import train, wrap
from skrnn.training.seeding import Seeds, build_seeded, undisturbed_torch
from skrnn.training.together import together

STEPS_OF_A_BATCH, FEWEST_BATCHES = 8192, 16  # batch_size="auto"
EPOCHS_OF_ONE_BATCH, FEWEST_EPOCHS, MOST_EPOCHS = 50, 8, 50  # max_epochs="auto"


@dataclass(frozen=True)
class Member:
    """One network, and how it reads series.

    Parameters
    ----------
    net : SequenceNet
        The net.
    reader : StepReader
        Gives the features of a step.
    typical : float
        How much a series changes: see :func:`skrnn.forecasting.histories.lay_out`.
    """

    net: object
    reader: StepReader
    typical: float

    def forecast(self, rows, covariates, device="cpu"):
        """Forecast series in the network's units.

        Parameters
        ----------
        rows : list of ndarray of shape (T_i,)
            The series.
        covariates : dict
            What :func:`~skrnn.forecasting.histories.lay_out` takes beside them.
        device : str, default="cpu"
            Where to compute.

        Returns
        -------
        point : ndarray of shape (n, h)
            Medians.
        fan : ndarray of shape (n, h, Q)
            Quantiles around them, as distances to them.
        """
        window = self.reader.window
        histories = lay_out(rows, window, self.typical, **covariates)
        lengths = np.minimum(histories.lengths, 2 * window)
        series = np.arange(len(rows))
        spans = Spans(histories, self.reader, series, histories.lengths - lengths, lengths, device)
        outputs = run_network(self.net.module_, spans, device, "newest")
        head = self.net.criterion_.head
        scale = histories.scale[histories.ends - 1][:, None]
        point = head.predict(outputs).numpy() * scale
        now = histories.z[histories.ends - 1][:, None]
        fan = head.fan(outputs).numpy() if head.quantiles else np.empty((*point.shape, 0))
        return now + point, (fan * scale[..., None]) - point[..., None]


def resolved(params, n_steps):
    """Give the parameters with the batch size and the number of epochs that "auto" leaves open.

    Parameters
    ----------
    params : SequenceForecaster
        The estimator.
    n_steps : int ndarray of shape (N,)
        Steps of the spans to learn from.

    Returns
    -------
    params : SimpleNamespace
        All its parameters.
    """
    params = SimpleNamespace(**params.get_params(deep=False), tol=0.0)
    if params.batch_size == "auto":
        most = max(len(n_steps) // FEWEST_BATCHES, 1)
        params.batch_size = int(np.clip(STEPS_OF_A_BATCH // n_steps.mean(), 1, most))
    if params.max_epochs == "auto":
        n_epochs = EPOCHS_OF_ONE_BATCH / (len(n_steps) / params.batch_size) ** 0.5
        params.max_epochs = int(np.clip(round(n_epochs), FEWEST_EPOCHS, MOST_EPOCHS))
    return params


def train_members(params, rows, covariates, readers, seeds, quantiles, device="cpu"):
    """Train networks on the same series.

    Parameters
    ----------
    params : SequenceForecaster
        Has the network and training parameters.
    rows : list of ndarray of shape (T_i,)
        Series in the network's units.
    covariates : dict
        What :func:`~skrnn.forecasting.histories.lay_out` takes beside them.
    readers : list of StepReader
        How each member reads them.
    seeds : list of list of int
        One for each member.
    quantiles : tuple of float
        What the fan holds, without the median.
    device : str, default="cpu"
        Where to train.

    Returns
    -------
    members : list of Member
        The trained networks.
    interrupted : bool
        Whether a Ctrl-C ended training.
    """
    made = [
        _run(params, rows, covariates, reader, Seeds(seed), quantiles, device)
        for reader, seed in zip(readers, seeds, strict=True)
    ]
    members, runs = zip(*made, strict=True)
    interrupted = run_members(members, runs)
    return [member for member in members if member.net.history], interrupted


def run_members(members, runs):
    """Drive the runs of members to their ends, and give whether a Ctrl-C ended one of them."""
    jobs = together(list(runs))
    for job in jobs:
        if job.error is not None:
            raise job.error
    for member in members:
        member.net.module_.eval()
    return any(job.interrupted for job in jobs)


def _run(params, rows, covariates, reader, seeds, quantiles, device):
    """Build a network, and the run that will train it."""
    data = forked_data(rows, covariates, reader, device)
    params = resolved(params, data.lengths)
    head = Fan(reader.horizon, quantiles=quantiles)
    network = build_seeded(seeds.weights, partial(_network, params, reader, head))
    with undisturbed_torch():
        net = wrap(params, network, ForkedLoss(head))
    member = Member(net, reader, data.spans.histories.typical)
    return member, training(net, params, data, seeds, device)


def forked_data(rows, covariates, reader, device, typical=None):
    """Cut series into the spans that a member learns from."""
    histories = lay_out(rows, reader.window, typical, **covariates)
    series, first, lengths, asked = cut_spans(histories.lengths, reader.window)
    return ForkedData(Spans(histories, reader, series, first, lengths, device), asked)


def training(net, params, data, seeds, device):
    """Train a net, every step taken by the caller; return whether a Ctrl-C ended it."""
    yield from train(net, params, data, None, seeds, device, False)
    return net.interrupted_


def _network(params, reader, head):
    encoder = Encoder(
        params.cell,
        reader.n_features,
        int(params.hidden_size),
        params.num_layers,
        False,
        params.dropout,
        tbptt_steps=params.tbptt_steps,
    )
    return ForecastNetwork(
        encoder, reader.n_features, reader.horizon, len(head.quantiles), reader.n_known
    )
