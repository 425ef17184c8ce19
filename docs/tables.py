"""The tables of results.md that are computed: what the paper's theorem becomes, and the false variants.

python docs/tables.py
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from inspect import Parameter, signature

from convac import (
    Network,
    Outcome,
    generic_rank,
    left_right,
    rank_interval,
    theorems,
    verify_bound,
)
from convac.proofs import regress

HEAD = ["| variant | on | claims | is |", "|---|---|---|---|"]
NETWORKS = (
    (2, 4, "3/1:2,4/4:1"),
    (3, 4, "3/1:2,4/4:1"),
    (2, 4, "2/1:2,4/4:1"),
    (2, 4, "2/1:2,2/1:2,4/4:1"),
    (2, 4, "2/1:4,2/2:2,2/2:1"),
    (2, 4, "3/1:2,2/2:4,1/2:1"),
    (3, 6, "3/1:2,2/1:2,6/6:1"),
    (4, 6, "2/1:3,3/1:3,6/6:1"),
    (2, 8, "3/1:1,3/1:1,8/8:1"),
    (3, 8, "2/1:2,2/1:2,3/1:2,8/8:1"),
)
SAID = re.compile(r"it is (?:exactly )?(.*?), which contradicts the claim “(.*)”")


def false_variants() -> Iterator[str]:
    """One row for each claim of the regression suite that is expected to be refuted."""
    yield from HEAD
    known = theorems()
    for row in regress.load(known=known):
        if row.expect is not Outcome.REFUTED:
            continue
        theorem = known[row.result]
        variant = theorem.variants[row.variant]
        verdict = theorem.refute(variant, row.sizes)
        found = SAID.search(verdict.conclusion)
        assert found is not None, verdict.conclusion
        where = in_words({**other_partition(variant.claim), **row.sizes})
        yield f"| {row.result}, {row.variant} | {where} | {found[2]} | {found[1]} |"


def other_partition(claim: Callable[..., object]) -> dict[str, str]:
    """The partition that a claim is about by default, unless it is left-right."""
    partition = signature(claim).parameters.get("partition")
    default = "left-right" if partition is None else partition.default
    return {"partition": default} if default not in ("left-right", Parameter.empty) else {}


def in_words(sizes: Mapping[str, int | str]) -> str:
    """Sizes as the page writes them: M = 2, 1 × 6, `layers`, column 3.

    >>> in_words({"M": 2, "H": 1, "W": 6, "layers": "1x2/1:1,1x6/1x6:1", "partition": "column:3"})
    'M = 2, 1 × 6, `1x2/1:1,1x6/1x6:1`, column 3'
    """
    words = []
    order = ("partition", "weights", "pooling")  # last
    for name, value in sorted(sizes.items(), key=lambda item: item[0] in order):
        if name == "H" and "W" in sizes:
            words.append(f"{value} × {sizes['W']}")
        elif name == "layers":
            words.append(f"`{value}`")
        elif name in order:
            words.append(str(value).replace(":", " "))
        elif name == "sides":
            words.append(f"sides {value}")
        elif name != "W":
            words.append(f"{name} = {value}")
    return ", ".join(words)


def beyond_the_paper() -> Iterator[str]:
    """Theorem 1, the best bound, and the generic rank on each of the networks, left-right and shared."""
    yield "| network | Theorem 1 | `half-free` | best bound | generic rank |"
    yield "|---|---|---|---|---|"
    half_free = theorems()["half-free"]
    for M, H, layers in NETWORKS:
        network = Network(M, H, layers=layers)
        paper = verify_bound(network)
        ours = half_free(M=M, H=H, layers=layers)
        best = rank_interval(network, left_right(H))
        report = generic_rank(network, left_right(H), trials=2)
        rank = report.upper.value.digits if report.exact else f"from {report.lower.value.digits}"
        said = paper.bound if paper else "not applicable"
        where = in_words({"M": M, "H": H, "layers": layers})
        yield f"| {where} | {said} | {ours.bound} | {best.lower.value} | {rank} |"


if __name__ == "__main__":
    for table in (beyond_the_paper, false_variants):
        print("\n".join(table()) + "\n")
