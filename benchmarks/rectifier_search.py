"""A search for parameters of a rectifier network with a large rank: what it finds is found, not proved.

    python benchmarks/rectifier_search.py --H 4 --layers 2/2:9,2/2:9,1/1:1 --pooling relu-max \\
        [--M 2] [--W W] [--partition left-right] [--seed 0] [--steps 1000] [--mirror] [--write FILE]

Hill climbing over integers in -9 ... 9, or -LARGEST ... LARGEST: a step changes up to three parameters,
and is kept unless the rank falls. Ranks are computed modulo a prime on the way, and over Q at the end,
where the rank at the parameters is exact; that no others have more is not shown. The same seed gives
the same parameters. With --mirror the layer before the last sees both halves of its window, left and
right, by the same weights, and the last layer takes the sum of its channels, negative: for max pooling
this is the form of THEORY 6.3, in which no box of one side is lost on the other. --write makes a file
for `convac rank --parameters`.
"""

from __future__ import annotations

import argparse
import json
import random
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from convac import Assignment, Setting
from convac.algebra.assignment_json import to_json
from convac.algebra.linear.modular_rank import rank_mod_p
from convac.algebra.linear.multimodular import FIRST_PRIME
from convac.algebra.linear.rank_bounds import rank_bounds
from convac.algebra.rectifier import Rectifier
from convac.algebra.rings import Table
from convac.proofs.rectifier_rank import rectifier_upper_bound

MEMORY = 2**30


@dataclass(frozen=True)
class Search:
    """What is searched, over which integers, and in which form."""

    setting: Setting
    largest: int
    mirror: bool

    def start(self, draw: random.Random) -> list[Table]:
        """W and b of every layer in one array, b as a last input channel."""
        arrays = []
        network = self.setting.network
        for layer, below in zip(network.layers, network.channels, strict=False):
            shape = (layer.channels, below + 1, *layer.window)
            size = int(np.prod(shape))
            numbers = [draw.randint(-self.largest, self.largest) for _ in range(size)]
            arrays.append(np.array(numbers, dtype=np.int64).reshape(shape))
        return arrays

    def point(self, arrays: list[Table]) -> Assignment:
        """The assignment of the arrays, in the form that is searched."""
        arrays = [table.copy() for table in arrays]
        if self.mirror:
            half = arrays[-2].shape[-1] // 2
            arrays[-2][..., -half:] = arrays[-2][..., :half]
            arrays[-1][:, :-1] = -1
            arrays[-1][:, -1] = 10**6
        W, b = [table[:, :-1] for table in arrays], [table[:, -1] for table in arrays]
        return Assignment.from_arrays(self.setting.network, W, b, rectifier=True)

    def matrix(self, arrays: list[Table]) -> Table:
        """The matricization at the parameters."""
        found = Rectifier(self.point(arrays), self.setting.pooling)
        return found.matrix(self.setting.partition, MEMORY)

    def climb(self, seed: int, steps: int) -> list[Table]:
        """The parameters after this many steps, or when the rank is the bound for all parameters."""
        draw = random.Random(seed)
        most = int(rectifier_upper_bound(self.setting).value)
        best = self.start(draw)
        rank = rank_mod_p(self.matrix(best), FIRST_PRIME)
        free = best[:-1] if self.mirror else best
        sizes = [table.size for table in free]
        for step in range(steps):
            tried = [table.copy() for table in best]
            for _ in range(draw.randint(1, 3)):
                which = draw.choices(range(len(free)), sizes)[0]
                tried[which].flat[draw.randrange(sizes[which])] = draw.randint(
                    -self.largest, self.largest
                )
            found = rank_mod_p(self.matrix(tried), FIRST_PRIME)
            if found > rank:
                print(f"step {step}: {found}", flush=True)
            if found >= rank:
                best, rank = tried, found
            if rank == most:
                break
        return best


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--M", type=int, default=2)
    parser.add_argument("--H", type=int, required=True)
    parser.add_argument("--W", type=int)
    parser.add_argument("--layers", required=True)
    parser.add_argument("--partition", default="left-right")
    parser.add_argument("--pooling", default="relu-max")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--steps", type=int, default=1000)
    parser.add_argument("--largest", type=int, default=9)
    parser.add_argument("--mirror", action="store_true")
    parser.add_argument("--write", type=Path)
    given = parser.parse_args()
    setting = Setting.read(
        M=given.M,
        H=given.H,
        W=given.W,
        layers=given.layers,
        partition=given.partition,
        pooling=given.pooling,
    )
    search = Search(setting, given.largest, given.mirror)
    best = search.climb(given.seed, given.steps)
    print(f"rank {rank_bounds(search.matrix(best))} at seed {given.seed}, {setting.network}")
    if given.write is not None:
        document = json.dumps(to_json(search.point(best)), separators=(",", ":"))
        given.write.write_text(document + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
