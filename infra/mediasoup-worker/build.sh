#!/usr/bin/env bash
# Builds mediasoup-worker from the sources in the npm package against the system's libraries.
#   build.sh MEDIASOUP_PACKAGE OUTPUT WORK JOBS [LIBSRTP_SOURCE]
# MEDIASOUP_PACKAGE  node_modules/mediasoup, left untouched
# WORK               an existing empty folder, left to the caller to remove
# LIBSRTP_SOURCE     libsrtp 2 to build on OpenSSL; without it the system's libsrtp2 is linked (Debian builds that on NSS,
#                    which costs the worker 18 % more of the CPU)
# mediasoup's own build downloads its libraries; subprojects/ here answers meson's questions with the system's instead.
# Nothing is downloaded (--wrap-mode=nodownload). Progress is ninja's: [n/m] on each line.
set -euo pipefail

package=$(realpath "$1")
output=$(realpath -m "$2")
work=$(realpath "$3")
jobs=$4
libsrtp=${5:+$(realpath "$5")}
here=$(dirname "$(realpath "${BASH_SOURCE[0]}")")

if [[ -n $libsrtp ]]; then
  # A static library, so that the worker does not depend on a file of ours; hidden from the system's by PKG_CONFIG_PATH.
  cd "$libsrtp"
  ./configure --enable-openssl --prefix="$work/libsrtp" CFLAGS='-O3 -DNDEBUG -fPIE' >/dev/null
  make -j "$jobs" libsrtp2.a >/dev/null
  install -D -m 0644 libsrtp2.a "$work/libsrtp/lib/libsrtp2.a"
  install -d "$work/libsrtp/include/srtp2" "$work/libsrtp/lib/pkgconfig"
  install -m 0644 include/*.h crypto/include/*.h "$work/libsrtp/include/srtp2/"
  cat >"$work/libsrtp/lib/pkgconfig/libsrtp2.pc" <<EOF
Name: libsrtp2
Description: libsrtp on OpenSSL, static
Version: $(sed -n "s/^PACKAGE_VERSION='\(.*\)'/\1/p" configure)
Requires: libcrypto
Libs: -L$work/libsrtp/lib -lsrtp2
Cflags: -I$work/libsrtp/include
EOF
  export PKG_CONFIG_PATH=$work/libsrtp/lib/pkgconfig${PKG_CONFIG_PATH:+:$PKG_CONFIG_PATH}
fi

cp -r "$package/worker" "$work/worker"
cp -r "$here/subprojects/." "$work/worker/subprojects/"
cd "$work/worker"

# Mend 1. Debian 12 has meson 1.0.1 and the file asks for 1.1; nothing in it uses what 1.1 brought.
sed -i "s/meson_version: '>= 1.1.0'/meson_version: '>= 1.0.0'/" meson.build
grep -q "meson_version: '>= 1.0.0'" meson.build

# Mend 2. onSslBioOut() looks at operations that are BIO_CB_RETURN alone and answers 1 to every other, so also to the return of
# every BIO_ctrl() query (BIO_CB_CTRL | BIO_CB_RETURN). An OpenSSL with kernel TLS, as Debian's, asks BIO_CTRL_GET_KTLS_SEND
# this way, takes 1 for 'the kernel encrypts, no write buffer needed', and the worker crashes on its first DTLS ServerHello.
# With the flag tested as a flag the query's own result is passed on.
sed -i 's/(operationType == BIO_CB_RETURN) ?/((operationType \& BIO_CB_RETURN) != 0) ?/' src/RTC/DtlsTransport.cpp
grep -q 'operationType & BIO_CB_RETURN) != 0) ?' src/RTC/DtlsTransport.cpp

meson setup build --buildtype=release -Db_ndebug=true --wrap-mode=nodownload
ninja -C build -j "$jobs" mediasoup-worker
install -D -m 0755 build/mediasoup-worker "$output"
