"""One row of a sweep: a network, a partition, weights, a pooling and a seed."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from functools import cached_property

from ..graphs.network import Network, positive
from ..graphs.partition import named
from ..proofs.setting import Setting

MOST_SEED = 2**53


@dataclass(frozen=True)
class Case:
    """What is measured.

    Parameters
    ----------
    M, H, W, seed : int
    layers : str
        Layer syntax, written as `Network.syntax` writes it.
    pooling : "product", "relu-sum", "relu-max" or "sum-relu"
    partition : str
        A name.
    weights : "shared" or "unshared"
    """

    M: int
    H: int
    W: int
    layers: str
    pooling: str
    partition: str
    weights: str
    seed: int

    @cached_property
    def setting(self) -> Setting:
        """The network, partition, weights and pooling that the words mean."""
        network = Network(self.M, self.H, self.W, layers=self.layers)
        return Setting(network, named(self.partition, self.H, self.W), self.weights, self.pooling)

    @property
    def key(self) -> str:
        """The same text for the same case."""
        return json.dumps(asdict(self), sort_keys=True, separators=(",", ":"))


def checked_case(
    M: int, H: int, W: int, layers: str, pooling: str, partition: str, weights: str, seed: int
) -> Case:
    """The case, once network, partition and words are known to fit each other.

    Raises
    ------
    InputError
        Naming what does not fit.
    """
    network = Network(M, H, W, layers=layers)
    Setting(network, named(partition, network.H, network.W), weights, pooling)
    if seed:
        positive("seed", seed)
    return Case(M, H, W, network.syntax, pooling, partition, weights, seed)
