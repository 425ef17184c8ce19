"""Run the installed scripts."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

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
