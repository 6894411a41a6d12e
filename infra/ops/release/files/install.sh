#!/bin/sh
# Installs this release on a Debian host, as root. It may be interrupted and run again at any time.
#   install.sh [--prefix DIR] [--root DIR]
# --prefix DIR  folder of releases (/opt/meridian): this release goes to DIR/VERSION
# --root DIR    installs into the file system below DIR and starts nothing: for images
# The first release becomes current at once, a later one by `meridian node use VERSION`.
set -eu
umask 022

say() { printf '%s\n' "$*"; }
fail() {
  printf 'install.sh: %s\n' "$*" >&2
  exit 1
}

prefix=/opt/meridian
root=
while [ $# -gt 0 ]; do
  case $1 in
    --prefix | --root)
      [ $# -gt 1 ] || fail "$1 needs a folder"
      case $2 in /*) ;; *) fail "$1 needs a full path, not $2" ;; esac
      if [ "$1" = --prefix ]; then prefix=${2%/}; else root=${2%/}; fi
      shift 2
      ;;
    *) fail "there is no option $1; there are --prefix DIR and --root DIR" ;;
  esac
done
here=$(dirname "$(readlink -f "$0")")

# Runs a program of the target system.
on_host() {
  if [ -n "$root" ]; then chroot "$root" "$@"; else "$@"; fi
}
# Fails for a root that has no programs yet.
can_run() { [ -x "$root/bin/sh" ]; }

# Writes under another name and renames, so that a file appears complete.
put_file() {
  mkdir -p "$(dirname "$2")"
  cp "$1" "$2.new"
  chmod 0644 "$2.new"
  mv -f "$2.new" "$2"
}
put_link() {
  mkdir -p "$(dirname "$2")"
  rm -f "$2.new"
  ln -s "$1" "$2.new"
  mv -fT "$2.new" "$2"
}

check_host() {
  [ "$(id -u)" = 0 ] || fail 'run it as root'
  platform=$(sed -n 's/^ *"platform": "\(.*\)",$/\1/p' "$here/MANIFEST.json")
  case $(uname -m) in
    x86_64) machine=linux-x64 ;;
    aarch64) machine=linux-arm64 ;;
    *) machine=$(uname -m) ;;
  esac
  [ "$platform" = "$machine" ] || fail "this release is for $platform, and this machine is $machine"
  system=$(sed -n 's/^PRETTY_NAME="\(.*\)"$/\1/p' "$root/etc/os-release" 2>/dev/null || true)
  case $system in
    'Debian GNU/Linux 12'*) ;;
    *) say "Note: releases are tried on Debian 12 only, and this is ${system:-unknown}" ;;
  esac
}

is_intact() { (cd "$1" && sha256sum --check --strict --quiet SHA256SUMS) >/dev/null 2>&1; }

# Copies to a temporary folder, verifies the copy, and renames it.
copy_release() {
  if [ -e "$target" ]; then
    if is_intact "$target"; then
      say "Meridian $version is in $prefix/$version already, and intact"
      return
    fi
    say "Meridian $version in $prefix/$version is damaged: it is put there again"
  fi
  rm -rf "$incoming"
  needed=$(du -sk "$here" | cut -f 1)
  free=$(df -Pk "$root$prefix" | awk 'NR == 2 { print $4 }')
  [ "$free" -gt "$needed" ] || fail "$prefix has $((free / 1024)) MB left, and the release needs $((needed / 1024)) MB"
  # The owner is not preserved, because another account than root may have unpacked the archive.
  cp -R --preserve=mode,timestamps,links "$here" "$incoming"
  chmod -R go-w "$incoming"
  is_intact "$incoming" || fail "the release is damaged: compare the archive with its .sha256 and unpack it again"
  if can_run; then
    on_host "$prefix/.incoming-$version/bin/node" --version >/dev/null 2>&1 ||
      fail "its Node does not run here: it needs glibc 2.28 and libstdc++6, and a prefix that is not mounted noexec"
  fi
  # Without the sync, a power cut after the rename could leave incomplete files under the final name.
  sync -f "$incoming"
  rm -rf "$target.damaged"
  if [ -e "$target" ]; then mv -T "$target" "$target.damaged"; fi
  mv -T "$incoming" "$target"
  rm -rf "$target.damaged"
  say "Meridian $version is in $prefix/$version"
}

make_accounts() {
  put_file "$target/systemd/sysusers.d/meridian.conf" "$root/etc/sysusers.d/meridian.conf"
  if command -v systemd-sysusers >/dev/null; then
    systemd-sysusers ${root:+--root="$root"} meridian.conf
    return
  fi
  while read -r kind name group _; do
    case $kind in
      g) on_host getent group "$name" >/dev/null || on_host groupadd --system "$name" ;;
      u)
        on_host getent passwd "$name" >/dev/null ||
          on_host useradd --system --user-group --no-create-home --home-dir /var/lib/meridian --shell /usr/sbin/nologin \
            "$name"
        ;;
      m)
        # The third word is the group; an account that the host lacks needs no files.
        if on_host getent passwd "$name" >/dev/null; then on_host usermod --append --groups "$group" "$name"; fi
        ;;
    esac
  done <"$target/systemd/sysusers.d/meridian.conf"
}

# Copies the units like `useVersion` in infra/ops/src/commands/use.ts does when the version changes.
put_units() {
  (cd "$target/systemd" && find . -type f ! -path './sysusers.d/*') | while read -r file; do
    put_file "$target/systemd/$file" "$root/etc/systemd/system/$file"
  done
  if [ -z "$root" ] && [ -d /run/systemd/system ]; then systemctl daemon-reload; fi
}

make_current() {
  current=$(readlink "$root$prefix/current" || true)
  if [ -n "$current" ] && [ "$current" != "$version" ] && [ -e "$root$prefix/$current/VERSION" ]; then
    say "Meridian $current stays the current one; meridian node use $version switches"
    return
  fi
  put_units
  put_link "$version" "$root$prefix/current"
  command=$root/usr/local/bin/meridian
  if [ -e "$command" ] && [ ! -L "$command" ]; then
    say "Note: /usr/local/bin/meridian is another program and stays; this one is $prefix/current/bin/meridian"
  else
    put_link "$prefix/current/bin/meridian" "$command"
  fi
}

say_lacks() {
  can_run || return 0
  lacks=
  code=0
  # Exit code 41 means that the worker has all its libraries, and misses only the version of its caller.
  on_host "$prefix/$version/bin/mediasoup-worker" >/dev/null 2>&1 || code=$?
  if [ "$code" != 41 ]; then
    say 'Media nodes do not run here yet: the media worker does not find its libraries'
    lacks=' libssl3'
  fi
  if ! on_host ffmpeg -version >/dev/null 2>&1; then
    say 'Gateways have no sound or pictures for browsers yet: there is no ffmpeg'
    lacks="$lacks ffmpeg"
  fi
  if [ -n "$lacks" ]; then say "Run: apt-get update && apt-get install -y --no-install-recommends$lacks"; fi
}

[ -e "$here/VERSION" ] && [ -e "$here/MANIFEST.json" ] || fail "$here is no unpacked release"
version=$(cat "$here/VERSION")
target=$root$prefix/$version
incoming=$root$prefix/.incoming-$version
check_host
mkdir -p "$root$prefix" "$root/etc/meridian" "$root/var/lib/meridian"
# An installer whose terminal was lost may still be at work.
exec 9>"$root$prefix/.lock"
flock -n 9 || fail "another install.sh is at work in $prefix"
copy_release
make_accounts
make_current
say_lacks
