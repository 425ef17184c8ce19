"""Shared weights for the routes of a flow along lines (THEORY 8.12)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import product
from math import prod
from random import Random

from ...errors import InputError
from ...graphs.line_flow import Direction
from ...graphs.network import Network
from ...graphs.routes import Route
from ..assignment import Assignment, Entry, WeightRow, at
from .construction import Construction

LARGEST = 99
Numbers = Mapping[tuple[int, int, int], int]
"""For each (place along the line, slot, digit), what equal labels other than 0 there contribute."""


def random_numbers(places: int, most_slots: int, most_digits: int, seed: int) -> Numbers:
    """Integers in 2 ... 99, for all places, slots and digits.

    >>> sorted(random_numbers(2, 1, 1, 0))
    [(0, 0, 0), (1, 0, 0)]
    """
    draw = Random(f"convac-line/1 seed={seed}")
    keys = product(range(places), range(most_slots), range(most_digits))
    return {key: draw.randint(2, LARGEST) for key in keys}


def line_assignment(
    network: Network, direction: Direction, routes: Sequence[Route], b: int, numbers: Numbers
) -> Construction:
    """The shared assignment over ZZ of routes on digits and slots.

    Label 0 stands for "absent". The channel of the labels c_0, c_1, ... of the slots has the number c_0 +
    c_1 b + ... - 1; at the place o it is the product of numbers[o, i, j] over the slots i and the digits j
    of the template with c_i equal to that digit, and not 0. The output multiplies, over the locations, 1
    plus the sum of the channels whose labels are 0 but at slots with a route.

    Parameters
    ----------
    network : Network
        Of two layers.
    routes : sequence of Route
        In this direction; locations have a slot for each of their routes.
    b : int
        The base, >= 2.
    numbers : mapping
        For each (place, slot, digit) that is used.

    Raises
    ------
    InputError
        If a location has too few channels, or a site too few templates.

    Examples
    --------
    >>> from convac import factored_rank, factorize
    >>> from convac.graphs.line_flow import line_routes
    >>> from convac.graphs.partition_names import named
    >>> network, cut = Network(2, 1, 4, layers="1x2/1:1,1x4/1x4:1"), named("columns", 1, 4)
    >>> routes = line_routes(network, cut, Direction(1, 0), (1, 1))
    >>> found = line_assignment(network, Direction(1, 0), routes, 2, random_numbers(2, 1, 1, 0))
    >>> factored_rank(factorize(found.assignment), cut).rank
    Powers([(2, 2)])
    """
    loads = Counter(route.turn.at for route in routes)
    most_slots = max(loads.values(), default=0)
    most_digits = 1 + max((digit for route in routes for _, digit in route.ends), default=-1)
    have = templates, channels = network.passed_channels[:2]
    if b**most_slots - 1 > channels or b**most_digits > templates:
        raise InputError(
            "network", have, f"{b**most_digits} templates, {b**most_slots - 1} channels"
        )
    entries = []
    for along in range(1 + max((key[0] for key in numbers), default=-1)):
        for channel in range(1, b**most_slots):
            weights = tuple(
                (d, _product(numbers, along, labels(channel, b), labels(d, b)) - 1)
                for d in range(1, b**most_digits)
            )
            box = at(*direction.offset(along))
            entries.append(Entry(1, (channel - 1, channel), box, WeightRow(weights, 1)))
    for location, load in sorted(loads.items()):
        row = WeightRow(tuple((c, 1) for c in range(b**load - 1)), 1)
        entries.append(Entry(2, (0, 1), at(*network.offset_of(2, (0, 0), location)), row))
    return Construction(Assignment(network, entries), random=True)


def numbers_in(assignment: Assignment, direction: Direction, b: int) -> Numbers:
    """The numbers of an assignment: what a channel and a template give with a label 1 each, and no others.

    >>> network, numbers = Network(2, 1, 2, layers="1x2/1:1,1x2/1x2:1"), random_numbers(2, 1, 1, 0)
    >>> routes = [Route(((0, 0), (0, 0)), ((0, 1), (0, 0)))]
    >>> found = line_assignment(network, Direction(1, 0), routes, 2, numbers)
    >>> numbers_in(found.assignment, Direction(1, 0), 2) == numbers
    True
    """
    network, found = assignment.network, {}
    slot_of = {b**i - 1: i for i in range(network.channels[1].bit_length())}
    digit_of = {b**j: j for j in range(network.M.bit_length())}
    for entry in assignment.entries:
        slot = slot_of.get(entry.channels[0])
        if entry.layer == 1 and slot is not None:
            along = entry.offsets[direction.axis][0]
            for template, weight in entry.row.weights:
                if template in digit_of:
                    found[along, slot, digit_of[template]] = int(weight + entry.row.bias)
    return found


def labels(number: int, b: int) -> list[int]:
    """The digits of a number in base b, the last one first.

    >>> labels(6, 2), labels(0, 2)
    ([0, 1, 1], [])
    """
    found = []
    while number:
        number, digit = divmod(number, b)
        found.append(digit)
    return found


def _product(numbers: Numbers, along: int, above: list[int], below: list[int]) -> int:
    return prod(
        numbers[along, i, j]
        for i, label in enumerate(above)
        for j, digit in enumerate(below)
        if label == digit != 0
    )
