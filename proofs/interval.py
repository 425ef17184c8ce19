"""A rank between two proved bounds, and what proves each: the same text and JSON in every report."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from html import escape
from itertools import groupby
from typing import Any

from ..algebra.powers import Powers
from ..algebra.witnesses.construction import Construction
from ..graphs.network import Vertex
from ..graphs.routes import Route
from .setting import About, Setting
from .transcripts.sheet import GOOD, Closing, Line

Routes = Callable[[], Sequence[Route]]
STRADDLING, THEOREM = "straddling sites", "theorem"
MOST_NAMED = 8
"""Vertices of a separating set that are named one by one."""
MOST_FACTORS = 12
"""Different factors of a bound that are shown."""
MOST_KINDS = 8
"""Layers, and what vertices of them count, that are told apart."""


@dataclass(frozen=True)
class LowerBound:
    """A proved lower bound, and what proves it.

    `construction` is an explicit assignment at which the exact rank is `value`, or None. `by_lemma` says
    that the bound rests on a theorem alone, whose assignment was not ranked. `routes` gives the pairs of
    sites that the theorem counts, to be drawn; None if it counts something else.
    """

    value: Powers
    by: str
    construction: Construction | None = None
    by_lemma: bool = False
    routes: Routes | None = field(default=None, compare=False, repr=False)

    def _repr_html_(self) -> str:
        return bound_html("≥", self.value, self.by)

    def to_json(self) -> dict[str, Any]:
        """The number, and what proves it."""
        return {**self.value.to_json(), "by": self.by, "by_lemma": self.by_lemma}


@dataclass(frozen=True)
class UpperBound:
    """A proved upper bound, and what proves it.

    `separator` is the set S, empty for the bound by the smaller side's size. `form` says whether the sum of
    THEORY 9 was evaluated or the larger product, or that S are straddling sites, for which neither is, or
    that a theorem proves it without a set.
    `on_q` names the neutral vertices that run on Q: of the inputs of what is expanded, mixed ones that are
    in S or see no site without S. `weights` is what each vertex of S counts, where N(S) is just their
    product. `remark` says what was not searched.
    """

    value: Powers
    by: str
    separator: tuple[Vertex, ...] = ()
    form: str = ""
    on_q: tuple[Vertex, ...] = ()
    weights: tuple[int, ...] = ()
    remark: str = ""

    @property
    def in_words(self) -> str:
        """What proves it: of a separating set, what it consists of, and how it was counted."""
        said = self.by
        if self.form not in ("", STRADDLING, THEOREM):
            said = f"{self.by}: {show_separator(self.separator, self.weights)}"
            said += "" if self.weights else f"; N(S) as a {self.form} over degrees"
        return f"{said}; {self.remark}" if self.remark else said

    def _repr_html_(self) -> str:
        return bound_html("≤", self.value, self.in_words)

    def to_json(self) -> dict[str, Any]:
        """The number, what proves it, and the separating set as [layer, [row, column]]."""
        separator = [[layer, list(at)] for layer, at in self.separator]
        return {**self.value.to_json(), "by": self.in_words, "separator": separator}


def show_separator(chosen: Sequence[Vertex], weights: Sequence[int] = ()) -> str:
    """A separating set, layer by layer, with what each vertex counts; those of a small set by name.

    >>> chosen = (Vertex(0, (0, 1)), Vertex(0, (1, 1)), Vertex(2, (0, 0)))
    >>> print(show_separator(chosen))
    2 sites (0, 1), (1, 1) and 1 location of layer 2 (0, 0)
    >>> print(show_separator(chosen, (3, 3, 1)))
    2 sites (0, 1), (1, 1), which count 3 each, and 1 location of layer 2 (0, 0), which counts 1
    """
    weighed = sorted(zip(chosen, weights or [0] * len(chosen), strict=True))
    if weights and len({(vertex.layer, weight) for vertex, weight in weighed}) > MOST_KINDS:
        return _by_layers(weighed)
    parts = []
    for (layer, weight), group in groupby(weighed, key=lambda pair: (pair[0].layer, pair[1])):
        places = [str(vertex.at) for vertex, _ in group]
        plural = "s" if len(places) > 1 else ""
        part = f"{len(places)} {f'location{plural} of layer {layer}' if layer else f'site{plural}'}"
        part += f" {', '.join(places)}" if len(chosen) <= MOST_NAMED else ""
        count = f"which count {weight} each" if plural else f"which counts {weight}"
        parts.append(f"{part}, {count}" if weights else part)
    if weights:
        return ", and ".join(parts)
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def _by_layers(weighed: Sequence[tuple[Vertex, int]]) -> str:
    """A set whose vertices count many different numbers: the least and the largest of each layer."""
    parts = []
    for layer, group in groupby(weighed, key=lambda pair: pair[0].layer):
        counts = [weight for _, weight in group]
        plural = "s" if len(counts) > 1 else ""
        what = f"location{plural} of layer {layer}" if layer else f"site{plural}"
        low, high = min(counts), max(counts)
        said = f"from {low} to {high}" if high > low else str(low)
        parts.append(f"{len(counts)} {what}, {said}{' each' if plural else ''}")
    return f"what its vertices count: {'; '.join(parts)}"


def bound_html(relation: str, value: Powers, by: str) -> str:
    """A bound in a notebook: the number, and beside it what proves it."""
    return f"<div>{relation} <strong>{value.with_value}</strong>: {escape(by)}</div>"


class Bounded(About):
    """What has proved bounds `lower` and `upper` on a rank, of which `of` is the name."""

    of: str
    lower: LowerBound
    upper: UpperBound

    @property
    def exact(self) -> bool:
        """Whether the proved bounds meet."""
        return self.lower.value == self.upper.value

    def _bounds(self) -> tuple[Line, Line]:
        """A line for each bound."""
        low, by = self.lower.value.with_value, self.upper.in_words
        high = self._high
        if high is not self.upper.value:
            factors = len(self.upper.value.factors)
            M = high.factors[0][0]
            by = f"rounded up to a power of {M}, the number has {factors} factors (--json): {by}"
        return Line("≥", low, self.lower.by), Line("≤", high.with_value, by)

    @property
    def _high(self) -> Powers:
        """The upper bound as it is shown: of many factors the next power of M."""
        value, M = self.upper.value, self.setting.network.M
        many = M > 1 and len(value.factors) > MOST_FACTORS
        return Powers([(M, value.ceil_log(M))]) if many else value

    def _proved(self) -> Closing:
        """The value, or the interval, and whether it rests on a lemma."""
        low, high = (value.with_value for value in (self.lower.value, self._high))
        remark = ", by the lemma that is named" if self.lower.by_lemma else ""
        if self.exact:
            return Closing("EXACT", GOOD, f"the {self.of} is {high}{remark}")
        return Closing("PROVED", GOOD, f"{low} ≤ {self.of} ≤ {high}{remark}")

    def _bounds_json(self) -> dict[str, Any]:
        """The keys that open its JSON."""
        return bounds_json(self.of, self.setting, self.lower, self.upper)


def bounds_json(of: str, setting: Setting, lower: LowerBound, upper: UpperBound) -> dict[str, Any]:
    """The keys that open the JSON of every report on a rank, of which `of` is the name."""
    M = setting.network.M
    return {
        "of": of,
        **setting.to_json(),
        "shape": [Powers([(M, count)]).to_json() for count in setting.partition.counts],
        "lower": lower.to_json(),
        "upper": upper.to_json(),
        "exact": lower.value == upper.value,
    }
