"""Shared and unshared generic ranks differ: 12 against 16.

Theorem. M = 2, two layers, the first with one channel, shared weights, any partition (P, Q). Take the
locations that the output reads and that see sites of both sides, and for each set of them and each choice x
of templates on the Q-sites that they see the product of t_j, over its locations v and the sites of template
1 that v sees, j the offset at which it does. For all parameters the rank is at most the rank over Q(t) of
the matrix of these monomials. For 3 x 3 sites, 2x2/1x1:1, 2x2/3x3:1, checkerboard, that is 12, which is the
generic rank; with unshared weights it is 16, full. The same holds on 4 x 4 sites for 3/2:1, 2/2:1 and
Q = {(1, 2), (2, 1), (2, 3), (3, 2)}, where the cut law gives 2^4 for unshared weights.

Proof. With shared weights, for almost all parameters, offset j contributes a nonzero multiple of t_j^x from
a site with template x. So location v contributes a monomial F_v(x) in the t_j from the Q-sites, and h is
affine in each of these: for every choice on P it is in the span of the products of F_v's, up to locations
of one side, which only scale rows or columns. Their rank over Q(t) is at least their rank for any values of
t, and a bound for almost all parameters holds for all, since it is a closed condition. Random points have
rank 12, and 16 with unshared weights. QED

In the examples the four sites and the four locations form a cycle of length 8, whose two perfect matchings
use each offset once: with shared weights neither can be preferred.

Source: this project; THEORY 8.11.
"""

from __future__ import annotations

from itertools import product

from ...algebra.engines import rank_at
from ...algebra.linear.exact import rank
from ...algebra.powers import Powers
from ...algebra.random_parameters import random_assignment
from ...algebra.rings import GF, Polynomials, Table
from ...graphs.network import Location, Network, Site
from ...graphs.partition import Q, Side, checkerboard, from_sites
from ...resources import GIB
from ..interval import THEOREM, UpperBound
from ..random_ranks import DEFAULT_PRIME
from ..setting import SHARED, UNSHARED, Setting, Subject
from ..steps import lemma, need, step
from ..theorem import PROJECT, theorem
from ..verdict import NotApplicable, Verdict, conclude

MOST_FACTORS = 4
"""Sites and locations whose products are ranked as polynomials: a second at most."""
SITES = ((1, 2), (2, 1), (2, 3), (3, 2))
SPAN = lemma(
    "span",
    "a product of affine functions is in the span of the products of their variables",
    "for each choice of templates on P the function on Q is a combination of the 16 products, so that "
    "the rank is at most theirs: for almost all t, and as a closed condition for all parameters",
)


def example(H: int) -> Setting:
    """The example on H x H sites, H = 3 or 4, with shared weights.

    Raises
    ------
    NotApplicable
        For other sizes.

    Examples
    --------
    >>> example(3).partition.counts
    (5, 4)
    """
    if H == 3:
        return Setting(Network(2, 3, layers="2x2/1x1:1,2x2/3x3:1"), checkerboard(3))
    if H == 4:
        network = Network(2, 4, layers="3/2:1,2/2:1")
        return Setting(network, from_sites(4, 4, sorted(set(network.places(0)) - set(SITES))))
    raise NotApplicable(f"the examples have H = 3 and H = 4, not {H}", about=f"H = {H}")


def far_sites(setting: Setting) -> list[Site]:
    """The sites of Q.

    >>> far_sites(example(3))
    [(0, 1), (1, 0), (1, 2), (2, 1)]
    """
    return [divmod(number, setting.network.W) for number in setting.partition.sites(Q)]


def mixed_locations(setting: Setting) -> list[Location]:
    """The locations of layer 1 that the output reads and that see sites of both sides.

    >>> mixed_locations(example(3))
    [(0, 0), (0, 1), (1, 0), (1, 1)]
    """
    network, cut = setting.network, setting.partition
    return [
        v
        for v in network.inputs(2, (0, 0))
        if Side.of(cut.side(s) for s in network.inputs(1, v)) is Side.BOTH
    ]


def products(setting: Setting) -> tuple[Table, Polynomials]:
    """The products of the F_v, a row each, on all choices of templates of the Q-sites, in the t_j.

    v runs through the locations that see both sides; F_v has t_j for each Q-site with template 1 that
    v sees at offset j.

    >>> table, ring = products(example(3))
    >>> table.shape, ring.names
    ((16, 16), ('t00', 't01', 't10', 't11'))
    """
    network = setting.network
    read = mixed_locations(setting)
    sites = [s for s in far_sites(setting) if any(network.sees(1, v, s) for v in read)]
    met = {network.offset_of(1, v, s) for v in read for s in sites if network.sees(1, v, s)}
    offsets = sorted(met)
    ring = Polynomials(*(f"t{i}{j}" for i, j in offsets))
    t = dict(zip(offsets, ring.generators, strict=True))

    def contributed(v: Site, x: tuple[int, ...]) -> object:
        value = ring.one
        for site, template in zip(sites, x, strict=True):
            if template and network.sees(1, v, site):
                value *= t[network.offset_of(1, v, site)]
        return value

    choices = list(product((0, 1), repeat=len(sites)))
    rows = []
    for chosen in product((0, 1), repeat=len(read)):
        for x in choices:
            value = ring.one
            for v, taken in zip(read, chosen, strict=True):
                value *= contributed(v, x) if taken else ring.one
            rows.append(value)
    return ring.table(rows, (2 ** len(read), len(choices))), ring


@step("products", "elimination over Q(t)")
def above(setting: Setting, most: int) -> str:
    """The rank of the products' matrix, as one of polynomials."""
    table, ring = products(setting)
    found = rank(table, ring)
    rows, columns = table.shape
    said = f"the {rows} × {columns} matrix of the products has rank {found} over Q({', '.join(ring.names)})"
    need(found == most, f"{said}, not {most}")
    return said


@step("points", f"ranks over GF({DEFAULT_PRIME}) at random parameters")
def below(setting: Setting, shared: int, unshared: int) -> str:
    """Ranks at random points, which bound both generic ranks from below."""
    network, found = setting.network, []
    for kind in (SHARED, UNSHARED):
        point = random_assignment(network, 0, GF(DEFAULT_PRIME), shared=kind == SHARED)
        found.append(int(rank_at(point, setting.partition, "dense", GIB).rank))
    said = f"at random points the rank is {found[0]} with shared, {found[1]} with unshared weights"
    need(found == [shared, unshared], f"{said}, not {shared} and {unshared}")
    return said


@step("size", "count of columns")
def size(setting: Setting, most: int) -> str:
    """No rank is larger than the number of columns."""
    need(
        setting.full_rank == Powers(most), f"the matrix has {setting.full_rank} columns, not {most}"
    )
    return f"the matrix has {setting.full_rank} columns: {most} is full rank"


@theorem(
    name="shared-unshared",
    title="Shared and unshared weights",
    source=PROJECT,
    section="THEORY 8.11",
    statement="""
        M = 2, two layers, the first with one channel, shared weights: the rank is at most that of
        the monomials in t that the Q-sites contribute to the locations that see both sides. For
        3 × 3 sites, 2x2/1x1:1, 2x2/3x3:1, checkerboard (H = 3) it is 12, the generic rank; with
        unshared weights that is 16, full. The same on 4 × 4 sites, layers 3/2:1, 2/2:1, Q =
        {(1,2), (2,1), (2,3), (3,2)} (H = 4), where the cut law gives 16 for unshared weights.
    """,
    latex=r"""
        For $M=2$ on $3\times3$ sites with the layers $2/1{:}1,\ 2\times2/3\times3{:}1$, the generic
        rank across the checkerboard is $12$ with shared and $16$ with unshared weights.
    """,
    instances=[{"H": 3}, {"H": 4}],
)
def shared_unshared(*, H: int = 3) -> Verdict:
    """Twelve from above by a matrix of polynomials, both ranks from below at random points."""
    setting = example(H)
    words = f"{setting.network}, Q = {', '.join(map(str, far_sites(setting)))}"
    return conclude(
        [below(setting, 12, 16), above(setting, 12), SPAN, size(setting, 16)],
        "the generic rank is 12 with shared and 16 with unshared weights",
        subject=Subject(setting.network, setting.partition.name, words=words),
    )


@shared_unshared.bounds_above
def span(setting: Setting) -> UpperBound:
    """The rank of the products' matrix, for one channel, two templates and shared weights."""
    network = setting.network
    if not (setting.shared and network.M == network.depth == 2 and network.channels[1] == 1):
        raise NotApplicable("M = 2, two layers, the first with one channel, and shared weights")
    seen = set(far_sites(setting)).intersection(
        s for v in mixed_locations(setting) for s in network.inputs(1, v)
    )
    if not seen or max(len(seen), len(mixed_locations(setting))) > MOST_FACTORS:
        raise NotApplicable(f"up to {MOST_FACTORS} sites of Q and locations are multiplied out")
    table, ring = products(setting)
    found = rank(table, ring)
    rows, columns = table.shape
    by = f"the {rows} × {columns} matrix of products of t has this rank over Q(t) (THEORY 8.11)"
    return UpperBound(Powers(found).spelled(2), by, form=THEOREM)
