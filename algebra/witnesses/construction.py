"""An explicit assignment with what its proof says of it, and families in q with their leading forms.

A *family* is an assignment over QQ[q] of this kind: in some layers the row W = q delta_0, b = 1 stands on
all of the tail's offsets. There a factor is q y + 1 where the offset is inside the input, with the
leading coefficient y, and 1 outside. Its *leading form*, the coefficient of the highest power of q at
every input, is therefore the function of an assignment without q, with delta_0 inside and neutral
outside (THEORY 3.1).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from ...errors import InputError
from ...graphs.network import Network
from ..assignment import Assignment, Entry, WeightRow, select
from ..rings import QQ, Polynomials, Table
from .tail import inside_entries, needs_q, passing_on, shared_tail, summing


@dataclass(frozen=True)
class Construction:
    """An explicit assignment and what the proof says about it.

    `pair_factor` is the nonsingular matrix over ZZ that every pair factor is on the first templates, up to
    a scalar; None where the proof has no pairs. `family` is None, or an assignment over QQ[q] of which
    `assignment` is the leading form. `random`: entries are random, and may by bad luck give less.
    """

    assignment: Assignment
    pair_factor: Table | None = field(default=None, compare=False)
    family: Assignment | None = None
    random: bool = False

    @property
    def explicit(self) -> Assignment:
        """What is written down: the family, if there is one."""
        return self.family or self.assignment


def with_tail(
    network: Network,
    K: int,
    below: Sequence[Entry],
    pair_factor: Table | None,
    shared: bool,
    *,
    random: bool = False,
) -> Construction:
    """Entries of layers 1, ..., K + 1 with later ones that pass channel 0 on and multiply.

    With shared weights it may be the leading form of a family in q.

    >>> from convac import ones
    >>> network = Network(2, 4, layers="3/1:2,2/2:1,2/2:1")
    >>> found = with_tail(network, 1, [summing(network, 2, ones(2))], None, True)
    >>> [(entry.layer, entry.row.weights) for entry in found.assignment.entries]
    [(2, ((0, 1), (1, 1))), (3, ((0, 1),))]
    """
    later = range(K + 2, network.depth + 1)
    if not shared:
        entries = [*below, *passing_on(network, later)]
        return Construction(Assignment(network, entries), pair_factor, random=random)
    entries = shared_tail(network, K, below)
    if not any(needs_q(network, layer) for layer in later):
        return Construction(Assignment(network, entries), pair_factor, random=random)
    family = Assignment(network, entries, Polynomials("q"))
    return Construction(leading_form(family), pair_factor, family, random)


def leading_form(family: Assignment) -> Assignment:
    """The assignment over ZZ of the coefficient of a family's highest power of q.

    Raises
    ------
    InputError
        If the family is not of the kind above.

    Examples
    --------
    Of three sites in a row, location 1 sees the last one, and an offset outside:

    >>> network, ring = Network(2, 1, 3, layers="1x2/1x2:1,1x2/1x2:1"), Polynomials("q")
    >>> row = WeightRow(((0, ring.generators[0]),), 1)
    >>> form = leading_form(Assignment(network, [summing(network, 1, row)], ring))
    >>> [(entry.locations[1], entry.offsets[1]) for entry in form.entries]
    [((0, 1), (0, 2)), ((1, 2), (0, 1))]
    """
    network, ring = family.network, family.ring
    if not isinstance(ring, Polynomials) or ring.names != ("q",):
        raise InputError("family", str(ring), "a family over QQ[q] is needed")
    (q,) = ring.generators
    entries: list[Entry] = []
    for entry in family.entries:
        row = entry.row
        if all(w.is_constant() for _, w in row.weights) and row.bias.is_constant():
            weights = tuple((c, w.leading_coefficient()) for c, w in row.weights)
            bias = row.bias.leading_coefficient() if row.bias else 0
            entries.append(replace(entry, row=WeightRow(weights, bias)))
            continue
        whole = summing(network, entry.layer, select(0)).offsets
        if row.weights != ((0, q),) or row.bias != 1 or entry.offsets != whole or entry.locations:
            raise InputError(
                "family", f"layer {entry.layer}", "q stands in W = q delta_0, b = 1 only"
            )
        for inside in inside_entries(network, entry.layer, select(0)):
            entries.append(replace(inside, channels=entry.channels))
    return Assignment(network, entries)


def at_parameter(family: Assignment, value: int) -> Assignment:
    """The member over QQ of a family over QQ[q], at q = `value`.

    >>> network, ring = Network(2, 1, 2, layers="1x2/1x2:1"), Polynomials("q")
    >>> row = WeightRow(((0, ring.generators[0]),), 1)
    >>> at_parameter(Assignment(network, [summing(network, 1, row)], ring), 3).entries[0].row
    WeightRow(weights=((0, 3),), bias=1)
    """

    def fill(entry: Entry) -> Entry:
        weights = tuple((c, w(value)) for c, w in entry.row.weights)
        return replace(entry, row=WeightRow(weights, entry.row.bias(value)))

    return Assignment(family.network, map(fill, family.entries), QQ)
