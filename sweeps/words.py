"""What a chart of a sweep says in words: constants in the caption, the rest in the legend."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from ..proofs.setting import PRODUCT
from .families import Member

IN_WORDS = {
    PRODUCT: "product pooling",
    "relu-sum": "max(0, sum) pooling",
    "relu-max": "max(0, max) pooling",
    "sum-relu": "sum of max(0, ·) pooling",
}
ROLES = (("channels", r":{%s}"), ("window", r"(?:^|[,(x]){%s}(?:x|/)"), ("stride", r"/{%s}:"))


@dataclass(frozen=True)
class Words:
    """Words for the members of a chart; `x` is the name of the swept size."""

    members: Sequence[Member]
    x: str

    @cached_property
    def values(self) -> dict[str, list[int]]:
        """The sizes by name, each with its values in order."""
        found: dict[str, dict[int, None]] = {}
        for member in self.members:
            for name, value in _sizes(member).items():
                found.setdefault(name, {})[value] = None
        return {name: list(values) for name, values in found.items()}

    @cached_property
    def constants(self) -> dict[str, int]:
        """The sizes that do not vary, other than the one on the axis."""
        return {
            name: values[0]
            for name, values in self.values.items()
            if len(values) == 1 and name != self.x
        }

    @cached_property
    def square(self) -> bool:
        """Whether W = H in all rows."""
        return all(member.case.W == member.case.H for member in self.members)

    @property
    def templates(self) -> list[str]:
        """The templates of layers, each once."""
        return list(dict.fromkeys(member.template for member in self.members))

    @property
    def caption(self) -> str:
        """What is the same in all rows: sizes, layers, partition, weights, pooling, and the seeds."""
        parts = [self._constant(name) for name in self.constants if name != "W" or not self.square]
        if len(self.templates) == 1 and self.templates[0]:
            parts.append(f"layers {self.layers(self.templates[0])}")
        cases = [member.case for member in self.members]
        for values, form in (
            ([case.partition for case in cases], "{} partition"),
            ([case.weights for case in cases], "{} weights"),
            ([IN_WORDS[case.pooling] for case in cases], "{}"),
        ):
            if len(set(values)) == 1:
                parts.append(form.format(values[0]))
        return ", ".join([*parts, _seeds(sorted({case.seed for case in cases}))])

    def _constant(self, name: str) -> str:
        both = "H = W" if name == "H" and self.square else name
        return f"{both} = {self.constants[name]}"

    def layers(self, template: str) -> str:
        """A template with its constants filled in, and names where sizes vary.

        A comma that ends a layer is followed by a space.
        """
        names = {name: self.constants.get(name, name) for name in self.values}
        return template.format(**names).replace(" ", "").replace(",", ", ")

    def group(self, members: Sequence[Member]) -> str:
        """What the members of a group have in common and others have not; the layers first.

        Nothing where it is the only group.
        """
        first = members[0]
        if not first.template:
            return first.group
        parts = [f"layers {self.layers(first.template)}"] if len(self.templates) > 1 else []
        for name, value in _sizes(first).items():
            follows = name == "W" and self.square
            if name != self.x and name not in self.constants and not follows:
                parts.append(f"{name} = {value}")
        for words in ("partition", "weights"):
            if len({getattr(member.case, words) for member in self.members}) > 1:
                parts.append(str(getattr(first.case, words)))
        return ", ".join(parts)

    def panel(self, members: Sequence[Member]) -> str:
        """The pooling of a panel, where there are several."""
        several = len({member.case.pooling for member in self.members}) > 1
        own = dict.fromkeys(IN_WORDS[member.case.pooling] for member in members)
        return ", ".join(own) if several else ""

    @property
    def x_label(self) -> str:
        """The swept size, with what it is a size of."""
        if self.x == "M":
            return "M (templates)"
        if self.x in ("H", "W"):
            size = "rows" if self.x == "H" else "columns"
            return "H = W (rows and columns)" if self.square else f"{self.x} ({size})"
        known = [
            role
            for role, pattern in ROLES
            if any(re.search(pattern % re.escape(self.x), one) for one in self.templates)
        ]
        return f"{self.x} ({' and '.join(known)})" if known else self.x


def _sizes(member: Member) -> dict[str, int]:
    case = member.case
    return {"M": case.M, "H": case.H, "W": case.W, **dict(member.sizes)}


def _seeds(seeds: Sequence[int]) -> str:
    """The seeds, the first and the last of many.

    >>> _seeds([3]), _seeds([0, 1, 2]), _seeds([0, 2])
    ('seed 3', 'seeds 0 … 2', 'seeds 0, 2')
    """
    if len(seeds) == 1:
        return f"seed {seeds[0]}"
    if list(seeds) == list(range(seeds[0], seeds[-1] + 1)):
        return f"seeds {seeds[0]} … {seeds[-1]}"
    return f"{len(seeds)} seeds" if len(seeds) > 4 else f"seeds {', '.join(map(str, seeds))}"


def by_place(members: Iterable[Member]) -> dict[str, dict[str, list[Member]]]:
    """The members by panel and group, in order."""
    found: dict[str, dict[str, list[Member]]] = {}
    for member in members:
        found.setdefault(member.panel, {}).setdefault(member.group, []).append(member)
    return found
