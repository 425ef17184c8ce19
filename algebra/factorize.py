"""Factored evaluation: the network's function as a product of factors, from any assignment.

Locations with the same parameters and the same children, up to translation, have the same *form*: for
each live channel a `Product` whose sites count from the location's own first site. So each form is
computed once, and a location costs one look-up. A scope is translated by adding one number, since
sites are numbered in row-major order and translates of a form lie inside the grid. The first site is where
offsets 0 lead, which may be before the grid, so that these numbers are never negative.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

import numpy as np

from ..progress import Progress
from .assignment import Assignment
from .factors import DEFAULT_MOST_ENTRIES, Factors, Product
from .local import Local, Numbers
from .rings import Element

Form = Mapping[int, Product | None]

OUTSIDE = -1
SITE = 0


@dataclass(frozen=True)
class Factorization:
    """The function h computed at an assignment: None (zero) or a product of factors.

    `arithmetic` holds the tables that the factors of `function` name.
    """

    assignment: Assignment
    arithmetic: Factors = field(compare=False)
    function: Product | None


def factorize(
    assignment: Assignment,
    *,
    templates: Sequence[Sequence[Element]] | None = None,
    most_entries: int = DEFAULT_MOST_ENTRIES,
    progress: Progress | None = None,
) -> Factorization:
    """Evaluate channel 0 of the output as a product of factors (THEORY 3.4), exactly.

    Parameters
    ----------
    assignment : Assignment
    templates : M x M nested sequence, optional
        F[d][c] = f_c(template d), elements of the assignment's ring; default: the identity.
    most_entries : int
        Largest table that may be multiplied out.

    Raises
    ------
    ResourceError
        If a sum runs over products that differ on too many sites.

    Examples
    --------
    Both sites show template 0: two factors, which share table 0.

    >>> from convac import AssignmentBuilder, Network
    >>> builder = AssignmentBuilder(Network(2, 1, 2, layers="1x2/1x2:1"))
    >>> both = builder.route([(0, 0)], [0]).route([(0, 1)], [0]).assignment()
    >>> factorize(both).function
    Product(coefficient=1, factors=(((0,), 0), ((1,), 0)))
    """
    arithmetic = Factors(assignment.ring, assignment.network.M, most_entries)
    evaluation = _Evaluation(assignment, arithmetic, templates)
    return Factorization(assignment, arithmetic, evaluation.run(progress))


class _Evaluation:
    def __init__(
        self,
        assignment: Assignment,
        arithmetic: Factors,
        templates: Sequence[Sequence[Element]] | None,
    ) -> None:
        self.assignment = assignment
        self.network = assignment.network
        self.arithmetic = arithmetic
        self.forms: list[Form] = [self._site(templates)]
        self._terms: dict[tuple[int, int], Product | None] = {}
        self._known: dict[tuple[Local, bytes], int] = {}

    def run(self, progress: Progress | None) -> Product | None:
        current = np.full((self.network.H, self.network.W), SITE)
        for layer in range(1, self.network.depth + 1):
            current = self._layer(layer, current, progress)
        function = self.forms[int(current[0, 0])].get(0)
        top, left = (axis.origins[-1] for axis in self.network.axes)
        if function is None or top == left == 0:
            return function
        return self.arithmetic.product([(function, top * self.network.W + left)])

    def _site(self, templates: Sequence[Sequence[Element]] | None) -> Form:
        """Channel c of a site is column c of the templates' matrix."""
        ring, M = self.assignment.ring, self.network.M
        form: dict[int, Product | None] = {}
        for c in self.assignment.live[0]:
            column = (
                [ring.one if d == c else ring.zero for d in range(M)]
                if templates is None
                else [templates[d][c] for d in range(M)]
            )
            form[c] = self.arithmetic.from_table((0,), ring.table(column, (M,)))
        return form

    def _layer(self, layer: int, inputs: Numbers, progress: Progress | None) -> Numbers:
        """The form number of every location of a layer, from those of its inputs."""
        height, width = self.network.sizes[layer]
        locals_ = self.assignment.locals(layer)
        seen = np.pad(inputs, (0, 1), constant_values=OUTSIDE)
        rows, columns = self.network.axes
        outputs = np.empty((height, width), np.int64)
        for u in range(height):
            if progress is not None:
                progress(f"layer {layer}", u, height)
            v = 0
            for local, same in groupby(locals_[u * width : (u + 1) * width]):
                run = np.arange(v, v + len(list(same)))
                r = rows.inputs_at(layer, u, local.i[:, None])
                children = seen[r, columns.inputs_at(layer, run, local.j[:, None])]
                outputs[u, run] = self._numbers(layer, local, children)
                v += len(run)
        return outputs

    def _numbers(self, layer: int, local: Local, children: Numbers) -> Numbers:
        """The form numbers of neighbours in a row: a column of children for each, a row for each offset."""
        differs = (children[:, 1:] != children[:, :-1]).any(axis=0)
        first = np.append(0, np.flatnonzero(differs) + 1)
        numbers = [self._number(layer, local, children[:, at]) for at in first]
        return np.repeat(numbers, np.append(first[1:], children.shape[1]) - first)

    def _number(self, layer: int, local: Local, children: Numbers) -> int:
        key = (local, children.tobytes())
        if key not in self._known:
            self._known[key] = len(self.forms)
            self.forms.append(self._form(layer, local, children))
        return self._known[key]

    def _form(self, layer: int, local: Local, children: Numbers) -> Form:
        """Every live channel: the product over offsets of (W x + b)."""
        rows, columns = self.network.axes
        step_h = rows.offset_step(layer) * self.network.W
        step_w = columns.offset_step(layer)
        by = local.i * step_h + local.j * step_w
        alike = [
            (local.rows[local.kinds[where[0]]], int(children[where[0]]), by[where])
            for where in _groups(local.kinds * (len(self.forms) + 1) + children)
        ]
        form: dict[int, Product | None] = {}
        for channel in self.assignment.live[layer]:
            form[channel] = self.arithmetic.product(
                (self._term(rows[channel], child), steps)
                for rows, child, steps in alike
                if channel in rows
            )
        return form

    def _term(self, row: int, child: int) -> Product | None:
        """One offset's factor W x + b; outside the input x is zero."""
        key = (row, child)
        if key not in self._terms:
            weights = self.assignment.rows[row].weights if child != OUTSIDE else ()
            one = self.arithmetic.constant(self.assignment.ring.one)
            summands = [(w, self.forms[child].get(c)) for c, w in weights]
            self._terms[key] = self.arithmetic.sum(
                [*summands, (self.assignment.rows[row].bias, one)]
            )
        return self._terms[key]


def _groups(numbers: Numbers) -> list[Numbers]:
    """Where equal numbers are, for each of them, in order of the first place."""
    order = np.argsort(numbers, kind="stable")
    groups = np.split(order, np.flatnonzero(np.diff(numbers[order])) + 1)
    return sorted((where for where in groups if len(where)), key=lambda where: int(where[0]))
