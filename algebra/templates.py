"""Representation layers: M template patches whose matrix F[d][c] = f_c(template d) is nonsingular.

A change of basis in the first layer's weights absorbs F, so that the theorems may take F = I (THEORY 1).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ..errors import InputError
from .assignment import Assignment, WeightRow
from .linear.exact import inverse_transpose
from .rings import QQ, Element


def absorb_templates(assignment: Assignment, templates: Sequence[Sequence[Element]]) -> Assignment:
    """The same function for a representation layer F: layer 1's W becomes W F^{-T}, over QQ.

    Parameters
    ----------
    assignment : Assignment over ZZ or QQ
        Written for F = I.
    templates : M x M nested sequence of rationals
        F[d][c] = f_c(template d).

    Raises
    ------
    InputError
        If F is not an M x M matrix, or singular.

    Examples
    --------
    >>> from convac import AssignmentBuilder, Network
    >>> written = AssignmentBuilder(Network(2, 1, layers="1/1:1")).route([(0, 0)], [0], first=1)
    >>> absorb_templates(written.assignment(), [[1, 1], [0, 1]]).entries[0].row.weights
    ((0, -1), (1, 1))
    """
    inverse = inverse_transpose(exact_templates(templates, assignment.network.M))
    assert inverse is not None
    entries = [
        replace(entry, row=_times(entry.row, inverse)) if entry.layer == 1 else entry
        for entry in assignment.entries
    ]
    return Assignment(assignment.network, entries, QQ)


def exact_templates(templates: object, M: int) -> list[list[Element]]:
    """The representation layer F over QQ; `InputError` unless it is M x M and nonsingular.

    >>> exact_templates([[1, "1/2"], [0, 1]], 2)
    [[1, 1/2], [0, 1]]
    """
    if not isinstance(templates, (list, tuple)) or len(templates) != M:
        raise InputError("templates", templates, f"an {M} x {M} matrix is needed")
    if not all(isinstance(row, (list, tuple)) and len(row) == M for row in templates):
        raise InputError("templates", templates, f"an {M} x {M} matrix is needed")
    rows = [[QQ.element(x) for x in row] for row in templates]
    if inverse_transpose(rows) is None:
        raise InputError("templates", templates, "the matrix is singular")
    return rows


def _times(row: WeightRow, matrix: list[list[Element]]) -> WeightRow:
    products = [
        sum((QQ.element(w) * matrix[c][d] for c, w in row.weights), QQ.zero)
        for d in range(len(matrix))
    ]
    return WeightRow(tuple((d, x) for d, x in enumerate(products) if x != 0), row.bias)
