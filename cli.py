"""The command line: ``convac`` with its commands, and ``verify-bound`` alone."""

from __future__ import annotations

from typing import NoReturn

import click

from .commands.check import check_command, coq_command, selftest_command
from .commands.options import HELP
from .commands.prove import prove_command, regress_command
from .commands.rank import bound_command, rank_command
from .commands.sweep import sweep_command
from .commands.verify_bound import verify_bound_command
from .console import run_command


@click.group("convac", context_settings=HELP)
@click.version_option(package_name="convac")
def cli() -> None:
    """Exact checks of theorems about convolutional arithmetic circuits."""


for command in (
    verify_bound_command,
    rank_command,
    bound_command,
    prove_command,
    regress_command,
    sweep_command,
    check_command,
    coq_command,
    selftest_command,
):
    cli.add_command(command)


def main() -> NoReturn:
    """The ``convac`` script."""
    run_command(cli)


def verify_bound_main() -> NoReturn:
    """The ``verify-bound`` script."""
    run_command(verify_bound_command)
