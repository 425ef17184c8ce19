"""The step that recounts a triangular system, cluster by cluster (THEORY 8.13)."""

from __future__ import annotations

from itertools import product
from math import comb, prod

from ..algebra.powers import Powers
from ..graphs.network import Site
from ..graphs.partition import P, Q
from ..graphs.programs import Hit
from ..graphs.triangular import Cluster, Component
from .program_ranks import ProgramNumbers
from .steps import NotRun, need, step

MOST_COUNTED = 100_000
"""Exponents that are counted one by one."""


@step("system", "enumeration of hits and sites")
def triangular(numbers: ProgramNumbers) -> str:
    """The clusters in order: what they see, what tells them apart, and their ranks."""
    if numbers.system is None:
        raise NotRun("the bound is the exact rank of h, of which no system is needed")
    hits, cut = numbers.program.hits, numbers.setting.partition
    taken: set[Site] = set()
    for component in numbers.system.components:
        for side in (P, Q):
            sites = [site for cluster in component.clusters[side] for site in cluster.sites]
            need(all(cut.side(site) == side for site in sites), f"a site is not of {side.name}")
            need(len(set(sites)) == len(sites), "a site is in two clusters")
            need(not taken & set(sites), "a site is in two components")
            taken |= set(sites)
            _ordered(numbers, component.clusters[side])
        members = [sorted(h for c in component.clusters[side] for h in c.hits) for side in (P, Q)]
        need(members[0] == members[1], "the sides of a component have other hits")
        need(component.rank == _worth(numbers, component), f"{component.rank} was said")
    inside = {hit for component in numbers.system.components for hit in component.hits}
    _apart(hits, numbers, inside, taken)
    bound = Powers((component.rank, 1) for component in numbers.system.components)
    need(bound == numbers.bound, f"the components give {bound}")
    clusters = sum(len(c.clusters[side]) for c in numbers.system.components for side in (P, Q))
    parts = len(numbers.system.components)
    return f"components: {parts}, clusters: {clusters}, on {len(taken)} sites; they give {bound}"


def _ordered(numbers: ProgramNumbers, clusters: tuple[Cluster, ...]) -> None:
    """Each cluster sees its sites and none of an earlier one, and is told apart on them."""
    hits, earlier, network = numbers.program.hits, set[Site](), numbers.setting.network
    templates = min(network.M, network.passed_channels[0] + 1)
    for cluster in clusters:
        members = [hits[k] for k in cluster.hits]
        for hit in members:
            need(set(cluster.sites) <= set(hit.leaves), f"{hit.location} does not see its sites")
            need(not earlier & set(hit.leaves), f"{hit.location} sees a site of an earlier cluster")
        need(len(members) == 1 or len(cluster.sites) == 1, "a cluster has hits and sites")
        seen = [hit.leaves[site] for hit in members for site in cluster.sites]
        for at, one in enumerate(seen):
            others = {leaf for k, other in enumerate(seen) if k != at for leaf in other}
            need(bool(set(one) - others), f"nothing tells {cluster} apart")
        monomials = prod(_monomials(hit) for hit in members)
        rank = min(monomials, templates ** len(cluster.sites))
        need(cluster.rank == rank, f"{cluster.rank} was said, and it is {rank}")
        need(cluster.full == (rank == monomials), "whether a cluster is full")
        earlier |= set(cluster.sites)


def _monomials(hit: Hit) -> int:
    """Exponents (n_0, ..., n_m), the first for 1, of sum k, counted as sequences where they are few."""
    if (hit.k + 1) ** hit.m > MOST_COUNTED:
        return comb(hit.m + hit.k, hit.k)
    return sum(sum(n) <= hit.k for n in product(range(hit.k + 1), repeat=hit.m))


def _worth(numbers: ProgramNumbers, component: Component) -> int:
    """The largest that the theorem allows with these clusters."""
    ranks = [prod(cluster.rank for cluster in side) for side in component.clusters]
    full = [all(cluster.full for cluster in side) for side in component.clusters]
    allowed = [ranks[P]] * full[Q] + [ranks[Q]] * full[P]
    one = len(component.clusters[P]) == len(component.clusters[Q]) == 1
    if one and (len(component.hits) == 1 or not numbers.program.shared):
        allowed.append(min(ranks))
    return max(allowed, default=1)


def _apart(hits: list[Hit], numbers: ProgramNumbers, inside: set[int], taken: set[Site]) -> None:
    """Hits of different components see no site in common, and the others see sites of one side at most."""
    assert numbers.system is not None
    owner: dict[Site, int] = {}
    for number, component in enumerate(numbers.system.components):
        for k in component.hits:
            for site in taken & set(hits[k].leaves):
                need(owner.setdefault(site, number) == number, f"two components see {site}")
    for k, hit in enumerate(hits):
        if k not in inside:
            sides = {numbers.setting.partition.side(site) for site in taken & set(hit.leaves)}
            need(len(sides) < 2, f"{hit.location} of layer {hit.layer} is in no component")
