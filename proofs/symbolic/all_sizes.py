"""Theorem 1, its headline and the sharp bound for all sizes at once: tools, and the lemmas that remain.

The geometry goes to an SMT solver, obligation by obligation; the algebra of the pair factors to SymPy, for
symbolic m and k. Their meeting point is a *model*: for every location of layer K a condition, a scope and a
table. The model is compared with the factored evaluation of real networks, so that it is not a paraphrase.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import gcd, prod

from ...algebra.factorize import factorize
from ...algebra.rings import ZZ, Table
from ...algebra.witnesses.construction import Construction
from ...algebra.witnesses.near_far import sharp_assignment, theorem_1_assignment
from ...errors import InputError
from ...graphs.network import COLUMNS, ROWS, Layer, Network, over_all
from ...graphs.receptive_fields import total_receptive_field
from ..steps import Status, Step, lemma, need, step
from ..verdict import Outcome, Verdict, conclude
from . import geometry
from .geometry import Strides
from .obligations import Obligation, discharge

LARGEST_MATRIX = 20
LARGEST_SUM = 3
MOST_STRIDES = 8
Factors = dict[tuple[int, ...], list[int]]
Sample = tuple[Network, tuple[int, ...], int]
"""A network, the windows t_1, ..., t_K along its columns, and m."""


@dataclass(frozen=True)
class Model:
    """What the network is for all sizes: one factor a location of layer K, on one or two sites.

    `pair` is the table where the far site is inside, at m, the number k of biases on the far route and the
    near and far templates; `single` is the function of the near site where it is not. `build` makes the
    explicit assignment whose network this is.
    """

    name: str
    pair: Callable[[int, int, int, int], int]
    single: Callable[[int, int], int]
    build: Callable[[Network, tuple[int, ...], int], Construction]
    templates_beyond: int


THEOREM_1 = Model(
    "theorem-1",
    lambda m, k, near, far: (near < m) * ((near == far) + k),
    lambda m, near: int(near < m),
    lambda network, windows, m: theorem_1_assignment(network, COLUMNS, windows, m, shared=True),
    0,
)
SHARP = Model(
    "sharp-bound",
    lambda m, k, near, far: 1 + (near == far < m),
    lambda m, near: 1,
    lambda network, windows, m: sharp_assignment(network, COLUMNS, windows, m, shared=True),
    1,
)


def prove(
    statement: str,
    strides: Strides,
    model: Model,
    more: Sequence[Obligation] = (),
    last: Sequence[Step] = (),
    samples: Sequence[Sample] | None = None,
) -> Verdict:
    """Discharge the geometry and the algebra, compare the model, and name the lemmas that remain.

    `more` are further obligations, `last` further steps; `samples` are the networks on which the model
    is compared, by default small ones of these strides.
    """
    sharp = model is SHARP
    counted = geometry.cuts(strides) if sharp else geometry.halves(strides)
    obligations = [
        *geometry.common(strides),
        *counted,
        *geometry.channels(strides, sharp),
        *more,
    ]
    steps = [
        *discharge(obligations),
        *(sharp_algebra() if sharp else theorem_1_algebra(strides.K)),
        model_step(model, strides, samples or list(_samples(model, strides))),
        *LEMMAS,
        *last,
    ]
    return settled(steps, statement, f"all sizes: {strides}")


def settled(steps: Sequence[Step], statement: str, subject: str) -> Verdict:
    """The verdict on a proof for all sizes: verified only if every obligation was decided."""
    verdict = conclude(steps, statement, subject=subject)
    waiting = [s for s in steps if s.status is Status.NOT_RUN and s.method.startswith("SMT")]
    if not verdict.verified or not waiting:
        return verdict
    reason = f"{len(waiting)} obligations were not decided, the first: {waiting[0].detail}"
    return replace(verdict, outcome=Outcome.COULD_NOT_FINISH, conclusion=reason)


def strides_of(routes: str, tail: str) -> Strides:
    """Strides from comma-separated lists: of layers 1 ... K, and of the tail without its last layer.

    Raises
    ------
    InputError
        If one is no whole number from 1 to 1000, or there are more than 8.
    """
    parsed = []
    for name, text in (("strides", routes), ("tail", tail)):
        parts = text.split(",") if text else []
        if not all(p.isascii() and p.isdigit() and 1 <= int(p) <= 1000 for p in parts):
            raise InputError(
                name, text, "whole numbers from 1 to 1000, comma-separated, are needed"
            )
        if len(parts) > MOST_STRIDES:
            raise InputError(name, text, f"at most {MOST_STRIDES} are taken")
        parsed.append(tuple(map(int, parts)))
    if not parsed[0]:
        raise InputError("strides", routes, "at least one is needed: K >= 1")
    return Strides(*parsed)


def theorem_1_algebra(K: int) -> list[Step]:
    """The pair factor [near < m](k + [near = far]) and its determinant, for all m and k."""
    from . import pair_algebra as algebra

    contracts = all(algebra.contracts_to_pair_factor(J, 1, LARGEST_SUM) for J in range(1, K + 1))
    return [
        pair_factor(
            contracts,
            "Σ over c < m of [near = c]([far = c] + k) = [near < m]([near = far] + k), where k = J "
            "counts the biases on the far route",
        ),
        inverse(algebra.inverse_holds()),
        determinants(
            "det(I + kJ) = 1 + km (lemma: matrix determinant lemma, det(I + uvᵀ) = 1 + vᵀu)"
        ),
    ]


def sharp_algebra() -> list[Step]:
    """The pair factor 1 + [near = far < m] and its determinant, for all m."""
    from . import pair_algebra as algebra

    return [
        pair_factor(
            algebra.contracts_to_pair_factor(1, 0, LARGEST_SUM),
            "1 + Σ over c < m of [near = c][far = c] = 1 + [near = far < m]: values 1 and 2, "
            "J + diag(1, …, 1, 0) on templates {0 … m}",
        ),
        schur(algebra.schur_complement_is_identity()),
        determinants("det(J + diag(1, …, 1, 0)) = 1"),
    ]


@step("pair factor", "sympy, sifting of Kronecker deltas")
def pair_factor(contracts: bool, says: str) -> str:
    """The sum over channels is the pair factor."""
    need(contracts, f"not so: {says}")
    return says


@step("inverse", "sympy, the algebra spanned by I and J with J² = mJ, over Q(m, k)")
def inverse(holds: bool) -> str:
    """The pair factor is invertible for symbolic m and k."""
    says = "(I + kJ)(I − k/(1 + km)·J) = I for symbolic m and k: the pair factor is nonsingular for k ≥ 0"
    need(holds, f"not so: {says}")
    return says


@step("Schur", "sympy, the algebra spanned by I and J, over Q(m)")
def schur(holds: bool) -> str:
    """The Schur complement of the last entry of the pair factor."""
    says = "(I + J) − 1·1ᵀ = I is the Schur complement of the last entry 1 (lemma: det = d·det(A − bcᵀ/d))"
    need(holds, f"not so: {says}")
    return says


@step("determinant", "FLINT")
def determinants(statement: str) -> str:
    """Determinants for small m, one by one."""
    from .pair_algebra import determinants_hold

    said = f"{statement}; computed for m ≤ {LARGEST_MATRIX}"
    need(determinants_hold(LARGEST_MATRIX), f"not so: {said}")
    return said


LEMMAS = (
    lemma(
        "path product",
        "connectivity is the tensor product of the two axes",
        "a path of the grid is a pair of axis paths, so that the tail reads every location of layer K "
        "exactly once, and h is the product of the locations' factors",
    ),
    lemma(
        "one-sided",
        "a one-sided factor without zeros scales rows or columns",
        "on the templates used it changes no rank",
    ),
    lemma(
        "Kronecker",
        "the rank of a Kronecker product is the product of the ranks",
        "factors on disjoint pairs of sites, one on each side: base to the number of pairs, "
        "|A × B| = |A|·|B| of them",
    ),
    lemma(
        "almost every",
        "zeros of a nonzero polynomial have measure zero",
        "a shared witness is a point of the unshared parameters as well, and proves both",
    ),
)


@step("model", "factored, over ZZ")
def model_step(model: Model, strides: Strides, samples: Sequence[Sample]) -> str:
    """The model's factors are those of real networks, scope by scope and entry by entry."""
    factors = 0
    for network, windows, m in samples:
        found = _network_factors(model.build(network, windows, m))
        expected = _model_factors(model, strides, network, windows, m)
        need(found == expected, f"they differ at {network}, windows {windows}, m = {m}")
        factors += len(found)
    need(samples, "no network was compared")
    return (
        f"the model's factors (condition, sites, table) are those of {len(samples)} networks of these "
        f"strides, {factors} factors compared entry by entry"
    )


def _samples(model: Model, strides: Strides) -> Iterator[Sample]:
    """Small networks: widths up to a few windows, m up to 3, with templates beyond those used or none."""
    unit = strides.total * prod(strides.tail)
    for windows in _windows(strides.K):
        for height, width in ((1, 2), (2, 3), (1, 4), (2, 6)):
            for m in (1, 2, 3):
                for M in (m + model.templates_beyond, m + 2):
                    if model is THEOREM_1 and 1 == m < M:
                        continue  # the pair factor is a product of one-site factors, and kept so
                    network = _network(strides, windows, height * unit, width * unit, m, M)
                    if (
                        total_receptive_field(network.axis(COLUMNS), strides.K, windows)
                        <= network.W
                    ):
                        yield network, windows, m


def _windows(K: int) -> list[tuple[int, ...]]:
    """Windows that end with one of at least 2 in layer J <= K; the last layer's may be 1."""
    return [
        (2,) * K,
        (3, *(2,) * (K - 1)),
        (*(2,) * (K - 1), 4),
        *([(2,) + (1,) * (K - 1)] if K > 1 else []),
    ]


def _network(
    strides: Strides, windows: tuple[int, ...], height: int, width: int, m: int, M: int
) -> Network:
    layers = [Layer((1, t), S, 2 * m) for t, S in zip(windows, strides.routes, strict=True)]
    layers += [Layer(S, S, 1) for S in strides.tail]
    rows, columns = height, width
    for layer in layers:
        rows, columns = -(-rows // layer.stride[0]), -(-columns // layer.stride[1])
    return Network(M, height, width, layers=[*layers, over_all((rows, columns))])


def _network_factors(construction: Construction) -> Factors:
    """Scope and primitive table of every factor of the network's function."""
    found = factorize(construction.assignment)
    assert found.function is not None
    return {
        scope: found.arithmetic.tables[number].ravel().tolist()
        for scope, number in found.function.factors
    }


def _model_factors(
    model: Model, strides: Strides, network: Network, windows: tuple[int, ...], m: int
) -> Factors:
    """The same by the model: conditions and sites are the formulas that the solver was asked about."""
    T_S, M, W = strides.total, network.M, network.W
    T = total_receptive_field(network.axis(COLUMNS), strides.K, windows)
    J = max(k + 1 for k, t in enumerate(windows) if t >= 2)
    factors: Factors = {}
    for u in range(network.sizes[strides.K][ROWS]):
        for v in range(network.sizes[strides.K][COLUMNS]):
            near, far = T_S * u * W + T_S * v, T_S * u * W + T_S * v + T - 1
            if T_S * v + T - 1 < W:
                table = [model.pair(m, J, a, b) for a in range(M) for b in range(M)]
                _add(factors, (near, far), table, M)
            else:
                _add(factors, (near,), [model.single(m, a) for a in range(M)], M)
    return factors


def _add(factors: Factors, scope: tuple[int, ...], table: list[int], M: int) -> None:
    """Keep a factor as the engine does: primitive, on the sites on which it depends, no constants."""
    array = ZZ.table(table, (M,) * len(scope))
    kept = [axis for axis in range(array.ndim) if (array != array.take([0], axis=axis)).any()]
    if kept:
        index = tuple(slice(None) if axis in kept else 0 for axis in range(array.ndim))
        factors[tuple(scope[axis] for axis in kept)] = _primitive(array[index])


def _primitive(table: Table) -> list[int]:
    entries = [int(x) for x in table.ravel().tolist()]
    divisor = gcd(*entries)
    return [x // divisor for x in entries]
