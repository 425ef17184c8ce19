"""Two taps are enough: a follow-up theorem, stated, constructed, checked and certified.

A layer *with two taps at distance t* uses two offsets of its window, (0, 0) and (0, t), and is neutral at
the others, as in dilated convolutions. Let it have stride 1 and D channels, and let a layer over the
whole grid follow, on H x W sites with M templates.

Theorem. For the cut at column C, the generic rank of these networks, shared or unshared, is exactly

    min(M, D + 1)^(H e),    e = #{ v : v < C <= v + t <= W - 1 }.

For C <= W/2 and t <= C this is the rank of *full* windows of t + 1 columns (the overlap law): the
offsets between the two taps add nothing.

Proof. The function is a product over locations (u, v) of b + sum of a_c (w_c . x)(w'_c . y), where x and
y are the sites (u, v) and (u, v + t), and biases are left out for short. Above: a factor is an M x M
matrix in its two sites, and affine in D products, so of rank <= min(M, D + 1); only H e of them straddle
the cut, and the rank of an entrywise product is at most the product of the ranks. Below: the assignment
in `witness`. Its straddling factors are 1 + sum over c < m of [x = c][y = c] with m = min(M - 1, D), of
rank m + 1 on the templates 0, ..., m; they share no sites, since near sites are left of the cut and far
sites right of it, and one-sided factors are 1 or 2, without zeros. So the rank there is (m + 1)^(H e),
and a minor that is not 0 there is not 0 almost everywhere. QED

    convac prove two-taps --module docs/examples/two_taps.py
    convac prove two-taps --module docs/examples/two_taps.py --M 3 --H 64 --W 64 --t 20 --D 2
    convac regress --claims docs/examples/two_taps.toml --module docs/examples/two_taps.py
"""

from __future__ import annotations

import random

from convac import (
    Assignment,
    Claim,
    Draft,
    Entry,
    Network,
    Partition,
    Powers,
    RankClaim,
    Row,
    Status,
    Step,
    Verdict,
    certify,
    column_cut,
    not_applicable,
    ones,
    outcome,
    result,
)

TITLE = "Two taps are enough"
SOURCE = "docs/examples"
SIZES = {"M": 3, "H": 3, "W": 6, "t": 2, "D": 1}


@result(
    name="two-taps",
    title=TITLE,
    source=SOURCE,
    section="two_taps.py",
    statement="""
        One layer of stride 1 with D channels and two taps at distance t, then one over the whole
        grid. For the cut at column C (default: W/2), rank = min(M, D + 1)^(H·e) for almost all
        parameters, e = #{v : v < C ≤ v + t ≤ W − 1}.
    """,
    latex=r"""
        For one layer of stride $1$ with $D$ channels and two taps at distance $t$, and one over the
        whole grid, the generic rank across a cut at column $C$ is $\min(M,D+1)^{He}$ with
        $e=\#\{v: v<C\le v+t\le W-1\}$.
    """,
    instances=[SIZES, {**SIZES, "t": 3}, {**SIZES, "D": 5, "C": 1}, {**SIZES, "H": 40, "W": 40}],
)
def two_taps(*, M: int, H: int, W: int, t: int, D: int, C: int | None = None) -> Verdict:
    """The assignment's exact rank from below, straddling pairs from above, random taps beside both."""
    cut_at = W // 2 if C is None else C
    if not (1 <= cut_at < W and t < W):
        return not_applicable(TITLE, SOURCE, [f"0 < C < W and t < W are needed, not {cut_at}, {t}"])
    network, cut = taps(M, H, W, t, D), column_cut(H, W, cut_at)
    value = Powers([(min(M, D + 1), H * exponent(W, t, cut_at))])
    found = certify(witness(network, t), cut)
    steps = [
        straddling_step(cut, t, value, min(M, D + 1)),
        Step(
            "upper bound",
            "lemma: the rank of an entrywise product is at most the product of the ranks",
            Status.LEMMA,
            "a factor is an M × M matrix in its two sites, and affine in D products",
        ),
        random_step(network, cut, t, value),
    ]
    lower = found.verdict(TITLE, SOURCE, value, steps=steps)
    return Verdict(
        TITLE,
        SOURCE,
        *outcome(
            lower.steps,
            f"rank = {value} for almost all parameters with two taps; so rank ≥ {value} for almost all "
            "parameters of the network",
        ),
        network=network,
        weights="shared",
        partition=cut.name,
        claim=Claim(">=", value),  # of the network, whose other offsets need not be neutral
        steps=lower.steps,
        witness=found.assignment,
    )


@two_taps.variant(
    "any distance",
    "full windows of t + 1 columns have no larger rank, also where t > C",
    {"M": 3, "H": 2, "W": 6, "t": 5, "D": 1},
)
def any_distance(*, M: int, H: int, W: int, t: int, D: int) -> RankClaim:
    """Taps far apart leave the grid, where the offsets between them do not."""
    value = Powers([(min(M, D + 1), H * exponent(W, t, W // 2))])
    network, cut = taps(M, H, W, t, D), column_cut(H, W, W // 2)
    return RankClaim(network, cut, "shared", Claim("<=", value))


def taps(M: int, H: int, W: int, t: int, D: int) -> Network:
    """The network; which offsets of the first window are used is a matter of the assignment."""
    return Network(M, H, W, layers=f"1x{t + 1}/1:{D},{H}x{W}/{H}x{W}:1")


def exponent(W: int, t: int, C: int) -> int:
    """e: the columns whose two taps lie inside the grid on both sides of the cut."""
    return sum(v < C <= v + t <= W - 1 for v in range(W))


def witness(network: Network, t: int) -> Assignment:
    """Near and far templates in one channel each, and a sum of the channels and 1."""
    draft = Draft(network)
    m = min(network.M - 1, network.channels[1])
    for c in range(m):
        draft.route([(0, 0)], [c], first=c).route([(0, t)], [c], first=c)
    return draft.tail(2, ones(m, bias=1)).assignment()


def straddling_step(cut: Partition, t: int, value: Powers, base: int) -> Step:
    """Count the straddling pairs of sites one by one, and bound the rank by the product."""
    pairs = [
        ((u, v), (u, v + t))
        for u in range(cut.H)
        for v in range(cut.W - t)
        if cut.side((u, v)) != cut.side((u, v + t))
    ]
    bound = Powers([(base, len(pairs))])
    disjoint = len({site for pair in pairs for site in pair}) == 2 * len(pairs)
    status = Status.PASSED if bound == value and disjoint else Status.FAILED
    detail = f"{len(pairs)} disjoint pairs of sites straddle the cut: rank ≤ {bound}"
    return Step("straddling", "enumeration of sites", status, detail)


def random_step(network: Network, cut: Partition, t: int, value: Powers) -> Step:
    """The exact rank at random integer taps, other offsets neutral: at most, and mostly, the value."""
    draw = random.Random(0)
    (first, second), entries = network.layers, []
    for c in range(first.channels):
        for offset in (0, t):
            row = Row(
                tuple((d, draw.randint(-9, 9)) for d in range(network.M)), draw.randint(-9, 9)
            )
            entries.append(Entry(1, (c, c + 1), ((0, 1), (offset, offset + 1)), row))
    top = Row(tuple((c, draw.randint(1, 9)) for c in range(first.channels)), draw.randint(1, 9))
    entries.append(Entry(2, (0, 1), ((0, second.window[0]), (0, second.window[1])), top))
    rank = certify(Assignment(network, entries), cut).rank
    status = Status.PASSED if rank == value else Status.FAILED
    return Step("random taps", "factored, over Q", status, f"rank {rank} at random integers")
