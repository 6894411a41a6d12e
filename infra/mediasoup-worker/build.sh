#!/usr/bin/env bash
# Builds mediasoup-worker from the sources in the npm package against the system's libraries.
#   build.sh MEDIASOUP_PACKAGE OUTPUT WORK JOBS [LIBSRTP_SOURCE]
# MEDIASOUP_PACKAGE  node_modules/mediasoup, left untouched
# WORK               an existing folder, left to the caller to remove. An interrupted run leaves what it has done, and
#                    the next one, with the same other arguments, goes on from there.
# LIBSRTP_SOURCE     libsrtp 2 to build on OpenSSL; without it the system's libsrtp2 is linked (Debian builds that on
#                    NSS, which costs the worker 18 % more of the CPU)
# The patches of sfu/worker are applied, and the sources of sfu/worker/src compiled in.
# mediasoup's own build downloads its libraries; subprojects/ here answers meson's questions with the system's instead.
# Nothing is downloaded (--wrap-mode=nodownload). Progress: "steps N", how many the whole build has; then ninja's [n/m]
# on each line, where m are the steps that were left at the start.
set -euo pipefail

package=$(realpath "$1")
output=$(realpath -m "$2")
work=$(realpath "$3")
jobs=$4
libsrtp=${5:+$(realpath "$5")}
here=$(dirname "$(realpath "${BASH_SOURCE[0]}")")

# With more files in a unit the build takes less time, but more memory (MEMORY_PER_JOB_MB of worker-build.mjs), and an
# interrupt throws more away.
files_per_unit=14

# Both functions make a folder under another name and rename it when it is whole. It is not written again: ninja would
# compile everything anew, since all files would be newer than what was made of them.

# A static library, so that the worker does not depend on a file of ours; hidden from the system's by PKG_CONFIG_PATH.
build_libsrtp() {
  local made=$work/libsrtp.new
  rm -rf "$made"
  cd "$libsrtp"
  ./configure --enable-openssl --prefix="$work/libsrtp" CFLAGS='-O3 -DNDEBUG -fPIE -DSRTP_NO_STREAM_LIST' >/dev/null
  make clean >/dev/null
  make -j "$jobs" libsrtp2.a >/dev/null
  install -D -m 0644 libsrtp2.a "$made/lib/libsrtp2.a"
  install -d "$made/include/srtp2" "$made/lib/pkgconfig"
  install -m 0644 include/*.h crypto/include/*.h "$made/include/srtp2/"
  cat >"$made/lib/pkgconfig/libsrtp2.pc" <<EOF
Name: libsrtp2
Description: libsrtp on OpenSSL, static
Version: $(sed -n "s/^PACKAGE_VERSION='\(.*\)'/\1/p" configure)
Requires: libcrypto
Libs: -L$work/libsrtp/lib -lsrtp2
Cflags: -I$work/libsrtp/include
EOF
  mv "$made" "$work/libsrtp"
}

copy_sources() {
  local made=$work/worker.new
  rm -rf "$made"
  cp -r "$package/worker" "$made"
  cp -r "$here/subprojects/." "$made/subprojects/"
  cd "$made"
  "$here/patches.sh" apply "$made"
  cp -r "$here/../../sfu/worker/src" "$made/src/Meridian"
  cat "$here/units.meson" >>meson.build
  mv "$made" "$work/worker"
}

# A run that was killed may have left compilers at work: they have the lock until they end.
exec 9>"$work/lock"
if ! flock -w 300 9; then
  echo "another build is at work in $work" >&2
  exit 1
fi

if [[ -n $libsrtp ]]; then
  if [[ ! -d $work/libsrtp ]]; then build_libsrtp; fi
  export PKG_CONFIG_PATH=$work/libsrtp/lib/pkgconfig${PKG_CONFIG_PATH:+:$PKG_CONFIG_PATH}
fi
if [[ ! -d $work/worker ]]; then copy_sources; fi

cd "$work/worker"
if [[ ! -f build/configured ]]; then
  rm -rf build
  # Made for an executable, not for libraries whose functions others may replace: functions are called directly, and
  # inlined across the files of a unit.
  meson setup build --buildtype=release -Db_ndebug=true -Db_staticpic=false -Db_pie=true --wrap-mode=nodownload --unity=on --unity-size="$files_per_unit"
  touch build/configured
fi
echo "steps $(ninja -C build -t commands meridian-worker | wc -l)"
ninja -C build -j "$jobs" meridian-worker
install -D -m 0755 build/meridian-worker "$output"
