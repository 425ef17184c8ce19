"""N(S): an upper bound on the rank for every product-pooling network and partition (THEORY 9).

For a separating set S of the connectivity graph, rank <= N(S) for all parameters over any field, where N(S)
counts, from the output down, in how many monomials the channels of S can enter.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from math import comb, prod

from ..algebra.powers import Powers
from ..graphs.network import Network, Vertex
from ..graphs.partition import P, Q, Side
from ..graphs.separating_sets import CutGraph
from .interval import UpperBound

MOST_CHOICES = 20_000
LONG = 10**9
CHOICES_IN_SEARCH = 100
MOST_CHANGES = 60

Part = Side | Vertex
"""What a path runs on: a side, or a neutral vertex, its last before it ends, whose side is free."""


def bound_of(graph: CutGraph, separator: frozenset[Vertex]) -> UpperBound:
    """N(S) for a separating set; both sides are tried for neutral vertices.

    Raises
    ------
    ValueError
        If the set does not separate.
    """
    if not graph.separates(separator):
        raise ValueError("the set does not separate the partition")
    counted = _Count(graph, separator)
    choice = counted.sides_of_neutral_parts()
    count, form = counted.value(choice, MOST_CHOICES)
    weights = counted.weights(choice)
    value = _as_powers(count, weights, graph.network)
    by = f"a separating set of {len(separator)}"
    chosen = tuple(sorted(separator))
    on_q = tuple(part for part, side in choice.items() if isinstance(part, Vertex) and side == Q)
    return UpperBound(value, by, chosen, form, on_q, weights)


def roughly(graph: CutGraph, separator: frozenset[Vertex]) -> int:
    """N(S) or a larger bound, by few terms: to search by."""
    counted = _Count(graph, separator)
    return counted.value(counted.sides_of_neutral_parts(), CHOICES_IN_SEARCH)[0]


class _Count:
    """N(S): how paths run from S to S and to the output, and the sum over degrees."""

    def __init__(self, graph: CutGraph, separator: frozenset[Vertex]) -> None:
        self.graph = graph
        self.ordered = sorted(separator, reverse=True)
        self.arcs: dict[Vertex, list[tuple[Vertex | None, Part, int]]] = {
            v: [] for v in self.ordered
        }
        sides = graph.sides_without(separator)
        for target, inputs in graph.inputs(separator).items():
            by_part: dict[Part, list[Vertex]] = {}
            for vertex in inputs:
                side = sides[vertex]
                by_part.setdefault(vertex if side == Side.NEITHER else side, []).append(vertex)
            for part, last in by_part.items():
                self._paths_to(target, part, last)

    def sides_of_neutral_parts(self) -> dict[Part, Side]:
        """Sides of the neutral parts with a small N: all on one side, then single changes.

        They are chosen by cheap evaluations, of at most a hundred terms each.
        """
        met = {part for arcs in self.arcs.values() for _, part, _ in arcs}
        parts: list[Part] = sorted(part for part in met if isinstance(part, Vertex))
        on_p, on_q = (self.factors(dict.fromkeys(parts, s), CHOICES_IN_SEARCH)[0] for s in (P, Q))
        best, side = (on_q, Q) if _less(on_q, on_p) else (on_p, P)
        choice = dict.fromkeys(parts, side)
        for part in parts[:MOST_CHANGES]:
            choice[part] = choice[part].other
            found, _ = self.factors(choice, CHOICES_IN_SEARCH)
            if _less(found, best):
                best = found
            else:
                choice[part] = choice[part].other
        return choice

    def _paths_to(self, target: Vertex | None, part: Part, last: Iterable[Vertex]) -> None:
        """Paths to `target` without interior vertex in S, by these inputs of it."""
        ways = dict.fromkeys(last, 1)
        while ways:
            below: dict[Vertex, int] = {}
            for vertex, count in ways.items():
                if vertex in self.arcs:
                    self.arcs[vertex].append((target, part, count))
                    continue
                for child in self.graph.children[vertex]:
                    below[child] = below.get(child, 0) + count
            ways = below

    def _degrees(
        self, vertex: Vertex, degree: Mapping[Vertex | None, int], choice: Mapping[Part, Side]
    ) -> list[int]:
        """[k_P, k_Q] of a vertex."""
        k = [0, 0]
        for target, part, ways in self.arcs[vertex]:
            k[choice[part] if isinstance(part, Vertex) else part] += degree[target] * ways
        return k

    def value(self, choice: Mapping[Part, Side], most_choices: int) -> tuple[int, str]:
        """(N, form): the sum over degrees if it has few enough terms, else the product."""
        factors, form = self.factors(choice, most_choices)
        return _product(factors), form

    def factors(self, choice: Mapping[Part, Side], most_choices: int) -> tuple[list[int], str]:
        """(numbers whose product is N, form)."""
        largest: dict[Vertex | None, int] = {None: 1}
        terms, factors = 1, []
        for vertex in self.ordered:
            k = self._degrees(vertex, largest, choice)
            if vertex == self.graph.output:
                largest[vertex] = 1
            elif self._is_mixed(vertex):
                largest[vertex] = k[P] + k[Q]
                terms *= (k[P] + 1) * (k[Q] + 1)
                D = self.graph.network.channels[vertex.layer]
                factors.append(comb(D + k[P], k[P]) * comb(D + k[Q], k[Q]))
            else:
                factors.append(self._one_sided(vertex, k))
        if terms <= most_choices:
            return [self._sum(choice)], "sum"
        return factors, "product"

    def weights(self, choice: Mapping[Part, Side]) -> tuple[int, ...]:
        """What each vertex counts, ascending, where no degree has to be summed over; else nothing."""
        output = self.graph.output
        degree: dict[Vertex | None, int] = {None: 1, output: 1}
        if any(self._is_mixed(v) for v in self.ordered if v != output):
            return ()
        return tuple(
            1 if v == output else self._one_sided(v, self._degrees(v, degree, choice))
            for v in reversed(self.ordered)
        )

    def _sum(self, choice: Mapping[Part, Side]) -> int:
        """The sum over the degrees of all mixed vertices, from the output down."""
        graph = self.graph
        inner = [v for v in self.ordered if self._is_mixed(v) and v != graph.output]
        outer = [v for v in self.ordered if not self._is_mixed(v) and v != graph.output]
        degree: dict[Vertex | None, int] = {None: 1, graph.output: 1}

        def total(index: int) -> int:
            if index == len(inner):
                return prod(self._one_sided(v, self._degrees(v, degree, choice)) for v in outer)
            vertex = inner[index]
            D = graph.network.channels[vertex.layer]
            k = self._degrees(vertex, degree, choice)
            result = 0
            for i in range(k[P] + 1):
                for j in range(k[Q] + 1):
                    degree[vertex] = i + j
                    weight = comb(D + i - 1, i) * comb(D + j - 1, j)
                    result += weight * total(index + 1)
            return result

        return total(0)

    def _is_mixed(self, vertex: Vertex) -> bool:
        return self.graph.side[vertex] == Side.BOTH

    def _one_sided(self, vertex: Vertex, k: list[int]) -> int:
        """What a site or a pure location contributes: it counts on the other side only."""
        other = k[1 - self.graph.side[vertex]]
        if vertex.layer == 0:
            return self.graph.network.M if other else 1
        return comb(self.graph.network.channels[vertex.layer] + other, other)


def _less(some: list[int], others: list[int]) -> bool:
    """Whether the one product is smaller: factors of both, which are most, are not multiplied."""
    mine, theirs = Counter(some), Counter(others)
    return _product([*(mine - theirs).elements()]) < _product([*(theirs - mine).elements()])


def _product(factors: list[int]) -> int:
    """The product, equal ones by squaring, others by pairs: long numbers meet numbers as long."""
    factors = [factor**times for factor, times in Counter(factors).items()]
    while len(factors) > 1:
        factors = [prod(factors[i : i + 2]) for i in range(0, len(factors), 2)]
    return prod(factors)


def _as_powers(count: int, weights: tuple[int, ...], network: Network) -> Powers:
    """The number, as a power of M where it is one; a long one by its weights, or powers of M and D + 1."""
    if count < LONG:
        return Powers(count).spelled(network.M)
    if weights:
        return Powers((weight, 1) for weight in weights).spelled(network.M)
    bases = dict.fromkeys([network.M, *(D + 1 for D in network.channels[1:])])
    factors, rest = _divided(count, bases)
    return Powers([*factors, (rest, 1)])


def _divided(count: int, bases: Iterable[int]) -> tuple[list[tuple[int, int]], int]:
    """How often each base divides what the ones before it left, and what is left."""
    factors = []
    for base in bases:
        exponent, squares = 0, [base]
        while base > 1 and count % squares[-1] == 0:
            squares.append(squares[-1] ** 2)
        for k, power in reversed(list(enumerate(squares[:-1]))):
            quotient, rest = divmod(count, power)
            if not rest:
                count, exponent = quotient, exponent + 2**k
        factors.append((base, exponent))
    return factors, count
