"""Certificates as Coq files: the claim as a theorem, by the checker that formal/certificates/ verifies.

`coqc -R formal Overlap cert.v` evaluates that checker in Coq's kernel. The theorem at the end names the
network, the partition and the bound in the words of THEORY 1; it rests on no axiom and on no program.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from .block_evaluation import Choices, NotCovered
from .coq_separator import Vertex
from .translation import (
    NOT_COVERED,
    Entry,
    Geometry,
    Leaf,
    Translation,
    geometry,
    leaves_of,
    powers,
    small,
    translated,
    translated_file,
)

HEADER = """\
From Coq Require Import NArith ZArith.
From mathcomp Require Import all_ssreflect.
From Overlap Require Import Network Geometry Checker Certified Exact Claims CutClaims Point.
Set Implicit Arguments.
Delimit Scope Z_scope with coqZ.
"""
GENERIC = """\
(** Over every field of characteristic 0 there is a polynomial in the parameters that is not
    zero everywhere, and where it is not zero the rank is at least this. *)
"""
AT_POINT = """\
(** Over every field of characteristic 0 the rank is at least this at this assignment, whose
    numbers are over the denominator. *)
"""


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
    return coq_text(translated(data))


def coq_text(translation: Translation) -> str:
    """The same for a certificate that is translated; raises NotCovered."""
    return _File(translation).text()


def coq_answer(name: str) -> tuple[int, str]:
    """The exit status and `coq_source` of a file; without it the line that says why there is none.

    0; the checker's status and line if it does not find the certificate valid; 3 if it is not covered.
    """
    status, found = translated_file(name)
    try:
        return status, coq_text(found) if isinstance(found, Translation) else found
    except NotCovered as why:
        return NOT_COVERED, str(why)


class _File:
    def __init__(self, translation: Translation) -> None:
        self.it = translation

    def text(self) -> str:
        relation = self.it.relation
        parts = [_comment(self.it.said), HEADER, self.network()]
        if relation != "<=":
            parts.append(self.from_below("certificate" if relation == ">=" else "from_below"))
        if relation != ">=":
            parts.append(self.from_above("certificate" if relation == "<=" else "from_above"))
        if relation == "=":
            point = "" if self.it.point is None else "_point"
            above = "(at_most_point _ _ from_above)" if self.it.point else "from_above"
            if self.it.point is not None and isinstance(self.it.above(), Choices):
                above = "from_above"
            parts.append(
                f"Theorem certificate : {self.claimed('is')} {self.stated()}.\n"
                f"Proof. exact: certified_equal{point} from_below {above}. Qed."
            )
        return "\n".join([*parts, "Print Assumptions certificate.", ""])

    def network(self) -> str:
        net = self.it.document["network"]
        shapes = [_layer(geometry(layer)) for layer in net["layers"]]
        boxes = [_box(box) for box in self.it.document["partition"]["P"]]
        fields = f"{str(self.it.shared).lower()} {_all(net['H'], net['W'], net['M'])}"
        return (
            "(** Shared weights or not; H, W, M; the layers: window, stride, channels, then dilation,\n"
            "    padding, size and groups if they are not plain; the boxes of P. *)\n"
            f"Definition net : network := Net {fields}\n  {_list(shapes)}\n  {_list(boxes)}.\n"
        )

    def claimed(self, relation: str) -> str:
        """What is said of the network: of almost all parameters, or at the assignment of the claim."""
        if self.it.point is None:
            return f"generic_rank_{relation} net"
        return f"point_rank_{relation} net {_z(self.it.denominator())} layers"

    def stated(self) -> str:
        """The value as it stands in the theorem."""
        *init, last = [f"{small(b)} ^ {small(e)}" for b, e in self.it.value] or ["1"]
        text = last
        for power in reversed(init):
            text = f"{power} * ({text})" if text is not last else f"{power} * {text}"
        return f"({text})"

    def is_value(self) -> str:
        """The proof that it is the product of the powers."""
        if not self.it.value:
            return "value_one"
        (b, e), *rest = reversed(self.it.value)
        proof = f"(value_power {small(b)} {small(e)})"
        for b, e in rest:
            proof = f"(value_times {small(b)} {small(e)} {proof})"
        return proof

    # ------------------------------------------------------------ bounds from below
    def from_below(self, name: str) -> str:
        lower = self.it.best()
        entries = ";\n  ".join(map(_entries, lower.entries))
        lemma = "certified_lower" if self.it.point is None else "certified_lower_point"
        return (
            "(** An assignment, layer by layer, as in docs/certificate.md: channels, offsets, locations,\n"
            "    weights, bias; then for each site the template that it shows, or one for each choice. *)\n"
            f"Definition layers : seq (seq entry) := [::\n  {entries}].\n"
            f"{self.leaves('leaves', lower.choices)}\n"
            f"{GENERIC if self.it.point is None else AT_POINT}"
            f"Theorem {name} : {self.claimed('at_least')} {self.stated()}.\n"
            "Proof.\n"
            f"apply: (@{lemma} net _ _ {self.is_value()} {lower.p}%coqZ {_z(lower.denominator)}\n"
            f"  layers leaves {_powers(lower.choices)}).\n"
            "vm_cast_no_check (erefl true).\nQed."
        )

    def leaves(self, name: str, choices: Choices) -> str:
        H, W = self.it.layers[0]["size"]
        shown = leaves_of(choices, H, W)
        rows = [_list(map(_leaf, shown[r * W : (r + 1) * W])) for r in range(H)]
        return (
            f"Definition {name} : seq (seq leaf) := [::\n  {(';' + chr(10) + '  ').join(rows)}].\n"
        )

    # ------------------------------------------------------------ bounds from above
    def from_tables(self, name: str, choices: Choices) -> str:
        return (
            "(** All choices of the sites, block by block; the table of each block is factored. *)\n"
            f"{self.leaves('all_leaves', choices)}"
            f"Theorem {name} : {self.claimed('at_most')} {self.stated()}.\n"
            "Proof.\n"
            f"apply: (@certified_tables net _ _ {self.is_value()} layers all_leaves {_powers(choices)}).\n"
            "vm_cast_no_check (erefl true).\nQed."
        )

    def from_above(self, name: str) -> str:
        cut = self.it.above()
        if isinstance(cut, Choices):
            return self.from_tables(name, cut)
        stated = f"Theorem {name} : rank_at_most net {self.stated()}.\n"
        if cut is None:
            return (
                "(** For all parameters, over every field: the matrix has no more rows or columns. *)\n"
                f"{stated}Proof.\napply: (@certified_size net _ _ {self.is_value()}).\n"
                "vm_cast_no_check (erefl true).\nQed."
            )
        S, on_Q = (_list(map(_vertex, vs)) for vs in (cut.vertices, cut.on_Q))
        form = str(cut.form == "sum").lower()
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
def _powers(choices: Choices) -> str:
    return _list([f"({small(b)}, {small(e)})" for b, e in powers(choices)])


def _all(*numbers: int) -> str:
    return " ".join(map(small, numbers))


def _list(items: Iterable[str]) -> str:
    return f"[:: {'; '.join(items)}]"


def _span(span: Sequence[int]) -> str:
    return f"({small(span[0])}, {small(span[1])})"


def _box(box: Sequence[Sequence[int]]) -> str:
    return f"({_span(box[0])}, {_span(box[1])})"


def _layer(layer: Geometry) -> str:
    shape = f"(Shape {_all(*layer.window, *layer.stride, layer.channels)})"
    if layer == Geometry(layer.window, layer.stride, layer.channels):
        return f"plain {shape}"
    size = "None" if layer.size is None else f"(Some ({', '.join(map(small, layer.size))}))"
    return f"GShape {shape} {_all(*layer.dilation, *layer.padding)} {size} {small(layer.groups)}"


def _vertex(v: Vertex) -> str:
    return f"({', '.join(map(small, v))})"


def _entries(entries: Sequence[Entry]) -> str:
    return "[::" + ";\n    ".join(["", *map(_entry, entries)])[1:] + "]"


def _entry(entry: Entry) -> str:
    channels, *spans = entry.spans
    numbers = _list(f"({small(d)}, {_z(w)})" for d, w in entry.weights if w)
    boxes = f"{_box(spans[:2])} {_box(spans[2:])}"
    return f"Entry {_span(channels)} {boxes} {numbers} {_z(entry.bias)}"


def _z(x: int) -> str:
    return f"({x})%coqZ"


def _leaf(leaf: Leaf) -> str:
    if leaf.block is None:
        return f"Fixed {small(leaf.templates[0])}"
    return f"Free {leaf.block}%num {_list(map(small, leaf.templates))}"


def _comment(said: str) -> str:
    # A string in a comment would have to end in it.
    words = said.replace('"', "").replace("(*", "( *").replace("*)", "* )")
    return f"(* {words} *)\n"
