"""Every answer of the examples of a first day."""

import runpy
from pathlib import Path


def test_first_day() -> None:
    runpy.run_path(str(Path(__file__).with_name("first_day.py")), run_name="__main__")
