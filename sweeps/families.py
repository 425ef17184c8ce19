"""Families: what is swept, the series that its rows belong to, and the families that have a name.

A family is a list of members, in a fixed order. `grid` makes one from lists of sizes and from
templates of layers such as ``{R}/1:{D},{H}/{H}:1``, whose names stand for sizes; all of it is checked
before anything runs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from math import prod
from string import Formatter

from ..algebra.rectifier import POOLINGS
from ..errors import MISSING, InputError
from ..proofs.setting import PRODUCT
from ..proofs.theorems.standard_blocks import blocks
from .cases import Case, checked_case

MOST_MEMBERS = 200_000
GRID = ("M", "H", "W")


@dataclass(frozen=True)
class Member:
    """A row's place in the family: its x, the group of its series, its panel, and what is measured.

    `template` and `sizes` are what the case's layers were made of, empty where they have another origin.
    """

    x: int | None
    group: str
    panel: str
    case: Case
    template: str = ""
    sizes: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class Family:
    """Members in order; `x` is the name of the swept size."""

    name: str
    title: str
    x: str
    members: tuple[Member, ...]

    @property
    def cases(self) -> tuple[Case, ...]:
        """The cases, each once, in order."""
        return tuple(dict.fromkeys(member.case for member in self.members))


@dataclass(frozen=True)
class Grid:
    """Lists whose combinations are swept.

    Parameters
    ----------
    layers : sequence of str
        Templates: {R} stands for a size of that name, {M}, {H} and {W} for those of the grid.
    sizes : mapping of str to sequence of int
        M, H, perhaps W (default: W = H), and the names in the templates.
    pooling, partition, weights : sequence of str
    seeds : sequence of int
    """

    layers: Sequence[str]
    sizes: Mapping[str, Sequence[int]]
    pooling: Sequence[str] = (PRODUCT,)
    partition: Sequence[str] = ("left-right",)
    weights: Sequence[str] = ("shared",)
    seeds: Sequence[int] = field(default=(0,))


def grid(name: str, title: str, x: str | None, swept: Grid) -> Family:
    """All combinations, templates slowest and seeds fastest.

    Parameters
    ----------
    x : str, optional
        The size on the horizontal axis; default: the first with several values.

    Raises
    ------
    InputError
        If an entry does not fit: the entry is named, with its sizes.
    """
    _check_names(swept)
    _check_number(swept)
    axis = _axis(x, swept)
    members: list[Member] = []
    for template in swept.layers:
        names = _names(template, swept)
        for values in product(*(swept.sizes[name] for name in names)):
            sizes = dict(zip(names, values, strict=True))
            members.extend(_members(template, sizes, axis, swept))
    return Family(name, title, axis, tuple(members))


def _members(template: str, sizes: Mapping[str, int], axis: str, swept: Grid) -> Iterator[Member]:
    """One template at one choice of sizes, with everything that is not a size."""
    H, W = sizes["H"], sizes.get("W", sizes["H"])
    layers = template.format(**{**sizes, "W": W})
    others = [f"{n} = {v}" for n, v in sizes.items() if n != axis and len(swept.sizes[n]) > 1]
    for pooling, partition, weights, seed in product(
        swept.pooling, swept.partition, swept.weights, swept.seeds
    ):
        try:
            case = checked_case(sizes["M"], H, W, layers, pooling, partition, weights, seed)
        except InputError as error:
            where = ", ".join(f"{name} = {value}" for name, value in sizes.items())
            raise InputError(error.name, error.given, f"{error.allowed} (at {where})") from None
        words = [
            word
            for word, among in ((partition, swept.partition), (weights, swept.weights))
            if len(among) > 1
        ]
        group = ", ".join([template, *others, *words])
        yield Member(sizes.get(axis), group, pooling, case, template, tuple(sizes.items()))


def _fields(template: str) -> list[str]:
    """The names in a template, in order.

    Raises
    ------
    InputError
        If it is no template: braces that do not match, or hold more than a name.
    """
    try:
        pieces = list(Formatter().parse(template))
    except ValueError as error:
        raise InputError("layers", template, f"it is no template: {error}") from None
    names = []
    for _, name, form, conversion in pieces:
        if name is None:
            continue
        if not name.isidentifier() or form or conversion:
            raise InputError("layers", template, "braces hold the name of a size, such as {R}")
        names.append(name)
    return [name for name in dict.fromkeys(names) if name not in GRID]


def _names(template: str, swept: Grid) -> list[str]:
    """The sizes that vary for a template: those of the grid, and those that it names."""
    return [*(name for name in GRID if name in swept.sizes), *_fields(template)]


def _check_number(swept: Grid) -> None:
    others = prod(map(len, (swept.pooling, swept.partition, swept.weights, swept.seeds)))
    number = others * sum(
        prod(len(swept.sizes[name]) for name in _names(template, swept))
        for template in swept.layers
    )
    if number > MOST_MEMBERS:
        raise InputError("sweep", f"{number} rows", f"at most {MOST_MEMBERS} are swept at once")


def _check_names(swept: Grid) -> None:
    used = {name for template in swept.layers for name in _fields(template)} | {"M", "H"}
    for name in used - swept.sizes.keys():
        raise InputError(name, MISSING, f"values are needed: --{name} 1..4 or --{name} 2,3")
    for name in swept.sizes.keys() - used - {"W"}:
        raise InputError(name, list(swept.sizes[name]), f"no template has {{{name}}}")
    lists: dict[str, Sequence[object]] = {
        **swept.sizes,
        "layers": swept.layers,
        "pooling": swept.pooling,
        "partition": swept.partition,
        "weights": swept.weights,
        "seeds": swept.seeds,
    }
    for name, values in lists.items():
        if not values:
            raise InputError(name, "an empty list", "at least one value is needed")


def _axis(x: str | None, swept: Grid) -> str:
    if x is not None:
        if x not in swept.sizes:
            raise InputError("x", x, f"one of {', '.join(swept.sizes)} is needed")
        return x
    own = [name for name in swept.sizes if name not in GRID]
    several = [name for name in [*own, *GRID] if len(swept.sizes.get(name, ())) > 1]
    return [*several, *own, "M"][0]


def overlap_degree(M: int, H: int) -> Family:
    """Windows from none to all of the grid, stride 1: the overlap law against measured ranks."""
    sizes = {"M": [M], "H": [H], "R": range(1, H + 1), "D": sorted({1, M - 1, M} - {0})}
    return grid(
        "overlap-degree", overlap_degree.__doc__ or "", "R", Grid(["{R}/1:{D},{H}/{H}:1"], sizes)
    )


def channels_to_full_rank(M: int, H: int) -> Family:
    """Overlapping against non-overlapping networks as channels grow, for products and rectifiers."""
    halves = H.bit_length() - 2
    if 2 ** (halves + 1) != H or H < 4:
        raise InputError(
            "H", H, "this family needs a power of two from 4 on: 2x2 pooling halves it"
        )
    templates = [
        ",".join(["2/2:{D}"] * (halves + 1) + ["1/1:1"]),
        ",".join([f"{H // 2 + 1}/1:{{D}}"] + ["2/2:{D}"] * halves + ["2/2:1"]),
        f"{H // 2 + 1}/1:{{D}},{{H}}/{{H}}:1",
    ]
    sizes = {"M": [M], "H": [H], "D": [1, 2, 3, 4, 6, 8, 12, 16]}
    swept = Grid(templates, sizes, [PRODUCT, *POOLINGS], seeds=range(5))
    return grid("channels-to-full-rank", channels_to_full_rank.__doc__ or "", "D", swept)


def standard_blocks(M: int, H: int) -> Family:
    """BxB convolutions with 2x2 pooling: the exponent of Proposition 2 against measured ranks."""
    n = H.bit_length() - 1
    if 2**n != H or H < 2:
        raise InputError(
            "H", H, "this family needs a power of two from 2 on: 2x2 pooling halves it"
        )
    members = []
    for B in range(1, max(H, 2) + 1):
        network = blocks(B, n, M)
        case = checked_case(M, H, H, network.syntax, PRODUCT, "left-right", "shared", 0)
        template = f"({{B}}/1:{2 * M},2/2:{2 * M}) x {n}"
        sizes = (("M", M), ("H", H), ("B", B))
        members.append(Member(B, template, PRODUCT, case, template, sizes))
    return Family("standard-blocks", standard_blocks.__doc__ or "", "B", tuple(members))


def tightness(M: int, H: int) -> Family:
    """Where bounds meet: Theorem 1, the sharp bound, the generic rank and the upper bound."""
    half = H // 2
    templates = [
        f"{half + 1}/1:{{D}},{{H}}/{{H}}:1",
        "2/1:{D},{H}/{H}:1",
        f"2/1:{{D}},{half}/{half}:2,2/2:1",
        f"2/1:{{D}},{half}/1:2,{{H}}/{{H}}:1",
        f"2/2:{{D}},{half}/1:2,{half}/{half}:1",
        f"{half}/{half}:{{D}},2/2:2,1/1:1",
    ]
    sizes = {"M": [M], "H": [H], "D": range(1, 7)}
    found = grid("tightness", tightness.__doc__ or "", "D", Grid(templates, sizes))
    members = (replace(member, panel=member.group) for member in found.members)
    return Family(found.name, found.title, found.x, tuple(members))


NAMED: dict[str, Callable[[int, int], Family]] = {
    "overlap-degree": overlap_degree,
    "channels-to-full-rank": channels_to_full_rank,
    "standard-blocks": standard_blocks,
    "tightness": tightness,
}


def named_family(name: str, M: int = 2, H: int = 4) -> Family:
    """A family by its name, on an H x H grid with M templates."""
    if name not in NAMED:
        raise InputError("family", name, f"known families: {', '.join(NAMED)}")
    return NAMED[name](M, H)


def listing() -> str:
    """The named families, with what each is about."""
    lines = []
    for name, make in NAMED.items():
        family = make(2, 4)
        lines.append(
            f"{name}: {family.title.rstrip('.')} ({len(family.cases)} rows at M = 2, H = 4)"
        )
    return "\n".join(lines)
