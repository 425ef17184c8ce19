"""Run the installed scripts, or what they call in this process."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from unittest import mock

from convac import cli

SCRIPTS = Path(sys.executable).parent


def run(
    *arguments: str, script: str = "verify-bound", cwd: Path | None = None, **environment: str
) -> subprocess.CompletedProcess[str]:
    """What a script did: exit status, standard output and standard error."""
    return subprocess.run(
        [str(SCRIPTS / script), *arguments],
        capture_output=True,
        text=True,
        cwd=cwd,
        env={**os.environ, "PYTHONIOENCODING": "utf-8", **environment},
        check=False,
    )


def call(*arguments: str, script: str = "verify-bound") -> subprocess.CompletedProcess[str]:
    """What a script does once it is started: the same, without a process for each of many cases."""
    mains = {"convac": cli.main, "verify-bound": cli.verify_bound_main}
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2))
    status = 0
    with mock.patch.object(sys, "argv", [script, *arguments]), mock.patch.dict(os.environ):
        digits = sys.get_int_max_str_digits()
        try:
            with redirect_stdout(out), redirect_stderr(err):
                mains[script]()
        except SystemExit as ended:
            status = int(ended.code or 0)
        finally:
            sys.set_int_max_str_digits(digits)
    texts = []
    for stream in (out, err):
        stream.flush()
        texts.append(stream.buffer.getvalue().decode("utf-8"))  # type: ignore[attr-defined]
    return subprocess.CompletedProcess(list(arguments), status, *texts)
