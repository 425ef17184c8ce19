"""Certificates as the text that the checker reads which is extracted from Coq (formal/extraction/).

Numbers and words, apart from each other by blanks or new lines; formal/README.md says in which order.
"""

from __future__ import annotations

from collections.abc import Iterable

from .block_evaluation import Choices, NotCovered
from .translation import Cut, Entry, Geometry, Leaf, Lower, Translation, geometry, leaves_of, powers

LARGEST = 10**6
"""The program reads natural numbers up to this; it counts with them in unary."""


def checker_text(translation: Translation, evaluated: bool = True) -> str:
    """The text of a certificate; raises NotCovered. Evaluated or not: see `Translation.best`."""
    relation = translation.relation
    parts = ["convac-checker 2", *_network(translation)]
    whom = "almost-all" if translation.point is None else "assignment"
    parts += [f"claim {relation} {whom}", *_list(map(_all, translation.value))]
    if relation != "<=":
        parts += ["below", *_lower(translation.best(evaluated), *translation.layers[0]["size"])]
    if relation != ">=":
        parts += ["above", *_upper(translation.above(), *translation.layers[0]["size"])]
    return "\n".join([*parts, "end", ""])


def _network(translation: Translation) -> list[str]:
    net = translation.document["network"]
    boxes = [(*rows, *columns) for rows, columns in translation.document["partition"]["P"]]
    return [
        f"weights {'shared' if translation.shared else 'unshared'}",
        f"grid {_all((net['H'], net['W']))} templates {_number(net['M'])}",
        *("layers", *_list(map(_layer, map(geometry, net["layers"])))),
        *("P", *_list(map(_all, boxes))),
    ]


def _layer(layer: Geometry) -> str:
    plain = *layer.window, *layer.stride, layer.channels
    more = *layer.dilation, *layer.padding, layer.groups
    size = "rounded" if layer.size is None else f"given {_all(layer.size)}"
    return f"{_all((*plain, *more))} {size}"


def _lower(lower: Lower, H: int, W: int) -> list[str]:
    layers = [["layer", *_list(map(_entry, entries))] for entries in lower.entries]
    return [
        *(f"modulus {lower.p}", f"denominator {lower.denominator}"),
        *("assignment", *(line for layer in layers for line in layer)),
        *_choices(lower.choices, H, W),
    ]


def _choices(choices: Choices, H: int, W: int) -> list[str]:
    sites = map(_site, leaves_of(choices, H, W))
    return ["sites", *sites, "blocks", *_list(map(_all, powers(choices)))]


def _entry(entry: Entry) -> str:
    spans = _all(x for span in entry.spans for x in span)
    weights = [f"{_number(d)} {w}" for d, w in entry.weights if w]
    return " ".join([spans, *_list(weights), str(entry.bias)])


def _site(leaf: Leaf) -> str:
    if leaf.block is None:
        return f"fixed {_number(leaf.templates[0])}"
    return f"free {leaf.block} {len(leaf.templates)} {_all(leaf.templates)}"


def _upper(cut: Cut | Choices | None, H: int, W: int) -> list[str]:
    if cut is None:
        return ["size"]
    if isinstance(cut, Choices):
        return ["tables", *_choices(cut, H, W)]
    vertices, on_Q = (_list(map(_all, vs)) for vs in (cut.vertices, cut.on_Q))
    return [cut.form, "separator", *vertices, "on-Q", *on_Q]


def _all(numbers: Iterable[int]) -> str:
    return " ".join(map(_number, numbers))


def _list(items: Iterable[str]) -> list[str]:
    """How many there are, and they."""
    listed = list(items)
    return [str(len(listed)), *listed]


def _number(n: int) -> str:
    if n > LARGEST:
        raise NotCovered(f"the number {n}: the extracted checker reads numbers up to {LARGEST}")
    return str(n)
