"""A step of Adam for several models at once, each with its own rate, decay and bounds."""

import math

import torch
from torch.nn.utils import parameters_to_vector, vector_to_parameters

from skrnn.nn.stacked import unstack
from skrnn.training import callbacks

ADAM = (torch.optim.Adam, torch.optim.AdamW)
SHARED = ("betas", "eps", "amsgrad", "maximize")  # options of the optimizer that must be equal


class JointDescent:
    """The optimizers of nets of one kind, as one.

    Weights, gradients and moments stand in matrices of K rows, one for each model. The nets get
    their moments back from :meth:`close`.

    Parameters
    ----------
    nets : list of SequenceNet
        The nets; see :meth:`fits`.
    wholes : list of torch.nn.Parameter
        Their stacked parameters, which share the memory of `weights`; of one net its own.
    weights : tensor of shape (K, N)
        All numbers of each model, in the order of `wholes`.
    """

    def __init__(self, nets, wholes, weights):
        self.nets = nets
        self.wholes = wholes
        self.weights = weights
        self.groups = [net.optimizer_.param_groups[0] for net in nets]
        self.decoupled = type(nets[0].optimizer_) is torch.optim.AdamW
        runs = [net.run_ for net in nets]
        parameters = trained(nets[0].module_)
        self.penalised = torch.cat(
            [torch.full((p.numel(),), float(p.ndim > 1)) for p in parameters]
        )
        self.alpha = _column_unless(0.0, [run.penalty.alpha for run in runs])
        self.l1 = _column_unless(0.0, [run.penalty.l1 for run in runs])
        self.norm_bound = _column_unless(math.inf, [run.clip_norm for run in runs])
        self.value_bound = _column_unless(math.inf, [run.clip_value for run in runs])
        self.first, self.second = torch.zeros_like(weights), torch.zeros_like(weights)
        self.n_steps = [torch.tensor(0.0) for _ in nets]
        self.watched = [k for k, net in enumerate(nets) if not _only_own(net)]
        for k in range(len(nets)):
            self._take_state(k)

    @classmethod
    def of(cls, net):
        """Make one for a single net, whose parameters become views of one vector."""
        parameters = trained(net.module_)
        weights = parameters_to_vector(parameters).detach()
        vector_to_parameters(weights, parameters)
        return cls([net], parameters, weights[None])

    @staticmethod
    def fits(nets):
        """Tell whether the nets' own optimizers may be replaced.

        Parameters
        ----------
        nets : list of SequenceNet
            The nets.

        Returns
        -------
        fits : bool
            Whether all have the same kind of Adam on the CPU.
        """
        first = nets[0].optimizer_
        if any(parameter.device.type != "cpu" for parameter in nets[0].module_.parameters()):
            return False
        for net in nets:
            optimizer = net.optimizer_
            if type(optimizer) not in ADAM or type(optimizer) is not type(first):
                return False
            group, *more = optimizer.param_groups
            if more or any(group[name] != first.param_groups[0][name] for name in SHARED):
                return False
            if group["amsgrad"] or group["maximize"]:
                return False
        return True

    def step(self, steps, batches):
        """Take a step along the gradients of the stacked parameters.

        Parameters
        ----------
        steps : list of dict
            What judging each net's batch gave. The norms of the gradients are added, and what a
            net's callback raised, as "error".
        batches : list of tuple
            The batches, for the callbacks.
        """
        n_models = len(self.nets)
        idle = [p.grad is None for p in self.wholes]  # these stay as they are: no decay either
        gradients = [torch.zeros_like(p) if p.grad is None else p.grad for p in self.wholes]
        gradient = torch.cat([part.reshape(n_models, -1) for part in gradients], 1)
        self._add_penalties(gradient, steps)
        norms = torch.linalg.vector_norm(gradient, dim=1, keepdim=True)
        if self.norm_bound is not None:
            gradient *= (self.norm_bound / (norms + 1e-6)).clamp_(max=1.0)
        if self.value_bound is not None:
            gradient.clamp_(-self.value_bound, self.value_bound)
        for k in self.watched:
            self._show(k, gradient[k], steps[k], batches[k])
        self._adam(gradient, idle)
        for step, norm in zip(steps, norms[:, 0], strict=True):
            step["grad_norm"] = norm

    def close(self):
        """Give every net parameters and moments of its own."""
        for net in self.nets:
            unstack(net.module_)
            for state in net.optimizer_.state.values():
                state.update({name: value.clone() for name, value in state.items()})

    def _parts(self, k, row):
        """Yield the parameters of a net with their parts of one of the matrices' rows."""
        start = 0
        for parameter in trained(self.nets[k].module_):
            part = row[start : start + parameter.numel()]
            start += parameter.numel()
            yield parameter, part.view(parameter.shape)

    def _take_state(self, k):
        """Let the state of a net's optimizer be parts of the matrices."""
        every = self.nets[k].optimizer_.state
        moments = zip(self._parts(k, self.first[k]), self._parts(k, self.second[k]), strict=True)
        for (parameter, first), (_, second) in moments:
            if state := every.get(parameter):
                first.copy_(state["exp_avg"])
                second.copy_(state["exp_avg_sq"])
                self.n_steps[k].copy_(max(self.n_steps[k], state["step"]))
            new = {"step": self.n_steps[k], "exp_avg": first, "exp_avg_sq": second}
            every[parameter] = new

    def _show(self, k, gradient, step, batch):
        """Let a net's callbacks see its gradient, and change it."""
        net = self.nets[k]
        net.optimizer_._opt_called = True  # for torch's schedulers, which warn where no step was
        for parameter, part in self._parts(k, gradient):
            parameter.grad = part.clone()
        try:
            named = net.named_parameters_
            net.notify("on_grad_computed", named_parameters=named, batch=batch)
        except BaseException as error:
            step["error"] = error
        for parameter, part in self._parts(k, gradient):
            part.copy_(torch.zeros_like(part) if parameter.grad is None else parameter.grad)

    def _add_penalties(self, gradient, steps):
        n_rows = _column([step["n_rows"] for step in steps])
        if self.alpha is not None:
            gradient.addcmul_(self.weights, self.alpha / n_rows * self.penalised)
        if self.l1 is not None:
            gradient.addcmul_(self.weights.sign(), self.l1 / n_rows * self.penalised)

    def _adam(self, gradient, idle):
        (beta1, beta2), eps = self.groups[0]["betas"], self.groups[0]["eps"]
        for n_steps in self.n_steps:
            n_steps += 1
        done = [int(n_steps) for n_steps in self.n_steps]
        rates = [group["lr"] for group in self.groups]
        scaled = [rate / (1 - beta1**n) for rate, n in zip(rates, done, strict=True)]
        roots = _column([math.sqrt(1 - beta2**n) for n in done])
        kept = self._idle_weights(idle) if any(idle) else None
        if self.decoupled:
            decays = [group["weight_decay"] for group in self.groups]
            self.weights *= _column([1 - r * d for r, d in zip(rates, decays, strict=True)])
        self.first.lerp_(gradient, 1 - beta1)
        self.second.mul_(beta2).addcmul_(gradient, gradient, value=1 - beta2)
        spread = self.second.sqrt().div_(roots).add_(eps)
        self.weights -= self.first.div(spread).mul_(_column(scaled))
        if kept is not None:
            place, numbers = kept
            self.weights[:, place] = numbers

    def _idle_weights(self, idle):
        """Find the numbers of parameters that have no gradient; give where and what they are."""
        sizes = [whole.numel() // len(self.nets) for whole in self.wholes]
        place = torch.repeat_interleave(torch.tensor(idle), torch.tensor(sizes))
        return place, self.weights[:, place].clone()


def trained(network):
    """List the parameters of a network that are not frozen."""
    return [parameter for parameter in network.parameters() if parameter.requires_grad]


def _column(numbers):
    """Give numbers as a column (K, 1); of one model a plain number."""
    return float(numbers[0]) if len(numbers) == 1 else torch.tensor(numbers)[:, None].float()


def _column_unless(idle, numbers):
    """Give a column with `idle` for None; None itself where all are idle."""
    numbers = [idle if number is None else number for number in numbers]
    return None if all(number == idle for number in numbers) else _column(numbers)


def _only_own(net):
    """Whether a net has no callbacks of a user's, which might look at gradients."""
    return all(type(callback).__module__ == callbacks.__name__ for _, callback in net.callbacks_)
