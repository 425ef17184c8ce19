"""How often the proved interval of the generic rank closes, on small random networks and partitions.

    python benchmarks/intervals.py [--networks 300] [--seed 0] [--open 20] [--each 0]

Each network is small enough for its generic rank to be computed beside the interval: the rank at two random
points over GF(p), which is at most the generic rank. The table counts, by depth and weights, how often the
bounds meet, and how often each of them is the rank; another one, for each theorem by itself, where it
applies, whether its bound is ever more than the rank found, and how often it is the rank. Then networks are
listed where the bounds do not meet. With `--each 1000` there is only the table of theorems, of the first
1000 networks to which each of them applies.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter
from collections.abc import Iterator
from itertools import islice

from convac import Layer, Network, Partition, Powers, generic_rank, rank_interval
from convac.graphs.partition import from_sites
from convac.graphs.partition_names import named
from convac.graphs.receptive_fields import tail_problem
from convac.proofs.library import built_in
from convac.proofs.setting import SHARED, UNSHARED, Setting, Weights

Case = tuple[Network, Partition, Weights]
APPLIES = ["applies", "above rank", "is rank"]


def cases(seed: int) -> Iterator[Case]:
    """Networks of up to 16 sites; no layer loses inputs for good, so that bounds have something to say."""
    draw = random.Random(seed)
    while True:
        M, H, W = draw.randint(2, 3), draw.randint(1, 4), draw.randint(2, 4)
        if M ** (H * W) > 2**16:
            continue
        layers, size = [], (H, W)
        for _ in range(draw.randint(1, 3)):
            window = draw.randint(1, 3), draw.randint(1, 3)
            stride = draw.randint(1, 2), draw.randint(1, 2)
            layers.append(Layer(window, stride, draw.randint(1, 4)))
            size = -(-size[0] // stride[0]), -(-size[1] // stride[1])
        network = Network(M, H, W, layers=[*layers, Layer(size, size, 1)])
        if tail_problem(network, 0) is None:
            yield network, partition(network, draw), draw.choice([SHARED, UNSHARED])


def partition(network: Network, draw: random.Random) -> Partition:
    H, W = network.H, network.W
    name = draw.choice(["column:1", "checkerboard", "columns", "rows", "random"])
    if name != "random":
        return named(name, H, W)
    return from_sites(H, W, [(r, c) for r in range(H) for c in range(W) if draw.random() < 0.5])


def by_theorem(
    case: Case, rank: Powers | None, counts: Counter[tuple[str, str]], most: int
) -> None:
    """Hold the bound of each theorem alone against the rank, until it has applied so often."""
    setting = Setting(*case)
    for name, theorem in built_in().items():
        found = None if counts[name, "applies"] >= most else theorem.candidate(setting)
        if found is not None:
            rank = rank or ranked(*case)
            counts[name, "applies"] += 1
            counts[name, "above rank"] += found.bound > rank
            counts[name, "is rank"] += found.bound == rank


def ranked(network: Network, cut: Partition, weights: Weights) -> Powers:
    """The rank at two random points, at most the generic rank."""
    return generic_rank(network, cut, weights=weights, trials=2).rank or Powers()


def each(most: int, seed: int) -> Counter[tuple[str, str]]:
    """The table of theorems, of as many networks each."""
    counts: Counter[tuple[str, str]] = Counter()
    bounding = [name for name, theorem in built_in().items() if theorem.bounding is not None]
    drawn = cases(seed)
    while any(counts[name, "applies"] < most for name in bounding):
        by_theorem(next(drawn), None, counts, most)
    return counts


def table(counts: Counter[tuple[str, str]], columns: list[str]) -> None:
    """A row for each first key, a column for each second one."""
    print(f"{'':22}" + "".join(f"{column:>14}" for column in columns))
    for kind in sorted({kind for kind, _ in counts}):
        print(f"{kind:22}" + "".join(f"{counts[kind, column]:14}" for column in columns))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--networks", type=int, default=300)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--open", type=int, default=20)
    parser.add_argument("--each", type=int, default=0)
    asked = parser.parse_args()
    if asked.each:
        table(each(asked.each, asked.seed), APPLIES)
        return
    counts: Counter[tuple[str, str]] = Counter()
    theorems: Counter[tuple[str, str]] = Counter()
    open_: list[str] = []
    for network, cut, weights in islice(cases(asked.seed), asked.networks):
        interval = rank_interval(network, cut, weights=weights)
        rank = ranked(network, cut, weights)
        assert interval.lower.value <= rank <= interval.upper.value
        by_theorem((network, cut, weights), rank, theorems, asked.networks)
        kind = f"{network.depth} layers, {weights}"
        counts[kind, "all"] += 1
        counts[kind, "closed"] += interval.exact
        counts[kind, "lower = rank"] += interval.lower.value == rank
        counts[kind, "upper = rank"] += interval.upper.value == rank
        if not interval.exact:
            sides = "".join("PQ"[side] for side in cut.sides)
            between = f"{interval.lower.value} ≤ {rank} ≤ {interval.upper.value}"
            open_.append(f"{between:24}  {network}, {weights}, sites {sides}")
    table(counts, ["all", "closed", "lower = rank", "upper = rank"])
    print()
    table(theorems, APPLIES)
    print(f"\n{len(open_)} open; the first {min(asked.open, len(open_))}:")
    print("\n".join(open_[: asked.open]))


if __name__ == "__main__":
    main()
