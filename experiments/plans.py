"""What is trained together: the published plan, and a small one that shows that everything works."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .architectures import GRIDS, POOLINGS, PRODUCT, grid
from .runs import Run, Schedule


@dataclass(frozen=True)
class Plan:
    """Data, poolings, windows, channels, seeds and epochs, all combined."""

    data: tuple[str, ...]
    poolings: tuple[str, ...]
    B: tuple[int, ...]
    C: tuple[int, ...]
    seeds: int
    epochs: int

    def runs(self) -> Iterator[Run]:
        """All runs; those of one network follow each other."""
        for architecture in grid(self.data, self.poolings, self.B, self.C):
            for seed in range(self.seeds):
                yield Run(architecture, schedule(architecture.pooling, self.epochs), seed)


def schedule(pooling: str, epochs: int) -> Schedule:
    """Batches of 60; products are trained at half of the rate, at which fewer of them go astray."""
    return Schedule(epochs, batch=60, rate=0.005 if pooling == PRODUCT else 0.01)


PUBLISHED = Plan(tuple(GRIDS), POOLINGS, (1, 2, 3, 4, 5), (2, 4, 8), seeds=3, epochs=80)
SMOKE = Plan(("signals",), (PRODUCT, POOLINGS[1]), (2,), (2,), seeds=2, epochs=2)
