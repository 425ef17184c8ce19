"""Theorem 1 for one network, from what a user writes: the function behind `verify-bound`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from ..algebra.powers import power
from ..algebra.templates import exact_templates
from ..errors import InputError
from ..graphs.network import Layer, Network
from ..graphs.partition import Partition
from ..graphs.partition_names import partition_of
from ..progress import Progress, shown
from ..resources import memory_limit
from .setting import SHARED, Weights, network_of, one_of
from .steps import Step, lemma
from .theorems.theorem_1 import CUTS, theorem_1, verified
from .verdict import Verdict
from .witness import ENGINES, Templates


def verify_bound(
    network: Network | None = None,
    *,
    M: int | None = None,
    H: int | None = None,
    W: int | None = None,
    layers: str | Iterable[Layer] | None = None,
    weights: Weights = SHARED,
    partition: Partition | str = "left-right",
    K: int | None = None,
    engine: str = "auto",
    memory: float | None = None,
    templates: Templates | None = None,
    progress: Progress | None = None,
) -> Verdict:
    """Check Theorem 1 for one network, in exact arithmetic.

    Parameters
    ----------
    network : Network, optional
        Or its parts: M, H, W (default H) and layers (default: the headline's two layers).
    weights : "shared" or "unshared"
    partition : "left-right" or "top-bottom", or a Partition that is one
    K : int, optional
        Use this K; default: the K with the largest bound.
    engine : "auto", "factored" or "dense"
        "auto" also enumerates the grid tensor where M^N <= 2^16, "dense" at any size that fits.
    memory : float, optional
        GiB that may be used; default: 80 % of what is free.
    templates : M x M nested sequence of rationals, optional
        The representation layer F[d][c] = f_c(template d), nonsingular; default: the identity.
    progress : callable, optional
        Called with a stage's name, what is done and the total.

    Returns
    -------
    Verdict
        True iff the bound is verified; it prints as a transcript.

    Raises
    ------
    InputError
        If an argument does not fit.
    ResourceError
        If the work would need more memory than allowed.

    Examples
    --------
    >>> verify_bound(M=2, H=4).conclusion
    'rank ≥ 2^8 for almost all parameters, shared weights; 2^8 is full rank'
    """
    if network is None:
        network = network_of(M, H, W, layers)
    elif any(part is not None for part in (M, H, W, layers)):
        raise InputError("network", network, "give a network or its parts, not both")
    one_of("engine", engine, ENGINES)
    half = _half(partition, network)
    F = None if templates is None else exact_templates(templates, network.M)
    options: dict[str, Any] = {"engine": engine, "templates": F, "progress": shown(progress)}
    limit = memory_limit(memory)
    verdict = theorem_1.concluded(
        lambda: verified(network, weights, half, K, memory=limit, **options)
    )
    more = sharper(verdict) if verdict else None
    return verdict if more is None else replace(verdict, steps=(*verdict.steps, more))


def _half(partition: Partition | str, network: Network) -> str:
    """The name of the half that a partition is; a name as it is."""
    if isinstance(partition, str):
        return partition
    cut = partition_of(partition, network)
    return next((name for name, axis in CUTS.items() if axis == cut.half), cut.name)


def sharper(verdict: Verdict) -> Step | None:
    """What THEORY 8.10 proves more by the same pairs, by name; None where it is no more.

    >>> from convac import verify_bound
    >>> verify_bound(M=3, H=4, layers="2/1:2,2/1:2,4/4:1").steps[-1].detail[:58]
    'the same pairs give rank ≥ 3^8, since D may be min{M, D_1 '
    """
    network, found = verdict.network, verdict.numbers
    assert network is not None
    K, D, E = (int(found[name]) for name in ("K", "D", "E"))
    base = 1 + min([network.M - 1, *network.passed_channels[: K + 1]])
    if base <= D or E == 0:
        return None
    channels = "D_1 + 1" if K == 1 else f"D_1 + 1, …, D_{K} + 1"
    bound = power(base, E).over(network.M)
    return lemma(
        "sharper",
        "THEORY 8.10, convac prove half-free",
        f"the same pairs give rank ≥ {bound}, since D may be min{{M, {channels}}} = {base}",
    )
