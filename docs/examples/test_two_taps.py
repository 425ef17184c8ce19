"""One pytest test a row of a table of claims, in a repository of one's own."""

from pathlib import Path

import pytest
from convac import check_claim, claims

HERE = Path(__file__).parent


@pytest.mark.parametrize("row", claims(HERE / "two_taps.toml", HERE / "two_taps.py"), ids=str)
def test_claim(row):
    assert not check_claim(row).problem
