"""The exact rank of a non-overlapping network at given parameters (THEORY 5.1).

Every vertex keeps the *core* of its channels and the constant 1 as functions on its sites: an array
C[c, i, j] such that function c is the sum over i, j of C[c, i, j] f_i(x_P) g_j(x_Q), with the f_i linearly
independent, and the g_j. Children see disjoint sites, so channel-wise products are Kronecker products
of cores, and the products of independent functions are independent. After each child both axes are
compressed to a basis of what is used. At the output the core of channel 0 is a matrix, and its rank is the
rank of the matricization, over the field in use.
"""

from __future__ import annotations

import numpy as np

from ..errors import InputError, ResourceError
from ..graphs.network import Location
from ..graphs.partition import P, Partition
from ..progress import Progress
from ..resources import MOST_CORE
from .assignment import Assignment
from .linear.exact import rank, row_space
from .local import Local
from .rings import Ring, Table


def tree_rank(
    assignment: Assignment, partition: Partition, progress: Progress | None = None
) -> int:
    """The exact rank over the fraction field of the assignment's ring (ZZ, QQ or GF(p)).

    Raises
    ------
    InputError
        If the network overlaps.
    ResourceError
        If a core has more than 2^24 entries.

    Examples
    --------
    The D = 2 channels of layer 2 and the constant 1 join left and right (THEORY 5):

    >>> from convac import ZZ, Network, left_right, random_assignment
    >>> network = Network(2, 4, layers="2/2:3,2/2:2,1/1:1")
    >>> tree_rank(random_assignment(network, 1, ZZ, shared=True), left_right(4))
    3
    """
    network = assignment.network
    if not network.is_tree:
        raise InputError("engine", "tree", "it needs a network without overlap (every R <= S)")
    cores = [_site(assignment, side) for side in partition.sides]
    for layer in range(1, network.depth + 1):
        height, width = network.sizes[layer]
        outputs = []
        for index, local in enumerate(assignment.locals(layer)):
            if progress is not None and index % width == 0:
                progress(f"layer {layer}", index // width, height)
            outputs.append(_location(assignment, layer, local, divmod(index, width), cores))
        cores = outputs
    return rank(cores[0][0], assignment.ring)


def _site(assignment: Assignment, side: int) -> Table:
    """Channels e_c and the constant 1 in the basis of the M indicators, on the site's side."""
    M, ring = assignment.network.M, assignment.ring
    entries = [ring.one if c in (d, M) else ring.zero for c in range(M + 1) for d in range(M)]
    return ring.table(entries, (M + 1, M, 1) if side == P else (M + 1, 1, M))


def _location(
    assignment: Assignment, layer: int, local: Local, at: Location, cores: list[Table]
) -> Table:
    """The core of a location: channels y_c = product over offsets of (W x + b)_c, and 1."""
    network, ring = assignment.network, assignment.ring
    width = network.sizes[layer - 1][1]
    channels = network.channels[layer]
    core = ring.table([ring.one] * (channels + 1), (channels + 1, 1, 1))
    for i, j, rows in local.offsets:
        seen = network.input_at(layer, at, (i, j))
        child = None if seen is None else cores[seen[0] * width + seen[1]]
        factor = _affine(assignment, layer, dict(rows), child)
        core = _compressed(_channelwise(core, factor, ring), ring)
    return core


def _affine(assignment: Assignment, layer: int, rows: dict[int, int], child: Table | None) -> Table:
    """W x + b for every channel, and 1: one matrix times the child's core."""
    network, ring = assignment.network, assignment.ring
    inputs, outputs = network.channels[layer - 1], network.channels[layer]
    if child is None:
        child = ring.table([*[ring.zero] * inputs, ring.one], (inputs + 1, 1, 1))
    flat = child.reshape(inputs + 1, -1)
    lines = []
    for channel in range(outputs + 1):
        # Unnamed channels are neutral, and the last line is the constant.
        row = assignment.rows[rows[channel]] if channel in rows else None
        line = ring.scale(ring.one if row is None else row.bias, flat[-1])
        for c, weight in row.weights if row is not None else ():
            line = ring.add(line, ring.scale(weight, flat[c]))
        lines.append(line)
    return np.stack(lines).reshape(outputs + 1, *child.shape[1:])


def _channelwise(a: Table, b: Table, ring: Ring) -> Table:
    """For each channel the Kronecker product of two cores."""
    entries = a.size * (b.size // len(b))
    if entries > MOST_CORE:
        raise ResourceError(
            f"a core of the tree has {entries} entries, and {MOST_CORE} are allowed"
        )
    product = ring.multiply(a[:, :, None, :, None], b[:, None, :, None, :])
    return product.reshape(len(a), a.shape[1] * b.shape[1], a.shape[2] * b.shape[2])


def _compressed(core: Table, ring: Ring) -> Table:
    """Replace the functions of each side by a basis of those that are used."""
    for axis in (1, 2):
        moved = np.moveaxis(core, axis, 0)
        basis = row_space(moved.reshape(moved.shape[0], -1), ring)
        if len(basis) < core.shape[axis]:
            core = np.moveaxis(basis.reshape(len(basis), *moved.shape[1:]), 0, axis)
    return core
