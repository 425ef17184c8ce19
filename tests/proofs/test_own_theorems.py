"""A theorem in a module of one's own: checked, refuted, put in a table, and refused where it is broken."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from console_script import run
from convac import InputError, theorems

MODULE = '''
"""A paper of one's own."""
from convac import Claim, Powers, RankClaim, Setting, Verdict
from convac import conclude, need, rank_interval, step, theorem


@step("bound", "THEORY 8")
def below(setting: Setting, value: Powers) -> str:
    found = rank_interval(setting.network, setting.partition).lower.value
    need(found >= value, f"{found} < {value}")
    return f"{10 // (setting.network.M - 7)}"


@theorem(
    name="mine", title="Mine", source="I 2026", section="1", statement="rank ≥ M^H", latex="x",
    instances=[{"M": 2, "H": 2}],
)
def mine(*, M: int, H: int) -> Verdict:
    setting = Setting.read(M=M, H=H, layers=f"2/1:{M},{H}/{H}:1")
    value = Powers([(M, H)])
    return conclude([below(setting, value)], "x", setting=setting, claim=Claim(">=", value))


@mine.variant("one more", "rank ≥ M^(H + 1)", {"M": 2, "H": 2})
def one_more(*, M: int, H: int) -> RankClaim:
    setting = Setting.read(M=M, H=H, layers=f"2/1:{M},{H}/{H}:1")
    return RankClaim.of_setting(setting, Claim(">=", Powers([(M, H + 1)])))
'''
CLAIMS = """
[[claims]]
result = "mine"
M = 3
H = 4
says = "≥ 3^4"

[[claims]]
result = "mine"
variant = "one more"
M = 2
H = 2
expect = "refuted"

[[claims]]
result = "headline"
M = 2
H = 4
"""


def convac(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return run(*arguments, script="convac", cwd=folder)


@pytest.mark.slow
def test_a_module_of_ones_own(tmp_path: Path) -> None:
    (tmp_path / "my_paper.py").write_text(MODULE, encoding="utf-8")
    (tmp_path / "claims.toml").write_text(CLAIMS, encoding="utf-8")
    own = ["--module", "my_paper.py"]
    plain = convac("prove", "mine", *own, folder=tmp_path)
    assert (plain.returncode, plain.stderr) == (0, "")
    assert "VERIFIED" in plain.stdout
    assert "mine: Mine" in convac("prove", "--list", *own, folder=tmp_path).stdout
    assert convac("prove", "mine", "--variant", "all", *own, folder=tmp_path).returncode == 1
    table = convac("regress", "--claims", "claims.toml", *own, folder=tmp_path)
    assert (table.returncode, table.stdout.splitlines()[-1]) == (0, "3 claims: 3 as expected")
    fault = convac("prove", "mine", "--M", "7", "--H", "2", *own, folder=tmp_path)
    assert fault.returncode == 4
    assert "COULD NOT FINISH  ZeroDivisionError" in fault.stdout
    assert "(my_paper.py, line " in fault.stdout
    unknown = convac("regress", "--claims", "claims.toml", folder=tmp_path)
    assert unknown.returncode == 2
    assert "row 1 (mine)" in unknown.stderr


BROKEN = {
    "missing.py": (None, "there is no such file"),
    "text.txt": ("x = 1", "a Python file, something.py, is needed"),
    "empty.py": ("x = 1", "it defines no theorem"),
    "fails.py": (
        "x = 1\ny = 1 / 0\n",
        "it raises ZeroDivisionError: division by zero (fails.py, line 2)",
    ),
    "syntax.py": ("x = (", "it raises SyntaxError"),
    "taken.py": (
        MODULE.replace('name="mine"', 'name="headline"'),
        "there is a theorem headline already",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_modules_that_cannot_be_used(name: str, tmp_path: Path) -> None:
    content, message = BROKEN[name]
    if content is not None:
        (tmp_path / name).write_text(content, encoding="utf-8")
    with pytest.raises(InputError) as error:
        theorems(tmp_path / name)
    assert message in str(error.value)


def test_a_verified_verdict_needs_a_step_that_passed(tmp_path: Path) -> None:
    lazy = MODULE.replace("[below(setting, value)]", "[]").replace('name="mine"', 'name="lazy"')
    (tmp_path / "lazy.py").write_text(lazy, encoding="utf-8")
    with pytest.raises(AssertionError, match="without a step that passed"):
        theorems(tmp_path / "lazy.py")["lazy"](M=2, H=2)
