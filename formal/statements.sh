#!/bin/sh
# Prints what the compiled library states: every theorem of a list as Coq's Check prints it, then all
# definitions of the library that these statements unfold to, as Print prints them.
# usage: statements.sh LIST PREAMBLE SOURCE...   (LIST: one Module.theorem a line)
set -eu
list=$1 preamble=$2; shift 2
tmp=$(mktemp -d); trap 'rm -rf "$tmp"' EXIT
for f in "$@"; do
  m=$(echo "${f%.v}" | tr / .)
  sed -nE "s/^ *((Local|#\[[a-z]*\]) )*(Definition|Fixpoint|Record|Inductive|Canonical|Example) ([A-Za-z0-9_']+).*/$m \4/p" "$f"
done > "$tmp/defined"
{
  cat "$preamble"
  while read -r t; do echo "Redirect \"$tmp/$t\" Check @Overlap.$t."; done < "$list"
  while read -r m d; do echo "Redirect \"$tmp/$m.$d\" Print Overlap.$m.$d."; done < "$tmp/defined"
} > "$tmp/Statements.v"
coqc -R . Overlap -w none "$tmp/Statements.v" > "$tmp/log" 2>&1 || { cat "$tmp/log" >&2; exit 1; }
# The definitions whose names occur in what is printed, and in what their definitions print, and so on.
sed "s/\$/ theorem/" "$list" > "$tmp/todo"
: > "$tmp/seen"
while [ -s "$tmp/todo" ]; do
  cut -d' ' -f1 "$tmp/todo" >> "$tmp/seen"
  cut -d' ' -f1 "$tmp/todo" | sed "s|.*|$tmp/&.out|" | xargs cat | tr -c "A-Za-z0-9_'" '\n' | sort -u > "$tmp/words"
  awk 'FILENAME == ARGV[1] { word[$1] } FILENAME == ARGV[2] { seen[$1] }
    FILENAME == ARGV[3] && ($2 in word) && !(($1 "." $2) in seen) { print $1 "." $2 }' \
    "$tmp/words" "$tmp/seen" "$tmp/defined" > "$tmp/next"
  mv "$tmp/next" "$tmp/todo"
done
sort "$tmp/seen" > "$tmp/sorted"
show() { echo "== $1"; cat "$tmp/$1.out"; }
while read -r t; do show "$t"; done < "$list"
while read -r m d; do
  if grep -qxF "$m.$d" "$tmp/sorted"; then show "$m.$d"; fi
done < "$tmp/defined"
