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
    AssignmentBuilder,
    Claim,
    NotApplicable,
    Powers,
    RankClaim,
    Setting,
    Verdict,
    WeightRow,
    by_witness,
    exact_rank,
    lemma,
    need,
    ones,
    power,
    step,
    theorem,
)

SIZES = {"M": 3, "H": 3, "W": 6, "t": 2, "D": 1}
PRODUCTS = lemma(
    "upper bound",
    "the rank of an entrywise product is at most the product of the ranks",
    "a factor is an M × M matrix in its two sites, and affine in D products",
)


def taps(M: int, H: int, W: int, t: int, D: int, C: int) -> Setting:
    """The network, cut; which offsets of the first window are used is a matter of the assignment."""
    layers = f"1x{t + 1}/1:{D},{H}x{W}/{H}x{W}:1"
    return Setting.read(M=M, H=H, W=W, layers=layers, partition=f"column:{C}")


def bound(M: int, H: int, W: int, t: int, D: int, C: int) -> Powers:
    """min(M, D + 1)^(H e); e counts the columns whose two taps are in the grid, on both sides."""
    return power(min(M, D + 1), H * sum(v < C <= v + t <= W - 1 for v in range(W)))


def witness(setting: Setting, t: int) -> Assignment:
    """Near and far templates in one channel each, and a sum of the channels and 1."""
    builder = AssignmentBuilder(setting.network)
    m = min(setting.network.M - 1, setting.network.channels[1])
    for c in range(m):
        builder.route([(0, 0)], [c], first=c).route([(0, t)], [c], first=c)
    return builder.tail(2, ones(m, bias=1)).assignment()


@step("straddling", "enumeration of sites")
def straddling(setting: Setting, t: int, value: Powers) -> str:
    """Count the straddling pairs of sites one by one, and bound the rank by the product."""
    cut, network = setting.partition, setting.network
    both = [((u, v), (u, v + t)) for u in range(cut.H) for v in range(cut.W - t)]
    pairs = [(x, y) for x, y in both if cut.side(x) != cut.side(y)]
    need(len({site for pair in pairs for site in pair}) == 2 * len(pairs), "pairs share a site")
    most = power(min(network.M, network.channels[1] + 1), len(pairs))
    said = f"{len(pairs)} disjoint pairs of sites straddle the cut: rank ≤ {most}"
    need(most == value, f"{said}, not {value}")
    return said


@step("random taps", "factored, over Q")
def random_taps(setting: Setting, t: int, value: Powers) -> str:
    """The exact rank at random integer taps, other offsets neutral: at most, and mostly, the value."""
    draw, builder = random.Random(0), AssignmentBuilder(setting.network)
    M, D, _ = setting.network.channels
    for c in range(D):
        for tap in (0, t):
            weights = tuple((d, draw.randint(-9, 9)) for d in range(M))
            builder.write(1, c, (0, tap), WeightRow(weights, draw.randint(-9, 9)))
    top = tuple((c, draw.randint(1, 9)) for c in range(D))
    builder.tail(2, WeightRow(top, draw.randint(1, 9)))
    rank = exact_rank(builder.assignment(), setting.partition).rank
    need(rank == value, f"rank {rank} at random integers, not {value}")
    return f"rank {rank} at random integers"


@theorem(
    name="two-taps",
    title="Two taps are enough",
    source="docs/examples",
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
    C = W // 2 if C is None else C
    if not (1 <= C < W and t < W):
        raise NotApplicable(f"0 < C < W and t < W are needed, not {C}, {t}")
    setting, value = taps(M, H, W, t, D, C), bound(M, H, W, t, D, C)
    return by_witness(  # the claim is about the network, whose other offsets need not be neutral
        setting,
        value,
        witness(setting, t),
        above=[straddling(setting, t, value), PRODUCTS, random_taps(setting, t, value)],
        conclusion=f"rank = {value} for almost all parameters with two taps; "
        f"so rank ≥ {value} for almost all parameters of the network",
        decided=False,
    )


@two_taps.variant(
    "any distance",
    "full windows of t + 1 columns have no larger rank, also where t > C",
    {"M": 3, "H": 2, "W": 6, "t": 5, "D": 1},
)
def any_distance(*, M: int, H: int, W: int, t: int, D: int) -> RankClaim:
    """Taps far apart leave the grid, where the offsets between them do not."""
    claim = Claim("<=", bound(M, H, W, t, D, W // 2))
    return RankClaim.of_setting(taps(M, H, W, t, D, W // 2), claim)
