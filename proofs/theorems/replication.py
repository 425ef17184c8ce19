"""Replication: what a network without overlap computes, the one with larger windows computes as well
(THEORY 5).

Theorem. Every function of a network is computed by the network with the same strides and channels and
larger windows; shared weights stay shared.

Proof. The extra offsets are neutral, W = 0 and b = 1. QED

Source: Sharir and Shashua (2018), the other half of expressive efficiency.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ...algebra.assignment import Assignment
from ...algebra.factorize import factorize
from ...algebra.grid_tensor import grid_tensor, is_enumerable
from ...algebra.random_parameters import random_assignment
from ...algebra.rings import ZZ
from ...errors import ResourceError
from ...graphs.network import Network, positive
from ..setting import SHARED, WEIGHTS, Subject, network_of, one_of
from ..steps import NotRun, Step, need, step
from ..theorem import PAPER, theorem
from ..verdict import Verdict, conclude

SEEDS = range(3)


def enlarged(network: Network, by: int) -> Network:
    """The same strides and channels, windows larger by `by` on both axes.

    >>> enlarged(Network(2, 2, layers="2/2:2,1/1:1"), 1).syntax
    '3/2:2,2/1:1'
    """
    layers = [
        replace(layer, window=(layer.window[0] + by, layer.window[1] + by))
        for layer in network.explicit.layers
    ]
    return Network(network.M, network.H, network.W, layers=layers)


def replicated(assignment: Assignment, larger: Network) -> Assignment:
    """The same entries in the larger network: offsets that no entry names are neutral.

    >>> network = Network(2, 1, 2, layers="1x2/1x2:1")
    >>> small = random_assignment(network, 1, ZZ, shared=True)
    >>> np.array_equal(grid_tensor(replicated(small, enlarged(network, 1))), grid_tensor(small))
    True
    """
    return Assignment(larger, assignment.entries, assignment.ring)


@step("shapes", "comparison")
def shapes(network: Network, larger: Network) -> str:
    """The same sizes and channels in every layer."""
    said = f"{network.syntax} and {larger.syntax} have the same sizes and channels in every layer"
    need(network.sizes == larger.sizes and network.channels == larger.channels, f"not so: {said}")
    return said


@step("factored forms", "factored, over ZZ")
def same_factors(small: Assignment, large: Assignment, seed: int) -> str:
    """Equality of the factored forms."""
    try:
        first, second = factorize(small), factorize(large)
    except ResourceError as error:
        raise NotRun(str(error)) from None
    tables = zip(first.arithmetic.tables, second.arithmetic.tables, strict=False)
    equal = first.function == second.function and all(np.array_equal(a, b) for a, b in tables)
    need(equal, f"seed {seed}: the factored forms are different")
    return f"seed {seed}: the factored forms are equal"


@step("grid tensors", "dense, over ZZ")
def same_tensors(small: Assignment, large: Assignment, seed: int) -> str:
    """Equality of all entries where they can be listed."""
    network = small.network
    if not is_enumerable(network):
        raise NotRun(f"{network.M}^{network.sites} entries are not listed")
    one, other = grid_tensor(small), grid_tensor(large)
    said = f"seed {seed}: {one.size} entries of the grid tensors are"
    need(np.array_equal(one, other), f"{said} not all equal")
    return f"{said} equal"


@theorem(
    name="replication",
    title="Replication",
    source=PAPER,
    section="the other half of expressive efficiency; THEORY 5",
    statement="""
        Every function of a network is computed by the network with the same strides and channels
        and larger windows: the extra offsets are neutral, W = 0 and b = 1, and shared weights stay
        shared.
    """,
    latex=r"""
        Every function computed by a network is computed by any network with the same strides and
        channels and windows that are at least as large: make the extra offsets neutral, $W=0$ and
        $b=1$.
    """,
    instances=[
        {"M": 2, "H": 4, "layers": "2/2:3,2/2:2,1/1:1"},
        {"M": 3, "H": 2, "layers": "2/2:2,1/1:1", "by": 2, "weights": "unshared"},
        {"M": 2, "H": 3, "layers": "2/2:2,2/2:1", "by": 3},
        {"M": 2, "H": 1, "W": 6, "layers": "1x2/1x2:2,1x3/1x3:1"},
    ],
)
def replication(
    *,
    M: int,
    H: int,
    layers: str,
    W: int | None = None,
    by: int = 1,
    weights: str = SHARED,
) -> Verdict:
    """Windows grow by `by` on both axes; random parameters, exact equality of the functions."""
    network = network_of(M, H, W, layers)
    one_of("weights", weights, WEIGHTS)
    larger = enlarged(network, positive("by", by))
    steps: list[Step] = [shapes(network, larger)]
    for seed in SEEDS:
        small = random_assignment(network, seed, ZZ, shared=weights == SHARED)
        large = replicated(small, larger)
        steps += [same_factors(small, large, seed), same_tensors(small, large, seed)]
    return conclude(
        steps,
        f"{larger.syntax} computes what {network.syntax} computes, exactly, at {len(SEEDS)} random "
        "points",
        subject=Subject(network, weights=weights),
        numbers={"larger windows": larger.syntax},
    )
