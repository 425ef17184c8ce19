"""`convac check` and `convac selftest`: certificates, and this installation."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click

from ..console import answer, exit_status, print_out
from ..errors import InputError
from .options import HELP


@click.command("check", context_settings=HELP)
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--trace", is_flag=True, help="Print what was recomputed, step by step.")
@click.option(
    "--verified", is_flag=True, help="Prove the claims by the checker that is verified in Coq."
)
def check_command(files: Sequence[str], trace: bool, verified: bool) -> int:
    """Confirm certificates with the independent checker, proofs/checker.py.

    With --verified the checker that is verified in Coq proves each claim, too: as a program if
    `make -C formal checker` has built it, else in Coq's kernel, as `convac coq` writes it, if
    `make -C formal` has built the library. The answer says which of them it was.

    Exit status: 0 all valid, 1 one is invalid, 2 unreadable, 4 could not finish; 3 with --verified if one
    is valid and not covered, 4 if neither is built.
    """
    from ..proofs.checker import main as check

    if verified and trace:
        raise InputError("trace", "--trace", "one of --trace and --verified is allowed")
    if verified:
        return _verified(files)
    return check(["--trace", *files] if trace else list(files))


def _verified(files: Sequence[str]) -> int:
    from ..proofs.coq_check import coq_verdicts

    status, lines = coq_verdicts(list(files))
    for each, said in lines:
        if each:
            sys.stderr.write(f"{said}\n")
        else:
            print_out(said)
    return status


@click.command("coq", context_settings=HELP)
@click.argument("file", metavar="FILE")
def coq_command(file: str) -> int:
    """Print a certificate as a file for Coq, which proves its claim with the library in formal/.

    `coqc -R formal Overlap FILE.v` checks it once `make -C formal` has built the library: its last theorem
    is the claim, and rests on no axiom.

    Exit status: 0 printed, 1 not valid, 2 unreadable, 3 valid and not covered, 4 could not finish.
    """
    from ..proofs.coq_certificate import coq_answer

    status, said = coq_answer(file)
    if status:
        sys.stderr.write(f"{said}\n")
    else:
        print_out(said.rstrip("\n"))
    return status


@click.command("selftest", context_settings=HELP)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object only.")
def selftest_command(as_json: bool) -> int:
    """Check this installation: engines against each other, kernels against FLINT, and versions.

    Exit status: 0 as expected, 1 not.
    """
    from ..proofs.selftest import selftest

    return exit_status([answer(selftest, as_json).outcome])
