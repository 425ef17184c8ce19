"""Build from the sources alone: setuptools would also pack what an earlier build left in build/lib."""

import shutil
from pathlib import Path

from setuptools import setup

shutil.rmtree(Path(__file__).parent / "build" / "lib", ignore_errors=True)
setup(script_name="setup.py")  # by this name it knows that the script is no part of the package
