"""The check of Theorem 1 for concrete sizes: from hypotheses to the exact rank, step by step."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from time import perf_counter

from ..algebra import resources
from ..algebra.constructions import Construction, theorem_1_assignment
from ..algebra.evaluate import factorize
from ..algebra.grid_tensor import is_enumerable
from ..algebra.powers import Powers
from ..algebra.progress import Progress
from ..algebra.rings import QQ, ZZ
from ..algebra.separation import separate
from ..algebra.templates import absorb_templates, exact_templates
from ..errors import InputError
from ..graphs.network import Layer, Network, default_layers, positive
from ..graphs.pairs import SitePair, theorem_1_pairs
from ..graphs.partition import Partition, named
from . import theorem_1
from .oracles import Templates, dense_step, family_step, oracle_step
from .steps import (
    almost_everywhere_step,
    assignment_step,
    leading_step,
    pairs_step,
    rank_step,
    witness_step,
)
from .theorem_1 import Instance
from .theorem_1_steps import hypotheses_step, shifted_identity_step
from .verdict import Bound, Claim, ComputedRank, Verdict, not_applicable, outcome

SMALLER = "no other engine needs less; a smaller grid or fewer templates do"
WEIGHTS = ("shared", "unshared")
ENGINES = ("auto", "factored", "dense")


def verify_bound(
    network: Network | None = None,
    *,
    M: int | None = None,
    H: int | None = None,
    W: int | None = None,
    layers: str | Iterable[Layer] | None = None,
    weights: str = "shared",
    partition: str = "left-right",
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
    partition : "left-right" or "top-bottom"
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

    Raises
    ------
    InputError
        If an argument does not fit.
    ResourceError
        If the work would need more memory than allowed.
    """
    started = perf_counter()
    net = network_of(network, M, H, W, layers)
    one_of("weights", weights, WEIGHTS)
    one_of("engine", engine, ENGINES)
    axis = theorem_1.axis_of(partition)
    F = None if templates is None else exact_templates(templates, net.M)
    limit = resources.memory_limit(memory)
    # Geometry and pairs grow with the grid, too: refuse before anything is computed.
    resources.require(resources.estimate_construction(net, 1), limit, SMALLER)
    chosen = theorem_1.choose(net, axis, K)
    if not isinstance(chosen, Instance):
        return not_applicable(
            theorem_1.NAME,
            theorem_1.SOURCE,
            chosen,
            f"{'no K meets' if K is None else f'K = {K} does not meet'} the hypotheses of the theorem; "
            "this says nothing about the rank",
            network=net,
            weights=weights,
            partition=partition,
            seconds=perf_counter() - started,
        )
    resources.require(
        resources.estimate_construction(net, chosen.D),
        limit,
        SMALLER,
    )
    return check(
        chosen,
        weights,
        partition,
        F,
        engine=engine,
        memory=limit,
        progress=progress,
        started=started,
    )


def check(
    instance: Instance,
    weights: str,
    partition: str,
    templates: Templates | None = None,
    *,
    construction: Construction | None = None,
    pairs: Iterable[SitePair] | None = None,
    engine: str = "auto",
    memory: int | None = None,
    progress: Progress | None = None,
    started: float | None = None,
) -> Verdict:
    """Run every step on an instance; an own construction or own pairs are held to the same checks."""
    started = perf_counter() if started is None else started
    net = instance.network
    cut = named(partition, net.H, net.W)
    if construction is None:
        construction = theorem_1_assignment(
            net, instance.axis, instance.windows, instance.D, shared=weights == "shared"
        )
    assignment = construction.assignment
    if assignment.ring not in (ZZ, QQ):
        raise InputError("construction", str(assignment.ring), "ranks over Q need ZZ or QQ")
    if templates is not None:
        assignment = absorb_templates(assignment, templates)
    listed = list(theorem_1_pairs(net, instance.axis, instance.windows) if pairs is None else pairs)
    factorization = factorize(assignment, templates=templates, progress=progress)
    steps = [
        hypotheses_step(instance),
        pairs_step(net, instance.axis, instance.windows, listed, cut, instance.E),
        witness_step(net, construction, weights),
        *([leading_step()] if construction.family is not None else []),
        assignment_step(instance.D, factorization, listed, cut),
        shifted_identity_step(factorization, construction, cut),
    ]
    separation = separate(factorization, cut, progress)
    steps.append(rank_step(instance.bound, separation.rank))
    enumerated = is_enumerable(net)
    if engine == "dense" and not enumerated:
        limit = resources.memory_limit() if memory is None else memory
        steps.append(dense_step(assignment, templates, cut, separation.rank, limit, progress))
    elif engine != "factored":
        steps.append(oracle_step(assignment, templates, cut, separation.rank))
    if engine != "factored" and construction.family is not None:
        steps.append(family_step(construction.family, templates, cut, instance.bound))
    where = "at this assignment" if construction.family is None else "in the family at almost all q"
    steps.append(almost_everywhere_step(net, instance.bound, steps, where))
    return Verdict(
        theorem_1.NAME,
        theorem_1.SOURCE,
        *outcome(
            steps,
            conclusion(net, instance.bound, weights, cut),
        ),
        network=net,
        weights=weights,
        partition=partition,
        claim=Claim(">=", instance.bound.powers),
        bound=instance.bound,
        rank=ComputedRank(separation.rank, construction.family is None, "Q", "factored"),
        geometry=instance.geometry,
        steps=tuple(steps),
        witness=None if construction.family is not None else construction.assignment,
        seconds=perf_counter() - started,
    )


def conclusion(network: Network, bound: Bound, weights: str, cut: Partition) -> str:
    """A lower bound in words, and whether it is the full rank or trivial."""
    M = network.M
    largest = Powers([(M, min(cut.counts))])
    text = f"rank ≥ {bound} for almost all parameters, {weights} weights"
    if bound.trivial:
        return f"{text}; trivial: every nonzero function has rank ≥ 1"
    if bound.powers == largest:
        return f"{text}; {M}^{min(cut.counts)} is full rank"
    return text


def network_of(
    network: Network | None,
    M: int | None,
    H: int | None,
    W: int | None,
    layers: str | Iterable[Layer] | None,
) -> Network:
    if network is not None:
        if any(part is not None for part in (M, H, W, layers)):
            raise InputError("network", network, "give a network or its parts, not both")
        return network
    height, templates = positive("H", H), positive("M", M)
    width = height if W is None else positive("W", W)
    return Network(
        templates,
        height,
        width,
        layers=default_layers(templates, height, width) if layers is None else layers,
    )


def one_of(name: str, given: str, allowed: Sequence[str]) -> None:
    """Raise `InputError` unless `given` is one of the allowed words."""
    if given not in allowed:
        raise InputError(name, given, f"one of {', '.join(allowed)} is needed")
