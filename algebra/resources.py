"""What the work would need, before it is begun, and what the machine has.

The constants were measured with benchmarks/scaling.py and rounded up; they decide only whether
work is begun, never a verdict.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import prod
from pathlib import Path, PurePosixPath

from ..errors import InputError, ResourceError
from ..graphs.network import Network
from ..graphs.partition import Partition

BASE_BYTES = 100 * 2**20
BYTES_PER_AXIS_NODE = 2500
BYTES_PER_LOCATION = 24
BYTES_PER_SITE = 600
BYTES_PER_ENTRY = 120
NANOSECONDS_PER_SITE = 10_000
SHARE_OF_FREE = 0.8
GIB = 2**30


@dataclass(frozen=True)
class Estimate:
    """Memory in bytes and time in nanoseconds, to about a factor of two."""

    bytes: int
    nanoseconds: int

    def __str__(self) -> str:
        return f"about {show_bytes(self.bytes)} and {_show_long(self.nanoseconds)}"


def estimate_construction(network: Network, m: int) -> Estimate:
    """Factored evaluation of an explicit assignment with m channels: scopes of two sites at most."""
    locations = sum(prod(size) for size in network.sizes)
    nodes = sum(map(sum, network.sizes))
    entries = network.M**2 + m**2
    return Estimate(
        BASE_BYTES
        + BYTES_PER_AXIS_NODE * nodes
        + BYTES_PER_LOCATION * locations
        + BYTES_PER_SITE * network.sites
        + BYTES_PER_ENTRY * entries,
        NANOSECONDS_PER_SITE * (network.sites + locations) + 40 * m * network.M**2,
    )


def tensor_estimate(network: Network, partition: Partition, each: int) -> Estimate:
    """The whole grid tensor at `each` bytes an entry, and the rank of its matricization."""
    entries = network.M**network.sites
    rows, columns = (network.M**count for count in partition.counts)
    # Integers only, since floats overflow here; the constants are those of the README's table.
    nanoseconds = 20 * entries + rows * columns * min(rows, columns) // 80
    return Estimate(each * entries, nanoseconds)


def require(estimate: Estimate, limit: int, instead: str) -> None:
    """Refuse work that needs more than `limit` bytes.

    Raises
    ------
    ResourceError
        With the estimate, the limit, and what would do instead.
    """
    if estimate.bytes > limit:
        raise ResourceError(
            f"this would need {estimate}, and {show_bytes(limit)} are allowed; {instead}"
        )


def memory_limit(gib: float | None = None) -> int:
    """Bytes that may be used: as asked for in GiB, else 80 % of what is free."""
    if gib is None:
        return int(SHARE_OF_FREE * _free())
    if isinstance(gib, bool) or not isinstance(gib, (int, float)) or not 0 < gib < 2**40:
        raise InputError("memory", gib, "a positive number of GiB is needed")
    return int(gib * GIB)


def _free(root: Path = Path("/")) -> int:
    """Free memory: what the kernel calls available, and no more than the control groups leave."""
    free = 4 * GIB
    for line in _read(root / "proc/meminfo").splitlines():
        if line.startswith("MemAvailable:"):
            free = int(line.split()[1]) * 1024
    return max(0, min([free, *_left(root)]))


def _left(root: Path) -> Iterator[int]:
    """What each control group leaves that holds this process, of either version, the enclosing ones too."""
    for line in _read(root / "proc/self/cgroup").splitlines():
        _, controllers, path = line.split(":", 2)
        if "memory" in controllers.split(","):
            base, names = root / "sys/fs/cgroup/memory", ("limit_in_bytes", "usage_in_bytes")
        elif not controllers:
            base, names = root / "sys/fs/cgroup", ("max", "current")
        else:
            continue
        group = PurePosixPath(path.lstrip("/"))
        for place in (group, *group.parents):
            most, used = (_read(base / place / f"memory.{name}").strip() for name in names)
            if most.isdigit() and used.isdigit():
                yield int(most) - int(used) + _reclaimable(base / place)


def _reclaimable(group: Path) -> int:
    """Bytes of a control group that only hold parts of files, and are given up when memory is asked for."""
    lines = _read(group / "memory.stat").splitlines()
    stat = dict(line.split(" ", 1) for line in lines if " " in line)
    return int(stat.get("total_inactive_file") or stat.get("inactive_file") or 0)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError):
        return ""


def show_bytes(count: int) -> str:
    """A size as a person reads it."""
    units = ("B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB")
    power = min((max(count, 1).bit_length() - 1) // 10, len(units) - 1)
    if count >= 1000 * 1024**power:
        return f"2^{count.bit_length() - 1} B"
    return f"{count / 1024**power:.3g} {units[power]}"


def show_seconds(seconds: float) -> str:
    """A duration as a person reads it."""
    for unit, length in (("days", 86400), ("h", 3600), ("min", 60)):
        if seconds >= 2 * length:
            return f"{seconds / length:.3g} {unit}"
    return f"{seconds:.2g} s"


def _show_long(nanoseconds: int) -> str:
    """A duration that may be too long for a float."""
    if nanoseconds.bit_length() > 200:
        return f"2^{nanoseconds.bit_length() - 30} s"
    return show_seconds(nanoseconds / 1e9)
