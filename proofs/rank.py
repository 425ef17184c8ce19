"""The rank of a network across a partition from what a user writes: sizes, names and files."""

from __future__ import annotations

from pathlib import Path

from ..algebra.assignment_json import from_json, read_json
from ..algebra.progress import Progress
from ..algebra.rings import GF, QQ
from ..errors import InputError
from ..graphs.network import Network
from ..graphs.partition import NAMES, Partition, from_document, is_named, named
from .generic_rank import DEFAULT_PRIME, RankReport, generic_rank, rank_at_parameters
from .rectifier_rank import RectifierReport, rectifier_rank_at, rectifier_ranks

PRODUCT = "product"


def rank(
    *,
    M: int,
    H: int,
    W: int | None = None,
    layers: str,
    partition: str = "left-right",
    weights: str = "shared",
    pooling: str = PRODUCT,
    parameters: str = "random",
    engine: str = "auto",
    field: str | None = None,
    seed: int = 0,
    trials: int = 1,
    memory: float | None = None,
    progress: Progress | None = None,
) -> RankReport | RectifierReport:
    """The generic rank, the rank at given parameters, or the ranks of a rectifier network.

    Parameters
    ----------
    M, H, W : int
        Templates and grid; W defaults to H.
    layers : str
        As `parse_layers` reads them.
    partition : str
        A name, or a JSON file {"P": [[row, column], ...]}.
    weights : "shared" or "unshared"
    pooling : "product", "relu-sum", "relu-max" or "sum-relu"
    parameters : str
        "random", or a file as in docs/assignment.md.
    engine : "auto", "factored", "tree" or "dense"
    field : str, optional
        "Q" or a prime; default: 8388593 for random parameters and product pooling, else Q.
    seed, trials : int
    memory : float, optional
        GiB.

    Raises
    ------
    InputError, ResourceError
    """
    network = Network(M, H, W, layers=layers)
    cut = read_partition(partition, network)
    prime = _prime(field)
    ring = QQ if prime is None else GF(prime)
    if pooling != PRODUCT:
        if prime is not None:
            raise InputError("field", field, "rectifiers need an order: field Q")
        if engine not in ("auto", "dense"):
            raise InputError("engine", engine, "rectifier networks are enumerated: auto or dense")
    if parameters == "random":
        if pooling != PRODUCT:
            return rectifier_ranks(
                network,
                cut,
                pooling,
                weights=weights,
                seed=seed,
                trials=trials,
                memory=memory,
                progress=progress,
            )
        return generic_rank(
            network,
            cut,
            weights=weights,
            engine=engine,
            prime=DEFAULT_PRIME if field is None else prime,
            seed=seed,
            trials=trials,
            memory=memory,
            progress=progress,
        )
    if trials > 1:
        raise InputError("trials", trials, "given parameters are ranked once")
    assignment = from_json(read_json(parameters, "parameters"), network, ring)
    if pooling != PRODUCT:
        return rectifier_rank_at(assignment, cut, pooling, memory=memory, progress=progress)
    return rank_at_parameters(assignment, cut, engine=engine, memory=memory, progress=progress)


def read_partition(text: str, network: Network) -> Partition:
    """The partition of that name, or in that file, of the network's grid."""
    if is_named(text):
        return named(text, network.H, network.W)
    if not Path(text).is_file() and "." not in text and "/" not in text:
        raise InputError("partition", text, f"a file or one of {NAMES} is needed")
    return from_document(read_json(text, "partition"), network.H, network.W)


def _prime(field: str | None) -> int | None:
    """The prime that is named; None for Q, and where nothing is."""
    if field is None or field == "Q":
        return None
    if not (field.isascii() and field.isdigit() and len(field) < 19):
        raise InputError("field", field, "Q or a prime below 2^31 is needed")
    return int(field)
