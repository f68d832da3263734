"""Heads: what the last numbers of a network mean, how they are scored and how they are read."""

from skrnn.heads.base import DistributionHead, Head, PointHead
from skrnn.heads.categorical import Categorical
from skrnn.heads.fan import Fan
from skrnn.heads.gaussian import Gaussian
from skrnn.heads.multilabel import Multilabel
from skrnn.heads.negative_binomial import NegativeBinomial
from skrnn.heads.point import AbsoluteError, Huber, SquaredError
from skrnn.heads.poisson import Poisson
from skrnn.heads.quantile import Quantile
from skrnn.heads.student_t import StudentT

HEADS = {
    "log_loss": Categorical,
    "multilabel": Multilabel,
    "squared_error": SquaredError,
    "absolute_error": AbsoluteError,
    "huber": Huber,
    "quantile": Quantile,
    "poisson": Poisson,
    "negative_binomial": NegativeBinomial,
    "gaussian": Gaussian,
    "student_t": StudentT,
}

__all__ = [
    "HEADS",
    "AbsoluteError",
    "Categorical",
    "DistributionHead",
    "Fan",
    "Gaussian",
    "Head",
    "Huber",
    "Multilabel",
    "NegativeBinomial",
    "PointHead",
    "Poisson",
    "Quantile",
    "SquaredError",
    "StudentT",
]
