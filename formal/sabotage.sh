#!/bin/sh
# False variants of the statements must fail, inside a proof; the unchanged files must compile.
set -eu
cd "$(dirname "$0")"
tmp=$(mktemp -d); trap 'rm -rf "$tmp"' EXIT
flags="-R . Overlap -w none"
bad=0
# The place of the error: "proof" (then the false statement itself is well-formed), "statement"
# or "timeout".
place() { # file, log, exit status
  [ "$3" -ne 124 ] || { echo timeout; return; }
  line=$(sed -nE 's/^File "[^"]*", line ([0-9]+), characters.*/\1/p' "$2" | tail -1)
  awk -v n="${line:-0}" 'NR > n { exit }
    /^(Theorem|Corollary|Lemma|Definition)/ { at = "statement" }
    /^Proof/ { at = "proof" } END { print at ? at : "statement" }' "$1"
}
try() { # file, sed script, expected result, description
  sed -e "$2" "$1" > "$tmp/$1"
  if [ "$3" = fails ] && cmp -s "$1" "$tmp/$1"; then
    echo "NOTHING CHANGED  $1: $4"; bad=1; return
  fi
  rc=0; timeout 300 coqc $flags "$tmp/$1" > "$tmp/log" 2>&1 || rc=$?
  if [ $rc = 0 ]; then got=compiles
  elif [ "$(place "$tmp/$1" "$tmp/log" $rc)" = proof ]; then got=fails
  else got="$(place "$tmp/$1" "$tmp/log" $rc) error"; fi
  if [ "$got" = "$3" ]; then echo "ok ($got)  $1: $4"
  else echo "WRONG ($got)  $1: $4"; sed 's/^/    /' "$tmp/log"; bad=1; fi
}
law='/^Theorem overlap_law_attained/,/^Proof/'
for f in Upper.v Lower.v Law.v Generic.v; do try $f '' compiles 'unchanged'; done
try Upper.v '/^Theorem upper/,/^Proof/s/D[.]+1 ^/D ^/' fails \
  'D instead of D + 1 in the upper bound'
try Upper.v '/^Theorem upper/,/^Proof/s/minn Rw\.-1 C/minn Rw.-2 C/' fails \
  'R - 2 instead of R - 1 in the upper bound'
try Upper.v '/^Theorem upper/,/^Proof/s/minn C (W - C)/(minn C (W - C)).-1/' fails \
  'smaller exponent of M in the upper bound'
try Lower.v '/^Theorem lower/,/^Proof/s/minn Rw\.-1/minn Rw/' fails \
  'R instead of R - 1 in the lower bound'
try Lower.v '/^Theorem lower/,/^Proof/s/M D[.]+1/M D.+2/' fails 'D + 2 in the lower bound'
try Lower.v '/^Theorem lower/,/^Proof/s/(H \* \(minn.*(W - C))\))/(H * \1).+1/' fails \
  'exponent + 1 in the lower bound'
try Law.v "$law"'s/D[.]+1/D.+2/' fails 'D + 2 in the law'
try Law.v '/^Theorem overlap_law/,/^Proof/s/D[.]+1/D.+2/' fails 'D + 2 in the law, both halves'
try Law.v "$law"'s/law_exponent\]/law_exponent.+1]/' fails 'exponent + 1 in the law'
try Law.v '/^Definition law_exponent/s/(H \* minn R\.-1 C)/(H * minn R.-1 C).+1/' fails \
  'exponent + 1 in the law, both halves'
try Law.v '/^Definition law_exponent/s/R\.-1/R/' fails 'R instead of R - 1 in the law'
try Law.v '/^Theorem headline :/,/^Proof/s/w[.]+1 w[.]+1/w w/' fails 'headline with R = w'
try Law.v '/^Theorem headline :/,/^Proof/s/M\.-1 <= D/M.-2 <= D/' fails 'headline with D = M - 2'
try Law.v '/^Theorem headline_sharp/,/^Proof/s/M\.-1 <= D/M <= D/' fails \
  'sharp headline asking for D >= M'
try Law.v '/^Theorem headline_sharp/,/^Proof/s/w[.]+1 <= R/w.+2 <= R/' fails \
  'sharp headline asking for R >= w + 2'
try Law.v '/^Theorem headline_sharp/,/^Proof/s/(1 < M)/(0 < M)/' fails \
  'sharp headline with one template'
try Generic.v '/^Theorem overlap_law_generic/,/^Proof/s/D[.]+1/D.+2/' fails \
  'D + 2 in the generic law'
try Generic.v '/^Theorem overlap_law_generic/,/^Proof/s/minn R\.-1 C/minn R C/' fails \
  'R instead of R - 1 in the generic law'
[ $bad = 0 ] || { echo "SABOTAGE CHECK FAILED" >&2; exit 1; }
echo "SABOTAGE PASSED"
