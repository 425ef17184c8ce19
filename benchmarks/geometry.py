"""Random networks that pad, dilate, give sizes and group channels: do engines, bounds and checker agree?

    python benchmarks/geometry.py [--networks 1000] [--seed 0]

For each network, at random integers and for almost all parameters:

* the product of factors is the grid tensor, entry by entry, and the factored engine, enumeration and, on
  trees, the tree engine find one rank;
* lower bound <= generic rank (at two random points over GF(p)) <= upper bound, each theorem by itself, too;
* the certificates of the generic rank and of the interval are VALID.

What does not hold is printed, and the exit status is 1.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections import Counter
from dataclasses import dataclass, field

import numpy as np
from convac import ZZ, Layer, Network, Partition, Powers, Setting, generic_rank, matricize
from convac.algebra.engines import rank_at
from convac.algebra.factorize import factorize
from convac.algebra.grid_tensor import grid_tensor
from convac.algebra.linear.exact import rank
from convac.algebra.random_parameters import random_assignment
from convac.errors import InputError
from convac.graphs.network import departure
from convac.graphs.partition import from_sites
from convac.proofs import checker
from convac.proofs.bounds import bounded
from convac.proofs.library import built_in

GIB = 2**30
MOST_ENTRIES = 2**12


def layer(draw: random.Random, size: tuple[int, int], inputs: int, last: bool) -> Layer:
    """A layer of any geometry over an input of this size; the last one mostly sees all of it."""

    def pair(least: int, most: int) -> tuple[int, int]:
        return draw.randint(least, most), draw.randint(least, most)

    groups = draw.choice([g for g in (1, 1, 1, 2, 3) if inputs % g == 0])
    channels = groups * draw.randint(1, 4 if groups == 1 else 2)
    dilation = pair(1, 3) if draw.random() < 0.3 else (1, 1)
    if last and draw.random() < 0.8:
        return Layer(size, size, channels, groups=groups)
    kind = "given" if last else draw.choice(["plain", "given", "valid", "same", "same-lower"])
    window, stride = (pair(1, max(size)) if last else pair(1, 3)), pair(1, 2)
    if kind == "plain":
        return Layer(window, stride, channels, dilation=dilation, groups=groups)
    if kind in ("same", "same-lower"):
        return Layer(window, stride, channels, dilation=dilation, size=kind, groups=groups)
    padding = pair(0, 2)
    count: tuple[int, int] | str = (1, 1) if last else pair(1, 6) if kind == "given" else "valid"
    return Layer(
        window, stride, channels, dilation=dilation, padding=padding, size=count, groups=groups
    )


def case(draw: random.Random) -> Setting:
    """A network that is not plain, with any partition."""
    while True:
        M, H, W = draw.choice([2, 2, 3, 4]), draw.randint(1, 3), draw.randint(2, 6)
        if M ** (H * W) > MOST_ENTRIES:
            continue
        try:
            layers, size, channels = [], (H, W), M
            depth = draw.randint(1, 4)
            for number in range(depth):
                layers.append(layer(draw, size, channels, number == depth - 1))
                size = layers[-1].placed(0, size[0])[1], layers[-1].placed(1, size[1])[1]
                channels = layers[-1].channels
            network = Network(M, H, W, layers=layers)
        except InputError:
            continue
        if departure(network) is not None:
            weights = draw.choice(["shared", "unshared"])
            return Setting.of(network, partition(draw, H, W), weights)


def partition(draw: random.Random, H: int, W: int) -> Partition:
    return from_sites(H, W, [(r, c) for r in range(H) for c in range(W) if draw.random() < 0.5])


@dataclass
class Tally:
    counts: Counter[str] = field(default_factory=Counter)
    theorems: Counter[tuple[str, str]] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def say(self, what: str, setting: Setting, holds: bool) -> None:
        self.counts[what] += holds
        self.counts[f"{what}, asked"] += 1
        if not holds:
            sides = "".join("PQ"[side] for side in setting.partition.sides)
            self.wrong.append(f"{what}: {setting.network}, {setting.weights}, sites {sides}")


def engines(setting: Setting, seed: int, tally: Tally) -> None:
    """All engines at one random point."""
    network, cut = setting.network, setting.partition
    point = random_assignment(network, seed, ZZ, shared=setting.shared)
    tensor, found = grid_tensor(point), factorize(point)
    if found.function is None:
        same = not tensor.any()
    else:
        scope = tuple(range(network.sites))
        function = found.function
        table = found.arithmetic.multiplied_out(scope, function.factors, function.coefficient)
        same = bool(np.array_equal(table.ravel(), tensor))
    tally.say("factors are the grid tensor", setting, same)
    oracle = Powers([(rank(matricize(tensor, network.M, cut), ZZ), 1)])
    for name in ["factored", "dense", *(["tree"] if network.is_tree else [])]:
        tally.say(f"rank by {name}", setting, rank_at(point, cut, name, GIB).rank == oracle)


def theory(setting: Setting, tally: Tally) -> None:
    """The interval, the theorems one by one, and certificates against the generic rank."""
    report = generic_rank(setting.network, setting.partition, weights=setting.weights, trials=2)
    generic = report.rank or max(report.ranks)
    interval = bounded(setting, memory=1.0)
    tally.say("lower <= rank", setting, interval.lower.value <= generic)
    tally.say("rank <= upper", setting, generic <= interval.upper.value)
    tally.counts["rank > 1"] += generic > 1
    tally.counts["interval closes"] += interval.exact
    tally.counts["lower is the rank"] += interval.lower.value == generic
    tally.counts["upper is the rank"] += interval.upper.value == generic
    for name, theorem in built_in().items():
        candidate, upper = theorem.candidate(setting), theorem.upper(setting)
        if candidate is not None:
            tally.theorems[name, "applies"] += 1
            tally.theorems[name, "is the rank"] += candidate.bound == generic
            tally.say("a theorem's bound <= rank", setting, candidate.bound <= generic)
        if upper is not None:
            tally.theorems[name, "applies"] += 1
            tally.say("rank <= a theorem's bound", setting, generic <= upper.value)
    documents = [interval.certificate()] if interval.lower.value <= generic else []
    if not max(report.ranks).is_zero:
        documents.append(report.certificate())
    for document in documents:
        tally.say("certificates valid", setting, checker.check(document).startswith("VALID"))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--networks", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    draw, tally = random.Random(asked.seed), Tally()
    for number in range(asked.networks):
        setting = case(draw)
        engines(setting, number, tally)
        theory(setting, tally)
    for what in sorted(tally.counts):
        print(f"{what:40}{tally.counts[what]:8}")
    for name, what in sorted(tally.theorems):
        print(f"{name + ' ' + what:40}{tally.theorems[name, what]:8}")
    print("\n".join(tally.wrong) or "nothing is wrong")
    sys.exit(bool(tally.wrong))


if __name__ == "__main__":
    main()
