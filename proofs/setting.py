"""What a statement is about: a network, a partition of its sites, the kind of weights, the pooling."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, cast

from ..algebra.powers import Powers
from ..algebra.rectifier import POOLINGS as RECTIFIERS
from ..errors import InputError
from ..graphs.network import Layer, Network, default_layers, positive
from ..graphs.partition import Partition
from ..graphs.partition_names import partition_of, read_partition

Weights = Literal["shared", "unshared"]
SHARED: Final = "shared"
UNSHARED: Final = "unshared"
WEIGHTS = (SHARED, UNSHARED)
PRODUCT = "product"
POOLINGS = (PRODUCT, *RECTIFIERS)


@dataclass(frozen=True)
class Setting:
    """A network, a partition, weights and pooling that fit each other.

    Parameters
    ----------
    network : Network
    partition : Partition
        Of its sites.
    weights : "shared" or "unshared"
    pooling : "product", "relu-sum", "relu-max" or "sum-relu"

    Raises
    ------
    InputError
        If the partition is one of another grid, or a word is unknown.
    """

    network: Network
    partition: Partition
    weights: Weights = SHARED
    pooling: str = PRODUCT

    def __post_init__(self) -> None:
        if not isinstance(self.partition, Partition):
            raise InputError(
                "partition", self.partition, "a Partition is needed; Setting.read takes words"
            )
        self.partition.require(self.network.H, self.network.W)
        one_of("weights", self.weights, WEIGHTS)
        one_of("pooling", self.pooling, POOLINGS)

    @classmethod
    def read(
        cls,
        *,
        M: int,
        H: int,
        W: int | None = None,
        layers: str | Iterable[Layer] | None = None,
        partition: str = "left-right",
        weights: str = SHARED,
        pooling: str = PRODUCT,
    ) -> Setting:
        """From what a user writes: sizes, layer syntax, the name or the file of a partition.

        >>> print(Setting.read(M=2, H=4))
        left-right, shared weights
        """
        network = network_of(M, H, W, layers)
        cut = read_partition(partition, network.H, network.W)
        return cls(network, cut, weights_of(weights), pooling)

    @classmethod
    def of(
        cls,
        network: Network,
        partition: Partition | str,
        weights: str = SHARED,
        pooling: str = PRODUCT,
    ) -> Setting:
        """From a network, and a partition or what names one; errors as for both.

        >>> print(Setting.of(Network(2, 4, layers="4/4:1"), "checkerboard"))
        checkerboard, shared weights
        """
        if not isinstance(network, Network):
            raise InputError("network", network, "a Network is needed")
        return cls(network, partition_of(partition, network), weights_of(weights), pooling)

    @property
    def shared(self) -> bool:
        """Whether the weights are shared."""
        return self.weights == SHARED

    @property
    def full_rank(self) -> Powers:
        """The smaller number of rows and columns of the matricization."""
        return Powers([(self.network.M, min(self.partition.counts))])

    @property
    def shape(self) -> str:
        """The matrix in words: its numbers of rows and columns as powers of M."""
        rows, columns = (f"{self.network.M}^{count}" for count in self.partition.counts)
        return f"matrix {rows} × {columns}"

    def __str__(self) -> str:
        return f"{self.partition}, {self.weights} weights"

    def to_json(self) -> dict[str, Any]:
        """The keys that open every JSON object about a rank."""
        return self.subject().to_json()

    def subject(self, words: str = "") -> Subject:
        """What is said of it in reports, with words for the rest."""
        cut = self.partition
        return Subject(self.network, str(cut), self.weights, words, cut.name, cut.written)


@dataclass(frozen=True)
class Subject:
    """What a statement is about where it is not one setting: what is known of one, and words for the rest.

    Such as the halves of a grid of odd width, or a function of several sizes.
    """

    network: Network | None = None
    partition: str = ""
    weights: str = ""
    words: str = ""
    name: str = ""
    sites: str | None = None

    @property
    def about(self) -> str:
        """The words, or the network."""
        return self.words or ("" if self.network is None else str(self.network))

    def __str__(self) -> str:
        weights = f"{self.weights} weights" if self.weights else ""
        return ", ".join(piece for piece in (self.partition, weights) if piece)

    def to_json(self) -> dict[str, Any]:
        """The keys that open every JSON object about a rank; None for what is not known."""
        network = self.network
        sizes = None if network is None else (network.M, network.H, network.W)
        shape = None
        if network is not None:
            shape = {
                "layers": network.syntax,
                "sizes": [list(size) for size in network.sizes],
                "channels": list(network.channels),
            }
        return {
            **dict(zip("MHW", sizes or (None,) * 3, strict=True)),
            "network": shape,
            "weights": self.weights or None,
            "partition": self.name or self.partition or None,
            "sites": self.sites,
        }


class About:
    """What has a `setting` names its parts, too."""

    setting: Setting

    @property
    def network(self) -> Network:
        """The network."""
        return self.setting.network

    @property
    def partition(self) -> Partition:
        """The partition of its sites."""
        return self.setting.partition

    @property
    def weights(self) -> str:
        """ "shared" or "unshared"."""
        return self.setting.weights


def network_of(
    M: int | None, H: int | None, W: int | None, layers: str | Iterable[Layer] | None
) -> Network:
    """A network from its parts; W defaults to H, and layers to the headline's two."""
    height, templates = positive("H", H), positive("M", M)
    width = height if W is None else positive("W", W)
    given = default_layers(templates, height, width) if layers is None else layers
    return Network(templates, height, width, layers=given)


def weights_of(word: str) -> Weights:
    """The word itself, or `InputError`."""
    one_of("weights", word, WEIGHTS)
    return cast(Weights, word)


def one_of(name: str, given: str, allowed: Sequence[str]) -> None:
    """Raise `InputError` unless `given` is one of the allowed words."""
    if not isinstance(given, str) or given not in allowed:
        raise InputError(name, given, f"one of {', '.join(allowed)} is needed")
