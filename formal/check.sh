#!/bin/sh
# Checks a compiled library: this folder's, or that of a folder in it (check.sh measure).
# No Admitted and no axiom in the sources; coqchk accepts every module, with no check switched off; what
# the library states is what statements.txt says; and no theorem of theorems.txt rests on an axiom, or on
# none but those of the folder's axioms.txt.
set -eu
cd "$(dirname "$0")"
in=${1:+$1/}
fail() { echo "CHECK FAILED: $*" >&2; exit 1; }
files=$(grep '\.v$' "${in}_CoqProject" | sed "s|^|$in|")
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
  m=$(echo "${f%.v}" | tr / .)
  sed -nE "s/^(Theorem|Corollary) ([A-Za-z0-9_']+).*/$m.\2/p" "$f"
done | sort > "$tmp/found"
sort "${in}theorems.txt" > "$tmp/listed"
diff "$tmp/listed" "$tmp/found" || fail "theorems.txt and the sources differ"

# Of a folder only its own modules are checked again, not the libraries that they use.
modules=$(for f in $files; do echo "${in:+-norec }Overlap.${f%.v}" | tr / .; done)
coqchk -silent -o ${COQCHKFLAGS:-} -R . Overlap $modules > "$tmp/chk" 2>&1 \
  || { cat "$tmp/chk"; fail "coqchk"; }
cat > "$tmp/none" <<'END'
* Theory: Set is predicative
* Axioms: <none>
* Constants/Inductives relying on type-in-type: <none>
* Constants/Inductives relying on unsafe (co)fixpoints: <none>
* Inductives whose positivity is assumed: <none>
END
# Then the axioms include whatever those libraries assume; Print Assumptions tells which are used.
if [ -n "$in" ]; then sed -i 's/^\* Axioms: <none>$/* Axioms:/' "$tmp/none"; fi
grep '^\*' "$tmp/chk" | diff "$tmp/none" - || {
  cat "$tmp/chk"; fail "coqchk reports an axiom, or a check that is switched off"; }
cat "$tmp/none"

sh statements.sh "${in}theorems.txt" "${in}preamble.v" $files > "$tmp/statements" || fail "coqc"
diff "${in}statements.txt" "$tmp/statements" ||
  fail "the statements are not those of ${in}statements.txt (make statements writes it)"
echo "statements: $(grep -c '^== ' "${in}statements.txt") as in ${in}statements.txt"

{
  for f in $files; do echo "From Overlap Require ${f%.v}." | tr / .; done
  while read -r t; do echo "Print Assumptions Overlap.$t."; done < "${in}theorems.txt"
} > "$tmp/Assumptions.v"
coqc -R . Overlap -w none "$tmp/Assumptions.v" > "$tmp/out" 2>&1 || { cat "$tmp/out"; fail "coqc"; }
n=$(wc -l < "${in}theorems.txt")
[ "$(grep -cxE 'Closed under the global context|Axioms:' "$tmp/out")" -eq "$n" ] ||
  { cat "$tmp/out"; fail "unexpected output"; }
grep -oE '^[A-Za-z0-9_.]+' "$tmp/out" | grep -vxE 'Closed|Axioms' | sort -u > "$tmp/axioms" || true
if [ -f "${in}axioms.txt" ]; then sort "${in}axioms.txt"; fi > "$tmp/allowed"
diff "$tmp/allowed" "$tmp/axioms" || { cat "$tmp/out"; fail "a theorem depends on an axiom"; }
sed 's/$/: checked/' "${in}theorems.txt"
echo "axioms: $(paste -sd, "$tmp/axioms" | sed 's/,/, /g; s/^$/none/')"
echo "CHECK PASSED: $n theorems"
