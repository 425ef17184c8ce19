"""The table of false variants in results.md, from the claims of the regression suite.

python docs/false_variants.py
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from inspect import Parameter, signature

from convac import Outcome, theorems
from convac.proofs import regress

HEAD = ["| variant | on | claims | is |", "|---|---|---|---|"]
SAID = re.compile(r"it is (?:exactly )?(.*?), which contradicts the claim “(.*)”")


def table() -> Iterator[str]:
    """One row for each claim that is expected to be refuted."""
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


if __name__ == "__main__":
    print("\n".join(table()))
