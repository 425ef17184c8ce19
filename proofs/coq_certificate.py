"""Certificates as Coq files: the claim as a theorem, by the checker that formal/certificates/ verifies.

`coqc -R formal Overlap cert.v` evaluates that checker in Coq's kernel. The theorem at the end names the
network, the partition and the bound in the words of THEORY 1; it rests on no axiom and on no program.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby, product
from math import prod
from pathlib import Path
from typing import Any

import numpy as np

from ..algebra.linear.modular_rank import rank_mod_p
from . import checker
from .block_evaluation import (
    Choices,
    NotCovered,
    by_classes,
    by_minor,
    residue,
    value_of,
)
from .checker import Net, Place, Powers, Rows
from .coq_separator import Vertex, separator
from .random_ranks import DEFAULT_PRIME

NOT_COVERED = 3
PLAIN = {"window", "stride", "channels"}
"""What a layer of the paper says; the networks of formal/ have no others."""
LONGEST = 5000
"""Coq reads natural numbers below this as they are written."""
MOST_ENTRIES = 20_000
HEADER = """\
From Coq Require Import NArith ZArith.
From mathcomp Require Import all_ssreflect.
From Overlap Require Import Network Checker Certified Exact Claims CutClaims.
Set Implicit Arguments.
Delimit Scope Z_scope with coqZ.
"""


@dataclass(frozen=True)
class Lower:
    """An assignment and blocks that prove a bound from below, at the prime p."""

    entries: Sequence[str]
    choices: Choices
    p: int

    @property
    def powers(self) -> Powers:
        """The bound: the product of the sizes of the blocks."""
        sizes = [block.size for block in self.choices.blocks]
        return [(size, len(list(same))) for size, same in groupby(sizes)]


def coq_source(data: bytes) -> str:
    """A file for Coq that proves the claim of a certificate.

    Parameters
    ----------
    data : bytes
        The certificate (docs/certificate.md).

    Raises
    ------
    checker.Refused
        If the certificate is not valid.
    NotCovered
        If it is, and its claim or its evidence is of a kind that is not translated.
    """
    checker.limit(len(data), checker.FILE_BYTES, "bytes in the file")
    document = checker.read(data)
    said = checker.check(document)
    claim = document["claim"]
    if claim["for"] == checker.AT_POINT:
        raise NotCovered("the claim is about the rank at one assignment")
    more = {key for layer in document["network"]["layers"] for key in layer} - PLAIN
    if more:
        raise NotCovered(f"a layer has {', '.join(sorted(more))}")
    layers, P, items = checker.readable(document)
    return _File(document, layers, P, items, said).text()


def coq_answer(name: str) -> tuple[int, str]:
    """The exit status and `coq_source` of a file; without it the line that says why there is none.

    0; the checker's status and line if it does not find the certificate valid; 3 if it is not covered.
    """
    status, line = checker.verdict(name)
    if status:
        return status, line
    try:
        return 0, coq_source(Path(name).read_bytes())
    except NotCovered as why:
        return NOT_COVERED, str(why)


class _File:
    def __init__(
        self, document: Any, layers: Net, P: set[Place], items: list[Any], said: str
    ) -> None:
        self.document, self.layers, self.P, self.items, self.said = (
            document,
            layers,
            P,
            items,
            said,
        )
        self.M: int = layers[0]["channels"]
        self.shared = document["claim"]["for"] == checker.SHARED
        value = [(int(base), exponent) for base, exponent in document["claim"]["value"]]
        self.value: Powers = [(base, exponent) for base, exponent in value if base != 1]

    def text(self) -> str:
        relation = self.document["claim"]["relation"]
        parts = [_comment(self.said), HEADER, self.network()]
        if relation != "<=":
            parts.append(self.from_below("certificate" if relation == ">=" else "from_below"))
        if relation != ">=":
            parts.append(self.from_above("certificate" if relation == "<=" else "from_above"))
        if relation == "=":
            parts.append(
                f"Theorem certificate : generic_rank_is net {self.stated()}.\n"
                "Proof. exact: certified_equal from_below from_above. Qed."
            )
        return "\n".join([*parts, "Print Assumptions certificate.", ""])

    def network(self) -> str:
        net = self.document["network"]
        shapes = [
            f"Shape {_all(*layer['window'])} {_all(*layer['stride'])} {_nat(layer['channels'])}"
            for layer in net["layers"]
        ]
        boxes = [_box(box) for box in self.document["partition"]["P"]]
        fields = f"{str(self.shared).lower()} {_all(net['H'], net['W'], net['M'])}"
        return (
            "(** Shared weights or not; H, W, M; the layers: window, stride, channels; the boxes of P. *)\n"
            f"Definition net : network := Net {fields}\n  {_list(shapes)}\n  {_list(boxes)}.\n"
        )

    def stated(self) -> str:
        """The value as it stands in the theorem."""
        *init, last = [f"{_nat(b)} ^ {_nat(e)}" for b, e in self.value] or ["1"]
        text = last
        for power in reversed(init):
            text = f"{power} * ({text})" if text is not last else f"{power} * {text}"
        return f"({text})"

    def is_value(self) -> str:
        """The proof that it is the product of the powers."""
        if not self.value:
            return "value_one"
        (b, e), *rest = reversed(self.value)
        proof = f"(value_power {_nat(b)} {_nat(e)})"
        for b, e in rest:
            proof = f"(value_times {_nat(b)} {_nat(e)} {proof})"
        return proof

    # ------------------------------------------------------------ bounds from below
    def from_below(self, name: str) -> str:
        lower = self.best()
        H, W = self.layers[0]["size"]
        leaf = _leaves(lower.choices)
        leaves = [_list([leaf.get((r, c), "Fixed 0") for c in range(W)]) for r in range(H)]
        powers = _list([f"({_nat(b)}, {_nat(e)})" for b, e in lower.powers])
        entries = ";\n  ".join(lower.entries)
        return (
            "(** An assignment, layer by layer, as in docs/certificate.md: channels, offsets, locations,\n"
            "    weights, bias; then for each site the template that it shows, or one for each choice. *)\n"
            f"Definition layers : seq (seq entry) := [::\n  {entries}].\n"
            f"Definition leaves : seq (seq leaf) := [::\n  {(';' + chr(10) + '  ').join(leaves)}].\n\n"
            "(** Over every field of characteristic 0 there is a polynomial in the parameters that is not\n"
            "    zero everywhere, and where it is not zero the rank is at least this. *)\n"
            f"Theorem {name} : generic_rank_at_least net {self.stated()}.\n"
            "Proof.\n"
            f"apply: (@certified_lower net _ _ {self.is_value()} {lower.p}%coqZ layers leaves {powers}).\n"
            "vm_cast_no_check (erefl true).\nQed."
        )

    def best(self) -> Lower:
        """The evidence that can be translated and implies the claim; the first reason why there is none."""
        least, reasons = checker.integer_of(self.value), []
        if least == 1:
            return self.trivial()
        for name, kind, item, (rows, _) in self.items:
            if kind == "cut":
                continue
            try:
                lower = self.lower(kind, item, rows)
                if checker.integer_of(lower.powers) >= least:
                    return lower
                reasons.append(
                    f"{name}: blocks of {_powers(lower.powers)} rows do not reach the value"
                )
            except NotCovered as why:
                reasons.append(f"{name}: {str(why).removeprefix('not covered: ')}")
        raise NotCovered(reasons[0])

    def trivial(self) -> Lower:
        """The neutral assignment, whose function is 1."""
        return Lower(["[::]"] * (len(self.layers) - 1), Choices((), {}), DEFAULT_PRIME)

    def lower(self, kind: str, item: Any, rows: Rows) -> Lower:
        p = int(item.get("prime", DEFAULT_PRIME))
        if kind == "random minor":
            rows = checker.seeded(item["seed"], p, self.shared, self.layers)
            entries = list(self.seeded_entries(rows))
        else:
            entries = self.named_entries(item["assignment"], p)
        choices, (scalar, tables) = value_of(self.layers, rows, self.choices(kind, item, rows), p)
        for k, block in enumerate(choices.blocks):
            table = tables.get(k)
            square = (block.size, block.size)
            whole = (
                table is not None
                and rank_mod_p(np.broadcast_to(table, square).copy(), p) == block.size
            )
            if not whole:
                raise NotCovered(f"the table of block {k} is not invertible modulo {p}")
        if not scalar or len(tables) != len(choices.blocks):
            raise NotCovered(f"the function is 0 modulo {p} where its sites are fixed")
        return Lower(entries, choices, p)

    def choices(self, kind: str, item: Any, rows: Rows) -> Choices:
        if kind == "factored":
            return by_classes(
                self.M, checker.factors_of(self.layers, rows), self.P, item["classes"]
            )
        H, W = self.layers[0]["size"]
        grid = list(product(range(H), range(W)))
        chosen = [[int(x) for x in item[key]] for key in ("rows", "columns")]
        return by_minor(grid, self.P, self.M, *chosen)

    def named_entries(self, assignment: Any, p: int) -> list[str]:
        """The entries layer by layer; rational numbers as integers that are the same modulo p."""
        named: list[list[str]] = [[] for _ in self.layers[1:]]
        for entry in assignment:
            weights = [(d, _integer(w, p)) for d, w in entry["weights"]]
            named[entry["layer"] - 1].append(
                _entry(
                    entry["channels"],
                    entry["offsets"],
                    entry["locations"],
                    weights,
                    _integer(entry["bias"], p),
                )
            )
        return self.listed(named)

    def seeded_entries(self, rows: Rows) -> Iterator[str]:
        named: list[list[str]] = [[] for _ in self.layers[1:]]
        for (number, u, v, c), offsets in rows.items():
            if self.shared and (u or v):
                continue
            for (i, j), row in offsets.items():
                spans = [[x, x + 1] for x in (c, i, j, u, v)]
                weights = list(zip(row.channels, map(int, row.weights), strict=True))
                named[number - 1].append(
                    _entry(spans[0], spans[1:3], spans[3:], weights, int(row.bias))
                )
        return iter(self.listed(named))

    def listed(self, named: list[list[str]]) -> list[str]:
        if sum(map(len, named)) > MOST_ENTRIES:
            raise NotCovered(f"the assignment has more than {MOST_ENTRIES} entries")
        return ["[::" + ";\n    ".join(["", *entries])[1:] + "]" for entries in named]

    # ------------------------------------------------------------ bounds from above
    def from_above(self, name: str) -> str:
        sizes = len(self.P), prod(self.layers[0]["size"]) - len(self.P)
        value = checker.integer_of(self.value)
        stated = f"Theorem {name} : rank_at_most net {self.stated()}.\n"
        if checker.integer_of([(self.M, min(sizes))]) <= value:
            return (
                "(** For all parameters, over every field: the matrix has no more rows or columns. *)\n"
                f"{stated}Proof.\napply: (@certified_size net _ _ {self.is_value()}).\n"
                "vm_cast_no_check (erefl true).\nQed."
            )
        item = next(x for _, kind, x, _ in self.items if kind == "cut" and int(x["bound"]) <= value)
        S, on_Q = (_list(map(_vertex, vs)) for vs in separator(self.layers, self.P, item))
        form = str(item["form"] == "sum").lower()
        return (
            "(** For all parameters, over every field: by a separating set (THEORY 9), whose vertices are\n"
            "    (layer, row, column), and the locations that are labelled Q. *)\n"
            f"Definition separator : seq (nat * nat * nat) := {S}.\n"
            f"Definition on_Q : seq (nat * nat * nat) := {on_Q}.\n"
            f"{stated}Proof.\n"
            f"apply: (@certified_cut net _ _ {form} separator on_Q {self.is_value()}).\n"
            "vm_cast_no_check (erefl true).\nQed."
        )


# ---------------------------------------------------------------- words of Coq
def _nat(n: int) -> str:
    if n >= LONGEST:
        raise NotCovered(f"the number {n}: Coq reads numbers below {LONGEST} as they are written")
    return str(n)


def _all(*numbers: int) -> str:
    return " ".join(map(_nat, numbers))


def _list(items: Iterable[str]) -> str:
    return f"[:: {'; '.join(items)}]"


def _span(span: Sequence[int]) -> str:
    return f"({_nat(span[0])}, {_nat(span[1])})"


def _box(box: Sequence[Sequence[int]]) -> str:
    return f"({_span(box[0])}, {_span(box[1])})"


def _vertex(v: Vertex) -> str:
    return f"({', '.join(map(_nat, v))})"


def _entry(channels: Any, offsets: Any, locations: Any, weights: Any, bias: int) -> str:
    numbers = _list(f"({_nat(d)}, {_z(w)})" for d, w in weights if w)
    return f"Entry {_span(channels)} {_box(offsets)} {_box(locations)} {numbers} {_z(bias)}"


def _z(x: int) -> str:
    return f"({x})%coqZ"


def _integer(text: str, p: int) -> int:
    """An integer that is the number modulo p; any, if there is none, as the evaluation does not meet it."""
    x = Fraction(text)
    return residue(x, p) if x.denominator % p and x.denominator != 1 else x.numerator


def _leaves(choices: Choices) -> dict[Place, str]:
    found = {site: f"Fixed {_nat(t)}" for site, t in choices.fixed.items()}
    for k, block in enumerate(choices.blocks):
        for site, templates in (block.rows | block.columns).items():
            fixed = len(set(templates)) == 1
            free = f"Free {k}%num {_list(map(_nat, templates))}"
            found[site] = f"Fixed {_nat(templates[0])}" if fixed else free
    return found


def _powers(powers: Powers) -> str:
    return " * ".join(f"{b}^{e}" for b, e in powers) or "1"


def _comment(said: str) -> str:
    # A string in a comment would have to end in it.
    words = said.removeprefix("VALID: ").replace('"', "").replace("(*", "( *").replace("*)", "* )")
    return f"(* {words} *)\n"
