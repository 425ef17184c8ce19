#!/bin/sh
# Checks the compiled library of the folder that it is called in: no Admitted and no axiom in the
# sources; coqchk accepts every module, with no axiom and no check switched off; what the library states
# is what statements.txt says; and every theorem of theorems.txt is closed under the global context.
set -eu
cd "$(dirname "$0")"
fail() { echo "CHECK FAILED: $*" >&2; exit 1; }
files=$(grep '\.v$' _CoqProject)
tmp=$(mktemp -d); trap 'rm -rf "$tmp"' EXIT

words='Admitted|admit|give_up|Axioms?|Parameters?|Conjectures?|Hypothes[ie]s +Global'
words="$words|Unset +(Guard|Positivity|Universe) +Check|Unset +Universe|type-in-type|Primitive"
if grep -nE "^[[:space:]]*($words)([^A-Za-z0-9_']|\$)|[. ;](Admitted|admit|give_up)\.|bypass_check" $files
then
  fail "forbidden word in the sources"
fi
# A notation of the library could hide a definition from statements.txt.
if grep -nE '^[[:space:]]*(Notation|Infix)' $files; then fail "a notation that is not local"; fi
echo "sources: no Admitted, no axiom"

# Every Theorem and Corollary of the sources is listed, and conversely.
for f in $files; do
  sed -nE "s/^(Theorem|Corollary) ([A-Za-z0-9_']+).*/${f%.v}.\2/p" "$f" | tr / .
done | sort > "$tmp/found"
sort theorems.txt > "$tmp/listed"
diff "$tmp/listed" "$tmp/found" || fail "theorems.txt and the sources differ"

modules=$(for f in $files; do echo "Overlap.${f%.v}" | tr / .; done)
coqchk -silent -o ${COQCHKFLAGS:-} -R . Overlap $modules > "$tmp/chk" 2>&1 \
  || { cat "$tmp/chk"; fail "coqchk"; }
cat "$tmp/chk"
cat > "$tmp/none" <<'END'
* Theory: Set is predicative
* Axioms: <none>
* Constants/Inductives relying on type-in-type: <none>
* Constants/Inductives relying on unsafe (co)fixpoints: <none>
* Inductives whose positivity is assumed: <none>
END
grep '^\*' "$tmp/chk" | diff "$tmp/none" - ||
  fail "coqchk reports an axiom, or a check that is switched off"

sh statements.sh theorems.txt preamble.v $files > "$tmp/statements" || fail "coqc"
diff statements.txt "$tmp/statements" ||
  fail "the statements are not those of statements.txt (make statements writes it)"
echo "statements: $(grep -c '^==' statements.txt) as in statements.txt"

{
  cat preamble.v
  while read -r t; do echo "Print Assumptions Overlap.$t."; done < theorems.txt
} > "$tmp/Assumptions.v"
coqc -R . Overlap -w none "$tmp/Assumptions.v" > "$tmp/out" 2>&1 || { cat "$tmp/out"; fail "coqc"; }
n=$(wc -l < theorems.txt)
[ "$(wc -l < "$tmp/out")" -eq "$n" ] || { cat "$tmp/out"; fail "unexpected output"; }
[ "$(grep -cx 'Closed under the global context' "$tmp/out")" -eq "$n" ] ||
  { cat "$tmp/out"; fail "a theorem depends on an axiom"; }
paste -d: theorems.txt "$tmp/out" | sed 's/:/: /'
echo "CHECK PASSED: $n theorems"
