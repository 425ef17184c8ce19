"""A family from what a user writes: a name, or lists of sizes and templates of layers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from ..errors import MISSING, InputError
from ..proofs.setting import PRODUCT
from .cases import MOST_SEED
from .families import NAMED, Family, Grid, grid, named_family

MOST_VALUES = 100_000
OWN_FAMILY = "sweep"
"""The name of a family of one's own."""
LIST = "whole numbers such as 2,3 or 1..8 are needed"
_RANGE = re.compile(r"(\d{1,18})(?:\.\.(\d{1,18}))?", re.ASCII)


def requested_family(
    name: str | None,
    sizes: Mapping[str, str],
    *,
    layers: Sequence[str] = (),
    pooling: str = PRODUCT,
    partition: str = "left-right",
    weights: str = "shared",
    seeds: str | None = None,
    x: str | None = None,
) -> Family:
    """The family of that name, at sizes M and H of one's own; or without a name all combinations.

    Parameters
    ----------
    sizes : mapping of str to str
        Lists such as "2,3" and "1..8".
    layers : sequence of str
        Templates; see `families.grid`.
    pooling, partition, weights : str
        Words, separated by commas.
    seeds : str, optional
        A list; default: those of the named family, or 0.

    Raises
    ------
    InputError
        If an entry does not fit.
    """
    values = {key: integers(key, text) for key, text in sizes.items()}
    chosen = None if seeds is None else integers("seeds", seeds, least=0)
    if name is not None:
        return _named(name, values, layers, chosen)
    if not layers:
        raise InputError(
            "layers",
            MISSING,
            f"templates such as {{R}}/1:2,4/4:1 are needed, or a family: {', '.join(NAMED)}",
        )
    swept = Grid(
        list(dict.fromkeys(layers)),
        values,
        _words("pooling", pooling),
        _words("partition", partition),
        _words("weights", weights),
        chosen or [0],
    )
    return grid(OWN_FAMILY, "all combinations of the sizes given", x, swept)


def integers(name: str, text: str, least: int = 1) -> list[int]:
    """The numbers of a list such as "2,3" or "1..8", each once, in their order."""
    found: list[int] = []
    for piece in text.split(","):
        match = _RANGE.fullmatch(piece.strip())
        if match is None:
            raise InputError(name, text, LIST)
        first, last = int(match[1]), int(match[2] or match[1])
        if last < first or last - first >= MOST_VALUES:
            raise InputError(
                name, piece, f"an ascending range of up to {MOST_VALUES} values is needed"
            )
        if first < least or last > MOST_SEED:
            raise InputError(name, piece, f"numbers from {least} to 2^53 are needed")
        found.extend(range(first, last + 1))
    return list(dict.fromkeys(found))


def _words(name: str, text: str) -> list[str]:
    words = [word.strip() for word in text.split(",")]
    if not all(words):
        raise InputError(name, text, "words separated by commas are needed")
    return list(dict.fromkeys(words))


def _named(
    name: str, values: Mapping[str, Sequence[int]], layers: Sequence[str], seeds: list[int] | None
) -> Family:
    if layers:
        raise InputError("layers", layers[0], f"the family {name} has layers of its own")
    for key, given in values.items():
        if key not in ("M", "H"):
            raise InputError(key, list(given), f"the family {name} takes M and H")
        if len(given) > 1:
            raise InputError(key, list(given), f"the family {name} takes one {key} at a time")
    family = named_family(
        name, *(values.get(key, [default])[0] for key, default in (("M", 2), ("H", 4)))
    )
    if seeds is None:
        return family
    members = (
        replace(member, case=replace(member.case, seed=seed))
        for member in dict.fromkeys(
            replace(m, case=replace(m.case, seed=0)) for m in family.members
        )
        for seed in seeds
    )
    return replace(family, members=tuple(members))
