"""The assignment of the cut law (THEORY 8.5): templates as digits in base b, one digit a path.

A location on q paths computes the product over its paths of 1 + sum over c < b - 1 of
[near digit = c][far digit = c], written out in b^q terms: the term 1 is the bias of the next layer, every
other one is a product over sites of a function of that site, and so one channel.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

from ..errors import InputError
from ..graphs.flows import DigitPath
from ..graphs.network import Network
from ..graphs.partition import Site
from ..graphs.windows import offset_of
from .assignment import Assignment, Entry, Row, at, ones
from .constructions import passing_on


def digit_count(size: int, b: int) -> int:
    """floor(log_b(size)), in integers."""
    digits = 0
    while b ** (digits + 1) <= size:
        digits += 1
    return digits


def digit_assignment(network: Network, paths: Sequence[DigitPath], b: int) -> Assignment:
    """The unshared assignment over ZZ: a location of layer 1 gives the product over its paths.

    Layer 2 sums the terms of every location that has paths, and the later layers pass the product on.

    Parameters
    ----------
    network : Network
        At least two layers, the tail condition after layer 1 (see `geometry.tail_failure`), and
        D_1 >= b^q - 1 channels where q paths share a location.
    paths : DigitPath
        Every digit of a site on at most one of them.
    b : int
        The base, >= 2.

    Raises
    ------
    InputError
        If a location has too few channels for its paths.
    """
    by_location: dict[Site, list[DigitPath]] = {}
    for path in paths:
        by_location.setdefault(path.location, []).append(path)
    entries: list[Entry] = []
    for location, crossing in sorted(by_location.items()):
        channels = b ** len(crossing) - 1
        if channels > network.channels[1]:
            raise InputError(
                "D", network.channels[1], f"{len(crossing)} paths at {location} need {channels}"
            )
        entries.extend(_location(network, location, crossing, b))
        entries.append(_sum_above(network, location, ones(channels, bias=1)))
    entries.extend(passing_on(network, range(3, network.depth + 1)))
    return Assignment(network, entries)


def _sum_above(network: Network, location: Site, row: Row) -> Entry:
    """The row in layer 2 at the one offset of the tail that sees a location of layer 1."""
    stride = network.layers[1].stride
    u, v = (x // s for x, s in zip(location, stride, strict=True))
    offset = offset_of(network, 2, (u, v), location)
    return Entry(2, (0, network.channels[2]), at(*offset), row, at(u, v))


def _location(network: Network, location: Site, paths: Sequence[DigitPath], b: int) -> list[Entry]:
    """A channel for every choice of labels but the empty one; label b - 1 stands for "absent"."""
    entries = []
    choices = [labels for labels in product(range(b), repeat=len(paths)) if min(labels) < b - 1]
    for channel, labels in enumerate(choices):
        conditions: dict[Site, list[tuple[int, int]]] = {}
        for path, label in zip(paths, labels, strict=True):
            if label < b - 1:
                conditions.setdefault(path.near, []).append((path.near_digit, label))
                conditions.setdefault(path.far, []).append((path.far_digit, label))
        for site, wanted in sorted(conditions.items()):
            offset = at(*offset_of(network, 1, location, site))
            row = indicator(network.M, wanted, b)
            entries.append(Entry(1, (channel, channel + 1), offset, row, at(*location)))
    return entries


def indicator(M: int, wanted: Sequence[tuple[int, int]], b: int) -> Row:
    """The function of one site that is 1 where every given digit of the template has its label."""
    digits = digit_count(M, b)
    fitting = (d for d in range(b**digits) if all(d // b**i % b == label for i, label in wanted))
    return Row(tuple((d, 1) for d in fitting), 0)
