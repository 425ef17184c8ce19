"""Max pooling with pairs in a window: rank M^E with M^G channels in one layer (THEORY 6.4).

Theorem. relu-max, L >= 3, the last layer linear, M^G channels in the first layer, one in each later one.
Let each location of layer 1 that location (0, 0) of layer L - 1 sees join G near sites to the sites at
displacement tau, and let E components of sites that are joined have sites of both sides. Then there are
shared weights at which the rank is at least M^E. For R/1:M, HxH/HxH:1, 1/1:1 with R >= H/2 + 1, H even,
left-right, that is full rank, M^(H^2/2).

Proof. A channel of layer 1 stands for G templates and is 0 if near and far sites all show these, else 1.
The sum of all channels is M^G if a pair differs, else M^G - 1; layer 2 subtracts M^G - 1, and the layers
above take the maximum: it is 1 less the product of [near = far] over all pairs. Let the sites of each
component of both sides show one template, and the others template 0: the matrix is J - I of size M^E,
with determinant (M^E - 1) (-1)^(M^E - 1). QED

Source: this project; THEORY 6.4.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

from ...algebra.assignment import Assignment, Box, at
from ...algebra.linear.rank_bounds import rank_bounds
from ...algebra.powers import Powers, power
from ...algebra.rectifier import Rectifier
from ...algebra.witnesses.rectified_pairs import pairs_assignment
from ...errors import ResourceError
from ...graphs.equalities import Equalities, equalities, joined_locations
from ...graphs.network import Site
from ..decide import MEMORY, RankClaim
from ..setting import SHARED, Setting
from ..steps import NotRun, lemma, need, step
from ..theorem import PROJECT, Sizes, theorem
from ..verdict import Claim, NotApplicable, Verdict, conclude, need_plain

POOLING = "relu-max"
MOST_SITES = 4096
FOUR: Sizes = {"M": 2, "H": 4, "layers": "3/1:4,2/2:1,2/2:1"}


@dataclass(frozen=True)
class Joined:
    """A setting, its pairs, and the assignment."""

    setting: Setting
    found: Equalities
    point: Assignment

    @property
    def value(self) -> Powers:
        """M^E."""
        return power(self.setting.network.M, len(self.found.components))


LAST = lemma(
    "J - I",
    "of size m it has the determinant (m - 1)(-1)^(m - 1)",
    "on templates that are equal within the components the output is 1 less [rows = columns]",
)


def best(setting: Setting) -> Joined:
    """The displacement and the near sites with the most components.

    Raises
    ------
    NotApplicable
        If there are none, or the first layer has too few channels.

    Examples
    --------
    >>> best(Setting.read(M=2, H=4, layers="3/1:4,2/2:1,2/2:1")).value
    Powers([(2, 8)])
    """
    need_plain(setting)
    network = setting.network
    if network.sites > MOST_SITES:
        reason = f"{network.sites} sites, and up to {MOST_SITES} are tried"
        raise NotApplicable(reason, about=setting)
    found = equalities(network, setting.partition)
    if network.M < 2 or found is None:
        reason = "three layers, M channels in the first, and a pair across the partition are needed"
        raise NotApplicable(reason, about=setting)
    return Joined(setting, found, pairs_assignment(network, found))


@step("components", "graph, sites joined one by one")
def components(case: Joined) -> str:
    """Every pair that a location joins lies in one component, and each named one has both sides."""
    network, cut, found = case.setting.network, case.setting.partition, case.found
    leader: dict[Site, Site] = {}

    def lead(site: Site) -> Site:
        while leader.setdefault(site, site) != site:
            site = leader[site]
        return site

    for v, (i, j) in product(joined_locations(network), found.near):
        far = network.input_at(1, v, (i + found.displacement[0], j + found.displacement[1]))
        near = network.input_at(1, v, (i, j))
        if near is not None and far is not None:
            leader[lead(near)] = lead(far)
    groups: dict[Site, list[Site]] = {}
    for site in sorted(leader):
        groups.setdefault(lead(site), []).append(site)
    both = sorted(
        tuple(sites) for sites in groups.values() if len({cut.side(s) for s in sites}) == 2
    )
    need(both == list(found.components), f"{len(both)} components have sites of both sides")
    return f"{len(both)} components of joined sites have sites of both sides"


@step("assignment", "entry by entry")
def assignment(case: Joined) -> str:
    """The channels of layer 1 are complements of templates; the layers above are as the proof says."""
    network, found = case.setting.network, case.found
    M, G = network.M, len(found.near)
    need(case.point.shared, "the weights are not shared")
    written = {
        (entry.channels[0], entry.offsets): (dict(entry.row.weights), entry.row.bias)
        for entry in case.point.entries
        if entry.layer == 1
    }
    need(written == _complements(case), "a channel of layer 1 is not the complement of G templates")
    for entry in case.point.entries:
        row = dict(entry.row.weights)
        if entry.layer == 1:
            continue
        if entry.layer == 2 < network.depth:
            summed = row == dict.fromkeys(range(M**G), 1) and entry.row.bias == 1 - M**G
            need(summed, f"layer 2 does not add up {M}^{G} channels, less {M}^{G} - 1")
        else:
            need(
                row == {0: 1} and entry.row.bias == 0,
                f"layer {entry.layer} does not pass channel 0",
            )
    return f"{M}^{G} channels in the first layer, one in each later one"


@step("matrix", "exact rank over Q at the assignment")
def matrix(case: Joined) -> str:
    """The rank at the assignment, by enumeration."""
    try:
        table = Rectifier(case.point, POOLING).matrix(case.setting.partition, MEMORY)
    except ResourceError as error:
        raise NotRun(str(error)) from None
    found = rank_bounds(table)
    need(case.value <= found.lower, f"the rank is {found}, less than {case.value.digits}")
    return f"the rank at the assignment is {found} ≥ {case.value}"


@theorem(
    name="max-pairs",
    title="Max pooling: equality of pairs",
    source=PROJECT,
    section="THEORY 6.4",
    statement="""
        relu-max, L ≥ 3, the last layer linear, M^G channels in the first layer, one in each later
        one. Let each location of layer 1 that location (0, 0) of layer L - 1 sees join G near sites
        to the sites at displacement τ, and let E components of sites that are joined have sites of
        both sides. Then there are shared weights at which the rank is at least M^E. For R/1:M,
        HxH/HxH:1, 1/1:1 with R ≥ H/2 + 1, H even, left-right, that is full rank, M^(H²/2).
    """,
    latex=r"""
        With max pooling, $M^G$ channels in the first of $L\ge3$ layers and one in each later one, let
        $E$ components of sites that are joined at a displacement have sites of both sides. Then
        \[\max_{W,b}\operatorname{rank}[\![\mathcal A]\!]\ge M^E.\] For $R\ge H/2+1$ and $S=1$ that
        is $M^{H^2/2}$.
    """,
    instances=[
        FOUR,
        {"M": 2, "H": 4, "layers": "3/1:2,4/4:1,1/1:1"},
        {"M": 2, "H": 4, "layers": "2/2:4,2/2:1,1/1:1", "partition": "checkerboard"},
        {"M": 3, "H": 2, "layers": "2/1:3,2/2:1,1/1:1", "weights": "unshared"},
        {"M": 2, "H": 32, "layers": "17/1:2,32/32:1,1/1:1"},
    ],
)
def max_pairs(
    *,
    M: int,
    H: int,
    layers: str,
    W: int | None = None,
    partition: str = "left-right",
    weights: str = SHARED,
) -> Verdict:
    """Components of joined sites, the entries, and the rank at the assignment where it is small."""
    setting = Setting.read(
        M=M, H=H, W=W, layers=layers, partition=partition, weights=weights, pooling=POOLING
    )
    case = best(setting)
    full = case.value == setting.full_rank
    said = f"rank ≥ {case.value} at some parameters, {POOLING}"
    return conclude(
        [components(case), assignment(case), LAST, matrix(case)],
        f"{said}; that is full rank" if full else said,
        setting=setting,
        claim=Claim("=" if full else ">=", case.value),
        numbers={"E": len(case.found.components), "G": len(case.found.near)},
    )


@max_pairs.variant(
    "no overlap",
    "windows without overlap reach M^E, E the pairs of sites across the partition",
    {"M": 2, "H": 4, "layers": "2/2:4,2/2:4,1/1:1"},
)
def no_overlap(*, M: int, H: int, layers: str, partition: str = "left-right") -> RankClaim:
    """Pairs across the cut are in no window: chains of boxes bound the rank (THEORY 6.3)."""
    setting = Setting.read(M=M, H=H, layers=layers, partition=partition, pooling=POOLING)
    return RankClaim.of_setting(setting, Claim(">=", setting.full_rank))


@max_pairs.variant(
    "linear above",
    "with two layers, the second linear, the same rank is reached",
    {"M": 2, "H": 4, "layers": "3/1:4,4/4:1"},
)
def linear_above(*, M: int, H: int, layers: str, partition: str = "left-right") -> RankClaim:
    """A sum over the locations is a sum of local functions (THEORY 6.1)."""
    setting = Setting.read(M=M, H=H, layers=layers, partition=partition, pooling=POOLING)
    return RankClaim.of_setting(setting, Claim(">=", setting.full_rank))


def _complements(case: Joined) -> dict[tuple[int, Box], tuple[dict[int, int], int]]:
    """By channel of layer 1 and offset: 0 at a template that all places there ask for, else 1."""
    M, near, tau = case.setting.network.M, case.found.near, case.found.displacement
    far = [(i + tau[0], j + tau[1]) for i, j in near]
    rows = {}
    for channel, templates in enumerate(product(range(M), repeat=len(near))):
        for where in {*near, *far}:
            asked = [t for place, t in zip(near, templates, strict=True) if place == where]
            asked += [t for place, t in zip(far, templates, strict=True) if place == where]
            weights = {d: 1 for d in range(M) if any(t != d for t in asked)}
            rows[channel, at(*where)] = (weights, 0)
    return rows
