"""Replication: what a network without overlap computes, the one with larger windows computes as well."""

from __future__ import annotations

import numpy as np

from ...algebra.assignment import Assignment
from ...algebra.evaluate import factorize
from ...algebra.grid_tensor import grid_tensor, is_enumerable
from ...algebra.random_parameters import random_assignment
from ...algebra.rings import ZZ
from ...errors import ResourceError
from ...graphs.network import Layer, Network, positive
from ..registry import PAPER, result
from ..verdict import Status, Step, Verdict, outcome
from ..verify_bound import WEIGHTS, network_of, one_of

TITLE = "Replication"
SEEDS = range(3)


@result(
    name="replication",
    title=TITLE,
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
    weights: str = "shared",
) -> Verdict:
    """Windows grow by `by` on both axes; random parameters, exact equality of the functions."""
    network = network_of(None, M, H, W, layers)
    one_of("weights", weights, WEIGHTS)
    larger = enlarged(network, positive("by", by))
    steps = [_shape_step(network, larger)]
    for seed in SEEDS:
        small = random_assignment(network, seed, ZZ, shared=weights == "shared")
        steps.extend(same_function_steps(small, replicated(small, larger), seed))
    return Verdict(
        TITLE,
        PAPER,
        *outcome(
            steps,
            f"{larger.syntax} computes what {network.syntax} computes, exactly, at {len(SEEDS)} random "
            "points",
        ),
        network=network,
        weights=weights,
        geometry={"larger windows": larger.syntax},
        steps=tuple(steps),
    )


def enlarged(network: Network, by: int) -> Network:
    """The same strides and channels, windows larger by `by` on both axes."""
    layers = [
        Layer((layer.window[0] + by, layer.window[1] + by), layer.stride, layer.channels)
        for layer in network.layers
    ]
    return Network(network.M, network.H, network.W, layers=layers)


def replicated(assignment: Assignment, larger: Network) -> Assignment:
    """The same entries in the larger network: offsets that no entry names are neutral."""
    return Assignment(larger, assignment.entries, assignment.ring)


def same_function_steps(small: Assignment, large: Assignment, seed: int) -> list[Step]:
    """Equality of the factored forms, and of all entries where they can be listed."""
    name = f"seed {seed}"
    steps = []
    method = "factored, over ZZ"
    try:
        first, second = factorize(small), factorize(large)
    except ResourceError as error:
        steps.append(Step(name, method, Status.NOT_RUN, str(error)))
    else:
        equal = first.function == second.function and all(
            np.array_equal(a, b)
            for a, b in zip(first.arithmetic.tables, second.arithmetic.tables, strict=False)
        )
        said = f"the factored forms are {'equal' if equal else 'different'}"
        steps.append(Step(name, method, Status.PASSED if equal else Status.FAILED, said))
    method = "dense, over ZZ"
    if not is_enumerable(small.network):
        count = f"{small.network.M}^{small.network.sites}"
        steps.append(Step(name, method, Status.NOT_RUN, f"{count} entries are not listed"))
        return steps
    one, other = grid_tensor(small), grid_tensor(large)
    equal = bool(np.array_equal(one, other))
    said = f"{one.size} entries of the grid tensors are {'equal' if equal else 'not all equal'}"
    steps.append(Step(name, method, Status.PASSED if equal else Status.FAILED, said))
    return steps


def _shape_step(network: Network, larger: Network) -> Step:
    same = network.sizes == larger.sizes and network.channels == larger.channels
    return Step(
        "shapes",
        "comparison",
        Status.PASSED if same else Status.FAILED,
        f"{network.syntax} and {larger.syntax} have the same sizes and channels in every layer",
    )
