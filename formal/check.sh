#!/bin/sh
# Checks the compiled library: no Admitted and no axiom in the sources, coqchk accepts every
# module without axioms, and every theorem of theorems.txt is closed under the global context.
set -eu
cd "$(dirname "$0")"
fail() { echo "CHECK FAILED: $*" >&2; exit 1; }
files=$(grep '\.v$' _CoqProject)
tmp=$(mktemp -d); trap 'rm -rf "$tmp"' EXIT

words='Admitted|admit|give_up|Axioms?|Parameters?|Conjectures?|Hypothes[ie]s +Global|bypass_check'
words="$words|Unset +(Guard|Positivity|Universe) +Check|Unset +Universe|type-in-type|Primitive"
if grep -nE "^[[:space:]]*($words)([^A-Za-z0-9_']|\$)|[. ;](Admitted|admit|give_up)\." $files; then
  fail "forbidden word in the sources"
fi
echo "sources: no Admitted, no axiom"

# Every Theorem and Corollary of the sources is listed, and conversely.
for f in $files; do
  sed -nE "s/^(Theorem|Corollary) ([A-Za-z0-9_']+).*/${f%.v}.\2/p" "$f"
done | sort > "$tmp/found"
sort theorems.txt > "$tmp/listed"
diff "$tmp/listed" "$tmp/found" || fail "theorems.txt and the sources differ"

modules=$(for f in $files; do echo "Overlap.${f%.v}"; done)
coqchk -silent -o ${COQCHKFLAGS:-} -R . Overlap $modules > "$tmp/chk" 2>&1 \
  || { cat "$tmp/chk"; fail "coqchk"; }
cat "$tmp/chk"
[ "$(grep -A1 '^\* Axioms:' "$tmp/chk" | tr -d '[:space:]')" = "*Axioms:<none>" ] ||
  [ "$(grep '^\* Axioms:' "$tmp/chk" | tr -d '[:space:]')" = "*Axioms:<none>" ] ||
  fail "coqchk reports axioms"

{
  echo "From Overlap Require $(for f in $files; do printf '%s ' "${f%.v}"; done | sed 's/ $//')."
  while read -r t; do echo "Print Assumptions Overlap.$t."; done < theorems.txt
} > "$tmp/Assumptions.v"
coqc -R . Overlap "$tmp/Assumptions.v" > "$tmp/out" 2>&1 || { cat "$tmp/out"; fail "coqc"; }
n=$(wc -l < theorems.txt)
[ "$(wc -l < "$tmp/out")" -eq "$n" ] || { cat "$tmp/out"; fail "unexpected output"; }
[ "$(grep -cx 'Closed under the global context' "$tmp/out")" -eq "$n" ] ||
  { cat "$tmp/out"; fail "a theorem depends on an axiom"; }
paste -d: theorems.txt "$tmp/out" | sed 's/:/: /'
echo "CHECK PASSED: $n theorems"
