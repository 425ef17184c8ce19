"""Certificates as the verified checker of formal/certificates/ reads them, as data.

`coq_certificate` writes them for Coq and `checker_input` for the program that is extracted from Coq: both
say the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby, product
from math import lcm, prod
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from . import checker
from .block_evaluation import (
    Choices,
    NotCovered,
    by_classes,
    by_components,
    by_minor,
    residue,
    row_order,
    value_of,
)
from .checker import Powers, Rows
from .coq_separator import Vertex, separator
from .random_ranks import DEFAULT_PRIME

NOT_COVERED = 3
LONGEST = 5000
"""Coq reads natural numbers below this as they are written."""
MOST_ENTRIES = 20_000
SMALL_PRIME = 251
LARGEST_TABLE = 32
"""Rows of a table that is factored exactly, which takes seconds."""


Pair = Sequence[int]


class Geometry(NamedTuple):
    """A layer, with what the format leaves out; the size is None where the quotient is rounded up."""

    window: Pair
    stride: Pair
    channels: int
    dilation: Pair = (1, 1)
    padding: Pair = (0, 0)
    size: Pair | None = None
    groups: int = 1


ONE = np.ones((1, 1), dtype=np.int64)


class Entry(NamedTuple):
    """Numbers for all places of a box: channels, rows and columns of offsets and of locations."""

    spans: Sequence[Sequence[int]]
    weights: Sequence[tuple[int, int]]
    bias: int


@dataclass(frozen=True)
class Lower:
    """An assignment, layer by layer, and blocks that prove a bound from below, at the prime p.

    The numbers of the assignment are over one denominator.
    """

    entries: Sequence[Sequence[Entry]]
    choices: Choices
    p: int
    denominator: int = 1

    @property
    def powers(self) -> Powers:
        """The bound: the product of the sizes of the blocks."""
        return powers(self.choices)


def powers(choices: Choices) -> Powers:
    """The sizes of the blocks in order, equal ones together."""
    sizes = [block.size for block in choices.blocks]
    return [(size, len(list(same))) for size, same in groupby(sizes)]


class Leaf(NamedTuple):
    """A site: the template for each choice of its block, or one template (block None)."""

    block: int | None
    templates: Sequence[int]


class Cut(NamedTuple):
    """A separating set in order, the locations that are labelled Q, and the form of the bound."""

    vertices: Sequence[Vertex]
    on_Q: Sequence[Vertex]
    form: str


class Translation:
    """A valid certificate, and the evidence of it that the verified checker reads.

    Parameters
    ----------
    document : dict
        The certificate, parsed; `checker.check` has just found it valid.
    said : str
        Its line.

    Raises
    ------
    NotCovered
        If its claim is of a kind that is not translated; the methods, if its evidence is.
    """

    def __init__(self, document: Any, said: str) -> None:
        claim = document["claim"]
        self.document, self.said = document, said.removeprefix("VALID: ")
        factors = iter(list(checker.evaluated))
        self.layers, self.P, self.items = checker.readable(document)
        self.factors = {x[0]: next(factors) for x in self.items if x[1] == "factored"}
        self.M: int = self.layers[0]["channels"]
        self.shared = claim["for"] == checker.SHARED
        given = [item.get("assignment") for _, kind, item, _ in self.items if kind != "cut"]
        self.point = next(iter(given), None) if claim["for"] == checker.AT_POINT else None
        if claim["for"] == checker.AT_POINT and self.point is None:
            raise NotCovered("no assignment is given")
        self.relation: str = claim["relation"]
        value = [(int(base), exponent) for base, exponent in claim["value"]]
        self.value: Powers = [(base, exponent) for base, exponent in value if base != 1]

    # ------------------------------------------------------------ bounds from below
    def best(self, evaluated: bool = True) -> Lower:
        """The evidence that can be translated and implies the claim; the first reason why there is none.

        If it is not evaluated, blocks that a sum couples are not joined, and the verified checker may
        refuse them.
        """
        least, reasons = checker.integer_of(self.value), []
        if least == 1 and self.point is None:
            return self.trivial()
        for name, kind, item, (rows, _) in self.items:
            if kind == "cut":
                continue
            try:
                lower = self.lower(name, kind, item, rows, evaluated)
                if checker.integer_of(lower.powers) >= least:
                    return lower
                reasons.append(
                    f"{name}: blocks of {_powers(lower.powers)} rows do not reach the value"
                )
            except NotCovered as why:
                reasons.append(f"{name}: {str(why).removeprefix('not covered: ')}")
        raise NotCovered(next(iter(reasons), "no evidence from below implies the claim"))

    def trivial(self) -> Lower:
        """The neutral assignment, whose function is 1."""
        return Lower([[] for _ in self.layers[1:]], Choices((), {}), DEFAULT_PRIME)

    def lower(self, name: str, kind: str, item: Any, rows: Rows, evaluated: bool) -> Lower:
        """The evidence; raises NotCovered if it is evaluated, and the table of a block is singular.

        Minors are always evaluated, modulo a small prime first: any prime proves them, and the verified
        checker divides bit by bit.
        """
        if self.point not in (None, item.get("assignment")):
            raise NotCovered("the evidence is of another assignment than the claim")
        if kind == "factored":
            choices = self.choices(name, item)
            return self.modulo(DEFAULT_PRIME, item, rows, choices, evaluated)
        p, choices = int(item["prime"]), self.choices(name, item)
        if kind == "random minor":
            rows = checker.seeded(item["seed"], p, self.shared, self.layers)
        try:
            return self.modulo(SMALL_PRIME, item, rows, choices, True)
        except NotCovered:
            return self.modulo(p, item, rows, choices, True)

    def modulo(self, p: int, item: Any, rows: Rows, choices: Choices, evaluated: bool) -> Lower:
        """The evidence at a prime."""
        given = item.get("assignment")
        entries = self.seeded_entries(rows) if given is None else self.named_entries(given, p)
        choices = self.joined(rows, choices, p) if evaluated else choices
        return Lower(entries, choices, p, self.denominator())

    def joined(self, rows: Rows, choices: Choices, p: int) -> Choices:
        """The choices with blocks joined that a sum couples; raises NotCovered if one is singular."""
        choices, (scalar, tables) = value_of(self.layers, rows, choices, p)
        if not scalar:
            raise NotCovered(f"the function is 0 modulo {p} where its sites are fixed")
        blocks = []
        for k, block in enumerate(choices.blocks):
            table = np.broadcast_to(tables.get(k, ONE), (block.size, block.size))
            order = row_order(table, p)
            if order is None:
                raise NotCovered(f"the table of block {k} is not invertible modulo {p}")
            blocks.append(block.reordered(order))
        return Choices(tuple(blocks), choices.fixed)

    def choices(self, name: str, item: Any) -> Choices:
        if "classes" in item:
            factors = self.factors[name]
            return by_classes(self.M, factors, self.P, item["classes"], DEFAULT_PRIME)
        H, W = self.layers[0]["size"]
        grid = list(product(range(H), range(W)))
        chosen = [[int(x) for x in item[key]] for key in ("rows", "columns")]
        return by_minor(grid, self.P, self.M, *chosen)

    def denominator(self) -> int:
        """That of the assignment which the claim is about; 1 of almost all parameters."""
        entries = self.point or []
        numbers = [x for e in entries for x in (e["bias"], *(w for _, w in e["weights"]))]
        return lcm(*(Fraction(x).denominator for x in numbers))

    def named_entries(self, assignment: Any, p: int) -> list[list[Entry]]:
        """The entries layer by layer.

        Rational numbers are over the denominator of the claim's assignment; of almost all parameters,
        integers that are the same modulo p.
        """
        common = self.denominator()
        if common % p == 0:
            raise NotCovered(f"the prime {p} divides a denominator of the assignment")
        named: list[list[Entry]] = [[] for _ in self.layers[1:]]
        for entry in assignment:
            weights = [(d, _integer(w, common, p)) for d, w in entry["weights"]]
            spans = entry["channels"], *entry["offsets"], *entry["locations"]
            bias = _integer(entry["bias"], common, p)
            named[entry["layer"] - 1].append(Entry(spans, weights, bias))
        return few(named)

    def seeded_entries(self, rows: Rows) -> list[list[Entry]]:
        named: list[list[Entry]] = [[] for _ in self.layers[1:]]
        for (number, u, v, c), offsets in rows.items():
            if self.shared and (u or v):
                continue
            for (i, j), row in offsets.items():
                spans = [[x, x + 1] for x in (c, i, j, u, v)]
                weights = list(zip(row.channels, map(int, row.weights), strict=True))
                named[number - 1].append(Entry(spans, weights, int(row.bias)))
        return few(named)

    # ------------------------------------------------------------ bounds from above
    def above(self) -> Cut | Choices | None:
        """What implies the claim: a separating set, tables of all choices, or the matrix size (None)."""
        try:
            return self.cut()
        except NotCovered as why:
            given = next((x for x in self.items if x[1] == "factored"), None)
            if self.point is None or given is None:
                raise
            if self.denominator() > 1:
                raise NotCovered("an upper bound at an assignment with fractions") from why
            return self.tables(given[0], given[3][0])

    def tables(self, name: str, rows: Rows) -> Choices:
        """All choices of all sites, with blocks joined that the function couples."""
        choices = by_components(self.M, self.factors[name], self.P, self.layers[0]["size"])
        choices, _ = value_of(self.layers, rows, choices, DEFAULT_PRIME)
        largest = max(block.size for block in choices.blocks)
        if largest > LARGEST_TABLE:
            raise NotCovered(
                f"an upper bound by a table of {largest} rows, more than {LARGEST_TABLE}"
            )
        return choices

    def cut(self) -> Cut | None:
        """The separating set that implies the claim; None if the size of the matrix does."""
        sizes = len(self.P), prod(self.layers[0]["size"]) - len(self.P)
        value = checker.integer_of(self.value)
        if checker.integer_of([(self.M, min(sizes))]) <= value:
            return None
        for _, kind, item, _ in self.items:
            if kind == "cut" and int(item["bound"]) <= value:
                return Cut(*separator(self.layers, self.P, item), item["form"])
        raise NotCovered("no evidence from above implies the claim")


def geometry(layer: Any) -> Geometry:
    """A layer of a certificate."""
    size = tuple(layer["size"]) if "size" in layer else None
    dilation, padding = tuple(layer.get("dilation", (1, 1))), tuple(layer.get("padding", (0, 0)))
    plain = tuple(layer["window"]), tuple(layer["stride"]), layer["channels"]
    return Geometry(*plain, dilation, padding, size, layer.get("groups", 1))


def few(entries: list[list[Entry]]) -> list[list[Entry]]:
    """The same entries; raises NotCovered if they are many."""
    if sum(map(len, entries)) > MOST_ENTRIES:
        raise NotCovered(f"the assignment has more than {MOST_ENTRIES} entries")
    return entries


def leaves_of(choices: Choices, H: int, W: int) -> list[Leaf]:
    """The sites row by row; where nothing is said, they show template 0."""
    found = {site: Leaf(None, [t]) for site, t in choices.fixed.items()}
    for k, block in enumerate(choices.blocks):
        for site, templates in (block.rows | block.columns).items():
            fixed = len(set(templates)) == 1
            found[site] = Leaf(None, templates[:1]) if fixed else Leaf(k, templates)
    return [found.get(site, Leaf(None, [0])) for site in product(range(H), range(W))]


def small(n: int) -> str:
    """A natural number in digits; raises NotCovered if Coq does not read it as it is written."""
    if n >= LONGEST:
        raise NotCovered(f"the number {n}: Coq reads numbers below {LONGEST} as they are written")
    return str(n)


def _integer(text: str, common: int, p: int) -> int:
    """The number times the denominator, or an integer that is the same modulo p.

    Any, if there is none, as the evaluation does not meet it.
    """
    x = Fraction(text) * common
    return residue(x, p) if x.denominator % p and x.denominator != 1 else x.numerator


def _powers(powers: Powers) -> str:
    return " * ".join(f"{b}^{e}" for b, e in powers) or "1"


def translated(data: bytes) -> Translation:
    """The translation of the bytes of a certificate.

    Raises
    ------
    checker.Refused
        If the certificate is not valid.
    NotCovered
        If it is, and its claim or its evidence is of a kind that is not translated.
    """
    checker.limit(len(data), checker.FILE_BYTES, "bytes in the file")
    document = checker.read(data)
    return Translation(document, checker.check(document))


def translated_file(name: str) -> tuple[int, Translation | str]:
    """Exit status and translation of a file, which is checked once; without it the line that says why.

    0; the checker's status and line if it does not find the certificate valid; 3 if it is not covered.
    """
    try:
        with Path(name).open("rb") as file:
            data = file.read(checker.FILE_BYTES + 1)
    except (OSError, ValueError):
        return checker.verdict(name)
    status, line = checker.verdict_on(data)
    if status:
        return status, line
    try:
        return 0, Translation(checker.read(data), line)
    except NotCovered as why:
        return NOT_COVERED, str(why)
