"""One dimension: the flow of digits with shared weights, along the lines of the grid (THEORY 8.12).

Theorem. Two layers, any partition (P, Q). Keep one row of the windows of layer 1, or one column: for 1 x W
sites these are the whole windows. Let b >= 2, and let f be the largest integral flow P-site -> location ->
Q-site, edges where the location sees the site at an offset that is kept, with capacities floor(log_b M) at
sites and floor(log_b(D + 1)) at the locations that the output reads. For almost all shared parameters

    rank >= b^f,

with equality, for shared and unshared weights, if M and D + 1 are powers of b and H = 1.

Proof. Offsets give equal labels a factor X; h = sum of phi_g(x_P) psi_g(x_Q) over the labels g of the slots
on routes, so that its rank is b^f if the b^f x b^f matrices Phi and Psi are nonsingular. Their determinants
are polynomials in the X. For X = 1 + eps zeta^omega and eps -> 0, Phi becomes a matrix of sums over
bijections of digits and slots; windows on a line are intervals of equal length, so that the sorted one
fits, and for omega strictly concave in the positions' difference it is the only one of largest weight:
scaled by potentials, the matrix tends to the identity as zeta -> infinity. QED

Source: this project; the proof in full: THEORY 8.12.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

from ...algebra.assignment import Assignment
from ...algebra.label_matrix import is_regular
from ...algebra.powers import Powers, digit_count
from ...algebra.witnesses.construction import Construction
from ...algebra.witnesses.line_flow import Numbers, line_assignment, numbers_in, random_numbers
from ...errors import ResourceError
from ...graphs.line_flow import (
    Direction,
    SortedMatching,
    admissible,
    direction_edges,
    directions,
    ends,
    line_routes,
    seeing_offsets,
    sorted_matching,
)
from ...graphs.network import Vertex
from ...graphs.partition import P, Q, Side
from ...graphs.routes import Route, routes_problem
from ...resources import MOST_FLOW_EDGES
from ..decide import RankClaim
from ..interval import UpperBound
from ..random_ranks import DEFAULT_PRIME
from ..setting import SHARED, Setting
from ..steps import Fails, NotRun, Status, Step, lemma, need, needs_nothing, step
from ..theorem import PROJECT, Sizes, theorem
from ..verdict import Candidate, Claim, NotApplicable, Verdict, conclude
from ..witness import by_witness
from .cut_law import least_cut, recounted
from .shared_unshared import span

LINE: Sizes = {"M": 2, "H": 1, "W": 8, "layers": "1x3/1:1,1x8/1x8:1", "partition": "sites:PPQQQPQP"}
CYCLE: Sizes = {"M": 2, "H": 3, "layers": "2x2/1x1:1,2x2/3x3:1", "partition": "checkerboard"}
EFFORT = 6
MOST_BASE = 9
MOST_EDGES_TOGETHER = 4 * MOST_FLOW_EDGES
MOST_WEIGHTS = 50_000
"""Of an assignment that is ranked."""
TRIES = 8

LIMIT = lemma(
    "limit",
    "a matrix that tends to the identity is nonsingular in the end",
    "for X = 1 + ε ζ^ω the matrices Φ and Ψ of the labels, scaled, tend to sums over bijections as ε → 0, "
    "and these, scaled by the potentials, to the identity as ζ → ∞: their determinants are nonzero "
    "polynomials",
)
EVERY = lemma(
    "almost every",
    "zeros of a nonzero polynomial have measure zero",
    "det Φ · det Ψ is the minor of h on the labels of the routes' digits, a nonzero polynomial",
)


@dataclass(frozen=True)
class LineNumbers:
    """A setting, a base, a direction, and the routes of a largest flow in it."""

    setting: Setting
    b: int
    direction: Direction
    routes: tuple[Route, ...]

    @property
    def bound(self) -> Powers:
        """b^f."""
        return Powers([(self.b, len(self.routes))])

    @property
    def shown(self) -> dict[str, int | str]:
        """The numbers as the heading shows them."""
        return {"b": self.b, "f": len(self.routes), "kept": str(self.direction)}

    @cached_property
    def values(self) -> Numbers:
        """Random integers: the first at which both matrices of labels are nonsingular, where these fit.

        Raises
        ------
        ResourceError
            If an assignment of them would have too many weights.
        """
        layer, (places, slots, digits) = self.setting.network.layers[0], self.sizes
        weights = places * self.b ** min(slots + digits, MOST_WEIGHTS)
        if weights > MOST_WEIGHTS:
            raise ResourceError(
                f"{layer}: {slots} slots and {digits} digits need {weights} weights"
            )
        for seed in range(TRIES):
            found = random_numbers(places, slots, digits, seed)
            try:
                if all(_regular(self, side, found) for side in (P, Q)):
                    return found
            except ResourceError:
                break
        return random_numbers(places, slots, digits, 0)

    @property
    def sizes(self) -> tuple[int, int, int]:
        """Places along a window, slots of a location and digits of a site, as far as routes take them."""
        axis = self.setting.network.axis(self.direction.axis)
        slots = Counter(route.turn for route in self.routes).values()
        digits = (digit for route in self.routes for _, digit in route.ends)
        return seeing_offsets(axis).stop, max(slots, default=0), 1 + max(digits, default=-1)

    def construction(self) -> Construction:
        """The explicit assignment.

        Raises
        ------
        ResourceError
            If it would have too many weights.
        """
        return line_assignment(
            self.setting.network, self.direction, self.routes, self.b, self.values
        )


def flows(setting: Setting) -> Iterator[LineNumbers]:
    """The largest flows in each direction, for each base that has capacities of its own.

    Raises
    ------
    NotApplicable
        If there are more or fewer layers than two, one template, or no route.
    ResourceError
        If the graphs are too large.
    """
    network, found = setting.network, False
    if network.depth != 2 or network.passed_channels[0] < 2:
        few = "two layers and M ≥ 2 are needed"
        raise NotApplicable(
            few if network.M < 2 or network.depth != 2 else f"{few} a group", about=setting
        )
    templates, channels = network.passed_channels[:2]
    capacities: dict[tuple[int, int], int] = {}
    for b in range(2, min(templates, channels + 1, MOST_BASE) + 1):
        capacities[digit_count(templates, b), digit_count(channels + 1, b)] = b
    edges = MOST_EDGES_TOGETHER
    for direction in directions(network):
        edges -= direction_edges(network, direction.axis) * len(capacities)
        if edges < 0 and found:
            return
        for most, b in capacities.items():
            found = True
            routes = line_routes(network, setting.partition, direction, most)
            yield LineNumbers(setting, b, direction, tuple(routes))


def best(setting: Setting) -> LineNumbers:
    """The largest bound over directions and bases; errors as for `flows`.

    Examples
    --------
    >>> best(Setting.read(**LINE)).bound
    Powers([(2, 4)])
    """
    found = flows(setting)
    numbers = max(found, key=lambda numbers: numbers.bound, default=None)  # the first among equals
    if numbers is None or not numbers.routes:
        raise NotApplicable("no location sees sites of both sides", about=setting)
    return numbers


@step("routes", "flow, graph")
def routed(numbers: LineNumbers) -> str:
    """Every route joins both sides at offsets that are kept, over a location that the output reads."""
    network, direction = numbers.setting.network, numbers.direction

    def most(vertex: Vertex) -> int:
        """The largest c with b^c labels; a location has a constant besides its channels."""
        have = network.passed_channels[vertex.layer] + (vertex.layer == 1)
        return max(c for c in range(have.bit_length()) if numbers.b**c <= have)

    needs_nothing(routes_problem(network, numbers.setting.partition, numbers.routes, most))
    for route in numbers.routes:
        at = route.turn.at
        need(route.turn.layer == 1, f"a route turns in {at} of layer {route.turn.layer}")
        need(network.sees(2, (0, 0), at), f"the output does not read {at}")
        seen = {network.offset_of(1, at, site) for site, _ in route.ends}
        kept = {offset[1 - direction.axis] == direction.across for offset in seen}
        need(kept == {True}, f"the route over {at} has another offset than {direction}")
    met = len({route.turn for route in numbers.routes})
    return f"{len(numbers.routes)} routes over {met} locations, in {direction}"


@step("potentials", "integer arithmetic, every site in a window")
def potentials(numbers: LineNumbers) -> str:
    """On each side the sorted matching of the routes' ends is the only one of largest weight."""
    pairs = 0
    for side in (P, Q):
        try:
            matching = matched(numbers, side)
        except ValueError as why:
            raise Fails(str(why)) from None
        pairs += _proved(numbers, side, matching)
    return (
        f"the sorted matchings are the only ones of largest Σ ω(position of the site − of the "
        f"location), ω(x) = −{len(numbers.routes) + 1} x²: {pairs} inequalities"
    )


def matched(numbers: LineNumbers, side: Side) -> SortedMatching:
    """The sorted matching of the routes' ends on one side."""
    taken = ends(numbers.routes, side)
    return sorted_matching(numbers.setting.network, numbers.direction, taken)


def _proved(numbers: LineNumbers, side: Side, matching: SortedMatching) -> int:
    """How many pairs weigh at most the sum of their potentials, and as much on the matching alone."""
    sites, locations = matching.sites, matching.locations
    taken = [(route.ends[side], route.turn.at) for route in numbers.routes]
    need(sorted(sites) == sorted(site for site, _ in taken), "other sites than the routes'")
    need(len(set(locations)) == len(taken), "a slot is taken twice")
    loads = Counter(at for at, _ in locations)
    need(loads == Counter(at for _, at in taken), "other locations than the routes'")
    need(matching.scale > 0, "the weight is not strictly concave")
    counted, met = 0, set[int]()
    for k, m, along in admissible(numbers.setting.network, numbers.direction, sites, locations):
        weight = matching.weight(along, sites[k][1], locations[m][1])
        sum_ = matching.alpha[k] + matching.gamma[m]
        where = f"{sites[k]} and {locations[m]}"
        need(weight < sum_ if k != m else weight == sum_, f"{where}: {weight}, and {sum_} is said")
        counted += 1
        met |= {k} if k == m else set()
    need(len(met) == len(sites), "the sorted matching leaves a window")
    return counted


@step("labels", f"ranks over GF({DEFAULT_PRIME})")
def labelled(numbers: LineNumbers, assignment: Assignment) -> str:
    """The matrices Φ and Ψ of the labels, with the numbers that the assignment has, are nonsingular."""
    found = numbers_in(assignment, numbers.direction, numbers.b)
    for side in (P, Q):
        try:
            regular = _regular(numbers, side, found)
        except ResourceError as error:
            raise NotRun(str(error)) from None
        need(regular, f"the matrix of the labels on {side.name} is singular at this assignment")
    return f"Φ and Ψ, {numbers.bound} × {numbers.bound} each, are nonsingular at this assignment"


def _regular(numbers: LineNumbers, side: Side, values: Numbers) -> bool:
    """Whether the matrix of labels on one side is nonsingular modulo a prime, and so over Q."""
    taken = ends(numbers.routes, side)
    sites, locations = [site for site, _ in taken], [at for _, at in taken]
    seen = admissible(numbers.setting.network, numbers.direction, sites, locations)
    pairs = ((k, m, values.get((o, locations[m][1], sites[k][1]), 1)) for k, m, o in seen)
    return is_regular(numbers.b, len(taken), pairs, DEFAULT_PRIME)


@step("cut", "minimum cut, integer arithmetic")
def cut(numbers: LineNumbers, upper: UpperBound) -> str:
    """The set separates, and its capacity is the flow's, where the claim is an equality."""
    said, law = recounted(numbers.setting, upper), numbers.bound
    need(upper.value >= law, f"{said} < {law}")
    return f"{said}{' = ' if upper.value == law else ', and the flow gives '}{law}"


@theorem(
    name="one-dimension",
    title="One dimension",
    source=PROJECT,
    section="THEORY 8.12",
    statement="""
        Two layers, any partition (P, Q), shared weights. Keep one row of the windows of layer 1, or
        one column (for 1 × W sites: the whole windows). For b ≥ 2 let f be the largest integral
        flow P-site → location → Q-site, a location joined to the sites that it sees at offsets that
        are kept, with capacities ⌊log_b M⌋ at sites and ⌊log_b (D + 1)⌋ at the locations that the
        output reads. For almost all parameters rank ≥ b^f. If M and D + 1 are powers of b, and H =
        1, or P is a union of columns, rows are kept and S^h = 1, the generic rank is b^f, with
        unshared weights, too. With groups the bound holds with the channels of one group.
    """,
    latex=r"""
        Let a network of two layers have shared weights, and keep one row of the windows of layer
        $1$, or one column. Let $f$ be the largest integral flow from $P$-sites over locations to
        $Q$-sites along what is kept, with capacities $\lfloor\log_bM\rfloor$ and
        $\lfloor\log_b(D+1)\rfloor$. Then $\operatorname{rank}[\![\mathcal A]\!]\ge b^f$ for almost
        all parameters, with equality, for shared and unshared weights, if $H=1$ and $M$ and $D+1$
        are powers of $b$. With groups the bound holds with the channels of one group.
    """,
    instances=[
        LINE,
        {"M": 2, "H": 6, "W": 1, "layers": "3x1/2x1:3,3x1/3x1:1", "partition": "rows"},
        {"M": 4, "H": 1, "W": 5, "layers": "1x3/1:1,1x5/1x5:1", "partition": "checkerboard"},
        {"M": 3, "H": 1, "W": 6, "layers": "1x4/1:2,1x6/1x6:1", "partition": "columns"},
        {"M": 2, "H": 3, "W": 4, "layers": "2x3/1:1,3x4/3x4:1", "partition": "columns"},
        {"M": 2, "H": 3, "layers": "2x2/1x1:1,2x2/3x3:1", "partition": "checkerboard"},
        {"M": 2, "H": 1, "W": 48, "layers": "1x5/1:1,1x48/1x48:1", "partition": "random:1"},
        {
            "M": 2,
            "H": 1,
            "W": 8,
            "layers": "1x3/1d1x2p0x2:1,1x8/1x8:1",
            "partition": "sites:PPQQPPQQ",
        },
    ],
    effort=EFFORT,
)
def one_dimension(
    *,
    M: int,
    H: int,
    layers: str,
    W: int | None = None,
    partition: str = "columns",
    weights: str = SHARED,
) -> Verdict:
    """The flow's routes, potentials for its sorted matchings, and the exact rank at an assignment."""
    setting = Setting.read(M=M, H=H, W=W, layers=layers, partition=partition, weights=weights)
    numbers, upper = best(setting), least_cut(setting)
    law = numbers.bound.spelled(M)
    relation, sign = ("=", "=") if upper.value == law else (">=", "≥")
    said = f"rank {sign} {law} for almost all parameters, {weights} weights"
    about: dict[str, Any] = {"claim": Claim(relation, law), "numbers": numbers.shown}
    before, above = [routed(numbers), potentials(numbers), LIMIT], [cut(numbers, upper)]
    try:
        return by_witness(
            setting,
            law,
            numbers.construction(),
            before=before,
            shape=lambda witness: [labelled(numbers, witness.assignment)],
            above=above,
            conclusion=said,
            **about,
        )
    except ResourceError as error:
        steps = [*before, *_unranked(numbers, str(error)), *above, EVERY]
        return conclude(steps, said, setting=setting, bound=law, **about)


def _unranked(numbers: LineNumbers, why: str) -> list[Step]:
    """The steps on an assignment that cannot be ranked, or not even be written down."""
    rank = Step("rank", "Kronecker product, over Q", Status.NOT_RUN, why)
    try:
        return [labelled(numbers, numbers.construction().assignment), rank]
    except ResourceError:
        return [rank]


@one_dimension.bounds
def candidate(setting: Setting, _least: Powers) -> Candidate:
    """Shared weights; for unshared ones the flow through whole windows is at least as large."""
    if not setting.shared:
        raise NotApplicable("shared weights: see flow-bound for unshared ones", about=setting)
    numbers = best(setting)
    digits = f"{len(numbers.routes)} digits in base {numbers.b}"
    by = f"a flow of {digits} in {numbers.direction} of layer 1 (THEORY 8.12)"
    return Candidate(numbers.bound, by, numbers.construction, partial(list, numbers.routes))


@one_dimension.variant("exponent + 1", "rank ≥ b^(f + 1)", LINE)
def one_more(
    *, M: int, H: int, layers: str, W: int | None = None, partition: str = "columns"
) -> RankClaim:
    """A minimum cut bounds the rank from above."""
    setting = Setting.read(M=M, H=H, W=W, layers=layers, partition=partition)
    numbers = best(setting)
    return RankClaim.of_setting(setting, Claim(">=", numbers.bound * Powers([(numbers.b, 1)])))


@one_dimension.variant("whole windows", "rank ≥ b^f, f the flow along all offsets", CYCLE)
def whole_windows(
    *, M: int, H: int, layers: str, W: int | None = None, partition: str = "columns"
) -> RankClaim:
    """In two dimensions a flow may need each offset twice; THEORY 8.11 bounds the rank from above."""
    setting = Setting.read(M=M, H=H, W=W, layers=layers, partition=partition)
    upper = least_cut(setting)
    return RankClaim.of_setting(setting, Claim(">=", upper.value), span(setting))
