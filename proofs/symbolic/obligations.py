"""Obligations in linear integer arithmetic: written to be read, printed as SMT-LIB, put to a solver.

An obligation says that its premises imply its conclusion for all integers. Formulas are written in infix,
`0 <= v < n and 3*v + T <= n`; the language has comparisons, `and`, `or`, `not`, `implies(a, b)`,
`iff(a, b)`, `min`, `max`, + and -, products with a constant, and // and % by a positive constant. It is
there because SymPy's `smtlib_code` fails on floor and Mod.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from ..steps import Status, Step

TIMEOUT = 30_000
"""Milliseconds that the solver may take for one obligation."""

Value = int | bool
COMPARISONS: dict[type[ast.cmpop], tuple[str, Callable[[Value, Value], bool]]] = {
    ast.Lt: ("<", operator.lt),
    ast.LtE: ("<=", operator.le),
    ast.Gt: (">", operator.gt),
    ast.GtE: (">=", operator.ge),
    ast.Eq: ("=", operator.eq),
    ast.NotEq: ("distinct", operator.ne),
}
FUNCTIONS: dict[str, tuple[str, Callable[[Value, Value], Value]]] = {
    "implies": ("(=> {0} {1})", lambda a, b: not a or b),
    "iff": ("(= {0} {1})", lambda a, b: bool(a) == bool(b)),
    "min": ("(ite (<= {0} {1}) {0} {1})", min),
    "max": ("(ite (>= {0} {1}) {0} {1})", max),
}
ARITHMETIC: dict[type[ast.operator], tuple[str, Callable[[int, int], int]]] = {
    ast.Add: ("+", operator.add),
    ast.Sub: ("-", operator.sub),
    ast.Mult: ("*", operator.mul),
    ast.FloorDiv: ("div", operator.floordiv),
    ast.Mod: ("mod", operator.mod),
}


@dataclass(frozen=True)
class Obligation:
    """For all integers: if all of `given`, then `proves`."""

    name: str
    variables: tuple[str, ...]
    given: tuple[str, ...]
    proves: str

    @property
    def smt(self) -> str:
        """The negation as an SMT-LIB script: `unsat` proves the obligation."""
        lines = ["(set-logic ALL)"]
        lines += [f"(declare-const {name} Int)" for name in self.variables]
        lines += [f"(assert {self._formula(premise)})" for premise in self.given]
        lines += [f"(assert (not {self._formula(self.proves)}))", "(check-sat)"]
        return "\n".join(lines)

    def premises_hold_at(self, values: Mapping[str, int]) -> bool:
        """Whether these integers meet all premises."""
        return all(_evaluate(_parsed(premise), values) for premise in self.given)

    def holds_at(self, values: Mapping[str, int]) -> bool:
        """Whether the implication holds for these integers, by plain evaluation."""
        return not self.premises_hold_at(values) or bool(_evaluate(_parsed(self.proves), values))

    def _formula(self, text: str) -> str:
        return _prefix(_parsed(text), self.variables)


def discharge(obligations: Sequence[Obligation]) -> list[Step]:
    """One step an obligation: passed if the solver says that the negation has no model."""
    try:
        import z3
    except ImportError:
        return [
            _not_run(o, "the solver is not installed (pip install 'convac[prove]')")
            for o in obligations
        ]
    method = f"SMT, linear integer arithmetic, z3 {z3.get_version_string()}"
    return [_asked(obligation, method) for obligation in obligations]


def _asked(obligation: Obligation, method: str) -> Step:
    import z3

    solver = z3.Solver()
    solver.set("timeout", TIMEOUT)
    solver.from_string(obligation.smt)
    answer = solver.check()
    text = _sentence(obligation)
    if answer == z3.unsat:
        return Step(obligation.name, method, Status.PASSED, text, obligation.smt)
    if answer == z3.sat:
        model = solver.model()
        found = ", ".join(sorted(f"{d.name()} = {model[d]}" for d in model.decls()))
        return Step(
            obligation.name, method, Status.FAILED, f"{text} Not so: {found}", obligation.smt
        )
    detail = f"{text} The solver answers unknown: {solver.reason_unknown()}"
    return Step(obligation.name, method, Status.NOT_RUN, detail, obligation.smt)


def _not_run(obligation: Obligation, reason: str) -> Step:
    method = "SMT, linear integer arithmetic"
    return Step(
        obligation.name,
        method,
        Status.NOT_RUN,
        f"{reason}: {_sentence(obligation)}",
        obligation.smt,
    )


def _sentence(obligation: Obligation) -> str:
    given = ", ".join(obligation.given)
    return f"{obligation.proves}, whenever {given}."


def _parsed(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


def _prefix(node: ast.expr, variables: Sequence[str]) -> str:
    """The formula in SMT-LIB; ValueError for whatever is not in the language."""

    def inner(part: ast.expr) -> str:
        return _prefix(part, variables)

    match node:
        case ast.Name(id=name) if name in variables:
            return name
        case ast.Constant(value=int(number)) if type(number) is int:
            return str(number)
        case ast.BoolOp(op=op, values=parts):
            return f"({'and' if isinstance(op, ast.And) else 'or'} {' '.join(map(inner, parts))})"
        case ast.UnaryOp(op=ast.Not(), operand=part):
            return f"(not {inner(part)})"
        case ast.Compare(left=left, ops=ops, comparators=others):
            pairs = [
                f"({COMPARISONS[type(op)][0]} {inner(a)} {inner(b)})"
                for a, op, b in zip([left, *others], ops, others, strict=False)
            ]
            return pairs[0] if len(pairs) == 1 else f"(and {' '.join(pairs)})"
        case ast.BinOp(left=left, op=op, right=right) if _linear(left, op, right):
            return f"({ARITHMETIC[type(op)][0]} {inner(left)} {inner(right)})"
        case ast.Call(func=ast.Name(id=name), args=[a, b], keywords=[]) if name in FUNCTIONS:
            return FUNCTIONS[name][0].format(inner(a), inner(b))
    raise ValueError(f"not in the language of obligations: {ast.unparse(node)}")


def _evaluate(node: ast.expr, values: Mapping[str, int]) -> Value:
    """The value of a formula of the language at some integers."""

    def inner(part: ast.expr) -> Value:
        return _evaluate(part, values)

    match node:
        case ast.Name(id=name):
            return values[name]
        case ast.Constant(value=int(number)):
            return number
        case ast.BoolOp(op=op, values=parts):
            found = map(inner, parts)
            return all(found) if isinstance(op, ast.And) else any(found)
        case ast.UnaryOp(op=ast.Not(), operand=part):
            return not inner(part)
        case ast.Compare(left=left, ops=ops, comparators=others):
            return all(
                COMPARISONS[type(op)][1](inner(a), inner(b))
                for a, op, b in zip([left, *others], ops, others, strict=False)
            )
        case ast.BinOp(left=left, op=op, right=right):
            return ARITHMETIC[type(op)][1](inner(left), inner(right))
        case ast.Call(func=ast.Name(id=name), args=[a, b]):
            return FUNCTIONS[name][1](inner(a), inner(b))
    raise ValueError(f"not in the language of obligations: {ast.unparse(node)}")


def _linear(left: ast.expr, op: ast.operator, right: ast.expr) -> bool:
    """Sums, products with a constant, and division by a positive constant."""
    match op:
        case ast.Add() | ast.Sub():
            return True
        case ast.Mult():
            return _is_constant(left) or _is_constant(right)
        case ast.FloorDiv() | ast.Mod():
            return isinstance(right, ast.Constant) and type(right.value) is int and right.value > 0
    return False


def _is_constant(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and type(node.value) is int
