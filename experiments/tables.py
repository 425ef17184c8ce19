"""The table of docs/training.md, from the stored results.

python -m experiments --tables
"""

from __future__ import annotations

from collections.abc import Iterator

from .architectures import AVERAGE, MAXIMUM, PRODUCT, Architecture
from .results import Interval, Summary, read_exponents, read_rows, summaries

COLUMNS = (
    "data",
    "C",
    "B",
    "Theorem 1",
    "generic rank, product pooling",
    "parameters: product, rectifier",
    "product: training, test",
    "maximum: training, test",
    "average: training, test",
)


def table() -> Iterator[str]:
    """A row for each geometry: exact numbers, then accuracies in per cent, mean ± half of the interval."""
    found = summaries(read_rows())
    exact = read_exponents()
    yield f"| {' | '.join(COLUMNS)} |"
    yield "|---" * len(COLUMNS) + "|"
    for (data, B, C), e in exact.items():
        models = [Architecture(data, pooling, B, C) for pooling in (PRODUCT, MAXIMUM, AVERAGE)]
        rank = f"= {e.lower}" if e.lower == e.upper else f"{e.lower} … {e.upper}"
        counts = ", ".join(str(a.model.parameters) for a in models[:2])
        cells = [
            data,
            str(C),
            str(B),
            e.theorem_1,
            rank,
            counts,
            *(cell(found.get(a)) for a in models),
        ]
        yield f"| {' | '.join(cells)} |"


def cell(found: Summary | None) -> str:
    """Both accuracies."""
    return "–" if found is None else f"{shown(found.training)}, {shown(found.test)}"


def shown(interval: Interval) -> str:
    """In per cent.

    >>> shown(Interval(0.8125, 0.0149, 3))
    '81.2 ± 1.5'
    """
    return f"{100 * interval.mean:.1f} ± {100 * interval.half:.1f}"
