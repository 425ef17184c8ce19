"""Programs that are worth much, by a triangular system or by the exact rank of h (THEORY 8.13)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from random import Random

from ..algebra.factored_rank import factored_rank
from ..algebra.factorize import factorize
from ..algebra.grid_tensor import is_enumerable
from ..algebra.powers import Powers
from ..algebra.witnesses.construction import Construction
from ..algebra.witnesses.programs import program_assignment
from ..errors import ResourceError
from ..graphs.program_search import SEED, Climb, Found, systems
from ..graphs.programs import Program
from ..graphs.triangular import System
from .setting import Setting
from .upper_bounds import upper_bound

MOST_SITES = 36
STARTS = 4
CHANGES = 200
"""From each start and for each K."""
LISTED_CHANGES = 40
LISTED = 2**18
"""Changes from each start, times the entries of the grid tensor, where ranks are computed."""
TRIES = 4
"""Draws of the random functions."""


@dataclass(frozen=True)
class ProgramNumbers:
    """A setting, a program, and what it is worth: by a triangular system, or (None) by its exact rank."""

    setting: Setting
    program: Program
    system: System | None
    bound: Powers

    @cached_property
    def shown(self) -> dict[str, int | str]:
        """The numbers as the heading shows them."""
        turns = sorted({hit.layer for hit in self.program.hits})
        found: dict[str, int | str] = {"hits": len(self.program.hits)}
        found["in layers"] = ", ".join(map(str, turns))
        if self.system is not None:
            found["components"] = len(self.system.components)
        return found

    def construction(self) -> Construction:
        """The assignment: of some draws the first that gives the bound, where it can be ranked."""
        for seed in range(TRIES):
            construction = program_assignment(self.program, seed)
            try:
                if _rank(self.setting, construction) >= self.bound:
                    return construction
            except ResourceError:
                break
        return program_assignment(self.program)


def searched(setting: Setting) -> Iterator[ProgramNumbers]:
    """The program with the best system, and, of a small network, the one with the best exact rank.

    A search stops where a separating set says that nothing is left (THEORY 9).

    Raises
    ------
    ResourceError
        If the network has more than 36 sites.
    """
    network, shared = setting.network, setting.shared
    if network.sites > MOST_SITES:
        raise ResourceError(f"programs are searched for up to {MOST_SITES} sites")
    enough = int(upper_bound(network, setting.partition).value)
    found = systems(network, setting.partition, shared, enough, STARTS, CHANGES)
    bound = Powers((component.rank, 1) for component in found.shown.components)
    yield ProgramNumbers(setting, found.program, found.shown, bound.spelled(network.M))
    if found.rank < enough and is_enumerable(network):
        changes = min(LISTED_CHANGES, LISTED // network.M**network.sites)
        ranked = _by_rank(setting, enough, 1, 0)
        if ranked.rank < enough:
            ranked = _by_rank(setting, enough, STARTS, changes)
        bound = Powers(ranked.rank).spelled(network.M)
        yield ProgramNumbers(setting, ranked.program, None, bound)


def _by_rank(setting: Setting, enough: int, starts: int, changes: int) -> Found[None]:
    """The program with the largest exact rank."""

    def worth(program: Program, _: object) -> tuple[int, None]:
        if program.problem() is not None:
            return 1, None
        return int(_rank(setting, program_assignment(program))), None

    climb = Climb(setting.network, setting.shared, worth, 0, Random(SEED))
    return climb.best(enough, starts, changes)


def _rank(setting: Setting, construction: Construction) -> Powers:
    return factored_rank(factorize(construction.assignment), setting.partition).rank
