"""One row of a sweep: a network, a partition, weights, a pooling and a seed."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from functools import cached_property

from ..errors import InputError
from ..graphs.network import Network, positive
from ..graphs.partition import MOST_WRITTEN
from ..graphs.partition_names import read_partition
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
        A name, or the sides as `graphs.partition.read_partition` reads them: no row depends on a file.
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
        cut = read_partition(self.partition, self.H, self.W)
        return Setting.of(network, cut, self.weights, self.pooling)

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
    cut = read_partition(partition, network.H, network.W)
    Setting.of(network, cut, weights, pooling)
    if cut.written is not None and not cut.written.startswith("sites:"):
        needed = f"sweeps take up to {MOST_WRITTEN} sites, or a name"
        raise InputError("partition", f"{cut.name} of {network.sites} sites", needed)
    if seed:
        positive("seed", seed)
    return Case(M, H, W, network.syntax, pooling, cut.written or cut.name, weights, seed)
