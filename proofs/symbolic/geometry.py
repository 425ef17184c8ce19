"""The geometry of the explicit assignments for all sizes at once, as obligations.

Along the cut: n sites, location v of layer K, near site T_S v, far site T_S v + T - 1, layers of sizes n_l.
Across it: h sites, location u, site T_S u. Strides are concrete numbers, so that everything is linear;
sizes, windows, channels and the cut are variables.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import prod

from .obligations import Obligation


@dataclass(frozen=True)
class Strides:
    """What stays concrete: strides of layers 1 ... K, and of the tail's layers K + 1 ... L - 1.

    The last layer's stride covers its input, whatever its size.
    """

    routes: tuple[int, ...]
    tail: tuple[int, ...]

    def __str__(self) -> str:
        """In words: what stays concrete."""
        routes = f"strides {', '.join(map(str, self.routes))}"
        if not self.tail:
            return f"{routes} and one layer over all of it"
        listed = ", ".join(map(str, self.tail))
        return f"{routes}, tail strides {listed} that divide their inputs, and one layer over all of it"

    @property
    def K(self) -> int:
        return len(self.routes)

    @property
    def total(self) -> int:
        """T_S."""
        return prod(self.routes)

    @property
    def windows(self) -> tuple[str, ...]:
        """The names t1, ..., tK of the effective windows."""
        return tuple(f"t{k + 1}" for k in range(self.K))

    @property
    def premises(self) -> tuple[str, ...]:
        """t_l >= 1, and T = 1 + sum of (t_l - 1)·S_1 … S_(l-1)."""
        steps = (times(prod(self.routes[:k]), f"({t} - 1)") for k, t in enumerate(self.windows))
        return (*(f"{t} >= 1" for t in self.windows), f"T == 1 + {' + '.join(steps)}")


def times(factor: int, term: str) -> str:
    """factor·term, the factor 1 left out."""
    return term if factor == 1 else f"{factor}*{term}"


def sizes(name: str, strides: Sequence[int]) -> tuple[list[str], list[str]]:
    """Variables name, name1, ..., nameK and the premises that each is the ceiling of the last / S."""
    names = [name, *(f"{name}{k + 1}" for k in range(len(strides)))]
    premises = [f"{name} >= 1"]
    for k, S in enumerate(strides):
        premises.append(f"{names[k]} <= {times(S, names[k + 1])} < {names[k]} + {S}")
    return names, premises


def common(strides: Strides) -> Iterator[Obligation]:
    """What both bounds need: sizes, routes, disjoint sites, and a tail that reads every location once."""
    yield from _sizes(strides)
    yield from _routes(strides)
    yield _disjoint(strides)
    yield from _tail(strides)


def halves(strides: Strides) -> Iterator[Obligation]:
    """Theorem 1: n = 2w even, T > w: pairs cross, and there are (floor((n - T)/T_S) + 1)·ceil(h/T_S)."""
    near = times(strides.total, "v")
    variables = ("n", "w", "v", "T", *strides.windows)
    premises = ("n == 2*w", "w >= 1", "v >= 0", *strides.premises, "T > w")
    yield Obligation(
        "pairs cross", variables, (*premises, f"{near} + T <= n"), f"{near} < w <= {near} + T - 1"
    )
    yield Obligation(
        "pairs counted",
        variables,
        (*premises, "T <= n"),
        f"iff({near} + T <= n, v < (n - T)//{strides.total} + 1)",
    )


def cuts(strides: Strides) -> Iterator[Obligation]:
    """The sharp bound, any cut C: crossing pairs counted, with near sites left and far sites right."""
    T_S, near = strides.total, times(strides.total, "v")
    variables = ("n", "C", "v", "T", *strides.windows)
    premises = ("1 <= C < n", "v >= 0", *strides.premises, "T >= 2")
    first = f"(max(0, C - T + 1) + {T_S - 1})//{T_S}"
    yield Obligation(
        "pairs counted",
        variables,
        premises,
        f"iff({near} < C <= {near} + T - 1 <= n - 1, {first} <= v <= min(C - 1, n - T)//{T_S})",
    )
    yield Obligation(
        "others",
        variables,
        (*premises, f"{near} + T - 1 <= n - 1", f"not ({near} < C <= {near} + T - 1)"),
        f"(C <= {near}) or ({near} + T - 1 < C)",
    )


def channels(strides: Strides, sharp: bool) -> Iterator[Obligation]:
    """m channels, and 2m below the last window: the routes fit, and so do the templates."""
    below = tuple(f"D{k + 1}" for k in range(strides.K - 1))
    top = "M - 1" if sharp else "M"
    bounds = (f"m <= {top}", "m <= DK", *(f"m <= {D}//2" for D in below))
    proved = " and ".join(
        ["m + 1 <= M" if sharp else "m <= M", "m <= DK", *(f"2*m <= {D}" for D in below)]
    )
    yield Obligation("channels fit", ("M", "m", "DK", *below), ("m >= 0", *bounds), proved)


def _sizes(strides: Strides) -> Iterator[Obligation]:
    """n_K = ceil(n / T_S)."""
    names, premises = sizes("n", strides.routes)
    T_S = strides.total
    yield Obligation(
        "layer K", tuple(names), tuple(premises), f"n <= {times(T_S, names[-1])} < n + {T_S}"
    )


def _routes(strides: Strides) -> Iterator[Obligation]:
    """Both routes end at their site, and stay inside exactly if the site is inside."""
    names, premises = sizes("n", strides.routes)
    K = strides.K
    near, far = ([f"{letter}{k}" for k in range(K)] + ["v"] for letter in "ab")
    steps = [f"{near[k]} == {times(S, near[k + 1])}" for k, S in enumerate(strides.routes)]
    leaps = [
        f"{far[k]} == {times(S, far[k + 1])} + {t} - 1"
        for k, (S, t) in enumerate(zip(strides.routes, strides.windows, strict=True))
    ]
    variables = (*names, *near[:-1], *far[:-1], "v", "T", *strides.windows)
    given = (*premises, *strides.premises, *steps, *leaps, f"0 <= v < {names[-1]}")
    site = times(strides.total, "v")
    yield Obligation("routes end", variables, given, f"a0 == {site} and b0 == {site} + T - 1")
    inside = " and ".join(f"{far[k]} < {names[k]}" for k in range(K))
    yield Obligation("far inside", variables, (*given, "b0 < n"), inside)
    inside = " and ".join(f"{near[k]} < {names[k]}" for k in range(K))
    yield Obligation("near inside", variables, given, inside)
    windows = tuple(f"R{k + 1}" for k in range(K))
    fits = tuple(f"1 <= {t} <= {R}" for t, R in zip(strides.windows, windows, strict=True))
    used = " and ".join(
        f"0 <= {t} - 1 < {R}" for t, R in zip(strides.windows, windows, strict=True)
    )
    yield Obligation("offsets", (*strides.windows, *windows), fits, used)


def _disjoint(strides: Strides) -> Obligation:
    """Two locations have different near sites and different far sites."""
    u, v, x, y = (times(strides.total, name) for name in "uvxy")
    return Obligation(
        "disjoint",
        ("u", "v", "x", "y", "T"),
        ("u != x or v != y",),
        f"({u} != {x} or {v} != {y}) and ({u} != {x} or {v} + T - 1 != {y} + T - 1)",
    )


def _tail(strides: Strides) -> Iterator[Obligation]:
    """Every input of a tail layer is read by one location at one offset below min(R, S, n)."""
    for k, S in enumerate(strides.tail):
        yield Obligation(
            f"K + {k + 1} reads all",
            ("n", "m", "R", "x"),
            ("n >= 1", f"{times(S, 'm')} == n", f"R >= min({S}, n)", "0 <= x < n"),
            f"x == {S}*(x//{S}) + x%{S} and 0 <= x//{S} < m and x%{S} < min(R, min({S}, n))",
        )
        yield Obligation(
            f"K + {k + 1} once",
            ("v", "i", "y", "j"),
            (f"0 <= i < {S}", f"0 <= j < {S}", f"{S}*v + i == {S}*y + j"),
            "v == y and i == j",
        )
    yield Obligation(
        "last layer",
        ("n", "R", "S", "x"),
        ("n >= 1", "S >= n", "R >= min(S, n)", "0 <= x < n"),
        "x < min(R, min(S, n))",
    )
