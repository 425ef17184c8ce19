"""`convac prove` and `convac regress`: installed scripts, transcripts in four formats, exit statuses."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from console_script import call, run
from convac.console import exit_status
from convac.proofs import prove
from convac.proofs.library import theorems
from convac.proofs.steps import Status
from convac.proofs.transcripts import documents
from convac.proofs.transcripts.latex import latex
from convac.proofs.transcripts.references import REFERENCES
from convac.proofs.verdict import Outcome
from pdflatex import check_fits, compiled, needs_pdflatex
from untex import check_nothing_is_lost

THEOREMS = theorems()


@pytest.fixture(scope="session")
def everything() -> list[prove.Transcript]:
    """What --all gives, the heaviest instances left out."""
    light = [n for n in THEOREMS if n not in ("upper-bound", "separation")]
    listed = [j for j in prove.jobs(light, THEOREMS, {}) if j.sizes.get("H", 0) in (0, 1, 2, 4)]
    return list(prove.run(listed))


def check_verdicts(everything: list[prove.Transcript]) -> None:
    assert {entry.theorem.name for entry in everything} >= set(THEOREMS) - {
        "upper-bound",
        "separation",
    }
    for entry in everything:
        assert entry.verdict.verified, (entry.theorem.name, entry.sizes, entry.verdict.conclusion)
        assert entry.verdict.steps
        assert all(step.method and step.detail for step in entry.verdict.steps)
    lemmas = [s for e in everything for s in e.verdict.steps if s.status is Status.LEMMA]
    assert all(s.method.startswith(("lemma: ", "proof kernel")) for s in lemmas)


def check_markdown(everything: list[prove.Transcript]) -> None:
    text = documents.markdown(everything)
    assert text.count("\n### ") == len(everything)
    assert "```smt2\n(set-logic ALL)" in text
    for row in re.findall(r"^\| .*$", text, re.MULTILINE):
        assert len(re.findall(r"(?<!\\)\|", row)) == 5, row


def check_latex(everything: list[prove.Transcript]) -> None:
    text = latex(everything, supplement=True)
    assert text.isascii(), sorted({c for c in text if ord(c) > 127})
    for environment in ("document", "description", "verbatim", "thebibliography"):
        opened, closed = (text.count(f"\\{word}{{{environment}}}") for word in ("begin", "end"))
        assert opened == closed > 0
    cited = {key for keys in re.findall(r"\\cite\{(.*?)\}", text) for key in keys.split(",")}
    assert cited == set(re.findall(r"\\bibitem\{(.*?)\}", text))
    assert cited == {reference.key for reference in REFERENCES}


def check_sentences(everything: list[prove.Transcript]) -> None:
    """Every text of every verdict keeps its signs in LaTeX."""
    for entry in everything:
        verdict = entry.verdict
        texts = [verdict.theorem, verdict.scope, verdict.conclusion, *verdict.reasons]
        texts += [f"{name} = {value}" for name, value in verdict.numbers.items()]
        texts += [text for s in verdict.steps for text in (s.name, s.detail, s.method)]
        for text in texts:
            check_nothing_is_lost(text)


@pytest.mark.slow
@needs_pdflatex
@pytest.mark.parametrize("supplement", [False, True])
def test_latex_fits_the_page(
    everything: list[prove.Transcript], supplement: bool, tmp_path: Path
) -> None:
    check_fits(compiled(latex(everything, supplement=supplement), tmp_path))


def test_latex_says_what_a_variant_claims() -> None:
    text = latex(list(prove.run(prove.jobs(["overlap-law"], THEOREMS, {}, variant="all"))))
    assert r"\subsubsection{\boldmath Variant ``$D + 2$'': $M = 3$, $H = W = 4$" in text
    assert r"Claimed: $\operatorname{rank} = \min(M,\maybreak D + 2)^{H \cdot \min(R - 1" in text
    assert text.count(r"\textbf{REFUTED}: generic $\operatorname{rank} = 3^{") == 2
    assert text.count("Claimed") == 2


def test_obligations_are_in_the_supplement_only() -> None:
    listed = list(prove.run(prove.jobs(["headline"], THEOREMS, {}, symbolic=True)))
    asked = [step.formula for step in listed[0].verdict.steps if step.formula]
    without, whole = latex(listed), latex(listed, supplement=True)
    assert "(check-sat)" not in without
    assert r"\subsubsection{\boldmath For all sizes: strides $1$ and" in without
    assert f"{len(asked)} texts in SMT-LIB" in without
    assert whole.count("(check-sat)") == len(asked) > 0
    verbatim = re.findall(r"\\begin\{verbatim\}\n(.*?)\n\\end", whole, re.DOTALL)
    assert [text.split() for text in verbatim] == [formula.split() for formula in asked]
    assert max(len(line) for text in verbatim for line in text.splitlines()) <= 100


def check_json(everything: list[prove.Transcript]) -> None:
    document = documents.as_json(everything)
    assert json.loads(json.dumps(document)) == document
    names = {result["name"] for result in document["results"]}
    assert names == {entry.theorem.name for entry in everything}
    verdicts = [v for result in document["results"] for v in result["verdicts"]]
    assert len(verdicts) == len(everything)
    assert any("formula" in step for verdict in verdicts for step in verdict["steps"])


def test_everything_is_verified_in_every_format(everything: list[prove.Transcript]) -> None:
    """Every instance is verified, every step names its method, and every document is whole."""
    check_verdicts(everything)
    check_markdown(everything)
    check_latex(everything)
    check_sentences(everything)
    check_json(everything)


@pytest.mark.slow
def test_prove_on_given_sizes() -> None:
    result = run(
        *["prove", "overlap-law", "--M", "3", "--H", "6", "--R", "2", "--D", "1"], script="convac"
    )
    assert (result.returncode, result.stderr) == (0, "")
    assert "VERIFIED  rank = 2^6 for almost all parameters, shared weights." in result.stdout
    assert "formal/Law.v: overlap_law_upper, overlap_law_attained" in result.stdout
    assert "1 check: 1 verified" in result.stdout


def test_prove_for_all_sizes() -> None:
    result = run("prove", "headline", "--symbolic", script="convac")
    assert (result.returncode, result.stderr) == (0, "")
    assert "for every M ≥ 1 and every even H" in result.stdout
    assert "SMT, linear integer arithmetic, z3" in result.stdout
    document = json.loads(
        run(
            "prove", "theorem-1", "--symbolic", "--strides=1,2", "--format", "json", script="convac"
        ).stdout
    )
    steps = document["results"][0]["verdicts"][0]["steps"]
    assert all("(check-sat)" in s["formula"] for s in steps if s["method"].startswith("SMT"))


def test_false_variants_are_refuted() -> None:
    result = run("prove", "overlap-law", "--variant", "all", script="convac")
    assert result.returncode == 1
    assert result.stdout.count("REFUTED") == 2
    assert "it is exactly 16" in result.stdout


def test_list_names_everything() -> None:
    result = run("prove", "--list", script="convac")
    assert result.returncode == 0
    for name, known in THEOREMS.items():
        assert f"== {name}: {known.title}" in result.stdout
    assert "false variants: D + 2, exponent + 1" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("prove overlap-lw", "error: theorem: got 'overlap-lw'; did you mean overlap-law? known"),
        ("prove", "error: names of theorems, or --all, are needed; --list shows them"),
        ("prove --all headline", "error: names of theorems, or --all, are needed"),
        ("prove overlap-law --M 3", "error: --H is missing; overlap-law needs it"),
        ("prove overlap-law --M x --H 2 --R 1 --D 1", "error: --M: got 'x'; a whole number from 1"),
        ("prove overlap-law --Q 3", "error: --Q: got '3'; overlap-law takes --M, --H, --R, --D"),
        ("prove overlap-law --M", "error: --M is missing; a value is needed after it"),
        ("prove headline --M 2 --M 4 --H 4", "error: --M: got '4'; it is given twice"),
        (
            "prove headline --variant x",
            "error: --variant: got 'x'; known variants: headline: R = H/2",
        ),
        ("prove cut-law --symbolic", "error: --symbolic: got 'cut-law'; it has no proof for all"),
        ("prove theorem-1 --symbolic --strides 0", "error: --strides: got '0'; whole numbers"),
        ("prove headline --supplement", "error: --supplement: got 'text'; only --format latex"),
        ("prove headline --M 2 --H 4 --weights both", "error: --weights: got 'both'; one of"),
        ("regress --claims missing.toml", "error: --claims: got 'missing.toml'; No such file"),
        ("regress --workers 0", "error: --workers: got '0'"),
    ],
)
def test_bad_input_is_one_clear_line(arguments: str, message: str) -> None:
    result = call(*arguments.split(), script="convac")
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.startswith(message)
    assert result.stderr.count("\n") == 1


def test_what_does_not_fit_is_not_refuted() -> None:
    result = run(*["prove", "theorem-1", "--M", "2", "--H", "100000"], script="convac")
    assert result.returncode == 4
    assert "COULD NOT FINISH" in result.stdout


def test_exit_status_of_several_verdicts() -> None:
    V, N, R, A, C = (Outcome.VERIFIED, Outcome.NOT_VERIFIED, Outcome.REFUTED,
                     Outcome.NOT_APPLICABLE, Outcome.COULD_NOT_FINISH)  # fmt: skip
    assert exit_status([]) == exit_status([V, V]) == 0
    assert exit_status([V, A]) == 3
    assert exit_status([V, A, C]) == 4
    assert exit_status([V, A, C, N]) == exit_status([R, V]) == 1


def test_regress_runs_a_table_of_ones_own(tmp_path: Path) -> None:
    table, xml = tmp_path / "claims.toml", tmp_path / "out.xml"
    row = '[[claims]]\nresult = "headline"\nM = {}\nH = 2\nsays = "= {}^2"\n'
    table.write_text(row.format(2, 2) + row.format(3, 3), encoding="utf-8")
    result = run("regress", "--claims", str(table), "--junit", str(xml), script="convac")
    assert (result.returncode, result.stderr) == (0, "")
    assert "ok     headline M=2 H=2: verified, rank = 2^2" in result.stdout
    assert "2 claims: 2 as expected" in result.stdout
    suite = ElementTree.parse(xml).getroot()
    assert suite.attrib["tests"] == "2"
    assert suite.attrib["failures"] == "0"
    table.write_text(row.format(2, 3), encoding="utf-8")
    result = run(
        "regress", "--claims", str(table), "--junit", str(xml), "--workers", "1", script="convac"
    )
    assert result.returncode == 1
    assert "FAILED headline M=2 H=2: expected the claim “= 3^2”, found “= 2^2”" in result.stdout
    assert ElementTree.parse(xml).getroot().attrib["failures"] == "1"
    assert (
        run(
            "regress", "--claims", str(table), "--junit", "/nonexistent/x.xml", script="convac"
        ).returncode
        == 2
    )
