"""Exact checks of theorems about the expressive power of convolutional arithmetic circuits.

Names are loaded when they are first used, so that importing the package stays light.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any
from warnings import warn

if TYPE_CHECKING:
    from .algebra.assignment import Assignment, Entry, WeightRow, constant, ones, select
    from .algebra.assignment_json import from_json, to_json
    from .algebra.builder import AssignmentBuilder, fill
    from .algebra.factored_rank import ClusterClass, FactoredRank, factored_rank
    from .algebra.factorize import Factorization, factorize
    from .algebra.grid_tensor import grid_tensor, matricize
    from .algebra.linear.rank_bounds import RankBounds
    from .algebra.powers import Powers, power
    from .algebra.random_parameters import random_assignment
    from .algebra.rings import GF, QQ, ZZ, Polynomials, PrimeField
    from .algebra.spectrum import (
        EntanglementEntropy,
        Spectrum,
        entanglement_entropy,
        singular_values,
    )
    from .algebra.witnesses.construction import Construction
    from .algebra.witnesses.near_far import sharp_assignment, theorem_1_assignment
    from .errors import ConvacError, InputError, ResourceError, WorkersError
    from .graphs.network import Axis, Layer, Network, Vertex, parse_layers
    from .graphs.partition import (
        Partition,
        Side,
        alternating_columns,
        alternating_rows,
        checkerboard,
        column_cut,
        from_sites,
        left_right,
        random_partition,
        row_cut,
        top_bottom,
    )
    from .graphs.routes import Route
    from .proofs.bounds import RankInterval, rank_interval
    from .proofs.checking import Checked, check
    from .proofs.decide import RankClaim
    from .proofs.exact_rank import ExactRank, FactorClass, exact_rank
    from .proofs.generic_rank import RankReport, generic_rank, rank_at_parameters
    from .proofs.interval import LowerBound, UpperBound
    from .proofs.library import theorems
    from .proofs.rectifier_points import BuiltPoint
    from .proofs.rectifier_rank import (
        BuiltRank,
        RectifierReport,
        RectifierUpper,
        rectifier_rank_at,
        rectifier_ranks,
    )
    from .proofs.regress import ClaimReport, ClaimRow, check_claim, claims
    from .proofs.setting import Setting, Subject
    from .proofs.steps import Fails, NotRun, Status, Step, lemma, need, step
    from .proofs.theorem import Theorem, Variant, theorem
    from .proofs.transcripts.sheet import Sheet
    from .proofs.upper_bounds import upper_bound
    from .proofs.verdict import (
        Candidate,
        Claim,
        ComputedRank,
        NotApplicable,
        Outcome,
        Verdict,
        conclude,
    )
    from .proofs.verify_bound import verify_bound
    from .proofs.witness import by_witness

_HOMES = {
    "algebra.assignment": ("Assignment", "Entry", "WeightRow", "constant", "ones", "select"),
    "algebra.assignment_json": ("from_json", "to_json"),
    "algebra.builder": ("AssignmentBuilder", "fill"),
    "algebra.factored_rank": ("ClusterClass", "FactoredRank", "factored_rank"),
    "algebra.factorize": ("Factorization", "factorize"),
    "algebra.grid_tensor": ("grid_tensor", "matricize"),
    "algebra.linear.rank_bounds": ("RankBounds",),
    "algebra.powers": ("Powers", "power"),
    "algebra.random_parameters": ("random_assignment",),
    "algebra.rings": ("GF", "QQ", "ZZ", "Polynomials", "PrimeField"),
    "algebra.spectrum": (
        "EntanglementEntropy",
        "Spectrum",
        "entanglement_entropy",
        "singular_values",
    ),
    "algebra.witnesses.construction": ("Construction",),
    "algebra.witnesses.near_far": ("sharp_assignment", "theorem_1_assignment"),
    "errors": ("ConvacError", "InputError", "ResourceError", "WorkersError"),
    "graphs.network": ("Axis", "Layer", "Network", "Vertex", "parse_layers"),
    "graphs.partition": (
        "Partition",
        "Side",
        "alternating_columns",
        "alternating_rows",
        "checkerboard",
        "column_cut",
        "from_sites",
        "left_right",
        "random_partition",
        "row_cut",
        "top_bottom",
    ),
    "graphs.routes": ("Route",),
    "proofs.bounds": ("RankInterval", "rank_interval"),
    "proofs.checking": ("Checked", "check"),
    "proofs.decide": ("RankClaim",),
    "proofs.exact_rank": ("ExactRank", "FactorClass", "exact_rank"),
    "proofs.generic_rank": ("RankReport", "generic_rank", "rank_at_parameters"),
    "proofs.interval": ("LowerBound", "UpperBound"),
    "proofs.library": ("theorems",),
    "proofs.rectifier_points": ("BuiltPoint",),
    "proofs.rectifier_rank": (
        "BuiltRank",
        "RectifierReport",
        "RectifierUpper",
        "rectifier_rank_at",
        "rectifier_ranks",
    ),
    "proofs.regress": ("ClaimReport", "ClaimRow", "check_claim", "claims"),
    "proofs.setting": ("Setting", "Subject"),
    "proofs.steps": ("Fails", "NotRun", "Status", "Step", "lemma", "need", "step"),
    "proofs.theorem": ("Theorem", "Variant", "theorem"),
    "proofs.transcripts.sheet": ("Sheet",),
    "proofs.upper_bounds": ("upper_bound",),
    "proofs.verdict": (
        "Candidate",
        "Claim",
        "ComputedRank",
        "NotApplicable",
        "Outcome",
        "Verdict",
        "conclude",
    ),
    "proofs.verify_bound": ("verify_bound",),
    "proofs.witness": ("by_witness",),
}
_HOME = {name: module for module, names in _HOMES.items() for name in names}

__all__ = [
    "GF",
    "QQ",
    "ZZ",
    "Assignment",
    "AssignmentBuilder",
    "Axis",
    "BuiltPoint",
    "BuiltRank",
    "Candidate",
    "Checked",
    "Claim",
    "ClaimReport",
    "ClaimRow",
    "ClusterClass",
    "ComputedRank",
    "Construction",
    "ConvacError",
    "EntanglementEntropy",
    "Entry",
    "ExactRank",
    "FactorClass",
    "FactoredRank",
    "Factorization",
    "Fails",
    "InputError",
    "Layer",
    "LowerBound",
    "Network",
    "NotApplicable",
    "NotRun",
    "Outcome",
    "Partition",
    "Polynomials",
    "Powers",
    "PrimeField",
    "RankBounds",
    "RankClaim",
    "RankInterval",
    "RankReport",
    "RectifierReport",
    "RectifierUpper",
    "ResourceError",
    "Route",
    "Setting",
    "Sheet",
    "Side",
    "Spectrum",
    "Status",
    "Step",
    "Subject",
    "Theorem",
    "UpperBound",
    "Variant",
    "Verdict",
    "Vertex",
    "WeightRow",
    "WorkersError",
    "alternating_columns",
    "alternating_rows",
    "by_witness",
    "check",
    "check_claim",
    "checkerboard",
    "claims",
    "column_cut",
    "conclude",
    "constant",
    "entanglement_entropy",
    "exact_rank",
    "factored_rank",
    "factorize",
    "fill",
    "from_json",
    "from_sites",
    "generic_rank",
    "grid_tensor",
    "left_right",
    "lemma",
    "matricize",
    "need",
    "ones",
    "parse_layers",
    "power",
    "random_assignment",
    "random_partition",
    "rank_at_parameters",
    "rank_interval",
    "rectifier_rank_at",
    "rectifier_ranks",
    "row_cut",
    "select",
    "sharp_assignment",
    "singular_values",
    "step",
    "theorem",
    "theorem_1_assignment",
    "theorems",
    "to_json",
    "top_bottom",
    "upper_bound",
    "verify_bound",
]


def __getattr__(name: str) -> Any:
    if name == "__version__":
        return import_module("importlib.metadata").version("convac")
    if name not in _HOME:
        return _former(name)
    value = getattr(import_module(f".{_HOME[name]}", __name__), name)
    globals()[name] = value
    return value


def _former(name: str) -> Any:
    """What a name of version 0.1.0 stands for, with a warning."""
    former = import_module(".former", __name__)
    if name in former.RENAMED:
        better = former.RENAMED[name]
        warn(f"convac.{name} is called convac.{better}", DeprecationWarning, stacklevel=3)
        return __getattr__(better)
    if name in former.REPLACED:
        instead = former.REPLACED[name]
        warn(f"convac.{name} is replaced by {instead}", DeprecationWarning, stacklevel=3)
        return getattr(former, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
