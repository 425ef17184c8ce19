"""The heat map that belongs to a report of ranks."""

from __future__ import annotations

from functools import reduce
from math import lcm
from typing import TYPE_CHECKING, Any

import numpy as np

from ..algebra.assignment import Assignment
from ..algebra.grid_tensor import grid_tensor, matricize
from ..algebra.random_parameters import random_assignment
from ..algebra.rectifier import Rectifier
from ..algebra.rings import ZZ, PrimeField
from ..errors import InputError
from ..graphs.network import Network
from ..graphs.partition import Partition
from ..proofs.generic_rank import RankReport
from ..proofs.rectifier_rank import RectifierReport
from ..proofs.setting import Setting
from ..resources import memory_limit
from .heat_map import MOST_ENTRIES_A_SIDE, draw_matricization

if TYPE_CHECKING:
    from matplotlib.figure import Figure


NO_SIZE = "residues have no size: parameters over Q are drawn"


def draw_report(report: RankReport | RectifierReport) -> Figure:
    """The matricization of the network, times a positive number where it has fractions.

    At the parameters that were given; for random ones at the integers in -9 ... 9 of the first seed, since
    residues modulo a prime have no size.

    Raises
    ------
    InputError
        If the matrix has more than 1024 rows or columns, or matplotlib is not installed.
    """
    require_small(report.network, report.partition)
    point = report.point
    if report.seed is None and point is not None and isinstance(point.ring, PrimeField):
        raise InputError("plot", str(point.ring), NO_SIZE)
    if point is None or isinstance(point.ring, PrimeField):
        shared = report.weights == "shared"
        point = random_assignment(report.network, report.seed or 0, ZZ, shared=shared)
    pooling = report.pooling if isinstance(report, RectifierReport) else None
    where = "the given parameters" if report.seed is None else f"integers of seed {report.seed}"
    what = f"{report.network}, {report.weights} weights"
    return draw_matricization(
        _matrix(point, report.partition, pooling),
        row_label=f"templates of P ({report.partition.name})",
        column_label="templates of Q",
        title=f"{what}{', ' + pooling if pooling else ''}, at {where}",
    )


def require_drawable(setting: Setting, parameters: str, field: str | None) -> None:
    """Raise `InputError` unless a report can be drawn, from what `rank` is asked for: before its work."""
    require_small(setting.network, setting.partition)
    if parameters != "random" and field not in (None, "Q"):
        raise InputError("plot", f"field {field}", NO_SIZE)


def require_small(network: Network, partition: Partition) -> None:
    """Raise `InputError` unless the matrix can be drawn."""
    for count in partition.counts:
        if network.M > 1 and (count > 10 or network.M**count > MOST_ENTRIES_A_SIDE):
            given = f"{network.M}^{count} rows or columns"
            raise InputError("plot", given, f"at most {MOST_ENTRIES_A_SIDE} are drawn")


def _matrix(point: Assignment, partition: Partition, pooling: str | None) -> np.ndarray[Any, Any]:
    """All entries, as integers."""
    network = point.network
    if pooling is not None:
        return Rectifier(point, pooling).matrix(partition, memory_limit())
    entries = grid_tensor(point, most_entries=MOST_ENTRIES_A_SIDE**2)
    denominators = [int(x.q) for x in entries.tolist() if not isinstance(x, int)]
    scale = reduce(lcm, denominators, 1)
    scaled = np.array([int(x * scale) for x in entries.tolist()], dtype=object)
    return matricize(scaled, network.M, partition)
