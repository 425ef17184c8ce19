"""The rank of a setting as a user asks for it: at random parameters or at those of a file."""

from __future__ import annotations

from ..algebra.assignment_json import from_json
from ..algebra.rings import GF, QQ
from ..errors import InputError
from ..files import read_json
from ..progress import Progress, shown
from ..resources import memory_limit
from .generic_rank import RankReport, measured, rank_at_parameters
from .random_ranks import DEFAULT_PRIME
from .rectifier_rank import RectifierReport, measured_rectifier, rectifier_rank_at
from .setting import PRODUCT, Setting


def rank(
    setting: Setting,
    *,
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
    setting : Setting
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
    network, cut, pooling = setting.network, setting.partition, setting.pooling
    prime = _prime(field)
    if pooling != PRODUCT:
        if prime is not None:
            raise InputError("field", field, "rectifiers need an order: field Q")
        if engine not in ("auto", "dense"):
            raise InputError("engine", engine, "rectifier networks are enumerated: auto or dense")
    if parameters != "random":
        if trials > 1:
            raise InputError("trials", trials, "given parameters are ranked once")
        ring = QQ if prime is None else GF(prime)
        point = from_json(read_json(parameters, "parameters"), network, ring)
        if pooling != PRODUCT:
            return rectifier_rank_at(point, cut, pooling, memory=memory, progress=progress)
        return rank_at_parameters(point, cut, engine=engine, memory=memory, progress=progress)
    limit, progress = memory_limit(memory), shown(progress)
    if pooling != PRODUCT:
        return measured_rectifier(
            setting, seed=seed, trials=trials, memory=limit, progress=progress
        )
    return measured(
        setting,
        engine=engine,
        prime=DEFAULT_PRIME if field is None else prime,
        seed=seed,
        trials=trials,
        memory=limit,
        progress=progress,
    )


def _prime(field: str | None) -> int | None:
    """The prime that is named; None for Q, and where nothing is."""
    if field is None or field == "Q":
        return None
    if not (field.isascii() and field.isdigit() and len(field) < 19):
        raise InputError("field", field, "Q or a prime below 2^31 is needed")
    return int(field)
