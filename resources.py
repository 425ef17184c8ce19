"""What work may need: an estimate, the memory of the machine, and the limits that no memory lifts.

Sizes are bytes here and in all that imports this module; GiB are read and shown at the edges only. An
estimate decides whether work is begun, never a verdict.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from .errors import InputError, ResourceError

SHARE_OF_FREE = 0.8
GIB = 2**30

# Limits of single structures, each where it takes some seconds or a few GiB. What is larger is refused
# before it is begun, and the refusal says what was asked for.
MOST_SITES = 2**28
"""Of a partition: a byte each."""
MOST_GRAPH_EDGES = 2_000_000
"""Of the connectivity as a NetworkX graph."""
MOST_CUT_EDGES = 150_000
"""Of the connectivity with a partition, as a graph of objects."""
MOST_IMPROVED_EDGES = 20_000
"""Of a graph in which separating sets are improved vertex by vertex; beyond, arrays search and count."""
MOST_FLOW_EDGES = 200_000
"""Of sites to layer 1, in a flow of digits."""
MOST_PLAN_EDGES = 40_000
"""Of a network in which plans are searched, once for every number of labels."""
MOST_READS = 2**13
"""Choices of one layer's carriers and offsets, in a search of carriers."""
MOST_CARRIED = 2**31
"""Locations that these choices reach, times the carriers among which they choose."""
MOST_SUBSETS = 2**15
"""Of the scopes of a sum of local functions."""
MOST_OFFSETS = 50_000_000
"""Named by the entries of one location."""
MOST_PARAMETERS = 20_000_000
"""Of random parameters."""
MOST_CORE = 2**24
"""Entries of a vertex's core in a tree."""
MOST_OBJECTS = 2**22
"""Entries of a table of exact objects: a microsecond each."""
MOST_LISTED = 2**16
"""Entries of a grid tensor that is listed beside a proof."""


@dataclass(frozen=True)
class Estimate:
    """Memory in bytes and time in nanoseconds, to about a factor of two."""

    bytes: int
    nanoseconds: int

    def __str__(self) -> str:
        return f"about {show_bytes(self.bytes)} and {_show_long(self.nanoseconds)}"


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
    """Bytes that may be used: as asked for in GiB, else 80 % of what is free.

    >>> memory_limit(0.5)
    536870912
    """
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
    """A size as a person reads it.

    >>> show_bytes(3 * 2**29)
    '1.5 GiB'
    """
    units = ("B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB")
    power = min((max(count, 1).bit_length() - 1) // 10, len(units) - 1)
    if count >= 1000 * 1024**power:
        return f"2^{count.bit_length() - 1} B"
    return f"{count / 1024**power:.3g} {units[power]}"


def show_seconds(seconds: float) -> str:
    """A duration as a person reads it.

    >>> show_seconds(7200.0)
    '2 h'
    """
    for unit, length in (("days", 86400), ("h", 3600), ("min", 60)):
        if seconds >= 2 * length:
            return f"{seconds / length:.3g} {unit}"
    return f"{seconds:.2g} s"


def _show_long(nanoseconds: int) -> str:
    """A duration that may be too long for a float."""
    if nanoseconds.bit_length() > 200:
        return f"2^{nanoseconds.bit_length() - 30} s"
    return show_seconds(nanoseconds / 1e9)
