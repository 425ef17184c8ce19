"""Exact checks of theorems about the expressive power of convolutional arithmetic circuits.

Names are loaded when they are first used, so that importing the package stays light.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .algebra.assignment import Assignment, Entry, Row, constant, ones, select
    from .algebra.assignment_json import from_json, to_json
    from .algebra.constructions import sharp_assignment, theorem_1_assignment
    from .algebra.draft import Draft, fill
    from .algebra.evaluate import factorize
    from .algebra.grid_tensor import grid_tensor, matricize
    from .algebra.powers import Powers
    from .algebra.random_parameters import random_assignment
    from .algebra.rings import GF, QQ, ZZ, Polynomials
    from .algebra.separation import separate
    from .errors import ConvacError, InputError, ResourceError, WorkersError
    from .graphs.network import Layer, Network, parse_layers
    from .graphs.partition import (
        Partition,
        alternating_columns,
        alternating_rows,
        checkerboard,
        column_cut,
        from_sites,
        left_right,
        row_cut,
        top_bottom,
    )
    from .proofs.bound import BoundReport, bound
    from .proofs.certify import Certified, certify
    from .proofs.claim import RankClaim
    from .proofs.generic_rank import RankReport, generic_rank, rank_at_parameters
    from .proofs.rectifier_rank import RectifierReport, rectifier_rank_at, rectifier_ranks
    from .proofs.registry import Result, result, results
    from .proofs.regress import check_claim, claims
    from .proofs.upper_bound import UpperBound, upper_bound
    from .proofs.verdict import (
        Bound,
        Claim,
        Outcome,
        Status,
        Step,
        Verdict,
        not_applicable,
        outcome,
    )
    from .proofs.verify_bound import verify_bound

_HOMES = {
    "algebra.assignment": ("Assignment", "Entry", "Row", "constant", "ones", "select"),
    "algebra.assignment_json": ("from_json", "to_json"),
    "algebra.constructions": ("sharp_assignment", "theorem_1_assignment"),
    "algebra.draft": ("Draft", "fill"),
    "algebra.evaluate": ("factorize",),
    "algebra.grid_tensor": ("grid_tensor", "matricize"),
    "algebra.powers": ("Powers",),
    "algebra.random_parameters": ("random_assignment",),
    "algebra.rings": ("GF", "QQ", "ZZ", "Polynomials"),
    "algebra.separation": ("separate",),
    "errors": ("ConvacError", "InputError", "ResourceError", "WorkersError"),
    "graphs.network": ("Layer", "Network", "parse_layers"),
    "graphs.partition": (
        "Partition",
        "alternating_columns",
        "alternating_rows",
        "checkerboard",
        "column_cut",
        "from_sites",
        "left_right",
        "row_cut",
        "top_bottom",
    ),
    "proofs.bound": ("BoundReport", "bound"),
    "proofs.certify": ("Certified", "certify"),
    "proofs.claim": ("RankClaim",),
    "proofs.generic_rank": ("RankReport", "generic_rank", "rank_at_parameters"),
    "proofs.rectifier_rank": ("RectifierReport", "rectifier_rank_at", "rectifier_ranks"),
    "proofs.regress": ("check_claim", "claims"),
    "proofs.registry": ("Result", "result", "results"),
    "proofs.upper_bound": ("UpperBound", "upper_bound"),
    "proofs.verdict": (
        "Bound",
        "Claim",
        "Outcome",
        "Status",
        "Step",
        "Verdict",
        "not_applicable",
        "outcome",
    ),
    "proofs.verify_bound": ("verify_bound",),
}
_HOME = {name: module for module, names in _HOMES.items() for name in names}

__all__ = [
    "GF",
    "QQ",
    "ZZ",
    "Assignment",
    "Bound",
    "BoundReport",
    "Certified",
    "Claim",
    "ConvacError",
    "Draft",
    "Entry",
    "InputError",
    "Layer",
    "Network",
    "Outcome",
    "Partition",
    "Polynomials",
    "Powers",
    "RankClaim",
    "RankReport",
    "RectifierReport",
    "ResourceError",
    "Result",
    "Row",
    "Status",
    "Step",
    "UpperBound",
    "Verdict",
    "WorkersError",
    "alternating_columns",
    "alternating_rows",
    "bound",
    "certify",
    "check_claim",
    "checkerboard",
    "claims",
    "column_cut",
    "constant",
    "factorize",
    "fill",
    "from_json",
    "from_sites",
    "generic_rank",
    "grid_tensor",
    "left_right",
    "matricize",
    "not_applicable",
    "ones",
    "outcome",
    "parse_layers",
    "random_assignment",
    "rank_at_parameters",
    "rectifier_rank_at",
    "rectifier_ranks",
    "result",
    "results",
    "row_cut",
    "select",
    "separate",
    "sharp_assignment",
    "theorem_1_assignment",
    "to_json",
    "top_bottom",
    "upper_bound",
    "verify_bound",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f".{_HOME[name]}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
