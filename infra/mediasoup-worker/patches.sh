#!/usr/bin/env bash
# Applies or writes the patches of the worker (sfu/worker/patches).
#   patches.sh apply TREE [UP_TO]   applies them to TREE, a copy of mediasoup's folder worker: all of them, or those
#                                   whose names sort before UP_TO
#   patches.sh write NAME OLD NEW   writes NAME.patch from the difference between two trees; the text above an
#                                   existing patch's first "Made for:" stays
# A patch without context can match at a wrong place. Hence it names the digest of each file that it changes, as the
# file is before it; any other content is refused.
set -euo pipefail
export LC_ALL=C
shopt -s nullglob

patches=${MERIDIAN_WORKER_PATCHES:-$(dirname "$(realpath "${BASH_SOURCE[0]}")")/../../sfu/worker/patches}

digest() { sha256sum "$1" | cut -c1-16; }

refuse() {
  echo "error: $1" >&2
  exit 1
}

apply_one() {
  local patch=$1 tree=$2 name wanted file
  name=$(basename "$patch")
  grep -q '^Made for: ' "$patch" || refuse "The patch $name names no file that it is made for."
  while read -r wanted file; do
    [[ -f $tree/$file ]] || refuse "The patch $name changes $file, which mediasoup does not have."
    [[ $(digest "$tree/$file") == "$wanted" ]] ||
      refuse "The patch $name was made for another $file: make it anew (sfu/worker/README.md)."
  done < <(sed -n 's/^Made for: //p' "$patch")
  patch --directory="$tree" --strip=1 --fuzz=0 --unified --batch --silent --no-backup-if-mismatch <"$patch" ||
    refuse "The patch $name does not apply."
}

case ${1:-} in
  apply)
    for patch in "$patches"/*.patch; do
      if [[ -n ${3:-} && ! $(basename "$patch") < $3 ]]; then break; fi
      apply_one "$patch" "$2"
    done
    ;;
  write)
    patch=$patches/$2.patch
    old=$(realpath "$3")
    new=$(realpath "$4")
    head=$(if [[ -f $patch ]]; then sed '/^Made for: /,$d' "$patch"; else printf 'Why:\nSwitch:\nMeasured:\n'; fi)
    changed=$(cd "$old" && find . -type f -printf '%P\n' | sort | while read -r file; do
      if [[ -f $new/$file ]] && ! cmp -s "$file" "$new/$file"; then echo "$file"; fi
    done)
    [[ -n $changed ]] || refuse "The trees do not differ."
    {
      echo "$head"
      for file in $changed; do echo "Made for: $(digest "$old/$file") $file"; done
      for file in $changed; do
        diff -U0 --label "a/$file" --label "b/$file" "$old/$file" "$new/$file" || [[ $? == 1 ]]
      done
    } >"$patch.new"
    mv "$patch.new" "$patch"
    ;;
  *) refuse "Choices: apply, write." ;;
esac
